//! Writes articles and their records, and publishes both in one step.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings};

use super::commit::Payload;
use super::disk::{Access, Disk, EngineDirectory};
use super::document::{StoredArticle, article_hash, article_number, documents, written};
use super::engine::Engine;
use super::families::Gathered;
use super::generation;
use super::last;
use super::lexicon::Touched;
use super::live::{Live, OldArticle, living_files};
use super::report::{ArticleChange, ChangeKind};
use super::rows::{self, NewRows};
use super::schema::Fields;
use super::state::{FileRecord, State, write_words};
use crate::analysis::WordCutter;
use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};

/// Bytes of a block of stored values, which are packed one by one: the engine
/// copies a whole block for each value that is not in the one before.
const STORE_BLOCK: usize = 4_096;

/// Writes into the live generation or into a new one.
pub(crate) struct Writer<'a> {
    disk: Arc<dyn Disk>,
    /// The live generation, if it is the one written into.
    live: Option<&'a Live>,
    fields: Fields,
    index: Index,
    /// Started when there is something to write.
    engine: Option<Engine>,
    generation: PathBuf,
    words: Vec<String>,
    /// Made when the first article comes: an update without one needs no dictionary.
    cutter: Option<WordCutter>,
    /// The new articles, for finding families.
    gathered: Gathered,
    /// The numbers of the articles that leave.
    removed: HashSet<u64>,
    /// The numbers and rows of the articles that were read.
    rows: NewRows,
    /// Articles to be cut again though they are as before.
    touched: Touched,
    /// See [`super::UpdateOptions::stop`].
    stop: Option<Arc<AtomicBool>>,
    /// What became of articles; not kept for a new generation.
    pub(crate) changes: Vec<ArticleChange>,
    /// Articles that were cut again.
    pub(crate) recut: usize,
}

impl<'a> Writer<'a> {
    /// Goes on with the live generation.
    pub(crate) fn resume(
        disk: &Arc<dyn Disk>,
        live: &'a Live,
        words: &[String],
        touched: Touched,
    ) -> Self {
        let (index, generation) = (live.engine.clone(), live.generation.clone());
        let mut writer = Self::new(disk, index, generation, words);
        writer.live = Some(live);
        writer.touched = touched;
        writer
    }

    /// Begins a new generation.
    pub(crate) fn create(disk: &Arc<dyn Disk>, dir: &Path, words: &[String]) -> Result<Self> {
        let generation = generation::create(&**disk, dir)?;
        let settings = IndexSettings {
            docstore_compression: Compressor::None,
            docstore_blocksize: STORE_BLOCK,
            ..IndexSettings::default()
        };
        let index = EngineDirectory::open(Arc::clone(disk), &generation, Access::Maps)
            .and_then(|directory| Index::create(directory, Fields::new().schema, settings))
            .map_err(Error::from_engine)?;
        Ok(Self::new(disk, index, generation, words))
    }

    fn new(disk: &Arc<dyn Disk>, index: Index, generation: PathBuf, words: &[String]) -> Self {
        Writer {
            disk: Arc::clone(disk),
            live: None,
            fields: Fields::new(),
            index,
            engine: None,
            generation,
            words: words.to_vec(),
            cutter: None,
            gathered: Gathered::default(),
            removed: HashSet::new(),
            rows: NewRows::default(),
            touched: Touched::default(),
            stop: None,
            changes: Vec::new(),
            recut: 0,
        }
    }

    /// Ends the work with an error as soon as `stop` is true.
    pub(crate) fn stop_when(&mut self, stop: Option<Arc<AtomicBool>>) {
        self.stop = stop;
    }

    /// Says whether articles of a file have to be cut again.
    pub(crate) fn recuts(&self, record: &FileRecord) -> bool {
        let files = &self.touched.files;
        !files.is_empty() && files.contains(&(record.root, record.path.clone()))
    }

    /// Says whether a new generation is being written.
    pub(crate) fn is_new(&self) -> bool {
        self.live.is_none()
    }

    /// Begins to write the articles of `record` in place of those of `known`.
    /// `moved_from` is the record of the same file at another place.
    pub(crate) fn fill(
        &mut self,
        record: FileRecord,
        known: Option<&FileRecord>,
        moved_from: Option<FileRecord>,
    ) -> Result<Filling<'_, 'a>> {
        let old = match (self.live, known) {
            (Some(live), Some(known)) => live.old_articles(known)?,
            _ => HashMap::new(),
        };
        let old_ids = old.iter().map(|(&content, old)| (old.id, content));
        Ok(Filling {
            key: record.key(),
            path: record.path.as_str().into(),
            old_ids: old_ids.collect(),
            old,
            moved_from,
            record,
            seen: HashSet::new(),
            repeats: HashMap::new(),
            writer: self,
        })
    }

