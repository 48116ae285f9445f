//! Tokens to a query.
//!
//! Precedence, tightest first: `+ - NOT`, `NEAR`, `AND`, `OR`, juxtaposition.

use super::ast::{Expr, Field, Filter, Note, Parsed, Query, QueryError};
use super::dates;
use super::lexer::{At, Token, tokens};

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    ///
    /// Only for known fields with impossible values, all of them at once.
    ///
    /// ```
    /// use cewen::query::{Expr, Query};
    ///
    /// let parsed = Query::parse("“算力券” 补贴 地区:北京 -上海").expect("a query");
    /// assert_eq!(parsed.query.parts[0], Expr::Phrase("算力券".to_owned()));
    /// assert_eq!(parsed.query.parts[1], Expr::Text("补贴".to_owned()));
    /// assert_eq!(parsed.query.to_string(), "\"算力券\" 补贴 region:北京 -上海");
    ///
    /// let error = Query::parse("date:2024-13").expect_err("no such month");
    /// assert_eq!(error.problems[0].column, 1);
    /// ```
    pub fn parse(text: &str) -> Result<Parsed, QueryError> {
        let (tokens, notes) = tokens(text);
        let mut parser = Parser {
            tokens,
            next: 0,
            notes,
            problems: Vec::new(),
        };
        let mut parts = Vec::new();
        while parser.next < parser.tokens.len() {
            parts.extend(parser.list());
            // A parenthesis that closes nothing was read as text before.
            parser.next += 1;
        }
        let Parser {
            mut notes,
            problems,
            ..
        } = parser;
        notes.sort_by_key(|note| note.column);
        if problems.is_empty() {
            Ok(Parsed {
                query: Query { parts },
                notes,
            })
        } else {
            Err(QueryError {
                query: text.to_owned(),
                problems,
            })
        }
    }

    /// The query for exactly this text, as if it were quoted.
    pub fn exact(text: &str) -> Query {
        Query {
            parts: vec![Expr::Phrase(text.to_owned())],
        }
    }

    /// The query for the words of a text, none of which is an operator.
    pub fn words(text: &str) -> Query {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let words = words.filter(|word| !word.is_empty());
        Query {
            parts: words.map(|word| Expr::Text(word.to_owned())).collect(),
        }
    }

    /// Adds a part.
    #[must_use]
    pub fn and(mut self, part: Expr) -> Query {
        self.parts.push(part);
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The fields that directly restrict it.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.parts.iter().filter_map(|part| match part {
            Expr::Filter(filter) => Some(filter),
            _ => None,
        })
    }
}

impl Filter {
    /// A field with its value.
    ///
    /// # Errors
    ///
    /// If the value is empty, or impossible for the field; the message says
    /// what can be written.
    pub fn new(field: Field, value: &str) -> Result<Filter, crate::Error> {
        let bad = |message: String| crate::Error::new(crate::ErrorKind::BadQuery, message);
        if value.trim().is_empty() {
            return Err(bad(format!("{} has no value", field.name())));
        }
        let dates = match field {
            Field::Date => Some(
                dates::parse(value)
                    .map_err(|wrong| bad(wrong).with_hint(format!("write {}", dates::FORMS)))?,
            ),
            _ => None,
        };
        Ok(Filter {
            field,
            value: value.to_owned(),
            dates,
        })
    }
}

/// How many signs stand before an expression.
fn signs_of(expr: &Expr) -> usize {
    match expr {
        Expr::Must(inner) | Expr::Not(inner) => 1 + signs_of(inner),
        _ => 0,
    }
}

struct Parser {
    tokens: Vec<At>,
    next: usize,
    notes: Vec<Note>,
    problems: Vec<Note>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn column(&self) -> usize {
        self.tokens.get(self.next).map_or(1, |(_, column)| *column)
    }

    fn dropped(&mut self, operator: &str) {
        let column = self.column();
        let message = format!("{operator} has nothing to join: left out");
        self.notes.push(Note {
            column,
            message,
            suggestion: None,
        });
        self.next += 1;
    }

    /// Juxtaposed expressions up to a closing parenthesis or the end.
    fn list(&mut self) -> Vec<Expr> {
        let mut list = Vec::new();
        while self.peek().is_some_and(|token| *token != Token::Close) {
            list.extend(self.or());
        }
        list
    }

