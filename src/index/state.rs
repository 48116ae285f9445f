//! The state file: which files the index holds, published with its passages.
//!
//! `files-HASH.bin` in the generation folder: a [`Header`] on the first line,
//! then the [`FileRecord`]s, packed ([`super::records`]; up to format 8 they were
//! lines of JSON, and are still read). It is written and synced before
//! the engine's commit, whose payload names it: one rename publishes both, so
//! the two can never disagree. HASH is the BLAKE3 hash of its content, so that
//! damage is found. A search reads the header only. `words-HASH.txt` beside it
//! holds the words of the folders' lexicons, likewise.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::disk::{Disk, write_whole};
use super::records::{self, Blocks};
use crate::article::{Edges, Problem};
use crate::error::{Error, ErrorKind, Result};

/// The version of everything on disk. Another version is an error that says
/// to rebuild; nothing is converted.
pub(crate) const FORMAT: u32 = 11;

/// What a search and an update need to know of the whole index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// [`FORMAT`] when it was written.
    pub(crate) format: u32,
    /// The analysis it was built with.
    pub(crate) fingerprint: String,
    /// The hash of the words of the shipped lexicon.
    pub(crate) lexicon: String,
    /// The file of words that a person added; empty if there were none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) words: String,
    /// The file that says what the last update brought; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) last: String,
    /// When the folders were walked, in nanoseconds since 1970: a file changed
    /// about then may have been changed again under the same time.
    #[serde(default)]
    pub(crate) walked_ns: i64,
    /// Seconds since 1970 of the last update.
    pub(crate) updated: u64,
    /// The folders it follows.
    pub(crate) roots: Vec<Root>,
    /// The encodings that a person gave for paths: pattern and name, the one
    /// that counts first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) encodings: Vec<(String, String)>,
    /// The id that the next root gets.
    pub(crate) next_root: u32,
    /// How many file records follow.
    pub(crate) files: usize,
    /// In how many blocks. None in a header up to format 8: there each is a line.
    #[serde(default)]
    pub(crate) blocks: usize,
    /// Their articles.
    pub(crate) articles: usize,
    /// Their passages, furniture left out.
    pub(crate) passages: usize,
    /// Their symbols, furniture left out.
    pub(crate) symbols: u64,
    /// How many of the files are unreadable (see [`FileRecord::is_unreadable`]).
    /// Absent, and then taken for 0, from headers written before it was counted.
    #[serde(default)]
    pub(crate) unreadable: usize,
    /// The folders seen, for noticing that something came or went.
    pub(crate) folders: Vec<FolderRecord>,
}

/// A folder that the index follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Root {
    /// Stands for it in records; never used again.
    pub(crate) id: u32,
    /// Its path: relative to the folder that holds the index if it lies
    /// within, so that both can be moved together; absolute otherwise.
    pub(crate) path: PathBuf,
}

impl Root {
    /// The path from the current folder, for an index in `index_dir`.
    pub(crate) fn location(&self, index_dir: &Path) -> PathBuf {
        let holder = match index_dir.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => Path::new("."),
        };
        let joined = holder.join(&self.path);
        match joined.strip_prefix(".") {
            // The folder that holds the index itself.
            Ok(inner) if inner.as_os_str().is_empty() => PathBuf::from("."),
            Ok(inner) => inner.to_path_buf(),
            Err(_) => joined,
        }
    }
}

/// A folder as the walk saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FolderRecord {
    /// The id of its root.
    #[serde(rename = "r")]
    pub(crate) root: u32,
    /// Its path relative to its root.
    #[serde(rename = "p")]
    pub(crate) path: String,
    /// Its modification time in nanoseconds since 1970.
    #[serde(rename = "m")]
    pub(crate) modified_ns: i64,
    /// How many source files stood directly in it.
    #[serde(rename = "n")]
    pub(crate) files: usize,
    /// The digest of their names.
    #[serde(rename = "d")]
    pub(crate) names: u64,
}

/// A file in the index, or one article that was added through the library.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// The id of its root; `None` for an article of a named source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) root: Option<u32>,
    /// The named source of an article that was added through the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The path relative to the root; the article's id in a named source.
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Its modification time in nanoseconds since 1970.
    pub(crate) modified_ns: i64,
    /// The BLAKE3 hash of its content; empty if it could not be read.
    pub(crate) hash: String,
    /// The name of its format.
    pub(crate) format: String,
    /// The name of its encoding.
    pub(crate) encoding: String,
    /// How many articles it holds.
    pub(crate) articles: usize,
    /// How many passages, furniture left out.
    pub(crate) passages: usize,
    /// How many symbols, furniture left out.
    pub(crate) symbols: u64,
    /// What a person said of it when it was read: the stamp of its encoding
    /// and corrections, empty if nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) said: String,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Problem>,
    /// The edges of its pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) edges: Vec<Edges>,
}

