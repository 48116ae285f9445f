//! Posting lists in memory, as they grow while a segment is gathered.
//!
//! A list is 32 bytes and a chain of stretches of bytes in shared pages, each
//! twice as long as the one before. Its last document is kept in the list
//! itself, so that a term of one document has no stretch at all. Which list
//! belongs to which term is told by a number of 64 bits; a table finds it.

/// Bytes of a page.
const PAGE: usize = 1 << PAGE_BITS;
const PAGE_BITS: u32 = 20;
/// The bits of the first stretch's length, and of the longest's.
const SHORTEST: u16 = 3;
const LONGEST: u16 = 14;
/// Bytes of the place of the next stretch, at the end of each.
const LINK: usize = 4;

/// What is kept of the documents of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Which they are.
    Documents,
    /// And how often it stands in them.
    Frequencies,
    /// And where.
    Positions,
}

#[derive(Clone, Copy)]
struct List {
    key: u64,
    /// The last document.
    document: u32,
    /// With positions: the last of them. Else how often the term stands in the
    /// last document, which has not been written yet.
    open: u32,
    /// The document before it.
    before: u32,
    first: u32,
    /// Where the next byte goes, if `left` is not 0.
    next: u32,
    left: u16,
    /// The bits of the last stretch's length; 0 if there is none.
    bits: u16,
}

/// The lists of a field.
pub(super) struct Lists {
    record: Record,
    lists: Vec<List>,
    /// The upper half of a key's hash, and the number of its list plus one.
    table: Vec<(u32, u32)>,
    pages: Pages,
    /// How many postings there are, repeats within a document included.
    tokens: u64,
}

impl Lists {
    pub(super) fn new(record: Record) -> Self {
        Lists {
            record,
            lists: Vec::new(),
            table: vec![(0, 0); 1 << 8],
            pages: Pages::default(),
            tokens: 0,
        }
    }

    /// The bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.lists.capacity() * size_of::<List>()
            + self.table.len() * size_of::<(u32, u32)>()
            + self.pages.pages.len() * PAGE
    }

    /// How many postings there are, repeats within a document included.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    /// What is kept of documents.
    pub(super) fn record(&self) -> Record {
        self.record
    }

    /// Whether a list has no documents.
    pub(super) fn is_empty(&self, number: u32) -> bool {
        self.lists[number as usize].open == 0
    }

    /// The keys of all lists, by their numbers.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        self.lists.iter().map(|list| list.key)
    }

    /// The number of the list with this hash and a key that `is_it` takes for
    /// its own.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u64) -> bool) -> Option<u32> {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.table[at] {
                (_, 0) => return None,
                (other, number) if other == hash && is_it(self.lists[number as usize - 1].key) => {
                    return Some(number - 1);
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Adds a list that [`Lists::find`] has not found.
    pub(super) fn insert(&mut self, hash: u32, key: u64) -> u32 {
        let number = self.push(key);
        if self.lists.len() * 2 > self.table.len() {
            let larger = vec![(0, 0); self.table.len() * 2];
            for (hash, number) in std::mem::replace(&mut self.table, larger) {
                if number > 0 {
                    self.enter(hash, number);
                }
            }
        }
        self.enter(hash, number + 1);
        number
    }

    fn enter(&mut self, hash: u32, number: u32) {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        while self.table[at].1 > 0 {
            at = (at + 1) & mask;
        }
        self.table[at] = (hash, number);
    }

    /// Adds a list that is found without the table.
    pub(super) fn push(&mut self, key: u64) -> u32 {
        let number = self.lists.len() as u32;
        self.lists.push(List {
            key,
            document: 0,
            open: 0,
            before: 0,
            first: 0,
            next: 0,
            left: 0,
            bits: 0,
        });
        number
    }

    /// Adds to a list that its term stands at `position` of `document`, which
    /// is the last document of all so far or one after it.
    pub(super) fn add(&mut self, number: u32, document: u32, position: u32) {
        self.tokens += 1;
        let (list, pages) = (&mut self.lists[number as usize], &mut self.pages);
        let is_new = list.open == 0 || list.document != document;
        match self.record {
            Record::Documents | Record::Frequencies if !is_new => list.open += 1,
            Record::Documents | Record::Frequencies => {
                let step = list.document - list.before;
                match list.open {
                    0 => {}
                    1 => pages.write(list, step << 1),
                    times => {
                        pages.write(list, step << 1 | 1);
                        pages.write(list, times);
                    }
                }
                list.before = list.document;
                list.document = document;
                list.open = 1;
            }
            // As `open`, a position is one more, and so is the step to it.
            Record::Positions if !is_new => {
                pages.write(list, position + 2 - list.open);
                list.open = position + 1;
            }
            Record::Positions => {
                if list.open > 0 {
                    pages.write_byte(list, 0);
                }
                pages.write(list, document - list.document);
                pages.write(list, position + 1);
                list.document = document;
                list.open = position + 1;
            }
        }
    }

    /// Calls `each` with every document of a list, how often its term stands
    /// there and the steps from position to position.
    pub(super) fn each(
        &self,
        number: u32,
        bytes: &mut Vec<u8>,
        mut each: impl FnMut(u32, u32, &[u32]),
    ) {
        let list = &self.lists[number as usize];
        self.pages.read(list, bytes);
        let mut rest = bytes.iter().copied();
        let mut document = 0;
        if self.record != Record::Positions {
            while let Some(step) = next_number(&mut rest) {
                let times = match step & 1 {
                    0 => Some(1),
                    _ => next_number(&mut rest),
                };
                document += step >> 1;
                each(document, times.unwrap_or(1), &[]);
            }
            each(list.document, list.open, &[]);
            return;
        }
        let mut steps = Vec::new();
        while let Some(step) = next_number(&mut rest) {
            document += step;
            steps.clear();
            let rest = std::iter::from_fn(|| next_number(&mut rest));
            steps.extend(rest.take_while(|&step| step > 0).map(|step| step - 1));
            each(document, steps.len() as u32, &steps);
        }
    }
}

