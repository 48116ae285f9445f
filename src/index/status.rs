//! What an index says of itself, and its soundness.

use std::path::Path;

use super::disk;
use super::families;
use super::generation;
use super::health;
use super::plan::{Look, Plan, walk};
use super::reader::{Reader, families_name, open_engine, state_name};
use super::report::{RootStatus, Status, Verification};
use super::schema::Kind;
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
    let state = State::read(&reader.generation, &reader.state)?;
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

/// Checks the soundness of the index in `dir`: checksums, and whether file
/// records and articles agree.
///
/// # Errors
///
/// If there is no index, or it cannot be read at all.
pub fn verify(dir: &Path) -> Result<Verification> {
    let mut found = Verification::default();
    let remedy = "rebuild the index with `cewen index --rebuild`";
    let generation = generation::current(dir)?;
    let engine = open_engine(disk::real(), &generation)?;
    let broken = engine.validate_checksum().map_err(Error::from_engine)?;
    found.checked.push(format!(
        "checksums of the files in {}",
        generation.display()
    ));
    for file in broken {
        found.damages.push(format!(
            "{} is damaged; {remedy}",
            generation.join(file).display()
        ));
    }
    let payload = engine.load_metas().map_err(Error::from_engine)?.payload;
    let state = match state_name(&generation, payload.as_deref())
        .and_then(|name| State::read(&generation, &name))
    {
        Ok(state) => state,
        Err(error) => {
            found.damages.push(format!("{error}; {remedy}"));
            return Ok(found);
        }
    };
    found
        .checked
        .push(format!("{} file records", state.files.len()));
    if !found.damages.is_empty() {
        return Ok(found);
    }
    let reader = Reader::open(dir)?;
    let (mut articles, mut passages) = (0, 0);
    for segment in &reader.segments {
        for document in (0..segment.documents()).filter(|&document| segment.is_live(document)) {
            match segment.layout(document).kind {
                Kind::Title => articles += 1,
                Kind::Passage => passages += 1,
                Kind::Heading | Kind::Furniture | Kind::Opening => {}
            }
        }
    }
    found
        .checked
        .push(format!("{articles} articles with {passages} passages"));
    for (what, counted, recorded) in [
        ("articles", articles, state.header.articles),
        ("passages", passages, state.header.passages),
    ] {
        if counted != recorded {
            found.damages.push(format!(
                "{counted} {what} where {recorded} are recorded; {remedy}"
            ));
        }
    }
    if let Some(name) = families_name(payload.as_deref()) {
        let (count, damages) = families::check(&reader, &name)?;
        found.checked.push(format!("families of {count} articles"));
        let damages = damages.into_iter();
        found
            .damages
            .extend(damages.map(|damage| format!("{damage}; {remedy}")));
    }
    for record in &state.files {
        let mut counted = 0;
        for segment in &reader.segments {
            segment.each(reader.fields.source, &record.key(), |document| {
                counted += usize::from(segment.layout(document).kind == Kind::Title);
            })?;
        }
        if counted != record.articles {
            let path = &record.path;
            found.damages.push(format!(
                "{path}: {counted} articles where {} are recorded; {remedy}",
                record.articles
            ));
        }
    }
    Ok(found)
}
