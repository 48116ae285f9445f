//! The best articles of a query that only few can be hits of: one look at each
//! decides in which lane it is.
//!
//! Finds what [`Bounded::best`] finds lane by lane.

use tantivy::{DocId, TERMINATED};

use super::answer::{Lane, LaneCounts};
use super::article_texts::ArticleRun;
use super::batch::{Batch, DENSE, SPARSE};
use super::best::{Best, Bounded};
use super::conditions::Test;
use super::decide::{Hits, Looked};
use super::driver::{Driver, Sums, narrow};
use super::reach::{Reach, reach};
use super::top::{Count, Top};
use crate::error::{Error, Result};

/// The best of each lane, and how many hits there are.
struct Lanes {
    tops: [(Lane, Top); 3],
    counts: LaneCounts,
    count: Count,
}

impl Bounded<'_> {
    /// Finds the best `wanted` articles, and counts; `None` if there are more
    /// hits than are counted, so that it is better done lane by lane.
    pub(super) fn best_of_few(&self, wanted: usize) -> Result<Option<Best>> {
        let mut reaches = Vec::new();
        let mut length = 0;
        for number in 0..self.reader.segments.len() {
            let (tests, evaluator) = (&self.tests[number], self.evaluator(number));
            let reach = reach(&self.question, &evaluator, number, &[], tests)?;
            let lists = reach.iter().flat_map(|reach| &reach.lists);
            let covering = lists.filter(|list| list.covers);
            length += covering
                .map(|list| list.postings.count() as usize)
                .sum::<usize>();
            if length > self.limits.hits {
                return Ok(None);
            }
            reaches.push(reach);
        }
        let mut lanes = Lanes {
            tops: [Lane::Exact, Lane::All, Lane::Some].map(|lane| (lane, Top::new(wanted))),
            counts: LaneCounts::default(),
            count: Count::to(self.limits.hits),
        };
        for (number, reach) in reaches.into_iter().enumerate() {
            if let Some(reach) = reach {
                self.look_at_all(number, reach, &mut lanes)?;
            }
            if lanes.count.is_over {
                return Ok(None);
            }
        }
        let tops = lanes.tops.into_iter();
        Ok(Some(Best {
            entries: tops.flat_map(|(_, top)| top.into_entries()).collect(),
            lanes: lanes.counts,
            total: lanes.count.total(),
        }))
    }

    /// Looks at all articles of a segment that can be hits.
    fn look_at_all(&self, segment: usize, reach: Reach, lanes: &mut Lanes) -> Result<()> {
        let Reach {
            lists,
            mut required,
        } = reach;
        let evaluator = self.evaluator(segment);
        let columns = evaluator.segment.unpacked();
        let tests = &self.tests[segment];
        let mut decider = self.decider(segment)?;
        let mut judge = self.judge(segment)?;
        let mut batch = Batch::new();
        let mut sums = Sums::new();
        let (mut covering, mut others): (Vec<Driver>, Vec<Driver>) =
            lists.into_iter().partition(|list| list.covers);
        // Those first that can give most.
        others.reverse();
        loop {
            let next = covering.iter_mut();
            let next = next.map(|list| list.postings.seek(batch.end)).min();
            let Some(next) = next.filter(|&next| next != TERMINATED) else {
                return Ok(());
            };
            batch.open(columns, next);
            for list in &mut covering {
                list.lead(&self.question, columns, &mut batch, &mut sums);
            }
            batch.retain_articles(columns, |article| {
                let is_out = |test: &Test| test.rules_out(&evaluator, article.title);
                Ok::<_, Error>(!tests.iter().any(is_out))
            })?;
            batch.retain_required(columns, &mut required);
            batch.adapt();
            if batch.count() == 0 {
                continue;
            }
            let base = evaluator.segment.base;
            if batch.count() <= SPARSE {
                for (article, _) in batch.articles(columns) {
                    let hits = decider.lanes(Looked::only(article))?;
                    if let Some((lane, top)) = lanes.add(base, &hits, article)
                        && top.wanted > 0
                        && judge.may_reach(article, top.least())?
                    {
                        top.add(self.entry(segment, article, lane, &hits, &mut judge)?);
                    }
                }
                continue;
            }
            let hits = decider.lanes(Looked::of(&batch, columns))?;
            batch.retain_articles(columns, |article| {
                Ok::<_, Error>(lanes.add(base, &hits, article).is_some())
            })?;
            if lanes.count.is_over || lanes.tops[0].1.wanted == 0 {
                continue;
            }
            let least = lanes.tops.iter().map(|(_, top)| top.least());
            let least = least.fold(f32::INFINITY, f32::min);
            let helping = others.iter_mut().collect();
            let question = &self.question;
            let unread = narrow(
                question, columns, &mut batch, &mut sums, helping, least, DENSE,
            );
            for (article, given) in batch.articles(columns) {
                let Some((lane, top)) = lanes.top(&hits, article) else {
                    continue;
                };
                let least = top.least();
                if judge.may_be_given(article, given, &unread, least)?
                    && judge.may_reach(article, least)?
                {
                    top.add(self.entry(segment, article, lane, &hits, &mut judge)?);
                }
            }
        }
    }
}

impl Lanes {
    /// The lane of an article, if it has hits, and the best of that lane.
    fn top(&mut self, hits: &Hits, article: ArticleRun) -> Option<(Lane, &mut Top)> {
        self.top_of(hits.best(article.documents())?)
    }

    fn top_of(&mut self, lane: Lane) -> Option<(Lane, &mut Top)> {
        let mut tops = self.tops.iter_mut();
        let top = tops.find(|(of, _)| *of == lane);
        top.map(|(lane, top)| (*lane, top))
    }

    /// Counts the hits of an article by lane; gives its [own](Self::top).
    fn add(&mut self, base: DocId, hits: &Hits, article: ArticleRun) -> Option<(Lane, &mut Top)> {
        let counts = hits.counts(article.documents());
        let [exact, all, some] = counts;
        self.counts.exact += exact;
        self.counts.all += all;
        self.counts.some += some;
        self.count.add(base + article.title, exact + all + some);
        self.top_of(Hits::best_of(counts)?)
    }
}
