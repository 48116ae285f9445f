//! The part of a passage that is worth showing first.

use std::ops::Range;

/// Chooses the byte range of `text` to show: about `max_chars` characters that
/// hold as many marks as can be, beginning and ending at clause ends where
/// there are some near. Never hides every mark; the whole text if it is short.
pub(crate) fn window(text: &str, marks: &[Range<usize>], max_chars: usize) -> Range<usize> {
    let offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    let count = offsets.len();
    if count <= max_chars + max_chars / 4 {
        return 0..text.len();
    }
    let character = |byte: usize| offsets.partition_point(|&offset| offset < byte);
    let marks: Vec<Range<usize>> = marks
        .iter()
        .map(|mark| character(mark.start)..character(mark.end))
        .collect();
    // The mark from which most marked characters follow within the window,
    // some room before it left out.
    let room = max_chars * 3 / 4;
    let gain = |first: usize| {
        let limit = marks[first].start + room;
        let within = marks[first..].iter().take_while(|mark| mark.end <= limit);
        within.map(|mark| mark.len()).sum::<usize>()
    };
    let best = (0..marks.len()).max_by_key(|&first| (gain(first), std::cmp::Reverse(first)));
    let mark = best.map_or(0..0, |best| marks[best].clone());
    let at = |number: usize| offsets.get(number).copied().unwrap_or(text.len());
    let ends_clause = |number: usize| {
        number == 0
            || text[at(number - 1)..].starts_with([
                '。', '！', '？', '；', '，', '：', '、', '!', '?', ';', ',', ':', '\n', '…',
            ])
    };
    let earliest = mark.start.saturating_sub(max_chars / 4);
    // Prefer the start of a sentence's clause nearest to the mark's room.
    let start = (earliest..=mark.start)
        .find(|&number| ends_clause(number))
        .unwrap_or(earliest);
    let latest = (start + max_chars).max(mark.end).min(count);
    let shortest = mark.end.max(start + max_chars / 2).min(latest);
    let end = (shortest..=latest)
        .rev()
        .find(|&number| number == count || ends_clause(number));
    let (start, end) = (at(start), at(end.unwrap_or(latest)));
    // A line end at either side shows as an empty line.
    let shown = &text[start..end];
    let trimmed = shown.trim_end_matches('\n').len();
    let skipped = shown.len() - shown.trim_start_matches('\n').len();
    start + skipped.min(trimmed)..start + trimmed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_holds_a_mark_whole_and_keeps_its_length(
            before in "[政策，。]{0,400}", marked in "[算力券]{1,6}", after in "[发展，。]{0,400}", max_chars in 20usize..200
        ) {
            let text = format!("{before}{marked}{after}");
            let mark = before.len()..before.len() + marked.len();
            let window = window(&text, std::slice::from_ref(&mark), max_chars);
            prop_assert!(window.start <= mark.start && window.end >= mark.end);
            prop_assert!(text[window].chars().count() <= max_chars + max_chars / 4);
        }
    }

    #[test]
    fn a_window_begins_and_ends_at_clauses() {
        let filler = "各地正在推进有关工作，".repeat(20);
        let text = format!("{filler}北京向企业发放算力券，降低成本。{filler}");
        let start = text.find("算力券").expect("there");
        let mark = start..start + 9;
        let window = window(&text, std::slice::from_ref(&mark), 40);
        assert!(text[window.clone()].contains("算力券"));
        assert!(text[..window.start].ends_with('，') && text[..window.end].ends_with(['，', '。']));
    }
}
