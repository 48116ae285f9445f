//! The headline of a page: what it states, what its title element begins with,
//! or that title without the names of site and section behind it.

use super::dom::PageLine;
use super::fact;
use super::facts::Facts;
use crate::article::{Fact, skeleton};

/// What parts a headline from the names of section and site.
const SEPARATORS: &[char] = &['_', '|', '｜', '丨', '-', '—', '–', '·', '»', '>', '/', ' '];

/// How the names of sites end.
const SITE_ENDS: &[&str] = &[
    "网",
    "网站",
    "官网",
    "门户",
    "门户网站",
    "新浪",
    "搜狐",
    "腾讯",
    "频道",
    "客户端",
    "日报",
    "晚报",
    "新闻",
    "新闻中心",
    "政府",
    "人民政府",
    "财经",
    "科技",
    "资讯",
    "要闻",
    "动态",
    "公众号",
    "平台",
    "论坛",
    "社区",
    "知乎",
    "掘金",
    "文库",
    "栏目",
    "办公室",
    "委员会",
    "博客",
    "头条",
    "央视",
    "The Paper",
    "厅",
    "局",
    "号",
];

/// Finds the headline of a page, with the name of what stated it.
pub(super) fn find_headline(lines: &[PageLine], facts: &Facts) -> Option<Fact> {
    let stated = facts.title();
    if let Some(stated) = stated
        .as_ref()
        .filter(|s| s.key.eq_ignore_ascii_case("ArticleTitle"))
    {
        return Some(stated.clone());
    }
    let page_title = facts.page_title.as_str();
    if let Some(line) = opening_line(lines, page_title) {
        return Some(fact("title", &line.text));
    }
    if let Some(stated) = stated {
        return Some(fact(&stated.key, strip_site(&stated.value, facts)));
    }
    let own = strip_site(page_title, facts);
    let first_heading = lines
        .iter()
        .find(|line| line.heading == Some(1) && !line.is_aside && line.chars() >= 6);
    match first_heading {
        Some(line) if !line.is_link() => Some(fact("h1", &line.text)),
        _ => (own.chars().count() >= 4).then(|| fact("title", own)),
    }
}

/// Finds the line that the page's title begins with: the longest.
fn opening_line<'a>(lines: &'a [PageLine], page_title: &str) -> Option<&'a PageLine> {
    let whole = skeleton(page_title);
    lines
        .iter()
        .take(2000)
        .filter(|line| (4..=120).contains(&line.chars()))
        .filter_map(|line| {
            let key = skeleton(&line.text);
            let length = key.chars().count();
            let enough = length >= 6 || line.heading.is_some() && length >= 2;
            let opens = enough && whole.starts_with(&key) && ends_at_separator(page_title, length);
            opens.then_some((length, line.heading.is_some(), line))
        })
        // Of equals the first: the headline itself stands above the repeats of it.
        .rev()
        .max_by_key(|(length, is_heading, _)| (*length, *is_heading))
        .map(|(.., line)| line)
}

/// Says whether the first letters of a title are followed by a separator or nothing.
fn ends_at_separator(title: &str, letters: usize) -> bool {
    let mut rest = title
        .char_indices()
        .filter(|(_, c)| c.is_alphanumeric())
        .skip(letters);
    let next_letter = rest.next().map(|(at, _)| at);
    let Some(next_letter) = next_letter else {
        return true;
    };
    let last_letter = title[..next_letter].trim_end_matches(|c: char| !c.is_alphanumeric());
    title[last_letter.len()..next_letter].contains(SEPARATORS)
}

/// Strips the names of site and section from a page's title.
pub(super) fn strip_site<'a>(title: &'a str, facts: &Facts) -> &'a str {
    let mut title = title.trim_start_matches(['_', '-', '|', ' ']).trim_end();
    // No headline holds an underscore.
    if let Some((head, _)) = title.split_once('_')
        && head.chars().count() >= 4
    {
        title = head.trim_end();
    }
    while let Some(at) = title.rfind(['|', '｜', '丨', '-', '—', '–', '·', '»']) {
        let head = title[..at].trim_end_matches(SEPARATORS);
        let tail = title[at..].trim_start_matches(SEPARATORS).trim();
        let is_site = SITE_ENDS.iter().any(|end| tail.ends_with(end))
            || facts.is_site_name(tail)
            || [".com", ".cn", ".net", ".COM", ".CN", ".NET"]
                .iter()
                .any(|d| tail.contains(d));
        if !is_site || tail.chars().count() > 20 || head.chars().count() < 4 {
            break;
        }
        title = head;
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_are_stripped() {
        let facts = Facts::default();
        for (title, headline) in [
            ("甲市发放算力券_要闻_甲城网", "甲市发放算力券"),
            ("甲市发放算力券 - 甲市人民政府门户网站", "甲市发放算力券"),
            ("甲市发放算力券-要闻-甲城网", "甲市发放算力券"),
            ("甲市2023-2025年行动方案", "甲市2023-2025年行动方案"),
            ("甲市：算力券—企业怎么领", "甲市：算力券—企业怎么领"),
            ("甲网_乙", "甲网_乙"),
            ("", ""),
        ] {
            assert_eq!(strip_site(title, &facts), headline);
        }
    }

    #[test]
    fn a_line_that_opens_the_title_is_the_headline() {
        let line = |text: &str| PageLine {
            text: text.to_owned(),
            ..PageLine::default()
        };
        let lines = [
            line("甲市发放算力券"),
            line("甲市发放算力券，企业叫好"),
            line("甲市要闻"),
        ];
        let open = |title: &str| opening_line(&lines, title).map(|l| l.text.as_str());
        assert_eq!(
            open("甲市发放算力券，企业叫好_甲城网"),
            Some("甲市发放算力券，企业叫好")
        );
        assert_eq!(open("甲市发放算力券 | 甲城"), Some("甲市发放算力券"));
        assert_eq!(open("甲市发放算力券啦"), None);
    }
}