    /// Removes the articles of a record.
    pub(crate) fn remove(&mut self, record: &FileRecord, moved: Moved) -> Result<()> {
        if let Some(live) = self.live {
            let path: Arc<str> = record.path.as_str().into();
            for old in live.old_articles(record)?.into_values() {
                self.removed.insert(old.id);
                if moved == Moved::Away {
                    let (title, date) = live.headline(old)?;
                    self.changes.push(ArticleChange {
                        id: old.id_text(),
                        title,
                        date,
                        path: Arc::clone(&path),
                        kind: ChangeKind::Removed,
                        from: None,
                    });
                }
            }
        }
        self.erase(self.fields.source, record.key(), None)
    }

    fn erase(&mut self, field: Field, term: String, content: Option<u64>) -> Result<()> {
        self.engine()?.erase(field, term, content)
    }

    fn engine(&mut self) -> Result<&mut Engine> {
        let engine = self.take_engine()?;
        Ok(self.engine.insert(engine))
    }

    fn take_engine(&mut self) -> Result<Engine> {
        match self.engine.take() {
            Some(engine) => Ok(engine),
            None => Engine::start(&self.disk, &self.generation, &self.fields),
        }
    }

    /// Makes all of it, with the state, what searches see from now on.
    pub(crate) fn publish(&mut self, dir: &Path, state: &mut State, compact: bool) -> Result<()> {
        let disk = Arc::clone(&self.disk);
        if let Some(engine) = &mut self.engine {
            engine.finish_segments()?;
        }
        state.header.words = write_words(&*disk, &self.generation, &self.words)?;
        state.header.last = self.write_last(dir, state)?;
        let families = self.write_families()?;
        let rows = self.write_rows()?;
        let name = state.write(&*disk, &self.generation)?;
        let payload = serde_json::to_string(&Payload {
            state: name,
            families,
            rows,
        })
        .unwrap_or_default();
        self.take_engine()?.commit(&payload)?;
        if compact {
            self.take_engine()?.merge_all()?;
        }
        if self.is_new() {
            generation::publish(&*disk, dir, &self.generation)?;
        }
        let living = living_files(&self.index, &self.generation)?;
        generation::sweep(&*disk, &self.generation, &living);
        Ok(())
    }

    /// Writes what this update brings, or keeps what the one before brought.
    fn write_last(&self, dir: &Path, state: &State) -> Result<String> {
        let (disk, generation) = (&*self.disk, &self.generation);
        let kept = state.header.last.as_str();
        if !self.is_new() {
            return match self.changes.as_slice() {
                [] => Ok(kept.to_owned()),
                changes => last::write(disk, generation, &state.header, false, changes),
            };
        }
        match generation::current(dir) {
            Ok(live) => last::keep(disk, &live, kept, generation),
            Err(_) => last::write(disk, generation, &state.header, true, &[]),
        }
    }

    /// Writes the families as they are after this update; the name of their file.
    fn write_families(&mut self) -> Result<Option<String>> {
        let gathered = std::mem::take(&mut self.gathered);
        let reader = match self.live {
            None => None,
            Some(live) if gathered.is_empty() && self.removed.is_empty() => {
                return Ok(live.families.clone());
            }
            Some(live) => Some(live.reader()?),
        };
        gathered
            .write(&*self.disk, &self.generation, reader, &self.removed)
            .map(Some)
    }

    /// Writes the rows as they are after this update; the name of their file.
    fn write_rows(&mut self) -> Result<Option<String>> {
        let read = std::mem::take(&mut self.rows);
        let before = match self.live {
            Some(live) if read.is_empty() && self.removed.is_empty() => {
                return Ok(live.rows.clone());
            }
            Some(live) if live.rows.is_some() => Some(&*live.reader()?.rows),
            _ => None,
        };
        read.write(&*self.disk, &self.generation, before, &self.removed)
    }

    /// Gives up: what was written is removed where it can be. Where the fault
    /// came after the new state was published, that state stays.
    pub(crate) fn abandon(mut self, dir: &Path) {
        self.engine = None;
        let is_live = generation::current(dir).is_ok_and(|live| live == self.generation);
        if self.is_new() && !is_live {
            let _ = self.disk.remove_folder(&self.generation);
        } else if let Ok(living) = living_files(&self.index, &self.generation) {
            generation::sweep(&*self.disk, &self.generation, &living);
        }
    }
}

/// Whether the file of a removed record is gone or turned up elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// It is gone.
    Away,
    /// It is elsewhere; its articles are told there.
    Elsewhere,
}

/// Writes the articles of one file, one after the other: only those that the
/// live generation does not hold already.
pub(crate) struct Filling<'w, 'a> {
    writer: &'w mut Writer<'a>,
    record: FileRecord,
    key: String,
    path: Arc<str>,
    /// Articles of the live generation that have not come up yet, by content.
    old: HashMap<u64, OldArticle>,
    /// The content of those by id.
    old_ids: HashMap<u64, u64>,
    moved_from: Option<FileRecord>,
    /// The ids that have come up, and how often if more than once: a table may
    /// have millions of rows.
    seen: HashSet<u64>,
    repeats: HashMap<u64, usize>,
}

