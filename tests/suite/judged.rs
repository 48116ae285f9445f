//! P7: regions, dates, outlets and citations against a hundred judgements.
//!
//! `tests/judgements/ai_policy.tsv` says how they were judged. The articles are
//! read from their title, text and address alone: what else the data states of
//! them is taken away. Skipped where the data is absent.

use std::collections::HashMap;
use std::fmt::Write as _;

use cewen::article::{Article, RegionRole};
use cewen::corpus::parse;

use crate::evidence::{Kinds, naming, place_of};
use crate::reading::data;

/// What a person judged of an article.
struct Judgement {
    id: String,
    regions: Expected,
    date: Expected,
    outlet: Expected,
    citations: Expected,
}

/// Values that must be there, each with its alternatives, and values that may be.
#[derive(Default)]
struct Expected {
    required: Vec<Vec<String>>,
    allowed: Vec<String>,
}

impl Expected {
    fn new<'a>(
        required: impl Iterator<Item = &'a str>,
        allowed: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut expected = Expected::default();
        for value in required.filter(|value| !value.is_empty()) {
            let values: Vec<String> = value
                .trim_start_matches('?')
                .split('|')
                .map(skeleton)
                .collect();
            expected.allowed.extend(values.iter().cloned());
            if !value.starts_with('?') {
                expected.required.push(values);
            }
        }
        expected.allowed.extend(allowed.map(skeleton));
        expected
    }
}

/// A value without spaces and signs, but with the dashes of a date.
fn skeleton(value: &str) -> String {
    value
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '-')
        .collect()
}

fn judgements() -> Vec<Judgement> {
    let text = include_str!("../judgements/ai_policy.tsv");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, regions, more_regions, date, outlet, cites, more_cites] = fields[..] else {
                panic!("seven fields: {line}");
            };
            Judgement {
                id: id.to_owned(),
                regions: Expected::new(regions.split(' '), more_regions.split(' ')),
                date: Expected::new([date].into_iter(), [].into_iter()),
                outlet: Expected::new([outlet].into_iter(), [].into_iter()),
                citations: Expected::new(cites.split(';'), more_cites.split(';')),
            }
        })
        .collect()
}

/// Counts of one field, and what was wrong.
#[derive(Default)]
struct Tally {
    right: usize,
    wrong: usize,
    found: usize,
    missing: usize,
    faults: String,
    kinds: Kinds,
}

impl Tally {
    /// Counts what was said, each value with its kind of evidence.
    fn count(
        &mut self,
        (id, article): (&str, &Article),
        expected: &Expected,
        values: &[(String, &'static str)],
    ) {
        let given: Vec<String> = values.iter().map(|(value, _)| skeleton(value)).collect();
        for (value, (_, kind)) in given.iter().zip(values) {
            match expected.allowed.contains(value) {
                true => self.kinds.right(kind),
                false => self.kinds.wrong(kind),
            }
        }
        let wrong: Vec<&String> = given
            .iter()
            .filter(|value| !expected.allowed.contains(value))
            .collect();
        let missing: Vec<&Vec<String>> = expected
            .required
            .iter()
            .filter(|any| !any.iter().any(|value| given.contains(value)))
            .collect();
        for any in &missing {
            self.kinds.missing(place_of(article, &any[0]));
        }
        self.wrong += wrong.len();
        self.right += given.len() - wrong.len();
        self.missing += missing.len();
        self.found += expected.required.len() - missing.len();
        if !wrong.is_empty() || !missing.is_empty() {
            let _ = writeln!(self.faults, "  {id}: wrong {wrong:?}, missing {missing:?}");
        }
    }

    fn precision(&self) -> f64 {
        share(self.right, self.wrong)
    }

    fn recall(&self) -> f64 {
        share(self.found, self.missing)
    }
}

fn share(good: usize, bad: usize) -> f64 {
    good as f64 / (good + bad).max(1) as f64
}

fn about(article: &Article) -> Vec<(String, &'static str)> {
    let regions = article.regions.iter();
    regions
        .filter(|region| region.role == RegionRole::About)
        .map(|region| (region.name.clone(), place_of(article, &region.evidence)))
        .collect()
}

#[test]
fn what_is_inferred_of_judged_articles_is_right_nine_times_in_ten() {
    let Some(folder) = data("ai_policy") else {
        return;
    };
    let corpus = std::fs::read_to_string(folder.join("corpus.jsonl")).expect("a corpus");
    let texts: HashMap<String, String> = corpus
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let kept = serde_json::json!({
                "title": text("title"), "text": text("text"), "url": text("url"),
            });
            (text("id"), kept.to_string())
        })
        .collect();
    let mut tallies: [(&str, Tally); 4] =
        ["region", "date", "outlet", "citation"].map(|name| (name, Tally::default()));
    for judged in judgements() {
        let parsed = parse("甲.json", texts[&judged.id].as_bytes());
        let article = &parsed.articles[0];
        let citations = article.citations.iter().filter_map(|citation| {
            let name = citation.title.clone().or_else(|| citation.number.clone());
            Some((name?, naming(citation)))
        });
        let date = article.date.iter();
        let date = date.map(|date| (date.iso.clone(), place_of(article, &date.evidence)));
        let outlet = article.outlet.iter();
        let outlet =
            outlet.map(|outlet| (outlet.value.clone(), place_of(article, &outlet.evidence)));
        for ((_, tally), (expected, values)) in tallies.iter_mut().zip([
            (&judged.regions, about(article)),
            (&judged.date, date.collect()),
            (&judged.outlet, outlet.collect()),
            (&judged.citations, citations.collect()),
        ]) {
            tally.count((&judged.id, article), expected, &values);
        }
    }
    let mut report = String::new();
    for (name, tally) in &tallies {
        report.push_str(&tally.kinds.table(name));
    }
    for (name, tally) in &tallies {
        let _ = writeln!(
            report,
            "{name}: precision {:.3} ({} wrong), recall {:.3} ({} missing)\n{}",
            tally.precision(),
            tally.wrong,
            tally.recall(),
            tally.missing,
            tally.faults
        );
    }
    // Shown with `cargo test judged -- --nocapture`.
    let _ = std::io::Write::write_all(&mut std::io::stderr(), report.as_bytes());
    for (name, tally) in &tallies {
        assert!(
            tally.precision() >= 0.90 && tally.recall() >= 0.90,
            "{name}\n{report}"
        );
    }
}
