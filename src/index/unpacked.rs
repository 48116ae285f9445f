//! The columns of a segment unpacked, for searches that ask for most of their
//! values.
//!
//! A single search of a large index does little else before it looks at
//! anything, so it is done in loops without branches, a stretch at a time and
//! several values at once.

use tantivy::DocId;

use super::rough::{Portion, Rough};
use super::schema::Layout;

/// Columns unpacked: 2.5 bytes a document and 8 an article.
pub(crate) struct Unpacked {
    /// Of each document its [`Rough`], and how many articles begin after the
    /// first document of its stretch up to it.
    marks: Vec<(Rough, u8)>,
    /// The number of the article that the first document of each stretch
    /// belongs to.
    stretches: Vec<u32>,
    /// Of each article its title document and its symbols.
    articles: Vec<(DocId, u32)>,
    /// A bit for each document that is a passage, that stands around articles,
    /// or that is a title or heading.
    passages: Vec<u64>,
    furniture: Vec<u64>,
    heads: Vec<u64>,
    /// A bit for each document that begins an article, and for each number after
    /// the last document.
    begins: Vec<u64>,
}

/// How many documents are unpacked at once: what [`Unpacked::marks`] counts
/// fits in a byte each.
pub(super) const STRETCH: usize = 256;

impl Unpacked {
    /// Unpacks the layouts of so many documents, which are read as stored
    /// values from a document on. `long` says how many symbols an article has
    /// that has more than its title can tell.
    pub(super) fn new(
        documents: usize,
        read: impl Fn(usize, &mut [u64]),
        long: impl Fn(DocId) -> u32,
    ) -> Self {
        let words = documents.div_ceil(64);
        let mut unpacked = Unpacked {
            marks: Vec::with_capacity(documents),
            stretches: Vec::with_capacity(documents.div_ceil(STRETCH)),
            articles: Vec::new(),
            passages: Vec::with_capacity(words),
            furniture: Vec::with_capacity(words),
            heads: Vec::with_capacity(words),
            begins: Vec::with_capacity(words),
        };
        let mut values = [0; STRETCH];
        for start in (0..documents).step_by(STRETCH) {
            // What is behind the last counts as nothing.
            let (read_into, behind) = values.split_at_mut(STRETCH.min(documents - start));
            read(start, read_into);
            behind.fill(0);
            unpacked.add(start, &values, &long);
        }
        unpacked.marks.truncate(documents);
        for bits in [
            &mut unpacked.passages,
            &mut unpacked.furniture,
            &mut unpacked.heads,
            &mut unpacked.begins,
        ] {
            bits.truncate(words);
        }
        if let Some(last) = unpacked.begins.last_mut()
            && !documents.is_multiple_of(64)
        {
            *last |= u64::MAX << (documents % 64);
        }
        unpacked
    }

    /// Adds a stretch, which begins with a document.
    fn add(&mut self, start: usize, values: &[u64; STRETCH], long: impl Fn(DocId) -> u32) {
        let mut layouts = [0; STRETCH];
        let mut codes = [0; STRETCH];
        let mut roughs = [Rough::default(); STRETCH];
        for (layout, &value) in layouts.iter_mut().zip(values) {
            *layout = value as u16;
        }
        for (code, &layout) in codes.iter_mut().zip(&layouts) {
            *code = Layout::code_of(layout);
        }
        for (rough, &layout) in roughs.iter_mut().zip(&layouts) {
            *rough = Rough::of_value(layout);
        }
        let begins = u32::from(codes[0] >> TITLE);
        let before = self.articles.len() as u32;
        self.stretches.push((before + begins).saturating_sub(1));
        let afters = begun_after_first(&codes);
        let marks = roughs.iter().zip(&afters);
        self.marks
            .extend(marks.map(|(&rough, &after)| (rough, after)));
        for (from, codes) in (0..).step_by(64).zip(codes.as_chunks::<64>().0) {
            let [titles, heads, passages, furniture] = bits(codes);
            self.heads.push(heads);
            self.passages.push(passages);
            self.furniture.push(furniture);
            self.begins.push(titles);
            let mut left = titles;
            while left > 0 {
                let at = from + left.trailing_zeros() as usize;
                left &= left - 1;
                let title = (start + at) as DocId;
                let mut size = Layout::symbols_of(values[at % STRETCH]);
                if size == Layout::MAX_SYMBOLS {
                    size = long(title);
                    self.marks[title as usize].0 = Rough::new(Portion::Head, size);
                }
                self.articles.push((title, size));
            }
        }
    }

