//! Which lines of a page are its article.
//!
//! The containers that publishing systems put articles into come first; else
//! dom_smoothie, a port of Mozilla's Readability, finds the main content and
//! its lines are found again among those of the page. So nothing that it cuts
//! inside the article (tables, lists) is lost, and what stands outside is kept
//! as furniture.

use super::dom::{PageLine, read_lines};
use crate::article::{is_sentence_end, skeleton};
use dom_query::{Document, NodeId};
use dom_smoothie::{Config, Readability};
use std::collections::{HashMap, HashSet};

/// What a line of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A line of the article.
    Article,
    /// Between headline and article: a credit, or a part of the article.
    Near,
    /// Beside the article, and no part of it; credits may stand there.
    Around,
    /// Far from the article.
    Elsewhere,
}

/// What was found on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An article, with the role of each line.
    Article(Vec<Role>),
    /// A list of links.
    List,
    /// No text.
    Nothing,
}

/// How far above the article its headline is looked for, in lines.
const REACH: usize = 60;

/// Finds the article among the lines of a page.
pub(super) fn find_content(document: Document, lines: &[PageLine], title: Option<&str>) -> Found {
    let in_container = contained_lines(lines);
    let whole = prose(lines, |line| !line.is_aside);
    let contained = prose_of(lines, &in_container);
    let is_enough = contained >= 60 && contained * 2 >= whole && !is_list(lines, &in_container);
    let mut kept = if is_enough {
        in_container
    } else {
        let read = readable_lines(document, lines);
        if contained > prose_of(lines, &read) && !is_list(lines, &in_container) {
            in_container
        } else {
            read
        }
    };
    if !kept.contains(&true) {
        kept = lines
            .iter()
            .map(|line| !line.is_aside && weight(line) > 0)
            .collect();
    }
    if !kept.contains(&true) {
        kept = lines
            .iter()
            .map(|line| !line.is_aside && !line.is_link())
            .collect();
    }
    if is_list(lines, &kept) {
        return Found::List;
    }
    if !kept.contains(&true) {
        return Found::Nothing;
    }
    Found::Article(roles(lines, &kept, title))
}

/// How much a line counts as running text.
fn weight(line: &PageLine) -> usize {
    let chars = line.chars();
    if chars >= 15 && !line.is_link() {
        chars
    } else {
        0
    }
}

fn prose(lines: &[PageLine], of: impl Fn(&PageLine) -> bool) -> usize {
    lines.iter().filter(|line| of(line)).map(weight).sum()
}

fn prose_of(lines: &[PageLine], kept: &[bool]) -> usize {
    let kept = lines.iter().zip(kept).filter(|(_, kept)| **kept);
    kept.map(|(line, _)| weight(line)).sum()
}

/// Finds the lines of the container of the article: the innermost one if it
/// holds most of the text, else all.
fn contained_lines(lines: &[PageLine]) -> Vec<bool> {
    let mut prose: HashMap<NodeId, usize> = HashMap::new();
    for line in lines {
        if let Some(id) = line.container {
            *prose.entry(id).or_default() += weight(line);
        }
    }
    let whole: usize = prose.values().sum();
    let best = prose
        .iter()
        .find(|(_, own)| **own * 10 > whole * 7)
        .map(|(id, _)| *id);
    lines
        .iter()
        .map(|line| match best {
            Some(best) => line.container == Some(best),
            None => line.container.is_some() && !line.is_aside,
        })
        .collect()
}

/// Says whether a page is a list of links: there are many, and hardly a
/// paragraph beside them.
fn is_list(lines: &[PageLine], kept: &[bool]) -> bool {
    let links = lines
        .iter()
        .filter(|line| line.is_link() && line.chars() >= 8)
        .count();
    let is_paragraph = |line: &PageLine| {
        let ends = line
            .text
            .chars()
            .next_back()
            .is_some_and(|c| is_sentence_end(c) || "”）".contains(c));
        !line.is_link() && (line.chars() >= 60 || line.chars() >= 24 && ends)
    };
    let own = || {
        lines
            .iter()
            .zip(kept)
            .filter(|(_, kept)| **kept)
            .map(|(line, _)| line)
    };
    let paragraphs: usize = own().filter(|l| is_paragraph(l)).map(PageLine::chars).sum();
    let chars: usize = own().map(PageLine::chars).sum();
    let link_chars: usize = own().map(|l| l.link_chars).sum();
    let own_links = own().filter(|l| l.is_link() && l.chars() >= 6).count();
    let ends_sentence =
        |l: &&PageLine| l.text.ends_with(['。', '！', '”', '？', '）']) && l.chars() >= 15;
    let sentences: usize = own().filter(ends_sentence).map(PageLine::chars).sum();
    let linked = own().filter(|l| l.link_chars >= 6).count();
    links >= 15 && paragraphs < 100 && chars < 1000
        || linked >= 10 && sentences * 10 < chars
        || own_links >= 12 && link_chars * 10 > chars * 6 && paragraphs * 4 < chars
}

