//! Hard-wrapped text: lines that a machine broke at a fixed width.
//!
//! Five or more consecutive lines of nearly equal width, without blank lines
//! between, were one paragraph once and are joined: Han to Han without a
//! space, else with one. All other line ends stay. A wrong join hides a
//! paragraph end, so lists, verse and paragraphs that happen to be equally
//! long are left alone.

use super::shape::{columns, is_han, is_sentence_end};

/// How many lines of nearly equal width show that a text is hard-wrapped.
const MIN_LINES: usize = 5;

/// More lines than this show nothing more; looking at all of them from each would be slow.
const MAX_LINES: usize = 500;

/// Narrower lines are verse or a list.
const MIN_COLUMNS: usize = 24;

/// Joins the hard-wrapped lines of a text. Yields, for each resulting line,
/// the index of its first source line and its text; blank lines are kept.
pub(crate) fn unwrap_lines<'a>(lines: &[&'a str]) -> Vec<(usize, std::borrow::Cow<'a, str>)> {
    let mut joined = Vec::with_capacity(lines.len());
    let mut start = 0;
    while start < lines.len() {
        if lines[start].trim().is_empty() {
            joined.push((start, lines[start].into()));
            start += 1;
            continue;
        }
        let length = lines[start..]
            .iter()
            .take_while(|line| !line.trim().is_empty())
            .count();
        let run = &lines[start..start + length];
        match wrap_width(run) {
            Some(width) => join_run(run, start, width, &mut joined),
            None => joined.extend(
                run.iter()
                    .enumerate()
                    .map(|(i, &line)| (start + i, line.into())),
            ),
        }
        start += length;
    }
    joined
}

/// Finds the width at which a run of lines was wrapped, if it was.
fn wrap_width(run: &[&str]) -> Option<usize> {
    if run.len() < MIN_LINES {
        return None;
    }
    let widths: Vec<usize> = run.iter().map(|line| columns(line.trim_end())).collect();
    let looks = Looks::of(run);
    let mut start = 0;
    while start + MIN_LINES <= run.len() {
        // A narrower line stands beside none of MIN_COLUMNS.
        if widths[start] + tolerance(MIN_COLUMNS) < MIN_COLUMNS {
            start += 1;
            continue;
        }
        let (mut least, mut most) = (widths[start], widths[start]);
        let mut end = start + 1;
        while end < run.len().min(start + MAX_LINES) {
            let (low, high) = (least.min(widths[end]), most.max(widths[end]));
            if high - low > tolerance(high) {
                break;
            }
            (least, most) = (low, high);
            end += 1;
        }
        if end - start >= MIN_LINES && most >= MIN_COLUMNS && looks.are_prose(start..end) {
            return Some(most);
        }
        start += 1;
    }
    None
}

/// How far the width of a full line may fall short.
fn tolerance(width: usize) -> usize {
    (width / 10).max(4)
}

/// How many lines before each line end a clause, and have one end inside.
struct Looks {
    ends: Vec<usize>,
    inside: Vec<usize>,
}

impl Looks {
    fn of(lines: &[&str]) -> Self {
        let stops =
            |c: char| is_sentence_end(c) || matches!(c, '，' | ',' | '.' | '、' | '：' | ':');
        let mut looks = Looks {
            ends: vec![0],
            inside: vec![0],
        };
        let (mut ends, mut inside) = (0, 0);
        for line in lines.iter().map(|line| line.trim_end()) {
            ends += usize::from(line.ends_with(stops));
            let body = line.trim_end_matches(stops);
            inside += usize::from(body.contains(['。', '，', ',', '.', '；']));
            looks.ends.push(ends);
            looks.inside.push(inside);
        }
        looks
    }

    /// Says whether lines read on from one to the next: sentences end inside
    /// them and most line ends do not.
    fn are_prose(&self, lines: std::ops::Range<usize>) -> bool {
        let within = |counts: &[usize]| counts[lines.end] - counts[lines.start];
        within(&self.inside) > 0 && within(&self.ends) * 2 <= lines.len()
    }
}

