//! Documents turned into the posting lists of a segment.
//!
//! The engine can do this itself: it asks a table of bytes for each character,
//! pair and word. Here a character is its own number, pairs are sorted
//! ([`super::runs`]), and only words are looked up, by one look into memory
//! where they are short.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;

use super::lists::{Lists, Record};
use super::pairs::PairWriter;
use super::runs::{Merge, Pairs};
use super::schema::{Fields, WORD_END};
use crate::analysis::{Code, meant};
use crate::workers;

/// So many pairs are worth a thread. Few in tests, so that some have one.
const MANY_PAIRS: u64 = if cfg!(test) { 40 } else { 1 << 19 };

/// So many documents of pairs are handed over at once.
const STRETCH: usize = if cfg!(test) { 8 } else { 1 << 15 };

/// How many such stretches may wait.
const STRETCHES: usize = 4;

/// How many characters there are.
const CHARACTERS: usize = char::MAX as usize + 1;

/// The posting lists of the documents of a segment.
pub(super) struct Inverter {
    fields: Fields,
    /// The number of each character plus one, which is that of its list too.
    numbers: Vec<u32>,
    /// The characters by their numbers.
    seen: Vec<char>,
    characters: Lists,
    pairs: Pairs,
    words: Terms,
    /// Fields of whole values.
    keys: BTreeMap<Field, Terms>,
}

