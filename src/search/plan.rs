//! What a query asks of the index: conditions, ranking terms, marks, lanes.

use std::collections::HashMap;

use super::part::Text;
use crate::analysis::Pattern;
use crate::article::resolve_region;
use crate::error::Result;
use crate::highlight::{Marker, PartMarker};
use crate::index::{Reader, folded};
use crate::query::{Expr, Field, Filter, Query};

/// A query made ready for an index.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What a passage must fulfil; all of them.
    pub(crate) conditions: Vec<Condition>,
    /// The bare parts, in order.
    pub(crate) parts: Vec<Part>,
    /// What ranks.
    pub(crate) terms: Vec<RankTerm>,
    /// What is marked in the text.
    pub(crate) marker: Marker,
    /// What is marked in titles besides.
    pub(crate) title_marker: Marker,
    /// What is marked in headings besides.
    pub(crate) heading_marker: Marker,
    /// What a person should know.
    pub(crate) notes: Vec<String>,
}

/// A condition on a passage with its title and heading.
#[derive(Debug)]
pub(crate) enum Condition {
    /// It holds a pattern literally.
    Literal(Pattern, Scope),
    /// It holds both within so many characters in one paragraph.
    Near(Pattern, Pattern, u32),
    /// Its article fulfils a filter.
    Filter(Filter),
    /// It does not fulfil a condition.
    Not(Box<Condition>),
    /// It fulfils all.
    And(Vec<Condition>),
    /// It fulfils one at least.
    Or(Vec<Condition>),
}

/// Where a pattern may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// In title, heading or text.
    Anywhere,
    /// In the title.
    Title,
    /// In the heading.
    Heading,
}

/// A bare part of a query.
#[derive(Debug)]
pub(crate) struct Part {
    /// What stands literally in lane *exact*.
    pub(crate) exact: Vec<Needed>,
    /// What stands in lane *all*: its words.
    pub(crate) words: Vec<Needed>,
}

/// Something a passage must hold for a lane.
#[derive(Clone, Debug)]
pub(crate) enum Needed {
    /// Text, literally.
    Literal(Pattern),
    /// A run of Latin letters and digits, whole or as a part of one.
    Run(String),
}

/// Something that ranks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RankTerm {
    pub(crate) field: RankField,
    pub(crate) text: String,
    pub(crate) weight: f32,
    /// Whether it alone makes a passage a hit.
    pub(crate) is_evidence: bool,
}

/// The weight of a required text: about what its words and pairs would get if it
/// were bare. Only matters beside other parts.
const PHRASE: f32 = 2.0;

/// The field a term ranks by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum RankField {
    Pairs,
    Words,
    Chars,
    /// A text that is required: its own occurrences, literally.
    Phrase,
}

impl RankField {
    /// The field of the index; `None` for a text, which is found in place.
    pub(super) fn of(self, reader: &Reader) -> Option<tantivy::schema::Field> {
        match self {
            RankField::Pairs => Some(reader.fields.pairs),
            RankField::Words => Some(reader.fields.words),
            RankField::Chars => Some(reader.fields.chars),
            RankField::Phrase => None,
        }
    }
}

impl Plan {
    /// Makes a query ready for an index.
    pub(crate) fn new(reader: &Reader, query: &Query) -> Result<Self> {
        let mut plan = Plan::default();
        let mut terms = Terms::default();
        for part in &query.parts {
            match part {
                Expr::Text(text) => plan.add_bare(reader, text, &mut terms)?,
                other => {
                    plan.add_positive(other, &mut terms);
                    let condition = plan.condition(other);
                    plan.conditions.extend(condition);
                }
            }
        }
        plan.terms = terms.list;
        Ok(plan)
    }

    /// Whether there is any text to find and mark.
    pub(crate) fn has_positive_text(&self) -> bool {
        !self.terms.is_empty() || self.conditions.iter().any(Condition::has_positive_text)
    }

    /// The patterns that a hit may stand on, each with its scope.
    pub(crate) fn positive(&self) -> Vec<(&Pattern, Scope)> {
        let mut patterns = Vec::new();
        self.conditions
            .iter()
            .for_each(|condition| condition.positive(&mut patterns));
        patterns
    }

    fn pattern(&mut self, text: &str) -> Option<Pattern> {
        let pattern = Pattern::new(text);
        if pattern.is_none() {
            self.notes.push(format!(
                "“{text}” holds nothing that can be searched for: left out"
            ));
        }
        pattern
    }

    fn condition(&mut self, expr: &Expr) -> Option<Condition> {
        let all = |plan: &mut Self, list: &[Expr]| -> Vec<Condition> {
            list.iter()
                .filter_map(|expr| plan.condition(expr))
                .collect()
        };
        match expr {
            Expr::Text(text) | Expr::Phrase(text) => {
                let pattern = self.pattern(text)?;
                Some(Condition::Literal(pattern, Scope::Anywhere))
            }
            Expr::Filter(filter) => match filter.field {
                Field::Title | Field::Heading => {
                    let scope = match filter.field {
                        Field::Title => Scope::Title,
                        _ => Scope::Heading,
                    };
                    let pattern = self.pattern(&filter.value)?;
                    Some(Condition::Literal(pattern, scope))
                }
                field => {
                    if matches!(field, Field::Region | Field::About | Field::From) {
                        self.notes
                            .extend(resolve_region(&folded(&filter.value)).note);
                    }
                    Some(Condition::Filter(filter.clone()))
                }
            },
            Expr::Near {
                left,
                right,
                distance,
            } => {
                let (left, right) = (self.pattern(left)?, self.pattern(right)?);
                Some(Condition::Near(left, right, *distance))
            }
            Expr::Must(inner) => self.condition(inner),
            Expr::Not(inner) => Some(Condition::Not(Box::new(self.condition(inner)?))),
            Expr::And(list) => Some(Condition::And(all(self, list))),
            Expr::Or(list) => Some(Condition::Or(all(self, list))),
        }
    }

