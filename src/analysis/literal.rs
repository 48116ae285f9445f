//! The reference function: what it means that a text contains a string.
//!
//! Slow and obvious on purpose. Everything else that finds literal text, on
//! the index or in a passage, is tested against it.

use std::ops::Range;

use super::symbols::{GAP, symbols};

/// Finds where `query` stands literally in `text`: byte ranges of `text` in
/// the order of their starts; they may overlap.
///
/// Both are folded and read as symbols: transparent marks in the text are
/// skipped, those in the query are optional, one between two digits or two
/// Latin letters of the text takes a place, breaking marks match themselves,
/// and nothing matches across the end of a line. A query with nothing
/// matchable is found nowhere. Where a scraper certainly damaged a character
/// (基矗 for 基础。) it stands for both.
///
/// ```
/// use cewen::analysis::literal;
///
/// let text = "實施方案（2023—2025年）";
/// assert_eq!(literal("2023-2025年", text), [15..29]);
/// assert_eq!(&text[15..29], "2023—2025年");
/// assert!(literal("20232025年", text).is_empty());
/// assert_eq!(literal("实施“方案”", text), [0..12]);
/// ```
pub fn literal(query: &str, text: &str) -> Vec<Range<usize>> {
    let wanted = symbols(query);
    let found = symbols(text);
    let matchable = wanted.iter().any(|symbol| symbol.character != GAP);
    let starts = if matchable { 0..found.len() } else { 0..0 };
    let from = |start: usize| {
        let mut at = start;
        for symbol in &wanted {
            let is_there = found.get(at).is_some_and(|t| t.reads(symbol.character));
            if is_there && !symbol.is_end() {
                at += 1;
            } else if symbol.character != GAP {
                return None;
            }
        }
        Some(found[start].bytes().start..found[at - 1].bytes().end)
    };
    starts.filter_map(from).collect()
}
