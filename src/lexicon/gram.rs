//! Up to eight Han characters in one number, and the runs they come from.

use std::hash::{BuildHasherDefault, Hasher};

use crate::analysis::{Class, MAX_WORD_CHARS, class, fold};

/// One to [`MAX_WORD_CHARS`] folded Han characters of the basic plane, 16 bits
/// each, the last one lowest. Invariant: never 0, and of no two texts the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Gram(u128);

impl Gram {
    /// The gram of one character.
    pub(super) fn of(character: u16) -> Self {
        Gram(u128::from(character))
    }

    /// This gram with one more character. One that is full loses its first.
    pub(super) fn with(self, character: u16) -> Self {
        Gram(self.0 << 16 | u128::from(character))
    }

    /// The gram of a text; `None` if it is not 1 to 8 Han characters of the
    /// basic plane.
    #[cfg(test)]
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let codes: Option<Vec<u16>> = text.chars().map(|c| code(fold(c))).collect();
        let codes = codes.filter(|codes| (1..=MAX_WORD_CHARS).contains(&codes.len()))?;
        let (&first, rest) = codes.split_first()?;
        Some(
            rest.iter()
                .fold(Gram::of(first), |gram, &code| gram.with(code)),
        )
    }

    /// How many characters it has.
    pub(super) fn len(self) -> usize {
        MAX_WORD_CHARS - self.0.leading_zeros() as usize / 16
    }

    /// Its characters from `from` up to `until`, which must be within its
    /// length and not empty.
    pub(super) fn part(self, from: usize, until: usize) -> Self {
        let after = self.0 >> (16 * (self.len() - until));
        match until - from {
            MAX_WORD_CHARS => Gram(after),
            kept => Gram(after & ((1 << (16 * kept)) - 1)),
        }
    }

    /// Its first character.
    pub(super) fn first(self) -> char {
        decoded((self.0 >> (16 * (self.len() - 1))) as u16)
    }

    /// Its last character.
    pub(super) fn last(self) -> char {
        decoded(self.0 as u16)
    }

    /// Its text, folded.
    pub(super) fn text(self) -> String {
        let length = self.len();
        (0..length)
            .map(|at| decoded((self.0 >> (16 * (length - 1 - at))) as u16))
            .collect()
    }

    /// All shorter parts of at least two characters.
    pub(super) fn parts(self) -> impl Iterator<Item = Gram> {
        let length = self.len();
        (2..length)
            .flat_map(move |kept| (0..=length - kept).map(move |from| self.part(from, from + kept)))
    }

    /// Mixes all bits into 64 (multiplication and xor-shift; the constants are
    /// SplitMix64's).
    pub(super) fn mixed(self) -> u64 {
        let high = (self.0 >> 64) as u64;
        let mut mixed = (self.0 as u64) ^ high.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A character as 16 bits, if it is Han and of the basic plane. The others are
/// too rare to mine words of.
fn code(folded: char) -> Option<u16> {
    let code = u16::try_from(u32::from(folded)).ok()?;
    (class(folded) == Class::Han).then_some(code)
}

fn decoded(code: u16) -> char {
    char::from_u32(u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Characters that say how many: what stands beside one is a measure word or a
/// figure, whichever of them it is.
const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两几数多余第";

/// What stands beside a gram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Neighbour {
    /// A Han character.
    Han(u16),
    /// A figure, of digits or Han numerals, or a Latin letter.
    Figure,
    /// A mark, or the end of the text.
    Mark,
}

/// A run of Han characters, folded, with what stands before and after it.
pub(super) struct Run<'a> {
    pub(super) codes: &'a [u16],
    before: Neighbour,
    after: Neighbour,
}

impl Run<'_> {
    /// What stands before the character number `start`.
    pub(super) fn left_of(&self, start: usize) -> Neighbour {
        match start.checked_sub(1).and_then(|at| self.codes.get(at)) {
            Some(&code) => neighbour(code),
            None => self.before,
        }
    }

    /// What stands at the character number `end`, one past a gram.
    pub(super) fn right_of(&self, end: usize) -> Neighbour {
        self.codes
            .get(end)
            .map_or(self.after, |&code| neighbour(code))
    }
}

