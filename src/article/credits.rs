//! Information lines: what lines of labels and values (来源：… 作者：…
//! 2024-05-30) say about who published, who wrote and when.
//!
//! A line is understood as a whole or not at all, so that a sentence that
//! merely holds a date or the word 来源 is no information line.

use super::byline::read_names;
use super::date::{FoundDate, MonthDay, find_dates, find_issue};
use super::model::DatePrecision;
use super::shape::{char_count, first_chars, has_full_stop, is_han, words};

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Credits {
    /// A date, with the words it stands in.
    pub(super) date: Option<FoundDate>,
    /// A day without its year.
    pub(super) month_day: Option<MonthDay>,
    /// Who published.
    pub(super) outlet: Option<String>,
    /// Who wrote, names joined with a space.
    pub(super) author: Option<String>,
    /// A place and the words that name it.
    pub(super) from: Option<(String, String)>,
    /// A web address.
    pub(super) url: Option<String>,
    /// The words of the line that say so.
    pub(super) evidence: String,
}

/// Reads an information line: labels with values, dates, and nothing else.
pub(super) fn read_info_line(line: &str) -> Option<Credits> {
    let line = without_brackets(line);
    if line.is_empty() || char_count(line) > 160 || has_full_stop(line) {
        return None;
    }
    let mut credits = Credits {
        evidence: line.to_owned(),
        ..Credits::default()
    };
    let labels = find_labels(line);
    let head = &line[..labels.first().map_or(line.len(), |label| label.start)];
    let says_something = read_head(head, labels.is_empty(), &mut credits)?;
    for (i, label) in labels.iter().enumerate() {
        let end = labels.get(i + 1).map_or(line.len(), |next| next.start);
        read_value(label.kind, &line[label.end..end], &mut credits);
    }
    (says_something || !labels.is_empty()).then_some(credits)
}

/// Says whether a line has a label that it announces a value with.
pub(super) fn has_label(line: &str) -> bool {
    !find_labels(without_brackets(line)).is_empty()
}

/// Says whether a value of 来源 names nobody.
pub(super) fn is_nobody(name: &str) -> bool {
    words(NOBODY).any(|word| word == name)
}

/// Yields the labels of information lines with what they announce.
fn known_labels() -> impl Iterator<Item = (&'static str, Label)> {
    let of = |list, kind| words(list).map(move |word| (word, kind));
    of(DATE_LABELS, Label::Date)
        .chain(of(OUTLET_LABELS, Label::Outlet))
        .chain(of(AUTHOR_LABELS, Label::Author))
        .chain(of(URL_LABELS, Label::Url))
        .chain(of(OTHER_LABELS, Label::Other))
}

/// What a label announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Date,
    Outlet,
    Author,
    Url,
    /// Anything else that pages label: editors, clicks, font sizes.
    Other,
}

/// Labels of dates.
const DATE_LABELS: &str = "\
    发布时间 发布日期 发表时间 发表日期 更新时间 发稿时间 成文日期 发文日期 印发日期 公开日期 \
    时间 日期 發布時間 發佈日期";

/// Labels of outlets.
const OUTLET_LABELS: &str = "\
    信息来源 文章来源 本文来源 新闻来源 来源 稿源 來源 出处 转自 发文机关 发布机构";

/// Labels of authors.
const AUTHOR_LABELS: &str = "\
    文章作者 本文作者 作者 撰文";

/// Labels of web addresses.
const URL_LABELS: &str = "\
    原文链接 原文地址 原文 链接 网址";

/// Labels of what says nothing about the article.
const OTHER_LABELS: &str = "\
    责任编辑 责编 编辑 审核 校对 浏览次数 浏览量 浏览 点击数 点击量 点击 阅读次数 阅读量 阅读 \
    访问量 字号 字体大小 字体 分享到 分享 评论 监制 编审 终审 主编 打印 索引号 主题分类 栏目 \
    标签 关键词 编号";

/// Values of 来源 that name nobody.
const NOBODY: &str = "\
    互联网 网络 网络整理 本站 原创 本站原创 综合 未知 转载 网上 网友投稿 佚名 admin";

/// What the names of outlets end in.
const OUTLET_ENDS: &str = "\
    社 网 报 刊 台 日报 周刊 杂志 在线 客户端 新闻 之声 财经 中心 发布 头条 频道";

/// Words beside the date of a stamp.
const STAMP_WORDS: &[&str] = &["发布于", "发表于", "更新于", "发布", "发表", "更新", "举报"];

