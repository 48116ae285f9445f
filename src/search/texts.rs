//! The texts of a query, each found once, as far as it is asked for.
//!
//! A text is a candidate where all its grams are, which its frequency there
//! cannot exceed; its places are only read where that matters. What stands in
//! few documents is listed beforehand, so that it is verified once.

use std::collections::HashMap;
use std::rc::Rc;

use tantivy::{DocId, TERMINATED};

use super::literal::{Occurrences, Places, grams, is_one_gram};
use super::postings::Postings;
use crate::analysis::{Class, MAX_WORD_CHARS, Pattern, class};
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
            });
            self.list.len() - 1
        })
    }

    /// Lists where a text stands, by segment.
    pub(super) fn list(&mut self, reader: &Reader, number: usize) -> Result<&[Rc<[Occurrences]>]> {
        let text = &mut self.list[number];
        let listed = match text.listed.take() {
            Some(listed) => listed,
            None => listed(reader, &text.pattern)?,
        };
        Ok(text.listed.insert(listed))
    }

    /// Where a listed text stands, by segment.
    pub(super) fn listed(&self, number: usize) -> Option<&[Rc<[Occurrences]>]> {
        self.list[number].listed.as_deref()
    }
}

fn listed(reader: &Reader, pattern: &Pattern) -> Result<Vec<Rc<[Occurrences]>>> {
    let mut all = Vec::with_capacity(reader.segments.len());
    for segment in &reader.segments {
        let mut found = Vec::new();
        if let Some(mut text) = TextReader::open(reader, segment, pattern)? {
            let mut document = text.candidate(0);
            while document != TERMINATED {
                found.extend(text.verified(text.bound(document)));
                document = text.candidate(document + 1);
            }
        }
        all.push(found.into());
    }
    Ok(all)
}

/// A text read in a segment, forward: candidates by its grams, verified by the
/// places of its characters.
pub(super) struct TextReader {
    /// Rarest first.
    grams: Vec<Postings>,
    /// `None` where a single posting list decides.
    places: Option<Places>,
    presence: Option<Presence>,
}

/// Tells whether a text stands in a document, not where. Reads on its own, so
/// that a document can be asked about again for its places.
struct Presence {
    /// Where it is a word of the index: there it stands, and perhaps elsewhere.
    word: Option<Postings>,
    places: Places,
}

impl TextReader {
    /// `None` if the segment does not have all of its grams.
    pub(super) fn open(
        reader: &Reader,
        segment: &Segment,
        pattern: &Pattern,
    ) -> Result<Option<Self>> {
        let mut opened = Vec::new();
        for (gram, term) in grams(pattern).into_iter().take(MAX_GRAMS) {
            match Postings::open(segment, gram.field(reader), &term)? {
                Some(postings) => opened.push(postings),
                None => return Ok(None),
            }
        }
        opened.sort_by_key(Postings::count);
        let places = if is_one_gram(pattern) {
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
            presence: None,
        }))
    }

    /// Makes ready to be asked whether documents [hold](Self::holds) the text.
    pub(super) fn open_presence(
        &mut self,
        reader: &Reader,
        segment: &Segment,
        pattern: &Pattern,
    ) -> Result<()> {
        if self.presence.is_some() || self.places.is_none() {
            return Ok(());
        }
        let Some(places) = Places::open(reader, segment, pattern)? else {
            return Ok(());
        };
        let symbols = pattern.symbols().iter();
        let is_word = symbols
            .clone()
            .all(|symbol| class(symbol.character) == Class::Han)
            && symbols.len() <= MAX_WORD_CHARS;
        let word = match is_word {
            true => {
                let word: String = symbols.map(|symbol| symbol.character).collect();
                Postings::open(segment, reader.fields.words, &word)?
            }
            false => None,
        };
        self.presence = Some(Presence { word, places });
        Ok(())
    }

    /// Whether a candidate holds the text; candidates must be asked about in order.
    pub(super) fn holds(&mut self, document: DocId) -> bool {
        self.presence.as_mut().is_none_or(|presence| {
            let word = presence.word.as_mut();
            word.is_some_and(|word| word.seek(document) == document)
                || presence.places.first_span(document)
        })
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

    /// How often a candidate holds the text, and where first; `None` if it does not.
    pub(super) fn verified(&mut self, candidate: Occurrences) -> Option<Occurrences> {
        let Some(places) = &mut self.places else {
            return Some(candidate);
        };
        let spans = places.spans(candidate.document, 0);
        let first = spans.first().map(|span| span.0)?;
        Some(Occurrences {
            frequency: spans.len() as u32,
            first: Some(first),
            ..candidate
        })
    }
}

/// A longer text is looked for by so many of its grams and verified in place.
pub(super) const MAX_GRAMS: usize = 64;
