//! The best articles of a query, without looking at all that match.
//!
//! Lane by lane, because all of a better lane come before all of the next.
//! Within a lane an article is passed over as soon as the scores that its
//! terms can give at most are below the worst article of the page so far:
//! nothing that belongs on the page is ever lost. Hits are counted to a limit,
//! better lanes first; beyond it only the page is looked for.

use tantivy::{DocId, TERMINATED};

use super::answer::{Lane, LaneCounts, SearchOptions, Total};
use super::article_texts::ArticleRun;
use super::batch::{Batch, DENSE, SPARSE};
use super::conditions::Test;
use super::decide::{Decided, Decider, Hits, Looked};
use super::driver::{Sums, leading, narrow};
use super::frequency::{
    Limits, articles_in, counted, documents_with, estimated, estimated_if_many,
};
use super::judge::Judge;
use super::plan::{Needed, Plan, RankField};
use super::question::{NumberedNeed, Question, Ranker};
use super::rank::{Candidate, Entry, fade};
use super::reach::{Reach, reach};
use super::score::{BEST_PASSAGE, Scores, chosen, weight};
use super::sets::Evaluator;
use super::texts::Texts;
use super::top::{Count, Top};
use crate::analysis::Pattern;
use crate::error::{Error, Result};
use crate::index::{Reader, Segment};

/// A query held ready to be asked of an index.
pub(crate) struct Bounded<'a> {
    pub(super) reader: &'a Reader,
    pub(super) question: Question,
    /// The conditions, by segment, and the texts that they require anywhere.
    pub(super) tests: Vec<Vec<Test>>,
    required: Vec<NumberedNeed>,
    pub(super) has_parts: bool,
    all_text: bool,
    half_life: Option<u32>,
    pub(super) limits: Limits,
}

/// Going through fewer documents costs next to nothing.
const MANY: usize = 2000;

