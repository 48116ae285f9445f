//! A source file as an update reads it: small ones whole, files of rows a block
//! at a time, archives an entry at a time, so that memory does not depend on the
//! size of a file.
//!
//! Its hash is known before the first article comes, and the encoding of each
//! article with it. A large file is gone through twice for it; whether it changed
//! meanwhile is told at the end ([`Ending::is_sound`]).

use super::archive::{bound_of, damaged, each_entry, unpacked_name};
use super::decode::{Chosen, unread};
use super::options::ReadOptions;
use super::pages::Wanted;
use super::read::{Checks, Parsed, parse_whole, tomorrow};
use super::rows::{ReadRows, Rows};
use super::stream::{Packing, Source, Undecided};
use super::walk::{SourceFile, modified_ns};
use super::{Format, json, problem, regular};
use crate::article::{Article, Edges, Place, Problem, ProblemKind};
use crate::error::Result;
use crate::workers::Workers;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::Arc;

/// The largest file that is read whole, in bytes.
const MAX_BYTES: u64 = 1 << 27;

/// A file of rows up to this size is read whole, in bytes,
#[cfg(not(test))]
const SMALL: u64 = 4 << 20;
#[cfg(test)]
const SMALL: u64 = 256;

/// and a compressed one up to this.
#[cfg(not(test))]
const SMALL_PACKED: u64 = 1 << 19;
#[cfg(test)]
const SMALL_PACKED: u64 = 128;

/// So many bytes of rows are read ahead.
const AHEAD: usize = 2 << 20;

/// The most bytes that rows may be unpacked to.
const MAX_UNPACKED: u64 = 1 << 33;

/// A source file that was opened.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    path: &'a str,
    options: &'a ReadOptions,
    /// The BLAKE3 hash of its bytes in hex, if they could be read.
    pub(crate) hash: Option<String>,
    /// See [`Parsed::format`].
    pub(crate) format: Format,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// The file was read.
    Whole(Parsed),
    /// It is to be read a block at a time.
    Rows(Box<LargeFile>),
    /// It is to be read an entry at a time.
    Archive(File, Look),
}

/// An article on its way.
#[derive(Debug)]
pub(crate) struct Coming<'a> {
    pub(crate) article: Article,
    /// The encoding it was read in.
    pub(crate) encoding: &'a str,
    /// How many bytes of the file have been read.
    pub(crate) read: u64,
}

/// Takes up articles.
type Take<'a> = dyn FnMut(Coming<'_>) -> Result<()> + 'a;

/// What is known of a file of rows before they are read.
#[derive(Debug)]
struct LargeFile {
    file: File,
    was: Look,
    packing: Packing,
    rows: Format,
    chosen: Chosen,
    problems: Vec<Problem>,
}

/// Size and time of a file.
type Look = (u64, i64);

/// What is known of a file when all its articles have come.
#[derive(Debug)]
pub(crate) struct Ending {
    /// See [`Parsed::encoding`].
    pub(crate) encoding: String,
    /// See [`Parsed::edges`].
    pub(crate) edges: Vec<Edges>,
    /// What could not be read or looks wrong.
    pub(crate) problems: Vec<Problem>,
    /// Whether the articles are those of the bytes that were hashed: the file
    /// was read to its end and did not change.
    pub(crate) is_sound: bool,
}

