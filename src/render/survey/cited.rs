//! Citations for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::first::quotation;
use super::json::RemarksObject;
use super::table::{Align, Csv, markdown_row, markdown_rule, unit_label};
use crate::render::json::{HitObject, write_object};
use crate::render::labels::place_label;
use crate::render::markdown::escape;
use crate::search::Hit;
use crate::survey::{CitedBy, CitedDocument, MostCited, Unit};

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
    also: &'a [String],
}

impl<'a> DocumentObject<'a> {
    fn all(documents: &'a [CitedDocument]) -> Vec<Self> {
        let object = |document: &'a CitedDocument| DocumentObject {
            title: &document.title,
            numbers: &document.numbers,
            issuer: document.issuer.as_deref(),
            count: document.count,
            first: document.first.as_deref(),
            last: document.last.as_deref(),
            query: &document.query,
            also: &document.also,
        };
        documents.iter().map(object).collect()
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
        unit: &'a str,
        documents: Vec<DocumentObject<'a>>,
        more_documents: usize,
        steps: Vec<StepObject<'a>>,
        hits: Vec<HitObject<'a>>,
        more: usize,
        without_passage: usize,
        nearest: Vec<DocumentObject<'a>>,
        #[serde(flatten)]
        remarks: RemarksObject<'a>,
    }
    let steps = cited.steps.iter().map(|step| StepObject {
        step: step.name,
        date: &step.date,
        inferred_from: &step.evidence,
        id: &step.id,
    });
    let hits = cited.hits.iter().map(|hit| HitObject::new(hit, None));
    let object = Object {
        asked: &cited.asked,
        unit: cited.unit.name(),
        documents: DocumentObject::all(&cited.documents),
        more_documents: cited.more_documents,
        steps: steps.collect(),
        hits: hits.collect(),
        more: cited.more,
        without_passage: cited.without_passage,
        nearest: DocumentObject::all(&cited.nearest),
        remarks: RemarksObject::new(&cited.remarks, cited.took),
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
        unit: &'a str,
        documents: Vec<DocumentObject<'a>>,
        more: usize,
        #[serde(flatten)]
        remarks: RemarksObject<'a>,
    }
    let object = Object {
        unit: cited.unit.name(),
        documents: DocumentObject::all(&cited.documents),
        more: cited.more,
        remarks: RemarksObject::new(&cited.remarks, cited.took),
    };
    write_object(&object, out)
}

/// A document by its title and numbers.
fn name(document: &CitedDocument) -> String {
    let numbers = document.numbers.join("、");
    match (document.title.as_str(), numbers.as_str()) {
        ("", numbers) => numbers.to_owned(),
        (title, "") => format!("《{title}》"),
        (title, numbers) => format!("《{title}》（{numbers}）"),
    }
}

/// The other titles of a document.
fn also(document: &CitedDocument) -> Option<String> {
    let titles: Vec<String> = document
        .also
        .iter()
        .map(|title| format!("《{title}》"))
        .collect();
    (!titles.is_empty()).then(|| format!("又作（推断为同一文件）：{}", titles.join("")))
}

/// The first and the last date of its citations.
fn span(document: &CitedDocument) -> Option<String> {
    match (&document.first, &document.last) {
        (Some(first), Some(last)) if first == last => Some(first.clone()),
        (Some(first), Some(last)) => Some(format!("{first} 至 {last}")),
        _ => None,
    }
}

/// How much cites a document.
fn citations(document: &CitedDocument, unit: Unit) -> String {
    let count = document.count;
    match unit {
        Unit::Families => format!("{count} 篇引用"),
        Unit::Articles => format!("{count} 篇引用（含转载）"),
        Unit::Passages => format!("引用它的文章共 {count} 段"),
    }
}

/// What is known of a document, behind its name.
fn about(document: &CitedDocument, unit: Unit) -> String {
    let mut about = vec![citations(document, unit)];
    about.extend(span(document));
    if let Some(issuer) = &document.issuer {
        about.push(format!("制发（推断）：{issuer}"));
    }
    about.join(" · ")
}