impl Inverter {
    pub(super) fn new(fields: &Fields) -> Self {
        Inverter {
            fields: fields.clone(),
            numbers: vec![0; CHARACTERS],
            seen: Vec::new(),
            characters: Lists::new(Record::Positions),
            pairs: Pairs::default(),
            words: Terms::new(Record::Frequencies),
            keys: BTreeMap::new(),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let keys: usize = self.keys.values().map(Terms::bytes).sum();
        self.characters.bytes() + self.pairs.bytes() + self.words.bytes() + keys
    }

    /// Adds the pairs of a document, and with `positions` its characters.
    pub(super) fn add_text(&mut self, document: u32, symbols: &[Code], positions: bool) {
        self.pairs.begin(document, &self.seen);
        // The symbol before, by its number and the one that was meant.
        let mut before: Option<(u32, Option<u32>)> = None;
        for (symbol, position) in symbols.iter().zip(0..) {
            let number = self.number(symbol.character());
            let was = symbol
                .is_damaged()
                .then(|| self.number(meant(symbol.character())));
            if positions {
                self.characters.add(number, document, position);
                if let Some(was) = was {
                    self.characters.add(was, document, position);
                }
            }
            if let (true, Some((first, first_was))) = (symbol.pairs(), before) {
                self.pairs.add(document, first, number);
                // No two in a row are damaged.
                if let Some(first_was) = first_was {
                    self.pairs.add(document, first_was, number);
                } else if let Some(was) = was {
                    self.pairs.add(document, first, was);
                }
            }
            before = symbol.pairs().then_some((number, was));
        }
    }

    #[inline]
    fn number(&mut self, character: char) -> u32 {
        let number = &mut self.numbers[character as usize];
        if *number == 0 {
            *number = self.characters.push(u64::from(character)) + 1;
            self.seen.push(character);
        }
        *number - 1
    }

    /// Adds the words of a document, each followed by [`WORD_END`].
    pub(super) fn add_words(&mut self, document: u32, words: &str) {
        let mut rest = words.as_bytes();
        while let Some(end) = rest.iter().position(|&byte| byte == WORD_END as u8) {
            self.words.add(document, &rest[..end]);
            rest = &rest[end + 1..];
        }
    }

    /// Adds a document to those of a whole value.
    pub(super) fn add_key(&mut self, document: u32, field: Field, value: &str) {
        let terms = self.keys.entry(field);
        let terms = terms.or_insert_with(|| Terms::new(Record::Documents));
        terms.add(document, value.as_bytes());
    }

    /// Writes all lists of so many documents. Where pairs are many another
    /// thread merges them.
    pub(super) fn write(
        mut self,
        serializer: &mut InvertedIndexSerializer,
        documents: u32,
    ) -> io::Result<()> {
        let pairs = std::mem::take(&mut self.pairs).merge(&self.seen);
        if pairs.tokens() < MANY_PAIRS || workers::suitable() == 0 {
            return self.write_with(serializer, |serializer, fields| {
                write_pairs(serializer, fields, documents, pairs)
            });
        }
        thread::scope(|scope| {
            let tokens = pairs.tokens();
            let (sender, merged) = sync_channel(STRETCHES);
            thread::Builder::new().spawn_scoped(scope, move || merge_ahead(pairs, &sender))?;
            self.write_with(serializer, |serializer, fields| {
                write_merged(serializer, fields, (documents, tokens), &merged)
            })
        })
    }

    /// Writes all lists in the order of the schema, pairs by `write_pairs`.
    fn write_with(
        self,
        serializer: &mut InvertedIndexSerializer,
        write_pairs: impl FnOnce(&mut InvertedIndexSerializer, &Fields) -> io::Result<()>,
    ) -> io::Result<()> {
        let (seen, characters) = (&self.seen, &self.characters);
        // An opening has characters without positions.
        let mut order: Vec<u32> = (0..)
            .take(seen.len())
            .filter(|&number| !characters.is_empty(number))
            .collect();
        order.sort_unstable_by_key(|&number| seen[number as usize]);
        write_lists(
            serializer,
            self.fields.chars,
            characters,
            &order,
            &|number, term| {
                let character = seen[number as usize];
                term.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            },
        )?;
        drop(self.characters);
        write_pairs(serializer, &self.fields)?;
        let words = std::iter::once((self.fields.words, self.words));
        for (field, terms) in words.chain(self.keys) {
            let texts: Vec<&[u8]> = terms.lists.keys().map(|key| terms.text(key)).collect();
            let mut order: Vec<u32> = (0..).take(texts.len()).collect();
            order.sort_unstable_by_key(|&number| texts[number as usize]);
            write_lists(serializer, field, &terms.lists, &order, &|number, term| {
                term.extend_from_slice(texts[number as usize]);
            })?;
        }
        Ok(())
    }
}

/// Writes the lists of pairs, as they are merged.
fn write_pairs(
    serializer: &mut InvertedIndexSerializer,
    fields: &Fields,
    documents: u32,
    mut pairs: Merge,
) -> io::Result<()> {
    let mut writer = PairWriter::new(serializer, fields, documents, pairs.tokens())?;
    let mut of_pair = Vec::new();
    while let Some(pair) = pairs.next() {
        of_pair.clear();
        pairs.documents(|document, times| of_pair.push((document, times)));
        writer.write(pair, &of_pair)?;
    }
    writer.close()?.write(serializer, fields)
}

/// Pairs that were merged, and how many documents each has; those documents,
/// and how often the pair stands in each.
#[derive(Default)]
struct Merged {
    pairs: Vec<([char; 2], usize)>,
    documents: Vec<(u32, u32)>,
}

/// Merges pairs, and sends them on until nobody wants more.
fn merge_ahead(mut pairs: Merge, sender: &SyncSender<Merged>) {
    let mut merged = Merged::default();
    while let Some(pair) = pairs.next() {
        let before = merged.documents.len();
        pairs.documents(|document, times| merged.documents.push((document, times)));
        merged.pairs.push((pair, merged.documents.len() - before));
        if merged.documents.len() >= STRETCH && sender.send(std::mem::take(&mut merged)).is_err() {
            return;
        }
    }
    // Nobody who wants it no more has to be told.
    let _ = sender.send(merged);
}

/// Writes what [`merge_ahead`] sends, as [`write_pairs`] does.
fn write_merged(
    serializer: &mut InvertedIndexSerializer,
    fields: &Fields,
    (documents, tokens): (u32, u64),
    merged: &Receiver<Merged>,
) -> io::Result<()> {
    let mut writer = PairWriter::new(serializer, fields, documents, tokens)?;
    for Merged { pairs, documents } in merged {
        let mut rest = &documents[..];
        for (pair, count) in pairs {
            let (of_pair, others) = rest.split_at(count);
            writer.write(pair, of_pair)?;
            rest = others;
        }
    }
    writer.close()?.write(serializer, fields)
}

fn write_lists(
    serializer: &mut InvertedIndexSerializer,
    field: Field,
    lists: &Lists,
    order: &[u32],
    term: &dyn Fn(u32, &mut Vec<u8>),
) -> io::Result<()> {
    // The engine writes no field without terms.
    if order.is_empty() {
        return Ok(());
    }
    let mut field = serializer.new_field(field, lists.tokens(), None)?;
    let (mut name, mut bytes) = (Vec::new(), Vec::new());
    for &number in order {
        name.clear();
        term(number, &mut name);
        // How many documents there are is asked for lengths only, which are not kept.
        field.new_term(&name, 0, lists.record() != Record::Documents)?;
        lists.each(number, &mut bytes, |document, times, steps| {
            field.write_doc(document, times, steps);
        });
        field.close_term()?;
    }
    field.close()
}

/// Lists of texts.
struct Terms {
    lists: Lists,
    /// The texts on end, each after its length in two bytes. The key of a list
    /// is the place of its text in here.
    texts: Vec<u8>,
    /// The lists of short texts.
    short: Vec<Short>,
    shorts: usize,
}

/// A text of up to 12 bytes, and the number of its list plus one: all that it
/// takes to find a list, in one look into memory.
#[derive(Clone, Copy, Default)]
struct Short {
    first: u64,
    rest: u32,
    number: u32,
}

impl Short {
    /// The text with zeros behind it; `None` if it is longer, or has zeros there
    /// itself.
    #[inline]
    fn new(text: &[u8]) -> Option<Self> {
        if text.len() > 12 || text.last().is_none_or(|&last| last == 0) {
            return None;
        }
        let four = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |&four| u32::from_le_bytes(four));
        let (start, end) = (four(text.first_chunk()), four(text.last_chunk()));
        let (first, rest) = match text.first_chunk() {
            // The last four bytes, without those that belong to the first eight.
            Some(&eight) => (
                u64::from_le_bytes(eight),
                (u64::from(end) >> (8 * (12 - text.len()))) as u32,
            ),
            // The first four bytes and the last four, which may overlap.
            None if text.len() >= 4 => {
                let end = u64::from(end) << (8 * (text.len() - 4));
                (u64::from(start) | end, 0)
            }
            None => {
                let bytes = text.iter().rev();
                (
                    bytes.fold(0, |first, &byte| first << 8 | u64::from(byte)),
                    0,
                )
            }
        };
        let number = 0;
        Some(Short {
            first,
            rest,
            number,
        })
    }

