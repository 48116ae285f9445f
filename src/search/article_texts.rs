//! The texts of a query in the articles of a segment, which are asked about in
//! order: candidates first, then what is verified.

use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::literal::{Occurrences, Place, Places};
use super::postings::Postings;
use super::sets::are_near;
use super::texts::{Text, TextReader, Texts};
use crate::analysis::END;
use crate::error::Result;
use crate::index::{Kind, Reader, Segment};

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
    near: Vec<NearCursor>,
    /// The title document of an article, and the passages of it that matter.
    focus: Option<(DocId, Vec<DocId>)>,
}

/// Where two texts stand near each other, read article by article.
struct NearCursor {
    near: Near,
    /// Whether it only reads what is focused on.
    is_focused: bool,
    /// The places of both, and where paragraphs end; `None` if one stands
    /// nowhere in the segment.
    places: Option<(Places, Places, Place)>,
    /// The title document of the article that the documents are of.
    of: DocId,
    documents: Vec<DocId>,
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
            near: Vec::new(),
            focus: None,
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

    /// Has [`Self::standing`] look only at these passages of an article, sorted,
    /// and at its title and headings.
    pub(super) fn focus(&mut self, article: ArticleRun, passages: Vec<DocId>) {
        self.focus = Some((article.title, passages));
    }

    /// Has it look at whole articles again.
    pub(super) fn unfocus(&mut self) {
        self.focus = None;
    }

    /// The documents of an article that hold a text: all, or those [focused
    /// on](Self::focus), which is cheaper.
    pub(super) fn standing(&mut self, number: usize, article: ArticleRun) -> Result<&[DocId]> {
        let (reader, texts) = (self.reader, self.texts);
        let segment = &reader.segments[self.segment];
        let focus = self.focus.take();
        let cursor = self.cursor(number)?;
        match &focus {
            Some((title, passages)) if *title == article.title => {
                if cursor.standing_of != (article.title, true) {
                    if let Source::Read(text) = &mut cursor.source {
                        text.open_presence(reader, segment, &texts.list[number].pattern)?;
                    }
                    cursor.stand_in(article, |document| is_wanted(segment, passages, document));
                }
            }
            _ => cursor.stand(article),
        }
        self.focus = focus;
        let standing = self.cursors[number]
            .as_ref()
            .map(|cursor| &cursor.standing[..]);
        Ok(standing.unwrap_or_default())
    }

    /// The documents of an article in which two texts stand near each other.
    pub(super) fn near(&mut self, near: Near, article: ArticleRun) -> Result<&[DocId]> {
        let focus = self.focus.take();
        let focus = focus.filter(|(title, _)| *title == article.title);
        let is_focused = focus.is_some();
        let is_known = |known: &NearCursor| known.near == near && known.is_focused == is_focused;
        let at = match self.near.iter().position(is_known) {
            Some(at) => at,
            None => {
                self.near.push(self.open_near(near, is_focused)?);
                self.near.len() - 1
            }
        };
        if self.near[at].of != article.title {
            let mut both: Vec<DocId> = Vec::new();
            let left = self.candidates(near.left, article)?;
            both.extend(left.iter().map(|found| found.document));
            let right = self.candidates(near.right, article)?;
            both.retain(|document| {
                let at = right.binary_search_by_key(document, |found| found.document);
                at.is_ok()
            });
            if let Some((_, passages)) = &focus {
                let segment = &self.reader.segments[self.segment];
                both.retain(|&document| is_wanted(segment, passages, document));
            }
            self.near[at].read(article, both);
        }
        self.focus = focus;
        Ok(&self.near[at].documents)
    }

    fn open_near(&self, near: Near, is_focused: bool) -> Result<NearCursor> {
        let segment = &self.reader.segments[self.segment];
        let places = |number: usize| {
            let pattern = &self.texts.list[number].pattern;
            Places::open(self.reader, segment, pattern)
        };
        let both = places(near.left)?.zip(places(near.right)?);
        let ends = Place::open(self.reader, segment, END)?;
        Ok(NearCursor {
            near,
            is_focused,
            places: both.map(|(left, right)| (left, right, ends)),
            of: TERMINATED,
            documents: Vec::new(),
        })
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

/// Whether a document matters for these passages.
fn is_wanted(segment: &Segment, passages: &[DocId], document: DocId) -> bool {
    passages.binary_search(&document).is_ok()
        || matches!(segment.layout(document).kind, Kind::Title | Kind::Heading)
}

impl NearCursor {
    /// Reads an article, of which these documents may hold both texts.
    fn read(&mut self, article: ArticleRun, mut both: Vec<DocId>) {
        let distance = self.near.distance;
        self.of = article.title;
        self.documents.clear();
        let Some((left, right, ends)) = &mut self.places else {
            return;
        };
        both.retain(|&document| {
            let (lefts, rights) = (
                left.spans(document, usize::MAX),
                right.spans(document, usize::MAX),
            );
            // Paragraphs only matter where they are near at all.
            are_near(&lefts, &rights, &[], distance)
                && are_near(&lefts, &rights, ends.positions(document), distance)
        });
        self.documents = both;
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
    /// The title document of the article that those are of, and whether they
    /// are not all.
    standing_of: (DocId, bool),
    standing: Vec<DocId>,
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
            standing_of: (TERMINATED, false),
            standing: Vec::new(),
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

    /// Finds the documents of an article that hold the text.
    fn stand(&mut self, article: ArticleRun) {
        if self.standing_of != (article.title, false) {
            self.found(article);
            self.standing_of = (article.title, false);
            self.standing.clear();
            let documents = self.found.iter().map(|found| found.document);
            self.standing.extend(documents);
        }
    }

    /// Finds those of some documents of an article that hold the text.
    fn stand_in(&mut self, article: ArticleRun, is_wanted: impl Fn(DocId) -> bool) {
        self.candidates(article);
        self.standing_of = (article.title, true);
        self.standing.clear();
        let documents = self.candidates.iter().map(|found| found.document);
        self.standing
            .extend(documents.filter(|&document| is_wanted(document)));
        if let Source::Read(text) = &mut self.source {
            self.standing.retain(|&document| text.holds(document));
        }
    }
}
