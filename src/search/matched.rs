//! The articles that a query finds, unranked, and what is known of them: for
//! counting (see [`crate::survey`]), which names no engine type.

use super::answer::{ArticleInfo, Hit};
use super::frequency::Limits;
use super::hits;
use super::plan::Plan;
use super::rank::{Candidate, candidates};
use super::score::scores;
use super::{Searcher, nothing_to_search_for};
use crate::error::{Error, Result};
use crate::index::{PostingList, Segment};
use crate::query::Query;

/// What a query finds.
pub(crate) struct Matched {
    /// In the order of the index.
    pub(crate) articles: Vec<MatchedArticle>,
    /// What a person should know about how the query was understood.
    pub(crate) notes: Vec<String>,
    plan: Plan,
    candidates: Vec<Candidate>,
}

/// An article that a query finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MatchedArticle {
    /// Its title document.
    pub(crate) title: u32,
    /// How many of its passages are hits.
    pub(crate) passages: u32,
    /// Where its first hit stands among the candidates.
    first: usize,
}

/// A keyword field of articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyField {
    Region,
    Outlet,
    Author,
    Cites,
    Wenhao,
    Format,
}

/// A value of a keyword field, and those of the matched articles that have it,
/// as sorted places in [`Matched::articles`].
pub(crate) struct Keyed {
    pub(crate) key: String,
    pub(crate) articles: Vec<u32>,
}

impl Searcher {
    /// Finds all articles that have a hit of `query`. All lanes count.
    pub(crate) fn matched(&self, query: &Query, all_text: bool) -> Result<Matched> {
        let reader = self.reader();
        let mut plan = Plan::new(reader, query)?;
        if plan.conditions.is_empty() && plan.parts.is_empty() {
            return Err(nothing_to_search_for(query));
        }
        // Evidence decides what a bare part finds; nothing else needs scores.
        if plan.parts.is_empty() {
            plan.terms.clear();
        }
        let scores = scores(reader, &plan.terms, all_text, Limits::STANDARD, None)?;
        let candidates = candidates(reader, &plan, &scores, all_text)?;
        let mut articles: Vec<MatchedArticle> = Vec::new();
        for (number, candidate) in candidates.iter().enumerate() {
            match articles.last_mut() {
                Some(last) if last.title == candidate.title => last.passages += 1,
                _ => articles.push(MatchedArticle {
                    title: candidate.title,
                    passages: 1,
                    first: number,
                }),
            }
        }
        Ok(Matched {
            articles,
            notes: std::mem::take(&mut plan.notes),
            plan,
            candidates,
        })
    }

    /// All articles of the index, as if a query had found each.
    pub(crate) fn all_matched(&self) -> Matched {
        let titles = self.documents(crate::index::Kind::Title);
        let articles = titles
            .enumerate()
            .map(|(number, (segment, document))| MatchedArticle {
                title: segment.base + document,
                passages: segment.passages(document) as u32,
                first: number,
            });
        Matched {
            articles: articles.collect(),
            notes: Vec::new(),
            plan: Plan::default(),
            candidates: Vec::new(),
        }
    }

    /// The values of a keyword field among the matched articles, in their order.
    pub(crate) fn keyed(&self, field: KeyField, matched: &Matched) -> Result<Vec<Keyed>> {
        let reader = self.reader();
        let fields = &reader.fields;
        let field = match field {
            KeyField::Region => fields.region,
            KeyField::Outlet => fields.outlet,
            KeyField::Author => fields.author,
            KeyField::Cites => fields.cites,
            KeyField::Wenhao => fields.wenhao,
            KeyField::Format => fields.format,
        };
        let mut keyed = std::collections::BTreeMap::<String, Vec<u32>>::new();
        for segment in &reader.segments {
            let (start, places) = places(segment, matched);
            each_key(segment, field, |key, documents| {
                let mut found = documents
                    .iter()
                    .filter_map(|&document| places[document as usize].checked_sub(1))
                    .map(|place| start + place)
                    .peekable();
                if found.peek().is_some() {
                    match keyed.get_mut(key) {
                        Some(articles) => articles.extend(found),
                        None => {
                            keyed.insert(key.to_owned(), found.collect());
                        }
                    }
                }
            })?;
        }
        let keyed = keyed.into_iter();
        Ok(keyed
            .map(|(key, articles)| Keyed { key, articles })
            .collect())
    }

    /// The first and last day a matched article can be of, as `yyyymmdd`; 0 if undated.
    pub(crate) fn days(&self, article: &MatchedArticle) -> (u64, u64) {
        let (segment, document) = self.reader().locate(article.title);
        segment.days(document)
    }

    /// What stands for the family of a matched article: the same number for all
    /// reprints of one text.
    pub(crate) fn family_of(&self, article: &MatchedArticle) -> Result<u64> {
        self.reader().family_of(article.title)
    }

    /// What an article is known by.
    pub(crate) fn article_info(&self, article: &MatchedArticle) -> Result<ArticleInfo> {
        hits::article(self.reader(), &Plan::default(), article.title)
    }

    /// The stored article without its text.
    pub(crate) fn stored(&self, article: &MatchedArticle) -> Result<crate::article::Article> {
        let (segment, document) = self.reader().locate(article.title);
        Ok(segment.article(document)?.article)
    }

    /// The first hit of a matched article, in the order of its text.
    pub(crate) fn first_hit(
        &self,
        matched: &Matched,
        article: &MatchedArticle,
        window_chars: usize,
    ) -> Result<Hit> {
        let candidate = matched.candidates[article.first];
        self.hit(
            &matched.plan,
            candidate,
            article.passages as usize - 1,
            window_chars,
        )
    }

    fn hit(
        &self,
        plan: &Plan,
        candidate: Candidate,
        more: usize,
        window_chars: usize,
    ) -> Result<Hit> {
        let reader = self.reader();
        let article = hits::article(reader, plan, candidate.title)?;
        let passage = hits::passage(reader, plan, candidate, &article.id, window_chars)?;
        Ok(Hit {
            rank: 1,
            score: 0.0,
            lane: candidate.lane,
            article,
            passage,
            more,
            explanation: None,
        })
    }
}

/// The place of each document of a segment among the matched articles of the
/// segment, from 1 (0: not matched); and how many stand before the segment's.
fn places(segment: &Segment, matched: &Matched) -> (u32, Vec<u32>) {
    let articles = &matched.articles;
    let start = articles.partition_point(|article| article.title < segment.base);
    let mut places = vec![0; segment.documents() as usize];
    let end = segment.base + segment.documents();
    let own = articles[start..]
        .iter()
        .take_while(|article| article.title < end);
    for (place, article) in own.enumerate() {
        places[(article.title - segment.base) as usize] = place as u32 + 1;
    }
    (start as u32, places)
}

/// Calls `found` with each term of a keyword field and its documents.
fn each_key(
    segment: &Segment,
    field: tantivy::schema::Field,
    mut found: impl FnMut(&str, &[u32]),
) -> Result<()> {
    let inverted = segment.inverted(field)?;
    let mut terms = inverted.terms().stream().map_err(Error::from_engine_io)?;
    while terms.advance() {
        let info = terms.value().clone();
        let documents = PostingList::of(field, info).documents(segment)?;
        found(
            std::str::from_utf8(terms.key()).unwrap_or_default(),
            &documents,
        );
    }
    Ok(())
}
