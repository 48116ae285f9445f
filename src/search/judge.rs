//! One article held against a query: which of its passages are hits, in which
//! lanes, with which scores; and before that, whether its score can matter.
//!
//! Gives what [`super::rank::candidates`] and [`super::score::scores`] give
//! for all articles at once, to the last bit. Articles are asked about in order.

use tantivy::DocId;

use super::answer::Lane;
use super::article_texts::{ArticleRun, ArticleTexts};
use super::conditions::{Look, Test};
use super::frequency::counts;
use super::literal::Occurrences;
use super::postings::Postings;
use super::question::{NumberedNeed, Question, Ranker};
use super::score::{BEST_PASSAGE, OPENING, saturated};
use super::sets::Evaluator;
use crate::error::Result;
use crate::index::{Kind, Layout, OPENING_CHARS, Reader};

/// An article that is a hit.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) lane: Lane,
    /// Of the article as a whole.
    pub(super) whole: f32,
    /// Of its best hit.
    pub(super) best: f32,
    /// Its hits in order: passage, lane, score.
    pub(super) hits: Vec<(DocId, Lane, f32)>,
}

/// The scores of an article.
struct Scored {
    whole: f32,
    /// Of each of its documents.
    documents: Vec<f32>,
    /// Which of them have evidence.
    evident: Vec<bool>,
}

/// The postings of a ranker in an article, if they were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    is_read: bool,
    pub(super) list: Vec<Occurrences>,
}

