//! A text made fit for a terminal, with its marks.
//!
//! Marks are ranges to be coloured, or without colour stand between signs:
//! `«…»`, or `⟦…⟧` or `⦅…⦆` if the texts of the answer hold « or » themselves.
//! Invariant: what is shown holds no hidden character but line ends.

use std::ops::Range;

use super::escape::escape_text;
use super::pieces::{marks_within, pieces, windows_of};
use crate::search::{Answer, PassageInfo};

/// What stands around a mark without colour; the first that the texts do not hold.
const SIGNS: [[char; 2]; 3] = [['«', '»'], ['⟦', '⟧'], ['⦅', '⦆']];

/// A text as it will be shown, and its marks if they are to be coloured.
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) marks: Vec<Range<usize>>,
}

impl Shown {
    /// Makes a text fit to be shown, its marks between `signs` if there are any.
    pub(super) fn new(text: &str, marks: &[Range<usize>], signs: Option<[char; 2]>) -> Self {
        let mut shown = Shown {
            text: String::with_capacity(text.len()),
            marks: Vec::new(),
        };
        for piece in pieces(text, marks) {
            let visible = piece.text.replace("\r\n", "\n").replace('\t', " ");
            let visible = escape_text(&visible);
            match signs {
                Some([open, close]) if piece.is_marked => {
                    shown.text.push(open);
                    shown.text.push_str(&visible);
                    shown.text.push(close);
                }
                _ => {
                    let start = shown.text.len();
                    shown.text.push_str(&visible);
                    if piece.is_marked {
                        shown.marks.push(start..shown.text.len());
                    }
                }
            }
        }
        shown
    }

    /// Shows the windows of a passage, with an ellipsis where it was cut.
    pub(super) fn windows(passage: &PassageInfo, signs: Option<[char; 2]>) -> Self {
        let mut shown = Shown {
            text: String::new(),
            marks: Vec::new(),
        };
        for (before, window) in windows_of(&passage.text, &passage.windows) {
            shown.push(Shown::new(before, &[], signs));
            if let Some(window) = window {
                let marks = marks_within(&passage.marks, &window);
                shown.push(Shown::new(&passage.text[window], &marks, signs));
            }
        }
        shown
    }

    fn push(&mut self, other: Shown) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        let moved = |mark: Range<usize>| start + mark.start..start + mark.end;
        self.marks.extend(other.marks.into_iter().map(moved));
    }
}

/// Returns the first signs that none of the answer's texts holds.
pub(super) fn signs_for(answer: &Answer) -> [char; 2] {
    let is_used = |signs: &[char; 2]| {
        answer.hits.iter().any(|hit| {
            [&hit.article.title, &hit.passage.heading, &hit.passage.text]
                .iter()
                .any(|text| text.contains(signs))
        })
    };
    SIGNS
        .into_iter()
        .find(|signs| !is_used(signs))
        .unwrap_or(SIGNS[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_to_be_coloured_move_with_what_was_escaped() {
        let shown = Shown::new("\u{202e}算力券", &[3..9], None);
        assert_eq!(shown.text, "\\u{202e}算力券");
        assert_eq!(&shown.text[shown.marks[0].clone()], "算力");
    }

    #[test]
    fn coloured_marks_stay_in_place_behind_an_ellipsis() {
        let passage = PassageInfo {
            text: "各地算力建设提速。".to_owned(),
            marks: vec![6..12],
            windows: vec![6..18],
            ..PassageInfo::default()
        };
        let shown = Shown::windows(&passage, None);
        assert_eq!(shown.text, "…算力建设…");
        assert_eq!(&shown.text[shown.marks[0].clone()], "算力");
    }

    proptest! {
        #[test]
        fn ordinary_text_is_shown_whole(text in "[甲-龟a-z，。 ]{0,40}", start in 0usize..20, length in 0usize..20) {
            let marks = [start..start + length];
            prop_assert_eq!(&Shown::new(&text, &marks, None).text, &text);
            let signed = Shown::new(&text, &marks, Some(['«', '»'])).text;
            prop_assert_eq!(signed.replace(['«', '»'], ""), text);
        }
    }
}