/// Drops brackets around a whole text, and one left open or closed by itself.
fn without_brackets(text: &str) -> &str {
    let text = text.trim();
    let opening = ['（', '(', '【', '['];
    let closing = ['）', ')', '】', ']'];
    match (text.strip_prefix(opening), text.strip_suffix(closing)) {
        (Some(inner), Some(_)) if !inner.contains(opening) => {
            inner.strip_suffix(closing).unwrap_or(inner).trim()
        }
        (Some(inner), None) if !inner.contains(closing) => inner.trim(),
        (None, Some(inner)) if !inner.contains(opening) => inner.trim(),
        _ => text,
    }
}

struct FoundLabel {
    start: usize,
    end: usize,
    kind: Label,
}

/// Finds the labels of a line: known words at a boundary, with a colon.
fn find_labels(line: &str) -> Vec<FoundLabel> {
    let mut labels: Vec<FoundLabel> = Vec::new();
    let mut previous: Option<char> = None;
    let mut skip_to = 0;
    for (start, c) in line.char_indices() {
        let at_boundary =
            previous.is_none_or(|p| !is_han(p) && !p.is_ascii_alphabetic() || p == '日');
        previous = Some(c);
        // Behind a first label pages run the next one on: 来源：甲网作者：林一.
        if start < skip_to || !at_boundary && labels.is_empty() {
            continue;
        }
        let rest = &line[start..];
        let found = known_labels().find_map(|(word, kind)| {
            let after = rest.strip_prefix(word)?;
            let trimmed = after.trim_start();
            let colon = trimmed
                .chars()
                .next()
                .filter(|&c| c == ':' || c == '：' || (c == '/' && word == "撰文"))?;
            let end = line.len() - trimmed.len() + colon.len_utf8();
            Some(FoundLabel { start, end, kind })
        });
        if let Some(label) = found {
            skip_to = label.end;
            labels.push(label);
        }
    }
    labels
}

/// Reads what stands before the first label: nothing, a date and time, or an
/// outlet with a date. Fails on anything else.
fn read_head(head: &str, is_whole_line: bool, credits: &mut Credits) -> Option<bool> {
    let head = head.trim();
    if head.is_empty() {
        return Some(false);
    }
    let date = find_dates(head)
        .into_iter()
        .find(|d| d.precision != DatePrecision::Year);
    let date = date?;
    let rest = format!("{} {}", &head[..date.range.start], &head[date.range.end..]);
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || "|｜/・·•（）()，,".contains(c))
        .filter(|word| !word.is_empty() && !is_time(word) && !STAMP_WORDS.contains(word))
        .collect();
    let is_day = date.precision == DatePrecision::Day;
    let has_time = rest
        .split_whitespace()
        .any(|word| word.contains(':') && is_time(word));
    match words.as_slice() {
        [] => {}
        // 某某网 2024-05-30 08:00
        [outlet]
            if char_count(outlet) <= 16 && is_outlet_name(outlet) && (is_day || !is_whole_line) =>
        {
            credits.outlet = Some((*outlet).to_owned());
        }
        // A time of day is that of a stamp: 2024-05-30 08:15 参考消息
        [outlet]
            if has_time && is_day && char_count(outlet) <= 10 && outlet.chars().all(is_han) =>
        {
            credits.outlet = Some((*outlet).to_owned());
        }
        [outlet, ..] if !is_whole_line && char_count(&rest) <= 24 && is_outlet_name(outlet) => {
            credits.outlet = Some((*outlet).to_owned());
        }
        _ => return None,
    }
    credits.evidence = head[date.range.clone()].to_owned();
    credits.date = Some(date);
    Some(true)
}

/// Says whether a word is a time of day or a day of the week.
fn is_time(word: &str) -> bool {
    let word = word.trim_matches(|c: char| "[]【】".contains(c));
    word.starts_with("星期")
        || word.starts_with('周') && char_count(word) == 2
        || word.starts_with("上午")
        || word.starts_with("下午")
        || word
            .chars()
            .all(|c| c.is_ascii_digit() || ":：.时分秒TZ+-".contains(c))
}

/// Says whether a word ends like the name of an outlet.
pub(super) fn is_outlet_name(word: &str) -> bool {
    let length = char_count(word);
    (2..=16).contains(&length)
        && words(OUTLET_ENDS).any(|end| word.ends_with(end))
        && word
            .chars()
            .all(|c| is_han(c) || c.is_alphanumeric() || c == '·')
}

