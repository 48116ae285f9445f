//! What an update has to do: what the walk found, against the file records.
//!
//! Decides by name, size and time; reads no file.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::report::{ChangeKind, FileChange, FileProblem, Progress};
use super::state::{FileRecord, FolderRecord, Header, Root, State, file_key};
use crate::corpus::{self, Corrections, ReadOptions, SourceFile};
use crate::error::{Error, ErrorKind, Result};

/// How long after a change a disk may give another change the same time, in
/// nanoseconds: a tick of the system's clock.
const TICK_NS: i64 = 50_000_000;

/// The same for disks that keep whole or even seconds.
const COARSE_TICK_NS: i64 = 2_000_000_000;

/// Files of ours in a root, watched as its folders are.
pub(crate) const OWN_FILES: &[&str] = &["corrections.toml", "lexicon.txt"];

/// What the walk of all roots found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<(u32, SourceFile)>,
    /// Folders, and the files of ours in them.
    pub(crate) folders: Vec<FolderRecord>,
    pub(crate) skipped: usize,
    pub(crate) problems: Vec<FileProblem>,
    /// Folders that are there and could not be listed, with `/` at the end.
    unlisted: Vec<(u32, String)>,
    /// When the walk began, in nanoseconds since 1970.
    pub(crate) walked_ns: i64,
    /// How the files of each root are read.
    options: HashMap<u32, ReadOptions>,
    plain: ReadOptions,
}

/// Walks all roots of an index.
pub(crate) fn walk(dir: &Path, state: &State, progress: &mut dyn FnMut(Progress)) -> Result<Found> {
    let mut found = Found {
        walked_ns: now_ns(),
        ..Found::default()
    };
    for root in &state.header.roots {
        found.add_root(dir, root, state, progress)?;
    }
    Ok(found)
}

fn now_ns() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// When a file of ours was changed; 0 if it is not there.
pub(crate) fn own_modified_ns(path: &Path) -> i64 {
    path.metadata()
        .map_or(0, |data| corpus::modified_ns(&data).max(1))
}

impl Found {
    /// How the files of a root are read.
    fn options(&self, root: u32) -> &ReadOptions {
        self.options.get(&root).unwrap_or(&self.plain)
    }

    fn add_root(
        &mut self,
        dir: &Path,
        root: &Root,
        state: &State,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<()> {
        let location = root.location(dir);
        let before = self.files.len();
        let walked = corpus::walk(&location, &mut |files| {
            progress(Progress::Walking {
                files: before + files,
            });
        })?;
        let of_root = |file: &&FileRecord| file.root == Some(root.id);
        let known = state.files.iter().filter(of_root).count();
        if walked.files.is_empty() && walked.unlisted.is_empty() && known > 0 {
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
        let options = ReadOptions {
            encodings: state.header.encodings.clone(),
            corrections,
            ..ReadOptions::default()
        };
        self.options.insert(root.id, options);
        let files = walked.files.into_iter();
        self.files.extend(files.map(|file| (root.id, file)));
        let folders = walked.folders.into_iter();
        self.folders.extend(folders.map(|folder| FolderRecord {
            root: root.id,
            path: folder.path,
            modified_ns: folder.modified_ns,
            files: folder.names.count,
            names: folder.names.digest,
        }));
        // Those that are not there too, so that one that comes is noticed. A
        // root that is a file has none.
        for name in OWN_FILES.iter().filter(|_| location.is_dir()) {
            self.folders.push(FolderRecord {
                root: root.id,
                path: (*name).to_owned(),
                modified_ns: own_modified_ns(&location.join(name)),
                files: 0,
                names: 0,
            });
        }
        self.unlisted
            .extend(walked.unlisted.into_iter().map(|path| {
                let prefix = match path.as_str() {
                    "" => String::new(),
                    path => format!("{path}/"),
                };
                (root.id, prefix)
            }));
        self.skipped += walked.skipped;
        let problems = walked.problems.into_iter().chain(dangling);
        self.problems
            .extend(problems.map(|(path, problem)| FileProblem { path, problem }));
        Ok(())
    }

    fn is_unlisted(&self, record: &FileRecord) -> bool {
        self.unlisted
            .iter()
            .any(|(root, prefix)| record.root == Some(*root) && record.path.starts_with(prefix))
    }
}

/// What is to be done, by comparing the records with what was found.
pub(crate) struct Plan<'a> {
    /// Files as recorded by size and time.
    pub(crate) unchanged: Vec<(&'a FileRecord, &'a SourceFile)>,
    /// Files to look into: new, changed by size or time, unreadable before, or
    /// changed so shortly before the last walk that their time proves nothing.
    pub(crate) read: Vec<Reading<'a>>,
    /// Records without a file.
    pub(crate) removed: Vec<&'a FileRecord>,
    /// Records in folders that could not be listed: they stay as they are.
    pub(crate) kept: Vec<&'a FileRecord>,
    found: &'a Found,
}

/// A file to look into.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) root: u32,
    pub(crate) file: &'a SourceFile,
    pub(crate) known: Option<&'a FileRecord>,
    pub(crate) options: &'a ReadOptions,
}

impl Reading<'_> {
    /// Whether size, time and what a person says of it are as recorded: then
    /// only its hash can tell.
    fn looks_the_same(&self) -> bool {
        self.known.is_some_and(|record| {
            record.size == self.file.size
                && record.modified_ns == self.file.modified_ns
                && record.said == self.options.stamp(&self.file.path)
        })
    }
}

