//! Bytes become text.
//!
//! The ladder, each rung tried only if the ones before did not hold: byte
//! order mark; mostly valid UTF-8; UTF-16 without a mark; what a page declares,
//! where it fits; chardetng, believed
//! only when it says GBK, Big5 or UTF-8; else GBK. Measured on damaged real
//! files, chardetng alone calls Chinese windows-1252 (CRATES.md §1.2). A few
//! damaged bytes are a problem with their line, not another encoding.

use super::tally::Tally;
use super::{at_line, problem};
use crate::article::{Place, Problem, is_han};
use chardetng::EncodingDetector;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::io;

/// Decoded text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decoded {
    /// The text, with `\n` at all line ends and no byte order mark.
    pub(super) text: String,
    /// The name of the encoding.
    pub(super) encoding: &'static str,
    /// Damaged bytes.
    pub(super) problems: Vec<Problem>,
}

/// Decodes the bytes of a text file; fails on what is no text. `declared` is
/// the encoding that the file itself declares, which is no proof.
pub(super) fn decode(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
) -> Result<Decoded, Problem> {
    let (encoding, name, body) = choose(bytes, declared)?;
    decode_body(body, encoding, name)
}

/// Decodes the bytes of a text file in an encoding that a person has named.
pub(super) fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, Problem> {
    let Chosen { name, mark, .. } = named(bytes, encoding);
    let body = &bytes[mark..];
    decode_body(body, encoding, name)
}

fn decode_body(
    body: &[u8],
    encoding: &'static Encoding,
    name: &'static str,
) -> Result<Decoded, Problem> {
    let (text, damaged) = encoding.decode_without_bom_handling(body);
    let text = normalize_line_ends(text.into_owned());
    let problems = if damaged {
        damage(&text, bytes_were_replaced(encoding, body), name)?
    } else {
        Vec::new()
    };
    Ok(Decoded {
        text,
        encoding: name,
        problems,
    })
}

/// Chooses the encoding. Yields it, its name and the bytes after the mark.
fn choose<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Result<(&'static Encoding, &'static str, &'a [u8]), Problem> {
    let mut tally = Tally::default();
    tally.add(bytes);
    let declared = || declared.filter(|encoding| fits(encoding, bytes));
    let chosen = choose_by(&tally, declared)?;
    Ok((chosen.encoding, chosen.name, &bytes[chosen.mark..]))
}

/// An encoding that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) encoding: &'static Encoding,
    pub(super) name: &'static str,
    /// The length of the byte order mark.
    pub(super) mark: usize,
}

/// Chooses the encoding by what was counted. `declared` is what the file
/// declares, if that fits.
pub(super) fn choose_by(
    tally: &Tally,
    declared: impl FnOnce() -> Option<&'static Encoding>,
) -> Result<Chosen, Problem> {
    let head = &tally.head;
    let chosen = |encoding, name| Chosen {
        encoding,
        name,
        mark: 0,
    };
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        let name = match encoding {
            e if e == UTF_8 => "utf-8-bom",
            e if e == UTF_16LE => "utf-16le",
            _ => "utf-16be",
        };
        return Ok(Chosen {
            encoding,
            name,
            mark,
        });
    }
    if tally.nuls > 0
        && let Some((encoding, name)) = utf16_without_mark(head)
    {
        return Ok(chosen(encoding, name));
    }
    if is_binary(tally) {
        return Err(problem(
            Place::default(),
            format!("the file is not text{}", known_kind(head)),
            "give it its true extension, save it as text, or delete it",
        ));
    }
    if tally.is_mostly_utf8() {
        return Ok(chosen(UTF_8, "utf-8"));
    }
    if let Some((encoding, name)) = utf16_without_mark(head) {
        return Ok(chosen(encoding, name));
    }
    if let Some(encoding) = declared() {
        return Ok(chosen(encoding, name_of(encoding)));
    }
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let sample = &tally.sample;
    detector.feed(sample, sample.len() == tally.bytes);
    let guess = detector.guess(None, chardetng::Utf8Detection::Allow);
    let (encoding, name) = match guess {
        g if g == BIG5 => (BIG5, "big5"),
        g if g == UTF_8 => (UTF_8, "utf-8"),
        g if g == GBK || g == GB18030 => (GB18030, "gb18030"),
        // Damage made the detector give up on Chinese.
        _ if common_han(BIG5, head) > 2 * common_han(GB18030, head) => (BIG5, "big5"),
        _ => (GB18030, "gb18030"),
    };
    Ok(chosen(encoding, name))
}

