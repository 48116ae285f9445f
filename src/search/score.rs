//! Scores: BM25 of our own over articles and their passages.
//!
//! Term by term: the postings of a term go by once in the order of documents,
//! the frequencies of an article's neighbouring documents are summed, and both
//! the article and each passage get the term's contribution. The formula is
//! that of Robertson and Zaragoza, *The Probabilistic Relevance Framework*
//! (2009), with the idf of Lucene, which is never negative:
//!
//! ```text
//! weight × ln(1 + (N − n + ½) / (n + ½)) × f (k1 + 1) / (f + k1 (1 − b + b × length / average))
//! ```
//!
//! N and n count live articles, so that deletions and merges change nothing.

use tantivy::DocId;
use tantivy::schema::{Field, IndexRecordOption};

use super::frequency::{Limits, counts, documents_with, estimated, estimated_if_many};
use super::literal::occurrences;
use super::plan::{RankField, RankTerm};
use crate::analysis::Pattern;
use crate::error::Result;
use crate::index::{Kind, Layout, OPENING_CHARS, Reader, Segment};

/// BM25's saturation of frequency.
const K1: f32 = 0.6;
/// BM25's normalisation of length.
const B: f32 = 0.6;
/// How much of an article's best passage its score takes.
pub(crate) const BEST_PASSAGE: f32 = 0.3;
/// How much the opening of an article counts besides.
pub(super) const OPENING: f32 = 0.5;
/// Single characters that stand in more than this part of all passages rank
/// nothing and cost most: FINDINGS 4e.
const FREQUENT: f64 = 0.2;
/// The most terms that are scored, rarest first: bounds pasted pages.
const MAX_TERMS: usize = 256;

/// The scores of a query, by engine document. Only the sheets that a posting
/// falls on are made, so that a rare word costs nothing in a large index.
#[derive(Debug, Default)]
pub(crate) struct Scores {
    sheets: Vec<Option<Box<Sheet>>>,
}

/// How many neighbouring documents share a sheet.
const SHEET: usize = 512;

/// The scores of neighbouring documents.
#[derive(Clone, Debug)]
struct Sheet {
    /// Of articles, at their title documents.
    articles: [f32; SHEET],
    /// Of passages.
    passages: [f32; SHEET],
    /// A bit for each passage that has evidence.
    evident: [u64; SHEET / 64],
}

impl Sheet {
    const EMPTY: Self = Sheet {
        articles: [0.0; SHEET],
        passages: [0.0; SHEET],
        evident: [0; SHEET / 64],
    };
}

/// What a term gave to one article, for explanations.
#[derive(Clone, Debug)]
pub(crate) struct Contribution {
    /// The article's title document.
    pub(crate) title: u32,
    /// The passage, or `None` for the article as a whole.
    pub(crate) passage: Option<u32>,
    pub(crate) score: f32,
}

/// Is told what each term gave.
pub(crate) type Explain<'a> = &'a mut dyn FnMut(&RankTerm, Contribution);

/// Scores all terms.
pub(crate) fn scores(
    reader: &Reader,
    terms: &[RankTerm],
    all_text: bool,
    limits: Limits,
    mut explain: Option<Explain<'_>>,
) -> Result<Scores> {
    let mut scores = Scores::empty(reader);
    let mut postings = TermPostings::default();
    for (_, term) in chosen(reader, terms)? {
        postings.read(reader, term, all_text)?;
        let estimate = match term.field {
            RankField::Phrase => estimated_if_many(reader, term, all_text, limits)?,
            _ if postings.documents > limits.counted => Some(estimated(reader, term, all_text)?),
            _ => None,
        };
        let with = estimate.unwrap_or(postings.articles.len() as f32);
        scores.add(reader, term, with, &postings, &mut explain);
    }
    Ok(scores)
}

/// The terms worth scoring, in the order given, with the number of their
/// documents, 0 for a text.
pub(super) fn chosen<'a>(
    reader: &Reader,
    terms: &'a [RankTerm],
) -> Result<Vec<(usize, &'a RankTerm)>> {
    let limit = f64::from(reader.documents) * FREQUENT;
    let mut counted = Vec::with_capacity(terms.len());
    for (number, term) in terms.iter().enumerate() {
        if term.field == RankField::Phrase {
            counted.push((0, number, term));
            continue;
        }
        let documents = documents_with(reader, term)?;
        let is_frequent = term.field == RankField::Chars
            && !term.is_evidence
            && documents as f64 > limit.max(8.0);
        if documents > 0 && !is_frequent {
            counted.push((documents, number, term));
        }
    }
    if counted.len() > MAX_TERMS {
        counted.sort_by_key(|&(documents, number, _)| (documents, number));
        counted.truncate(MAX_TERMS);
        counted.sort_by_key(|&(_, number, _)| number);
    }
    let counted = counted.into_iter();
    Ok(counted
        .map(|(documents, _, term)| (documents, term))
        .collect())
}

