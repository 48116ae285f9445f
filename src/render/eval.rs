//! A ranking measured, for people and programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_line;
use super::json::write_object;
use crate::eval::{Change, Comparison, Estimate, Evaluation, Measure, QueryOutcome, RESAMPLES};

/// How many of the names and changes a page for people lists.
const LISTED: usize = 10;

/// Whether each query stands in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerQuery {
    /// Each of them.
    Listed,
    /// None of them.
    Left,
}

/// Writes the means with their intervals for a person, and what changed
/// against another run.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_evaluation_text(
    evaluation: &Evaluation,
    comparison: Option<&Comparison>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "查询  {} 条（无命中 {}）· 另有无相关篇目可判的 {} · 有判断而未查的 {}",
        evaluation.outcomes.len(),
        evaluation.without_hits(),
        evaluation.unjudged,
        evaluation.unasked,
    )?;
    write_unknown(&evaluation.unknown, out)?;
    for measure in Measure::ALL {
        let Estimate { mean, low, high } = evaluation.estimate(measure);
        let name = measure.name();
        writeln!(out, "{name:<8}  {mean:.4}  [{low:.4}, {high:.4}]")?;
    }
    match comparison {
        Some(comparison) => write_comparison(comparison, out),
        None => Ok(()),
    }
}

fn write_unknown(unknown: &[String], out: &mut dyn Write) -> io::Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "未知  判断中有 {} 个篇目不在索引里，按未找到计：",
        unknown.len()
    )?;
    for name in unknown.iter().take(LISTED) {
        writeln!(out, "      {}", escape_line(name))?;
    }
    match unknown.len().checked_sub(LISTED) {
        Some(more) if more > 0 => writeln!(out, "      另有 {more} 个（--json 全列）"),
        _ => Ok(()),
    }
}

fn write_comparison(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "对比  此次减去另一次；* 表示 95% 区间不含 0")?;
    if comparison.missing > 0 {
        let missing = comparison.missing;
        writeln!(
            out,
            "      另一次没有其中 {missing} 条查询的结果，按无命中计"
        )?;
    }
    for difference in &comparison.differences {
        let Estimate { mean, low, high } = difference.estimate;
        let mark = if difference.estimate.is_clear() {
            "*"
        } else {
            " "
        };
        writeln!(
            out,
            "{:<8} {mean:+.4}{mark} [{low:+.4}, {high:+.4}]  胜 {} 负 {}",
            difference.measure.name(),
            difference.wins,
            difference.losses,
        )?;
    }
    if !comparison.changes.is_empty() {
        writeln!(
            out,
            "变化  {} 条查询；变化最大的（nDCG@10 之差，首个相关篇目的位次：另一次→此次）：",
            comparison.changes.len()
        )?;
    }
    for change in comparison.changes.iter().take(LISTED) {
        let Change {
            qid, text, ndcg_10, ..
        } = change;
        writeln!(
            out,
            "      {ndcg_10:+.4}  {}→{}  {}  {}",
            place_label(change.other_place),
            place_label(change.place),
            escape_line(qid),
            escape_line(text),
        )?;
    }
    Ok(())
}

fn place_label(place: Option<usize>) -> String {
    place.map_or_else(|| "–".to_owned(), |place| place.to_string())
}

/// Writes a table of all queries, tab-separated, with a header line: id, place
/// of the first relevant article (empty if there is none), reciprocal place
/// in the first ten, nDCG@10, recall@10, text.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_outcomes_tsv(evaluation: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "qid\tfirst_relevant\trr_10\tndcg_10\trecall_10\ttext")?;
    for outcome in &evaluation.outcomes {
        let QueryOutcome {
            qid,
            text,
            first_relevant,
            measures,
            ..
        } = outcome;
        writeln!(
            out,
            "{qid}\t{}\t{:.4}\t{:.4}\t{:.4}\t{}",
            first_relevant.map_or_else(String::new, |place| place.to_string()),
            measures.get(Measure::Mrr10),
            measures.get(Measure::Ndcg10),
            measures.get(Measure::Recall10),
            // A tab in a query would be a column of its own.
            text.replace(char::is_control, " "),
        )?;
    }
    Ok(())
}

/// Writes the means with their intervals as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_evaluation_json(
    evaluation: &Evaluation,
    comparison: Option<&Comparison>,
    per_query: PerQuery,
    out: &mut dyn Write,
) -> io::Result<()> {
    let measures = Measure::ALL.map(|measure| {
        let estimate = evaluation.estimate(measure);
        (measure.key(), EstimateObject::from(estimate))
    });
    let per_query = (per_query == PerQuery::Listed)
        .then(|| evaluation.outcomes.iter().map(OutcomeObject::new).collect());
    write_object(
        &EvaluationObject {
            queries: evaluation.outcomes.len(),
            without_hits: evaluation.without_hits(),
            unjudged: evaluation.unjudged,
            unasked: evaluation.unasked,
            unknown: &evaluation.unknown,
            resamples: RESAMPLES,
            measures: measures.into_iter().collect(),
            comparison: comparison.map(ComparisonObject::new),
            per_query,
        },
        out,
    )
}

