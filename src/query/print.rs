//! A query and its problems as text. A printed query parses to itself.

use std::fmt::{Display, Formatter, Result, Write};

use super::ast::{Expr, Filter, Note, Query, QueryError};
use super::lexer::QUOTES;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (number, part) in self.parts.iter().enumerate() {
            if number > 0 {
                f.write_char(' ')?;
            }
            write(f, part, Binding::Juxtaposed)?;
        }
        Ok(())
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write(f, self, Binding::Juxtaposed)
    }
}

/// How tightly what stands around an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Juxtaposed,
    Or,
    And,
    Sign,
}

fn write(f: &mut Formatter<'_>, expr: &Expr, around: Binding) -> Result {
    match expr {
        Expr::Text(text) => f.write_str(text),
        Expr::Phrase(text) => quoted(f, text),
        Expr::Filter(filter) => write_filter(f, filter),
        Expr::Near {
            left,
            right,
            distance,
        } => {
            let (open, close) = if around == Binding::Sign {
                ("(", ")")
            } else {
                ("", "")
            };
            f.write_str(open)?;
            quoted(f, left)?;
            write!(f, " NEAR/{distance} ")?;
            quoted(f, right)?;
            f.write_str(close)
        }
        Expr::Must(inner) => {
            f.write_char('+')?;
            write(f, inner, Binding::Sign)
        }
        Expr::Not(inner) => {
            // Two dashes in a row are text.
            let would_be_text = match &**inner {
                Expr::Not(_) => true,
                Expr::Text(text) => text.starts_with(['-', '－', '−']),
                _ => false,
            };
            f.write_str(if would_be_text { "NOT " } else { "-" })?;
            write(f, inner, Binding::Sign)
        }
        Expr::And(list) => joined(f, list, " AND ", Binding::And, around),
        Expr::Or(list) => joined(f, list, " OR ", Binding::Or, around),
    }
}

fn joined(f: &mut Formatter<'_>, list: &[Expr], by: &str, own: Binding, around: Binding) -> Result {
    let is_group = around >= own;
    if is_group {
        f.write_char('(')?;
    }
    for (number, expr) in list.iter().enumerate() {
        if number > 0 {
            f.write_str(by)?;
        }
        write(f, expr, own)?;
    }
    if is_group {
        f.write_char(')')?;
    }
    Ok(())
}

fn write_filter(f: &mut Formatter<'_>, filter: &Filter) -> Result {
    write!(f, "{}:", filter.field.name())?;
    let is_special = |c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）') || QUOTES.iter().any(|q| q.0 == c)
    };
    if filter.value.contains(is_special) {
        quoted(f, &filter.value)
    } else {
        f.write_str(&filter.value)
    }
}

/// Writes a text in quotation marks that do not occur in it.
fn quoted(f: &mut Formatter<'_>, text: &str) -> Result {
    let free = QUOTES.iter().find(|(_, closer)| !text.contains(*closer));
    match free {
        Some((opener, closer)) => write!(f, "{opener}{text}{closer}"),
        // All closing marks at once: they are transparent to matching anyway.
        None => write!(f, "\"{}\"", text.replace('"', "")),
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "column {}: {}", self.column, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " ({suggestion}?)"),
            None => Ok(()),
        }
    }
}

impl Display for QueryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (number, problem) in self.problems.iter().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            write!(f, "column {}: {}", problem.column, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

impl From<QueryError> for crate::Error {
    fn from(error: QueryError) -> Self {
        let hint = error
            .problems
            .first()
            .and_then(|problem| problem.suggestion.clone());
        let wrapped = crate::Error::new(crate::ErrorKind::BadQuery, error.to_string());
        match hint {
            Some(hint) => wrapped.with_hint(hint),
            None => wrapped,
        }
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> std::result::Result<Self, QueryError> {
        Query::parse(text).map(|parsed| parsed.query)
    }
}
