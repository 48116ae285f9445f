//! Articles that hold several texts, anywhere in them: counted to a limit.

use tantivy::TERMINATED;

use super::article_texts::{ArticleRun, ArticleTexts};
use super::batch::Batch;
use super::conditions::Test;
use super::literal::grams;
use super::plan::{Condition, Scope};
use super::postings::Postings;
use super::reach::Required;
use super::sets::Evaluator;
use super::texts::Texts;
use crate::analysis::Pattern;
use crate::error::Result;
use crate::index::Reader;

/// Counts the articles that fulfil filters and hold all texts, `most` and one
/// more at most.
pub(super) fn articles_with(
    reader: &Reader,
    filters: &[Condition],
    patterns: &[Pattern],
    all_text: bool,
    most: usize,
) -> Result<usize> {
    let mut count = 0;
    for (number, segment) in reader.segments.iter().enumerate() {
        let evaluator = Evaluator {
            reader,
            segment,
            all_text,
        };
        let mut texts = Texts::default();
        let numbers: Vec<usize> = patterns.iter().map(|text| texts.number(text)).collect();
        let tests = Test::all(filters, &evaluator, &mut texts)?;
        let Some(mut required) = required(&evaluator, patterns)? else {
            continue;
        };
        let Some((rarest, others)) = required.split_first_mut() else {
            continue;
        };
        let mut holding = Holding {
            evaluator,
            tests: &tests,
            numbers: &numbers,
            texts: ArticleTexts::new(reader, &texts, number),
        };
        let columns = segment.unpacked();
        let mut batch = Batch::new();
        loop {
            let next = rarest.postings.seek(batch.end);
            if next == TERMINATED {
                break;
            }
            batch.open(columns, next);
            batch.fill(columns, &mut rarest.postings);
            let read = batch.retain_all(columns, others);
            for (article, _) in batch.articles(columns) {
                let mut grams = others[read..].iter_mut();
                if grams.all(|gram| gram.is_in(article)) && holding.holds(article)? {
                    count += 1;
                }
                if count > most {
                    return Ok(count);
                }
            }
        }
    }
    Ok(count)
}

/// The posting lists of the grams of all texts, the rarest first; `None` if
/// the segment lacks one.
fn required(evaluator: &Evaluator<'_>, patterns: &[Pattern]) -> Result<Option<Vec<Required>>> {
    let mut required = Vec::new();
    for (gram, term) in patterns.iter().flat_map(grams) {
        let field = gram.field(evaluator.reader);
        match Postings::open(evaluator.segment, field, &term)? {
            Some(postings) => required.push(Required {
                postings,
                in_title: false,
            }),
            None => return Ok(None),
        }
    }
    required.sort_by_key(|required| required.postings.count());
    Ok(Some(required))
}

/// What articles are to hold, asked about in order.
struct Holding<'a> {
    evaluator: Evaluator<'a>,
    tests: &'a [Test],
    numbers: &'a [usize],
    texts: ArticleTexts<'a>,
}

impl Holding<'_> {
    fn holds(&mut self, article: ArticleRun) -> Result<bool> {
        for test in self.tests {
            let is_fulfilled = match test {
                Test::Text(number, scope) => self.stands(*number, *scope, article)?,
                other => !other.rules_out(&self.evaluator, article.title),
            };
            if !is_fulfilled {
                return Ok(false);
            }
        }
        for &number in self.numbers {
            if !self.stands(number, Scope::Anywhere, article)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn stands(&mut self, number: usize, scope: Scope, article: ArticleRun) -> Result<bool> {
        let evaluator = &self.evaluator;
        let mut documents = self.texts.standing(number, article)?.iter().copied();
        Ok(documents.any(|document| {
            evaluator.segment.is_live(document) && evaluator.is_in(document, scope)
        }))
    }
}
