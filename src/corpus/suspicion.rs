//! What looks wrong with a text that could be read: text that was decoded
//! wrongly before it was saved, and dates in the future.

use super::problem;
use crate::article::{Article, Block, BlockKind, Place, Problem, ProblemKind, is_han, last_chars};

/// Characters that UTF-8 taken for GBK is full of (of ，。的是一在中国人) and
/// that Chinese text hardly ever holds.
const MISREAD: &[char] = &[
    '锛', '銆', '紝', '鐨', '鍙', '鍦', '鏄', '寤', '骞', '鐢', '闂', '鍚', '璁', '绠', '鎸', '浼',
    '涓', '鍏', '勭', '敤', '鍥', '鏈', '绛', '鎴', '瑙',
];

/// Which characters can be in [`MISREAD`], by the last ten bits of their codes.
static MAY_BE_MISREAD: [bool; 1024] = {
    let mut may_be = [false; 1024];
    let mut at = 0;
    while at < MISREAD.len() {
        may_be[MISREAD[at] as usize % 1024] = true;
        at += 1;
    }
    may_be
};

/// Says whether texts hold enough of what [`mojibake`] counts that it has to
/// look: nearly none do, and this takes a fifth of its work.
pub(super) fn may_be_mojibake<'a>(mut texts: impl Iterator<Item = &'a str>) -> bool {
    let (mut lost, mut misread) = (0, 0);
    texts.any(|text| {
        for c in text.chars() {
            match c {
                '\u{fffd}' | '\u{c0}'..='\u{ff}' => lost += 1,
                '锟' => lost += 2,
                c if MAY_BE_MISREAD[c as usize % 1024] => {
                    misread += u32::from(MISREAD.contains(&c));
                }
                _ => {}
            }
        }
        lost >= 3 || misread >= 5
    })
}

/// Finds text that somebody decoded wrongly before it was saved: UTF-8 taken
/// for GBK (锛, 銆 for ，。), GBK taken for UTF-8 and written in GBK again
/// (锟斤拷), UTF-8 taken for Latin-1 (ä¸­å›½), or characters already replaced.
pub(super) fn mojibake(text: &str) -> Option<Problem> {
    let (mut letters, mut han, mut replaced, mut misread, mut latin) = (0, 0, 0, 0, 0);
    for c in text.chars() {
        match c {
            '\u{fffd}' => replaced += 1,
            '\u{c0}'..='\u{ff}' => latin += 1,
            // Most characters are told apart without going through the list.
            c if MAY_BE_MISREAD[c as usize % 1024] && MISREAD.contains(&c) => misread += 1,
            _ => {}
        }
        let is_han = is_han(c);
        letters += usize::from(is_han || c.is_alphanumeric() || c == '\u{fffd}');
        han += usize::from(is_han);
    }
    let lost = match text.contains('锟') {
        true => text.matches("锟斤拷").count(),
        false => 0,
    };
    let replaced = replaced + 2 * lost;
    let runs = ["ä¸", "å›", "ï¼", "ã€", "æœ", "çš", "è¿", "é‡"];
    let latin_runs = match latin {
        0 => 0,
        _ => runs
            .iter()
            .map(|run| text.matches(run).count())
            .sum::<usize>(),
    };
    let what = if replaced >= 3 && replaced * 10 > letters {
        "most of the text was lost when it was saved (\u{fffd}, 锟斤拷)"
    } else if misread >= 5 && misread * 12 > han {
        "the text was decoded wrongly before it was saved (锛, 銆)"
    } else if latin_runs >= 3 && latin * 4 > letters && han * 4 < letters {
        "the text was decoded wrongly before it was saved (ä¸, å›)"
    } else {
        return None;
    };
    Some(
        problem(
            Place::default(),
            what,
            "save the article again from its source",
        )
        .of(ProblemKind::Mojibake),
    )
}

