//! The quotations of a report, checked.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_line;
use super::family::{DifferenceObject, difference_objects, marked};
use super::json::write_object;
use super::labels::place_label;
use crate::article::{DatePrecision, Place};
use crate::quote::{
    QuoteCheck, QuoteOutcome, QuoteSource, QuotesChecked, Reference, ReferenceStyle,
};

/// A longer quotation is shown with its middle left out.
const SHOWN_CHARS: usize = 60;

/// Writes for a person what became of each quotation of the report at `path`.
/// `min_chars` is the length below which they were left out.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_quotes_text(
    checked: &QuotesChecked,
    path: &str,
    min_chars: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    for check in &checked.checks {
        let QuoteCheck {
            quotation, outcome, ..
        } = check;
        let place = place_label(&quotation.place);
        let column = quotation.column;
        let text = escape_line(&shortened(&quotation.text)).into_owned();
        let label = outcome_label(*outcome);
        writeln!(
            out,
            "{}{place}:{column}  {label}  “{text}”",
            escape_line(path)
        )?;
        if *outcome == QuoteOutcome::Altered {
            writeln!(out, "    {}", escape_line(&marked(&check.differences)))?;
        }
        for source in &check.sources {
            writeln!(out, "    {}", escape_line(&source_line(source)))?;
        }
        let others = check.articles.saturating_sub(check.sources.len());
        if others > 0 {
            writeln!(out, "    另见于 {others} 篇")?;
        }
    }
    let count = |outcome| checked.count(outcome);
    write!(
        out,
        "{} 处引文：{} 处原文，{} 处有改动，{} 处未找到",
        checked.checks.len(),
        count(QuoteOutcome::Exact),
        count(QuoteOutcome::Altered),
        count(QuoteOutcome::Missing)
    )?;
    match checked.skipped {
        0 => writeln!(out),
        skipped => writeln!(out, "；另有 {skipped} 处短于 {min_chars} 字，未核对"),
    }
}

fn outcome_label(outcome: QuoteOutcome) -> &'static str {
    match outcome {
        QuoteOutcome::Exact => "原文",
        QuoteOutcome::Altered => "有改动",
        QuoteOutcome::Missing => "未找到",
    }
}

fn source_line(source: &QuoteSource) -> String {
    let article = &source.article;
    let file = match article.file.as_str() {
        "" => &article.path,
        file => file,
    };
    let label = source.label();
    let separator = if label.is_empty() { "" } else { " · " };
    let place = place_label(&source.place);
    format!("{label}{separator}{file}{place} · {}", source.passage)
}

fn shortened(text: &str) -> String {
    let text: Vec<char> = text.replace('\n', " ").chars().collect();
    if text.len() <= SHOWN_CHARS {
        return text.into_iter().collect();
    }
    let (start, end) = (SHOWN_CHARS * 2 / 3, SHOWN_CHARS / 3);
    let start = text[..start].iter().collect::<String>();
    let end = text[text.len() - end..].iter().collect::<String>();
    format!("{start}…{end}")
}

/// Writes as one JSON object what became of each quotation of the report at `path`.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_quotes_json(
    checked: &QuotesChecked,
    path: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let object = QuotesObject {
        report: path,
        total: TotalObject {
            quotations: checked.checks.len(),
            exact: checked.count(QuoteOutcome::Exact),
            altered: checked.count(QuoteOutcome::Altered),
            missing: checked.count(QuoteOutcome::Missing),
            skipped: checked.skipped,
        },
        quotations: checked.checks.iter().map(CheckObject::new).collect(),
    };
    write_object(&object, out)
}

#[derive(Serialize)]
struct QuotesObject<'a> {
    report: &'a str,
    total: TotalObject,
    quotations: Vec<CheckObject<'a>>,
}

#[derive(Serialize)]
struct TotalObject {
    quotations: usize,
    exact: usize,
    altered: usize,
    missing: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct CheckObject<'a> {
    text: &'a str,
    place: Place,
    column: usize,
    outcome: &'static str,
    articles: usize,
    sources: Vec<SourceObject<'a>>,
    differences: Vec<DifferenceObject<'a>>,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    article: ArticleObject<'a>,
    passage: &'a str,
    place: Place,
    text: &'a str,
}

#[derive(Serialize)]
struct ArticleObject<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    outlet: Option<&'a str>,
    author: Option<&'a str>,
    date: Option<&'a str>,
    date_precision: Option<DatePrecision>,
    url: Option<&'a str>,
    file: &'a str,
}

impl<'a> CheckObject<'a> {
    fn new(check: &'a QuoteCheck) -> Self {
        let source = |source: &'a QuoteSource| {
            let article = &source.article;
            SourceObject {
                article: ArticleObject {
                    id: &article.id,
                    title: &article.title,
                    path: &article.path,
                    outlet: article.outlet.as_deref(),
                    author: article.author.as_deref(),
                    date: article.date.as_deref(),
                    date_precision: article.date_precision,
                    url: article.url.as_deref(),
                    file: &article.file,
                },
                passage: &source.passage,
                place: source.place,
                text: &source.text,
            }
        };
        CheckObject {
            text: &check.quotation.text,
            place: check.quotation.place,
            column: check.quotation.column,
            outcome: check.outcome.name(),
            articles: check.articles,
            sources: check.sources.iter().map(source).collect(),
            differences: difference_objects(&check.differences),
        }
    }
}

/// Writes a reference in a style; below a GB/T 7714 one, where the text is.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_reference_text(
    reference: &Reference,
    style: ReferenceStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", reference.to_text(style))?;
    match style {
        // The standard has no place for it, so it stands on a line of its own.
        ReferenceStyle::Gbt7714 => writeln!(out, "  存档：{}", reference.origin()),
        ReferenceStyle::Bibtex | ReferenceStyle::Markdown => Ok(()),
    }
}

/// Writes what a reference says as one JSON object, with its text in a style.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_reference_json(
    reference: &Reference,
    style: ReferenceStyle,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_object(
        &ReferenceObject {
            id: &reference.id,
            text: reference.to_text(style),
            title: &reference.title,
            authors: &reference.authors,
            outlet: reference.outlet.as_deref(),
            date: reference.date.as_deref(),
            url: reference.url.as_deref(),
            file: &reference.file,
            place: reference.place,
            blake3: &reference.hash,
            accessed: reference.accessed.as_deref(),
        },
        out,
    )
}

#[derive(Serialize)]
struct ReferenceObject<'a> {
    id: &'a str,
    text: String,
    title: &'a str,
    authors: &'a [String],
    outlet: Option<&'a str>,
    date: Option<&'a str>,
    url: Option<&'a str>,
    file: &'a str,
    place: Place,
    blake3: &'a str,
    accessed: Option<&'a str>,
}
