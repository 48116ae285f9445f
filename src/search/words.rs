//! Cuts a query with the words that the index itself holds.
//!
//! No dictionary is parsed for a search. The words of the index are those
//! jieba cut its text into, so the most probable path over them, with their
//! document frequencies as weights, cuts a query nearly as jieba would.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::InvertedIndexReader;

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
    let mut index = IndexWords::open(reader)?;
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let length = text[at..]
            .iter()
            .take_while(|&&c| class(c) == Class::Han)
            .count();
        if length > 0 {
            cut_stretch(&mut index, text, at..at + length, &mut words)?;
        }
        at += length.max(1);
    }
    Ok(words)
}

fn cut_stretch<'t>(
    index: &mut IndexWords<'t>,
    text: &'t [char],
    stretch: Range<usize>,
    words: &mut Vec<QueryWord>,
) -> Result<()> {
    let total = (index.documents.max(2) as f64).ln();
    // From the end on: the best path from each character, its logarithmic
    // probability, the end of its first word and that word's frequency.
    let mut best = vec![(0.0_f64, 0, 0); stretch.len() + 1];
    for start in (0..stretch.len()).rev() {
        let mut choice = (f64::NEG_INFINITY, start + 1, 0);
        for end in start + 1..=stretch.len().min(start + MAX_WORD_CHARS) {
            let frequency = index.frequency(&text[stretch.start + start..stretch.start + end])?;
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

/// The words of an index, each looked up once for a text.
struct IndexWords<'t> {
    documents: u32,
    segments: Vec<Arc<InvertedIndexReader>>,
    frequencies: HashMap<&'t [char], u64>,
    term: String,
}

impl<'t> IndexWords<'t> {
    fn open(reader: &Reader) -> Result<Self> {
        let segments = reader.segments.iter();
        let segments = segments.map(|segment| segment.inverted(reader.fields.words));
        Ok(IndexWords {
            documents: reader.documents,
            segments: segments.collect::<Result<_>>()?,
            frequencies: HashMap::new(),
            term: String::new(),
        })
    }

    /// How many documents have a word.
    fn frequency(&mut self, word: &'t [char]) -> Result<u64> {
        if let Some(&frequency) = self.frequencies.get(word) {
            return Ok(frequency);
        }
        self.term.clear();
        self.term.extend(word);
        let mut frequency = 0;
        for segment in &self.segments {
            let info = segment.terms().get(&self.term);
            let info = info.map_err(Error::from_engine_io)?;
            frequency += info.map_or(0, |info| u64::from(info.doc_freq));
        }
        self.frequencies.insert(word, frequency);
        Ok(frequency)
    }
}