/// What a term gives at most of frequency and length: its weight with its idf,
/// where `with` articles have it.
pub(super) fn weight(reader: &Reader, term: &RankTerm, with: f32) -> f32 {
    let articles = reader.header.articles.max(1) as f32;
    let idf = (1.0 + (articles - with + 0.5) / (with + 0.5)).ln();
    term.weight * idf * (K1 + 1.0)
}

/// The average symbols of articles and of passages.
pub(super) fn averages(reader: &Reader) -> (f32, f32) {
    let symbols = reader.header.symbols as f32;
    let average = |of: usize| (symbols / of.max(1) as f32).max(1.0);
    (
        average(reader.header.articles),
        average(reader.header.passages),
    )
}

/// How many layouts are read at once.
const LAYOUTS: usize = 128;

/// The postings of one term, by article and by passage.
#[derive(Default)]
struct TermPostings {
    /// Title document, symbols of the article, summed frequency.
    articles: Vec<(u32, f32, u32)>,
    /// Passage document, symbols of the passage, frequency.
    passages: Vec<(u32, f32, u32)>,
    /// Title document of each article that opens with it, frequency.
    openings: Vec<(u32, u32)>,
    /// The passages that its titles and headings show as.
    shown: Vec<u32>,
    /// How many documents have it, deleted ones included.
    documents: usize,
}

impl TermPostings {
    fn read(&mut self, reader: &Reader, term: &RankTerm, all_text: bool) -> Result<()> {
        self.documents = 0;
        self.articles.clear();
        self.passages.clear();
        self.openings.clear();
        self.shown.clear();
        match term.field.of(reader) {
            Some(field) => self.read_blocks(reader, field, &term.text, all_text),
            None => self.read_text(reader, &term.text, all_text),
        }
    }

    fn read_blocks(
        &mut self,
        reader: &Reader,
        field: Field,
        term: &str,
        all_text: bool,
    ) -> Result<()> {
        let (mut values, mut places) = ([0; LAYOUTS], [0; LAYOUTS]);
        for segment in &reader.segments {
            let Some(list) = segment.posting_list(field, term)? else {
                continue;
            };
            self.documents += list.count() as usize;
            let mut blocks = list.blocks(segment, IndexRecordOption::WithFreqs)?;
            while blocks.length() > 0 {
                let documents = blocks.documents().chunks(LAYOUTS);
                let frequencies = blocks.frequencies().chunks(LAYOUTS);
                for (documents, frequencies) in documents.zip(frequencies) {
                    let length = documents.len();
                    segment.layouts(documents, &mut values[..length], &mut places[..length]);
                    for (number, &document) in documents.iter().enumerate() {
                        let layout = Layout::of(values[number], places[number]);
                        self.count(segment, document, layout, frequencies[number], all_text);
                    }
                }
                blocks.advance();
            }
        }
        Ok(())
    }

    /// A required text: only the documents that hold it are looked at.
    fn read_text(&mut self, reader: &Reader, text: &str, all_text: bool) -> Result<()> {
        let Some(pattern) = Pattern::new(text) else {
            return Ok(());
        };
        for segment in &reader.segments {
            let occurrences = occurrences(reader, segment, &pattern)?;
            self.documents += occurrences.len();
            for found in occurrences {
                let document = found.document;
                let layout = segment.layout(document);
                self.count(segment, document, layout, found.frequency, all_text);
                let is_in_opening = found.first.is_some_and(|at| at < OPENING_CHARS as u32);
                if is_in_opening && segment.is_live(document) && segment.opens(document, layout) {
                    let title = segment.base + document - layout.before;
                    self.openings.push((title, 1));
                }
            }
        }
        Ok(())
    }

    /// Counts what a document holds of the term.
    fn count(
        &mut self,
        segment: &Segment,
        document: DocId,
        layout: Layout,
        frequency: u32,
        all_text: bool,
    ) {
        let title = segment.base + document - layout.before;
        if layout.kind == Kind::Opening && segment.is_live(document) {
            self.openings.push((title, frequency));
        }
        if !counts(segment, document, layout, all_text) {
            return;
        }
        match self.articles.last_mut() {
            Some(last) if last.0 == title => last.2 += frequency,
            _ => {
                let symbols = segment.size(title - segment.base) as f32;
                self.articles.push((title, symbols, frequency));
            }
        }
        match layout.kind {
            Kind::Passage | Kind::Furniture => {
                let symbols = layout.symbols as f32;
                self.passages
                    .push((segment.base + document, symbols, frequency));
            }
            Kind::Title | Kind::Heading | Kind::Opening => {
                self.shown
                    .push(segment.base + segment.shown(document, layout));
            }
        }
    }
}

