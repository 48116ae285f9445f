//! Where the posting lists of pairs lie.
//!
//! Most pairs of a text stand in a document or two, once each, and what is kept
//! of such a pair is mostly its name. So there are three places, each a field:
//!
//! ```text
//! pairs  a pair: documents, and how often it stands in each
//! once   a pair that stands in no document twice: documents
//! rare   the first character of pairs that few documents have, and some bits of
//!        the numbers of the second ones: documents, with the other bits for
//!        positions, each as often as the pair stands in the document
//! ```
//!
//! A pair of one document takes 11 bytes among `pairs` and 4 among `rare`. While
//! a segment is written each pair has one of them; when the engine has merged
//! segments, a pair can have all, with other documents in each. A small segment
//! has `pairs` only: to it most pairs are rare, and those of many such segments
//! merged would be read in vain.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::directory::FileSlice;
use tantivy::positions::PositionReader;
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, InvertedIndexReader};

use super::pack;
use super::postings::PostingList;
use super::schema::Fields;
use super::segment::Segment;
use crate::error::{Error, Result};

/// A pair of no more documents is rare. In tests they are few.
const RARE: usize = if cfg!(test) { 1 } else { 3 };

/// How a rare pair is told apart by its term: not by the second character, or
/// by 4 or 8 bits of its number, where many pairs have the first one. To find a
/// pair all of the term is read. Tests have few pairs.
const SPLITS: [Split; 3] = [
    Split {
        bits: 0,
        many: if cfg!(test) { 2 } else { 512 },
    },
    Split {
        bits: 4,
        many: if cfg!(test) { 3 } else { 8_192 },
    },
    Split {
        bits: 8,
        many: usize::MAX,
    },
];

struct Split {
    bits: u32,
    /// With more postings the next one is taken.
    many: usize,
}

impl Split {
    /// The term of a rare pair.
    fn term(&self, first: char, second: u32, term: &mut Vec<u8>) {
        let bits = second & ((1 << self.bits) - 1);
        term.clear();
        term.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
        match self.bits {
            0 => {}
            4 => term.push(bits as u8),
            // No other term ends so.
            _ => term.extend([u8::MAX, bits as u8]),
        }
    }
}

/// A segment of fewer documents has all its pairs in one field.
const LEAST: u32 = if cfg!(test) { 3 } else { 250 };

/// The posting lists of pairs of a segment.
pub(super) struct Pairs {
    pairs: Field,
    once: Field,
    rare: Field,
    /// The positions of [`Fields::rare`], once they are asked for: the engine
    /// gives them a document at a time only.
    positions: OnceLock<Option<FileSlice>>,
    /// The lists of the pairs that were asked for last: a search asks for one
    /// several times, and to find it means to read the rare ones.
    known: Mutex<HashMap<String, Option<Arc<PostingList>>>>,
}

/// So many lists are known at most.
const KNOWN: usize = 16_384;

impl Pairs {
    pub(super) fn new(fields: &Fields) -> Self {
        Pairs {
            pairs: fields.pairs,
            once: fields.once,
            rare: fields.rare,
            positions: OnceLock::new(),
            known: Mutex::default(),
        }
    }

    /// Whether a field is the one that stands for all.
    pub(super) fn are(&self, field: Field) -> bool {
        field == self.pairs
    }

