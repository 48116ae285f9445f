//! The articles among which families are sought: what is known of each stands
//! in a spool, so that their number costs no memory.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::reader::Reader;
use super::spool::Spool;
use crate::error::{Error, Result};
use crate::family::{BANDS, Body, Node, Nodes, Signature};

/// Bytes of a record: number, hash of the body, bands, family, kind, place.
const RECORD: usize = 8 + 8 + 4 * BANDS + 4 + 1 + PLACE;
const PLACE: usize = 8 + 4 + 4 + 8 + 8;

/// So many records are read in one go.
const AT_ONCE: usize = 512;

/// The family of an article that has none.
const NONE: u32 = u32::MAX;

/// Where more is known of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// In the index as it is: its title document among those of all segments.
    Indexed(u32),
    /// In the spool of texts: where its path begins, and how many bytes that
    /// and its body take.
    Spooled { start: u64, path: u32, body: u32 },
}

/// An article that can have kin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) node: Node,
    pub(super) kept: Kept,
    /// The first and the last day that it can be of.
    pub(super) days: (u64, u64),
}

impl Candidate {
    fn to_bytes(self) -> Vec<u8> {
        let Node {
            number,
            signature,
            family,
            is_new,
        } = self.node;
        let mut bytes = Vec::with_capacity(RECORD);
        bytes.extend(number.to_le_bytes());
        bytes.extend(signature.text.to_le_bytes());
        for band in signature.bands {
            bytes.extend(band.to_le_bytes());
        }
        bytes.extend(family.unwrap_or(NONE).to_le_bytes());
        let (kind, start, path, body) = match self.kept {
            Kept::Indexed(title) => (0, u64::from(title), 0, 0),
            Kept::Spooled { start, path, body } => (2, start, path, body),
        };
        bytes.push(kind | u8::from(is_new));
        bytes.extend(start.to_le_bytes());
        bytes.extend(path.to_le_bytes());
        bytes.extend(body.to_le_bytes());
        bytes.extend(self.days.0.to_le_bytes());
        bytes.extend(self.days.1.to_le_bytes());
        bytes
    }

    fn from_bytes(mut bytes: &[u8]) -> Self {
        let bytes = &mut bytes;
        let number = u64::from_le_bytes(take(bytes));
        let text = u64::from_le_bytes(take(bytes));
        let bands = std::array::from_fn(|_| u32::from_le_bytes(take(bytes)));
        let family = u32::from_le_bytes(take(bytes));
        let [kind] = take(bytes);
        let start = u64::from_le_bytes(take(bytes));
        let path = u32::from_le_bytes(take(bytes));
        let body = u32::from_le_bytes(take(bytes));
        let days = (
            u64::from_le_bytes(take(bytes)),
            u64::from_le_bytes(take(bytes)),
        );
        Candidate {
            node: Node {
                number,
                signature: Signature { text, bands },
                family: (family != NONE).then_some(family),
                is_new: kind & 1 == 1,
            },
            kept: match kind & 2 {
                0 => Kept::Indexed(start as u32),
                _ => Kept::Spooled { start, path, body },
            },
            days,
        }
    }
}

/// Takes the first bytes of a record.
fn take<const COUNT: usize>(bytes: &mut &[u8]) -> [u8; COUNT] {
    let (first, rest) = bytes.split_first_chunk().unwrap_or((&[0; COUNT], &[]));
    *bytes = rest;
    *first
}

/// The articles that can have kin: those that came, and those that were there.
#[derive(Default)]
pub(super) struct Candidates {
    records: Spool,
    texts: Spool,
}

impl Candidates {
    /// Adds one; its path and body are put aside if they stand nowhere else.
    pub(super) fn add(
        &mut self,
        disk: &dyn Disk,
        generation: &Path,
        candidate: Candidate,
    ) -> Result<()> {
        let added = self.records.add(disk, generation, &candidate.to_bytes());
        added
            .map(|_| ())
            .map_err(|error| writing(generation, error))
    }

    /// Puts a path and a body aside.
    pub(super) fn put_aside(
        &mut self,
        disk: &dyn Disk,
        generation: &Path,
        path: &str,
        body: &Body,
    ) -> Result<Kept> {
        let mut add = |text: &str| {
            let added = self.texts.add(disk, generation, text.as_bytes());
            added.map_err(|error| writing(generation, error))
        };
        let start = add(path)?;
        add(body.as_str())?;
        Ok(Kept::Spooled {
            start,
            path: path.len() as u32,
            body: body.as_str().len() as u32,
        })
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.records.len() == 0
    }

