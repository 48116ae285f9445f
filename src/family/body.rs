//! An article's text as it is compared: folded, without marks, clause by clause.

use std::ops::Range;

use crate::analysis::{Symbol, symbols};

/// Bodies of fewer characters are never kin: 图片新闻, 点击查看视频.
const MIN_CHARS: usize = 30;

/// The folded text of an article's headings and passages, in order. Traditional
/// and Simplified, full and half width, quotation marks and spaces make no
/// difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    text: String,
}

/// A stretch of a body between two marks that end or divide a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// The hash of its characters.
    pub(crate) hash: u64,
    /// Its length in characters.
    pub(crate) chars: usize,
    /// Where it stands in the body, in bytes.
    pub(crate) range: Range<usize>,
}

impl Body {
    /// Takes up a body that was folded before.
    pub(crate) fn from_folded(text: String) -> Self {
        Body { text }
    }

    /// Adds a heading or passage.
    pub(crate) fn push(&mut self, text: &str) {
        self.push_symbols(&symbols(text));
    }

    /// Adds a heading or passage that was read as symbols.
    pub(crate) fn push_symbols(&mut self, symbols: &[Symbol]) {
        self.text
            .extend(symbols.iter().map(|symbol| symbol.character));
        self.text.push('\n');
    }

    /// The folded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is too short to be told from another.
    pub(crate) fn is_short(&self) -> bool {
        self.text.chars().nth(MIN_CHARS).is_none()
    }

    /// Its clauses, in order; none is empty.
    pub(crate) fn clauses(&self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let mut open = Clause::at(0);
        let mut digit_before = false;
        for (at, character) in self.text.char_indices() {
            let divides = match character {
                '\n' | '。' | '!' | '?' | ';' | '…' | ':' => true,
                // 3,000 is one number.
                ',' => {
                    let next = self.text[at + 1..].chars().next();
                    !(digit_before && next.is_some_and(|next| next.is_ascii_digit()))
                }
                _ => false,
            };
            digit_before = character.is_ascii_digit();
            if !divides {
                open.push(at, character);
            } else if open.chars > 0 {
                let next = Clause::at(at + character.len_utf8());
                clauses.push(std::mem::replace(&mut open, next));
            } else {
                open = Clause::at(at + character.len_utf8());
            }
        }
        if open.chars > 0 {
            clauses.push(open);
        }
        clauses
    }
}

impl Clause {
    fn at(start: usize) -> Self {
        Clause {
            hash: 0,
            chars: 0,
            range: start..start,
        }
    }

    fn push(&mut self, at: usize, character: char) {
        self.hash = mixed(self.hash ^ u64::from(u32::from(character)));
        self.chars += 1;
        self.range.end = at + character.len_utf8();
    }
}

/// One round of SplitMix64: a cheap bijection without visible structure.
pub(crate) fn mixed(value: u64) -> u64 {
    let mut value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        let mut body = Body::default();
        body.push(text);
        body
    }

    #[test]
    fn clauses_end_at_dividing_marks_and_numbers_stay_whole() {
        let body = body("市政府发放3,000万元“算力券”，支持企业。\n二、其他");
        let clauses = body.clauses();
        let texts: Vec<&str> = clauses
            .iter()
            .map(|clause| &body.as_str()[clause.range.clone()])
            .collect();
        assert_eq!(texts, ["市政府发放3,000万元算力券", "支持企业", "二、其他"]);
    }

    #[test]
    fn script_width_and_marks_make_no_difference() {
        assert_eq!(
            body("發放「算力券」，支持ＡＩ"),
            body("发放“算力 券”,支持ai")
        );
    }
}
