//! One article scored; and before that, whether its score can matter.
//!
//! Gives what [`super::score::scores`] gives for all articles at once, to the
//! last bit. Articles are asked about in order.

use tantivy::DocId;

use super::article_texts::{ArticleRun, ArticleTexts};
use super::frequency::counts;
use super::literal::Occurrences;
use super::postings::Postings;
use super::question::{Question, Ranker};
use super::score::{BEST_PASSAGE, OPENING, saturated};
use super::sets::Evaluator;
use crate::error::Result;
use crate::index::{Kind, Layout, OPENING_CHARS, Reader};

/// The scores of an article.
pub(super) struct Scored {
    /// Of it as a whole.
    pub(super) whole: f32,
    /// Its first document, and the scores of all.
    title: DocId,
    documents: Vec<f32>,
}

impl Scored {
    /// Of one of its passages.
    pub(super) fn of(&self, passage: DocId) -> f32 {
        self.documents[(passage - self.title) as usize]
    }
}

/// The postings of a ranker in an article, if they were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    is_read: bool,
    list: Vec<Occurrences>,
}

/// Scores the articles of a segment.
pub(super) struct Judge<'a> {
    question: &'a Question,
    evaluator: Evaluator<'a>,
    texts: ArticleTexts<'a>,
    /// Of the rankers that are no texts.
    postings: Vec<Option<Postings>>,
    /// The article at hand, and the postings of rankers in it as far as they
    /// were read.
    article: Option<ArticleRun>,
    gathered: Vec<Gathered>,
    size: f32,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        question: &'a Question,
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
        Ok(Judge {
            question,
            evaluator,
            texts: ArticleTexts::new(reader, &question.texts, segment),
            gathered: vec![Gathered::default(); postings.len()],
            postings,
            article: None,
            size: 0.0,
        })
    }

    /// Whether an article may score `least` at least that was `given` something
    /// by all rankers but those that are yet `unread`, which can give most first.
    pub(super) fn may_be_given(
        &mut self,
        article: ArticleRun,
        given: f32,
        unread: &[usize],
        least: f32,
    ) -> Result<bool> {
        let question = self.question;
        let mut rest: f32 = unread
            .iter()
            .map(|&number| question.rankers[number].bound)
            .sum();
        let mut score = given;
        if is_below(score + rest, least) {
            return Ok(false);
        }
        self.begin(article);
        for &number in unread {
            rest -= question.rankers[number].bound;
            score += self.bound(number, article)?;
            if is_below(score + rest, least) {
                return Ok(false);
            }
        }
        Ok(true)
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

    fn begin(&mut self, article: ArticleRun) {
        if self.article != Some(article) {
            self.article = Some(article);
            for gathered in &mut self.gathered {
                gathered.is_read = false;
                gathered.list.clear();
            }
            self.size = self.evaluator.segment.size(article.title) as f32;
        }
    }

    /// Reads the postings of a ranker in an article.
    fn gather(&mut self, number: usize, article: ArticleRun) -> Result<()> {
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
    pub(super) fn scored(&mut self, article: ArticleRun) -> Result<Scored> {
        self.begin(article);
        let question = self.question;
        let (average, passage_average) = question.averages;
        let documents = (article.last - article.title + 1) as usize;
        let mut whole = 0.0;
        let mut scores = vec![0.0; documents];
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
                if is_passage(layout) {
                    let length = layout.symbols as f32 / passage_average;
                    scores[(document - article.title) as usize] +=
                        ranker.weight * saturated(found.frequency, length);
                }
            }
            if frequency > 0 {
                whole += ranker.weight * saturated(frequency, self.size / average);
            }
            whole += opening;
        }
        Ok(Scored {
            whole,
            title: article.title,
            documents: scores,
        })
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
