//! The best articles of a query, without looking at all that match.
//!
//! Lane by lane, because all of a better lane come before all of the next.
//! Within a lane an article is passed over as soon as the scores that its
//! terms can give at most are below the worst article of the page so far:
//! nothing that belongs on the page is ever lost. Hits are counted to a limit,
//! better lanes first; beyond it only the page is looked for.

use std::collections::HashSet;

use tantivy::TERMINATED;

use super::answer::{Lane, LaneCounts, SearchOptions, Total};
use super::article_texts::ArticleRun;
use super::conditions::Test;
use super::frequency::{Limits, articles_in, documents_with, estimated};
use super::judge::{Judge, is_below};
use super::plan::{Needed, Plan, RankField};
use super::question::{NumberedNeed, Question, Ranker};
use super::rank::{Candidate, Entry, fade};
use super::reach::{Driver, Reach, reach};
use super::score::{BEST_PASSAGE, Scores, chosen, weight};
use super::sets::Evaluator;
use super::texts::Texts;
use super::top::{Count, Top};
use crate::analysis::Pattern;
use crate::error::Result;
use crate::index::Reader;

/// A query held ready to be asked of an index.
pub(crate) struct Bounded<'a> {
    reader: &'a Reader,
    question: Question,
    /// The conditions, by segment.
    tests: Vec<Vec<Test>>,
    has_parts: bool,
    all_text: bool,
    half_life: Option<u32>,
    limits: Limits,
}

