//! Brings an index up to date with its folders.
//!
//! Walk, compare with the file records, read what came or changed, publish
//! passages and records in one step. Killed at any moment, the last good index
//! opens: nothing that is live is touched before the publishing rename.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::generation::{self, WriterLock};
use super::report::{ChangeKind, FileChange, FileProblem, Progress, UpdateOptions, UpdateReport};
use super::roots;
use super::state::{FORMAT, FileRecord, FolderRecord, Header, Root, State, file_key};
use super::writer::{Live, Writer};
use crate::analysis::{self, FINGERPRINT};
use crate::corpus::{self, Corrections, ReadOptions, SourceFile};
use crate::error::{Error, ErrorKind, Result};

/// The name that drops a given encoding.
const NOT_GIVEN: &str = "auto";

/// Builds the index in `dir` or brings it up to date with its roots.
///
/// `progress` is called from time to time while it works.
///
/// # Errors
///
/// [`ErrorKind::BadRoot`] if a root is missing, or empty where it was not;
/// [`ErrorKind::Locked`] if somebody else is writing; [`ErrorKind::Io`] and
/// [`ErrorKind::Engine`] if something could not be read or written. A source
/// file that cannot be read is not an error but a problem in the report.
pub fn update(
    dir: &Path,
    options: &UpdateOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<UpdateReport> {
    let started = Instant::now();
    if !generation::exists(dir) {
        // Before anything is created on disk.
        if options.add.is_empty() {
            return Err(Error::no_index(dir));
        }
        roots::check(&options.add)?;
    }
    let lock = match options.dry_run {
        true => None,
        false => Some(WriterLock::take(dir, &options.command, options.wait)?),
    };
    let live = match Live::open(dir) {
        // A damaged index can still be built anew from folders that are named.
        Err(_) if options.rebuild && !options.add.is_empty() => None,
        live => live?,
    };
    let mut state = live
        .as_ref()
        .map(|live| live.state.clone())
        .unwrap_or_default();
    let roots_before = state.header.roots.clone();
    let encodings_before = state.header.encodings.clone();
    roots::change(dir, &mut state.header, options)?;
    give_encodings(&mut state.header, &options.encodings)?;
    let found = walk(dir, &state, progress)?;
    let lexicon = lexicon(dir, &state.header.roots)?;
    let rebuilt = live
        .as_ref()
        .and_then(|live| live.outdated(&state.header, &lexicon.hash));
    let mut report = UpdateReport {
        skipped: found.skipped,
        problems: found.problems.clone(),
        rebuilt: rebuilt.clone(),
        ..UpdateReport::default()
    };
    let plan = Plan::new(&state, &found);
    report.changes = plan.changes();
    report.unchanged = plan.unchanged.len();
    if options.dry_run {
        report.articles = state.files.iter().map(|file| file.articles).sum();
        report.passages = state.files.iter().map(|file| file.passages).sum();
        report.problems.extend(file_problems(&state.files));
        report.took = started.elapsed();
        return Ok(report);
    }

    let anew = options.rebuild || rebuilt.is_some() || live.is_none();
    let is_same = plan.is_empty()
        && !anew
        && state.header.roots == roots_before
        && state.header.encodings == encodings_before
        && state.header.folders == found.folders;
    if !is_same || options.compact {
        let mut writer = match (&live, anew) {
            (Some(live), false) => Writer::resume(live, &lexicon.words)?,
            _ => Writer::create(dir, &lexicon.words)?,
        };
        let mut files = Vec::with_capacity(found.files.len());
        // Articles that were added through the library live on.
        for record in state.files.iter().filter(|record| record.root.is_none()) {
            if let (Some(live), true) = (&live, anew) {
                let mut articles = live.articles_of(record)?;
                files.push(writer.add(
                    FileRecord {
                        articles: 0,
                        passages: 0,
                        symbols: 0,
                        ..record.clone()
                    },
                    &mut articles,
                )?);
            } else {
                files.push(record.clone());
            }
        }
        let read: Vec<&(u32, SourceFile)> = if anew {
            found.files.iter().collect()
        } else {
            plan.read.clone()
        };
        if !anew {
            plan.removed.iter().for_each(|record| writer.remove(record));
            files.extend(
                plan.unchanged
                    .iter()
                    .map(|(record, file)| touched(record, file)),
            );
        }
        let total_bytes = read.iter().map(|(_, file)| file.size).sum();
        let mut bytes = 0;
        for (done, (root, file)) in read.iter().enumerate() {
            progress(Progress::Reading {
                done,
                total: read.len(),
                bytes,
                total_bytes,
            });
            let known = plan.known(*root, file).filter(|_| !anew);
            files.push(writer.read(*root, file, known, found.options(*root))?);
            bytes += file.size;
        }
        report.bytes = bytes;
        progress(Progress::Publishing);
        files.sort_by(|one, other| (one.root, &one.path).cmp(&(other.root, &other.path)));
        state.files = files;
        state.header.folders = found.folders;
        state.header.format = FORMAT;
        state.header.fingerprint = FINGERPRINT.to_owned();
        state.header.lexicon = lexicon.hash;
        state.header.updated = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        state.count();
        writer.publish(dir, &state, options.compact)?;
    }
    drop(lock);
    report.articles = state.header.articles;
    report.passages = state.header.passages;
    report.problems.extend(file_problems(&state.files));
    report.took = started.elapsed();
    Ok(report)
}

/// The record of a file whose content is as before.
fn touched(record: &FileRecord, file: &SourceFile) -> FileRecord {
    FileRecord {
        size: file.size,
        modified_ns: file.modified_ns,
        ..record.clone()
    }
}

/// The problems of the files' records.
pub(crate) fn file_problems(files: &[FileRecord]) -> Vec<FileProblem> {
    let of = |file: &FileRecord| {
        let path = file.path.clone();
        file.problems
            .clone()
            .into_iter()
            .map(move |problem| FileProblem {
                path: path.clone(),
                problem,
            })
    };
    files.iter().flat_map(of).collect()
}

/// What the walk of all roots found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<(u32, SourceFile)>,
    pub(crate) folders: Vec<FolderRecord>,
    pub(crate) skipped: usize,
    pub(crate) problems: Vec<FileProblem>,
    /// How the files of each root are read.
    options: HashMap<u32, ReadOptions>,
    plain: ReadOptions,
}

