//! Bytes put aside until an update ends: in memory while they are few, then in
//! a file without a name.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::disk::{Disk, Unnamed};

/// So many bytes are held in memory. Few in tests, so that they meet the file.
const MOST: usize = if cfg!(test) { 1_000 } else { 4 << 20 };

/// Bytes that are written and then read.
#[derive(Default)]
pub(super) struct Spool {
    /// All of them; none once there is a file.
    memory: Vec<u8>,
    file: Option<BufWriter<Box<dyn Unnamed>>>,
    length: u64,
}

impl Spool {
    /// Puts bytes behind the others; where they begin.
    pub(super) fn add(&mut self, disk: &dyn Disk, folder: &Path, bytes: &[u8]) -> io::Result<u64> {
        if self.file.is_none() && self.memory.len() + bytes.len() > MOST {
            let mut file = BufWriter::new(disk.create_unnamed(folder)?);
            file.write_all(&std::mem::take(&mut self.memory))?;
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None => self.memory.extend(bytes),
        }
        let start = self.length;
        self.length += bytes.len() as u64;
        Ok(start)
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    /// Reads the bytes that begin at `start`. Nothing is added after that.
    pub(super) fn read(&mut self, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => {
                // The first seek writes what was held back.
                file.seek(SeekFrom::Start(start))?;
                file.get_mut().read_exact(bytes)
            }
            None => {
                let start = usize::try_from(start).map_err(io::Error::other)?;
                let there = self.memory.get(start..start + bytes.len());
                bytes.copy_from_slice(there.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::RealDisk;
    use super::*;

    #[test]
    fn bytes_are_read_back_from_memory_and_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        for count in [3, 300] {
            let mut spool = Spool::default();
            for number in 0..count {
                let text = format!("{number:07}");
                let start = spool.add(&RealDisk, folder.path(), text.as_bytes());
                assert_eq!(start.expect("added"), number * 7);
            }
            assert_eq!(spool.file.is_some(), count == 300);
            assert!(spool.memory.capacity() <= 2 * MOST, "memory is bounded");
            assert_eq!(spool.len(), count * 7);
            for number in [count - 1, 0, 1] {
                let mut bytes = [0; 7];
                spool.read(number * 7, &mut bytes).expect("read");
                assert_eq!(bytes, format!("{number:07}").as_bytes());
            }
            assert!(
                spool.read(count * 7 - 1, &mut [0; 7]).is_err(),
                "past the end"
            );
        }
    }
}
