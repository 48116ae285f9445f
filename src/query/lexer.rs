//! A query string to tokens with their columns.
//!
//! What cannot be an operator where it stands is text. Linear in the length of
//! the query.

use super::ast::{Field, Note};
use super::field::suggest;

/// Groups nest no deeper than this; further parentheses are text.
const MAX_DEPTH: usize = 50;

/// The distance of a `NEAR` without one, in characters.
const NEAR: u32 = 10;

/// Opening quotation marks, with what closes each.
pub(super) const QUOTES: [(char, char); 5] = [
    ('"', '"'),
    ('“', '”'),
    ('「', '」'),
    ('＂', '＂'),
    ('『', '』'),
];

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Plus,
    Minus,
    Not,
    And,
    Or,
    Near(u32),
    Phrase(String),
    Text(String),
    Field(Field, String),
}

/// A token and the column of its first character, from 1.
pub(super) type At = (Token, usize);

pub(super) struct Lexer {
    characters: Vec<char>,
    next: usize,
    /// For each opening parenthesis, its closing one.
    closing: Vec<Option<usize>>,
    /// Where open groups end, innermost last.
    groups: Vec<usize>,
    tokens: Vec<At>,
    notes: Vec<Note>,
}

/// Cuts a query into tokens.
pub(super) fn tokens(query: &str) -> (Vec<At>, Vec<Note>) {
    let characters: Vec<char> = query.chars().collect();
    let closing = closing(&characters);
    let mut lexer = Lexer {
        characters,
        next: 0,
        closing,
        groups: Vec::new(),
        tokens: Vec::new(),
        notes: Vec::new(),
    };
    while lexer.next < lexer.characters.len() {
        lexer.token();
    }
    (lexer.tokens, lexer.notes)
}

