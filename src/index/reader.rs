//! An opened index: segments, columns and stored values, for searching.
//!
//! Takes no lock and writes nothing, so that a read-only folder can be
//! searched.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::schema::Field;
use tantivy::{DocId, Index, SegmentReader, TantivyError};

use super::commit::{Commit, damaged_commit, families_name, rows_name, state_name};
use super::disk::{self, Access, Disk, EngineDirectory};
use super::document::{StoredArticle, shown};
use super::estimates::Estimates;
use super::families::Families;
use super::generation;
use super::rows::Rows;
use super::schema::Fields;
use super::segment::Segment;
use super::state::{FORMAT, Header, StateFile};
use crate::analysis::FINGERPRINT;
use crate::error::{Error, ErrorKind, Result};

/// An opened index.
pub(crate) struct Reader {
    /// The index folder.
    pub(crate) dir: PathBuf,
    /// The generation folder.
    pub(crate) generation: PathBuf,
    /// The state file.
    pub(crate) state: StateFile,
    pub(crate) header: Header,
    pub(crate) fields: Fields,
    pub(crate) segments: Vec<Segment>,
    /// All engine documents, deleted ones included.
    pub(crate) documents: u32,
    /// The file of families, opened so that an update cannot take it away, and
    /// what it holds once somebody asked.
    pub(super) families_file: Option<File>,
    pub(super) families_read: OnceLock<Families>,
    /// The rows of articles, shared with the segments.
    pub(super) rows: Arc<Rows>,
    /// What searches found out about it.
    pub(crate) estimates: Estimates,
    /// What was published when it was opened.
    published: Published,
}

/// What names the live generation, and in it the last commit; none of it if it
/// cannot be read.
type Published = Option<(PathBuf, Vec<u8>)>;

fn published(dir: &Path) -> Published {
    let generation = generation::current(dir).ok()?;
    let commit = std::fs::read(generation.join(META)).ok()?;
    Some((generation, commit))
}

/// The engine's file that names the last commit.
pub(crate) const META: &str = "meta.json";

/// Which indexes are opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Those that this version wrote.
    Own,
    /// Whatever can be.
    Any,
}

