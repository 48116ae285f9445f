//! Which passages of a batch are hits of a lane, found out without scoring them
//! and with as little read as decides it: grams first, then where texts stand in
//! what is left, then evidence and conditions.

use std::ops::Range;

use tantivy::DocId;

use super::answer::Lane;
use super::article_texts::ArticleRun;
use super::batch::Batch;
use super::bits::Bits;
use super::conditions::{Look, Test};
use super::plan::Scope;
use super::question::{NumberedNeed, Question};
use super::sets::Evaluator;
use super::standing::Standing;
use super::terms::TermUse;
use crate::error::Result;
use crate::index::{Reader, Unpacked};

/// Decides on the articles of a segment, batch by batch in order.
pub(super) struct Decider<'a> {
    evaluator: Evaluator<'a>,
    /// What the lanes need, the rarest first.
    exact: Vec<NumberedNeed>,
    words: Vec<NumberedNeed>,
    /// The texts that the tests require anywhere, the rarest first, and the
    /// other tests.
    required: Vec<NumberedNeed>,
    others: Vec<&'a Test>,
    standing: Standing<'a>,
    /// What makes a passage a hit: terms first, which are read faster.
    evidence: Vec<Evidence>,
    /// Of what is needed or required, what has a gram that is evidence.
    evident: Vec<NumberedNeed>,
}

/// What shows that a passage is about the query.
enum Evidence {
    Term(TermUse),
    Text(NumberedNeed, Scope),
}

/// Articles to be decided about: in order from one call to the next.
pub(super) struct Looked {
    documents: Range<DocId>,
    /// The documents of the articles that are looked at.
    reached: Bits,
}

impl Looked {
    /// Those of a batch that are looked at.
    pub(super) fn of(batch: &Batch, columns: &Unpacked) -> Self {
        Looked {
            documents: batch.documents(),
            reached: batch.reached(columns),
        }
    }

    /// One alone.
    pub(super) fn only(article: ArticleRun) -> Self {
        let documents = article.documents();
        let mut reached = Bits::none(&documents);
        reached.insert_all(documents.clone());
        Looked { documents, reached }
    }

    /// What of it is among some documents, which are in order.
    pub(super) fn among(&self, documents: &[DocId]) -> Bits {
        let mut some = Bits::none(&self.documents);
        let first = documents.partition_point(|&document| document < self.documents.start);
        let documents = documents[first..].iter();
        let documents = documents.take_while(|&&document| document < self.documents.end);
        documents.for_each(|&document| some.insert(document));
        some
    }
}

/// The passages of a batch that are hits of a lane, and those of its articles
/// that are hits of a better one.
#[derive(Debug)]
pub(super) struct Decided {
    hits: Bits,
    better: Bits,
}

impl Decided {
    /// The hits of an article.
    pub(super) fn hits_of(&self, article: ArticleRun) -> impl Iterator<Item = DocId> + '_ {
        let from = move |document| self.hits.next(document).filter(|&hit| hit <= article.last);
        std::iter::successors(from(article.title), move |&hit| from(hit + 1))
    }

    /// The hits, where all that there are belong to lane *exact*.
    pub(super) fn into_hits(self) -> Hits {
        Hits {
            exact: self.hits.clone(),
            words: self.hits.clone(),
            all: self.hits,
        }
    }

    /// Whether it has any, and none of a better lane.
    pub(super) fn is_best(&self, article: ArticleRun) -> bool {
        let documents = article.documents();
        self.hits.any_in(documents.clone()) && !self.better.any_in(documents)
    }
}

/// All hits of some articles, and which of them hold what a lane needs.
#[derive(Debug)]
pub(super) struct Hits {
    pub(super) all: Bits,
    exact: Bits,
    /// Those in lane *exact* too.
    words: Bits,
}

impl Hits {
    /// The lane of a hit.
    pub(super) fn lane(&self, hit: DocId) -> Lane {
        match (self.exact.contains(hit), self.words.contains(hit)) {
            (true, _) => Lane::Exact,
            (false, true) => Lane::All,
            (false, false) => Lane::Some,
        }
    }