    /// The posting list of a pair; `None` if the segment does not have it.
    pub(super) fn posting_list(
        &self,
        segment: &Segment,
        pair: &str,
    ) -> Result<Option<Arc<PostingList>>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = known().get(pair) {
            return Ok(list.clone());
        }
        let list = self.find(segment, pair)?.map(Arc::new);
        let mut known = known();
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(pair.to_owned(), list.clone());
        Ok(list)
    }

    fn find(&self, segment: &Segment, pair: &str) -> Result<Option<PostingList>> {
        let fields = [self.pairs, self.once];
        let mut characters = pair.chars();
        let two = (characters.next(), characters.next(), characters.next());
        let (fields, rare) = match (two, self.positions(segment)?) {
            ((Some(first), Some(second), None), Some(positions)) => {
                let rare = self.rare_documents(segment, positions, first, second)?;
                (&fields[..], rare)
            }
            // To ask for a field that is not there costs as much as a search.
            _ => (&fields[..1], Vec::new()),
        };
        PostingList::in_fields(segment, fields, pair.as_bytes(), rare)
    }

    /// The positions of rare pairs; `None` if the segment has [`Fields::pairs`] only.
    fn positions(&self, segment: &Segment) -> Result<Option<&FileSlice>> {
        let positions = match self.positions.get() {
            Some(positions) => positions,
            None => {
                let positions = segment.positions(self.rare)?;
                self.positions.get_or_init(|| positions)
            }
        };
        Ok(positions.as_ref())
    }

    /// The documents that a pair has among the rare ones, and how often it
    /// stands in each.
    fn rare_documents(
        &self,
        segment: &Segment,
        positions: &FileSlice,
        first: char,
        second: char,
    ) -> Result<Vec<(DocId, u32)>> {
        let mut found = Vec::new();
        let second = pack::number_of(second);
        let inverted = segment.inverted(self.rare)?;
        let mut term = Vec::new();
        for split in &SPLITS {
            split.term(first, second, &mut term);
            let info = inverted.terms().get(&term);
            if let Some(info) = info.map_err(Error::from_engine_io)? {
                let wanted = second >> split.bits;
                each_with_position(&inverted, positions, &info, wanted, &mut found)
                    .map_err(Error::from_engine_io)?;
            }
        }
        // A split has them in order, and after a merge there can be several.
        found.sort_unstable();
        Ok(found)
    }
}

/// Adds the documents of a term that have it at a position, and how often each
/// has it there.
fn each_with_position(
    inverted: &InvertedIndexReader,
    positions: &FileSlice,
    info: &TermInfo,
    wanted: u32,
    found: &mut Vec<(DocId, u32)>,
) -> io::Result<()> {
    let mut positions =
        PositionReader::open(positions.slice(info.positions_range.clone()).read_bytes()?)?;
    let record = IndexRecordOption::WithFreqs;
    let mut blocks = inverted.read_block_postings_from_terminfo(info, record)?;
    let (mut read, mut steps) = (0, Vec::new());
    while blocks.block_len() > 0 {
        let count = blocks.freqs().iter().sum::<u32>() as usize;
        steps.resize(count, 0);
        positions.read(read, &mut steps);
        read += count as u64;
        let mut rest = &steps[..];
        for (&document, &count) in blocks.docs().iter().zip(blocks.freqs()) {
            let (of_document, others) = rest.split_at(count as usize);
            rest = others;
            let (mut position, mut times) = (0, 0);
            for step in of_document {
                position += step;
                times += u32::from(position == wanted);
            }
            if times > 0 {
                found.push((document, times));
            }
        }
        blocks.advance();
    }
    Ok(())
}

/// Writes the posting lists of pairs.
pub(super) struct PairWriter<'a> {
    pairs: FieldSerializer<'a>,
    is_small: bool,
    aside: Aside,
}

/// Lists that are written after all others.
#[derive(Default)]
pub(super) struct Aside {
    /// Pairs and how many documents each has, and those documents.
    once: Vec<([char; 2], usize)>,
    documents: Vec<DocId>,
    rare: Vec<Rare>,
}

struct Rare {
    first: char,
    document: DocId,
    /// The number of the second character.
    second: u32,
    times: u32,
}

impl<'a> PairWriter<'a> {
    /// A writer for a segment of so many documents, which have so many pairs,
    /// repeats included.
    pub(super) fn new(
        serializer: &'a mut InvertedIndexSerializer,
        fields: &Fields,
        documents: u32,
        tokens: u64,
    ) -> io::Result<Self> {
        Ok(PairWriter {
            pairs: serializer.new_field(fields.pairs, tokens, None)?,
            is_small: documents < LEAST,
            aside: Aside::default(),
        })
    }

