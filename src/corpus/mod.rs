//! The corpus: folders of saved files, and how their bytes become articles.
//!
//! [`walk()`] lists the source files of a root, [`read()`] reads one of them,
//! [`parse`] turns bytes into articles without touching a disk; [`ReadOptions`]
//! say what the bytes do not. What cannot be
//! read is reported as a [`Problem`] with a remedy and never stops a run: no
//! function here panics on any input. Only this module knows about file
//! formats, encodings and folders; what the text of a page means is decided
//! in [`crate::article`].

mod names;
mod walk;

mod corrections;
mod format;
mod opened;
mod options;
mod read;

mod archive;
mod collection;
mod decode;
mod docx;
mod front_matter;
mod html;
mod json;
mod markdown;
mod markup;
mod pages;
mod pdf;
mod regular;
mod rows;
mod stream;
mod suspicion;
mod table;
mod tally;
mod text;

#[cfg(test)]
mod tests;

pub use corrections::Corrections;
pub use format::Format;
pub use names::Names;
pub(crate) use names::{Listing, list, list_new};
pub(crate) use opened::{Opened, open};
pub use options::{ReadOptions, is_encoding};
pub use read::{Parsed, decode_text, edges, parse, parse_with, read, read_with};
pub(crate) use read::{hash, may_hold_pages};
pub(crate) use regular::read_text;
pub use walk::{Folder, SourceFile, Walk, walk};
pub(crate) use walk::{locate, modified_ns};

use crate::article::{Place, Problem, ProblemKind};

/// Creates a problem of a whole file or of a place in it.
fn problem(place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem {
        kind: ProblemKind::default(),
        place,
        message: message.into(),
        remedy: remedy.into(),
    }
}

/// A place that is a line.
fn at_line(line: usize) -> Place {
    Place {
        line: Some(count(line)),
        ..Place::default()
    }
}

/// A place that is a row.
fn at_row(row: usize) -> Place {
    Place {
        row: Some(count(row)),
        ..Place::default()
    }
}

/// Narrows a count; no file has four thousand million lines.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
