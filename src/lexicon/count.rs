//! Counts a corpus in passes, in memory that its size does not decide.
//!
//! First all grams into a [`Sketch`], whose counts are never too low; then
//! exactly those that it calls frequent; then what stands around the
//! candidates. A gram is frequent only if its beginning is, so that the second
//! pass stops early nearly everywhere.

use std::collections::BTreeMap;

use super::gram::{Gram, GramMap, runs};
use super::sketch::{HIGHEST, Sketch};
use super::statistics::{Counts, Neighbours};
use crate::analysis::MAX_WORD_CHARS;
use crate::error::Result;
use crate::search::IndexedPassage;

/// Most frequent grams that are counted exactly: about 150 MB. If there are
/// more, frequent begins at twice the count.
const MOST_GRAMS: usize = 3_000_000;

/// What the first pass finds.
pub(super) struct FirstPass {
    sketch: Sketch,
    /// Passages by date (an ISO prefix).
    dates: BTreeMap<String, usize>,
}

impl FirstPass {
    /// Counts all grams, and passages by date.
    pub(super) fn count(passages: impl Iterator<Item = Result<IndexedPassage>>) -> Result<Self> {
        let mut pass = FirstPass {
            sketch: Sketch::new(),
            dates: BTreeMap::new(),
        };
        let mut run = Vec::new();
        for passage in passages {
            let passage = passage?;
            runs(&passage.text, &mut run, |run| {
                each_gram(run.codes, |gram| {
                    pass.sketch.add(gram);
                    true
                });
            });
            if let Some(date) = passage.date {
                *pass.dates.entry(date).or_default() += 1;
            }
        }
        Ok(pass)
    }

    /// The first date of the newest quarter: as near to a quarter of the dated
    /// passages as whole dates allow; `None` if all have one date or none.
    pub(super) fn newest_quarter(&self) -> Option<String> {
        let dated: usize = self.dates.values().sum();
        let mut newer = 0;
        let mut since = None;
        for (date, passages) in self.dates.iter().rev() {
            // Whether one date more comes farther from a quarter than one less.
            if since.is_some() && 2 * newer + passages > dated / 2 {
                break;
            }
            newer += passages;
            since = Some(date);
        }
        since.filter(|_| newer < dated).cloned()
    }

    /// Counts exactly the grams that occur at least `min_count` times, and all
    /// single characters.
    pub(super) fn frequent(
        &self,
        passages: impl Iterator<Item = Result<IndexedPassage>>,
        min_count: u32,
    ) -> Result<Counts> {
        let mut least = min_count.min(HIGHEST);
        let mut counts = Counts::default();
        let mut run = Vec::new();
        for passage in passages {
            let passage = passage?;
            runs(&passage.text, &mut run, |run| {
                counts.total += run.codes.len() as u64;
                each_gram(run.codes, |gram| {
                    let is_frequent = gram.len() == 1 || self.sketch.count(gram) >= least;
                    if is_frequent {
                        *counts.grams.entry(gram).or_default() += 1;
                    }
                    is_frequent
                });
            });
            // The sketch has the counts of the whole corpus, so that what is
            // dropped here is dropped for good.
            while counts.grams.len() > MOST_GRAMS && least < HIGHEST {
                least = (least * 2).min(HIGHEST);
                counts
                    .grams
                    .retain(|&gram, _| gram.len() == 1 || self.sketch.count(gram) >= least);
            }
        }
        counts
            .grams
            .retain(|gram, count| gram.len() == 1 || *count >= min_count);
        Ok(counts)
    }
}

/// What stands around a candidate, and where it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    pub(super) left: Neighbours,
    pub(super) right: Neighbours,
    /// Passages that hold it.
    pub(super) passages: usize,
    /// Of those the dated ones before the newest quarter, and in it.
    pub(super) dated: [usize; 2],
    /// One past the passage it was last seen in.
    last: usize,
}

/// The surroundings of all candidates.
#[derive(Clone, Debug, Default)]
pub(super) struct Surrounded {
    pub(super) grams: GramMap<Surroundings>,
    /// Dated passages before the newest quarter, and in it.
    pub(super) dated: [usize; 2],
}

