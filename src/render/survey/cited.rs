//! Citations for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::first::quotation;
use super::table::{Align, Csv, markdown_row, markdown_rule};
use crate::render::json::{HitObject, StaleObject, write_object};
use crate::render::labels::place_label;
use crate::survey::{CitedBy, CitedDocument, MostCited};

#[cfg(feature = "cli")]
pub use self::text::{write_cited_by_text, write_most_cited_text};

#[derive(Serialize)]
struct DocumentObject<'a> {
    title: &'a str,
    numbers: &'a [String],
    issuer: Option<&'a str>,
    count: usize,
    first: Option<&'a str>,
    last: Option<&'a str>,
    query: &'a str,
}

impl<'a> DocumentObject<'a> {
    fn new(document: &'a CitedDocument) -> Self {
        DocumentObject {
            title: &document.title,
            numbers: &document.numbers,
            issuer: document.issuer.as_deref(),
            count: document.count,
            first: document.first.as_deref(),
            last: document.last.as_deref(),
            query: &document.query,
        }
    }
}

/// Writes who cites a document as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_cited_by_json(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct StepObject<'a> {
        step: &'a str,
        date: &'a str,
        inferred_from: &'a str,
        id: &'a str,
    }
    #[derive(Serialize)]
    struct Object<'a> {
        asked: &'a str,
        documents: Vec<DocumentObject<'a>>,
        steps: Vec<StepObject<'a>>,
        hits: Vec<HitObject<'a>>,
        more: usize,
        stale: Option<StaleObject<'a>>,
    }
    let steps = cited.steps.iter().map(|step| StepObject {
        step: step.name,
        date: &step.date,
        inferred_from: &step.evidence,
        id: &step.id,
    });
    let object = Object {
        asked: &cited.asked,
        documents: cited.documents.iter().map(DocumentObject::new).collect(),
        steps: steps.collect(),
        hits: cited
            .hits
            .iter()
            .map(|hit| HitObject::new(hit, None))
            .collect(),
        more: cited.more,
        stale: cited.remarks.stale.as_ref().map(StaleObject::new),
    };
    write_object(&object, out)
}

/// Writes the most cited documents as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_most_cited_json(cited: &MostCited, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        documents: Vec<DocumentObject<'a>>,
        more: usize,
        stale: Option<StaleObject<'a>>,
    }
    let object = Object {
        documents: cited.documents.iter().map(DocumentObject::new).collect(),
        more: cited.more,
        stale: cited.remarks.stale.as_ref().map(StaleObject::new),
    };
    write_object(&object, out)
}

fn name(document: &CitedDocument) -> String {
    let mut name = match document.title.as_str() {
        "" => String::new(),
        title => format!("《{title}》"),
    };
    if !document.numbers.is_empty() {
        name.push_str(&format!("（{}）", document.numbers.join("、")));
    }
    name
}

const COLUMNS: [&str; 5] = ["文件", "制发（推断）", "引用", "最早", "最近"];

fn cells(document: &CitedDocument) -> [String; 5] {
    [
        name(document),
        document.issuer.clone().unwrap_or_default(),
        document.count.to_string(),
        document.first.clone().unwrap_or_default(),
        document.last.clone().unwrap_or_default(),
    ]
}

/// Writes the most cited documents as CSV.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_most_cited_csv(cited: &MostCited, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    table.row(&["title", "issuer", "count", "first", "last", "query"])?;
    for document in &cited.documents {
        let mut row = cells(document).to_vec();
        row.push(document.query.clone());
        table.row(&row)?;
    }
    table.end()
}

/// Writes the most cited documents as a Markdown table.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_most_cited_markdown(cited: &MostCited, out: &mut dyn Write) -> io::Result<()> {
    markdown_row(&COLUMNS, out)?;
    let (left, right) = (Align::Left, Align::Right);
    markdown_rule(&[left, left, right, left, left], out)?;
    for document in &cited.documents {
        markdown_row(&cells(document), out)?;
    }
    Ok(())
}

