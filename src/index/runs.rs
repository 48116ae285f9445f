//! The pairs of a segment while it is gathered: runs of them, sorted.
//!
//! Nearly every pair of a text stands somewhere else in a table of a million
//! lists, so that adding to its list waits for memory three times, which took a
//! third of the time of indexing. Here pairs are put down as they come. When
//! there are many they are sorted, which goes through memory in order, and
//! packed as a run; at the end all runs are merged into the lists of the segment.
//!
//! ```text
//! run:  (step to the next pair, how many documents, document*)*
//! document:  step << 1            the pair stands in it once
//!            step << 1 | 1, times
//! ```
//!
//! A pair is its two characters' codes, 21 bits each. All numbers have seven
//! bits a byte, the lowest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// So many pairs make a run. Few in tests, so that there are several.
const RUN: usize = if cfg!(test) { 50 } else { 1 << 19 };

/// The bits of a character's code or number.
const CHARACTER: u32 = 21;
/// The bits of a document of a run, counted from its first.
const DOCUMENT: u32 = 22;
/// The most bits that pairs are sorted by at once.
const DIGIT: u32 = 10;

/// The pairs of documents that come in order.
#[derive(Default)]
pub(super) struct Pairs {
    /// First character, second, document, by their numbers, from the highest bit.
    batch: Vec<u64>,
    sorted: Vec<u64>,
    /// The first document of the batch.
    first: u32,
    runs: Vec<Run>,
    taken: usize,
    tokens: u64,
}

struct Run {
    first: u32,
    bytes: Box<[u8]>,
}

impl Pairs {
    /// The bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.taken + (self.batch.capacity() + self.sorted.capacity()) * size_of::<u64>()
    }

    /// Says that pairs of a document come next; `characters` are those that have
    /// a number.
    pub(super) fn begin(&mut self, document: u32, characters: &[char]) {
        if self.batch.len() >= RUN || document - self.first >= 1 << DOCUMENT {
            self.end_run(characters);
        }
        if self.batch.is_empty() {
            self.first = document;
        }
    }

    /// Adds a pair of the document that has begun, by the numbers of its characters.
    #[inline]
    pub(super) fn add(&mut self, document: u32, first: u32, second: u32) {
        let two = u64::from(first) << CHARACTER | u64::from(second);
        self.batch
            .push(two << DOCUMENT | u64::from(document - self.first));
    }

    /// Sorts what has been put down, and packs it.
    fn end_run(&mut self, characters: &[char]) {
        if self.batch.is_empty() {
            return;
        }
        let mut order: Vec<char> = characters.to_vec();
        order.sort_unstable();
        let mut ranks = vec![0_u64; characters.len()];
        let by_code = characters.iter().zip(&mut ranks);
        by_code.for_each(|(character, rank)| {
            *rank = order.partition_point(|other| other < character) as u64;
        });
        let width = usize::BITS - order.len().leading_zeros();
        const NUMBER: u64 = (1 << CHARACTER) - 1;
        for pair in &mut self.batch {
            let second = ranks[(*pair >> DOCUMENT & NUMBER) as usize];
            let first = ranks[(*pair >> (DOCUMENT + CHARACTER)) as usize];
            let document = *pair & ((1 << DOCUMENT) - 1);
            *pair = (first << width | second) << DOCUMENT | document;
        }
        sort(&mut self.batch, &mut self.sorted, 2 * width);
        let bytes = pack(&self.batch, &order, width);
        self.tokens += self.batch.len() as u64;
        self.batch.clear();
        self.taken += bytes.len();
        self.runs.push(Run {
            first: self.first,
            bytes,
        });
    }

    /// All pairs in order.
    pub(super) fn merge(mut self, characters: &[char]) -> Merge {
        self.end_run(characters);
        let mut cursors: Vec<Cursor> = self.runs.into_iter().map(Cursor::new).collect();
        let mut next = BinaryHeap::with_capacity(cursors.len());
        for (number, cursor) in cursors.iter_mut().enumerate() {
            next.extend(cursor.next().map(|pair| Reverse((pair, number))));
        }
        Merge {
            cursors,
            next,
            tokens: self.tokens,
        }
    }
}

/// Sorts pairs by the `bits` above the document; those of one pair stay in order.
fn sort(pairs: &mut Vec<u64>, other: &mut Vec<u64>, bits: u32) {
    let passes = bits.div_ceil(DIGIT);
    let width = bits.div_ceil(passes.max(1));
    let mask = (1_u64 << width) - 1;
    other.resize(pairs.len(), 0);
    for pass in 0..passes {
        let shift = DOCUMENT + pass * width;
        let digit = |pair: u64| (pair >> shift & mask) as usize;
        let mut places = [0_u32; 1 << DIGIT];
        pairs.iter().for_each(|&pair| places[digit(pair)] += 1);
        let mut place = 0;
        for count in &mut places {
            place += std::mem::replace(count, place);
        }
        for &pair in &*pairs {
            let place = &mut places[digit(pair)];
            other[*place as usize] = pair;
            *place += 1;
        }
        std::mem::swap(pairs, other);
    }
}

