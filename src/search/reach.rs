//! Which articles a lane can hold: those that a few posting lists drive to,
//! and that have some grams besides.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tantivy::DocId;

use super::article_texts::ArticleRun;
use super::conditions::Test;
use super::driver::Driver;
use super::literal::{Gram, Occurrences, grams};
use super::plan::{RankField, Scope};
use super::postings::{Frequencies, Postings};
use super::question::{NumberedNeed, Question};
use super::sets::Evaluator;
use crate::error::Result;

/// So many grams rule out enough.
const MAX_REQUIRED: usize = 64;

/// The articles that a lane can hold.
pub(super) struct Reach {
    /// Posting lists, those that can give least first. Each of the articles has
    /// a posting of one of those that cover; the others bound the other rankers.
    pub(super) lists: Vec<Driver>,
    /// The articles have a posting of each of these, the rarest first.
    pub(super) required: Vec<Required>,
}

/// A posting list of which the articles have a posting.
pub(super) struct Required {
    pub(super) postings: Postings,
    /// Whether it has to be their title.
    pub(super) in_title: bool,
}

impl Required {
    /// Whether an article has it; articles must be asked about in order.
    pub(super) fn is_in(&mut self, article: ArticleRun) -> bool {
        let last = match self.in_title {
            true => article.title,
            false => article.last,
        };
        self.postings.seek(article.title) <= last
    }
}

/// What may drive, or be required: a term of the index, or a listed text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    Term(RankField, String),
    Text(usize),
}

/// Finds what leads to the articles that can have a passage that holds all
/// `needs` and fulfils all tests; `None` if the segment has no such article.
pub(super) fn reach(
    question: &Question,
    evaluator: &Evaluator<'_>,
    segment: usize,
    needs: &[NumberedNeed],
    tests: &[Test],
) -> Result<Option<Reach>> {
    let finder = Finder {
        question,
        evaluator,
        segment,
        bounding: bounding(question),
    };
    let mut sources = Vec::new();
    for need in needs {
        match *need {
            NumberedNeed::Text(number) => finder.require(number, false, &mut sources),
            NumberedNeed::Run(number) => {
                let run = question.runs[number].clone();
                sources.push((Source::Term(RankField::Words, run), false));
            }
        }
    }
    for test in tests {
        finder.required_by(test, &mut sources);
    }
    // Of the same source the stricter.
    sources.sort_by_key(|(_, in_title)| !in_title);
    let mut seen = HashSet::new();
    sources.retain(|(source, _)| seen.insert(source.clone()));
    sources.truncate(MAX_REQUIRED);
    let mut required = Vec::with_capacity(sources.len());
    for (source, in_title) in &sources {
        match finder.open(source, Frequencies::Skipped)? {
            Some(postings) => required.push(Required {
                postings,
                in_title: *in_title,
            }),
            None => return Ok(None),
        }
    }
    // The shortest way to all articles that can be hits.
    let mut cover: Option<Cover> = None;
    let mut offer = |drivers: Vec<Driver>| {
        let length = drivers.iter().map(|driver| driver.postings.count()).sum();
        if cover.as_ref().is_none_or(|cover| length < cover.length) {
            cover = Some(Cover { length, drivers });
        }
    };
    for (source, _) in &sources {
        offer(finder.driver(source)?.into_iter().collect());
    }
    for test in tests {
        if let Some(drivers) = finder.cover_of(test)? {
            offer(drivers);
        }
    }
    offer(finder.cover_of_evidence(tests)?);
    let Some(Cover {
        drivers: mut lists, ..
    }) = cover
    else {
        return Ok(None);
    };
    lists.extend(finder.helpers(&lists)?);
    lists.sort_by(|one, other| one.bound.total_cmp(&other.bound));
    required.sort_by_key(|required| required.postings.count());
    Ok(Some(Reach { lists, required }))
}

/// A way to all articles that can be hits.
struct Cover {
    length: u32,
    drivers: Vec<Driver>,
}

/// For each gram the ranker that it bounds: itself, or a text that has it.
fn bounding(question: &Question) -> HashMap<Source, usize> {
    let mut bounding = HashMap::new();
    for (number, ranker) in question.rankers.iter().enumerate() {
        if let Some(text) = ranker.text {
            bounding.entry(Source::Text(text)).or_insert(number);
            for source in terms_of(question, text) {
                bounding.entry(source).or_insert(number);
            }
        }
    }
    for (number, ranker) in question.rankers.iter().enumerate() {
        if ranker.text.is_none() {
            bounding.insert(Source::Term(ranker.field, ranker.term.clone()), number);
        }
    }
    bounding
}

fn terms_of(question: &Question, text: usize) -> Vec<Source> {
    let grams = grams(&question.texts.list[text].pattern).into_iter();
    let source = |(gram, term)| match gram {
        Gram::Pair => Source::Term(RankField::Pairs, term),
        Gram::Char => Source::Term(RankField::Chars, term),
    };
    grams.take(MAX_REQUIRED).map(source).collect()
}

struct Finder<'a> {
    question: &'a Question,
    evaluator: &'a Evaluator<'a>,
    segment: usize,
    bounding: HashMap<Source, usize>,
}

