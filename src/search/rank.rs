//! Candidates to an ordered list: lanes, grouping, the order of hits, counts.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::answer::{Group, Lane, LaneCounts, SearchOptions, Sort, Total};
use super::best::{Best, Bounded};
use super::plan::{Needed, Plan};
use super::score::{BEST_PASSAGE, Scores};
use super::sets::{Evaluator, Passages, merged};
use crate::error::Result;
use crate::index::{Kind, Reader, Segment};

/// A passage that is a hit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// Its document, among all segments' documents.
    pub(crate) passage: u32,
    /// Its article's title document.
    pub(crate) title: u32,
    pub(crate) lane: Lane,
}

/// One place in the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) title: u32,
    pub(crate) lane: Lane,
    pub(crate) score: f32,
    /// The last day the article can be of, as `yyyymmdd`; 0 if undated.
    pub(crate) day: u64,
    /// Which of the candidates are its passages.
    pub(crate) candidates: std::ops::Range<usize>,
}

/// All hits of a query, ordered as far as the page needs.
#[derive(Debug, Default)]
pub(crate) struct Ranking {
    /// In the order of documents.
    pub(crate) candidates: Vec<Candidate>,
    /// The entries of the page, best first, with their ranks from 1.
    pub(crate) page: Vec<(usize, Entry)>,
    pub(crate) lanes: LaneCounts,
    pub(crate) total: Total,
}

/// Finds the passages that are hits, with their lanes, in the order of documents.
pub(crate) fn candidates(
    reader: &Reader,
    plan: &Plan,
    scores: &Scores,
    all_text: bool,
) -> Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    for segment in &reader.segments {
        let evaluator = Evaluator {
            reader,
            segment,
            all_text,
        };
        let hits = hits(&evaluator, plan, scores)?;
        let exact = holding(
            &evaluator,
            plan.parts.iter().flat_map(|part| &part.exact),
            &hits,
        )?;
        let others = merged(&hits, &exact, |is_hit, is_exact| is_hit && !is_exact);
        let all = holding(
            &evaluator,
            plan.parts.iter().flat_map(|part| &part.words),
            &others,
        )?;
        candidates.extend(hits.into_iter().map(|passage| Candidate {
            passage: segment.base + passage,
            title: segment.base + passage - segment.layout(passage).before,
            lane: if exact.binary_search(&passage).is_ok() {
                Lane::Exact
            } else if all.binary_search(&passage).is_ok() {
                Lane::All
            } else {
                Lane::Some
            },
        }));
    }
    Ok(candidates)
}

/// The passages of a segment that are hits, sorted.
fn hits(evaluator: &Evaluator<'_>, plan: &Plan, scores: &Scores) -> Result<Vec<u32>> {
    let segment = evaluator.segment;
    let evident = scores.evident(segment.base, segment.documents());
    if plan.conditions.is_empty() {
        return Ok(evident);
    }
    // A passage is a hit on its own account only: by evidence or by text of an
    // operator, or by a filter where there is no text at all.
    let own = if plan.has_positive_text() {
        let mut own = evident;
        for (pattern, scope) in plan.positive() {
            own = merged(&own, &evaluator.own(pattern, scope)?, |a, b| a || b);
        }
        Some(own)
    } else {
        None
    };
    Ok(match (evaluator.and(&plan.conditions)?, own) {
        (Passages::Only(list), None) => list,
        (Passages::Only(list), Some(own)) => merged(&list, &own, |a, b| a && b),
        (Passages::AllBut(but), Some(own)) => merged(&own, &but, |a, b| a && !b),
        (Passages::AllBut(but), None) => merged(&all_passages(segment), &but, |a, b| a && !b),
    })
}

fn all_passages(segment: &Segment) -> Vec<u32> {
    let is_passage = |document: &u32| {
        segment.is_live(*document) && segment.layout(*document).kind == Kind::Passage
    };
    (0..segment.documents()).filter(is_passage).collect()
}

