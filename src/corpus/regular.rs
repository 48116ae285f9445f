//! Opens source files without waiting for anybody.
//!
//! A file may be replaced between the walk and its reading; to open a pipe
//! waits until somebody writes into it, perhaps for ever.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a regular file for reading; anything else is an error.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Means nothing to a regular file.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no regular file any more")),
    }
}

/// Reads a regular file that is text in UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    io::read_to_string(open(path)?)
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::{ReadOptions, SourceFile, edges, hash, read_with};
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_file_of_our_own_that_is_a_pipe_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("corrections.toml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let error = super::super::Corrections::read(folder.path()).expect_err("a pipe");
        let text = error.to_string();
        assert!(
            text.contains("corrections.toml") && text.contains("no regular file"),
            "{text}"
        );
    }

    #[test]
    fn a_file_that_became_a_pipe_is_a_problem_and_nothing_waits_for_it() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["管.txt", "管.jsonl", "管.html", "管.zip"] {
            let location = folder.path().join(name);
            let made = std::process::Command::new("mkfifo").arg(&location).status();
            assert!(made.expect("mkfifo runs").success());
            // As the walk saw it, when it was a file.
            let file = SourceFile {
                path: name.to_owned(),
                location,
                size: 12,
                modified_ns: 1,
            };
            let (sender, receiver) = mpsc::channel();
            std::thread::spawn(move || {
                let options = ReadOptions::default();
                let read = read_with(&file, &options);
                let _ = sender.send((read, hash(&file), edges(&file, &options)));
            });
            let done = receiver.recv_timeout(Duration::from_secs(20));
            let ((hash, parsed), hashed, edges) = done.expect("nothing waits");
            assert_eq!((hash, hashed), (None, None));
            assert!(edges.is_empty() && parsed.articles.is_empty());
            assert_eq!(
                parsed.problems[0].message,
                "the file cannot be read: it is no regular file any more"
            );
        }
    }
}
