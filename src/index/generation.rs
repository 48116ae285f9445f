//! Generation folders, `CURRENT`, and the writer's lock.
//!
//! ```text
//! index/CURRENT       one line: the name of the live generation
//! index/gen-000001/   an engine index and its state file
//! index/writer.lock   locked while somebody writes; says who
//! index/.tmp-…        being written, or left behind by a killed process
//! ```
//!
//! A new generation is built beside the live one; writing `CURRENT` by rename
//! makes it live. Readers take no lock.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::disk::{Disk, TEMPORARY, write_whole};
use crate::error::{Error, ErrorKind, Result};

const CURRENT: &str = "CURRENT";
const LOCK: &str = "writer.lock";

/// Says whether there is an index in `dir`.
pub fn exists(dir: &Path) -> bool {
    dir.join(CURRENT).is_file()
}

/// The folder of the live generation.
pub(crate) fn current(dir: &Path) -> Result<PathBuf> {
    let path = dir.join(CURRENT);
    let name = match fs::read_to_string(&path) {
        Ok(name) => name,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::no_index(dir));
        }
        Err(error) => return Err(Error::io("read", &path, error)),
    };
    let name = name.trim();
    if number(name).is_none() {
        return Err(Error::new(
            ErrorKind::Damaged,
            format!("{} names no generation", path.display()),
        )
        .with_hint("mend it with `cewen verify --repair`"));
    }
    Ok(dir.join(name))
}

/// Creates the folder of the generation after all that are there.
pub(crate) fn create(disk: &dyn Disk, dir: &Path) -> Result<PathBuf> {
    let last = generations(dir)?
        .into_iter()
        .map(|(number, _)| number)
        .max()
        .unwrap_or(0);
    let folder = dir.join(format!("gen-{:06}", last + 1));
    disk.create_folder(&folder)
        .map_err(|error| Error::io("create", &folder, error))?;
    Ok(folder)
}

/// Makes a generation the live one and removes all others.
pub(crate) fn publish(disk: &dyn Disk, dir: &Path, generation: &Path) -> Result<()> {
    let path = dir.join(CURRENT);
    let name = generation.file_name().unwrap_or_default().to_string_lossy();
    disk.sync_folder(dir)
        .and_then(|()| write_whole(disk, &path, format!("{name}\n").as_bytes()))
        .map_err(|error| Error::io("write", &path, error))?;
    remove_others(disk, dir, Some(generation));
    Ok(())
}

/// Removes the generations that are not live, such as one that was never
/// finished, and what a killed process was writing in `dir`.
pub(crate) fn remove_others(disk: &dyn Disk, dir: &Path, live: Option<&Path>) {
    // Somebody may still read one where open files cannot be removed, or the
    // disk may refuse: the next update tries again.
    for orphan in others(dir, live) {
        let _ = match orphan.is_dir() {
            true => disk.remove_folder(&orphan),
            false => disk.remove_file(&orphan),
        };
    }
}

/// The generations in `dir` that are not live, and files that a killed process
/// was writing.
pub(crate) fn others(dir: &Path, live: Option<&Path>) -> Vec<PathBuf> {
    let live = live.and_then(Path::file_name);
    names_in(dir)
        .into_iter()
        .filter(|name| {
            let text = name.to_string_lossy();
            Some(name.as_os_str()) != live
                && (number(&text).is_some() || text.starts_with(TEMPORARY))
        })
        .map(|name| dir.join(name))
        .collect()
}

/// The files in a generation folder that are not among `living`.
pub(crate) fn orphans(generation: &Path, living: &HashSet<PathBuf>) -> Vec<PathBuf> {
    names_in(generation)
        .into_iter()
        .filter(|name| !living.contains(Path::new(name)))
        .map(|name| generation.join(name))
        .collect()
}

/// Removes the files in a generation folder that are not among `living`. Only
/// for the holder of the lock, while no engine writes.
pub(crate) fn sweep(disk: &dyn Disk, generation: &Path, living: &HashSet<PathBuf>) {
    for orphan in orphans(generation, living) {
        // A reader that has just read what named it reads once more.
        let _ = disk.remove_file(&orphan);
    }
}

fn names_in(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).collect()
}

fn generations(dir: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let entries = fs::read_dir(dir).map_err(|error| Error::io("read", dir, error))?;
    let named = |entry: fs::DirEntry| {
        let number = number(entry.file_name().to_str()?)?;
        Some((number, entry.path()))
    };
    Ok(entries.flatten().filter_map(named).collect())
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("gen-")?.parse().ok()
}

/// How long the lock is tried for even by who does not wait: a process that was
/// just started by one that has given the lock up holds a copy of it until it
/// begins to run its own program.
const COPIES: Duration = Duration::from_millis(200);

/// The right to write to an index; given up when dropped, also by a killed process.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock, waiting up to `wait` for another writer.
    pub(crate) fn take(dir: &Path, command: &str, wait: Option<Duration>) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|error| Error::io("create", dir, error))?;
        let path = dir.join(LOCK);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| Error::io("open", &path, error))?;
        let until = Instant::now() + wait.unwrap_or_default().max(COPIES);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    let _ = file.read_to_string(&mut holder);
                    // Just taken, and not yet signed.
                    let holder = match holder.trim() {
                        "" => "another process",
                        holder => holder,
                    };
                    return Err(Error::new(
                        ErrorKind::Locked,
                        format!("{} is being written to by {holder}", dir.display()),
                    )
                    .with_hint(match wait {
                        None => "wait for it, or give `--wait SECONDS`".to_owned(),
                        Some(wait) => format!(
                            "it was waited for {} s: try again when that process has ended, \
                             or give a longer `--wait`",
                            wait.as_secs()
                        ),
                    }));
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
            }
        }
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let since = jiff::Timestamp::from_second(since as i64).unwrap_or_default();
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| {
                writeln!(
                    file,
                    "process {} (`{command}`) since {since}",
                    std::process::id()
                )
            })
            .map_err(|error| Error::io("write", &path, error))?;
        Ok(WriterLock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::RealDisk;
    use super::*;

    #[test]
    fn publishing_a_generation_makes_it_live_and_removes_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path();
        assert_eq!(current(dir).expect_err("none").kind(), ErrorKind::NoIndex);
        let first = create(&RealDisk, dir).expect("created");
        publish(&RealDisk, dir, &first).expect("published");
        let second = create(&RealDisk, dir).expect("created");
        assert_eq!(current(dir).expect("live"), first);
        publish(&RealDisk, dir, &second).expect("published");
        assert_eq!(current(dir).expect("live"), second);
        assert!(!first.exists());
    }

    #[test]
    fn a_second_writer_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = WriterLock::take(folder.path(), "cewen index 新闻", None).expect("free");
        let error = WriterLock::take(folder.path(), "另一个", None).expect_err("held");
        assert_eq!(error.kind(), ErrorKind::Locked);
        assert!(error.to_string().contains("cewen index 新闻"), "{error}");
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("give `--wait"))
        );
        let waited = Some(Duration::from_millis(300));
        let error = WriterLock::take(folder.path(), "另一个", waited).expect_err("held");
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("it was waited for 0 s")),
            "{:?}",
            error.hint()
        );
        drop(lock);
        WriterLock::take(folder.path(), "另一个", None).expect("free again");
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_of_the_lock_that_a_new_process_still_holds_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let lock = WriterLock::take(folder.path(), "cewen index 新闻", None).expect("free");
        let copy = lock._file.try_clone().expect("a copy");
        drop(lock);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(30));
                drop(copy);
            });
            WriterLock::take(folder.path(), "另一个", None).expect("free soon");
        });
    }
}