/// The encoding that a person has named, with the mark and name that fit the
/// first bytes of a file.
pub(super) fn named(head: &[u8], encoding: &'static Encoding) -> Chosen {
    let mark = Encoding::for_bom(head).filter(|(marked, _)| *marked == encoding);
    let name = match encoding {
        e if e == UTF_8 && mark.is_some() => "utf-8-bom",
        e if e == UTF_8 => "utf-8",
        e if e == UTF_16LE => "utf-16le",
        e if e == UTF_16BE => "utf-16be",
        e if e == BIG5 => "big5",
        e if e == GBK || e == GB18030 => "gb18030",
        other => other.name(),
    };
    Chosen {
        encoding,
        name,
        mark: mark.map_or(0, |(_, length)| length),
    }
}

/// The problem of a file that cannot be read.
pub(super) fn unread(error: &io::Error) -> Problem {
    problem(
        Place::default(),
        format!("the file cannot be read: {error}"),
        "check that it exists and that you may read it, then index again",
    )
}

/// Says whether bytes decode cleanly in a declared encoding, and to Chinese
/// rather than in the other Chinese encoding.
fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let other = if encoding == BIG5 { GB18030 } else { BIG5 };
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .is_some()
        && common_han(encoding, bytes) >= common_han(other, bytes)
}

/// Names a Chinese encoding.
fn name_of(encoding: &'static Encoding) -> &'static str {
    if encoding == BIG5 { "big5" } else { "gb18030" }
}

/// Counts frequent characters in the text that an encoding makes of bytes.
fn common_han(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let sample = &bytes[..bytes.len().min(1 << 16)];
    let (text, _) = encoding.decode_without_bom_handling(sample);
    text.chars()
        .filter(|c| "的一是在不了有和人这這中大为為上国國年会會市，。".contains(*c))
        .count()
}

/// Finds UTF-16 without a mark: over 95 % of its units are Han, ASCII or
/// marks of Chinese text.
fn utf16_without_mark(bytes: &[u8]) -> Option<(&'static Encoding, &'static str)> {
    if bytes.len() < 4 {
        return None;
    }
    let sample = &bytes[..bytes.len().min(1 << 14) & !1];
    let share = |unit: fn([u8; 2]) -> u16| {
        let plausible = sample.chunks_exact(2).filter(|pair| {
            let unit = unit([pair[0], pair[1]]);
            matches!(unit, 0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0x2010..=0x2030 | 0x3000..=0x3017 | 0x4e00..=0x9fff | 0xff01..=0xff5e)
        });
        plausible.count() * 100 / (sample.len() / 2)
    };
    let (little, big) = (share(u16::from_le_bytes), share(u16::from_be_bytes));
    match little.max(big) {
        0..=95 => None,
        _ if little >= big => Some((UTF_16LE, "utf-16le")),
        _ => Some((UTF_16BE, "utf-16be")),
    }
}

/// Says whether bytes are no text: NULs, or many control characters.
fn is_binary(tally: &Tally) -> bool {
    tally.nuls * 500 > tally.bytes
        || tally.controls * 20 > tally.bytes
        || !known_kind(&tally.head).is_empty()
}

/// Names what well-known first bytes say.
fn known_kind(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => " but a PDF",
        [b'P', b'K', 3, 4, ..] => " but a zip archive or an office document",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            " but a picture"
        }
        [0x1f, 0x8b, ..] => " but compressed",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => " but an old office document",
        _ => "",
    }
}

/// Counts the places where decoding replaced bytes; the text may hold
/// replacement characters of its own.
fn bytes_were_replaced(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let own = if encoding == UTF_8 {
        bytes
            .windows(3)
            .filter(|w| *w == [0xef, 0xbf, 0xbd])
            .count()
    } else {
        0
    };
    text.matches('\u{fffd}').count().saturating_sub(own)
}

/// Reports damaged bytes with the line of the first; fails if so much is
/// damaged that the encoding cannot be right.
fn damage(text: &str, replaced: usize, name: &str) -> Result<Vec<Problem>, Problem> {
    let until_first = text.split('\u{fffd}').next().unwrap_or_default();
    let line = until_first.matches('\n').count() + 1;
    damage_of(count_letters(text), replaced, line, name)
}

/// How many letters a text has.
pub(super) fn count_letters(text: &str) -> usize {
    text.chars()
        .filter(|&c| is_han(c) || c.is_alphanumeric())
        .count()
}

