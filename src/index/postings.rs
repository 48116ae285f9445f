//! The posting lists of a segment, read block by block.
//!
//! That of a pair can lie in several places ([`super::pairs`]); whoever reads it
//! does not see which.

use smallvec::SmallVec;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, TERMINATED};

use super::segment::Segment;
use crate::error::{Error, Result};

/// Where the posting list of a term is.
#[derive(Debug)]
pub(crate) struct PostingList {
    /// The lists of the engine that it is made of: mostly one.
    parts: SmallVec<[(Field, TermInfo); 1]>,
    /// What else belongs to it: documents, and how often the term stands there.
    rare: Vec<(DocId, u32)>,
}

impl PostingList {
    /// The list of a term that the engine has found in a field.
    pub(crate) fn of(field: Field, info: TermInfo) -> Self {
        PostingList {
            parts: SmallVec::from_buf([(field, info)]),
            rare: Vec::new(),
        }
    }

    /// The lists of the engine that a term has in some fields, and what else
    /// belongs to it; `None` if that is nothing.
    pub(super) fn in_fields(
        segment: &Segment,
        fields: &[Field],
        term: &[u8],
        rare: Vec<(DocId, u32)>,
    ) -> Result<Option<Self>> {
        let mut parts = SmallVec::new();
        for &field in fields {
            let inverted = segment.inverted(field)?;
            let info = inverted.terms().get(term).map_err(Error::from_engine_io)?;
            parts.extend(info.map(|info| (field, info)));
        }
        Ok((!parts.is_empty() || !rare.is_empty()).then_some(PostingList { parts, rare }))
    }

    /// How many documents it has, deleted ones included.
    pub(crate) fn count(&self) -> u32 {
        let parts = self.parts.iter().map(|(_, info)| info.doc_freq);
        parts.sum::<u32>() + self.rare.len() as u32
    }

    /// Its documents, deleted ones included, in order.
    pub(crate) fn documents(&self, segment: &Segment) -> Result<Vec<DocId>> {
        let mut blocks = self.blocks(segment, IndexRecordOption::Basic)?;
        let mut documents = Vec::with_capacity(self.count() as usize);
        while !blocks.documents().is_empty() {
            documents.extend_from_slice(blocks.documents());
            blocks.advance();
        }
        Ok(documents)
    }

    /// Opens it for reading, with the frequencies if asked for.
    pub(crate) fn blocks(&self, segment: &Segment, record: IndexRecordOption) -> Result<Blocks> {
        let open = |(field, info): &(Field, TermInfo)| {
            let inverted = segment.inverted(*field)?;
            let opened = inverted.read_block_postings_from_terminfo(info, record);
            opened.map_err(Error::from_engine_io)
        };
        if let ([part], []) = (&self.parts[..], &self.rare[..]) {
            return Ok(Blocks::One(Box::new(open(part)?)));
        }
        let mut parts = SmallVec::new();
        for part in &self.parts {
            parts.push((open(part)?, 0));
        }
        let mut joined = Joined {
            parts,
            rare: self.rare.clone(),
            rare_at: 0,
            found: Vec::new(),
            documents: Vec::new(),
            frequencies: Vec::new(),
        };
        joined.load();
        Ok(Blocks::Joined(Box::new(joined)))
    }
}

/// A posting list while it is read: a block of it at hand. Behind its end there
/// is an empty block.
pub(crate) enum Blocks {
    /// As the engine has it.
    One(Box<BlockSegmentPostings>),
    Joined(Box<Joined>),
}

/// What stands for the frequencies of a block that has none.
const ONCE: [u32; 128] = [1; 128];

impl Blocks {
    /// The documents of the block at hand, in order.
    #[inline]
    pub(crate) fn documents(&self) -> &[DocId] {
        match self {
            Blocks::One(blocks) => blocks.docs(),
            Blocks::Joined(joined) => &joined.documents,
        }
    }

    /// How often the term stands in each of them; once, where that is not read.
    #[inline]
    pub(crate) fn frequencies(&self) -> &[u32] {
        match self {
            Blocks::One(blocks) => match blocks.freqs() {
                // The engine's blocks have no more.
                [] => &ONCE[..blocks.block_len()],
                read => read,
            },
            Blocks::Joined(joined) => &joined.frequencies,
        }
    }