/// The passages among `hits` that hold everything needed.
fn holding<'a>(
    evaluator: &Evaluator<'_>,
    needed: impl Iterator<Item = &'a Needed>,
    hits: &[u32],
) -> Result<Vec<u32>> {
    let mut needed: Vec<(u32, &Needed)> = needed
        .map(|needed| Ok((evaluator.rarity(needed)?, needed)))
        .collect::<Result<_>>()?;
    needed.sort_by_key(|(rarity, _)| *rarity);
    let Some((_, rarest)) = needed.first() else {
        return Ok(hits.to_vec());
    };
    // From the rarest on: most hits need not be looked at.
    let seed = merged(hits, &evaluator.reached_by(rarest)?, |a, b| a && b);
    let rest: Vec<&Needed> = needed[1..].iter().map(|(_, needed)| *needed).collect();
    evaluator.holding(&rest, &seed)
}

impl Ranking {
    /// Orders the hits and takes the page that the options ask for.
    ///
    /// `path` gives the path of a title document's article: only asked where
    /// lane, score and date do not decide.
    ///
    /// Under `fold_reprints` of each family only the first comes onto the page.
    pub(crate) fn new(
        reader: &Reader,
        scores: &Scores,
        candidates: Vec<Candidate>,
        options: &SearchOptions,
        sort: Sort,
        path: &dyn Fn(u32) -> Result<String>,
    ) -> Result<Self> {
        let mut ranking = Ranking {
            candidates,
            ..Ranking::default()
        };
        let mut articles = 0;
        let mut entries = Vec::new();
        let mut at = 0;
        while at < ranking.candidates.len() {
            let title = ranking.candidates[at].title;
            let count = ranking.candidates[at..]
                .iter()
                .take_while(|candidate| candidate.title == title)
                .count();
            articles += 1;
            let range = at..at + count;
            at += count;
            let (segment, document) = reader.locate(title);
            let day = segment.days(document).1;
            let fade = options
                .half_life_days
                .map_or(1.0, |half_life| fade(day, half_life));
            let whole = scores.article(title);
            let passage = |candidate: &Candidate| scores.passage(candidate.passage);
            match options.group {
                Group::Article => {
                    let own = &ranking.candidates[range.clone()];
                    let best = own.iter().map(passage).fold(0.0, f32::max);
                    let lane = own
                        .iter()
                        .map(|candidate| candidate.lane)
                        .min()
                        .unwrap_or(Lane::Some);
                    let score = fade * (whole + BEST_PASSAGE * best);
                    entries.push(Entry {
                        title,
                        lane,
                        score,
                        day,
                        candidates: range,
                    });
                }
                Group::None => {
                    for number in range {
                        let candidate = &ranking.candidates[number];
                        let score = fade * (passage(candidate) + BEST_PASSAGE * whole);
                        let lane = candidate.lane;
                        entries.push(Entry {
                            title,
                            lane,
                            score,
                            day,
                            candidates: number..number + 1,
                        });
                    }
                }
            }
        }
        for candidate in &ranking.candidates {
            match candidate.lane {
                Lane::Exact => ranking.lanes.exact += 1,
                Lane::All => ranking.lanes.all += 1,
                Lane::Some => ranking.lanes.some += 1,
            }
        }
        ranking.total = Total {
            passages: ranking.candidates.len(),
            articles,
            at_least: false,
        };
        let limit = if options.limit == 0 {
            usize::MAX
        } else {
            options.limit
        };
        if options.all_lanes {
            for lane in [Lane::Exact, Lane::All, Lane::Some] {
                let of_lane = entries
                    .iter()
                    .filter(|entry| entry.lane == lane)
                    .cloned()
                    .collect();
                let page = page(of_lane, options.offset, limit, sort, path)?;
                let before = ranking.page.len();
                ranking
                    .page
                    .extend(page.into_iter().map(|(rank, entry)| (before + rank, entry)));
            }
        } else {
            ranking.page = match options.fold_reprints && options.group == Group::Article {
                false => page(entries, options.offset, limit, sort, path)?,
                true => {
                    let family = |title| reader.family_of(title);
                    folded_page(
                        &entries,
                        options.offset,
                        limit,
                        &family,
                        &|entries, limit| page(entries, 0, limit, sort, path),
                    )?
                }
            };
        }
        Ok(ranking)
    }
}

