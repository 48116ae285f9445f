//! Lines that the pages of one folder share: a slogan above, an appeal below.
//!
//! A line that stands at the edge of many pages whose articles differ is
//! furniture of the site they were saved from, whatever it looks like. Copies
//! of one article share its lines too; they are told by their longest line and
//! count once. The formulas of official documents (特此通知, a salutation, an
//! issuer's signature, 一、总体要求) are text however often they return.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::furniture::{Look, look_at};
use super::heading::is_numbered;
use super::page::{Line, Mark};
use super::shape::{char_count, ends_sentence, skeleton};
use super::signs::is_bare_date;

/// How many lines at either end of a page are its edges.
const EDGE: usize = 6;

/// The longest line that can be furniture by its repetition, in characters.
const MAX_CHARS: usize = 80;

/// The shortest, in letters and digits: less is too easily the same by chance.
const MIN_LETTERS: usize = 4;

/// Of how many different articles a line must stand at the edge, at least.
const MIN_ARTICLES: usize = 5;

/// One in so many pages must have it, at least.
const MIN_SHARE: usize = 100;

/// The lines at the edges of a page, as far as they may be furniture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Stands for the article: the hash of the longest line of the page.
    article: u32,
    /// The hashes of the lines, and whether each was taken for furniture.
    lines: Vec<(u32, bool)>,
}

impl Edges {
    /// Says whether other lines of it would be taken for furniture now.
    pub fn differ(&self, repeated: &RepeatedLines) -> bool {
        self.lines
            .iter()
            .any(|&(line, was_repeated)| repeated.contains(line) != was_repeated)
    }
}

/// Written as the hash of the article and of its lines, a `*` behind those
/// taken for furniture.
impl Serialize for Edges {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.lines.iter().map(|&(line, is_repeated)| {
            let mark = if is_repeated { "*" } else { "" };
            format!(" {line:x}{mark}")
        });
        let text: String = std::iter::once(format!("{:x}", self.article))
            .chain(lines)
            .collect();
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Edges {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut hashes = text.split(' ').map(|hash| {
            let bare = hash.trim_end_matches('*');
            let number = u32::from_str_radix(bare, 16).map_err(serde::de::Error::custom)?;
            Ok((number, bare.len() < hash.len()))
        });
        let (article, _) = hashes.next().unwrap_or(Ok((0, false)))?;
        Ok(Edges {
            article,
            lines: hashes.collect::<Result<_, D::Error>>()?,
        })
    }
}

/// The lines that pages of a folder share at their edges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepeatedLines {
    /// Hashes, ascending.
    lines: Vec<u32>,
}

impl RepeatedLines {
    /// Finds the lines that stand at the edges of at least five pages, and of
    /// one in a hundred, whose articles differ. The order of the pages does not
    /// matter.
    pub fn of<'a>(pages: impl IntoIterator<Item = &'a Edges>) -> RepeatedLines {
        let mut count = 0;
        let mut seen: Vec<(u32, u32)> = Vec::new();
        for page in pages {
            count += 1;
            seen.extend(page.lines.iter().map(|&(line, _)| (line, page.article)));
        }
        seen.sort_unstable();
        seen.dedup();
        let enough = MIN_ARTICLES.max(count / MIN_SHARE);
        let lines = seen
            .chunk_by(|one, other| one.0 == other.0)
            .filter(|articles| articles.len() >= enough)
            .map(|articles| articles[0].0)
            .collect();
        RepeatedLines { lines }
    }

    fn contains(&self, line: u32) -> bool {
        self.lines.binary_search(&line).is_ok()
    }
}

