//! The parts of a query, for leaving some out and replacing others.

use crate::analysis::{Class, class, fold};
use crate::query::{Expr, Field, Query};

/// The query with its outer `AND` and `+` written out: what they require
/// stands there as quotes of its own. Finds the same.
pub(super) fn flat(query: &Query) -> Query {
    let mut parts = Vec::with_capacity(query.parts.len());
    for part in &query.parts {
        match part {
            Expr::Must(_) | Expr::And(_) => required(part, &mut parts),
            other => parts.push(other.clone()),
        }
    }
    Query { parts }
}

fn required(expr: &Expr, parts: &mut Vec<Expr>) {
    match expr {
        Expr::Text(text) => parts.push(Expr::Phrase(text.clone())),
        Expr::Must(inner) => required(inner, parts),
        Expr::And(list) => list.iter().for_each(|expr| required(expr, parts)),
        other => parts.push(other.clone()),
    }
}

/// The texts that a query asks for, each once, in the order written.
pub(super) fn texts(query: &Query) -> Vec<&str> {
    let mut texts = Vec::new();
    query
        .parts
        .iter()
        .for_each(|part| texts_of(part, &mut texts));
    texts
}

fn texts_of<'a>(expr: &'a Expr, texts: &mut Vec<&'a str>) {
    let mut add = |text: &'a str| {
        if !texts.contains(&text) {
            texts.push(text);
        }
    };
    match expr {
        Expr::Text(text) | Expr::Phrase(text) => add(text),
        Expr::Near { left, right, .. } => {
            add(left);
            add(right);
        }
        Expr::Filter(filter) if matches!(filter.field, Field::Title | Field::Heading) => {
            add(&filter.value);
        }
        Expr::Filter(_) | Expr::Not(_) => {}
        Expr::Must(inner) => texts_of(inner, texts),
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|expr| texts_of(expr, texts)),
    }
}

/// The quotes directly in a flat query, with their places among its parts.
pub(super) fn quotes(query: &Query) -> impl Iterator<Item = (usize, &str)> {
    let parts = query.parts.iter().enumerate();
    parts.filter_map(|(at, part)| match part {
        Expr::Phrase(text) => Some((at, text.as_str())),
        _ => None,
    })
}

/// The text of a query that asks for one bare text, whatever its conditions.
pub(super) fn only_text(query: &Query) -> Option<&str> {
    let mut texts = query
        .parts
        .iter()
        .filter(|part| !is_filter(part) && !matches!(part, Expr::Not(_)));
    match (texts.next(), texts.next()) {
        (Some(Expr::Text(text)), None) => Some(text),
        _ => None,
    }
}

/// The query with others in place of its part `at`.
pub(super) fn replaced(query: &Query, at: usize, by: Vec<Expr>) -> Query {
    let mut query = query.clone();
    query.parts.splice(at..at + 1, by);
    query
}

/// Whether an expression only asks for fields, or leaves out.
pub(super) fn is_filter(expr: &Expr) -> bool {
    match expr {
        Expr::Filter(_) => true,
        Expr::Or(list) | Expr::And(list) => list.iter().all(is_filter),
        Expr::Must(inner) => is_filter(inner),
        Expr::Text(_) | Expr::Phrase(_) | Expr::Near { .. } | Expr::Not(_) => false,
    }
}

/// Whether a character is Han.
pub(super) fn is_han(character: char) -> bool {
    class(fold(character)) == Class::Han
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Query {
        Query::parse(text).expect("a query").query
    }

    #[test]
    fn what_is_required_stands_alone_in_a_flat_query() {
        let query = parsed("补贴 +算力券 北京 AND “上海” region:杭州 -广州");
        let text = flat(&query).to_string();
        assert_eq!(text, "补贴 \"算力券\" \"北京\" \"上海\" region:杭州 -广州");
    }

    #[test]
    fn each_text_is_named_once_and_what_is_left_out_never() {
        let query = parsed("算力券 (“补贴” OR 算力券) title:上海 甲 NEAR/3 乙 -广州");
        assert_eq!(texts(&query), ["算力券", "补贴", "上海", "甲", "乙"]);
    }
}
