//! Turns bytes into articles, and checks what came out.

use super::corrections::Correcting;
use super::decode::{Decoded, decode, decode_as};
use super::format::Format;
use super::opened::{archive_edges, open, read_whole};
use super::options::ReadOptions;
use super::pages::{Pages, Wanted};
use super::walk::SourceFile;
use super::{archive, docx, html, json, markdown, pdf, problem, regular, suspicion, table, text};
use crate::article::{Article, Edges, Place, Problem, ProblemKind};
use crate::workers::Workers;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// The most problems of one file that are kept: a table whose every row is
/// damaged has one trouble and not a million.
const MAX_PROBLEMS: usize = 200;

/// What a source file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The format it was read as.
    pub format: Format,
    /// The encoding of its text: `utf-8`, `utf-8-bom`, `gb18030`, `big5`,
    /// `utf-16le`, `utf-16be`; `mixed` for an archive of several; empty if the
    /// file could not be read as text.
    pub encoding: String,
    /// Its articles in order.
    pub articles: Vec<Article>,
    /// What could not be read or looks wrong.
    pub problems: Vec<Problem>,
    /// The edges of its pages, if it is a page (.txt, .md, .html) or holds some.
    pub edges: Vec<Edges>,
}

impl Parsed {
    pub(super) fn empty(format: Format) -> Self {
        Parsed {
            format,
            encoding: String::new(),
            articles: Vec::new(),
            problems: Vec::new(),
            edges: Vec::new(),
        }
    }

    pub(super) fn failed(format: Format, problem: Problem) -> Self {
        Parsed {
            problems: vec![problem],
            ..Parsed::empty(format)
        }
    }
}

/// Reads a source file. Yields the BLAKE3 hash of its bytes in hex, if they
/// could be read, and what it held.
pub fn read(file: &SourceFile) -> (Option<String>, Parsed) {
    read_with(file, &ReadOptions::default())
}

/// Reads a source file as the options say.
pub fn read_with(file: &SourceFile, options: &ReadOptions) -> (Option<String>, Parsed) {
    let mut opened = open(file, options);
    let hash = opened.hash.take();
    let mut parsed = Parsed::empty(opened.format);
    let ending = opened.each(&Workers::none(), &mut |coming| {
        parsed.articles.push(coming.article);
        Ok(())
    });
    // Nothing fails here that is not a problem.
    if let Ok(ending) = ending {
        parsed.encoding = ending.encoding;
        parsed.edges = ending.edges;
        parsed.problems = ending.problems;
    }
    (hash, parsed)
}

/// Hashes the bytes of a source file as [`read()`] does, holding little of it;
/// none if it cannot be read.
pub(crate) fn hash(file: &SourceFile) -> Option<String> {
    let mut handle = regular::open(&file.location).ok()?;
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut handle, &mut hasher).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// Reads the edges of the pages in a source file, if it is of a format that
/// saves pages: what [`RepeatedLines::of`](crate::article::RepeatedLines::of)
/// compares.
pub fn edges(file: &SourceFile, options: &ReadOptions) -> Vec<Edges> {
    if !may_hold_pages(&file.path) {
        return Vec::new();
    }
    if Format::of_path(&file.path) == Some(Format::Zip) {
        return archive_edges(file, options);
    }
    match read_whole(file) {
        Ok(bytes) => parse_packed(&file.path, &bytes, options, Wanted::Edges).edges,
        Err(_) => Vec::new(),
    }
}

/// Whether a file is of a format that saves pages.
pub(crate) fn may_hold_pages(path: &str) -> bool {
    let format = match Format::of_path(path).unwrap_or(Format::Text) {
        Format::Gzip => Format::of_path(archive::unpacked_name(path)),
        other => Some(other),
    };
    format.is_some_and(|format| format.is_page() || format == Format::Zip)
}

/// Returns the day after today: somewhere it has begun already.
pub(super) fn tomorrow() -> Option<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(now.as_secs())
        .ok()?
        .checked_add(24 * 60 * 60)?;
    let then = jiff::Timestamp::from_second(seconds).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(then).date().to_string())
}

/// Decodes the bytes of a text that is no article, such as a report: line ends
/// become `\n`, a byte order mark goes. Damaged characters are replaced.
///
/// # Errors
///
/// A problem with its remedy if the bytes are no text.
pub fn decode_text(bytes: &[u8]) -> Result<String, Problem> {
    decode(bytes, None).map(|decoded| decoded.text)
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
    parse_with(path, bytes, &ReadOptions::default())
}

/// Turns the bytes of a file into articles as the options say. The entries of
/// a .zip are files of their own, at `archive.zip!/entry`. The text of a .pdf
/// is asked of the program `pdftotext`; nothing else leaves the process.
pub fn parse_with(path: &str, bytes: &[u8], options: &ReadOptions) -> Parsed {
    let mut checks = Checks::new(path, options, None);
    let mut parsed = parse_whole(path, bytes, options, &mut checks);
    parsed.problems = checks.end();
    parsed
}

/// Turns the bytes of a file into articles that were checked; the problems are
/// left with `checks`.
pub(super) fn parse_whole(
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
    checks: &mut Checks<'_>,
) -> Parsed {
    let mut parsed = parse_packed(path, bytes, options, Wanted::Articles);
    checks.note(std::mem::take(&mut parsed.problems));
    parsed.articles = checks.check(parsed.articles);
    parsed
}

fn parse_packed(path: &str, bytes: &[u8], options: &ReadOptions, wanted: Wanted) -> Parsed {
    match Format::of_path(path) {
        Some(Format::Gzip) => archive::read_gzip(path, bytes, options, wanted),
        Some(Format::Zip) => archive::read_zip(path, bytes, options, wanted),
        _ => parse_file(path, bytes, options, wanted),
    }
}

