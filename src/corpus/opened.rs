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
use super::rows::Rows;
use super::stream::{Packing, Source, Undecided};
use super::walk::{SourceFile, modified_ns};
use super::{Format, json, problem};
use crate::article::{Article, Edges, Place, Problem, ProblemKind};
use crate::error::Result;
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

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
    let mut handle = File::open(&file.location).map_err(failed)?;
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
    let Ok(handle) = File::open(&file.location) else {
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
    let mut handle = File::open(&file.location).map_err(|error| unread(&error))?;
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
    /// Gives all articles, in order.
    ///
    /// # Errors
    ///
    /// Those of `take`. What cannot be read is a problem.
    pub(crate) fn each(self, take: &mut Take<'_>) -> Result<Ending> {
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
            Content::Rows(large) => large.each(self.path, self.options, take),
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
    fn each(&self, path: &str, options: &ReadOptions, take: &mut Take<'_>) -> Result<Ending> {
        let mut checks = Checks::new(path, options, tomorrow());
        checks.note(self.problems.clone());
        let inner = inner_path(path, self.packing);
        let read = self.each_block(inner, &mut checks, take)?;
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

    /// Reads all blocks; the outer error is that of `take`.
    fn each_block(
        &self,
        path: &str,
        checks: &mut Checks<'_>,
        take: &mut Take<'_>,
    ) -> Result<io::Result<()>> {
        let source = source(&self.file, self.packing);
        let broken = Rc::clone(&source.broken);
        let mut rows = match Rows::new(source, &self.chosen, self.rows) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        loop {
            let block = match rows.next(path) {
                Ok(Some(block)) => block,
                Ok(None) => {
                    checks.note(
                        broken
                            .take()
                            .map(|error| damaged(&error))
                            .into_iter()
                            .collect(),
                    );
                    return Ok(Ok(()));
                }
                Err(error) => return Ok(Err(error)),
            };
            checks.note(block.problems);
            for article in checks.take(block.articles) {
                take(Coming {
                    article,
                    encoding: self.chosen.name,
                    read: block.read,
                })?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse_with, read_with};
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    /// A file in a folder that lives as long as it.
    fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, SourceFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let location = folder.path().join(name);
        std::fs::write(&location, bytes).expect("written");
        let data = location.metadata().expect("there");
        let file = SourceFile {
            path: name.to_owned(),
            location,
            size: data.len(),
            modified_ns: modified_ns(&data),
        };
        (folder, file)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("finished")
    }

    fn options() -> ReadOptions {
        let corrections = "[[article]]\npath = \"甲*\"\nitem = \"r3\"\noutlet = \"乙报\"\n\n[[article]]\npath = \"甲.jsonl\"\nitem = \"无\"\ntitle = \"丙\"\n";
        ReadOptions {
            today: Some("2024-06-01".to_owned()),
            corrections: super::super::Corrections::parse("corrections.toml", corrections)
                .expect("corrections"),
            ..ReadOptions::default()
        }
    }

    /// The file read a block at a time is what its bytes are.
    fn assert_same(name: &str, bytes: &[u8]) {
        let (_folder, file) = file(name, bytes);
        let options = options();
        let (hash, mut streamed) = read_with(&file, &options);
        assert_eq!(hash, Some(blake3::hash(bytes).to_hex().to_string()));
        let mut whole = parse_with(name, bytes, &options);
        // They are found in another order.
        for parsed in [&mut streamed, &mut whole] {
            let key = |problem: &Problem| (problem.place.row, problem.message.clone());
            parsed.problems.sort_by_key(key);
        }
        let mut pairs = streamed.articles.iter().zip(&whole.articles);
        let first = pairs.find(|(one, other)| one != other);
        assert_eq!(first, None, "{name}");
        assert_eq!(streamed.articles.len(), whole.articles.len(), "{name}");
        assert_eq!(streamed.problems, whole.problems, "{name}");
        assert_eq!(streamed, whole, "{name}");
    }

    #[test]
    fn an_archive_is_read_an_entry_at_a_time_as_it_is_whole() {
        let gbk = encoding_rs::GB18030
            .encode("乙市发放算力券\n\n乙市的办法已经发布。")
            .0
            .into_owned();
        let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let row = line(3, 3, "三");
        for (name, bytes) in [
            ("甲.jsonl", row.as_bytes()),
            ("乙.txt", &gbk),
            ("丙.txt", b""),
        ] {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(name, options).expect("an entry");
            archive.write_all(bytes).expect("written");
        }
        let bytes = archive.finish().expect("finished").into_inner();
        assert_same("甲.zip", &bytes);
        let (_folder, file) = file("甲.zip", &bytes);
        let options = options();
        let mut encodings = Vec::new();
        let ending = open(&file, &options).each(&mut |coming| {
            encodings.push(coming.encoding.to_owned());
            Ok(())
        });
        assert_eq!(ending.expect("nothing stops it").encoding, "mixed");
        assert_eq!(encodings, ["utf-8", "gb18030"]);
    }

    fn line(kind: usize, number: usize, text: &str) -> String {
        match kind {
            0 => format!(
                "{{\"title\": \"题{number}\", \"text\": \"{text}\", \"date\": \"2024-07-0{}\"}}\n",
                number % 9 + 1
            ),
            1 => "\n".to_owned(),
            2 => "{\"title\": \n".to_owned(),
            3 => format!("{{\"id\": \"r{number}\", \"text\": \"{text}\"}}\r\n"),
            4 => "[1]\n".to_owned(),
            5 => format!("{{\"text\": \"{}\"}}\n", "锛銆紝鐨鍙".repeat(3)),
            _ => format!("{{\"text\": \"{text}\"}}\n"),
        }
    }

    fn row(kind: usize, number: usize, text: &str) -> String {
        match kind {
            0 => format!("题{number},\"{text}\n{text}\",\n"),
            1 => "\n".to_owned(),
            2 => format!("题{number},\"{text}\n"),
            3 => format!("题{number},{text}\r\n"),
            4 => format!("题{number},{text},u,v\n"),
            5 => ",,\n".to_owned(),
            _ => format!("题{number},\"{text}\"\"{text}\",u{number}\n"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rows_read_a_block_at_a_time_are_those_of_the_whole(
            kinds in proptest::collection::vec(0..9_usize, 20..60),
            text in "[\u{4e00}-\u{4e20}，。A-C]{1,30}",
            encoding in 0..4_usize,
            damage in proptest::collection::vec(0..2000_usize, 0..2),
        ) {
            let text = text.replace(',', "，");
            let lines: String = kinds.iter().zip(1..).map(|(&kind, number)| line(kind, number, &text)).collect();
            let rows: String = kinds.iter().zip(1..).map(|(&kind, number)| row(kind, number, &text)).collect();
            let rows = format!("title,text,url\n{rows}");
            let list = format!("[\n{}\n]", lines.replace('\n', ",\n").replace(",\n,", ",\n"));
            for (name, content) in [("甲.json", list), ("甲.jsonl", lines), ("甲.csv", rows.clone()), ("甲.tsv", rows.replace(',', "\t"))] {
                let mut bytes = match encoding {
                    0 => content.into_bytes(),
                    1 => format!("\u{feff}{content}").into_bytes(),
                    2 => encoding_rs::GB18030.encode(&content).0.into_owned(),
                    _ => content.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                };
                for &at in &damage {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = 0xff;
                    }
                }
                assert_same(name, &bytes);
                let (_folder, file) = file(&format!("{name}.gz"), &packed(&bytes));
                let plain = parse_with(name, &bytes, &ReadOptions::default());
                let (_, parsed) = read_with(&file, &ReadOptions::default());
                prop_assert_eq!(parsed.articles, plain.articles);
            }
        }
    }

    #[test]
    fn a_row_that_is_too_long_is_left_out_and_the_others_are_read() {
        let long = "长".repeat(2_000);
        let lines = format!(
            "{}{}{}",
            line(6, 1, "一"),
            line(6, 2, &long),
            line(6, 3, "三")
        );
        let (_folder, found) = file("甲.jsonl", lines.as_bytes());
        let (_, parsed) = read_with(&found, &ReadOptions::default());
        let rows: Vec<Option<u32>> = parsed.articles.iter().map(|a| a.place.row).collect();
        assert_eq!(rows, [Some(1), Some(3)]);
        assert_eq!(parsed.problems[0].place.row, Some(2));
        let table = format!("title,text\n题,一\n题,{long}\n题,三\n");
        let (_folder, found) = file("甲.csv", table.as_bytes());
        let (_, parsed) = read_with(&found, &ReadOptions::default());
        let rows: Vec<Option<u32>> = parsed.articles.iter().map(|a| a.place.row).collect();
        assert_eq!(rows, [Some(2), Some(4)]);
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_told() {
        let lines: String = (0..40).map(|number| line(6, number, "一二三")).collect();
        let (_folder, file) = file("甲.jsonl", lines.as_bytes());
        let options = ReadOptions::default();
        let mut articles = 0;
        let ending = open(&file, &options)
            .each(&mut |_| {
                articles += 1;
                if articles == 5 {
                    let half = &lines[..lines.len() / 2];
                    std::fs::write(&file.location, half).expect("written");
                }
                Ok(())
            })
            .expect("nothing stops it");
        assert!(!ending.is_sound);
        assert!(
            ending
                .problems
                .iter()
                .any(|problem| problem.message.contains("changed while")),
            "{:?}",
            ending.problems
        );
        // What replaces a file is another one: the one that was opened is read.
        let other = file.location.with_extension("new");
        std::fs::write(&other, &lines).expect("written");
        let mut articles = 0;
        let ending = open(
            &SourceFile {
                location: other.clone(),
                ..file.clone()
            },
            &options,
        )
        .each(&mut |_| {
            articles += 1;
            let _ = std::fs::remove_file(&other);
            Ok(())
        })
        .expect("nothing stops it");
        assert!(ending.is_sound);
        assert_eq!(articles, 40);
    }

    #[test]
    fn problems_without_number_are_counted() {
        let lines = "{\"x\": 1}\n".repeat(3_000);
        let (_folder, file) = file("甲.jsonl", lines.as_bytes());
        let (_, parsed) = read_with(&file, &ReadOptions::default());
        assert_eq!(parsed.problems.len(), 201);
        assert_eq!(
            parsed.problems[200].message,
            "2800 more problems like these"
        );
    }
}
