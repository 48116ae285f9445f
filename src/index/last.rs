//! What the last update brought: `last-HASH.json` in the generation folder,
//! named by the state's header and so published in the same step.
//!
//! An update that changes no article leaves what the one before it brought. A
//! first build brings everything and lists nothing.

use std::path::Path;

use super::disk::{Disk, write_whole};
use super::reader::Reader;
use super::report::{ArticleChange, LastUpdate};
use super::state::{Header, damaged};
use crate::error::{Error, Result};

/// Tells what the last update of the index in `dir` that changed an article
/// brought; `None` if none is recorded.
///
/// # Errors
///
/// If there is no index, or it cannot be read.
pub fn last_update(dir: &Path) -> Result<Option<LastUpdate>> {
    let mut attempt = 0;
    loop {
        let reader = Reader::open(dir)?;
        match read(&reader.generation, &reader.header.last) {
            // An update may have published and cleaned up since it was opened.
            Err(error) if attempt < 3 && error.kind() == crate::ErrorKind::Io => attempt += 1,
            read => return read,
        }
    }
}

/// Writes what an update brought; returns the name of the file.
pub(crate) fn write(
    disk: &dyn Disk,
    generation: &Path,
    header: &Header,
    is_first: bool,
    changes: &[ArticleChange],
) -> Result<String> {
    let mut changes = changes.to_vec();
    changes.sort_by(|one, other| (one.kind, &one.path).cmp(&(other.kind, &other.path)));
    let last = LastUpdate {
        updated: header.updated,
        is_first,
        articles: header.articles,
        changes,
    };
    let bytes =
        serde_json::to_vec(&last).map_err(|error| damaged(generation, &error.to_string()))?;
    write_bytes(disk, generation, &bytes)
}

/// Takes the file over from another generation; returns its name.
pub(crate) fn keep(disk: &dyn Disk, from: &Path, name: &str, to: &Path) -> Result<String> {
    let path = from.join(name);
    match std::fs::read(&path) {
        Ok(bytes) if !name.is_empty() => write_bytes(disk, to, &bytes),
        // A rebuild mends what can be mended; this is no reason to refuse.
        _ => Ok(String::new()),
    }
}

fn write_bytes(disk: &dyn Disk, generation: &Path, bytes: &[u8]) -> Result<String> {
    let name = name_for(bytes);
    let path = generation.join(&name);
    write_whole(disk, &path, bytes).map_err(|error| Error::io("write", &path, error))?;
    Ok(name)
}

/// Reads what the header names, and checks its hash.
pub(crate) fn read(generation: &Path, name: &str) -> Result<Option<LastUpdate>> {
    if name.is_empty() {
        return Ok(None);
    }
    let path = generation.join(name);
    let bytes = std::fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
    if name_for(&bytes) != name {
        return Err(damaged(&path, "its content does not match its name"));
    }
    let last = serde_json::from_slice(&bytes);
    last.map(Some)
        .map_err(|error| damaged(&path, &error.to_string()))
}

fn name_for(bytes: &[u8]) -> String {
    format!("last-{}.json", &blake3::hash(bytes).to_hex()[..16])
}