impl Found {
    /// How the files of a root are read.
    fn options(&self, root: u32) -> &ReadOptions {
        self.options.get(&root).unwrap_or(&self.plain)
    }
}

/// Remembers encodings that a person gives for paths.
fn give_encodings(header: &mut Header, given: &[(String, String)]) -> Result<()> {
    for (pattern, name) in given {
        let is_known = |known: &(String, String)| known.0 == *pattern;
        if name == NOT_GIVEN {
            if !header.encodings.iter().any(is_known) {
                let known: Vec<&str> = header.encodings.iter().map(|e| e.0.as_str()).collect();
                let hint = match known.as_slice() {
                    [] => "no encoding was given for any".to_owned(),
                    known => format!("encodings were given for {}", known.join(", ")),
                };
                let what = format!("no encoding was given for {pattern}");
                return Err(Error::new(ErrorKind::BadOption, what).with_hint(hint));
            }
        } else if !corpus::is_encoding(name) {
            let what = format!("{name:?} is not an encoding");
            return Err(Error::new(ErrorKind::BadOption, what).with_hint(
                "name gb18030, big5, utf-8, utf-16le or utf-16be, or auto to tell it from the bytes",
            ));
        }
        header.encodings.retain(|known| !is_known(known));
        if name != NOT_GIVEN {
            header.encodings.insert(0, (pattern.clone(), name.clone()));
        }
    }
    Ok(())
}