    /// How many documents there are.
    pub(crate) fn documents(&self) -> DocId {
        self.marks.len() as DocId
    }

    /// How many articles there are.
    pub(crate) fn articles(&self) -> u32 {
        self.articles.len() as u32
    }

    /// The number of the article that a document belongs to, in the order of
    /// documents, and what the document counts as.
    #[inline]
    pub(crate) fn article_of(&self, document: DocId) -> (u32, Rough) {
        let (rough, after) = self.marks[document as usize];
        (
            self.stretches[document as usize / STRETCH] + u32::from(after),
            rough,
        )
    }

    /// The title documents of all articles.
    pub(super) fn titles(&self) -> impl ExactSizeIterator<Item = DocId> {
        self.articles.iter().map(|&(title, _)| title)
    }

    /// The title document of an article.
    #[inline]
    pub(crate) fn title(&self, article: u32) -> DocId {
        self.articles[article as usize].0
    }

    /// The first document after an article.
    #[inline]
    pub(crate) fn end(&self, article: u32) -> DocId {
        let next = self.articles.get(article as usize + 1);
        next.map_or(self.documents(), |&(title, _)| title)
    }

    /// Where a document stands: see [`Layout::to_place`].
    #[inline]
    pub(super) fn place(&self, document: DocId) -> u64 {
        let (article, _) = self.article_of(document);
        let title = self.title(article);
        u64::from(match document == title {
            true => self.end(article) - 1 - title,
            false => document - title,
        })
    }

    /// The symbols of an article.
    #[inline]
    pub(crate) fn size(&self, article: u32) -> u32 {
        self.articles[article as usize].1
    }

    /// A bit for each document that is a passage.
    pub(crate) fn passages(&self) -> &[u64] {
        &self.passages
    }

    /// A bit for each document that stands around articles.
    pub(crate) fn furniture(&self) -> &[u64] {
        &self.furniture
    }

    /// A bit for each document that is a title or heading.
    pub(crate) fn heads(&self) -> &[u64] {
        &self.heads
    }

    /// A bit for each document that begins an article, and for each number after
    /// the last document.
    pub(crate) fn begins(&self) -> &[u64] {
        &self.begins
    }

    /// Whether the article that a document belongs to has a heading.
    pub(crate) fn is_headed(&self, document: DocId) -> bool {
        let (article, _) = self.article_of(document);
        let first = self.title(article) as usize + 1;
        let end = self.end(article) as usize;
        (first / 64..end.div_ceil(64)).any(|word| {
            let before = u64::MAX.unbounded_shl(first.saturating_sub(word * 64) as u32);
            let behind = u64::MAX.unbounded_shl((end - word * 64) as u32);
            self.heads[word] & before & !behind != 0
        })
    }
}

/// A one in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The bit of a code that titles have.
const TITLE: u32 = 2;

/// Of each document how many articles begin after the first one up to it, by
/// their codes. Eight at a time: multiplied by [`ONES`], each byte becomes the sum
/// of those before it and itself.
fn begun_after_first(codes: &[u8; STRETCH]) -> [u8; STRETCH] {
    let mut all = [0; STRETCH];
    let sums = |codes: &[u8; 8]| {
        let titles = u64::from_le_bytes(*codes) >> TITLE & ONES;
        titles.wrapping_mul(ONES)
    };
    let mut begun = u64::from(codes[0] >> TITLE).wrapping_neg();
    let groups = codes.as_chunks().0.iter();
    for (group, codes) in all.as_chunks_mut().0.iter_mut().zip(groups) {
        let sums = sums(codes).wrapping_add(begun.wrapping_mul(ONES));
        *group = sums.to_le_bytes();
        begun = sums >> 56;
    }
    all
}

/// A bit for each code that is of a title, of a title or heading, of a passage
/// and of furniture. Eight codes at a time: each bit of them is gathered from
/// its byte into one byte by a multiplication.
fn bits(codes: &[u8; 64]) -> [u64; 4] {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (mut low, mut high, mut titles) = (0, 0, 0);
    for (at, &codes) in codes.as_chunks::<8>().0.iter().enumerate() {
        let codes = u64::from_le_bytes(codes);
        let gathered = |bit: u32| (codes >> bit & ONES).wrapping_mul(GATHER) >> 56 << (8 * at);
        low |= gathered(0);
        high |= gathered(1);
        titles |= gathered(TITLE);
    }
    [titles, low & high, low & !high, high & !low]
}