/// Takes note of the edges of a page, and puts the lines of them that are
/// repeated outside of its article.
pub(crate) fn settle_edges(lines: &mut [Line], repeated: &RepeatedLines) -> Edges {
    let own: Vec<usize> = (0..lines.len())
        .filter(|&i| !matches!(lines[i].mark, Mark::Around | Mark::Elsewhere))
        .collect();
    let longest = own.iter().max_by_key(|&&i| lines[i].text.len());
    let article = longest.map_or(0, |&i| hash(&lines[i].text));
    let at_edge = |order: &usize| *order < EDGE || *order + EDGE >= own.len();
    let mut seen = HashSet::new();
    let noted: Vec<(u32, bool)> = (0..own.len())
        .filter(at_edge)
        .filter(|&order| Some(&own[order]) != longest && may_be_furniture(&lines[own[order]]))
        .map(|order| hash(&lines[own[order]].text))
        .filter(|&line| seen.insert(line))
        .map(|line| (line, repeated.contains(line)))
        .collect();
    if noted.iter().any(|&(_, is_repeated)| is_repeated) {
        for i in repeated_at_edges(lines, &own, repeated) {
            lines[i].mark = Mark::Around;
        }
    }
    Edges {
        article,
        lines: noted,
    }
}

/// Finds the repeated lines that nothing of the article parts from the end of
/// the page, its headline aside.
fn repeated_at_edges(lines: &[Line], own: &[usize], repeated: &RepeatedLines) -> Vec<usize> {
    let is_repeated =
        |i: usize| may_be_furniture(&lines[i]) && repeated.contains(hash(&lines[i].text));
    let is_passed = |i: usize| {
        matches!(lines[i].mark, Mark::Heading(_)) || look_at(&lines[i].text) != Look::Text
    };
    let mut above = Vec::new();
    let mut headline = own
        .iter()
        .copied()
        .find(|&i| matches!(lines[i].mark, Mark::Heading(_)));
    for &i in own.iter().take(EDGE) {
        if is_repeated(i) {
            above.push(i);
        } else if headline.is_none() && is_like_headline(&lines[i].text) {
            headline = Some(i);
        } else if !is_passed(i) {
            break;
        }
    }
    // A page must keep a headline: a column may print its name as one, always the same.
    if headline.is_none() {
        above.clear();
    }
    let below = own
        .iter()
        .rev()
        .take(EDGE)
        .copied()
        .take_while(|&i| is_repeated(i) || is_passed(i))
        .filter(|&i| is_repeated(i) && Some(i) != headline);
    let below: Vec<usize> = below.filter(|i| !above.contains(i)).collect();
    above.extend(below);
    above
}

fn is_like_headline(text: &str) -> bool {
    look_at(text) == Look::Text && char_count(text) <= 60 && !ends_sentence(text)
}

/// Says whether a line could be furniture if it is repeated.
fn may_be_furniture(line: &Line) -> bool {
    let text = line.text.trim();
    matches!(line.mark, Mark::Plain | Mark::Body)
        && char_count(text) <= MAX_CHARS
        && matches!(look_at(text), Look::Text | Look::MaybeSite)
        && skeleton(text).chars().count() >= MIN_LETTERS
        && !is_formula(text)
}

/// Says whether a line is one of those that official documents share.
fn is_formula(text: &str) -> bool {
    const OPENINGS: [&str; 9] = [
        "特此",
        "此致",
        "此复",
        "附件",
        "附：",
        "此件",
        "（此件",
        "(此件",
        "现印发",
    ];
    const ISSUERS: [&str; 11] = [
        "政府",
        "委员会",
        "办公厅",
        "办公室",
        "局",
        "厅",
        "部",
        "院",
        "委",
        "中心",
        "集团",
    ];
    let text = text.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
    text.ends_with(['：', ':'])
        || OPENINGS.iter().any(|opening| text.starts_with(opening))
        || is_numbered(text)
        || is_bare_date(text)
        || char_count(text) <= 30 && ISSUERS.iter().any(|end| text.ends_with(end))
}

