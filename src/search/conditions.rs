//! Conditions held against the passages of one article.
//!
//! The twin of [`super::sets`], which evaluates them on a whole segment.

use tantivy::DocId;

use super::article_texts::{ArticleRun, ArticleTexts, Near};
use super::days::Days;
use super::literal::Occurrences;
use super::plan::{Condition, Scope};
use super::question::NumberedNeed;
use super::sets::Evaluator;
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
    Titles(Vec<DocId>),
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
            Condition::Filter(filter) => Test::Titles(evaluator.titles(filter)?),
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
            Test::Titles(titles) => titles.binary_search(&title).is_err(),
            Test::Days(days) => !days.hold(evaluator.segment.unpacked_days(title)),
            Test::And(list) => list.iter().any(|test| test.rules_out(evaluator, title)),
            Test::Or(list) => list.iter().all(|test| test.rules_out(evaluator, title)),
            Test::Text(..) | Test::Near(..) | Test::Not(_) => false,
        }
    }

    /// Whether a passage of an article fulfils it, with its title and heading;
    /// by its grams only whether it can.
    pub(super) fn holds(
        &self,
        evaluator: &Evaluator<'_>,
        texts: &mut ArticleTexts<'_>,
        article: ArticleRun,
        passage: DocId,
        look: Look,
    ) -> Result<bool> {
        let mut stands = |number: usize, scope: Scope| {
            Ok(match look {
                Look::Grams => {
                    let candidates = texts.candidates(number, article)?;
                    is_over(evaluator, article, passage, scope, |document| {
                        is_among(candidates, document)
                    })
                }
                Look::Text => {
                    let standing = texts.standing(number, article)?;
                    is_over(evaluator, article, passage, scope, |document| {
                        standing.binary_search(&document).is_ok()
                    })
                }
            })
        };
        Ok(match self {
            Test::Text(number, scope) => return stands(*number, *scope),
            Test::Near(near) => match look {
                Look::Grams => {
                    stands(near.left, Scope::Anywhere)? && stands(near.right, Scope::Anywhere)?
                }
                Look::Text => {
                    let near = texts.near(*near, article)?;
                    is_over(evaluator, article, passage, Scope::Anywhere, |document| {
                        near.binary_search(&document).is_ok()
                    })
                }
            },
            Test::Titles(_) | Test::Days(_) => !self.rules_out(evaluator, article.title),
            Test::Not(inner) => match look {
                Look::Grams => true,
                Look::Text => !inner.holds(evaluator, texts, article, passage, look)?,
            },
            Test::And(list) => {
                for test in list {
                    if !test.holds(evaluator, texts, article, passage, look)? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Or(list) => {
                for test in list {
                    if test.holds(evaluator, texts, article, passage, look)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }
}

/// How closely a passage is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Whether it can hold a text, as far as its grams tell.
    Grams,
    /// Whether it does.
    Text,
}

/// Whether a passage itself, its title or its heading is one of some documents,
/// as far as a scope lets it.
fn is_over(
    evaluator: &Evaluator<'_>,
    article: ArticleRun,
    passage: DocId,
    scope: Scope,
    has: impl Fn(DocId) -> bool,
) -> bool {
    let heading = || evaluator.segment.heading_of(passage).is_some_and(&has);
    match scope {
        Scope::Anywhere => has(passage) || has(article.title) || heading(),
        Scope::Title => has(article.title),
        Scope::Heading => heading(),
    }
}

/// Whether a document is among some in order.
pub(super) fn is_among(found: &[Occurrences], document: DocId) -> bool {
    let document_of = |found: &Occurrences| found.document;
    found.binary_search_by_key(&document, document_of).is_ok()
}
