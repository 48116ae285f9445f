//! Markdown: a list of quotations with their sources, to paste into a report.

use std::io::{self, Write};

use super::labels::{place_label, source_label};
use super::pieces::{marks_within, pieces, windows_of};
use crate::search::{Answer, Hit};

/// Writes the hits as a numbered Markdown list: title, the quoted windows of
/// the passage with **marks**, and the source.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_markdown(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    for hit in &answer.hits {
        write_hit(hit, out)?;
    }
    Ok(())
}

fn write_hit(hit: &Hit, out: &mut dyn Write) -> io::Result<()> {
    let article = &hit.article;
    let passage = &hit.passage;
    // Everything of an item stands under its first letter, or it leaves the list.
    let indent = " ".repeat(hit.rank.to_string().len() + 2);
    let title = match article.title.as_str() {
        "" => escape(&article.path),
        title => marked(title, &article.title_marks).replace('\n', " "),
    };
    writeln!(out, "{}. {title}", hit.rank)?;
    if !passage.heading.is_empty() {
        let heading = marked(&passage.heading, &passage.heading_marks).replace('\n', " ");
        writeln!(out, "\n{indent}{heading}")?;
    }
    let mut quotation = String::new();
    for (before, window) in windows_of(&passage.text, &passage.windows) {
        quotation.push_str(before);
        if let Some(window) = window {
            let marks = marks_within(&passage.marks, &window);
            quotation.push_str(&marked(&passage.text[window], &marks));
        }
    }
    writeln!(out)?;
    let mut is_first = true;
    for paragraph in quotation
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if !is_first {
            writeln!(out, "{indent}>")?;
        }
        writeln!(out, "{indent}> {}", escape_line_start(paragraph))?;
        is_first = false;
    }
    let mut source = vec![escape(&source_label(article))];
    source.push(escape(&format!(
        "{}{}",
        article.path,
        place_label(&passage.place)
    )));
    if let Some(url) = &article.url {
        source.push(link(url));
    }
    source.retain(|part| !part.is_empty());
    writeln!(out, "\n{indent}—— {}\n", source.join("，"))
}

/// Escapes a text and sets its marks in bold.
///
/// `**` next to punctuation inside a mark does not open or close between Han
/// characters (CommonMark's flanking rules know spaces, not Chinese), so
/// punctuation at either end of a mark stays outside the bold, and adjacent
/// marks are set as one.
fn marked(text: &str, marks: &[std::ops::Range<usize>]) -> String {
    let mut joined: Vec<std::ops::Range<usize>> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if last.end == mark.start => last.end = mark.end,
            _ => joined.push(mark.clone()),
        }
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for piece in pieces(text, &joined) {
        let bold = piece.text.trim_matches(|c: char| !c.is_alphanumeric());
        match piece.text.split_once(bold) {
            Some((before, after)) if piece.is_marked && !bold.is_empty() => {
                shown.push_str(&escape(before));
                shown.push_str("**");
                shown.push_str(&escape(bold));
                shown.push_str("**");
                shown.push_str(&escape(after));
            }
            _ => shown.push_str(&escape(piece.text)),
        }
    }
    shown
}

/// Escapes what is markup anywhere in a line.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Escapes what is markup only at the start of a line: list signs, underlines
/// of headings, and numbers of lists.
fn escape_line_start(line: &str) -> String {
    if line.starts_with(['-', '+', '=']) {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line.to_owned()
}

fn link(url: &str) -> String {
    let is_plain = !url
        .contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '\\'));
    if is_plain && (url.starts_with("https://") || url.starts_with("http://")) {
        return format!("<{url}>");
    }
    escape(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn written(answer: &Answer) -> String {
        let mut out = Vec::new();
        write_markdown(answer, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_hit_is_a_list_item_with_a_quotation_and_its_source() {
        let mut answer = samples::answer();
        answer.hits.truncate(1);
        assert_eq!(
            written(&answer),
            "1. 上海：**算力券**开始发放\n\n   二、支持措施\n\n   > 市经信委今天发放**算力券**。\n   >\n   \
             > 符合条件的企业可以申领**算力券**。\n\n   —— 解放日报，王五，2024-05-30，新闻/上海.txt:12，\
             <https://example.cn/1>\n\n"
        );
    }

    #[test]
    fn markup_in_articles_is_text() {
        assert_eq!(
            marked("*甲*_乙_[丙](x)<b>", &[]),
            "\\*甲\\*\\_乙\\_\\[丙\\](x)\\<b\\>"
        );
        assert_eq!(escape_line_start("1. 支持"), "1\\. 支持");
        assert_eq!(escape_line_start("- 支持"), "\\- 支持");
        assert_eq!(escape_line_start("2024年"), "2024年");
    }

    #[test]
    fn bold_leaves_out_punctuation_at_its_ends_and_joins_adjacent_marks() {
        assert_eq!(marked("发（券）放", &[3..12]), "发（**券**）放");
        assert_eq!(marked("甲乙丙", &[0..3, 3..6]), "**甲乙**丙");
        assert_eq!(marked("甲。乙", &[3..6]), "甲。乙");
    }

    #[test]
    fn an_address_that_is_none_is_text() {
        assert_eq!(link("javascript:x"), "javascript:x");
        assert_eq!(link("https://a b"), "https://a b");
    }
}
