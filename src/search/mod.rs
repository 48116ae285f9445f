//! Query → plan → scored, laned, grouped, counted hits.
//!
//! In reading order:
//!
//! - [`answer`]: what a search takes and gives;
//! - `words`: a query cut with the words of the index;
//! - `mask`: question and function words;
//! - `part`: a bare part of a query read;
//! - `plan`: what a query asks of the index;
//! - `literal`: documents that hold a pattern;
//! - `days`: days held against a range of dates;
//! - `sets`: conditions on passages, a segment at once;
//! - `frequency`: in how many articles a term stands;
//! - `score`: BM25 over articles and passages;
//! - `rank`: lanes, order, pages, counts;
//! - `postings`: posting lists read forward;
//! - `texts`: the texts of a query, each found once;
//! - `question`: what a query asks of every article;
//! - `batch`: neighbouring articles of a segment at once;
//! - `bits`: sets of their documents;
//! - `over`: which passages documents stand over;
//! - `terms`: the terms of a query in a batch;
//! - `proof`: what shows that a text stands in a document;
//! - `standing`: where the texts of a query stand in a batch;
//! - `conditions`: conditions on the passages of a batch;
//! - `decide`: which passages of a batch are hits of a lane;
//! - `article_texts`: the texts of a query in one article after the other;
//! - `judge`: one article scored;
//! - `driver`: posting lists read batch by batch;
//! - `reach`: which articles a lane can hold;
//! - `top`: the best of a list, and hits counted;
//! - `best`: the best articles of many, not all looked at;
//! - `few`: the best articles of few, all looked at;
//! - `hits`: the page fetched, marked, explained;
//! - [`family`](Searcher::family): the reprints of an article;
//! - `parts`: the parts of a query, left out and replaced;
//! - `together`: articles that hold several texts, counted;
//! - `zero`: an empty or thin answer explained;
//! - `homophone`: characters that sound alike;
//! - `nearest`: texts near one that finds little;
//! - `suggest`: what may have been meant;
//! - `passages`: all articles and passages, unranked;
//! - `matched`: the articles that a query finds, unranked, for counting.

mod answer;
mod article_texts;
mod batch;
mod best;
mod bits;
mod conditions;
mod days;
mod decide;
mod driver;
mod family;
mod few;
mod frequency;
mod hits;
mod homophone;
mod judge;
mod literal;
mod mask;
mod matched;
mod nearest;
mod over;
mod part;
mod parts;
mod passages;
mod plan;
mod postings;
mod proof;
mod question;
mod rank;
mod reach;
mod score;
mod sets;
mod standing;
mod suggest;
mod terms;
#[cfg(test)]
mod tests;
mod texts;
mod together;
mod top;

mod words;
mod zero;

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

pub(crate) use answer::Among;
pub use answer::{
    Answer, ArticleInfo, Attempt, AttemptKind, FamilyInfo, FirstInfo, Group, Hit, Lane, LaneCounts,
    PassageInfo, Ranked, ScorePart, SearchOptions, Sort, Stale, Suggestion, SuggestionKind, Total,
};
pub use family::{Family, FamilyMember};
pub use passages::{IndexedArticle, IndexedPassage};

pub(crate) use crate::index::{document_number as document_key, folded as name_key};
pub(crate) use matched::{KeyField, Matched};

use crate::error::{Error, ErrorKind, Result};
use crate::index::{FullArticle, Reader, article_id, find, freshness};
use crate::query::{Expr, Field, Query};
use best::Bounded;
use frequency::Limits;
use plan::Plan;
use rank::{Candidate, Ranking, candidates};
use score::{Scores, scores};
use sets::Evaluator;

