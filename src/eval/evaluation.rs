//! A run measured against judgements.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::bootstrap::{Estimate, estimates};
use super::judgements::{Item, Judged};
use super::measures::{Measure, Measures};
use super::queries::NamedQuery;
use super::run::{Run, escape_id};

/// A run measured. Invariant: the order of the queries given changes nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The queries that are measured, by id: those with a relevant article.
    pub outcomes: Vec<QueryOutcome>,
    /// Queries that were asked but not judged, or judged to have no relevant
    /// article; they are not measured.
    pub unjudged: usize,
    /// Queries that were judged but not asked.
    pub unasked: usize,
    /// Names in the judgements that no article of the index has, sorted; they
    /// count as relevant articles that were not found.
    pub unknown: Vec<String>,
    estimates: [Estimate; Measure::ALL.len()],
}

/// One query measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryOutcome {
    /// The query's id, as it stands in runs.
    pub qid: String,
    /// The query string.
    pub text: String,
    /// How many articles were ranked.
    pub hits: usize,
    /// The place of the first relevant article, from 1.
    pub first_relevant: Option<usize>,
    /// Its values.
    pub measures: Measures,
}

impl Evaluation {
    /// Returns the mean of a measure over the queries, with its interval.
    pub fn estimate(&self, measure: Measure) -> Estimate {
        let at = Measure::ALL.iter().position(|&known| known == measure);
        at.map(|at| self.estimates[at]).unwrap_or_default()
    }

    /// Returns how many of the measured queries have no hit at all.
    pub fn without_hits(&self) -> usize {
        let empty = self.outcomes.iter().filter(|outcome| outcome.hits == 0);
        empty.count()
    }
}

/// Measures `run` on those of `queries` that have a relevant article.
///
/// ```
/// use cewen::eval::{Item, Judged, Measure, Run, evaluate, named_queries};
///
/// let run = Run::parse("1 Q0 甲 1 2.0 x\n1 Q0 乙 2 1.0 x\n", "run")?;
/// let mut judged = Judged::default();
/// judged.queries.insert("1".to_owned(), vec![Item { ids: vec!["乙".to_owned()], grade: 1 }]);
/// let evaluation = evaluate(&named_queries("算力券"), &judged, &run);
/// assert_eq!(evaluation.estimate(Measure::Mrr10).mean, 0.5);
/// # Ok::<(), cewen::Error>(())
/// ```
pub fn evaluate(queries: &[NamedQuery], judged: &Judged, run: &Run) -> Evaluation {
    // Sorted, so that sums and draws do not depend on the order of the file.
    let asked: BTreeMap<String, &str> = queries
        .iter()
        .map(|query| (escape_id(&query.qid), query.text.as_str()))
        .collect();
    let is_asked = |qid: &&String| asked.contains_key(*qid);
    let mut evaluation = Evaluation {
        unasked: judged.queries.len() - judged.queries.keys().filter(is_asked).count(),
        unknown: judged.unknown.clone(),
        ..Evaluation::default()
    };
    for (qid, text) in asked {
        let items = judged.queries.get(&qid).map_or(&[][..], Vec::as_slice);
        if items.iter().all(|item| item.grade == 0) {
            evaluation.unjudged += 1;
            continue;
        }
        let list = run.list(&qid);
        let places: HashMap<&str, usize> = list
            .iter()
            .enumerate()
            .map(|(at, id)| (id.as_str(), at + 1))
            .collect();
        let placed = placed(items, &places);
        let relevant = placed.iter().filter(|item| item.0 > 0);
        evaluation.outcomes.push(QueryOutcome {
            text: text.to_owned(),
            hits: list.len(),
            first_relevant: relevant.filter_map(|item| item.1).min(),
            measures: Measures::of(&placed),
            qid,
        });
    }
    let rows: Vec<_> = evaluation
        .outcomes
        .iter()
        .map(|outcome| Measure::ALL.map(|measure| outcome.measures.get(measure)))
        .collect();
    evaluation.estimates = estimates(&rows);
    evaluation
}

