//! Articles added through the library: named sources that a folder update leaves alone.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::disk;
use super::document::article_hash;
use super::filling::Filling;
use super::generation::WriterLock;
use super::lexicon::{self, Touched};
use super::live::Live;
use super::making::Making;
use super::state::{FileRecord, State};
use super::update::sign;
use super::writer::{Moved, Writer};
use crate::article::Article;
use crate::error::{Error, ErrorKind, Result};
use crate::workers::{self, Workers};

/// Adds articles to the named source of the index in `dir`, which is created
/// if need be. An article takes the place of the one in that source with the
/// same given id (or, without one, the same url or title).
///
/// # Errors
///
/// [`ErrorKind::Locked`] if somebody else is writing;
/// [`ErrorKind::OtherFormat`] if the index is of another version.
///
/// ```
/// use cewen::article::{Article, Block, BlockKind, Place};
/// use cewen::{Query, SearchOptions, Searcher};
///
/// let dir = tempfile::tempdir()?;
/// let article = Article {
///     title: "甲市发放算力券".to_owned(),
///     blocks: vec![Block {
///         kind: BlockKind::Paragraph,
///         text: "企业可以申领算力券。".to_owned(),
///         place: Place::default(),
///     }],
///     ..Article::default()
/// };
/// cewen::add(dir.path(), "供稿", vec![article])?;
/// let answer = Searcher::open(dir.path())?
///     .search(&Query::exact("算力券"), &SearchOptions::default())?;
/// assert_eq!(answer.total.articles, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add(dir: &Path, source: &str, articles: Vec<Article>) -> Result<()> {
    change(dir, source, articles, false)
}

/// Removes all articles of a named source from the index in `dir`.
///
/// # Errors
///
/// As [`add`].
pub fn remove(dir: &Path, source: &str) -> Result<()> {
    change(dir, source, Vec::new(), true)
}

/// What the library gives is text already.
const ENCODING: &str = "utf-8";

fn change(dir: &Path, source: &str, articles: Vec<Article>, empties: bool) -> Result<()> {
    if source.is_empty() {
        return Err(Error::new(
            ErrorKind::BadOption,
            "a source of articles needs a name",
        ));
    }
    let _lock = WriterLock::take(dir, "the cewen library", None)?;
    let disk = disk::real();
    let live = Live::open(Arc::clone(&disk), dir)?;
    if let Some(live) = &live {
        super::reader::check_format(dir, &live.state.header)?;
    }
    let mut state = live
        .as_ref()
        .map(|live| live.state.clone())
        .unwrap_or_default();
    let mut writer = match &live {
        Some(live) => Writer::resume(&disk, live, &live.words()?, Touched::default()),
        None => Writer::create(&disk, dir, &[])?,
    };
    let done = workers::with(workers::suitable(), |workers| {
        let (state, writer) = (&mut state, &mut writer);
        changed(workers, state, writer, source, articles, empties)
    });
    match done.and_then(|()| writer.publish(dir, &mut state, false)) {
        Ok(()) => Ok(()),
        Err(error) => {
            writer.abandon(dir);
            Err(error)
        }
    }
}

fn changed(
    workers: &Workers<'_, '_>,
    state: &mut State,
    writer: &mut Writer<'_>,
    source: &str,
    articles: Vec<Article>,
    empties: bool,
) -> Result<()> {
    let is_own = |file: &FileRecord| file.source.as_deref() == Some(source);
    if empties {
        for file in state.files.iter().filter(|file| is_own(file)) {
            writer.remove(file, Moved::Away)?;
        }
        state.files.retain(|file| !is_own(file));
    }
    let mut making = Making::new(workers, writer);
    // One that is given twice counts as it was given last.
    let mut numbers = HashMap::new();
    for article in articles {
        let path = match &article.given_id {
            Some(id) => id.clone(),
            None => article_hash(None, Some(source), "", &article, 0),
        };
        let at = state
            .files
            .iter()
            .position(|file| is_own(file) && file.path == path);
        let known = at.map(|at| state.files.swap_remove(at));
        let record = FileRecord {
            source: Some(source.to_owned()),
            path,
            format: "library".to_owned(),
            encoding: ENCODING.to_owned(),
            ..FileRecord::default()
        };
        let mut filling = Filling::begin(&mut making, writer, record, known.as_ref(), None)?;
        filling.add(article, ENCODING)?;
        let filled = filling.finish()?;
        numbers.insert(filled.record.path.clone(), filled.number);
        state.files.push(filled.record);
    }
    making.settle(writer)?;
    for file in state.files.iter_mut().filter(|file| is_own(file)) {
        if let Some(&number) = numbers.get(&file.path) {
            making.complete(file, number);
        }
    }
    state.header.lexicon = lexicon::shipped();
    sign(state);
    Ok(())
}
