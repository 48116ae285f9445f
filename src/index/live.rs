//! The live generation, as an update finds it: its state, and the articles of
//! its files, for telling which of them changed.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::{DocId, Index};

use super::commit::{families_name, rows_name, state_name};
use super::disk::{Access, Disk};
use super::document::hash_of;
use super::generation;
use super::lexicon;
use super::reader::{META, Reader, check_format, open_engine};
use super::schema::{Fields, Kind};
use super::show::whole_article;
use super::state::{FileRecord, Header, State, StateFile, read_words};
use crate::article::Article;
use crate::error::{Error, Result};

/// The live generation.
pub(crate) struct Live {
    dir: PathBuf,
    pub(crate) generation: PathBuf,
    pub(crate) engine: Index,
    pub(crate) state: State,
    /// The name of the file of families.
    pub(crate) families: Option<String>,
    /// The name of the file of rows.
    pub(crate) rows: Option<String>,
    reader: OnceCell<Reader>,
}

/// An article of a file, as the live generation holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OldArticle {
    segment: usize,
    title: DocId,
    /// Its id as a number.
    pub(crate) id: u64,
}

impl Live {
    /// Opens the live generation; `None` if there is no index yet.
    pub(crate) fn open(disk: Arc<dyn Disk>, dir: &Path) -> Result<Option<Self>> {
        if !generation::exists(dir) {
            return Ok(None);
        }
        let generation = generation::current(dir)?;
        let engine = open_engine(disk, &generation, Access::Maps)?;
        let payload = engine.load_metas().map_err(Error::from_engine)?.payload;
        let families = families_name(payload.as_deref());
        let rows = rows_name(payload.as_deref());
        let state_name = state_name(&generation, payload.as_deref())?;
        let state = StateFile::open(&generation, &state_name)?.read()?;
        Ok(Some(Live {
            dir: dir.to_path_buf(),
            generation,
            engine,
            state,
            families,
            rows,
            reader: OnceCell::new(),
        }))
    }

    /// Why the index has to be built anew, if it has.
    pub(crate) fn outdated(&self, header: &Header) -> Option<String> {
        if let Err(error) = check_format(&self.dir, header) {
            return Some(error.to_string());
        }
        if self.engine.schema() != Fields::new().schema {
            return Some("its fields are those of another version".to_owned());
        }
        (header.lexicon != lexicon::shipped())
            .then(|| "the lexicon shipped with cewen has changed".to_owned())
    }

    /// The words that a person had added when it was written.
    pub(crate) fn words(&self) -> Result<Vec<String>> {
        read_words(&self.generation, &self.state.header.words)
    }

    /// The files in its folder that belong to it.
    pub(crate) fn living_files(&self) -> Result<HashSet<PathBuf>> {
        living_files(&self.engine, &self.generation)
    }

    /// It, opened for reading.
    pub(crate) fn reader(&self) -> Result<&Reader> {
        if let Some(reader) = self.reader.get() {
            return Ok(reader);
        }
        let reader = Reader::open_whatever_version(&self.dir)?;
        Ok(self.reader.get_or_init(|| reader))
    }

    /// The headline and the date of an article.
    pub(crate) fn headline(&self, old: OldArticle) -> Result<(String, Option<String>)> {
        let reader = self.reader()?;
        let stored = reader.segments[old.segment].article(old.title)?;
        let date = stored.article.date.map(|date| date.iso);
        Ok((stored.article.title, date))
    }

    /// The articles of a file by their content hashes.
    pub(crate) fn old_articles(&self, record: &FileRecord) -> Result<HashMap<u64, OldArticle>> {
        let reader = self.reader()?;
        let mut articles = HashMap::with_capacity(record.articles);
        for (number, segment) in reader.segments.iter().enumerate() {
            let contents = segment.contents()?;
            let mut titles = Vec::new();
            segment.each(reader.fields.source, &record.key(), |title| {
                titles.push(title)
            })?;
            for title in titles {
                let old = OldArticle {
                    segment: number,
                    title,
                    id: segment.number(title)?,
                };
                articles.insert(contents.first(title).unwrap_or_default(), old);
            }
        }
        Ok(articles)
    }

    /// The passages and symbols of an article.
    pub(crate) fn counts(&self, old: OldArticle) -> Result<(usize, u64)> {
        let segment = &self.reader()?.segments[old.segment];
        Ok((segment.passages(old.title), segment.size(old.title)))
    }

    /// The articles of one record, read back from the index.
    pub(crate) fn articles_of(&self, record: &FileRecord) -> Result<Vec<Article>> {
        let reader = self.reader()?;
        let mut articles = Vec::new();
        for segment in &reader.segments {
            let mut titles = Vec::new();
            segment.each(reader.fields.source, &record.key(), |document| {
                // In an index of format 1 all documents have the key.
                if segment.kind(document) == Kind::Title {
                    titles.push(document);
                }
            })?;
            for title in titles {
                articles.push(whole_article(reader, segment, title)?.article);
            }
        }
        Ok(articles)
    }
}

impl OldArticle {
    /// Its id within the index.
    pub(crate) fn id_text(self) -> String {
        hash_of(self.id)
    }
}

/// The files of a generation that its last commit names: those of the engine,
/// and the state file with what its header names. Asks the disk and nobody's
/// memory: an update that failed may have failed after its commit.
pub(crate) fn living_files(engine: &Index, generation: &Path) -> Result<HashSet<PathBuf>> {
    let metas = engine.load_metas().map_err(Error::from_engine)?;
    let payload = metas.payload.as_deref();
    let state = state_name(generation, payload)?;
    let header = StateFile::open(generation, &state)?.header()?;
    let mut files = metas.list_segment_files();
    let named = [META.to_owned(), state, header.words, header.last];
    files.extend(named.map(PathBuf::from));
    files.extend(families_name(payload).map(PathBuf::from));
    files.extend(rows_name(payload).map(PathBuf::from));
    Ok(files)
}
