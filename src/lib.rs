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
//!
//! # Example
//!
//! ```
//! use cewen::{Query, SearchOptions, Searcher, UpdateOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let news = folder.path().join("新闻");
//! std::fs::create_dir(&news)?;
//! std::fs::write(news.join("甲市.txt"), "甲市发放首批算力券\n\n甲市向中小企业发放算力券，用于租用算力。")?;
//!
//! let index = folder.path().join("index");
//! let options = UpdateOptions { add: vec![news], ..UpdateOptions::default() };
//! cewen::update(&index, &options, &mut |_| ())?;
//!
//! let searcher = Searcher::open(&index)?;
//! let query = Query::parse("“算力券” 中小企业")?.query;
//! let answer = searcher.search(&query, &SearchOptions::default())?;
//! let passage = &answer.hits[0].passage;
//! assert_eq!(&passage.text[passage.marks[0].clone()], "中小企业");
//! assert_eq!(&passage.text[passage.marks[1].clone()], "算力券");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Units
//!
//! Offsets and ranges are bytes of the original UTF-8 text, on character
//! boundaries; lengths that a person sets or sees are characters.
//!
//! # Quirks
//!
//! - Quoted text is a substring: `"H20"` finds H200.
//! - Traditional and Simplified, full and half width, upper and lower case
//!   match each other, character by character; what is shown is the original.
//! - Spaces, dashes, quotation and title marks are optional in a query, except
//!   between two digits or two Latin letters of the text.

pub mod alert;
pub mod analysis;
pub mod article;
pub mod corpus;
mod error;
pub mod eval;
mod family;
mod highlight;
mod index;
pub mod lexicon;
pub mod passage;
pub mod query;
mod quote;
pub mod render;
mod search;
pub mod survey;
mod workers;

pub use error::{Error, ErrorKind, Result};
pub use family::{Difference, Side, differences};
pub use index::{
    ArticleChange, ChangeKind, FileChange, FileProblem, FullArticle, LastUpdate, Progress, Repair,
    RootStatus, Status, UpdateOptions, UpdateReport, Verification, add, exists, last_update,
    remove, repair, status, update, verify,
};
pub use query::Query;
pub use quote::{
    Quotation, QuoteCheck, QuoteOptions, QuoteOutcome, QuoteSource, QuotesChecked, Reference,
    ReferenceStyle, Report, check_quotes,
};
pub use search::{
    Answer, ArticleInfo, Attempt, AttemptKind, Family, FamilyInfo, FamilyMember, FirstInfo, Group,
    Hit, IndexedArticle, IndexedPassage, Lane, LaneCounts, PassageInfo, Ranked, ScorePart,
    SearchOptions, Searcher, Sort, Stale, Suggestion, SuggestionKind, Total,
};

/// The examples of the README are compiled too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
