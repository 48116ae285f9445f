//! A posting list read forward: of a term, or documents found before.
//!
//! Skips whole blocks without unpacking them.

use std::rc::Rc;

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, TERMINATED};

use super::literal::Occurrences;
use crate::error::Result;
use crate::index::{Blocks, PostingList, Segment};

/// Documents with frequencies, in order.
pub(super) enum Postings {
    /// Of a term of the index.
    Term(Box<TermPostings>),
    /// Found before.
    Listed(Rc<[Occurrences]>, usize),
}

/// Whether it is read how often a term stands in a document; once if not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequencies {
    Read,
    Skipped,
}

/// The postings of a term, a block of them unpacked.
pub(super) struct TermPostings {
    blocks: Blocks,
    at: usize,
    count: u32,
}

impl Postings {
    /// Opens the postings of a term; `None` if the segment does not have it.
    pub(super) fn open(segment: &Segment, field: Field, term: &str) -> Result<Option<Self>> {
        let postings = TermPostings::open(segment, field, term, Frequencies::Read)?;
        Ok(postings.map(|postings| Postings::Term(Box::new(postings))))
    }

    /// The same, where nobody asks how often it stands in a document.
    pub(super) fn open_documents(
        segment: &Segment,
        field: Field,
        term: &str,
    ) -> Result<Option<Self>> {
        let postings = TermPostings::open(segment, field, term, Frequencies::Skipped)?;
        Ok(postings.map(|postings| Postings::Term(Box::new(postings))))
    }

    /// How many documents it has, deleted ones included.
    pub(super) fn count(&self) -> u32 {
        match self {
            Postings::Term(term) => term.count(),
            Postings::Listed(list, _) => list.len() as u32,
        }
    }

    /// The document it stands at; `TERMINATED` at its end.
    #[inline]
    pub(super) fn document(&self) -> DocId {
        match self {
            Postings::Term(term) => term.document(),
            Postings::Listed(list, at) => list.get(*at).map_or(TERMINATED, |here| here.document),
        }
    }

    /// What is known of the document it stands at, which is not its end.
    #[inline]
    pub(super) fn occurrences(&self) -> Occurrences {
        match self {
            Postings::Term(term) => Occurrences {
                document: term.document(),
                frequency: term.frequency(),
                first: None,
            },
            Postings::Listed(list, at) => list[*at],
        }
    }

    /// Moves to the next document.
    #[inline]
    pub(super) fn advance(&mut self) {
        match self {
            Postings::Term(term) => {
                term.at += 1;
                if term.at >= term.blocks.length() {
                    term.blocks.advance();
                    term.at = 0;
                }
            }
            Postings::Listed(_, at) => *at += 1,
        }
    }

    /// Moves to the first document from `end` on, if it is not there yet, and
    /// calls `found` with each before that and its frequency.
    #[inline]
    pub(super) fn each_before(&mut self, end: DocId, mut found: impl FnMut(DocId, u32)) {
        match self {
            Postings::Term(term) => term.each_stretch_before(end, |documents, frequencies| {
                for (&document, &frequency) in documents.iter().zip(frequencies) {
                    found(document, frequency);
                }
            }),
            Postings::Listed(list, at) => {
                for here in list.get(*at..).unwrap_or_default() {
                    if here.document >= end {
                        return;
                    }
                    found(here.document, here.frequency);
                    *at += 1;
                }
            }
        }
    }

    /// Moves to the first document from `target` on, if it is not there yet.
    #[inline]
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Postings::Term(term) => return term.seek(target),
            Postings::Listed(list, at) => {
                let rest = list.get(*at..).unwrap_or_default();
                // Mostly near: double the step until it is passed.
                let mut step = 1;
                while step < rest.len() && rest[step].document < target {
                    step *= 2;
                }
                let until = (step + 1).min(rest.len());
                *at += rest[..until].partition_point(|here| here.document < target);
            }
        }
        self.document()
    }
}

impl TermPostings {
    /// Opens the postings of a term; `None` if the segment does not have it.
    pub(super) fn open(
        segment: &Segment,
        field: Field,
        term: &str,
        frequencies: Frequencies,
    ) -> Result<Option<Self>> {
        let Some(list) = segment.posting_list(field, term)? else {
            return Ok(None);
        };
        Ok(Some(Self::of(segment, &list, frequencies)?))
    }

    /// Opens the postings of a term that was looked up.
    pub(super) fn of(
        segment: &Segment,
        list: &PostingList,
        frequencies: Frequencies,
    ) -> Result<Self> {
        let record = match frequencies {
            Frequencies::Read => IndexRecordOption::WithFreqs,
            Frequencies::Skipped => IndexRecordOption::Basic,
        };
        Ok(TermPostings {
            blocks: list.blocks(segment, record)?,
            at: 0,
            count: list.count(),
        })
    }

    /// How many documents it has, deleted ones included.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The document it stands at; `TERMINATED` at its end.
    #[inline]
    pub(super) fn document(&self) -> DocId {
        self.blocks.document(self.at)
    }

    /// How often the term stands in that, which is not its end.
    #[inline]
    pub(super) fn frequency(&self) -> u32 {
        self.blocks.frequency(self.at)
    }

    /// Moves to the first document from `end` on, if it is not there yet, and
    /// calls `found` with those before that and their frequencies, a block of
    /// them at a time.
    #[inline]
    pub(super) fn each_stretch_before(
        &mut self,
        end: DocId,
        mut found: impl FnMut(&[DocId], &[u32]),
    ) {
        loop {
            let documents = self.blocks.documents().get(self.at..).unwrap_or_default();
            let frequencies = self.blocks.frequencies();
            let frequencies = frequencies.get(self.at..).unwrap_or_default();
            let is_last = documents.last().is_none_or(|&last| last >= end);
            let until = match is_last {
                true => documents.partition_point(|&document| document < end),
                false => documents.len(),
            };
            found(&documents[..until], &frequencies[..until]);
            if is_last {
                self.at += until;
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }

    /// Moves to the first document from `target` on, if it is not there yet.
    #[inline]
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.go_to(target);
        self.document()
    }

    #[inline]
    fn go_to(&mut self, target: DocId) {
        // Mostly one of the next few of the block at hand.
        for _ in 0..4 {
            if self.blocks.document(self.at) >= target {
                return;
            }
            if self.at + 1 >= self.blocks.length() {
                break;
            }
            self.at += 1;
        }
        let documents = self.blocks.documents();
        match documents.last() {
            Some(&last) if last >= target => {
                let rest = &documents[self.at..];
                self.at += rest.partition_point(|&document| document < target);
            }
            // At its end already.
            None => {}
            Some(_) => self.at = self.blocks.seek(target),
        }
    }
}
