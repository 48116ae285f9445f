//! Families: reprints of one text, found among all articles of an index.
//!
//! A press release is carried by many outlets under other headlines, with a
//! local paragraph added or a third cut away. Two articles are *kin* if their
//! bodies share most clauses and do not say different names or numbers in the
//! same place (see `kin`); a family is what kinship connects. It depends on
//! the set of articles only, never on the order in which they came: an index
//! that grew and one that was built anew have the same families.
//!
//! In reading order:
//!
//! - `body`: an article's text as it is compared;
//! - `signature`: which articles may be kin, from a few bytes of each;
//! - `kin`: whether two bodies are reprints of one text;
//! - `groups`: families of many articles, brought up to date;
//! - `difference`: what differs between two texts.

mod body;
mod difference;
mod groups;
mod kin;
mod signature;

pub use difference::{Difference, Side, differences};

pub(crate) use body::Body;
pub(crate) use groups::{Node, Nodes, group};
pub(crate) use kin::kinship;
pub(crate) use signature::{BANDS, Signature};
