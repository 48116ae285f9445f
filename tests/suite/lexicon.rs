//! `cewen lexicon`: a word checked, added, and cut by the next update.

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::write;

fn desk() -> TempDir {
    let desk = tempfile::tempdir().expect("a folder");
    let at = |path: &str| desk.path().join(path);
    write(
        &at("新闻/甲市.txt"),
        "甲市发放训力卡\n\n甲市今天发放首批训力卡。\n",
    );
    write(
        &at("新闻/乙市.txt"),
        "乙市推进一网通办\n\n乙市推进一网通办。\n",
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

fn json(desk: &TempDir, arguments: &[&str]) -> Value {
    let output = run(desk, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn an_added_word_is_cut_whole_from_the_next_update_on() {
    let desk = desk();
    let before = json(&desk, &["lexicon", "check", "訓力卡"]);
    assert_eq!(
        (&before["word"], &before["is_word"]),
        (&"训力卡".into(), &false.into())
    );
    assert_eq!(
        (&before["passages"], &before["as_word"]),
        (&1.into(), &0.into())
    );
    assert_eq!(before["would_recut"], 1);

    let added = json(&desk, &["lexicon", "add", "训力卡", "一网通办"]);
    assert_eq!(added["added"], serde_json::json!(["训力卡"]));
    assert_eq!(added["refused"][0]["why"], "shipped");
    assert_eq!(added["passages"], 1);
    let lexicon = desk.path().join("新闻/lexicon.txt");
    assert_eq!(fs::read_to_string(&lexicon).expect("a lexicon"), "训力卡\n");

    let pending = json(&desk, &["lexicon", "check", "训力卡"]);
    assert_eq!(
        (&pending["is_word"], &pending["as_word"]),
        (&true.into(), &0.into())
    );
    assert!(run(&desk, &["index"]).status.success());
    let after = json(&desk, &["lexicon", "check", "训力卡"]);
    assert_eq!(
        (&after["as_word"], &after["would_recut"]),
        (&1.into(), &0.into())
    );
    assert!(
        after["files"][0]
            .as_str()
            .is_some_and(|file| file.ends_with("lexicon.txt"))
    );
}

#[test]
fn what_can_be_no_word_exits_2_with_a_hint() {
    let desk = desk();
    for verb in ["check", "add"] {
        let output = run(&desk, &["lexicon", verb, "算力，券"]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("hint: "), "{said}");
    }
}

#[test]
fn of_several_roots_one_must_be_named() {
    let desk = desk();
    write(
        &desk.path().join("旧闻/丙市.txt"),
        "丙市旧闻\n\n丙市旧闻一则。\n",
    );
    assert!(run(&desk, &["index", "旧闻"]).status.success());
    let output = run(&desk, &["lexicon", "add", "训力卡"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--root"));
    let added = json(&desk, &["lexicon", "add", "--root", "旧闻", "训力卡"]);
    assert_eq!(added["added"][0], "训力卡");
    assert!(desk.path().join("旧闻/lexicon.txt").exists());
}

#[test]
fn proposals_are_words_of_the_corpus_with_examples() {
    let desk = desk();
    let mut text = String::from("训力卡\n\n");
    for before in [
        "发放", "申领", "使用", "推出", "领取", "兑换", "认购", "出示",
    ] {
        for after in [
            "可以抵扣",
            "已经到账",
            "面向企业",
            "不得转让",
            "由市里出资",
            "尚未开放",
            "正式上线",
        ] {
            text.push_str(&format!("今年{before}训力卡{after}。\n\n"));
        }
    }
    write(&desk.path().join("新闻/丙市.txt"), text);
    assert!(run(&desk, &["index"]).status.success());
    let value = json(&desk, &["lexicon", "propose", "-n", "5", "--sort", "count"]);
    let proposals = value["proposals"].as_array().expect("proposals");
    let known = proposals.iter().find(|known| known["word"] == "训力卡");
    let known = known.unwrap_or_else(|| panic!("not proposed: {value}"));
    assert!(
        known["examples"]
            .as_array()
            .is_some_and(|examples| examples.len() == 5)
    );
    let none = run(&desk, &["lexicon", "propose", "--min-count", "1000"]);
    assert_eq!(none.status.code(), Some(1));
}
