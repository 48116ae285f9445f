//! Composes articles: text and facts of a source become an [`Article`].
//!
//! A stated fact beats an inferred one. What was inferred carries its words.

use super::citation::find_citations;
use super::credits::Credits;
use super::date::{FoundDate, find_dates, parse_date};
use super::model::{
    Article, ArticleDate, Block, BlockKind, DatePrecision, Evidenced, Place, Problem, ProblemKind,
};
use super::page::{Line, read_page};
use super::region::{Sources, infer_regions};
use super::shape::first_chars;
use super::signs::{Signs, own_url, read_record_signs};
use super::stated::{Fact, Stated};

/// What is known of an article's surroundings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings<'a> {
    /// The path of its file, relative to its root: last evidence for dates.
    pub(crate) path: &'a str,
    /// The date of the whole file, which holds for each item of it.
    pub(crate) file_date: Option<&'a ArticleDate>,
    /// Where in the file the article begins.
    pub(crate) place: Place,
}

/// Composes an article of a page's lines, furniture and all.
pub(crate) fn compose_page(
    lines: &[Line],
    stated: &Stated,
    around: &Surroundings<'_>,
    problems: &mut Vec<Problem>,
) -> Article {
    let page = read_page(lines, stated.title.as_ref().map(|fact| fact.value.as_str()));
    compose(
        page.title,
        page.blocks,
        &page.signs,
        stated,
        around,
        problems,
    )
}

/// Composes an article of structured input, whose text is taken as it is: one
/// block a line.
pub(crate) fn compose_record(
    stated: &Stated,
    around: &Surroundings<'_>,
    problems: &mut Vec<Problem>,
) -> Article {
    let title = stated
        .title
        .as_ref()
        .map(|fact| fact.value.trim().to_owned())
        .unwrap_or_default();
    let text = stated
        .text
        .as_ref()
        .map(|fact| fact.value.as_str())
        .unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let signs = read_record_signs(&lines);
    let blocks = lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .zip(1..)
        .map(|(line, paragraph)| Block {
            kind: BlockKind::Paragraph,
            text: (*line).to_owned(),
            place: Place {
                paragraph: Some(paragraph),
                ..around.place
            },
        })
        .collect();
    compose(title, blocks, &signs, stated, around, problems)
}

fn compose(
    title: String,
    blocks: Vec<Block>,
    signs: &Signs,
    stated: &Stated,
    around: &Surroundings<'_>,
    problems: &mut Vec<Problem>,
) -> Article {
    let url = stated
        .url
        .as_ref()
        .map(|fact| fact.value.trim().to_owned())
        .or_else(|| own_url(signs, &blocks));
    let date = publication_date(
        stated.date.as_ref(),
        signs,
        url.as_deref(),
        around,
        problems,
    );
    let body: Vec<&str> = blocks
        .iter()
        .filter(|b| b.kind != BlockKind::Furniture)
        .map(|b| b.text.as_str())
        .collect();
    let headings: Vec<&str> = blocks
        .iter()
        .filter(|b| b.kind == BlockKind::Heading)
        .map(|b| b.text.as_str())
        .collect();
    let from: Vec<(String, String)> = signs
        .bylines
        .iter()
        .chain(&signs.datelines)
        .filter_map(|c| c.from.clone())
        .collect();
    let regions = infer_regions(&Sources {
        stated: stated.region.as_ref(),
        title: &title,
        from: &from,
        body: &body,
        headings: &headings,
        path: around.path,
    });
    let citations = find_citations([title.as_str()].into_iter().chain(body.iter().copied()));
    Article {
        given_id: stated.id.as_ref().map(|fact| fact.value.trim().to_owned()),
        date,
        outlet: outlet(stated, signs),
        author: author(stated, signs),
        url,
        regions,
        citations,
        blocks,
        place: around.place,
        title,
        ..Article::default()
    }
}

fn outlet(stated: &Stated, signs: &Signs) -> Option<Evidenced> {
    if let Some(fact) = &stated.outlet {
        return Some(from_fact(fact));
    }
    let groups = [
        &signs.top,
        &signs.datelines,
        &signs.bylines,
        &signs.printed,
        &signs.tail,
    ];
    first_credit(&groups, |credits| credits.outlet.as_ref())
}

