//! Literal search on the index: the documents of a segment that hold a pattern.
//!
//! All pairs of the pattern first (frequencies only, cheap), then its
//! characters in place. Held equal to [`crate::analysis::literal`] by test.

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, TERMINATED};

use super::postings::{Frequencies, Postings, TermPostings};
use crate::analysis::{GAP, Pattern, Symbol, pair_term};
use crate::error::{Error, Result};
use crate::index::{Reader, Segment};

/// Where a pattern stands in a document: positions of its first symbol and one
/// past its last.
pub(crate) type Spans = Vec<(u32, u32)>;

/// The documents of `segment` that hold `pattern`, live or not, in order;
/// only those among `among`, if given (sorted).
pub(crate) fn documents(
    reader: &Reader,
    segment: &Segment,
    pattern: &Pattern,
    among: Option<&[DocId]>,
) -> Result<Vec<DocId>> {
    let Some(candidates) = with_all_grams(reader, segment, pattern, among)? else {
        return Ok(Vec::new());
    };
    if is_one_gram(pattern) {
        return Ok(candidates);
    }
    let Some(mut places) = Places::open(reader, segment, pattern)? else {
        return Ok(Vec::new());
    };
    let mut documents = Vec::new();
    for document in candidates {
        if places.first_span(document) {
            documents.push(document);
        }
    }
    Ok(documents)
}

/// How often, and where first, a pattern stands in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occurrences {
    pub(crate) document: DocId,
    pub(crate) frequency: u32,
    /// The position of its first symbol; `None` where positions were not read,
    /// because a single posting list decides the pattern.
    pub(crate) first: Option<u32>,
}

/// The occurrences of `pattern` in the documents of `segment` that hold it,
/// live or not, in order.
pub(crate) fn occurrences(
    reader: &Reader,
    segment: &Segment,
    pattern: &Pattern,
) -> Result<Vec<Occurrences>> {
    let mut found = Vec::new();
    if is_one_gram(pattern) {
        for (gram, term) in grams(pattern) {
            let field = gram.field(reader);
            let Some(mut postings) = Postings::open(segment, field, &term)? else {
                continue;
            };
            while postings.document() != TERMINATED {
                found.push(postings.occurrences());
                postings.advance();
            }
        }
        return Ok(found);
    }
    let candidates = with_all_grams(reader, segment, pattern, None)?.unwrap_or_default();
    for (document, spans) in spans(reader, segment, pattern, &candidates)? {
        found.push(Occurrences {
            document,
            frequency: spans.len() as u32,
            first: spans.first().map(|span| span.0),
        });
    }
    Ok(found)
}

/// The spans of `pattern` in each of `documents` (sorted) that hold it.
pub(crate) fn spans(
    reader: &Reader,
    segment: &Segment,
    pattern: &Pattern,
    documents: &[DocId],
) -> Result<Vec<(DocId, Spans)>> {
    let Some(mut places) = Places::open(reader, segment, pattern)? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for &document in documents {
        let spans = places.spans(document, 0);
        if !spans.is_empty() {
            found.push((document, spans.to_vec()));
        }
    }
    Ok(found)
}

/// The positions of one character in each of `documents` (sorted).
pub(crate) fn positions(
    reader: &Reader,
    segment: &Segment,
    character: char,
    documents: &[DocId],
) -> Result<Vec<Vec<u32>>> {
    let mut place = Place::open(reader, segment, character)?;
    let of = |&document: &DocId| place.positions(document).to_vec();
    Ok(documents.iter().map(of).collect())
}

/// Whether a single posting list decides the pattern.
pub(super) fn is_one_gram(pattern: &Pattern) -> bool {
    match pattern.symbols() {
        [_] => true,
        [first, second] => first.pairs && second.pairs,
        _ => false,
    }
}