/// Finds the lines that dom_smoothie takes for the main content.
fn readable_lines(document: Document, lines: &[PageLine]) -> Vec<bool> {
    let mut kept = vec![false; lines.len()];
    let config = Config {
        // Its measure is English text; a Chinese notice says as much in a third of the length.
        char_threshold: 160,
        disable_json_ld: true,
        ..Config::default()
    };
    let article = Readability::with_document(document, None, Some(config))
        .ok()
        .and_then(|mut reader| reader.parse().ok());
    let Some(article) = article else {
        return kept;
    };
    let content = read_lines(&Document::from(article.content));
    let found: Vec<String> = content.iter().map(|line| key(&line.text)).collect();
    let own: Vec<String> = lines.iter().map(|line| key(&line.text)).collect();
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, key) in own.iter().enumerate() {
        places.entry(key).or_default().push(at);
    }
    let anchor = (0..found.len())
        .filter(|&i| places.contains_key(found[i].as_str()))
        .max_by_key(|&i| found[i].len());
    let Some(anchor) = anchor else {
        return mark_parts(&own, &found.concat(), lines, kept);
    };
    let Some(&start) = places
        .get(found[anchor].as_str())
        .and_then(|places| places.first())
    else {
        return kept;
    };
    kept[start] = true;
    let mut at = start;
    for key in &found[anchor + 1..] {
        let next = places
            .get(key.as_str())
            .and_then(|p| p.get(p.partition_point(|&x| x <= at)));
        if let Some(&next) = next {
            kept[next] = true;
            at = next;
        }
    }
    at = start;
    for key in found[..anchor].iter().rev() {
        let before = places.get(key.as_str()).and_then(|p| {
            p.partition_point(|&x| x < at)
                .checked_sub(1)
                .and_then(|i| p.get(i))
        });
        if let Some(&before) = before {
            kept[before] = true;
            at = before;
        }
    }
    let known: HashSet<&str> = own.iter().map(String::as_str).collect();
    let merged: String = found
        .iter()
        .filter(|key| !known.contains(key.as_str()))
        .map(String::as_str)
        .collect();
    mark_parts(&own, &merged, lines, kept)
}

/// Keeps the lines that stand inside lines put together differently.
fn mark_parts(own: &[String], merged: &str, lines: &[PageLine], mut kept: Vec<bool>) -> Vec<bool> {
    if merged.is_empty() || own.len().saturating_mul(merged.len()) > 100_000_000 {
        return kept;
    }
    for (at, key) in own.iter().enumerate() {
        if !kept[at]
            && weight(&lines[at]) > 0
            && !lines[at].is_aside
            && merged.contains(key.as_str())
        {
            kept[at] = true;
        }
    }
    kept
}

fn key(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Gives each line its role by where it stands to the lines that were kept.
fn roles(lines: &[PageLine], kept: &[bool], title: Option<&str>) -> Vec<Role> {
    let mut roles = vec![Role::Elsewhere; lines.len()];
    let Some(first) = kept.iter().position(|kept| *kept) else {
        return roles;
    };
    let last = kept.iter().rposition(|kept| *kept).unwrap_or(first);
    for at in first..=last {
        let line = &lines[at];
        // What readers of tables and lists lose stands between lines that were kept.
        let is_lost = !line.is_aside && !line.is_link() && line.chars() >= 10;
        roles[at] = if kept[at] || is_lost {
            Role::Article
        } else {
            Role::Around
        };
    }
    // Links at the end lead to other articles.
    for at in (first + 1..=last).rev() {
        if !lines[at].is_link() {
            break;
        }
        roles[at] = Role::Around;
    }
    let title_key = title.map(skeleton).filter(|key| !key.is_empty());
    let headline = (first.saturating_sub(REACH)..first).rev().find(|&at| {
        title_key
            .as_ref()
            .is_some_and(|key| skeleton(&lines[at].text) == *key)
    });
    let top = headline.unwrap_or(first.saturating_sub(8));
    for at in top..first {
        let line = &lines[at];
        let may_belong = headline.is_some() && !line.is_aside && !line.is_link();
        let is_long = line.chars() >= 10 || line.text.starts_with(['（', '(', '—']);
        roles[at] = if may_belong && is_long {
            Role::Near
        } else {
            Role::Around
        };
    }
    for (role, line) in roles.iter_mut().zip(lines).skip(last + 1).take(6) {
        if line.chars() <= 60 && !line.is_link() {
            *role = Role::Around;
        }
    }
    roles
}
