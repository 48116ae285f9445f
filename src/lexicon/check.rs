//! What is known of one word, and what adding it would touch.

use std::path::PathBuf;

use super::file::{check_word, folded, is_shipped, own_words};
use crate::analysis::WordCutter;
use crate::error::Result;
use crate::query::{Expr, Query};
use crate::search::{Group, SearchOptions, Searcher, Total};

/// A word looked up in lexicons, dictionary and index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordCheck {
    /// The word as it is matched: folded.
    pub word: String,
    /// Whether it is in the lexicon shipped with cewen.
    pub is_shipped: bool,
    /// The files `lexicon.txt` of the roots that have it.
    pub files: Vec<PathBuf>,
    /// How it is cut, standing alone, with all lexicons as they are now; only
    /// itself if it is a word.
    pub cut: Vec<String>,
    /// The passages that hold its characters, by title, heading or text.
    pub holding: Total,
    /// How many passages the index holds it in as a word, by the lexicons of
    /// its last update.
    pub as_word: usize,
}

impl WordCheck {
    /// Whether the segmenter keeps it whole already.
    pub fn is_word(&self) -> bool {
        self.cut.len() == 1 && self.cut[0] == self.word
    }

    /// How many passages would be cut differently if it became a word: those
    /// that hold its characters but not the word. A lower bound where
    /// [`Total::at_least`] is set. Not all of them need change: its characters
    /// may belong to two other words.
    pub fn would_recut(&self) -> usize {
        self.holding.passages.saturating_sub(self.as_word)
    }
}

/// Looks `word` up.
///
/// # Errors
///
/// [`ErrorKind::BadOption`](crate::ErrorKind::BadOption) if it can be no word;
/// otherwise if the index or a lexicon cannot be read.
pub fn check(searcher: &Searcher, word: &str) -> Result<WordCheck> {
    check_word(word)?;
    let word = folded(word);
    let lexicons = own_words(&searcher.roots())?;
    let own: Vec<String> = lexicons
        .iter()
        .flat_map(|(_, words)| words.clone())
        .collect();
    let has_it = |words: &[String]| words.iter().any(|known| folded(known) == word);
    let mut cut = Vec::new();
    WordCutter::new(&own).cut(&word, |piece| cut.push(piece.to_owned()));
    Ok(WordCheck {
        is_shipped: is_shipped(&word),
        files: lexicons
            .iter()
            .filter(|(_, words)| has_it(words))
            .map(|(file, _)| file.clone())
            .collect(),
        cut,
        holding: holding(searcher, std::slice::from_ref(&word))?,
        as_word: searcher.passages_with_word(&word)?,
        word,
    })
}

/// Counts the passages that hold the characters of at least one of `words`:
/// those that another lexicon with them would cut anew.
///
/// # Errors
///
/// If the index cannot be read.
pub fn holding(searcher: &Searcher, words: &[String]) -> Result<Total> {
    if words.is_empty() {
        return Ok(Total::default());
    }
    let phrases = words.iter().map(|word| Expr::Phrase(word.clone()));
    let query = Query {
        parts: vec![Expr::Or(phrases.collect())],
    };
    let options = SearchOptions {
        limit: 1,
        group: Group::None,
        ..SearchOptions::default()
    };
    Ok(searcher.search(&query, &options)?.total)
}
