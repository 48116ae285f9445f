//! What was tried for an empty or thin answer, as sentences.

use super::labels::count_label;
use crate::search::{Attempt, AttemptKind, Suggestion};

/// Tells what was tried and what it found.
pub(crate) fn attempt_label(attempt: &Attempt) -> String {
    let Attempt { kind, text, .. } = attempt;
    let count = least_label(attempt.count, attempt.at_least);
    match kind {
        AttemptKind::Literal => format!("原文“{text}”：{count} 处"),
        AttemptKind::Traditional => format!("繁体已按简体查找，“{text}”：{count} 处"),
        AttemptKind::Words => format!("同一段中有{}：{count} 处", each(text)),
        AttemptKind::Article => format!("同一篇中有{}：{count} 篇", each(text)),
        AttemptKind::AnyWord => format!("有{}之一：{count} 处", each(text)),
        AttemptKind::Without => format!("不加条件 {text}：{count} 处"),
        AttemptKind::Undated => format!("其中文章没有日期：{count} 处"),
        AttemptKind::Furniture => format!("连同页面文字（--all-text）：{count} 处"),
        AttemptKind::Stale => {
            format!("上次更新后至少有 {count} 个文件变动（查了 {text} 个），可用 cewen index 更新")
        }
        AttemptKind::Unreadable => {
            format!("有 {count} 个文件读不出，见 cewen status --problems")
        }
        AttemptKind::Index => format!("索引共 {count} 段（{text}）"),
    }
}

/// Tells what may have been meant, on one line.
pub(crate) fn suggestions_label(suggestions: &[Suggestion]) -> String {
    let label = |suggestion: &Suggestion| {
        let count = least_label(suggestion.count, suggestion.at_least);
        format!("{}（{count} 处）", suggestion.text)
    };
    let labels: Vec<String> = suggestions.iter().map(label).collect();
    format!("您是不是要找：{}", labels.join("、"))
}

/// Tells a count, or that there are more.
fn least_label(count: usize, at_least: bool) -> String {
    let least = if at_least { "至少 " } else { "" };
    format!("{least}{}", count_label(count))
}

/// Quotes each of some texts with a space between them.
fn each(texts: &str) -> String {
    let quoted = texts.split(' ').map(|text| format!("“{text}”"));
    quoted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_stopped_early_says_that_there_are_more() {
        let mut attempt = Attempt {
            kind: AttemptKind::Literal,
            text: "算力券".to_owned(),
            count: 10_000,
            at_least: true,
            query: None,
        };
        assert_eq!(attempt_label(&attempt), "原文“算力券”：至少 10,000 处");
        attempt.at_least = false;
        assert_eq!(attempt_label(&attempt), "原文“算力券”：10,000 处");
    }
}
