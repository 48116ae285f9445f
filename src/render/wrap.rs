//! Lines of a given width, for text in which most characters are two columns
//! wide and punctuation must not begin a line.
//!
//! `textwrap::wrap` drops white space at line ends and copies; here the lines
//! are ranges. Invariant: they follow each other and cover the whole text.

use std::ops::Range;

use textwrap::WordSeparator;
use textwrap::core::display_width;
use unicode_width::UnicodeWidthChar;

/// Cuts one paragraph into lines of at most `max_columns`, at the break
/// opportunities of Unicode (UAX #14), which keep 。，》 from the start of a line
/// and 《（ from its end. A word that is wider than a line is cut anywhere.
///
/// A text without characters has one empty line.
pub(crate) fn wrap(text: &str, max_columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut columns = 0;
    for word in WordSeparator::UnicodeBreakProperties.find_words(text) {
        let width = display_width(word.word);
        if at > start && columns + width > max_columns {
            lines.push(start..at);
            start = at;
            columns = 0;
        }
        if width <= max_columns {
            at += word.word.len();
            columns += width;
        } else {
            for c in word.word.chars() {
                let width = c.width().unwrap_or(0);
                if at > start && columns + width > max_columns {
                    lines.push(start..at);
                    start = at;
                    columns = 0;
                }
                at += c.len_utf8();
                columns += width;
            }
        }
        at += word.whitespace.len();
        columns += word.whitespace.len();
    }
    if at > start || lines.is_empty() {
        lines.push(start..text.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, max_columns: usize) -> Vec<&str> {
        wrap(text, max_columns)
            .into_iter()
            .map(|line| &text[line])
            .collect()
    }

    #[test]
    fn a_line_never_begins_with_closing_punctuation() {
        assert_eq!(lines("甲乙丙，丁", 6), ["甲乙", "丙，丁"]);
        assert_eq!(lines("甲乙《丙丁》", 6), ["甲乙", "《丙", "丁》"]);
    }

    #[test]
    fn a_word_that_fits_nowhere_is_cut() {
        assert_eq!(lines("见https://a.cn", 6).concat(), "见https://a.cn");
        assert!(
            lines("aaaaaaaaaaaaaa", 6)
                .iter()
                .all(|line| line.len() <= 6)
        );
    }

    proptest! {
        #[test]
        fn no_character_is_dropped_or_moved(text in any::<String>(), columns in 1usize..30) {
            let shown = crate::render::escape_line(&text);
            prop_assert_eq!(lines(&shown, columns).concat(), shown.as_ref());
        }

        #[test]
        fn lines_keep_to_the_width(text in "[甲-龟，。《》a-z ]{0,60}", columns in 2usize..30) {
            for line in lines(&text, columns) {
                prop_assert!(display_width(line.trim_end()) <= columns, "{line:?}");
            }
        }
    }
}
