//! A posting list read batch by batch, and what it gives to articles at most.

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

impl Driver {
    /// Reads to the end of a batch, and gives each article in it what its
    /// ranker gives at most; they are looked at for that if it `leads` there.
    pub(super) fn fill(
        &mut self,
        question: &Question,
        columns: &Unpacked,
        batch: &mut Batch,
        sums: &mut Sums,
        leads: bool,
    ) {
        self.postings.seek(batch.start);
        let end = batch.end;
        let Some(number) = self.ranker else {
            batch.fill(columns, &mut self.postings);
            return;
        };
        let (first, curves) = (batch.first, &question.curves);
        let (average, _) = question.averages;
        let ranker = &question.rankers[number];
        if ranker.text.is_some() {
            self.postings.each_before(end, |document, frequency| {
                let (article, rough) = columns.article_of(document);
                // A text counts in the opening once, where it opens the first
                // passage, which may have a heading.
                let opens = document - columns.title(article) <= 3;
                sums.add_text(curves, (article - first) as usize, rough, frequency, opens);
            });
        } else {
            self.postings.each_before(end, |document, frequency| {
                let (article, rough) = columns.article_of(document);
                sums.add(curves, (article - first) as usize, rough, frequency);
            });
        }
        sums.take(|at, sum| {
            let article = first + at;
            let mut whole = sum.opening;
            if sum.frequency > 0 {
                whole += saturated(sum.frequency, columns.size(article) as f32 / average);
            }
            batch.give(article, ranker.weight * (whole + BEST_PASSAGE * sum.best));
            if leads {
                batch.reach(article);
            }
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
        let place = curves.place(rough, frequency);
        sum.frequency += frequency & curves.counts[rough.number()];
        sum.best = sum.best.max(curves.passage[place]);
        sum.opening += curves.opening[place];
    }

    /// Adds the gram of a text, of which openings say nothing.
    #[inline]
    fn add_text(&mut self, curves: &Curves, at: usize, rough: Rough, frequency: u32, opens: bool) {
        let sum = self.at(at);
        sum.frequency += frequency & curves.counts[rough.number()];
        sum.best = sum.best.max(curves.passage[curves.place(rough, frequency)]);
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

    /// Calls `found` with each, and empties it.
    fn take(&mut self, mut found: impl FnMut(u32, Sum)) {
        for (number, word) in self.filled.iter_mut().enumerate() {
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
    /// Of passages.
    passage: Vec<f32>,
    /// Of openings.
    opening: Vec<f32>,
    /// All bits where a frequency counts for the article, none where not.
    counts: Vec<u32>,
}

/// Frequencies from the last of these on are not told apart.
const FREQUENCIES: usize = 16;

impl Curves {
    /// Of passages with so many symbols on average.
    pub(super) fn new(average: f32, all_text: bool) -> Self {
        let of = |share: &dyn Fn(Rough, u32) -> f32| -> Vec<f32> {
            let all = Rough::all()
                .flat_map(|rough| (0..FREQUENCIES as u32).map(move |frequency| (rough, frequency)));
            all.map(|(rough, frequency)| share(rough, frequency))
                .collect()
        };
        // The last is of all higher ones too.
        let most = |frequency, length| match frequency as usize == FREQUENCIES - 1 {
            true => 1.0,
            false => saturated(frequency, length),
        };
        let length = |rough: Rough| Rough::shortest(rough.level());
        let is_passage = |rough: Rough| match rough.portion() {
            Portion::Passage => true,
            Portion::Furniture => all_text,
            Portion::Head | Portion::Opening => false,
        };
        Curves {
            passage: of(&|rough, frequency| match is_passage(rough) {
                true => most(frequency, length(rough) / average),
                false => 0.0,
            }),
            opening: of(
                &|rough, frequency| match rough.portion() == Portion::Opening {
                    true => OPENING * most(frequency, 1.0),
                    false => 0.0,
                },
            ),
            counts: Rough::all()
                .map(
                    |rough| match is_passage(rough) || rough.portion() == Portion::Head {
                        true => u32::MAX,
                        false => 0,
                    },
                )
                .collect(),
        }
    }

    #[inline]
    fn place(&self, rough: Rough, frequency: u32) -> usize {
        rough.number() * FREQUENCIES + (frequency as usize).min(FREQUENCIES - 1)
    }
}
