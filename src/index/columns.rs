//! The columns of a segment that searches read: where documents stand, how long
//! articles are and of which days.

use std::sync::{Arc, OnceLock};

use tantivy::DocId;
use tantivy::columnar::{Column, ColumnIndex, ColumnValues};
use tantivy::fastfield::FastFieldReaders;

use super::schema::{FROM, Kind, LAYOUT, Layout, SIZE, UNTIL};

/// The columns of a segment.
pub(super) struct Columns {
    layout: Arc<dyn ColumnValues<u64>>,
    // 0 of all but titles.
    size: Arc<dyn ColumnValues<u64>>,
    from: Arc<dyn ColumnValues<u64>>,
    until: Arc<dyn ColumnValues<u64>>,
    unpacked: OnceLock<Unpacked>,
}

/// Columns unpacked, for searches that ask for most of their values: 4.4 bytes a
/// document and 16 an article.
pub(crate) struct Unpacked {
    /// Of each document its symbols: see [`Layout::symbols`].
    symbols: Vec<u16>,
    /// Of each document its [`Rough`], and how many articles begin after the
    /// first document of its stretch up to it.
    marks: Vec<(Rough, u8)>,
    /// The number of the article that the first document of each stretch
    /// belongs to.
    stretches: Vec<u32>,
    /// Of each article its title document.
    titles: Vec<DocId>,
    /// Of each article its symbols.
    sizes: Vec<u32>,
    /// A bit for each document that is a passage, that stands around articles,
    /// or that is a title or heading.
    passages: Vec<u64>,
    furniture: Vec<u64>,
    heads: Vec<u64>,
    /// A bit for each article that has a heading.
    headed: Vec<u64>,
    /// Of each article its first and last day, as `yyyymmdd`; 0 if undated.
    days: OnceLock<Vec<(u32, u32)>>,
}

/// How many documents are unpacked at once: their marks fit in a byte each.
const STRETCH: usize = 256;

/// What a document counts as, and about how long it is: small enough that
/// those of a million documents stay in the processor's nearer memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rough(u8);

/// What a document counts as in a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Portion {
    /// A title, which tells the length of its article, or a heading.
    Head,
    Passage,
    Furniture,
    Opening,
}

impl Portion {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Title | Kind::Heading => Portion::Head,
            Kind::Passage => Portion::Passage,
            Kind::Furniture => Portion::Furniture,
            Kind::Opening => Portion::Opening,
        }
    }
}

impl Rough {
    /// How many lengths are told apart.
    pub(crate) const LEVELS: usize = 64;

    fn new(portion: Portion, symbols: u32) -> Self {
        // The place of the highest bit, and the two bits after it.
        let number = symbols.saturating_add(4);
        let highest = number.ilog2();
        let level = (highest - 2) << 2 | number >> (highest - 2) & 3;
        let level = (level as usize).min(Self::LEVELS - 1);
        Rough((level as u8) << 2 | portion as u8)
    }

    /// The fewest symbols that a level stands for.
    pub(crate) fn shortest(level: usize) -> f32 {
        (((level as u64 & 3) + 4) << (level >> 2)) as f32 - 4.0
    }

    /// All of them, by their numbers.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Rough)
    }

    /// Its number among [all](Self::all).
    #[inline]
    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    #[inline]
    pub(crate) fn level(self) -> usize {
        usize::from(self.0 >> 2)
    }

    #[inline]
    pub(crate) fn portion(self) -> Portion {
        match self.0 & 3 {
            0 => Portion::Head,
            1 => Portion::Passage,
            2 => Portion::Furniture,
            _ => Portion::Opening,
        }
    }
}

