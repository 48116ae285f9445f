//! The policy documents that an article cites: 《titles》 and 文号.
//!
//! A title counts if it ends in a kind of policy document (办法, 意见, …),
//! a trailing （试行） or （2023—2025年） aside; other 《titles》 are books,
//! papers and journals.

use super::model::Citation;
use super::shape::{char_count, is_han, skeleton, words};
use std::collections::HashMap;

/// What the title of a policy document ends in.
const KINDS: &str = "\
    条例 办法 规定 意见 措施 方案 规划 计划 纲要 通知 细则 指南 决定 规则 规程 准则 导则 指引 \
    指导目录 目录 清单 标准 规范 公告 通告 批复 命令 议定书 协定 公约 倡议 框架 要点 政策 法典 \
    宪法 刑法 白皮书 预案 工作报告 宣言 章程 若干举措 实施举措 管理制度 暂行制度 行动路线图 \
    路线图 任务书 协议 \
    條例 辦法 規定 意見 規劃 計劃 綱要 細則 決定 規則 規程 準則 導則 指導目錄 目錄 清單 標準 規範 議定書 \
    協定 公約 倡議 要點 藍圖 施政報告";

/// Kinds that end the names of films and books too: only long titles count.
const WEAK_KINDS: &[(&str, usize)] = &[
    ("行动", 8),
    ("行動", 8),
    ("法", 3),
    ("战略", 6),
    ("工程", 8),
    ("举措", 6),
];

/// Kinds that only a title of the form 关于…的… makes official.
const KINDS_ABOUT: &str = "\
    建议 安排 决议 复函 答复 声明 报告";

/// Words that a document number may stand behind without a mark between.
const BEFORE_NUMBER: &str = "\
    根据 按照 依据 依照 印发 发布 出台 发文字号 文号 文件 关于 以及 执行 落实 通过 了 的 为 即 \
    见 以 和 与 及 由 在 是 号";

/// The longest title or number prefix looked at, in characters.
const MAX_TITLE: usize = 100;

/// Finds the citations of an article's texts, in order of first mention.
pub(super) fn find_citations<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Citation> {
    let mut found = Citations::default();
    for text in texts {
        let titles = titles(text);
        let numbers = numbers(text);
        let mut numbers = numbers.into_iter().peekable();
        for (end, title) in titles {
            while let Some((_, number)) = numbers.next_if(|(range, _)| range.start < end) {
                found.add(None, Some(number));
            }
            // 《…》（沪府办规〔2023〕27号): the number belongs to the title before it.
            let number = numbers.next_if(|(range, _)| {
                let between = &text[end..range.start];
                between.chars().count() <= 2 && between.chars().all(|c| "（(，, ".contains(c))
            });
            if is_policy(title) {
                found.add(Some(title.trim()), number.map(|(_, number)| number));
            } else if let Some((_, number)) = number {
                found.add(None, Some(number));
            }
        }
        for (_, number) in numbers {
            found.add(None, Some(number));
        }
    }
    found.list
}

/// Reads a text that a person wrote to name documents: 《titles》, numbers, or a
/// title without marks.
pub(crate) fn cited(text: &str) -> Vec<Citation> {
    let found = find_citations([text].into_iter());
    let title = text.trim().trim_matches(['《', '》']);
    if found.is_empty() && !title.is_empty() {
        return vec![Citation {
            title: Some(title.to_owned()),
            number: None,
        }];
    }
    found
}

/// The citations so far, one for each document.
#[derive(Default)]
struct Citations {
    list: Vec<Citation>,
    by_title: HashMap<String, usize>,
    by_number: HashMap<String, usize>,
}

impl Citations {
    fn add(&mut self, title: Option<&str>, number: Option<&str>) {
        let title_key = title.map(skeleton);
        let number_key = number.map(skeleton);
        let known = title_key
            .as_ref()
            .and_then(|key| self.by_title.get(key))
            .or_else(|| number_key.as_ref().and_then(|key| self.by_number.get(key)))
            .copied();
        let place = known.unwrap_or_else(|| {
            self.list.push(Citation {
                title: None,
                number: None,
            });
            self.list.len() - 1
        });
        let citation = &mut self.list[place];
        if citation.title.is_none() {
            citation.title = title.map(str::to_owned);
        }
        if citation.number.is_none() {
            citation.number = number.map(str::to_owned);
        }
        self.by_title.extend(title_key.map(|key| (key, place)));
        self.by_number.extend(number_key.map(|key| (key, place)));
    }
}

/// Finds the 《titles》 of a text, each with the byte after its 》. Of nested
/// ones the outer counts.
pub(super) fn titles(text: &str) -> Vec<(usize, &str)> {
    let mut titles = Vec::new();
    let mut open: Option<usize> = None;
    let mut depth = 0;
    // Most texts have none.
    let Some(first) = text.find('《') else {
        return titles;
    };
    let rest = text[first..].char_indices();
    for (at, c) in rest.map(|(at, c)| (first + at, c)) {
        match c {
            '《' => {
                depth += 1;
                if depth == 1 {
                    open = Some(at + c.len_utf8());
                }
            }
            '》' if depth > 0 => {
                depth -= 1;
                if depth == 0
                    && let Some(start) = open.take()
                {
                    titles.push((at + c.len_utf8(), &text[start..at]));
                }
            }
            _ => {}
        }
        // An unclosed 《 must not swallow the rest of the text.
        if let Some(start) = open
            && at - start.min(at) > MAX_TITLE * 3
        {
            (open, depth) = (None, 0);
        }
    }
    titles
}

