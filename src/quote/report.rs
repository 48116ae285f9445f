//! A report's text, and the quotations in it.
//!
//! Quotations stand between “…”, 「…」, 『…』, «…», "…" or ＂…＂ in one block of
//! lines, or are Markdown block quotes (`>`). Only the outermost marks count.
//! Fenced code is left out. No input panics.

use std::path::Path;

use crate::article::Place;
use crate::corpus::{self, Format};
use crate::error::{Error, ErrorKind, Result};

/// The text of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Its parts in order, each with its place: the whole text for plain text
    /// and Markdown, else a paragraph each.
    blocks: Vec<(Place, String)>,
    /// Whether the lines of a block are lines of the file.
    is_plain: bool,
}

/// A quotation of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotation {
    /// What is quoted, without the marks around it.
    pub text: String,
    /// Where it begins: a line of plain text and Markdown, else as its format
    /// tells places.
    pub place: Place,
    /// The character in that line or paragraph at which it begins, from 1.
    pub column: usize,
}

impl Report {
    /// Takes up a report in plain text or Markdown.
    pub fn from_text(text: &str) -> Self {
        Report {
            blocks: vec![(Place::default(), text.to_owned())],
            is_plain: true,
        }
    }

    /// Reads a report from the bytes of a file; its name tells the format, an
    /// unknown one is plain text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the bytes cannot be read as that format.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self> {
        let name = path.to_string_lossy();
        let failed = |problem: &crate::article::Problem| {
            Error::new(
                ErrorKind::Io,
                format!("cannot read the report {name}: {}", problem.message),
            )
            .with_hint(problem.remedy.clone())
        };
        match Format::of_path(&name) {
            None | Some(Format::Text | Format::Markdown) => {
                let text = corpus::decode_text(bytes).map_err(|problem| failed(&problem))?;
                Ok(Report::from_text(&text))
            }
            Some(_) => {
                let parsed = corpus::parse(&name, bytes);
                if let (true, Some(problem)) = (parsed.articles.is_empty(), parsed.problems.first())
                {
                    return Err(failed(problem));
                }
                let articles = parsed.articles.into_iter();
                let blocks = articles.flat_map(|article| {
                    let title = (article.place, article.title);
                    let blocks = article.blocks.into_iter();
                    std::iter::once(title).chain(blocks.map(|block| (block.place, block.text)))
                });
                Ok(Report {
                    blocks: blocks.collect(),
                    is_plain: false,
                })
            }
        }
    }

    /// The quotations in it, in order.
    ///
    /// ```
    /// let report = cewen::Report::from_text("该市提出“最高支持五百万元”。\n\n> 单个企业每年最高\n> 五百万元。\n");
    /// let found = report.quotations();
    /// assert_eq!(found[0].text, "最高支持五百万元");
    /// assert_eq!((found[0].place.line, found[0].column), (Some(1), 6));
    /// assert_eq!(found[1].text, "单个企业每年最高\n五百万元。");
    /// ```
    pub fn quotations(&self) -> Vec<Quotation> {
        let mut found = Vec::new();
        for (place, text) in &self.blocks {
            for mut quotation in quotations(text) {
                if !self.is_plain {
                    quotation.place = *place;
                }
                found.push(quotation);
            }
        }
        found
    }
}

/// A line of a text.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// What stands behind the `>` of a block quote.
    fn quoted(self) -> Option<&'a str> {
        let rest = self.text.trim_start().strip_prefix('>')?;
        Some(rest.trim_start_matches(['>', ' ']))
    }

    fn is_fence(self) -> bool {
        let text = self.text.trim_start();
        text.starts_with("```") || text.starts_with("~~~")
    }
}

fn quotations(text: &str) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut block: Vec<Line<'_>> = Vec::new();
    let mut is_quote = false;
    let mut in_code = false;
    let lines = text.split('\n').enumerate();
    for (number, text) in lines {
        let line = Line {
            number: number + 1,
            text: text.trim_end_matches('\r'),
        };
        if line.is_fence() {
            in_code = !in_code;
        }
        let is_end = in_code
            || line.is_fence()
            || line.text.trim().is_empty()
            || line.quoted().is_some_and(|text| text.trim().is_empty());
        if is_end || line.quoted().is_some() != is_quote {
            finish(&mut block, is_quote, &mut found);
        }
        is_quote = line.quoted().is_some();
        if !is_end {
            block.push(line);
        }
    }
    finish(&mut block, is_quote, &mut found);
    found
}

