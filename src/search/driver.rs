//! A posting list read batch by batch, and what it gives to articles at most.

use tantivy::DocId;

use super::batch::{ARTICLES, Batch};
use super::judge::is_below;
use super::postings::Postings;
use super::question::Question;
use super::score::{BEST_PASSAGE, OPENING, saturated};
use crate::index::{Portion, Rough, Unpacked};

/// A posting list that says which articles are looked at, or how good they can be.
pub(super) struct Driver {
    pub(super) postings: Postings,
    /// The ranker whose score in an article it bounds.
    pub(super) ranker: Option<usize>,
    /// What that gives at most; without end if there is none.
    pub(super) bound: f32,
    /// Whether it is one of those that together have all articles of a lane.
    pub(super) covers: bool,
}

/// Which lists lead to all articles that can be hits and score `least`: those
/// that cover, or those without which nothing scores as much, whichever have
/// less to read. The lists are in the order of their bounds.
pub(super) fn leading(lists: &[Driver], least: f32) -> Vec<bool> {
    let outside = lists.iter().filter(|list| !list.covers);
    let outside = outside.map(|list| list.bound).sum();
    let by_cover = needed(lists, least, outside, |list| list.covers);
    // What scores something has a posting of a list that bounds a ranker.
    if least > 0.0 {
        let by_score = needed(lists, least, 0.0, |list| list.ranker.is_some());
        if length(lists, &by_score) < length(lists, &by_cover) {
            return by_score;
        }
    }
    by_cover
}

/// The lists of `those` left after as many as give less than `least`, all of
/// them and what is `outside` together.
fn needed(
    lists: &[Driver],
    least: f32,
    outside: f32,
    those: impl Fn(&Driver) -> bool,
) -> Vec<bool> {
    let mut bound = outside;
    let mut is_needed = |list: &Driver| {
        if !those(list) {
            return false;
        }
        bound += list.bound;
        !is_below(bound, least)
    };
    lists.iter().map(&mut is_needed).collect()
}

fn length(lists: &[Driver], leads: &[bool]) -> u64 {
    let led = lists.iter().zip(leads).filter(|(_, leads)| **leads);
    led.map(|(list, _)| u64::from(list.postings.count())).sum()
}

/// Leaves only the articles of a batch that can score `least`, reading what
/// else gives to them as far as that is cheaper than looking at each, which is
/// worth `dense` postings; returns the numbers of the rankers not read, those
/// first that can give most.
pub(super) fn narrow(
    question: &Question,
    columns: &Unpacked,
    batch: &mut Batch,
    sums: &mut Sums,
    mut others: Vec<&mut Driver>,
    least: f32,
    dense: u32,
) -> Vec<usize> {
    let mut at = 0;
    loop {
        let rest = others.iter().map(|list| list.bound).sum();
        batch.retain_scores(least, rest);
        let left = batch.count();
        let is_cheap = |list: &&mut Driver| batch.expected(columns, &list.postings) <= left * dense;
        match others[at..].iter().position(is_cheap) {
            Some(next) if left > 0 => at += next,
            _ => return others.iter().filter_map(|list| list.ranker).collect(),
        }
        let list = others.remove(at);
        list.fill(question, columns, batch, sums);
    }
}

impl Driver {
    /// Reads to the end of a batch, has each article in it looked at, and gives
    /// it what its ranker gives at most.
    pub(super) fn lead(
        &mut self,
        question: &Question,
        columns: &Unpacked,
        batch: &mut Batch,
        sums: &mut Sums,
    ) {
        self.postings.seek(batch.start);
        let Some(number) = self.ranker else {
            batch.fill(columns, &mut self.postings);
            return;
        };
        self.sum(number, question, columns, batch, sums, |_| true);
        self.give(number, question, columns, batch, sums, Batch::reach);
    }

    /// Reads to the end of a batch, and gives each article that is looked at
    /// what its ranker gives at most.
    pub(super) fn fill(
        &mut self,
        question: &Question,
        columns: &Unpacked,
        batch: &mut Batch,
        sums: &mut Sums,
    ) {
        let Some(number) = self.ranker else {
            return;
        };
        self.postings.seek(batch.start);
        let reached = batch.reached(columns);
        let is_reached = |document| reached.contains(document);
        self.sum(number, question, columns, batch, sums, is_reached);
        self.give(number, question, columns, batch, sums, |_, _| {});
    }

    /// Sums what its ranker has in the articles of a batch, of the documents
    /// that are asked for.
    #[inline]
    fn sum(
        &mut self,
        number: usize,
        question: &Question,
        columns: &Unpacked,
        batch: &Batch,
        sums: &mut Sums,
        is_asked_for: impl Fn(DocId) -> bool,
    ) {
        let (first, curves) = (batch.first, &question.curves);
        let is_text = question.rankers[number].text.is_some();
        self.postings.each_before(batch.end, |document, frequency| {
            if !is_asked_for(document) {
                return;
            }
            let (article, rough) = columns.article_of(document);
            let at = (article - first) as usize;
            if !is_text {
                sums.add(curves, at, rough, frequency);
                return;
            }
            // A text counts in the opening once, where it opens the first
            // passage, which may have a heading.
            let opens = document - columns.title(article) <= 3;
            sums.add_text(curves, at, rough, frequency, opens);
        });
    }

