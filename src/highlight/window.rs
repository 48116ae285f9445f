//! The parts of a passage that are worth showing first.
//!
//! One window is best where it holds what matched; where matches stand far
//! apart, up to [`MAX_WINDOWS`] shorter ones share the length. A window begins
//! and ends at a clause where one is near. Invariant: windows are sorted,
//! disjoint, on character boundaries, none of them cuts a mark, and where there
//! are marks each window holds one.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::analysis::fold;

/// More windows than this read as a list of scraps.
const MAX_WINDOWS: usize = 3;

/// A window of fewer characters says nothing: rather one than several of those.
const MIN_WINDOW_CHARS: usize = 40;

/// What a mark is worth whose text is shown already.
const REPEATED: f64 = 0.5;

/// How much more must be shown for the text to be cut once more.
const WORTH_A_CUT: f64 = 1.5;

/// Chooses the byte ranges of `text` to show: together about `max_chars`
/// characters, a quarter more at most, unless one mark alone is longer. The
/// whole text if it is short, or if `max_chars` is 0; nothing of an empty one.
pub(crate) fn windows(text: &str, marks: &[Range<usize>], max_chars: usize) -> Vec<Range<usize>> {
    if text.is_empty() {
        return Vec::new();
    }
    let measured = Measured::new(text, marks);
    let count = measured.characters.len();
    if max_chars == 0 || count <= max_chars + max_chars / 4 {
        return std::iter::once(0..text.len()).collect();
    }
    let (groups, budget) = measured.groups(max_chars);
    let mut windows: Vec<Range<usize>> = Vec::with_capacity(groups.len());
    for (number, group) in groups.iter().enumerate() {
        let lowest = windows.last().map_or(0, |last| last.end);
        let highest = groups.get(number + 1).map_or(count, |next| next.start);
        let window = measured.around(group, budget, lowest..highest);
        match windows.last_mut() {
            Some(last) if last.end == window.start => last.end = window.end,
            _ => windows.push(window),
        }
    }
    let (mut bytes, mut at) = (0, 0);
    let mut byte = |character: usize| {
        let rest = &text[bytes..];
        let next = rest.char_indices().nth(character - at);
        bytes += next.map_or(rest.len(), |(offset, _)| offset);
        at = character;
        bytes
    };
    let windows = windows.into_iter();
    windows
        .map(|window| byte(window.start)..byte(window.end))
        .collect()
}

/// A text and its marks, counted in characters.
struct Measured {
    characters: Vec<char>,
    marks: Vec<Range<usize>>,
    /// For each mark which text it is: marks of the same folded text are alike.
    labels: Vec<usize>,
}

/// How good a place is to begin or end a window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Boundary {
    Clause,
    Sentence,
}

impl Measured {
    fn new(text: &str, marks: &[Range<usize>]) -> Self {
        let mut characters = Vec::with_capacity(text.chars().count());
        // Not as an iterator: that would look for room twice as long.
        for character in text.chars() {
            characters.push(character);
        }
        // Marks are sorted, so that each character is counted once.
        let (mut bytes, mut at) = (0, 0);
        let mut character = |byte: usize| {
            at += text
                .get(bytes..byte)
                .map_or(0, |passed| passed.chars().count());
            bytes = byte;
            at
        };
        let marks = marks.iter();
        let marks: Vec<Range<usize>> = marks
            .map(|mark| character(mark.start)..character(mark.end))
            .filter(|mark| mark.start < mark.end)
            .collect();
        let mut known = HashMap::new();
        let mut labels = Vec::with_capacity(marks.len());
        for mark in &marks {
            let folded: String = characters[mark.clone()].iter().map(|&c| fold(c)).collect();
            let next = known.len();
            labels.push(*known.entry(folded).or_insert(next));
        }
        Measured {
            characters,
            marks,
            labels,
        }
    }

    /// The stretches of marks to show, in order, and the characters that each
    /// window gets.
    fn groups(&self, max_chars: usize) -> (Vec<Range<usize>>, usize) {
        let (mut best, mut budget) = (self.gathered(1, max_chars), max_chars);
        for count in 2..=MAX_WINDOWS {
            let share = max_chars / count;
            if share < MIN_WINDOW_CHARS {
                break;
            }
            let found = self.gathered(count, share);
            let fits = found.0.len() == count && found.0.iter().all(|group| group.len() <= share);
            if fits && found.1 >= best.1 * WORTH_A_CUT {
                (best, budget) = (found, share);
            }
        }
        let mut groups = best.0;
        groups.sort_unstable_by_key(|group| group.start);
        if groups.is_empty() {
            groups.push(0..0);
        }
        (groups, budget)
    }

