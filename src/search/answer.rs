//! What a search takes and gives: plain data, ready to be rendered.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use crate::article::{DatePrecision, Place};

/// How a search is to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// How many articles (or passages, see `group`) to return; 0 is all.
    pub limit: usize,
    /// How many of them to leave out first.
    pub offset: usize,
    /// The order of the hits.
    pub sort: Sort,
    /// Whether the passages of an article stand together.
    pub group: Group,
    /// How many passages of an article to return under `Group::Article`; 0 is all.
    pub passages: usize,
    /// Return up to `limit` from each lane instead of filling the page lane by lane.
    pub all_lanes: bool,
    /// Also search the text of the page around an article.
    pub all_text: bool,
    /// How many characters of a passage [`PassageInfo::windows`] show together,
    /// a quarter more at most; 0 shows it whole.
    pub window_chars: usize,
    /// Fill [`Hit::explanation`].
    pub explain: bool,
    /// Days in which an article's score halves; `None` leaves age out.
    pub half_life_days: Option<u32>,
    /// Return of each family of reprints only the best, under `Group::Article`;
    /// `limit` and `offset` count families then. Counts stay those of articles.
    pub fold_reprints: bool,
}

impl Default for SearchOptions {
    fn default() -> Self {
        SearchOptions {
            limit: 10,
            offset: 0,
            sort: Sort::Relevance,
            group: Group::Article,
            passages: 1,
            all_lanes: false,
            all_text: false,
            window_chars: 160,
            explain: false,
            half_life_days: None,
            fold_reprints: false,
        }
    }
}

/// The order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Lane, then score, then date, then path.
    #[default]
    Relevance,
    /// Newest first; undated last.
    Date,
}

/// Whether the passages of an article stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// One place in the list for each article.
    #[default]
    Article,
    /// One place in the list for each passage.
    None,
}

/// How a hit matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Every part of the query stands there literally.
    Exact,
    /// Every word of the query stands there.
    All,
    /// Some words of the query stand there.
    Some,
}

impl Lane {
    /// Returns the name used in machine formats: `exact`, `all` or `some`.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Exact => "exact",
            Lane::All => "all",
            Lane::Some => "some",
        }
    }
}

/// The answer to a query.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The query as it was understood.
    pub query: String,
    /// What a person should know about how it was understood.
    pub notes: Vec<String>,
    /// Passages by lane.
    pub lanes: LaneCounts,
    /// What matched in all.
    pub total: Total,
    /// Articles without a date that a `date:` filter left out.
    pub undated: usize,
    /// How far the folder has moved on, as far as was checked; `None` if nothing was.
    pub stale: Option<Stale>,
    /// How long the search took, opening the index not included.
    pub took: Duration,
    /// The page of hits. Under [`Group::Article`] the passages of one article
    /// follow each other, best first, with the same `rank`.
    pub hits: Vec<Hit>,
    /// For an empty or thin answer (fewer than three passages, none of them
    /// exact): what was tried, and what was found one step looser.
    pub tried: Vec<Attempt>,
    /// What may have been meant, if nothing stands there literally: three at most.
    pub suggestions: Vec<Suggestion>,
}

impl Answer {
    /// Whether the count of a lane is exact. Where counting stopped early, it
    /// stopped in the last lane that has any: the count of this one and of those
    /// after it are lower bounds.
    pub fn is_counted(&self, lane: Lane) -> bool {
        let lanes = self.lanes;
        let weaker = match lane {
            Lane::Exact => lanes.all + lanes.some,
            Lane::All => lanes.some,
            Lane::Some => 0,
        };
        !self.total.at_least || weaker > 0
    }
}

/// Something that was tried for an empty or thin answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What was tried.
    pub kind: AttemptKind,
    /// What it was tried with: texts with a space between them, or a condition
    /// as it is written in a query; see [`AttemptKind`].
    pub text: String,
    /// What was found: passages, unless [`AttemptKind`] says otherwise.
    pub count: usize,
    /// Whether counting stopped early, at 10,000, so that there are more.
    pub at_least: bool,
    /// The query that finds it, ready to be searched for; `None` if it would
    /// find nothing or no query can say it.
    pub query: Option<String>,
}

/// What was tried, from the query itself to what the index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptKind {
    /// One text of the query alone, literally, without any condition.
    Literal,
    /// A Traditional text in the Simplified form in which it was searched for.
    Traditional,
    /// The words of a quote, all in one passage.
    Words,
    /// The words of a quote or several quotes, in one article: counts articles.
    Article,
    /// The words of a quote or several quotes, one of them at least.
    AnyWord,
    /// The query without one of its conditions, which is the text.
    Without,
    /// What that query finds in articles without a date.
    Undated,
    /// The query, with the text around articles searched too.
    Furniture,
    /// Files changed since the last update, at least: counts files; the text
    /// says how many were looked at, of how many.
    Stale,
    /// Files in the index of which nothing could be read: counts files.
    Unreadable,
    /// What the index holds: counts its passages; the text says how many
    /// articles and files.
    Index,
}

impl AttemptKind {
    /// Returns the name used in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            AttemptKind::Literal => "literal",
            AttemptKind::Traditional => "traditional",
            AttemptKind::Words => "words",
            AttemptKind::Article => "article",
            AttemptKind::AnyWord => "any_word",
            AttemptKind::Without => "without",
            AttemptKind::Undated => "undated",
            AttemptKind::Furniture => "furniture",
            AttemptKind::Stale => "stale",
            AttemptKind::Unreadable => "unreadable",
            AttemptKind::Index => "index",
        }
    }
}

