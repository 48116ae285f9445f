//! Words: what jieba cuts Han text into, and the runs of Latin letters and digits.
//!
//! Words add ranking, never recall: literal search stands on characters. The
//! only file that names jieba. Its dictionary takes about 0.1 s and 33 MB to
//! parse, so a [`WordCutter`] is made for indexing only, never for a search.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy_jieba::jieba_rs::Jieba;

use super::class::{Class, class};
use super::fold::{fold, fold_into};
use super::numbers::numbers;

/// The longest word that is indexed, in characters; a query is cut with the
/// indexed words up to this length.
pub(crate) const MAX_WORD_CHARS: usize = 8;

/// The longest run of Latin letters and digits that is indexed whole, in bytes.
const MAX_RUN_BYTES: usize = 64;

/// Words that jieba's hidden Markov model guesses rank worse: FINDINGS 4a.
const HMM: bool = false;

/// The lexicon shipped with cewen: AI-policy terms that jieba's dictionary lacks.
const SHIPPED_LEXICON: &str = include_str!("lexicon.tsv");

/// Cuts text into the words that are indexed, several threads at once if need be.
///
/// ```
/// let cutter = cewen::analysis::WordCutter::new(&["未来谷".to_owned()]);
/// let mut words = Vec::new();
/// cutter.cut("入駐未來谷", |word| words.push(word.to_owned()));
/// assert_eq!(words, ["入驻", "未来谷"]);
/// ```
pub struct WordCutter {
    /// Itself and not tantivy-jieba's tokenizer, which one thread has to itself:
    /// it gives the same words.
    jieba: Arc<Jieba>,
}

/// The dictionary that was made last, and the own words in it.
///
/// It stays while the process runs: who watches a folder, or adds articles as
/// they come, would parse it again for each of them. Only one does, so that
/// memory does not grow with the lexicons of several indexes.
static LAST: Mutex<Option<(Vec<String>, Arc<Jieba>)>> = Mutex::new(None);

impl std::fmt::Debug for WordCutter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WordCutter").finish_non_exhaustive()
    }
}

impl WordCutter {
    /// Takes the dictionary with the shipped lexicon and `own` words. It is
    /// parsed, which takes about 0.1 s, unless these were the last words that
    /// this process asked for; it stays in memory, 33 MB.
    pub fn new(own: &[String]) -> Self {
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((words, jieba)) = &*last
            && words == own
        {
            let jieba = Arc::clone(jieba);
            return WordCutter { jieba };
        }
        // Not two at a time.
        *last = None;
        let mut jieba = Jieba::new();
        for word in words_of(SHIPPED_LEXICON).chain(own.iter().map(String::as_str)) {
            let folded: String = word.chars().map(fold).collect();
            jieba.add_word(&folded, None, None);
        }
        let jieba = Arc::new(jieba);
        *last = Some((own.to_vec(), Arc::clone(&jieba)));
        WordCutter { jieba }
    }

    /// Calls `emit` with every word of `text`, folded: jieba's words that hold
    /// a Han character, then the runs of Latin letters and digits, whole and in
    /// parts, then the values of numbers.
    pub fn cut(&self, text: &str, mut emit: impl FnMut(&str)) {
        let mut folded = String::new();
        fold_into(text, &mut folded);
        for token in self.jieba.cut(&folded, HMM) {
            let word = token.word;
            let mut chars = word.chars();
            // The first or the last character is Han in every word with Han
            // that jieba knows (T恤, 卡拉OK).
            let is_word = chars.next().is_some_and(is_han) || chars.next_back().is_some_and(is_han);
            if is_word && word.len() <= 4 * MAX_WORD_CHARS {
                emit(word);
            }
        }
        latin_words(&folded, |run| emit(run.text));
        numbers(&folded, emit);
    }
}

/// The words of the shipped lexicon.
pub(crate) fn shipped_words() -> impl Iterator<Item = &'static str> {
    words_of(SHIPPED_LEXICON)
}

/// The words of a lexicon file: the first column of each line that is not
/// empty and does not start with `#`.
pub(crate) fn words_of(lexicon: &str) -> impl Iterator<Item = &str> {
    lexicon
        .lines()
        .map(|line| line.split('\t').next().unwrap_or_default().trim())
        .filter(|word| !word.is_empty() && !word.starts_with('#'))
}

fn is_han(character: char) -> bool {
    class(character) == Class::Han
}

/// A run of Latin letters and digits, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LatinWord<'a> {
    /// The word as indexed: folded, hyphens left out.
    pub(crate) text: &'a str,
    /// Whether it is a part of a longer run.
    pub(crate) is_part: bool,
    /// Its first byte in the folded text.
    pub(crate) start: usize,
    /// One past its last byte there.
    pub(crate) end: usize,
}