    /// Up to `count` stretches of marks, each to be shown in `budget`
    /// characters, far enough from each other, and what they are worth.
    fn gathered(&self, count: usize, budget: usize) -> (Vec<Range<usize>>, f64) {
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut shown: HashSet<usize> = HashSet::new();
        let mut total = 0.0;
        for _ in 0..count {
            let is_free = |mark: &Range<usize>| {
                let apart = budget / 2;
                groups
                    .iter()
                    .all(|group| mark.end + apart <= group.start || group.end + apart <= mark.start)
            };
            let mut best: Option<(f64, Range<usize>)> = None;
            for first in (0..self.marks.len()).filter(|&first| is_free(&self.marks[first])) {
                let (worth, last) = self.worth(first, budget * 3 / 4, &shown, &is_free);
                if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                    best = Some((worth, first..last + 1));
                }
            }
            let Some((worth, numbers)) = best else {
                break;
            };
            total += worth;
            shown.extend(&self.labels[numbers.clone()]);
            groups.push(self.marks[numbers.start].start..self.marks[numbers.end - 1].end);
        }
        (groups, total)
    }

    /// What the marks from `first` on within `room` characters are worth, and
    /// the last of them.
    fn worth(
        &self,
        first: usize,
        room: usize,
        shown: &HashSet<usize>,
        is_free: &dyn Fn(&Range<usize>) -> bool,
    ) -> (f64, usize) {
        let limit = self.marks[first].start + room;
        let (mut worth, mut last) = (0.0, first);
        let mut own: HashSet<usize> = HashSet::new();
        for number in first..self.marks.len() {
            let mark = &self.marks[number];
            if number > first && (mark.end > limit || !is_free(mark)) {
                break;
            }
            let label = self.labels[number];
            let is_new = !shown.contains(&label) && own.insert(label);
            worth += mark.len() as f64 * if is_new { 1.0 } else { REPEATED };
            last = number;
        }
        (worth, last)
    }

    /// The window of about `budget` characters around a stretch of marks,
    /// within `bounds`.
    fn around(&self, group: &Range<usize>, budget: usize, bounds: Range<usize>) -> Range<usize> {
        if group.len() >= budget {
            return group.clone();
        }
        let spare = budget - group.len();
        // A third of the room before the marks, more if there is none behind.
        let behind = bounds.end - group.end;
        let before = (spare / 3)
            .max(spare.saturating_sub(behind))
            .min(group.start - bounds.start);
        let aim = group.start - before;
        let lowest = aim.saturating_sub(budget / 8).max(bounds.start);
        let start = self
            .nearest(aim, lowest..=group.start, budget / 8)
            .unwrap_or_else(|| self.uncut_start(aim, group.start));
        let aim = start + budget;
        let highest = (aim + budget / 4).min(bounds.end).max(group.end);
        let lowest = (aim - budget / 4).max(group.end).min(highest);
        let end = self
            .nearest(aim, lowest..=highest, budget / 8)
            .unwrap_or_else(|| self.uncut_end(aim.min(highest), group.end));
        self.trimmed(start..end, group)
    }

    /// The boundary nearest to `aim`; the end of a sentence counts as `bonus`
    /// characters nearer than that of a clause.
    fn nearest(
        &self,
        aim: usize,
        among: std::ops::RangeInclusive<usize>,
        bonus: usize,
    ) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for at in among {
            let near = aim.abs_diff(at);
            // What cannot be nearer need not be looked at.
            if best.is_some_and(|best| (near, at) >= best) {
                continue;
            }
            let cost = match self.boundary(at) {
                Some(Boundary::Sentence) => near,
                Some(Boundary::Clause) => near + bonus,
                None => continue,
            };
            if best.is_none_or(|best| (cost, at) < best) {
                best = Some((cost, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// What ends before the character `at`, if anything does.
    fn boundary(&self, at: usize) -> Option<Boundary> {
        if at == 0 || at == self.characters.len() {
            return Some(Boundary::Sentence);
        }
        let after = self.characters[at];
        if closes(after) || ends_sentence(after) || self.is_in_mark(at) {
            return None;
        }
        if after == '\n' {
            return Some(Boundary::Sentence);
        }
        let before = self.characters[..at].iter().rev();
        let last = *before.clone().find(|&&character| !closes(character))?;
        let is_quoted = closes(self.characters[at - 1]);
        match last {
            '\n' if !is_quoted => Some(Boundary::Sentence),
            _ if ends_sentence(last) => Some(Boundary::Sentence),
            // Not within 3,000 and 12:30.
            ',' | ':' if after.is_ascii_digit() => None,
            '，' | '：' | '、' | ',' | ':' if !is_quoted => Some(Boundary::Clause),
            _ => None,
        }
    }

    fn is_in_mark(&self, at: usize) -> bool {
        self.mark_around(at).is_some()
    }

    /// The mark that a cut at `at` would divide.
    fn mark_around(&self, at: usize) -> Option<&Range<usize>> {
        let number = self.marks.partition_point(|mark| mark.end <= at);
        self.marks.get(number).filter(|mark| mark.start < at)
    }

    /// Whether a cut at `at` would divide a Latin run or a number.
    fn is_in_run(&self, at: usize) -> bool {
        let is =
            |number: usize, what: fn(&char) -> bool| self.characters.get(number).is_some_and(what);
        // The point of 3.85 and the comma of 3,000 too.
        let is_run = |number: usize| {
            is(number, char::is_ascii_alphanumeric)
                || number > 0
                    && is(number, |c| matches!(c, '.' | ','))
                    && is(number - 1, char::is_ascii_digit)
                    && is(number + 1, char::is_ascii_digit)
        };
        at > 0 && is_run(at - 1) && is_run(at)
    }

    /// A start at `at`, or as little later as cuts neither mark nor Latin run.
    fn uncut_start(&self, at: usize, latest: usize) -> usize {
        let at = self.mark_around(at).map_or(at, |mark| mark.end);
        (at..latest)
            .find(|&at| !self.is_in_run(at))
            .unwrap_or(latest)
    }

    /// An end at `at`, or as little earlier as cuts neither mark nor Latin run.
    fn uncut_end(&self, at: usize, earliest: usize) -> usize {
        let at = self.mark_around(at).map_or(at, |mark| mark.start);
        (earliest + 1..=at)
            .rev()
            .find(|&at| !self.is_in_run(at))
            .unwrap_or(earliest.max(at))
    }

    /// Leaves out white space at both sides: a line end would show as an empty line.
    fn trimmed(&self, window: Range<usize>, group: &Range<usize>) -> Range<usize> {
        let is_space = |at: &usize| self.characters[*at].is_whitespace();
        let start = (window.start..group.start).take_while(is_space).count();
        let end = (group.end..window.end).rev().take_while(is_space).count();
        let trimmed = window.start + start..window.end - end;
        if trimmed.is_empty() { window } else { trimmed }
    }
}

/// Whether a character ends a sentence.
fn ends_sentence(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '…')
}

/// Whether a character closes what stands before it.
fn closes(character: char) -> bool {
    matches!(
        character,
        '”' | '’' | '」' | '』' | '）' | ')' | '》' | '"' | '】' | '〕'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chars(text: &str) -> usize {
        text.chars().count()
    }

    fn marks_of(text: &str, words: &[&str]) -> Vec<Range<usize>> {
        let found = |word: &&str| {
            let word = word.len();
            move |(start, _): (usize, &str)| start..start + word
        };
        let mut marks: Vec<Range<usize>> = words
            .iter()
            .flat_map(|word| text.match_indices(*word).map(found(word)))
            .collect();
        marks.sort_by_key(|mark| mark.start);
        marks
    }

    fn shown<'a>(text: &'a str, words: &[&str], max_chars: usize) -> Vec<&'a str> {
        let windows = windows(text, &marks_of(text, words), max_chars);
        windows.into_iter().map(|window| &text[window]).collect()
    }

    proptest! {
        #[test]
        fn windows_keep_order_length_and_marks(
            text in "([政策，。\n]|[a-z0-9“”, ]|算力券|补贴|大模型){0,300}", max_chars in 1usize..300
        ) {
            let marks = marks_of(&text, &["算力券", "补贴", "大模型"]);
            let windows = windows(&text, &marks, max_chars);
            let total: usize = windows.iter().map(|window| chars(&text[window.clone()])).sum();
            let longest = marks.iter().map(|mark| chars(&text[mark.clone()])).max().unwrap_or(0);
            prop_assert!(total <= (max_chars + max_chars / 4).max(longest), "{total} of {max_chars}");
            prop_assert_eq!(windows.is_empty(), text.is_empty());
            prop_assert!(windows.len() <= MAX_WINDOWS && windows.iter().all(|window| !window.is_empty()));
            prop_assert!(windows.windows(2).all(|two| two[0].end < two[1].start));
            for window in &windows {
                let is_within = |mark: &Range<usize>| window.start <= mark.start && mark.end <= window.end;
                prop_assert!(marks.is_empty() || marks.iter().any(is_within));
                let is_apart = |mark: &Range<usize>| mark.end <= window.start || window.end <= mark.start;
                prop_assert!(marks.iter().all(|mark| is_within(mark) || is_apart(mark)));
            }
        }

        #[test]
        fn a_long_text_of_clauses_is_shown_in_the_length_asked_for(
            lengths in prop::collection::vec(3usize..18, 60..90), at in 0usize..60, max_chars in 80usize..200
        ) {
            let clauses = lengths.iter().enumerate().map(|(number, &length)| {
                let clause = "各地推进有关工作并取得积极成效而后再次部署".chars().take(length);
                let marked = if number == at { "算力券" } else { "" };
                format!("{}{marked}{}", clause.collect::<String>(), if number % 4 == 0 { '。' } else { '，' })
            });
            let text: String = clauses.collect();
            let shown = shown(&text, &["算力券"], max_chars);
            prop_assert_eq!(shown.len(), 1);
            let length = chars(shown[0]);
            prop_assert!(length >= max_chars * 3 / 4 && length <= max_chars + max_chars / 4, "{length} of {max_chars}");
            prop_assert!(shown[0].ends_with(['，', '。']));
            let start = text.find(shown[0]).expect("a part");
            prop_assert!(start == 0 || text[..start].ends_with(['，', '。']));
        }
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(shown("发放算力券。", &["算力券"], 160), ["发放算力券。"]);
        let long = "各地推进工作，".repeat(100);
        assert_eq!(shown(&long, &[], 0), [long.as_str()]);
    }

    #[test]
    fn words_far_apart_get_a_window_each() {
        let filler = "各地正在推进有关工作，取得了积极成效。".repeat(12);
        let text = format!("{filler}北京发放算力券。{filler}上海给予补贴。{filler}");
        let shown = shown(&text, &["算力券", "补贴"], 160);
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert!(shown[0].contains("北京发放算力券") && shown[1].contains("上海给予补贴"));
    }

    #[test]
    fn words_near_each_other_share_a_window() {
        let filler = "各地正在推进有关工作，取得了积极成效。".repeat(12);
        let text = format!("{filler}算力券另文发布。{filler}上海给予算力券补贴。{filler}");
        let shown = shown(&text, &["算力券", "补贴"], 100);
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(shown[0].contains("算力券补贴"));
    }

    #[test]
    fn a_mark_longer_than_the_window_is_shown_whole() {
        let filler = "各地正在推进有关工作，取得了积极成效。".repeat(12);
        let quote = "支持企业建设智能算力中心，对符合条件的给予一次性补助";
        let text = format!("{filler}{quote}{filler}");
        assert_eq!(shown(&text, &[quote], 10), [quote]);
    }

    #[test]
    fn no_cut_falls_into_a_latin_run_or_a_number() {
        let filler = "用OpenAI做 3,000 次测试".repeat(30);
        let text = format!("{filler}算力券{filler}");
        for max_chars in 20..60 {
            for shown in shown(&text, &["算力券"], max_chars) {
                let start = text.find(shown).expect("a part");
                let (before, after) = (&text[..start], &text[start + shown.len()..]);
                let is_run = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                let starts_in = is_run(before.chars().next_back()) && is_run(shown.chars().next());
                let ends_in = is_run(shown.chars().next_back()) && is_run(after.chars().next());
                assert!(!starts_in && !ends_in, "{shown}");
                assert!(!shown.ends_with("3,"), "{shown}");
            }
        }
    }
}
