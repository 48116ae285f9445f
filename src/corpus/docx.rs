//! Reads .docx: the paragraphs of a Word document, headings by their styles.
//!
//! A row of a table is one line. What tracked changes deleted, field codes and
//! drawings' second versions are not text. Places are paragraphs.

use super::{count, problem};
use crate::article::{Article, Line, Mark, Place, Problem, Stated, Surroundings, compose_page};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The largest part of a document that is read, in bytes when unpacked.
const MAX_PART: u64 = 64 << 20;

/// Paragraphs of a cell that are longer are lines of their own, in characters.
const MAX_CELL: usize = 100;

/// Elements whose content is not text of the document.
const SKIPPED: &[&str] = &["del", "moveFrom", "instrText", "Fallback", "rPr", "sectPr"];

/// Reads a .docx file.
pub(super) fn read_docx(path: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Vec<Article> {
    let broken = |what: &str| {
        problem(
            Place::default(),
            format!("the document {what}"),
            "open it with an office program and save it again as .docx",
        )
    };
    let Ok(mut parts) = ZipArchive::new(Cursor::new(bytes)) else {
        problems.push(broken("is damaged, or no .docx whatever its name says"));
        return Vec::new();
    };
    let document = match read_part(&mut parts, "word/document.xml") {
        Part::Text(text) => text,
        Part::TooLarge => {
            problems.push(broken(&format!(
                "is larger than {} MB unpacked",
                MAX_PART >> 20
            )));
            return Vec::new();
        }
        Part::Missing => {
            problems.push(broken("holds no text part"));
            return Vec::new();
        }
    };
    let levels = match read_part(&mut parts, "word/styles.xml") {
        Part::Text(styles) => heading_levels(&styles),
        _ => HashMap::new(),
    };
    let (lines, is_whole) = read_lines(&document, &levels);
    if !is_whole {
        problems.push(broken(
            "ends too early or is damaged; it was read as far as possible",
        ));
    }
    if lines.is_empty() {
        if is_whole {
            problems.push(broken("holds no text"));
        }
        return Vec::new();
    }
    let around = Surroundings {
        path,
        file_date: None,
        place: Place {
            paragraph: Some(1),
            ..Place::default()
        },
    };
    let mut article = compose_page(&lines, &Stated::default(), &around, problems);
    for block in &mut article.blocks {
        block.place = Place {
            paragraph: block.place.line,
            ..Place::default()
        };
    }
    vec![article]
}

/// A part of a document.
enum Part {
    Text(String),
    TooLarge,
    Missing,
}

fn read_part(parts: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Part {
    let Ok(part) = parts.by_name(name) else {
        return Part::Missing;
    };
    let mut bytes = Vec::new();
    // A damaged end is told by the text that it cuts off.
    let _ = part.take(MAX_PART + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > MAX_PART {
        return Part::TooLarge;
    }
    let (text, ..) = encoding_rs::UTF_8.decode(&bytes);
    Part::Text(text.into_owned())
}

/// Reads which styles are headings, and of what level.
fn heading_levels(styles: &str) -> HashMap<String, u8> {
    let mut levels = HashMap::new();
    let mut style = String::new();
    let mut reader = Reader::from_str(styles);
    while let Ok(event) = reader.read_event() {
        let (Event::Start(element) | Event::Empty(element)) = event else {
            if matches!(event, Event::Eof) {
                break;
            }
            continue;
        };
        let name = element.local_name();
        let level = match name.as_ref() {
            "style" => {
                style = attribute(&element, "styleId").unwrap_or_default();
                continue;
            }
            "name" => attribute(&element, "val").and_then(|name| heading_level(&name)),
            "outlineLvl" => attribute(&element, "val")
                .and_then(|level| level.parse::<u8>().ok())
                .filter(|level| *level < 6)
                .map(|level| level + 1),
            _ => None,
        };
        if let Some(level) = level.filter(|_| !style.is_empty()) {
            levels.entry(style.clone()).or_insert(level);
        }
    }
    levels
}

/// Reads the level in the name of a style: heading 1, 标题 1, Title.
fn heading_level(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if matches!(name.as_str(), "title" | "标题") {
        return Some(1);
    }
    let rest = name
        .strip_prefix("heading")
        .or_else(|| name.strip_prefix("标题"))?;
    rest.trim()
        .parse()
        .ok()
        .filter(|level| (1..=6).contains(level))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element.attributes().flatten().find_map(|attribute| {
        let is_it = attribute.key.local_name().as_ref() == name;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        is_it.then(|| value.ok().map(|v| v.into_owned())).flatten()
    })
}

/// What is collected while the paragraphs are read.
#[derive(Default)]
struct Paragraphs {
    lines: Vec<Line>,
    text: String,
    mark: Mark,
    /// Paragraphs read so far, empty ones too.
    count: usize,
    /// The cells of the row that is open.
    row: Vec<String>,
    /// How many tables stand open.
    tables: usize,
}

impl Paragraphs {
    fn end_paragraph(&mut self) {
        self.count += 1;
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let mark = std::mem::take(&mut self.mark);
        let is_in_cell = self.tables > 0 && text.chars().count() <= MAX_CELL;
        if text.is_empty() {
            return;
        }
        if is_in_cell {
            self.row.push(text.to_owned());
            return;
        }
        self.end_row();
        self.push(text.to_owned(), mark);
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !row.is_empty() {
            self.push(row.join(" "), Mark::Plain);
        }
    }

    fn push(&mut self, text: String, mark: Mark) {
        self.lines.push(Line {
            number: Some(count(self.count)),
            text,
            mark,
        });
    }
}

/// Reads the lines of a document, and whether it was read to its end.
fn read_lines(document: &str, levels: &HashMap<String, u8>) -> (Vec<Line>, bool) {
    let mut found = Paragraphs::default();
    let mut skipping: Option<(String, usize)> = None;
    let mut reader = Reader::from_str(document);
    let is_whole = loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => break false,
        };
        if let Some((name, depth)) = &mut skipping {
            match &event {
                Event::Start(e) if e.local_name().as_ref() == name => *depth += 1,
                Event::End(e) if e.local_name().as_ref() == name => *depth -= 1,
                Event::Eof => break false,
                _ => {}
            }
            if *depth == 0 {
                skipping = None;
            }
            continue;
        }
        match event {
            Event::Start(element) => {
                let name = element.local_name();
                if SKIPPED.contains(&name.as_ref()) {
                    skipping = Some((name.as_ref().to_owned(), 1));
                } else {
                    open(&element, levels, &mut found);
                }
            }
            Event::Empty(element) => open(&element, levels, &mut found),
            Event::End(element) => match element.local_name().as_ref() {
                "p" => found.end_paragraph(),
                "tr" => found.end_row(),
                "tbl" => found.tables = found.tables.saturating_sub(1),
                _ => {}
            },
            Event::Text(text) => found
                .text
                .push_str(text.xml10_content().trim_matches(['\n', '\r'])),
            Event::CData(text) => found.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) if !c.is_control() => found.text.push(c),
                _ => found
                    .text
                    .push_str(match reference.xml10_content().as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    }),
            },
            Event::Eof => break document.contains("</") && document.trim_end().ends_with('>'),
            _ => {}
        }
    };
    found.end_paragraph();
    found.end_row();
    (found.lines, is_whole)
}

