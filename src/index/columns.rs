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
    // Of titles only.
    size: Column<u64>,
    from: Column<u64>,
    until: Column<u64>,
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

/// How many documents are unpacked at once.
const BLOCK: usize = 4096;

/// How many documents of a stretch: their marks fit in a byte each.
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
    /// Unpacks the layouts of so many documents, in order, and the sizes of
    /// the articles whose titles are given.
    fn new(
        documents: usize,
        layouts: impl Iterator<Item = Layout>,
        sizes: impl FnOnce(&[DocId]) -> Vec<u32>,
    ) -> Self {
        let mut symbols = Vec::with_capacity(documents);
        let mut marks = Vec::with_capacity(documents);
        let mut stretches = Vec::with_capacity(documents.div_ceil(STRETCH));
        let mut titles: Vec<DocId> = Vec::new();
        let mut headed = Vec::new();
        let words = documents.div_ceil(64);
        let mut kinds = [0; 3].map(|_| Vec::with_capacity(words));
        let mut word = [0_u64; 4];
        let mut first = 0;
        for (document, layout) in layouts.enumerate() {
            if layout.kind == Kind::Title {
                titles.push(document as DocId);
            }
            let article = (titles.len() as u32).saturating_sub(1);
            if layout.kind == Kind::Heading {
                headed.resize(article as usize / 64 + 1, 0_u64);
                headed[article as usize / 64] |= 1 << (article % 64);
            }
            if document % STRETCH == 0 {
                first = article;
                stretches.push(article);
            }
            let portion = match layout.kind {
                Kind::Title | Kind::Heading => Portion::Head,
                Kind::Passage => Portion::Passage,
                Kind::Furniture => Portion::Furniture,
                Kind::Opening => Portion::Opening,
            };
            word[portion as usize] |= 1 << (document % 64);
            if document % 64 == 63 || document + 1 == documents {
                for (kind, word) in kinds.iter_mut().zip(word) {
                    kind.push(word);
                }
                word = [0; 4];
            }
            let rough = Rough::new(portion, layout.symbols);
            marks.push((rough, (article - first) as u8));
            symbols.push(layout.symbols as u16);
        }
        let [heads, passages, furniture] = kinds;
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
        let layout = fast.u64(LAYOUT)?;
        Ok(Columns {
            // Every document has one: then no default need be looked for.
            layout: match layout.index {
                ColumnIndex::Full => layout.values,
                _ => layout.first_or_default_col(0),
            },
            size: fast.u64(SIZE)?,
            from: fast.u64(FROM)?,
            until: fast.u64(UNTIL)?,
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
            let documents = self.documents() as usize;
            // A block at a time: all values at once would be four times what is kept.
            let values = (0..documents).step_by(BLOCK).flat_map(|first| {
                let mut values = vec![0; BLOCK.min(documents - first)];
                self.layout.get_range(first as u64, &mut values);
                values
            });
            let layouts = values.map(Layout::from_value);
            Unpacked::new(documents, layouts, |titles| of_titles(&self.size, titles))
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
            None => self.size.first(title).unwrap_or_default(),
        }
    }

    /// The first and last day of an article, as `yyyymmdd`; 0 if undated.
    pub(super) fn days(&self, title: DocId) -> (u64, u64) {
        let day = |column: &Column<u64>| column.first(title).unwrap_or_default();
        (day(&self.from), day(&self.until))
    }

    /// The same, for searches that ask for those of most articles.
    pub(super) fn unpacked_days(&self, title: DocId) -> (u64, u64) {
        let unpacked = self.unpack();
        let days = unpacked.days.get_or_init(|| {
            let from = of_titles(&self.from, &unpacked.titles);
            let until = of_titles(&self.until, &unpacked.titles);
            from.into_iter().zip(until).collect()
        });
        let (from, until) = days[unpacked.article_of(title).0 as usize];
        (u64::from(from), u64::from(until))
    }
}

/// The values of titles, which are all that a column has of them.
fn of_titles(column: &Column<u64>, titles: &[DocId]) -> Vec<u32> {
    let count = column.values.num_vals() as usize;
    let mut values = vec![0; count];
    if count == titles.len() {
        column.values.get_range(0, &mut values);
    } else {
        let each = titles.iter().map(|&title| column.first(title));
        values = each.map(Option::unwrap_or_default).collect();
    }
    let values = values.into_iter();
    values
        .map(|value| u32::try_from(value).unwrap_or(u32::MAX))
        .collect()
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
            let unpacked = Unpacked::new(layouts.len(), layouts.iter().copied(), |titles| vec![9; titles.len()]);
            for ((document, article), layout) in (0..).zip(articles).zip(layouts) {
                prop_assert_eq!(unpacked.article_of(document).0, article);
                prop_assert_eq!(unpacked.layout(document), layout);
            }
        }
    }
}
