//! What went wrong, where, and the remedy.
//!
//! One [`Error`] for the whole library. Its [`kind`](Error::kind) is what a
//! caller can act on; its `Display` names the path or text at fault; its
//! [`hint`](Error::hint) is what a person can do about it. Errors of other
//! crates are kept as a source and never appear in a signature.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The result of a fallible call of this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read or written.
    Io,
    /// There is no index at the given place.
    NoIndex,
    /// The index was written by another format or with other analysis rules.
    OtherFormat,
    /// The index is damaged.
    Damaged,
    /// Another process is writing to the index.
    Locked,
    /// A root is missing, empty or not a folder.
    BadRoot,
    /// The query holds a known field with an impossible value, or nothing to search for.
    BadQuery,
    /// An option has an impossible value.
    BadOption,
    /// A `corrections.toml` holds a mistake.
    BadCorrections,
    /// No article or passage has the given id, or several have.
    NoSuchId,
    /// No alert has the given name, or there is none at all.
    NoSuchAlert,
    /// The search engine underneath failed.
    Engine,
    /// The caller asked for an end before the work was done.
    Stopped,
}

/// An error of this library.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync + 'static>>,
}

impl Error {
    /// Creates an error of `kind` with a message: a lower-case fragment that
    /// names the path or text at fault.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// Adds the remedy, one imperative sentence.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Keeps the error that caused this one.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync + 'static>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says what a caller can act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the remedy, where there is one.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Says what the error is about, before the message.
    #[must_use]
    pub(crate) fn within(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Wraps an input or output error with what was being done to which path.
    pub(crate) fn io(doing: &str, path: &Path, source: io::Error) -> Self {
        let remedy = remedy(&source);
        let mut error = Error::new(ErrorKind::Io, format!("cannot {doing} {}", path.display()));
        error.hint = remedy.map(str::to_owned);
        error.with_source(source)
    }

    /// Says that there is no index in `dir`.
    pub(crate) fn no_index(dir: &Path) -> Self {
        Error::new(
            ErrorKind::NoIndex,
            format!("there is no index in {}", PathBuf::from(dir).display()),
        )
        .with_hint("build one with `cewen index FOLDER`")
    }
}

/// What a person can do about an input or output error of an index or folder.
pub(crate) fn remedy(error: &io::Error) -> Option<&'static str> {
    // The system's number for a fault of the device, which has no kind.
    const DEVICE_FAULT: i32 = 5;
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space and run it again; the index is as it was before")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Some(
            "check who may read and write there, or keep the index elsewhere with `--index DIR`",
        ),
        io::ErrorKind::NotFound => Some("check that the folder is still there and mounted"),
        _ if error.raw_os_error() == Some(DEVICE_FAULT) => {
            Some("check the disk, then run `cewen verify`")
        }
        _ => None,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_prints_message_and_cause_but_keeps_the_hint_apart() {
        let error = Error::io("read", Path::new("新闻/甲.txt"), io::Error::other("坏块"))
            .with_hint("check the disk");
        assert_eq!(error.to_string(), "cannot read 新闻/甲.txt: 坏块");
        assert_eq!(error.hint(), Some("check the disk"));
        assert_eq!(error.kind(), ErrorKind::Io);
    }
}
