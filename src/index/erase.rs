//! Deletes articles: the run of documents that a title stands before.
//!
//! Only titles carry the keys of their file and article. So a deletion is a
//! query of ours that finds titles and yields their whole runs; the engine
//! asks it of every segment, also of one that is merged meanwhile.

use std::sync::PoisonError;

use tantivy::columnar::Column;
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::engine::Brought;
use super::schema::{CONTENT, PLACE};

/// Which articles are deleted.
#[derive(Clone, Debug)]
pub(crate) struct Erase {
    /// A keyword field of titles.
    pub(crate) field: Field,
    /// Its value.
    pub(crate) term: String,
    /// Only an article with this content hash.
    pub(crate) content: Option<u64>,
    /// The segments in which nothing is deleted.
    pub(super) brought: Brought,
}

impl Erase {
    fn runs(&self, reader: &SegmentReader) -> tantivy::Result<Vec<DocId>> {
        // A set of numbers is whole whatever panicked.
        let brought = self.brought.lock().unwrap_or_else(PoisonError::into_inner);
        if brought.contains(&reader.segment_id()) {
            return Ok(Vec::new());
        }
        drop(brought);
        let inverted = reader.inverted_index(self.field)?;
        let term = Term::from_field_text(self.field, &self.term);
        let Some(mut titles) = inverted.read_postings(&term, IndexRecordOption::Basic)? else {
            return Ok(Vec::new());
        };
        // A title's place is how many documents follow it.
        let places = reader.fast_fields().u64(PLACE)?.first_or_default_col(0);
        let contents: Option<Column<u64>> = match self.content {
            Some(_) => Some(reader.fast_fields().u64(CONTENT)?),
            None => None,
        };
        let mut documents = Vec::new();
        let mut title = titles.doc();
        while title != TERMINATED {
            let content = contents.as_ref().and_then(|column| column.first(title));
            if self.content == content {
                documents.extend(title..=title + places.get_val(title) as DocId);
            }
            title = titles.advance();
        }
        Ok(documents)
    }
}

impl Query for Erase {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Erase {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let documents = self.runs(reader)?;
        let list = DocumentList { documents, at: 0 };
        Ok(Box::new(ConstScorer::new(list, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("articles to be deleted", 1.0))
    }
}

/// Documents in ascending order.
struct DocumentList {
    documents: Vec<DocId>,
    at: usize,
}

impl DocSet for DocumentList {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.documents.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.documents.len()).unwrap_or(u32::MAX)
    }
}
