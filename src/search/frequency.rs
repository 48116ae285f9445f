//! In how many articles a term or text stands: for its weight.
//!
//! Counted where it stands in few documents; estimated from stretches of the
//! index, the same ones each time, where it stands in many: there a percent
//! moves a score by a thousandth, and counting would read all of it.

use tantivy::TERMINATED;
use tantivy::schema::Field;

use super::literal::Occurrences;
use super::plan::{RankField, RankTerm};
use super::postings::Postings;
use super::texts::TextReader;
use crate::analysis::Pattern;
use crate::error::Result;
use crate::index::{Kind, Layout, Portion, Reader, Segment};

/// From where on a search bounds its work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Hits are counted so far.
    pub(crate) hits: usize,
    /// A text in more articles is not gone through as a whole.
    pub(crate) listed: usize,
    /// Nor is a term, to count its articles.
    pub(crate) counted: usize,
}

impl Limits {
    pub(crate) const STANDARD: Self = Limits {
        hits: 10_000,
        listed: 10_000,
        // A fifth of a millisecond.
        counted: 65_536,
    };
}

/// How many stretches of the index are looked at, and how many documents of
/// each; fewer if they are to be verified.
const STRETCHES: u32 = 64;
const STRETCH: usize = 128;
const VERIFIED_STRETCH: usize = 32;

/// Whether a document's frequency counts for its article.
pub(super) fn counts(segment: &Segment, document: u32, layout: Layout, all_text: bool) -> bool {
    let is_counted = match layout.kind {
        Kind::Opening => false,
        Kind::Furniture => all_text,
        Kind::Title | Kind::Heading | Kind::Passage => true,
    };
    is_counted && segment.is_live(document)
}

/// In how many documents a term of the index stands, deleted ones included.
pub(super) fn documents_with(reader: &Reader, term: &RankTerm) -> Result<usize> {
    let Some(field) = term.field.of(reader) else {
        return Ok(0);
    };
    let mut documents = 0;
    for segment in &reader.segments {
        let list = segment.posting_list(field, &term.text)?;
        documents += list.map_or(0, |list| list.count() as usize);
    }
    Ok(documents)
}

/// In how many articles a text stands, about, if that is more than are gone
/// through to count them.
pub(super) fn estimated_if_many(
    reader: &Reader,
    term: &RankTerm,
    all_text: bool,
    limits: Limits,
) -> Result<Option<f32>> {
    let Some(pattern) = Pattern::new(&term.text) else {
        return Ok(None);
    };
    let mut documents = 0;
    for segment in &reader.segments {
        let text = TextReader::open(reader, segment, &pattern)?;
        documents += text.map_or(0, |text| text.count() as usize);
    }
    if documents <= limits.listed {
        return Ok(None);
    }
    let estimate = estimated(reader, term, all_text)?;
    Ok((estimate > limits.listed as f32).then_some(estimate))
}

/// In how many articles a term of many documents stands, about.
pub(super) fn estimated(reader: &Reader, term: &RankTerm, all_text: bool) -> Result<f32> {
    let key = (term.field.of(reader), &term.text[..], all_text);
    reader
        .estimates
        .get(key, || estimate(reader, term, all_text))
}

fn estimate(reader: &Reader, term: &RankTerm, all_text: bool) -> Result<f32> {
    let mut estimate = 0.0;
    for segment in &reader.segments {
        let mut reading = match term.field {
            RankField::Phrase => match Pattern::new(&term.text) {
                Some(pattern) => match TextReader::open(reader, segment, &pattern)? {
                    Some(mut text) => {
                        text.open_presence(reader, segment, &pattern)?;
                        let count = text.count();
                        Some((Reading::Text(Box::new(text)), count))
                    }
                    None => None,
                },
                None => None,
            },
            _ => match term.field.of(reader) {
                Some(field) => Postings::open(segment, field, &term.text)?.map(|postings| {
                    let count = postings.count();
                    (Reading::Term(postings), count)
                }),
                None => None,
            },
        };
        if let Some((reading, count)) = &mut reading {
            let part = reading.articles_of_documents(reader, segment, all_text);
            estimate += part * f64::from(*count);
        }
    }
    Ok(estimate.min(reader.header.articles as f64) as f32)
}

