//! What an update takes and gives, and what an index says of itself: plain data.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::article::{Article, Problem};

/// What an update is to do besides bringing the index up to date.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// Folders to add to the index's roots.
    pub add: Vec<PathBuf>,
    /// Folders to drop from the index's roots, with their articles.
    pub forget: Vec<PathBuf>,
    /// Encodings by path, remembered by the index: pairs of a pattern of paths
    /// within a root and the name of an encoding, as in
    /// [`ReadOptions::encodings`](crate::corpus::ReadOptions::encodings), a
    /// later one before an earlier one; the name `auto` drops the pattern.
    /// Files that it concerns are read again.
    pub encodings: Vec<(String, String)>,
    /// Build a new generation from all files instead of updating the live one.
    pub rebuild: bool,
    /// Merge the index into one segment.
    pub compact: bool,
    /// Look at the content of all files, not only of those whose size or time changed.
    pub check: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Stops the update when it becomes true: the index stays as it was, and
    /// the error is [`ErrorKind::Stopped`](crate::ErrorKind::Stopped).
    pub stop: Option<Arc<AtomicBool>>,
    /// How long to wait for another writer; `None` fails at once.
    pub wait: Option<Duration>,
    /// What is updating, for the message another writer gets: `cewen index 新闻`.
    pub command: String,
}

/// How far a long update is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Folders are being walked; so many files were seen.
    Walking {
        /// Files seen.
        files: usize,
    },
    /// New and changed files are compared with each other, for what their
    /// pages share.
    Comparing {
        /// Files compared.
        done: usize,
        /// Files to compare.
        total: usize,
    },
    /// Files are being read and indexed.
    Reading {
        /// Files read.
        done: usize,
        /// Files to read.
        total: usize,
        /// Bytes read.
        bytes: u64,
        /// Bytes to read.
        total_bytes: u64,
    },
    /// The new state is being written and published.
    Publishing,
}

/// What an update did, or under `dry_run` would do.
#[derive(Clone, Debug, Default)]
pub struct UpdateReport {
    /// The files that came, changed, moved or went, by path.
    pub changes: Vec<FileChange>,
    /// The articles that came, changed, moved or went. Empty after a dry run,
    /// and when the whole index was built anew: then all of it is new.
    pub articles_changed: Vec<ArticleChange>,
    /// Files that were as before.
    pub unchanged: usize,
    /// Words that came into the lexicon or left it since the last update.
    pub words_changed: usize,
    /// Articles that were cut and indexed again because they hold such words;
    /// after a dry run their files' articles.
    pub recut: usize,
    /// Files of types that are not read.
    pub skipped: usize,
    /// Articles in the index now; under `dry_run` as before.
    pub articles: usize,
    /// Passages in the index now; under `dry_run` as before.
    pub passages: usize,
    /// Files in the index by format name.
    pub formats: BTreeMap<String, usize>,
    /// Files in the index by encoding name.
    pub encodings: BTreeMap<String, usize>,
    /// All problems of the files in the index, and of the walk.
    pub problems: Vec<FileProblem>,
    /// Articles of the library that a damaged index did not give back.
    pub lost: Vec<String>,
    /// Why the whole index was built anew, if it was not asked for.
    pub rebuilt: Option<String>,
    /// Bytes read.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
}

/// A file that came, changed or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Its path, relative to its root, with `/`.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Where it was, if it moved.
    pub from: Option<String>,
}

/// What an update brought: the articles that came, changed, moved or went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUpdate {
    /// When it was: seconds since 1970.
    pub updated: u64,
    /// Whether it built the index: then all articles came, and none is listed.
    pub is_first: bool,
    /// Articles in the index after it.
    pub articles: usize,
    /// The articles, by kind of change, then by path.
    pub changes: Vec<ArticleChange>,
}

