//! Standing queries: what has arrived for them since they were last run.
//!
//! An alert is a query with a name. [`run()`] finds the passages that match it
//! and hold text that was not there when it was last run. Each is shown once; only
//! a run that dies between showing and noting it shows the same again.
//! What has been seen is remembered text by text (a title, a heading, a
//! paragraph), not file by file:
//!
//! - an edited article fires only for passages with new text; a title or
//!   heading is text of the first passage under it;
//! - a moved, renamed or split file or a rebuilt index fires for nothing;
//! - a reprint is another article, and fires;
//! - text that went and came back is not new.
//!
//! So what has been seen is never forgotten: six bytes for each text, twelve on
//! disk, about 1 % of the text it is of, and nothing while there are no alerts.
//!
//! In reading order: `standing` is what an alert is; `run` finds what came;
//! `memory` knows what has been seen; `store` keeps both beside the
//! generations, in a file with a version of its own.

#[cfg(test)]
mod faults;
mod memory;
mod run;
mod standing;
mod store;

pub use run::{AlertAnswer, Digest, Run, RunOptions, run};
pub use standing::{Alert, NewAlert, Start, add, list, remove};