    fn or(&mut self) -> Option<Expr> {
        self.joined("OR", &Token::Or, Expr::Or, Self::and)
    }

    fn and(&mut self) -> Option<Expr> {
        self.joined("AND", &Token::And, Expr::And, Self::near)
    }

    /// Operands joined by one operator.
    fn joined(
        &mut self,
        name: &str,
        operator: &Token,
        join: fn(Vec<Expr>) -> Expr,
        operand: fn(&mut Self) -> Option<Expr>,
    ) -> Option<Expr> {
        let mut operands: Vec<Expr> = operand(self).into_iter().collect();
        while self.peek() == Some(operator) {
            let follows = self.tokens.get(self.next + 1).is_some_and(|(token, _)| {
                !matches!(
                    token,
                    Token::Close | Token::And | Token::Or | Token::Near(_)
                )
            });
            if operands.is_empty() || !follows {
                self.dropped(name);
                if operands.is_empty() {
                    operands.extend(operand(self));
                }
                continue;
            }
            self.next += 1;
            operands.extend(operand(self));
        }
        match operands.len() {
            0 | 1 => operands.pop(),
            _ => Some(join(operands)),
        }
    }

    fn near(&mut self) -> Option<Expr> {
        let mut left = self.unary()?;
        while let Some(&Token::Near(distance)) = self.peek() {
            let right = self
                .tokens
                .get(self.next + 1)
                .map(|(token, _)| token.clone());
            match (&left, right) {
                (
                    Expr::Text(one) | Expr::Phrase(one),
                    Some(Token::Text(other) | Token::Phrase(other)),
                ) => {
                    left = Expr::Near {
                        left: one.clone(),
                        right: other,
                        distance,
                    };
                    self.next += 2;
                }
                _ => self.dropped("NEAR"),
            }
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        // Signs are counted, not recursed into: a thousand of them are no danger.
        let mut signs = Vec::new();
        while let Some(sign @ (Token::Plus | Token::Minus | Token::Not)) = self.peek().cloned() {
            signs.push(sign);
            self.next += 1;
        }
        let Some(mut expr) = self.primary() else {
            if !signs.is_empty() {
                let column = self.column();
                let message = "an operator at the end has nothing to join: left out".to_owned();
                self.notes.push(Note {
                    column,
                    message,
                    suggestion: None,
                });
            }
            return None;
        };
        // The innermost two decide as much as all of them, within a group or not.
        for sign in signs.iter().rev().take(2 - signs_of(&expr).min(2)) {
            expr = match sign {
                Token::Plus => Expr::Must(Box::new(expr)),
                _ => Expr::Not(Box::new(expr)),
            };
        }
        Some(expr)
    }

    fn primary(&mut self) -> Option<Expr> {
        let (token, column) = self.tokens.get(self.next)?.clone();
        match token {
            Token::Text(text) => {
                self.next += 1;
                Some(Expr::Text(text))
            }
            Token::Phrase(text) => {
                self.next += 1;
                Some(Expr::Phrase(text))
            }
            Token::Field(field, value) => {
                self.next += 1;
                match Filter::new(field, &value) {
                    Ok(filter) => Some(Expr::Filter(filter)),
                    Err(error) => {
                        // What to write, without the verb: a note is shown with its own.
                        let suggestion = error
                            .hint()
                            .map(|hint| hint.trim_start_matches("write ").to_owned());
                        self.problems.push(Note {
                            column,
                            message: error.to_string(),
                            suggestion,
                        });
                        None
                    }
                }
            }
            Token::Open => {
                self.next += 1;
                let mut list = self.list();
                if self.peek() == Some(&Token::Close) {
                    self.next += 1;
                }
                match list.len() {
                    0 => {
                        let message = "an empty group was left out".to_owned();
                        self.notes.push(Note {
                            column,
                            message,
                            suggestion: None,
                        });
                        None
                    }
                    1 => list.pop(),
                    _ => Some(Expr::And(list)),
                }
            }
            Token::Near(_) => {
                self.dropped("NEAR");
                self.unary()
            }
            Token::Close | Token::And | Token::Or | Token::Plus | Token::Minus | Token::Not => None,
        }
    }
}
