//! Writes articles and their records, and publishes both in one step.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tantivy::indexer::{LogMergePolicy, UserOperation};
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexSettings, IndexWriter, Term};

use super::document::{StoredArticle, article_hash, documents};
use super::families::Gathered;
use super::generation;
use super::reader::{Payload, Reader, check_format, families_name, open_engine, state_name};
use super::schema::{Fields, Kind};
use super::show::whole_article;
use super::state::{FileRecord, Header, State};
use super::tokenizers;
use crate::analysis::WordCutter;
use crate::article::Article;
use crate::corpus::{self, ReadOptions, SourceFile};
use crate::error::{Error, Result};

/// The memory in which postings are gathered before a segment is written.
const MEMORY: usize = 140_000_000;

/// The stored text is compressed for size: it is fetched only for the page shown.
const ZSTD_LEVEL: i32 = 3;

/// Bytes of a block of stored text. A page of ten hits unpacks up to twenty
/// blocks, half of all work of a short search at twice this size.
const STORE_BLOCK: usize = 8_192;

/// The live generation, as an update finds it.
pub(crate) struct Live {
    dir: PathBuf,
    generation: PathBuf,
    engine: Index,
    pub(crate) state: State,
}

impl Live {
    /// Opens the live generation; `None` if there is no index yet.
    pub(crate) fn open(dir: &Path) -> Result<Option<Self>> {
        if !generation::exists(dir) {
            return Ok(None);
        }
        let generation = generation::current(dir)?;
        let engine = open_engine(&generation)?;
        let payload = engine.load_metas().map_err(Error::from_engine)?.payload;
        let state = State::read(&generation, &state_name(&generation, payload.as_deref())?)?;
        Ok(Some(Live {
            dir: dir.to_path_buf(),
            generation,
            engine,
            state,
        }))
    }

    /// Why the index has to be built anew, if it has.
    pub(crate) fn outdated(&self, header: &Header, lexicon: &str) -> Option<String> {
        if let Err(error) = check_format(&self.dir, header) {
            return Some(error.to_string());
        }
        if self.engine.schema() != Fields::new().schema {
            return Some("its fields are those of another version".to_owned());
        }
        (header.lexicon != lexicon).then(|| "the lexicon has changed".to_owned())
    }

    /// The articles of one record, read back from the index.
    pub(crate) fn articles_of(&self, record: &FileRecord) -> Result<Vec<Article>> {
        let reader = Reader::open(&self.dir)?;
        let mut articles = Vec::new();
        for segment in &reader.segments {
            let mut titles = Vec::new();
            segment.each(reader.fields.source, &record.key(), |document| {
                if segment.layout(document).kind == Kind::Title {
                    titles.push(document);
                }
            })?;
            for title in titles {
                articles.push(whole_article(&reader, segment, title)?.article);
            }
        }
        Ok(articles)
    }
}

/// Writes into the live generation or into a new one.
pub(crate) struct Writer {
    fields: Fields,
    engine: IndexWriter,
    index: Index,
    generation: PathBuf,
    is_new: bool,
    words: Vec<String>,
    /// Made when the first article comes: an update without one needs no dictionary.
    cutter: Option<WordCutter>,
    /// The new articles, for finding families.
    gathered: Gathered,
    /// The keys of the records whose articles leave.
    removed: Vec<String>,
}

impl Writer {
    /// Goes on with the live generation.
    pub(crate) fn resume(live: &Live, words: &[String]) -> Result<Self> {
        Self::new(live.engine.clone(), live.generation.clone(), false, words)
    }