/// Whether some term or text of a query is in so many documents of the index
/// that going through all of them is to be avoided.
pub(crate) fn is_wide(reader: &Reader, plan: &Plan, limits: Limits) -> Result<bool> {
    if reader.documents as usize <= limits.listed {
        return Ok(false);
    }
    // Columns have to be unpacked for it: where that is done it is worth it sooner.
    let most = match reader.segments.iter().all(Segment::is_unpacked) {
        true => limits.listed.min(MANY),
        false => limits.listed,
    };
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
            segment.unpacked();
            let evaluator = Evaluator {
                reader,
                segment,
                all_text,
            };
            let all = Test::all(&plan.conditions, &evaluator, &mut texts)?;
            tests.push(Test::joined(all, &evaluator));
        }
        let mut rankers = Vec::new();
        for (documents, term) in chosen(reader, &plan.terms)? {
            let mut text = None;
            let with = match (term.field, Pattern::new(&term.text)) {
                (RankField::Phrase, None) => continue,
                (RankField::Phrase, Some(pattern)) => {
                    let number = texts.number(&pattern);
                    text = Some((number, pattern));
                    match estimated_if_many(reader, term, all_text, limits)? {
                        Some(estimate) => estimate,
                        None => {
                            let listed = texts.list(reader, number)?;
                            articles_in(reader, listed.iter().map(|list| &list[..]), all_text)
                        }
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
        // The texts of a query are the same in all segments.
        let required = tests.first().into_iter().flatten();
        Ok(Bounded {
            reader,
            required: required.filter_map(Test::required).collect(),
            question: Question::new(reader, plan, texts, rankers, all_text),
            tests,
            has_parts: !plan.parts.is_empty(),
            all_text,
            half_life: options.half_life_days,
            limits,
        })
    }

    /// Finds the best `wanted` articles, and counts.
    pub(crate) fn best(&self, wanted: usize) -> Result<Best> {
        if let Some(best) = self.best_of_few(wanted)? {
            return Ok(best);
        }
        let mut best = Best::default();
        let mut count = Count::to(self.limits.hits);
        // The hits of better lanes, by segment: counted as a whole wherever a
        // next lane is counted.
        let mut better = vec![Vec::new(); self.reader.segments.len()];
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
            for (segment, better) in better.iter_mut().enumerate() {
                let lane = (lane, needs, &better[..]);
                let hits = self.look_through(segment, lane, &mut top, &mut count)?;
                better.extend(hits);
                better.sort_unstable();
            }
            let counted = count.passages - before;
            match lane {
                Lane::Exact => best.lanes.exact = counted,
                Lane::All => best.lanes.all = counted,
                Lane::Some => best.lanes.some = counted,
            }
            best.entries.extend(top.into_entries());
        }
        best.total = count.total();
        Ok(best)
    }

    /// Looks for articles of a lane in a segment: what passages must hold for it,
    /// and which are hits of a better one, in order. Returns the hits that were
    /// counted.
    fn look_through(
        &self,
        segment: usize,
        (lane, needs, better): (Lane, &[NumberedNeed], &[DocId]),
        top: &mut Top,
        count: &mut Count,
    ) -> Result<Vec<DocId>> {
        let mut hits = Vec::new();
        let tests = &self.tests[segment];
        let evaluator = self.evaluator(segment);
        let reached = reach(&self.question, &evaluator, segment, needs, tests)?;
        let Some(Reach {
            mut lists,
            mut required,
        }) = reached
        else {
            return Ok(hits);
        };
        let columns = evaluator.segment.unpacked();
        let base = evaluator.segment.base;
        let mut decider = self.decider(segment)?;
        // For articles whose hits of all lanes are not known: opened then.
        let mut all = None;
        let mut judge = self.judge(segment)?;
        let mut leads: Vec<bool> = lists.iter().map(|list| list.covers).collect();
        let mut batch = Batch::new();
        let mut sums = Sums::new();
        loop {
            let is_counted = !count.is_over;
            if !is_counted {
                if top.wanted == 0 {
                    return Ok(hits);
                }
                leads = leading(&lists, top.least());
            }
            let mut known = None;
            let split = lists.iter_mut().zip(&leads);
            let (mut leading, mut others) = (Vec::new(), Vec::new());
            for (list, leads) in split {
                match leads {
                    true => leading.push(list),
                    // What bounds no ranker gives nothing.
                    false if list.ranker.is_some() => others.push(list),
                    false => {}
                }
            }
            let next = leading.iter_mut();
            let next = next.map(|list| list.postings.seek(batch.end)).min();
            let Some(next) = next.filter(|&next| next != TERMINATED) else {
                return Ok(hits);
            };
            batch.open(columns, next);
            for list in leading {
                list.lead(&self.question, columns, &mut batch, &mut sums);
            }
            others.reverse();
            let is_out = |article: ArticleRun| {
                let is_out = |test: &Test| test.rules_out(&evaluator, article.title);
                tests.iter().any(is_out)
            };
            if is_counted {
                batch.retain_articles(columns, |article| Ok::<_, Error>(!is_out(article)))?;
                batch.retain_required(columns, &mut required);
                batch.adapt();
                if batch.count() == 0 {
                    continue;
                }
                let is_sparse = batch.count() <= SPARSE;
                let mut found = match is_sparse {
                    true => None,
                    false => {
                        let looked = Looked::of(&batch, columns);
                        let better = looked.among(better);
                        Some(decider.decide(looked, lane, better)?)
                    }
                };
                batch.retain_articles(columns, |article| {
                    if is_sparse {
                        let looked = Looked::only(article);
                        let better = looked.among(better);
                        found = Some(decider.decide(looked, lane, better)?);
                    }
                    let Some(found) = &found else {
                        return Ok(false);
                    };
                    if !count.is_over {
                        let before = hits.len();
                        hits.extend(found.hits_of(article));
                        count.add(base + article.title, hits.len() - before);
                    }
                    Ok::<_, Error>(found.is_best(article))
                })?;
                if top.wanted == 0 {
                    continue;
                }
                // All lanes but one are empty: all hits are known.
                if !self.has_parts && !is_sparse {
                    known = found.map(Decided::into_hits);
                }
            }
            // What was not counted costs more to look at.
            let dense = match is_counted {
                true => DENSE,
                false => 3 * DENSE,
            };
            let least = top.least();
            let question = &self.question;
            let unread = narrow(
                question, columns, &mut batch, &mut sums, others, least, dense,
            );
            for (article, given) in batch.articles(columns) {
                let least = top.least();
                if !is_counted && is_out(article)
                    || !judge.may_be_given(article, given, &unread, least)?
                {
                    continue;
                }
                if !is_counted && !required.iter_mut().all(|gram| gram.is_in(article)) {
                    continue;
                }
                if !judge.may_reach(article, least)? {
                    continue;
                }
                if let Some(known) = &known {
                    top.add(self.entry(segment, article, lane, known, &mut judge)?);
                    continue;
                }
                // Its hits of other lanes count too.
                let all = match &mut all {
                    Some(all) => all,
                    unopened => unopened.insert(self.decider(segment)?),
                };
                let lanes = all.lanes(Looked::only(article))?;
                if lanes.best(article.documents()) == Some(lane) {
                    top.add(self.entry(segment, article, lane, &lanes, &mut judge)?);
                }
            }
        }
    }

    /// An article with its hits as an entry.
    pub(super) fn entry(
        &self,
        segment: usize,
        article: ArticleRun,
        lane: Lane,
        hits: &Hits,
        judge: &mut Judge<'_>,
    ) -> Result<Entry> {
        let segment = &self.reader.segments[segment];
        let scored = judge.scored(article)?;
        let passages = article.documents();
        let best = passages.filter(|&passage| hits.all.contains(passage));
        let best = best.map(|passage| scored.of(passage)).fold(0.0, f32::max);
        let day = segment.days(article.title).1;
        let fade = self.half_life.map_or(1.0, |half_life| fade(day, half_life));
        let title = segment.base + article.title;
        Ok(Entry {
            title,
            lane,
            score: fade * (scored.whole + BEST_PASSAGE * best),
            day,
            // Filled in for those on the page.
            candidates: title as usize..title as usize,
        })
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
        let mut ready: Option<(usize, Decider<'_>, Judge<'_>)> = None;
        for number in order {
            let entry = &mut page[number].1;
            let segments = &self.reader.segments;
            let at = segments.partition_point(|segment| segment.base <= entry.title) - 1;
            let segment = &segments[at];
            let columns = segment.unpacked();
            let (article, _) = columns.article_of(entry.title - segment.base);
            let article = ArticleRun::of(columns, article);
            let (_, decider, judge) = match &mut ready {
                Some(ready) if ready.0 == at => ready,
                other => other.insert((at, self.decider(at)?, self.judge(at)?)),
            };
            let first = candidates.len();
            let hits = decider.lanes(Looked::only(article))?;
            let scored = judge.scored(article)?;
            for passage in hits.all.iter() {
                *scores.passage_mut(segment.base + passage) = scored.of(passage);
                candidates.push(Candidate {
                    passage: segment.base + passage,
                    title: entry.title,
                    lane: hits.lane(passage),
                });
            }
            entry.candidates = first..candidates.len();
        }
        Ok((candidates, scores))
    }

    pub(super) fn evaluator(&self, segment: usize) -> Evaluator<'_> {
        Evaluator {
            reader: self.reader,
            segment: &self.reader.segments[segment],
            all_text: self.all_text,
        }
    }

    pub(super) fn decider(&self, segment: usize) -> Result<Decider<'_>> {
        let tests = (&self.tests[segment][..], &self.required[..]);
        Decider::new(self.reader, &self.question, tests, segment, self.all_text)
    }

    pub(super) fn judge(&self, segment: usize) -> Result<Judge<'_>> {
        Judge::new(self.reader, &self.question, segment, self.all_text)
    }
}
