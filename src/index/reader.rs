//! An opened index: segments, columns and stored values, for searching.
//!
//! Takes no lock and writes nothing, so that a read-only folder can be
//! searched. The one place that turns engine values back into ours.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::{DocId, Index, InvertedIndexReader, SegmentReader, TantivyError};

use super::columns::{Columns, Unpacked};
use super::commit::{Commit, damaged_commit, families_name, rows_name, state_name};
use super::disk::{self, Access, Disk, EngineDirectory};
use super::document::{StoredArticle, StoredPassage, shown};
use super::estimates::Estimates;
use super::families::Families;
use super::generation;
use super::pack::Unpacker;
use super::rows::Rows;
use super::schema::{BANDS, BODY, CONTENT, Fields, Kind, Layout, NUMBER};
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

/// One segment of an opened index.
pub(crate) struct Segment {
    reader: SegmentReader,
    store: StoreReader,
    unpacker: Arc<Unpacker>,
    rows: Arc<Rows>,
    columns: Columns,
    number: OnceLock<Column<u64>>,
    /// The number of its first document among all segments' documents.
    pub(crate) base: u32,
}

/// A passage as stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PassageText {
    pub(crate) stored: StoredPassage,
    pub(crate) text: String,
}

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
            let segment = Segment::open(reader, (&unpacker, &rows), base)
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
        let location = root.location(&self.dir);
        let file = if location.is_file() {
            location
        } else {
            location.join(&article.path)
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

impl Segment {
    fn open(
        reader: SegmentReader,
        (unpacker, rows): (&Arc<Unpacker>, &Arc<Rows>),
        base: u32,
    ) -> tantivy::Result<Self> {
        Ok(Segment {
            columns: Columns::open(reader.fast_fields())?,
            number: OnceLock::new(),
            // Blocks of one page of hits: neighbours are fetched together.
            store: reader.get_store_reader(16)?,
            unpacker: Arc::clone(unpacker),
            rows: Arc::clone(rows),
            reader,
            base,
        })
    }

    /// How many documents it has, deleted ones included.
    pub(crate) fn documents(&self) -> DocId {
        self.reader.max_doc()
    }

    pub(crate) fn is_live(&self, document: DocId) -> bool {
        self.reader
            .alive_bitset()
            .is_none_or(|alive| alive.is_alive(document))
    }

    /// Whether any documents are deleted.
    pub(crate) fn has_deleted(&self) -> bool {
        self.reader.has_deletes()
    }

    /// The columns that say where documents stand and how long they are, unpacked
    /// when they are first asked for.
    pub(crate) fn unpacked(&self) -> &Unpacked {
        self.columns.unpack()
    }

    /// Whether they have been asked for.
    pub(crate) fn is_unpacked(&self) -> bool {
        self.columns.is_unpacked()
    }

    /// Whether that has been done, and nothing stands around articles.
    pub(crate) fn is_known_without_furniture(&self) -> bool {
        self.is_unpacked() && self.unpacked().furniture().iter().all(|&word| word == 0)
    }

    #[inline]
    pub(crate) fn layout(&self, document: DocId) -> Layout {
        self.columns.layout(document)
    }

    /// The layouts of several documents at once, as stored values.
    pub(crate) fn layouts(&self, documents: &[DocId], values: &mut [u64]) {
        self.columns.layouts(documents, values);
    }

    /// The symbols of the article whose title document is given.
    #[inline]
    pub(crate) fn size(&self, title: DocId) -> u64 {
        self.columns.size(title)
    }

    /// The first and last day of the article whose title document is given, as
    /// `yyyymmdd`; 0 if undated.
    pub(crate) fn days(&self, title: DocId) -> (u64, u64) {
        self.columns.days(title)
    }

    /// The same, for searches that ask for those of most articles.
    pub(crate) fn unpacked_days(&self, title: DocId) -> (u64, u64) {
        self.columns.unpacked_days(title)
    }

    /// The number of the article whose title document is given; its column is
    /// opened when it is first asked for.
    pub(crate) fn number(&self, title: DocId) -> Result<u64> {
        let column = match self.number.get() {
            Some(column) => column,
            None => {
                let column = self.column(NUMBER)?;
                self.number.get_or_init(|| column)
            }
        };
        Ok(column.first(title).unwrap_or_default())
    }

    /// The columns of bodies and of bands.
    pub(super) fn signatures(&self) -> Result<(Column<u64>, Column<u64>)> {
        Ok((self.column(BODY)?, self.column(BANDS)?))
    }

    /// The column of [`Fields::content`]: opened by updates only.
    pub(crate) fn contents(&self) -> Result<Column<u64>> {
        self.column(CONTENT)
    }

    fn column(&self, name: &str) -> Result<Column<u64>> {
        let fast = self.reader.fast_fields();
        fast.u64(name).map_err(Error::from_engine)
    }

    /// The passages of the article whose title document is given, furniture left out.
    pub(crate) fn passages(&self, title: DocId) -> usize {
        let documents = title..=title + self.layout(title).after;
        documents
            .filter(|&document| self.layout(document).kind == Kind::Passage)
            .count()
    }

    /// The passage that a document shows as: itself, for a title or heading
    /// the first passage after it.
    pub(crate) fn shown(&self, document: DocId, layout: Layout) -> DocId {
        match layout.kind {
            Kind::Passage | Kind::Furniture => document,
            // Every title and heading has a passage after it.
            _ => {
                let mut next = document + 1;
                while matches!(self.layout(next).kind, Kind::Heading | Kind::Opening) {
                    next += 1;
                }
                next
            }
        }
    }

    /// Whether a document is the passage that its article's opening is cut from.
    pub(crate) fn opens(&self, document: DocId, layout: Layout) -> bool {
        let is = |before: u32, kind| self.layout(document - before).kind == kind;
        layout.kind == Kind::Passage
            && match layout.before {
                2 => is(1, Kind::Opening),
                3 => is(1, Kind::Heading) && is(2, Kind::Opening),
                _ => false,
            }
    }

    /// The heading document that a passage stands under, if any.
    pub(crate) fn heading_of(&self, passage: DocId) -> Option<DocId> {
        if !self.columns.may_be_headed(passage) {
            return None;
        }
        let mut document = passage;
        loop {
            match self.layout(document).kind {
                Kind::Heading => return Some(document),
                Kind::Title | Kind::Furniture | Kind::Opening => return None,
                Kind::Passage => document = document.checked_sub(1)?,
            }
        }
    }

    /// The inverted index of a field.
    pub(crate) fn inverted(&self, field: Field) -> Result<Arc<InvertedIndexReader>> {
        self.reader
            .inverted_index(field)
            .map_err(Error::from_engine)
    }

    /// Calls `found` with each live document that has `term` in a keyword field.
    pub(crate) fn each(
        &self,
        field: Field,
        term: &str,
        mut found: impl FnMut(DocId),
    ) -> Result<()> {
        let inverted = self.inverted(field)?;
        let Some(info) = inverted.terms().get(term).map_err(Error::from_engine_io)? else {
            return Ok(());
        };
        let mut postings = inverted
            .read_block_postings_from_terminfo(&info, tantivy::schema::IndexRecordOption::Basic)
            .map_err(Error::from_engine_io)?;
        while postings.block_len() > 0 {
            for &document in postings.docs() {
                if self.is_live(document) {
                    found(document);
                }
            }
            postings.advance();
        }
        Ok(())
    }

    /// The value that a document stores: its only stored field, packed.
    fn stored(&self, document: DocId) -> Result<String> {
        let bytes = self
            .store
            .get_document_bytes(document)
            .map_err(Error::from_engine)?;
        let text = self.unpacker.stored(&bytes);
        text.ok_or_else(Error::damaged_value)
    }

    /// The article whose title document is given.
    pub(crate) fn article(&self, title: DocId) -> Result<StoredArticle> {
        let stored = self.stored(title)?;
        let mut stored: StoredArticle =
            serde_json::from_str(&stored).map_err(Error::from_stored)?;
        let place = &mut stored.article.place;
        self.rows.complete(place, || self.number(title))?;
        Ok(stored)
    }

    /// A heading's text.
    pub(crate) fn heading(&self, heading: DocId) -> Result<String> {
        self.stored(heading)
    }

    /// A passage.
    pub(crate) fn passage(&self, passage: DocId) -> Result<PassageText> {
        let stored = self.stored(passage)?;
        let (header, text) = stored.split_once('\n').unwrap_or_default();
        let mut stored: StoredPassage = serde_json::from_str(header).map_err(Error::from_stored)?;
        let number = || self.number(passage - self.layout(passage).before);
        self.rows.complete(&mut stored.place, number)?;
        Ok(PassageText {
            stored,
            text: text.to_owned(),
        })
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
