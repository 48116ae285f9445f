//! Counts, tables and first mentions over all hits of a query: answers that an
//! analyst can put in a report.
//!
//! Nothing here is ranked. Bare text counts where it stands literally, as if
//! quoted ([`counted`]): a count must be of something that can be named, and
//! each comes with the query that opens it.
//!
//! In reading order:
//!
//! - `unit`: what is counted, and what a survey says besides;
//! - `axis`: what it is counted by;
//! - [`facets()`]: counts by one axis;
//! - [`matrix()`]: counts by two;
//! - [`first()`]: the earliest passage of each place;
//! - `variant`, `document`: which titles and numbers are one document;
//! - `issuer`, `steps`: what is inferred of it;
//! - [`cited_by`]: who cites a document, and which are cited most.

mod axis;
mod cited;
mod document;
mod facets;
mod first;
mod issuer;
mod matrix;
mod steps;
mod unit;
mod variant;

pub use axis::Axis;
pub use cited::{CitedBy, CitedDocument, CitedOptions, MostCited, cited_by, most_cited};
pub use facets::{FacetOptions, FacetValue, Facets, facets, facets_of_search};
pub use first::{First, FirstMention, FirstOptions, HalfDated, first};
pub use matrix::{Cell, Line, Matrix, MatrixAxis, MatrixOptions, Table, matrix};
pub use steps::Step;
pub use unit::{Counts, Remarks, Unit, counted};