/// The terms that a document must have: pairs, and characters that stand in none.
pub(super) fn grams(pattern: &Pattern) -> Vec<(Gram, String)> {
    let symbols = pattern.symbols();
    let mut grams = Vec::new();
    let joined =
        |at: usize| -> Option<String> { pair_term(symbols.get(at)?, symbols.get(at + 1)?) };
    for (at, symbol) in symbols.iter().enumerate() {
        let pair = joined(at);
        let before = at.checked_sub(1).and_then(joined);
        match pair {
            Some(pair) => grams.push((Gram::Pair, pair)),
            None if before.is_none() && symbol.character != GAP => {
                grams.push((Gram::Char, symbol.character.to_string()));
            }
            None => {}
        }
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gram {
    Char,
    Pair,
}

impl Gram {
    pub(super) fn field(self, reader: &Reader) -> Field {
        match self {
            Gram::Char => reader.fields.chars,
            Gram::Pair => reader.fields.pairs,
        }
    }
}

/// The documents that have all grams of a pattern; `None` if there are none.
fn with_all_grams(
    reader: &Reader,
    segment: &Segment,
    pattern: &Pattern,
    among: Option<&[DocId]>,
) -> Result<Option<Vec<DocId>>> {
    let mut lists = Vec::new();
    for (gram, term) in grams(pattern) {
        let field = gram.field(reader);
        match segment.posting_list(field, &term)? {
            Some(list) => lists.push(list),
            None => return Ok(None),
        }
    }
    lists.sort_by_key(|list| list.count());
    let mut lists = lists.into_iter();
    let mut documents = match among {
        Some(among) => among.to_vec(),
        None => match lists.next() {
            Some(list) => list.documents(segment)?,
            None => return Ok(None),
        },
    };
    for list in lists {
        let mut postings = TermPostings::of(segment, &list, Frequencies::Skipped)?;
        documents.retain(|&document| postings.seek(document) == document);
        if documents.is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(documents))
}

/// Moves to `document` or past it; documents must be asked for in order.
fn is_at(postings: &mut SegmentPostings, document: DocId) -> bool {
    let here = postings.doc();
    if here == TERMINATED || here > document {
        return false;
    }
    here == document || postings.seek(document) == document
}

/// The positions of the characters of a pattern.
pub(super) struct Places {
    /// One for each distinct character.
    places: Vec<Place>,
    /// The place of each symbol of the pattern, and whether it is optional.
    steps: Vec<(Option<usize>, bool)>,
    /// The steps, rarest character first; empty if some are optional.
    order: Vec<usize>,
    /// Where the pattern begins in the document at hand.
    starts: Vec<u32>,
    /// Its spans there.
    spans: Spans,
}

impl Places {
    /// `None` if a required character does not occur in the segment at all.
    pub(super) fn open(
        reader: &Reader,
        segment: &Segment,
        pattern: &Pattern,
    ) -> Result<Option<Self>> {
        let mut places: Vec<Place> = Vec::new();
        let mut steps = Vec::new();
        for &Symbol { character, .. } in pattern.symbols() {
            let is_optional = character == GAP;
            let known = places.iter().position(|place| place.character == character);
            let number = match known {
                Some(number) => Some(number),
                None => {
                    let place = Place::open(reader, segment, character)?;
                    match place.postings {
                        Some(_) => {
                            places.push(place);
                            Some(places.len() - 1)
                        }
                        None if is_optional => None,
                        None => return Ok(None),
                    }
                }
            };
            steps.push((number, is_optional));
        }
        let mut order = Vec::new();
        if steps.iter().all(|(_, is_optional)| !is_optional) {
            order.extend(0..steps.len());
            let frequency = |step: &usize| steps[*step].0.map(|number| places[number].count());
            order.sort_by_key(frequency);
        }
        Ok(Some(Places {
            places,
            steps,
            order,
            starts: Vec::new(),
            spans: Vec::new(),
        }))
    }

    /// Whether the pattern stands in `document`; documents must be asked for in order.
    pub(super) fn first_span(&mut self, document: DocId) -> bool {
        match self.order.is_empty() {
            true => {
                self.spans_with_gaps(document, 1);
                !self.spans.is_empty()
            }
            false => {
                self.find_starts(document, 0);
                !self.starts.is_empty()
            }
        }
    }

    /// Its spans in `document`, where it is known to stand `least` times at
    /// least; documents must be asked for in order.
    pub(super) fn spans(&mut self, document: DocId, least: u32) -> &[(u32, u32)] {
        if self.order.is_empty() {
            self.spans_with_gaps(document, usize::MAX);
        } else {
            self.find_starts(document, least);
            let length = self.steps.len() as u32;
            let spans = self.starts.iter().map(|&start| (start, start + length));
            self.spans.clear();
            self.spans.extend(spans);
        }
        &self.spans
    }

    /// Where every symbol is required: the rarest character says where the
    /// pattern may begin, each other one leaves less of it, until no more than
    /// `least` are left, which is how often it stands at least.
    fn find_starts(&mut self, document: DocId, least: u32) {
        let starts = &mut self.starts;
        starts.clear();
        for (number, &step) in self.order.iter().enumerate() {
            let Some(place) = self.steps[step].0.map(|place| &mut self.places[place]) else {
                return starts.clear();
            };
            let positions = place.positions(document);
            let step = step as u32;
            match number {
                0 => starts.extend(positions.iter().filter_map(|at| at.checked_sub(step))),
                _ => starts.retain(|start| positions.binary_search(&(start + step)).is_ok()),
            }
            if starts.len() <= least as usize {
                return;
            }
        }
    }

    /// Finds up to `limit` spans.
    fn spans_with_gaps(&mut self, document: DocId, limit: usize) {
        let spans = &mut self.spans;
        spans.clear();
        for place in &mut self.places {
            if place.positions(document).is_empty() && place.character != GAP {
                return;
            }
        }
        let has = |step: &Option<usize>, position: u32| {
            step.is_some_and(|number| {
                self.places[number]
                    .positions
                    .binary_search(&position)
                    .is_ok()
            })
        };
        let Some((Some(first), _)) = self.steps.first() else {
            return;
        };
        'starts: for &start in &self.places[*first].positions {
            let mut at = start + 1;
            for (step, is_optional) in &self.steps[1..] {
                if has(step, at) {
                    at += 1;
                } else if !is_optional {
                    continue 'starts;
                }
            }
            spans.push((start, at));
            if spans.len() == limit {
                break;
            }
        }
    }
}

/// The positions of one character, read forward.
pub(super) struct Place {
    character: char,
    /// `None` if the segment does not have it.
    postings: Option<SegmentPostings>,
    /// The document that `positions` are of.
    document: DocId,
    positions: Vec<u32>,
}

impl Place {
    pub(super) fn open(reader: &Reader, segment: &Segment, character: char) -> Result<Self> {
        let field = reader.fields.chars;
        let mut buffer = [0; 4];
        let inverted = segment.inverted(field)?;
        let found = inverted.terms().get(character.encode_utf8(&mut buffer));
        let record = IndexRecordOption::WithFreqsAndPositions;
        let opened = found.map_err(Error::from_engine_io)?.map(|info| {
            let opened = inverted.read_postings_from_terminfo(&info, record);
            opened.map_err(Error::from_engine_io)
        });
        Ok(Place {
            character,
            postings: opened.transpose()?,
            document: TERMINATED,
            positions: Vec::new(),
        })
    }

    /// In how many documents it stands.
    fn count(&self) -> u32 {
        self.postings.as_ref().map_or(0, SegmentPostings::size_hint)
    }

    /// Its positions in a document; documents must be asked for in order.
    pub(super) fn positions(&mut self, document: DocId) -> &[u32] {
        if self.document != document {
            self.document = document;
            self.positions.clear();
            if let Some(postings) = &mut self.postings
                && is_at(postings, document)
            {
                postings.positions(&mut self.positions);
            }
        }
        &self.positions
    }
}
