//! Exit codes, as of grep.

use std::process::ExitCode;

use super::interrupt;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// There were hits, or the verb did what it should: 0.
    Found,
    /// There was no hit: 1.
    NothingFound,
    /// Something went wrong: 2.
    Trouble,
    /// A person ended it with Ctrl-C: 130.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Found => ExitCode::SUCCESS,
            Exit::NothingFound => ExitCode::from(1),
            Exit::Trouble => ExitCode::from(2),
            Exit::Interrupted => ExitCode::from(interrupt::STATUS),
        }
    }
}
