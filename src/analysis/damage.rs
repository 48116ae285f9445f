//! Characters that swallowed the full stop after them.
//!
//! A program that strips ideographic spaces (bytes A1 A1 of GBK) without looking
//! where characters begin takes the second byte of a character that ends in A1
//! and the first of a mark such as 。 (A1 A3): 基础。 becomes 基矗. The table
//! holds what such damage makes of common words and nothing else does; the
//! text stays as it is and is found both ways.

use super::symbols::Symbol;

/// A character that another has become.
struct Damage {
    is: char,
    meant: char,
    /// The characters before it, which make it certain.
    before: &'static str,
    /// After these it is what it seems.
    not_before: &'static str,
    /// Whether it is certain only at the end of a line.
    at_end: bool,
}

const DAMAGES: [Damage; 4] = [
    Damage {
        is: '矗',
        meant: '础',
        before: "基",
        not_before: "立",
        at_end: false,
    },
    Damage {
        is: '龋',
        meant: '取',
        before: "领获争吸采收录听换提夺",
        not_before: "齿病洞坏患",
        at_end: false,
    },
    Damage {
        is: '眩',
        meant: '选',
        before: "入当评推候筛遴挑竞",
        not_before: "晕目光惑",
        at_end: false,
    },
    Damage {
        is: '常',
        meant: '场',
        before: "市现广立战",
        not_before: "",
        at_end: true,
    },
];

/// Whether a character may be a damaged one: a look that is cheap.
pub(super) fn may_be_damaged(character: char) -> bool {
    DAMAGES.iter().any(|damage| damage.is == character)
}

/// Whether the character of the symbol at `at` is certainly a damaged one. Two
/// in a row are too strange to be certain of.
pub(super) fn is_damaged(symbols: &[Symbol], at: usize) -> bool {
    let Some(damage) = DAMAGES.iter().find(|d| d.is == symbols[at].character) else {
        return false;
    };
    let before = at.checked_sub(1).map(|before| &symbols[before]);
    let after = symbols.get(at + 1).filter(|after| !after.is_end());
    before.is_some_and(|before| !before.is_damaged && damage.before.contains(before.character))
        && after.is_none_or(|after| !damage.at_end && !damage.not_before.contains(after.character))
}

/// What a damaged character was.
pub(crate) fn meant(character: char) -> char {
    let damage = DAMAGES.iter().find(|damage| damage.is == character);
    damage.map_or(character, |damage| damage.meant)
}

#[cfg(test)]
mod tests {
    use super::super::{fold, literal};
    use super::*;

    #[test]
    fn the_table_is_what_bytewise_stripping_of_spaces_does() {
        for damage in &DAMAGES {
            let whole = format!("{}。", damage.meant);
            let (bytes, ..) = encoding_rs::GBK.encode(&whole);
            assert_eq!(bytes[1..3], [0xa1, 0xa1], "{whole}");
            let stripped = [bytes[0], bytes[3]];
            let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&stripped);
            assert_eq!(text, damage.is.to_string());
            assert_eq!(fold(damage.is), damage.is);
            assert_eq!(fold(damage.meant), damage.meant);
        }
    }

    #[test]
    fn damaged_words_are_found_as_they_were_and_as_they_are() {
        for (query, text, found) in [
            ("坚实基础", "奠定坚实基矗”北京市", true),
            ("坚实基矗", "奠定坚实基矗”北京市", true),
            ("基础", "塔在地基矗立", false),
            ("基矗", "奠定坚实基础。", false),
            ("申请领取", "企业可申请领龋甲市", true),
            ("入选", "两个项目入眩", true),
            ("大市场", "全国统一大市常\n下一段", true),
            ("大市场", "全国统一大市常委", false),
            ("市场", "市常委会", false),
        ] {
            let is_found = !literal(query, text).is_empty();
            assert_eq!(is_found, found, "{query} in {text}");
        }
    }
}
