//! The quotations of a report, checked against the corpus, and references to
//! what is cited from it.
//!
//! A quotation is looked for in whole articles, so that one may run over the
//! end of a paragraph or passage. What it says is compared as the literal
//! definition compares ([`crate::analysis::literal`]): script, width, spaces
//! and quotation marks are no difference, every other character is.
//!
//! In reading order:
//!
//! - `report`: a report's text, and the quotations in it;
//! - `check`: each found exactly, altered, or not found;
//! - `nearest`: the stretch of a text that is most like a quotation;
//! - `reference`: how an article is cited.

mod check;
mod nearest;
mod reference;
mod report;

pub use check::{QuoteCheck, QuoteOptions, QuoteOutcome, QuoteSource, QuotesChecked, check_quotes};
pub use reference::{Reference, ReferenceStyle};
pub use report::{Quotation, Report};
