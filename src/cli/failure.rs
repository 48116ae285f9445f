//! Why a run ended early, and how the person is told.

use std::io::{self, ErrorKind, Write};

use cewen::query::{Note, QueryError};

use super::exit::Exit;
use super::talk;

/// Why a run ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library refused, or a file could not be read.
    Library(cewen::Error),
    /// The query is impossible.
    Query(QueryError),
    /// Parts of the query were not understood, under `--strict`.
    Notes {
        /// The query string.
        query: String,
        /// What was not understood.
        notes: Vec<Note>,
    },
    /// stdout could not be written to.
    Output(io::Error),
}

impl Failure {
    /// Tells the person what went wrong and the remedy.
    pub(crate) fn tell(&self, talk: &mut dyn Write) {
        match self {
            Failure::Library(error) => {
                talk::say(talk, "error", &error.to_string());
                if let Some(hint) = error.hint() {
                    talk::hint(talk, hint);
                }
            }
            Failure::Query(QueryError {
                query,
                problems: notes,
            })
            | Failure::Notes { query, notes } => {
                for note in notes {
                    talk::point(talk, "error", query, note);
                }
            }
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => {}
            Failure::Output(error) => {
                talk::say(talk, "error", &format!("cannot write to stdout: {error}"));
            }
        }
    }

    /// Returns the exit it leads to: a reader of the pipe that has seen enough
    /// is success.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Found,
            Failure::Library(error) if error.kind() == cewen::ErrorKind::Stopped => {
                Exit::Interrupted
            }
            _ => Exit::Trouble,
        }
    }
}

impl From<cewen::Error> for Failure {
    fn from(error: cewen::Error) -> Self {
        Failure::Library(error)
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Failure::Query(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_success_and_silent() {
        let failure = Failure::Output(ErrorKind::BrokenPipe.into());
        let mut talk = Vec::new();
        failure.tell(&mut talk);
        assert_eq!(failure.exit(), Exit::Found);
        assert!(talk.is_empty());
    }

    #[test]
    fn the_remedy_follows_the_error() {
        let error = cewen::Error::new(cewen::ErrorKind::NoIndex, "there is no index in 甲")
            .with_hint("build one");
        let mut talk = Vec::new();
        Failure::from(error).tell(&mut talk);
        assert_eq!(
            talk,
            "error: there is no index in 甲\nhint: build one\n".as_bytes()
        );
    }
}