fn rows(cited: &CitedBy) -> Vec<[String; 4]> {
    let row = |hit: &crate::search::Hit| {
        let article = &hit.article;
        [
            article.date.clone().unwrap_or_default(),
            article.title.clone(),
            quotation(hit),
            format!("{}{}", article.path, place_label(&hit.passage.place)),
        ]
    };
    cited.hits.iter().map(row).collect()
}

/// Writes who cites a document as CSV.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_cited_by_csv(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    table.row(&["date", "title", "quotation", "place"])?;
    for row in rows(cited) {
        table.row(&row)?;
    }
    table.end()
}

/// Writes who cites a document as a Markdown table.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_cited_by_markdown(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
    markdown_row(&["日期", "文章", "原文", "出处"], out)?;
    markdown_rule(&[Align::Left; 4], out)?;
    for row in rows(cited) {
        markdown_row(&row, out)?;
    }
    Ok(())
}

#[cfg(feature = "cli")]
mod text {
    use super::super::columns::{ASIDE, HEAD, plain, shell, styled};
    use super::{CitedBy, MostCited, Write, io, name, place_label, quotation};
    use crate::render::pretty::Screen;
    use crate::render::wrap::wrap;
    use crate::survey::CitedDocument;

    fn write_document(
        document: &CitedDocument,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        styled(screen, HEAD, &plain(&name(document)), out)?;
        let mut about = format!(" · {} 篇引用", document.count);
        if let (Some(first), Some(last)) = (&document.first, &document.last) {
            about.push_str(&format!(" · {first} 至 {last}"));
        }
        if let Some(issuer) = &document.issuer {
            about.push_str(&format!(" · 制发（推断）：{issuer}"));
        }
        styled(screen, ASIDE, &plain(&about), out)?;
        writeln!(out)
    }

    /// Writes who cites a document, for a person.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write_cited_by_text(
        cited: &CitedBy,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if cited.documents.is_empty() {
            writeln!(out, "没有文章引用 {}", plain(&cited.asked))?;
            let asked = shell(&format!("\"{}\"", cited.asked));
            return writeln!(
                out,
                "  · 引用最多的文件：cewen cited-by\n  · 原文中有无：cewen search {asked}"
            );
        }
        for document in &cited.documents {
            write_document(document, screen, out)?;
        }
        if !cited.steps.is_empty() {
            writeln!(out, "经过（按上下文推断，日期为最早提到它的文章的日期）：")?;
            for step in &cited.steps {
                let line = format!(
                    "  {}  {}  …{}…（{}）",
                    step.date, step.name, step.evidence, step.id
                );
                writeln!(out, "{}", plain(&line))?;
            }
        }
        for hit in &cited.hits {
            let article = &hit.article;
            let date = article.date.as_deref().unwrap_or("无日期");
            writeln!(out)?;
            styled(
                screen,
                HEAD,
                &plain(&format!("{date}  {}", article.title)),
                out,
            )?;
            writeln!(out)?;
            let quotation = format!("“{}”", plain(&quotation(hit)));
            for line in wrap(&quotation, screen.columns.max(30) - 4) {
                writeln!(out, "    {}", quotation[line].trim_end())?;
            }
            let place = place_label(&hit.passage.place);
            let source = format!("    {}{place} · {}", article.path, hit.passage.id);
            styled(screen, ASIDE, &plain(&source), out)?;
            writeln!(out)?;
        }
        if cited.more > 0 {
            writeln!(out, "\n另有 {} 篇未列出（-n 0 列全）", cited.more)?;
        }
        Ok(())
    }

    /// Writes the most cited documents, for a person.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write_most_cited_text(
        cited: &MostCited,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if cited.documents.is_empty() {
            return writeln!(out, "没有引用任何文件");
        }
        for document in &cited.documents {
            write_document(document, screen, out)?;
        }
        if cited.more > 0 {
            writeln!(out, "另有 {} 个文件未列出（-n 0 列全）", cited.more)?;
        }
        Ok(())
    }
}
