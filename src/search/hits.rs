//! The page of hits: fetched, marked and explained.

use std::collections::HashMap;

use super::answer::{ArticleInfo, Group, Hit, PassageInfo, ScorePart, SearchOptions};
use super::family::family_info;
use super::frequency::Limits;
use super::plan::{Plan, RankField, RankTerm};
use super::rank::{Candidate, Entry, Ranking, fade};
use super::score::{BEST_PASSAGE, Contribution, Scores, scores};
use crate::article::RegionRole;
use crate::error::Result;
use crate::highlight::{Marker, windows};
use crate::index::{Kind, Reader, article_id};

/// Fetches the hits of a page.
pub(crate) fn hits(
    reader: &Reader,
    plan: &Plan,
    ranking: &Ranking,
    scores: &Scores,
    options: &SearchOptions,
) -> Result<Vec<Hit>> {
    let mut explained = match options.explain {
        true => Some(Explanations::new(reader, plan, ranking, options)?),
        false => None,
    };
    let mut hits = Vec::new();
    for (rank, entry) in &ranking.page {
        let mut passages: Vec<Candidate> = ranking.candidates[entry.candidates.clone()].to_vec();
        // The best first: by lane, then by score, then as they stand.
        passages.sort_by(|one, other| {
            let score = |candidate: &Candidate| scores.passage(candidate.passage);
            one.lane
                .cmp(&other.lane)
                .then_with(|| score(other).total_cmp(&score(one)))
        });
        let count = match (options.group, options.passages) {
            (Group::None, _) => 1,
            (Group::Article, 0) => passages.len(),
            (Group::Article, wanted) => wanted.min(passages.len()),
        };
        let more = passages.len() - count;
        let article = article(reader, plan, entry.title)?;
        for (number, candidate) in passages.into_iter().take(count).enumerate() {
            hits.push(Hit {
                rank: *rank,
                score: entry.score,
                lane: candidate.lane,
                article: article.clone(),
                passage: passage(reader, plan, candidate, &article.id, options.window_chars)?,
                more: if number == 0 { more } else { 0 },
                explanation: explained
                    .as_mut()
                    .map(|explained| explained.of(entry, candidate)),
            });
        }
    }
    Ok(hits)
}

pub(crate) fn article(reader: &Reader, plan: &Plan, title: u32) -> Result<ArticleInfo> {
    let (segment, document) = reader.locate(title);
    let stored = segment.article(document)?;
    let marker = joined(&plan.marker, &plan.title_marker);
    let about = stored
        .article
        .regions
        .iter()
        .filter(|region| region.role == RegionRole::About);
    Ok(ArticleInfo {
        id: article_id(reader, &stored)?,
        family: family_info(reader, title)?,
        title_marks: marker.marks(&stored.article.title),
        file: reader.file(&stored),
        path: stored.shown_path(),
        outlet: stored.article.outlet.map(|outlet| outlet.value),
        author: stored.article.author.map(|author| author.value),
        date_precision: stored.article.date.as_ref().map(|date| date.precision),
        date: stored.article.date.map(|date| date.iso),
        regions: about.map(|region| region.name.clone()).collect(),
        url: stored.article.url,
        title: stored.article.title,
    })
}

fn joined(marker: &Marker, other: &Marker) -> Marker {
    let mut joined = marker.clone();
    joined.phrases.extend(other.phrases.iter().cloned());
    joined
}