    /// A document of the block at hand by its place; `TERMINATED` behind the last.
    #[inline]
    pub(crate) fn document(&self, at: usize) -> DocId {
        match self {
            Blocks::One(blocks) => blocks.doc(at),
            Blocks::Joined(joined) => joined.documents.get(at).copied().unwrap_or(TERMINATED),
        }
    }

    /// How often the term stands in that, which is not behind the last.
    #[inline]
    pub(crate) fn frequency(&self, at: usize) -> u32 {
        match self {
            Blocks::One(blocks) => blocks.freq(at),
            Blocks::Joined(joined) => joined.frequencies[at],
        }
    }

    /// How many documents the block at hand has; none behind the end.
    #[inline]
    pub(crate) fn length(&self) -> usize {
        match self {
            Blocks::One(blocks) => blocks.block_len(),
            Blocks::Joined(joined) => joined.documents.len(),
        }
    }

    /// Goes on to the next block.
    #[inline]
    pub(crate) fn advance(&mut self) {
        match self {
            Blocks::One(blocks) => blocks.advance(),
            Blocks::Joined(joined) => joined.load(),
        }
    }

    /// Goes on to the block with the first document from `target` on, which is
    /// not in a block before the one at hand; its place there, or one behind the
    /// last.
    #[inline]
    pub(crate) fn seek(&mut self, target: DocId) -> usize {
        match self {
            Blocks::One(blocks) => blocks.seek(target),
            Blocks::Joined(joined) => joined.seek(target),
        }
    }
}

/// Lists that have no document in common, read as one.
pub(crate) struct Joined {
    /// The lists of the engine, and how far the block at hand of each is read.
    parts: SmallVec<[(BlockSegmentPostings, usize); 2]>,
    rare: Vec<(DocId, u32)>,
    rare_at: usize,
    /// The block at hand, before it is in order.
    found: Vec<(DocId, u32)>,
    documents: Vec<DocId>,
    frequencies: Vec<u32>,
}

impl Joined {
    /// Makes a block of what is in the blocks at hand up to the first end of one
    /// of them: nothing that comes later belongs before it.
    fn load(&mut self) {
        let last = |(blocks, _): &(BlockSegmentPostings, usize)| blocks.docs().last().copied();
        let until = self.parts.iter().filter_map(last).min();
        let until = until.unwrap_or(TERMINATED);
        self.found.clear();
        for (blocks, at) in &mut self.parts {
            let rest = &blocks.docs()[*at..];
            let taken = rest.partition_point(|&document| document <= until);
            let frequency = |place| blocks.freq(place);
            let places = (*at..).map(frequency);
            self.found.extend(rest[..taken].iter().copied().zip(places));
            *at += taken;
            if *at == blocks.block_len() && *at > 0 {
                blocks.advance();
                *at = 0;
            }
        }
        let rest = &self.rare[self.rare_at..];
        let taken = rest.partition_point(|&(document, _)| document <= until);
        self.found.extend(&rest[..taken]);
        self.rare_at += taken;
        self.found.sort_unstable();
        self.documents.clear();
        self.frequencies.clear();
        for &(document, frequency) in &self.found {
            self.documents.push(document);
            self.frequencies.push(frequency);
        }
    }

    fn seek(&mut self, target: DocId) -> usize {
        let is_before = |document: &DocId| *document < target;
        if self.documents.last().is_some_and(is_before) {
            for (blocks, at) in &mut self.parts {
                match blocks.docs().last() {
                    None => {}
                    Some(last) if is_before(last) => {
                        *at = blocks.seek(target);
                        // Behind its last block.
                        if *at == blocks.block_len() {
                            blocks.advance();
                            *at = 0;
                        }
                    }
                    Some(_) => *at += blocks.docs()[*at..].partition_point(is_before),
                }
            }
            let rest = &self.rare[self.rare_at..];
            self.rare_at += rest.partition_point(|(document, _)| is_before(document));
            self.load();
        }
        self.documents.partition_point(is_before)
    }
}
