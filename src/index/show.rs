//! A whole article, read back from the index.

use tantivy::DocId;

use super::document::StoredArticle;
use super::reader::Reader;
use super::report::FullArticle;
use super::schema::Kind;
use super::segment::Segment;
use crate::article::{Block, BlockKind, Place};
use crate::error::{Error, ErrorKind, Result};

/// The id of an article as it is shown: the given one if no other live article
/// has it, else with the hash; the hash if none was given.
pub(crate) fn article_id(reader: &Reader, stored: &StoredArticle) -> Result<String> {
    Ok(match &stored.article.given_id {
        None => stored.hash.clone(),
        Some(given) if reader.count(reader.fields.given, given, 2)? <= 1 => given.clone(),
        Some(given) => format!("{given}~{}", stored.hash),
    })
}

/// Reads an article with its text from the title document on.
pub(crate) fn whole_article(
    reader: &Reader,
    segment: &Segment,
    title: DocId,
) -> Result<FullArticle> {
    let stored = segment.article(title)?;
    let mut full = FullArticle {
        id: article_id(reader, &stored)?,
        path: stored.shown_path(),
        file: reader.file(&stored),
        format: stored.format,
        encoding: stored.encoding,
        article: stored.article,
        ..FullArticle::default()
    };
    let block = |kind, text: &str, place: Place| Block {
        kind,
        text: text.to_owned(),
        place,
    };
    for document in title + 1..=title + segment.layout(title).after {
        let kind = segment.kind(document);
        if kind == Kind::Opening {
            continue;
        }
        if kind == Kind::Heading {
            for heading in segment.heading(document)?.split('\n') {
                full.article
                    .blocks
                    .push(block(BlockKind::Heading, heading, Place::default()));
                full.text.push_str(heading);
                full.text.push('\n');
            }
            continue;
        }
        let passage = segment.passage(document)?;
        let is_furniture = kind == Kind::Furniture;
        let kind = if is_furniture {
            BlockKind::Furniture
        } else {
            BlockKind::Paragraph
        };
        let mut paragraphs = passage
            .text
            .split('\n')
            .filter(|paragraph| !paragraph.is_empty());
        if passage.stored.continues
            && let (Some(last), Some(rest)) = (full.article.blocks.last_mut(), paragraphs.next())
        {
            last.text.push_str(rest);
        }
        for paragraph in paragraphs {
            full.article
                .blocks
                .push(block(kind, paragraph, passage.stored.place));
        }
        if !is_furniture {
            if passage.stored.continues {
                full.text.pop();
            }
            let start = full.text.len();
            full.text.push_str(&passage.text);
            full.passages.push(start..full.text.len());
            full.places.push(passage.stored.place);
            full.text.push('\n');
        }
    }
    Ok(full)
}

/// Reads the article that `id` names: its id, the id of one of its passages
/// (`ID#3`), or a prefix that no other article shares.
pub(crate) fn find(reader: &Reader, id: &str) -> Result<FullArticle> {
    let (article, passage) = parts_of(id);
    let (segment, title) = reader.locate(title_of(reader, id)?);
    let mut full = whole_article(reader, segment, title)?;
    if let Some(number) = passage {
        if number == 0 || number > full.passages.len() {
            let count = full.passages.len();
            return Err(Error::new(
                ErrorKind::NoSuchId,
                format!("{article} has no passage {number}"),
            )
            .with_hint(format!("its passages are #1 to #{count}")));
        }
        full.passage = Some(number);
    }
    let stored = segment.article(title)?;
    let state = reader.state.read()?;
    let record = state
        .files
        .into_iter()
        .find(|file| file.root == stored.root && file.path == stored.path);
    if let Some(record) = record {
        full.problems = record.problems;
        if let Some(entry) = &full.article.entry {
            full.problems
                .retain(|problem| problem.message.starts_with(&format!("{entry}: ")));
        }
        full.hash = record.hash;
    }
    Ok(full)
}

/// The article and the number of the passage that an id names.
fn parts_of(id: &str) -> (&str, Option<usize>) {
    match id.rsplit_once('#') {
        Some((article, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (article, number.parse().ok())
        }
        _ => (id, None),
    }
}

/// The title document, among those of all segments, of the article that `id`
/// names: see [`find`].
pub(crate) fn title_of(reader: &Reader, id: &str) -> Result<u32> {
    let (article, _) = parts_of(id);
    let mut found = exact(reader, article)?;
    if found.is_empty() {
        found = with_prefix(reader, article)?;
    }
    match found.as_slice() {
        [] => Err(Error::new(
            ErrorKind::NoSuchId,
            format!("no article has the id {article}"),
        )
        .with_hint("ids stand in the results of `cewen search`")),
        [(segment, title)] => Ok(reader.segments[*segment].base + title),
        several => Err(Error::new(
            ErrorKind::NoSuchId,
            format!(
                "{} articles have an id that begins with {article}",
                several.len()
            ),
        )
        .with_hint("give more of the id")),
    }
}

type Found = Vec<(usize, DocId)>;

fn exact(reader: &Reader, id: &str) -> Result<Found> {
    let mut found = Found::new();
    let hash = id.rsplit_once('~').map_or(id, |(_, hash)| hash);
    for (number, segment) in reader.segments.iter().enumerate() {
        segment.each(reader.fields.given, id, |title| found.push((number, title)))?;
    }
    if found.is_empty() {
        for (number, segment) in reader.segments.iter().enumerate() {
            segment.each(reader.fields.article, hash, |title| {
                found.push((number, title))
            })?;
        }
    }
    Ok(found)
}

/// At most a few articles whose given id or hash begins with `prefix`.
fn with_prefix(reader: &Reader, prefix: &str) -> Result<Found> {
    const ENOUGH: usize = 20;
    let mut found = Found::new();
    for (number, segment) in reader.segments.iter().enumerate() {
        for field in [reader.fields.given, reader.fields.article] {
            let inverted = segment.inverted(field)?;
            let mut terms = inverted
                .terms()
                .range()
                .ge(prefix)
                .into_stream()
                .map_err(Error::from_engine_io)?;
            while terms.advance()
                && terms.key().starts_with(prefix.as_bytes())
                && found.len() < ENOUGH
            {
                let term = String::from_utf8_lossy(terms.key()).into_owned();
                segment.each(field, &term, |title| {
                    if !found.contains(&(number, title)) {
                        found.push((number, title));
                    }
                })?;
            }
        }
    }
    Ok(found)
}