fn open(element: &BytesStart<'_>, levels: &HashMap<String, u8>, found: &mut Paragraphs) {
    match element.local_name().as_ref() {
        "tbl" => found.tables += 1,
        "tab" | "br" | "cr" => found.text.push(' '),
        // A text box stands inside a paragraph of its own.
        "p" if !found.text.trim().is_empty() => found.end_paragraph(),
        "pStyle" => {
            let level = attribute(element, "val").and_then(|style| {
                levels
                    .get(&style)
                    .copied()
                    .or_else(|| heading_level(&style))
            });
            if let Some(level) = level {
                found.mark = Mark::Heading(level);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::BlockKind;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .expect("a part");
            archive.write_all(text.as_bytes()).expect("written");
        }
        archive.finish().expect("finished").into_inner()
    }

    fn paragraph(text: &str) -> String {
        format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
    }

    fn document(body: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>"
        )
    }

    fn read(bytes: &[u8]) -> (Vec<Article>, Vec<Problem>) {
        let mut problems = Vec::new();
        (read_docx("甲.docx", bytes, &mut problems), problems)
    }

    const LONG: &str =
        "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用，三年有效，高校另有名额。";

    #[test]
    fn paragraphs_headings_and_tables_are_read_and_deleted_text_is_not() {
        let body = [
            "<w:p><w:pPr><w:pStyle w:val=\"a3\"/></w:pPr><w:r><w:t>甲市发放</w:t></w:r><w:r><w:t>算力券</w:t></w:r></w:p>",
            &paragraph(LONG),
            "<w:p><w:pPr><w:pStyle w:val=\"2\"/></w:pPr><w:r><w:t>怎么领</w:t></w:r></w:p>",
            "<w:p><w:r><w:t>企业A&amp;B&#8220;网上&#8221;</w:t></w:r><w:del><w:r><w:delText>被删</w:delText><w:t>被删</w:t></w:r></w:del><w:ins><w:r><w:t>申请。</w:t></w:r></w:ins></w:p>",
            &format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", paragraph("东区"), paragraph("一百个")),
        ]
        .concat();
        let styles = "<w:styles><w:style w:styleId=\"a3\"><w:name w:val=\"Title\"/></w:style>\
            <w:style w:styleId=\"2\"><w:name w:val=\"heading 2\"/></w:style></w:styles>";
        let (articles, problems) = read(&docx(&[
            ("word/document.xml", &document(&body)),
            ("word/styles.xml", styles),
        ]));
        assert_eq!(problems, []);
        assert_eq!(articles[0].title, "甲市发放算力券");
        let blocks: Vec<(BlockKind, &str, Option<u32>)> = articles[0]
            .blocks
            .iter()
            .map(|b| (b.kind, b.text.as_str(), b.place.paragraph))
            .collect();
        assert_eq!(
            blocks,
            [
                (BlockKind::Paragraph, LONG, Some(2)),
                (BlockKind::Heading, "怎么领", Some(3)),
                (BlockKind::Paragraph, "企业A&B“网上”申请。", Some(4)),
                (BlockKind::Paragraph, "东区 一百个", Some(6)),
            ]
        );
    }

    #[test]
    fn damaged_and_foreign_documents_are_problems() {
        let whole = docx(&[("word/document.xml", &document(&paragraph(LONG)))]);
        for bytes in [
            &b"PK\x03\x04"[..],
            b"",
            &whole[..whole.len() / 2],
            &docx(&[("a.txt", "b")]),
        ] {
            let (articles, problems) = read(bytes);
            assert!(articles.is_empty());
            assert!(!problems[0].remedy.is_empty());
        }
        let open =
            document(&paragraph(LONG)).replace("</w:body></w:document>", "<w:p><w:r><w:t>未完");
        let (articles, problems) = read(&docx(&[("word/document.xml", &open)]));
        assert_eq!(articles.len(), 1);
        assert!(
            problems[0].message.contains("ends too early"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_bomb_is_refused_and_nesting_does_not_overflow() {
        let bomb = " ".repeat(MAX_PART as usize + 2);
        let (articles, problems) = read(&docx(&[("word/document.xml", &bomb)]));
        assert!(articles.is_empty());
        assert!(problems[0].message.contains("larger than 64 MB"));
        let deep = document(&("<w:tbl><w:tr><w:tc>".repeat(100_000) + &paragraph(LONG)));
        let (articles, _) = read(&docx(&[("word/document.xml", &deep)]));
        assert_eq!(articles.len(), 1);
    }
}