impl Scores {
    /// Scores of nothing yet.
    pub(super) fn empty(reader: &Reader) -> Self {
        Scores {
            sheets: vec![None; (reader.documents as usize).div_ceil(SHEET)],
        }
    }

    fn add(
        &mut self,
        reader: &Reader,
        term: &RankTerm,
        with: f32,
        postings: &TermPostings,
        explain: &mut Option<Explain<'_>>,
    ) {
        let weight = weight(reader, term, with);
        let (average, passage_average) = averages(reader);
        for &(title, length, frequency) in &postings.articles {
            let score = weight * saturated(frequency, length / average);
            *self.article_mut(title) += score;
            if let Some(explain) = explain {
                explain(
                    term,
                    Contribution {
                        title,
                        passage: None,
                        score,
                    },
                );
            }
        }
        for &(title, frequency) in &postings.openings {
            // All openings are of about the same length.
            let score = OPENING * weight * saturated(frequency, 1.0);
            *self.article_mut(title) += score;
            if let Some(explain) = explain {
                explain(
                    term,
                    Contribution {
                        title,
                        passage: None,
                        score,
                    },
                );
            }
        }
        for &(passage, length, frequency) in &postings.passages {
            let score = weight * saturated(frequency, length / passage_average);
            *self.passage_mut(passage) += score;
            if let Some(explain) = explain {
                explain(
                    term,
                    Contribution {
                        title: 0,
                        passage: Some(passage),
                        score,
                    },
                );
            }
        }
        if term.is_evidence {
            let passages = postings.passages.iter().map(|&(passage, _, _)| passage);
            for passage in passages.chain(postings.shown.iter().copied()) {
                let (sheet, at) = self.sheet(passage);
                sheet.evident[at / 64] |= 1 << (at % 64);
            }
        }
    }

    /// The sheet of a document and its place there.
    fn sheet(&mut self, document: u32) -> (&mut Sheet, usize) {
        let (number, at) = (document as usize / SHEET, document as usize % SHEET);
        let sheet = self.sheets[number].get_or_insert_with(|| Box::new(Sheet::EMPTY));
        (sheet, at)
    }

    fn article_mut(&mut self, title: u32) -> &mut f32 {
        let (sheet, at) = self.sheet(title);
        &mut sheet.articles[at]
    }

    pub(super) fn passage_mut(&mut self, passage: u32) -> &mut f32 {
        let (sheet, at) = self.sheet(passage);
        &mut sheet.passages[at]
    }

    /// The score of an article, given by its title document.
    pub(crate) fn article(&self, title: u32) -> f32 {
        let sheet = self.sheets[title as usize / SHEET].as_ref();
        sheet.map_or(0.0, |sheet| sheet.articles[title as usize % SHEET])
    }

    /// The score of a passage.
    pub(crate) fn passage(&self, passage: u32) -> f32 {
        let sheet = self.sheets[passage as usize / SHEET].as_ref();
        sheet.map_or(0.0, |sheet| sheet.passages[passage as usize % SHEET])
    }

    /// The passages with evidence among the `count` documents from `base` on,
    /// numbered from there, in order.
    pub(crate) fn evident(&self, base: u32, count: u32) -> Vec<u32> {
        let (first, end) = (base as usize, (base + count) as usize);
        let mut evident = Vec::new();
        let sheets = self.sheets.iter().enumerate();
        for (number, sheet) in sheets
            .take(end.div_ceil(SHEET))
            .skip(first / SHEET)
            .filter_map(|(number, sheet)| Some((number, sheet.as_ref()?)))
        {
            for (at, &word) in sheet.evident.iter().enumerate() {
                let mut bits = word;
                while bits != 0 {
                    let document = number * SHEET + at * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    if (first..end).contains(&document) {
                        evident.push((document - first) as u32);
                    }
                }
            }
        }
        evident
    }
}

/// The part of the formula that depends on the frequency and relative length.
pub(super) fn saturated(frequency: u32, length: f32) -> f32 {
    let frequency = frequency as f32;
    frequency / (frequency + K1 * (1.0 - B + B * length))
}
