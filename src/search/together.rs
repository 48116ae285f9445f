//! Articles that hold several texts, anywhere in them: counted to a limit.

use tantivy::TERMINATED;

use super::batch::Batch;
use super::bits::Bits;
use super::conditions::Test;
use super::literal::grams;
use super::plan::{Condition, Scope};
use super::postings::Postings;
use super::question::NumberedNeed;
use super::reach::Required;
use super::sets::Evaluator;
use super::standing::Standing;
use super::texts::Texts;
use crate::analysis::Pattern;
use crate::error::{Error, Result};
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
        let texts_anywhere = patterns.iter();
        let mut needed: Vec<(usize, Scope)> = texts_anywhere
            .map(|text| (texts.number(text), Scope::Anywhere))
            .collect();
        let tests = Test::all(filters, &evaluator, &mut texts)?;
        for test in &tests {
            if let Test::Text(number, scope) = test {
                needed.push((*number, *scope));
            }
        }
        let Some(mut required) = required(&evaluator, patterns)? else {
            continue;
        };
        let Some((rarest, others)) = required.split_first_mut() else {
            continue;
        };
        let columns = segment.unpacked();
        let mut standing = Standing::new(reader, &texts, &[], number)?;
        let mut batch = Batch::new();
        loop {
            let next = rarest.postings.seek(batch.end);
            if next == TERMINATED {
                break;
            }
            batch.open(columns, next);
            batch.fill(columns, &mut rarest.postings);
            batch.retain_articles(columns, |article| {
                let is_out = |test: &Test| test.rules_out(&evaluator, article.title);
                Ok::<_, Error>(!tests.iter().any(is_out))
            })?;
            batch.retain_required(columns, others);
            standing.open(batch.documents(), batch.reached(columns));
            let holding = holding(&evaluator, &mut standing, &needed)?;
            evaluator.each_article(&holding, |_, _| count += 1);
            if count > most {
                return Ok(most + 1);
            }
        }
    }
    Ok(count)
}

/// The documents of the articles that are looked at that hold all texts, each
/// where its scope lets it stand.
fn holding(
    evaluator: &Evaluator<'_>,
    standing: &mut Standing<'_>,
    needed: &[(usize, Scope)],
) -> Result<Bits> {
    let mut articles = standing.reached().clone();
    for &(number, scope) in needed {
        if articles.is_empty() {
            break;
        }
        let text = NumberedNeed::Text(number);
        standing.want(text, &articles);
        let shown = evaluator.shown(standing.standing(text)?, scope);
        let shown = evaluator.passages_among(&shown);
        let columns = evaluator.segment.unpacked();
        evaluator.retain_articles(&mut articles, |title| {
            shown.any_in(title..columns.end(columns.article_of(title).0))
        });
    }
    Ok(articles)
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
