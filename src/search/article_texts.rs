//! The texts of a query in the articles of a segment, which are asked about in
//! order: candidates first, then what is verified.

use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::literal::{Occurrences, Place, Spans};
use super::postings::Postings;
use super::sets::are_near;
use super::texts::{Text, TextReader, Texts};
use crate::analysis::END;
use crate::error::Result;
use crate::index::Reader;

/// An article of a segment: a run of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArticleRun {
    /// Its first document.
    pub(super) title: DocId,
    /// Its last.
    pub(super) last: DocId,
}

/// The texts of a query in the articles of a segment, which are asked about in
/// order; opened when they are first asked for.
pub(super) struct ArticleTexts<'a> {
    reader: &'a Reader,
    texts: &'a Texts,
    segment: usize,
    cursors: Vec<Option<TextCursor>>,
    ends: Option<Ends>,
    /// Where texts were found near each other, and in which article.
    near: Vec<(Near, ArticleRun, Vec<DocId>)>,
}

/// Where paragraphs end in the documents of an article.
struct Ends {
    article: ArticleRun,
    place: Place,
    documents: Vec<(DocId, Vec<u32>)>,
}

/// Two texts that stand within a distance of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) distance: u32,
}

impl<'a> ArticleTexts<'a> {
    pub(super) fn new(reader: &'a Reader, texts: &'a Texts, segment: usize) -> Self {
        ArticleTexts {
            reader,
            texts,
            segment,
            cursors: texts.list.iter().map(|_| None).collect(),
            ends: None,
            near: Vec::new(),
        }
    }

    /// The documents of an article that may hold a text, with frequencies it
    /// cannot exceed there.
    pub(super) fn candidates(
        &mut self,
        number: usize,
        article: ArticleRun,
    ) -> Result<&[Occurrences]> {
        Ok(self.cursor(number)?.candidates(article))
    }

    /// The documents of an article that hold a text.
    pub(super) fn found(&mut self, number: usize, article: ArticleRun) -> Result<&[Occurrences]> {
        Ok(self.cursor(number)?.found(article))
    }

    /// The documents of an article in which two texts stand near each other.
    pub(super) fn near(&mut self, near: Near, article: ArticleRun) -> Result<&[DocId]> {
        let known = self.near.iter().position(|(known, ..)| *known == near);
        let at = known.unwrap_or(self.near.len());
        if known.is_none_or(|at| self.near[at].1 != article) {
            let found = (near, article, self.near_in(near, article)?);
            match known {
                Some(at) => self.near[at] = found,
                None => self.near.push(found),
            }
        }
        Ok(&self.near[at].2)
    }

    fn near_in(&mut self, near: Near, article: ArticleRun) -> Result<Vec<DocId>> {
        let Near {
            left,
            right,
            distance,
        } = near;
        if self.found(left, article)?.is_empty() || self.found(right, article)?.is_empty() {
            return Ok(Vec::new());
        }
        self.read_ends(article)?;
        let (Some(left), Some(right)) = (&self.cursors[left], &self.cursors[right]) else {
            return Ok(Vec::new());
        };
        let ends = self.ends.iter().flat_map(|ends| &ends.documents);
        let is_near = |(document, ends): &&(DocId, Vec<u32>)| {
            let spans = |cursor: &TextCursor| {
                let at = |found: &Occurrences| found.document == *document;
                cursor.found.iter().position(at)
            };
            spans(left).zip(spans(right)).is_some_and(|(one, other)| {
                are_near(&left.spans[one], &right.spans[other], ends, distance)
            })
        };
        Ok(ends
            .filter(is_near)
            .map(|(document, _)| *document)
            .collect())
    }

    /// Reads where the paragraphs of an article end.
    fn read_ends(&mut self, article: ArticleRun) -> Result<()> {
        let segment = &self.reader.segments[self.segment];
        let mut place = match self.ends.take() {
            Some(known) if known.article == article => {
                self.ends = Some(known);
                return Ok(());
            }
            Some(Ends { place, .. }) => place,
            None => Place::open(self.reader, segment, END)?,
        };
        let documents = article.title..=article.last;
        let read = documents.map(|document| (document, place.positions(document).to_vec()));
        self.ends = Some(Ends {
            article,
            documents: read.collect(),
            place,
        });
        Ok(())
    }

    fn cursor(&mut self, number: usize) -> Result<&mut TextCursor> {
        let cursor = match self.cursors[number].take() {
            Some(cursor) => cursor,
            None => {
                let text = &self.texts.list[number];
                TextCursor::open(self.reader, text, self.segment)?
            }
        };
        Ok(self.cursors[number].insert(cursor))
    }
}

enum Source {
    /// Nowhere in the segment.
    Absent,
    Listed(Postings),
    Read(TextReader),
}

/// A text read article by article, forward.
struct TextCursor {
    source: Source,
    /// The title document of the article that the candidates are of.
    candidates_of: DocId,
    candidates: Vec<Occurrences>,
    found_of: DocId,
    found: Vec<Occurrences>,
    spans: Vec<Spans>,
}

impl TextCursor {
    fn open(reader: &Reader, text: &Text, segment: usize) -> Result<Self> {
        let source = match &text.listed {
            Some(listed) if !text.needs_spans => {
                Source::Listed(Postings::Listed(Rc::clone(&listed[segment]), 0))
            }
            _ => {
                let segment = &reader.segments[segment];
                match TextReader::open(reader, segment, &text.pattern, text.needs_spans)? {
                    Some(reader) => Source::Read(reader),
                    None => Source::Absent,
                }
            }
        };
        Ok(TextCursor {
            source,
            candidates_of: TERMINATED,
            candidates: Vec::new(),
            found_of: TERMINATED,
            found: Vec::new(),
            spans: Vec::new(),
        })
    }

    /// The documents of an article that may hold the text, with frequencies it
    /// cannot exceed there.
    fn candidates(&mut self, ArticleRun { title, last }: ArticleRun) -> &[Occurrences] {
        if self.candidates_of != title {
            self.candidates_of = title;
            self.candidates.clear();
            match &mut self.source {
                Source::Absent => {}
                Source::Listed(postings) => {
                    postings.seek(title);
                    while postings.document() <= last {
                        self.candidates.push(postings.occurrences());
                        postings.advance();
                    }
                }
                Source::Read(text) => {
                    let mut document = text.candidate(title);
                    while document <= last {
                        self.candidates.push(text.bound(document));
                        document = text.candidate(document + 1);
                    }
                }
            }
        }
        &self.candidates
    }

    /// The documents of an article that hold the text.
    fn found(&mut self, article: ArticleRun) -> &[Occurrences] {
        if self.found_of != article.title {
            self.candidates(article);
            self.found_of = article.title;
            self.found.clear();
            self.spans.clear();
            match &mut self.source {
                Source::Read(text) if text.places.is_some() => {
                    for &candidate in &self.candidates {
                        let verified = text.verified(candidate.document);
                        let (occurrences, spans) = match (verified, text.is_one_gram) {
                            // Its gram decides, also where no places are kept.
                            (verified, true) => (candidate, verified.unwrap_or_default().1),
                            (Some(verified), false) => verified,
                            (None, false) => continue,
                        };
                        self.found.push(occurrences);
                        self.spans.push(spans);
                    }
                }
                _ => self.found.extend_from_slice(&self.candidates),
            }
        }
        &self.found
    }
}
