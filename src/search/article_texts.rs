//! The texts of a query in the articles of a segment, which are asked about in
//! order: candidates first, then what is verified.

use std::ops::Range;
use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::literal::Occurrences;
use super::postings::Postings;
use super::texts::{Text, TextReader, Texts};
use crate::error::Result;
use crate::index::{Reader, Unpacked};

/// An article of a segment: a run of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ArticleRun {
    /// Its first document.
    pub(super) title: DocId,
    /// Its last.
    pub(super) last: DocId,
}

impl ArticleRun {
    /// Its documents.
    pub(super) fn documents(self) -> Range<DocId> {
        self.title..self.last + 1
    }

    /// An article by its number in the segment.
    pub(super) fn of(columns: &Unpacked, number: u32) -> Self {
        ArticleRun {
            title: columns.title(number),
            last: columns.end(number) - 1,
        }
    }
}

/// The texts of a query in the articles of a segment, which are asked about in
/// order; opened when they are first asked for.
pub(super) struct ArticleTexts<'a> {
    reader: &'a Reader,
    texts: &'a Texts,
    segment: usize,
    cursors: Vec<Option<TextCursor>>,
}

impl<'a> ArticleTexts<'a> {
    pub(super) fn new(reader: &'a Reader, texts: &'a Texts, segment: usize) -> Self {
        ArticleTexts {
            reader,
            texts,
            segment,
            cursors: texts.list.iter().map(|_| None).collect(),
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

    fn cursor(&mut self, number: usize) -> Result<&mut TextCursor> {
        Ok(match &mut self.cursors[number] {
            Some(cursor) => cursor,
            unopened => {
                let text = &self.texts.list[number];
                unopened.insert(TextCursor::open(self.reader, text, self.segment)?)
            }
        })
    }
}

enum Source {
    /// Nowhere in the segment.
    Absent,
    Listed(Postings),
    Read(Box<TextReader>),
}

/// A text read article by article, forward.
struct TextCursor {
    source: Source,
    /// The title document of the article that the candidates are of.
    candidates_of: DocId,
    candidates: Vec<Occurrences>,
    found_of: DocId,
    found: Vec<Occurrences>,
}

impl TextCursor {
    fn open(reader: &Reader, text: &Text, segment: usize) -> Result<Self> {
        let source = match &text.listed {
            Some(listed) => Source::Listed(Postings::Listed(Rc::clone(&listed[segment]), 0)),
            None => {
                let segment = &reader.segments[segment];
                match TextReader::open(reader, segment, &text.pattern)? {
                    Some(reader) => Source::Read(Box::new(reader)),
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
            match &mut self.source {
                Source::Read(text) => {
                    let documents = self.candidates.iter();
                    let verified = documents.filter_map(|candidate| text.verified(*candidate));
                    self.found.extend(verified);
                }
                _ => self.found.extend_from_slice(&self.candidates),
            }
        }
        &self.found
    }
}
