//! The lexicon: words that the segmenter is to keep whole.
//!
//! A lexicon improves ranking and nothing else: literal search stands on
//! characters. The shipped words are part of the program; a person's own stand
//! in `lexicon.txt` of a root, one a line, and the next update of the index
//! cuts with them.
//!
//! In reading order:
//!
//! - [`check`](check()): what is known of one word, and what adding it would touch;
//! - [`add`]: words appended to a `lexicon.txt`;
//! - [`propose`](propose()): words that a corpus uses and no dictionary has:
//!   `gram` packs up to eight Han characters, `sketch` counts in bounded
//!   memory, `count` counts a corpus, `statistics` has the formulas.

mod check;
mod count;
mod file;
mod gram;
mod propose;
mod sketch;
mod statistics;

pub use check::{WordCheck, check, holding};
pub use file::{Addition, LEXICON_FILE, Refusal, add, own_words};
pub use propose::{Example, Proposal, ProposalOrder, ProposeOptions, propose};
