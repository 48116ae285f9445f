//! Files of the engine read through a window instead of a map.
//!
//! The engine merges segments by reading their postings, positions and stored
//! values from end to end, a little at a time. Through a map every page of them
//! stays resident until the merge ends, hundreds of megabytes for a corpus of
//! one gigabyte; through a window of fixed size they do not. Searches keep
//! maps, and so do term dictionaries, which a merge holds whole.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, FileHandle, MmapDirectory, OwnedBytes};

/// Bytes of a window that moves forward.
const WINDOW: usize = 256 << 10;

/// Bytes of one that jumps: what stands there may be all that is wanted.
const JUMP: usize = 4 << 10;

/// A stretch of more bytes gets memory of its own, so that whoever holds it
/// holds no window.
const OWN: usize = WINDOW / 4;

/// A stretch of more bytes is mapped, for as long as it is held.
const LONG: usize = 1 << 20;

/// Opens a file of a folder for merging.
pub(crate) fn open(
    maps: &MmapDirectory,
    folder: &Path,
    name: &Path,
) -> Result<Arc<dyn FileHandle>, OpenReadError> {
    if name.extension().is_some_and(|kind| kind == "term") {
        return maps.get_file_handle(name);
    }
    let opened = File::open(folder.join(name)).and_then(|file| {
        let length = file.metadata()?.len();
        let length = usize::try_from(length).map_err(io::Error::other)?;
        Ok((file, length))
    });
    let (file, length) = opened.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(name.to_owned()),
        _ => OpenReadError::wrap_io_error(error, name.to_owned()),
    })?;
    Ok(Arc::new(Windowed {
        file,
        length,
        name: name.to_owned(),
        maps: maps.clone(),
        window: Mutex::new(Window {
            start: 0,
            bytes: OwnedBytes::empty(),
        }),
    }))
}

/// A file with a window on it.
#[derive(Debug)]
struct Windowed {
    file: File,
    length: usize,
    name: PathBuf,
    maps: MmapDirectory,
    window: Mutex<Window>,
}

/// A stretch of a file, in memory.
struct Window {
    start: usize,
    bytes: OwnedBytes,
}

impl std::fmt::Debug for Window {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", self.range())
    }
}

impl Window {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }
}

impl Windowed {
    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        read_exact_at(&self.file, &mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl HasLen for Windowed {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for Windowed {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.end > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if range.len() > LONG {
            let map = self.maps.get_file_handle(&self.name);
            return map.map_err(io::Error::other)?.read_bytes(range);
        }
        // A window is whole whatever panicked.
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = window.range();
        if seen.start <= range.start && range.end <= seen.end {
            return Ok(window
                .bytes
                .slice(range.start - seen.start..range.end - seen.start));
        }
        if range.len() > OWN {
            return self.read(range);
        }
        let moves_on = seen.start <= range.start && range.start <= seen.end;
        let length = range.len().max(if moves_on { WINDOW } else { JUMP });
        window.bytes = self.read(range.start..self.length.min(range.start + length))?;
        window.start = range.start;
        Ok(window.bytes.slice(0..range.len()))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                bytes = &mut bytes[read..];
                offset += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of so many bytes, and what it holds.
    fn file(length: usize) -> (tempfile::TempDir, Vec<u8>) {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes: Vec<u8> = (0..length).map(|at| (at * 7 + at / 251) as u8).collect();
        std::fs::write(folder.path().join("a.idx"), &bytes).expect("written");
        (folder, bytes)
    }

    fn opened(folder: &Path) -> (MmapDirectory, Arc<dyn FileHandle>) {
        let maps = MmapDirectory::open(folder).expect("a folder");
        let handle = open(&maps, folder, Path::new("a.idx")).expect("opened");
        (maps, handle)
    }

    #[test]
    fn every_stretch_is_what_the_file_holds() {
        let (folder, bytes) = file(3 * LONG);
        let (_maps, handle) = opened(folder.path());
        let lengths = [
            0,
            1,
            JUMP,
            JUMP + 1,
            OWN,
            OWN + 1,
            WINDOW + 1,
            LONG,
            LONG + 1,
        ];
        let starts = [0, 1, JUMP, WINDOW - 1, WINDOW, 5, LONG, 2 * LONG - 1, 17];
        for start in starts {
            for length in lengths {
                let range = start..start + length;
                let read = handle.read_bytes(range.clone()).expect("read");
                assert!(read.as_slice() == &bytes[range], "{start} {length}");
            }
        }
        let end = bytes.len();
        assert_eq!(
            handle.read_bytes(end - 3..end).expect("read").as_slice(),
            &bytes[end - 3..]
        );
        assert!(handle.read_bytes(end..end + 1).is_err(), "past the end");
    }

    #[test]
    fn reading_from_end_to_end_maps_nothing_and_reads_each_byte_once() {
        let (folder, bytes) = file(2 * LONG);
        let (maps, handle) = opened(folder.path());
        let mut held = Vec::new();
        let mut at = 0;
        for length in [100, 3, 5_000, 700].into_iter().cycle() {
            if at + length > bytes.len() {
                break;
            }
            held.push(handle.read_bytes(at..at + length).expect("read"));
            at += length;
        }
        assert_eq!(maps.get_cache_info().mmapped, Vec::<PathBuf>::new());
        let mut windows = held.iter().map(|bytes| bytes.as_ptr() as usize);
        let mut last = windows.next().unwrap_or_default();
        let jumps = windows.filter(|&here| {
            let jumped = here < last || here - last > 5_000;
            last = here;
            jumped
        });
        let most = bytes.len() / (WINDOW - 5_000) + 2;
        assert!(jumps.count() <= most, "at most {most} windows are read");
    }

    #[test]
    fn a_long_stretch_is_mapped_only_while_it_is_held() {
        let (folder, _) = file(2 * LONG);
        let (maps, handle) = opened(folder.path());
        let long = handle.read_bytes(0..LONG + 1).expect("read");
        assert_eq!(maps.get_cache_info().mmapped.len(), 1);
        drop(long);
        assert_eq!(maps.get_cache_info().mmapped.len(), 0);
    }

    #[test]
    fn a_file_that_is_not_there_is_said_not_to_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let maps = MmapDirectory::open(folder.path()).expect("a folder");
        let error = open(&maps, folder.path(), Path::new("b.idx")).expect_err("none");
        assert!(matches!(error, OpenReadError::FileDoesNotExist(_)));
    }
}
