//! Families: the reprints of an article, and who was first.

use super::Searcher;
use super::answer::{FamilyInfo, FirstInfo};
use crate::article::DatePrecision;
use crate::error::Result;
use crate::family::kinship;
use crate::index::{Reader, article_id, title_of};

/// The articles that are reprints of one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// All of them, the earliest first. An article known to a year or month
    /// counts as of its last day: who is first is never guessed.
    pub members: Vec<FamilyMember>,
    /// The one that was asked for: a position in `members`.
    pub asked: usize,
}

/// A member of a family.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyMember {
    /// Its id: the given one if unique in the index.
    pub id: String,
    /// Its headline; may be empty.
    pub title: String,
    /// The file, relative to its root, with `/`.
    pub path: String,
    /// The file's path as it can be opened from the current folder; empty for
    /// an article that was added through the library.
    pub file: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// An ISO prefix: `2024`, `2024-05`, `2024-05-30`.
    pub date: Option<String>,
    /// How precise `date` is.
    pub date_precision: Option<DatePrecision>,
    /// How much of it and of the first member together is common, by length:
    /// 1 for a copy, whatever the script, width and marks.
    pub similarity: f64,
}

impl Searcher {
    /// The reprints of the article that `id` names, itself among them; it alone
    /// if it has none.
    ///
    /// ```
    /// # use cewen::article::{Article, Block, BlockKind, Place};
    /// let text = "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用算力。";
    /// let article = |title: &str| Article {
    ///     title: title.to_owned(),
    ///     blocks: vec![Block {
    ///         kind: BlockKind::Paragraph,
    ///         text: text.to_owned(),
    ///         place: Place::default(),
    ///     }],
    ///     ..Article::default()
    /// };
    /// let dir = tempfile::tempdir()?;
    /// cewen::add(dir.path(), "供稿", vec![article("甲市发放算力券"), article("算力券来了")])?;
    /// let searcher = cewen::Searcher::open(dir.path())?;
    /// let id = searcher.articles().next().expect("one")?.id;
    /// assert_eq!(searcher.family(&id)?.members.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoSuchId`](crate::ErrorKind::NoSuchId) if no article, or
    /// more than one, has it.
    pub fn family(&self, id: &str) -> Result<Family> {
        let reader = self.reader();
        let asked = title_of(reader, id)?;
        let number = number(reader, asked)?;
        let families = reader.families()?;
        let numbers = match families.of(number) {
            Some(family) => families.members(family),
            None => vec![number],
        };
        let mut family = Family::default();
        let mut first = None;
        for of in numbers {
            let Some(title) = reader.title_with(of)? else {
                continue;
            };
            if of == number {
                family.asked = family.members.len();
            }
            let body = reader.body(title)?;
            let similarity = match &first {
                Some(first) => kinship(first, &body).common,
                None => 1.0,
            };
            first.get_or_insert(body);
            family.members.push(member(reader, title, similarity)?);
        }
        Ok(family)
    }
}

fn number(reader: &Reader, title: u32) -> Result<u64> {
    let (segment, document) = reader.locate(title);
    segment.number(document)
}

fn member(reader: &Reader, title: u32, similarity: f64) -> Result<FamilyMember> {
    let (segment, document) = reader.locate(title);
    let stored = segment.article(document)?;
    Ok(FamilyMember {
        id: article_id(reader, &stored)?,
        file: reader.file(&stored),
        path: stored.shown_path(),
        title: stored.article.title,
        outlet: stored.article.outlet.map(|outlet| outlet.value),
        date_precision: stored.article.date.as_ref().map(|date| date.precision),
        date: stored.article.date.map(|date| date.iso),
        similarity,
    })
}

/// What an answer says of the family of an article; `None` if it is alone.
pub(super) fn family_info(reader: &Reader, title: u32) -> Result<Option<FamilyInfo>> {
    let families = reader.families()?;
    if families.len() == 0 {
        return Ok(None);
    }
    let Some(family) = families.of(number(reader, title)?) else {
        return Ok(None);
    };
    let members = families.members(family);
    let first = match members.first() {
        Some(&first) => reader.title_with(first)?,
        None => None,
    };
    let Some(first) = first else {
        return Ok(None);
    };
    let first = member(reader, first, 1.0)?;
    Ok(Some(FamilyInfo {
        id: first.id.clone(),
        size: members.len(),
        first: FirstInfo {
            id: first.id,
            outlet: first.outlet,
            date: first.date,
        },
    }))
}
