//! A query's plan and a text to marks, and the windows worth showing.
//!
//! Marks are byte ranges of the original text: sorted, disjoint, on character
//! boundaries. They cover exactly what matched: each phrase as one mark,
//! otherwise the words and pairs of the query, joined where they touch.

mod marker;
mod window;

pub(crate) use marker::{Marker, PartMarker};
pub(crate) use window::windows;
