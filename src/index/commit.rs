//! The engine's commit, as far as a search needs it, and what it carries for
//! us: the names of our files.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::Index;
use tantivy::index::{SegmentId, SegmentMeta};

use super::reader::REPAIR;
use crate::error::{Error, ErrorKind, Result};

/// What the engine's commit carries for us.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The name of the state file.
    pub(crate) state: String,
    /// The name of the file of families; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) families: Option<String>,
    /// The name of the file of rows; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rows: Option<String>,
}

/// What a search needs of the engine's commit, `meta.json`. The engine has read
/// it already, but keeps only the schema: reading all of it a second time
/// would be a twentieth of a short search.
#[derive(Debug, Deserialize)]
pub(super) struct Commit {
    pub(super) segments: Vec<CommitSegment>,
    #[serde(default)]
    pub(super) payload: Option<String>,
}

/// A segment of a commit.
#[derive(Debug, Deserialize)]
pub(super) struct CommitSegment {
    pub(super) segment_id: String,
    max_doc: u32,
    #[serde(default)]
    deletes: Option<CommitDeletes>,
}

/// The documents of a segment that are deleted.
#[derive(Debug, Deserialize)]
struct CommitDeletes {
    num_deleted_docs: u32,
    opstamp: u64,
}

impl Commit {
    pub(super) fn read(generation: &Path) -> Result<Self> {
        let path = generation.join("meta.json");
        let text = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        let damaged = |error: &dyn Display| damaged_commit(generation, &error.to_string());
        let text = std::str::from_utf8(&text).map_err(|error| damaged(&error))?;
        serde_json::from_str(&without_schema(text)).map_err(|error| damaged(&error))
    }
}

/// A commit without the schema, nine tenths of it: even passing over it would be
/// a hundredth of a short search. What stands before it and behind it is parsed.
fn without_schema(commit: &str) -> Cow<'_, str> {
    let (schema, next) = (commit.find("\"schema\""), commit.rfind("\"opstamp\""));
    match schema.zip(next) {
        Some((schema, next)) if schema < next => {
            [&commit[..schema], &commit[next..]].concat().into()
        }
        _ => commit.into(),
    }
}

impl CommitSegment {
    pub(super) fn meta(&self, index: &Index) -> Option<SegmentMeta> {
        let id = SegmentId::from_uuid_string(&self.segment_id).ok()?;
        let meta = index.new_segment_meta(id, self.max_doc);
        Some(match &self.deletes {
            None => meta,
            Some(deletes) => meta.with_delete_meta(deletes.num_deleted_docs, deletes.opstamp),
        })
    }
}

/// The state file that a commit's payload names.
pub(crate) fn state_name(generation: &Path, payload: Option<&str>) -> Result<String> {
    let payload: Option<Payload> = payload.and_then(|payload| serde_json::from_str(payload).ok());
    payload.map(|payload| payload.state).ok_or_else(|| {
        Error::new(
            ErrorKind::Damaged,
            format!("{} names no state file", generation.display()),
        )
        .with_hint(REPAIR)
    })
}

/// The file of families that a commit's payload names.
pub(crate) fn families_name(payload: Option<&str>) -> Option<String> {
    let payload: Option<Payload> = payload.and_then(|payload| serde_json::from_str(payload).ok());
    payload.and_then(|payload| payload.families)
}

/// The file of rows that a commit's payload names.
pub(crate) fn rows_name(payload: Option<&str>) -> Option<String> {
    let payload: Option<Payload> = payload.and_then(|payload| serde_json::from_str(payload).ok());
    payload.and_then(|payload| payload.rows)
}

pub(super) fn damaged_commit(generation: &Path, what: &str) -> Error {
    let path = generation.join("meta.json");
    Error::new(
        ErrorKind::Damaged,
        format!("{} is damaged: {what}", path.display()),
    )
    .with_hint(REPAIR)
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{STORED, Schema, TEXT};

    use super::*;

    #[test]
    fn a_commit_is_read_whatever_the_names_of_its_fields_and_its_payload() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut schema = Schema::builder();
        schema.add_text_field("opstamp", TEXT | STORED);
        schema.add_text_field("schema", TEXT);
        let index = Index::create_in_dir(folder.path(), schema.build()).expect("an index");
        let mut writer = index
            .writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000)
            .expect("a writer");
        writer
            .add_document(tantivy::TantivyDocument::new())
            .expect("added");
        let payload = "{\"opstamp\": \"schema\"}";
        let mut commit = writer.prepare_commit().expect("prepared");
        commit.set_payload(payload);
        commit.commit().expect("committed");
        let commit = Commit::read(folder.path()).expect("read");
        assert_eq!(commit.payload.as_deref(), Some(payload));
        let segments = index.searchable_segment_metas().expect("segments");
        assert_eq!(commit.segments.len(), segments.len());
        let read = commit.segments[0].meta(&index).expect("a segment");
        assert_eq!((read.id(), read.max_doc()), (segments[0].id(), 1));
    }
}