/// Joins the lines of one run: a line as wide as the page is continued by the
/// next, unless that one is indented more than its neighbours.
fn join_run<'a>(
    run: &[&'a str],
    first: usize,
    width: usize,
    joined: &mut Vec<(usize, std::borrow::Cow<'a, str>)>,
) {
    let indented = run.iter().filter(|line| is_indented(line)).count();
    let indent_opens = indented * 2 <= run.len();
    let mut index = 0;
    while index < run.len() {
        let start = index;
        let mut text = String::new();
        loop {
            let line = run[index];
            append(
                &mut text,
                if index == start {
                    line.trim_end()
                } else {
                    line.trim()
                },
            );
            let is_full = columns(line.trim_end()) + tolerance(width) >= width;
            index += 1;
            if index == run.len() || !is_full || (indent_opens && is_indented(run[index])) {
                break;
            }
        }
        let text = if index - start == 1 {
            run[start].into()
        } else {
            text.into()
        };
        joined.push((first + start, text));
    }
}

/// Says whether a line opens with the indent of a paragraph.
fn is_indented(line: &str) -> bool {
    line.starts_with('\u{3000}') || line.starts_with("  ") || line.starts_with('\t')
}

/// Appends a continuation, with a space unless Han or full-width marks meet.
fn append(text: &mut String, line: &str) {
    let joins_tightly = |c: char| is_han(c) || !(c.is_ascii() || c.is_alphabetic());
    let tight = match (text.chars().next_back(), line.chars().next()) {
        (Some(left), Some(right)) => joins_tightly(left) || joins_tightly(right),
        _ => true,
    };
    // Han against Latin had no space before it was broken either, as far as anyone can tell.
    if !tight {
        text.push(' ');
    }
    text.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> Vec<(usize, String)> {
        let lines: Vec<&str> = text.split('\n').collect();
        unwrap_lines(&lines)
            .into_iter()
            .map(|(i, t)| (i, t.into_owned()))
            .collect()
    }

    #[test]
    fn five_lines_of_one_width_become_one_paragraph() {
        let paragraph = "甲市今年把公共算力平台建了起来，企业领取算力券后可以按月抵扣，".repeat(3)
            + "预计明年扩容，届时开放给高校。";
        let chars: Vec<char> = paragraph.chars().collect();
        let wrapped: Vec<String> = chars.chunks(20).map(|c| c.iter().collect()).collect();
        assert!(wrapped.len() >= 6);
        let text = format!("标题一行\n{}\n第二段很短。", wrapped.join("\n"));
        let lines = joined(&text);
        assert_eq!(lines[0], (0, "标题一行".into()));
        assert_eq!(lines[1], (1, paragraph));
        assert_eq!(lines[2].1, "第二段很短。");
    }

    #[test]
    fn a_list_of_equally_long_lines_stays_a_list() {
        let text = "一是建设公共算力平台的若干举措\n二是发放企业算力券的若干举措\n三是培育行业大模型的若干举措\n四是开放公共数据集的若干举措\n五是引进青年工程师的若干举措";
        assert_eq!(joined(text).len(), 5);
    }

    #[test]
    fn verse_stays_verse() {
        let text = "机器昼夜转不停，\n数据如潮入海行。\n一城灯火照天明，\n万家工厂有回声。\n山前又见新园区，\n桥外时闻旧汽笛。";
        assert_eq!(joined(text).len(), 6);
    }

    #[test]
    fn latin_words_are_joined_with_a_space() {
        let text = "the pilot zone opens in spring, and the city\nwill offer vouchers to companies that train a\nmodel of their own, says the plan of the citys\ncommission, which adds that any small firm can\napply for up to half of its yearly bill for it\nand more.";
        let lines = joined(text);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].1.contains("the city will offer"));
    }
}
