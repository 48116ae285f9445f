//! The fold: the form in which a character is matched.
//!
//! A function of one character to one character, so that character *i* of the
//! folded text is character *i* of the original. It is idempotent.

use unicode_normalization::UnicodeNormalization;

use super::fold_table::{BASIC, SUPPLEMENTARY};

/// The first and one past the last character of the dense table.
const FIRST: u32 = 0x2E80;
const LAST: u32 = 0xA000;

/// Rows that OpenCC does not have: the radicals that PDF files hold instead of
/// the characters, and half-width Japanese punctuation.
const OWN: &[(char, char)] = &[
    ('⺟', '母'),
    ('⺠', '民'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻙', '韦'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⻳', '龟'),
];

/// In [`DENSE`]: the character folds to one beyond U+FFFF.
const ELSEWHERE: u16 = 1;

/// What each character from [`FIRST`] to [`LAST`] folds to; 0 is itself.
/// Computed by the compiler, so that a search process starts without work.
static DENSE: [u16; (LAST - FIRST) as usize] = dense();

const fn dense() -> [u16; (LAST - FIRST) as usize] {
    let mut table = [0; (LAST - FIRST) as usize];
    let mut row = 0;
    while row < BASIC.len() {
        table[BASIC[row].0 as usize - FIRST as usize] = BASIC[row].1 as u16;
        row += 1;
    }
    row = 0;
    while row < OWN.len() {
        table[OWN[row].0 as usize - FIRST as usize] = OWN[row].1 as u16;
        row += 1;
    }
    row = 0;
    while row < SUPPLEMENTARY.len() {
        let from = SUPPLEMENTARY[row].0 as u32;
        if from >= FIRST && from < LAST {
            table[(from - FIRST) as usize] = ELSEWHERE;
        }
        row += 1;
    }
    // OpenCC maps 薴 to 苧 and 苧 to 苎: follow such a chain to its end.
    row = 0;
    while row < table.len() {
        let to = table[row] as usize;
        if to >= FIRST as usize && to < LAST as usize && table[to - FIRST as usize] != 0 {
            table[row] = table[to - FIRST as usize];
        }
        row += 1;
    }
    table
}

/// Folds one character: Traditional to Simplified (OpenCC's first candidate),
/// full-width to half-width, radicals and compatibility forms to the character
/// they stand for, lower case where that is one character.
///
/// ```
/// use cewen::analysis::fold;
///
/// assert_eq!(fold('臺'), '台');
/// assert_eq!(fold('Ｇ'), 'g');
/// assert_eq!(fold('，'), ',');
/// assert_eq!(fold('。'), '。');
/// ```
#[inline]
pub fn fold(character: char) -> char {
    let code = character as u32;
    // Nearly all of a text: a Han character that stays as it is.
    match (0x4E00..LAST).contains(&code) && DENSE[(code - FIRST) as usize] == 0 {
        true => character,
        false => fold_rare(character),
    }
}

fn fold_rare(character: char) -> char {
    let code = character as u32;
    match code {
        0..0x80 => character.to_ascii_lowercase(),
        FIRST..LAST => match code {
            0x3000 => ' ',
            // The Kangxi radicals.
            0x2F00..0x2FE0 => traditional(compatibility(character)),
            _ => traditional(character),
        },
        0xF900..0xFB00 | 0x2F800..0x2FA20 => traditional(compatibility(character)),
        0xFF01..=0xFF5E => {
            let half = (code - 0xFEE0) as u8;
            half.to_ascii_lowercase() as char
        }
        // Half-width ideographic punctuation.
        0xFF61 => '。',
        0xFF62 => '「',
        0xFF63 => '」',
        0xFF64 => '、',
        0xFF65 => '·',
        0x20000.. => traditional(character),
        _ => lower(character),
    }
}

/// Folds a text into `folded`, in place of what that held.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    folded.reserve(text.len());
    // What stays as it is, is copied in long stretches.
    let mut copied = 0;
    for (at, character) in text.char_indices() {
        let to = fold(character);
        if to != character {
            folded.push_str(&text[copied..at]);
            folded.push(to);
            copied = at + character.len_utf8();
        }
    }
    folded.push_str(&text[copied..]);
}

fn traditional(character: char) -> char {
    let code = character as u32;
    if (FIRST..LAST).contains(&code) {
        match DENSE[(code - FIRST) as usize] {
            0 => return character,
            // Few: the table below is searched for them only.
            ELSEWHERE => {}
            to => return char::from_u32(u32::from(to)).unwrap_or(character),
        }
    }
    match SUPPLEMENTARY.binary_search_by_key(&character, |row| row.0) {
        Ok(row) => SUPPLEMENTARY[row].1,
        Err(_) => character,
    }
}

/// The compatibility decomposition, where it is one character.
fn compatibility(character: char) -> char {
    let mut decomposed = std::iter::once(character).nfkc();
    match (decomposed.next(), decomposed.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

fn lower(character: char) -> char {
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_folded_character_by_character() {
        for text in ["", "算力券", "發放ＡＩ，算力", "臺", "。Ａ", "甲乙丙Ｂ"] {
            let mut folded = "旧".to_owned();
            fold_into(text, &mut folded);
            assert_eq!(folded, text.chars().map(fold).collect::<String>());
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for character in (0..=0x10FFFF).filter_map(char::from_u32) {
            let once = fold(character);
            assert_eq!(fold(once), once, "{character:?} U+{:04X}", character as u32);
        }
    }

    #[test]
    fn every_row_of_the_tables_is_followed() {
        for &(from, to) in BASIC.iter().chain(SUPPLEMENTARY).chain(OWN) {
            assert_eq!(fold(from), fold(to), "{from} and {to}");
        }
        assert!(SUPPLEMENTARY.is_sorted());
    }

    #[test]
    fn scripts_widths_cases_and_radicals_meet() {
        for (from, to) in [
            ('體', '体'),
            ('後', '后'),
            ('Ａ', 'a'),
            ('９', '9'),
            ('\u{3000}', ' '),
            ('～', '~'),
            ('⼀', '一'),
            ('⻰', '龙'),
            ('\u{F9F4}', '林'),
            ('É', 'é'),
            ('Ω', 'ω'),
            ('𠮷', '𠮷'),
        ] {
            assert_eq!(fold(from), to, "{from}");
        }
    }
}
