//! Two runs compared, query by query.

use super::bootstrap::{Estimate, estimates};
use super::evaluation::{Evaluation, QueryOutcome};
use super::measures::Measure;

/// What the second run changed against the first. Invariant: comparing a run
/// with itself finds nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// One for each of [`Measure::ALL`], in that order.
    pub differences: Vec<Difference>,
    /// The queries that changed, those that changed most first: by nDCG@10,
    /// then by the reciprocal place of the first relevant article.
    pub changes: Vec<Change>,
    /// Queries for which the other run has no line at all; it counts as empty.
    pub missing: usize,
}

/// How a measure differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The measure.
    pub measure: Measure,
    /// The mean difference, this run less the other, with its interval by the
    /// paired bootstrap: both values of a query are drawn together.
    pub estimate: Estimate,
    /// Queries in which this run is better.
    pub wins: usize,
    /// Queries in which the other run is better.
    pub losses: usize,
}

/// How one query differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// The query's id, as it stands in runs.
    pub qid: String,
    /// The query string.
    pub text: String,
    /// The difference in nDCG@10, this run less the other.
    pub ndcg_10: f64,
    /// The place of the first relevant article in this run.
    pub place: Option<usize>,
    /// Its place in the other run.
    pub other_place: Option<usize>,
}

/// Compares `this` run with an `other` one, measured on the same queries and
/// judgements.
pub fn compare(this: &Evaluation, other: &Evaluation) -> Comparison {
    // Both are sorted by query.
    let pairs: Vec<(&QueryOutcome, &QueryOutcome)> = this
        .outcomes
        .iter()
        .filter_map(|outcome| {
            let at = other
                .outcomes
                .binary_search_by(|known| known.qid.cmp(&outcome.qid));
            Some((outcome, &other.outcomes[at.ok()?]))
        })
        .collect();
    let rows: Vec<_> = pairs
        .iter()
        .map(|(this, other)| {
            let difference = this.measures.less(&other.measures);
            Measure::ALL.map(|measure| difference.get(measure))
        })
        .collect();
    let estimates = estimates(&rows);
    let differences = Measure::ALL.iter().enumerate().map(|(at, &measure)| {
        let count = |is: fn(f64) -> bool| rows.iter().filter(|row| is(row[at])).count();
        Difference {
            measure,
            estimate: estimates[at],
            wins: count(|difference| difference > 0.0),
            losses: count(|difference| difference < 0.0),
        }
    });
    let mut changes: Vec<Change> = pairs
        .iter()
        .map(|(this, other)| Change {
            qid: this.qid.clone(),
            text: this.text.clone(),
            ndcg_10: this.measures.less(&other.measures).get(Measure::Ndcg10),
            place: this.first_relevant,
            other_place: other.first_relevant,
        })
        .filter(|change| change.ndcg_10 != 0.0 || change.place != change.other_place)
        .collect();
    changes.sort_by(|one, other| {
        let size = |change: &Change| (change.ndcg_10.abs(), moved(change));
        let (one_size, other_size) = (size(one), size(other));
        other_size
            .0
            .total_cmp(&one_size.0)
            .then(other_size.1.total_cmp(&one_size.1))
            .then(one.qid.cmp(&other.qid))
    });
    Comparison {
        differences: differences.collect(),
        changes,
        missing: pairs.iter().filter(|(_, other)| other.hits == 0).count(),
    }
}

/// How far the first relevant article moved, in reciprocal places.
fn moved(change: &Change) -> f64 {
    let reciprocal = |place: Option<usize>| place.map_or(0.0, |place| 1.0 / place as f64);
    (reciprocal(change.place) - reciprocal(change.other_place)).abs()
}

#[cfg(test)]
mod tests {
    use super::super::judgements::{Item, Judged};
    use super::super::queries::named_queries;
    use super::super::{Run, evaluate};
    use super::*;

    fn evaluation(places: &[usize]) -> Evaluation {
        let mut judged = Judged::default();
        let mut lines = String::new();
        for (at, place) in places.iter().enumerate() {
            let qid = (at + 1).to_string();
            for rank in 1..=*place {
                let id = if rank == *place { "甲" } else { "乙" };
                lines.push_str(&format!("{qid} Q0 {id}{} {rank} -{rank} r\n", rank % place));
            }
            let item = Item {
                ids: vec!["甲0".to_owned()],
                grade: 1,
            };
            judged.queries.insert(qid, vec![item]);
        }
        let run = Run::parse(&lines, "run").expect("a run");
        let queries = "问\n".repeat(places.len());
        evaluate(&named_queries(&queries), &judged, &run)
    }

    #[test]
    fn a_run_does_not_differ_from_itself() {
        let evaluation = evaluation(&[1, 3, 20]);
        let comparison = compare(&evaluation, &evaluation);
        assert!(comparison.changes.is_empty());
        for difference in comparison.differences {
            assert_eq!(difference.estimate, Estimate::default());
            assert_eq!((difference.wins, difference.losses), (0, 0));
        }
    }

    #[test]
    fn wins_losses_and_the_largest_changes_are_told() {
        let comparison = compare(&evaluation(&[1, 2, 5, 3]), &evaluation(&[1, 5, 4, 3]));
        let mrr = comparison.differences[0];
        assert_eq!((mrr.wins, mrr.losses), (1, 1));
        assert!((mrr.estimate.mean - (0.5 - 0.2 + 0.2 - 0.25) / 4.0).abs() < 1e-12);
        let changed: Vec<&str> = comparison.changes.iter().map(|c| c.qid.as_str()).collect();
        assert_eq!(changed, ["2", "3"]);
        assert_eq!(comparison.changes[0].other_place, Some(5));
    }
}
