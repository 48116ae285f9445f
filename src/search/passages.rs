//! All articles and passages of an index, in the order they are stored: for
//! programs that read a whole corpus, such as evaluation and the lexicon.
//!
//! Furniture and headings of their own are left out; nothing is ranked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tantivy::DocId;

use super::Searcher;
use crate::error::Result;
use crate::index::{FullArticle, Kind, Segment, article_id, title_of, whole_article};

/// An article of the index: how it is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedArticle {
    /// Its id: the given one if unique in the index.
    pub id: String,
    /// The file, relative to its root, with `/`.
    pub path: String,
    /// What all its reprints have in common: the id of the earliest of them;
    /// its own if it has none.
    pub family: String,
}

/// A passage of the index with what a corpus study needs of its article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexedPassage {
    /// The article's id, `#` and the passage's number in it, from 1.
    pub id: String,
    /// The article's date: an ISO prefix (`2024`, `2024-05`, `2024-05-30`).
    pub date: Option<String>,
    /// The original text: whole paragraphs joined with line ends.
    pub text: String,
}

impl Searcher {
    /// Goes through all articles of the index.
    ///
    /// # Errors
    ///
    /// An item is an error if the index cannot be read there.
    pub fn articles(&self) -> impl Iterator<Item = Result<IndexedArticle>> + '_ {
        let titles = self.documents(Kind::Title);
        titles.map(|(segment, document)| {
            let reader = self.reader();
            let stored = segment.article(document)?;
            let id = article_id(reader, &stored)?;
            let first = reader.family_of(segment.base + document)?;
            let family = match first == segment.number(document)? {
                true => id.clone(),
                false => match reader.title_with(first)? {
                    Some(title) => {
                        let (segment, title) = reader.locate(title);
                        article_id(reader, &segment.article(title)?)?
                    }
                    None => id.clone(),
                },
            };
            Ok(IndexedArticle {
                id,
                path: stored.shown_path(),
                family,
            })
        })
    }

    /// Goes through all passages of the index, those of an article in order;
    /// furniture is left out.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let news = folder.path().join("新闻");
    /// # std::fs::create_dir(&news)?;
    /// # std::fs::write(news.join("甲市.txt"), "甲市发放首批算力券\n\n甲市发放算力券。")?;
    /// # let index = folder.path().join("index");
    /// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
    /// # cewen::update(&index, &options, &mut |_| ())?;
    /// let searcher = cewen::Searcher::open(&index)?;
    /// let texts: Vec<String> = searcher
    ///     .passages()
    ///     .map(|passage| Ok(passage?.text))
    ///     .collect::<cewen::Result<_>>()?;
    /// assert_eq!(texts, ["甲市发放算力券。"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An item is an error if the index cannot be read there.
    pub fn passages(&self) -> impl Iterator<Item = Result<IndexedPassage>> + '_ {
        let mut article = String::new();
        let mut date = None;
        // The title document that `article` and `date` are of.
        let mut title = None;
        let mut number = 0;
        let passages = self.documents(Kind::Passage);
        passages.map(move |(segment, document)| {
            let own = (segment.base, document - segment.layout(document).before);
            if title != Some(own) {
                let stored = segment.article(own.1)?;
                article = article_id(self.reader(), &stored)?;
                date = stored.article.date.map(|date| date.iso);
                title = Some(own);
                number = 0;
            }
            number += 1;
            Ok(IndexedPassage {
                id: format!("{article}#{number}"),
                date: date.clone(),
                text: segment.passage(document)?.text,
            })
        })
    }

    /// Reads a whole article as [`Searcher::article`] does, without the problems
    /// and the hash of its file, for which all file records are read.
    pub(crate) fn whole(&self, id: &str) -> Result<FullArticle> {
        let reader = self.reader();
        let (segment, title) = reader.locate(title_of(reader, id)?);
        whole_article(reader, segment, title)
    }

    /// The folders (or single files) that the index follows, as they can be
    /// opened from the current folder.
    pub fn roots(&self) -> Vec<PathBuf> {
        let roots = self.reader().header.roots.iter();
        roots
            .map(|root| root.location(&self.reader().dir))
            .collect()
    }

    /// How many passages hold `word` (folded) as an indexed word, by the words
    /// that the index was cut with. Counted as a search counts: a title or
    /// heading as the passage it is shown with, furniture left out.
    pub(crate) fn passages_with_word(&self, word: &str) -> Result<usize> {
        let reader = self.reader();
        let mut count = 0;
        for segment in &reader.segments {
            let mut shown = BTreeSet::new();
            segment.each(reader.fields.words, word, |document| {
                let layout = segment.layout(document);
                if layout.kind != Kind::Furniture {
                    shown.insert(segment.shown(document, layout));
                }
            })?;
            count += shown.len();
        }
        Ok(count)
    }

    pub(crate) fn documents(&self, kind: Kind) -> impl Iterator<Item = (&Segment, DocId)> {
        self.reader().segments.iter().flat_map(move |segment| {
            (0..segment.documents())
                .filter(move |&document| {
                    segment.is_live(document) && segment.kind(document) == kind
                })
                .map(move |document| (segment, document))
        })
    }
}