impl Filling<'_, '_> {
    /// Writes one article that was read in an encoding, unless it is there.
    pub(crate) fn add(&mut self, mut article: Article, encoding: &str) -> Result<()> {
        let writer = &mut *self.writer;
        if let Some(stop) = &writer.stop
            && stop.load(Ordering::Relaxed)
        {
            return Err(stopped());
        }
        let record = &self.record;
        let hash_in = |record: &FileRecord, repeat| {
            let source = record.source.as_deref();
            article_hash(record.root, source, &record.path, &article, repeat)
        };
        let first = hash_in(record, 0);
        let number = article_number(&first);
        let at = match self.seen.insert(number) {
            true => 0,
            false => {
                let repeats = self.repeats.entry(number).or_default();
                *repeats += 1;
                *repeats
            }
        };
        let id = if at == 0 { first } else { hash_in(record, at) };
        let from = self.moved_from.as_ref().map(|old| hash_in(old, at));
        if let Some(row) = rows::take(&mut article) {
            writer.rows.add(article_number(&id), row);
        }
        let blocks = std::mem::take(&mut article.blocks);
        let stored = StoredArticle {
            hash: id.clone(),
            root: record.root,
            path: record.path.clone(),
            format: record.format.clone(),
            encoding: encoding.to_owned(),
            article: article.clone(),
        };
        article.blocks = blocks;
        let number = article_number(&id);
        let (header, content) = written(&stored, &article);
        self.record.articles += 1;
        let is_touched = writer.touched.ids.contains(&number);
        if let Some(old) = self.old.remove(&content) {
            self.old_ids.remove(&number);
            if let (false, Some(live)) = (is_touched, writer.live) {
                let (passages, symbols) = live.counts(old)?;
                self.record.passages += passages;
                self.record.symbols += symbols;
                return Ok(());
            }
            writer.removed.insert(number);
            writer.erase(writer.fields.article, id.clone(), Some(content))?;
            writer.recut += 1;
        } else if !writer.is_new() {
            let replaced = self.old_ids.remove(&number);
            let kind = match (&replaced, &from) {
                (Some(_), _) => ChangeKind::Changed,
                (None, Some(_)) => ChangeKind::Moved,
                (None, None) => ChangeKind::Added,
            };
            writer.changes.push(ArticleChange {
                id: id.clone(),
                title: article.title.clone(),
                date: article.date.as_ref().map(|date| date.iso.clone()),
                path: Arc::clone(&self.path),
                kind,
                from: from.filter(|_| kind == ChangeKind::Moved),
            });
            if let Some(content) = replaced {
                self.old.remove(&content);
                writer.removed.insert(number);
                writer.erase(writer.fields.article, id, Some(content))?;
            }
        }
        let cutter = writer
            .cutter
            .get_or_insert_with(|| WordCutter::new(&writer.words));
        let made = documents(
            &writer.fields,
            cutter,
            &self.key,
            &stored,
            &article,
            (header, content),
        );
        self.record.passages += made.passages;
        self.record.symbols += made.symbols;
        if let Some(family) = made.family {
            let (disk, generation) = (&*writer.disk, &writer.generation);
            let gathered = &mut writer.gathered;
            gathered.add(disk, generation, &stored, &article, family)?;
        }
        writer.engine()?.add(made.documents, made.bytes)
    }

    /// Keeps the old articles that did not come up again; yields the record.
    pub(crate) fn keep_rest(mut self) -> Result<FileRecord> {
        if let Some(live) = self.writer.live {
            for old in self.old.into_values() {
                let (passages, symbols) = live.counts(old)?;
                self.record.articles += 1;
                self.record.passages += passages;
                self.record.symbols += symbols;
            }
        }
        Ok(self.record)
    }

    /// Removes the old articles that did not come up again; yields the record.
    pub(crate) fn finish(self) -> Result<FileRecord> {
        for (content, old) in self.old {
            let id = old.id_text();
            let headline = self.writer.live.map(|live| live.headline(old));
            let (title, date) = headline.transpose()?.unwrap_or_default();
            self.writer.changes.push(ArticleChange {
                id: id.clone(),
                title,
                date,
                path: Arc::clone(&self.path),
                kind: ChangeKind::Removed,
                from: None,
            });
            self.writer.removed.insert(old.id);
            let field = self.writer.fields.article;
            self.writer.erase(field, id, Some(content))?;
        }
        Ok(self.record)
    }
}

/// The error of work that was stopped.
pub(crate) fn stopped() -> Error {
    Error::new(ErrorKind::Stopped, "stopped; the index is as it was before")
        .with_hint("run it again to bring the index up to date")
}