#[derive(Serialize)]
struct EvaluationObject<'a> {
    queries: usize,
    without_hits: usize,
    unjudged: usize,
    unasked: usize,
    unknown: &'a [String],
    resamples: usize,
    measures: BTreeMap<&'static str, EstimateObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<ComparisonObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_query: Option<Vec<OutcomeObject<'a>>>,
}

#[derive(Serialize)]
struct EstimateObject {
    mean: f64,
    low: f64,
    high: f64,
}

impl From<Estimate> for EstimateObject {
    fn from(Estimate { mean, low, high }: Estimate) -> Self {
        EstimateObject { mean, low, high }
    }
}

#[derive(Serialize)]
struct ComparisonObject<'a> {
    missing: usize,
    differences: BTreeMap<&'static str, DifferenceObject>,
    changed: usize,
    changes: Vec<ChangeObject<'a>>,
}

#[derive(Serialize)]
struct DifferenceObject {
    mean: f64,
    low: f64,
    high: f64,
    wins: usize,
    losses: usize,
}

#[derive(Serialize)]
struct ChangeObject<'a> {
    qid: &'a str,
    text: &'a str,
    ndcg_10: f64,
    first_relevant: Option<usize>,
    other_first_relevant: Option<usize>,
}

impl<'a> ComparisonObject<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        let differences = comparison.differences.iter().map(|difference| {
            let Estimate { mean, low, high } = difference.estimate;
            let object = DifferenceObject {
                mean,
                low,
                high,
                wins: difference.wins,
                losses: difference.losses,
            };
            (difference.measure.key(), object)
        });
        let changes = comparison.changes.iter().map(|change| ChangeObject {
            qid: &change.qid,
            text: &change.text,
            ndcg_10: change.ndcg_10,
            first_relevant: change.place,
            other_first_relevant: change.other_place,
        });
        ComparisonObject {
            missing: comparison.missing,
            differences: differences.collect(),
            changed: comparison.changes.len(),
            changes: changes.collect(),
        }
    }
}

#[derive(Serialize)]
struct OutcomeObject<'a> {
    qid: &'a str,
    text: &'a str,
    hits: usize,
    first_relevant: Option<usize>,
    #[serde(flatten)]
    measures: BTreeMap<&'static str, f64>,
}

impl<'a> OutcomeObject<'a> {
    fn new(outcome: &'a QueryOutcome) -> Self {
        let measures = Measure::ALL.map(|measure| (measure.key(), outcome.measures.get(measure)));
        OutcomeObject {
            qid: &outcome.qid,
            text: &outcome.text,
            hits: outcome.hits,
            first_relevant: outcome.first_relevant,
            measures: measures.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Item, Judged, Run, compare, evaluate, named_queries};

    fn evaluation(run: &str) -> Evaluation {
        let mut judged = Judged {
            unknown: vec!["丙.txt".to_owned()],
            ..Judged::default()
        };
        for qid in ["1", "2"] {
            let ids = vec!["甲".to_owned()];
            judged
                .queries
                .insert(qid.to_owned(), vec![Item { ids, grade: 1 }]);
        }
        let run = Run::parse(run, "run").unwrap();
        evaluate(&named_queries("算力券\n大\t模型"), &judged, &run)
    }

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_has_measures_unknown_articles_and_what_changed() {
        let this = evaluation("1 Q0 甲 1 1 x\n2 Q0 甲 1 1 x\n");
        let other = evaluation("1 Q0 甲 1 1 x\n2 Q0 乙 1 1 x\n");
        let comparison = compare(&this, &other);
        let text = written(|out| write_evaluation_text(&this, Some(&comparison), out));
        assert!(
            text.contains("MRR@10    1.0000  [1.0000, 1.0000]\n"),
            "{text}"
        );
        assert!(text.contains("      丙.txt\n"), "{text}");
        assert!(text.contains("胜 1 负 0"), "{text}");
        assert!(
            text.contains(
                "+1.0000  –→1  2  大 模型
"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_table_has_a_line_a_query_and_no_stray_tab() {
        let text = written(|out| write_outcomes_tsv(&evaluation("1 Q0 甲 1 1 x\n"), out));
        let rows: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split('\t').collect())
            .collect();
        assert_eq!(rows[1], ["1", "1", "1.0000", "1.0000", "1.0000", "算力券"]);
        assert_eq!(rows[2], ["2", "", "0.0000", "0.0000", "0.0000", "大 模型"]);
    }

    #[test]
    fn json_names_each_measure() {
        let this = evaluation("1 Q0 甲 2 1 x\n");
        let comparison = compare(&this, &this);
        let text =
            written(|out| write_evaluation_json(&this, Some(&comparison), PerQuery::Listed, out));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["measures"]["mrr_10"]["mean"], 0.5);
        assert_eq!(value["comparison"]["differences"]["recall_1"]["wins"], 0);
        assert_eq!(value["per_query"][1]["recall_100"], 0.0);
        assert_eq!(value["unknown"][0], "丙.txt");
    }
}
