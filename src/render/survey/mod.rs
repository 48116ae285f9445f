//! Surveys → bytes: facets, matrices, first mentions and citations, for people
//! and for programs.

mod json;
mod table;

mod cited;
mod facets;
mod first;
mod matrix;

#[cfg(feature = "cli")]
mod chart;
#[cfg(feature = "cli")]
mod columns;

#[cfg(feature = "cli")]
pub use chart::{facets_svg, matrix_svg};
pub use cited::{
    write_cited_by_csv, write_cited_by_json, write_cited_by_markdown, write_most_cited_csv,
    write_most_cited_json, write_most_cited_markdown,
};
#[cfg(feature = "cli")]
pub use cited::{write_cited_by_text, write_most_cited_text};
pub use facets::{write_facets_csv, write_facets_markdown};
pub use first::{write_first_csv, write_first_markdown};
pub(in crate::render) use json::{FacetObject, facet_objects};
pub use json::{write_facets_json, write_first_json, write_matrix_json};
pub use matrix::{write_matrix_csv, write_matrix_markdown};
#[cfg(feature = "cli")]
pub use {facets::write_facets_text, first::write_first_text, matrix::write_matrix_text};
