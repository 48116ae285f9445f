//! The file records as they lie in the state file: packed.
//!
//! After the header's line come blocks of [`BLOCK`] records, each packed by
//! itself so that a search can look at a few records without the others, then
//! a table of the blocks: of each its packed and its unpacked bytes, two u32,
//! little-endian. A block is a zstd frame of the records' lines of JSON. A
//! record takes some 60 bytes of what are 260 in JSON: a quarter of that is the
//! hash of its content.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use serde::Serialize;
use zstd::bulk::{Compressor, Decompressor};

/// How many records are packed together: what a search looks at.
const BLOCK: usize = 64;

/// A higher one packs so few bytes no better.
const LEVEL: i32 = 1;

/// Bytes of an entry of the table.
const ENTRY: usize = 8;

/// Packs records; returns how many blocks there are, and blocks and table.
pub(super) fn pack<T: Serialize>(records: &[T]) -> io::Result<(usize, Vec<u8>)> {
    let mut compressor = Compressor::new(LEVEL)?;
    let (mut bytes, mut table) = (Vec::new(), Vec::new());
    let mut lines = Vec::new();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
    for block in records.chunks(BLOCK) {
        lines.clear();
        for record in block {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        let packed = compressor.compress(&lines)?;
        table.extend(length(&packed)?.to_le_bytes());
        table.extend(length(&lines)?.to_le_bytes());
        bytes.extend(packed);
    }
    bytes.extend(table);
    Ok((records.len().div_ceil(BLOCK), bytes))
}

/// The blocks of a state file, opened for reading.
pub(super) struct Blocks<'a, R> {
    file: &'a mut R,
    decompressor: Decompressor<'static>,
    /// Of each block where it begins, its packed and its unpacked bytes.
    table: Vec<(u64, u32, u32)>,
    packed: Vec<u8>,
}

impl<'a, R: Read + Seek> Blocks<'a, R> {
    /// Opens so many blocks, which begin `at` so many bytes of the file.
    pub(super) fn open(file: &'a mut R, count: usize, at: u64) -> io::Result<Self> {
        let end = file.seek(SeekFrom::End(0))?;
        let size = (count as u64).saturating_mul(ENTRY as u64);
        let start = end.checked_sub(size).filter(|&start| start >= at);
        file.seek(SeekFrom::Start(start.ok_or_else(damaged)?))?;
        let mut bytes = Vec::new();
        file.by_ref().take(size).read_to_end(&mut bytes)?;
        let mut table = Vec::with_capacity(count);
        let mut begin = at;
        for entry in bytes.as_chunks::<ENTRY>().0 {
            let [a, b, c, d, e, f, g, h] = *entry;
            let packed = u32::from_le_bytes([a, b, c, d]);
            table.push((begin, packed, u32::from_le_bytes([e, f, g, h])));
            begin += u64::from(packed);
        }
        Ok(Blocks {
            file,
            decompressor: Decompressor::new()?,
            table,
            packed: Vec::new(),
        })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.table.len()
    }

    /// Reads the lines of a block.
    pub(super) fn read(&mut self, number: usize) -> io::Result<Vec<u8>> {
        let (begin, packed, unpacked) = self.table[number];
        self.file.seek(SeekFrom::Start(begin))?;
        self.packed.clear();
        let mut block = self.file.by_ref().take(u64::from(packed));
        block.read_to_end(&mut self.packed)?;
        let mut lines = Vec::new();
        // What is damaged may say any length.
        let reserved = lines.try_reserve_exact(unpacked as usize);
        reserved.map_err(io::Error::other)?;
        self.decompressor
            .decompress_to_buffer(&self.packed, &mut lines)?;
        match lines.is_empty() {
            false => Ok(lines),
            true => Err(damaged()),
        }
    }
}

fn damaged() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it ends before its records")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn each_block_is_read_back_by_itself() {
        for count in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 3] {
            let records: Vec<String> = (0..count).map(|number| format!("新闻{number}")).collect();
            let (blocks, packed) = pack(&records).expect("packed");
            let mut file = Cursor::new([b"{}\n".to_vec(), packed].concat());
            let mut opened = Blocks::open(&mut file, blocks, 3).expect("opened");
            assert_eq!(opened.count(), count.div_ceil(BLOCK));
            for number in (0..blocks).rev() {
                let lines = opened.read(number).expect("read");
                let lines = lines
                    .split(|&byte| byte == b'\n')
                    .filter(|line| !line.is_empty());
                let read: Vec<String> = lines
                    .map(|line| serde_json::from_slice(line).expect("JSON"))
                    .collect();
                let block = records.chunks(BLOCK).nth(number).expect("a block");
                assert_eq!(read, block);
            }
        }
    }

    #[test]
    fn blocks_that_are_cut_short_are_an_error() {
        let (blocks, packed) = pack(&["新闻"; 200]).expect("packed");
        for length in 0..packed.len() {
            let mut file = Cursor::new(&packed[..length]);
            let all = |mut opened: Blocks<'_, _>| -> io::Result<()> {
                (0..blocks).try_for_each(|number| opened.read(number).map(drop))
            };
            assert!(Blocks::open(&mut file, blocks, 0).and_then(all).is_err());
        }
    }
}