    /// Writes the list of a pair, or puts it aside: its documents, in order, and
    /// how often it stands in each. Pairs have to come in order.
    pub(super) fn write(&mut self, pair: [char; 2], documents: &[(DocId, u32)]) -> io::Result<()> {
        let is_once = || documents.iter().all(|&(_, times)| times == 1);
        if !self.is_small && documents.len() <= RARE {
            let [first, second] = pair;
            let second = pack::number_of(second);
            let rare = documents.iter().map(|&(document, times)| Rare {
                first,
                document,
                second,
                times,
            });
            self.aside.rare.extend(rare);
        } else if !self.is_small && is_once() {
            self.aside.once.push((pair, documents.len()));
            let documents = documents.iter().map(|&(document, _)| document);
            self.aside.documents.extend(documents);
        } else {
            begin(&mut self.pairs, pair, true)?;
            for &(document, times) in documents {
                self.pairs.write_doc(document, times, &[]);
            }
            self.pairs.close_term()?;
        }
        Ok(())
    }

    /// Says that there are no more; what was put aside is yet to be written.
    pub(super) fn close(self) -> io::Result<Aside> {
        self.pairs.close()?;
        Ok(self.aside)
    }
}

fn begin(
    field: &mut FieldSerializer<'_>,
    [first, second]: [char; 2],
    has_times: bool,
) -> io::Result<()> {
    let mut name = [0; 8];
    let middle = first.encode_utf8(&mut name).len();
    let end = middle + second.encode_utf8(&mut name[middle..]).len();
    field.new_term(&name[..end], 0, has_times)
}

