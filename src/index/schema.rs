//! The fields of the index and what each holds.
//!
//! An article is a run of neighbouring engine documents, added in one batch so
//! that they stay neighbours through every merge:
//!
//! ```text
//! Title  Opening  (Heading? Passage+)+  Furniture*
//! ```
//!
//! so that a title's or heading's text is indexed once, and the frequencies of
//! a whole article can be summed while its postings go by.

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

/// What an engine document stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first of an article: its title; stores the article without its text.
    Title,
    /// A section heading; the passages after it stand under it.
    Heading,
    /// A passage of the body.
    Passage,
    /// A passage of the page around the article.
    Furniture,
    /// The first characters of the body once more, as pairs only:
    /// news says first what it is about.
    Opening,
}

/// Where an engine document stands in its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What it stands for.
    pub(crate) kind: Kind,
    /// Its symbols; of a title those of its article, furniture left out, and of
    /// an opening none.
    pub(crate) symbols: u32,
    /// How many documents of its article stand before it.
    pub(crate) before: u32,
    /// How many documents its article has after its title; told of titles only.
    pub(crate) after: u32,
}

const SYMBOL_BITS: u32 = 13;

impl Layout {
    /// The most symbols that are told apart. No passage has more, it is cut; of
    /// an article that has, they stand in [`Fields::size`].
    pub(crate) const MAX_SYMBOLS: u32 = (1 << SYMBOL_BITS) - 1;

    /// The most documents an article may have.
    pub(crate) const MAX_DOCUMENTS: usize = 1 << 22;

    /// The kind and the symbols, as they are stored: 16 bits, of which titles
    /// have the highest, and openings none. So a column of them is 16 bits a
    /// value from 0 on, which the engine unpacks four at a time as they are.
    pub(crate) fn to_value(self) -> u64 {
        let code = match self.kind {
            Kind::Opening => 0,
            Kind::Passage => 1,
            Kind::Furniture => 2,
            Kind::Heading => 3,
            Kind::Title => 7,
        };
        code << SYMBOL_BITS | u64::from(self.symbols.min(Self::MAX_SYMBOLS))
    }

    /// The kind of a stored value.
    #[inline]
    pub(crate) fn kind_of(value: u64) -> Kind {
        match value >> SYMBOL_BITS {
            0 => Kind::Opening,
            1 => Kind::Passage,
            2 => Kind::Furniture,
            3 => Kind::Heading,
            _ => Kind::Title,
        }
    }

    /// What stands for the kind in a stored value: the number of its
    /// [`Portion`](super::rough::Portion), and 4 more for titles.
    #[inline]
    pub(crate) const fn code_of(value: u16) -> u8 {
        (value >> SYMBOL_BITS) as u8
    }

    /// The symbols of a stored value.
    #[inline]
    pub(crate) const fn symbols_of(value: u64) -> u32 {
        value as u32 & Self::MAX_SYMBOLS
    }

    /// Where it stands, as it is stored in a column of its own.
    pub(crate) fn to_place(self) -> u64 {
        u64::from(match self.kind {
            Kind::Title => self.after,
            _ => self.before,
        })
    }

    /// What two stored values say.
    #[inline]
    pub(crate) fn of(value: u64, place: u64) -> Self {
        let kind = Self::kind_of(value);
        let (before, after) = match kind {
            Kind::Title => (0, place as u32),
            _ => (place as u32, 0),
        };
        Layout {
            kind,
            symbols: Self::symbols_of(value),
            before,
            after,
        }
    }
}

impl Layout {
    /// What a stored value said when it said all, up to format 8: such an index
    /// is read for the articles that no folder has.
    pub(crate) fn of_format_8(value: u64) -> Self {
        let kind = match value & 7 {
            0 => Kind::Title,
            1 => Kind::Heading,
            2 => Kind::Passage,
            3 => Kind::Furniture,
            _ => Kind::Opening,
        };
        Layout {
            kind,
            symbols: (value >> 3) as u32 & 0x3FFF,
            before: (value >> 17) as u32 & 0x3F_FFFF,
            after: (value >> 39) as u32,
        }
    }
}

