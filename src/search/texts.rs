//! The texts of a query, each found once, as far as it is asked for.
//!
//! A text is a candidate where all its grams are, which its frequency there
//! cannot exceed; its places are only read where that matters. What stands in
//! few documents is listed beforehand, so that it is verified once.

use std::collections::HashMap;
use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::literal::{Occurrences, Places, Spans, grams, is_one_gram};
use super::postings::Postings;
use crate::analysis::Pattern;
use crate::error::Result;
use crate::index::{Reader, Segment};

/// The distinct texts of a query.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) list: Vec<Text>,
    numbers: HashMap<String, usize>,
}

/// A text of a query.
pub(super) struct Text {
    pub(super) pattern: Pattern,
    /// Where it stands, by segment, if those are few.
    pub(super) listed: Option<Vec<Rc<[Occurrences]>>>,
    /// Whether its places within documents are wanted.
    pub(super) needs_spans: bool,
}

impl Texts {
    /// The number of a text.
    pub(super) fn number(&mut self, pattern: &Pattern) -> usize {
        let symbols = pattern.symbols().iter();
        let key = symbols
            .flat_map(|symbol| [symbol.character, if symbol.pairs { '1' } else { '0' }])
            .collect();
        *self.numbers.entry(key).or_insert_with(|| {
            self.list.push(Text {
                pattern: pattern.clone(),
                listed: None,
                needs_spans: false,
            });
            self.list.len() - 1
        })
    }

    /// The number of a text whose places are wanted.
    pub(super) fn number_with_spans(&mut self, pattern: &Pattern) -> usize {
        let number = self.number(pattern);
        self.list[number].needs_spans = true;
        number
    }

    /// Lists where a text stands, if that is in `most` documents at most.
    pub(super) fn list(&mut self, reader: &Reader, number: usize, most: usize) -> Result<()> {
        let text = &mut self.list[number];
        text.listed = listed(reader, &text.pattern, most)?;
        Ok(())
    }

    /// Where a listed text stands, by segment.
    pub(super) fn listed(&self, number: usize) -> Option<&[Rc<[Occurrences]>]> {
        self.list[number].listed.as_deref()
    }
}

fn listed(
    reader: &Reader,
    pattern: &Pattern,
    most: usize,
) -> Result<Option<Vec<Rc<[Occurrences]>>>> {
    let mut all = Vec::with_capacity(reader.segments.len());
    let mut left = most;
    for segment in &reader.segments {
        let mut found = Vec::new();
        if let Some(mut text) = TextReader::open(reader, segment, pattern, false)? {
            let mut document = text.candidate(0);
            while document != TERMINATED {
                found.extend(text.verified(document).map(|(occurrences, _)| occurrences));
                if found.len() > left {
                    return Ok(None);
                }
                document = text.candidate(document + 1);
            }
        }
        left -= found.len();
        all.push(found.into());
    }
    Ok(Some(all))
}

/// A text read in a segment, forward: candidates by its grams, verified by the
/// places of its characters.
pub(super) struct TextReader {
    /// Rarest first.
    grams: Vec<Postings>,
    /// `None` where a single posting list decides, unless they are wanted.
    pub(super) places: Option<Places>,
    pub(super) is_one_gram: bool,
}

impl TextReader {
    /// `None` if the segment does not have all of its grams. Its places are read
    /// even where they decide nothing if it `needs_spans`.
    pub(super) fn open(
        reader: &Reader,
        segment: &Segment,
        pattern: &Pattern,
        needs_spans: bool,
    ) -> Result<Option<Self>> {
        let mut opened = Vec::new();
        for (gram, term) in grams(pattern).into_iter().take(MAX_GRAMS) {
            match Postings::open(segment, gram.field(reader), &term)? {
                Some(postings) => opened.push(postings),
                None => return Ok(None),
            }
        }
        opened.sort_by_key(Postings::count);
        let is_one_gram = is_one_gram(pattern);
        let places = if is_one_gram && !needs_spans {
            None
        } else {
            match Places::open(reader, segment, pattern)? {
                Some(places) => Some(places),
                None => return Ok(None),
            }
        };
        Ok((!opened.is_empty()).then_some(TextReader {
            grams: opened,
            places,
            is_one_gram,
        }))
    }

    /// How many documents have its rarest gram.
    pub(super) fn count(&self) -> u32 {
        self.grams[0].count()
    }

    /// The first document from `from` on that has the rarest gram.
    pub(super) fn rarest(&mut self, from: DocId) -> DocId {
        self.grams[0].seek(from)
    }

    /// Whether a document that has the rarest gram has all.
    pub(super) fn is_candidate(&mut self, document: DocId) -> bool {
        let mut others = self.grams[1..].iter_mut();
        others.all(|gram| gram.seek(document) == document)
    }

    /// The first document from `from` on that has all grams.
    pub(super) fn candidate(&mut self, from: DocId) -> DocId {
        let mut target = self.grams[0].seek(from);
        let mut agreeing = 1;
        let mut next = 1 % self.grams.len();
        while agreeing < self.grams.len() && target != TERMINATED {
            let document = self.grams[next].seek(target);
            if document == target {
                agreeing += 1;
            } else {
                target = document;
                agreeing = 1;
            }
            next = (next + 1) % self.grams.len();
        }
        target
    }

    /// A candidate that it stands at, with a frequency it cannot exceed there.
    pub(super) fn bound(&self, document: DocId) -> Occurrences {
        let frequencies = self.grams.iter().map(|gram| gram.occurrences().frequency);
        Occurrences {
            document,
            frequency: frequencies.min().unwrap_or_default(),
            first: None,
        }
    }

    /// How often a candidate holds the text, and where; `None` if it does not.
    /// A text decided by a single posting list must be asked about where it stands.
    pub(super) fn verified(&mut self, document: DocId) -> Option<(Occurrences, Spans)> {
        let Some(places) = &mut self.places else {
            return Some((self.grams[0].occurrences(), Spans::new()));
        };
        let spans = places.spans(document, usize::MAX);
        let occurrences = Occurrences {
            document,
            frequency: spans.len() as u32,
            first: spans.first().map(|span| span.0),
        };
        (!spans.is_empty()).then_some((occurrences, spans))
    }
}

/// A longer text is looked for by so many of its grams and verified in place.
const MAX_GRAMS: usize = 64;
