//! First mentions for people: a dated list with quotations, CSV, Markdown.

use std::io::{self, Write};

use super::table::{Align, Csv, code, markdown_row, markdown_rule, unit_label};
use crate::article::DatePrecision;
use crate::render::labels::place_label;
use crate::render::markdown::escape;
use crate::render::pieces::windows_of;
use crate::search::Hit;
use crate::survey::{First, FirstMention};

#[cfg(feature = "cli")]
pub use self::text::write_first_text;

/// A date with what is not known of it.
pub(super) fn date_label(hit: &Hit) -> String {
    let date = hit.article.date.clone().unwrap_or_default();
    match hit.article.date_precision {
        Some(DatePrecision::Day) | None => date,
        Some(DatePrecision::Month) => format!("{date}（日不详）"),
        Some(DatePrecision::Year | DatePrecision::Issue) => format!("{date}（月日不详）"),
    }
}

/// The days behind the first.
pub(super) fn lag_label(mention: &FirstMention) -> String {
    match mention.lag_days {
        (0, 0) => "最早".to_owned(),
        (least, most) if least == most => format!("+{least} 天"),
        (least, most) => format!("+{least}～{most} 天"),
    }
}

/// What is uncertain: ties, and half-dated articles that may be earlier.
pub(super) fn doubts(mention: &FirstMention) -> Vec<String> {
    let mut doubts = Vec::new();
    if mention.same_day > 0 {
        doubts.push(format!("同日另有 {} 篇", mention.same_day));
    }
    for article in mention.maybe_earlier.iter().take(3) {
        let (date, title, id) = (&article.date, &article.title, &article.id);
        doubts.push(format!("可能更早：{title}（{date}，日期不全，{id}）"));
    }
    if mention.maybe_earlier.len() > 3 {
        doubts.push(format!("可能更早的共 {} 篇", mention.maybe_earlier.len()));
    }
    doubts
}

/// The windows of a passage as one line of text.
pub(super) fn quotation(hit: &Hit) -> String {
    let passage = &hit.passage;
    let mut text = String::new();
    for (before, window) in windows_of(&passage.text, &passage.windows) {
        text.push_str(before);
        if let Some(window) = window {
            text.push_str(&passage.text[window]);
        }
    }
    text.split(['\n', '\r'])
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}

/// Writes first mentions as CSV.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_first_csv(first: &First, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    table.row(&[
        first.by.name(),
        "code",
        "date",
        "lag_days_min",
        "lag_days_max",
        "same_day",
        "maybe_earlier",
        first.unit.name(),
        "title",
        "outlet",
        "quotation",
        "id",
        "path",
        "query",
    ])?;
    for mention in &first.mentions {
        let hit = &mention.hit;
        table.row(&[
            mention.label.as_str(),
            mention.code.as_deref().unwrap_or_default(),
            hit.article.date.as_deref().unwrap_or_default(),
            &mention.lag_days.0.to_string(),
            &mention.lag_days.1.to_string(),
            &mention.same_day.to_string(),
            &mention.maybe_earlier.len().to_string(),
            &mention.count.to_string(),
            &hit.article.title,
            hit.article.outlet.as_deref().unwrap_or_default(),
            &quotation(hit),
            &hit.passage.id,
            &hit.article.path,
            &mention.query,
        ])?;
    }
    table.end()
}