/// Whether some term or text of a query is in so many documents of the index
/// that going through all of them is to be avoided.
pub(crate) fn is_wide(reader: &Reader, plan: &Plan, limits: Limits) -> Result<bool> {
    let most = limits.listed;
    if reader.documents as usize <= most {
        return Ok(false);
    }
    for term in &plan.terms {
        if documents_with(reader, term)? > most {
            return Ok(true);
        }
    }
    let mut needed: Vec<Needed> = Vec::new();
    for part in &plan.parts {
        needed.extend(part.exact.iter().chain(&part.words).cloned());
    }
    for condition in &plan.conditions {
        condition.each_text(&mut |pattern| needed.push(Needed::Literal(pattern.clone())));
    }
    for needed in &needed {
        let mut documents = 0;
        for segment in &reader.segments {
            let evaluator = Evaluator {
                reader,
                segment,
                all_text: false,
            };
            documents += evaluator.rarity(needed)? as usize;
        }
        if documents > most {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The best articles, and how many hits there are.
#[derive(Debug, Default)]
pub(crate) struct Best {
    /// So many as were wanted, and whatever ties with the last one; in no order.
    pub(crate) entries: Vec<Entry>,
    pub(crate) lanes: LaneCounts,
    pub(crate) total: Total,
}

impl<'a> Bounded<'a> {
    pub(crate) fn new(
        reader: &'a Reader,
        plan: &Plan,
        options: &SearchOptions,
        limits: Limits,
    ) -> Result<Self> {
        let all_text = options.all_text;
        let mut texts = Texts::default();
        let mut tests = Vec::with_capacity(reader.segments.len());
        for segment in &reader.segments {
            segment.unpack_columns();
            let evaluator = Evaluator {
                reader,
                segment,
                all_text,
            };
            tests.push(Test::all(&plan.conditions, &evaluator, &mut texts)?);
        }
        let mut rankers = Vec::new();
        for (documents, term) in chosen(reader, &plan.terms)? {
            let mut text = None;
            let with = match (term.field, Pattern::new(&term.text)) {
                (RankField::Phrase, None) => continue,
                (RankField::Phrase, Some(pattern)) => {
                    let number = texts.number(&pattern);
                    text = Some((number, pattern));
                    texts.list(reader, number, limits.listed)?;
                    match texts.listed(number) {
                        Some(listed) => {
                            articles_in(reader, listed.iter().map(|list| &list[..]), all_text)
                        }
                        None => estimated(reader, term, all_text)?,
                    }
                }
                _ if documents > limits.counted => estimated(reader, term, all_text)?,
                (field, _) => match field.of(reader) {
                    Some(field) => counted(reader, field, &term.text, all_text)?,
                    None => 0.0,
                },
            };
            let weight = weight(reader, term, with);
            let mut ranker = match text {
                Some((number, pattern)) => Ranker::of_text(number, &pattern, weight),
                None => Ranker::of_term(term.field, &term.text, weight),
            };
            ranker.is_evidence = term.is_evidence;
            rankers.push(ranker);
        }
        Ok(Bounded {
            reader,
            question: Question::new(reader, plan, texts, rankers),
            tests,
            has_parts: !plan.parts.is_empty(),
            all_text,
            half_life: options.half_life_days,
            limits,
        })
    }

    /// Finds the best `wanted` articles, and counts.
    pub(crate) fn best(&self, wanted: usize) -> Result<Best> {
        let mut best = Best::default();
        let mut count = Count::to(self.limits.hits);
        for lane in [Lane::Exact, Lane::All, Lane::Some] {
            let needs = match lane {
                Lane::Exact => &self.question.exact[..],
                Lane::All => &self.question.words[..],
                Lane::Some => &[],
            };
            let is_empty = match lane {
                Lane::Exact => false,
                Lane::All => !self.has_parts || self.question.words == self.question.exact,
                Lane::Some => !self.has_parts,
            };
            let left = wanted - wanted.min(best.entries.len());
            if is_empty || (left == 0 && count.is_over) {
                continue;
            }
            let mut top = Top::new(left);
            let before = count.passages;
            for segment in 0..self.reader.segments.len() {
                self.look_through(segment, lane, needs, &mut top, &mut count)?;
            }
            let counted = count.passages - before;
            match lane {
                Lane::Exact => best.lanes.exact = counted,
                Lane::All => best.lanes.all = counted,
                Lane::Some => best.lanes.some = counted,
            }
            best.entries.extend(top.into_entries());
        }
        best.total = Total {
            passages: count.passages,
            articles: count.articles.len(),
            at_least: count.is_over,
        };
        Ok(best)
    }

    /// Looks for articles of a lane in a segment.
    fn look_through(
        &self,
        segment: usize,
        lane: Lane,
        needs: &[NumberedNeed],
        top: &mut Top,
        count: &mut Count,
    ) -> Result<()> {
        let tests = &self.tests[segment];
        let evaluator = self.evaluator(segment);
        let reached = reach(&self.question, &evaluator, segment, needs, tests)?;
        let Some(Reach {
            mut drivers,
            mut required,
        }) = reached
        else {
            return Ok(());
        };
        let mut judge = self.judge(segment)?;
        // What those rankers give at most that no driver bounds.
        let driven: HashSet<usize> = drivers.iter().filter_map(|driver| driver.ranker).collect();
        let others = self.question.rankers.iter().enumerate();
        let others: f32 = others
            .filter(|(number, _)| !driven.contains(number))
            .map(|(_, ranker)| ranker.bound)
            .sum();
        let mut passed = Passed::default();
        loop {
            if count.is_over {
                if top.wanted == 0 {
                    return Ok(());
                }
                passed.update(&drivers, others, top.least());
            }
            let essential = &mut drivers[passed.drivers..];
            let Some(article) = next(essential) else {
                return Ok(());
            };
            let mut bound = others + passed.bound;
            for driver in essential
                .iter_mut()
                .filter(|driver| driver.article == article)
            {
                bound += driver.pass(&self.question, &evaluator);
            }
            let least = top.least();
            if count.is_over && is_below(bound, least) {
                continue;
            }
            let is_out = tests
                .iter()
                .any(|test| test.rules_out(&evaluator, article.title));
            let mut grams = required.iter_mut();
            if is_out || grams.any(|gram| gram.seek(article.title) > article.last) {
                continue;
            }
            if count.is_over && !judge.may_reach(article, least)? {
                continue;
            }
            let Some(judged) = judge.judge(article)? else {
                continue;
            };
            let base = evaluator.segment.base;
            if !count.is_over {
                let of_lane = judged.hits.iter().filter(|(_, of, _)| *of == lane).count();
                count.add(base + article.title, of_lane);
            }
            if judged.lane == lane && top.wanted > 0 {
                let day = evaluator.segment.days(article.title).1;
                let fade = self.half_life.map_or(1.0, |half_life| fade(day, half_life));
                let title = base + article.title;
                top.add(Entry {
                    title,
                    lane,
                    score: fade * (judged.whole + BEST_PASSAGE * judged.best),
                    day,
                    // Filled in for those on the page.
                    candidates: title as usize..title as usize,
                });
            }
        }
    }

    /// The hits of the articles of a page, in the order of documents, each with
    /// its score; the entries then say which are theirs.
    pub(crate) fn candidates(
        &self,
        page: &mut [(usize, Entry)],
    ) -> Result<(Vec<Candidate>, Scores)> {
        let mut order: Vec<usize> = (0..page.len()).collect();
        order.sort_by_key(|&number| page[number].1.title);
        let mut candidates = Vec::new();
        let mut scores = Scores::empty(self.reader);
        let mut judge: Option<(usize, Judge<'_>)> = None;
        for number in order {
            let entry = &mut page[number].1;
            let segments = &self.reader.segments;
            let at = segments.partition_point(|segment| segment.base <= entry.title) - 1;
            let segment = &segments[at];
            let title = entry.title - segment.base;
            let article = ArticleRun {
                title,
                last: title + segment.layout(title).after,
            };
            let judge = match &mut judge {
                Some((of, judge)) if *of == at => judge,
                other => &mut other.insert((at, self.judge(at)?)).1,
            };
            let first = candidates.len();
            if let Some(judged) = judge.judge(article)? {
                for (passage, lane, score) in judged.hits {
                    *scores.passage_mut(segment.base + passage) = score;
                    candidates.push(Candidate {
                        passage: segment.base + passage,
                        title: entry.title,
                        lane,
                    });
                }
            }
            entry.candidates = first..candidates.len();
        }
        Ok((candidates, scores))
    }

    fn evaluator(&self, segment: usize) -> Evaluator<'_> {
        Evaluator {
            reader: self.reader,
            segment: &self.reader.segments[segment],
            all_text: self.all_text,
        }
    }

    fn judge(&self, segment: usize) -> Result<Judge<'_>> {
        let tests = &self.tests[segment];
        Judge::new(self.reader, &self.question, tests, segment, self.all_text)
    }
}

/// In how many articles a term of few documents stands.
fn counted(
    reader: &Reader,
    field: tantivy::schema::Field,
    term: &str,
    all_text: bool,
) -> Result<f32> {
    let mut lists = Vec::with_capacity(reader.segments.len());
    for segment in &reader.segments {
        let mut list = Vec::new();
        if let Some(mut postings) = super::postings::Postings::open(segment, field, term)? {
            while postings.document() != TERMINATED {
                list.push(postings.occurrences());
                postings.advance();
            }
        }
        lists.push(list);
    }
    Ok(articles_in(
        reader,
        lists.iter().map(|list| &list[..]),
        all_text,
    ))
}

/// The next article that a driver stands at.
fn next(drivers: &[Driver]) -> Option<ArticleRun> {
    let articles = drivers.iter().map(|driver| driver.article);
    let first = articles.min_by_key(|article| article.title)?;
    (first.title != TERMINATED).then_some(first)
}

/// The drivers whose articles alone cannot come onto the page any more.
#[derive(Default)]
struct Passed {
    /// How many of them: those that bound least.
    drivers: usize,
    /// What they give together at most.
    bound: f32,
}

impl Passed {
    fn update(&mut self, drivers: &[Driver], others: f32, least: f32) {
        while let Some(driver) = drivers.get(self.drivers) {
            if !is_below(others + self.bound + driver.bound, least) {
                return;
            }
            self.bound += driver.bound;
            self.drivers += 1;
        }
    }
}
