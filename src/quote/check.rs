//! Each quotation found exactly, altered, or not found.

use std::collections::HashSet;
use std::ops::Range;

use super::nearest::nearest;
use super::report::{Quotation, Report};
use crate::analysis::{END, Pattern, Symbol, symbols};
use crate::article::{Place, RegionRole};
use crate::error::{ErrorKind, Result};
use crate::family::{Difference, differences};
use crate::index::FullArticle;
use crate::query::Query;
use crate::search::{ArticleInfo, SearchOptions, Searcher, Sort};

/// How quotations are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteOptions {
    /// Quotations of fewer characters, marks and spaces not counted, are left
    /// out: most are terms, not quotations.
    pub min_chars: usize,
    /// How many articles to name for each; all are counted.
    pub sources: usize,
}

impl Default for QuoteOptions {
    fn default() -> Self {
        QuoteOptions {
            min_chars: 8,
            sources: 3,
        }
    }
}

/// What became of the quotations of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuotesChecked {
    /// Each quotation that was checked, in order.
    pub checks: Vec<QuoteCheck>,
    /// How many were too short to be checked.
    pub skipped: usize,
}

impl QuotesChecked {
    /// How many have an outcome.
    pub fn count(&self, outcome: QuoteOutcome) -> usize {
        let with = self.checks.iter().filter(|check| check.outcome == outcome);
        with.count()
    }
}

/// What became of one quotation.
#[derive(Clone, Debug, PartialEq)]
pub struct QuoteCheck {
    /// The quotation.
    pub quotation: Quotation,
    /// Whether it was found.
    pub outcome: QuoteOutcome,
    /// In how many articles it stands exactly.
    pub articles: usize,
    /// Some of them, the earliest first; of an altered one the nearest.
    pub sources: Vec<QuoteSource>,
    /// For an altered one: what it (the first text) and the article (the
    /// second) have.
    pub differences: Vec<Difference>,
}

/// Whether a quotation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuoteOutcome {
    /// It stands there, character by character.
    Exact,
    /// Something like it does: at most a third of its characters differ.
    Altered,
    /// Nothing like it was found.
    Missing,
}

impl QuoteOutcome {
    /// Returns the name used in machine formats: `exact`, `altered` or `missing`.
    pub fn name(self) -> &'static str {
        match self {
            QuoteOutcome::Exact => "exact",
            QuoteOutcome::Altered => "altered",
            QuoteOutcome::Missing => "missing",
        }
    }
}

/// Where a quotation stands, or what is most like it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuoteSource {
    /// The article.
    pub article: ArticleInfo,
    /// The id of the passage in which it begins, of the article if that is the title.
    pub passage: String,
    /// Where that passage begins in its file.
    pub place: Place,
    /// What stands there, as it is written.
    pub text: String,
}

/// Checks every quotation of a report against the articles of an index.
///
/// Parts of a quotation with an ellipsis (…… or [...]) between them must stand
/// in one article, in this order.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "甲市发放算力券\n\n2024-05-30\n\n甲市今年向中小企业发放算力券十亿元。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::{QuoteOptions, QuoteOutcome, Report, Searcher, check_quotes};
///
/// let searcher = Searcher::open(&index)?;
/// let report = Report::from_text("据报道，“向中小企业发放算力券十亿元”，又“向中小企业发放算力券百亿元”。");
/// let check = check_quotes(&searcher, &report, &QuoteOptions::default())?;
/// assert_eq!(check.count(QuoteOutcome::Exact), 1);
/// assert_eq!(check.count(QuoteOutcome::Altered), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the index cannot be read.
pub fn check_quotes(
    searcher: &Searcher,
    report: &Report,
    options: &QuoteOptions,
) -> Result<QuotesChecked> {
    let mut checked = QuotesChecked::default();
    for quotation in report.quotations() {
        let chars = matchable(&quotation.text).len();
        if chars < options.min_chars.max(1) {
            checked.skipped += 1;
            continue;
        }
        checked.checks.push(check(searcher, quotation, options)?);
    }
    Ok(checked)
}

/// The symbols of a text, ends of lines left out.
fn matchable(text: &str) -> Vec<Symbol> {
    let mut symbols = symbols(text);
    symbols.retain(|symbol| symbol.character != END);
    symbols
}