impl Reader {
    /// Opens the live generation of the index in `dir`.
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        Self::open_as(dir, Version::Own)
    }

    /// Opens an index that another version may have written, for reading
    /// stored articles back as far as they can be.
    pub(crate) fn open_whatever_version(dir: &Path) -> Result<Self> {
        Self::open_as(dir, Version::Any)
    }

    fn open_as(dir: &Path, version: Version) -> Result<Self> {
        // A writer may publish and clean up between two steps of opening: then
        // everything is read once more. Without a writer a fault stays one.
        let mut attempt = 0;
        loop {
            let published = published(dir);
            match Self::try_open(dir, version, published.clone()) {
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::Io | ErrorKind::Engine | ErrorKind::Damaged
                    ) && (attempt < 2 || attempt < 100 && published != self::published(dir)) =>
                {
                    attempt += 1;
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                opened => return opened,
            }
        }
    }

    /// Whether it is still what is published.
    pub(crate) fn is_current(&self) -> bool {
        published(&self.dir) == self.published
    }

    fn try_open(dir: &Path, version: Version, published: Published) -> Result<Self> {
        let generation = generation::current(dir)?;
        let index = open_engine(disk::real(), &generation, Access::Maps)?;
        let mut fields = Fields::new();
        let commit = Commit::read(&generation)?;
        let state = state_name(&generation, commit.payload.as_deref())?;
        let families = families_name(commit.payload.as_deref())
            .map(|name| generation.join(name))
            .map(|path| File::open(&path).map_err(|error| Error::io("read", &path, error)))
            .transpose()?;
        let state = StateFile::open(&generation, &state)?;
        let header = state.header()?;
        match version {
            Version::Own => {
                check_format(dir, &header)?;
                if index.schema() != fields.schema {
                    return Err(other_format(dir, "it has other fields"));
                }
            }
            Version::Any => fields = Fields::of(&index.schema()),
        }
        let rows = rows_name(commit.payload.as_deref());
        let rows = Arc::new(Rows::open(&generation, rows.as_deref())?);
        let mut segments = Vec::new();
        let unpacker = Arc::default();
        let mut base = 0;
        for segment in &commit.segments {
            let meta = segment.meta(&index).ok_or_else(|| {
                damaged_commit(
                    &generation,
                    &format!("{} is no segment", segment.segment_id),
                )
            })?;
            let reader = SegmentReader::open(&index.segment(meta))
                .map_err(|error| engine(&generation, error))?;
            let documents = reader.max_doc();
            let segment = Segment::open(reader, &fields, (&unpacker, &rows), base)
                .map_err(|error| engine(&generation, error))?;
            // What the commit says and what its files hold are two things; with
            // another number of documents the engine would look beyond their end.
            if segment.columns.documents() != documents {
                return Err(damaged(&generation, "its segments do not fit its commit"));
            }
            segments.push(segment);
            base += documents;
        }
        Ok(Reader {
            dir: dir.to_path_buf(),
            generation,
            state,
            header,
            fields,
            segments,
            documents: base,
            families_file: families,
            families_read: OnceLock::new(),
            rows,
            estimates: Estimates::default(),
            published,
        })
    }

    /// The segment that holds document `number`, and the document's number in it.
    pub(crate) fn locate(&self, number: u32) -> (&Segment, DocId) {
        let after = self
            .segments
            .partition_point(|segment| segment.base <= number);
        let segment = &self.segments[after.saturating_sub(1)];
        (segment, number - segment.base)
    }

    /// The path of an article's file from the current folder; empty if it has none.
    pub(crate) fn file(&self, article: &StoredArticle) -> String {
        let root = self
            .header
            .roots
            .iter()
            .find(|root| Some(root.id) == article.root);
        let Some(root) = root else {
            return String::new();
        };
        // Of a root that is a file there is no folder. Asking the disk instead
        // would be a call of the system for each hit.
        let is_folder = self
            .header
            .folders
            .iter()
            .any(|folder| folder.root == root.id);
        let location = root.location(&self.dir);
        let file = match is_folder {
            true => location.join(&article.path),
            false => location,
        };
        shown(&file.to_string_lossy(), &article.article)
    }

    /// How many live documents have `term` in `field`, counted up to `enough`.
    pub(crate) fn count(&self, field: Field, term: &str, enough: usize) -> Result<usize> {
        let mut count = 0;
        for segment in &self.segments {
            segment.each(field, term, |_| count += 1)?;
            if count >= enough {
                break;
            }
        }
        Ok(count)
    }
}

/// Opens the engine's index in a generation folder.
pub(crate) fn open_engine(disk: Arc<dyn Disk>, generation: &Path, access: Access) -> Result<Index> {
    EngineDirectory::open(disk, generation, access)
        .and_then(Index::open)
        .map_err(|error| engine(generation, error))
}

/// The remedy of damage.
pub(crate) const REPAIR: &str = "mend it with `cewen verify --repair`";

fn damaged(generation: &Path, what: &str) -> Error {
    let what = format!("the index in {} is damaged: {what}", generation.display());
    Error::new(ErrorKind::Damaged, what).with_hint(REPAIR)
}

/// Checks that an index was written by this format and analysis.
pub(crate) fn check_format(dir: &Path, header: &Header) -> Result<()> {
    if header.format != FORMAT {
        return Err(other_format(
            dir,
            &format!("it has format {}, not {FORMAT}", header.format),
        ));
    }
    if header.fingerprint != FINGERPRINT {
        return Err(other_format(
            dir,
            &format!(
                "it was analysed by {}, not {FINGERPRINT}",
                header.fingerprint
            ),
        ));
    }
    Ok(())
}

fn other_format(dir: &Path, why: &str) -> Error {
    Error::new(
        ErrorKind::OtherFormat,
        format!(
            "the index in {} is of another version: {why}",
            dir.display()
        ),
    )
    .with_hint("run `cewen index`, which builds it anew")
}

fn engine(generation: &Path, error: TantivyError) -> Error {
    Error::new(
        ErrorKind::Engine,
        format!("cannot open the index in {}", generation.display()),
    )
    .with_source(error)
    .with_hint(REPAIR)
}