/// Walks all roots of an index.
pub(crate) fn walk(dir: &Path, state: &State, progress: &mut dyn FnMut(Progress)) -> Result<Found> {
    let mut found = Found::default();
    for root in &state.header.roots {
        let location = root.location(dir);
        let before = found.files.len();
        let walked = corpus::walk(&location, &mut |files| {
            progress(Progress::Walking {
                files: before + files,
            });
        })?;
        let known = state
            .files
            .iter()
            .filter(|file| file.root == Some(root.id))
            .count();
        if walked.files.is_empty() && known > 0 {
            return Err(Error::new(
                ErrorKind::BadRoot,
                format!(
                    "{} is empty, but the index holds {known} files of it",
                    location.display()
                ),
            )
            .with_hint("mount or restore it, or drop it with `cewen index --forget FOLDER`"));
        }
        let corrections = Corrections::read(&location)?;
        // The files come sorted by path.
        let is_there = |path: &str| {
            let found = walked
                .files
                .binary_search_by(|file| file.path.as_str().cmp(path));
            found.is_ok()
        };
        let dangling = corrections.dangling(is_there);
        found.options.insert(
            root.id,
            ReadOptions {
                encodings: state.header.encodings.clone(),
                corrections,
                ..ReadOptions::default()
            },
        );
        found
            .files
            .extend(walked.files.into_iter().map(|file| (root.id, file)));
        found
            .folders
            .extend(walked.folders.into_iter().map(|folder| FolderRecord {
                root: root.id,
                path: folder.path,
                modified_ns: folder.modified_ns,
            }));
        found.skipped += walked.skipped;
        found.problems.extend(
            walked
                .problems
                .into_iter()
                .chain(dangling)
                .map(|(path, problem)| FileProblem { path, problem }),
        );
    }
    Ok(found)
}

/// What is to be done, by comparing the records with what was found.
pub(crate) struct Plan<'a> {
    known: HashMap<String, &'a FileRecord>,
    /// Files whose size and time are as recorded.
    unchanged: Vec<(&'a FileRecord, &'a SourceFile)>,
    /// Files to read.
    read: Vec<&'a (u32, SourceFile)>,
    /// Records without a file.
    removed: Vec<&'a FileRecord>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(state: &'a State, found: &'a Found) -> Self {
        let known: HashMap<String, &FileRecord> = state
            .files
            .iter()
            .filter(|record| record.root.is_some())
            .map(|record| (record.key(), record))
            .collect();
        let mut gone = known.clone();
        let mut unchanged = Vec::new();
        let mut read = Vec::new();
        for entry in &found.files {
            let (root, file) = entry;
            match gone.remove(&file_key(*root, &file.path)) {
                Some(record)
                    if record.size == file.size
                        && record.modified_ns == file.modified_ns
                        && record.said == found.options(*root).stamp(&file.path) =>
                {
                    unchanged.push((record, file));
                }
                _ => read.push(entry),
            }
        }
        let mut removed: Vec<&FileRecord> = gone.into_values().collect();
        removed.sort_by(|one, other| (one.root, &one.path).cmp(&(other.root, &other.path)));
        Plan {
            known,
            unchanged,
            read,
            removed,
        }
    }

    fn known(&self, root: u32, file: &SourceFile) -> Option<&'a FileRecord> {
        self.known.get(&file_key(root, &file.path)).copied()
    }

    fn is_empty(&self) -> bool {
        self.read.is_empty() && self.removed.is_empty()
    }

    /// The changes, by path.
    pub(crate) fn changes(&self) -> Vec<FileChange> {
        let read = self.read.iter().map(|(root, file)| FileChange {
            path: file.path.clone(),
            kind: match self.known(*root, file) {
                Some(_) => ChangeKind::Changed,
                None => ChangeKind::Added,
            },
        });
        let removed = self.removed.iter().map(|record| FileChange {
            path: record.path.clone(),
            kind: ChangeKind::Removed,
        });
        let mut changes: Vec<FileChange> = read.chain(removed).collect();
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        changes
    }
}

/// The words a person added, and the hash of all lexicon words.
struct Lexicon {
    words: Vec<String>,
    hash: String,
}

/// Reads `lexicon.txt` of every root.
fn lexicon(dir: &Path, roots: &[Root]) -> Result<Lexicon> {
    let mut words = Vec::new();
    for root in roots {
        let path: PathBuf = root.location(dir).join("lexicon.txt");
        match std::fs::read_to_string(&path) {
            Ok(text) => words.extend(analysis::words_of(&text).map(str::to_owned)),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) => {}
            Err(error) => return Err(Error::io("read", &path, error)),
        }
    }
    let mut hasher = blake3::Hasher::new();
    let shipped = analysis::shipped_words().map(str::to_owned);
    for word in shipped.chain(words.iter().cloned()) {
        hasher.update(word.as_bytes());
        hasher.update(b"\n");
    }
    let hash = hasher.finalize().to_hex()[..16].to_owned();
    Ok(Lexicon { words, hash })
}
