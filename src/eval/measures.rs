//! The measures of one ranked list.
//!
//! With `r₁ < r₂ < …` the places, from 1, at which judged articles stand, and
//! `g` their grades (an article is relevant from grade 1 on):
//!
//! - MRR@10: 1/r₁ if r₁ ≤ 10, else 0 (Voorhees, TREC-8 Question Answering
//!   Track Report, 1999);
//! - nDCG@10: Σ (2^g − 1) / log₂(r + 1) over r ≤ 10, divided by the same sum
//!   of the best possible list (Järvelin and Kekäläinen, Cumulated gain-based
//!   evaluation of IR techniques, ACM TOIS 20(4), 2002; this gain: Burges et
//!   al., Learning to rank using gradient descent, ICML 2005);
//! - recall@k: the share of all relevant articles that stand at r ≤ k.
//!
//! Each lies between 0 and 1, and a list that begins with all relevant
//! articles, best grades first, has 1 in each but recall@k for k below their number.

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// The reciprocal place of the first relevant article, in the first ten.
    Mrr10,
    /// Normalised discounted cumulative gain of the first ten.
    Ndcg10,
    /// The share of the relevant articles that stands first.
    Recall1,
    /// The share of the relevant articles in the first ten.
    Recall10,
    /// The share of the relevant articles in the first hundred.
    Recall100,
}

impl Measure {
    /// All measures, in the order in which they are printed.
    pub const ALL: [Measure; 5] = [
        Measure::Mrr10,
        Measure::Ndcg10,
        Measure::Recall1,
        Measure::Recall10,
        Measure::Recall100,
    ];

    /// Returns the name for people: `MRR@10`.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Mrr10 => "MRR@10",
            Measure::Ndcg10 => "nDCG@10",
            Measure::Recall1 => "R@1",
            Measure::Recall10 => "R@10",
            Measure::Recall100 => "R@100",
        }
    }

    /// Returns the key in JSON: `mrr_10`.
    pub fn key(self) -> &'static str {
        match self {
            Measure::Mrr10 => "mrr_10",
            Measure::Ndcg10 => "ndcg_10",
            Measure::Recall1 => "recall_1",
            Measure::Recall10 => "recall_10",
            Measure::Recall100 => "recall_100",
        }
    }
}

/// The value of each measure, of one query or on average.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    values: [f64; Measure::ALL.len()],
}

impl Measures {
    /// Measures one list: the grade of each judged item with its place in the
    /// list, from 1, if it stands there. At most one item stands at a place.
    ///
    /// ```
    /// use cewen::eval::{Measure, Measures};
    ///
    /// // Two relevant articles; one stands third.
    /// let measures = Measures::of(&[(1, Some(3)), (1, None)]);
    /// assert_eq!(measures.get(Measure::Mrr10), 1.0 / 3.0);
    /// assert_eq!(measures.get(Measure::Recall10), 0.5);
    /// ```
    pub fn of(items: &[(u32, Option<usize>)]) -> Measures {
        let relevant: Vec<(u32, Option<usize>)> =
            items.iter().copied().filter(|item| item.0 > 0).collect();
        let first = relevant.iter().filter_map(|item| item.1).min();
        let within = |depth: usize| {
            let found = relevant
                .iter()
                .filter(|item| item.1.is_some_and(|place| place <= depth));
            share(found.count(), relevant.len())
        };
        let mut grades: Vec<u32> = relevant.iter().map(|item| item.0).collect();
        grades.sort_unstable_by(|one, other| other.cmp(one));
        let ideal = grades
            .iter()
            .enumerate()
            .fold(0.0, |sum, (at, &grade)| sum + gain(grade, at + 1));
        // Summed by place, so that a perfect list has exactly the ideal sum.
        let mut placed: Vec<(usize, u32)> = relevant
            .iter()
            .filter_map(|&(grade, place)| Some((place?, grade)))
            .collect();
        placed.sort_unstable();
        // From 0.0: the empty sum of floats is -0.0.
        let gained = placed
            .iter()
            .fold(0.0, |sum, &(place, grade)| sum + gain(grade, place));
        Measures {
            values: [
                first.filter(|&place| place <= 10).map_or(0.0, reciprocal),
                if ideal > 0.0 { gained / ideal } else { 0.0 },
                within(1),
                within(10),
                within(100),
            ],
        }
    }

