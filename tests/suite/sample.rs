//! The sample corpus, judged by reading: floors for ranking and for each field.
//!
//! `tests/corpus/articles.tsv` says of each article what a careful reader
//! finds; `queries.tsv` and `qrels.tsv` are questions and graded answers;
//! `facts.tsv` says where each stated fact comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::evidence::{Kinds, naming, place_of};
use cewen::article::{Article, RegionRole};
use cewen::{FullArticle, Lane, Query, SearchOptions, Searcher, UpdateOptions};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of a table, by column name.
fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = root().join("tests/corpus").join(name);
    let text = std::fs::read_to_string(&path).expect("a table");
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let row = |line: &str| {
        let cells = line.split('\t').chain(std::iter::repeat(""));
        columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| ((*column).to_owned(), cell.to_owned()))
            .collect()
    };
    lines.filter(|line| !line.is_empty()).map(row).collect()
}

struct Sample {
    searcher: Searcher,
    _folder: tempfile::TempDir,
}

fn sample() -> Sample {
    let folder = tempfile::tempdir().expect("a folder");
    let options = UpdateOptions {
        add: vec![root().join("corpus")],
        ..UpdateOptions::default()
    };
    cewen::update(folder.path(), &options, &mut |_| ()).expect("built");
    Sample {
        searcher: Searcher::open(folder.path()).expect("opened"),
        _folder: folder,
    }
}

impl Sample {
    /// All articles under the keys of the tables: `corpus/PATH` or `corpus/PATH#ID`.
    fn articles(&self) -> BTreeMap<String, FullArticle> {
        let options = SearchOptions {
            limit: 0,
            ..SearchOptions::default()
        };
        let query = Query::parse("path:.").expect("a filter").query;
        let hits = self
            .searcher
            .search(&query, &options)
            .expect("searched")
            .hits;
        let mut articles = BTreeMap::new();
        for hit in hits {
            let full = self.searcher.article(&hit.article.id).expect("there");
            articles.insert(key(&full.path, full.article.given_id.as_deref()), full);
        }
        articles
    }
}

fn key(path: &str, given: Option<&str>) -> String {
    match given {
        Some(id)
            if path.ends_with(".jsonl") || path.ends_with(".json") || path.ends_with(".csv") =>
        {
            format!("corpus/{path}#{id}")
        }
        _ => format!("corpus/{path}"),
    }
}

/// What was right, what was said and what should have been said, of one field.
#[derive(Default)]
struct Tally {
    right: usize,
    said: usize,
    wanted: usize,
    misses: Vec<String>,
    kinds: Kinds,
}

impl Tally {
    fn add(
        &mut self,
        (key, article): (&str, &Article),
        said: &BTreeMap<String, &'static str>,
        wanted: &BTreeSet<String>,
        allowed: &BTreeSet<String>,
    ) {
        for (value, kind) in said {
            if wanted.contains(value) {
                self.kinds.right(kind);
            } else if !allowed.contains(value) {
                self.kinds.wrong(kind);
            }
        }
        for value in wanted.iter().filter(|value| !said.contains_key(*value)) {
            self.kinds.missing(place_of(article, value));
        }
        let said: BTreeSet<&String> = said.keys().filter(|one| !allowed.contains(*one)).collect();
        let wanted: BTreeSet<&String> = wanted.iter().collect();
        self.right += said.intersection(&wanted).count();
        self.said += said.len();
        self.wanted += wanted.len();
        if said != wanted {
            self.misses
                .push(format!("{key}: said {said:?}, wanted {wanted:?}"));
        }
    }

    fn check(&self, field: &str) {
        let precision = self.right as f64 / self.said.max(1) as f64;
        let recall = self.right as f64 / self.wanted.max(1) as f64;
        let misses = self.misses.join("\n  ");
        assert!(
            precision >= 0.97 && recall >= 0.95,
            "{field}: precision {precision:.3}, recall {recall:.3}\n  {misses}"
        );
    }
}

