//! The engine's commit, as far as a search needs it, and what it carries for
//! us: the names of our files.

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
        serde_json::from_slice(&text)
            .map_err(|error| damaged_commit(generation, &error.to_string()))
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