/// A quotation as it is looked for: the stretches between ellipses.
fn parts(text: &str) -> Vec<&str> {
    let whole = text
        .split(['…', '⋯'])
        .flat_map(|part| part.split("[...]"))
        .flat_map(|part| part.split("..."));
    let parts: Vec<&str> = whole.filter(|part| matchable(part).len() > 1).collect();
    if parts.is_empty() { vec![text] } else { parts }
}

fn check(searcher: &Searcher, quotation: Quotation, options: &QuoteOptions) -> Result<QuoteCheck> {
    let parts = parts(&quotation.text);
    let mut check = QuoteCheck {
        outcome: QuoteOutcome::Missing,
        articles: 0,
        sources: Vec::new(),
        differences: Vec::new(),
        quotation: quotation.clone(),
    };
    let candidates = Candidates::find(searcher, &parts)?;
    let mut found = Vec::new();
    let mut texts = Vec::new();
    for id in &candidates.ids {
        let text = ArticleText::read(searcher, id)?;
        match text.exact(&parts) {
            Some(range) => found.push(text.source(range)),
            None => texts.push(text),
        }
    }
    if !found.is_empty() {
        check.outcome = QuoteOutcome::Exact;
        check.articles = found.len().max(candidates.exact);
        // Undated ones last; a year alone may be its last day.
        found.sort_by_key(|source| {
            let date = source.article.date.clone();
            (
                date.map_or_else(|| "9999".to_owned(), |date| format!("{date}-99")),
                source.article.path.clone(),
            )
        });
        found.truncate(options.sources.max(1));
        check.sources = found;
        return Ok(check);
    }
    let wanted: Vec<Vec<char>> = parts
        .iter()
        .map(|part| characters(&matchable(part)))
        .collect();
    let length: usize = wanted.iter().map(Vec::len).sum();
    let mut best: Option<(usize, usize, Vec<Range<usize>>)> = None;
    let mut budget = MAX_CELLS;
    for (number, text) in texts.iter().enumerate() {
        let Some(rest) = budget.checked_sub(length * text.symbols.len()) else {
            break;
        };
        budget = rest;
        let (edits, ranges) = wanted
            .iter()
            .map(|part| nearest(part, &text.characters))
            .fold((0, Vec::new()), |(sum, mut ranges), (edits, range)| {
                ranges.push(range);
                (sum + edits, ranges)
            });
        if best.as_ref().is_none_or(|best| edits < best.0) {
            best = Some((edits, number, ranges));
        }
    }
    if let Some((edits, number, mut ranges)) = best
        && edits * 3 <= length
    {
        ranges.sort_by_key(|range| range.start);
        let sources: Vec<QuoteSource> = ranges
            .into_iter()
            .map(|range| texts[number].source(range))
            .collect();
        let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
        let text = texts.join("……");
        check.outcome = QuoteOutcome::Altered;
        check.differences = differences(&quotation.text, &text);
        let first = sources.into_iter().next().unwrap_or_default();
        check.sources = vec![QuoteSource { text, ..first }];
    }
    Ok(check)
}

/// Comparisons of one character with another that a quotation may cost: half a second.
const MAX_CELLS: usize = 200_000_000;

/// Articles that may hold a quotation.
struct Candidates {
    ids: Vec<String>,
    /// How many hold it within one passage.
    exact: usize,
}

/// Articles that are read for a quotation which stands in many.
const MAX_READ: usize = 40;

/// Articles looked at where only a piece of the quotation stands.
const MAX_WITH_PIECE: usize = 12;

/// Pieces of fewer symbols stand everywhere.
const MIN_PIECE: usize = 3;

impl Candidates {
    fn find(searcher: &Searcher, parts: &[&str]) -> Result<Self> {
        let mut candidates = Candidates {
            ids: Vec::new(),
            exact: 0,
        };
        let mut seen = HashSet::new();
        let longest = parts.iter().max_by_key(|part| part.len());
        let whole = Query::exact(longest.copied().unwrap_or_default());
        let mut holding = ids(searcher, &whole, 0, Sort::Date)?;
        if parts.len() == 1 {
            candidates.exact = holding.len();
        }
        // The newest come first, and the earliest is worth most.
        holding.reverse();
        holding.truncate(MAX_READ);
        if parts.len() == 1 && !holding.is_empty() {
            candidates.ids = holding;
            return Ok(candidates);
        }
        holding.retain(|id| seen.insert(id.clone()));
        candidates.ids = holding;
        // Of a quotation that runs over the end of a passage, or has a character
        // changed, half or a quarter stands in one passage as it is.
        for cuts in [2, 4, 8] {
            for part in parts {
                for piece in pieces(part, cuts) {
                    let ids = ids(
                        searcher,
                        &Query::exact(piece),
                        MAX_WITH_PIECE,
                        Sort::Relevance,
                    )?;
                    let new = ids.into_iter().filter(|id| seen.insert(id.clone()));
                    candidates.ids.extend(new);
                }
            }
        }
        let words = Query::words(&parts.join(" "));
        let ids = ids(searcher, &words, MAX_WITH_PIECE, Sort::Relevance)?;
        let new = ids.into_iter().filter(|id| seen.insert(id.clone()));
        candidates.ids.extend(new);
        Ok(candidates)
    }
}