impl FileRecord {
    /// Whether nothing of it could be read.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.articles == 0 && !self.problems.is_empty()
    }

    /// The term under which its articles are found for deletion.
    pub(crate) fn key(&self) -> String {
        match (&self.root, &self.source) {
            (Some(root), _) => file_key(*root, &self.path),
            (None, source) => format!(
                "+{}\u{0}{}",
                source.as_deref().unwrap_or_default(),
                self.path
            ),
        }
    }
}

/// The key of a file of a root.
pub(crate) fn file_key(root: u32, path: &str) -> String {
    format!("{root}\u{0}{path}")
}

/// Of a [`FileRecord`], what a look at the file is compared with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Glance {
    /// See [`FileRecord::root`].
    #[serde(default)]
    pub(crate) root: Option<u32>,
    /// See [`FileRecord::path`].
    pub(crate) path: String,
    /// See [`FileRecord::size`].
    pub(crate) size: u64,
    /// See [`FileRecord::modified_ns`].
    pub(crate) modified_ns: i64,
}

/// The header and all records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) header: Header,
    pub(crate) files: Vec<FileRecord>,
}

impl State {
    /// Counts what the records hold into the header.
    pub(crate) fn count(&mut self) {
        self.header.files = self.files.len();
        self.header.articles = self.files.iter().map(|file| file.articles).sum();
        self.header.passages = self.files.iter().map(|file| file.passages).sum();
        self.header.symbols = self.files.iter().map(|file| file.symbols).sum();
        let unreadable = self.files.iter().filter(|file| file.is_unreadable());
        self.header.unreadable = unreadable.count();
    }

    /// Writes and syncs the state into `generation`; returns the file's name.
    pub(crate) fn write(&self, disk: &dyn Disk, generation: &Path) -> Result<String> {
        let failed = |error: io::Error| damaged(generation, &error.to_string());
        let (blocks, packed) = records::pack(&self.files).map_err(failed)?;
        let header = Header {
            blocks,
            ..self.header.clone()
        };
        let mut bytes = serde_json::to_vec(&header).map_err(|error| failed(error.into()))?;
        bytes.push(b'\n');
        bytes.extend(packed);
        let name = name_for(&bytes);
        let path = generation.join(&name);
        write_whole(disk, &path, &bytes).map_err(|error| Error::io("write", &path, error))?;
        Ok(name)
    }
}

/// A state file kept open: it can be read when an update has removed it.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    name: String,
    file: Mutex<File>,
}

