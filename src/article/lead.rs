//! Leads: the lines that sum an article up above its body (导读, 摘要).
//!
//! A lead is text of the article unless a machine cut it short or the body
//! repeats it.

use super::shape::{char_count, ends_in_dots, is_cut_short, skeleton, words};

/// How lines that open a lead begin.
const LEADS: &str = "\
    导读 【导读】 [导读] 摘要 【摘要】 内容摘要 内容提要 核心提示 导语 简介 内容简介 提要";

pub(super) fn is_lead(text: &str) -> bool {
    words(LEADS).any(|lead| {
        text.strip_prefix(lead).is_some_and(|rest| {
            lead.starts_with(['【', '[']) || rest.trim_start().starts_with([':', '：', '丨', '|'])
        })
    })
}

/// Finds leads that a machine cut short and leads that the text repeats.
pub(super) fn find_cut_leads(texts: &[&str]) -> Vec<bool> {
    let mut cut = vec![false; texts.len()];
    for (i, text) in texts.iter().enumerate() {
        let lead = is_lead(text);
        let dots = ends_in_dots(text);
        if !(lead || dots && i < 6 && char_count(text) >= 24) {
            continue;
        }
        // At the very end of a page it is the teaser of the next article.
        let is_teaser = lead && i > 2 && i + 2 >= texts.len() && is_cut_short(text);
        if is_teaser || lead && dots && char_count(text) >= 40 {
            cut[i] = true;
            continue;
        }
        let content = match (lead, text.find([':', '：', '】', ']', '丨', '|'])) {
            (true, Some(at)) => &text[at..],
            _ => text,
        };
        let key = skeleton(content);
        let rest: String = texts[i + 1..]
            .iter()
            .take(40)
            .map(|later| skeleton(later))
            .collect();
        cut[i] = char_count(&key) >= 16 && rest.contains(&key);
    }
    cut
}
