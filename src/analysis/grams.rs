//! Grams: single folded characters and overlapping pairs of them.
//!
//! Characters are indexed with their positions, pairs with frequencies only.
//! Exact text is found as all of its pairs and then its characters in place.

use super::symbols::{Symbol, symbols};

/// The pairs of a text as they are indexed, in order.
///
/// ```
/// assert_eq!(cewen::analysis::pairs("發放《AI》"), ["发放", "放a", "ai"]);
/// ```
pub fn pairs(text: &str) -> Vec<String> {
    symbols(text)
        .windows(2)
        .filter_map(|two| pair_term(&two[0], &two[1]))
        .collect()
}

/// The pair of two neighbouring symbols, if they form one.
pub(crate) fn pair_term(first: &Symbol, second: &Symbol) -> Option<String> {
    let pair = || [first.character, second.character].iter().collect();
    (first.pairs && second.pairs).then(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_cross_scripts_and_transparent_marks_but_no_break() {
        assert_eq!(pairs("AI《大》"), ["ai", "i大"]);
        assert_eq!(pairs("能，发"), Vec::<String>::new());
        assert_eq!(pairs("1—2月"), ["2月"]);
        assert_eq!(pairs("3,0"), ["3,", ",0"]);
        assert_eq!(pairs("甲\n乙"), Vec::<String>::new());
    }
}