fn author(stated: &Stated, signs: &Signs) -> Option<Evidenced> {
    if let Some(fact) = &stated.author {
        return Some(from_fact(fact));
    }
    let groups = [&signs.bylines, &signs.datelines, &signs.top, &signs.tail];
    first_credit(&groups, |credits| credits.author.as_ref())
}

fn from_fact(fact: &Fact) -> Evidenced {
    Evidenced {
        value: fact.value.trim().to_owned(),
        evidence: fact.key.clone(),
    }
}

fn first_credit(
    groups: &[&Vec<Credits>],
    value: impl Fn(&Credits) -> Option<&String>,
) -> Option<Evidenced> {
    groups
        .iter()
        .flat_map(|group| group.iter())
        .find_map(|credits| {
            let value = value(credits)?.clone();
            Some(Evidenced {
                value,
                evidence: credits.evidence.clone(),
            })
        })
}

/// Decides the publication date. A date that the body merely mentions never counts.
fn publication_date(
    stated: Option<&Fact>,
    signs: &Signs,
    url: Option<&str>,
    around: &Surroundings<'_>,
    problems: &mut Vec<Problem>,
) -> Option<ArticleDate> {
    if let Some(fact) = stated {
        if let Some((iso, precision)) = parse_date(&fact.value) {
            return Some(ArticleDate {
                iso,
                precision,
                evidence: fact.key.clone(),
            });
        }
        problems.push(Problem {
            kind: ProblemKind::Faulty,
            place: around.place,
            message: format!(
                "the date {:?} in {:?} is not understood",
                first_chars(&fact.value, 40),
                fact.key
            ),
            remedy: "write it as 2024-05-30, 2024-05 or 2024".to_owned(),
        });
    }
    let as_date = |date: &FoundDate, evidence: &str| ArticleDate {
        iso: date.iso.clone(),
        precision: date.precision,
        evidence: evidence.to_owned(),
    };
    let from_credits = |group: &[Credits]| {
        group.iter().find_map(|credits| {
            credits
                .date
                .as_ref()
                .map(|date| as_date(date, &credits.evidence))
        })
    };
    let file_date = || around.file_date.cloned();
    let by_url = url.and_then(url_date);
    let by_path = path_date(around.path);
    let printed = from_credits(&signs.printed);
    let year = by_url
        .as_ref()
        .or(around.file_date)
        .or(printed.as_ref())
        .or(by_path.as_ref())
        .and_then(|date| date.iso.get(..4)?.parse::<i16>().ok());
    let dateline_day = signs.datelines.iter().find_map(|credits| {
        let iso = credits.month_day.as_ref()?.in_year(year?)?;
        Some(ArticleDate {
            iso,
            precision: DatePrecision::Day,
            evidence: credits.evidence.clone(),
        })
    });
    from_credits(&signs.top)
        .or_else(|| from_credits(&signs.datelines))
        .or_else(file_date)
        .or(dateline_day)
        .or_else(|| from_credits(&signs.tail))
        .or_else(|| {
            signs
                .signed
                .as_ref()
                .map(|(date, words)| as_date(date, words))
        })
        .or(printed)
        .or(by_url)
        .or(by_path)
}

/// Reads the date in a web address: /2024/05/30/, /20240530/, /202405/t20240530_1.html.
fn url_date(url: &str) -> Option<ArticleDate> {
    let path = url.split("://").nth(1).unwrap_or(url);
    let path = path.split_once('/').map(|(_, path)| path)?;
    most_precise(path, &['/', '_', '?', '=', '&', '.', 't', 'a', 'c'], true)
}

/// Reads the date in the name of a file or its folders; a bare year only as
/// the whole name of a folder.
fn path_date(path: &str) -> Option<ArticleDate> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let by_name = most_precise(
        name,
        &['_', ' ', '.', '-', '(', ')', '（', '）', 't'],
        false,
    );
    by_name
        .or_else(|| most_precise(folders, &['/', '_'], true))
        .or_else(|| {
            folders.split('/').rev().find_map(|folder| {
                let (iso, precision) = parse_date(folder.trim_end_matches('年'))?;
                let is_year = precision == DatePrecision::Year;
                is_year.then(|| ArticleDate {
                    iso,
                    precision,
                    evidence: folder.to_owned(),
                })
            })
        })
}