impl StateFile {
    /// Opens the state file `name` of a generation.
    pub(crate) fn open(generation: &Path, name: &str) -> Result<Self> {
        let path = generation.join(name);
        let file = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
        Ok(StateFile {
            path,
            name: name.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// Calls `read` with the file at its beginning.
    fn with<T>(&self, read: impl FnOnce(&mut BufReader<&File>) -> io::Result<T>) -> Result<T> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = BufReader::new(&*file);
        reader
            .rewind()
            .and_then(|()| read(&mut reader))
            .map_err(|error| Error::io("read", &self.path, error))
    }

    /// Reads the whole state and checks its hash.
    pub(crate) fn read(&self) -> Result<State> {
        let mut hasher = blake3::Hasher::new();
        self.with(|reader| io::copy(reader, &mut hasher))?;
        if !self.name.starts_with(&stem_of(&hasher.finalize())) {
            return Err(damaged(&self.path, "its content does not match its name"));
        }
        let header = self.header()?;
        let mut files = Vec::with_capacity(header.files);
        let mut failed = Ok(());
        self.each_lines(header.blocks, |lines| {
            let lines = lines.split(|&byte| byte == b'\n');
            for line in lines.filter(|line| !line.is_empty()) {
                match parse(&self.path, line) {
                    Ok(record) => files.push(record),
                    Err(error) => failed = Err(error),
                }
            }
        })?;
        failed.map(|()| State { header, files })
    }

    /// Calls `found` with the lines of all records, some at a time.
    fn each_lines(&self, blocks: usize, mut found: impl FnMut(&[u8])) -> Result<()> {
        if blocks > 0 {
            return self.with_blocks(blocks, |blocks| {
                (0..blocks.count()).try_for_each(|number| {
                    found(&blocks.read(number)?);
                    Ok(())
                })
            });
        }
        self.with(|reader| {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line)?;
            line.clear();
            while reader.read_until(b'\n', &mut line)? > 0 {
                found(&line);
                line.clear();
            }
            Ok(())
        })
    }

    /// Calls `read` with so many blocks of records.
    fn with_blocks<T>(
        &self,
        count: usize,
        read: impl FnOnce(&mut Blocks<'_, BufReader<&File>>) -> io::Result<T>,
    ) -> Result<T> {
        self.with(|reader| {
            let begin = reader.read_until(b'\n', &mut Vec::new())? as u64;
            read(&mut Blocks::open(reader, count, begin)?)
        })
    }

    /// Reads the header only.
    pub(crate) fn header(&self) -> Result<Header> {
        let mut line = Vec::new();
        self.with(|reader| reader.read_until(b'\n', &mut line))?;
        parse(&self.path, &line)
    }

    /// Reads up to `count` of the records of `header`, beginning at about `part`
    /// (0 to 1) of them: a sample without reading them all. First those of one
    /// block, which are taken in turn too, then those of the next.
    pub(crate) fn sample(&self, header: &Header, part: f64, count: usize) -> Result<Vec<Glance>> {
        let blocks = header.blocks;
        let place = blocks as f64 * part.clamp(0.0, 1.0);
        let first = (place as usize).min(blocks.saturating_sub(1));
        let mut records = Vec::new();
        if blocks == 0 {
            return Ok(records);
        }
        let read = self.with_blocks(blocks, |blocks| {
            let (mut read, mut found) = (Vec::new(), 0);
            for number in (first..blocks.count()).chain(0..first) {
                if found >= count {
                    break;
                }
                let block = blocks.read(number)?;
                found += lines(&block).count();
                read.push(block);
            }
            Ok(read)
        })?;
        for block in &read {
            let mut lines: Vec<&[u8]> = lines(block).collect();
            let middle = (lines.len() as f64 * place.fract()) as usize;
            lines.rotate_left(middle);
            for line in lines.iter().take(count - records.len()) {
                records.push(self.glance(line)?);
            }
        }
        Ok(records)
    }

    /// Parses as much of a record as a [`Glance`] needs: what comes first. What
    /// comes after it is two thirds, and looks like this in no string.
    fn glance(&self, line: &[u8]) -> Result<Glance> {
        let rest = b",\"hash\":";
        let end = line.windows(rest.len()).position(|bytes| bytes == rest);
        match end {
            Some(end) => parse(&self.path, &[&line[..end], b"}"].concat()),
            None => parse(&self.path, line),
        }
    }
}

/// The lines of a block. Their ends are found here many bytes at a time, and
/// one byte at a time by `split`.
fn lines(mut block: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let line = block;
        let length = block.skip_until(b'\n').ok()?;
        (length > 0).then(|| &line[..length])
    })
    .filter(|line| *line != b"\n")
}

fn parse<T: for<'a> Deserialize<'a>>(path: &Path, line: &[u8]) -> Result<T> {
    serde_json::from_slice(line).map_err(|error| damaged(path, &error.to_string()))
}

/// Writes the words of a person's lexicon into `generation`, under a name that
/// holds their hash; returns the name, empty if there are none.
pub(crate) fn write_words(disk: &dyn Disk, generation: &Path, words: &[String]) -> Result<String> {
    if words.is_empty() {
        return Ok(String::new());
    }
    let text = words.join("\n");
    let name = words_name(&text);
    let path = generation.join(&name);
    if !path.is_file() {
        write_whole(disk, &path, text.as_bytes())
            .map_err(|error| Error::io("write", &path, error))?;
    }
    Ok(name)
}

/// Reads the words that the header names.
pub(crate) fn read_words(generation: &Path, name: &str) -> Result<Vec<String>> {
    if name.is_empty() {
        return Ok(Vec::new());
    }
    let path = generation.join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?;
    if words_name(&text) != name {
        return Err(damaged(&path, "its content does not match its name"));
    }
    Ok(text.lines().map(str::to_owned).collect())
}

fn words_name(text: &str) -> String {
    format!(
        "words-{}.txt",
        &blake3::hash(text.as_bytes()).to_hex()[..16]
    )
}

