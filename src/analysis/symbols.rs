//! Text as the sequence of symbols that matching sees.
//!
//! Transparent characters are left out, except that a run of them between two
//! digits or two Latin letters takes one place, [`GAP`]; a line or paragraph
//! end is [`END`]. The position of a symbol in this sequence is its position
//! in the index. The same sequence serves indexing, querying and marking.

use std::ops::Range;

use super::class::{Class, class};
use super::damage::{is_damaged, may_be_damaged, meant};
use super::fold::fold;

/// Stands for transparent characters between two digits or two Latin letters.
pub(crate) const GAP: char = ' ';

/// Stands for the end of a line or paragraph.
pub(crate) const END: char = '\n';

/// One matchable character, gap or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// The folded character, [`GAP`] or [`END`].
    pub(crate) character: char,
    /// Whether it can form a pair with its neighbours.
    pub(crate) pairs: bool,
    /// Whether it is certain that another character stood there: see [`meant`].
    pub(crate) is_damaged: bool,
    /// Its first byte in the original text.
    pub(crate) start: u32,
    /// One past its last byte.
    pub(crate) end: u32,
}

impl Symbol {
    /// Whether it is the end of a line, which nothing matches.
    pub(crate) fn is_end(&self) -> bool {
        self.character == END
    }

    /// Whether the character of a query stands there.
    pub(crate) fn reads(&self, character: char) -> bool {
        self.character == character || self.is_damaged && meant(self.character) == character
    }

    /// Its bytes in the original text.
    pub(crate) fn bytes(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A symbol without its place in the text, in a quarter of the memory: what an
/// index takes up of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u32);

impl Code {
    const PAIRS: u32 = 1 << 21;
    const DAMAGED: u32 = 1 << 22;

    /// See [`Symbol::character`].
    #[inline]
    pub(crate) fn character(self) -> char {
        // It was one.
        char::from_u32(self.0 & (Code::PAIRS - 1)).unwrap_or_default()
    }

    /// See [`Symbol::pairs`].
    #[inline]
    pub(crate) fn pairs(self) -> bool {
        self.0 & Code::PAIRS > 0
    }

    /// See [`Symbol::is_damaged`].
    #[inline]
    pub(crate) fn is_damaged(self) -> bool {
        self.0 & Code::DAMAGED > 0
    }
}

impl From<&Symbol> for Code {
    #[inline]
    fn from(symbol: &Symbol) -> Self {
        let flags = (symbol.is_damaged as u32) << 1 | symbol.pairs as u32;
        Code(flags << 21 | symbol.character as u32)
    }
}

/// The symbols of `text`.
///
/// Texts are bounded to 4 GiB by the readers; offsets are 32-bit to halve the memory.
pub(crate) fn symbols(text: &str) -> Vec<Symbol> {
    let mut symbols = Vec::with_capacity(text.len() / 3 + 8);
    let mut before = Class::End;
    // The transparent run since the last symbol, if it could take a place.
    let mut run: Option<(u32, u32)> = None;
    let mut doubtful = Vec::new();
    for (offset, original) in text.char_indices() {
        let folded = fold(original);
        let class = class(folded);
        let start = offset as u32;
        let end = start + original.len_utf8() as u32;
        match class {
            Class::Invisible => continue,
            Class::Transparent => {
                run = Some((run.map_or(start, |(from, _)| from), end));
                continue;
            }
            Class::End => {
                symbols.push(Symbol {
                    character: END,
                    pairs: false,
                    is_damaged: false,
                    start,
                    end,
                });
            }
            // Nearly all of a text: no gap stands before it, and it pairs.
            Class::Han => {
                if may_be_damaged(folded) {
                    doubtful.push(symbols.len());
                }
                symbols.push(Symbol {
                    character: folded,
                    pairs: true,
                    is_damaged: false,
                    start,
                    end,
                });
            }
            _ => {
                if let Some((from, until)) = run
                    && before == class
                    && matches!(class, Class::Digit | Class::Latin)
                {
                    symbols.push(Symbol {
                        character: GAP,
                        pairs: false,
                        is_damaged: false,
                        start: from,
                        end: until,
                    });
                }
                let pairs = class != Class::Breaking
                    || (folded == ',' && before == Class::Digit && run.is_none() && {
                        let next = text[end as usize..].chars().next();
                        next.is_some_and(|next| fold(next).is_ascii_digit())
                    });
                symbols.push(Symbol {
                    character: folded,
                    pairs,
                    is_damaged: false,
                    start,
                    end,
                });
            }
        }
        run = None;
        before = class;
    }
    for at in doubtful {
        symbols[at].is_damaged = is_damaged(&symbols, at);
    }
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        symbols(text)
            .iter()
            .map(|symbol| symbol.character)
            .collect()
    }

    #[test]
    fn transparent_marks_are_left_out_except_between_digits_or_latin_letters() {
        assert_eq!(spelled("《算力 券》—“办法”"), "算力券办法");
        assert_eq!(spelled("2023—2025年"), "2023 2025年");
        assert_eq!(spelled("2023 —— 2025年"), "2023 2025年");
        assert_eq!(spelled("Mind GPT-4o"), "mind gpt4o");
        assert_eq!(spelled("1—2月"), "1 2月");
        assert_eq!(spelled("能，发\n展"), "能,发\n展");
    }

    #[test]
    fn an_invisible_mark_never_takes_a_place() {
        assert_eq!(spelled("2023\u{200B}2025"), "20232025");
        assert_eq!(spelled("cafe\u{301}s"), "cafes");
    }

    #[test]
    fn a_comma_pairs_only_between_digits() {
        let pairs = |text: &str| symbols(text).iter().all(|symbol| symbol.pairs);
        assert!(pairs("3,000"));
        assert!(pairs("3，000"));
        assert!(!pairs("三,000"));
        assert!(!pairs("3, 000"));
    }

    #[test]
    fn symbols_lie_in_order_on_character_boundaries() {
        let text = "臺灣—AI 2.0，２０２４ 年\r\n𠮷";
        let mut before = 0;
        for symbol in symbols(text) {
            assert!(symbol.start >= before && symbol.end > symbol.start);
            assert!(text.get(symbol.bytes()).is_some());
            before = symbol.end;
        }
    }
}
