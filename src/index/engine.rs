//! The engine while an update writes: it deletes, merges and commits.
//!
//! It is given segments ([`super::segments`]), not documents. What is deleted
//! is deleted in the segments that were there before: a deletion is never of
//! an article that the same update brings, which may be the same once more,
//! cut with other words.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Field;
use tantivy::{Index, IndexWriter, SegmentMeta};

use super::disk::{Access, Disk};
use super::erase::Erase;
use super::merging::Merging;
use super::reader::open_engine;
use super::schema::Fields;
use super::segments::{Entry, Segments};
use crate::error::{Error, Result};

/// The least memory that the engine can be given for documents: it gets none.
const MEMORY: usize = 15_000_000;

/// The segments that an update brings.
pub(super) type Brought = Arc<Mutex<BTreeSet<SegmentId>>>;

/// The engine of one update.
pub(super) struct Engine {
    index: Index,
    fields: Fields,
    writer: IndexWriter,
    /// Started when the first article comes.
    segments: Option<Segments>,
    brought: Brought,
}

impl Engine {
    pub(super) fn start(disk: &Arc<dyn Disk>, generation: &Path, fields: &Fields) -> Result<Self> {
        let index = open_engine(Arc::clone(disk), generation, Access::Windows)?;
        let writer: IndexWriter = index
            .writer_with_num_threads(1, MEMORY)
            .map_err(Error::from_engine)?;
        let merging = Merging::new(generation.to_owned());
        writer.set_merge_policy(Box::new(merging));
        Ok(Engine {
            index,
            fields: fields.clone(),
            writer,
            segments: None,
            brought: Brought::default(),
        })
    }

    /// Takes the entries of an article, in order, which take about so many bytes.
    pub(super) fn add(&mut self, article: Vec<Entry>, bytes: usize) -> Result<()> {
        let segments = match &mut self.segments {
            Some(segments) => segments,
            none => none.insert(Segments::start(&self.index, &self.fields)),
        };
        segments.add(article, bytes)?;
        segments
            .made()
            .try_for_each(|segment| tell(&self.writer, &self.brought, segment))
    }

    /// Deletes the articles with this value of a field, and this content if one
    /// is given.
    pub(super) fn erase(&self, field: Field, term: String, content: Option<u64>) -> Result<()> {
        let erase = Erase {
            field,
            term,
            content,
            brought: Arc::clone(&self.brought),
        };
        let done = self.writer.delete_query(Box::new(erase));
        done.map(|_| ()).map_err(Error::from_engine)
    }

    /// Writes what has been gathered of the articles, and gives back the memory
    /// that it took.
    pub(super) fn finish_segments(&mut self) -> Result<()> {
        let Some(segments) = self.segments.take() else {
            return Ok(());
        };
        let mut rest = segments.finish()?.into_iter();
        rest.try_for_each(|segment| tell(&self.writer, &self.brought, segment))
    }

    /// Makes it all what searches see, with a payload, and ends.
    pub(super) fn commit(mut self, payload: &str) -> Result<()> {
        self.finish_segments()?;
        let mut commit = self.writer.prepare_commit().map_err(Error::from_engine)?;
        commit.set_payload(payload);
        commit.commit().map_err(Error::from_engine)?;
        let merged = self.writer.wait_merging_threads();
        merged.map_err(Error::from_engine)
    }

    /// Makes one segment of all. The engine merges nothing else meanwhile: a
    /// segment that another merge takes away would be an error.
    pub(super) fn merge_all(mut self) -> Result<()> {
        let segments = self.index.searchable_segment_ids();
        let segments = segments.map_err(Error::from_engine)?;
        if segments.is_empty() {
            return Ok(());
        }
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
        let merged = self.writer.merge(&segments).wait();
        merged.map_err(Error::from_engine)?;
        let merged = self.writer.wait_merging_threads();
        merged.map_err(Error::from_engine)
    }
}

/// Tells the engine of a segment. It may ask it of deletions that came before,
/// so what they leave alone has to be known first.
fn tell(writer: &IndexWriter, brought: &Brought, segment: SegmentMeta) -> Result<()> {
    let mut known = brought.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(segment.id());
    drop(known);
    writer.add_segment(segment).map_err(Error::from_engine)
}
