//! Conditions evaluated on a segment: sorted lists of passages.
//!
//! Raw documents of a pattern are titles, headings and passages. *Own*
//! documents are the passages they show as; *reached* ones all passages that
//! stand under them, because a condition is decided on a passage with its
//! title and heading.

use tantivy::DocId;

use super::days::Days;
use super::literal;
use super::plan::{Condition, Needed, Scope};
use crate::analysis::{END, Pattern, fold};
use crate::article::{KeyMatch, resolve_region};
use crate::error::{Error, Result};
use crate::index::{
    ABOUT, FROM_THERE, Kind, NUMBER_AFTER, PostingList, Reader, Segment, document_number, folded,
};
use crate::query::{DateRange, Field, Filter};

/// Passages: those listed, or all but those listed. Sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Passages {
    Only(Vec<DocId>),
    AllBut(Vec<DocId>),
}

/// Evaluates conditions on one segment.
pub(crate) struct Evaluator<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) segment: &'a Segment,
    /// Whether text around articles counts.
    pub(crate) all_text: bool,
}

impl Evaluator<'_> {
    /// The passages that fulfil a condition.
    pub(crate) fn passages(&self, condition: &Condition) -> Result<Passages> {
        Ok(match condition {
            Condition::Literal(pattern, scope) => {
                Passages::Only(self.reached(&self.raw(pattern, *scope, None)?))
            }
            Condition::Near(left, right, distance) => {
                Passages::Only(self.reached(&self.near(left, right, *distance)?))
            }
            Condition::Filter(filter) => Passages::Only(self.reached(&self.titles(filter)?)),
            Condition::Not(inner) => match self.passages(inner)? {
                Passages::Only(list) => Passages::AllBut(list),
                Passages::AllBut(list) => Passages::Only(list),
            },
            Condition::And(list) => self.and(list)?,
            Condition::Or(list) => {
                let mut union = Passages::Only(Vec::new());
                for condition in list {
                    union = or(union, self.passages(condition)?);
                }
                union
            }
        })
    }

    /// The passages that fulfil all of some conditions.
    pub(crate) fn and(&self, conditions: &[Condition]) -> Result<Passages> {
        let mut all = Passages::AllBut(Vec::new());
        for condition in conditions {
            all = and(all, self.passages(condition)?);
        }
        Ok(all)
    }

    /// The passages that a pattern makes hits by itself.
    pub(crate) fn own(&self, pattern: &Pattern, scope: Scope) -> Result<Vec<DocId>> {
        let raw = self.raw(pattern, scope, None)?;
        let mut own: Vec<DocId> = raw
            .into_iter()
            .map(|document| self.segment.shown(document, self.segment.layout(document)))
            .collect();
        own.sort_unstable();
        own.dedup();
        Ok(own)
    }

    /// The passages among `candidates` (sorted) that hold everything needed.
    pub(crate) fn holding(&self, needed: &[&Needed], candidates: &[DocId]) -> Result<Vec<DocId>> {
        let mut left = candidates.to_vec();
        for needed in needed {
            if left.is_empty() {
                break;
            }
            // Each passage with its heading and title.
            let mut probes = Vec::with_capacity(left.len() + left.len() / 2);
            for &passage in &left {
                probes.push(passage);
                probes.push(passage - self.segment.layout(passage).before);
                probes.extend(self.segment.heading_of(passage));
            }
            probes.sort_unstable();
            probes.dedup();
            let found = self.needed(needed, &probes)?;
            left.retain(|&passage| {
                let has = |document: &DocId| found.binary_search(document).is_ok();
                has(&passage)
                    || has(&(passage - self.segment.layout(passage).before))
                    || self
                        .segment
                        .heading_of(passage)
                        .is_some_and(|heading| has(&heading))
            });
        }
        Ok(left)
    }

    /// All live passages that hold what is needed, themselves or over them.
    pub(crate) fn reached_by(&self, needed: &Needed) -> Result<Vec<DocId>> {
        let mut raw = match needed {
            Needed::Literal(pattern) => {
                return Ok(self.reached(&self.raw(pattern, Scope::Anywhere, None)?));
            }
            Needed::Run(_) => self.needed(needed, &[])?,
        };
        raw.retain(|&document| {
            self.segment.is_live(document) && self.is_in(document, Scope::Anywhere)
        });
        Ok(self.reached(&raw))
    }

    /// How rare what is needed is: an upper bound of its documents.
    pub(crate) fn rarity(&self, needed: &Needed) -> Result<u32> {
        let (field, term) = match needed {
            Needed::Run(run) => (self.reader.fields.words, run.clone()),
            Needed::Literal(pattern) => match pattern.symbols() {
                [first, second, ..] if first.pairs && second.pairs => {
                    let pair = [first.character, second.character].iter().collect();
                    (self.reader.fields.pairs, pair)
                }
                [first, ..] => (self.reader.fields.chars, first.character.to_string()),
                [] => return Ok(0),
            },
        };
        let list = self.segment.posting_list(field, &term)?;
        Ok(list.map_or(0, |list| list.count()))
    }

    fn needed(&self, needed: &Needed, probes: &[DocId]) -> Result<Vec<DocId>> {
        match needed {
            Needed::Literal(pattern) => {
                literal::documents(self.reader, self.segment, pattern, Some(probes))
            }
            Needed::Run(run) => {
                let field = self.reader.fields.words;
                match self.segment.posting_list(field, run)? {
                    Some(list) => list.documents(self.segment),
                    None => Ok(Vec::new()),
                }
            }
        }
    }

    /// The live documents that hold a pattern, where the scope lets it stand.
    fn raw(&self, pattern: &Pattern, scope: Scope, among: Option<&[DocId]>) -> Result<Vec<DocId>> {
        let mut raw = literal::documents(self.reader, self.segment, pattern, among)?;
        raw.retain(|&document| self.segment.is_live(document) && self.is_in(document, scope));
        Ok(raw)
    }

    pub(super) fn is_in(&self, document: DocId, scope: Scope) -> bool {
        let kind = self.segment.kind(document);
        match scope {
            Scope::Anywhere => match kind {
                Kind::Opening => false,
                Kind::Furniture => self.all_text,
                Kind::Title | Kind::Heading | Kind::Passage => true,
            },
            Scope::Title => kind == Kind::Title,
            Scope::Heading => kind == Kind::Heading,
        }
    }

    /// The documents in which two patterns stand near each other.
    fn near(&self, left: &Pattern, right: &Pattern, distance: u32) -> Result<Vec<DocId>> {
        let with_left = self.raw(left, Scope::Anywhere, None)?;
        let with_both = self.raw(right, Scope::Anywhere, Some(&with_left))?;
        let lefts = literal::spans(self.reader, self.segment, left, &with_both)?;
        let rights = literal::spans(self.reader, self.segment, right, &with_both)?;
        let ends = literal::positions(self.reader, self.segment, END, &with_both)?;
        let mut near = Vec::new();
        for (((document, lefts), (_, rights)), ends) in lefts.iter().zip(&rights).zip(&ends) {
            if are_near(lefts, rights, ends, distance) {
                near.push(*document);
            }
        }
        Ok(near)
    }

    /// All passages under the given documents, sorted.
    fn reached(&self, raw: &[DocId]) -> Vec<DocId> {
        let mut reached = Vec::with_capacity(raw.len());
        for &document in raw {
            let layout = self.segment.layout(document);
            match layout.kind {
                Kind::Opening => {}
                Kind::Passage | Kind::Furniture => reached.push(document),
                Kind::Heading => reached.extend(
                    (document + 1..self.segment.documents())
                        .take_while(|&next| self.segment.kind(next) == Kind::Passage),
                ),
                Kind::Title => {
                    reached.extend((document + 1..=document + layout.after).filter(|&next| {
                        match self.segment.kind(next) {
                            Kind::Passage => true,
                            Kind::Furniture => self.all_text,
                            Kind::Title | Kind::Heading | Kind::Opening => false,
                        }
                    }))
                }
            }
        }
        reached.sort_unstable();
        reached.dedup();
        reached
    }

    /// The live title documents of the articles that fulfil a filter.
    pub(super) fn titles(&self, filter: &Filter) -> Result<Vec<DocId>> {
        let fields = &self.reader.fields;
        let mut titles = Vec::new();
        match filter.field {
            Field::Date => {
                titles = self.dated(&filter.dates.clone().unwrap_or_default());
            }
            Field::Region | Field::About | Field::From => {
                let roles: &[char] = match filter.field {
                    Field::About => &[ABOUT],
                    Field::From => &[FROM_THERE],
                    _ => &[ABOUT, FROM_THERE],
                };
                for key in resolve_region(&folded(&filter.value)).keys {
                    for role in roles {
                        titles.extend(self.placed(*role, &key)?);
                    }
                }
            }
            Field::Wenhao | Field::Cites => {
                let field = if filter.field == Field::Cites {
                    fields.cites
                } else {
                    fields.wenhao
                };
                let wanted = document_number(&filter.value);
                let is_whole = filter.value.starts_with('=');
                titles = self.with_term(field, |term| {
                    if is_whole {
                        term.split(NUMBER_AFTER).next() == Some(wanted.as_str())
                    } else {
                        term.contains(&wanted)
                    }
                })?;
            }
            Field::Outlet | Field::Author => {
                let field = if filter.field == Field::Outlet {
                    fields.outlet
                } else {
                    fields.author
                };
                let (whole, part) = match filter.value.strip_prefix('=') {
                    Some(whole) => (Some(folded(whole)), String::new()),
                    None => (None, folded(&filter.value)),
                };
                titles = self.with_term(field, |term| match &whole {
                    Some(whole) => term == whole,
                    None => term.contains(&part),
                })?;
            }
            Field::Format => {
                let wanted = filter.value.to_lowercase();
                titles = self.with_term(fields.format, |term| term == wanted)?;
            }
            Field::Path | Field::Title | Field::Heading => {
                let wanted: String = filter.value.chars().map(fold).collect();
                titles = self.with_term(fields.path, |term| {
                    folded(term).contains(folded(&wanted).as_str()) || term.contains(&wanted)
                })?;
            }
        }
        titles.sort_unstable();
        titles.dedup();
        titles.retain(|&title| self.segment.is_live(title));
        Ok(titles)
    }

    /// The title documents with a term that `matches`, in a keyword field.
    fn with_term(
        &self,
        field: tantivy::schema::Field,
        matches: impl Fn(&str) -> bool,
    ) -> Result<Vec<DocId>> {
        let inverted = self.segment.inverted(field)?;
        let mut terms = inverted.terms().stream().map_err(Error::from_engine_io)?;
        let mut titles = Vec::new();
        while terms.advance() {
            if matches(std::str::from_utf8(terms.key()).unwrap_or_default()) {
                let info = terms.value().clone();
                titles.extend(PostingList::of(field, info).documents(self.segment)?);
            }
        }
        Ok(titles)
    }

    /// The title documents of articles with a region: its keys stand together
    /// in the order of terms, so that only they are read.
    fn placed(&self, role: char, key: &KeyMatch) -> Result<Vec<DocId>> {
        let field = self.reader.fields.region;
        let (KeyMatch::Within(key) | KeyMatch::Is(key), is_all) = match key {
            KeyMatch::Within(_) => (key, false),
            KeyMatch::Is(_) => (key, true),
        };
        let first = format!("{role}{}", folded(key));
        let inverted = self.segment.inverted(field)?;
        let range = inverted.terms().range().ge(&first);
        let mut terms = range.into_stream().map_err(Error::from_engine_io)?;
        let mut titles = Vec::new();
        while terms.advance() && terms.key().starts_with(first.as_bytes()) {
            if !is_all || terms.key() == first.as_bytes() {
                let info = terms.value().clone();
                titles.extend(PostingList::of(field, info).documents(self.segment)?);
            }
        }
        Ok(titles)
    }

    /// The title documents of articles whose days stand to a range as it says;
    /// undated ones are left out unless they are what is asked for.
    fn dated(&self, range: &DateRange) -> Vec<DocId> {
        let days = Days::of(range);
        let mut titles = Vec::new();
        self.segment.each_title(|title, of_article| {
            if days.hold(of_article) && self.segment.is_live(title) {
                titles.push(title);
            }
        });
        titles
    }

    /// How many live articles have no date.
    pub(crate) fn undated(&self) -> usize {
        let mut count = 0;
        self.segment.each_title(|title, (from, _)| {
            count += usize::from(from == 0 && self.segment.is_live(title));
        });
        count
    }
}