/// What of an answer is not shown.
fn left_out(cited: &CitedBy) -> Vec<String> {
    let mut left_out = Vec::new();
    if cited.more > 0 {
        left_out.push(format!("另有 {} 篇未列出（-n 0 列全）", cited.more));
    }
    if cited.without_passage > 0 {
        let count = cited.without_passage;
        left_out.push(format!(
            "另有 {count} 篇引用而无从摘段（跨段，或在文章以外的文字里）"
        ));
    }
    left_out
}

const STEPS_TITLE: &str = "经过（按上下文推断，日期为最早提到它的文章的日期）：";

fn steps(cited: &CitedBy) -> impl Iterator<Item = String> + '_ {
    cited.steps.iter().map(|step| {
        let (date, name, evidence, id) = (&step.date, step.name, &step.evidence, &step.id);
        format!("{date}  {name}  …{evidence}…（{id}）")
    })
}

/// Writes the most cited documents as CSV.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_most_cited_csv(cited: &MostCited, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    let unit = cited.unit.name();
    table.row(&[
        "title", "numbers", "issuer", unit, "first", "last", "also", "query",
    ])?;
    for document in &cited.documents {
        table.row(&[
            document.title.as_str(),
            &document.numbers.join("、"),
            document.issuer.as_deref().unwrap_or_default(),
            &document.count.to_string(),
            document.first.as_deref().unwrap_or_default(),
            document.last.as_deref().unwrap_or_default(),
            &document.also.join("；"),
            &document.query,
        ])?;
    }
    table.end()
}

/// Writes the most cited documents as a Markdown table.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_most_cited_markdown(cited: &MostCited, out: &mut dyn Write) -> io::Result<()> {
    let count = match cited.unit {
        Unit::Passages => "引用它的文章的段数".to_owned(),
        unit => format!("引用（{}）", unit_label(unit)),
    };
    markdown_row(&["文件", "制发（推断）", &count, "最早", "最近"], out)?;
    let (left, right) = (Align::Left, Align::Right);
    markdown_rule(&[left, left, right, left, left], out)?;
    for document in &cited.documents {
        let mut named = vec![name(document)];
        named.extend(also(document));
        markdown_row(
            &[
                named.join("；"),
                document.issuer.clone().unwrap_or_default(),
                document.count.to_string(),
                document.first.clone().unwrap_or_default(),
                document.last.clone().unwrap_or_default(),
            ],
            out,
        )?;
    }
    if cited.more > 0 {
        writeln!(out, "\n另有 {} 个文件未列出", cited.more)?;
    }
    Ok(())
}

fn source(hit: &Hit) -> String {
    format!("{}{}", hit.article.path, place_label(&hit.passage.place))
}

/// Writes who cites a document as CSV.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_cited_by_csv(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Csv::new(out)?;
    table.row(&["date", "title", "outlet", "quotation", "id", "place"])?;
    for hit in &cited.hits {
        let article = &hit.article;
        table.row(&[
            article.date.as_deref().unwrap_or_default(),
            &article.title,
            article.outlet.as_deref().unwrap_or_default(),
            &quotation(hit),
            &hit.passage.id,
            &source(hit),
        ])?;
    }
    table.end()
}