    /// Adds what is found by an operator to ranking and marks.
    fn add_positive(&mut self, expr: &Expr, terms: &mut Terms) {
        match expr {
            Expr::Text(text) | Expr::Phrase(text) => {
                self.marker.phrases.extend(Pattern::new(text));
                terms.add_phrase(text);
            }
            Expr::Near { left, right, .. } => {
                for text in [left, right] {
                    self.marker.phrases.extend(Pattern::new(text));
                    terms.add_phrase(text);
                }
            }
            Expr::Filter(filter) if filter.field == Field::Title => {
                self.title_marker
                    .phrases
                    .extend(Pattern::new(&filter.value));
                terms.add_phrase(&filter.value);
            }
            Expr::Filter(filter) if filter.field == Field::Heading => {
                self.heading_marker
                    .phrases
                    .extend(Pattern::new(&filter.value));
                terms.add_phrase(&filter.value);
            }
            Expr::Filter(_) | Expr::Not(_) => {}
            Expr::Must(inner) => self.add_positive(inner, terms),
            Expr::And(list) | Expr::Or(list) => {
                list.iter().for_each(|expr| self.add_positive(expr, terms));
            }
        }
    }

    fn add_bare(&mut self, reader: &Reader, text: &str, terms: &mut Terms) -> Result<()> {
        let read = Text::read(reader, text)?;
        if read.characters.is_empty() {
            self.notes.push(format!(
                "“{text}” holds nothing that can be searched for: left out"
            ));
            return Ok(());
        }
        let mut found = read.terms();
        if !found.iter().any(|term| term.is_evidence) {
            // Marks only, or characters that a mark divides: what holds all of
            // it, as it stands, is a hit.
            found.push(RankTerm {
                field: RankField::Phrase,
                text: text.to_owned(),
                weight: PHRASE,
                is_evidence: true,
            });
        }
        let mut marker = PartMarker::default();
        for term in found.iter().filter(|term| term.is_evidence) {
            match term.field {
                RankField::Pairs => {
                    let mut two = term.text.chars();
                    marker.pairs.extend(two.next().zip(two.next()));
                }
                RankField::Words if read.is_run(&term.text) => {
                    marker.latin.insert(term.text.clone());
                }
                RankField::Words | RankField::Chars | RankField::Phrase => {
                    marker.words.extend(Pattern::new(&term.text));
                }
            }
        }
        let part = read.part();
        if !read.is_all_run() {
            marker.whole = read.exact_pattern();
        }
        self.marker.parts.push(marker);
        self.parts.push(part);
        found.into_iter().for_each(|term| terms.add(term));
        Ok(())
    }
}

impl Condition {
    /// Calls `found` with each of its texts.
    pub(super) fn each_text(&self, found: &mut dyn FnMut(&Pattern)) {
        match self {
            Condition::Literal(pattern, _) => found(pattern),
            Condition::Near(left, right, _) => {
                found(left);
                found(right);
            }
            Condition::Filter(_) => {}
            Condition::Not(inner) => inner.each_text(found),
            Condition::And(list) | Condition::Or(list) => {
                list.iter().for_each(|condition| condition.each_text(found));
            }
        }
    }

    fn has_positive_text(&self) -> bool {
        let mut patterns = Vec::new();
        self.positive(&mut patterns);
        !patterns.is_empty()
    }

    fn positive<'a>(&'a self, patterns: &mut Vec<(&'a Pattern, Scope)>) {
        match self {
            Condition::Literal(pattern, scope) => patterns.push((pattern, *scope)),
            Condition::Near(left, right, _) => {
                patterns.extend([(left, Scope::Anywhere), (right, Scope::Anywhere)]);
            }
            Condition::Filter(_) | Condition::Not(_) => {}
            Condition::And(list) | Condition::Or(list) => {
                list.iter()
                    .for_each(|condition| condition.positive(patterns));
            }
        }
    }
}

/// Ranking terms, each once, with its largest weight.
#[derive(Default)]
struct Terms {
    list: Vec<RankTerm>,
    numbers: HashMap<(RankField, String), usize>,
}

impl Terms {
    /// Ranks by a text that is required anyway: it makes no further hits.
    fn add_phrase(&mut self, text: &str) {
        if Pattern::new(text).is_some() {
            self.add(RankTerm {
                field: RankField::Phrase,
                text: text.to_owned(),
                weight: PHRASE,
                is_evidence: false,
            });
        }
    }

    fn add(&mut self, term: RankTerm) {
        match self.numbers.get(&(term.field, term.text.clone())) {
            Some(&number) => {
                let known = &mut self.list[number];
                known.weight = known.weight.max(term.weight);
                known.is_evidence |= term.is_evidence;
            }
            None => {
                self.numbers
                    .insert((term.field, term.text.clone()), self.list.len());
                self.list.push(term);
            }
        }
    }
}
