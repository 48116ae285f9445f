//! Hits → bytes: an [`Answer`](crate::search::Answer) and the other things the
//! library says, written to any [`std::io::Write`].
//!
//! Every function here takes plain data and a writer. None of them asks for
//! the terminal, the folder or the clock, and none of them fails but for its
//! writer. The machine formats need no terminal crate; the one for people
//! (`write_pretty`) comes with the feature `cli`.

#![cfg_attr(
    test,
    expect(clippy::single_range_in_vec_init, reason = "a mark is a range")
)]

mod escape;
mod pieces;

mod csv;
#[cfg(feature = "cli")]
mod explanation;
mod health;
mod json;
mod markdown;
#[cfg(feature = "cli")]
mod pretty;
#[cfg(feature = "cli")]
mod shown;
mod trec;
#[cfg(feature = "cli")]
mod wrap;

mod alert;
mod analysis;
mod article;
mod eval;
mod family;
mod labels;
mod lexicon;
mod quotes;
mod status;
mod survey;
#[cfg(feature = "cli")]
mod tried;
mod update;
mod verification;

#[cfg(test)]
mod samples;

#[cfg(feature = "cli")]
pub use alert::write_digest_pretty;
pub use alert::{write_alerts_json, write_alerts_text, write_digest_json, write_digest_markdown};
pub use analysis::{write_analysis_json, write_analysis_text};
pub use article::{Extent, write_article_json, write_article_text};
pub use csv::write_csv;
pub use escape::{escape_line, escape_text};
pub use eval::{PerQuery, write_evaluation_json, write_evaluation_text, write_outcomes_tsv};
pub use family::{write_family_json, write_family_text};
pub use json::{write_json, write_json_with_facets, write_jsonl};
pub use lexicon::{
    write_addition_json, write_addition_text, write_proposals_json, write_proposals_text,
    write_word_check_json, write_word_check_text,
};
pub use markdown::write_markdown;
pub use pieces::{Piece, pieces};
#[cfg(feature = "cli")]
pub use pretty::{Color, Screen, write_pretty};
pub use quotes::{
    write_quotes_json, write_quotes_text, write_reference_json, write_reference_text,
};
pub use status::{ProblemList, write_status_json, write_status_text};
#[cfg(feature = "cli")]
pub use survey::{
    facets_svg, matrix_svg, write_cited_by_text, write_facets_text, write_first_text,
    write_matrix_text, write_most_cited_text,
};
pub use survey::{
    write_cited_by_csv, write_cited_by_json, write_cited_by_markdown, write_facets_csv,
    write_facets_json, write_facets_markdown, write_first_csv, write_first_json,
    write_first_markdown, write_matrix_csv, write_matrix_json, write_matrix_markdown,
    write_most_cited_csv, write_most_cited_json, write_most_cited_markdown,
};
pub use trec::write_trec;
pub use update::{
    Run, write_last_update_json, write_last_update_text, write_update_json, write_update_text,
    write_watched_text,
};
pub use verification::{
    write_repair_json, write_repair_text, write_verification_json, write_verification_text,
};