/// Whether only the best articles of a list are asked for, as
/// [`Ranking::of_best`] finds them.
pub(crate) fn wants_the_best(options: &SearchOptions, sort: Sort) -> bool {
    sort == Sort::Relevance
        && options.group == Group::Article
        && options.limit > 0
        && !options.all_lanes
}

impl Ranking {
    /// The page that the options ask for where they want the best articles
    /// only, and the scores of its passages.
    pub(crate) fn of_best(
        reader: &Reader,
        query: &Bounded<'_>,
        options: &SearchOptions,
        path: &dyn Fn(u32) -> Result<String>,
    ) -> Result<(Self, Scores)> {
        let (offset, limit) = (options.offset, options.limit);
        let end = offset.saturating_add(limit);
        let order = |entries, offset, limit| page(entries, offset, limit, Sort::Relevance, path);
        let mut wanted = end;
        if options.fold_reprints {
            wanted = end.saturating_mul(2);
        }
        loop {
            let Best {
                entries,
                lanes,
                total,
            } = query.best(wanted)?;
            let has_more = entries.len() >= wanted;
            let mut page = match options.fold_reprints {
                false => order(entries, offset, limit)?,
                true => {
                    let family = |title| reader.family_of(title);
                    folded_page(&entries, offset, limit, &family, &|entries, limit| {
                        order(entries, 0, limit)
                    })?
                }
            };
            // Reprints took places of the page: look further down the list.
            if options.fold_reprints && page.len() < limit && has_more {
                wanted = wanted.saturating_mul(4);
                continue;
            }
            let (candidates, scores) = query.candidates(&mut page)?;
            let ranking = Ranking {
                candidates,
                page,
                lanes,
                total,
            };
            return Ok((ranking, scores));
        }
    }
}

/// The factor by which an article's age lowers its score: ½ after `half_life` days.
pub(crate) fn fade(day: u64, half_life: u32) -> f32 {
    let date = i16::try_from(day / 10_000).ok().and_then(|year| {
        let (month, day) = ((day / 100 % 100) as i8, (day % 100) as i8);
        // The last day of a month may be given as its 31st.
        (1..=day)
            .rev()
            .find_map(|day| jiff::civil::Date::new(year, month, day).ok())
    });
    let Some(date) = date.filter(|_| day > 0) else {
        // An article without a date is taken to be one half-life old.
        return 0.5;
    };
    let today = today();
    let age = today.since(date).map_or(0, |span| span.get_days()).max(0);
    0.5_f32.powf(age as f32 / half_life.max(1) as f32)
}

fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC
        .to_datetime(jiff::Timestamp::now())
        .date()
}

/// The best entries from `offset` on, with their ranks.
fn page(
    mut entries: Vec<Entry>,
    offset: usize,
    limit: usize,
    sort: Sort,
    path: &dyn Fn(u32) -> Result<String>,
) -> Result<Vec<(usize, Entry)>> {
    let end = offset.saturating_add(limit).min(entries.len());
    if offset >= end {
        return Ok(Vec::new());
    }
    let order = |one: &Entry, other: &Entry| match sort {
        Sort::Relevance => by_relevance(one, other),
        Sort::Date => other
            .day
            .cmp(&one.day)
            .then_with(|| by_relevance(one, other)),
    };
    if end < entries.len() {
        entries.select_nth_unstable_by(end - 1, order);
        // Whatever ties with the last one may belong on the page: paths decide.
        let last = entries[end - 1].clone();
        let (head, tail) = entries.split_at(end);
        let ties = tail
            .iter()
            .filter(|entry| order(entry, &last) == Ordering::Equal);
        entries = head.iter().chain(ties).cloned().collect();
    }
    entries.sort_by(order);
    let mut start = 0;
    while start < end {
        let tied = entries[start..]
            .iter()
            .take_while(|entry| order(entry, &entries[start]) == Ordering::Equal);
        let tied = start..start + tied.count();
        let next = tied.end;
        if tied.len() > 1 && tied.end > offset {
            let mut by_path = Vec::with_capacity(tied.len());
            for entry in &entries[tied.clone()] {
                by_path.push((path(entry.title)?, entry.clone()));
            }
            by_path.sort_by(|one, other| {
                (&one.0, one.1.candidates.start).cmp(&(&other.0, other.1.candidates.start))
            });
            for (entry, (_, sorted)) in entries[tied].iter_mut().zip(by_path) {
                *entry = sorted;
            }
        }
        start = next;
    }
    entries.truncate(end);
    Ok(entries
        .drain(offset..)
        .enumerate()
        .map(|(number, entry)| (offset + number + 1, entry))
        .collect())
}

