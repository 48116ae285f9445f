//! Packed text: how stored values lie on disk.
//!
//! Each value is packed by itself, so that a page of hits unpacks its own
//! passages and not their neighbours. A character takes one byte if it is one
//! of the 160 commonest, else two, which alone is 0.57 of UTF-8; then zstd
//! with a dictionary made from the sample corpus. 28 MB of television news
//! take 0.43 of their UTF-8, against 0.52 in zstd blocks of 8 KB of it.
//!
//! ```text
//! 0–159      a character of COMMON
//! 160–253 b  one of the others: 3,072 of COMMON, then U+4E00–U+9FFF
//! 254 b      U+0000–U+00FF
//! 255 b b b  any other character, least byte first
//! ```
//!
//! A value that starts with 0 is these codes, any other is a zstd frame of
//! them without the number that all frames begin with. It is all that the
//! engine stores of a document. The dictionary was trained by `zstd --train --maxdict=8192` on the
//! codes of the stored values of an index of the sample corpus.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::CParameter;

use super::common::COMMON;
use crate::error::{Error, ErrorKind, Result};

const DICTIONARY: &[u8] = include_bytes!("pack.dict");
const LEVEL: i32 = 3;

/// How many characters take one byte.
const SHORT: usize = 160;
/// How many characters of [`COMMON`] take two.
const LONG: usize = 3_072;
const LATIN: u8 = 254;
const OTHER: u8 = 255;
/// What a value of bare codes starts with; no frame whose size is told does.
const BARE: u8 = 0;
/// What a zstd frame begins with, and up to format 9 a value.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// The most codes that a value can have: a longer one is damaged.
const MAX_CODES: usize = 1 << 30;

const FIRST_HAN: u32 = 0x4E00;
const LAST_HAN: u32 = 0x9FFF;

/// The characters of [`COMMON`] by number, computed by the compiler.
static CHARACTERS: [char; SHORT + LONG] = characters();

/// The number of each character of [`COMMON`] plus one, by code point; else 0.
static NUMBERS: [u16; 0x1_0000] = numbers();

const fn characters() -> [char; SHORT + LONG] {
    let text = COMMON.as_bytes();
    let mut characters = ['\0'; SHORT + LONG];
    let (mut at, mut number) = (0, 0);
    while number < characters.len() {
        let first = text[at] as u32;
        let length = match first {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            _ => 3,
        };
        let mut code = match length {
            1 => first,
            2 => first & 0x1F,
            _ => first & 0xF,
        };
        let mut next = 1;
        while next < length {
            code = code << 6 | (text[at + next] & 0x3F) as u32;
            next += 1;
        }
        if let Some(character) = char::from_u32(code) {
            characters[number] = character;
        }
        at += length;
        number += 1;
    }
    characters
}

const fn numbers() -> [u16; 0x1_0000] {
    let characters = characters();
    let mut numbers = [0; 0x1_0000];
    let mut number = 0;
    while number < characters.len() {
        numbers[characters[number] as usize] = number as u16 + 1;
        number += 1;
    }
    numbers
}

/// Packs values for storing.
pub(crate) struct Packer {
    compressor: Compressor<'static>,
    codes: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> Result<Self> {
        let failed = |error| {
            Error::new(ErrorKind::Engine, "cannot prepare the compression of texts")
                .with_source(error)
        };
        let mut compressor = Compressor::with_dictionary(LEVEL, DICTIONARY).map_err(failed)?;
        compressor
            .set_parameter(CParameter::DictIdFlag(false))
            .map_err(failed)?;
        Ok(Packer {
            compressor,
            codes: Vec::new(),
        })
    }

    /// Packs a value.
    pub(crate) fn pack(&mut self, text: &str) -> Vec<u8> {
        self.codes.clear();
        self.codes.push(BARE);
        text.chars()
            .for_each(|character| encode(character, &mut self.codes));
        let frame = self.compressor.compress(&self.codes[1..]);
        let packed = frame
            .as_ref()
            .ok()
            .and_then(|frame| frame.strip_prefix(&MAGIC));
        match packed {
            Some(packed) if packed.len() < self.codes.len() => packed.to_vec(),
            _ => self.codes.clone(),
        }
    }
}

