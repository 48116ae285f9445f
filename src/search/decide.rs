//! Which passages of an article are hits of a lane, found out without scoring
//! them and with as little read as decides it: grams first, then where texts
//! stand in what is left, then evidence and conditions.

use tantivy::DocId;

use super::answer::Lane;
use super::article_texts::ArticleRun;
use super::conditions::{Look, is_among};
use super::frequency::counts;
use super::judge::Judge;
use super::question::NumberedNeed;
use super::sets::Evaluator;
use crate::error::Result;
use crate::index::Kind;

/// What of an article belongs to a lane.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Decided {
    /// How many of its hits.
    pub(super) hits: usize,
    /// Whether it is the best lane of the article.
    pub(super) is_best: bool,
}

impl Judge<'_> {
    /// Decides what of an article belongs to a lane, without scoring it.
    pub(super) fn decide(&mut self, article: ArticleRun, lane: Lane) -> Result<Decided> {
        self.begin(article);
        let question = self.question;
        let (exact, words) = (&question.exact[..], &question.words[..]);
        let (needs, better_needs): (&[_], &[&[_]]) = match lane {
            Lane::Exact => (exact, &[]),
            Lane::All => (words, &[exact]),
            Lane::Some => (&[], &[exact, words]),
        };
        let mut passages = self.may_hold(needs, article)?;
        self.retain_fulfilling(article, Look::Grams, &mut passages)?;
        if passages.is_empty() {
            return Ok(Decided::default());
        }
        let mut better = Vec::with_capacity(better_needs.len());
        for needs in better_needs {
            better.push(self.may_hold(needs, article)?);
        }
        let mut focus: Vec<DocId> = better.iter().flatten().copied().collect();
        if !(needs.is_empty() && self.required.is_empty() && self.others.is_empty()) {
            focus.extend(&passages);
        }
        focus.sort_unstable();
        self.texts.focus(article, focus);

        self.retain_holding(needs, article, &mut passages)?;
        let mut in_better: Vec<DocId> = Vec::new();
        for (needs, mut of) in better_needs.iter().zip(better) {
            self.retain_holding(needs, article, &mut of)?;
            in_better.extend(of);
        }
        in_better.sort_unstable();
        passages.retain(|passage| in_better.binary_search(passage).is_err());
        self.retain_hits(article, &mut passages)?;
        let hits = passages.len();
        if hits > 0 {
            self.retain_hits(article, &mut in_better)?;
        }
        Ok(Decided {
            hits,
            is_best: hits > 0 && in_better.is_empty(),
        })
    }

    /// The passages of an article, those around it only if they count.
    fn passages(&self, article: ArticleRun) -> Vec<DocId> {
        let Evaluator {
            segment, all_text, ..
        } = self.evaluator;
        let documents = article.title..=article.last;
        let is_passage = |document: &DocId| match segment.layout(*document).kind {
            Kind::Passage => true,
            Kind::Furniture => all_text,
            Kind::Title | Kind::Heading | Kind::Opening => false,
        };
        documents.filter(is_passage).collect()
    }

    /// The passages of an article that can hold everything needed, with its
    /// title and heading, what the query requires included, as far as grams tell.
    fn may_hold(&mut self, needs: &[NumberedNeed], article: ArticleRun) -> Result<Vec<DocId>> {
        let required = self.required;
        let mut all = required.iter().chain(needs);
        let Some(first) = all.next() else {
            return Ok(self.passages(article));
        };
        let first: Vec<DocId> = match *first {
            NumberedNeed::Text(number) => {
                let candidates = self.texts.candidates(number, article)?.iter();
                candidates.map(|found| found.document).collect()
            }
            NumberedNeed::Run(number) => self.runs_in[number].clone(),
        };
        let mut passages = self.under(article, &first);
        for need in all {
            if passages.is_empty() {
                break;
            }
            match *need {
                NumberedNeed::Text(number) => {
                    let candidates = self.texts.candidates(number, article)?;
                    retain_under(&self.evaluator, article, &mut passages, |document| {
                        is_among(candidates, document)
                    });
                }
                NumberedNeed::Run(number) => {
                    let documents = &self.runs_in[number];
                    retain_under(&self.evaluator, article, &mut passages, |document| {
                        documents.binary_search(&document).is_ok()
                    });
                }
            }
        }
        Ok(passages)
    }

    /// Keeps of passages that can hold everything needed those that do.
    fn retain_holding(
        &mut self,
        needs: &[NumberedNeed],
        article: ArticleRun,
        passages: &mut Vec<DocId>,
    ) -> Result<()> {
        for need in self.required.iter().chain(needs) {
            if passages.is_empty() {
                break;
            }
            if let NumberedNeed::Text(number) = *need {
                let standing = self.texts.standing(number, article)?;
                retain_under(&self.evaluator, article, passages, |document| {
                    standing.binary_search(&document).is_ok()
                });
            }
        }
        Ok(())
    }

    /// The passages that documents of an article are, or stand over.
    fn under(&self, article: ArticleRun, documents: &[DocId]) -> Vec<DocId> {
        let Evaluator {
            segment, all_text, ..
        } = self.evaluator;
        let mut passages = Vec::new();
        for &document in documents {
            match segment.layout(document).kind {
                Kind::Title => return self.passages(article),
                Kind::Heading => {
                    let below = (document + 1..=article.last)
                        .take_while(|&next| segment.layout(next).kind == Kind::Passage);
                    passages.extend(below);
                }
                Kind::Passage => passages.push(document),
                Kind::Furniture if all_text => passages.push(document),
                Kind::Furniture | Kind::Opening => {}
            }
        }
        passages.sort_unstable();
        passages.dedup();
        passages
    }

    /// Keeps the passages that are hits: on their own account, and fulfilling all.
    fn retain_hits(&mut self, article: ArticleRun, passages: &mut Vec<DocId>) -> Result<()> {
        self.retain_own(article, passages)?;
        self.retain_fulfilling(article, Look::Text, passages)
    }

    /// Keeps the passages that fulfil all conditions besides what is required.
    fn retain_fulfilling(
        &mut self,
        article: ArticleRun,
        look: Look,
        passages: &mut Vec<DocId>,
    ) -> Result<()> {
        if self.others.is_empty() {
            return Ok(());
        }
        let mut kept = Vec::with_capacity(passages.len());
        for &passage in &*passages {
            let mut holds = true;
            for test in &self.others {
                let texts = &mut self.texts;
                holds = holds && test.holds(&self.evaluator, texts, article, passage, look)?;
            }
            if holds {
                kept.push(passage);
            }
        }
        *passages = kept;
        Ok(())
    }

    /// Keeps the passages that have evidence, or a text that makes a hit. No
    /// more is read than decides.
    fn retain_own(&mut self, article: ArticleRun, passages: &mut Vec<DocId>) -> Result<()> {
        let question = self.question;
        let mut own = std::mem::take(&mut self.own);
        own.clear();
        own.resize((article.last - article.title + 1) as usize, false);
        let at = |document: DocId| (document - article.title) as usize;
        let rankers = question.rankers.iter().enumerate();
        for (number, _) in rankers.filter(|(_, ranker)| ranker.is_evidence) {
            if passages.iter().all(|&passage| own[at(passage)]) {
                break;
            }
            self.gather(number, article)?;
            let Evaluator {
                segment, all_text, ..
            } = self.evaluator;
            for found in &self.gathered[number].list {
                let layout = segment.layout(found.document);
                if counts(segment, found.document, layout, all_text) {
                    own[at(segment.shown(found.document, layout))] = true;
                }
            }
        }
        if !self.tests.is_empty() {
            for &(number, scope) in &question.positive {
                if passages.iter().all(|&passage| own[at(passage)]) {
                    break;
                }
                let segment = self.evaluator.segment;
                for &document in self.texts.standing(number, article)? {
                    if self.evaluator.is_in(document, scope) && segment.is_live(document) {
                        let layout = segment.layout(document);
                        own[at(segment.shown(document, layout))] = true;
                    }
                }
            }
        }
        passages.retain(|&passage| own[at(passage)]);
        self.own = own;
        Ok(())
    }
}

/// Keeps the passages of an article that some documents are, or stand over.
fn retain_under(
    evaluator: &Evaluator<'_>,
    article: ArticleRun,
    passages: &mut Vec<DocId>,
    has: impl Fn(DocId) -> bool,
) {
    if !has(article.title) {
        let heading = |passage| evaluator.segment.heading_of(passage);
        passages.retain(|&passage| has(passage) || heading(passage).is_some_and(&has));
    }
}