impl<'a> Plan<'a> {
    pub(crate) fn new(state: &'a State, found: &'a Found) -> Self {
        let mut gone: HashMap<String, &FileRecord> = state
            .files
            .iter()
            .filter(|record| record.root.is_some())
            .map(|record| (record.key(), record))
            .collect();
        let mut plan = Plan {
            unchanged: Vec::new(),
            read: Vec::new(),
            removed: Vec::new(),
            kept: Vec::new(),
            found,
        };
        for (root, file) in &found.files {
            let reading = Reading {
                root: *root,
                file,
                known: gone.remove(&file_key(*root, &file.path)),
                options: found.options(*root),
            };
            match reading.known {
                Some(record)
                    if reading.looks_the_same()
                        && !record.hash.is_empty()
                        && !is_doubtful(record, &state.header) =>
                {
                    plan.unchanged.push((record, file));
                }
                _ => plan.read.push(reading),
            }
        }
        let by_path = |one: &&FileRecord, other: &&FileRecord| {
            (one.root, &one.path).cmp(&(other.root, &other.path))
        };
        let (kept, removed): (Vec<_>, Vec<_>) = gone
            .into_values()
            .partition(|record| found.is_unlisted(record));
        plan.kept = kept;
        plan.removed = removed;
        plan.kept.sort_by(by_path);
        plan.removed.sort_by(by_path);
        plan
    }

    /// How the files of a root are read.
    pub(crate) fn options(&self, root: u32) -> &'a ReadOptions {
        self.found.options(root)
    }

    /// Moves the unchanged files that `is_wanted` to those that are looked into.
    pub(crate) fn look_into(&mut self, is_wanted: impl Fn(&FileRecord) -> bool) {
        let unchanged = std::mem::take(&mut self.unchanged);
        for (record, file) in unchanged {
            match (is_wanted(record), record.root) {
                (true, Some(root)) => self.read.push(Reading {
                    root,
                    file,
                    known: Some(record),
                    options: self.found.options(root),
                }),
                _ => self.unchanged.push((record, file)),
            }
        }
        self.read
            .sort_by(|one, other| (one.root, &one.file.path).cmp(&(other.root, &other.file.path)));
    }

    /// The changes, by path, for a person to read beforehand.
    pub(crate) fn changes(&self, look: Look) -> Vec<FileChange> {
        let mut gone = Gone::new(&self.removed);
        let mut moved_away = HashSet::new();
        let mut changes = Vec::new();
        for reading in &self.read {
            let Reading {
                file,
                known,
                options,
                ..
            } = *reading;
            let (kind, from) = match known {
                Some(known) if known.hash.is_empty() && reading.looks_the_same() => continue,
                Some(known) => {
                    let is_same = match look {
                        Look::Times => reading.looks_the_same(),
                        Look::Hashes => {
                            known.size == file.size
                                && known.said == options.stamp(&file.path)
                                && corpus::hash(file).is_some_and(|hash| hash == known.hash)
                        }
                    };
                    if is_same {
                        continue;
                    }
                    (ChangeKind::Changed, None)
                }
                None => {
                    let hash = OnceCell::new();
                    let hash = || hash.get_or_init(|| corpus::hash(file)).as_ref();
                    let moved = gone.take(file.size, |record| match look {
                        Look::Times => record.modified_ns == file.modified_ns,
                        Look::Hashes => hash() == Some(&record.hash),
                    });
                    match moved {
                        Some(record) => {
                            moved_away.insert(record.key());
                            (ChangeKind::Moved, Some(record.path.clone()))
                        }
                        None => (ChangeKind::Added, None),
                    }
                }
            };
            let path = file.path.clone();
            changes.push(FileChange { path, kind, from });
        }
        let is_gone = |record: &&&FileRecord| !moved_away.contains(&record.key());
        changes.extend(
            self.removed
                .iter()
                .filter(is_gone)
                .map(|record| FileChange {
                    path: record.path.clone(),
                    kind: ChangeKind::Removed,
                    from: None,
                }),
        );
        changes.sort_by(|one, other| one.path.cmp(&other.path));
        changes
    }
}

/// Removed files, which may turn up elsewhere.
pub(crate) struct Gone<'a> {
    by_size: HashMap<u64, Vec<&'a FileRecord>>,
}

impl<'a> Gone<'a> {
    pub(crate) fn new(removed: &[&'a FileRecord]) -> Self {
        let mut by_size: HashMap<u64, Vec<&FileRecord>> = HashMap::new();
        for record in removed.iter().filter(|record| !record.hash.is_empty()) {
            by_size.entry(record.size).or_default().push(record);
        }
        Gone { by_size }
    }

    /// Takes out a file of `size` that `is_it`.
    pub(crate) fn take(
        &mut self,
        size: u64,
        is_it: impl Fn(&FileRecord) -> bool,
    ) -> Option<&'a FileRecord> {
        let records = self.by_size.get_mut(&size)?;
        let at = records.iter().position(|record| is_it(record))?;
        Some(records.remove(at))
    }
}

/// How closely a plan is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// By size and time.
    Times,
    /// By content, where size and time leave a doubt.
    Hashes,
}

/// Whether a file was changed so shortly before the last walk that it may have
/// been changed again after it was read, under the same time; or, if a clock
/// was set back, after it.
fn is_doubtful(record: &FileRecord, header: &Header) -> bool {
    let tick = match record.modified_ns % 1_000_000_000 {
        0 => COARSE_TICK_NS,
        _ => TICK_NS,
    };
    record.modified_ns > header.walked_ns.saturating_sub(tick)
}
