//! One segment of an opened index: its columns, posting lists and stored values.
//!
//! Turns engine values back into ours.

use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::directory::{CompositeFile, FileSlice};
use tantivy::index::SegmentComponent;
use tantivy::schema::Field;
use tantivy::store::StoreReader;
use tantivy::{DocId, InvertedIndexReader, SegmentReader};

use super::columns::Columns;
use super::document::{StoredArticle, StoredPassage, hash_of};
use super::pack::Unpacker;
use super::pairs::Pairs;
use super::postings::PostingList;
use super::rows::Rows;
use super::schema::{BANDS, BODY, CONTENT, Fields, Kind, Layout, NUMBER};
use super::unpacked::Unpacked;
use crate::error::{Error, Result};

/// One segment of an opened index.
pub(crate) struct Segment {
    reader: SegmentReader,
    pairs: Pairs,
    store: StoreReader,
    unpacker: Arc<Unpacker>,
    rows: Arc<Rows>,
    pub(super) columns: Columns,
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

impl Segment {
    pub(super) fn open(
        reader: SegmentReader,
        fields: &Fields,
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
            pairs: Pairs::new(fields),
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

    /// Whether they have, and nothing stands around articles.
    pub(crate) fn is_known_without_furniture(&self) -> bool {
        self.is_unpacked() && self.unpacked().furniture().iter().all(|&word| word == 0)
    }

    #[inline]
    pub(crate) fn layout(&self, document: DocId) -> Layout {
        self.columns.layout(document)
    }

    /// What a document stands for.
    #[inline]
    pub(crate) fn kind(&self, document: DocId) -> Kind {
        self.columns.kind(document)
    }

    /// The layouts of several documents at once, as the two values that are
    /// stored of each: see [`Layout::of`].
    pub(crate) fn layouts(&self, documents: &[DocId], values: &mut [u64], places: &mut [u64]) {
        self.columns.layouts(documents, values, places);
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

    /// Calls `found` with the title document of each article, deleted ones
    /// included, in order, and its days.
    pub(crate) fn each_title(&self, found: impl FnMut(DocId, (u64, u64))) {
        self.columns.each_title(found);
    }

    /// The days of an article, for searches that ask for those of most articles.
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

    /// The column of [contents](super::schema::Fields::content): opened by updates only.
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
            .filter(|&document| self.kind(document) == Kind::Passage)
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
                while matches!(self.kind(next), Kind::Heading | Kind::Opening) {
                    next += 1;
                }
                next
            }
        }
    }

    /// Whether a document is the passage that its article's opening is cut from.
    pub(crate) fn opens(&self, document: DocId, layout: Layout) -> bool {
        let is = |before: u32, kind| self.kind(document - before) == kind;
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
            match self.kind(document) {
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

    /// The positions of a field, as the engine keeps them; `None` if it has none.
    pub(super) fn positions(&self, field: Field) -> Result<Option<FileSlice>> {
        let file = self.reader.open_read(SegmentComponent::Positions);
        let file = file.map_err(|error| Error::from_engine(error.into()))?;
        let fields = CompositeFile::open(&file).map_err(Error::from_engine_io)?;
        Ok(fields.open_read(field))
    }

    /// The posting list of a term; `None` if the segment does not have it.
    pub(crate) fn posting_list(
        &self,
        field: Field,
        term: &str,
    ) -> Result<Option<Arc<PostingList>>> {
        match self.pairs.are(field) {
            true => self.pairs.posting_list(self, term),
            false => {
                let list = PostingList::in_fields(self, &[field], term.as_bytes(), Vec::new());
                Ok(list?.map(Arc::new))
            }
        }
    }

    /// Calls `found` with each live document that has `term` in a field.
    pub(crate) fn each(
        &self,
        field: Field,
        term: &str,
        mut found: impl FnMut(DocId),
    ) -> Result<()> {
        let list = self.posting_list(field, term)?;
        let documents = list.map(|list| list.documents(self)).transpose()?;
        for document in documents.unwrap_or_default() {
            if self.is_live(document) {
                found(document);
            }
        }
        Ok(())
    }

    /// The value that a document stores.
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
        if stored.hash.is_empty() {
            stored.hash = hash_of(self.number(title)?);
        }
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
        let mut stored = StoredPassage::from_header(header).map_err(Error::from_stored)?;
        let number = || self.number(passage - self.layout(passage).before);
        self.rows.complete(&mut stored.place, number)?;
        Ok(PassageText {
            stored,
            text: text.to_owned(),
        })
    }
}
