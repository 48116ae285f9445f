//! What the lines of a page say about its article outside the body, by where
//! they say it: a name above the body weighs more than one in a trailer.

use super::byline::read_byline;
use super::credits::{
    Credits, find_url, has_label, is_nobody, is_outlet_name, read_info_line, read_printed_in,
};
use super::date::{FoundDate, find_dates};
use super::dateline::find_dateline;
use super::model::{Block, BlockKind, DatePrecision};
use super::page::Sketch;
use super::shape::{char_count, is_han, last_chars};

/// What a page says about its article outside the body, by where it says so.
#[derive(Clone, Debug, Default)]
pub(super) struct Signs {
    /// Information lines above the body.
    pub(super) top: Vec<Credits>,
    /// Bylines.
    pub(super) bylines: Vec<Credits>,
    /// Datelines of the first paragraphs.
    pub(super) datelines: Vec<Credits>,
    /// Notes of where it was printed.
    pub(super) printed: Vec<Credits>,
    /// Information lines below the body.
    pub(super) tail: Vec<Credits>,
    /// The date under the body that it was signed on.
    pub(super) signed: Option<(FoundDate, String)>,
}

/// Collects what the lines of a page say about its article.
pub(super) fn read_signs(texts: &[&str], kinds: &[BlockKind], sketch: &Sketch<'_>) -> Signs {
    let mut signs = Signs::default();
    let end = sketch.tail.min(texts.len());
    let mut paragraphs = 0;
    for (i, &line) in texts.iter().enumerate().take(end) {
        let furniture = kinds[i] == BlockKind::Furniture;
        // A label and its value may stand on two lines.
        let two_lines = match texts.get(i + 1) {
            Some(value) if furniture && line.ends_with([':', '：']) && char_count(line) <= 6 => {
                Some(format!("{line}{value}"))
            }
            _ => None,
        };
        let text = two_lines.as_deref().unwrap_or(line);
        if furniture && let Some(printed) = read_printed_in(text) {
            signs.printed.push(printed);
        } else if furniture && let Some(byline) = read_byline(text) {
            signs.bylines.push(byline);
        } else if (sketch.is_above(i) || i < 6 && furniture)
            && let Some(info) = read_info_line(text)
        {
            signs.top.push(info);
        } else if (i <= sketch.first_body)
            && let Some(passed) = passed_on(text)
        {
            signs.top.push(passed);
        } else if sketch.is_below(i)
            && let Some(info) = read_info_line(text)
        {
            if is_bare_date(text)
                && let Some(date) = info.date
            {
                signs.signed = Some((date, text.to_owned()));
            } else if furniture {
                signs.tail.push(info);
            }
        }
        if signs.signed.is_none() && i > 0 && is_bare_date(text) && is_issuer(texts[i - 1]) {
            signs.signed = find_dates(text)
                .into_iter()
                .next()
                .map(|date| (date, text.to_owned()));
        }
        if kinds[i] == BlockKind::Paragraph && i >= sketch.first_body && paragraphs < 3 {
            paragraphs += 1;
            signs.datelines.extend(find_dateline(text));
        }
        if i == sketch.last_body {
            signs.tail.extend(closing_bracket(text));
        }
    }
    signs
}

/// Says whether a line is the name of an authority that signs.
fn is_issuer(text: &str) -> bool {
    let ends = [
        "政府",
        "办公室",
        "办公厅",
        "委员会",
        "局",
        "厅",
        "部",
        "院",
        "委",
        "办",
        "会",
        "中心",
    ];
    char_count(text) <= 40 && ends.iter().any(|end| text.ends_with(end))
}

/// Reads the line under the title of a law: （2024年5月30日某会议通过）.
fn passed_on(text: &str) -> Option<Credits> {
    let inner = text.strip_prefix(['（', '('])?;
    let date = find_dates(inner)
        .into_iter()
        .next()
        .filter(|d| d.range.start == 0 && d.precision == DatePrecision::Day)?;
    let is_passed = ["通过", "公布", "发布", "印发", "修订", "颁布"]
        .iter()
        .any(|word| inner.contains(word));
    let evidence = inner[date.range.clone()].to_owned();
    is_passed.then(|| Credits {
        date: Some(date),
        evidence,
        ..Credits::default()
    })
}

/// Reads a bracket at the end of the last paragraph: …。（记者 某某） or （来源：某报）.
fn closing_bracket(text: &str) -> Option<Credits> {
    let inner = text.trim_end().strip_suffix(['）', ')'])?;
    let open = inner.rfind(['（', '('])?;
    let inner = inner[open..].trim_start_matches(['（', '(']);
    if char_count(inner) > 40 {
        return None;
    }
    read_byline(inner)
        .or_else(|| {
            read_info_line(inner).filter(|info| info.outlet.is_some() || info.author.is_some())
        })
        .or_else(|| {
            let is_paper = ["报", "社", "网", "客户端"]
                .iter()
                .any(|end| inner.ends_with(end));
            (is_paper && is_outlet_name(inner)).then(|| Credits {
                outlet: Some(inner.to_owned()),
                evidence: inner.to_owned(),
                ..Credits::default()
            })
        })
}