impl Surrounded {
    /// Looks around `candidates` in every passage. `since` is the first date
    /// of the newest quarter.
    pub(super) fn count(
        passages: impl Iterator<Item = Result<IndexedPassage>>,
        candidates: impl Iterator<Item = Gram>,
        counts: &Counts,
        since: Option<&str>,
    ) -> Result<Self> {
        let mut surrounded = Surrounded {
            grams: candidates
                .map(|gram| (gram, Surroundings::default()))
                .collect(),
            dated: [0; 2],
        };
        let mut run = Vec::new();
        for (number, passage) in passages.enumerate() {
            let passage = passage?;
            let quarter = match (&passage.date, since) {
                (Some(date), Some(since)) => Some(usize::from(date.as_str() >= since)),
                _ => None,
            };
            if let Some(quarter) = quarter {
                surrounded.dated[quarter] += 1;
            }
            runs(&passage.text, &mut run, |run| {
                let codes = run.codes;
                for start in 0..codes.len() {
                    let mut gram = Gram::of(codes[start]);
                    let longest = codes.len().min(start + MAX_WORD_CHARS);
                    for end in start + 2..=longest {
                        gram = gram.with(codes[end - 1]);
                        if counts.of(gram) == 0 {
                            break;
                        }
                        let Some(around) = surrounded.grams.get_mut(&gram) else {
                            continue;
                        };
                        around.left.add(run.left_of(start));
                        around.right.add(run.right_of(end));
                        if around.last != number + 1 {
                            around.last = number + 1;
                            around.passages += 1;
                            if let Some(quarter) = quarter {
                                around.dated[quarter] += 1;
                            }
                        }
                    }
                }
            });
        }
        Ok(surrounded)
    }

    /// The share of a gram's passages in the newest quarter over that before,
    /// half a passage added to each, so that nothing is divided by 0; `None`
    /// without dates.
    pub(super) fn rise(&self, of: &Surroundings) -> Option<f64> {
        let [before, newest] = self.dated.map(|passages| passages as f64);
        if before == 0.0 || newest == 0.0 {
            return None;
        }
        let [old, new] = of.dated.map(|passages| passages as f64 + 0.5);
        Some((new / (newest + 0.5)) / (old / (before + 0.5)))
    }
}

/// Calls `found` with each gram of a run, from each start shorter ones first,
/// as long as it returns true.
pub(super) fn each_gram(run: &[u16], mut found: impl FnMut(Gram) -> bool) {
    for start in 0..run.len() {
        let mut gram = Gram::of(run[start]);
        let mut end = start + 1;
        while found(gram) && end < run.len() && end < start + MAX_WORD_CHARS {
            gram = gram.with(run[end]);
            end += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passages(texts: &[String]) -> impl Iterator<Item = Result<IndexedPassage>> + '_ {
        texts.iter().enumerate().map(|(number, text)| {
            Ok(IndexedPassage {
                id: number.to_string(),
                date: Some(format!("2024-{:02}", 1 + number % 12)),
                text: text.clone(),
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn frequent_grams_are_counted_as_a_plain_map_counts_them(
            texts in proptest::collection::vec("[算力券发放，]{0,30}", 1..6),
        ) {
            let first = FirstPass::count(passages(&texts)).unwrap();
            let counts = first.frequent(passages(&texts), 2).unwrap();
            let mut plain: BTreeMap<Gram, u32> = BTreeMap::new();
            for text in &texts {
                for run in text.split('，').map(|run| run.chars().collect::<Vec<char>>()) {
                    for start in 0..run.len() {
                        for end in start + 1..=run.len().min(start + MAX_WORD_CHARS) {
                            let text: String = run[start..end].iter().collect();
                            *plain.entry(Gram::of_text(&text).unwrap()).or_default() += 1;
                        }
                    }
                }
            }
            plain.retain(|gram, count| gram.len() == 1 || *count >= 2);
            let counted: BTreeMap<Gram, u32> = counts.grams.into_iter().collect();
            prop_assert_eq!(counted, plain);
        }
    }

    #[test]
    fn the_newest_quarter_is_of_whole_dates() {
        let texts = vec![String::new(); 12];
        let pass = FirstPass::count(passages(&texts)).unwrap();
        assert_eq!(pass.newest_quarter().as_deref(), Some("2024-10"));
        let one = FirstPass::count(passages(&texts[..1])).unwrap();
        assert_eq!(one.newest_quarter(), None);
    }
}