/// Writes first mentions as a Markdown table.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_first_markdown(first: &First, out: &mut dyn Write) -> io::Result<()> {
    let by = first.by.chinese_name();
    markdown_row(&[by, "最早", "滞后", "原文", "出处"], out)?;
    markdown_rule(
        &[
            Align::Left,
            Align::Left,
            Align::Right,
            Align::Left,
            Align::Left,
        ],
        out,
    )?;
    for mention in &first.mentions {
        let hit = &mention.hit;
        let article = &hit.article;
        let mut source = vec![format!("《{}》", article.title)];
        source.extend(article.outlet.clone());
        source.push(format!(
            "{}{}",
            article.path,
            place_label(&hit.passage.place)
        ));
        source.extend(doubts(mention));
        markdown_row(
            &[
                mention.label.clone(),
                date_label(hit),
                lag_label(mention),
                quotation(hit),
                source.join("，"),
            ],
            out,
        )?;
    }
    writeln!(out, "\n{}：{}", code(&first.query), summary(first))?;
    if !first.mentions.is_empty() {
        writeln!(out)?;
    }
    for mention in &first.mentions {
        let (label, count) = (escape(&mention.label), mention.count);
        writeln!(out, "- {label}（{count}）：{}", code(&mention.query))?;
    }
    Ok(())
}

/// What was found in all, on one line.
pub(super) fn summary(first: &First) -> String {
    let places = first.mentions.len() + first.more;
    let mut summary = format!("{places} 个{}", first.by.chinese_name());
    let mut aside = |count: usize, what: &str| {
        if count > 0 {
            summary.push_str(&format!("；另有 {count} {}{what}", unit_label(first.unit)));
        }
    };
    aside(first.without, "有日期而不属其中任何一个");
    aside(first.undated, "没有日期，可能更早");
    if first.more > 0 {
        summary.push_str(&format!("；{} 个未列出", first.more));
    }
    summary
}

#[cfg(feature = "cli")]
mod text {
    use super::super::columns::{
        ASIDE, HEAD, left, plain, right, shell, styled, width, write_remarks,
    };
    use super::{First, Write, date_label, doubts, io, lag_label, place_label, quotation, summary};
    use crate::render::pretty::Screen;
    use crate::render::wrap::wrap;

    /// Writes first mentions for a person, the earliest first.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write_first_text(first: &First, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
        styled(screen, HEAD, &plain(&first.query), out)?;
        let head = format!(
            " · 各{}最早一次 · {}",
            first.by.chinese_name(),
            summary(first)
        );
        styled(screen, ASIDE, &head, out)?;
        writeln!(out)?;
        if first.mentions.is_empty() {
            // What was found has been counted above.
            match first.undated + first.without {
                0 => writeln!(out, "没有命中")?,
                _ => writeln!(out, "没有一处既有日期，又属于某{}", first.by.chinese_name())?,
            }
            return write_remarks(&first.remarks, out);
        }
        let widest = |texts: &mut dyn Iterator<Item = String>| {
            texts.map(|text| width(&text)).max().unwrap_or(0)
        };
        let mentions = &first.mentions;
        let dates = widest(&mut mentions.iter().map(|mention| date_label(&mention.hit)));
        let lags = widest(&mut mentions.iter().map(lag_label));
        let labels = widest(&mut mentions.iter().map(|mention| plain(&mention.label)));
        let indent = dates + lags + 4;
        for mention in mentions {
            let hit = &mention.hit;
            let article = &hit.article;
            styled(screen, HEAD, &left(&date_label(hit), dates), out)?;
            write!(out, "  {}  ", right(&lag_label(mention), lags))?;
            styled(screen, HEAD, &left(&plain(&mention.label), labels), out)?;
            writeln!(out, "  {}", plain(&article.title))?;
            let quotation = format!("“{}”", plain(&quotation(hit)));
            for line in wrap(&quotation, screen.columns.max(indent + 20) - indent) {
                writeln!(out, "{:indent$}{}", "", quotation[line].trim_end())?;
            }
            let mut source: Vec<String> = article.outlet.clone().into_iter().collect();
            source.push(format!(
                "{}{}",
                article.path,
                place_label(&hit.passage.place)
            ));
            source.push(hit.passage.id.clone());
            source.extend(doubts(mention));
            let source = format!("{:indent$}{}", "", plain(&source.join(" · ")));
            styled(screen, ASIDE, &source, out)?;
            writeln!(out)?;
        }
        let line = format!("打开一处：cewen search {}", shell(&mentions[0].query));
        styled(screen, ASIDE, &line, out)?;
        writeln!(out)
    }
}