pub(crate) fn passage(
    reader: &Reader,
    plan: &Plan,
    candidate: Candidate,
    article: &str,
    window_chars: usize,
) -> Result<PassageInfo> {
    let (segment, document) = reader.locate(candidate.passage);
    let stored = segment.passage(document)?;
    let heading = match segment.heading_of(document) {
        Some(heading) => segment.heading(heading)?,
        None => String::new(),
    };
    let marks = plan.marker.marks(&stored.text);
    let first = candidate.title - segment.base;
    let number = (first..=document)
        .filter(|&before| segment.kind(before) == Kind::Passage)
        .count();
    let is_furniture = segment.kind(document) == Kind::Furniture;
    Ok(PassageInfo {
        id: if is_furniture {
            article.to_owned()
        } else {
            format!("{article}#{number}")
        },
        heading_marks: joined(&plan.marker, &plan.heading_marker).marks(&heading),
        heading,
        windows: windows(&stored.text, &marks, window_chars),
        marks,
        place: stored.stored.place,
        text: stored.text,
        is_furniture,
    })
}

/// What each term gave to the articles and passages of a page.
struct Explanations {
    articles: HashMap<u32, Vec<ScorePart>>,
    passages: HashMap<u32, Vec<ScorePart>>,
    best: HashMap<u32, u32>,
    options: SearchOptions,
}

impl Explanations {
    fn new(
        reader: &Reader,
        plan: &Plan,
        ranking: &Ranking,
        options: &SearchOptions,
    ) -> Result<Self> {
        let mut explained = Explanations {
            articles: HashMap::new(),
            passages: HashMap::new(),
            best: HashMap::new(),
            options: options.clone(),
        };
        for (_, entry) in &ranking.page {
            explained.articles.insert(entry.title, Vec::new());
            for candidate in &ranking.candidates[entry.candidates.clone()] {
                explained.passages.insert(candidate.passage, Vec::new());
            }
        }
        let (articles, passages) = (&mut explained.articles, &mut explained.passages);
        let mut note = |term: &RankTerm, given: Contribution| {
            let parts = match given.passage {
                None => articles.get_mut(&given.title),
                Some(passage) => passages.get_mut(&passage),
            };
            if let Some(parts) = parts {
                let kind = match term.field {
                    RankField::Pairs => "pair",
                    RankField::Words => "word",
                    RankField::Chars => "character",
                    RankField::Phrase => "text",
                };
                parts.push(ScorePart {
                    what: format!("{kind} {}", term.text),
                    score: given.score,
                });
            }
        };
        // Once more, for the page only: searches that are not explained pay nothing.
        let limits = Limits::STANDARD;
        let again = scores(
            reader,
            &plan.terms,
            options.all_text,
            limits,
            Some(&mut note),
        )?;
        for (_, entry) in &ranking.page {
            let own = &ranking.candidates[entry.candidates.clone()];
            let score = |candidate: &&Candidate| again.passage(candidate.passage);
            let best = own
                .iter()
                .max_by(|one, other| score(one).total_cmp(&score(other)));
            explained
                .best
                .extend(best.map(|best| (entry.title, best.passage)));
        }
        Ok(explained)
    }

    /// The addends of an entry's score.
    fn of(&mut self, entry: &Entry, candidate: Candidate) -> Vec<ScorePart> {
        let passage = match self.options.group {
            Group::Article => self
                .best
                .get(&entry.title)
                .copied()
                .unwrap_or(candidate.passage),
            Group::None => candidate.passage,
        };
        let (article_weight, passage_weight) = match self.options.group {
            Group::Article => (1.0, BEST_PASSAGE),
            Group::None => (BEST_PASSAGE, 1.0),
        };
        let fade = self
            .options
            .half_life_days
            .map_or(1.0, |half_life| fade(entry.day, half_life));
        let scaled = |parts: Option<&Vec<ScorePart>>, of: &str, weight: f32| -> Vec<ScorePart> {
            let scale = |part: &ScorePart| ScorePart {
                what: format!("{} in the {of}", part.what),
                score: part.score * weight * fade,
            };
            parts.into_iter().flatten().map(scale).collect()
        };
        let mut parts = scaled(self.articles.get(&entry.title), "article", article_weight);
        parts.extend(scaled(
            self.passages.get(&passage),
            "passage",
            passage_weight,
        ));
        parts
    }
}
