//! What is counted, and what a survey says besides its counts.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::error::Result;
use crate::query::{Expr, Query};
use crate::search::{Attempt, Matched, SearchOptions, Searcher, Stale, Suggestion};

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Passages that are hits.
    Passages,
    /// Articles that have one.
    Articles,
    /// Families of articles: the reprints of one text count once.
    #[default]
    Families,
}

impl Unit {
    /// Returns the name used in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Passages => "passages",
            Unit::Articles => "articles",
            Unit::Families => "families",
        }
    }
}

/// How much a query finds, in every unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passages that are hits.
    pub passages: usize,
    /// Articles that have one.
    pub articles: usize,
    /// Families of these articles.
    pub families: usize,
}

impl Counts {
    /// The count in one unit.
    pub fn of(&self, unit: Unit) -> usize {
        match unit {
            Unit::Passages => self.passages,
            Unit::Articles => self.articles,
            Unit::Families => self.families,
        }
    }
}

/// What a survey says besides its counts.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// What a person should know about how the query was understood.
    pub notes: Vec<String>,
    /// How far the folder has moved on, as far as was checked.
    pub stale: Option<Stale>,
    /// If nothing was found: what was tried, as in a search.
    pub tried: Vec<Attempt>,
    /// If nothing was found: what may have been meant.
    pub suggestions: Vec<Suggestion>,
}

impl Remarks {
    /// The remarks on a query with what it found.
    pub(super) fn new(searcher: &Searcher, query: &Query, matched: &Matched) -> Result<Self> {
        let mut remarks = Remarks {
            notes: matched.notes.clone(),
            stale: Some(searcher.stale()),
            ..Remarks::default()
        };
        if matched.articles.is_empty() && !query.is_empty() {
            let answer = searcher.search(query, &SearchOptions::default())?;
            remarks.tried = answer.tried;
            remarks.suggestions = answer.suggestions;
        }
        Ok(remarks)
    }
}

/// The query that a survey counts: bare text is required as it stands.
///
/// ```
/// use cewen::{Query, survey::counted};
///
/// let query = Query::parse("算力券 补贴 region:浙江")?.query;
/// assert_eq!(counted(&query).to_string(), "\"算力券\" \"补贴\" region:浙江");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn counted(query: &Query) -> Query {
    let parts = query.parts.iter().map(|part| match part {
        Expr::Text(text) => Expr::Phrase(text.clone()),
        other => other.clone(),
    });
    Query {
        parts: parts.collect(),
    }
}

/// What a counted query finds; an empty one finds the whole index.
pub(super) fn matched(searcher: &Searcher, query: &Query, all_text: bool) -> Result<Matched> {
    if query.is_empty() {
        return Ok(searcher.all_matched());
    }
    searcher.matched(query, all_text)
}

/// Counts matched articles.
pub(super) struct Counter<'a> {
    matched: &'a Matched,
    pub(super) unit: Unit,
    /// The family of each matched article, numbered from 0.
    families: Vec<u32>,
    /// For each family the last count in which it was met, and that of now:
    /// sorting the families of every value took half of the counting.
    met: RefCell<(u32, Vec<u32>)>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(searcher: &Searcher, matched: &'a Matched, unit: Unit) -> Result<Self> {
        let mut numbers: HashMap<u64, u32> = HashMap::new();
        let mut families = Vec::with_capacity(matched.articles.len());
        for article in &matched.articles {
            let next = numbers.len() as u32;
            let family = searcher.family_of(article)?;
            families.push(*numbers.entry(family).or_insert(next));
        }
        Ok(Counter {
            matched,
            unit,
            families,
            met: RefCell::new((0, vec![0; numbers.len()])),
        })
    }

    /// How many units some articles are, given by their places.
    pub(super) fn count(&self, articles: &[u32]) -> usize {
        self.count_in(articles, self.unit)
    }

    /// All that was matched.
    pub(super) fn all(&self) -> Counts {
        let all: Vec<u32> = (0..self.matched.articles.len() as u32).collect();
        Counts {
            passages: self.count_in(&all, Unit::Passages),
            articles: self.count_in(&all, Unit::Articles),
            families: self.count_in(&all, Unit::Families),
        }
    }

    fn count_in(&self, articles: &[u32], unit: Unit) -> usize {
        match unit {
            Unit::Articles => articles.len(),
            Unit::Passages => articles
                .iter()
                .map(|&place| self.matched.articles[place as usize].passages as usize)
                .sum(),
            Unit::Families => {
                let (count, met) = &mut *self.met.borrow_mut();
                *count += 1;
                let families = articles.iter().map(|&place| self.families[place as usize]);
                let is_new =
                    |family: &u32| std::mem::replace(&mut met[*family as usize], *count) != *count;
                families.filter(is_new).count()
            }
        }
    }
}