/// An article that came, changed, moved or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleChange {
    /// Its id within the index: what [`FullArticle::id`] is without a given id.
    pub id: String,
    /// Its headline; of one that went, the last one it had.
    pub title: String,
    /// Its date, an ISO prefix.
    pub date: Option<String>,
    /// Its file, relative to its root, with `/`.
    #[serde(with = "shared_text")]
    pub path: Arc<str>,
    /// What happened to it.
    pub kind: ChangeKind,
    /// The id it had, if it moved.
    pub from: Option<String>,
}

/// A shared text is written as a text.
mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        text: &Arc<str>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<str>, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

/// What happened to a file or an article since the last update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// Its content changed.
    Changed,
    /// It is elsewhere, with the same content.
    Moved,
    /// It is gone.
    Removed,
}

/// A problem with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's path, relative to its root, with `/`.
    pub path: String,
    /// What is wrong, and the remedy.
    pub problem: Problem,
}

/// What an index says of itself and of the folders it was built from.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The index folder.
    pub index: PathBuf,
    /// The folders it follows.
    pub roots: Vec<RootStatus>,
    /// Named sources of articles added through the library, with their articles.
    pub sources: Vec<(String, usize)>,
    /// Source files in the index.
    pub files: usize,
    /// Articles in the index.
    pub articles: usize,
    /// Passages in the index.
    pub passages: usize,
    /// Bytes of the index on disk.
    pub bytes: u64,
    /// Segments of the index.
    pub segments: usize,
    /// Files by format name (`txt`, `md`, `json`, `jsonl`).
    pub formats: BTreeMap<String, usize>,
    /// Files by encoding name.
    pub encodings: BTreeMap<String, usize>,
    /// The encodings that were given for paths: pattern and name.
    pub given_encodings: Vec<(String, String)>,
    /// The files that came, changed or went since the last update.
    pub changes: Vec<FileChange>,
    /// All problems, by path.
    pub problems: Vec<FileProblem>,
    /// When the index was last updated: seconds since 1970.
    pub updated: Option<u64>,
    /// The fingerprint of the analysis the index was built with.
    pub fingerprint: String,
}

/// A root and whether it can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootStatus {
    /// The folder.
    pub path: PathBuf,
    /// Its files in the index.
    pub files: usize,
    /// Why it cannot be read, if it cannot.
    pub problem: Option<String>,
}

/// What [`verify`](crate::verify) found.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// What was checked, a line each.
    pub checked: Vec<String>,
    /// What is damaged, a line each; empty is good. [`repair`](crate::repair)
    /// mends it.
    pub damages: Vec<String>,
    /// Files that a killed update left behind. They do no harm, and the next
    /// update removes them.
    pub leftovers: Vec<String>,
}

/// What [`repair`](crate::repair) found and did.
#[derive(Clone, Debug, Default)]
pub struct Repair {
    /// What was found.
    pub found: Verification,
    /// The update that built the index anew, if there was damage.
    pub report: Option<UpdateReport>,
}

/// A whole article, as `show` gives it.
#[derive(Clone, Debug, Default)]
pub struct FullArticle {
    /// Its id: the given one if unique in the index.
    pub id: String,
    /// The file, relative to its root, with `/`.
    pub path: String,
    /// The file's path as it can be opened from the current folder; may be empty.
    pub file: String,
    /// The file's format name.
    pub format: String,
    /// The file's encoding name.
    pub encoding: String,
    /// The article with all that was inferred about it, with evidence.
    pub article: Article,
    /// The problems of its file.
    pub problems: Vec<Problem>,
    /// The number of the passage asked for (from 1), if a passage was.
    pub passage: Option<usize>,
    /// The byte ranges of its passages within [`FullArticle::text`].
    pub passages: Vec<std::ops::Range<usize>>,
    /// Where each of its passages begins in its file.
    pub places: Vec<crate::article::Place>,
    /// The BLAKE3 hash of its file in hex; empty for an article that was added
    /// through the library.
    pub hash: String,
    /// The body as indexed: headings and paragraphs, a line end after each;
    /// furniture left out.
    pub text: String,
}