/// The bytes of all lists.
#[derive(Default)]
struct Pages {
    pages: Vec<Box<[u8; PAGE]>>,
    /// Bytes of the last page that are taken.
    taken: usize,
}

impl Pages {
    /// Writes a number, seven bits a byte, the lowest first.
    #[inline]
    fn write(&mut self, list: &mut List, mut value: u32) {
        while value >= 0x80 {
            self.write_byte(list, value as u8 | 0x80);
            value >>= 7;
        }
        self.write_byte(list, value as u8);
    }

    #[inline]
    fn write_byte(&mut self, list: &mut List, byte: u8) {
        if list.left == 0 {
            self.stretch(list);
        }
        self.pages[(list.next >> PAGE_BITS) as usize][list.next as usize % PAGE] = byte;
        list.next += 1;
        list.left -= 1;
    }

    /// Gives a list room for more bytes.
    #[cold]
    fn stretch(&mut self, list: &mut List) {
        let bits = match list.bits {
            0 => SHORTEST,
            bits => (bits + 1).min(LONGEST),
        };
        let length = 1 << bits;
        if self.pages.is_empty() || self.taken + length + LINK > PAGE {
            self.pages.push(empty_page());
            self.taken = 0;
        }
        let place = ((self.pages.len() - 1) << PAGE_BITS | self.taken) as u32;
        self.taken += length + LINK;
        match list.bits {
            0 => list.first = place,
            // The link of the stretch before stands where its bytes end.
            _ => {
                let at = list.next as usize % PAGE;
                let page = &mut self.pages[(list.next >> PAGE_BITS) as usize];
                page[at..at + LINK].copy_from_slice(&place.to_le_bytes());
            }
        }
        (list.next, list.left, list.bits) = (place, length as u16, bits);
    }