/// An index opened for searching: the state it had when it was opened.
///
/// `Send` and `Sync`; takes no lock and writes nothing.
pub struct Searcher {
    reader: Reader,
    /// How many articles have no date.
    undated: OnceLock<usize>,
    /// What the last look at the folders found, and in which second.
    stale: Mutex<Option<(u64, Stale)>>,
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher")
            .field("generation", &self.reader.generation)
            .finish_non_exhaustive()
    }
}

impl Searcher {
    /// Opens the index in `dir`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoIndex`] if there is none, [`ErrorKind::OtherFormat`] if
    /// another version of cewen wrote it, [`ErrorKind::Damaged`] or
    /// [`ErrorKind::Engine`] if it cannot be read.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        Ok(Searcher {
            reader: Reader::open(dir.as_ref())?,
            undated: OnceLock::new(),
            stale: Mutex::default(),
        })
    }

    /// Opens the index again if an update has been published since it was
    /// opened; says whether one had. Costs two small files read where none had.
    /// After an error it is what it was before, and can still be searched.
    ///
    /// # Errors
    ///
    /// As [`Searcher::open`].
    pub fn refresh(&mut self) -> Result<bool> {
        if self.reader.is_current() {
            return Ok(false);
        }
        self.reader = Reader::open(&self.reader.dir)?;
        self.undated = OnceLock::new();
        Ok(true)
    }

    /// Searches for `query`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadQuery`] if there is nothing in the query to search for;
    /// otherwise only if the index cannot be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Answer> {
        let started = Instant::now();
        let (plan, ranking, scores) = self.ranking(query, options)?;
        let mut answer = Answer {
            query: query.to_string(),
            lanes: ranking.lanes,
            total: ranking.total,
            hits: hits::hits(&self.reader, &plan, &ranking, &scores, options)?,
            ..Answer::default()
        };
        if query.filters().any(|filter| filter.field == Field::Date) {
            answer.undated = self.undated();
        }
        answer.notes = plan.notes;
        answer.stale = Some(self.stale());
        self.explain_thin(query, options, &mut answer)?;
        answer.took = started.elapsed();
        Ok(answer)
    }

    /// Searches for `query` in some passages only: all hits, nothing explained,
    /// the folders not looked at. Counts are of these passages.
    pub(crate) fn search_among(
        &self,
        query: &Query,
        options: &SearchOptions,
        among: &Among<'_>,
    ) -> Result<Answer> {
        let started = Instant::now();
        if among.passages.is_empty() {
            return Ok(Answer {
                query: query.to_string(),
                ..Answer::default()
            });
        }
        let reader = &self.reader;
        let plan = self.plan(query)?;
        let scores = scores(
            reader,
            &plan.terms,
            options.all_text,
            Limits::STANDARD,
            None,
        )?;
        let mut found = candidates(reader, &plan, &scores, options.all_text)?;
        found.retain(|candidate| among.passages.binary_search(&candidate.passage).is_ok());
        let new = found.len();
        found.retain(|candidate| candidate.lane <= among.weakest);
        let weak = new - found.len();
        let mut ranking = self.ranked(&plan, &scores, found, options)?;
        ranking.lanes.some += weak;
        Ok(Answer {
            query: query.to_string(),
            lanes: ranking.lanes,
            total: ranking.total,
            hits: hits::hits(reader, &plan, &ranking, &scores, options)?,
            took: started.elapsed(),
            ..Answer::default()
        })
    }

    /// Says whether `query` can be searched for.
    pub(crate) fn check(&self, query: &Query) -> Result<()> {
        self.plan(query).map(|_| ())
    }

    /// Looks at a part of the folders, another one each second; many searches
    /// within one second look once.
    pub(crate) fn stale(&self) -> Stale {
        let second = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        // A search that panicked while it looked has not looked.
        let mut last = self.stale.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((then, stale)) if *then == second => stale.clone(),
            _ => {
                let fresh = freshness(&self.reader, second);
                let stale = Stale {
                    changed: fresh.changed,
                    checked: fresh.checked,
                    of: self.reader.header.files,
                    at_least: fresh.at_least,
                    missing: fresh.missing,
                    own: fresh.own,
                };
                *last = Some((second, stale.clone()));
                stale
            }
        }
    }

    /// Ranks articles for `query` without fetching their passages: for
    /// evaluations and other uses that need ids and scores only.
    ///
    /// # Errors
    ///
    /// As [`Searcher::search`].
    pub fn rank(&self, query: &Query, options: &SearchOptions) -> Result<Vec<Ranked>> {
        let (_, ranking, _) = self.ranking(query, options)?;
        let ranked = ranking.page.into_iter().map(|(rank, entry)| {
            let (segment, title) = self.reader.locate(entry.title);
            let stored = segment.article(title)?;
            let id = article_id(&self.reader, &stored)?;
            Ok(Ranked {
                id,
                rank,
                lane: entry.lane,
                score: entry.score,
            })
        });
        ranked.collect()
    }

    /// Reads a whole article by its id, the id of one of its passages
    /// (`ID#3`), or a prefix that no other article's id has.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoSuchId`] if no article, or more than one, has it.
    pub fn article(&self, id: &str) -> Result<FullArticle> {
        find(&self.reader, id)
    }

    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    fn ranking(&self, query: &Query, options: &SearchOptions) -> Result<(Plan, Ranking, Scores)> {
        let plan = self.plan(query)?;
        let (reader, limits) = (&self.reader, Limits::STANDARD);
        let wants_the_best = rank::wants_the_best(options, self.sort(&plan, options));
        if wants_the_best && best::is_wide(reader, &plan, limits)? {
            let bounded = Bounded::new(reader, &plan, options, limits)?;
            let path = |title| self.path(title);
            let (ranking, scores) = Ranking::of_best(reader, &bounded, options, &path)?;
            return Ok((plan, ranking, scores));
        }
        let scores = scores(reader, &plan.terms, options.all_text, limits, None)?;
        let found = candidates(reader, &plan, &scores, options.all_text)?;
        let ranking = self.ranked(&plan, &scores, found, options)?;
        Ok((plan, ranking, scores))
    }

    fn plan(&self, query: &Query) -> Result<Plan> {
        let plan = Plan::new(&self.reader, query)?;
        if plan.conditions.is_empty() && plan.parts.is_empty() {
            return Err(nothing_to_search_for(query));
        }
        Ok(plan)
    }

    fn ranked(
        &self,
        plan: &Plan,
        scores: &Scores,
        found: Vec<Candidate>,
        options: &SearchOptions,
    ) -> Result<Ranking> {
        let sort = self.sort(plan, options);
        let path = |title| self.path(title);
        Ranking::new(&self.reader, scores, found, options, sort, &path)
    }

    /// Without any text there is no relevance: then the newest come first.
    fn sort(&self, plan: &Plan, options: &SearchOptions) -> Sort {
        match plan.has_positive_text() {
            true => options.sort,
            false => Sort::Date,
        }
    }

    /// The path of the article whose title document is given.
    fn path(&self, title: u32) -> Result<String> {
        let (segment, document) = self.reader.locate(title);
        Ok(segment.article(document)?.path)
    }

    fn undated(&self) -> usize {
        let reader = &self.reader;
        let of = |segment| {
            Evaluator {
                reader,
                segment,
                all_text: false,
            }
            .undated()
        };
        let all = || reader.segments.iter().map(of).sum();
        *self.undated.get_or_init(all)
    }
}

fn nothing_to_search_for(query: &Query) -> Error {
    let quote = query
        .parts
        .iter()
        .find(|part| matches!(part, Expr::Phrase(_)));
    let what = match quote {
        Some(quote) => format!("the quote {quote} holds nothing that can be searched for"),
        None => "the query holds nothing to search for".to_owned(),
    };
    Error::new(ErrorKind::BadQuery, what).with_hint("give a word or a text, such as 算力券")
}
