//! What a query asks of every article, whatever the segment: what ranks, with
//! its weight, and what the lanes need, its texts numbered.

use std::collections::HashSet;

use super::driver::Curves;
use super::literal::{Gram, grams, is_one_gram};
use super::plan::{Needed, Part, Plan, RankField, Scope};
use super::score::{BEST_PASSAGE, OPENING, averages, saturated};
use super::texts::Texts;
use crate::analysis::Pattern;
use crate::index::Reader;

/// A term that ranks, or the text of one.
#[derive(Clone, Debug)]
pub(super) struct Ranker {
    pub(super) field: RankField,
    pub(super) term: String,
    /// The number of its text.
    pub(super) text: Option<usize>,
    /// What it gives at most of frequency and length (see [`super::score`]).
    pub(super) weight: f32,
    /// What it gives to an article at most.
    pub(super) bound: f32,
    pub(super) is_evidence: bool,
}

impl Ranker {
    pub(super) fn of_term(field: RankField, term: &str, weight: f32) -> Self {
        let opening = match field {
            RankField::Pairs => OPENING,
            RankField::Phrase => OPENING * saturated(1, 1.0),
            RankField::Words | RankField::Chars => 0.0,
        };
        Ranker {
            field,
            term: term.to_owned(),
            text: None,
            weight,
            bound: weight * (1.0 + opening + BEST_PASSAGE),
            is_evidence: false,
        }
    }

    /// A text that is one gram is no more than that.
    pub(super) fn of_text(number: usize, pattern: &Pattern, weight: f32) -> Self {
        match &grams(pattern)[..] {
            [(gram, term)] if is_one_gram(pattern) => {
                let field = match gram {
                    Gram::Pair => RankField::Pairs,
                    Gram::Char => RankField::Chars,
                };
                Ranker::of_term(field, term, weight)
            }
            _ => Ranker {
                text: Some(number),
                ..Ranker::of_term(RankField::Phrase, "", weight)
            },
        }
    }
}

/// What a passage must hold for a lane, its texts and runs numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum NumberedNeed {
    Text(usize),
    Run(usize),
}

/// What is asked of every article, whatever the segment.
pub(super) struct Question {
    pub(super) rankers: Vec<Ranker>,
    /// The numbers of the rankers, those that can give most first.
    pub(super) by_bound: Vec<usize>,
    /// What each of these and those after it give at most together.
    pub(super) rest: Vec<f32>,
    pub(super) texts: Texts,
    /// Texts that make hits by themselves.
    pub(super) positive: Vec<(usize, Scope)>,
    pub(super) runs: Vec<String>,
    pub(super) exact: Vec<NumberedNeed>,
    pub(super) words: Vec<NumberedNeed>,
    pub(super) averages: (f32, f32),
    pub(super) curves: Curves,
}

impl Question {
    pub(super) fn new(
        reader: &Reader,
        plan: &Plan,
        mut texts: Texts,
        rankers: Vec<Ranker>,
        all_text: bool,
    ) -> Self {
        let mut runs = Vec::new();
        let mut needs = |of: fn(&Part) -> &Vec<Needed>| -> Vec<NumberedNeed> {
            let mut needs = Vec::new();
            for needed in plan.parts.iter().flat_map(of) {
                let need = match needed {
                    Needed::Literal(pattern) => NumberedNeed::Text(texts.number(pattern)),
                    Needed::Run(run) => {
                        let known = runs.iter().position(|known| known == run);
                        NumberedNeed::Run(known.unwrap_or_else(|| {
                            runs.push(run.clone());
                            runs.len() - 1
                        }))
                    }
                };
                needs.push(need);
            }
            // A pasted page has many words more than once.
            let mut seen = HashSet::new();
            needs.retain(|need| seen.insert(*need));
            needs
        };
        let (exact, words) = (needs(|part| &part.exact), needs(|part| &part.words));
        let positive = plan.positive().into_iter();
        let mut positive: Vec<(usize, Scope)> = positive
            .map(|(pattern, scope)| (texts.number(pattern), scope))
            .collect();
        positive.sort_by_key(|&(number, scope)| (number, scope as u8));
        positive.dedup();
        let mut by_bound: Vec<usize> = (0..rankers.len()).collect();
        by_bound.sort_by(|&one, &other| rankers[other].bound.total_cmp(&rankers[one].bound));
        let mut rest: Vec<f32> = Vec::with_capacity(by_bound.len());
        for &number in by_bound.iter().rev() {
            rest.push(rankers[number].bound + rest.last().copied().unwrap_or_default());
        }
        rest.reverse();
        Question {
            rankers,
            by_bound,
            rest,
            texts,
            positive,
            runs,
            exact,
            words,
            averages: averages(reader),
            curves: Curves::new(averages(reader).1, all_text),
        }
    }
}
