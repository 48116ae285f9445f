//! Mends a damaged index from its folders.

use std::path::Path;

use super::disk;
use super::generation::{self, WriterLock};
use super::report::{Progress, Repair, UpdateOptions};
use super::state::{Header, StateFile};
use super::update::{Means, Mend, clean, update_on};
use super::verify::verify;
use crate::error::{Error, ErrorKind, Result};

/// Checks the index in `dir` and mends what is damaged: the index is built
/// anew beside the damaged one from the folders it follows, and takes its
/// place. Articles that were added through the library are read back where
/// their files are whole; those that are lost are named. What killed updates
/// left behind is removed. Of `options` only `command`, `wait` and `stop` count.
///
/// # Errors
///
/// As [`verify`] and [`update`](crate::update); [`ErrorKind::Damaged`] if not even the folders
/// are known any more.
pub fn repair(
    dir: &Path,
    options: &UpdateOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Repair> {
    let mut repair = Repair {
        found: verify(dir)?,
        ..Repair::default()
    };
    let disk = disk::real();
    if repair.found.damages.is_empty() {
        let _lock = WriterLock::take(dir, &options.command, options.wait)?;
        clean(&disk, dir)?;
        return Ok(repair);
    }
    let options = UpdateOptions {
        rebuild: true,
        command: options.command.clone(),
        wait: options.wait,
        stop: options.stop.clone(),
        ..UpdateOptions::default()
    };
    // Where a checksum fails nothing is read back: what a damaged file says
    // could be anything.
    let mend = match repair
        .found
        .damages
        .iter()
        .any(|damage| damage.contains("checksum"))
    {
        true => Mend::FromFolders,
        false => Mend::FromFoldersAndIndex,
    };
    let report = update_on(&Means::real(), dir, &options, mend, progress)?;
    repair.report = Some(report);
    Ok(repair)
}

/// What can still be read of the header of a damaged index: the folders it
/// follows. Looks into the live generation first, if it is known.
pub(crate) fn salvage(dir: &Path) -> Result<Header> {
    let mut generations = generation::others(dir, None);
    generations.sort();
    generations.reverse();
    generations.splice(0..0, generation::current(dir).ok());
    for generation in generations {
        let entries = std::fs::read_dir(&generation).into_iter().flatten();
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("files-")
                && let Ok(header) = StateFile::open(&generation, &name).and_then(|f| f.header())
            {
                return Ok(Header {
                    roots: header.roots,
                    next_root: header.next_root,
                    encodings: header.encodings,
                    ..Header::default()
                });
            }
        }
    }
    Err(Error::new(
        ErrorKind::Damaged,
        format!(
            "which folders the index in {} follows cannot be read",
            dir.display()
        ),
    )
    .with_hint("name them: `cewen index --rebuild FOLDER`"))
}