/// Whether one of some spans stands within `distance` of one of others, with no
/// end of a paragraph between them.
pub(super) fn are_near(
    lefts: &[(u32, u32)],
    rights: &[(u32, u32)],
    ends: &[u32],
    distance: u32,
) -> bool {
    lefts.iter().any(|left| {
        rights.iter().any(|right| {
            let (first, second) = if left <= right {
                (left, right)
            } else {
                (right, left)
            };
            let end_between = ends.partition_point(|&end| end < first.1);
            second.0.saturating_sub(first.1) <= distance
                && ends.get(end_between).is_none_or(|&end| end >= second.0)
        })
    })
}

/// The passages of both.
pub(crate) fn and(one: Passages, other: Passages) -> Passages {
    use Passages::{AllBut, Only};
    match (one, other) {
        (Only(one), Only(other)) => Only(merged(&one, &other, |a, b| a && b)),
        (Only(list), AllBut(but)) | (AllBut(but), Only(list)) => {
            Only(merged(&list, &but, |a, b| a && !b))
        }
        (AllBut(one), AllBut(other)) => AllBut(merged(&one, &other, |a, b| a || b)),
    }
}

/// The passages of either.
fn or(one: Passages, other: Passages) -> Passages {
    use Passages::{AllBut, Only};
    match (one, other) {
        (Only(one), Only(other)) => Only(merged(&one, &other, |a, b| a || b)),
        (Only(list), AllBut(but)) | (AllBut(but), Only(list)) => {
            AllBut(merged(&but, &list, |a, b| a && !b))
        }
        (AllBut(one), AllBut(other)) => AllBut(merged(&one, &other, |a, b| a && b)),
    }
}

