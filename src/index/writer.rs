//! Writes articles and their records, and publishes both in one step.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::schema::Field;
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings};

use super::commit::Payload;
use super::disk::{Access, Disk, EngineDirectory};
use super::document::article_number;
use super::engine::Engine;
use super::families::Gathered;
use super::generation;
use super::last;
use super::lexicon::Touched;
use super::live::{Live, living_files};
use super::making::{Made, Tools};
use super::report::{ArticleChange, ChangeKind};
use super::rows::NewRows;
use super::schema::Fields;
use super::state::{FileRecord, State, write_words};
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
    tools: Arc<Tools>,
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
        let fields = Fields::new();
        Writer {
            disk: Arc::clone(disk),
            live: None,
            tools: Arc::new(Tools::new(&fields, words)),
            fields,
            index,
            engine: None,
            generation,
            words: words.to_vec(),
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

    /// The live generation, if it is the one written into.
    pub(super) fn live(&self) -> Option<&'a Live> {
        self.live
    }

    /// What it takes to make documents for it.
    pub(super) fn tools(&self) -> &Arc<Tools> {
        &self.tools
    }

    /// Whether an article has to be cut again though it is as before.
    pub(super) fn recuts_article(&self, number: u64) -> bool {
        self.touched.ids.contains(&number)
    }

    /// An error if the work is to end.
    pub(super) fn go_on(&self) -> Result<()> {
        match &self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(stopped()),
            _ => Ok(()),
        }
    }

    /// Keeps which row of its file an article is.
    pub(super) fn add_row(&mut self, number: u64, row: u32) {
        self.rows.add(number, row);
    }

    /// Takes up an article that was made into documents.
    pub(super) fn take_up(&mut self, article: Made) -> Result<()> {
        let Made { stored, made, .. } = article;
        if let Some(family) = made.family {
            let (disk, generation) = (&*self.disk, &self.generation);
            self.gathered.add(disk, generation, &stored, family)?;
        }
        self.engine()?.add(made.documents, made.bytes)
    }

    /// Removes an article with this content, and what is known of it.
    pub(super) fn remove_article(&mut self, id: String, content: u64) -> Result<()> {
        self.removed.insert(article_number(&id));
        self.erase(self.fields.article, id, Some(content))
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

/// The error of work that was stopped.
pub(crate) fn stopped() -> Error {
    Error::new(ErrorKind::Stopped, "stopped; the index is as it was before")
        .with_hint("run it again to bring the index up to date")
}
