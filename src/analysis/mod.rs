//! Fold, symbols, grams and words: how text is read for matching.
//!
//! The same for indexing, querying and marking; query time can never disagree
//! with index time. Imports nothing of this crate. Only `words` names jieba.
//!
//! - [`fold()`]: one character to the one it is matched as;
//! - `symbols`: what of a text takes a position;
//! - [`literal()`]: the reference function of exact search;
//! - `words`: jieba's words and Latin runs, for ranking.

mod class;
mod damage;
mod fold;
mod fold_table;
mod grams;
mod literal;
mod numbers;
mod pattern;
mod symbols;
mod words;

pub use fold::fold;
pub use grams::pairs;
pub use literal::literal;
pub use words::WordCutter;

pub(crate) use class::{Class, class};
pub(crate) use damage::meant;
pub(crate) use grams::pair_term;
pub(crate) use numbers::numbers;
pub(crate) use pattern::Pattern;
pub(crate) use symbols::{Code, END, GAP, Symbol, symbols};
pub(crate) use words::{MAX_WORD_CHARS, latin_words, shipped_words, words_of};

/// How one text is analysed, for a person to look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// The folded text, as many characters as the original.
    pub folded: String,
    /// Every character of the original with the name of its class: `han`,
    /// `latin`, `digit`, `letter`, `symbol`, `breaking`, `transparent`,
    /// `invisible`, `end`.
    pub chars: Vec<(String, &'static str)>,
    /// The pairs that are indexed, in order.
    pub pairs: Vec<String>,
    /// The words that are indexed: jieba's, then Latin and digit runs.
    pub words: Vec<String>,
}

/// Analyses `text` as indexing does, with the shipped lexicon and the words of `own`.
///
/// ```
/// let analysis = cewen::analysis::explain("發放算力券", &[]);
/// assert_eq!(analysis.folded, "发放算力券");
/// assert_eq!(analysis.pairs, ["发放", "放算", "算力", "力券"]);
/// assert_eq!(analysis.words, ["发放", "算力券"]);
/// ```
pub fn explain(text: &str, own: &[String]) -> Analysis {
    let mut analysis = Analysis {
        folded: text.chars().map(fold).collect(),
        chars: text
            .chars()
            .map(|c| (c.to_string(), class(fold(c)).name()))
            .collect(),
        pairs: pairs(text),
        words: Vec::new(),
    };
    WordCutter::new(own).cut(text, |word| analysis.words.push(word.to_owned()));
    analysis
}

/// What an index was analysed with: an index with another fingerprint cannot
/// be searched rightly. Raised whenever a rule of this module changes.
pub const FINGERPRINT: &str = "fold-1 symbols-2 words-2";
