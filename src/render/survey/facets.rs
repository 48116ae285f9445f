//! Facets for people: a tree of regions or a histogram of time, CSV, Markdown.

use std::io::{self, Write};

use super::table::{Align, Csv, code, markdown_row, markdown_rule, short_unit, unit_label};
use crate::survey::{FacetValue, Facets};

#[cfg(feature = "cli")]
pub use self::text::write_facets_text;

/// Calls `found` with each value and how deep it lies.
pub(super) fn each(
    values: &[FacetValue],
    depth: usize,
    found: &mut dyn FnMut(&FacetValue, usize) -> io::Result<()>,
) -> io::Result<()> {
    for value in values {
        found(value, depth)?;
        each(&value.children, depth + 1, found)?;
    }
    Ok(())
}

/// Writes facets as CSV: label, depth in the tree, code, count, query.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_facets_csv(facets: &Facets, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    table.row(&[
        facets.by.name(),
        "depth",
        "code",
        facets.unit.name(),
        "query",
    ])?;
    each(&facets.values, 0, &mut |value, depth| {
        table.row(&[
            value.label.as_str(),
            &depth.to_string(),
            value.code.as_deref().unwrap_or_default(),
            &value.count.to_string(),
            &value.query,
        ])
    })?;
    table.end()
}

/// Writes facets as a Markdown table; each row has the query that opens it.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_facets_markdown(facets: &Facets, out: &mut dyn Write) -> io::Result<()> {
    markdown_row(
        &[facets.by.chinese_name(), unit_label(facets.unit), "检索式"],
        out,
    )?;
    markdown_rule(&[Align::Left, Align::Right, Align::Left], out)?;
    each(&facets.values, 0, &mut |value, depth| {
        let indent = "　".repeat(depth);
        let label = crate::render::markdown::escape(&value.label);
        let query = code(&value.query).replace('|', "\\|");
        writeln!(out, "| {indent}{label} | {} | {query} |", value.count)
    })?;
    writeln!(out, "\n{}", summary(facets))?;
    Ok(())
}

/// What was found in all, on one line.
pub(super) fn summary(facets: &Facets) -> String {
    let total = facets.total;
    let mut summary = format!("共 {} {}", total.of(facets.unit), unit_label(facets.unit));
    match facets.unit {
        crate::survey::Unit::Families if total.articles > total.families => {
            summary.push_str(&format!("，连转载 {} 篇", total.articles));
        }
        _ => {}
    }
    if facets.without > 0 {
        let short = short_unit(facets.unit);
        let what = match facets.by {
            by if by.is_time() => "日期",
            by => by.chinese_name(),
        };
        summary.push_str(&format!("；其中 {} {short}没有{what}", facets.without));
    }
    if facets.more > 0 {
        summary.push_str(&format!("；另有 {} 项未列出（-n 0 列全）", facets.more));
    }
    summary
}

#[cfg(feature = "cli")]
mod text {
    use super::super::columns::{
        ASIDE, BAR, HEAD, bar, fit, left, plain, right, shell, styled, width, write_remarks,
    };
    use super::{Facets, Write, each, io, summary};
    use crate::render::pretty::Screen;

    /// The widest bar.
    const MAX_BAR: usize = 40;
    /// The widest name of a value.
    const MAX_LABEL: usize = 44;

    /// Writes facets for a person: names, counts and bars.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write_facets_text(
        facets: &Facets,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let query = match facets.query.as_str() {
            "" => "全部文章".to_owned(),
            query => plain(query),
        };
        styled(screen, HEAD, &query, out)?;
        styled(
            screen,
            ASIDE,
            &format!(" · 按{} · {}", facets.by.chinese_name(), summary(facets)),
            out,
        )?;
        writeln!(out)?;
        if facets.total.articles == 0 {
            writeln!(out, "没有命中")?;
            return write_remarks(&facets.remarks, out);
        }
        let mut labels = 0;
        let mut most = 0;
        let mut largest = None;
        each(&facets.values, 0, &mut |value, depth| {
            labels = labels.max(width(&plain(&value.label)) + 2 * depth);
            if value.count > most {
                most = value.count;
                largest = Some(value.query.clone());
            }
            Ok(())
        })?;
        let labels = labels.min(MAX_LABEL);
        let digits = most.to_string().len();
        let bars = screen
            .columns
            .saturating_sub(labels + digits + 4)
            .min(MAX_BAR);
        each(&facets.values, 0, &mut |value, depth| {
            let indent = 2 * depth;
            let label = fit(&plain(&value.label), labels.saturating_sub(indent));
            let label = format!("{:indent$}{label}", "");
            let count = match value.count {
                0 => "·".to_owned(),
                count => count.to_string(),
            };
            write!(out, "{}  {}", left(&label, labels), right(&count, digits))?;
            let bar = bar(value.count, most, bars);
            if !bar.is_empty() {
                write!(out, "  ")?;
                styled(screen, if depth > 0 { ASIDE } else { BAR }, &bar, out)?;
            }
            writeln!(out)
        })?;
        if let Some(query) = largest {
            let line = format!("打开一行：cewen search {}", shell(&query));
            styled(screen, ASIDE, &line, out)?;
            writeln!(out)?;
        }
        Ok(())
    }
}