    /// The best lane of the hits among some documents; `None` if there are none.
    pub(super) fn best(&self, documents: Range<DocId>) -> Option<Lane> {
        let any = |hits: &Bits| hits.any_in(documents.clone());
        // In this order, because most of what is asked for is in the best lane.
        let lanes = [
            (Lane::Exact, &self.exact),
            (Lane::All, &self.words),
            (Lane::Some, &self.all),
        ];
        let best = lanes.into_iter().find(|(_, hits)| any(hits));
        best.map(|(lane, _)| lane)
    }

    /// The best lane that has any of the hits [counted](Self::counts).
    pub(super) fn best_of(counts: [usize; 3]) -> Option<Lane> {
        match counts {
            [0, 0, 0] => None,
            [0, 0, _] => Some(Lane::Some),
            [0, _, _] => Some(Lane::All),
            _ => Some(Lane::Exact),
        }
    }

    /// How many hits among some documents each lane has, the best first.
    pub(super) fn counts(&self, documents: Range<DocId>) -> [usize; 3] {
        let [all, exact, words] = [&self.all, &self.exact, &self.words]
            .map(|hits| hits.count_in(documents.clone()) as usize);
        [exact, words - exact, all - words]
    }
}

impl<'a> Decider<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        question: &'a Question,
        (tests, required): (&'a [Test], &'a [NumberedNeed]),
        segment: usize,
        all_text: bool,
    ) -> Result<Self> {
        let mut standing = Standing::new(reader, &question.texts, &question.runs, segment)?;
        let (mut evidence, mut texts) = (Vec::new(), Vec::new());
        for ranker in question.rankers.iter().filter(|ranker| ranker.is_evidence) {
            match (ranker.text, ranker.field.of(reader)) {
                (Some(text), _) => {
                    texts.push(Evidence::Text(NumberedNeed::Text(text), Scope::Anywhere));
                }
                (None, Some(field)) => {
                    evidence.push(Evidence::Term(standing.terms.using(field, &ranker.term)?));
                }
                (None, None) => {}
            }
        }
        evidence.extend(texts);
        if !tests.is_empty() {
            let positive = question.positive.iter();
            evidence.extend(
                positive.map(|&(number, scope)| Evidence::Text(NumberedNeed::Text(number), scope)),
            );
        }
        let terms: Vec<&TermUse> = evidence
            .iter()
            .filter_map(|evidence| match evidence {
                Evidence::Term(used) => Some(used),
                Evidence::Text(..) => None,
            })
            .collect();
        let needs = required
            .iter()
            .chain(&question.exact)
            .chain(&question.words);
        let evident = needs
            .copied()
            .filter(|&need| standing.has_gram(need, &terms));
        let evident = evident.collect();
        let by_rarity = |needs: &[NumberedNeed]| {
            let mut needs = needs.to_vec();
            needs.sort_by_key(|&need| standing.count(need));
            needs
        };
        Ok(Decider {
            exact: by_rarity(&question.exact),
            words: by_rarity(&question.words),
            required: by_rarity(required),
            evaluator: Evaluator {
                reader,
                segment: &reader.segments[segment],
                all_text,
            },
            others: tests
                .iter()
                .filter(|test| test.required().is_none())
                .collect(),
            standing,
            evidence,
            evident,
        })
    }

    /// Decides which passages of the articles of a batch that are looked at
    /// belong to a lane: not those that are hits of a `better` one.
    pub(super) fn decide(&mut self, batch: Looked, lane: Lane, better: Bits) -> Result<Decided> {
        let needs = match lane {
            Lane::Exact => self.exact.clone(),
            Lane::All => self.words.clone(),
            Lane::Some => Vec::new(),
        };
        self.standing.open(batch.documents, batch.reached);
        let mut hits = self.possible(&needs, true)?;
        hits.remove_all(&better);
        if !hits.is_empty() {
            self.want(&needs, &hits)?;
            self.want_conditions(&hits)?;
            self.retain_holding(&needs, &mut hits)?;
            self.retain_hits(&mut hits)?;
        }
        Ok(Decided { hits, better })
    }

    /// The hits of the articles of a batch that are looked at, with their lanes.
    pub(super) fn lanes(&mut self, batch: Looked) -> Result<Hits> {
        let (exact_needs, words_needs) = (self.exact.clone(), self.words.clone());
        self.standing.open(batch.documents, batch.reached);
        let mut all = self.possible(&[], true)?;
        let mut exact = self.possible(&exact_needs, false)?;
        let mut words = match exact_needs == words_needs {
            true => exact.emptied(),
            false => self.possible(&words_needs, false)?,
        };
        self.want(&exact_needs, &exact)?;
        self.want(&words_needs, &words)?;
        self.want(&[], &all)?;
        self.want_conditions(&all)?;
        self.retain_needed(&exact_needs, &mut exact)?;
        self.retain_needed(&words_needs, &mut words)?;
        words.add_all(&exact);
        self.retain_holding(&[], &mut all)?;
        self.retain_hits(&mut all)?;
        exact.retain_all(&all);
        words.retain_all(&all);
        Ok(Hits { all, exact, words })
    }

    /// The passages that can hold everything needed, with their titles and
    /// headings, and fulfil all conditions, as far as grams tell. If `narrows`,
    /// articles without any are no more looked at.
    fn possible(&mut self, needs: &[NumberedNeed], narrows: bool) -> Result<Bits> {
        let mut passages = self.evaluator.passages_among(self.standing.reached());
        let (mut count, mut before) = (passages.count(), passages.count());
        for &need in self.required.iter().chain(needs) {
            if count == 0 {
                return Ok(passages);
            }
            let documents = self.standing.candidates(need)?;
            let evaluator = &self.evaluator;
            evaluator.retain_under(&mut passages, documents, Scope::Anywhere);
            count = passages.count();
            if narrows && count < before / 2 {
                self.standing.narrow(self.evaluator.articles_of(&passages));
                before = count;
            }
        }
        self.retain_fulfilling(Look::Grams, &mut passages)?;
        if narrows {
            self.standing.narrow(self.evaluator.articles_of(&passages));
        }
        Ok(passages)
    }

    /// Has what is needed looked for where some passages are.
    fn want(&mut self, needs: &[NumberedNeed], passages: &Bits) -> Result<()> {
        if passages.is_empty() || needs.is_empty() && self.required.is_empty() {
            return Ok(());
        }
        let documents = self.evaluator.with_heads(passages);
        for &need in self.required.iter().chain(needs) {
            self.standing.want(need, &documents);
        }
        Ok(())
    }

    /// Has what conditions and evidence ask for looked for where some passages are.
    fn want_conditions(&mut self, passages: &Bits) -> Result<()> {
        let is_text = |evidence: &Evidence| matches!(evidence, Evidence::Text(..));
        let wants = !self.others.is_empty() || self.evidence.iter().any(is_text);
        if passages.is_empty() || !wants {
            return Ok(());
        }
        let documents = self.evaluator.with_heads(passages);
        for evidence in &self.evidence {
            if let Evidence::Text(need, _) = evidence {
                self.standing.want(*need, &documents);
            }
        }
        for test in &self.others {
            test.want(&mut self.standing, &documents)?;
        }
        Ok(())
    }

    /// Keeps of passages that can hold everything needed those that do.
    fn retain_holding(&mut self, needs: &[NumberedNeed], passages: &mut Bits) -> Result<()> {
        let required = self.required.clone();
        self.retain_needed(&required, passages)?;
        self.retain_needed(needs, passages)
    }

    fn retain_needed(&mut self, needs: &[NumberedNeed], passages: &mut Bits) -> Result<()> {
        for &need in needs {
            if passages.is_empty() {
                break;
            }
            let documents = self.standing.standing(need)?;
            let evaluator = &self.evaluator;
            evaluator.retain_under(passages, documents, Scope::Anywhere);
        }
        Ok(())
    }

    /// Keeps the passages that are hits: on their own account, and fulfilling all.
    fn retain_hits(&mut self, passages: &mut Bits) -> Result<()> {
        self.retain_own(passages)?;
        self.retain_fulfilling(Look::Text, passages)
    }

    /// Keeps the passages that fulfil all conditions besides what is required.
    fn retain_fulfilling(&mut self, look: Look, passages: &mut Bits) -> Result<()> {
        for test in &self.others {
            if passages.is_empty() {
                break;
            }
            test.retain(&self.evaluator, &mut self.standing, look, passages)?;
        }
        Ok(())
    }

    /// Keeps the passages that have evidence, or a text that makes a hit. No
    /// more is read than decides.
    fn retain_own(&mut self, passages: &mut Bits) -> Result<()> {
        let mut own = passages.emptied();
        for &need in &self.evident {
            // Known anyway: no posting list need be looked into for it.
            if let Some(documents) = self.standing.known_candidates(need) {
                own.add_all(&self.evaluator.shown(documents, Scope::Anywhere));
            }
        }
        let mut missing = passages.clone();
        missing.remove_all(&own);
        // What evidence for them can stand in.
        let mut around = None;
        for evidence in &mut self.evidence {
            if missing.is_empty() {
                break;
            }
            let shown = match evidence {
                Evidence::Term(used) => {
                    let around = around.get_or_insert_with(|| self.evaluator.with_heads(&missing));
                    let mut documents = around.clone();
                    let batch = self.standing.batch().clone();
                    self.standing.terms.retain(used, &batch, &mut documents)?;
                    self.evaluator.shown(&documents, Scope::Anywhere)
                }
                Evidence::Text(need, scope) => {
                    let documents = self.standing.standing(*need)?;
                    self.evaluator.shown(documents, *scope)
                }
            };
            if !shown.is_empty() {
                own.add_all(&shown);
                missing.remove_all(&shown);
                around = None;
            }
        }
        passages.retain_all(&own);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::article::{Article, Block, BlockKind, Place};
    use crate::query::Query;
    use crate::search::best::Bounded;
    use crate::search::frequency::Limits;
    use crate::search::{SearchOptions, Searcher};

    use super::*;

    #[test]
    fn nothing_more_is_looked_for_where_no_passage_is_left() {
        let words = ["算力券", "机器人", "大模型", "补贴", "芯片", "港口"];
        let article = |word: &&str| Article {
            blocks: vec![Block {
                kind: BlockKind::Paragraph,
                text: format!("{word}见报"),
                place: Place::default(),
            }],
            ..Article::default()
        };
        let folder = tempfile::tempdir().expect("a folder");
        let articles = words.iter().map(article).collect();
        crate::add(folder.path(), "供稿", articles).expect("added");
        let searcher = Searcher::open(folder.path()).expect("opened");
        let query = Query::parse(&words.join(" ")).expect("a query").query;
        let plan = searcher.plan(&query).expect("planned");
        let limits = Limits {
            hits: 10,
            listed: 0,
            counted: 0,
        };
        let options = SearchOptions::default();
        let bounded = Bounded::new(searcher.reader(), &plan, &options, limits).expect("read");
        let asked = |decider: &Decider<'_>| {
            let needs = bounded.question.exact.iter();
            let known = needs.filter(|need| decider.standing.known_candidates(**need).is_some());
            known.count()
        };
        let mut decider = bounded.decider(0).expect("opened");
        let articles = searcher.reader().segments[0].unpacked();
        for number in 0..articles.articles() {
            let article = ArticleRun::of(articles, number);
            // The first of them that it holds, if it does, and one that it does not.
            let lanes = decider.lanes(Looked::only(article)).expect("decided");
            assert_eq!(lanes.best(article.documents()), Some(Lane::Some));
            assert!(asked(&decider) <= 2, "lanes: {}", asked(&decider));
        }
        let mut decider = bounded.decider(0).expect("opened");
        for number in 0..articles.articles() {
            let article = ArticleRun::of(articles, number);
            let looked = Looked::only(article);
            let better = looked.among(&[]);
            let found = decider
                .decide(looked, Lane::Exact, better)
                .expect("decided");
            assert_eq!(found.hits_of(article).count(), 0);
            assert!(asked(&decider) <= 2, "decide: {}", asked(&decider));
        }
    }
}
