//! Articles that hold several texts, anywhere in them: counted to a limit.

use tantivy::TERMINATED;

use super::article_texts::ArticleRun;
use super::batch::Batch;
use super::conditions::Test;
use super::literal::grams;
use super::plan::{Condition, Scope};
use super::postings::Postings;
use super::reach::Required;
use super::sets::Evaluator;
use super::texts::{TextReader, Texts};
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
    for segment in &reader.segments {
        let evaluator = Evaluator {
            reader,
            segment,
            all_text,
        };
        let mut texts = Texts::default();
        let tests = Test::all(filters, &evaluator, &mut texts)?;
        let mut needed = Vec::new();
        for pattern in patterns {
            needed.push((pattern, Scope::Anywhere));
        }
        for test in &tests {
            if let Test::Text(number, scope) = test {
                needed.push((&texts.list[*number].pattern, *scope));
            }
        }
        let mut needed = match opened(&evaluator, &needed)? {
            Some(needed) => needed,
            None => continue,
        };
        let Some(mut required) = required(&evaluator, patterns)? else {
            continue;
        };
        let Some((rarest, others)) = required.split_first_mut() else {
            continue;
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
            batch.retain_articles(columns, |article| {
                let is_out = |test: &Test| test.rules_out(&evaluator, article.title);
                Ok::<_, Error>(!tests.iter().any(is_out))
            })?;
            batch.retain_required(columns, others);
            batch.adapt();
            for (article, _) in batch.articles(columns) {
                let mut needed = needed.iter_mut();
                if needed.all(|(text, scope)| stands_in(&evaluator, text, *scope, article)) {
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

/// Texts made ready to be read, the rarest first; `None` if the segment lacks one.
fn opened(
    evaluator: &Evaluator<'_>,
    needed: &[(&Pattern, Scope)],
) -> Result<Option<Vec<(TextReader, Scope)>>> {
    let (reader, segment) = (evaluator.reader, evaluator.segment);
    let mut opened = Vec::with_capacity(needed.len());
    for &(pattern, scope) in needed {
        let Some(mut text) = TextReader::open(reader, segment, pattern)? else {
            return Ok(None);
        };
        text.open_presence(reader, segment, pattern)?;
        opened.push((text, scope));
    }
    opened.sort_by_key(|(text, _)| text.count());
    Ok(Some(opened))
}

/// Whether an article holds a text where its scope lets it stand; articles must
/// be asked about in order. Reads no further than the first place.
fn stands_in(
    evaluator: &Evaluator<'_>,
    text: &mut TextReader,
    scope: Scope,
    article: ArticleRun,
) -> bool {
    let mut document = text.candidate(article.title);
    while document <= article.last {
        if evaluator.shows(document, scope) && text.holds(document) {
            return true;
        }
        document = text.candidate(document + 1);
    }
    false
}

/// The posting lists of the grams of all texts, the rarest first; `None` if
/// the segment lacks one.
fn required(evaluator: &Evaluator<'_>, patterns: &[Pattern]) -> Result<Option<Vec<Required>>> {
    let mut required = Vec::new();
    for (gram, term) in patterns.iter().flat_map(grams) {
        let field = gram.field(evaluator.reader);
        match Postings::open_documents(evaluator.segment, field, &term)? {
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
