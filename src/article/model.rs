//! The article model: plain data, no inference.

use serde::{Deserialize, Serialize};

/// One news item or document of a source file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The id that the source gave it (`id` of JSON, JSONL, front matter), if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_id: Option<String>,
    /// The headline; empty where the source has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// When it was published, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<ArticleDate>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<Evidenced>,
    /// Who wrote it; several names are joined with a space.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Evidenced>,
    /// Where it stood on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The places it is about or was published in, most certain first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// The policy documents it cites, in order of first mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Its text in reading order, furniture included, the headline not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Where in its file it begins.
    #[serde(default)]
    pub place: Place,
    /// The entry of the archive that it was read from; its path is then the
    /// archive's, `!/` and this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What a person corrected, and what stood there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrected: Vec<Correction>,
}

impl Article {
    /// The headline as the source has it, whatever a person made of it.
    pub fn stated_title(&self) -> &str {
        match self.corrected.iter().find(|c| c.field == "title") {
            Some(corrected) => corrected.was.as_deref().unwrap_or_default(),
            None => &self.title,
        }
    }

    /// The address as the source has it, whatever a person made of it.
    pub fn stated_url(&self) -> Option<&str> {
        match self.corrected.iter().find(|c| c.field == "url") {
            Some(corrected) => corrected.was.as_deref(),
            None => self.url.as_deref(),
        }
    }
}

/// A field that a person corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The field as `corrections.toml` names it.
    pub field: String,
    /// The value before, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// A stretch of an article's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What the text is for.
    pub kind: BlockKind,
    /// The original text, without line ends at either side. One paragraph;
    /// inner line ends occur only in structured input, which is taken as it is.
    pub text: String,
    /// Where in its file it begins.
    pub place: Place,
}

/// What a block's text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A paragraph of the article.
    Paragraph,
    /// A section heading of the article.
    Heading,
    /// Text of the page around the article: site name, lead cut short, the
    /// headline again, source and editor lines, the teaser of the next article.
    Furniture,
}

/// A place in a source file, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The line of a text, Markdown or HTML file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The row of a .jsonl or .csv file, or the item of a JSON list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The page of a paged document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The paragraph of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
}

/// A value with the words of the source that it was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidenced {
    /// The value.
    pub value: String,
    /// The words it was taken from, or the name of the field that stated it.
    pub evidence: String,
}

/// A publication date, as precise as the source is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleDate {
    /// An ISO 8601 prefix: `2024`, `2024-05` or `2024-05-30`.
    pub iso: String,
    /// How precise the source was.
    pub precision: DatePrecision,
    /// The words it was taken from, or the name of the field that stated it.
    pub evidence: String,
}

/// How precisely a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
    /// An issue of a periodical (2024年第14期): its year is known.
    Issue,
}

/// A place that an article is about or was published in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// The usual short name: 北京, 浙江, 杭州, 余杭区.
    pub name: String,
    /// The six-digit code of the administrative division (GB/T 2260), if it has one.
    pub code: Option<String>,
    /// How the article stands to it.
    pub role: RegionRole,
    /// The words it was inferred from.
    pub evidence: String,
    /// How sure that is.
    #[serde(default)]
    pub confidence: Confidence,
}

/// How sure an inference is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Told by how often a place is mentioned, or by a folder.
    Low,
    /// Told by a dateline, a visit, a heading, or a sentence of a round-up.
    #[default]
    Medium,
    /// Stated, or told by the headline or the issuer of a document.
    High,
}

/// How an article stands to a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionRole {
    /// It reports on the region.
    About,
    /// It was published or reported from there.
    From,
}

/// A policy document that an article cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The title without 《》, if it was named.
    pub title: Option<String>,
    /// The document number (发文字号) as written, if it was given.
    pub number: Option<String>,
}

/// Something that could not be read or looks wrong, with what a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of trouble it is.
    #[serde(default, skip_serializing_if = "ProblemKind::is_faulty")]
    pub kind: ProblemKind,
    /// Where in the file.
    #[serde(default)]
    pub place: Place,
    /// What is wrong: a lower-case fragment without a full stop.
    pub message: String,
    /// What a person can do about it.
    pub remedy: String,
}

impl Problem {
    /// Says which kind of trouble it is.
    #[must_use]
    pub(crate) fn of(self, kind: ProblemKind) -> Self {
        Problem { kind, ..self }
    }
}

/// What kind of trouble a problem is, worst first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// Nothing of the file could be read.
    Unreadable,
    /// The file is empty, or holds nothing that is read.
    Empty,
    /// The file holds text but no article: a list of links, a scan.
    NoArticle,
    /// The text was decoded wrongly before it was saved; it is not indexed.
    Mojibake,
    /// The text ends too early.
    Truncated,
    /// The publication date lies in the future.
    FutureDate,
    /// Another file has exactly the same content.
    Duplicate,
    /// A part of the file could not be read as it was meant.
    #[default]
    Faulty,
}

impl ProblemKind {
    /// All kinds, worst first.
    pub const ALL: [ProblemKind; 8] = [
        ProblemKind::Unreadable,
        ProblemKind::Empty,
        ProblemKind::NoArticle,
        ProblemKind::Mojibake,
        ProblemKind::Truncated,
        ProblemKind::FutureDate,
        ProblemKind::Duplicate,
        ProblemKind::Faulty,
    ];

    fn is_faulty(&self) -> bool {
        *self == ProblemKind::Faulty
    }
}
