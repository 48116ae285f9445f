//! **cewen** (策问): full-text search over folders of Chinese policy news.
//!
//! A quoted query finds every passage that holds that string, whatever a
//! segmenter thinks of it; an unquoted one is ranked; every hit is marked on
//! the original text; a search parses no dictionary and walks no folder.
//!
//! ```text
//! files ─ corpus ─▶ Article ─ passage ─▶ Passage ─ analysis ─▶ grams + words ─ index ─▶ index/
//! text  ─ query ──▶ Query ─ search (plan, score, lanes) ─▶ Hit ─ highlight ─▶ marks ─ render ─▶ bytes
//! ```

pub mod analysis;
pub mod article;
pub mod corpus;
mod error;
mod highlight;
mod index;
pub mod passage;
pub mod query;
mod search;

pub use error::{Error, ErrorKind, Result};
pub use index::{
    ChangeKind, FileChange, FileProblem, FullArticle, Progress, RootStatus, Status, UpdateOptions,
    UpdateReport, Verification, add, exists, remove, status, update, verify,
};
pub use query::Query;
pub use search::{
    Answer, ArticleInfo, Group, Hit, Lane, LaneCounts, PassageInfo, Ranked, ScorePart,
    SearchOptions, Searcher, Sort, Stale, Total,
};