/// The fields of the index. Besides, each document stores a value of our own
/// ([`super::pack`]): a line of JSON ([`super::document`]) and, for passages and
/// headings, the text.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// Single folded characters, with positions.
    pub(crate) chars: Field,
    /// Pairs of neighbouring characters, with frequencies. It stands for this
    /// and the next two where a pair is looked for: see [`super::pairs`].
    pub(crate) pairs: Field,
    /// Pairs that stand once in each document.
    pub(crate) once: Field,
    /// First characters of rare pairs; their positions stand for the second ones.
    pub(crate) rare: Field,
    /// Words, with frequencies.
    pub(crate) words: Field,
    /// The file an article came from (see [`super::state::FileRecord::key`]); titles only.
    pub(crate) source: Field,
    /// The article's id within the index; titles only.
    pub(crate) article: Field,
    /// The id the article was given, if any; titles only.
    pub(crate) given: Field,
    /// Regions the article is about or from: [`ABOUT`] or [`FROM_THERE`] and the
    /// folded key (`article::region_key`); titles only.
    pub(crate) region: Field,
    /// The folded name of the outlet; titles only.
    pub(crate) outlet: Field,
    /// The folded names of the authors; titles only.
    pub(crate) author: Field,
    /// The folded path of the file; titles only.
    pub(crate) path: Field,
    /// The format of the file; titles only.
    pub(crate) format: Field,
    /// The normalised titles of cited documents, each followed by
    /// [`NUMBER_AFTER`] and its number if it stood with it; titles only.
    pub(crate) cites: Field,
    /// The normalised numbers of cited documents; titles only.
    pub(crate) wenhao: Field,
    /// Kind and symbols of every document: see [`Layout::to_value`].
    pub(crate) layout: Field,
    /// Where every document stands in its article: see [`Layout::to_place`].
    pub(crate) place: Field,
    /// Symbols of the whole article, furniture left out; titles only, of those
    /// articles that have as many as [`Layout::MAX_SYMBOLS`] or more.
    pub(crate) size: Field,
    /// The days the article can be of: see [`days_value`]; titles only.
    pub(crate) days: Field,
    /// The article's number: its hash as a number; titles only.
    pub(crate) number: Field,
    /// The hash of the article's body, for finding its family; titles of
    /// articles that can have one only.
    pub(crate) body: Field,
    /// The bands of the signature of the article's body, in order; likewise.
    pub(crate) bands: Field,
    /// A hash of all that is indexed and stored of the article; titles only.
    pub(crate) content: Field,
}

/// Begins the key of a region that an article is about.
pub(crate) const ABOUT: char = 'a';
/// Begins the key of a region that an article is from.
pub(crate) const FROM_THERE: char = 'f';
/// Stands between title and number of a cited document.
pub(crate) const NUMBER_AFTER: char = '\u{1}';

/// Stands behind each word, on its way to the index.
pub(crate) const WORD_END: char = '\u{1}';

/// The name of the fast field [`Fields::layout`].
pub(crate) const LAYOUT: &str = "layout";
/// The name of the fast field [`Fields::place`].
pub(crate) const PLACE: &str = "place";
/// The name of the fast field [`Fields::size`].
pub(crate) const SIZE: &str = "size";
/// The name of the fast field [`Fields::days`].
pub(crate) const DAYS: &str = "days";
/// The name of the fast field [`Fields::number`].
pub(crate) const NUMBER: &str = "number";
/// The name of the fast field [`Fields::body`].
pub(crate) const BODY: &str = "body";
/// The name of the fast field [`Fields::bands`].
pub(crate) const BANDS: &str = "bands";
/// The name of the fast field [`Fields::content`].
pub(crate) const CONTENT: &str = "content";

/// Bits of the last day, as it is stored: a month's or a year's is at most
/// 1,130 more than the first.
const LAST_DAY_BITS: u32 = 11;

/// The first and last day of a date, as `yyyymmdd`, in one value; 0 if undated.
/// The last one is told from the first: it takes no room where all are days.
pub(crate) fn days_value((from, until): (u64, u64)) -> u64 {
    let longer = until.saturating_sub(from);
    from << LAST_DAY_BITS | longer.min((1 << LAST_DAY_BITS) - 1)
}

/// The first and last day that a value of [`days_value`] stands for.
#[inline]
pub(crate) fn days_of(value: u64) -> (u64, u64) {
    let from = value >> LAST_DAY_BITS;
    (from, from + (value & ((1 << LAST_DAY_BITS) - 1)))
}

