//! Conditions held against the passages of one article.
//!
//! The twin of [`super::sets`], which evaluates them on a whole segment.

use tantivy::DocId;

use super::article_texts::{ArticleRun, ArticleTexts, Near};
use super::days::Days;
use super::plan::{Condition, Scope};
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
                left: texts.number_with_spans(left),
                right: texts.number_with_spans(right),
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

    /// Whether nothing of an article can fulfil it, as far as its facts tell.
    pub(super) fn rules_out(&self, evaluator: &Evaluator<'_>, title: DocId) -> bool {
        match self {
            Test::Titles(titles) => titles.binary_search(&title).is_err(),
            Test::Days(days) => !days.hold(evaluator.segment.days(title)),
            Test::And(list) => list.iter().any(|test| test.rules_out(evaluator, title)),
            Test::Or(list) => list.iter().all(|test| test.rules_out(evaluator, title)),
            Test::Text(..) | Test::Near(..) | Test::Not(_) => false,
        }
    }

    /// Whether a passage of an article fulfils it, with its title and heading.
    pub(super) fn holds(
        &self,
        evaluator: &Evaluator<'_>,
        texts: &mut ArticleTexts<'_>,
        article: ArticleRun,
        passage: DocId,
    ) -> Result<bool> {
        Ok(match self {
            Test::Text(number, scope) => {
                let found = texts.found(*number, article)?;
                let mut documents = found.iter().map(|found| found.document);
                documents.any(|document| {
                    evaluator.is_in(document, *scope)
                        && is_over(evaluator, article, document, passage)
                })
            }
            Test::Near(near) => {
                let mut documents = texts.near(*near, article)?.iter();
                documents.any(|&document| {
                    evaluator.is_in(document, Scope::Anywhere)
                        && is_over(evaluator, article, document, passage)
                })
            }
            Test::Titles(_) | Test::Days(_) => !self.rules_out(evaluator, article.title),
            Test::Not(inner) => !inner.holds(evaluator, texts, article, passage)?,
            Test::And(list) => {
                for test in list {
                    if !test.holds(evaluator, texts, article, passage)? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Or(list) => {
                for test in list {
                    if test.holds(evaluator, texts, article, passage)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }
}

/// Whether a document is a passage itself, its title or its heading.
fn is_over(
    evaluator: &Evaluator<'_>,
    article: ArticleRun,
    document: DocId,
    passage: DocId,
) -> bool {
    document == passage
        || document == article.title
        || evaluator.segment.heading_of(passage) == Some(document)
}