/// A text that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// How it is near to what was asked.
    pub kind: SuggestionKind,
    /// The text in place of a part of the query.
    pub text: String,
    /// How many passages hold it literally, under the conditions of the query.
    pub count: usize,
    /// Whether counting stopped early, at 1,000, so that there are more.
    pub at_least: bool,
    /// The whole query with it, ready to be searched for.
    pub query: String,
}

/// How a suggestion is near to what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuggestionKind {
    /// It sounds alike, whatever the tones.
    Homophone,
    /// It differs in one character, or two of five.
    Spelling,
}

impl SuggestionKind {
    /// Returns the name used in machine formats: `homophone` or `spelling`.
    pub fn name(self) -> &'static str {
        match self {
            SuggestionKind::Homophone => "homophone",
            SuggestionKind::Spelling => "spelling",
        }
    }
}

/// Passages by lane; under [`Total::at_least`] better lanes are counted first
/// (see [`Answer::is_counted`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneCounts {
    /// Passages in which every part stands literally.
    pub exact: usize,
    /// Passages in which every word stands, `exact` not included.
    pub all: usize,
    /// The other passages.
    pub some: usize,
}

/// What matched in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Passages.
    pub passages: usize,
    /// Articles.
    pub articles: usize,
    /// Whether counting stopped early, so that there are at least as many: more
    /// than 10,000 passages need not be counted.
    pub at_least: bool,
}

/// How far the folder has moved on since the index was last updated, as a quick
/// look at some of it tells: see [`Stale::checked`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stale {
    /// Files found changed, new or gone; a lower bound.
    pub changed: usize,
    /// Files looked at.
    pub checked: usize,
    /// Files in the index.
    pub of: usize,
    /// Whether not everything was looked at, so that more may have changed.
    pub at_least: bool,
    /// Followed folders that are not there; their files count as changed.
    pub missing: Vec<PathBuf>,
    /// Those of the changed that are no articles: `lexicon.txt` and
    /// `corrections.toml` of followed folders.
    pub own: Vec<PathBuf>,
}

/// The passages that a search is confined to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Among<'a> {
    /// Their documents, among all segments' documents, sorted.
    pub(crate) passages: &'a [u32],
    /// Those of a weaker lane are counted only.
    pub(crate) weakest: Lane,
}

/// An article of a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Its id.
    pub id: String,
    /// Its place in the list, from 1.
    pub rank: usize,
    /// How its best passage matched.
    pub lane: Lane,
    /// The score that placed it within its lane.
    pub score: f32,
}

/// A passage that matched, with its article.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its place in the list, from 1, `offset` included.
    pub rank: usize,
    /// The score that placed it.
    pub score: f32,
    /// How it matched.
    pub lane: Lane,
    /// Its article.
    pub article: ArticleInfo,
    /// The passage.
    pub passage: PassageInfo,
    /// How many further passages of the article matched that are not returned.
    pub more: usize,
    /// The parts of the score, if asked for.
    pub explanation: Option<Vec<ScorePart>>,
}

/// What an answer says of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArticleInfo {
    /// Its id: the given one if unique in the index.
    pub id: String,
    /// Its headline; may be empty.
    pub title: String,
    /// Marked byte ranges of `title`.
    pub title_marks: Vec<Range<usize>>,
    /// The file, relative to its root, with `/`.
    pub path: String,
    /// The file's path as it can be opened from the current folder; empty for
    /// an article that was added through the library.
    pub file: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// An ISO prefix: `2024`, `2024-05`, `2024-05-30`.
    pub date: Option<String>,
    /// How precise `date` is.
    pub date_precision: Option<DatePrecision>,
    /// The names of the regions it is about.
    pub regions: Vec<String>,
    /// Where it stood on the web.
    pub url: Option<String>,
    /// Its reprints; `None` if it has none.
    pub family: Option<FamilyInfo>,
}

/// What an answer says of the reprints of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilyInfo {
    /// The same for all of them: the id of the first.
    pub id: String,
    /// How many they are, the article itself included.
    pub size: usize,
    /// The earliest of them.
    pub first: FirstInfo,
}

/// The earliest of several reprints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstInfo {
    /// Its id.
    pub id: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// An ISO prefix: `2024`, `2024-05`, `2024-05-30`.
    pub date: Option<String>,
}

/// What an answer says of a passage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PassageInfo {
    /// Its id: the article's id, `#` and its number in the article, from 1.
    pub id: String,
    /// The section heading it stands under; may be empty.
    pub heading: String,
    /// Marked byte ranges of `heading`.
    pub heading_marks: Vec<Range<usize>>,
    /// The original text: whole paragraphs joined with line ends.
    pub text: String,
    /// Where it stands in the file.
    pub place: Place,
    /// Marked byte ranges of `text`: sorted, disjoint, on character boundaries.
    pub marks: Vec<Range<usize>>,
    /// The byte ranges of `text` worth showing first, three at most (none of an
    /// empty text): sorted, disjoint, each with a mark where there is one, none cutting a mark,
    /// beginning and ending at clause ends where they can.
    pub windows: Vec<Range<usize>>,
    /// Whether this is text of the page around the article.
    pub is_furniture: bool,
}

/// One addend of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorePart {
    /// What earned it: a word, a pair, or the name of a feature.
    pub what: String,
    /// How much.
    pub score: f32,
}
