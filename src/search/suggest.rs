//! What may have been meant: near texts that the index holds.
//!
//! Each suggestion is counted in the index before it is made, and its query
//! finds something.

use std::cmp::Reverse;

use super::answer::Suggestion;
use super::nearest::{Nearest, Reach, nearest};
use super::parts;
use super::zero::{Count, Looser, THIN};
use crate::error::Result;
use crate::query::{Expr, Query};

/// More would not be read.
const MAX_SUGGESTIONS: usize = 3;

/// Their passages are counted so far: many are looked up.
const MOST: usize = 1000;

/// How many proposals are looked up: bounds the time.
const MAX_LOOKED_UP: usize = 64;

/// How many texts of a query are looked at: bounds the time.
const MAX_TEXTS: usize = 3;

/// Suggests texts for those parts of a flat query that stand nearly nowhere.
///
/// `at_least` passages must hold a suggestion, literally.
pub(super) fn suggestions(
    looser: &Looser<'_>,
    query: &Query,
    furthest: Reach,
    at_least: usize,
) -> Result<Vec<Suggestion>> {
    let mut suggestions = Vec::new();
    let mut looked_at = 0;
    for (at, part) in query.parts.iter().enumerate() {
        let (Expr::Text(text) | Expr::Phrase(text)) = part else {
            continue;
        };
        let own = looser.literal(text, THIN)?.of;
        if own >= THIN || looked_at == MAX_TEXTS {
            continue;
        }
        looked_at += 1;
        let at_least = at_least.max(own + 1);
        // What sounds alike is likelier than what looks alike, and cheaper to find.
        let reaches = [Reach::Sound, Reach::Spelling, Reach::Anything];
        let mut found = Vec::new();
        for reach in reaches.into_iter().filter(|&reach| reach <= furthest) {
            if found.is_empty() {
                let near = counted(looser, text, reach, at_least)?;
                found = made(looser, query, at, near)?;
            }
        }
        suggestions.extend(found);
    }
    suggestions.sort_by_key(|suggestion| (suggestion.kind, Reverse(suggestion.count)));
    suggestions.truncate(MAX_SUGGESTIONS);
    Ok(suggestions)
}

/// Near texts that stand literally in `at_least` passages, the most frequent first.
fn counted(
    looser: &Looser<'_>,
    text: &str,
    reach: Reach,
    at_least: usize,
) -> Result<Vec<(Nearest, Count)>> {
    let mut counted = Vec::new();
    let proposed = nearest(looser.reader, text, reach)?;
    for near in proposed.into_iter().take(MAX_LOOKED_UP) {
        let count = looser.literal(&near.text, MOST)?;
        if count.of >= at_least {
            counted.push((near, count));
        }
    }
    counted.sort_by_key(|(near, count)| (near.kind, Reverse(count.of)));
    Ok(counted)
}

/// The suggestions among some texts counted for the part `at` of a query.
fn made(
    looser: &Looser<'_>,
    query: &Query,
    at: usize,
    counted: Vec<(Nearest, Count)>,
) -> Result<Vec<Suggestion>> {
    let mut made = Vec::new();
    for (Nearest { kind, text, .. }, alone) in counted {
        if made.len() == MAX_SUGGESTIONS {
            break;
        }
        let with = match query.parts.get(at) {
            Some(Expr::Text(_)) => Expr::Text(text.clone()),
            _ => Expr::Phrase(text.clone()),
        };
        let written = parts::replaced(query, at, vec![with]).to_string();
        if let Some(count) = found(looser, query, &text, alone, &written)? {
            made.push(Suggestion {
                kind,
                text,
                count: count.of,
                at_least: count.at_least,
                query: written,
            });
        }
    }
    Ok(made)
}

/// How many passages hold a suggested text under the conditions of a query
/// without other texts; `None` if the new query finds nothing.
fn found(
    looser: &Looser<'_>,
    query: &Query,
    text: &str,
    alone: Count,
    written: &str,
) -> Result<Option<Count>> {
    let is_condition = |part: &&Expr| parts::is_filter(part) || matches!(part, Expr::Not(_));
    let conditions: Vec<Expr> = query.parts.iter().filter(is_condition).cloned().collect();
    let mut count = alone;
    if !conditions.is_empty() {
        let under = Query { parts: conditions }.and(Expr::Phrase(text.to_owned()));
        count = looser.count(&under, looser.all_text, MOST)?;
    }
    let Ok(parsed) = Query::parse(written) else {
        return Ok(None);
    };
    let mut finds = count.of > 0;
    if finds && query.parts.len() > 1 {
        finds = looser.count(&parsed.query, looser.all_text, 1)?.of > 0;
    }
    Ok(finds.then_some(count))
}
