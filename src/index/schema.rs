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
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
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

/// Where an engine document stands in its article: one fast-field value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What it stands for.
    pub(crate) kind: Kind,
    /// Its symbols.
    pub(crate) symbols: u32,
    /// How many documents of its article stand before it.
    pub(crate) before: u32,
    /// How many stand after it.
    pub(crate) after: u32,
}

const KIND_BITS: u32 = 3;
const SYMBOL_BITS: u32 = 14;
const BEFORE_BITS: u32 = 22;

impl Layout {
    /// The most symbols that are told apart.
    pub(crate) const MAX_SYMBOLS: u32 = (1 << SYMBOL_BITS) - 1;

    /// The most documents an article may have.
    pub(crate) const MAX_DOCUMENTS: usize = 1 << BEFORE_BITS;

    pub(crate) fn to_value(self) -> u64 {
        let kind = match self.kind {
            Kind::Title => 0,
            Kind::Heading => 1,
            Kind::Passage => 2,
            Kind::Furniture => 3,
            Kind::Opening => 4,
        };
        kind | u64::from(self.symbols.min(Self::MAX_SYMBOLS)) << KIND_BITS
            | u64::from(self.before) << (KIND_BITS + SYMBOL_BITS)
            | u64::from(self.after) << (KIND_BITS + SYMBOL_BITS + BEFORE_BITS)
    }

    pub(crate) fn from_value(value: u64) -> Self {
        let kind = match value & ((1 << KIND_BITS) - 1) {
            0 => Kind::Title,
            1 => Kind::Heading,
            2 => Kind::Passage,
            3 => Kind::Furniture,
            _ => Kind::Opening,
        };
        Layout {
            kind,
            symbols: (value >> KIND_BITS) as u32 & Self::MAX_SYMBOLS,
            before: (value >> (KIND_BITS + SYMBOL_BITS)) as u32 & ((1 << BEFORE_BITS) - 1),
            after: (value >> (KIND_BITS + SYMBOL_BITS + BEFORE_BITS)) as u32,
        }
    }
}

/// The fields of the index.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// Single folded characters, with positions.
    pub(crate) chars: Field,
    /// Pairs of neighbouring characters, with frequencies.
    pub(crate) pairs: Field,
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
    /// [`Layout`] of every document.
    pub(crate) layout: Field,
    /// Symbols of the whole article, furniture left out; titles only.
    pub(crate) size: Field,
    /// The first day the article can be of, as `yyyymmdd`; 0 if undated; titles only.
    pub(crate) from: Field,
    /// The last day, likewise.
    pub(crate) until: Field,
    /// The article's number: its hash as a number; titles only.
    pub(crate) number: Field,
    /// The hash of the article's body, for finding its family; titles of
    /// articles that can have one only.
    pub(crate) body: Field,
    /// The bands of the signature of the article's body, in order; likewise.
    pub(crate) bands: Field,
    /// A hash of all that is indexed and stored of the article; titles only.
    pub(crate) content: Field,
    /// A line of JSON ([`super::document`]) and, for passages and headings, the
    /// text, packed ([`super::pack`]).
    pub(crate) stored: Field,
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
/// The name of the fast field [`Fields::size`].
pub(crate) const SIZE: &str = "size";
/// The name of the fast field [`Fields::from`].
pub(crate) const FROM: &str = "from";
/// The name of the fast field [`Fields::until`].
pub(crate) const UNTIL: &str = "until";
/// The name of the fast field [`Fields::number`].
pub(crate) const NUMBER: &str = "number";
/// The name of the fast field [`Fields::body`].
pub(crate) const BODY: &str = "body";
/// The name of the fast field [`Fields::bands`].
pub(crate) const BANDS: &str = "bands";
/// The name of the fast field [`Fields::content`].
pub(crate) const CONTENT: &str = "content";

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
            size: named(own.size),
            from: named(own.from),
            until: named(own.until),
            number: named(own.number),
            body: named(own.body),
            bands: named(own.bands),
            content: named(own.content),
            stored: named(own.stored),
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
        let size = schema.add_u64_field(SIZE, fast());
        let from = schema.add_u64_field(FROM, fast());
        let until = schema.add_u64_field(UNTIL, fast());
        let number = schema.add_u64_field(NUMBER, fast());
        let body = schema.add_u64_field(BODY, fast());
        let bands = schema.add_u64_field(BANDS, fast());
        let content = schema.add_u64_field(CONTENT, fast());
        let stored = schema.add_bytes_field("stored", BytesOptions::default().set_stored());
        Fields {
            schema: schema.build(),
            chars,
            pairs,
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
            size,
            from,
            until,
            number,
            body,
            bands,
            content,
            stored,
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
            kind in 0..5u8, symbols in 0..=Layout::MAX_SYMBOLS, before in 0..1u32 << 22, after in 0..1u32 << 22
        ) {
            let kind = [Kind::Title, Kind::Heading, Kind::Passage, Kind::Furniture, Kind::Opening][kind as usize];
            let layout = Layout { kind, symbols, before, after };
            prop_assert_eq!(Layout::from_value(layout.to_value()), layout);
        }
    }
}
