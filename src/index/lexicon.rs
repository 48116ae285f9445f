//! The lexicons of the folders, and which articles a change of them touches.
//!
//! A word changes how a text is cut only where it stands in the text. So after
//! a change only articles that hold all pairs of a changed word are cut again.

use std::collections::{BTreeSet, HashSet};
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use super::reader::Reader;
use super::state::Root;
use crate::analysis::{self, fold, pair_term, symbols};
use crate::corpus;
use crate::error::{Error, Result};

/// The file of words in a root.
const FILE: &str = "lexicon.txt";

/// The words that a person added.
pub(crate) struct Lexicon {
    pub(crate) words: Vec<String>,
}

impl Lexicon {
    /// Reads `lexicon.txt` of every root.
    pub(crate) fn read(dir: &Path, roots: &[Root]) -> Result<Self> {
        let mut lexicon = Lexicon { words: Vec::new() };
        for root in roots {
            let path = root.location(dir).join(FILE);
            let text = match corpus::read_text(&path) {
                Ok(text) => text,
                Err(error)
                    if matches!(
                        error.kind(),
                        IoErrorKind::NotFound | IoErrorKind::NotADirectory
                    ) =>
                {
                    continue;
                }
                Err(error) => return Err(Error::io("read", &path, error)),
            };
            let words = analysis::words_of(&text).map(str::to_owned);
            lexicon.words.extend(words);
        }
        Ok(lexicon)
    }
}

/// The hash of the words shipped with cewen: other ones are another analysis.
pub(crate) fn shipped() -> String {
    let mut hasher = blake3::Hasher::new();
    for word in analysis::shipped_words() {
        hasher.update(word.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// The words that are in one of two lexicons only, folded.
pub(crate) fn changed(before: &[String], after: &[String]) -> BTreeSet<String> {
    let folded = |words: &[String]| -> BTreeSet<String> {
        let folded = words.iter().map(|word| word.chars().map(fold).collect());
        folded.collect()
    };
    let (before, after) = (folded(before), folded(after));
    before.symmetric_difference(&after).cloned().collect()
}

/// Articles whose words have to be cut again.
#[derive(Default)]
pub(crate) struct Touched {
    /// Their ids.
    pub(crate) ids: HashSet<u64>,
    /// The keys of their files.
    pub(crate) files: HashSet<(Option<u32>, String)>,
}

/// Finds the articles that may hold one of `words`; none if a word leaves no
/// trace by which they could be found.
pub(crate) fn touched(reader: &Reader, words: &BTreeSet<String>) -> Result<Option<Touched>> {
    let mut touched = Touched::default();
    for word in words {
        let Some(terms) = terms_of(word) else {
            return Ok(None);
        };
        for segment in &reader.segments {
            let mut documents: Option<HashSet<u32>> = None;
            for term in &terms {
                let mut holds = HashSet::new();
                segment.each(reader.fields.pairs, term, |document| {
                    if documents.as_ref().is_none_or(|all| all.contains(&document)) {
                        holds.insert(document);
                    }
                })?;
                documents = Some(holds);
            }
            for document in documents.into_iter().flatten() {
                let title = document - segment.layout(document).before;
                let id = segment.number(title)?;
                if touched.ids.insert(id) {
                    let article = segment.article(title)?;
                    touched.files.insert((article.root, article.path));
                }
            }
        }
    }
    Ok(Some(touched))
}

/// The pairs that every text with `word` in it holds.
fn terms_of(word: &str) -> Option<Vec<String>> {
    let symbols = symbols(word);
    let pairs = symbols.windows(2);
    let terms: Vec<String> = pairs
        .filter_map(|two| pair_term(&two[0], &two[1]))
        .collect();
    (!terms.is_empty()).then_some(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_one_lexicon_are_changed_whatever_their_script() {
        let words =
            |list: &[&str]| -> Vec<String> { list.iter().map(|word| (*word).to_owned()).collect() };
        let changed = changed(&words(&["算力券", "訓力券"]), &words(&["训力券", "模型券"]));
        assert_eq!(
            changed.into_iter().collect::<Vec<_>>(),
            ["模型券", "算力券"]
        );
    }

    #[test]
    fn a_word_without_pairs_leaves_no_trace() {
        assert_eq!(terms_of("算力券"), Some(vec!["算力".into(), "力券".into()]));
        assert_eq!(terms_of("券"), None);
    }
}