/// The best entries of different families from `offset` on, with their ranks;
/// `best` gives so many of the best entries.
fn folded_page(
    entries: &[Entry],
    offset: usize,
    limit: usize,
    family: &dyn Fn(u32) -> Result<u64>,
    best: &dyn Fn(Vec<Entry>, usize) -> Result<Vec<(usize, Entry)>>,
) -> Result<Vec<(usize, Entry)>> {
    let end = offset.saturating_add(limit);
    let mut taken = end;
    loop {
        let mut families = HashSet::new();
        let mut first = Vec::new();
        for (_, entry) in best(entries.to_vec(), taken)? {
            if families.insert(family(entry.title)?) {
                first.push(entry);
            }
        }
        // Reprints took places of the page: look further down the list.
        if first.len() < end && taken < entries.len() {
            taken = taken.saturating_mul(2);
            continue;
        }
        let ranked = first.into_iter().enumerate();
        let ranked = ranked.map(|(number, entry)| (number + 1, entry));
        return Ok(ranked.skip(offset).take(limit).collect());
    }
}

pub(super) fn by_relevance(one: &Entry, other: &Entry) -> Ordering {
    (one.lane.cmp(&other.lane))
        .then_with(|| other.score.total_cmp(&one.score))
        .then_with(|| other.day.cmp(&one.day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_pages_are_one_page_of_twice_the_size(
            hits in prop::collection::vec((0..3u8, 0..4u8, 0..3u64), 0..60), size in 1usize..20
        ) {
            let lanes = [Lane::Exact, Lane::All, Lane::Some];
            let entries: Vec<Entry> = hits
                .iter()
                .enumerate()
                .map(|(number, &(lane, score, day))| Entry {
                    title: number as u32,
                    lane: lanes[lane as usize],
                    score: f32::from(score),
                    day,
                    candidates: number..number + 1,
                })
                .collect();
            let path = |title: u32| Ok(format!("{:03}", title * 7 % 60));
            let take = |offset, limit| {
                page(entries.clone(), offset, limit, Sort::Relevance, &path).expect("no path fails")
            };
            let mut two = take(0, size);
            two.extend(take(size, size));
            prop_assert_eq!(two, take(0, 2 * size));
        }
    }

    proptest! {
        #[test]
        fn a_folded_page_holds_the_first_of_each_family(
            families in prop::collection::vec(0..6u64, 0..40), offset in 0usize..5, limit in 1usize..8
        ) {
            let entries: Vec<Entry> = (0..families.len())
                .map(|number| Entry {
                    title: number as u32,
                    lane: Lane::All,
                    score: 0.0,
                    day: 0,
                    candidates: number..number + 1,
                })
                .collect();
            let best = |entries: Vec<Entry>, limit: usize| {
                let best = entries.into_iter().take(limit).enumerate();
                Ok(best.map(|(number, entry)| (number + 1, entry)).collect())
            };
            let family = |title: u32| Ok(families[title as usize]);
            let page = folded_page(&entries, offset, limit, &family, &best).expect("none fails");
            let first = |&at: &usize| !families[..at].contains(&families[at]);
            let wanted: Vec<(usize, u32)> = (0..families.len())
                .filter(first)
                .enumerate()
                .map(|(number, at)| (number + 1, at as u32))
                .skip(offset)
                .take(limit)
                .collect();
            let found: Vec<(usize, u32)> = page.iter().map(|(rank, entry)| (*rank, entry.title)).collect();
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_score_halves_with_each_half_life() {
        let past = today().saturating_sub(jiff::Span::new().days(30));
        let day = past.year() as u64 * 10_000 + past.month() as u64 * 100 + past.day() as u64;
        assert!((fade(day, 30) - 0.5).abs() < 1e-6);
        assert!((fade(day, 15) - 0.25).abs() < 1e-6);
        assert!((fade(0, 30) - 0.5).abs() < 1e-6);
    }
}
