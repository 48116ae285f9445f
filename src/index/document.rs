//! An article as engine documents, and back.

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use super::pack::Packer;
use super::schema::{ABOUT, FROM_THERE, Fields, Kind, Layout, NUMBER_AFTER, WORD_END, days_value};
use super::segments::Entry;
use crate::analysis::{Code, WordCutter, fold, symbols};
use crate::article::{Article, Place, RegionRole, region_key};
use crate::family::{Body, Signature};
use crate::passage::{Passage, passages};

/// What the title document stores: the article without its text, and its file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredArticle {
    /// The id within the index: not stored, it is [`super::schema::Fields::number`].
    #[serde(default, skip_serializing)]
    pub(crate) hash: String,
    /// The root of its file, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) root: Option<u32>,
    /// The file's path relative to its root.
    pub(crate) path: String,
    /// The file's format.
    pub(crate) format: String,
    /// The file's encoding.
    pub(crate) encoding: String,
    /// The article; as it is stored, its blocks are empty.
    pub(crate) article: Article,
}

impl StoredArticle {
    /// The path that people see: in an archive it goes on to the entry.
    pub(crate) fn shown_path(&self) -> String {
        shown(&self.path, &self.article)
    }
}

/// A path of a file as people see it: it goes on to the entry of `article` in it.
pub(crate) fn shown(path: &str, article: &Article) -> String {
    match &article.entry {
        Some(entry) => format!("{path}!/{entry}"),
        None => path.to_owned(),
    }
}

/// What a passage stores before its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredPassage {
    /// Where it begins in its file.
    #[serde(rename = "p", default)]
    pub(crate) place: Place,
    /// See [`Passage::continues`].
    #[serde(rename = "c", default, skip_serializing_if = "is_false")]
    pub(crate) continues: bool,
}