/// Writes who cites a document as Markdown: what is known of it, then a table.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_cited_by_markdown(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
    for document in &cited.documents {
        let mut known = vec![format!("**{}**", escape(&name(document)))];
        known.push(escape(&about(document, cited.unit)));
        known.extend(also(document).map(|also| escape(&also)));
        writeln!(out, "{}\n", known.join(" · "))?;
    }
    if !cited.steps.is_empty() {
        writeln!(out, "{STEPS_TITLE}\n")?;
        for step in steps(cited) {
            writeln!(out, "- {}", escape(&step).replace(['\n', '\r'], " "))?;
        }
        writeln!(out)?;
    }
    markdown_row(&["日期", "文章", "来源", "原文", "出处"], out)?;
    markdown_rule(&[Align::Left; 5], out)?;
    for hit in &cited.hits {
        let article = &hit.article;
        markdown_row(
            &[
                article.date.clone().unwrap_or_default(),
                article.title.clone(),
                article.outlet.clone().unwrap_or_default(),
                quotation(hit),
                source(hit),
            ],
            out,
        )?;
    }
    for line in left_out(cited) {
        writeln!(out, "\n{line}")?;
    }
    Ok(())
}

#[cfg(feature = "cli")]
mod text {
    use super::super::columns::{ASIDE, HEAD, plain, shell, styled, write_remarks};
    use super::{
        CitedBy, CitedDocument, MostCited, STEPS_TITLE, Unit, Write, about, also, io, left_out,
        name, quotation, source, steps,
    };
    use crate::render::pretty::Screen;
    use crate::render::wrap::wrap;

    fn write_documents(
        documents: &[CitedDocument],
        unit: Unit,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for document in documents {
            styled(screen, HEAD, &plain(&name(document)), out)?;
            let about = format!(" · {}", plain(&about(document, unit)));
            styled(screen, ASIDE, &about, out)?;
            writeln!(out)?;
            if let Some(also) = also(document) {
                styled(screen, ASIDE, &format!("  {}", plain(&also)), out)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn write_nothing(cited: &CitedBy, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "没有文章引用 {}", plain(&cited.asked))?;
        for document in &cited.nearest {
            let key = match document.numbers.first() {
                Some(number) if document.title.is_empty() => number,
                _ => &document.title,
            };
            let (name, key) = (plain(&name(document)), shell(key));
            writeln!(out, "  · 相近的文件：{name} → cewen cited-by {key}")?;
        }
        writeln!(out, "  · 引用最多的文件：cewen cited-by")?;
        let asked = shell(&format!("\"{}\"", cited.asked));
        writeln!(out, "  · 原文中有无：cewen search {asked}")?;
        write_remarks(&cited.remarks, out)
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
            return write_nothing(cited, out);
        }
        write_documents(&cited.documents, cited.unit, screen, out)?;
        if cited.more_documents > 0 {
            let more = cited.more_documents;
            writeln!(out, "另有 {more} 个文件也合此名（-n 0 列全，或给出更多字）")?;
        }
        if !cited.steps.is_empty() {
            writeln!(out, "{STEPS_TITLE}")?;
            for step in steps(cited) {
                writeln!(out, "  {}", plain(&step))?;
            }
        }
        for hit in &cited.hits {
            let article = &hit.article;
            let date = article.date.as_deref().unwrap_or("无日期");
            writeln!(out)?;
            let head = plain(&format!("{date}  {}", article.title));
            styled(screen, HEAD, &head, out)?;
            writeln!(out)?;
            let quotation = format!("“{}”", plain(&quotation(hit)));
            for line in wrap(&quotation, screen.columns.max(30) - 4) {
                writeln!(out, "    {}", quotation[line].trim_end())?;
            }
            let mut from: Vec<String> = article.outlet.clone().into_iter().collect();
            from.extend([source(hit), hit.passage.id.clone()]);
            let from = format!("    {}", plain(&from.join(" · ")));
            styled(screen, ASIDE, &from, out)?;
            writeln!(out)?;
        }
        let left_out = left_out(cited);
        if !left_out.is_empty() {
            writeln!(out, "\n{}", left_out.join("；"))?;
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
            writeln!(out, "没有引用任何文件")?;
            return write_remarks(&cited.remarks, out);
        }
        write_documents(&cited.documents, cited.unit, screen, out)?;
        if cited.more > 0 {
            writeln!(out, "另有 {} 个文件未列出（-n 0 列全）", cited.more)?;
        }
        Ok(())
    }
}