    /// Begins a new generation.
    pub(crate) fn create(dir: &Path, words: &[String]) -> Result<Self> {
        let generation = generation::create(dir)?;
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(ZstdCompressor {
                compression_level: Some(ZSTD_LEVEL),
            }),
            docstore_blocksize: STORE_BLOCK,
            ..IndexSettings::default()
        };
        let directory = tantivy::directory::MmapDirectory::open(&generation)
            .map_err(|error| Error::from_engine(error.into()))?;
        let index =
            Index::create(directory, Fields::new().schema, settings).map_err(Error::from_engine)?;
        Self::new(index, generation, true, words)
    }

    fn new(index: Index, generation: PathBuf, is_new: bool, words: &[String]) -> Result<Self> {
        tokenizers::register(index.tokenizers());
        // One thread: files are read and words cut on this one meanwhile.
        let engine: IndexWriter = index
            .writer_with_num_threads(1, MEMORY)
            .map_err(Error::from_engine)?;
        let mut merging = LogMergePolicy::default();
        merging.set_del_docs_ratio_before_merge(0.2);
        engine.set_merge_policy(Box::new(merging));
        Ok(Writer {
            fields: Fields::new(),
            engine,
            index,
            generation,
            is_new,
            words: words.to_vec(),
            cutter: None,
            gathered: Gathered::default(),
            removed: Vec::new(),
        })
    }

    /// Reads a file and adds its articles in place of those that `known` records.
    pub(crate) fn read(
        &mut self,
        root: u32,
        file: &SourceFile,
        known: Option<&FileRecord>,
        options: &ReadOptions,
    ) -> Result<FileRecord> {
        let (hash, parsed) = corpus::read_with(file, options);
        let hash = hash.unwrap_or_default();
        let mut record = FileRecord {
            root: Some(root),
            path: file.path.clone(),
            size: file.size,
            modified_ns: file.modified_ns,
            hash,
            format: parsed.format.name().to_owned(),
            encoding: parsed.encoding,
            said: options.stamp(&file.path),
            problems: parsed.problems,
            ..FileRecord::default()
        };
        if let Some(known) = known {
            let is_same = known.hash == record.hash && known.said == record.said;
            if is_same && !record.hash.is_empty() {
                record.articles = known.articles;
                record.passages = known.passages;
                record.symbols = known.symbols;
                return Ok(record);
            }
            self.remove(known);
        }
        let mut articles = parsed.articles;
        self.add(record, &mut articles)
    }

    /// Adds the articles of one record and counts them in it.
    pub(crate) fn add(
        &mut self,
        mut record: FileRecord,
        articles: &mut Vec<Article>,
    ) -> Result<FileRecord> {
        let key = record.key();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for mut article in articles.drain(..) {
            let hash = |repeat| {
                article_hash(
                    record.root,
                    record.source.as_deref(),
                    &record.path,
                    &article,
                    repeat,
                )
            };
            let mut id = hash(0);
            let repeat = seen.entry(id.clone()).or_default();
            *repeat += 1;
            if *repeat > 1 {
                id = hash(*repeat - 1);
            }
            let blocks = std::mem::take(&mut article.blocks);
            let stored = StoredArticle {
                hash: id,
                root: record.root,
                path: record.path.clone(),
                format: record.format.clone(),
                encoding: record.encoding.clone(),
                article: article.clone(),
            };
            article.blocks = blocks;
            let cutter = self
                .cutter
                .get_or_insert_with(|| WordCutter::new(&self.words));
            let made = documents(&self.fields, cutter, &key, &stored, &article);
            record.articles += 1;
            record.passages += made.passages;
            record.symbols += made.symbols;
            if let Some(family) = made.family {
                self.gathered
                    .add(&self.generation, &stored, &article, family)?;
            }
            // One batch, so that the documents stay neighbours.
            let batch: Vec<UserOperation> =
                made.documents.into_iter().map(UserOperation::Add).collect();
            self.engine.run(batch).map_err(Error::from_engine)?;
        }
        Ok(record)
    }

    /// Removes the articles of a record.
    pub(crate) fn remove(&mut self, record: &FileRecord) {
        let key = record.key();
        let term = Term::from_field_text(self.fields.source, &key);
        self.removed.push(key);
        self.engine.delete_term(term);
    }

    /// Makes all of it, with the state, what searches see from now on.
    pub(crate) fn publish(mut self, dir: &Path, state: &State, compact: bool) -> Result<()> {
        let families = self.write_families(dir)?;
        let name = state.write(&self.generation)?;
        generation::sync_folder(&self.generation)?;
        let payload = serde_json::to_string(&Payload {
            state: name.clone(),
            families: families.clone(),
        })
        .unwrap_or_default();
        let mut commit = self.engine.prepare_commit().map_err(Error::from_engine)?;
        commit.set_payload(&payload);
        commit.commit().map_err(Error::from_engine)?;
        if compact {
            let segments = self
                .index
                .searchable_segment_ids()
                .map_err(Error::from_engine)?;
            if !segments.is_empty() {
                self.engine
                    .merge(&segments)
                    .wait()
                    .map_err(Error::from_engine)?;
            }
        }
        self.engine
            .wait_merging_threads()
            .map_err(Error::from_engine)?;
        if self.is_new {
            generation::publish(dir, &self.generation)?;
        } else {
            generation::remove_others(dir, &self.generation)?;
        }
        remove_old(&self.generation, &[Some(name), families]);
        Ok(())
    }

    /// Writes the families as they are after this update; the name of their file.
    fn write_families(&mut self, dir: &Path) -> Result<Option<String>> {
        let gathered = std::mem::take(&mut self.gathered);
        if self.is_new {
            return gathered.write(&self.generation, None, &[]).map(Some);
        }
        if gathered.is_empty() && self.removed.is_empty() {
            let payload = self.index.load_metas().map_err(Error::from_engine)?.payload;
            return Ok(families_name(payload.as_deref()));
        }
        let live = Reader::open(dir)?;
        gathered
            .write(&self.generation, Some(&live), &self.removed)
            .map(Some)
    }
}

/// Removes files of records and of families that no commit names any more.
fn remove_old(generation: &Path, live: &[Option<String>]) {
    let Ok(entries) = std::fs::read_dir(generation) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = (name.starts_with("files-") && name.ends_with(".jsonl"))
            || (name.starts_with("families-") && name.ends_with(".bin"));
        if is_ours && !live.iter().flatten().any(|live| *live == name) {
            // A reader that has just opened the old one reads it once more.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