    /// Where it would best stand in a table of so many.
    #[inline]
    fn place(&self, length: usize) -> usize {
        let mixed = (self.first ^ u64::from(self.rest).rotate_right(21)).wrapping_mul(SPREAD);
        (mixed >> 32) as usize & (length - 1)
    }
}

impl Terms {
    fn new(record: Record) -> Self {
        Terms {
            lists: Lists::new(record),
            texts: Vec::new(),
            short: vec![Short::default(); 1 << 8],
            shorts: 0,
        }
    }

    fn bytes(&self) -> usize {
        self.lists.bytes() + self.texts.capacity() + size_of_val(&*self.short)
    }

    fn text(&self, key: u64) -> &[u8] {
        let start = key as usize + 2;
        let length = usize::from(u16::from_le_bytes([
            self.texts[start - 2],
            self.texts[start - 1],
        ]));
        &self.texts[start..start + length]
    }

    fn add(&mut self, document: u32, text: &[u8]) {
        let number = match Short::new(text) {
            Some(short) => self.number_of_short(short, text),
            None if text.len() <= usize::from(MAX_TERM) => self.number_of_long(text),
            // The engine leaves them out too.
            None => return,
        };
        self.lists.add(number, document, 0);
    }

    #[inline]
    fn number_of_short(&mut self, short: Short, text: &[u8]) -> u32 {
        let mask = self.short.len() - 1;
        let mut at = short.place(self.short.len());
        loop {
            let other = self.short[at];
            if other.number == 0 {
                break;
            }
            if (other.first, other.rest) == (short.first, short.rest) {
                return other.number - 1;
            }
            at = (at + 1) & mask;
        }
        let place = self.keep(text);
        let number = self.lists.push(place);
        let entry = Short {
            number: number + 1,
            ..short
        };
        self.short[at] = entry;
        self.shorts += 1;
        if self.shorts * 2 > self.short.len() {
            self.enlarge();
        }
        number
    }

    #[cold]
    fn enlarge(&mut self) {
        let larger = vec![Short::default(); self.short.len() * 2];
        let mask = larger.len() - 1;
        for entry in std::mem::replace(&mut self.short, larger) {
            if entry.number > 0 {
                let mut at = entry.place(self.short.len());
                while self.short[at].number > 0 {
                    at = (at + 1) & mask;
                }
                self.short[at] = entry;
            }
        }
    }

    fn number_of_long(&mut self, text: &[u8]) -> u32 {
        let hash = hash(text);
        let found = self.lists.find(hash, |key| self.text(key) == text);
        found.unwrap_or_else(|| {
            let place = self.keep(text);
            self.lists.insert(hash, place)
        })
    }

    /// Keeps a new text; its place.
    fn keep(&mut self, text: &[u8]) -> u64 {
        let place = self.texts.len() as u64;
        self.texts.extend((text.len() as u16).to_le_bytes());
        self.texts.extend(text);
        place
    }
}

/// The longest term that the engine takes, in bytes.
const MAX_TERM: u16 = u16::MAX - 5;

/// An odd number without visible structure: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of a short text: what comes from outside can make it slow, not wrong.
fn hash(text: &[u8]) -> u32 {
    let (eights, rest) = text.as_chunks::<8>();
    let mut hash = text.len() as u64;
    for &eight in eights {
        hash = (hash ^ u64::from_le_bytes(eight))
            .wrapping_mul(SPREAD)
            .rotate_left(29);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    ((hash ^ u64::from_le_bytes(last)).wrapping_mul(SPREAD) >> 32) as u32
}