impl Unpacked {
    /// Unpacks the layouts of so many documents, which are read as stored
    /// values from a document on, and the sizes of the articles whose titles
    /// are given.
    fn new(
        documents: usize,
        read: impl Fn(usize, &mut [u64]),
        sizes: impl FnOnce(&[DocId]) -> Vec<u32>,
    ) -> Self {
        let mut symbols = Vec::with_capacity(documents);
        let mut marks = Vec::with_capacity(documents);
        let mut stretches = Vec::with_capacity(documents.div_ceil(STRETCH));
        let mut titles: Vec<DocId> = Vec::new();
        let mut headed = Vec::new();
        let words = documents.div_ceil(64);
        let [mut heads, mut passages, mut furniture] = [0; 3].map(|_| Vec::with_capacity(words));
        let mut values = [0; STRETCH];
        // A stretch at a time: all values at once would be four times what is
        // kept, and a single search of a large index does little else.
        for start in (0..documents).step_by(STRETCH) {
            let values = &mut values[..STRETCH.min(documents - start)];
            read(start, values);
            let begins = |value| Layout::from_value(value).kind == Kind::Title;
            let first = (titles.len() as u32 + u32::from(begins(values[0]))).saturating_sub(1);
            stretches.push(first);
            for (document, &value) in (start..).zip(&*values) {
                let kind = Layout::from_value(value).kind;
                if kind == Kind::Title {
                    titles.push(document as DocId);
                } else if kind == Kind::Heading {
                    let article = titles.len().saturating_sub(1);
                    headed.resize(article / 64 + 1, 0_u64);
                    headed[article / 64] |= 1 << (article % 64);
                }
            }
            // Apart from the titles, so that these loops have no branch.
            symbols.extend((values.iter()).map(|&value| Layout::from_value(value).symbols as u16));
            let mut begun = 0_u32.wrapping_sub(u32::from(begins(values[0])));
            marks.extend(values.iter().map(|&value| {
                let layout = Layout::from_value(value);
                begun = begun.wrapping_add(u32::from(layout.kind == Kind::Title));
                (
                    Rough::new(Portion::of(layout.kind), layout.symbols),
                    begun as u8,
                )
            }));
            for marks in marks[start..].chunks(64) {
                let bits = |portion| {
                    let marks = marks.iter().rev();
                    let is = marks.map(|(rough, _): &(Rough, u8)| rough.portion() == portion);
                    is.fold(0_u64, |bits, is| bits << 1 | u64::from(is))
                };
                heads.push(bits(Portion::Head));
                passages.push(bits(Portion::Passage));
                furniture.push(bits(Portion::Furniture));
            }
        }
        headed.resize(titles.len().div_ceil(64), 0);
        let sizes = sizes(&titles);
        for (&title, &size) in titles.iter().zip(&sizes) {
            marks[title as usize].0 = Rough::new(Portion::Head, size);
        }
        Unpacked {
            symbols,
            marks,
            stretches,
            titles,
            sizes,
            passages,
            furniture,
            heads,
            headed,
            days: OnceLock::new(),
        }
    }

    /// How many documents there are.
    pub(crate) fn documents(&self) -> DocId {
        self.symbols.len() as DocId
    }

    /// How many articles there are.
    pub(crate) fn articles(&self) -> u32 {
        self.titles.len() as u32
    }

    /// The number of the article that a document belongs to, in the order of
    /// documents, and what the document counts as.
    #[inline]
    pub(crate) fn article_of(&self, document: DocId) -> (u32, Rough) {
        let (rough, after) = self.marks[document as usize];
        (
            self.stretches[document as usize / STRETCH] + u32::from(after),
            rough,
        )
    }

    fn layout(&self, document: DocId) -> Layout {
        let (article, rough) = self.article_of(document);
        let title = self.title(article);
        let kind = match rough.portion() {
            Portion::Head if document == title => Kind::Title,
            Portion::Head => Kind::Heading,
            Portion::Passage => Kind::Passage,
            Portion::Furniture => Kind::Furniture,
            Portion::Opening => Kind::Opening,
        };
        Layout {
            kind,
            symbols: u32::from(self.symbols[document as usize]),
            before: document - title,
            after: self.end(article) - 1 - document,
        }
    }

    /// The title document of an article.
    #[inline]
    pub(crate) fn title(&self, article: u32) -> DocId {
        self.titles[article as usize]
    }

    /// The first document after an article.
    #[inline]
    pub(crate) fn end(&self, article: u32) -> DocId {
        let next = self.titles.get(article as usize + 1).copied();
        next.unwrap_or(self.documents())
    }

    /// The symbols of an article.
    #[inline]
    pub(crate) fn size(&self, article: u32) -> u32 {
        self.sizes[article as usize]
    }

    /// A bit for each document that is a passage.
    pub(crate) fn passages(&self) -> &[u64] {
        &self.passages
    }

    /// A bit for each document that stands around articles.
    pub(crate) fn furniture(&self) -> &[u64] {
        &self.furniture
    }

    /// A bit for each document that is a title or heading.
    pub(crate) fn heads(&self) -> &[u64] {
        &self.heads
    }