fn neighbour(code: u16) -> Neighbour {
    match NUMERALS.contains(decoded(code)) {
        true => Neighbour::Figure,
        false => Neighbour::Han(code),
    }
}

/// Stands in no new word but in nearly every phrase: it ends a run.
const DIVIDER: char = '的';

/// Calls `found` with each run of Han characters of `text`; everything else
/// ends a run. `codes` is working memory.
pub(super) fn runs(text: &str, codes: &mut Vec<u16>, mut found: impl FnMut(&Run<'_>)) {
    codes.clear();
    let mut before = Neighbour::Mark;
    let mut finish = |codes: &mut Vec<u16>, before: &mut Neighbour, after: Neighbour| {
        if !codes.is_empty() {
            found(&Run {
                codes,
                before: *before,
                after,
            });
            codes.clear();
        }
        *before = after;
    };
    for original in text.chars() {
        let folded = fold(original);
        match (code(folded), class(folded)) {
            (Some(code), _) if folded == DIVIDER => {
                finish(codes, &mut before, Neighbour::Han(code));
            }
            (Some(code), _) => codes.push(code),
            // A zero-width character within a word does not end it.
            (None, Class::Invisible) => {}
            (None, Class::Digit | Class::Latin | Class::Letter) => {
                finish(codes, &mut before, Neighbour::Figure);
            }
            (None, _) => finish(codes, &mut before, Neighbour::Mark),
        }
    }
    finish(codes, &mut before, Neighbour::Mark);
}

/// A map from grams, hashed by [`Gram::mixed`].
pub(super) type GramMap<T> = std::collections::HashMap<Gram, T, BuildHasherDefault<GramHasher>>;

/// Hashes what `Gram` writes: one `u128`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct GramHasher(u64);

impl Hasher for GramHasher {
    fn write_u128(&mut self, value: u128) {
        self.0 = Gram(value).mixed();
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0.rotate_left(8) ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_is_its_text_and_its_parts_are_theirs() {
        let gram = Gram::of_text("粵港澳大灣區").unwrap();
        assert_eq!((gram.text().as_str(), gram.len()), ("粤港澳大湾区", 6));
        assert_eq!(gram.part(0, 3).text(), "粤港澳");
        assert_eq!(gram.part(3, 6).text(), "大湾区");
        assert_eq!((gram.first(), gram.last()), ('粤', '区'));
        let eight = Gram::of_text("一二三四五六七八").unwrap();
        assert_eq!(eight.part(0, 8), eight);
        assert_eq!(eight.part(1, 8).text(), "二三四五六七八");
        assert_eq!(eight.parts().count(), 7 + 6 + 5 + 4 + 3 + 2);
        assert_eq!(Gram::of_text("算力A"), None);
        assert_eq!(Gram::of_text("一二三四五六七八九"), None);
    }

    #[test]
    fn runs_end_at_everything_that_is_not_han_and_know_what_stands_around() {
        let mut found = Vec::new();
        let text = "發放《算力券》，5市的算\u{200B}力𠮷券\n";
        runs(text, &mut Vec::new(), |run| {
            let text: String = run.codes.iter().map(|&code| decoded(code)).collect();
            found.push((text, run.left_of(0), run.right_of(run.codes.len())));
        });
        let found: Vec<(&str, Neighbour, Neighbour)> = found
            .iter()
            .map(|(text, left, right)| (text.as_str(), *left, *right))
            .collect();
        let (mark, of) = (Neighbour::Mark, Neighbour::Han('的' as u16));
        assert_eq!(
            found,
            [
                ("发放", mark, mark),
                ("算力券", mark, mark),
                ("市", Neighbour::Figure, of),
                ("算力", of, mark),
                ("券", mark, mark),
            ]
        );
        runs("三個百分點", &mut Vec::new(), |run| {
            assert_eq!(run.left_of(1), Neighbour::Figure);
            assert_eq!(run.right_of(1), Neighbour::Han('个' as u16));
        });
    }
}
