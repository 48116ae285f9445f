//! What of a query is marked in a text.

use std::collections::HashSet;
use std::ops::Range;

use crate::analysis::{Pattern, Symbol, fold, latin_words, symbols};

/// What of a query is marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marker {
    /// Marked wherever they stand, each as one mark.
    pub(crate) phrases: Vec<Pattern>,
    /// The bare parts of the query.
    pub(crate) parts: Vec<PartMarker>,
}

/// What of a bare part is marked.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartMarker {
    /// The whole part: where a text holds it, nothing less is marked in that text.
    pub(crate) whole: Option<Pattern>,
    /// Words.
    pub(crate) words: Vec<Pattern>,
    /// Pairs of characters: few, so a list is looked through faster than hashed.
    pub(crate) pairs: Vec<(char, char)>,
    /// Runs of Latin letters and digits that are marked where they stand whole
    /// or as a part of a run, as [`latin_words`] gives them.
    pub(crate) latin: HashSet<String>,
}

impl Marker {
    /// The marks of `text`.
    pub(crate) fn marks(&self, text: &str) -> Vec<Range<usize>> {
        let symbols = symbols(text);
        let mut marks: Vec<Range<usize>> = Vec::new();
        for phrase in &self.phrases {
            marks.extend(found(phrase, &symbols));
        }
        for part in &self.parts {
            part.marks(text, &symbols, &mut marks);
        }
        union(marks)
    }
}

/// Where a pattern stands, in bytes.
fn found<'a>(
    pattern: &'a Pattern,
    symbols: &'a [Symbol],
) -> impl Iterator<Item = Range<usize>> + 'a {
    pattern.find(symbols).map(|at| bytes(symbols, at))
}

fn bytes(symbols: &[Symbol], at: Range<usize>) -> Range<usize> {
    symbols[at.start].bytes().start..symbols[at.end - 1].bytes().end
}

impl PartMarker {
    fn marks(&self, text: &str, symbols: &[Symbol], marks: &mut Vec<Range<usize>>) {
        let before = marks.len();
        if let Some(whole) = &self.whole {
            marks.extend(found(whole, symbols));
        }
        if marks.len() > before {
            return;
        }
        for word in &self.words {
            marks.extend(found(word, symbols));
        }
        if !self.pairs.is_empty() {
            for at in 1..symbols.len() {
                let (first, second) = (symbols[at - 1], symbols[at]);
                let is_pair = first.pairs && second.pairs;
                let stands = |&(one, other): &(char, char)| first.reads(one) && second.reads(other);
                if is_pair && self.pairs.iter().any(stands) {
                    marks.push(bytes(symbols, at - 1..at + 1));
                }
            }
        }
        if !self.latin.is_empty() {
            self.latin_marks(text, marks);
        }
    }

    fn latin_marks(&self, text: &str, marks: &mut Vec<Range<usize>>) {
        // Folding keeps the number of characters, not of bytes: keep a way back.
        let mut folded = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len() + 1);
        for (offset, character) in text.char_indices() {
            let folded_character = fold(character);
            origins.extend(std::iter::repeat_n(offset, folded_character.len_utf8()));
            folded.push(folded_character);
        }
        origins.push(text.len());
        latin_words(&folded, |word| {
            if self.latin.contains(word.text) {
                marks.push(origins[word.start]..origins[word.end]);
            }
        });
    }
}

/// Sorts ranges and joins those that overlap or touch.
fn union(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut union: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match union.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => union.push(range),
        }
    }
    union
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::literal;
    use proptest::prelude::*;

    fn phrase(text: &str) -> Marker {
        Marker {
            phrases: Pattern::new(text).into_iter().collect(),
            ..Marker::default()
        }
    }

    proptest! {
        #[test]
        fn marks_are_sorted_disjoint_and_on_character_boundaries(text in ".{0,60}", query in ".{1,4}") {
            let mut marker = phrase(&query);
            let wanted: Vec<char> = query.chars().map(fold).collect();
            let mut part = PartMarker::default();
            part.pairs.extend(wanted.windows(2).map(|two| (two[0], two[1])));
            part.latin.insert(wanted.iter().collect());
            marker.parts.push(part);
            let mut end = 0;
            for mark in marker.marks(&text) {
                prop_assert!(mark.start >= end && mark.start < mark.end);
                prop_assert!(text.get(mark.clone()).is_some());
                end = mark.end;
            }
        }

        #[test]
        fn the_marks_of_a_phrase_cover_what_the_reference_function_finds(
            text in "[算力券ab12—。 ]{0,40}", query in "[算力券ab12—。 ]{1,4}"
        ) {
            prop_assert_eq!(phrase(&query).marks(&text), union(literal(&query, &text)));
        }
    }

    #[test]
    fn a_phrase_is_one_mark_on_the_original_text() {
        let text = "（2023—2025年）發放“算 力券”";
        let marks = phrase("2023-2025年").marks(text);
        assert_eq!(marks.len(), 1);
        assert_eq!(&text[marks[0].clone()], "2023—2025年");
        let marks = phrase("算力券").marks(text);
        assert_eq!(&text[marks[0].clone()], "算 力券");
    }

    #[test]
    fn a_latin_run_is_marked_whole_or_in_its_part_never_within_another() {
        let part = PartMarker {
            latin: HashSet::from(["gpt".to_owned()]),
            ..PartMarker::default()
        };
        let marker = Marker {
            parts: vec![part],
            ..Marker::default()
        };
        let text = "用ＧＰＴ-4o，不用AGPT";
        let marks = marker.marks(text);
        assert_eq!(marks.len(), 1);
        assert_eq!(&text[marks[0].clone()], "ＧＰＴ");
    }

    #[test]
    fn where_a_part_stands_whole_nothing_less_is_marked() {
        let part = PartMarker {
            whole: Pattern::new("算力券"),
            pairs: vec![('算', '力'), ('力', '券')],
            ..PartMarker::default()
        };
        let marker = Marker {
            parts: vec![part],
            ..Marker::default()
        };
        let marked = |text: &str| -> Vec<String> {
            let marks = marker.marks(text);
            marks
                .into_iter()
                .map(|mark| text[mark].to_owned())
                .collect()
        };
        assert_eq!(marked("算力不足，可用算力券"), ["算力券"]);
        assert_eq!(marked("算力不足"), ["算力"]);
    }
}
