//! The classes of characters, in one place (how each is matched: `super::symbols`).

use unicode_normalization::char::is_combining_mark;

/// What a folded character is to matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A Han character: matchable.
    Han,
    /// A Latin letter: matchable.
    Latin,
    /// An ASCII digit: matchable.
    Digit,
    /// A letter or digit of another script: matchable.
    Letter,
    /// An ordinary symbol, such as `+` `%` `(` `【`: matches itself.
    Symbol,
    /// A mark that ends or divides a sentence: matches itself, forms no pair.
    Breaking,
    /// A mark that is optional in a query and skipped in a text.
    Transparent,
    /// A character without a width of its own: as transparent, and never takes a place.
    Invisible,
    /// The end of a line or paragraph: nothing matches across it.
    End,
}

impl Class {
    /// The name shown to a person.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Class::Han => "han",
            Class::Latin => "latin",
            Class::Digit => "digit",
            Class::Letter => "letter",
            Class::Symbol => "symbol",
            Class::Breaking => "breaking",
            Class::Transparent => "transparent",
            Class::Invisible => "invisible",
            Class::End => "end",
        }
    }
}

/// Classes a folded character.
#[inline]
pub(crate) fn class(folded: char) -> Class {
    match folded {
        // Nearly all of a text.
        '\u{4E00}'..='\u{9FFF}' => Class::Han,
        _ => rare_class(folded),
    }
}

fn rare_class(folded: char) -> Class {
    match folded {
        '0'..='9' => Class::Digit,
        'a'..='z' | 'A'..='Z' => Class::Latin,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::End,
        '。' | '!' | '?' | ';' | ',' | '、' | ':' | '…' | '⋯' => Class::Breaking,
        ' ' | '\t' | '-' | '~' | '\'' | '"' | '`' => Class::Transparent,
        '!'..='~' => Class::Symbol,
        // Dashes and hyphens: soft hyphen, hyphen to horizontal bar, hyphen
        // bullet, minus, two-em and three-em dash, box drawing used as a dash,
        // small and wave forms.
        '\u{AD}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2053}'
        | '\u{2212}'
        | '\u{223C}'
        | '\u{2E3A}'
        | '\u{2E3B}'
        | '\u{2500}'
        | '\u{2501}'
        | '\u{301C}'
        | '\u{3030}'
        | '\u{FE31}'
        | '\u{FE32}'
        | '\u{FE58}'
        | '\u{FE63}' => Class::Transparent,
        // Title marks, corner brackets and quotation marks.
        '《'
        | '》'
        | '〈'
        | '〉'
        | '「'
        | '」'
        | '『'
        | '』'
        | '〝'
        | '〞'
        | '〟'
        | '\u{2018}'..='\u{201F}'
        | '\u{2032}'
        | '\u{2033}'
        | '\u{2039}'
        | '\u{203A}'
        | '\u{AB}'
        | '\u{BB}'
        | '\u{FE3D}'..='\u{FE44}' => Class::Transparent,
        // Middle dots.
        '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' => {
            Class::Transparent
        }
        // Spaces.
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' => {
            Class::Transparent
        }
        '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{61C}'
        | '\u{180B}'..='\u{180F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}' => Class::Invisible,
        '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3FFFF}' | '\u{3005}'..='\u{3007}' => Class::Han,
        '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' if folded.is_alphabetic() => Class::Latin,
        _ if folded.is_control() || is_combining_mark(folded) => Class::Invisible,
        _ if folded.is_alphanumeric() => Class::Letter,
        _ => Class::Symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::*;

    #[test]
    fn each_class_holds_the_characters_that_readers_expect() {
        for (characters, expected) in [
            ("算力券𠮷〇々", Class::Han),
            ("aＺéÜ", Class::Latin),
            ("0９", Class::Digit),
            ("あ한я", Class::Letter),
            (".%+#/&@_=*()[]【】〔〕（）￥😀", Class::Symbol),
            ("。！？；，、：…!?;,:", Class::Breaking),
            (
                " \u{3000}-－—–~～《》〈〉「」『』“”‘’\"'·\u{A0}",
                Class::Transparent,
            ),
            ("\u{200B}\u{FEFF}\u{301}\u{FE0F}\u{7}", Class::Invisible),
            ("\n\r\u{2028}", Class::End),
        ] {
            for character in characters.chars() {
                assert_eq!(class(fold(character)), expected, "{character:?}");
            }
        }
    }
}