fn set(cell: &str) -> BTreeSet<String> {
    cell.split('|')
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

fn row_key(row: &BTreeMap<String, String>) -> String {
    match row["id"].as_str() {
        "" => row["path"].clone(),
        id => key(row["path"].trim_start_matches("corpus/"), Some(id)),
    }
}

/// A title or number as it is compared: brackets and marks alike.
fn plain(text: &str) -> String {
    let folded = text.chars().map(cewen::analysis::fold);
    folded.filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn every_judged_article_is_read_with_its_title() {
    let articles = sample().articles();
    let mut missing = Vec::new();
    for row in table("articles.tsv") {
        match articles.get(&row_key(&row)) {
            Some(full) if plain(&full.article.title) == plain(&row["title"]) => {}
            Some(full) => {
                missing.push(format!("{}: title {:?}", row_key(&row), full.article.title))
            }
            None => missing.push(format!("{}: not read", row_key(&row))),
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn regions_dates_outlets_and_citations_are_those_a_reader_finds() {
    let articles = sample().articles();
    let (mut region, mut date, mut outlet, mut cites) = (
        Tally::default(),
        Tally::default(),
        Tally::default(),
        Tally::default(),
    );
    for row in table("articles.tsv") {
        let key = row_key(&row);
        let Some(full) = articles.get(&key) else {
            continue;
        };
        let article = &full.article;
        let about = article
            .regions
            .iter()
            .filter(|region| region.role == RegionRole::About);
        let about = about
            .map(|region| (region.name.clone(), place_of(article, &region.evidence)))
            .collect();
        let mut allowed = set(&row["regions_also"]);
        allowed.insert("全国".to_owned());
        let mut wanted = set(&row["regions"]);
        wanted.remove("全国");
        let read = (key.as_str(), article);
        region.add(read, &about, &wanted, &allowed);
        let none = BTreeSet::new();
        date.add(
            read,
            &article
                .date
                .iter()
                .map(|date| (date.iso.clone(), place_of(article, &date.evidence)))
                .collect(),
            &set(&row["date"]),
            &none,
        );
        let said = article
            .outlet
            .iter()
            .map(|outlet| (outlet.value.clone(), place_of(article, &outlet.evidence)))
            .collect();
        outlet.add(read, &said, &set(&row["outlet"]), &none);
        let said = article.citations.iter().flat_map(|c| {
            let names = c.title.iter().chain(&c.number);
            names.map(|name| (plain(name), naming(c)))
        });
        let wanted = set(&row["citations"]).iter().map(|c| plain(c)).collect();
        cites.add(read, &said.collect(), &wanted, &none);
    }
    // Shown with `cargo test sample -- --nocapture`.
    let table = [
        ("region", &region),
        ("date", &date),
        ("outlet", &outlet),
        ("citation", &cites),
    ]
    .map(|(field, tally)| tally.kinds.table(field));
    let _ = std::io::Write::write_all(&mut std::io::stderr(), table.concat().as_bytes());
    date.check("date");
    outlet.check("outlet");
    region.check("region");
    cites.check("citations");
}

#[test]
fn judged_questions_are_answered_first() {
    let sample = sample();
    let articles = sample.articles();
    let keys: BTreeMap<&str, &String> = articles
        .iter()
        .map(|(key, full)| (full.id.as_str(), key))
        .collect();
    let mut grades: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for row in table("qrels.tsv") {
        let grade = row["grade"].parse().expect("a number");
        grades
            .entry(row["qid"].clone())
            .or_default()
            .insert(row["article"].clone(), grade);
    }
    let mut kinds: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut worst = Vec::new();
    for row in table("queries.tsv") {
        let query = Query::parse(&row["query"]).expect("a query").query;
        let ranked = sample
            .searcher
            .rank(&query, &SearchOptions::default())
            .expect("ranked");
        let Some(wanted) = grades.get(&row["qid"]) else {
            // Nothing in the corpus answers: nothing may stand there literally.
            let literal = ranked.iter().filter(|hit| hit.lane == Lane::Exact).count();
            assert_eq!(literal, 0, "{}", row["query"]);
            continue;
        };
        let gain = |grade: f64| 2_f64.powf(grade) - 1.0;
        let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
            gains
                .take(10)
                .enumerate()
                .map(|(at, gain)| gain / (at as f64 + 2.0).log2())
                .sum()
        };
        let grade = |id: &str| {
            keys.get(id)
                .and_then(|key| wanted.get(*key))
                .copied()
                .unwrap_or(0.0)
        };
        let got = discounted(&mut ranked.iter().map(|hit| gain(grade(&hit.id))));
        let mut ideal: Vec<f64> = wanted.values().map(|&grade| gain(grade)).collect();
        ideal.sort_by(|one, other| other.total_cmp(one));
        let ndcg = got / discounted(&mut ideal.into_iter());
        kinds.entry(row["kind"].clone()).or_default().push(ndcg);
        worst.push((ndcg, row["query"].clone()));
    }
    worst.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mean = |values: &Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    for (kind, floor) in FLOORS {
        let values = kinds.get(*kind).expect("queries of every kind");
        assert!(
            mean(values) >= *floor,
            "{kind}: nDCG@10 {:.3} is below {floor}; worst {:#?}",
            mean(values),
            &worst[..10]
        );
    }
}

/// nDCG@10 by kind of query: what was reached, less two points.
const FLOORS: &[(&str, f64)] = &[
    ("keyword", 0.944),
    ("keyword+region", 0.959),
    ("name", 0.98),
    ("title", 0.963),
    ("wenhao", 0.967),
    ("question", 0.878),
    ("fact", 0.977),
    ("variant", 0.959),
    ("homophone", 0.635),
];

#[test]
fn every_stated_fact_names_its_source() {
    let keys: BTreeSet<String> = table("articles.tsv").iter().map(row_key).collect();
    let facts = table("facts.tsv");
    let stated: BTreeSet<String> = facts.iter().map(|row| row["path"].clone()).collect();
    assert!(
        facts
            .iter()
            .all(|row| !row["fact"].is_empty() && !row["source"].is_empty())
    );
    let without: Vec<&String> = keys.difference(&stated).collect();
    assert!(without.is_empty(), "no facts are listed for {without:?}");
    assert!(keys.iter().all(|key| {
        Path::new(&root())
            .join(key.split('#').next().expect("a path"))
            .exists()
    }));
}
