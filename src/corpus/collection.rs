//! Files of many items: daily files whose sections are articles.
//!
//! A file is split only where it says so: several first-level headings,
//! sections that each name their own source, or a dated file of sections. The
//! table of contents before the items goes to the first as furniture.

use crate::article::{
    Article, ArticleDate, Block, BlockKind, Fact, Line, Mark, Place, Problem, Stated, Surroundings,
    compose_page, find_dates, parse_date,
};

/// Decides whether a file is a collection, and at which level of heading its
/// items stand.
pub(super) fn item_level(lines: &[Line], stated: &Stated) -> Option<u8> {
    let level_of = |line: &Line| {
        if let Mark::Heading(level) = line.mark {
            Some(level)
        } else {
            None
        }
    };
    let first_heading = lines.iter().find_map(level_of)?;
    let file_title = lines
        .iter()
        .find(|line| level_of(line) == Some(first_heading))
        .map(|l| l.text.as_str());
    for level in 1..=4_u8 {
        let starts: Vec<usize> = (0..lines.len())
            .filter(|&i| level_of(&lines[i]) == Some(level))
            .collect();
        if starts.len() < 2 {
            continue;
        }
        let sections = starts.iter().enumerate().map(|(n, &start)| {
            let end = starts.get(n + 1).copied().unwrap_or(lines.len());
            &lines[start + 1..end]
        });
        let sections: Vec<&[Line]> = sections.collect();
        let with_text = sections
            .iter()
            .filter(|section| section.iter().any(|l| l.mark == Mark::Plain))
            .count();
        let with_source = sections
            .iter()
            .filter(|section| section.iter().any(names_source))
            .count();
        let is_dated_file = level > first_heading && file_title.is_some_and(is_dated_collection);
        let several_titles = level == 1 && with_text * 2 > sections.len() && stated.title.is_none();
        if several_titles || with_source * 2 > sections.len() && with_source >= 2 {
            return Some(level);
        }
        let is_innermost = !lines
            .iter()
            .any(|line| level_of(line).is_some_and(|l| l > level));
        if is_dated_file && is_innermost && with_text * 2 > sections.len() {
            return Some(level);
        }
    }
    None
}

/// Says whether a line names the source of an item: a link to the original.
fn names_source(line: &Line) -> bool {
    let opens = [
        "原文链接",
        "查看原文",
        "阅读原文",
        "[查看原文]",
        "来源：",
        "来源:",
        "原文：",
    ]
    .iter()
    .any(|s| line.text.starts_with(s));
    line.mark == Mark::Plain && opens && line.text.chars().count() <= 200
}

/// Says whether a headline is that of a dated collection: 某某日报（20240530）.
fn is_dated_collection(title: &str) -> bool {
    let words = [
        "联播", "日报", "简报", "早报", "晚报", "周报", "快讯", "要闻", "摘要", "汇编", "每日",
        "速览", "日刊", "速递", "动态", "新闻",
    ];
    file_date(title).is_some() && words.iter().any(|word| title.contains(word))
}

/// Reads the date in the headline of a file.
fn file_date(title: &str) -> Option<ArticleDate> {
    let written = find_dates(title)
        .into_iter()
        .next()
        .map(|date| (date.iso, date.precision, title[date.range].to_owned()));
    let (iso, precision, evidence) = written.or_else(|| {
        let digits = title
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 8)?;
        let (iso, precision) = parse_date(digits)?;
        Some((iso, precision, digits.to_owned()))
    })?;
    Some(ArticleDate {
        iso,
        precision,
        evidence,
    })
}

/// Reads each item of a collection as an article.
pub(super) fn read_items(
    path: &str,
    lines: &[Line],
    stated: &Stated,
    level: u8,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    let starts: Vec<usize> = (0..lines.len())
        .filter(|&i| lines[i].mark == Mark::Heading(level))
        .collect();
    let preface = &lines[..starts.first().copied().unwrap_or(0)];
    let date = preface
        .iter()
        .filter(|line| matches!(line.mark, Mark::Heading(_)))
        .find_map(|line| file_date(&line.text))
        .or_else(|| {
            let fact = stated.date.as_ref()?;
            let (iso, precision) = parse_date(&fact.value)?;
            Some(ArticleDate {
                iso,
                precision,
                evidence: fact.key.clone(),
            })
        });
    let mut articles = Vec::new();
    // What front matter says of a whole file holds for each item, its name and title do not.
    let shared = Stated {
        id: None,
        title: None,
        date: None,
        text: None,
        url: None,
        ..stated.clone()
    };
    let mut part: &[Line] = &[];
    for (n, &start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        let own = &lines[start + 1..end];
        // A heading above the items' level ends an item and opens the next part of the file.
        let is_higher = |line: &Line| matches!(line.mark, Mark::Heading(l) if l < level);
        let (own, next_part) = own.split_at(own.iter().position(is_higher).unwrap_or(own.len()));
        let place = Place {
            line: lines[start].number,
            ..Place::default()
        };
        let around = Surroundings {
            path,
            file_date: date.as_ref(),
            place,
        };
        let mut item = shared.clone();
        item.title = Some(Fact {
            key: "heading".to_owned(),
            value: lines[start].text.clone(),
        });
        let mut article = compose_page(own, &item, &around, problems);
        article.blocks.splice(0..0, as_furniture(part));
        articles.push(article);
        part = next_part;
    }
    if let Some(last) = articles.last_mut() {
        last.blocks.extend(as_furniture(part));
    }
    attach_preface(
        path,
        preface,
        stated,
        date.as_ref(),
        &mut articles,
        problems,
    );
    articles
}

/// Makes lines of the file around its items blocks of furniture.
fn as_furniture(lines: &[Line]) -> impl Iterator<Item = Block> {
    lines.iter().map(|line| Block {
        kind: BlockKind::Furniture,
        text: line.text.clone(),
        place: Place {
            line: line.number,
            ..Place::default()
        },
    })
}

/// Keeps what stands before the first item: a table of contents is furniture
/// of the first item, anything else is an article of its own.
fn attach_preface(
    path: &str,
    preface: &[Line],
    stated: &Stated,
    date: Option<&ArticleDate>,
    articles: &mut Vec<Article>,
    problems: &mut Vec<Problem>,
) {
    let plain: Vec<&Line> = preface
        .iter()
        .filter(|line| line.mark == Mark::Plain)
        .collect();
    let squeeze = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let items: String = articles
        .iter()
        .flat_map(|a| {
            [&a.title]
                .into_iter()
                .chain(a.blocks.iter().map(|b| &b.text))
        })
        .map(|t| squeeze(t))
        .collect();
    let listed = plain.iter().filter(|line| {
        let key = squeeze(
            line.text
                .trim_start_matches(|c: char| c.is_ascii_digit() || ".、（）() ".contains(c)),
        );
        key.is_empty() || items.contains(&key)
    });
    if listed.count() * 2 >= plain.len() {
        let Some(first) = articles.first_mut() else {
            return;
        };
        first.blocks.splice(0..0, as_furniture(preface));
    } else {
        let place = Place {
            line: preface.first().and_then(|line| line.number),
            ..Place::default()
        };
        let around = Surroundings {
            path,
            file_date: date,
            place,
        };
        articles.insert(0, compose_page(preface, stated, &around, problems));
    }
}