fn hash(text: &str) -> u32 {
    let hash = blake3::hash(skeleton(text).as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOVE: &str = "甲城早知道 每天都来看";
    const BELOW: &str = "本栏目由甲城晚读编辑部整理，更多内容见每日推送。";

    fn page(texts: &[&str]) -> Vec<Line> {
        let line = |(number, text): (u32, &&str)| Line {
            number: Some(number),
            text: (*text).to_owned(),
            mark: Mark::Plain,
        };
        (1..).zip(texts).map(line).collect()
    }

    fn body(number: usize) -> String {
        format!(
            "甲市昨日发放第{number}批算力券，企业凭合同申领，全年共安排{number}亿元，用于补贴训练与推理。"
        )
    }

    fn around(texts: &[&str], repeated: &RepeatedLines) -> Vec<String> {
        let mut lines = page(texts);
        settle_edges(&mut lines, repeated);
        let around = lines.into_iter().filter(|line| line.mark == Mark::Around);
        around.map(|line| line.text).collect()
    }

    fn repeated(pages: &[Vec<&str>]) -> RepeatedLines {
        let none = RepeatedLines::default();
        let pages: Vec<Edges> = pages
            .iter()
            .map(|texts| settle_edges(&mut page(texts), &none))
            .collect();
        RepeatedLines::of(&pages)
    }

    /// Pages with other headlines, as they have.
    fn dressed(bodies: &[String]) -> Vec<Vec<&str>> {
        let headlines = [
            "甲市发放算力券",
            "乙市发放模型券",
            "丙市建设智算中心",
            "丁市开放数据",
        ];
        let page = |(n, body)| vec![ABOVE, headlines[n % 4], body, BELOW];
        bodies
            .iter()
            .map(String::as_str)
            .enumerate()
            .map(page)
            .collect()
    }

    #[test]
    fn what_pages_of_different_articles_share_at_their_edges_is_outside_of_them() {
        let bodies: Vec<String> = (0..5).map(body).collect();
        let pages = dressed(&bodies);
        let shared = repeated(&pages);
        for page in &pages {
            assert_eq!(around(page, &shared), [ABOVE, BELOW]);
        }
        assert_eq!(repeated(&pages[..4]), RepeatedLines::default(), "too few");
        let mut other_order = pages.clone();
        other_order.reverse();
        assert_eq!(repeated(&other_order), shared);
    }

    #[test]
    fn copies_of_one_article_make_none_of_its_lines_furniture() {
        let same: Vec<String> = (0..20).map(|_| body(1)).collect();
        assert_eq!(repeated(&dressed(&same)), RepeatedLines::default());
    }

    #[test]
    fn a_repeated_line_inside_of_an_article_stays() {
        let bodies: Vec<String> = (0..6).map(body).collect();
        let shared = repeated(&dressed(&bodies));
        let page = ["乙市建园", &bodies[0], BELOW, &bodies[1]];
        assert!(around(&page, &shared).is_empty());
    }

    #[test]
    fn a_page_keeps_its_headline_and_its_text() {
        let bodies: Vec<String> = (0..6).map(body).collect();
        let pages: Vec<Vec<&str>> = bodies.iter().map(|body| vec![ABOVE, body]).collect();
        let shared = repeated(&pages);
        assert!(
            around(&pages[0], &shared).is_empty(),
            "the name of a column"
        );
    }

    #[test]
    fn formulas_of_documents_are_text() {
        let bodies: Vec<String> = (0..8).map(body).collect();
        let titles: Vec<String> = (0..8)
            .map(|n| format!("关于发放第{n}批算力券的通知"))
            .collect();
        let pages: Vec<Vec<&str>> = titles
            .iter()
            .zip(&bodies)
            .map(|(title, body)| {
                vec![
                    title.as_str(),
                    "各区人民政府，市政府各部门：",
                    "## 一、总体要求",
                    body.as_str(),
                    "特此通知。",
                    "甲市人民政府办公厅",
                    "2024年5月30日",
                    "（此件公开发布）",
                ]
            })
            .collect();
        let shared = repeated(&pages);
        assert!(around(&pages[0], &shared).is_empty());
    }

    #[test]
    fn edges_are_written_and_read_back() {
        let bodies: Vec<String> = (0..5).map(body).collect();
        let pages = dressed(&bodies);
        let shared = repeated(&pages);
        let edges = settle_edges(&mut page(&pages[0]), &shared);
        let text = serde_json::to_string(&edges).expect("written");
        assert_eq!(serde_json::from_str::<Edges>(&text).expect("read"), edges);
        assert!(!edges.differ(&shared));
        assert!(edges.differ(&RepeatedLines::default()));
        for damaged in ["\"\"", "\"甲\"", "\"1 *\"", "\"1  2\"", "\"123456789\""] {
            assert!(serde_json::from_str::<Edges>(damaged).is_err(), "{damaged}");
        }
    }
}
