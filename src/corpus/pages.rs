//! Pages of a folder: what they share at their edges is put outside of their
//! articles before those are composed.

use crate::article::{Edges, Line, RepeatedLines, settle_edges};

/// What is asked of the pages of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Their articles.
    Articles,
    /// Only their edges.
    Edges,
}

/// The pages of a file as they are read.
pub(super) struct Pages<'a> {
    repeated: &'a RepeatedLines,
    wanted: Wanted,
    /// The edges of the pages so far.
    pub(super) edges: Vec<Edges>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(repeated: &'a RepeatedLines, wanted: Wanted) -> Self {
        Pages {
            repeated,
            wanted,
            edges: Vec::new(),
        }
    }

    /// Settles the edges of a page; says whether its article is wanted.
    pub(super) fn settle(&mut self, lines: &mut [Line]) -> bool {
        self.edges.push(settle_edges(lines, self.repeated));
        self.wanted == Wanted::Articles
    }
}