/// Matches parentheses, full-width with half-width as people mix them; those
/// within quotes are text.
fn closing(characters: &[char]) -> Vec<Option<usize>> {
    let mut closing = vec![None; characters.len()];
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let is_start = at.checked_sub(1).is_none_or(|before| {
            let before = characters[before];
            is_space(before)
                || is_dash(before)
                || matches!(before, '(' | '（' | '+' | '＋' | ':' | '：')
        });
        match (closer(character).filter(|_| is_start), character) {
            (Some(closer), _) => at = find(characters, at + 1, closer).unwrap_or(at),
            (None, '(' | '（') => open.push(at),
            (None, ')' | '）') => {
                if let Some(opening) = open.pop() {
                    closing[opening] = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    closing
}

/// What closes a quotation mark, if it is an opening one.
fn closer(character: char) -> Option<char> {
    QUOTES
        .iter()
        .find(|(opener, _)| *opener == character)
        .map(|(_, closer)| *closer)
}

/// The quotes that are looked through for their end: bounds a paste of opening marks.
const MAX_QUOTE: usize = 20_000;

/// Where `wanted` stands from `from` on.
fn find(characters: &[char], from: usize, wanted: char) -> Option<usize> {
    let until = characters.len().min(from + MAX_QUOTE);
    let within = characters.get(from..until)?;
    within.iter().position(|&c| c == wanted).map(|at| from + at)
}

fn is_space(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '－' | '−')
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.next + ahead).copied()
    }

    fn note(&mut self, column: usize, message: impl Into<String>, suggestion: Option<String>) {
        self.notes.push(Note {
            column,
            message: message.into(),
            suggestion,
        });
    }

    fn push(&mut self, token: Token, column: usize) {
        self.tokens.push((token, column));
    }

    /// Whether the part ends before the character so far ahead.
    fn ends(&self, at: usize) -> bool {
        self.characters.get(at).is_none_or(|&c| is_space(c)) || self.groups.last() == Some(&at)
    }

    /// Reads one token at the start of a part.
    fn token(&mut self) {
        let column = self.next + 1;
        let first = self.characters[self.next];
        if is_space(first) {
            self.next += 1;
        } else if self.groups.last() == Some(&self.next) {
            self.groups.pop();
            self.next += 1;
            self.push(Token::Close, column);
        } else if matches!(first, '(' | '（') && self.opens_group() {
            self.groups.extend(self.closing[self.next]);
            self.next += 1;
            self.push(Token::Open, column);
        } else if matches!(first, '+' | '＋') || is_dash(first) {
            self.sign(first, column);
        } else if let Some(closer) = closer(first) {
            self.quote(closer, column);
        } else {
            self.text(column);
        }
    }

    /// Whether a parenthesis here opens a group: it closes at the end of a part.
    fn opens_group(&self) -> bool {
        let Some(close) = self.closing[self.next] else {
            return false;
        };
        let within = self.groups.last().is_none_or(|&outer| close < outer);
        within && self.groups.len() < MAX_DEPTH && self.ends(close + 1)
    }

    fn sign(&mut self, sign: char, column: usize) {
        if self.ends(self.next + 1) {
            self.note(column, format!("a lone {sign} was left out"), None);
            self.next += 1;
        } else if is_dash(sign) && self.peek(1).is_some_and(is_dash) {
            self.text(column);
        } else {
            self.next += 1;
            self.push(
                if is_dash(sign) {
                    Token::Minus
                } else {
                    Token::Plus
                },
                column,
            );
        }
    }

    /// Reads what stands between here and `closer`, if it closes.
    fn quoted(&mut self, closer: char) -> Option<String> {
        let from = self.next + 1;
        let length = find(&self.characters, from, closer)? - from;
        self.next = from + length + 1;
        // A group that the quote swallowed the end of stays open to its end.
        while self.groups.last().is_some_and(|&close| close < self.next) {
            self.groups.pop();
            self.push(Token::Close, from);
        }
        let quoted: String = self.characters[from..from + length]
            .iter()
            .map(|&c| if is_space(c) { ' ' } else { c })
            .collect();
        Some(quoted.trim().to_owned())
    }

    fn quote(&mut self, closer: char, column: usize) {
        match self.quoted(closer) {
            Some(quoted) if quoted.is_empty() => {
                self.note(column, "an empty quote was left out", None);
            }
            Some(quoted) => self.push(Token::Phrase(quoted), column),
            None => {
                let message = format!("the quote is not closed with {closer}: read as plain text");
                self.note(column, message, None);
                self.next += 1;
            }
        }
    }

    /// Reads to the end of the part: a field, a word operator or text.
    fn text(&mut self, column: usize) {
        let start = self.next;
        let mut colon = None;
        while !self.ends(self.next) {
            if matches!(self.characters[self.next], ':' | '：') && colon.is_none() {
                colon = Some(self.next);
                let name: String = self.characters[start..self.next].iter().collect();
                if let Some(field) = Field::parse(&name) {
                    self.next += 1;
                    return self.field(field, column);
                }
            }
            self.next += 1;
        }
        let text: String = self.characters[start..self.next]
            .iter()
            .filter(|c| !c.is_control())
            .collect();
        if let Some(colon) = colon {
            let name: String = self.characters[start..colon].iter().collect();
            if let Some(known) = suggest(&name) {
                let rest: String = self.characters[colon + 1..self.next].iter().collect();
                let message = format!("{name} is not a field: read as plain text");
                self.note(column, message, Some(format!("{known}:{rest}")));
            }
        }
        let token = match text.as_str() {
            "AND" => Token::And,
            "OR" | "|" | "｜" => Token::Or,
            "NOT" => Token::Not,
            "NEAR" => Token::Near(NEAR),
            "" => return,
            _ => match text.strip_prefix("NEAR/").and_then(|n| n.parse().ok()) {
                Some(distance) => Token::Near(distance),
                None => Token::Text(text),
            },
        };
        self.push(token, column);
    }

    fn field(&mut self, field: Field, column: usize) {
        let value = match self
            .peek(0)
            .and_then(closer)
            .and_then(|closer| self.quoted(closer))
        {
            Some(value) => value,
            None => {
                let start = self.next;
                while !self.ends(self.next) {
                    self.next += 1;
                }
                self.characters[start..self.next]
                    .iter()
                    .filter(|c| !c.is_control())
                    .collect()
            }
        };
        if value.is_empty() {
            self.note(
                column,
                format!("{} has no value: left out", field.name()),
                None,
            );
        } else {
            self.push(Token::Field(field, value), column);
        }
    }
}