fn read_value(kind: Label, value: &str, credits: &mut Credits) {
    let value = value.trim_matches(|c: char| c.is_whitespace() || "|｜；;，,、".contains(c));
    let value = without_brackets(value);
    match kind {
        Label::Date => {
            if credits.date.is_none()
                && let Some(date) = find_dates(value).into_iter().next()
            {
                credits.evidence = value[date.range.clone()].to_owned();
                credits.date = Some(date);
            }
        }
        Label::Outlet => {
            if let Some(date) = find_dates(value)
                .into_iter()
                .find(|d| d.precision == DatePrecision::Day)
                && credits.date.is_none()
            {
                credits.evidence = value[date.range.clone()].to_owned();
                credits.date = Some(date);
            }
            // A date, a wide gap or a bar ends the name.
            let name = value.split(['|', '｜']).next().unwrap_or(value);
            let name = name.split("   ").next().unwrap_or(name);
            let end = find_dates(name)
                .first()
                .map_or(name.len(), |date| date.range.start);
            let name = name[..end]
                .trim()
                .trim_end_matches("举报")
                .trim_matches(|c: char| "《》\"“”".contains(c))
                .trim();
            if !name.is_empty()
                && char_count(name) <= 30
                && !words(NOBODY).any(|word| word == name)
                && credits.outlet.is_none()
            {
                credits.outlet = Some(name.to_owned());
            }
        }
        Label::Author => {
            if credits.author.is_none() && !words(NOBODY).any(|word| word == value) {
                credits.author = read_names(value).or_else(|| {
                    let short = first_chars(value, 24);
                    (!value.is_empty() && short == value).then(|| value.to_owned())
                });
            }
        }
        Label::Url => credits.url = find_url(value).map(str::to_owned),
        Label::Other => {}
    }
}

/// Finds the first web address of a text.
pub(super) fn find_url(text: &str) -> Option<&str> {
    let start = text
        .find("http://")
        .into_iter()
        .chain(text.find("https://"))
        .min()?;
    let url = &text[start..];
    let end = url
        .find(|c: char| c.is_whitespace() || is_han(c) || "，。）)】]》>\"'”".contains(c))
        .unwrap_or(url.len());
    (end > "https://".len()).then(|| &url[..end])
}

/// Reads the note of where a text was printed: (本文刊发于《某周刊》2024年第14期).
pub(super) fn read_printed_in(line: &str) -> Option<Credits> {
    let line = line.trim();
    let words = [
        "刊发于",
        "首发于",
        "原载",
        "刊于",
        "发表于",
        "刊载于",
        "选自",
        "摘自",
        "刊登于",
    ];
    if char_count(line) > 80 || !words.iter().any(|word| line.contains(word)) {
        return None;
    }
    let outlet = line.find('《').and_then(|open| {
        let inner = &line[open + '《'.len_utf8()..];
        inner
            .find('》')
            .map(|close| inner[..close].trim().to_owned())
    });
    let date = find_issue(line).or_else(|| find_dates(line).into_iter().next());
    if outlet.is_none() && date.is_none() {
        return None;
    }
    let evidence = date
        .as_ref()
        .map_or(line, |date| &line[date.range.clone()])
        .to_owned();
    Some(Credits {
        outlet,
        date,
        evidence,
        ..Credits::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_information_line_is_read_label_by_label() {
        let line = "发布时间：2024-05-30 08:15　来源：甲城日报 作者：林一 责任编辑：王二";
        let credits = read_info_line(line).expect("an information line");
        assert_eq!(credits.date.map(|d| d.iso).as_deref(), Some("2024-05-30"));
        assert_eq!(credits.outlet.as_deref(), Some("甲城日报"));
        assert_eq!(credits.author.as_deref(), Some("林一"));
    }

    #[test]
    fn an_outlet_may_stand_before_the_date_without_a_label() {
        for line in [
            "甲城网 2024年05月30日08:15",
            "2024-05-30 08:15 来源：甲城网",
            "来源:甲城网 2024-05-30",
        ] {
            let credits = read_info_line(line).expect(line);
            assert_eq!(credits.outlet.as_deref(), Some("甲城网"), "{line}");
            assert!(credits.date.is_some(), "{line}");
        }
        assert_eq!(
            read_info_line("本文来源: 互联网 文章作者: 张三").and_then(|c| c.outlet),
            None
        );
    }

    #[test]
    fn a_sentence_is_no_information_line() {
        for line in [
            "2024年5月30日，甲市发布办法",
            "来源复杂，数据：不足。",
            "甲市算力平台",
            "",
        ] {
            assert_eq!(read_info_line(line), None, "{line}");
        }
    }

    #[test]
    fn the_issue_it_was_printed_in_is_read() {
        let credits = read_printed_in("(本文刊发于《甲城周刊》2024年第14期)").expect("a note");
        assert_eq!(credits.outlet.as_deref(), Some("甲城周刊"));
        assert_eq!(credits.evidence, "2024年第14期");
    }
}