/// Finds articles that break off in the middle of a sentence: their last
/// paragraph is prose, and its last sentence has no end.
pub(super) fn cut_short(articles: &[Article]) -> Vec<Problem> {
    let is_text = |block: &&Block| block.kind != BlockKind::Furniture;
    let is_cut = |article: &&Article| {
        let last = article.blocks.iter().rev().find(is_text);
        last.is_some_and(|block| block.kind == BlockKind::Paragraph && breaks_off(&block.text))
    };
    let cut = articles.iter().filter(is_cut);
    cut.map(|article| {
        let last = article.blocks.iter().rev().find(is_text);
        let text = last.map_or("", |block| block.text.trim_end());
        problem(
            article.place,
            format!("the text breaks off: …{}", last_chars(text, 12)),
            "save the whole article again",
        )
        .of(ProblemKind::Truncated)
    })
    .collect()
}

/// What texts that were scraped onto one line run on into behind their end.
const CREDITS: &[&str] = &[
    "编辑",
    "来源",
    "记者",
    "作者",
    "责编",
    "审核",
    "校对",
    "摄",
    "分享",
    "查看",
    "点击",
    "下载",
    "关注",
    "客户端",
    "更多",
    "链接",
    "电话",
    "地址",
    "转自",
];

/// Says whether a paragraph of several sentences ends inside one.
fn breaks_off(text: &str) -> bool {
    let text = text.trim_end();
    let Some(sentence) = text.rfind(['。', '！', '？']) else {
        return false;
    };
    let rest = &text[sentence..];
    let is_open = rest
        .chars()
        .next_back()
        .is_some_and(|c| is_han(c) || "，、；（《“".contains(c));
    let is_credit = CREDITS.iter().any(|word| rest.contains(word));
    is_open && !is_credit && rest.chars().count() > 8 && text.chars().count() >= 60
}

/// Finds articles whose publication date is after `today`.
pub(super) fn future_dates(articles: &[Article], today: &str) -> Vec<Problem> {
    let dated = articles.iter().filter_map(|a| Some((a, a.date.as_ref()?)));
    dated
        .filter(|(_, date)| {
            let known = date.iso.len().min(today.len());
            today
                .get(..known)
                .is_some_and(|today| date.iso.as_str() > today)
        })
        .map(|(article, date)| {
            problem(
                article.place,
                format!("the publication date {} lies in the future", date.iso),
                format!(
                    "correct it where it says {:?}, or in corrections.toml",
                    date.evidence
                ),
            )
            .of(ProblemKind::FutureDate)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GBK, WINDOWS_1252};

    const TEXT: &str = "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。办法自发布之日起施行，有效期三年，由甲市发展改革部门解释。";

    #[test]
    fn a_text_that_ends_inside_a_sentence_is_told_and_credits_are_not() {
        let begun = TEXT.repeat(2);
        for (end, is_cut) in [
            ("有关负责人表示，下一步将继续扩大", true),
            ("有关负责人表示，下一步，", true),
            ("", false),
            ("（完）", false),
            ("责任编辑：林一 来源：甲城日报", false),
            ("甲市政府", false),
        ] {
            assert_eq!(breaks_off(&format!("{begun}{end}")), is_cut, "{end}");
        }
        assert!(!breaks_off("甲市发放算力券。企业可以申领"), "a short line");
    }

    #[test]
    fn text_that_was_decoded_wrongly_is_told_and_other_text_is_not() {
        let as_gbk = GBK.decode(TEXT.as_bytes()).0.into_owned();
        let as_latin = WINDOWS_1252.decode(TEXT.as_bytes()).0.into_owned();
        let gbk = GBK.encode(TEXT).0.into_owned();
        let lost = String::from_utf8_lossy(&gbk).into_owned();
        let lost_again = GBK.decode(lost.as_bytes()).0.into_owned();
        for text in [&as_gbk, &as_latin, &lost, &lost_again] {
            assert!(mojibake(text).is_some(), "{text}");
        }
        for text in [
            TEXT,
            "",
            "plain English, façade, déjà vu",
            "所谓“锟斤拷”是什么：一种乱码，来历如下。",
        ] {
            assert_eq!(mojibake(text), None, "{text}");
        }
    }
}