impl StoredPassage {
    /// What stands before the text, on a line of its own: of nearly all
    /// passages only the number of their line, else JSON.
    fn to_header(&self) -> String {
        let plain = StoredPassage {
            place: Place {
                line: self.place.line,
                ..Place::default()
            },
            continues: false,
        };
        match self.place.line {
            Some(line) if *self == plain => line.to_string(),
            // It never fails: it has only numbers.
            _ => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Reads what [`Self::to_header`] gives; up to format 9 it was always JSON.
    pub(crate) fn from_header(header: &str) -> serde_json::Result<Self> {
        match header.parse() {
            Ok(line) => Ok(StoredPassage {
                place: Place {
                    line: Some(line),
                    ..Place::default()
                },
                continues: false,
            }),
            Err(_) => serde_json::from_str(header),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// What an engine document takes besides its texts.
const DOCUMENT_BYTES: usize = 1_200;

/// How many characters open an article: FINDINGS 8.
pub(crate) const OPENING_CHARS: usize = 60;

/// The engine documents of one article.
#[derive(Debug)]
pub(crate) struct ArticleDocuments {
    pub(super) documents: Vec<Entry>,
    /// About how many bytes they take.
    pub(crate) bytes: usize,
    /// Passages, furniture left out.
    pub(crate) passages: usize,
    /// Symbols, furniture left out.
    pub(crate) symbols: u64,
    /// The signature and the body by which its family is found, if it can have one.
    pub(crate) family: Option<(Signature, Body)>,
}

/// An article as it is stored, and a hash of all that is indexed and stored of
/// it: two articles with the same one are the same, id and place in the file
/// included, but for the row.
pub(crate) fn written(stored: &mut StoredArticle) -> (String, u64) {
    let blocks = std::mem::take(&mut stored.article.blocks);
    // Neither can fail: both have only strings, numbers and lists.
    let header = serde_json::to_string(stored).unwrap_or_default();
    let texts = serde_json::to_vec(&blocks).unwrap_or_default();
    stored.article.blocks = blocks;
    let mut hasher = blake3::Hasher::new();
    hasher.update(stored.hash.as_bytes());
    hasher.update(header.as_bytes());
    hasher.update(&texts);
    let hash = hasher.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    (header, u64::from_le_bytes(first))
}

/// The hash of an article from its number.
pub(crate) fn hash_of(number: u64) -> String {
    format!("{number:012x}")
}

/// Makes the engine documents of an article. `key` is its file's key, `header`
/// and `content` are what [`written`] gives.
pub(super) fn documents(
    fields: &Fields,
    cutter: &WordCutter,
    packer: &mut Packer,
    key: &str,
    stored: &StoredArticle,
    (header, content): (String, u64),
) -> ArticleDocuments {
    let article = &stored.article;
    let passages = passages(article);
    // What is indexed of each, and what is stored.
    let mut parts: Vec<(Kind, &str, String)> = Vec::new();
    parts.push((Kind::Title, &article.title, header));
    if let Some(first) = passages.first().filter(|passage| !passage.is_furniture) {
        parts.push((Kind::Opening, opening(&first.text), String::new()));
    }
    for passage in passages.iter().take(Layout::MAX_DOCUMENTS / 2 - 1) {
        if passage.opens_section {
            let heading = &passage.heading;
            parts.push((Kind::Heading, heading, heading.clone()));
        }
        let kind = if passage.is_furniture {
            Kind::Furniture
        } else {
            Kind::Passage
        };
        let Passage {
            place, continues, ..
        } = *passage;
        let mut value = StoredPassage { place, continues }.to_header();
        value.push('\n');
        value.push_str(&passage.text);
        parts.push((kind, &passage.text, value));
    }
    let count = parts.len();
    let mut body = Body::default();
    let read: Vec<Vec<Code>> = parts
        .iter()
        .map(|(kind, text, _)| {
            let symbols = symbols(text);
            if matches!(kind, Kind::Heading | Kind::Passage) {
                body.push_symbols(&symbols);
            }
            symbols.iter().map(Code::from).collect()
        })
        .collect();
    let signature = Signature::of(&body);
    let own = |kind: Kind| !matches!(kind, Kind::Furniture | Kind::Opening);
    let size: usize = parts
        .iter()
        .zip(&read)
        .filter(|(part, _)| own(part.0))
        .map(|(_, symbols)| symbols.len())
        .sum();
    let mut documents = Vec::with_capacity(count);
    let mut bytes = 0;
    for (number, ((kind, text, value), symbols)) in parts.into_iter().zip(read).enumerate() {
        let mut values = TantivyDocument::default();
        let mut keys = Vec::new();
        let mut words = String::with_capacity(text.len() + text.len() / 4);
        if kind != Kind::Opening {
            cutter.cut(text, |word| {
                words.push_str(word);
                words.push(WORD_END);
            });
        }
        bytes += DOCUMENT_BYTES + words.len() + size_of_val(symbols.as_slice());
        let packed = packer.pack(&value);
        bytes += packed.len();
        let length = match kind {
            Kind::Title => size,
            Kind::Opening => 0,
            _ => symbols.len(),
        };
        let layout = Layout {
            kind,
            symbols: u32::try_from(length).unwrap_or(u32::MAX),
            before: number as u32,
            after: (count - 1 - number) as u32,
        };
        values.add_u64(fields.layout, layout.to_value());
        values.add_u64(fields.place, layout.to_place());
        if kind == Kind::Title {
            if size >= Layout::MAX_SYMBOLS as usize {
                values.add_u64(fields.size, size as u64);
            }
            values.add_u64(fields.days, days_value(days(article)));
            keys.push((fields.source, key.to_owned()));
            values.add_u64(fields.content, content);
            add_keys(fields, &mut keys, stored, article);
            values.add_u64(fields.number, article_number(&stored.hash));
            if let Some(signature) = &signature {
                values.add_u64(fields.body, signature.text);
                for band in signature.bands {
                    values.add_u64(fields.bands, u64::from(band));
                }
            }
        }
        documents.push(Entry {
            values,
            packed,
            symbols,
            has_characters: kind != Kind::Opening,
            words,
            keys,
        });
    }
    ArticleDocuments {
        documents,
        bytes,
        passages: passages
            .iter()
            .filter(|passage| !passage.is_furniture)
            .count(),
        symbols: size as u64,
        family: signature.map(|signature| (signature, body)),
    }
}

/// An article's hash as a number: what stands for it in columns and tables.
pub(crate) fn article_number(hash: &str) -> u64 {
    u64::from_str_radix(hash, 16).unwrap_or_default()
}

/// The first characters of a text.
fn opening(text: &str) -> &str {
    let end = text.char_indices().nth(OPENING_CHARS);
    &text[..end.map_or(text.len(), |(end, _)| end)]
}

fn add_keys(
    fields: &Fields,
    keys: &mut Vec<(Field, String)>,
    stored: &StoredArticle,
    article: &Article,
) {
    let mut add = |field, value| keys.push((field, value));
    add(fields.article, stored.hash.clone());
    if let Some(given) = &article.given_id {
        add(fields.given, given.clone());
    }
    add(fields.path, folded(&stored.shown_path()));
    add(fields.format, stored.format.clone());
    for region in &article.regions {
        let role = match region.role {
            RegionRole::About => ABOUT,
            RegionRole::From => FROM_THERE,
        };
        add(
            fields.region,
            format!("{role}{}", folded(&region_key(region))),
        );
    }
    if let Some(outlet) = &article.outlet {
        add(fields.outlet, folded(&outlet.value));
    }
    if let Some(author) = &article.author {
        add(fields.author, folded(&author.value));
    }
    for citation in &article.citations {
        if let Some(title) = &citation.title {
            let mut key = document_number(title);
            if let Some(number) = &citation.number {
                key.push(NUMBER_AFTER);
                key.push_str(&document_number(number));
            }
            add(fields.cites, key);
        }
        if let Some(number) = &citation.number {
            add(fields.wenhao, document_number(number));
        }
    }
}

/// A keyword as it is matched: its symbols.
pub(crate) fn folded(text: &str) -> String {
    symbols(text)
        .iter()
        .map(|symbol| symbol.character)
        .collect()
}

/// The title or number of a document as it is matched: its letters, Han and
/// digits, so that all brackets, dashes, spaces and line ends are alike.
pub(crate) fn document_number(number: &str) -> String {
    number
        .chars()
        .map(fold)
        .filter(|character| character.is_alphanumeric())
        .collect()
}

/// The first and the last day an article can be of, as `yyyymmdd`; 0 if undated.
pub(crate) fn days(article: &Article) -> (u64, u64) {
    let Some(date) = &article.date else {
        return (0, 0);
    };
    let mut parts = date.iso.split('-').map(|part| part.parse::<u64>().ok());
    match (
        parts.next().flatten(),
        parts.next().flatten(),
        parts.next().flatten(),
    ) {
        (Some(year), Some(month), Some(day)) => {
            let at = year * 10_000 + month * 100 + day;
            (at, at)
        }
        (Some(year), Some(month), None) => (
            year * 10_000 + month * 100 + 1,
            year * 10_000 + month * 100 + 31,
        ),
        (Some(year), None, _) => (year * 10_000 + 101, year * 10_000 + 1_231),
        _ => (0, 0),
    }
}

/// The id of an article within the index: a hash of what identifies it.
///
/// `repeat` tells apart the articles of one file that have all of it in common.
pub(crate) fn article_hash(
    root: Option<u32>,
    source: Option<&str>,
    path: &str,
    article: &Article,
    repeat: usize,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    };
    // The first root does not count, so that an index of one folder has the
    // same ids wherever and whenever it is built.
    add(&root
        .filter(|&root| root > 0)
        .map(|root| root.to_string())
        .unwrap_or_default());
    add(source.unwrap_or_default());
    add(path);
    let first_text = || {
        article
            .blocks
            .first()
            .map_or("", |block| block.text.as_str())
    };
    // As the source has them: a correction does not change the id.
    let title = article.stated_title();
    match (&article.given_id, article.stated_url()) {
        (Some(id), _) => add(id),
        (None, Some(url)) => add(url),
        (None, None) if !title.is_empty() => add(title),
        (None, None) => add(first_text()),
    }
    if repeat > 0 {
        add(&repeat.to_string());
    }
    hasher.finalize().to_hex()[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleDate, DatePrecision};

    #[test]
    fn a_date_covers_the_days_it_can_mean() {
        let dated = |iso: &str| Article {
            date: Some(ArticleDate {
                iso: iso.to_owned(),
                precision: DatePrecision::Day,
                evidence: String::new(),
            }),
            ..Article::default()
        };
        assert_eq!(days(&dated("2024-05-30")), (20240530, 20240530));
        assert_eq!(days(&dated("2024-05")), (20240501, 20240531));
        assert_eq!(days(&dated("2024")), (20240101, 20241231));
        assert_eq!(days(&Article::default()), (0, 0));
    }

    #[test]
    fn a_passage_is_placed_as_it_was_stored() {
        let line = Place {
            line: Some(5),
            ..Place::default()
        };
        let paged = Place {
            page: Some(2),
            ..line
        };
        for place in [Place::default(), line, paged] {
            for continues in [false, true] {
                let stored = StoredPassage { place, continues };
                let header = stored.to_header();
                assert_eq!(header == "5", place == line && !continues, "{header}");
                assert_eq!(StoredPassage::from_header(&header).expect("read"), stored);
                let json = serde_json::to_string(&stored).expect("JSON");
                assert_eq!(StoredPassage::from_header(&json).expect("read"), stored);
            }
        }
        assert!(StoredPassage::from_header("").is_err());
    }

    #[test]
    fn document_numbers_match_in_any_brackets() {
        assert_eq!(
            document_number("沪府办规〔2023〕27号"),
            document_number("沪府办规[2023]27号")
        );
        assert_eq!(document_number("沪府办规（2023） 27号"), "沪府办规202327号");
    }
}
