//! The columns of a segment that searches read: where documents stand, how long
//! articles are and of which days.

use std::sync::{Arc, OnceLock};

use tantivy::DocId;
use tantivy::columnar::ColumnValues;
use tantivy::fastfield::FastFieldReaders;

use super::schema::{FROM, LAYOUT, Layout, SIZE, UNTIL};

/// The columns of a segment.
pub(super) struct Columns {
    layout: Arc<dyn ColumnValues<u64>>,
    size: Arc<dyn ColumnValues<u64>>,
    from: Arc<dyn ColumnValues<u64>>,
    until: Arc<dyn ColumnValues<u64>>,
    unpacked: OnceLock<Unpacked>,
}

/// Columns unpacked, for searches that ask for most of their values: 12 bytes a
/// document.
struct Unpacked {
    layouts: Vec<u64>,
    /// Of articles, at their title documents.
    sizes: Vec<u32>,
}

impl Columns {
    pub(super) fn open(fast: &FastFieldReaders) -> tantivy::Result<Self> {
        let column = |name| fast.u64(name).map(|column| column.first_or_default_col(0));
        Ok(Columns {
            layout: column(LAYOUT)?,
            size: column(SIZE)?,
            from: column(FROM)?,
            until: column(UNTIL)?,
            unpacked: OnceLock::new(),
        })
    }

    /// How many documents they have values of.
    pub(super) fn documents(&self) -> DocId {
        self.layout.num_vals()
    }

    /// Unpacks what is asked for most, once.
    pub(super) fn unpack(&self) {
        self.unpacked.get_or_init(|| {
            let mut layouts = vec![0; self.documents() as usize];
            self.layout.get_range(0, &mut layouts);
            let mut sizes = vec![0; layouts.len()];
            let mut title = 0;
            while title < layouts.len() {
                sizes[title] = u32::try_from(self.size.get_val(title as u32)).unwrap_or(u32::MAX);
                title += 1 + Layout::from_value(layouts[title]).after as usize;
            }
            Unpacked { layouts, sizes }
        });
    }

    #[inline]
    pub(super) fn layout(&self, document: DocId) -> Layout {
        Layout::from_value(match self.unpacked.get() {
            Some(unpacked) => unpacked.layouts[document as usize],
            None => self.layout.get_val(document),
        })
    }

    /// The layouts of several documents at once, as stored values.
    pub(super) fn layouts(&self, documents: &[DocId], values: &mut [u64]) {
        match self.unpacked.get() {
            Some(unpacked) => {
                for (value, &document) in values.iter_mut().zip(documents) {
                    *value = unpacked.layouts[document as usize];
                }
            }
            None => self.layout.get_vals(documents, values),
        }
    }

    /// The symbols of the article whose title document is given.
    #[inline]
    pub(super) fn size(&self, title: DocId) -> u64 {
        match self.unpacked.get() {
            Some(unpacked) => u64::from(unpacked.sizes[title as usize]),
            None => self.size.get_val(title),
        }
    }

    /// The first and last day of an article, as `yyyymmdd`; 0 if undated.
    pub(super) fn days(&self, title: DocId) -> (u64, u64) {
        (self.from.get_val(title), self.until.get_val(title))
    }
}