/// The ids of the articles that a query finds; none if there is nothing in it
/// to search for.
fn ids(searcher: &Searcher, query: &Query, limit: usize, sort: Sort) -> Result<Vec<String>> {
    let options = SearchOptions {
        limit,
        sort,
        ..SearchOptions::default()
    };
    match searcher.rank(query, &options) {
        Ok(ranked) => Ok(ranked.into_iter().map(|ranked| ranked.id).collect()),
        Err(error) if error.kind() == ErrorKind::BadQuery => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// A text cut into so many pieces of about the same length, unless they would
/// be too short.
fn pieces(text: &str, count: usize) -> Vec<&str> {
    let symbols = matchable(text);
    let length = symbols.len() / count;
    if length < MIN_PIECE {
        return Vec::new();
    }
    let start = |number: usize| symbols[number * length].bytes().start;
    (0..count)
        .map(|number| match number + 1 == count {
            true => &text[start(number)..],
            false => &text[start(number)..start(number + 1)],
        })
        .collect()
}

fn characters(symbols: &[Symbol]) -> Vec<char> {
    symbols.iter().map(|symbol| symbol.character).collect()
}

/// An article's title and text as one.
struct ArticleText {
    full: FullArticle,
    text: String,
    symbols: Vec<Symbol>,
    characters: Vec<char>,
}

impl ArticleText {
    fn read(searcher: &Searcher, id: &str) -> Result<Self> {
        let full = searcher.whole(id)?;
        let text = format!("{}\n{}", full.article.title, full.text);
        let symbols = matchable(&text);
        Ok(ArticleText {
            characters: characters(&symbols),
            full,
            text,
            symbols,
        })
    }

    /// Where all parts stand, in order: a range of symbols from the first to the last.
    fn exact(&self, parts: &[&str]) -> Option<Range<usize>> {
        let mut at = 0;
        let mut start = None;
        for part in parts {
            let pattern = Pattern::new(part)?;
            let range = pattern.find(&self.symbols[at..]).next()?;
            start.get_or_insert(at + range.start);
            at += range.end;
        }
        Some(start?..at)
    }

    /// The source that a range of symbols is.
    fn source(&self, range: Range<usize>) -> QuoteSource {
        let bytes = match (self.symbols.get(range.start), range.end.checked_sub(1)) {
            (Some(first), Some(last)) if last >= range.start => {
                first.bytes().start..self.symbols[last].bytes().end
            }
            _ => 0..0,
        };
        let full = &self.full;
        let before = full.article.title.len() + 1;
        let passage = bytes.start.checked_sub(before).and_then(|at| {
            let after = full.passages.partition_point(|passage| passage.start <= at);
            after.checked_sub(1)
        });
        let article = &full.article;
        let about = article
            .regions
            .iter()
            .filter(|region| region.role == RegionRole::About);
        let text = self.text.get(bytes).unwrap_or_default();
        QuoteSource {
            passage: match passage {
                Some(passage) => format!("{}#{}", full.id, passage + 1),
                None => full.id.clone(),
            },
            place: passage
                .and_then(|passage| full.places.get(passage).copied())
                .unwrap_or(article.place),
            text: text.to_owned(),
            article: ArticleInfo {
                id: full.id.clone(),
                title: article.title.clone(),
                path: full.path.clone(),
                file: full.file.clone(),
                outlet: article.outlet.as_ref().map(|outlet| outlet.value.clone()),
                author: article.author.as_ref().map(|author| author.value.clone()),
                date: article.date.as_ref().map(|date| date.iso.clone()),
                date_precision: article.date.as_ref().map(|date| date.precision),
                regions: about.map(|region| region.name.clone()).collect(),
                url: article.url.clone(),
                ..ArticleInfo::default()
            },
        }
    }
}
