//! `cewen eval`: judged queries over a folder, saved and compared runs.

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use cewen::eval::{Judgements, Measure, Run, evaluate, named_queries, rank_all};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::write;

/// A folder with two articles, indexed, and two judged queries.
fn desk() -> TempDir {
    let desk = tempfile::tempdir().expect("a folder");
    let at = |path: &str| desk.path().join(path);
    write(
        &at("新闻/甲 市.txt"),
        "甲市发放算力券\n\n甲市今天发放首批算力券。\n",
    );
    write(
        &at("新闻/乙市.txt"),
        "乙市推进一网通办\n\n乙市推进一网通办。\n",
    );
    write(&at("问题.txt"), "算力券\n一网通办\n没有人问过的事\n");
    write(
        &at("判断.tsv"),
        "1\t甲 市.txt\t1\n2\t乙市.txt\t2\n2\t丙市.txt\t1\n",
    );
    assert!(run(&desk, &["index", "新闻"]).status.success());
    desk
}

fn run(desk: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("cewen"));
    command.current_dir(desk.path()).args(arguments);
    command.env_remove("CEWEN_INDEX");
    command.output().expect("the command runs")
}

fn eval(desk: &TempDir, arguments: &[&str]) -> Output {
    let files = ["eval", "--queries", "问题.txt", "--qrels", "判断.tsv"];
    run(desk, &[&files, arguments].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn judged_paths_are_found_and_unknown_ones_told() {
    let desk = desk();
    let value = json(&eval(&desk, &["--json"]));
    assert_eq!(value["queries"], 2);
    assert_eq!(value["unjudged"], 1);
    assert_eq!(value["unknown"], serde_json::json!(["丙市.txt"]));
    assert_eq!(value["measures"]["mrr_10"]["mean"], 1.0);
    assert_eq!(value["measures"]["recall_10"]["mean"], 0.75);
    let page = String::from_utf8(eval(&desk, &[]).stdout).expect("UTF-8");
    assert!(page.contains("R@10      0.7500"), "{page}");
    let table = String::from_utf8(eval(&desk, &["--per-query"]).stdout).expect("UTF-8");
    assert!(
        table.contains("\n1\t1\t1.0000\t1.0000\t1.0000\t算力券\n"),
        "{table}"
    );
}

#[test]
fn a_saved_run_compared_with_itself_does_not_differ() {
    let desk = desk();
    assert!(eval(&desk, &["--save", "旧.run"]).status.success());
    let value = json(&eval(&desk, &["--compare", "旧.run", "--json"]));
    assert_eq!(value["comparison"]["changed"], 0);
    assert_eq!(value["comparison"]["missing"], 0);
    fs::write(desk.path().join("空.run"), "").expect("written");
    let value = json(&eval(&desk, &["--compare", "空.run", "--json"]));
    assert_eq!(value["comparison"]["missing"], 2);
    assert_eq!(value["comparison"]["differences"]["mrr_10"]["wins"], 2);
}

#[test]
fn a_malformed_line_is_told_with_file_and_line() {
    let desk = desk();
    write(&desk.path().join("判断.tsv"), "1\t甲 市.txt\t好\n");
    let output = eval(&desk, &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("判断.tsv:1: ") && said.contains("hint: "),
        "{said}"
    );
}

#[test]
fn the_library_measures_what_the_command_does() {
    let desk = desk();
    let searcher = cewen::Searcher::open(desk.path().join("index")).expect("opened");
    let queries = named_queries("算力券\n“一网通办” date:何时\n");
    let judgements = Judgements::parse("1\t甲 市.txt\t1\n2\t乙市.txt\t1\n", "f").expect("read");
    let judged = judgements.resolve(searcher.articles()).expect("resolved");
    let ranked = rank_all(&searcher, &queries, 100).expect("ranked");
    let evaluation = evaluate(&queries, &judged, &Run::new(&queries, &ranked));
    assert_eq!(evaluation.estimate(Measure::Recall100).mean, 1.0);
    let twice = [queries[0].clone(), queries[0].clone()];
    assert!(rank_all(&searcher, &twice, 1).is_err());
}
