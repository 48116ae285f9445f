//! Cuts a query with the words that the index itself holds.
//!
//! No dictionary is parsed for a search. The words of the index are those
//! jieba cut its text into, so the most probable path over them, with their
//! document frequencies as weights, cuts a query nearly as jieba would.

use std::ops::Range;

use crate::analysis::{Class, MAX_WORD_CHARS, class};
use crate::error::{Error, Result};
use crate::index::Reader;

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueryWord {
    /// Which characters of the query text it is.
    pub(crate) chars: Range<usize>,
    /// How many documents of the index have it; 0 for a character that is no word there.
    pub(crate) frequency: u64,
}

/// Cuts the Han stretches of a folded text into words of the index.
pub(crate) fn cut(reader: &Reader, text: &[char]) -> Result<Vec<QueryWord>> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let length = text[at..]
            .iter()
            .take_while(|&&c| class(c) == Class::Han)
            .count();
        if length > 0 {
            cut_stretch(reader, text, at..at + length, &mut words)?;
        }
        at += length.max(1);
    }
    Ok(words)
}

fn cut_stretch(
    reader: &Reader,
    text: &[char],
    stretch: Range<usize>,
    words: &mut Vec<QueryWord>,
) -> Result<()> {
    let total = (reader.documents.max(2) as f64).ln();
    // From the end on: the best path from each character, its logarithmic
    // probability, the end of its first word and that word's frequency.
    let mut best = vec![(0.0_f64, 0, 0); stretch.len() + 1];
    let mut term = String::new();
    for start in (0..stretch.len()).rev() {
        let mut choice = (f64::NEG_INFINITY, start + 1, 0);
        term.clear();
        for end in start + 1..=stretch.len().min(start + MAX_WORD_CHARS) {
            term.push(text[stretch.start + end - 1]);
            let frequency = frequency(reader, &term)?;
            if frequency == 0 && end > start + 1 {
                continue;
            }
            let probability = (frequency as f64 + 0.5).ln() - total + best[end].0;
            if probability > choice.0 {
                choice = (probability, end, frequency);
            }
        }
        best[start] = choice;
    }
    let mut start = 0;
    while start < stretch.len() {
        let (_, end, frequency) = best[start];
        words.push(QueryWord {
            chars: stretch.start + start..stretch.start + end,
            frequency,
        });
        start = end;
    }
    Ok(())
}

fn frequency(reader: &Reader, term: &str) -> Result<u64> {
    let mut frequency = 0;
    for segment in &reader.segments {
        let inverted = segment.inverted(reader.fields.words)?;
        let info = inverted.terms().get(term).map_err(Error::from_engine_io)?;
        frequency += info.map_or(0, |info| u64::from(info.doc_freq));
    }
    Ok(frequency)
}