    /// Gives what was summed.
    #[inline]
    fn give(
        &self,
        number: usize,
        question: &Question,
        columns: &Unpacked,
        batch: &mut Batch,
        sums: &mut Sums,
        given: impl Fn(&mut Batch, u32),
    ) {
        let (ranker, first) = (&question.rankers[number], batch.first);
        let (average, _) = question.averages;
        sums.take(batch.words(), |at, sum| {
            let article = first + at;
            let mut whole = sum.opening;
            if sum.frequency > 0 {
                whole += saturated(sum.frequency, columns.size(article) as f32 / average);
            }
            batch.give(article, ranker.weight * (whole + BEST_PASSAGE * sum.best));
            given(batch, article);
        });
    }
}

/// What a term has in each article of a batch, summed without a branch: where
/// a posting stands cannot be foretold.
pub(super) struct Sums {
    list: Box<[Sum; ARTICLES]>,
    /// A bit for each that is not empty.
    filled: [u64; ARTICLES / 64],
}

/// What a term has in an article.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    frequency: u32,
    opening: f32,
    /// In one passage, saturated.
    best: f32,
}

impl Sums {
    pub(super) fn new() -> Self {
        Sums {
            list: Box::new([Sum::default(); ARTICLES]),
            filled: [0; ARTICLES / 64],
        }
    }

    #[inline]
    fn add(&mut self, curves: &Curves, at: usize, rough: Rough, frequency: u32) {
        let sum = self.at(at);
        let curve = curves.at(rough, frequency);
        sum.frequency += frequency & curves.counts[rough.number()];
        sum.best = sum.best.max(curve.passage);
        sum.opening += curve.opening;
    }

    /// Adds the gram of a text, of which openings say nothing.
    #[inline]
    fn add_text(&mut self, curves: &Curves, at: usize, rough: Rough, frequency: u32, opens: bool) {
        let sum = self.at(at);
        sum.frequency += frequency & curves.counts[rough.number()];
        sum.best = sum.best.max(curves.at(rough, frequency).passage);
        if opens && rough.portion() == Portion::Passage {
            sum.opening = OPENING * saturated(1, 1.0);
        }
    }

    #[inline]
    fn at(&mut self, at: usize) -> &mut Sum {
        // Never more: spares a check.
        let at = at % ARTICLES;
        self.filled[at / 64] |= 1 << (at % 64);
        &mut self.list[at]
    }

    /// Calls `found` with each, of so many words of them, and empties it.
    fn take(&mut self, words: usize, mut found: impl FnMut(u32, Sum)) {
        for (number, word) in self.filled[..words].iter_mut().enumerate() {
            let mut left = std::mem::take(word);
            while left != 0 {
                let at = number * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                found(at as u32, std::mem::take(&mut self.list[at]));
            }
        }
    }
}

/// How frequency saturates at most, by what a document counts as.
pub(super) struct Curves {
    /// By the number of what it counts as, then by frequency: as arrays, so
    /// that no place need be checked.
    list: Box<[Curve; ROUGH * FREQUENCIES]>,
    /// All bits where a frequency counts for the article, none where not.
    counts: Box<[u32; ROUGH]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Curve {
    /// Of passages.
    passage: f32,
    /// Of openings.
    opening: f32,
}

/// How many [`Rough`]s there are.
const ROUGH: usize = 256;

/// Frequencies from the last of these on are not told apart.
const FREQUENCIES: usize = 16;

impl Curves {
    /// Of passages with so many symbols on average.
    pub(super) fn new(average: f32, all_text: bool) -> Self {
        // The last is of all higher ones too.
        let most = |frequency, length| match frequency as usize == FREQUENCIES - 1 {
            true => 1.0,
            false => saturated(frequency, length),
        };
        let mut curves = Curves {
            list: Box::new([Curve::default(); ROUGH * FREQUENCIES]),
            counts: Box::new([0; ROUGH]),
        };
        for rough in Rough::all() {
            let is_passage = match rough.portion() {
                Portion::Passage => true,
                Portion::Furniture => all_text,
                Portion::Head | Portion::Opening => false,
            };
            if is_passage || rough.portion() == Portion::Head {
                curves.counts[rough.number()] = u32::MAX;
            }
            let length = Rough::shortest(rough.level()) / average;
            for frequency in 0..FREQUENCIES as u32 {
                let curve = &mut curves.list[place(rough, frequency)];
                if is_passage {
                    curve.passage = most(frequency, length);
                }
                if rough.portion() == Portion::Opening {
                    curve.opening = OPENING * most(frequency, 1.0);
                }
            }
        }
        curves
    }

    #[inline]
    fn at(&self, rough: Rough, frequency: u32) -> Curve {
        self.list[place(rough, frequency)]
    }
}

#[inline]
fn place(rough: Rough, frequency: u32) -> usize {
    rough.number() * FREQUENCIES + (frequency as usize).min(FREQUENCIES - 1)
}
