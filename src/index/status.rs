//! What an index says of itself, against its folders.

use std::path::Path;

use super::health;
use super::plan::{Look, Plan, walk};
use super::reader::Reader;
use super::report::{RootStatus, Status};
use super::state::State;
use crate::error::{Error, Result};

/// Compares the index in `dir` with its folders, reading no file.
///
/// # Errors
///
/// If there is no index, or it cannot be read. A root that cannot be reached
/// is told in the status.
pub fn status(dir: &Path) -> Result<Status> {
    let reader = Reader::open(dir)?;
    let state = reader.state.read()?;
    let header = &state.header;
    let mut status = Status {
        index: dir.to_path_buf(),
        files: header.files,
        articles: header.articles,
        passages: header.passages,
        bytes: bytes_in(&reader.generation),
        segments: reader.segments.len(),
        problems: health::problems(&state.files),
        updated: Some(header.updated),
        fingerprint: header.fingerprint.clone(),
        given_encodings: header.encodings.clone(),
        ..Status::default()
    };
    (status.formats, status.encodings) = health::counts(&state.files);
    for root in &header.roots {
        let alone = State {
            header: super::state::Header {
                roots: vec![root.clone()],
                ..header.clone()
            },
            files: state
                .files
                .iter()
                .filter(|file| file.root == Some(root.id))
                .cloned()
                .collect(),
        };
        let walked = walk(dir, &alone, &mut |_| ());
        status.roots.push(RootStatus {
            path: root.location(dir),
            files: alone.files.len(),
            problem: walked.as_ref().err().map(Error::to_string),
        });
        if let Ok(found) = walked {
            status
                .changes
                .extend(Plan::new(&alone, &found).changes(Look::Times));
            status.problems.extend(found.problems);
        }
    }
    for file in &state.files {
        let Some(source) = &file.source else { continue };
        match status.sources.iter_mut().find(|(name, _)| name == source) {
            Some((_, articles)) => *articles += file.articles,
            None => status.sources.push((source.clone(), file.articles)),
        }
    }
    Ok(status)
}

/// The bytes of the files in a generation folder, which holds no folders.
fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|data| data.len())
        .sum()
}