fn name_for(bytes: &[u8]) -> String {
    format!("{}.bin", stem_of(&blake3::hash(bytes)))
}

/// What the name of a state file begins with: up to format 8 it ended otherwise.
fn stem_of(hash: &blake3::Hash) -> String {
    format!("files-{}", &hash.to_hex()[..16])
}

pub(crate) fn damaged(path: &Path, what: &str) -> Error {
    Error::new(
        ErrorKind::Damaged,
        format!("{} is damaged: {what}", path.display()),
    )
    .with_hint("rebuild the index with `cewen index --rebuild`")
}

#[cfg(test)]
mod tests {
    use super::super::disk::RealDisk;
    use super::*;

    fn opened(generation: &Path, name: &str) -> StateFile {
        StateFile::open(generation, name).expect("opened")
    }

    fn read(generation: &Path, name: &str) -> Result<State> {
        opened(generation, name).read()
    }

    fn state(files: usize) -> State {
        let record = |number: usize| FileRecord {
            root: Some(0),
            path: format!("新闻/{number}.txt"),
            articles: 1,
            passages: 2,
            symbols: 300,
            ..FileRecord::default()
        };
        let mut state = State {
            header: Header::default(),
            files: (0..files).map(record).collect(),
        };
        state.count();
        state
    }

    #[test]
    fn a_state_is_read_back_as_written_and_damage_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = state(3);
        let name = state.write(&RealDisk, folder.path()).expect("written");
        let found = read(folder.path(), &name).expect("read");
        assert_eq!(found.files, state.files);
        assert_eq!((found.header.symbols, found.header.blocks), (900, 1));
        let path = folder.path().join(&name);
        let whole = std::fs::read(&path).expect("bytes");
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            std::fs::write(&path, damaged).expect("written");
            let error = read(folder.path(), &name).expect_err("damage");
            assert_eq!(error.kind(), ErrorKind::Damaged);
            // A search looks at it without checking all of it.
            let file = opened(folder.path(), &name);
            let _ = file
                .header()
                .and_then(|header| file.sample(&header, 0.5, 7));
        }
    }

    #[test]
    fn records_of_format_8_are_read_as_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = state(2);
        let mut bytes = serde_json::to_vec(&state.header).expect("JSON");
        for file in &state.files {
            bytes.push(b'\n');
            bytes.extend(serde_json::to_vec(file).expect("JSON"));
        }
        let name = format!("{}.jsonl", stem_of(&blake3::hash(&bytes)));
        std::fs::write(folder.path().join(&name), bytes).expect("written");
        assert_eq!(read(folder.path(), &name).expect("read"), state);
    }

    #[test]
    fn unreadable_files_are_counted_in_the_header() {
        let mut state = state(2);
        state.files[1].articles = 0;
        state.files[1].problems.push(Problem {
            kind: Default::default(),
            place: Default::default(),
            message: "encrypted".to_owned(),
            remedy: String::new(),
        });
        state.count();
        assert_eq!(state.header.unreadable, 1);
        let mut old = serde_json::to_value(&state.header).expect("JSON");
        old.as_object_mut().expect("an object").remove("unreadable");
        let old: Header = serde_json::from_value(old).expect("read");
        assert_eq!(old.unreadable, 0);
    }

    #[test]
    fn a_sample_goes_round_and_never_repeats_a_record() {
        let folder = tempfile::tempdir().expect("a folder");
        for files in [1, 50, 64, 150] {
            let name = state(files)
                .write(&RealDisk, folder.path())
                .expect("written");
            let file = opened(folder.path(), &name);
            let header = file.header().expect("read");
            let mut firsts = Vec::new();
            for step in 0..=40 {
                let part = f64::from(step) / 40.0;
                let records = file.sample(&header, part, 200).expect("read");
                let mut paths: Vec<&str> =
                    records.iter().map(|record| record.path.as_str()).collect();
                firsts.push(paths[0].to_owned());
                paths.sort_unstable();
                paths.dedup();
                assert_eq!(
                    (records.len(), paths.len()),
                    (files, files),
                    "from {step}/40"
                );
                let few = file.sample(&header, part, 7).expect("read");
                assert_eq!(few.len(), files.min(7));
                assert_eq!(few[..], records[..few.len()]);
            }
            firsts.dedup();
            assert!(firsts.len() >= files.min(30), "begins with {firsts:?}");
        }
    }
}