fn encode(character: char, codes: &mut Vec<u8>) {
    let code = character as u32;
    let number = match NUMBERS.get(code as usize) {
        Some(0) | None if (FIRST_HAN..=LAST_HAN).contains(&code) => {
            LONG + (code - FIRST_HAN) as usize
        }
        Some(0) | None => {
            match u8::try_from(code) {
                Ok(byte) => codes.extend([LATIN, byte]),
                Err(_) => codes.extend([OTHER, code as u8, (code >> 8) as u8, (code >> 16) as u8]),
            }
            return;
        }
        Some(&number) => match usize::from(number - 1) {
            short @ 0..SHORT => {
                codes.push(short as u8);
                return;
            }
            long => long - SHORT,
        },
    };
    codes.extend([(SHORT + number / 256) as u8, number as u8]);
}

/// A number of a character, another for each, and small for common ones.
pub(super) fn number_of(character: char) -> u32 {
    let code = character as u32;
    let common = NUMBERS.get(code as usize).copied().unwrap_or_default();
    match u32::from(common).checked_sub(1) {
        Some(number) => number,
        None if (FIRST_HAN..=LAST_HAN).contains(&code) => {
            (SHORT + LONG) as u32 + (code - FIRST_HAN)
        }
        None => (SHORT + LONG) as u32 + (LAST_HAN - FIRST_HAN + 1) + code,
    }
}

/// Unpacks stored values; shared by the threads of a reader.
#[derive(Default)]
pub(crate) struct Unpacker {
    /// Made when first needed: not every search shows a page.
    idle: Mutex<Vec<Decompressor<'static>>>,
}

impl Unpacker {
    /// The text of a document, given as the engine keeps it; `None` if it is
    /// damaged.
    pub(super) fn stored(&self, document: &[u8]) -> Option<String> {
        // Up to format 9 the engine wrote a frame around the value.
        match document.first()? {
            &ONE_VALUE => match only_value(document)? {
                (VALUE_OF_BYTES, packed) => self.unpack(packed),
                // As an index of a format before 6 has it.
                (VALUE_OF_TEXT, text) => String::from_utf8(text.to_vec()).ok(),
                _ => None,
            },
            _ => self.unpack(document),
        }
    }

    /// Unpacks a value; `None` if it is damaged.
    pub(crate) fn unpack(&self, packed: &[u8]) -> Option<String> {
        match packed.split_first()? {
            (&BARE, codes) => decode(codes),
            _ => {
                let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                let taken = idle().pop();
                let mut decompressor = match taken {
                    Some(decompressor) => decompressor,
                    None => Decompressor::with_dictionary(DICTIONARY).ok()?,
                };
                let frame = match packed.starts_with(&MAGIC) {
                    true => Cow::Borrowed(packed),
                    false => Cow::Owned([&MAGIC, packed].concat()),
                };
                let codes = decompressor.decompress(&frame, capacity(&frame)?).ok();
                idle().push(decompressor);
                decode(&codes?)
            }
        }
    }
}

/// The bit of the last byte of a number of the engine.
const LAST: u8 = 0x80;
/// What the engine's frame around one value begins with: no value does.
const ONE_VALUE: u8 = LAST | 1;
/// The engine's code of a stored value that is text.
const VALUE_OF_TEXT: u8 = 0;
/// The engine's code of a stored value that is bytes.
const VALUE_OF_BYTES: u8 = 4;