/// Reports so many damaged places in a text of so many letters: see [`damage`].
pub(super) fn damage_of(
    letters: usize,
    replaced: usize,
    line: usize,
    name: &str,
) -> Result<Vec<Problem>, Problem> {
    if replaced * 4 > letters && replaced > 2 {
        return Err(problem(
            Place::default(),
            "the encoding of the file is not understood",
            "save it as UTF-8",
        ));
    }
    let places = if replaced == 1 {
        "one place".to_owned()
    } else {
        format!("{replaced} places")
    };
    Ok(vec![problem(
        at_line(line),
        format!("damaged {name} bytes in {places}"),
        "compare with the source; the damaged characters cannot be found",
    )])
}

/// Turns CRLF and CR into `\n`.
fn normalize_line_ends(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "甲市昨日宣布，企业可以申领算力券。\n办法自发布之日起施行，有效期三年。\n";
    const TRADITIONAL: &str = "甲市昨日宣布，企業可以申領算力券，為期三年。\n這是該市首次發放。\n";

    fn decoded(bytes: &[u8]) -> (String, &'static str, usize) {
        let decoded = decode(bytes, None).expect("text");
        (decoded.text, decoded.encoding, decoded.problems.len())
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_of_the_ladder_is_told() {
        let big5 = BIG5.encode(TRADITIONAL).0.into_owned();
        assert_eq!(decoded(TEXT.as_bytes()), (TEXT.into(), "utf-8", 0));
        assert_eq!(
            decoded(format!("\u{feff}{TEXT}").as_bytes()),
            (TEXT.into(), "utf-8-bom", 0)
        );
        assert_eq!(
            decoded(&GB18030.encode(TEXT).0),
            (TEXT.into(), "gb18030", 0)
        );
        assert_eq!(decoded(&big5), (TRADITIONAL.into(), "big5", 0));
        for text in [TEXT.to_owned(), format!("\u{feff}{TEXT}")] {
            assert_eq!(
                decoded(&utf16(&text, u16::to_le_bytes)),
                (TEXT.into(), "utf-16le", 0)
            );
            assert_eq!(
                decoded(&utf16(&text, u16::to_be_bytes)),
                (TEXT.into(), "utf-16be", 0)
            );
        }
        assert_eq!(
            decoded(b"plain ascii\r\nlines\rhere"),
            ("plain ascii\nlines\nhere".into(), "utf-8", 0)
        );
    }

    #[test]
    fn a_few_damaged_bytes_are_a_problem_with_a_line_and_no_other_encoding() {
        let mut bytes = TEXT.repeat(20).into_bytes();
        let second_line = TEXT.find('\n').expect("two lines") + 1;
        bytes.insert(second_line, 0xff);
        let found = decode(&bytes, None).expect("text");
        assert_eq!(found.encoding, "utf-8");
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].place.line, Some(2));
        assert!(found.text.contains("企业可以申领算力券"));

        let mut bytes = GB18030.encode(&TEXT.repeat(20)).0.into_owned();
        bytes.insert(1, 0xff);
        let found = decode(&bytes, None).expect("text");
        assert_eq!((found.encoding, found.problems.len()), ("gb18030", 1));
    }

    #[test]
    fn a_character_cut_off_at_the_end_does_not_change_the_encoding() {
        let text = "算力券发放办法";
        for cut in [1, 2] {
            let bytes = &text.as_bytes()[..text.len() - cut];
            let found = decode(bytes, None).expect("text");
            assert_eq!(found.encoding, "utf-8");
            assert!(found.text.starts_with("算力券发放办"));
        }
    }

    #[test]
    fn what_is_no_text_is_a_problem() {
        for bytes in [
            &b"\0\x01\x02\x03\0\0\x07"[..],
            b"%PDF-1.7\n",
            b"PK\x03\x04abc",
            &[0x89, b'P', b'N', b'G', 13, 10],
        ] {
            let problem = decode(bytes, None).expect_err("no text");
            assert!(!problem.remedy.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(decoded) = decode(&bytes, None) {
                prop_assert!(!decoded.text.contains('\r'));
            }
        }

        #[test]
        fn chinese_text_survives_gb18030_and_utf16(text in "[\u{4e00}-\u{9fa5}，。A-Za-z0-9\n]{40,200}") {
            let text = format!("{TEXT}{text}");
            prop_assert_eq!(&decoded(&GB18030.encode(&text).0).0, &text);
            prop_assert_eq!(&decoded(&utf16(&text, u16::to_le_bytes)).0, &text);
            prop_assert_eq!(&decoded(text.as_bytes()).0, &text);
        }
    }
}
