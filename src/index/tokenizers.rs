//! The token streams of the three text fields, fed to the engine.

use std::str::Chars;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::schema::WORD_END;
use crate::analysis::{Symbol, can_pair, meant};

/// Registers the tokenizers that the schema names.
pub(crate) fn register(tokenizers: &TokenizerManager) {
    tokenizers.register("chars", GramTokenizer::new(Gram::Char));
    tokenizers.register("pairs", GramTokenizer::new(Gram::Pair));
    tokenizers.register("words", WordTokenizer::default());
}

/// A comma between digits, in a spelled text: the one comma that forms pairs. A
/// control character is no symbol, so no text can hold it.
const PAIRING_COMMA: char = '\u{2}';

/// Stands behind a damaged character, which is indexed as what it was too.
const DAMAGED: char = '\u{3}';

/// Writes out symbols as the text that the tokenizers of characters and pairs
/// take: both read it again, so that a text is folded once.
pub(crate) fn spell(symbols: &[Symbol]) -> String {
    let mut text = String::with_capacity(symbols.len() * 3);
    for symbol in symbols {
        text.push(match (symbol.character, symbol.pairs) {
            (',', true) => PAIRING_COMMA,
            (character, _) => character,
        });
        if symbol.is_damaged {
            text.push(DAMAGED);
        }
    }
    text
}

#[derive(Clone, Copy)]
enum Gram {
    Char,
    Pair,
}

/// Streams single characters at their positions, or pairs, of a spelled text.
#[derive(Clone)]
struct GramTokenizer {
    gram: Gram,
    token: Token,
}

impl GramTokenizer {
    fn new(gram: Gram) -> Self {
        GramTokenizer {
            gram,
            token: Token::default(),
        }
    }
}

impl Tokenizer for GramTokenizer {
    type TokenStream<'a> = GramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream<'a> {
        self.token.reset();
        GramStream {
            gram: self.gram,
            rest: text.chars(),
            next: 0,
            before: None,
            other: None,
            token: &mut self.token,
        }
    }
}

struct GramStream<'a> {
    gram: Gram,
    rest: Chars<'a>,
    next: usize,
    /// The last character, if it can form a pair, and what it was if it is damaged.
    before: Option<(char, Option<char>)>,
    /// The token with what a damaged character was, after the one with what it is.
    other: Option<String>,
    token: &'a mut Token,
}

impl TokenStream for GramStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        if let Some(other) = self.other.take() {
            self.token.text.push_str(&other);
            return true;
        }
        while let Some(spelled) = self.rest.next() {
            let (character, pairs) = match spelled {
                PAIRING_COMMA => (',', true),
                character => (character, can_pair(character)),
            };
            let mut ahead = self.rest.clone();
            let was = (ahead.next() == Some(DAMAGED)).then(|| meant(character));
            if was.is_some() {
                self.rest = ahead;
            }
            self.token.position = self.next;
            self.next += 1;
            match self.gram {
                // Line ends too: NEAR must not reach across them.
                Gram::Char => {
                    self.token.text.push(character);
                    self.other = was.map(String::from);
                    return true;
                }
                Gram::Pair => {
                    let here = pairs.then_some((character, was));
                    if let Some((before, here)) =
                        std::mem::replace(&mut self.before, here).zip(here)
                    {
                        self.token.text.extend([before.0, here.0]);
                        // No two in a row are damaged.
                        self.other = match (before.1, here.1) {
                            (Some(was), _) => Some([was, here.0].iter().collect()),
                            (None, Some(was)) => Some([before.0, was].iter().collect()),
                            (None, None) => None,
                        };
                        return true;
                    }
                }
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Streams words that were cut before and joined with [`WORD_END`].
#[derive(Clone, Default)]
struct WordTokenizer {
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream {
            rest: text,
            token: &mut self.token,
        }
    }
}

struct WordStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((word, rest)) = self.rest.split_once(WORD_END) else {
            return false;
        };
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(word);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{pair_term, symbols};
    use proptest::prelude::*;

    fn tokens(gram: Gram, text: &str) -> Vec<(String, usize)> {
        let mut tokenizer = GramTokenizer::new(gram);
        let spelled = spell(&symbols(text));
        let mut stream = tokenizer.token_stream(&spelled);
        let mut tokens = Vec::new();
        while let Some(token) = stream.next() {
            tokens.push((token.text.clone(), token.position));
        }
        tokens
    }

    proptest! {
        #[test]
        fn the_tokens_of_a_text_are_its_symbols_and_their_pairs(
            text in "([算力券基矗立市常aＡ1,，.。—《》 \n\u{200B}\u{2}\u{3}]|.){0,40}"
        ) {
            let symbols = symbols(&text);
            let texts = |tokens: Vec<(String, usize)>| -> Vec<String> {
                tokens.into_iter().map(|(text, _)| text).collect()
            };
            let readings = |symbol: &Symbol| {
                let was = symbol.is_damaged.then(|| meant(symbol.character));
                std::iter::once(symbol.character).chain(was).collect::<Vec<char>>()
            };
            let characters: Vec<(String, usize)> = symbols
                .iter()
                .enumerate()
                .flat_map(|(at, symbol)| {
                    let readings = readings(symbol).into_iter();
                    readings.map(move |character| (character.to_string(), at))
                })
                .collect();
            prop_assert_eq!(tokens(Gram::Char, &text), characters);
            let pairs: Vec<String> = symbols
                .windows(2)
                .filter(|two| pair_term(&two[0], &two[1]).is_some())
                .flat_map(|two| {
                    let seconds = readings(&two[1]);
                    let pairs = readings(&two[0]).into_iter().flat_map(move |first| {
                        seconds.clone().into_iter().map(move |second| format!("{first}{second}"))
                    });
                    pairs.collect::<Vec<_>>()
                })
                .collect();
            prop_assert_eq!(texts(tokens(Gram::Pair, &text)), pairs);
        }
    }
}