/// Calls `emit` with the runs of Latin letters and digits of a folded text,
/// each whole, with its hyphens left out, and in its parts: `gpt-4o` gives
/// `gpt4o`, `gpt`, `4o`; `c++` gives `c++`, `c`; `3.85` only itself.
pub(crate) fn latin_words(folded: &str, mut emit: impl FnMut(LatinWord<'_>)) {
    let is_alphanumeric = |character| matches!(class(character), Class::Latin | Class::Digit);
    let bytes = folded.as_bytes();
    let mut whole = String::new();
    let mut at = 0;
    // A run begins with ASCII or with a letter up to U+024F or from U+1E00 on.
    let may_begin = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, 0xC3..=0xC9 | 0xE1);
    while let Some(ahead) = bytes[at..].iter().position(may_begin) {
        let start = at + ahead;
        let mut rest = folded[start..]
            .char_indices()
            .map(|(at, character)| (start + at, character))
            .peekable();
        let Some((_, first)) = rest.next() else {
            break;
        };
        at = start + first.len_utf8();
        if !is_alphanumeric(first) {
            continue;
        }
        whole.clear();
        whole.push(first);
        // Where the parts of this run begin and end.
        let mut parts = vec![(start, start + first.len_utf8())];
        let mut before = first;
        let mut end = start + first.len_utf8();
        while let Some(&(at, character)) = rest.peek() {
            let after = folded[at + character.len_utf8()..].chars().next();
            if is_alphanumeric(character) {
                whole.push(character);
                let end = at + character.len_utf8();
                match parts.last_mut() {
                    Some(part) if part.1 == at || is_decimal_point(bytes, part.1, at) => {
                        part.1 = end
                    }
                    _ => parts.push((at, end)),
                }
            } else if class(character) == Class::Invisible {
                // Skipped as everywhere; the parts are cut here, which costs nothing.
            } else if is_connector(character) && after.is_some_and(is_alphanumeric) {
                let decimal = before.is_ascii_digit() && after.is_some_and(|c| c.is_ascii_digit());
                if character == ',' && !decimal {
                    break;
                }
                if class(character) != Class::Transparent {
                    whole.push(character);
                }
            } else if matches!(character, '+' | '#' | '%') {
                whole.push(character);
            } else {
                break;
            }
            before = character;
            end = at + character.len_utf8();
            rest.next();
        }
        at = rest.peek().map_or(folded.len(), |&(at, _)| at);
        if whole.len() <= MAX_RUN_BYTES {
            emit(LatinWord {
                text: &whole,
                is_part: false,
                start,
                end,
            });
        }
        for (start, end) in parts {
            let part = &folded[start..end];
            if part != whole && part.len() <= MAX_RUN_BYTES {
                emit(LatinWord {
                    text: part,
                    is_part: true,
                    start,
                    end,
                });
            }
        }
    }
}

fn is_connector(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '.' | ',' | '_' | '\'' | '+' | '#'
    )
}

/// Whether only a point or comma between digits lies between two stretches.
fn is_decimal_point(bytes: &[u8], end: usize, start: usize) -> bool {
    start == end + 1
        && matches!(bytes[end], b'.' | b',')
        && bytes[end - 1].is_ascii_digit()
        && bytes[start].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(text: &str) -> Vec<String> {
        let folded: String = text.chars().map(fold).collect();
        let mut words = Vec::new();
        latin_words(&folded, |word| words.push(word.text.to_owned()));
        words
    }

    #[test]
    fn a_run_is_given_whole_and_in_parts() {
        assert_eq!(latin("用GPT-4o写"), ["gpt4o", "gpt", "4o"]);
        assert_eq!(latin("ＧＰＴ４"), ["gpt4"]);
        assert_eq!(latin("C++与C#"), ["c++", "c", "c#", "c"]);
        assert_eq!(latin("3.85亿，3,000P，5%"), ["3.85", "3,000p", "5%", "5"]);
        assert_eq!(latin("2023-2025年"), ["20232025", "2023", "2025"]);
        assert_eq!(latin("Mind GPT, H20."), ["mind", "gpt", "h20"]);
    }

    #[test]
    fn cutting_keeps_lexicon_words_whole_and_drops_punctuation() {
        let cutter = WordCutter::new(&["未来谷".to_owned()]);
        let mut words = Vec::new();
        cutter.cut("發放算力券，入駐未來谷。", |word| {
            words.push(word.to_owned())
        });
        assert_eq!(words, ["发放", "算力券", "入驻", "未来谷"]);
    }

    #[test]
    fn own_words_are_those_of_their_cutter_only() {
        let own = ["未来谷".to_owned()];
        let cut = |cutter: &WordCutter| {
            let mut words = Vec::new();
            cutter.cut("未来谷", |word| words.push(word.to_owned()));
            words
        };
        let before = WordCutter::new(&own);
        for (own, whole) in [(&own[..], true), (&[], false), (&own, true)] {
            assert_eq!(cut(&WordCutter::new(own)) == ["未来谷"], whole);
        }
        assert_eq!(cut(&before), ["未来谷"]);
    }

    #[test]
    fn han_words_are_the_tokens_of_tantivy_jieba() {
        use tantivy::tokenizer::{TokenStream, Tokenizer};

        let cutter = WordCutter::new(&[]);
        let mut theirs = tantivy_jieba::JiebaTokenizer::with_jieba((*cutter.jieba).clone());
        theirs.set_search_mode(false);
        theirs.set_hmm(false);
        for text in [
            "",
            "算力券",
            "粤港澳大湾区的企业可以申领算力券，用卡拉OK和T恤。",
            "《关于深入实施“人工智能+”行动的意见》（国发〔2025〕11号）\n𠮷野家 café",
        ] {
            let mut tokens = Vec::new();
            theirs
                .token_stream(text)
                .process(&mut |token| tokens.push(token.text.clone()));
            let ours = cutter.jieba.cut(text, HMM).into_iter();
            assert_eq!(ours.map(|token| token.word).collect::<Vec<_>>(), tokens);
        }
    }

    proptest::proptest! {
        #[test]
        fn latin_words_never_panics_and_gives_folded_letters_and_digits(text in ".*") {
            for word in latin(&text) {
                proptest::prop_assert!(word.chars().any(|c| matches!(class(c), Class::Latin | Class::Digit)));
            }
        }
    }
}
