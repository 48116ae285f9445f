//! Which row of its file an article is: the file of rows.
//!
//! A row inserted at the top of a table moves all rows below it. So the row is
//! no part of an article as it is stored (there a row of [`ELSEWHERE`] stands
//! for it), and only this file is written again. `rows-HASH.bin` in the
//! generation folder, named by the engine's commit as the state file is, holds
//! for each article that is a row its number (u64) and row (u32), little-endian,
//! by number. HASH is the BLAKE3 hash of its content.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::disk::{Disk, write_whole};
use crate::article::{Article, Place};
use crate::error::{Error, Result};

/// The row of a stored place whose row stands in the file of rows.
const ELSEWHERE: u32 = 0;

/// Bytes of an entry.
const ENTRY: usize = 12;

/// The rows of an opened index. The file is opened at once, so that an update
/// cannot take it away, and read when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    path: PathBuf,
    file: Option<File>,
    read: OnceLock<Vec<u8>>,
}

impl Rows {
    /// Opens the file of rows of a generation; without one there are none.
    pub(super) fn open(generation: &Path, name: Option<&str>) -> Result<Self> {
        let Some(name) = name else {
            return Ok(Rows::default());
        };
        let path = generation.join(name);
        let file = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
        Ok(Rows {
            path,
            file: Some(file),
            read: OnceLock::new(),
        })
    }

    /// Puts the row into a place as it is stored. `number` finds the number of
    /// the article.
    pub(super) fn complete(
        &self,
        place: &mut Place,
        number: impl FnOnce() -> Result<u64>,
    ) -> Result<()> {
        if place.row == Some(ELSEWHERE) {
            place.row = self.row(number()?)?;
        }
        Ok(())
    }

    fn row(&self, number: u64) -> Result<Option<u32>> {
        let bytes = self.bytes()?;
        let (mut from, mut until) = (0, bytes.len() / ENTRY);
        while from < until {
            let middle = from.midpoint(until);
            let (found, row) = entry(bytes, middle);
            match found.cmp(&number) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Ok(Some(row)),
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        Ok(None)
    }

    /// All numbers and rows.
    pub(super) fn all(&self) -> Result<impl Iterator<Item = (u64, u32)>> {
        let bytes = self.bytes()?;
        Ok((0..bytes.len() / ENTRY).map(|at| entry(bytes, at)))
    }

    fn bytes(&self) -> Result<&[u8]> {
        if let Some(bytes) = self.read.get() {
            return Ok(bytes);
        }
        let mut bytes = Vec::new();
        if let Some(mut file) = self.file.as_ref() {
            let mut read = || -> io::Result<()> {
                file.rewind()?;
                file.read_to_end(&mut bytes).map(|_| ())
            };
            read().map_err(|error| Error::io("read", &self.path, error))?;
        }
        Ok(self.read.get_or_init(|| bytes))
    }

    /// What is wrong with the file: its name, or an article that is not among
    /// those of the index.
    pub(super) fn check(&self, articles: &HashSet<u64>) -> Result<(usize, Vec<String>)> {
        let mut damages = Vec::new();
        if self.file.is_none() {
            return Ok((0, damages));
        }
        let told = self.path.display();
        let name = self.path.file_name().unwrap_or_default();
        if name.to_string_lossy() != name_for(self.bytes()?) {
            damages.push(format!(
                "{told} is damaged: its content does not match its name"
            ));
            return Ok((0, damages));
        }
        let mut count = 0;
        for (number, _) in self.all()? {
            count += 1;
            if !articles.contains(&number) {
                damages.push(format!(
                    "{told} tells of the article {number:012x}, which is not there"
                ));
            }
        }
        Ok((count, damages))
    }
}

fn entry(bytes: &[u8], at: usize) -> (u64, u32) {
    let entry = &bytes[at * ENTRY..(at + 1) * ENTRY];
    let (mut number, mut row) = ([0; 8], [0; 4]);
    number.copy_from_slice(&entry[..8]);
    row.copy_from_slice(&entry[8..]);
    (u64::from_le_bytes(number), u32::from_le_bytes(row))
}

/// Takes the row out of an article that is to be stored.
pub(super) fn take(article: &mut Article) -> Option<u32> {
    let row = article.place.row?;
    let blocks = article.blocks.iter_mut().map(|block| &mut block.place);
    for place in blocks.chain([&mut article.place]) {
        if place.row == Some(row) {
            place.row = Some(ELSEWHERE);
        }
    }
    Some(row)
}

/// The rows that an update reads: entries as they are written, because there is
/// one for every row of every table.
#[derive(Debug, Default)]
pub(super) struct NewRows(Vec<[u8; ENTRY]>);

impl NewRows {
    /// Adds the row of an article.
    pub(super) fn add(&mut self, number: u64, row: u32) {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        bytes[8..].copy_from_slice(&row.to_le_bytes());
        self.0.push(bytes);
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn sort(&mut self) {
        self.0.sort_unstable_by_key(|bytes| entry(bytes, 0));
    }

    /// Writes the rows after an update: those `before`, without the articles
    /// `removed`, and these. Returns the name of the file; `None` if there are
    /// no rows.
    pub(super) fn write(
        mut self,
        disk: &dyn Disk,
        generation: &Path,
        before: Option<&Rows>,
        removed: &HashSet<u64>,
    ) -> Result<Option<String>> {
        self.sort();
        if let Some(before) = before {
            let read = self.0.len();
            for (number, row) in before.all()? {
                let is_read = |read: &[[u8; ENTRY]]| {
                    let found = read.binary_search_by_key(&number, |bytes| entry(bytes, 0).0);
                    found.is_ok()
                };
                if !removed.contains(&number) && !is_read(&self.0[..read]) {
                    self.add(number, row);
                }
            }
            self.sort();
        }
        if self.is_empty() {
            return Ok(None);
        }
        let bytes = self.0.as_flattened();
        let name = name_for(bytes);
        let path = generation.join(&name);
        if !path.is_file() {
            write_whole(disk, &path, bytes).map_err(|error| Error::io("write", &path, error))?;
        }
        Ok(Some(name))
    }
}

fn name_for(bytes: &[u8]) -> String {
    format!("rows-{}.bin", &blake3::hash(bytes).to_hex()[..16])
}
