//! The articles of a stretch of a segment, gathered from posting lists all at
//! once: cheaper than one article after the other by far.

use std::convert::Infallible;
use std::ops::Range;

use tantivy::DocId;

use super::article_texts::ArticleRun;
use super::bits::Bits;
use super::judge::is_below;
use super::postings::Postings;
use super::reach::Required;
use crate::index::Unpacked;

/// How many articles a batch has at most, and of how many documents, if they are
/// several.
pub(super) const ARTICLES: usize = if cfg!(test) { 64 } else { 4096 };
const DOCUMENTS: u32 = if cfg!(test) { 12 } else { 16_384 };

/// How many it has where most are looked at: what is kept for them then stays
/// in the processor's nearest memory.
const FEWEST: u32 = if cfg!(test) { 3 } else { 1024 };

/// A batch has more articles if fewer are looked at, and fewer if more are: what
/// is done once a batch is little then for each.
const FEW: u32 = if cfg!(test) { 1 } else { 128 };
const MANY: u32 = if cfg!(test) { 2 } else { 512 };

/// A posting list with more postings for each article is looked into instead of
/// read. Less in tests, so that in a small index some are read and some not.
pub(super) const DENSE: u32 = if cfg!(test) { 1 } else { 8 };

/// Of so few articles each is looked at by itself.
pub(super) const SPARSE: u32 = if cfg!(test) { 1 } else { 8 };

/// Neighbouring articles of a segment.
pub(super) struct Batch {
    /// The number of the first.
    pub(super) first: u32,
    /// The title document of the first.
    pub(super) start: DocId,
    /// The first document after the last.
    pub(super) end: DocId,
    /// What was given to each.
    given: Vec<f32>,
    /// A bit for each that is looked at.
    reached: Vec<u64>,
    /// How many articles the next one has at most.
    next: u32,
}

impl Batch {
    pub(super) fn new() -> Self {
        Batch {
            first: 0,
            start: 0,
            end: 0,
            given: vec![0.0; ARTICLES],
            reached: Vec::new(),
            next: FEWEST,
        }
    }

    /// Moves to the articles from that of a document on.
    pub(super) fn open(&mut self, columns: &Unpacked, document: DocId) {
        self.first = columns.article_of(document).0;
        self.start = columns.title(self.first);
        let mut last = (self.first + self.next).min(columns.articles()) - 1;
        let most = self.start.saturating_add(DOCUMENTS);
        if columns.end(last) > most {
            last = columns.article_of(most).0.max(self.first + 1) - 1;
        }
        self.end = columns.end(last);
        let articles = (last - self.first + 1) as usize;
        self.given[..articles].fill(0.0);
        self.reached.clear();
        self.reached.resize(articles.div_ceil(64), 0);
    }

    /// Has the next batch more or fewer articles, by how many of this one are
    /// looked at.
    pub(super) fn adapt(&mut self) {
        let count = self.count();
        if count < FEW {
            self.next = (self.next * 2).min(ARTICLES as u32);
        } else if count > MANY {
            self.next = (self.next / 2).max(FEWEST);
        }
    }

    /// How many words have a bit for each article.
    pub(super) fn words(&self) -> usize {
        self.reached.len()
    }

    /// Its documents.
    pub(super) fn documents(&self) -> Range<DocId> {
        self.start..self.end
    }

    /// The documents of the articles that are looked at.
    pub(super) fn reached(&self, columns: &Unpacked) -> Bits {
        let mut documents = Bits::none(&self.documents());
        let articles = self.articles(columns);
        articles.for_each(|(article, _)| documents.insert(article.title));
        documents.fill_on(columns.begins());
        documents
    }

    /// Leaves only the articles for which `keep` says so.
    pub(super) fn retain_articles<E>(
        &mut self,
        columns: &Unpacked,
        mut keep: impl FnMut(ArticleRun) -> Result<bool, E>,
    ) -> Result<(), E> {
        for number in 0..self.reached.len() {
            let mut left = self.reached[number];
            while left != 0 {
                let at = number * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let run = ArticleRun::of(columns, self.first + at as u32);
                if !keep(run)? {
                    self.reached[number] &= !(1 << (at % 64));
                }
            }
        }
        Ok(())
    }