    /// Whether the article that a document belongs to has a heading.
    #[inline]
    pub(crate) fn is_headed(&self, document: DocId) -> bool {
        let (article, _) = self.article_of(document);
        self.headed[article as usize / 64] >> (article % 64) & 1 == 1
    }
}

impl Columns {
    pub(super) fn open(fast: &FastFieldReaders) -> tantivy::Result<Self> {
        Ok(Columns {
            layout: of_every_document(fast.u64(LAYOUT)?),
            size: of_every_document(fast.u64(SIZE)?),
            from: of_every_document(fast.u64(FROM)?),
            until: of_every_document(fast.u64(UNTIL)?),
            unpacked: OnceLock::new(),
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
            Unpacked::new(self.documents() as usize, read, |titles| {
                of_titles(&*self.size, titles)
            })
        })
    }

    /// Whether that has been done.
    pub(super) fn is_unpacked(&self) -> bool {
        self.unpacked.get().is_some()
    }

    #[inline]
    pub(super) fn layout(&self, document: DocId) -> Layout {
        match self.unpacked.get() {
            Some(unpacked) => unpacked.layout(document),
            None => Layout::from_value(self.layout.get_val(document)),
        }
    }

    /// Whether the article that a document belongs to may have a heading.
    #[inline]
    pub(super) fn may_be_headed(&self, document: DocId) -> bool {
        let unpacked = self.unpacked.get();
        unpacked.is_none_or(|unpacked| unpacked.is_headed(document))
    }

    /// The layouts of several documents at once, as stored values.
    pub(super) fn layouts(&self, documents: &[DocId], values: &mut [u64]) {
        match self.unpacked.get() {
            Some(unpacked) => {
                for (value, &document) in values.iter_mut().zip(documents) {
                    *value = unpacked.layout(document).to_value();
                }
            }
            None => self.layout.get_vals(documents, values),
        }
    }

    /// The symbols of the article whose title document is given.
    #[inline]
    pub(super) fn size(&self, title: DocId) -> u64 {
        match self.unpacked.get() {
            Some(unpacked) => u64::from(unpacked.size(unpacked.article_of(title).0)),
            None => self.size.get_val(title),
        }
    }

    /// The first and last day of an article, as `yyyymmdd`; 0 if undated.
    pub(super) fn days(&self, title: DocId) -> (u64, u64) {
        (self.from.get_val(title), self.until.get_val(title))
    }

    /// The same, for searches that ask for those of most articles.
    pub(super) fn unpacked_days(&self, title: DocId) -> (u64, u64) {
        let unpacked = self.unpack();
        let days = unpacked.days.get_or_init(|| {
            let from = of_titles(&*self.from, &unpacked.titles);
            let until = of_titles(&*self.until, &unpacked.titles);
            from.into_iter().zip(until).collect()
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

/// The values of titles.
fn of_titles(column: &dyn ColumnValues<u64>, titles: &[DocId]) -> Vec<u32> {
    let value = |&title| u32::try_from(column.get_val(title)).unwrap_or(u32::MAX);
    titles.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_rough_length_is_not_longer_and_a_quarter_shorter_at_most(symbols in 0..200_000_u32) {
            let rough = Rough::new(Portion::Passage, symbols);
            let shortest = Rough::shortest(rough.level());
            prop_assert_eq!(rough.portion(), Portion::Passage);
            prop_assert!(shortest <= symbols as f32);
            prop_assert!(rough.level() == Rough::LEVELS - 1 || shortest + 4.0 >= 0.75 * (symbols as f32 + 4.0));
        }

        #[test]
        fn documents_find_their_articles(sizes in prop::collection::vec(1..300_u32, 1..9)) {
            let mut layouts = Vec::new();
            let mut articles = Vec::new();
            for (article, &size) in sizes.iter().enumerate() {
                for before in 0..size {
                    let kind = if before == 0 { Kind::Title } else { Kind::Passage };
                    let layout = Layout { kind, symbols: 9, before, after: size - before - 1 };
                    layouts.push(layout);
                    articles.push(article as u32);
                }
            }
            let read = |first, values: &mut [u64]| {
                for (value, layout) in values.iter_mut().zip(&layouts[first..]) {
                    *value = layout.to_value();
                }
            };
            let unpacked = Unpacked::new(layouts.len(), read, |titles| vec![9; titles.len()]);
            for ((document, article), layout) in (0..).zip(articles).zip(layouts) {
                prop_assert_eq!(unpacked.article_of(document).0, article);
                prop_assert_eq!(unpacked.layout(document), layout);
            }
        }
    }
}
