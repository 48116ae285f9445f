//! What holds for every input whatever it holds: one function an entrance.
//!
//! Shared by the bounded runs of `cargo test` (`fuzz.rs` beside this file) and
//! by the endless ones of `fuzz/`. Uses the public interface only.

use std::io::{Cursor, Write};

use cewen::Query;
use cewen::analysis::{fold, literal};
use cewen::article::{Article, Block, BlockKind, Place};
use cewen::corpus::parse;
use cewen::passage::passages;

/// The query parser: never panics, points into the query, and what it read
/// prints to text that it reads alike.
pub(crate) fn query(text: &str) {
    let columns = 1..=text.chars().count() + 1;
    match Query::parse(text) {
        Ok(parsed) => {
            let is_inside = |column| columns.contains(&column);
            assert!(parsed.notes.iter().all(|note| is_inside(note.column)));
            let printed = parsed.query.to_string();
            let again = Query::parse(&printed).expect("what was printed is a query");
            assert_eq!(again.query, parsed.query, "{text:?} printed {printed:?}");
        }
        Err(error) => {
            assert!(!error.problems.is_empty());
            assert!(
                error
                    .problems
                    .iter()
                    .all(|note| columns.contains(&note.column))
            );
        }
    }
    let _ = Query::exact(text).to_string();
    let _ = Query::words(text).to_string();
}

/// Fold and literal search: one character to one, twice is once, and what is
/// found is found again where it stands alone.
pub(crate) fn find(query: &str, text: &str) {
    for character in text.chars().chain(query.chars()) {
        assert_eq!(fold(fold(character)), fold(character), "{character:?}");
    }
    let found = literal(query, text);
    assert!(found.windows(2).all(|two| two[0].start < two[1].start));
    for range in found.iter().take(20) {
        let alone = text.get(range.clone()).expect("a range on characters");
        assert!(!alone.is_empty());
        // A character damaged by a scraper is known by the one before it.
        if alone.starts_with(['矗', '龋', '眩', '常']) {
            continue;
        }
        assert!(
            literal(query, alone).contains(&(0..alone.len())),
            "{query:?} is not found in {alone:?}"
        );
    }
    // A text is found in itself, unless it has nothing to match or a line end.
    let folded: String = text.chars().map(fold).collect();
    assert_eq!(literal(text, text), literal(&folded, text), "{text:?}");
}

/// Passages: there is always one, none mixes two sections, and together they
/// hold the whole text once.
pub(crate) fn cut(text: &str) {
    let block = |line: &str| Block {
        kind: match line.chars().next() {
            Some('#') => BlockKind::Heading,
            Some('|') => BlockKind::Furniture,
            _ => BlockKind::Paragraph,
        },
        text: line.to_owned(),
        place: Place::default(),
    };
    let article = Article {
        title: text.chars().take(9).collect(),
        blocks: text.lines().map(block).collect(),
        ..Article::default()
    };
    let passages = passages(&article);
    assert!(!passages.is_empty());
    for (is_furniture, kind) in [(false, BlockKind::Paragraph), (true, BlockKind::Furniture)] {
        let own = article.blocks.iter().filter(|block| block.kind == kind);
        let given: String = own.map(|block| block.text.as_str()).collect();
        let kept: String = passages
            .iter()
            .filter(|passage| passage.is_furniture == is_furniture)
            .map(|passage| passage.text.as_str())
            .collect();
        assert_eq!(squeezed(&kept), squeezed(&given));
    }
    for passage in passages
        .iter()
        .filter(|passage| !passage.heading.is_empty())
    {
        assert!(
            passage
                .heading
                .lines()
                .all(|line| line.is_empty() || text.contains(line.trim()))
        );
    }
}

/// A file of the format that `path` names: a function of its bytes, and what
/// it holds can be cut into passages.
pub(crate) fn read(path: &str, bytes: &[u8]) {
    let parsed = parse(path, bytes);
    assert_eq!(parsed, parse(path, bytes));
    assert!(parsed.articles.is_empty() || !parsed.encoding.is_empty());
    let is_silent = parsed.articles.is_empty() && parsed.problems.is_empty();
    assert!(!is_silent, "a file without articles says why");
    for article in &parsed.articles {
        assert!(!passages(article).is_empty());
    }
}

/// A .docx file, as it comes and with the bytes for its document.
pub(crate) fn read_docx(bytes: &[u8]) {
    read("甲.docx", bytes);
    read("甲.docx", &zipped("word/document.xml", bytes));
}

/// A .zip file, as it comes and with the bytes for a name, a zero and a file.
pub(crate) fn read_zip(bytes: &[u8]) {
    read("甲.zip", bytes);
    let mut parts = bytes.splitn(2, |&byte| byte == 0);
    let name = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let archive = zipped(&name, parts.next().unwrap_or_default());
    read("甲.zip", &archive);
    for article in parse("甲.zip", &archive).articles {
        let entry = article.entry.expect("an entry");
        assert!(!entry.starts_with('/') && !entry.split('/').any(|part| part == ".."));
    }
}

/// A .gz file, as it comes and with the bytes packed.
pub(crate) fn read_gz(bytes: &[u8]) {
    read("甲.html.gz", bytes);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packed");
    read("甲.html.gz", &packer.finish().expect("packed"));
}

/// An archive of one file, not compressed.
fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    if archive.start_file(name, stored).is_ok() {
        archive.write_all(bytes).expect("packed");
    }
    archive.finish().expect("packed").into_inner()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