/// Opens a source file, to be read as the options say.
pub(crate) fn open<'a>(file: &'a SourceFile, options: &'a ReadOptions) -> Opened<'a> {
    let opened = |hash, parsed: Parsed| Opened {
        path: &file.path,
        options,
        hash,
        format: parsed.format,
        content: Content::Whole(parsed),
    };
    let format = Format::of_path(&file.path).unwrap_or(Format::Text);
    let failed = |problem: Problem| Parsed::failed(format, problem.of(ProblemKind::Unreadable));
    match read_or_survey(file, format, options) {
        Ok(Found::Bytes(bytes)) => {
            let hash = blake3::hash(&bytes).to_hex().to_string();
            let mut checks = Checks::new(&file.path, options, tomorrow());
            let mut parsed = parse_whole(&file.path, &bytes, options, &mut checks);
            parsed.problems = checks.end();
            opened(Some(hash), parsed)
        }
        Ok(Found::Rows(hash, Ok(large))) => Opened {
            path: &file.path,
            options,
            hash: Some(hash),
            format,
            content: Content::Rows(large),
        },
        Ok(Found::Archive(hash, archive, was)) => Opened {
            path: &file.path,
            options,
            hash: Some(hash),
            format,
            content: Content::Archive(archive, was),
        },
        Ok(Found::Rows(hash, Err(problem))) => opened(Some(hash), failed(problem)),
        Err(problem) => opened(None, failed(problem)),
    }
}

enum Found {
    Bytes(Vec<u8>),
    /// A large file of rows with its hash; a problem if it holds none.
    Rows(String, std::result::Result<Box<LargeFile>, Problem>),
    /// An archive with its hash.
    Archive(String, File, Look),
}