    /// All of them, for reading; `live` holds those that were there.
    pub(super) fn read<'a>(self, generation: &Path, live: Option<&'a Reader>) -> Kin<'a> {
        Kin {
            candidates: self,
            generation: generation.to_owned(),
            live,
        }
    }
}

fn writing(generation: &Path, error: io::Error) -> Error {
    Error::io("write in", generation, error)
}

/// [`Candidates`], for reading.
pub(super) struct Kin<'a> {
    candidates: Candidates,
    generation: PathBuf,
    live: Option<&'a Reader>,
}

impl Kin<'_> {
    /// One of them.
    pub(super) fn candidate(&mut self, at: usize) -> Result<Candidate> {
        let mut bytes = [0; RECORD];
        self.records(at, &mut bytes)?;
        Ok(Candidate::from_bytes(&bytes))
    }

    /// The path of one that was put aside.
    pub(super) fn path(&mut self, start: u64, path: u32) -> Result<String> {
        self.text(start, path)
    }

    fn records(&mut self, at: usize, bytes: &mut [u8]) -> Result<()> {
        let read = self.candidates.records.read((at * RECORD) as u64, bytes);
        read.map_err(|error| Error::io("read in", &self.generation, error))
    }

    fn text(&mut self, start: u64, length: u32) -> Result<String> {
        let mut bytes = vec![0; length as usize];
        let read = self.candidates.texts.read(start, &mut bytes);
        read.map_err(|error| Error::io("read in", &self.generation, error))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Nodes for Kin<'_> {
    fn count(&self) -> usize {
        (self.candidates.records.len() / RECORD as u64) as usize
    }

    fn each(&mut self, visit: &mut dyn FnMut(usize, &Node)) -> Result<()> {
        let count = self.count();
        let mut bytes = vec![0; AT_ONCE.min(count) * RECORD];
        for first in (0..count).step_by(AT_ONCE) {
            let some = AT_ONCE.min(count - first);
            let bytes = &mut bytes[..some * RECORD];
            self.records(first, bytes)?;
            for (number, record) in bytes.chunks_exact(RECORD).enumerate() {
                visit(first + number, &Candidate::from_bytes(record).node);
            }
        }
        Ok(())
    }

    fn node(&mut self, at: usize) -> Result<Node> {
        Ok(self.candidate(at)?.node)
    }

    fn body(&mut self, at: usize) -> Result<Body> {
        match (self.candidate(at)?.kept, self.live) {
            (Kept::Indexed(title), Some(live)) => live.body(title),
            (Kept::Indexed(_), None) => Ok(Body::default()),
            (Kept::Spooled { start, path, body }, _) => {
                let text = self.text(start + u64::from(path), body)?;
                Ok(Body::from_folded(text))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::RealDisk;
    use super::*;

    #[test]
    fn candidates_are_read_back_as_added() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut candidates = Candidates::default();
        assert!(candidates.is_empty());
        let mut added = Vec::new();
        for number in 0..AT_ONCE as u64 + 5 {
            let kept = match number % 2 {
                0 => Kept::Indexed(number as u32 * 3),
                _ => {
                    let body = Body::from_folded(format!("正文{number}"));
                    let path = format!("甲/{number}.txt");
                    let kept = candidates.put_aside(&RealDisk, folder.path(), &path, &body);
                    kept.expect("put aside")
                }
            };
            let candidate = Candidate {
                node: Node {
                    number: number << 40 | 1,
                    signature: Signature {
                        text: !number,
                        bands: std::array::from_fn(|band| band as u32 * 7 + number as u32),
                    },
                    family: (number % 3 == 0).then_some(number as u32),
                    is_new: number % 2 == 1,
                },
                kept,
                days: (number, u64::MAX - number),
            };
            let done = candidates.add(&RealDisk, folder.path(), candidate);
            done.expect("added");
            added.push(candidate);
        }
        let mut kin = candidates.read(folder.path(), None);
        assert_eq!(kin.count(), added.len());
        let text = |node: &Node| format!("{node:?}");
        let mut visited = Vec::new();
        kin.each(&mut |at, node| visited.push((at, text(node))))
            .expect("read");
        let expected = added.iter().map(|candidate| text(&candidate.node));
        assert!(visited.into_iter().eq(expected.enumerate()));
        let last = added.len() - 2;
        let read = kin.candidate(last).expect("read");
        assert_eq!((read.kept, read.days), (added[last].kept, added[last].days));
        let Kept::Spooled { start, path, .. } = read.kept else {
            panic!("{:?}", read.kept);
        };
        assert_eq!(
            kin.path(start, path).expect("read"),
            format!("甲/{last}.txt")
        );
        assert_eq!(
            kin.body(last).expect("read").as_str(),
            format!("正文{last}")
        );
    }
}