    /// Returns the value of one measure, between 0 and 1 (a difference:
    /// between −1 and 1).
    pub fn get(&self, measure: Measure) -> f64 {
        self.values[place_of(measure)]
    }

    /// Returns these values less those of `other`.
    pub(super) fn less(&self, other: &Measures) -> Measures {
        let mut values = self.values;
        for (value, other) in values.iter_mut().zip(other.values) {
            *value -= other;
        }
        Measures { values }
    }
}

/// Where a measure stands in [`Measure::ALL`].
fn place_of(measure: Measure) -> usize {
    match measure {
        Measure::Mrr10 => 0,
        Measure::Ndcg10 => 1,
        Measure::Recall1 => 2,
        Measure::Recall10 => 3,
        Measure::Recall100 => 4,
    }
}

/// What an article of a grade at a place, from 1, adds to the cumulated gain.
fn gain(grade: u32, place: usize) -> f64 {
    if place > 10 {
        return 0.0;
    }
    // Grades are bounded by the reader: the power is exact.
    (2f64.powi(grade.min(62) as i32) - 1.0) / (place as f64 + 1.0).log2()
}

fn reciprocal(place: usize) -> f64 {
    1.0 / place as f64
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(items: &[(u32, Option<usize>)], expected: [f64; 5]) {
        let measures = Measures::of(items);
        for (measure, expected) in Measure::ALL.into_iter().zip(expected) {
            let value = measures.get(measure);
            assert!((value - expected).abs() < 1e-9, "{measure:?} is {value}");
        }
    }

    #[test]
    fn measures_are_as_computed_by_hand() {
        // One relevant article, fourth: 1/4; 1/log2(5) = 0.430676558.
        check(&[(1, Some(4))], [0.25, 0.430_676_558, 0.0, 1.0, 1.0]);
        // Grades 3, 2 and 1 at places 2, 1 and 11: gained 7/log2(3) + 3/1 =
        // 7.416508275; ideal 7 + 3/log2(3) + 1/2 = 9.392789261.
        check(
            &[(3, Some(2)), (2, Some(1)), (1, Some(11))],
            [1.0, 0.789_595_941, 1.0 / 3.0, 2.0 / 3.0, 1.0],
        );
        // Found, but after the first ten; one judged not relevant stands first.
        check(&[(0, Some(1)), (2, Some(50))], [0.0, 0.0, 0.0, 0.0, 1.0]);
        check(&[(1, None)], [0.0; 5]);
        check(&[], [0.0; 5]);
    }

    #[test]
    fn the_ideal_list_is_cut_at_ten_too() {
        let items: Vec<(u32, Option<usize>)> = (1..=20).map(|place| (1, Some(place))).collect();
        check(&items, [1.0, 1.0, 0.05, 0.5, 1.0]);
    }

    fn judged() -> impl Strategy<Value = Vec<(u32, Option<usize>)>> {
        proptest::collection::vec((0u32..5, proptest::option::of(1usize..200)), 1..30).prop_map(
            |mut items| {
                // No two at one place.
                let mut taken = std::collections::BTreeSet::new();
                for item in &mut items {
                    item.1 = item.1.filter(|&place| taken.insert(place));
                }
                items
            },
        )
    }

    proptest! {
        #[test]
        fn measures_lie_between_0_and_1_and_recall_grows_with_depth(items in judged()) {
            let measures = Measures::of(&items);
            for measure in Measure::ALL {
                let value = measures.get(measure);
                prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{measure:?} is {value}");
            }
            prop_assert!(measures.get(Measure::Recall1) <= measures.get(Measure::Recall10));
            prop_assert!(measures.get(Measure::Recall10) <= measures.get(Measure::Recall100));
        }

        #[test]
        fn a_perfect_list_has_1(mut grades in proptest::collection::vec(1u32..5, 1..10)) {
            grades.sort_unstable_by(|one, other| other.cmp(one));
            let items: Vec<(u32, Option<usize>)> =
                grades.iter().enumerate().map(|(at, &grade)| (grade, Some(at + 1))).collect();
            let measures = Measures::of(&items);
            for measure in [Measure::Mrr10, Measure::Ndcg10, Measure::Recall10, Measure::Recall100] {
                prop_assert_eq!(measures.get(measure), 1.0);
            }
        }

        #[test]
        fn the_order_of_judgements_does_not_matter(items in judged()) {
            let mut turned = items.clone();
            turned.reverse();
            prop_assert_eq!(Measures::of(&items), Measures::of(&turned));
        }
    }
}