/// Judges the articles of a segment.
pub(super) struct Judge<'a> {
    pub(super) question: &'a Question,
    pub(super) evaluator: Evaluator<'a>,
    pub(super) tests: &'a [Test],
    /// The texts that the tests require anywhere, and the other tests.
    pub(super) required: &'a [NumberedNeed],
    pub(super) others: Vec<&'a Test>,
    pub(super) texts: ArticleTexts<'a>,
    /// Of the rankers that are no texts.
    postings: Vec<Option<Postings>>,
    runs: Vec<Option<Postings>>,
    /// The article at hand, the postings of rankers in it as far as they were
    /// read, and the documents of runs.
    article: Option<ArticleRun>,
    pub(super) gathered: Vec<Gathered>,
    pub(super) runs_in: Vec<Vec<DocId>>,
    size: f32,
    /// Which documents of an article are hits on their own account, kept to be
    /// filled again.
    pub(super) own: Vec<bool>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        question: &'a Question,
        (tests, required): (&'a [Test], &'a [NumberedNeed]),
        segment: usize,
        all_text: bool,
    ) -> Result<Self> {
        let evaluator = Evaluator {
            reader,
            segment: &reader.segments[segment],
            all_text,
        };
        let mut postings = Vec::with_capacity(question.rankers.len());
        for ranker in &question.rankers {
            postings.push(match ranker.field.of(reader) {
                Some(field) => Postings::open(evaluator.segment, field, &ranker.term)?,
                None => None,
            });
        }
        let mut runs = Vec::with_capacity(question.runs.len());
        for run in &question.runs {
            runs.push(Postings::open(evaluator.segment, reader.fields.words, run)?);
        }
        Ok(Judge {
            question,
            evaluator,
            tests,
            required,
            others: tests
                .iter()
                .filter(|test| test.required().is_none())
                .collect(),
            texts: ArticleTexts::new(reader, &question.texts, segment),
            gathered: vec![Gathered::default(); postings.len()],
            runs_in: vec![Vec::new(); runs.len()],
            postings,
            runs,
            article: None,
            size: 0.0,
            own: Vec::new(),
        })
    }

    /// Whether an article may score `least` at least.
    pub(super) fn may_reach(&mut self, article: ArticleRun, least: f32) -> Result<bool> {
        self.begin(article);
        let question = self.question;
        let mut score = 0.0;
        for (&number, rest) in question.by_bound.iter().zip(&question.rest) {
            if is_below(score + rest, least) {
                return Ok(false);
            }
            score += self.bound(number, article)?;
        }
        Ok(!is_below(score, least))
    }

    /// What a ranker gives to an article at most.
    fn bound(&mut self, number: usize, article: ArticleRun) -> Result<f32> {
        let ranker = &self.question.rankers[number];
        let Some(text) = ranker.text else {
            self.gather(number, article)?;
            let postings = &self.gathered[number].list[..];
            let (whole, best) = self.given(ranker, postings);
            return Ok(whole + BEST_PASSAGE * best);
        };
        let segment = self.evaluator.segment;
        let mut candidates = self.texts.candidates(text, article)?.to_vec();
        let mut opens = false;
        // Openings have grams only: a text counts there once, where it begins
        // in the passage that they are cut from.
        candidates.retain(|found| {
            let layout = segment.layout(found.document);
            opens |= segment.opens(found.document, layout);
            layout.kind != Kind::Opening
        });
        let (mut whole, best) = self.given(ranker, &candidates);
        if opens {
            whole += OPENING * ranker.weight * saturated(1, 1.0);
        }
        Ok(whole + BEST_PASSAGE * best)
    }

    /// What a ranker gives to an article, and to its best passage.
    fn given(&self, ranker: &Ranker, postings: &[Occurrences]) -> (f32, f32) {
        let (average, passage_average) = self.question.averages;
        let Evaluator {
            segment, all_text, ..
        } = self.evaluator;
        let (mut frequency, mut whole, mut best) = (0, 0.0, 0.0_f32);
        for found in postings {
            let layout = segment.layout(found.document);
            if layout.kind == Kind::Opening {
                whole += OPENING * ranker.weight * saturated(found.frequency, 1.0);
            }
            if !counts(segment, found.document, layout, all_text) {
                continue;
            }
            frequency += found.frequency;
            if is_passage(layout) {
                let length = layout.symbols as f32 / passage_average;
                best = best.max(saturated(found.frequency, length));
            }
        }
        if frequency > 0 {
            whole += ranker.weight * saturated(frequency, self.size / average);
        }
        (whole, ranker.weight * best)
    }

    /// Judges an article; `None` if none of its passages is a hit.
    pub(super) fn judge(&mut self, article: ArticleRun) -> Result<Option<Judged>> {
        self.begin(article);
        self.texts.unfocus();
        let scored = self.scored(article)?;
        let mut hits = self.hits(article, &scored.evident)?;
        let mut lanes = Vec::with_capacity(hits.len());
        for &passage in &hits {
            lanes.push(self.lane(article, passage)?);
        }
        let score = |passage: DocId| scored.documents[(passage - article.title) as usize];
        let best = hits.iter().map(|&passage| score(passage));
        let best = best.fold(0.0, f32::max);
        Ok(lanes.iter().min().map(|&lane| Judged {
            lane,
            whole: scored.whole,
            best,
            hits: hits
                .drain(..)
                .zip(&lanes)
                .map(|(passage, &lane)| (passage, lane, score(passage)))
                .collect(),
        }))
    }

    pub(super) fn begin(&mut self, article: ArticleRun) {
        if self.article != Some(article) {
            self.article = Some(article);
            for gathered in &mut self.gathered {
                gathered.is_read = false;
                gathered.list.clear();
            }
            self.runs_in.iter_mut().for_each(Vec::clear);
            self.size = self.evaluator.segment.size(article.title) as f32;
            for (run, documents) in self.runs.iter_mut().zip(&mut self.runs_in) {
                let Some(postings) = run else { continue };
                postings.seek(article.title);
                while postings.document() <= article.last {
                    documents.push(postings.document());
                    postings.advance();
                }
            }
        }
    }

    /// Reads the postings of a ranker in an article.
    pub(super) fn gather(&mut self, number: usize, article: ArticleRun) -> Result<()> {
        let Gathered { is_read, list } = &mut self.gathered[number];
        if *is_read {
            return Ok(());
        }
        *is_read = true;
        if let Some(text) = self.question.rankers[number].text {
            list.extend_from_slice(self.texts.found(text, article)?);
        } else if let Some(postings) = &mut self.postings[number] {
            postings.seek(article.title);
            while postings.document() <= article.last {
                list.push(postings.occurrences());
                postings.advance();
            }
        }
        Ok(())
    }

    /// Scores an article and its documents.
    fn scored(&mut self, article: ArticleRun) -> Result<Scored> {
        let question = self.question;
        let (average, passage_average) = question.averages;
        let documents = (article.last - article.title + 1) as usize;
        let mut whole = 0.0;
        let mut scores = vec![0.0; documents];
        let mut evident = vec![false; documents];
        for (number, ranker) in question.rankers.iter().enumerate() {
            self.gather(number, article)?;
            let Evaluator {
                segment, all_text, ..
            } = self.evaluator;
            let postings = &self.gathered[number].list[..];
            let mut frequency = 0;
            let mut opening = 0.0;
            for found in postings {
                let document = found.document;
                let layout = segment.layout(document);
                let in_opening = match layout.kind {
                    Kind::Opening if segment.is_live(document) => found.frequency,
                    Kind::Passage
                        if found.first.is_some_and(|at| at < OPENING_CHARS as u32)
                            && segment.is_live(document)
                            && segment.opens(document, layout) =>
                    {
                        1
                    }
                    _ => 0,
                };
                if in_opening > 0 {
                    opening += OPENING * ranker.weight * saturated(in_opening, 1.0);
                }
                if !counts(segment, document, layout, all_text) {
                    continue;
                }
                frequency += found.frequency;
                let at = |document: DocId| (document - article.title) as usize;
                if is_passage(layout) {
                    let length = layout.symbols as f32 / passage_average;
                    scores[at(document)] += ranker.weight * saturated(found.frequency, length);
                }
                if ranker.is_evidence {
                    evident[at(segment.shown(document, layout))] = true;
                }
            }
            if frequency > 0 {
                whole += ranker.weight * saturated(frequency, self.size / average);
            }
            whole += opening;
        }
        Ok(Scored {
            whole,
            documents: scores,
            evident,
        })
    }

    /// The passages that are hits: on their own account, and fulfilling all.
    fn hits(&mut self, article: ArticleRun, evident: &[bool]) -> Result<Vec<DocId>> {
        let mut own = evident.to_vec();
        if !self.tests.is_empty() {
            for &(number, scope) in &self.question.positive {
                for found in self.texts.found(number, article)? {
                    if self.evaluator.is_in(found.document, scope)
                        && self.evaluator.segment.is_live(found.document)
                    {
                        let segment = self.evaluator.segment;
                        let shown = segment.shown(found.document, segment.layout(found.document));
                        own[(shown - article.title) as usize] = true;
                    }
                }
            }
        }
        let mut hits = Vec::new();
        for (number, _) in own.iter().enumerate().filter(|(_, is_own)| **is_own) {
            let passage = article.title + number as DocId;
            let mut holds = true;
            for test in self.tests {
                let texts = &mut self.texts;
                holds =
                    holds && test.holds(&self.evaluator, texts, article, passage, Look::Text)?;
            }
            if holds {
                hits.push(passage);
            }
        }
        Ok(hits)
    }

    fn lane(&mut self, article: ArticleRun, passage: DocId) -> Result<Lane> {
        let question = self.question;
        Ok(if self.holds_all(&question.exact, article, passage)? {
            Lane::Exact
        } else if self.holds_all(&question.words, article, passage)? {
            Lane::All
        } else {
            Lane::Some
        })
    }

    /// Whether a passage holds everything needed, with its title and heading.
    fn holds_all(
        &mut self,
        needs: &[NumberedNeed],
        article: ArticleRun,
        passage: DocId,
    ) -> Result<bool> {
        let heading = self.evaluator.segment.heading_of(passage);
        let is_over = |document: DocId| {
            document == passage || document == article.title || Some(document) == heading
        };
        for need in needs {
            let holds = match *need {
                NumberedNeed::Text(number) => {
                    let standing = self.texts.standing(number, article)?.iter();
                    standing.copied().any(is_over)
                }
                NumberedNeed::Run(number) => self.runs_in[number].iter().copied().any(is_over),
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_passage(layout: Layout) -> bool {
    matches!(layout.kind, Kind::Passage | Kind::Furniture)
}

/// Whether a bound is below a score by more than rounding can be: both are sums
/// of positive addends, a few hundred at most.
pub(super) fn is_below(bound: f32, score: f32) -> bool {
    bound * (1.0 + 1e-4) < score
}
