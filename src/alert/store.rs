//! The file that holds the alerts and what has been seen: `index/alerts.jsonl`.
//!
//! Its first line is a [`Head`] with the alerts; each further line is a list of
//! two, a source file's key and the articles that stood in it, and of each
//! article the hashes of its texts by the turn in which they were first seen. It lies
//! beside the generations, has a [`VERSION`] of its own, and is replaced whole
//! by one rename: killed at any moment, the old one or the new one is there.
//!
//! `index/alerts.lock` is locked while somebody changes or runs alerts. It has
//! nothing to do with the writer's lock: an update can go on meanwhile.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::memory::{FileMemory, Memory};
use super::standing::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::index::{Disk, real_disk};

/// The version of the file. A newer one is an error that says so; there is no
/// older one.
const VERSION: u32 = 1;

const NAME: &str = "alerts.jsonl";
const NEW: &str = "alerts.new";
const LOCK: &str = "alerts.lock";

/// How long to wait for somebody else who uses the alerts.
const WAIT: Duration = Duration::from_secs(10);

/// The first line.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Head {
    /// [`VERSION`] when it was written.
    version: u32,
    /// See [`Memory::turn`].
    turn: u64,
    /// See [`Memory::generation`].
    generation: String,
    alerts: Vec<Alert>,
}

/// Alerts and memory, as the file holds them.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) alerts: Vec<Alert>,
    pub(super) memory: Memory,
}

impl Store {
    /// Reads the file; `None` if there is none.
    pub(super) fn read(dir: &Path) -> Result<Option<Store>> {
        let Some((path, head, mut reader)) = open(dir)? else {
            return Ok(None);
        };
        let mut store = Store {
            alerts: head.alerts,
            memory: Memory {
                turn: head.turn,
                generation: head.generation,
                files: BTreeMap::new(),
            },
        };
        let mut text = String::new();
        for number in 2.. {
            text.clear();
            let length = reader
                .read_line(&mut text)
                .map_err(|error| Error::io("read", &path, error))?;
            if length == 0 {
                break;
            }
            let (file, memory): (String, FileMemory) =
                serde_json::from_str(&text).map_err(|error| damaged(&path, number, &error))?;
            store.memory.files.insert(file, memory);
        }
        Ok(Some(store))
    }

    /// Replaces the file in one step.
    pub(super) fn write(&self, dir: &Path, lock: &AlertLock) -> Result<()> {
        let path = dir.join(NAME);
        // Under a name of its own: who holds the lock is alone with it.
        let new = dir.join(NEW);
        let disk = &*lock.disk;
        let written = self
            .write_new(disk, &new)
            .and_then(|()| disk.sync_file(&new))
            .and_then(|()| disk.rename(&new, &path));
        if written.is_err() {
            let _ = disk.remove_file(&new);
        }
        written
            .and_then(|()| disk.sync_folder(dir))
            .map_err(|error| Error::io("write", &path, error))
    }

    fn write_new(&self, disk: &dyn Disk, new: &Path) -> std::io::Result<()> {
        if new.exists() {
            // A killed process has left it behind.
            disk.remove_file(new)?;
        }
        let mut out = BufWriter::new(disk.create_file(new)?);
        let head = Head {
            version: VERSION,
            turn: self.memory.turn,
            generation: self.memory.generation.clone(),
            alerts: self.alerts.clone(),
        };
        write_line(&mut out, &head)?;
        for line in &self.memory.files {
            write_line(&mut out, &line)?;
        }
        out.flush()
    }

    /// Removes the file.
    pub(super) fn delete(dir: &Path, lock: &AlertLock) -> Result<()> {
        let path = dir.join(NAME);
        match lock.disk.remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("remove", &path, error))
            }
            _ => {
                let synced = lock.disk.sync_folder(dir);
                synced.map_err(|error| Error::io("sync", dir, error))
            }
        }
    }
}

/// Reads the alerts only.
pub(super) fn read_alerts(dir: &Path) -> Result<Vec<Alert>> {
    Ok(open(dir)?.map_or_else(Vec::new, |(_, head, _)| head.alerts))
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

type Opened = (PathBuf, Head, BufReader<File>);

fn open(dir: &Path) -> Result<Option<Opened>> {
    let path = dir.join(NAME);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", &path, error)),
    };
    let mut reader = BufReader::new(file);
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .map_err(|error| Error::io("read", &path, error))?;
    /// What every version of the file says of itself.
    #[derive(Deserialize)]
    struct AnyHead {
        version: u32,
    }
    let any: AnyHead = serde_json::from_str(&line).map_err(|error| damaged(&path, 1, &error))?;
    if any.version != VERSION {
        return Err(Error::new(
            ErrorKind::OtherFormat,
            format!(
                "{} is of version {}, and this cewen knows version {VERSION}",
                path.display(),
                any.version
            ),
        )
        .with_hint("run the alerts with the newer cewen that wrote it"));
    }
    let head = serde_json::from_str(&line).map_err(|error| damaged(&path, 1, &error))?;
    Ok(Some((path, head, reader)))
}

fn write_line(out: &mut impl Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn damaged(path: &Path, line: usize, error: &serde_json::Error) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("{} is damaged in line {line}: {error}", path.display()),
    )
    .with_hint(
        "restore it from a copy, or remove it and add the alerts again; its first line names them",
    )
}

/// The right to change the alerts of an index; given up when dropped, also by
/// a killed process.
#[derive(Debug)]
pub(super) struct AlertLock {
    _file: File,
    /// By it all changes are made.
    disk: Arc<dyn Disk>,
}

impl AlertLock {
    /// Takes the lock, waiting a little for somebody else.
    pub(super) fn take(dir: &Path) -> Result<Self> {
        Self::take_on(&real_disk(), dir)
    }

    /// [`AlertLock::take`] on a disk that may be a test's.
    pub(super) fn take_on(disk: &Arc<dyn Disk>, dir: &Path) -> Result<Self> {
        if !crate::index::exists(dir) {
            return Err(Error::no_index(dir));
        }
        let path = dir.join(LOCK);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| {
                Error::io("open", &path, error)
                    .with_hint("what has been shown is noted in the index folder: make it writable")
            })?;
        let until = Instant::now() + WAIT;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    let disk = Arc::clone(disk);
                    return Ok(AlertLock { _file: file, disk });
                }
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::new(
                        ErrorKind::Locked,
                        format!(
                            "the alerts of {} are being run or changed by another process",
                            dir.display()
                        ),
                    )
                    .with_hint("wait for it, or quit the pager that it writes to"));
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
            }
        }
    }
}
