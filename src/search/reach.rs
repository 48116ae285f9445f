//! Which articles a lane can hold: those that a few posting lists drive to,
//! and that have some grams besides.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::article_texts::ArticleRun;
use super::conditions::Test;
use super::frequency::counts;
use super::literal::{Gram, Occurrences, grams};
use super::plan::RankField;
use super::postings::Postings;
use super::question::{NumberedNeed, Question};
use super::score::{BEST_PASSAGE, OPENING, saturated};
use super::sets::Evaluator;
use crate::error::Result;
use crate::index::Kind;

/// So many grams rule out enough.
const MAX_REQUIRED: usize = 64;

/// A posting list that says which articles are looked at.
pub(super) struct Driver {
    postings: Postings,
    /// The ranker whose score in an article it bounds.
    pub(super) ranker: Option<usize>,
    /// What that gives at most; without end if there is none.
    pub(super) bound: f32,
    /// The article it stands at; its title is `TERMINATED` at the end.
    pub(super) article: ArticleRun,
}

/// The articles that a lane can hold.
pub(super) struct Reach {
    /// Each of the articles has a posting of one of them.
    pub(super) drivers: Vec<Driver>,
    /// And of all of these.
    pub(super) required: Vec<Postings>,
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
            NumberedNeed::Text(number) => sources.extend(finder.of_text(number)),
            NumberedNeed::Run(number) => {
                sources.push(Source::Term(
                    RankField::Words,
                    question.runs[number].clone(),
                ));
            }
        }
    }
    for test in tests {
        finder.required_by(test, &mut sources);
    }
    let mut seen = HashSet::new();
    sources.retain(|source| seen.insert(source.clone()));
    sources.truncate(MAX_REQUIRED);
    let mut required = Vec::with_capacity(sources.len());
    for source in &sources {
        match finder.open(source)? {
            Some(postings) => required.push(postings),
            None => return Ok(None),
        }
    }
    // The shortest way to all articles that can be hits.
    let mut cover: Option<(u32, Vec<Driver>)> = None;
    let mut offer = |drivers: Vec<Driver>| {
        let length = drivers.iter().map(|driver| driver.postings.count()).sum();
        if cover.as_ref().is_none_or(|(least, _)| length < *least) {
            cover = Some((length, drivers));
        }
    };
    for source in &sources {
        offer(finder.driver(source)?.into_iter().collect());
    }
    for test in tests {
        if let Some(drivers) = finder.cover_of(test)? {
            offer(drivers);
        }
    }
    offer(finder.cover_of_evidence(tests)?);
    let mut drivers = cover.map(|(_, drivers)| drivers).unwrap_or_default();
    drivers.sort_by(|one, other| one.bound.total_cmp(&other.bound));
    required.sort_by_key(Postings::count);
    Ok(Some(Reach { drivers, required }))
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

    /// What an article must have to fulfil a test.
    fn required_by(&self, test: &Test, sources: &mut Vec<Source>) {
        match test {
            Test::Text(number, _) => sources.extend(self.of_text(*number)),
            Test::Near(near) => {
                sources.extend(self.of_text(near.left));
                sources.extend(self.of_text(near.right));
            }
            Test::And(list) => list.iter().for_each(|test| self.required_by(test, sources)),
            Test::Titles(_) | Test::Days(_) | Test::Not(_) | Test::Or(_) => {}
        }
    }

    fn open(&self, source: &Source) -> Result<Option<Postings>> {
        let segment = self.evaluator.segment;
        Ok(match source {
            Source::Term(field, term) => match field.of(self.evaluator.reader) {
                Some(field) => Postings::open(segment, field, term)?,
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
        let Some(postings) = self.open(source)? else {
            return Ok(None);
        };
        let bound = ranker.map_or(f32::INFINITY, |number| self.question.rankers[number].bound);
        let mut driver = Driver {
            postings,
            ranker,
            bound,
            article: ArticleRun { title: 0, last: 0 },
        };
        driver.stand(self.evaluator);
        Ok(Some(driver))
    }

    /// The drivers to all articles that can fulfil a test; `None` if that can
    /// be any.
    fn cover_of(&self, test: &Test) -> Result<Option<Vec<Driver>>> {
        Ok(match test {
            Test::Text(number, _) => Some(self.rarest(*number)?),
            Test::Near(near) => Some(self.rarest(near.left)?),
            Test::Titles(titles) => Some(self.titles(titles)),
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
        let mut driver = Driver {
            postings: Postings::Listed(found.collect(), 0),
            ranker: None,
            bound: f32::INFINITY,
            article: ArticleRun { title: 0, last: 0 },
        };
        driver.stand(self.evaluator);
        vec![driver]
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

impl Driver {
    /// Reads the article it stands at.
    fn stand(&mut self, evaluator: &Evaluator<'_>) {
        let document = self.postings.document();
        self.article = match document {
            TERMINATED => ArticleRun {
                title: TERMINATED,
                last: TERMINATED,
            },
            _ => {
                let layout = evaluator.segment.layout(document);
                ArticleRun {
                    title: document - layout.before,
                    last: document + layout.after,
                }
            }
        };
    }

    /// Moves to the next article, and says what its ranker gives to the one it
    /// stood at, at most.
    pub(super) fn pass(&mut self, question: &Question, evaluator: &Evaluator<'_>) -> f32 {
        let Some(number) = self.ranker else {
            self.postings.seek(self.article.last + 1);
            self.stand(evaluator);
            return 0.0;
        };
        let ranker = &question.rankers[number];
        let (average, passage_average) = question.averages;
        let segment = evaluator.segment;
        let (mut frequency, mut whole, mut best) = (0, 0.0, 0.0_f32);
        // A text may stand in the opening wherever its gram stands.
        if ranker.text.is_some() {
            whole += OPENING * saturated(1, 1.0);
        }
        while self.postings.document() <= self.article.last {
            let found = self.postings.occurrences();
            let layout = segment.layout(found.document);
            if layout.kind == Kind::Opening {
                whole += OPENING * saturated(found.frequency, 1.0);
            } else if counts(segment, found.document, layout, evaluator.all_text) {
                frequency += found.frequency;
                if matches!(layout.kind, Kind::Passage | Kind::Furniture) {
                    let length = layout.symbols as f32 / passage_average;
                    best = best.max(saturated(found.frequency, length));
                }
            }
            self.postings.advance();
        }
        if frequency > 0 {
            let size = segment.size(self.article.title) as f32;
            whole += saturated(frequency, size / average);
        }
        self.stand(evaluator);
        ranker.weight * (whole + BEST_PASSAGE * best)
    }
}
