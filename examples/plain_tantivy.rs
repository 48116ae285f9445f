//! A folder of .txt searched with tantivy and tantivy-jieba as their pages show
//! them, and nothing of cewen: what `benches/compare.py` compares with.
//!
//! ```sh
//! cargo run --release --example plain_tantivy -- index INDEX FOLDER
//! cargo run --release --example plain_tantivy -- search INDEX QUERY 10
//! ```

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{Index, IndexWriter, TantivyDocument};

/// The name under which the schema asks for jieba.
const JIEBA: &str = "jieba";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["index", index, folder] => build(Path::new(index), Path::new(folder)),
        ["search", index, query, limit] => search(Path::new(index), query, limit.parse()?),
        _ => Err("index INDEX FOLDER, or search INDEX QUERY LIMIT".into()),
    }
}

fn build(index: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut schema = Schema::builder();
    let path = schema.add_text_field("path", STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(JIEBA)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default()
        .set_indexing_options(indexing)
        .set_stored();
    let text = schema.add_text_field("text", options);
    fs::create_dir_all(index)?;
    let index = Index::create_in_dir(index, schema.build())?;
    index
        .tokenizers()
        .register(JIEBA, tantivy_jieba::JiebaTokenizer::new());
    let mut writer: IndexWriter = index.writer(140_000_000)?;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if file.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|extension| extension == "txt") {
                let mut document = TantivyDocument::default();
                document.add_text(path, file.to_string_lossy());
                document.add_text(text, String::from_utf8_lossy(&fs::read(&file)?));
                writer.add_document(document)?;
            }
        }
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn search(index: &Path, query: &str, limit: usize) -> Result<(), Box<dyn Error>> {
    let index = Index::open_in_dir(index)?;
    index
        .tokenizers()
        .register(JIEBA, tantivy_jieba::JiebaTokenizer::new());
    let schema = index.schema();
    let (path, text) = (schema.get_field("path")?, schema.get_field("text")?);
    let query = QueryParser::for_index(&index, vec![text]).parse_query(query)?;
    let searcher = index.reader()?.searcher();
    let mut out = io::stdout().lock();
    for (_, address) in searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())? {
        let document: TantivyDocument = searcher.doc(address)?;
        let path = document.get_first(path).and_then(|value| value.as_str());
        writeln!(out, "{}", path.unwrap_or_default())?;
    }
    Ok(())
}
