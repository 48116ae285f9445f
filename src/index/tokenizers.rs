//! The token streams of the three text fields, fed to the engine.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::schema::WORD_END;
use crate::analysis::{Symbol, push_pair, symbols_into};

/// Registers the tokenizers that the schema names.
pub(crate) fn register(tokenizers: &TokenizerManager) {
    tokenizers.register("chars", GramTokenizer::new(Gram::Char));
    tokenizers.register("pairs", GramTokenizer::new(Gram::Pair));
    tokenizers.register("words", WordTokenizer::default());
}

#[derive(Clone, Copy)]
enum Gram {
    Char,
    Pair,
}

/// Streams single characters at their positions, or pairs.
#[derive(Clone)]
struct GramTokenizer {
    gram: Gram,
    symbols: Vec<Symbol>,
    token: Token,
}

impl GramTokenizer {
    fn new(gram: Gram) -> Self {
        GramTokenizer {
            gram,
            symbols: Vec::new(),
            token: Token::default(),
        }
    }
}

impl Tokenizer for GramTokenizer {
    type TokenStream<'a> = GramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream<'a> {
        self.symbols.clear();
        symbols_into(text, &mut self.symbols);
        self.token.reset();
        GramStream {
            gram: self.gram,
            symbols: &self.symbols,
            next: 0,
            token: &mut self.token,
        }
    }
}

struct GramStream<'a> {
    gram: Gram,
    symbols: &'a [Symbol],
    next: usize,
    token: &'a mut Token,
}

impl TokenStream for GramStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        while let Some(symbol) = self.symbols.get(self.next) {
            let position = self.next;
            self.next += 1;
            let is_token = match self.gram {
                // Line ends too: NEAR must not reach across them.
                Gram::Char => {
                    self.token.text.push(symbol.character);
                    true
                }
                Gram::Pair => self
                    .symbols
                    .get(self.next)
                    .is_some_and(|second| push_pair(symbol, second, &mut self.token.text)),
            };
            if is_token {
                self.token.position = position;
                return true;
            }
            self.token.text.clear();
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
