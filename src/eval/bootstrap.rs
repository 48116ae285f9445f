//! Confidence intervals by the bootstrap.
//!
//! The queries are drawn anew, with replacement, [`RESAMPLES`] times; the
//! interval holds the middle 95 % of the means (Efron and Tibshirani, An
//! Introduction to the Bootstrap, 1993, §13.3; for retrieval: Sakai,
//! Evaluating evaluation metrics based on the bootstrap, SIGIR 2006). The seed
//! is fixed: the same values in the same order give the same interval on
//! every machine.

/// How often the queries are drawn anew.
pub const RESAMPLES: usize = 1_000;

/// Any number; changing it changes the last digits of every interval.
const SEED: u64 = 0x0063_6577_656e;

/// A mean with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The mean over the queries.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Estimate {
    /// Whether the interval leaves 0 out: for a difference, whether it is
    /// larger than chance among these queries explains.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Estimates the means of several values per query. All are drawn together, so
/// that the columns stay comparable.
pub(super) fn estimates<const N: usize>(rows: &[[f64; N]]) -> [Estimate; N] {
    let mut estimates = [Estimate::default(); N];
    if rows.is_empty() {
        return estimates;
    }
    let count = rows.len() as f64;
    let mut numbers = Numbers(SEED);
    let mut means: Vec<[f64; N]> = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let mut sums = [0.0; N];
        for _ in rows {
            add(&mut sums, &rows[numbers.below(rows.len())]);
        }
        means.push(sums.map(|sum| sum / count));
    }
    let mut sums = [0.0; N];
    rows.iter().for_each(|row| add(&mut sums, row));
    for (column, estimate) in estimates.iter_mut().enumerate() {
        let mut drawn: Vec<f64> = means.iter().map(|mean| mean[column]).collect();
        drawn.sort_unstable_by(f64::total_cmp);
        *estimate = Estimate {
            mean: sums[column] / count,
            low: drawn[percentile(2.5)],
            high: drawn[percentile(97.5)],
        };
    }
    estimates
}

fn add<const N: usize>(sums: &mut [f64; N], row: &[f64; N]) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += value;
    }
}

/// The place of a percentile among the sorted means, by nearest rank.
fn percentile(percent: f64) -> usize {
    ((RESAMPLES as f64 * percent / 100.0).ceil() as usize).clamp(1, RESAMPLES) - 1
}

/// SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number
/// generators, OOPSLA 2014).
struct Numbers(u64);

impl Numbers {
    /// A number below `limit`, evenly enough for any number of queries.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        // The high half of a 128-bit product: below `limit` by construction.
        ((u128::from(mixed) * limit as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_no_spread() {
        let [estimate] = estimates(&[[0.5]; 7]);
        assert_eq!(
            (estimate.mean, estimate.low, estimate.high),
            (0.5, 0.5, 0.5)
        );
        assert_eq!(estimates::<2>(&[]), [Estimate::default(); 2]);
    }

    #[test]
    fn the_interval_is_about_as_wide_as_the_normal_one() {
        // A share of one half of 400: the standard error is 0.025.
        let rows: Vec<[f64; 1]> = (0..400).map(|at| [f64::from(at % 2)]).collect();
        let [estimate] = estimates(&rows);
        assert_eq!(estimate.mean, 0.5);
        assert!(
            (estimate.low - (0.5 - 1.96 * 0.025)).abs() < 0.006,
            "{estimate:?}"
        );
        assert!(
            (estimate.high - (0.5 + 1.96 * 0.025)).abs() < 0.006,
            "{estimate:?}"
        );
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        assert_eq!((percentile(2.5), percentile(97.5)), (24, 974));
    }
}
