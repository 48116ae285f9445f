//! Which lines of a body are section headings.
//!
//! Lines that the format marks, and short lines without a sentence end that
//! stand before a paragraph. Lists, verse and signatures are no headings.

use super::model::BlockKind;
use super::page::{Line, Mark};
use super::shape::{char_count, ends_sentence, words};
use super::signs::is_bare_date;

/// How the questions and answers of an interview begin.
const SPEECH: &str = "问： 问: 答： 答: 记者： 记者: Q： Q: A： A: “";

/// Marks the section headings: lines the format marks, and short lines
/// without a sentence end that stand before a paragraph.
pub(super) fn find_headings(lines: &[&Line], texts: &[&str], kinds: &mut [BlockKind]) {
    let body: Vec<usize> = (0..texts.len())
        .filter(|&i| kinds[i] == BlockKind::Paragraph)
        .collect();
    let is_long = |i: usize| {
        char_count(texts[i]) >= 40 || char_count(texts[i]) >= 20 && texts[i].contains('。')
    };
    let mut run = 0;
    for (order, &i) in body.iter().enumerate() {
        if matches!(lines[i].mark, Mark::Heading(_)) {
            kinds[i] = BlockKind::Heading;
            run = 0;
            continue;
        }
        if !is_like_heading(texts[i]) {
            run = 0;
            continue;
        }
        run += 1;
        let next = body.get(order + 1).copied();
        let after_next = body.get(order + 2).copied();
        let leads_on = next.is_some_and(is_long)
            || next.is_some_and(|n| is_like_heading(texts[n])) && after_next.is_some_and(is_long);
        let is_numbered = is_numbered(texts[i]);
        if leads_on && (run <= 2 || is_numbered) {
            kinds[i] = BlockKind::Heading;
        }
    }
}

/// Says whether a line can be a section heading.
fn is_like_heading(text: &str) -> bool {
    let Some(last) = text.chars().next_back() else {
        return false;
    };
    let is_question = matches!(last, '？' | '?');
    let limit = if is_numbered(text) || is_question {
        40
    } else {
        30
    };
    if !(2..=limit).contains(&char_count(text)) || !text.chars().any(char::is_alphabetic) {
        return false;
    }
    // A question that runs on is a sentence: 有了底座，如何用好？
    let is_sentence = text.contains('。')
        || "！!。，；、：:;,….）)".contains(last)
        || last == '”' && ends_sentence(text)
        || is_question && text.contains(['，', ',']);
    let is_speech =
        (is_question || last == '”') && words(SPEECH).any(|opening| text.starts_with(opening));
    let is_item = text.starts_with(['-', '•', '·', '*', '|', '《']);
    !is_sentence && !is_speech && !is_item && !is_bare_date(text)
}

/// Says whether a line opens with the number of a section: 一、 （二） 第三章 1. 01
pub(super) fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(['（', '(', '第']);
    let number = rest.trim_start_matches(|c: char| "一二三四五六七八九十百0123456789".contains(c));
    number.len() < rest.len()
        && number.starts_with([
            '、', '）', ')', '.', '．', ' ', '章', '节', '条', '部', '编', '，', '丨', '|',
        ])
}
