//! Errors of the engine as ours, with the remedy where there is one.

use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError};

use super::reader::REPAIR;
use crate::error::{Error, ErrorKind};

/// The input or output error behind an error of the engine.
fn io_error(error: &TantivyError) -> Option<std::io::Error> {
    let (kind, text) = match error {
        TantivyError::IoError(error)
        | TantivyError::OpenWriteError(OpenWriteError::IoError {
            io_error: error, ..
        })
        | TantivyError::OpenReadError(OpenReadError::IoError {
            io_error: error, ..
        })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError {
            io_error: error, ..
        }) => (Some(error.kind()), error.to_string()),
        TantivyError::InternalError(text) => (None, text.clone()),
        _ => return None,
    };
    // In places the engine keeps but the words; the system's number ends them.
    let number = text.rsplit_once("os error ").map(|(_, number)| number);
    match number.and_then(|number| number.trim_end_matches(')').parse().ok()) {
        Some(number) => Some(std::io::Error::from_raw_os_error(number)),
        None => Some(std::io::Error::new(kind?, text)),
    }
}

impl Error {
    /// Wraps an error of the engine.
    pub(crate) fn from_engine(error: TantivyError) -> Self {
        let what = "the index could not be read or written";
        match io_error(&error).map(|io| (crate::error::remedy(&io), io.to_string())) {
            Some((remedy, io)) => {
                let wrapped = Error::new(ErrorKind::Io, what).with_source(io);
                match remedy {
                    Some(remedy) => wrapped.with_hint(remedy),
                    None => wrapped,
                }
            }
            None => Error::new(ErrorKind::Engine, what).with_source(error),
        }
    }

    /// Wraps an input or output error of the engine.
    pub(crate) fn from_engine_io(error: std::io::Error) -> Self {
        Error::new(ErrorKind::Engine, "the index could not be read").with_source(error)
    }

    /// Wraps what is wrong with a stored value.
    pub(crate) fn from_stored(error: serde_json::Error) -> Self {
        Error::damaged_value().with_source(error)
    }

    /// Says that a stored value is damaged.
    pub(crate) fn damaged_value() -> Self {
        Error::new(ErrorKind::Damaged, "a stored value of the index is damaged").with_hint(REPAIR)
    }
}
