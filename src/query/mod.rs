//! The query string and its [`Query`]: an abstract syntax of our own, no
//! engine type.
//!
//! | written | means |
//! |---|---|
//! | `算力券 补贴` | ranked: passages with more and rarer of it come first |
//! | `"算力券"` `“算力券”` `「算力券」` | this text must stand there |
//! | `+北京` `北京 AND 上海` | must stand there, in title, heading or text |
//! | `-上海` `NOT 上海` | must not stand there |
//! | `算力券 OR 训力券` `(…)` | one of them must |
//! | `算力 NEAR/5 补贴` | both, at most five characters apart, in one paragraph |
//! | `region:北京` `地区:北京` | articles about or from a region; see [`Field`] |
//! | `date:2024-05..2024-12` | articles of these days |
//!
//! Operators, brackets and colons may be full-width. Parsing never fails on
//! what a person pastes: what cannot be an operator where it stands is text,
//! with a [`Note`]. Only a known field with an impossible value is an error. A
//! query prints back to text that parses to the same query.

mod ast;
mod dates;
mod field;
mod lexer;
mod parser;
mod print;
#[cfg(test)]
mod tests;

pub use ast::{DateMatch, DateRange, Expr, Field, Filter, Note, Parsed, Query, QueryError};
