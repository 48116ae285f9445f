//! Walks a root: which files it holds, in an order that does not depend on the
//! disk.
//!
//! Dot files, index folders, `lexicon.txt` and `corrections.toml` are no
//! source files. Symbolic links are followed; a loop is a problem. Nothing is
//! opened here.

use super::{Format, Names, problem};
use crate::article::{Place, Problem};
use crate::error::{Error, ErrorKind, Result};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use walkdir::{DirEntry, WalkDir};

/// Files of ours that a folder may hold and that are no articles.
const OWN_FILES: &[&str] = &["lexicon.txt", "corrections.toml"];

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path relative to the root, with `/` between names. Bytes that are
    /// not UTF-8 are written `\xNN`.
    pub path: String,
    /// Where it is on disk.
    pub location: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified_ns: i64,
}

/// A folder of a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its path relative to the root, empty for the root itself.
    pub path: String,
    /// Where it is on disk.
    pub location: PathBuf,
    /// When a file was last added to it or removed, in nanoseconds since 1970.
    pub modified_ns: i64,
    /// The source files directly in it.
    pub names: Names,
}

/// What a root holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// The files of types that are read, by path.
    pub files: Vec<SourceFile>,
    /// The folders, by path, the root first.
    pub folders: Vec<Folder>,
    /// How many files are of types that are not read.
    pub skipped: usize,
    /// What could not be listed, with its path.
    pub problems: Vec<(String, Problem)>,
    /// The folders among these that are there: what they hold is not known.
    pub unlisted: Vec<String>,
}

/// Lists the source files of a root, a folder or one single file. `progress`
/// is called with the number of files seen so far.
///
/// # Errors
///
/// [`ErrorKind::BadRoot`] if the root is missing, cannot be listed or is an
/// index.
pub fn walk(root: &Path, progress: &mut dyn FnMut(usize)) -> Result<Walk> {
    let bad_root = |what: &str, hint: &str| {
        Error::new(ErrorKind::BadRoot, format!("{} {what}", root.display())).with_hint(hint)
    };
    let metadata = std::fs::metadata(root).map_err(|error| {
        bad_root(
            "cannot be opened",
            "check the spelling, and that the disk is mounted",
        )
        .with_source(error)
    })?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(bad_root(
            "is neither a folder nor a file",
            "name a folder of articles",
        ));
    }
    let mut found = Walk::default();
    if metadata.is_file() {
        let name = root.file_name().unwrap_or(root.as_os_str());
        found.add_file(escape(name), root.to_owned(), &metadata);
        progress(1);
        return Ok(found);
    }
    if is_index(root) {
        return Err(bad_root(
            "is an index, not a folder of articles",
            "name the folder that holds the articles",
        ));
    }
    std::fs::read_dir(root).map_err(|error| {
        bad_root("cannot be listed", "check that you may read the folder").with_source(error)
    })?;
    let entries = WalkDir::new(root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_wanted);
    let mut seen = 0;
    for entry in entries {
        match entry {
            Ok(entry) => {
                found.add_entry(root, entry);
                seen += 1;
                progress(seen);
            }
            Err(error) => found.add_error(root, &error),
        }
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found.folders.sort_by(|a, b| a.path.cmp(&b.path));
    found.problems.sort_by(|a, b| a.0.cmp(&b.0));
    found.add_names();
    Ok(found)
}

impl Walk {
    fn add_entry(&mut self, root: &Path, entry: DirEntry) {
        let path = relative(root, entry.path());
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => self.folders.push(Folder {
                path,
                modified_ns: modified_ns(&metadata),
                location: entry.into_path(),
                names: Names::default(),
            }),
            Ok(metadata) if metadata.is_file() => self.add_file(path, entry.into_path(), &metadata),
            // Sockets, pipes and devices: reading one could wait for ever.
            Ok(_) => self.skipped += 1,
            Err(error) => self.add_error(root, &error),
        }
    }

    fn add_file(&mut self, path: String, location: PathBuf, metadata: &Metadata) {
        match Format::of_path(&path) {
            Some(_) => self.files.push(SourceFile {
                path,
                location,
                size: metadata.len(),
                modified_ns: modified_ns(metadata),
            }),
            None => self.skipped += 1,
        }
    }

    /// Tells each folder the names of its files.
    fn add_names(&mut self) {
        for file in &self.files {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let known = |known: &Folder| known.path.as_str().cmp(folder);
            if let Ok(at) = self.folders.binary_search_by(known) {
                self.folders[at].names.add(name);
            }
        }
    }

    fn add_error(&mut self, root: &Path, error: &walkdir::Error) {
        let path = error
            .path()
            .map(|path| relative(root, path))
            .unwrap_or_default();
        let (message, remedy) = match (error.loop_ancestor(), error.io_error()) {
            (Some(ancestor), _) => (
                format!(
                    "the link leads back to {}",
                    display(&relative(root, ancestor))
                ),
                "remove the link",
            ),
            (None, Some(error)) => (
                format!("cannot be listed: {error}"),
                "check that it exists and that you may read it, then index again",
            ),
            (None, None) => ("cannot be listed".to_owned(), "check the disk"),
        };
        let is_gone = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
        if error.io_error().is_some_and(|error| !is_gone(error)) {
            self.unlisted.push(path.clone());
        }
        self.problems
            .push((path, problem(Place::default(), message, remedy)));
    }
}

