//! The article: one news item or document, and how a page's text becomes one.
//!
//! This module decides, it does not read files: [`crate::corpus`] hands it
//! decoded text. What is stored here is always the original text; folding
//! happens in [`crate::analysis`] only. Every inferred fact carries the words
//! it was inferred from as its evidence.

mod model;
mod naming;

mod compose;
mod stated;

mod page;
mod signs;

mod edges;
mod furniture;
mod heading;
mod headline;
mod lead;
mod wrap;

mod byline;
mod credits;
mod dateline;

mod citation;
mod date;
mod gazetteer;
mod mention;
mod names;
mod region;
mod reported;
mod tally;
mod tree;

mod shape;

#[cfg(test)]
mod tests;

pub use edges::{Edges, RepeatedLines};
pub use gazetteer::{
    Division, DivisionLevel, division_by_code, divisions, find_division, find_divisions,
};
pub use model::{
    Article, ArticleDate, Block, BlockKind, Citation, Confidence, Correction, DatePrecision,
    Evidenced, Place, Problem, ProblemKind, Region, RegionRole,
};
pub use tree::{RegionGroup, region_groups};

pub(crate) use citation::cited;
pub(crate) use compose::{Surroundings, compose_page, compose_record};
pub(crate) use date::{find_dates, parse_date};
pub(crate) use edges::settle_edges;
pub(crate) use page::{Line, Mark};
pub(crate) use region::named_divisions;
pub(crate) use shape::{first_chars, is_han, is_sentence_end, last_chars, skeleton};
pub(crate) use stated::{Fact, Stated};
pub(crate) use tree::{KeyMatch, query_name, region_key, resolve_region, within_code};
pub(crate) use wrap::unwrap_lines;