/// Finds the most precise date of a path: written out, as eight digits in a
/// row, or (where folders count) as year and month.
fn most_precise(path: &str, separators: &[char], months_count: bool) -> Option<ArticleDate> {
    let mut best: Option<ArticleDate> = None;
    let mut keep = |iso: String, precision: DatePrecision, evidence: &str| {
        if best.as_ref().is_none_or(|b| iso.len() > b.iso.len()) {
            best = Some(ArticleDate {
                iso,
                precision,
                evidence: evidence.to_owned(),
            });
        }
    };
    for date in find_dates(path) {
        if date.precision == DatePrecision::Day
            || months_count && date.precision == DatePrecision::Month
        {
            keep(date.iso, date.precision, &path[date.range]);
        }
    }
    for part in path.split(|c: char| separators.contains(&c)) {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        if digits
            && (part.len() == 8 || part.len() == 6 && months_count)
            && let Some((iso, precision)) = parse_date(part)
        {
            keep(iso, precision, part);
        }
    }
    // /2024-05/30/ and /202405/30/
    let names: Vec<&str> = path.split('/').collect();
    for two in names.windows(2) {
        let is_number = |text: &str, length| {
            text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let month = match two[0].split_once('-') {
            Some((year, month)) if is_number(year, 4) && is_number(month, 2) => {
                format!("{year}{month}")
            }
            None if is_number(two[0], 6) => two[0].to_owned(),
            _ => continue,
        };
        if is_number(two[1], 2)
            && let Some((iso, precision)) = parse_date(&format!("{month}{}", two[1]))
        {
            keep(iso, precision, &format!("{}/{}", two[0], two[1]));
        }
    }
    // /2024/0530/
    for (at, _) in path.match_indices('/') {
        if let (Some(year), Some(rest)) =
            (path.get(at.saturating_sub(4)..at), path.get(at + 1..at + 5))
            && let Some((iso, precision)) = parse_date(&format!("{year}{rest}"))
            && precision == DatePrecision::Day
            && !path[at + 5..].starts_with(|c: char| c.is_ascii_digit())
        {
            keep(iso, precision, &path[at - 4..at + 5]);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_hold_dates_in_many_shapes() {
        for (url, iso) in [
            ("https://a.cn/2024/05/30/x.html", "2024-05-30"),
            ("https://a.cn/zc/202405/t20240530_12345.html", "2024-05-30"),
            ("https://a.cn/n1/2024/0530/c1-2.html", "2024-05-30"),
            ("https://a.cn/zc/202405/abc.html", "2024-05"),
            ("https://a.cn/2024-05-30/x.html", "2024-05-30"),
            (
                "https://a.cn/content/2024-05/30/content_5342665.htm",
                "2024-05-30",
            ),
            ("https://a.cn/html/202405/30/node_1.html", "2024-05-30"),
        ] {
            assert_eq!(url_date(url).map(|d| d.iso).as_deref(), Some(iso), "{url}");
        }
        assert_eq!(url_date("https://a.cn/item/12345678.html"), None);
        assert_eq!(url_date("https://a20240530.cn/"), None);
    }

    #[test]
    fn paths_are_the_last_evidence() {
        for (path, iso) in [
            ("北京/2024/甲.txt", Some("2024")),
            ("2024/05/30.md", None),
            ("xwlb/20240530.md", Some("2024-05-30")),
            ("甲_2024-05-30.txt", Some("2024-05-30")),
            ("甲市2025年行动方案.txt", None),
            ("12345678.txt", None),
        ] {
            let found = path_date(path).map(|d| d.iso);
            match iso {
                Some(iso) => assert_eq!(found.as_deref(), Some(iso), "{path}"),
                None => assert!(
                    found.is_none_or(|d| d.len() < 10 && path.contains('/')),
                    "{path}"
                ),
            }
        }
    }
}