fn display(path: &str) -> &str {
    if path.is_empty() { "the root" } else { path }
}

/// Says whether the walk goes into a folder or takes a file. The root itself
/// is always wanted.
fn is_wanted(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let name = entry.file_name();
    if name.as_encoded_bytes().starts_with(b".") {
        return false;
    }
    if entry.file_type().is_dir() {
        return !is_index(entry.path());
    }
    !is_own(name)
}

/// Says whether a name is that of a file of ours.
pub(super) fn is_own(name: &OsStr) -> bool {
    OWN_FILES.iter().any(|own| name == OsStr::new(own))
}

/// Says whether a folder is an index: of ours, or of tantivy.
pub(super) fn is_index(folder: &Path) -> bool {
    if folder.join("meta.json").is_file() && folder.join(".managed.json").is_file() {
        return true;
    }
    folder.join("CURRENT").is_file()
        && std::fs::read_dir(folder).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().as_encoded_bytes().starts_with(b"gen-"))
        })
}

/// Writes a path relative to the root with `/` between names.
fn relative(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    let names: Vec<String> = inner
        .components()
        .map(|name| escape(name.as_os_str()))
        .collect();
    names.join("/")
}

/// Writes a name as text; bytes that are not UTF-8 become `\xNN`.
pub(super) fn escape(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// Where a path is that [`SourceFile::path`] writes, below a root.
pub(crate) fn locate(root: &Path, path: &str) -> PathBuf {
    let location = root.join(path);
    #[cfg(unix)]
    if path.contains("\\x") && location.symlink_metadata().is_err() {
        use std::os::unix::ffi::OsStringExt;
        let name = std::ffi::OsString::from_vec(unescape(path));
        return root.join(name);
    }
    location
}

/// The bytes of a text in which `\xNN` stands for a byte.
#[cfg(unix)]
fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.as_bytes());
        let byte = after.get(..2).map(|hex| u8::from_str_radix(hex, 16));
        match byte {
            Some(Ok(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.extend(b"\\x");
                rest = after;
            }
        }
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// Returns the time of the last change, 0 where the system does not know it.
pub(crate) fn modified_ns(metadata: &Metadata) -> i64 {
    let Ok(modified) = metadata.modified() else {
        return 0;
    };
    match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder_of(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, "文").expect("a file");
        }
        root
    }

    fn paths(walk: &Walk) -> Vec<&str> {
        walk.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn files_come_sorted_by_path_with_their_folders() {
        let root = folder_of(&["乙/2.txt", "甲.md", "乙/1.json", "乙.txt", "图.png"]);
        let mut seen = 0;
        let walk = walk(root.path(), &mut |n| seen = n).expect("a walk");
        let mut sorted = paths(&walk);
        sorted.sort_unstable();
        assert_eq!(paths(&walk), sorted);
        assert_eq!(walk.files.len(), 4);
        assert_eq!(walk.skipped, 1);
        assert_eq!(
            walk.folders
                .iter()
                .map(|f| f.path.as_str())
                .collect::<Vec<_>>(),
            ["", "乙"]
        );
        assert!(walk.files.iter().all(|f| f.size == 3 && f.modified_ns > 0));
        assert!(seen >= 5);
    }

    #[test]
    fn dot_files_indexes_and_own_files_are_not_articles() {
        let root = folder_of(&[
            ".a.txt",
            ".git/b.txt",
            "index/CURRENT",
            "index/gen-1/c.txt",
            "old/meta.json",
            "old/.managed.json",
            "old/d.json",
            "lexicon.txt",
            "corrections.toml",
            "CURRENT.txt",
            "好.txt",
        ]);
        let walk = walk(root.path(), &mut |_| {}).expect("a walk");
        assert_eq!(paths(&walk), ["CURRENT.txt", "好.txt"]);
        let error = super::walk(&root.path().join("index"), &mut |_| {}).expect_err("an index");
        assert_eq!(error.kind(), ErrorKind::BadRoot);
    }

    #[test]
    fn a_root_may_be_one_file_and_a_missing_one_is_an_error() {
        let root = folder_of(&["甲.txt"]);
        let one = walk(&root.path().join("甲.txt"), &mut |_| {}).expect("a walk");
        assert_eq!(paths(&one), ["甲.txt"]);
        let error = walk(&root.path().join("无"), &mut |_| {}).expect_err("no such root");
        assert_eq!(error.kind(), ErrorKind::BadRoot);
        assert!(error.hint().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_back_is_a_problem_and_does_not_hang() {
        let root = folder_of(&["甲/一.txt"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("甲/回")).expect("a link");
        let walk = walk(root.path(), &mut |_| {}).expect("a walk");
        assert_eq!(paths(&walk), ["甲/一.txt"]);
        assert_eq!(walk.problems.len(), 1);
        assert_eq!(walk.problems[0].0, "甲/回");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_are_escaped() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(escape(OsStr::from_bytes(b"a\xd6.txt")), "a\\xd6.txt");
        for name in [
            &b"a\xd6.txt"[..],
            b"\xd0\xc2/\xc9.txt",
            "甲\\xzz".as_bytes(),
        ] {
            assert_eq!(unescape(&escape(OsStr::from_bytes(name))), name);
        }
    }
}
