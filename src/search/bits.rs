//! Sets of neighbouring documents, a bit each.

use std::ops::Range;

use smallvec::{SmallVec, smallvec};
use tantivy::DocId;

/// Some of the documents of a batch. Sets of one batch can be combined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    /// The number of the first word among those of the whole segment.
    base: usize,
    /// Those of an article alone need no memory of their own.
    words: SmallVec<[u64; 4]>,
}

impl Bits {
    /// None of so many documents.
    pub(super) fn none(documents: &Range<DocId>) -> Self {
        let mut bits = Bits::default();
        bits.reset(documents);
        bits
    }

    /// Becomes none of so many documents.
    pub(super) fn reset(&mut self, documents: &Range<DocId>) {
        self.base = documents.start as usize / 64;
        let end = (documents.end as usize).div_ceil(64);
        self.words.clear();
        self.words.resize(end.saturating_sub(self.base), 0);
    }

    /// The same number of documents, none of them.
    pub(super) fn emptied(&self) -> Self {
        Bits {
            base: self.base,
            words: smallvec![0; self.words.len()],
        }
    }

    #[inline]
    pub(super) fn insert(&mut self, document: DocId) {
        let document = document as usize - self.base * 64;
        self.words[document / 64] |= 1 << (document % 64);
    }

    /// Inserts documents, one a call: for many of them.
    pub(super) fn inserter(&mut self) -> impl FnMut(DocId) + '_ {
        let (first, words) = (self.base * 64, &mut self.words[..]);
        move |document| {
            let document = document as usize - first;
            words[document / 64] |= 1 << (document % 64);
        }
    }

    pub(super) fn insert_all(&mut self, documents: Range<DocId>) {
        if documents.is_empty() {
            return;
        }
        let (first, last) = (documents.start as usize, documents.end as usize - 1);
        let words = first / 64 - self.base..=last / 64 - self.base;
        let from = u64::MAX << (first % 64);
        let until = u64::MAX >> (63 - last % 64);
        match self.words[words] {
            [ref mut only] => *only |= from & until,
            [ref mut first, ref mut between @ .., ref mut last] => {
                *first |= from;
                between.fill(u64::MAX);
                *last |= until;
            }
            [] => {}
        }
    }

    #[inline]
    pub(super) fn contains(&self, document: DocId) -> bool {
        let document = document as usize - self.base * 64;
        self.words[document / 64] >> (document % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    pub(super) fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// How many of some documents are in it.
    pub(super) fn count_in(&self, documents: Range<DocId>) -> u32 {
        let mut count = 0;
        self.each_word(documents, |word| count += word.count_ones());
        count
    }

    /// Whether any of some documents is in it.
    pub(super) fn any_in(&self, documents: Range<DocId>) -> bool {
        let mut any = 0;
        self.each_word(documents, |word| any |= word);
        any != 0
    }

    #[inline]
    fn each_word(&self, documents: Range<DocId>, mut found: impl FnMut(u64)) {
        if documents.is_empty() {
            return;
        }
        let (first, last) = (documents.start as usize, documents.end as usize - 1);
        let words = first / 64 - self.base..=last / 64 - self.base;
        let from = u64::MAX << (first % 64);
        let until = u64::MAX >> (63 - last % 64);
        match self.words[words] {
            // Nearly all articles.
            [only] => found(only & from & until),
            [first, ref between @ .., last] => {
                found(first & from);
                between.iter().copied().for_each(&mut found);
                found(last & until);
            }
            [] => {}
        }
    }

    /// The first document in it.
    pub(super) fn first(&self) -> Option<DocId> {
        self.next((self.base * 64) as DocId)
    }

    /// The first document in it from one on.
    #[inline]
    pub(super) fn next(&self, from: DocId) -> Option<DocId> {
        let from = from as usize - self.base * 64;
        let mut number = from / 64;
        let mut word = *self.words.get(number)? & u64::MAX << (from % 64);
        while word == 0 {
            number += 1;
            word = *self.words.get(number)?;
        }
        let bit = word.trailing_zeros() as usize;
        Some(((self.base + number) * 64 + bit) as DocId)
    }

    /// Keeps what is in another set too.
    pub(super) fn retain_all(&mut self, other: &Bits) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    /// Removes what is in another set.
    pub(super) fn remove_all(&mut self, other: &Bits) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Adds what is in another set.
    pub(super) fn add_all(&mut self, other: &Bits) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    /// Calls `found` with each that is among those of a whole segment.
    pub(super) fn each_among(&self, segment: &[u64], mut found: impl FnMut(DocId)) {
        let others = segment.get(self.base..).unwrap_or_default();
        for (number, (word, other)) in self.words.iter().zip(others).enumerate() {
            let mut left = word & other;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                found(((self.base + number) * 64 + bit) as DocId);
            }
        }
    }

    /// Adds all documents between two of a whole segment's `begins`, from the one
    /// to before the other, where any of them is in it.
    pub(super) fn fill(&mut self, begins: &[u64]) {
        self.fill_on(begins);
        // And down from those that begin nothing, in steps of 1, 2, 4 … 32.
        let begins = begins.get(self.base..).unwrap_or_default();
        let mut carried = 0;
        for (word, begins) in self.words.iter_mut().zip(begins).rev() {
            if *word | carried == 0 {
                continue;
            }
            let mut filled = *word | carried << 63;
            let mut goes_on = !begins >> 1;
            for step in [1, 2, 4, 8, 16, 32] {
                filled |= filled >> step & goes_on;
                goes_on &= goes_on >> step;
            }
            *word = filled;
            carried = filled & !begins & 1;
        }
    }

    /// Adds the documents after each of it up to the next of a whole segment's
    /// `begins`.
    pub(super) fn fill_on(&mut self, begins: &[u64]) {
        let begins = begins.get(self.base..).unwrap_or_default();
        let mut carried = 0;
        for (word, begins) in self.words.iter_mut().zip(begins) {
            // Most are empty where few articles are looked at.
            if *word | carried == 0 {
                continue;
            }
            let first = *word | (carried & !begins);
            // Added to those that the next document goes on from, a one is carried
            // to the end of theirs, and changes all on its way.
            let goes_on = !begins >> 1;
            let filled = (((first & goes_on) + goes_on) ^ goes_on) | first;
            *word = filled;
            carried = filled >> 63;
        }
    }

    /// What of it is among those of a whole segment.
    pub(super) fn among(&self, segment: &[u64]) -> Self {
        let others = segment.get(self.base..).unwrap_or_default();
        let mut some = self.clone();
        let others = others.iter().chain(std::iter::repeat(&0));
        for (word, other) in some.words.iter_mut().zip(others) {
            *word &= other;
        }
        some
    }

    /// Keeps those for which `keep` says so.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(DocId) -> bool) {
        for (number, word) in self.words.iter_mut().enumerate() {
            let mut left = *word;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let document = (self.base + number) * 64 + bit as usize;
                if !keep(document as DocId) {
                    *word &= !(1 << bit);
                }
            }
        }
    }

    /// Its documents, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        let words = self.words.iter().enumerate();
        words.flat_map(move |(number, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                Some(((self.base + number) * 64 + bit) as DocId)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn sets() -> impl Strategy<Value = (Range<DocId>, BTreeSet<DocId>, BTreeSet<DocId>)> {
        (0..300_u32, 1..300_u32).prop_flat_map(|(start, length)| {
            let documents = start..start + length;
            let set = prop::collection::btree_set(documents.clone(), 0..80);
            (Just(documents), set.clone(), set)
        })
    }

    fn bits(documents: &Range<DocId>, set: &BTreeSet<DocId>) -> Bits {
        let mut bits = Bits::none(documents);
        set.iter().for_each(|&document| bits.insert(document));
        bits
    }

    fn members(bits: &Bits) -> BTreeSet<DocId> {
        bits.iter().collect()
    }

    proptest! {
        #[test]
        fn bits_are_sets((documents, one, other) in sets(), at in 0..300_u32, length in 0..200_u32) {
            let (mut a, b) = (bits(&documents, &one), bits(&documents, &other));
            prop_assert_eq!(&members(&a), &one);
            prop_assert_eq!(a.count() as usize, one.len());
            prop_assert_eq!(a.is_empty(), one.is_empty());
            let from = (documents.start + at).min(documents.end - 1);
            prop_assert_eq!(a.next(from), one.range(from..).next().copied());
            prop_assert_eq!(a.contains(from), one.contains(&from));
            let some = from..(from + length).min(documents.end);
            prop_assert_eq!(a.count_in(some.clone()) as usize, one.range(some.clone()).count());
            prop_assert_eq!(a.any_in(some.clone()), one.range(some.clone()).next().is_some());

            a.insert_all(some.clone());
            let one: BTreeSet<DocId> = one.into_iter().chain(some).collect();
            let mut begins = vec![0_u64; 600_usize.div_ceil(64)];
            for begin in other.iter().copied().chain([documents.start, documents.end]) {
                begins[begin as usize / 64] |= 1 << (begin % 64);
            }
            let mut filled = a.clone();
            filled.fill(&begins);
            let mut bounds: Vec<DocId> = other.iter().copied().collect();
            bounds.extend([documents.start, documents.end]);
            bounds.sort_unstable();
            let runs = bounds.windows(2).map(|bounds| bounds[0]..bounds[1]);
            let touched = runs.filter(|run| one.range(run.clone()).next().is_some());
            prop_assert_eq!(members(&filled), touched.flatten().collect());
            let mut filled = a.clone();
            filled.fill_on(&begins);
            let runs = bounds.windows(2).map(|bounds| bounds[0]..bounds[1]);
            let from_first = runs.filter_map(|run| Some(*one.range(run.clone()).next()?..run.end));
            prop_assert_eq!(members(&filled), from_first.flatten().collect());
            prop_assert_eq!(&members(&a), &one);
            let mut both = a.clone();
            both.retain_all(&b);
            prop_assert_eq!(members(&both), &one & &other);
            let mut rest = a.clone();
            rest.remove_all(&b);
            prop_assert_eq!(members(&rest), &one - &other);
            a.add_all(&b);
            prop_assert_eq!(members(&a), &one | &other);
            a.retain(|document| document % 3 == 0);
            let thirds = (&one | &other).into_iter().filter(|document| document % 3 == 0);
            prop_assert_eq!(members(&a), thirds.collect());
        }
    }
}
