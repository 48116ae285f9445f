//! The terms of a query in the documents of a batch: each posting list read
//! once for all texts that have it, or only looked into where few documents
//! are asked about.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::schema::Field;
use tantivy::{DocId, TERMINATED};

use super::bits::Bits;
use super::postings::{Frequencies, TermPostings};
use crate::error::Result;
use crate::index::{PostingList, Segment};

/// The terms of a query in a segment, batch by batch.
pub(super) struct Terms<'a> {
    segment: &'a Segment,
    list: Vec<Term>,
    numbers: HashMap<(Field, String), usize>,
}

struct Term {
    /// Its posting list; `None` where the segment does not have it.
    list: Option<Arc<PostingList>>,
    /// Opened when it is first read.
    postings: Option<Box<TermPostings>>,
    /// The batch whose documents have been read.
    read: Range<DocId>,
    documents: Bits,
    /// How often it stands in each document of the batch that has it, as far
    /// as a byte can tell; whatever it was before in the others. Empty where
    /// nobody asks for that.
    times: Vec<u8>,
    frequencies: Frequencies,
}

/// A use of a term by a text: it looks into the posting list on its own.
#[derive(Default)]
pub(super) struct TermUse {
    term: usize,
    probe: Option<Box<TermPostings>>,
    /// The batch last looked into, where it was not read as a whole.
    of: Range<DocId>,
    /// How often it stands in those documents that were looked into and have
    /// it; whatever it was before in the others.
    times: Vec<u8>,
}

impl TermUse {
    /// Whether the term is the same.
    pub(super) fn is_same(&self, other: &TermUse) -> bool {
        self.term == other.term
    }
}

/// A posting list with more postings for each document asked about is looked
/// into instead of read.
const DENSE: u32 = 4;

/// The most times that are told apart: so many, or more.
pub(super) const MOST: u8 = u8::MAX;

impl<'a> Terms<'a> {
    pub(super) fn new(segment: &'a Segment) -> Self {
        Terms {
            segment,
            list: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// A use of a term that is to tell [how often](Self::times) it stands in
    /// documents.
    pub(super) fn counting(&mut self, field: Field, text: &str) -> Result<TermUse> {
        self.used(field, text, Frequencies::Read)
    }

    /// A use of a term.
    pub(super) fn using(&mut self, field: Field, text: &str) -> Result<TermUse> {
        self.used(field, text, Frequencies::Skipped)
    }

    fn used(&mut self, field: Field, text: &str, frequencies: Frequencies) -> Result<TermUse> {
        let key = (field, text.to_owned());
        let term = match self.numbers.get(&key) {
            Some(&number) => {
                let term = &mut self.list[number];
                if frequencies == Frequencies::Read && term.frequencies == Frequencies::Skipped {
                    *term = Term::new(term.list.take(), frequencies);
                }
                number
            }
            None => {
                let list = self.segment.posting_list(field, text)?;
                self.list.push(Term::new(list, frequencies));
                self.numbers.insert(key, self.list.len() - 1);
                self.list.len() - 1
            }
        };
        Ok(TermUse {
            term,
            ..TermUse::default()
        })
    }

    /// In how many documents of the segment a term stands.
    pub(super) fn count(&self, used: &TermUse) -> u32 {
        let list = &self.list[used.term].list;
        list.as_ref().map_or(0, |list| list.count())
    }

    /// Keeps those documents of a batch that have a term.
    pub(super) fn retain(
        &mut self,
        used: &mut TermUse,
        batch: &Range<DocId>,
        documents: &mut Bits,
    ) -> Result<()> {
        let term = &mut self.list[used.term];
        let Some(list) = &term.list else {
            documents.reset(batch);
            return Ok(());
        };
        let all = u64::from(self.segment.documents());
        let expected = u64::from(list.count()) * u64::from(batch.end - batch.start) / all;
        let is_known = term.read == *batch || used.of == *batch;
        if is_known || expected <= u64::from(documents.count() * DENSE) {
            used.of = 0..0;
            term.read(self.segment, batch)?;
            documents.retain_all(&term.documents);
            return Ok(());
        }
        let probe = match &mut used.probe {
            Some(probe) => probe,
            unopened => unopened.insert(term.postings(self.segment, list)?),
        };
        used.of = batch.clone();
        let times = &mut used.times;
        if times.len() < batch.len() {
            times.resize(batch.len(), 0);
        }
        let mut here = probe.document();
        documents.retain(|document| {
            if here < document {
                here = probe.seek(document);
            }
            if here == document {
                let at = (document - batch.start) as usize;
                times[at] = told(probe.frequency());
            }
            here == document
        });
        Ok(())
    }

    /// How often a term stands in a document that was kept for a use of it, by
    /// its place in the batch; [`MOST`] for more often than that.
    #[inline]
    pub(super) fn times(&self, used: &TermUse, at: usize) -> u8 {
        match used.of.is_empty() {
            true => self.list[used.term].times[at],
            false => used.times[at],
        }
    }
}

impl Term {
    fn new(list: Option<Arc<PostingList>>, frequencies: Frequencies) -> Self {
        Term {
            list,
            postings: None,
            read: TERMINATED..TERMINATED,
            documents: Bits::default(),
            times: Vec::new(),
            frequencies,
        }
    }

    /// Its postings, from the first on.
    fn postings(&self, segment: &Segment, list: &PostingList) -> Result<Box<TermPostings>> {
        let postings = TermPostings::of(segment, list, self.frequencies)?;
        Ok(Box::new(postings))
    }

    /// Reads the documents of a batch, if that was not done yet.
    fn read(&mut self, segment: &Segment, batch: &Range<DocId>) -> Result<()> {
        if self.read == *batch {
            return Ok(());
        }
        if let (None, Some(list)) = (&self.postings, &self.list) {
            self.postings = Some(self.postings(segment, list)?);
        }
        self.read = batch.clone();
        self.documents.reset(batch);
        let is_counted = self.frequencies == Frequencies::Read;
        if is_counted && self.times.len() < batch.len() {
            self.times.resize(batch.len(), 0);
        }
        let Some(postings) = &mut self.postings else {
            return Ok(());
        };
        postings.seek(batch.start);
        let times = &mut self.times[..];
        let mut insert = self.documents.inserter();
        postings.each_stretch_before(batch.end, |documents, frequencies| {
            documents.iter().for_each(|&document| insert(document));
            if is_counted {
                for (&document, &frequency) in documents.iter().zip(frequencies) {
                    times[(document - batch.start) as usize] = told(frequency);
                }
            }
        });
        Ok(())
    }
}

fn told(frequency: u32) -> u8 {
    frequency.min(u32::from(MOST)) as u8
}