/// Packs sorted pairs, whose characters are places in `order`.
fn pack(pairs: &[u64], order: &[char], width: u32) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(pairs.len() * 3);
    let mut before = 0;
    for pairs in pairs.chunk_by(|one, other| one >> DOCUMENT == other >> DOCUMENT) {
        let two = pairs[0] >> DOCUMENT;
        let code = |rank: u64| u64::from(order[rank as usize]);
        let pair = code(two >> width) << CHARACTER | code(two & ((1 << width) - 1));
        write(&mut bytes, pair - before);
        before = pair;
        let documents = pairs.chunk_by(PartialEq::eq);
        write(&mut bytes, documents.clone().count() as u64);
        let mut document = 0;
        for times in documents {
            let next = times[0] & ((1 << DOCUMENT) - 1);
            let step = next - document;
            document = next;
            match times.len() {
                1 => write(&mut bytes, step << 1),
                times => {
                    write(&mut bytes, step << 1 | 1);
                    write(&mut bytes, times as u64);
                }
            }
        }
    }
    bytes.into_boxed_slice()
}

#[inline]
fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A run while it is read.
struct Cursor {
    run: Run,
    at: usize,
    pair: u64,
}

impl Cursor {
    fn new(run: Run) -> Self {
        Cursor {
            run,
            at: 0,
            pair: 0,
        }
    }

    /// The next pair; its documents have to be read before the one after it.
    fn next(&mut self) -> Option<u64> {
        if self.at == self.run.bytes.len() {
            return None;
        }
        self.pair += self.number();
        Some(self.pair)
    }

    fn documents(&mut self, each: &mut impl FnMut(u32, u32)) {
        let mut document = self.run.first;
        for _ in 0..self.number() {
            let step = self.number() as u32;
            let times = match step & 1 {
                0 => 1,
                _ => self.number() as u32,
            };
            document += step >> 1;
            each(document, times);
        }
    }

    #[inline]
    fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.run.bytes[self.at];
            self.at += 1;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return value;
            }
            shift += 7;
        }
    }
}

/// The pairs of all runs, in order.
pub(super) struct Merge {
    cursors: Vec<Cursor>,
    /// The next pair of each run, the least first.
    next: BinaryHeap<Reverse<(u64, usize)>>,
    tokens: u64,
}

impl Merge {
    /// How many pairs there are, repeats included.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    /// The next pair; [`Merge::documents`] has to be called before the one after it.
    pub(super) fn next(&self) -> Option<[char; 2]> {
        let pair = self.next.peek()?.0.0;
        let character = |code: u64| char::from_u32(code as u32).unwrap_or_default();
        let second = pair & ((1 << CHARACTER) - 1);
        Some([character(pair >> CHARACTER), character(second)])
    }

    /// Calls `each` with the documents of the next pair, in order, and how often
    /// it stands in each.
    pub(super) fn documents(&mut self, mut each: impl FnMut(u32, u32)) {
        let pair = self.next.peek().map(|next| next.0.0);
        while let Some(mut next) = self.next.peek_mut()
            && Some(next.0.0) == pair
        {
            let cursor = &mut self.cursors[next.0.1];
            cursor.documents(&mut each);
            match cursor.next() {
                Some(after) => next.0.0 = after,
                None => {
                    PeekMut::pop(next);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pairs_come_back_in_order_with_their_documents(
            documents in prop::collection::vec(prop::collection::vec((0..7_u32, 0..7_u32), 0..30), 0..20)
        ) {
            // In the order in which they were first seen, not of their codes.
            let characters = ['算', 'a', '\u{1F600}', '力', '0', '𠮷', '券'];
            let mut pairs = Pairs::default();
            let mut expected: BTreeMap<[char; 2], BTreeMap<u32, u32>> = BTreeMap::new();
            for (document, of_it) in documents.iter().enumerate() {
                let document = document as u32 * 3_000_000;
                pairs.begin(document, &characters);
                for &(first, second) in of_it {
                    pairs.add(document, first, second);
                    let two = [first, second].map(|number| characters[number as usize]);
                    *expected.entry(two).or_default().entry(document).or_default() += 1;
                }
            }
            let count: usize = documents.iter().map(Vec::len).sum();
            let mut merge = pairs.merge(&characters);
            prop_assert_eq!(merge.tokens(), count as u64);
            let mut found: BTreeMap<[char; 2], BTreeMap<u32, u32>> = BTreeMap::new();
            let mut before = None;
            while let Some(two) = merge.next() {
                prop_assert!(before < Some(two), "in order");
                before = Some(two);
                let mut last = None;
                merge.documents(|document, times| {
                    assert!(last < Some(document), "in order");
                    last = Some(document);
                    found.entry(two).or_default().insert(document, times);
                });
            }
            prop_assert_eq!(found, expected);
        }
    }
}
