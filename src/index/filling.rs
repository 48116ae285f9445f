//! Takes up the articles of one file, one after the other: only those that the
//! live generation does not hold already.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::document::{StoredArticle, article_hash, article_number, written};
use super::live::OldArticle;
use super::making::{Making, Unmade};
use super::report::{ArticleChange, ChangeKind};
use super::rows;
use super::state::FileRecord;
use super::writer::Writer;
use crate::article::Article;
use crate::error::Result;

/// A file whose articles are taken up.
pub(crate) struct Filling<'m, 'w, 'env, 'a> {
    writer: &'m mut Writer<'a>,
    making: &'m mut Making<'w, 'env>,
    /// Its number among those of `making`.
    number: usize,
    record: FileRecord,
    key: Arc<str>,
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

/// A file whose articles were all taken up. Those that are being made are not
/// counted yet: see [`Making::complete`].
pub(crate) struct Filled {
    pub(crate) record: FileRecord,
    pub(crate) number: usize,
}

impl<'m, 'w, 'env, 'a> Filling<'m, 'w, 'env, 'a> {
    /// Begins to write the articles of `record` in place of those of `known`.
    /// `moved_from` is the record of the same file at another place.
    pub(crate) fn begin(
        making: &'m mut Making<'w, 'env>,
        writer: &'m mut Writer<'a>,
        record: FileRecord,
        known: Option<&FileRecord>,
        moved_from: Option<FileRecord>,
    ) -> Result<Self> {
        let old = match (writer.live(), known) {
            (Some(live), Some(known)) => live.old_articles(known)?,
            _ => HashMap::new(),
        };
        let old_ids = old.iter().map(|(&content, old)| (old.id, content));
        Ok(Filling {
            key: record.key().into(),
            path: record.path.as_str().into(),
            old_ids: old_ids.collect(),
            old,
            moved_from,
            record,
            seen: HashSet::new(),
            repeats: HashMap::new(),
            number: making.begin_file(),
            making,
            writer,
        })
    }

    /// Takes up one article that was read in an encoding, unless it is there.
    pub(crate) fn add(&mut self, mut article: Article, encoding: &str) -> Result<()> {
        self.writer.go_on()?;
        let record = &mut self.record;
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
        let number = article_number(&id);
        if let Some(row) = rows::take(&mut article) {
            self.writer.add_row(number, row);
        }
        record.articles += 1;
        let mut unmade = Unmade {
            file: self.number,
            key: Arc::clone(&self.key),
            stored: StoredArticle {
                hash: id,
                root: record.root,
                path: record.path.clone(),
                format: record.format.clone(),
                encoding: encoding.to_owned(),
                article,
            },
            written: None,
        };
        if !self.writer.is_new() && !self.is_wanted(&mut unmade, from)? {
            return Ok(());
        }
        self.making.add(unmade, self.writer)
    }

    /// Says whether the live generation has to be given an article, and makes
    /// room for it there. `from` is the id that it had in a file that moved.
    fn is_wanted(&mut self, unmade: &mut Unmade, from: Option<String>) -> Result<bool> {
        let writer = &mut *self.writer;
        let id = unmade.stored.hash.clone();
        let number = article_number(&id);
        // Only what was there before can be the same.
        if !self.old.is_empty() {
            let (header, content) = written(&mut unmade.stored);
            unmade.written = Some((header, content));
            if let Some(old) = self.old.remove(&content) {
                self.old_ids.remove(&number);
                if let (false, Some(live)) = (writer.recuts_article(number), writer.live()) {
                    let (passages, symbols) = live.counts(old)?;
                    self.making.count(self.number, passages, symbols);
                    return Ok(false);
                }
                writer.recut += 1;
                writer.remove_article(id, content)?;
                return Ok(true);
            }
        }
        let article = &unmade.stored.article;
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
            writer.remove_article(id, content)?;
        }
        Ok(true)
    }

    /// Keeps the old articles that did not come up again.
    pub(crate) fn keep_rest(mut self) -> Result<Filled> {
        if let Some(live) = self.writer.live() {
            for old in self.old.into_values() {
                let (passages, symbols) = live.counts(old)?;
                self.record.articles += 1;
                self.making.count(self.number, passages, symbols);
            }
        }
        Ok(Filled {
            record: self.record,
            number: self.number,
        })
    }

    /// Removes the old articles that did not come up again.
    pub(crate) fn finish(self) -> Result<Filled> {
        for (content, old) in self.old {
            let id = old.id_text();
            let headline = self.writer.live().map(|live| live.headline(old));
            let (title, date) = headline.transpose()?.unwrap_or_default();
            self.writer.changes.push(ArticleChange {
                id: id.clone(),
                title,
                date,
                path: Arc::clone(&self.path),
                kind: ChangeKind::Removed,
                from: None,
            });
            self.writer.remove_article(id, content)?;
        }
        Ok(Filled {
            record: self.record,
            number: self.number,
        })
    }
}
