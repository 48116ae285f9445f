//! Characters that must not reach a terminal as they are, made visible.
//!
//! An article is foreign text: an escape sequence in it could clear the
//! screen, a bidi override could turn a quotation round, and a zero-width
//! character could hide in it. Invariant: what these functions return holds
//! none of them.

use std::borrow::Cow;

/// Returns whether a terminal would act on `c` or show nothing for it:
/// control, bidi and zero-width characters.
///
/// Variation selectors and combining marks are left alone: they change the
/// look of the character before them, as they should.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

/// The hidden characters of a text, with their places in bytes.
pub(crate) fn hidden_characters(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text.as_bytes()[from..];
            let at = from + rest.iter().position(|&byte| MAY_HIDE[usize::from(byte)])?;
            let character = text[at..].chars().next()?;
            from = at + character.len_utf8();
            if is_hidden(character) {
                return Some((at, character));
            }
        }
    })
}

/// Which bytes can be the first one of a hidden character: few texts hold any,
/// so that most bytes are looked at once and no character is decoded.
static MAY_HIDE: [bool; 256] = {
    let mut may_hide = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        may_hide[byte] = byte < 0x20
            || byte == 0x7F
            || matches!(byte, 0xC2 | 0xCD | 0xD8 | 0xE1 | 0xE2 | 0xE3 | 0xEF | 0xF3);
        byte += 1;
    }
    may_hide
};

/// Makes control, bidi and zero-width characters of one line visible:
/// U+202E becomes `\u{202e}`, a tab becomes a space.
///
/// ```
/// assert_eq!(cewen::render::escape_line("算\u{202e}力\t券\u{1b}[2J"), "算\\u{202e}力 券\\u{1b}[2J");
/// ```
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape(text, |c| if c == '\t' { Some(' ') } else { None })
}

/// Makes control, bidi and zero-width characters visible, except line ends and
/// tabs.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\t').then_some(c))
}

fn escape(text: &str, replacement: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if hidden_characters(text).next().is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if !is_hidden(c) {
            shown.push(c);
        } else if let Some(c) = replacement(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode());
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ordinary_chinese_text_is_borrowed_unchanged() {
        let text = "《办法》：“算力券”—— GPT-4，20％…　";
        assert!(matches!(escape_line(text), Cow::Borrowed(shown) if shown == text));
    }

    #[test]
    fn zero_width_characters_become_visible() {
        assert_eq!(
            escape_line("算\u{200b}力\u{feff}"),
            "算\\u{200b}力\\u{feff}"
        );
    }

    #[test]
    fn line_ends_stay_in_a_text_but_not_in_a_line() {
        assert_eq!(escape_text("甲\n乙"), "甲\n乙");
        assert_eq!(escape_line("甲\n乙"), "甲\\u{a}乙");
    }

    #[test]
    fn every_hidden_character_is_found_where_it_stands() {
        for character in ('\0'..=char::MAX).filter(|&c| is_hidden(c)) {
            let text = format!("“算力”{character}券");
            let found: Vec<(usize, char)> = hidden_characters(&text).collect();
            assert_eq!(found, [(12, character)], "U+{:04X}", character as u32);
        }
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            prop_assert!(!escape_line(&text).contains(is_hidden));
        }
    }
}