/// In how many articles a term of few documents stands.
pub(super) fn counted(reader: &Reader, field: Field, term: &str, all_text: bool) -> Result<f32> {
    let key = (Some(field), term, all_text);
    reader
        .estimates
        .get(key, || count(reader, field, term, all_text))
}

fn count(reader: &Reader, field: Field, term: &str, all_text: bool) -> Result<f32> {
    let mut articles = 0_usize;
    // Compared, not matched: where each of many postings stands cannot be foretold.
    let left_out = match all_text {
        true => Portion::Opening,
        false => Portion::Furniture,
    };
    let is_counted = |portion| portion != Portion::Opening && portion != left_out;
    for segment in &reader.segments {
        let Some(mut postings) = Postings::open(segment, field, term)? else {
            continue;
        };
        let columns = segment.unpacked();
        // No article has that number.
        let mut last = u32::MAX;
        postings.each_before(TERMINATED, |document, _| {
            let (article, rough) = columns.article_of(document);
            if is_counted(rough.portion()) && segment.is_live(document) {
                articles += usize::from(last != article);
                last = article;
            }
        });
    }
    Ok(articles as f32)
}

/// In how many articles the documents found stand, by segment.
pub(super) fn articles_in<'a>(
    reader: &Reader,
    found: impl Iterator<Item = &'a [Occurrences]>,
    all_text: bool,
) -> f32 {
    let mut articles = 0;
    for (segment, found) in reader.segments.iter().zip(found) {
        let mut last = None;
        for &Occurrences { document, .. } in found {
            let layout = segment.layout(document);
            let title = document - layout.before;
            if last != Some(title) && counts(segment, document, layout, all_text) {
                last = Some(title);
                articles += 1;
            }
        }
    }
    articles as f32
}

enum Reading {
    Term(Postings),
    Text(Box<TextReader>),
}

impl Reading {
    /// How many articles begin to hold it, for each document that has it (a
    /// text: its rarest gram), in the stretches looked at.
    fn articles_of_documents(&mut self, reader: &Reader, segment: &Segment, all_text: bool) -> f64 {
        let share = u64::from(STRETCHES) * u64::from(segment.documents());
        let stretches = (share / u64::from(reader.documents.max(1))).max(1);
        let (mut documents, mut articles) = (0, 0);
        let mut from = 0;
        for number in 0..stretches {
            let start = number * u64::from(segment.documents()) / stretches;
            let (seen, begun, end) = self.stretch(segment, from.max(start as u32), all_text);
            documents += seen;
            articles += begun;
            from = end;
        }
        match documents {
            0 => 0.0,
            _ => f64::from(articles) / f64::from(documents),
        }
    }

    /// Looks at a stretch from a document on: how many documents it has, how
    /// many articles begin to hold it there, and where the stretch ends.
    fn stretch(&mut self, segment: &Segment, from: u32, all_text: bool) -> (u32, u32, u32) {
        let (mut seen, mut begun) = (0, 0);
        // The first article may have begun before.
        let mut before = None;
        let mut last = None;
        let length = match self {
            Reading::Term(_) => STRETCH,
            Reading::Text(_) => VERIFIED_STRETCH,
        };
        let mut from = from;
        for _ in 0..length {
            let document = match self {
                Reading::Term(postings) => postings.seek(from),
                Reading::Text(text) => text.rarest(from),
            };
            if document == TERMINATED {
                break;
            }
            from = document + 1;
            seen += 1;
            let layout = segment.layout(document);
            let title = document - layout.before;
            if *before.get_or_insert(title) == title
                || last == Some(title)
                || !counts(segment, document, layout, all_text)
            {
                continue;
            }
            let holds = match self {
                Reading::Term(_) => true,
                Reading::Text(text) => text.is_candidate(document) && text.holds(document),
            };
            if holds {
                last = Some(title);
                begun += 1;
            }
        }
        (seen, begun, from)
    }
}