/// Reads the source that a scraped text runs on into, and the site that its
/// last words give away: …。来源：某报 记者 某某 or 返回搜狐，查看更多.
fn closing_source(text: &str) -> Option<Credits> {
    let end = last_chars(text, 300);
    let credits = |outlet: &str, evidence: &str| Credits {
        outlet: Some(outlet.to_owned()),
        evidence: evidence.to_owned(),
        ..Credits::default()
    };
    for (at, label) in end.match_indices("来源") {
        let before = end[..at].trim_end_matches("文章").trim_end_matches("本文");
        let opens = before
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "。！？”）)|｜；".contains(c));
        let rest = &end[at + label.len()..];
        let Some(value) = rest.strip_prefix(['：', ':']).filter(|_| opens) else {
            continue;
        };
        let stop = |c: char| !(is_han(c) || c.is_alphanumeric() || c == '·');
        let name = value.trim_start().split(stop).next().unwrap_or_default();
        if (2..=16).contains(&char_count(name)) && !is_nobody(name) {
            return Some(credits(name, &format!("{label}：{name}")));
        }
    }
    let site = "返回搜狐，查看更多";
    end.contains(site).then(|| credits("搜狐", site))
}

/// Collects what structured text, taken as it is, says about its article.
pub(super) fn read_record_signs(texts: &[&str]) -> Signs {
    let mut signs = Signs::default();
    let lines = texts
        .iter()
        .map(|text| text.trim())
        .filter(|text| !text.is_empty());
    for (i, text) in lines.enumerate().take(24) {
        if i < 3 {
            signs.datelines.extend(find_dateline(text));
        }
        if let Some(byline) = read_byline(text).filter(|_| i < 6) {
            signs.bylines.push(byline);
        } else if char_count(text) <= 100 {
            // Menus of the page may stand before it; from the fourth line on only labels count.
            let info = read_info_line(text);
            signs.top.extend(info.filter(|_| i < 3 || has_label(text)));
        } else if i >= 3 {
            break;
        }
    }
    if let Some(last) = texts
        .iter()
        .rev()
        .map(|text| text.trim())
        .find(|text| !text.is_empty())
    {
        signs.tail.extend(closing_bracket(last));
        signs.tail.extend(closing_source(last));
        signs.printed.extend(read_printed_in(last));
    }
    signs
}

/// Finds the address that a page gives as its own: 原文链接：https://….
pub(super) fn own_url(signs: &Signs, blocks: &[Block]) -> Option<String> {
    let stated = signs
        .top
        .iter()
        .chain(&signs.tail)
        .find_map(|credits| credits.url.clone());
    stated.or_else(|| {
        let furniture = blocks.iter().filter(|b| b.kind == BlockKind::Furniture);
        furniture
            .filter(|b| b.text.contains("原文"))
            .find_map(|b| find_url(&b.text).map(str::to_owned))
    })
}

/// Says whether a line is a date and nothing else.
pub(super) fn is_bare_date(text: &str) -> bool {
    let text = text.trim_matches(|c: char| "（）() ".contains(c));
    char_count(text) <= 16
        && matches!(find_dates(text).as_slice(), [one] if text[..one.range.start].trim().is_empty() && text[one.range.end..].trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_read_where_a_scraped_text_runs_on_into_it() {
        for (text, outlet) in [
            ("性能提升。来源：甲城客户端 记者 林一", Some("甲城客户端")),
            ("有力支持。| 文章来源：某某圈• END•", Some("某某圈")),
            ("长期关系。（完）返回搜狐，查看更多责任编辑：", Some("搜狐")),
            ("电力的能源来源：风和光", None),
            ("有力支持。来源：网络", None),
        ] {
            let found = closing_source(text).and_then(|credits| credits.outlet);
            assert_eq!(found.as_deref(), outlet, "{text}");
        }
        let found = closing_bracket("生活会更好。(甲城日报)").and_then(|credits| credits.outlet);
        assert_eq!(found.as_deref(), Some("甲城日报"));
        assert_eq!(closing_bracket("至此结束。（完）"), None);
    }

    #[test]
    fn labels_behind_the_menus_of_a_page_are_read() {
        let lines = [
            "下载",
            "打印",
            "【字号：",
            "加大",
            "】",
            "甲省报告",
            "来源：甲省日报",
            "时间：2026-02-02",
        ];
        let signs = read_record_signs(&lines);
        let outlet = signs
            .top
            .iter()
            .find_map(|credits| credits.outlet.as_deref());
        assert_eq!(outlet, Some("甲省日报"));
        assert!(signs.top.iter().any(|credits| credits.date.is_some()));
    }
}