/// Says whether a title is that of a policy document.
pub(super) fn is_policy(title: &str) -> bool {
    let mut title = title.trim();
    // （试行）, （2023—2025年）, （征求意见稿）
    while title.ends_with(['）', ')']) {
        match title.rfind(['（', '(']) {
            Some(open) => title = title[..open].trim_end(),
            None => break,
        }
    }
    let title = title.strip_suffix("试行").unwrap_or(title);
    let length = char_count(title);
    let is_other = ["兵法", "书法", "方法", "语法", "做法", "想法"]
        .iter()
        .any(|end| title.ends_with(end));
    (3..=MAX_TITLE).contains(&length)
        && !is_other
        && (words(KINDS).any(|kind| title.ends_with(kind))
            || WEAK_KINDS
                .iter()
                .any(|(kind, least)| title.ends_with(kind) && length >= *least))
        || title.contains("关于")
            && length >= 10
            && words(KINDS_ABOUT).any(|kind| {
                let about = title.strip_suffix(kind);
                about.is_some_and(|about| about.ends_with(['的', '之']))
            })
        || matches!(title, "宪法" | "刑法")
}

/// Finds document numbers: letters, a bracketed year, a number and 号.
fn numbers(text: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let mut numbers = Vec::new();
    for (at, _) in text.match_indices('号') {
        let end = at + '号'.len_utf8();
        if let Some(start) = number_start(&text[..at])
            && numbers
                .last()
                .is_none_or(|(last, _): &(std::ops::Range<usize>, _)| last.end <= start)
        {
            numbers.push((start..end, &text[start..end]));
        }
    }
    numbers
}

/// Reads a document number backwards from its 号.
fn number_start(before: &str) -> Option<usize> {
    let digits = before
        .trim_end()
        .trim_end_matches(|c: char| c.is_ascii_digit());
    let serial = before.trim_end().len() - digits.len();
    if !(1..=5).contains(&serial) {
        return None;
    }
    let rest = digits.trim_end().trim_end_matches('第').trim_end();
    let rest = rest.strip_suffix(['〕', '］', ']', '）', ')', '】', '﹞'])?;
    let year = rest
        .trim_end()
        .len()
        .checked_sub(4)
        .and_then(|at| rest.get(at..))?
        .trim_end();
    if !(year.starts_with("19") || year.starts_with("20"))
        || !year.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let rest = rest.trim_end().strip_suffix(year)?.trim_end();
    let rest = rest.strip_suffix(['〔', '［', '[', '（', '(', '【', '﹝'])?;
    let prefix_start = rest
        .char_indices()
        .rev()
        .take(14)
        .take_while(|&(_, c)| is_han(c) || c.is_ascii_alphabetic())
        .map(|(at, _)| at)
        .last()?;
    let prefix = &rest[prefix_start..];
    let skip = words(BEFORE_NUMBER)
        .filter_map(|word| prefix.rfind(word).map(|at| at + word.len()))
        .filter(|&at| at < prefix.len())
        .max()
        .unwrap_or(0);
    Some(prefix_start + skip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(text: &str) -> Vec<(Option<String>, Option<String>)> {
        find_citations([text].into_iter())
            .into_iter()
            .map(|c| (c.title, c.number))
            .collect()
    }

    fn titled(title: &str) -> (Option<String>, Option<String>) {
        (Some(title.into()), None)
    }

    #[test]
    fn proposals_and_arrangements_count_by_the_form_of_their_title() {
        for (title, is_one) in [
            ("甲省委关于制定第十五个五年规划的建议", true),
            ("甲地与乙地关于建立更紧密经贸关系的安排", true),
            ("关于制造业的研究报告", false),
            ("写作的建议", false),
        ] {
            assert_eq!(is_policy(title), is_one, "{title}");
        }
    }

    #[test]
    fn titles_count_only_if_they_name_a_policy() {
        let text = "《甲市促进算力发展若干措施（试行）》见《甲城日报》，另有《乙市实施方案(2023-2025年)》和小说《红楼》";
        assert_eq!(
            cited(text),
            [
                titled("甲市促进算力发展若干措施（试行）"),
                titled("乙市实施方案(2023-2025年)")
            ]
        );
    }

    #[test]
    fn a_number_behind_a_title_belongs_to_it() {
        let text = "印发《甲市算力券管理办法》（沪府办规〔2023〕27号），此前按照国发[2017]35号执行";
        assert_eq!(
            cited(text),
            [
                (
                    Some("甲市算力券管理办法".into()),
                    Some("沪府办规〔2023〕27号".into())
                ),
                (None, Some("国发[2017]35号".into())),
            ]
        );
    }

    #[test]
    fn every_kind_of_bracket_is_read() {
        for number in [
            "工信部联科（2024）3号",
            "国办发〔2024〕第5号",
            "京经信发[2024]7号",
            "财教【2024】9号",
        ] {
            assert_eq!(
                cited(&format!("依据{number}。")),
                [(None, Some(number.to_string()))],
                "{number}"
            );
        }
        assert!(cited("园区3号楼、2024年6号线").is_empty());
    }

    #[test]
    fn a_document_is_cited_once() {
        assert_eq!(cited("《甲市条例》说，《甲市条例》第三条").len(), 1);
        assert_eq!(cited("《未闭合的标题"), []);
        assert_eq!(
            cited("《关于印发〈甲市行动计划〉的通知》"),
            [titled("关于印发〈甲市行动计划〉的通知")]
        );
    }
}