#[cfg(test)]
mod tests {
    use super::super::schema::Kind;
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = Vec<Kind>> {
        let after = prop::sample::select(vec![
            Kind::Heading,
            Kind::Passage,
            Kind::Furniture,
            Kind::Opening,
        ]);
        let article = prop::collection::vec(after, 0..300).prop_map(|mut kinds| {
            kinds.insert(0, Kind::Title);
            kinds
        });
        prop::collection::vec(article, 0..9).prop_map(|articles| articles.concat())
    }

    proptest! {
        #[test]
        fn documents_find_their_articles(kinds in kinds()) {
            // Every other article is longer than its title can tell.
            let size = |title: usize| match title % 2 {
                0 => 50,
                _ => 9_000 + title as u32,
            };
            let symbols = |(at, &kind): (usize, &Kind)| match kind {
                Kind::Title => size(at),
                Kind::Opening => 0,
                _ => 9,
            };
            let value = |of: (usize, &Kind)| {
                let (symbols, before, after) = (symbols(of), 0, 0);
                Layout { kind: *of.1, symbols, before, after }.to_value()
            };
            let values: Vec<u64> = kinds.iter().enumerate().map(value).collect();
            let read = |first, out: &mut [u64]| {
                let length = out.len();
                out.copy_from_slice(&values[first..first + length]);
            };
            let unpacked = Unpacked::new(values.len(), read, |title| size(title as usize));

            let ends = kinds.iter().enumerate().filter(|(_, kind)| **kind == Kind::Title);
            let mut ends: Vec<usize> = ends.map(|(title, _)| title).collect();
            prop_assert_eq!(unpacked.articles() as usize, ends.len());
            prop_assert_eq!(unpacked.documents() as usize, kinds.len());
            ends.push(kinds.len());
            for (article, run) in ends.windows(2).enumerate() {
                let number = article as u32;
                prop_assert_eq!(unpacked.title(number) as usize, run[0]);
                prop_assert_eq!(unpacked.end(number) as usize, run[1]);
                prop_assert_eq!(unpacked.size(number), size(run[0]));
                let has_heading = kinds[run[0]..run[1]].contains(&Kind::Heading);
                prop_assert_eq!(unpacked.place(run[0] as DocId) as usize, run[1] - run[0] - 1);
                for document in run[0] + 1..run[1] {
                    prop_assert_eq!(unpacked.place(document as DocId) as usize, document - run[0]);
                }
                for document in run[0]..run[1] {
                    let (found, rough) = unpacked.article_of(document as DocId);
                    prop_assert_eq!(found, number);
                    prop_assert_eq!(unpacked.is_headed(document as DocId), has_heading);
                    let (portion, symbols) = match kinds[document] {
                        Kind::Title => (Portion::Head, size(run[0])),
                        Kind::Heading => (Portion::Head, 9),
                        Kind::Passage => (Portion::Passage, 9),
                        Kind::Furniture => (Portion::Furniture, 9),
                        Kind::Opening => (Portion::Opening, 0),
                    };
                    prop_assert_eq!(rough, Rough::new(portion, symbols));
                    let is_in = |bits: &[u64]| bits[document / 64] >> (document % 64) & 1 == 1;
                    prop_assert_eq!(is_in(unpacked.begins()), document == run[0]);
                    prop_assert_eq!(is_in(unpacked.heads()), portion == Portion::Head);
                    prop_assert_eq!(is_in(unpacked.passages()), portion == Portion::Passage);
                    prop_assert_eq!(is_in(unpacked.furniture()), portion == Portion::Furniture);
                }
            }
            for bits in [unpacked.heads(), unpacked.passages(), unpacked.furniture()] {
                prop_assert_eq!(bits.len(), kinds.len().div_ceil(64));
                let beyond = kinds.len() % 64;
                prop_assert!(beyond == 0 || bits.last().is_some_and(|last| last >> beyond == 0));
            }
            let ends = unpacked.begins().iter().rev().take(1);
            let beyond = kinds.len() % 64;
            prop_assert!(beyond == 0 || ends.clone().all(|&last| !last >> beyond == 0));
        }
    }
}