/// The grade of each item with its place, best grades first; no two items
/// take one place, which would count one article twice.
fn placed(items: &[Item], places: &HashMap<&str, usize>) -> Vec<(u32, Option<usize>)> {
    let mut items: Vec<&Item> = items.iter().collect();
    items.sort_by_key(|item| Reverse(item.grade));
    let mut taken = HashSet::new();
    let place = |item: &Item| {
        let places = item.ids.iter().filter_map(|id| places.get(id.as_str()));
        let place = places.copied().filter(|place| !taken.contains(place)).min();
        taken.extend(place);
        (item.grade, place)
    };
    items.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(lines: &[(&str, &str, u32)]) -> Judged {
        let mut judged = Judged::default();
        for (qid, ids, grade) in lines {
            let ids = ids.split(',').map(str::to_owned).collect();
            let items = judged.queries.entry((*qid).to_owned()).or_default();
            items.push(Item { ids, grade: *grade });
        }
        judged
    }

    fn queries(qids: &[&str]) -> Vec<NamedQuery> {
        let named = |qid: &&str| NamedQuery {
            qid: (*qid).to_owned(),
            text: format!("问{qid}"),
        };
        qids.iter().map(named).collect()
    }

    #[test]
    fn only_queries_with_a_relevant_article_are_measured() {
        let judged = judged(&[("1", "a", 1), ("2", "b", 0), ("3", "c", 1), ("9", "a", 1)]);
        let run = Run::parse("1 Q0 x 1 3 r\n1 Q0 a 2 2 r\n2 Q0 b 1 1 r\n", "run").unwrap();
        let evaluation = evaluate(&queries(&["1", "2", "3", "4"]), &judged, &run);
        let measured: Vec<&str> = evaluation.outcomes.iter().map(|o| o.qid.as_str()).collect();
        assert_eq!(measured, ["1", "3"]);
        assert_eq!((evaluation.unjudged, evaluation.unasked), (2, 1));
        assert_eq!(evaluation.without_hits(), 1);
        assert_eq!(evaluation.outcomes[0].first_relevant, Some(2));
        assert_eq!(evaluation.estimate(Measure::Mrr10).mean, 0.25);
    }

    #[test]
    fn the_first_article_of_a_judged_file_counts_and_only_once() {
        let judged = judged(&[("1", "b1,b2", 1), ("1", "c", 1)]);
        let run = Run::parse("1 Q0 x 1 4 r\n1 Q0 b2 2 3 r\n1 Q0 b1 3 2 r\n", "run").unwrap();
        let evaluation = evaluate(&queries(&["1"]), &judged, &run);
        assert_eq!(evaluation.outcomes[0].first_relevant, Some(2));
        assert_eq!(evaluation.outcomes[0].measures.get(Measure::Recall10), 0.5);
    }

    proptest! {
        #[test]
        fn the_order_of_the_queries_changes_nothing(
            places in proptest::collection::vec(1usize..15, 2..30), turn in 0usize..30,
        ) {
            let mut lines = String::new();
            let mut judgements = Judged::default();
            let mut asked = Vec::new();
            for (number, place) in places.iter().enumerate() {
                for at in 1..=12usize {
                    let id = if at == *place { "甲".to_owned() } else { format!("x{at}") };
                    lines.push_str(&format!("{number} Q0 {id} {at} {} r\n", 100 - at));
                }
                let item = Item { ids: vec!["甲".to_owned()], grade: 1 };
                judgements.queries.insert(number.to_string(), vec![item]);
                asked.push(NamedQuery { qid: number.to_string(), text: String::new() });
            }
            let run = Run::parse(&lines, "run").unwrap();
            let before = evaluate(&asked, &judgements, &run);
            let turn = turn % asked.len();
            asked.rotate_left(turn);
            prop_assert_eq!(&before, &evaluate(&asked, &judgements, &run));
            for measure in Measure::ALL {
                let Estimate { mean, low, high } = before.estimate(measure);
                prop_assert!(0.0 <= low && low <= mean && mean <= high && high <= 1.0);
            }
        }
    }
}
