//! Reads saved web pages: the article, and the page around it as furniture.
//!
//! `bounds` refuses what would make a parser slow, `dom` turns the tree into
//! lines, `content` finds the lines of the article, `facts` what the page
//! states of it. Which of the lines near the article are credits or teasers is
//! decided in [`crate::article`] as for any page. Nothing is dropped that a
//! reader of the page could see: what is not the article is furniture.

mod bounds;
mod charset;
mod content;
mod dom;
mod facts;
mod headline;

pub(super) use charset::declared_encoding;

use super::pages::Pages;
use super::problem;
use crate::article::{
    Article, Evidenced, Fact, Line, Mark, Place, Problem, ProblemKind, Stated, Surroundings,
    compose_page,
};
use content::{Found, Role};
use dom::PageLine;

/// The largest page that is taken apart as a tree, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// Reads a .html file.
pub(super) fn read_html(
    path: &str,
    text: &str,
    pages: &mut Pages<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    if text.len() > MAX_BYTES || !bounds::is_tame(text) {
        problems.push(problem(
            Place::default(),
            "the page is too large or too deeply nested to tell its article from the rest",
            "save the article alone, as text",
        ));
        return read_flat(path, text, pages, problems);
    }
    // A fault of an outer package must not end a run over thousands of files.
    let taken = std::panic::catch_unwind(|| take_apart(text));
    let Ok(page) = taken else {
        problems.push(problem(
            Place::default(),
            "the page cannot be taken apart",
            "save the article alone, as text",
        ));
        return read_flat(path, text, pages, problems);
    };
    match page.found {
        Found::Article(roles) => {
            let mut lines = mark_lines(page.lines, &roles, text);
            if !pages.settle(&mut lines) {
                return Vec::new();
            }
            let around = surroundings(path, &lines);
            let mut article = compose_page(&lines, &page.stated, &around, problems);
            let site = page.site.map(|site| Evidenced {
                value: site.value,
                evidence: site.key,
            });
            article.outlet = article.outlet.or(site);
            vec![article]
        }
        Found::List => {
            problems.push(
                problem(
                    Place::default(),
                    "a list of links, not an article",
                    "save the articles it links to",
                )
                .of(ProblemKind::NoArticle),
            );
            Vec::new()
        }
        Found::Nothing => {
            problems.push(
                problem(
                    Place::default(),
                    "the page has no text of its own",
                    "save it again when it has loaded, with \"save as, complete page\"",
                )
                .of(ProblemKind::NoArticle),
            );
            Vec::new()
        }
    }
}

/// A page taken apart.
struct Page {
    lines: Vec<PageLine>,
    stated: Stated,
    /// Whose site it stands on.
    site: Option<Fact>,
    found: Found,
}

/// Reads the tree of a page: its lines, its facts, and where its article is.
fn take_apart(text: &str) -> Page {
    let document = dom_query::Document::from(text);
    let lines = dom::read_lines(&document);
    let facts = facts::read_facts(&document);
    let title = headline::find_headline(&lines, &facts);
    let found = content::find_content(document, &lines, title.as_ref().map(|t| t.value.as_str()));
    Page {
        lines,
        site: facts.site(),
        stated: Stated {
            title,
            ..facts.stated()
        },
        found,
    }
}

/// Marks the lines of a page by their role and finds their places in the file.
fn mark_lines(lines: Vec<PageLine>, roles: &[Role], source: &str) -> Vec<Line> {
    let mut finder = dom::LineFinder::new(source);
    lines
        .into_iter()
        .zip(roles)
        .map(|(line, role)| Line {
            number: finder.find(&line.text),
            mark: match (role, line.heading) {
                (Role::Article, Some(level)) => Mark::Heading(level),
                (Role::Article, None) => Mark::Body,
                (Role::Near, _) => Mark::Plain,
                (Role::Around, _) => Mark::Around,
                (Role::Elsewhere, _) => Mark::Elsewhere,
            },
            text: line.text,
        })
        .collect()
}

fn surroundings<'a>(path: &'a str, lines: &[Line]) -> Surroundings<'a> {
    let first = lines
        .iter()
        .find(|line| matches!(line.mark, Mark::Plain | Mark::Body | Mark::Heading(_)));
    Surroundings {
        path,
        file_date: None,
        place: Place {
            line: first.and_then(|line| line.number),
            ..Place::default()
        },
    }
}

/// Reads a page as lines of text, without a tree.
fn read_flat(
    path: &str,
    text: &str,
    pages: &mut Pages<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    let mut lines = bounds::flat_lines(text);
    if lines.is_empty() || !pages.settle(&mut lines) {
        return Vec::new();
    }
    let around = surroundings(path, &lines);
    vec![compose_page(&lines, &Stated::default(), &around, problems)]
}

/// Creates a fact of a page.
fn fact(key: &str, value: &str) -> Fact {
    Fact {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