/// What is checked of the articles of a file as they come, and the problems
/// found.
pub(super) struct Checks<'a> {
    correcting: Correcting<'a>,
    today: Option<String>,
    articles: usize,
    problems: Vec<Problem>,
    /// Problems too many to be kept.
    more: usize,
}

impl<'a> Checks<'a> {
    /// Begins with a file. `today` is asked only where the options do not say it.
    pub(super) fn new(path: &'a str, options: &'a ReadOptions, today: Option<String>) -> Self {
        Checks {
            correcting: options.corrections.of(path),
            today: options.today.clone().or(today),
            articles: 0,
            problems: Vec::new(),
            more: 0,
        }
    }

    /// Takes up problems.
    pub(super) fn note(&mut self, mut problems: Vec<Problem>) {
        let room = MAX_PROBLEMS - self.problems.len();
        self.more += problems.len().saturating_sub(room);
        problems.truncate(room);
        self.problems.append(&mut problems);
    }

    /// Checks articles whose text is known to be text.
    pub(super) fn check(&mut self, mut articles: Vec<Article>) -> Vec<Article> {
        self.articles += articles.len();
        self.note(suspicion::cut_short(&articles));
        self.correcting.correct(&mut articles);
        if let Some(today) = &self.today {
            let future = suspicion::future_dates(&articles, today);
            self.note(future);
        }
        articles
    }

    /// All problems of the file.
    pub(super) fn end(mut self) -> Vec<Problem> {
        if self.articles == 0 && self.problems.is_empty() {
            self.note(vec![no_text()]);
        }
        if self.articles == 0 {
            let unread = self.problems.iter_mut();
            unread
                .filter(|problem| problem.kind == ProblemKind::Faulty)
                .for_each(|problem| problem.kind = ProblemKind::Unreadable);
        }
        let mut problems = self.problems;
        problems.extend(self.correcting.unmatched());
        if self.more > 0 {
            let kind = problems.last().map(|last| last.kind).unwrap_or_default();
            problems.push(
                problem(
                    Place::default(),
                    format!("{} more problems like these", self.more),
                    "mend the first ones, then index again to see the others",
                )
                .of(kind),
            );
        }
        problems
    }
}

/// The problem of a file such as a page of nothing but markup: no file is lost
/// in silence.
fn no_text() -> Problem {
    problem(
        Place::default(),
        "the file holds no text",
        "save the article again, or delete the file",
    )
    .of(ProblemKind::Empty)
}

/// Turns the bytes of a file that is no archive into articles.
pub(super) fn parse_file(
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
    wanted: Wanted,
) -> Parsed {
    let format = Format::of_path(path).unwrap_or(Format::Text);
    if wanted == Wanted::Edges && !format.is_page() {
        return Parsed::empty(format);
    }
    let mut parsed = match format {
        Format::Docx => parse_document(format, |problems| docx::read_docx(path, bytes, problems)),
        Format::Pdf => parse_document(format, |problems| pdf::read_pdf(path, bytes, problems)),
        _ => parse_text(path, format, bytes, options, wanted),
    };
    let noise = refuse_mojibake(&mut parsed.articles);
    parsed.problems.extend(noise);
    if parsed.articles.is_empty() && parsed.problems.is_empty() {
        parsed.problems.push(no_text());
    }
    parsed
}

/// Reports articles whose text is noise instead of keeping them.
pub(super) fn refuse_mojibake(articles: &mut Vec<Article>) -> Vec<Problem> {
    let mut problems = Vec::new();
    articles.retain(|article| {
        let pieces = article.blocks.iter().map(|block| block.text.as_str());
        let pieces = pieces.chain([article.title.as_str()]);
        if !suspicion::may_be_mojibake(pieces.clone()) {
            return true;
        }
        let text: String = pieces.collect();
        let Some(mut noise) = suspicion::mojibake(&text) else {
            return true;
        };
        noise.place = article.place;
        problems.push(noise);
        false
    });
    problems
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
        edges: Vec::new(),
    }
}

fn parse_text(
    path: &str,
    format: Format,
    bytes: &[u8],
    options: &ReadOptions,
    wanted: Wanted,
) -> Parsed {
    let declared = match format {
        Format::Html => html::declared_encoding(bytes),
        _ => None,
    };
    let decoded = match options.encoding(path) {
        Ok(Some(encoding)) => decode_as(bytes, encoding),
        Ok(None) => decode(bytes, declared),
        Err(problem) => Err(problem),
    };
    let decoded = match decoded {
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
            )
            .of(ProblemKind::Empty),
        );
        return Parsed {
            format,
            encoding: encoding.to_owned(),
            articles: Vec::new(),
            problems,
            edges: Vec::new(),
        };
    }
    let mut pages = Pages::new(&options.repeated, wanted);
    let articles = match format {
        Format::Text => text::read_text(path, &text, &mut pages, &mut problems),
        Format::Markdown => markdown::read_markdown(path, &text, &mut pages, &mut problems),
        Format::Html => html::read_html(path, &text, &mut pages, &mut problems),
        Format::Json => json::read_json(path, &text, &mut problems),
        Format::JsonLines => json::read_json_lines(path, &text, &mut problems),
        Format::Csv | Format::Tsv => table::read_table(path, &text, &mut problems),
        // Read elsewhere: no text files.
        Format::Docx | Format::Pdf | Format::Gzip | Format::Zip => Vec::new(),
    };
    Parsed {
        format,
        encoding: encoding.to_owned(),
        articles,
        problems,
        edges: pages.edges,
    }
}
