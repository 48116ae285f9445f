//! Which line of a page is the headline.
//!
//! The first line, if it looks like one: short, no sentence, followed by
//! text. Names of sites, paths and dates before it are passed over. Of a
//! page's own title (`headline_site`) only the headline is taken.

use super::byline::read_byline;
use super::dateline::read_dateline;
use super::furniture::Look;
use super::lead::is_lead;
use super::shape::{char_count, ends_in_dots, skeleton};

/// The longest headline, in characters.
const MAX_CHARS: usize = 80;

/// How far down a page the headline is looked for, in lines.
const MAX_DEPTH: usize = 8;

/// The headline of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headline {
    /// The line it stands on.
    pub(super) line: usize,
    /// The headline, as written.
    pub(super) text: String,
    /// Whether the line holds more than the headline.
    pub(super) is_part: bool,
}

/// Finds the headline among the lines of a page.
pub(super) fn find_headline(lines: &[&str], looks: &[Look]) -> Option<Headline> {
    let mut candidates = Vec::new();
    for (index, (&text, &look)) in lines.iter().zip(looks).enumerate().take(MAX_DEPTH) {
        if matches!(look, Look::Text | Look::MaybeSite) {
            if is_like_headline(text) {
                candidates.push(index);
            } else if !is_lead(text) {
                break;
            }
        }
    }
    let &first = candidates.first()?;
    if first + 1 == lines.len() {
        return None;
    }
    if let Some(headline) = page_title(lines, first) {
        return Some(headline);
    }
    // Pages repeat the headline; a line that comes again beats one before it that does not.
    let comes_again = |index: usize| {
        let key = skeleton(lines[index]);
        char_count(&key) >= 6
            && lines[index + 1..]
                .iter()
                .any(|later| skeleton(later) == key)
    };
    let repeated = candidates
        .iter()
        .copied()
        .find(|&i| comes_again(i))
        .filter(|&i| char_count(lines[first]) <= 12 || i == first);
    let line = repeated.unwrap_or_else(|| {
        let is_site = looks[first] == Look::MaybeSite;
        candidates
            .get(1)
            .copied()
            .filter(|_| is_site && char_count(lines[first]) <= 6)
            .unwrap_or(first)
    });
    (line + 1 < lines.len()).then(|| Headline {
        line,
        text: lines[line].to_owned(),
        is_part: false,
    })
}

/// Says whether a line can be a headline.
pub(super) fn is_like_headline(text: &str) -> bool {
    let length = char_count(text);
    let stops = text.matches('。').count();
    (2..=MAX_CHARS).contains(&length)
        && stops == 0
        && !text.ends_with(['，', '；', '、', '：', ':', ',', ';'])
        && !(ends_in_dots(text) && length > 40)
        && ![
            "导读",
            "编者按",
            "摘要",
            "核心提示",
            "内容提要",
            "导语",
            "简介",
        ]
        .iter()
        .any(|label| text.starts_with(label))
        && text.chars().any(char::is_alphabetic)
        && read_byline(text).is_none()
        && !(read_dateline(text).is_some() && length > 30)
}

/// Reads a page's own title, `headline_site` or `headline - site`.
fn page_title(lines: &[&str], first: usize) -> Option<Headline> {
    let line = lines[first];
    for (at, c) in line
        .char_indices()
        .filter(|(_, c)| matches!(c, '_' | '|' | '｜' | '-' | '—' | '–'))
    {
        let head = line[..at].trim_end_matches(['_', '|', '｜', '-', '—', '–', ' ']);
        let tail =
            line[at + c.len_utf8()..].trim_start_matches(['_', '|', '｜', '-', '—', '–', ' ']);
        if char_count(head) < 5 || tail.is_empty() {
            continue;
        }
        let key = skeleton(head);
        if let Some(own) =
            (first + 1..lines.len().min(first + MAX_DEPTH)).find(|&i| skeleton(lines[i]) == key)
        {
            return Some(Headline {
                line: own,
                text: lines[own].to_owned(),
                is_part: false,
            });
        }
        let is_site = [
            "网",
            "网站",
            "官网",
            "新浪",
            "搜狐",
            "网易",
            "腾讯",
            "频道",
            "客户端",
            "日报",
            "新闻",
            "政府",
            "人民政府",
            "财经",
        ]
        .iter()
        .any(|end| tail.ends_with(end));
        if matches!(c, '_' | '|' | '｜') && is_site && char_count(tail) <= 20 {
            return Some(Headline {
                line: first,
                text: head.to_owned(),
                is_part: true,
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::furniture::look_at;

    fn headline(text: &str) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        let looks: Vec<Look> = lines.iter().map(|line| look_at(line)).collect();
        find_headline(&lines, &looks).map(|h| h.text)
    }

    const BODY: &str = "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。";

    #[test]
    fn the_first_short_line_is_the_headline() {
        assert_eq!(
            headline(&format!("甲市发放算力券\n{BODY}")).as_deref(),
            Some("甲市发放算力券")
        );
        assert_eq!(
            headline(&format!("算力券怎么领？\n{BODY}")).as_deref(),
            Some("算力券怎么领？")
        );
        assert_eq!(
            headline(&format!("{BODY}\n{BODY}")),
            None,
            "a paragraph is none"
        );
        assert_eq!(
            headline("甲市发放算力券"),
            None,
            "a headline of nothing is text"
        );
    }

    #[test]
    fn what_pages_print_above_the_headline_is_passed_over() {
        for above in [
            "某某汇官网",
            "首页 > 要闻 > 正文",
            "2024-05-30 08:15 来源：甲城网",
            "乙资讯",
        ] {
            let text = format!("{above}\n甲市发放算力券\n甲市发放算力券\n{BODY}");
            assert_eq!(
                headline(&text).as_deref(),
                Some("甲市发放算力券"),
                "{above}"
            );
        }
    }

    #[test]
    fn the_site_is_cut_from_a_page_title() {
        for text in [
            format!("甲市发放算力券_甲城网\n{BODY}"),
            format!("甲市发放算力券 - 乙\n甲市发放算力券\n{BODY}"),
        ] {
            assert_eq!(headline(&text).as_deref(), Some("甲市发放算力券"));
        }
        assert_eq!(
            headline(&format!("2023-2025年行动方案\n{BODY}")).as_deref(),
            Some("2023-2025年行动方案")
        );
    }
}
