//! The columns of a segment that searches read: where documents stand, how long
//! articles are and of which days.

use std::sync::{Arc, OnceLock};

use tantivy::DocId;
use tantivy::columnar::{Column, ColumnIndex, ColumnValues};
use tantivy::fastfield::FastFieldReaders;

use super::schema::{DAYS, Kind, LAYOUT, Layout, PLACE, SIZE, days_of};
use super::unpacked::{STRETCH, Unpacked};

/// The columns of a segment.
pub(super) struct Columns {
    layout: Arc<dyn ColumnValues<u64>>,
    /// `None` in an index of format 8 or less: there the layout is all.
    place: Option<Arc<dyn ColumnValues<u64>>>,
    /// Of titles of long articles only.
    size: Column<u64>,
    /// Of titles only.
    days: Column<u64>,
    unpacked: OnceLock<Unpacked>,
    /// Of each article its first and last day, once somebody asked.
    unpacked_days: OnceLock<Vec<(u32, u32)>>,
}

impl Columns {
    pub(super) fn open(fast: &FastFieldReaders) -> tantivy::Result<Self> {
        let layout = of_every_document(fast.u64(LAYOUT)?);
        let of_titles = |name| -> tantivy::Result<Column<u64>> {
            // Where no title has a value there is none.
            let column = fast.column_opt(name)?;
            Ok(column.unwrap_or_else(|| Column::build_empty_column(layout.num_vals())))
        };
        Ok(Columns {
            place: fast.column_opt(PLACE)?.map(of_every_document),
            size: of_titles(SIZE)?,
            days: of_titles(DAYS)?,
            layout,
            unpacked: OnceLock::new(),
            unpacked_days: OnceLock::new(),
        })
    }

    /// How many documents they have values of.
    pub(super) fn documents(&self) -> DocId {
        self.layout.num_vals()
    }

    /// Unpacks what is asked for most, once.
    pub(super) fn unpack(&self) -> &Unpacked {
        self.unpacked.get_or_init(|| {
            let read = |first, values: &mut [u64]| self.layout.get_range(first as u64, values);
            let long = |title| u32::try_from(self.long_size(title)).unwrap_or(u32::MAX);
            Unpacked::new(self.documents() as usize, read, long)
        })
    }

    /// Whether that has been done.
    pub(super) fn is_unpacked(&self) -> bool {
        self.unpacked.get().is_some()
    }

    #[inline]
    pub(super) fn layout(&self, document: DocId) -> Layout {
        let value = self.layout.get_val(document);
        match (self.unpacked.get(), &self.place) {
            (Some(unpacked), _) => Layout::of(value, unpacked.place(document)),
            (None, Some(place)) => Layout::of(value, place.get_val(document)),
            (None, None) => Layout::of_format_8(value),
        }
    }

    #[inline]
    pub(super) fn kind(&self, document: DocId) -> Kind {
        match &self.place {
            Some(_) => Layout::kind_of(self.layout.get_val(document)),
            None => self.layout(document).kind,
        }
    }

    /// Whether the article that a document belongs to may have a heading.
    #[inline]
    pub(super) fn may_be_headed(&self, document: DocId) -> bool {
        let unpacked = self.unpacked.get();
        unpacked.is_none_or(|unpacked| unpacked.is_headed(document))
    }

    /// The layouts of several documents at once, as stored values.
    pub(super) fn layouts(&self, documents: &[DocId], values: &mut [u64], places: &mut [u64]) {
        self.layout.get_vals(documents, values);
        if let Some(place) = &self.place {
            place.get_vals(documents, places);
        }
    }

    /// The symbols of the article whose title document is given.
    #[inline]
    pub(super) fn size(&self, title: DocId) -> u64 {
        match self.unpacked.get() {
            Some(unpacked) => u64::from(unpacked.size(unpacked.article_of(title).0)),
            None => match Layout::symbols_of(self.layout.get_val(title)) {
                Layout::MAX_SYMBOLS => self.long_size(title),
                size => u64::from(size),
            },
        }
    }

    /// The symbols of an article that has more than its title can tell.
    #[cold]
    fn long_size(&self, title: DocId) -> u64 {
        let least = u64::from(Layout::MAX_SYMBOLS);
        self.size.first(title).unwrap_or(least)
    }

    /// The first and last day of an article, as `yyyymmdd`; 0 if undated.
    pub(super) fn days(&self, title: DocId) -> (u64, u64) {
        days_of(self.days.first(title).unwrap_or_default())
    }

    /// Calls `found` with the title of each article, in order, and its days.
    pub(super) fn each_title(&self, mut found: impl FnMut(DocId, (u64, u64))) {
        // Titles are all that the column has values of. To find the value of
        // each from its document would cost ten times as much.
        let values = &self.days.values;
        let days = |article| match article < values.num_vals() {
            true => days_of(values.get_val(article)),
            false => (0, 0),
        };
        if let Some(unpacked) = self.unpacked.get() {
            let titles = unpacked.titles().zip(0..);
            titles.for_each(|(title, article)| found(title, days(article)));
            return;
        }
        let (mut title, mut article) = (0, 0);
        while title < self.documents() {
            found(title, days(article));
            title += 1 + self.layout(title).after;
            article += 1;
        }
    }

    /// The days of an article, for searches that ask for those of most articles.
    pub(super) fn unpacked_days(&self, title: DocId) -> (u64, u64) {
        let unpacked = self.unpack();
        let days = self.unpacked_days.get_or_init(|| {
            of_titles(&self.days, unpacked.titles(), |value| {
                let (from, until) = days_of(value);
                (from as u32, until as u32)
            })
        });
        let (from, until) = days[unpacked.article_of(title).0 as usize];
        (u64::from(from), u64::from(until))
    }
}

/// A column in which every document has a value: then no default need be looked for.
fn of_every_document(column: Column<u64>) -> Arc<dyn ColumnValues<u64>> {
    match column.index {
        ColumnIndex::Full => column.values,
        _ => column.first_or_default_col(0),
    }
}

/// The values of all titles, of a column that has none but theirs; 0 where it
/// has none.
fn of_titles<T>(
    column: &Column<u64>,
    titles: impl ExactSizeIterator<Item = DocId>,
    of: impl Fn(u64) -> T,
) -> Vec<T> {
    let count = titles.len();
    if column.values.num_vals() as usize != count {
        let value = |title| of(column.first(title).unwrap_or_default());
        return titles.map(value).collect();
    }
    let mut all = Vec::with_capacity(count);
    let mut values = [0; STRETCH];
    for start in (0..count).step_by(STRETCH) {
        let values = &mut values[..STRETCH.min(count - start)];
        column.values.get_range(start as u64, values);
        all.extend(values.iter().map(|&value| of(value)));
    }
    all
}