fn read_or_survey(
    file: &SourceFile,
    format: Format,
    options: &ReadOptions,
) -> std::result::Result<Found, Problem> {
    let failed = |error: io::Error| unread(&error);
    let mut handle = regular::open(&file.location).map_err(failed)?;
    let (packing, rows, small) = match (format, rows_in(&file.path)) {
        (Format::Gzip, Some(rows)) => (Packing::Gzip, rows, SMALL_PACKED),
        (_, Some(rows)) => (Packing::Plain, rows, SMALL),
        (_, None) => (Packing::Plain, format, MAX_BYTES),
    };
    let was = look(&handle).map_err(failed)?;
    if format == Format::Zip {
        let hash = hash_of(&mut handle).map_err(failed)?;
        return Ok(Found::Archive(hash, handle, was));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that grew past the bound.
    (&mut handle)
        .take(small + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 <= small {
        return Ok(Found::Bytes(bytes));
    }
    if small < MAX_BYTES {
        drop(bytes);
        if let Some(rows) = survey(&handle, &file.path, (packing, rows), options)? {
            let hash = hash_of(&mut handle).map_err(failed)?;
            let large = rows.map(|(rows, chosen, problems)| LargeFile {
                file: handle,
                was,
                packing,
                rows,
                chosen,
                problems,
            });
            return Ok(Found::Rows(hash, large.map(Box::new)));
        }
        // No file of rows after all.
        bytes = Vec::new();
        handle.seek(SeekFrom::Start(0)).map_err(failed)?;
    }
    read_to_bound(&mut handle, &mut bytes)?;
    Ok(Found::Bytes(bytes))
}

/// Reads the edges of the pages in an archive.
pub(super) fn archive_edges(file: &SourceFile, options: &ReadOptions) -> Vec<Edges> {
    let Ok(handle) = regular::open(&file.location) else {
        return Vec::new();
    };
    let bytes = BufReader::new(handle);
    let read = each_entry(&file.path, bytes, options, Wanted::Edges, &mut |_| {
        Ok::<(), Infallible>(())
    });
    let Ok(all) = read;
    all.edges
}

/// Reads a source file whole, unless it is larger than that may be.
pub(super) fn read_whole(file: &SourceFile) -> std::result::Result<Vec<u8>, Problem> {
    let mut handle = regular::open(&file.location).map_err(|error| unread(&error))?;
    let mut bytes = Vec::new();
    read_to_bound(&mut handle, &mut bytes)?;
    Ok(bytes)
}

/// Reads the rest of a file.
fn read_to_bound(handle: &mut File, bytes: &mut Vec<u8>) -> std::result::Result<(), Problem> {
    // One byte more than allowed tells a file that grew past the bound.
    let room = (MAX_BYTES + 1).saturating_sub(bytes.len() as u64);
    let read = handle.take(room).read_to_end(bytes);
    read.map_err(|error| unread(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(problem(
            Place::default(),
            format!("the file is larger than {} MB", MAX_BYTES >> 20),
            "split it into smaller files, or save its articles one a line as .jsonl",
        ));
    }
    Ok(())
}

/// The format of a large file's rows, its encoding and what is wrong with its
/// bytes; `None` if it has to be read whole.
type Surveyed = Option<std::result::Result<(Format, Chosen, Vec<Problem>), Problem>>;

fn survey(
    handle: &File,
    path: &str,
    (packing, rows): (Packing, Format),
    options: &ReadOptions,
) -> std::result::Result<Surveyed, Problem> {
    let given = match options.encoding(inner_path(path, packing)) {
        Ok(given) => given,
        Err(problem) => return Ok(Some(Err(problem))),
    };
    let source = source(handle, packing);
    let (chosen, problems) = match source.decoding(given) {
        Ok(decoding) => decoding,
        Err(Undecided::NoText(problem)) => return Ok(Some(Err(problem))),
        Err(Undecided::Unread(error)) => return Err(unread(&error)),
    };
    let rows = match rows {
        Format::Json => json_rows(&source, &chosen).map_err(|error| unread(&error))?,
        rows => Some(rows),
    };
    Ok(rows.map(|rows| Ok((rows, chosen, problems))))
}

/// How the articles of a .json file follow each other: as items of a list or
/// one a line; `None` if they stand in one object.
fn json_rows(source: &Source<'_>, chosen: &Chosen) -> io::Result<Option<Format>> {
    let mut text = source.text(chosen)?;
    let mut beginning = String::new();
    while beginning.len() < SMALL as usize && text.read(&mut beginning)? {
        if json::is_list(&beginning) {
            return Ok(Some(Format::Json));
        }
    }
    Ok(json::opens_with_object(&beginning).then_some(Format::JsonLines))
}

fn hash_of(file: &mut File) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut hasher = blake3::Hasher::new();
    io::copy(file, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The format of rows that a file may hold.
fn rows_in(path: &str) -> Option<Format> {
    let format = match Format::of_path(path)? {
        Format::Gzip => Format::of_path(inner_path(path, Packing::Gzip))?,
        format => format,
    };
    let is_of_rows = matches!(
        format,
        Format::Json | Format::JsonLines | Format::Csv | Format::Tsv
    );
    is_of_rows.then_some(format)
}

/// The path of the one file in a compressed one: see [`super::archive`].
fn inner_path(path: &str, packing: Packing) -> &str {
    match packing {
        Packing::Plain => path,
        Packing::Gzip => unpacked_name(path),
    }
}

fn source(file: &File, packing: Packing) -> Source<'_> {
    Source {
        file,
        packing,
        broken: Rc::default(),
        most: match packing {
            Packing::Plain => u64::MAX,
            Packing::Gzip => {
                let packed = file.metadata().map_or(0, |data| data.len());
                bound_of(packed, MAX_UNPACKED)
            }
        },
    }
}

fn look(file: &File) -> io::Result<Look> {
    let data = file.metadata()?;
    Ok((data.len(), modified_ns(&data)))
}

impl Opened<'_> {
    /// Gives all articles, in order; rows are read by `workers`.
    ///
    /// # Errors
    ///
    /// Those of `take`, and a panic of a worker. What cannot be read is a problem.
    pub(crate) fn each(self, workers: &Workers<'_, '_>, take: &mut Take<'_>) -> Result<Ending> {
        match self.content {
            Content::Whole(parsed) => {
                for article in parsed.articles {
                    take(Coming {
                        article,
                        encoding: &parsed.encoding,
                        read: 0,
                    })?;
                }
                Ok(Ending {
                    encoding: parsed.encoding,
                    edges: parsed.edges,
                    problems: parsed.problems,
                    is_sound: true,
                })
            }
            Content::Rows(large) => large.each(self.path, self.options, workers, take),
            Content::Archive(file, was) => {
                let mut checks = Checks::new(self.path, self.options, tomorrow());
                let mut articles = |entry: Parsed| -> Result<()> {
                    let read = (&file).stream_position().unwrap_or_default();
                    for article in checks.check(entry.articles) {
                        take(Coming {
                            article,
                            encoding: &entry.encoding,
                            read,
                        })?;
                    }
                    Ok(())
                };
                let bytes = BufReader::new(&file);
                let wanted = Wanted::Articles;
                let all = each_entry(self.path, bytes, self.options, wanted, &mut articles)?;
                checks.note(all.problems);
                let is_sound = look(&file).is_ok_and(|now| now == was);
                if !is_sound {
                    checks.note(vec![changed()]);
                }
                Ok(Ending {
                    encoding: all.encoding,
                    edges: all.edges,
                    problems: checks.end(),
                    is_sound,
                })
            }
        }
    }
}

/// The problem of a file that is being written.
fn changed() -> Problem {
    problem(
        Place::default(),
        "the file changed while it was being read",
        "index again when it is complete",
    )
}

impl LargeFile {
    fn each(
        &self,
        path: &str,
        options: &ReadOptions,
        workers: &Workers<'_, '_>,
        take: &mut Take<'_>,
    ) -> Result<Ending> {
        let mut checks = Checks::new(path, options, tomorrow());
        checks.note(self.problems.clone());
        let inner = inner_path(path, self.packing);
        let read = self.each_block(inner, workers, &mut checks, take)?;
        let is_same = look(&self.file).is_ok_and(|now| now == self.was);
        if let Err(error) = &read {
            checks.note(vec![unread(error).of(ProblemKind::Unreadable)]);
        } else if !is_same {
            checks.note(vec![changed()]);
        }
        Ok(Ending {
            encoding: self.chosen.name.to_owned(),
            edges: Vec::new(),
            problems: checks.end(),
            is_sound: is_same && read.is_ok(),
        })
    }

    /// Reads all blocks, some of them ahead; the outer error is that of `take`.
    fn each_block(
        &self,
        path: &str,
        workers: &Workers<'_, '_>,
        checks: &mut Checks<'_>,
        take: &mut Take<'_>,
    ) -> Result<io::Result<()>> {
        let source = source(&self.file, self.packing);
        let broken = Rc::clone(&source.broken);
        let mut rows = match Rows::new(source, &self.chosen, self.rows) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        let path: Arc<str> = path.into();
        let mut under_way = workers.in_order(AHEAD);
        let mut blocks = VecDeque::new();
        // How reading came to its end.
        let mut end = None;
        loop {
            while end.is_none() && !under_way.is_full() {
                match rows.next(&path) {
                    Ok(Some(block)) => {
                        blocks.push_back((block.parts.len(), block.problems, block.read));
                        for part in block.parts {
                            let path = Arc::clone(&path);
                            under_way.give(part.bytes(), move || part.read(&path));
                        }
                    }
                    Ok(None) => end = Some(Ok(())),
                    Err(error) => end = Some(Err(error)),
                }
            }
            let Some((parts, problems, read)) = blocks.pop_front() else {
                if end.is_some() {
                    break;
                }
                continue;
            };
            let mut whole = ReadRows::default();
            for _ in 0..parts {
                let part: Option<ReadRows> = under_way.take().transpose()?;
                whole.add(part.unwrap_or_default());
            }
            checks.note(whole.problems);
            checks.note(problems);
            checks.note(whole.noise);
            for article in checks.check(whole.articles) {
                take(Coming {
                    article,
                    encoding: self.chosen.name,
                    read,
                })?;
            }
        }
        let fault = broken.take().map(|error| damaged(&error));
        if let Some(Ok(())) = end {
            checks.note(fault.into_iter().collect());
        }
        Ok(end.unwrap_or(Ok(())))
    }
}

#[cfg(test)]
mod tests;