/// Merges two sorted lists, keeping what `keep` says of being in each.
pub(crate) fn merged(
    one: &[DocId],
    other: &[DocId],
    keep: impl Fn(bool, bool) -> bool,
) -> Vec<DocId> {
    let mut merged = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < one.len() || j < other.len() {
        let (a, b) = (one.get(i).copied(), other.get(j).copied());
        let next = match (a, b) {
            (Some(a), Some(b)) => a.min(b),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => break,
        };
        let (in_one, in_other) = (a == Some(next), b == Some(next));
        if keep(in_one, in_other) {
            merged.push(next);
        }
        i += usize::from(in_one);
        j += usize::from(in_other);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(passages: &Passages) -> Vec<bool> {
        let is_in = |document: u32| match passages {
            Passages::Only(list) => list.contains(&document),
            Passages::AllBut(list) => !list.contains(&document),
        };
        (0..8).map(is_in).collect()
    }

    fn passages() -> impl Strategy<Value = Passages> {
        (prop::collection::btree_set(0u32..8, 0..8), any::<bool>()).prop_map(|(set, only)| {
            let list = set.into_iter().collect();
            if only {
                Passages::Only(list)
            } else {
                Passages::AllBut(list)
            }
        })
    }

    proptest! {
        #[test]
        fn and_and_or_are_those_of_sets(one in passages(), other in passages()) {
            let (a, b) = (members(&one), members(&other));
            let both: Vec<bool> = a.iter().zip(&b).map(|(a, b)| *a && *b).collect();
            let either: Vec<bool> = a.iter().zip(&b).map(|(a, b)| *a || *b).collect();
            prop_assert_eq!(members(&and(one.clone(), other.clone())), both);
            prop_assert_eq!(members(&or(one, other)), either);
        }
    }
}