impl Fields {
    /// The fields of a schema that may be of another version, by their names;
    /// what it lacks is taken for its first field.
    pub(crate) fn of(schema: &Schema) -> Self {
        let own = Self::new();
        let named = |field: Field| {
            let name = own.schema.get_field_name(field);
            schema.get_field(name).unwrap_or(Field::from_field_id(0))
        };
        Fields {
            schema: schema.clone(),
            chars: named(own.chars),
            pairs: named(own.pairs),
            once: named(own.once),
            rare: named(own.rare),
            words: named(own.words),
            source: named(own.source),
            article: named(own.article),
            given: named(own.given),
            region: named(own.region),
            outlet: named(own.outlet),
            author: named(own.author),
            path: named(own.path),
            format: named(own.format),
            cites: named(own.cites),
            wenhao: named(own.wenhao),
            layout: named(own.layout),
            place: named(own.place),
            size: named(own.size),
            days: named(own.days),
            number: named(own.number),
            body: named(own.body),
            bands: named(own.bands),
            content: named(own.content),
        }
    }

    pub(crate) fn new() -> Self {
        let mut schema = Schema::builder();
        // Lengths are kept in the layout, exactly; the engine's are rounded.
        let indexed = |tokenizer: &str, record: IndexRecordOption| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(record)
                    .set_fieldnorms(false),
            )
        };
        let key = || indexed("raw", IndexRecordOption::Basic);
        let fast = || NumericOptions::default().set_fast();
        let chars = schema.add_text_field(
            "chars",
            indexed("chars", IndexRecordOption::WithFreqsAndPositions),
        );
        let pairs = schema.add_text_field("pairs", indexed("pairs", IndexRecordOption::WithFreqs));
        let once = schema.add_text_field("once", indexed("pairs", IndexRecordOption::Basic));
        let rare = schema.add_text_field(
            "rare",
            indexed("pairs", IndexRecordOption::WithFreqsAndPositions),
        );
        let words = schema.add_text_field("words", indexed("words", IndexRecordOption::WithFreqs));
        let source = schema.add_text_field("source", key());
        let article = schema.add_text_field("article", key());
        let given = schema.add_text_field("given", key());
        let region = schema.add_text_field("region", key());
        let outlet = schema.add_text_field("outlet", key());
        let author = schema.add_text_field("author", key());
        let path = schema.add_text_field("path", key());
        let format = schema.add_text_field("format", key());
        let cites = schema.add_text_field("cites", key());
        let wenhao = schema.add_text_field("wenhao", key());
        let layout = schema.add_u64_field(LAYOUT, fast());
        let place = schema.add_u64_field(PLACE, fast());
        let size = schema.add_u64_field(SIZE, fast());
        let days = schema.add_u64_field(DAYS, fast());
        let number = schema.add_u64_field(NUMBER, fast());
        let body = schema.add_u64_field(BODY, fast());
        let bands = schema.add_u64_field(BANDS, fast());
        let content = schema.add_u64_field(CONTENT, fast());
        Fields {
            schema: schema.build(),
            chars,
            pairs,
            once,
            rare,
            words,
            source,
            article,
            given,
            region,
            outlet,
            author,
            path,
            format,
            cites,
            wenhao,
            layout,
            place,
            size,
            days,
            number,
            body,
            bands,
            content,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_layout_is_read_back_as_written(
            kind in 0..5u8, symbols in 0..=Layout::MAX_SYMBOLS, place in 0..1u32 << 22
        ) {
            let kind = [Kind::Title, Kind::Heading, Kind::Passage, Kind::Furniture, Kind::Opening][kind as usize];
            let (before, after) = match kind {
                Kind::Title => (0, place),
                _ => (place, 0),
            };
            let layout = Layout { kind, symbols, before, after };
            prop_assert_eq!(Layout::of(layout.to_value(), layout.to_place()), layout);
            prop_assert_eq!(layout.to_value() >> 15 == 1, kind == Kind::Title);
            prop_assert!(layout.to_value() >> 16 == 0);
        }

        #[test]
        fn days_are_read_back_as_written(year in 0..10_000_u64, longer in prop::sample::select(vec![0, 30, 1_130])) {
            let from = year * 10_000 + 101;
            prop_assert_eq!(days_of(days_value((from, from + longer))), (from, from + longer));
        }
    }
}
