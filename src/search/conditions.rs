//! Conditions held against the passages of a batch.
//!
//! The twin of [`super::sets`], which evaluates them on a whole segment.

use tantivy::DocId;

use super::bits::Bits;
use super::days::Days;
use super::plan::{Condition, Scope};
use super::question::NumberedNeed;
use super::sets::Evaluator;
use super::standing::Standing;
use super::texts::Texts;
use crate::error::Result;
use crate::query::Field;

/// A condition made ready for a segment.
pub(super) enum Test {
    /// A text stands where the scope lets it.
    Text(usize, Scope),
    /// Two texts stand near each other.
    Near(Near),
    /// The article is one of these.
    Titles(Titles),
    /// The article is of these days.
    Days(Days),
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
}

impl Test {
    pub(super) fn new(
        condition: &Condition,
        evaluator: &Evaluator<'_>,
        texts: &mut Texts,
    ) -> Result<Self> {
        Ok(match condition {
            Condition::Literal(pattern, scope) => Test::Text(texts.number(pattern), *scope),
            Condition::Near(left, right, distance) => Test::Near(Near {
                left: texts.number(left),
                right: texts.number(right),
                distance: *distance,
            }),
            Condition::Filter(filter) if filter.field == Field::Date => {
                Test::Days(Days::of(&filter.dates.clone().unwrap_or_default()))
            }
            Condition::Filter(filter) => {
                let documents = evaluator.segment.documents();
                Test::Titles(Titles::new(evaluator.titles(filter)?, documents))
            }
            Condition::Not(inner) => Test::Not(Box::new(Test::new(inner, evaluator, texts)?)),
            Condition::And(list) => Test::And(Test::all(list, evaluator, texts)?),
            Condition::Or(list) => Test::Or(Test::all(list, evaluator, texts)?),
        })
    }

    /// Several conditions made ready, equal ones once.
    pub(super) fn all(
        conditions: &[Condition],
        evaluator: &Evaluator<'_>,
        texts: &mut Texts,
    ) -> Result<Vec<Self>> {
        let mut tests = Vec::with_capacity(conditions.len());
        let mut seen = std::collections::HashSet::new();
        for condition in conditions {
            let test = Test::new(condition, evaluator, texts)?;
            let is_new = match test {
                Test::Text(number, scope) => seen.insert((number, scope)),
                _ => true,
            };
            if is_new {
                tests.push(test);
            }
        }
        Ok(tests)
    }

    /// Conditions that are all to be fulfilled, those on the facts of an article
    /// as one if one of them names few articles.
    pub(super) fn joined(tests: Vec<Self>, evaluator: &Evaluator<'_>) -> Vec<Self> {
        let (facts, mut joined): (Vec<Test>, Vec<Test>) = tests
            .into_iter()
            .partition(|test| matches!(test, Test::Titles(_) | Test::Days(_)));
        let fewest = facts.iter().filter_map(|test| match test {
            Test::Titles(titles) => Some(&titles.list),
            _ => None,
        });
        match fewest.min_by_key(|list| list.len()) {
            Some(list) if facts.len() > 1 => {
                let is_in = |title: &&DocId| {
                    let mut facts = facts.iter();
                    !facts.any(|fact| fact.rules_out(evaluator, **title))
                };
                let list: Vec<DocId> = list.iter().filter(is_in).copied().collect();
                let documents = evaluator.segment.documents();
                joined.push(Test::Titles(Titles::new(list, documents)));
            }
            _ => joined.extend(facts),
        }
        joined
    }

    /// The text that it requires, if it is nothing else.
    pub(super) fn required(&self) -> Option<NumberedNeed> {
        match self {
            Test::Text(number, Scope::Anywhere) => Some(NumberedNeed::Text(*number)),
            _ => None,
        }
    }

    /// Whether nothing of an article can fulfil it, as far as its facts tell.
    pub(super) fn rules_out(&self, evaluator: &Evaluator<'_>, title: DocId) -> bool {
        match self {
            Test::Titles(titles) => !titles.has(title),
            Test::Days(days) => !days.hold(evaluator.segment.unpacked_days(title)),
            Test::And(list) => list.iter().any(|test| test.rules_out(evaluator, title)),
            Test::Or(list) => list.iter().all(|test| test.rules_out(evaluator, title)),
            Test::Text(..) | Test::Near(..) | Test::Not(_) => false,
        }
    }

    /// Has its texts looked for in some documents.
    pub(super) fn want(&self, standing: &mut Standing<'_>, documents: &Bits) -> Result<()> {
        match self {
            Test::Text(number, _) => standing.want(NumberedNeed::Text(*number), documents),
            Test::Near(near) => standing.want_near(*near, documents)?,
            Test::Titles(_) | Test::Days(_) => {}
            Test::Not(inner) => inner.want(standing, documents)?,
            Test::And(list) | Test::Or(list) => {
                for test in list {
                    test.want(standing, documents)?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the passages that fulfil it, with their titles and headings; by
    /// their grams those that can.
    pub(super) fn retain(
        &self,
        evaluator: &Evaluator<'_>,
        standing: &mut Standing<'_>,
        look: Look,
        passages: &mut Bits,
    ) -> Result<()> {
        match self {
            Test::Text(number, scope) => {
                let text = NumberedNeed::Text(*number);
                let documents = match look {
                    Look::Grams => standing.candidates(text)?,
                    Look::Text => standing.standing(text)?,
                };
                evaluator.retain_under(passages, documents, *scope);
            }
            Test::Near(near) => {
                let documents = match look {
                    Look::Grams => standing.near_candidates(*near)?,
                    Look::Text => standing.near(*near)?.clone(),
                };
                evaluator.retain_under(passages, &documents, Scope::Anywhere);
            }
            Test::Titles(_) | Test::Days(_) => {
                evaluator.retain_articles(passages, |title| !self.rules_out(evaluator, title));
            }
            Test::Not(inner) => {
                if look == Look::Text {
                    let mut fulfilling = passages.clone();
                    inner.retain(evaluator, standing, look, &mut fulfilling)?;
                    passages.remove_all(&fulfilling);
                }
            }
            Test::And(list) => {
                for test in list {
                    test.retain(evaluator, standing, look, passages)?;
                }
            }
            Test::Or(list) => {
                let mut any = passages.emptied();
                for test in list {
                    let mut fulfilling = passages.clone();
                    test.retain(evaluator, standing, look, &mut fulfilling)?;
                    any.add_all(&fulfilling);
                }
                *passages = any;
            }
        }
        Ok(())
    }
}

/// How closely passages are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Whether they can hold a text, as far as their grams tell.
    Grams,
    /// Whether they do.
    Text,
}

/// Two texts that stand within a distance of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) distance: u32,
}

/// The title documents of some articles of a segment.
pub(super) struct Titles {
    /// In order.
    pub(super) list: Vec<DocId>,
    /// A bit for each document that is one of them.
    marks: Vec<u64>,
}

impl Titles {
    fn new(list: Vec<DocId>, documents: DocId) -> Self {
        let mut marks = vec![0; (documents as usize).div_ceil(64)];
        for &title in &list {
            marks[title as usize / 64] |= 1 << (title % 64);
        }
        Titles { list, marks }
    }

    fn has(&self, title: DocId) -> bool {
        self.marks[title as usize / 64] >> (title % 64) & 1 == 1
    }
}
