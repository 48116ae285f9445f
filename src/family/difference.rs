//! What differs between two texts, for a person to read: whole clauses, and
//! within a clause that was altered its characters. Compared as folded, so that
//! script, width, spaces and quotation marks are no difference; shown as written.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::analysis::symbols;

/// Which of two texts has a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both; it is shown as the second has it.
    Both,
    /// The first only: it was taken away.
    First,
    /// The second only: it was put in.
    Second,
}

impl Side {
    /// Returns the name used in machine formats: `both`, `first` or `second`.
    pub fn name(self) -> &'static str {
        match self {
            Side::Both => "both",
            Side::First => "first",
            Side::Second => "second",
        }
    }
}

/// A part of one or both of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which text has it.
    pub side: Side,
    /// The original text.
    pub text: String,
}

/// Parts of two clauses so alike are shown character by character.
const ALIKE: f64 = 0.4;

/// The parts of two texts in order. Those of the second text and of both are
/// the second text; nothing of the first is lost but what both have.
///
/// ```
/// use cewen::{Side, differences};
///
/// let parts = differences("補貼五百萬元，即日起施行。", "补贴八百万元，即日起施行。");
/// let told: Vec<(Side, &str)> = parts.iter().map(|part| (part.side, part.text.as_str())).collect();
/// assert_eq!(told, [
///     (Side::Both, "补贴"), (Side::First, "五"), (Side::Second, "八"), (Side::Both, "百万元，即日起施行。"),
/// ]);
/// ```
pub fn differences(first: &str, second: &str) -> Vec<Difference> {
    let (ours, theirs) = (clauses(first), clauses(second));
    let keys = |text: &str, clauses: &[Range<usize>]| -> Vec<String> {
        clauses
            .iter()
            .map(|range| key(&text[range.clone()]))
            .collect()
    };
    let mut parts = Parts::default();
    let span = |ranges: &[Range<usize>], at: usize, len: usize| match len {
        0 => 0..0,
        len => ranges[at].start..ranges[at + len - 1].end,
    };
    for operation in capture_diff_slices(
        Algorithm::RawMyers,
        &keys(first, &ours),
        &keys(second, &theirs),
    ) {
        match operation {
            DiffOp::Equal { new_index, len, .. } => {
                parts.push(Side::Both, &second[span(&theirs, new_index, len)]);
            }
            DiffOp::Delete {
                old_index, old_len, ..
            } => {
                parts.push(Side::First, &first[span(&ours, old_index, old_len)]);
            }
            DiffOp::Insert {
                new_index, new_len, ..
            } => {
                parts.push(Side::Second, &second[span(&theirs, new_index, new_len)]);
            }
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => parts.replace(
                &first[span(&ours, old_index, old_len)],
                &second[span(&theirs, new_index, new_len)],
            ),
        }
    }
    parts.parts
}

/// A clause as it is compared.
fn key(clause: &str) -> String {
    symbols(clause)
        .iter()
        .map(|symbol| symbol.character)
        .collect()
}

/// The clauses of a text with the marks that end them; together they are the text.
fn clauses(text: &str) -> Vec<Range<usize>> {
    let is_end = |c: char| {
        matches!(
            c,
            '。' | '！' | '？' | '；' | '，' | '：' | '\n' | '!' | '?' | ';'
        )
    };
    let mut start = 0;
    text.split_inclusive(is_end)
        .map(|clause| {
            let range = start..start + clause.len();
            start = range.end;
            range
        })
        .collect()
}

#[derive(Default)]
struct Parts {
    parts: Vec<Difference>,
}

impl Parts {
    fn push(&mut self, side: Side, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut().filter(|last| last.side == side) {
            Some(last) => last.text.push_str(text),
            None => self.parts.push(Difference {
                side,
                text: text.to_owned(),
            }),
        }
    }

    /// One stretch in place of another: character by character if they are alike.
    fn replace(&mut self, first: &str, second: &str) {
        let (ours, theirs) = (symbols(first), symbols(second));
        let characters = |symbols: &[crate::analysis::Symbol]| -> Vec<char> {
            symbols.iter().map(|symbol| symbol.character).collect()
        };
        let operations = capture_diff_slices(
            Algorithm::RawMyers,
            &characters(&ours),
            &characters(&theirs),
        );
        let equal: usize = operations
            .iter()
            .map(|operation| match operation {
                DiffOp::Equal { len, .. } => *len,
                _ => 0,
            })
            .sum();
        if (equal as f64) < ALIKE * ours.len().max(theirs.len()) as f64 {
            self.push(Side::First, first);
            self.push(Side::Second, second);
            return;
        }
        // What stands between two symbols belongs to the one before.
        let (mut at, mut at_second) = (0, 0);
        let end = |text: &str, symbols: &[crate::analysis::Symbol], next: usize| {
            symbols
                .get(next)
                .map_or(text.len(), |symbol| symbol.bytes().start)
        };
        for operation in operations {
            let (old, new) = (operation.old_range(), operation.new_range());
            let from = at..end(first, &ours, old.end).max(at);
            let to = at_second..end(second, &theirs, new.end).max(at_second);
            match operation {
                DiffOp::Equal { .. } => self.push(Side::Both, &second[to.clone()]),
                _ => {
                    if !old.is_empty() {
                        self.push(Side::First, &first[from.clone()]);
                    }
                    self.push(Side::Second, &second[to.clone()]);
                }
            }
            (at, at_second) = (from.end, to.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(first: &str, second: &str) -> String {
        let sign = |part: &Difference| match part.side {
            Side::Both => part.text.clone(),
            Side::First => format!("[-{}-]", part.text),
            Side::Second => format!("{{+{}+}}", part.text),
        };
        differences(first, second).iter().map(sign).collect()
    }

    #[test]
    fn whole_clauses_come_and_go_and_words_within_them() {
        assert_eq!(
            told(
                "市政府今天发放算力券，最高五百万元。下一步将扩大范围。",
                "市政府昨天发放算力券，最高五百万元。我区反应热烈。"
            ),
            "市政府[-今-]{+昨+}天发放算力券，最高五百万元。[-下一步将扩大范围。-]{+我区反应热烈。+}"
        );
    }

    #[test]
    fn script_and_marks_are_no_difference() {
        assert_eq!(told("發放「算力券」，", "发放“算力券”，"), "发放“算力券”，");
    }

    proptest! {
        #[test]
        fn the_parts_of_the_second_text_are_the_second_text(
            first in "[算力券，。a1 “\n]{0,40}", second in "[算力券，。a1 “\n]{0,40}"
        ) {
            let parts = differences(&first, &second);
            let kept = |wanted: Side| -> String {
                let of = parts.iter().filter(|part| part.side != wanted);
                of.map(|part| part.text.as_str()).collect()
            };
            prop_assert_eq!(kept(Side::First), second);
            prop_assert!(parts.windows(2).all(|pair| pair[0].side != pair[1].side));
        }

        #[test]
        fn a_text_does_not_differ_from_itself(text in any::<String>()) {
            let parts = differences(&text, &text);
            prop_assert!(parts.iter().all(|part| part.side == Side::Both));
        }
    }
}
