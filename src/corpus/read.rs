//! Reads one source file: bytes, hash, text, articles.

use super::decode::{Decoded, decode};
use super::format::Format;
use super::walk::SourceFile;
use super::{docx, html, json, markdown, problem, table, text};
use crate::article::{Article, Place, Problem};
use std::fs::File;
use std::io::{self, Read};

/// The largest file that is read, in bytes. A file is held in memory whole.
const MAX_BYTES: u64 = 1 << 29;

/// What a source file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The format it was read as.
    pub format: Format,
    /// The encoding of its text: `utf-8`, `utf-8-bom`, `gb18030`, `big5`,
    /// `utf-16le`, `utf-16be`; empty if the file could not be read as text.
    pub encoding: String,
    /// Its articles in order.
    pub articles: Vec<Article>,
    /// What could not be read or looks wrong.
    pub problems: Vec<Problem>,
}

impl Parsed {
    fn failed(format: Format, problem: Problem) -> Self {
        Parsed {
            format,
            encoding: String::new(),
            articles: Vec::new(),
            problems: vec![problem],
        }
    }
}

/// Reads a source file. Yields the BLAKE3 hash of its bytes in hex, if they
/// could be read, and what it held.
pub fn read(file: &SourceFile) -> (Option<String>, Parsed) {
    match read_bytes(file) {
        Ok(bytes) => {
            let hash = blake3::hash(&bytes).to_hex().to_string();
            (Some(hash), parse(&file.path, &bytes))
        }
        Err(problem) => (
            None,
            Parsed::failed(Format::of_path(&file.path).unwrap_or(Format::Text), problem),
        ),
    }
}

fn read_bytes(file: &SourceFile) -> Result<Vec<u8>, Problem> {
    let failed = |error: io::Error| {
        problem(
            Place::default(),
            format!("the file cannot be read: {error}"),
            "check that it exists and that you may read it, then index again",
        )
    };
    let handle = File::open(&file.location).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that grew past the bound.
    handle
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(problem(
            Place::default(),
            format!("the file is larger than {} MB", MAX_BYTES >> 20),
            "split it into smaller files",
        ));
    }
    Ok(bytes)
}

/// Turns the bytes of a file into articles. `path` is relative to the root;
/// its extension chooses the format (an unknown one is read as plain text),
/// and its names are the last evidence for dates.
///
/// ```
/// let parsed = cewen::corpus::parse("甲.txt", "算力券开始发放\n甲市昨日宣布。".as_bytes());
/// assert_eq!(parsed.articles[0].title, "算力券开始发放");
/// ```
pub fn parse(path: &str, bytes: &[u8]) -> Parsed {
    let format = Format::of_path(path).unwrap_or(Format::Text);
    match format {
        Format::Docx => parse_document(format, |problems| docx::read_docx(path, bytes, problems)),
        _ => parse_text(path, format, bytes),
    }
}

/// Reads a document that is no text file; its text is Unicode whatever it was written with.
fn parse_document(format: Format, read: impl FnOnce(&mut Vec<Problem>) -> Vec<Article>) -> Parsed {
    let mut problems = Vec::new();
    let articles = read(&mut problems);
    let encoding = if articles.is_empty() { "" } else { "utf-8" };
    Parsed {
        format,
        encoding: encoding.to_owned(),
        articles,
        problems,
    }
}

fn parse_text(path: &str, format: Format, bytes: &[u8]) -> Parsed {
    let declared = match format {
        Format::Html => html::declared_encoding(bytes),
        _ => None,
    };
    let decoded = match decode(bytes, declared) {
        Ok(decoded) => decoded,
        Err(problem) => return Parsed::failed(format, problem),
    };
    let Decoded {
        text,
        encoding,
        mut problems,
    } = decoded;
    if text.trim().is_empty() {
        problems.insert(
            0,
            problem(
                Place::default(),
                "the file is empty",
                "save the article again, or delete the file",
            ),
        );
        return Parsed {
            format,
            encoding: encoding.to_owned(),
            articles: Vec::new(),
            problems,
        };
    }
    let articles = match format {
        Format::Text => text::read_text(path, &text, &mut problems),
        Format::Markdown => markdown::read_markdown(path, &text, &mut problems),
        Format::Html => html::read_html(path, &text, &mut problems),
        Format::Json => json::read_json(path, &text, &mut problems),
        Format::JsonLines => json::read_json_lines(path, &text, &mut problems),
        Format::Csv | Format::Tsv => table::read_table(path, &text, &mut problems),
        Format::Docx => Vec::new(),
    };
    Parsed {
        format,
        encoding: encoding.to_owned(),
        articles,
        problems,
    }
}