    /// Gives to an article.
    #[inline]
    pub(super) fn give(&mut self, article: u32, score: f32) {
        self.given[(article - self.first) as usize] += score;
    }

    /// Has an article looked at.
    #[inline]
    pub(super) fn reach(&mut self, article: u32) {
        let at = article - self.first;
        self.reached[at as usize / 64] |= 1 << (at % 64);
    }

    /// How many articles are looked at.
    pub(super) fn count(&self) -> u32 {
        self.reached.iter().map(|word| word.count_ones()).sum()
    }

    /// How many documents of a posting list are in it, about.
    pub(super) fn expected(&self, columns: &Unpacked, postings: &Postings) -> u32 {
        let documents = u64::from(self.end - self.start);
        let all = u64::from(postings.count()) * documents;
        (all / u64::from(columns.documents())) as u32
    }

    /// Leaves only the articles that can score `least` with `rest` besides what
    /// was given to them.
    pub(super) fn retain_scores(&mut self, least: f32, rest: f32) {
        for (word, given) in self.reached.iter_mut().zip(self.given.chunks(64)) {
            let mut bits = *word;
            while bits != 0 {
                let at = bits.trailing_zeros();
                bits &= bits - 1;
                if is_below(given[at as usize] + rest, least) {
                    *word &= !(1 << at);
                }
            }
        }
    }

    /// Has all articles looked at that a posting list has, which is read to the
    /// end of the batch.
    pub(super) fn fill(&mut self, columns: &Unpacked, postings: &mut Postings) {
        postings.each_before(self.end, |document, _| {
            self.reach(columns.article_of(document).0);
        });
    }

    /// Leaves only the articles that have what is required, as far as it is read
    /// fastest one posting after the other: what is rare enough.
    pub(super) fn retain_required(&mut self, columns: &Unpacked, required: &mut [Required]) {
        let mut read = 0;
        for required in &mut *required {
            if self.expected(columns, &required.postings) > self.count() * DENSE {
                break;
            }
            self.retain(columns, required);
            read += 1;
        }
        // The others are looked into as far as few articles have them.
        let is_sparse = self.count() <= SPARSE;
        let rules_out =
            |required: &Required| is_sparse || required.postings.count() < columns.articles() / 2;
        let rest = required[read..].iter_mut();
        let mut rest: Vec<&mut Required> = rest.filter(|required| rules_out(required)).collect();
        let Ok(()) = self.retain_articles(columns, |article| {
            let mut rest = rest.iter_mut();
            Ok::<_, Infallible>(rest.all(|required| required.is_in(article)))
        });
    }

    /// Leaves only the articles that have what is required, which is read to the
    /// end of the batch.
    fn retain(&mut self, columns: &Unpacked, required: &mut Required) {
        let Required { postings, in_title } = required;
        let mut kept = vec![0_u64; self.reached.len()];
        let first = self.first;
        postings.seek(self.start);
        postings.each_before(self.end, |document, _| {
            let (article, _) = columns.article_of(document);
            let at = article - first;
            let is_in = !*in_title || columns.title(article) == document;
            kept[at as usize / 64] |= u64::from(is_in) << (at % 64);
        });
        for (reached, kept) in self.reached.iter_mut().zip(kept) {
            *reached &= kept;
        }
    }

    /// The articles left, in order, each with what was given to it.
    pub(super) fn articles<'a>(
        &'a self,
        columns: &'a Unpacked,
    ) -> impl Iterator<Item = (ArticleRun, f32)> + 'a {
        let words = self.reached.iter().enumerate();
        words.flat_map(move |(at, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let at = at * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let run = ArticleRun::of(columns, self.first + at as u32);
                Some((run, self.given[at]))
            })
        })
    }
}