impl Aside {
    pub(super) fn write(
        mut self,
        serializer: &mut InvertedIndexSerializer,
        fields: &Fields,
    ) -> io::Result<()> {
        // A field is dear, also without terms.
        if self.once.is_empty() && self.rare.is_empty() {
            return Ok(());
        }
        let mut field = serializer.new_field(fields.once, 0, None)?;
        let mut documents = self.documents.iter();
        for (pair, count) in self.once {
            begin(&mut field, pair, false)?;
            for &document in documents.by_ref().take(count) {
                field.write_doc(document, 1, &[]);
            }
            field.close_term()?;
        }
        field.close()?;

        let mut field = serializer.new_field(fields.rare, 0, None)?;
        let (mut term, mut steps) = (Vec::new(), Vec::new());
        for of_first in self
            .rare
            .chunk_by_mut(|one, other| one.first == other.first)
        {
            let is_fit = |split: &&Split| of_first.len() <= split.many;
            let Some(split) = SPLITS.iter().find(is_fit) else {
                continue;
            };
            let bits = |rare: &Rare| rare.second & ((1 << split.bits) - 1);
            of_first.sort_unstable_by_key(|rare| (bits(rare), rare.document, rare.second));
            for of_term in of_first.chunk_by(|one, other| bits(one) == bits(other)) {
                split.term(of_term[0].first, of_term[0].second, &mut term);
                field.new_term(&term, 0, true)?;
                for rare in of_term.chunk_by(|one, other| one.document == other.document) {
                    let mut before = 0;
                    steps.clear();
                    for &Rare { second, times, .. } in rare {
                        let position = second >> split.bits;
                        steps.push(position - before);
                        steps.extend((1..times).map(|_| 0));
                        before = position;
                    }
                    field.write_doc(rare[0].document, steps.len() as u32, &steps);
                }
                field.close_term()?;
            }
        }
        field.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;
    use tantivy::directory::RamDirectory;
    use tantivy::indexer::merge_filtered_segments;
    use tantivy::{Index, SegmentReader, TERMINATED, TantivyDocument};

    use super::*;
    use crate::analysis::{Code, pairs, symbols};
    use crate::index::segments::{Entry, Gathering};

    /// A segment merged from others, each made of some texts.
    fn merged(segments: &[Vec<String>]) -> (Fields, Segment) {
        let fields = Fields::new();
        let index = Index::create_in_ram(fields.schema.clone());
        let mut made = Vec::new();
        for texts in segments {
            let mut gathering = Gathering::begin(&index, &fields).expect("begun");
            for text in texts {
                let mut values = TantivyDocument::new();
                values.add_u64(fields.layout, 0);
                let entry = Entry {
                    values,
                    packed: Vec::new(),
                    symbols: symbols(text).iter().map(Code::from).collect(),
                    has_characters: false,
                    words: String::new(),
                    keys: Vec::new(),
                };
                gathering.add(entry).expect("added");
            }
            made.push(index.segment(gathering.write().expect("written")));
        }
        let all = vec![None; made.len()];
        let folder = RamDirectory::create();
        let index = merge_filtered_segments(&made, index.settings().clone(), all, folder);
        let index = index.expect("merged");
        let segments = index.searchable_segments().expect("segments");
        let reader = SegmentReader::open(&segments[0]).expect("a segment");
        let unread = (&Arc::default(), &Arc::default());
        let segment = Segment::open(reader, &fields, unread, 0);
        (fields, segment.expect("opened"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn pairs_are_read_from_wherever_merges_have_left_them(
            segments in prop::collection::vec(
                prop::collection::vec("[算力券的]{0,5}|[算力a]{2,9}", 1..9), 1..6
            ),
            steps in prop::collection::vec(1..9_u32, 1..6),
        ) {
            let mut expected: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
            for (document, text) in (0..).zip(segments.iter().flatten()) {
                for pair in pairs(text) {
                    let documents = expected.entry(pair).or_default();
                    match documents.last_mut() {
                        Some((last, times)) if *last == document => *times += 1,
                        _ => documents.push((document, 1)),
                    }
                }
            }
            let (fields, segment) = merged(&segments);
            prop_assert!(segment.posting_list(fields.pairs, "券力算").expect("read").is_none());
            for pair in ["算力", "力券", "的的", "aa", "力b"] {
                let list = segment.posting_list(fields.pairs, pair).expect("read");
                let Some(expected) = expected.get(pair) else {
                    prop_assert!(list.is_none());
                    continue;
                };
                let list = list.expect("a list");
                prop_assert_eq!(list.count() as usize, expected.len());
                let documents: Vec<u32> = expected.iter().map(|&(document, _)| document).collect();
                prop_assert_eq!(list.documents(&segment).expect("read"), documents);

                let open = || list.blocks(&segment, IndexRecordOption::WithFreqs).expect("opened");
                let (mut blocks, mut found) = (open(), Vec::new());
                while blocks.length() > 0 {
                    let documents = blocks.documents().iter().copied();
                    found.extend(documents.zip(blocks.frequencies().iter().copied()));
                    blocks.advance();
                }
                prop_assert_eq!(&found, expected);

                let (mut blocks, mut target) = (open(), 0);
                for step in steps.iter().cycle().take(40) {
                    target += step;
                    let at = blocks.seek(target);
                    let next = expected.iter().find(|&&(document, _)| document >= target);
                    let found = blocks.documents().get(at);
                    let found = found.map(|&document| (document, blocks.frequency(at)));
                    prop_assert_eq!(found.as_ref(), next);
                    prop_assert_eq!(blocks.document(at), next.map_or(TERMINATED, |next| next.0));
                }
            }
        }
    }

    #[test]
    fn lists_of_many_blocks_are_read_as_one() {
        let common = |number: u32| match number % 3 {
            0 => "算力 算力".to_owned(),
            1 => "算力".to_owned(),
            _ => "的".to_owned(),
        };
        let many = |count| (0..count).map(common).collect::<Vec<String>>();
        let once = || vec!["算力".to_owned(); 300];
        let rare = || ["算力算力", "的", "的"].map(str::to_owned).to_vec();
        let segments = [rare(), many(900), once(), rare(), many(500), rare()];
        let mut expected = Vec::new();
        for (document, text) in (0..).zip(segments.iter().flatten()) {
            let times = text.matches("算力").count() as u32;
            expected.extend((times > 0).then_some((document, times)));
        }
        let (fields, segment) = merged(&segments);
        let list = segment.posting_list(fields.pairs, "算力").expect("read");
        let list = list.expect("a list");
        for step in [1, 2, 60, 127, 128, 129, 500] {
            let mut blocks = list
                .blocks(&segment, IndexRecordOption::WithFreqs)
                .expect("opened");
            for target in (0..2_100).step_by(step) {
                let at = blocks.seek(target);
                let next = expected.iter().find(|&&(document, _)| document >= target);
                let found = blocks.documents().get(at);
                let found = found.map(|&document| (document, blocks.frequency(at)));
                assert_eq!(found.as_ref(), next, "{target} by {step}");
            }
        }
        assert_eq!(list.count() as usize, expected.len());
    }
}
