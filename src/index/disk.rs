//! The disk as the index writes to it: a handful of operations, and on top of
//! them whole files and the engine's directory.
//!
//! Everything that is written under an index folder, the writer's lock
//! excepted, goes through [`Disk`], so that a test can make any of it fail or
//! be forgotten as by a power cut. The order kept everywhere: what a file
//! names is synced before the file is renamed to its name, a rename is synced
//! before what it replaces is removed.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use super::window;

/// What begins the name of a file that is being written: left behind by a
/// killed process, removed by the next update.
pub(crate) const TEMPORARY: &str = ".tmp-";

/// The engine's list of its files. It serves to collect garbage, which
/// [`super::generation::sweep`] does without it: it is neither written nor read.
const MANAGED: &str = ".managed.json";

/// A file without a name: written, then read.
pub(crate) trait Unnamed: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Unnamed for T {}

/// The operations by which an index changes a disk.
pub(crate) trait Disk: std::fmt::Debug + Send + Sync {
    /// Creates a folder.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Creates a file that must not exist.
    fn create_file(&self, path: &Path) -> io::Result<Box<dyn Write + Send + Sync>>;
    /// Creates a file without a name in a folder, which goes when it is closed.
    fn create_unnamed(&self, folder: &Path) -> io::Result<Box<dyn Unnamed>>;
    /// Makes the content of a file last.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Makes what was created, renamed and removed in a folder last.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Renames a file, in place of another if there is one.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder with what it holds.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// The disk of the operating system.
#[derive(Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn Write + Send + Sync>> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        Ok(Box::new(file))
    }

    fn create_unnamed(&self, folder: &Path) -> io::Result<Box<dyn Unnamed>> {
        Ok(Box::new(tempfile::tempfile_in(folder)?))
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        // Windows syncs only what is open for writing.
        let file = OpenOptions::new()
            .read(true)
            .write(cfg!(windows))
            .open(path)?;
        file.sync_all()
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

/// The disk of the operating system, shared.
pub(crate) fn real() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

/// Writes a whole file under its name in one lasting step.
pub(crate) fn write_whole(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!("{TEMPORARY}{}-{count}", std::process::id()));
    let written = write_new(disk, &temporary, bytes)
        .and_then(|()| disk.sync_file(&temporary))
        .and_then(|()| disk.rename(&temporary, path));
    if written.is_err() {
        let _ = disk.remove_file(&temporary);
    }
    written.and_then(|()| disk.sync_folder(folder))
}

fn write_new(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = disk.create_file(path)?;
    file.write_all(bytes)?;
    file.flush()
}

/// How the engine reads its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Here and there, for searching: by memory maps.
    Maps,
    /// From end to end, for merging: through windows.
    Windows,
}

/// A generation folder as the engine sees it. Takes no lock, because the
/// writer's lock keeps other writers out and readers need none.
#[derive(Clone, Debug)]
pub(crate) struct EngineDirectory {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    access: Access,
    maps: MmapDirectory,
    /// Files that were written and not yet synced. They are synced when the
    /// engine is about to name them; many are merged away before.
    unsynced: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl EngineDirectory {
    /// Opens a generation folder.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        access: Access,
    ) -> tantivy::Result<Self> {
        Ok(EngineDirectory {
            disk,
            folder: folder.to_path_buf(),
            access,
            maps: MmapDirectory::open(folder)?,
            unsynced: Arc::default(),
        })
    }

    fn unsynced(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        // A set of paths is whole whatever panicked.
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for EngineDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.access {
            Access::Maps => self.maps.get_file_handle(path),
            Access::Windows => window::open(&self.maps, &self.folder, path),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.unsynced().remove(path);
        self.disk
            .remove_file(&self.folder.join(path))
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
                _ => DeleteError::IoError {
                    io_error: Arc::new(error),
                    filepath: path.to_owned(),
                },
            })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.maps.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let file = self
            .disk
            .create_file(&self.folder.join(path))
            .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_owned()))?;
        Ok(BufWriter::new(Box::new(EngineFile {
            file,
            path: path.to_owned(),
            unsynced: Arc::clone(&self.unsynced),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(MANAGED) {
            return Err(OpenReadError::FileDoesNotExist(path.to_owned()));
        }
        self.maps.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(MANAGED) {
            return Ok(());
        }
        write_whole(&*self.disk, &self.folder.join(path), data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        // Held until all is synced: whoever comes second may rely on it.
        let mut unsynced = self.unsynced();
        while let Some(file) = unsynced.first().cloned() {
            match self.disk.sync_file(&self.folder.join(&file)) {
                // Merged away meanwhile.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => unsynced.remove(&file),
            };
        }
        drop(unsynced);
        self.disk.sync_folder(&self.folder)
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A file of the engine: synced later, by [`EngineDirectory::sync_directory`].
struct EngineFile {
    file: Box<dyn Write + Send + Sync>,
    path: PathBuf,
    unsynced: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Write for EngineFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for EngineFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.file.flush()?;
        let mut unsynced = self.unsynced.lock().unwrap_or_else(PoisonError::into_inner);
        unsynced.insert(self.path.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of a map stay resident while it lasts: see [`window`].
    #[test]
    fn merging_maps_no_postings_and_searching_does() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.idx"), [7; 100]).expect("written");
        for (access, maps) in [(Access::Maps, 1), (Access::Windows, 0)] {
            let directory = EngineDirectory::open(real(), folder.path(), access);
            let directory = directory.expect("a folder");
            let handle = directory.get_file_handle(Path::new("a.idx"));
            let handle = handle.expect("opened");
            assert_eq!(
                handle.read_bytes(0..100).expect("read").as_slice(),
                [7; 100]
            );
            assert_eq!(directory.maps.get_cache_info().mmapped.len(), maps);
        }
    }
}
