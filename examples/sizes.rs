//! Where the bytes of an index go, by field and file, beside the text it holds.
//!
//! ```sh
//! cargo run --release --example sizes -- index
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cewen::Searcher;
use tantivy::postings::Postings;
use tantivy::space_usage::{FieldUsage, PerFieldSpaceUsage};
use tantivy::{DocSet, Index, TERMINATED};

/// The kind of a document is its layout above these bits, and this one the
/// opening of an article, which is indexed a second time (`src/index/schema.rs`).
const SYMBOL_BITS: u32 = 13;
const OPENING: u64 = 0;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "index".to_owned()),
    );
    let generation = dir.join(fs::read_to_string(dir.join("CURRENT"))?.trim());
    let searcher = Searcher::open(&dir)?;
    let mut text = 0;
    for passage in searcher.passages() {
        text += passage?.text.len();
    }

    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let mut engine_files = 0;
    let engine = Index::open_in_dir(&generation)?;
    let reader = engine.reader()?.searcher();
    for segment in reader.space_usage()?.segments() {
        let mut add = |part: &str, fields: &PerFieldSpaceUsage| {
            for field in fields.fields() {
                *rows
                    .entry(format!("{}: {part}", field.field_name()))
                    .or_default() += bytes(field);
            }
        };
        add("dictionary", segment.termdict());
        add("postings", segment.postings());
        add("positions", segment.positions());
        add("column", segment.fast_fields());
        add("lengths", segment.fieldnorms());
        let store = segment.store();
        let mut put = |name: &str, count: u64| *rows.entry(name.to_owned()).or_default() += count;
        put("stored: values", store.data_usage().get_bytes());
        put("stored: offsets", store.offsets_usage().get_bytes());
        put("deleted documents", segment.deletes().get_bytes());
        engine_files += segment.total().get_bytes();
    }
    let all = size(&dir)?;
    for file in fs::read_dir(&generation)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        let is_segment = name.len() > 32 && name.as_bytes()[32] == b'.';
        if !is_segment {
            let kind = name.split(['-', '.']).next().unwrap_or_default();
            *rows.entry(format!("file: {kind}")).or_default() += file.metadata()?.len();
        }
    }
    let named: u64 = rows.values().sum();
    rows.insert("headers, footers and all else".to_owned(), all - named);

    let mut rows: Vec<(String, u64)> = rows.into_iter().filter(|row| row.1 > 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.1));
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| what | bytes | of the index | of the text |\n|---|---|---|---|"
    )?;
    let mut line = |name: &str, count: u64| {
        let (share, ratio) = (count as f64 / all as f64, count as f64 / text as f64);
        writeln!(
            out,
            "| {name} | {count} | {:.1} % | {ratio:.3} |",
            100.0 * share
        )
    };
    for (name, count) in &rows {
        line(name, *count)?;
    }
    line("all", all)?;
    let (segments, documents) = (reader.segment_readers().len(), reader.num_docs());
    let (opening, postings) = openings(&reader)?;
    writeln!(
        out,
        "\n{text} bytes of text in passages, titles and headings aside, {documents} documents, {segments} segments ({engine_files} bytes). \
         Of {postings} postings of pairs, {opening} are of openings ({:.1} %).",
        100.0 * opening as f64 / postings as f64
    )?;
    Ok(())
}

fn bytes(field: &FieldUsage) -> u64 {
    field.total().get_bytes()
}

/// The bytes of all files under a folder.
fn size(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() {
            size(&entry.path())?
        } else {
            about.len()
        };
    }
    Ok(sum)
}

/// How many postings the pairs of openings have, and how many all pairs.
fn openings(reader: &tantivy::Searcher) -> Result<(u64, u64), Box<dyn Error>> {
    let (mut opening, mut all) = (0, 0);
    for (segment, name) in reader
        .segment_readers()
        .iter()
        .flat_map(|segment| ["pairs", "once", "rare"].map(|name| (segment, name)))
    {
        let layout = segment.fast_fields().u64("layout")?;
        let inverted = segment.inverted_index(reader.schema().get_field(name)?)?;
        let mut terms = inverted.terms().stream()?;
        while terms.advance() {
            let record = tantivy::schema::IndexRecordOption::WithFreqs;
            let mut postings = inverted.read_postings_from_terminfo(terms.value(), record)?;
            while postings.doc() != TERMINATED {
                // A posting of a rare pair is a position of its first character.
                let count = match name {
                    "rare" => u64::from(postings.term_freq()),
                    _ => 1,
                };
                all += count;
                let kind = layout.first(postings.doc()).unwrap_or(u64::MAX) >> SYMBOL_BITS;
                opening += count * u64::from(kind == OPENING);
                postings.advance();
            }
        }
    }
    Ok((opening, all))
}