    /// Reads the bytes of a list.
    fn read(&self, list: &List, bytes: &mut Vec<u8>) {
        bytes.clear();
        if list.bits == 0 {
            return;
        }
        let (mut place, mut bits) = (list.first as usize, SHORTEST);
        let last = list.next as usize + usize::from(list.left) - (1 << list.bits);
        loop {
            let page = &self.pages[place >> PAGE_BITS];
            let start = place % PAGE;
            let end = start + (1 << bits);
            if place == last {
                bytes.extend_from_slice(&page[start..end - usize::from(list.left)]);
                return;
            }
            bytes.extend_from_slice(&page[start..end]);
            let link = page[end..end + LINK].try_into().unwrap_or_default();
            place = u32::from_le_bytes(link) as usize;
            bits = (bits + 1).min(LONGEST);
        }
    }
}

fn empty_page() -> Box<[u8; PAGE]> {
    let page: Box<[u8]> = vec![0; PAGE].into_boxed_slice();
    page.try_into().expect("a page is as long as a page")
}

/// Reads a number of seven bits a byte.
#[inline]
fn next_number(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut byte = bytes.next()?;
    let mut number = u32::from(byte & 0x7F);
    let mut shift = 7;
    while byte & 0x80 > 0 {
        byte = bytes.next()?;
        number |= u32::from(byte & 0x7F) << shift;
        shift += 7;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Postings = Vec<(u32, Vec<u32>)>;

    /// Documents in ascending order, each with the positions of a term, near and
    /// far, and the same one twice.
    fn postings() -> impl Strategy<Value = Postings> {
        let positions = prop::collection::vec(0..300_u32, 1..4);
        prop::collection::vec((1..40_000_u32, positions), 1..600).prop_map(|steps| {
            let mut document = 0;
            let mut postings = Vec::new();
            for (number, (step, steps)) in steps.into_iter().enumerate() {
                document += if number == 0 { step - 1 } else { step };
                let mut position = 0;
                let steps = steps.into_iter().map(|step| {
                    position += step;
                    position
                });
                postings.push((document, steps.collect()));
            }
            postings
        })
    }

    proptest! {
        #[test]
        fn lists_are_read_back_as_written(lists in prop::collection::vec(postings(), 1..4)) {
            for record in [Record::Documents, Record::Frequencies, Record::Positions] {
                let mut written = Lists::new(record);
                let mut all: Vec<(u32, u32, u32)> = Vec::new();
                for (postings, number) in lists.iter().zip(0..) {
                    prop_assert_eq!(written.push(number.into()), number);
                    for (document, positions) in postings {
                        all.extend(positions.iter().map(|&at| (*document, number, at)));
                    }
                }
                // Document by document, all lists in turn.
                all.sort_unstable();
                for (document, number, position) in all {
                    written.add(number, document, position);
                }
                for (postings, number) in lists.iter().zip(0..) {
                    let mut read: Postings = Vec::new();
                    let mut times = Vec::new();
                    written.each(number, &mut Vec::new(), |document, often, steps| {
                        times.push(often);
                        let mut position = 0;
                        let positions = steps.iter().map(|step| {
                            position += step;
                            position
                        });
                        read.push((document, positions.collect()));
                    });
                    let expected = |postings: &Postings| -> Vec<u32> {
                        postings.iter().map(|(_, positions)| positions.len() as u32).collect()
                    };
                    prop_assert_eq!(times, expected(postings));
                    match record {
                        Record::Positions => prop_assert_eq!(&read, postings),
                        _ => prop_assert!(read.iter().map(|one| one.0).eq(postings.iter().map(|one| one.0))),
                    }
                }
            }
        }
    }

    #[test]
    fn a_list_is_found_by_its_key_however_many_there_are() {
        let mut lists = Lists::new(Record::Documents);
        // Hashes that meet.
        let hash = |key: u64| (key % 700) as u32;
        for round in 0..2 {
            for key in 0..5_000_u64 {
                let found = lists.find(hash(key), |other| other == key);
                assert_eq!(found.is_some(), round == 1, "{key}");
                let number = found.unwrap_or_else(|| lists.insert(hash(key), key));
                assert_eq!(u64::from(number), key);
            }
        }
    }
}
