//! The texts of the index, file by file: for those who remember what they have
//! seen. Furniture is left out.

use super::document::folded;
use super::reader::Reader;
use super::schema::Kind;
use super::segment::Segment;
use crate::error::Result;

/// What the index holds of one source file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// Stands for the file, or the article of the library.
    pub(crate) key: String,
    /// The hash of its content; empty if none is known.
    pub(crate) hash: String,
}

/// The texts of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ArticleTexts {
    /// Its id within the index.
    pub(crate) id: String,
    /// Its passages, in order.
    pub(crate) passages: Vec<PassageTexts>,
}

/// The texts that a passage is found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PassageTexts {
    /// Its document, among all segments' documents.
    pub(crate) passage: u32,
    /// Its paragraphs, and the title or heading whose first passage it is, each
    /// as it is matched: its symbols. Empty ones are left out.
    pub(crate) texts: Vec<String>,
}

/// Lists the source files of the index, by path.
pub(crate) fn contents(reader: &Reader) -> Result<Vec<Content>> {
    let state = reader.state.read()?;
    let content = |file: &super::state::FileRecord| Content {
        key: file.key(),
        hash: file.hash.clone(),
    };
    Ok(state.files.iter().map(content).collect())
}

/// Goes through the articles of a source file.
pub(crate) fn each_article(
    reader: &Reader,
    key: &str,
    found: &mut dyn FnMut(ArticleTexts),
) -> Result<()> {
    let fields = &reader.fields;
    for segment in &reader.segments {
        let mut titles = Vec::new();
        segment.each(fields.source, key, |title| titles.push(title))?;
        for title in titles {
            found(article(segment, title)?);
        }
    }
    Ok(())
}

fn article(segment: &Segment, title: u32) -> Result<ArticleTexts> {
    let stored = segment.article(title)?;
    let mut article = ArticleTexts {
        id: stored.hash,
        passages: Vec::new(),
    };
    let mut texts = vec![folded(&stored.article.title)];
    for document in title + 1..=title + segment.layout(title).after {
        match segment.kind(document) {
            Kind::Heading => texts.push(folded(&segment.heading(document)?)),
            Kind::Passage => {
                let passage = segment.passage(document)?;
                texts.extend(passage.text.split('\n').map(folded));
                texts.retain(|text| !text.is_empty());
                article.passages.push(PassageTexts {
                    passage: segment.base + document,
                    texts: std::mem::take(&mut texts),
                });
            }
            Kind::Title | Kind::Furniture | Kind::Opening => {}
        }
    }
    Ok(article)
}
