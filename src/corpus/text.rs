//! Reads plain text: one file, one article.

use super::count;
use super::pages::Pages;
use crate::article::{
    Article, Line, Mark, Place, Problem, Stated, Surroundings, compose_page, unwrap_lines,
};

/// Reads a .txt file.
pub(super) fn read_text(
    path: &str,
    text: &str,
    pages: &mut Pages<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    let source: Vec<&str> = text.split('\n').collect();
    let mut lines: Vec<Line> = unwrap_lines(&source)
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(index, text)| Line {
            number: Some(count(index + 1)),
            text: text.trim().to_owned(),
            mark: Mark::Plain,
        })
        .collect();
    if !pages.settle(&mut lines) {
        return Vec::new();
    }
    let first = lines.first().and_then(|line| line.number);
    let around = Surroundings {
        path,
        file_date: None,
        place: Place {
            line: first,
            ..Place::default()
        },
    };
    vec![compose_page(&lines, &Stated::default(), &around, problems)]
}