/// The type and the bytes of the only value of a document as the engine writes
/// it, which up to format 9 stood around each: the number of
/// values (1), the field (4 bytes), the type (1 byte), the length and the bytes;
/// numbers have seven bits a byte, the last byte of each has its highest bit set.
fn only_value(document: &[u8]) -> Option<(u8, &[u8])> {
    let (&count, rest) = document.split_first()?;
    let (&kind, rest) = rest.get(4..)?.split_first()?;
    let end = rest.iter().take(5).position(|&byte| byte & LAST != 0)?;
    let (length, value) = rest.split_at(end + 1);
    let length = length
        .iter()
        .rev()
        .fold(0, |sum, &byte| sum << 7 | usize::from(byte & !LAST));
    (count == ONE_VALUE && length == value.len()).then_some((kind, value))
}

/// The size that a frame says its content has.
fn capacity(frame: &[u8]) -> Option<usize> {
    let size = zstd::zstd_safe::get_frame_content_size(frame).ok()??;
    usize::try_from(size).ok().filter(|&size| size <= MAX_CODES)
}

fn decode(codes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(codes.len() * 2);
    let mut codes = codes.iter().copied();
    while let Some(first) = codes.next() {
        let character = match first {
            LATIN => char::from(codes.next()?),
            OTHER => {
                let code = [codes.next()?, codes.next()?, codes.next()?, 0];
                char::from_u32(u32::from_le_bytes(code))?
            }
            short if usize::from(short) < SHORT => CHARACTERS[usize::from(short)],
            lead => {
                let number = (usize::from(lead) - SHORT) * 256 + usize::from(codes.next()?);
                match CHARACTERS.get(SHORT + number) {
                    Some(&character) => character,
                    None => char::from_u32(FIRST_HAN + (number - LONG) as u32)?,
                }
            }
        };
        text.push(character);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn round(text: &str) -> Option<String> {
        let packed = Packer::new().expect("zstd").pack(text);
        Unpacker::default().unpack(&packed)
    }

    #[test]
    fn every_character_is_unpacked_as_packed() {
        let all: String = ('\0'..=char::MAX).collect();
        assert_eq!(round(&all).as_deref(), Some(all.as_str()));
        assert_eq!(COMMON.chars().count(), SHORT + LONG);
    }

    #[test]
    fn news_takes_less_than_half_of_its_utf_8() {
        let text = "本市今年向中小企业发放算力券，对租用智能算力的企业给予最高百分之三十的补贴。\
            市经济和信息化委员会表示，申报从八月一日开始，每家企业每年不超过二百万元，先到先得。";
        let packed = Packer::new().expect("zstd").pack(text);
        assert!(
            packed.len() * 2 < text.len(),
            "{} of {}",
            packed.len(),
            text.len()
        );
    }

    #[test]
    fn damage_is_found_and_never_panics() {
        let packed = Packer::new().expect("zstd").pack(&"算力券".repeat(40));
        let unpacker = Unpacker::default();
        for end in 0..packed.len() {
            assert_eq!(unpacker.unpack(&packed[..end]), None);
        }
        for codes in [&[BARE, 160][..], &[BARE, LATIN], &[BARE, OTHER, 0, 0xD8, 0]] {
            assert_eq!(unpacker.unpack(codes), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_unpacked_as_packed(text in "(?s).{0,300}") {
            prop_assert_eq!(round(&text), Some(text.clone()));
            let packed = Packer::new().expect("zstd").pack(&text);
            let unpacker = Unpacker::default();
            prop_assert_eq!(unpacker.stored(&packed), Some(text.clone()));
            // As format 9 has it.
            let frame = match packed[0] {
                BARE => packed,
                _ => [&MAGIC, &packed[..]].concat(),
            };
            let mut document = vec![ONE_VALUE, 22, 0, 0, 0, VALUE_OF_BYTES];
            document.extend([frame.len() as u8 & !LAST, (frame.len() >> 7) as u8 | LAST]);
            document.extend(frame);
            prop_assert_eq!(unpacker.stored(&document), Some(text));
        }

        #[test]
        fn any_bytes_are_unpacked_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Unpacker::default().unpack(&bytes);
        }
    }
}