impl Finder<'_> {
    /// What an article must have that holds a text.
    fn of_text(&self, number: usize) -> Vec<Source> {
        match self.question.texts.listed(number) {
            Some(_) => vec![Source::Text(number)],
            None => terms_of(self.question, number),
        }
    }

    /// Adds what an article must have that holds a text.
    fn require(&self, number: usize, in_title: bool, sources: &mut Vec<(Source, bool)>) {
        let of_text = self.of_text(number).into_iter();
        sources.extend(of_text.map(|source| (source, in_title)));
    }

    /// Adds what an article must have to fulfil a test.
    fn required_by(&self, test: &Test, sources: &mut Vec<(Source, bool)>) {
        match test {
            Test::Text(number, scope) => self.require(*number, *scope == Scope::Title, sources),
            Test::Near(near) => {
                self.require(near.left, false, sources);
                self.require(near.right, false, sources);
            }
            Test::And(list) => list.iter().for_each(|test| self.required_by(test, sources)),
            Test::Titles(_) | Test::Days(_) | Test::Not(_) | Test::Or(_) => {}
        }
    }

    fn open(&self, source: &Source, frequencies: Frequencies) -> Result<Option<Postings>> {
        let segment = self.evaluator.segment;
        Ok(match source {
            Source::Term(field, term) => match field.of(self.evaluator.reader) {
                Some(field) => match frequencies {
                    Frequencies::Read => Postings::open(segment, field, term)?,
                    Frequencies::Skipped => Postings::open_documents(segment, field, term)?,
                },
                None => None,
            },
            Source::Text(number) => {
                let listed = self.question.texts.listed(*number);
                let listed = listed.map(|listed| Rc::clone(&listed[self.segment]));
                let some = listed.filter(|listed| !listed.is_empty());
                some.map(|listed| Postings::Listed(listed, 0))
            }
        })
    }

    /// `None` if the segment does not have it.
    fn driver(&self, source: &Source) -> Result<Option<Driver>> {
        let ranker = self.bounding.get(source).copied();
        let Some(postings) = self.open(source, Frequencies::Read)? else {
            return Ok(None);
        };
        let bound = ranker.map_or(f32::INFINITY, |number| self.question.rankers[number].bound);
        Ok(Some(Driver {
            postings,
            ranker,
            bound,
            covers: true,
        }))
    }

    /// The drivers to all articles that can fulfil a test; `None` if that can
    /// be any.
    fn cover_of(&self, test: &Test) -> Result<Option<Vec<Driver>>> {
        Ok(match test {
            Test::Text(number, _) => Some(self.rarest(*number)?),
            Test::Near(near) => Some(self.rarest(near.left)?),
            Test::Titles(titles) => Some(self.titles(&titles.list)),
            Test::And(list) => {
                for test in list {
                    if let Some(cover) = self.cover_of(test)? {
                        return Ok(Some(cover));
                    }
                }
                None
            }
            Test::Or(list) => {
                let mut all = Vec::new();
                for test in list {
                    match self.cover_of(test)? {
                        Some(cover) => all.extend(cover),
                        None => return Ok(None),
                    }
                }
                Some(all)
            }
            Test::Days(_) | Test::Not(_) => None,
        })
    }

    /// The driver of the rarest gram of a text; none if the segment lacks one.
    fn rarest(&self, number: usize) -> Result<Vec<Driver>> {
        let mut rarest: Option<Driver> = None;
        for source in self.of_text(number) {
            let Some(driver) = self.driver(&source)? else {
                return Ok(Vec::new());
            };
            let count = driver.postings.count();
            if rarest
                .as_ref()
                .is_none_or(|rarest| count < rarest.postings.count())
            {
                rarest = Some(driver);
            }
        }
        Ok(rarest.into_iter().collect())
    }

    fn titles(&self, titles: &[DocId]) -> Vec<Driver> {
        let found = titles.iter().map(|&document| Occurrences {
            document,
            frequency: 1,
            first: None,
        });
        vec![Driver {
            postings: Postings::Listed(found.collect(), 0),
            ranker: None,
            bound: f32::INFINITY,
            covers: true,
        }]
    }

    /// What bounds the rankers that no driver bounds.
    fn helpers(&self, drivers: &[Driver]) -> Result<Vec<Driver>> {
        let driven: HashSet<usize> = drivers.iter().filter_map(|driver| driver.ranker).collect();
        let mut helpers = Vec::new();
        for number in self.question.by_bound.iter().copied() {
            if driven.contains(&number) {
                continue;
            }
            let ranker = &self.question.rankers[number];
            let found = match ranker.text {
                Some(text) => self.rarest(text)?,
                None => {
                    let source = Source::Term(ranker.field, ranker.term.clone());
                    self.driver(&source)?.into_iter().collect()
                }
            };
            helpers.extend(found.into_iter().map(|driver| Driver {
                ranker: Some(number),
                bound: ranker.bound,
                covers: false,
                ..driver
            }));
        }
        Ok(helpers)
    }

    /// The drivers to all articles that have evidence, or a text that makes
    /// hits where there are tests.
    fn cover_of_evidence(&self, tests: &[Test]) -> Result<Vec<Driver>> {
        let mut drivers = Vec::new();
        for ranker in self
            .question
            .rankers
            .iter()
            .filter(|ranker| ranker.is_evidence)
        {
            match ranker.text {
                Some(text) => drivers.extend(self.rarest(text)?),
                None => {
                    let source = Source::Term(ranker.field, ranker.term.clone());
                    drivers.extend(self.driver(&source)?);
                }
            }
        }
        if !tests.is_empty() {
            for &(number, _) in &self.question.positive {
                drivers.extend(self.rarest(number)?);
            }
        }
        Ok(drivers)
    }
}
