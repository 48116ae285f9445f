//! The stretch of a text that is most like a quotation.

use std::ops::Range;

/// The stretch of `text` with the fewest edits (a character put in, left out or
/// replaced) from `quote`: their number, and where it stands; the first of
/// several. Takes time proportional to both lengths.
pub(super) fn nearest(quote: &[char], text: &[char]) -> (usize, Range<usize>) {
    // Sellers' algorithm: the row of the quote's first characters against all
    // ends in the text, each with the start that its best stretch has.
    let mut row: Vec<(usize, usize)> = (0..=quote.len()).map(|cost| (cost, 0)).collect();
    let mut best = (quote.len(), 0..0);
    for (at, &there) in text.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (0, at + 1);
        for (number, &wanted) in quote.iter().enumerate() {
            let above = row[number + 1];
            let replaced = (diagonal.0 + usize::from(wanted != there), diagonal.1);
            let left_out = (row[number].0 + 1, row[number].1);
            let put_in = (above.0 + 1, above.1);
            // Of equally many edits the longest stretch.
            row[number + 1] = replaced.min(left_out).min(put_in);
            diagonal = above;
        }
        let (cost, start) = row[quote.len()];
        if cost < best.0 {
            best = (cost, start..at + 1);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(quote: &str, text: &str) -> (usize, String) {
        let chars = |text: &str| -> Vec<char> { text.chars().collect() };
        let (cost, range) = nearest(&chars(quote), &chars(text));
        (
            cost,
            text.chars().skip(range.start).take(range.len()).collect(),
        )
    }

    #[test]
    fn the_nearest_stretch_has_the_fewest_edits() {
        assert_eq!(
            near("发放算力券", "今天发放训力券了"),
            (1, "发放训力券".to_owned())
        );
        assert_eq!(
            near("发放券给企业", "将发放算力券给企业。"),
            (2, "发放算力券给企业".to_owned())
        );
        assert_eq!(near("甲乙", "丙丁"), (2, String::new()));
    }

    proptest! {
        #[test]
        fn a_stretch_with_one_edit_is_found_at_one_edit_at_most(
            text in "[甲乙丙丁]{12,40}", start in 0usize..5, at in 1usize..4
        ) {
            let chars: Vec<char> = text.chars().collect();
            let mut quote = chars[start..start + 6].to_vec();
            quote[at] = '戊';
            let (cost, range) = nearest(&quote, &chars);
            prop_assert_eq!(cost, 1);
            prop_assert!(range.end <= chars.len());
        }
    }
}