fn finish(block: &mut Vec<Line<'_>>, is_quote: bool, found: &mut Vec<Quotation>) {
    let lines = std::mem::take(block);
    if !is_quote {
        within_marks(&lines, found);
        return;
    }
    let mut texts: Vec<&str> = lines.iter().filter_map(|line| line.quoted()).collect();
    // A last line such as ——《甲市日报》 says who said it.
    let is_source = |text: &&&str| text.starts_with(['—', '–']) || text.starts_with("--");
    if texts.len() > 1 && texts.last().as_ref().is_some_and(is_source) {
        texts.pop();
    }
    if let (Some(first), Some(line)) = (texts.first(), lines.first()) {
        let before = first.as_ptr() as usize - line.text.as_ptr() as usize;
        found.push(Quotation {
            column: line.text[..before].chars().count() + 1,
            place: at_line(line.number),
            text: texts.join("\n"),
        });
    }
}

/// The mark that closes what a mark opens.
fn closing(open: char) -> Option<char> {
    Some(match open {
        '“' => '”',
        '「' => '」',
        '『' => '』',
        '«' => '»',
        '"' => '"',
        '＂' => '＂',
        _ => return None,
    })
}

/// The quotations between marks in one block of lines.
fn within_marks(lines: &[Line<'_>], found: &mut Vec<Quotation>) {
    let characters: Vec<(usize, usize, char)> = lines
        .iter()
        .flat_map(|line| {
            let ended = line.text.chars().chain(['\n']).enumerate();
            ended.map(|(column, character)| (line.number, column + 1, character))
        })
        .collect();
    let mut at = 0;
    while at < characters.len() {
        let end = closing(characters[at].2).and_then(|close| {
            let open = characters[at].2;
            let mut depth = 0_usize;
            characters[at + 1..].iter().position(|&(_, _, character)| {
                if character == close {
                    if depth == 0 {
                        return true;
                    }
                    depth -= 1;
                } else if character == open {
                    depth += 1;
                }
                false
            })
        });
        let Some(length) = end else {
            at += 1;
            continue;
        };
        let inner = &characters[at + 1..at + 1 + length];
        if let Some(&(number, column, _)) = inner.first() {
            let text: String = inner.iter().map(|&(_, _, character)| character).collect();
            found.push(Quotation {
                text,
                place: at_line(number),
                column,
            });
        }
        at += length + 2;
    }
}

fn at_line(number: usize) -> Place {
    Place {
        line: u32::try_from(number).ok(),
        ..Place::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(report: &str) -> Vec<String> {
        let found = Report::from_text(report).quotations();
        found.into_iter().map(|quotation| quotation.text).collect()
    }

    #[test]
    fn the_outermost_marks_of_every_kind_count() {
        assert_eq!(
            texts("他说“所谓“算力券”是补贴”，又称「训力券」与\"模型券\"。"),
            ["所谓“算力券”是补贴", "训力券", "模型券"]
        );
    }

    #[test]
    fn a_mark_that_is_never_closed_hides_nothing() {
        assert_eq!(texts("甲“乙\n\n他说“丙丁”。"), ["丙丁"]);
        assert_eq!(texts("甲「乙，他说“丙丁”。"), ["丙丁"]);
    }

    #[test]
    fn block_quotes_are_whole_and_their_source_line_is_none_of_them() {
        assert_eq!(
            texts("> 甲市发放“算力券”，\n> 支持企业。\n> ——《甲市日报》\n\n后文"),
            ["甲市发放“算力券”，\n支持企业。"]
        );
        assert_eq!(texts("> 甲\n>\n> 乙\n"), ["甲", "乙"]);
    }

    #[test]
    fn code_is_left_out() {
        assert!(texts("```\nprint(\"甲乙丙丁\")\n```\n").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            Report::from_text(&text).quotations();
        }

        #[test]
        fn quotations_stand_where_it_is_said(text in "[甲乙“”「」\"> \n]{0,40}") {
            for found in Report::from_text(&text).quotations() {
                let line = found.place.line.expect("a line") as usize;
                let line = text.split('\n').nth(line - 1).expect("there");
                let first = found.text.chars().next();
                let there = line.chars().chain(['\n']).nth(found.column - 1);
                prop_assert!(first.is_none() || there == first || there == Some('\n'), "{:?}", found);
            }
        }
    }
}
