//! A text cut at its marks.
//!
//! Invariant: the pieces concatenate to the text byte for byte, whatever the
//! ranges are; one that is out of bounds, empty, reversed, overlapping or
//! inside a character is left out rather than a reason to panic.

use std::ops::Range;

/// A stretch of text that is marked as a whole or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// Whether it is marked.
    pub is_marked: bool,
}

/// Cuts a text at its marks.
///
/// ```
/// let marked: Vec<&str> = cewen::render::pieces("发放算力券。", &[6..15])
///     .filter(|piece| piece.is_marked)
///     .map(|piece| piece.text)
///     .collect();
/// assert_eq!(marked, ["算力券"]);
/// ```
pub fn pieces<'a>(
    text: &'a str,
    marks: &'a [Range<usize>],
) -> impl Iterator<Item = Piece<'a>> + 'a {
    let mut at = 0;
    let mut marks = marks.iter();
    let mut pending: Option<Range<usize>> = None;
    std::iter::from_fn(move || {
        if let Some(mark) = pending.take() {
            at = mark.end;
            return Some(Piece {
                text: &text[mark],
                is_marked: true,
            });
        }
        let next = marks
            .by_ref()
            .find(|mark| {
                mark.start >= at && mark.start < mark.end && text.get((*mark).clone()).is_some()
            })
            .cloned();
        let end = next.as_ref().map_or(text.len(), |mark| mark.start);
        let start = at;
        at = end;
        match next {
            Some(mark) if start == end => {
                at = mark.end;
                Some(Piece {
                    text: &text[mark],
                    is_marked: true,
                })
            }
            next => {
                pending = next;
                (start < end).then(|| Piece {
                    text: &text[start..end],
                    is_marked: false,
                })
            }
        }
    })
}

/// Returns the marks of `text` that fall into `window`, relative to it.
pub(crate) fn marks_within(marks: &[Range<usize>], window: &Range<usize>) -> Vec<Range<usize>> {
    marks
        .iter()
        .map(|mark| mark.start.max(window.start)..mark.end.min(window.end))
        .filter(|mark| mark.start < mark.end)
        .map(|mark| mark.start - window.start..mark.end - window.start)
        .collect()
}

/// Says what leads to each window of `text`: the ellipsis, or the white space
/// where nothing else was left out.
///
/// The last item has no window: it is what follows the last one. Windows that
/// are no sorted, non-empty ranges of `text` are taken for all of it.
pub(crate) fn windows_of<'a>(
    text: &'a str,
    windows: &[Range<usize>],
) -> Vec<(&'a str, Option<Range<usize>>)> {
    let mut end = 0;
    let is_sound = !windows.is_empty()
        && windows.iter().all(|window| {
            let is_next = window.start >= end && window.start < window.end;
            end = window.end;
            is_next && text.get(window.clone()).is_some()
        });
    if !is_sound {
        return vec![("", Some(0..text.len())), ("", None)];
    }
    let between = |from: usize, to: usize| match &text[from..to] {
        space if from > 0 && to < text.len() && space.trim().is_empty() => space,
        left_out if left_out.trim().is_empty() => "",
        _ => "…",
    };
    let mut end = 0;
    let mut shown = Vec::with_capacity(windows.len() + 1);
    for window in windows {
        shown.push((between(end, window.start), Some(window.clone())));
        end = window.end;
    }
    shown.push((between(end, text.len()), None));
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(text: &str, marks: &[Range<usize>]) -> String {
        pieces(text, marks).map(|piece| piece.text).collect()
    }

    #[test]
    fn adjacent_marks_and_marks_at_both_ends_are_kept() {
        let found: Vec<_> = pieces("甲乙丙", &[0..3, 3..6, 6..9]).collect();
        assert!(found.iter().all(|piece| piece.is_marked));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_mark_inside_a_character_or_out_of_bounds_is_left_out() {
        let text = "甲乙";
        let marks = [1..3, 0..3, 2..6, 3..99];
        let found: Vec<_> = pieces(text, &marks).collect();
        assert_eq!(
            found,
            [
                Piece {
                    text: "甲",
                    is_marked: true
                },
                Piece {
                    text: "乙",
                    is_marked: false
                }
            ]
        );
    }

    proptest! {
        #[test]
        fn pieces_concatenate_to_the_text(
            text in any::<String>(),
            marks in proptest::collection::vec((0usize..40, 0usize..40), 0..6),
        ) {
            let marks: Vec<_> = marks.into_iter().map(|(start, end)| start..end).collect();
            prop_assert_eq!(joined(&text, &marks), text);
        }
    }
}
