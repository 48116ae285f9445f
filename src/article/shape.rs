//! The shape of a stretch of text: what its characters are, how wide it is,
//! how it ends, and its skeleton for comparing.
//!
//! These are the small predicates that the other files of this module decide
//! with. Nothing here knows about pages or articles.

/// Says whether `c` is a Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇')
}

/// Says whether `c` ends a sentence.
pub(crate) fn is_sentence_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '；' | ';' | '…')
}

/// Says whether `c` closes a quotation or a bracket.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '”' | '’' | '」' | '』' | '"' | '）' | ')' | '】' | ']' | '〉' | '》'
    )
}

/// Says whether the text ends like a sentence, closing quotes and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    let last = text
        .trim_end()
        .trim_end_matches(is_closing)
        .chars()
        .next_back();
    last.is_some_and(|c| is_sentence_end(c) || c == '.')
}

/// Says whether the text was cut short by a machine: it ends in dots, or ends
/// in the middle of a sentence.
pub(super) fn is_cut_short(text: &str) -> bool {
    ends_in_dots(text) || !ends_sentence(text)
}

/// Says whether the text ends in `...`, `…` or `……`.
pub(super) fn ends_in_dots(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| is_closing(c) || c.is_whitespace());
    text.ends_with("...") || text.ends_with('…') || text.ends_with("···")
}

/// Says whether the text has a full stop anywhere.
pub(super) fn has_full_stop(text: &str) -> bool {
    text.contains('。')
}

/// Yields the words of a list: the word lists of this module are strings, set
/// apart by white space.
pub(super) fn words(list: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    list.split_ascii_whitespace()
}

/// Counts characters.
pub(crate) fn char_count(text: &str) -> usize {
    text.chars().count()
}

/// Counts the columns of a fixed-width display: two for Han, kana, hangul and
/// full-width forms, one for others.
pub(super) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
            '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' => 2,
            '“' | '”' | '‘' | '’' | '…' | '—' | '·' => 2,
            '\u{20000}'..='\u{3fffd}' => 2,
            c if c.is_control() => 0,
            _ => 1,
        })
        .sum()
}

/// Reduces text to its letters, Han and digits, lower case and half width:
/// what two copies of a headline share whatever their spaces and colons are.
pub(crate) fn skeleton(text: &str) -> String {
    text.chars()
        .filter_map(|c| {
            let c = half_width(c);
            c.is_alphanumeric()
                .then(|| c.to_lowercase().next().unwrap_or(c))
        })
        .collect()
}

/// Maps a full-width form to its ASCII character, anything else to itself.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        _ => c,
    }
}

/// Cuts the text to its first `limit` characters.
pub(crate) fn first_chars(text: &str, limit: usize) -> &str {
    match text.char_indices().nth(limit) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// The last characters of a text.
pub(crate) fn last_chars(text: &str, limit: usize) -> &str {
    match text.char_indices().rev().nth(limit.saturating_sub(1)) {
        Some((start, _)) => &text[start..],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skeleton_ignores_spaces_width_and_punctuation() {
        assert_eq!(
            skeleton("甲城:  建设ＡＩ高地"),
            skeleton("甲城：建设 ai 高地")
        );
    }

    #[test]
    fn closing_quotes_do_not_hide_a_sentence_end() {
        assert!(ends_sentence("他说：“可以。”"));
        assert!(!ends_sentence("打造“高地”"));
        assert!(is_cut_short("论坛上，如何走稳等"));
        assert!(ends_in_dots("率先聚焦..."));
    }

    #[test]
    fn han_are_two_columns_wide() {
        assert_eq!(columns("AI算力"), 6);
    }
}
