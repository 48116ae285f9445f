//! Documents turned into the posting lists of a segment.
//!
//! The engine can do this itself: it asks a table of bytes for each character,
//! pair and word. Here a character is its own number, a pair a number of 64
//! bits, and only words are hashed, which takes a quarter of the instructions.
//! What is written is the same, byte for byte.

use std::collections::BTreeMap;
use std::io;

use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::Field;

use super::lists::{Lists, Record};
use super::schema::{Fields, WORD_END};
use crate::analysis::{Symbol, meant};

/// How many characters there are.
const CHARACTERS: usize = char::MAX as usize + 1;

/// The posting lists of the documents of a segment.
pub(super) struct Inverter {
    fields: Fields,
    /// The number of each character's list plus one.
    by_character: Vec<u32>,
    characters: Lists,
    pairs: Lists,
    words: Terms,
    /// Fields of whole values.
    keys: BTreeMap<Field, Terms>,
}

impl Inverter {
    pub(super) fn new(fields: &Fields) -> Self {
        Inverter {
            fields: fields.clone(),
            by_character: vec![0; CHARACTERS],
            characters: Lists::new(Record::Positions),
            pairs: Lists::new(Record::Frequencies),
            words: Terms::new(Record::Frequencies),
            keys: BTreeMap::new(),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let keys: usize = self.keys.values().map(Terms::bytes).sum();
        self.characters.bytes() + self.pairs.bytes() + self.words.bytes() + keys
    }

    /// Adds the characters of a document at their positions.
    pub(super) fn add_characters(&mut self, document: u32, symbols: &[Symbol]) {
        for (symbol, position) in symbols.iter().zip(0..) {
            self.add_character(document, position, symbol.character);
            if symbol.is_damaged {
                self.add_character(document, position, meant(symbol.character));
            }
        }
    }

    fn add_character(&mut self, document: u32, position: u32, character: char) {
        let list = &mut self.by_character[character as usize];
        if *list == 0 {
            *list = self.characters.push(u64::from(character)) + 1;
        }
        self.characters.add(*list - 1, document, position);
    }

    /// Adds the pairs of a document.
    pub(super) fn add_pairs(&mut self, document: u32, symbols: &[Symbol]) {
        for two in symbols.windows(2) {
            let (first, second) = (&two[0], &two[1]);
            if first.pairs && second.pairs {
                self.add_pair(document, first.character, second.character);
                // No two in a row are damaged.
                if first.is_damaged {
                    self.add_pair(document, meant(first.character), second.character);
                } else if second.is_damaged {
                    self.add_pair(document, first.character, meant(second.character));
                }
            }
        }
    }

    fn add_pair(&mut self, document: u32, first: char, second: char) {
        let key = u64::from(first) << 32 | u64::from(second);
        let hash = (key.wrapping_mul(SPREAD) >> 32) as u32;
        let found = self.pairs.find(hash, |other| other == key);
        let list = found.unwrap_or_else(|| self.pairs.insert(hash, key));
        self.pairs.add(list, document, 0);
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

    /// Writes all lists.
    pub(super) fn write(self, serializer: &mut InvertedIndexSerializer) -> io::Result<()> {
        let mut write = |field, lists: &Lists, order: &[u32], term: &dyn Fn(u32, &mut Vec<u8>)| {
            // The engine writes no field without terms.
            if order.is_empty() {
                return Ok(());
            }
            let mut field = serializer.new_field(field, lists.tokens(), None)?;
            write_lists(&mut field, lists, order, term)?;
            field.close()
        };
        // In the order of the schema.
        let push = |term: &mut Vec<u8>, code: u32| {
            let character = char::from_u32(code).unwrap_or_default();
            term.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        };
        let (order, keys) = by_key(&self.characters);
        write(
            self.fields.chars,
            &self.characters,
            &order,
            &|number, term| {
                push(term, keys[number as usize] as u32);
            },
        )?;
        drop(self.characters);
        let (order, keys) = by_key(&self.pairs);
        write(self.fields.pairs, &self.pairs, &order, &|number, term| {
            push(term, (keys[number as usize] >> 32) as u32);
            push(term, keys[number as usize] as u32);
        })?;
        drop(self.pairs);
        let words = std::iter::once((self.fields.words, self.words));
        for (field, terms) in words.chain(self.keys) {
            let texts: Vec<&[u8]> = terms.lists.keys().map(|key| terms.text(key)).collect();
            let mut order: Vec<u32> = (0..).take(texts.len()).collect();
            order.sort_unstable_by_key(|&number| texts[number as usize]);
            write(field, &terms.lists, &order, &|number, term| {
                term.extend_from_slice(texts[number as usize]);
            })?;
        }
        Ok(())
    }
}

/// The numbers of all lists by key, and the key of each number.
fn by_key(lists: &Lists) -> (Vec<u32>, Vec<u64>) {
    let keys: Vec<u64> = lists.keys().collect();
    let mut sorted: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    (sorted.into_iter().map(|one| one.1).collect(), keys)
}

fn write_lists(
    field: &mut FieldSerializer<'_>,
    lists: &Lists,
    order: &[u32],
    term: &dyn Fn(u32, &mut Vec<u8>),
) -> io::Result<()> {
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
    Ok(())
}

/// Lists of texts.
struct Terms {
    lists: Lists,
    /// The texts on end, each after its length in two bytes. The key of a list
    /// is the place of its text in here.
    texts: Vec<u8>,
}

impl Terms {
    fn new(record: Record) -> Self {
        Terms {
            lists: Lists::new(record),
            texts: Vec::new(),
        }
    }

    fn bytes(&self) -> usize {
        self.lists.bytes() + self.texts.capacity()
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
        let length = match u16::try_from(text.len()) {
            Ok(length) if length <= MAX_TERM => length,
            // The engine leaves them out too.
            _ => return,
        };
        let hash = hash(text);
        let found = self.lists.find(hash, |key| self.text(key) == text);
        let number = found.unwrap_or_else(|| {
            let place = self.texts.len() as u64;
            self.texts.extend(length.to_le_bytes());
            self.texts.extend(text);
            self.lists.insert(hash, place)
        });
        self.lists.add(number, document, 0);
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
