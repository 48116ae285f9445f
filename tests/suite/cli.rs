//! The command as a whole: wiring, streams and exit codes. What the verbs
//! decide is tested in the library.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const SHANGHAI: &str = "\
上海向企业发放算力券

来源：甲报 2024-05-30

市经信委今天宣布，今年发放算力券十亿元。

符合条件的企业可以在线申领算力券。
";

const BEIJING: &str = "\
北京与上海比较算力券

来源：乙报 2023-11-02

北京的算力券由区里发放。
";

const HANGZHOU: &str = "\
杭州推进一网通办

来源：甲报 2024-06-01

杭州推进一网通办，市民办事不出门。
";

/// A folder to work in, with three articles in `corpus/`.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Desk::empty();
        desk.write("corpus/上海.txt", SHANGHAI);
        desk.write("corpus/北京.txt", BEIJING);
        desk.write("corpus/杭州.txt", HANGZHOU);
        desk
    }

    pub(crate) fn indexed() -> Self {
        let desk = Desk::new();
        assert_exit(&desk.run(&["index", "corpus"]), 0);
        desk
    }

    pub(crate) fn empty() -> Self {
        Desk {
            folder: tempfile::tempdir().expect("a folder for temporary files"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a path with a folder")).expect("a new folder");
        fs::write(path, text).expect("a new file");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("cewen");
        command.current_dir(self.path()).args(arguments);
        command
            .env_remove("CEWEN_INDEX")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the command runs")
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!(
                "{arguments:?} gives no JSON: {error}\n{}\n{}",
                stdout(&output),
                stderr(&output)
            )
        })
    }

    /// Returns the paths of the hits, in their order.
    pub(crate) fn paths(&self, arguments: &[&str]) -> Vec<String> {
        let answer = self.json(&[&["search", "--json"], arguments].concat());
        let hits = answer["hits"].as_array().expect("hits");
        hits.iter()
            .filter_map(|hit| hit["article"]["path"].as_str().map(str::to_owned))
            .collect()
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8 on stdout")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8 on stderr")
}

#[track_caller]
pub(crate) fn assert_exit(output: &Output, code: i32) {
    let (stdout, stderr) = (stdout(output), stderr(output));
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout: {stdout}\nstderr: {stderr}"
    );
}

pub(crate) fn sorted(mut paths: Vec<String>) -> Vec<String> {
    paths.sort();
    paths
}

#[test]
fn hits_exit_0_no_hit_exits_1_and_says_what_was_tried() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["search", "\"算力券\""]), 0);
    let nothing = desk.run(&["search", "\"量子算力券\""]);
    assert_exit(&nothing, 1);
    assert!(
        stdout(&nothing).contains("没有命中"),
        "{}",
        stdout(&nothing)
    );
    let tried = desk.json(&["search", "\"量子算力券\"", "--json"]);
    assert!(
        !tried["tried"].as_array().expect("tried").is_empty(),
        "{tried}"
    );
}

#[test]
fn options_after_the_query_are_options() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "算力券", "--json", "-n", "1"]);
    assert_eq!(answer["hits"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["total"]["articles"], 2);
    assert_eq!(answer["hits"][0]["lane"], "exact");
}

#[test]
fn an_answer_has_the_keys_of_the_contract_in_order() {
    let desk = Desk::indexed();
    let text = stdout(&desk.run(&["search", "算力券", "--json"]));
    let mut at = 0;
    for key in [
        "query", "notes", "lanes", "total", "stale", "took_ms", "hits",
    ] {
        let key = format!("\"{key}\":");
        at += text[at..]
            .find(&key)
            .unwrap_or_else(|| panic!("{key} is not in its place: {text}"));
    }
}

#[test]
fn marks_in_characters_and_bytes_cover_the_query() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "\"申领算力券\"", "--json"]);
    let passage = &answer["hits"][0]["passage"];
    let text = passage["text"].as_str().expect("text");
    let mark = &passage["marks"][0];
    let offset = |unit: &str, end: usize| mark[unit][end].as_u64().expect("an offset") as usize;
    assert_eq!(&text[offset("bytes", 0)..offset("bytes", 1)], "申领算力券");
    let length = offset("chars", 1) - offset("chars", 0);
    let marked: String = text.chars().skip(offset("chars", 0)).take(length).collect();
    assert_eq!(marked, "申领算力券");
}

#[test]
fn a_dash_before_chinese_excludes() {
    let desk = Desk::indexed();
    assert_eq!(desk.paths(&["算力券", "-北京"]), ["上海.txt"]);
    assert_eq!(desk.paths(&["算力券", "－北京"]), ["上海.txt"]);
    assert_eq!(desk.paths(&["算力券", "-\"区里发放\""]), ["上海.txt"]);
    assert_eq!(sorted(desk.paths(&["算力券", "--", "-杭州"])).len(), 2);
}

#[test]
fn filters_of_options_and_of_the_query_agree() {
    let desk = Desk::indexed();
    let paths = desk.paths(&["算力券", "--since", "2024"]);
    assert_eq!(paths, ["上海.txt"]);
    assert_eq!(desk.paths(&["算力券", "date:2024.."]), paths);
    assert_eq!(desk.paths(&["算力券", "--until", "2023-12"]), ["北京.txt"]);
    assert_eq!(desk.paths(&["算力券", "--outlet", "乙报"]), ["北京.txt"]);
    let either = desk.paths(&["--region", "杭州", "--region", "上海"]);
    assert!(sorted(either).contains(&"杭州.txt".to_owned()));
}

#[test]
fn a_query_of_filters_lists_by_date_newest_first() {
    let desk = Desk::indexed();
    assert_eq!(
        desk.paths(&["--since", "2023"]),
        ["杭州.txt", "上海.txt", "北京.txt"]
    );
}

#[test]
fn an_impossible_query_is_told_with_a_caret_and_exits_2() {
    let desk = Desk::indexed();
    let output = desk.run(&["search", "算力券", "date:什么时候"]);
    assert_exit(&output, 2);
    assert!(output.stdout.is_empty());
    let told = stderr(&output);
    assert!(told.starts_with("error: "), "{told}");
    // Three characters of two columns and a space, after the margin of two.
    let caret = told
        .lines()
        .find(|line| line.trim() == "^")
        .expect("a caret");
    assert!(caret.len() > 2 + 7, "{told}");
    assert!(told.contains("hint: "), "{told}");
}

#[test]
fn strict_turns_notes_into_exit_2() {
    let desk = Desk::indexed();
    let loose = desk.run(&["search", "地域:算力券"]);
    assert!(stderr(&loose).contains("note: "), "{}", stderr(&loose));
    assert_ne!(loose.status.code(), Some(2));
    assert_exit(&desk.run(&["search", "地域:算力券", "--strict"]), 2);
}

#[test]
fn usage_errors_exit_2_and_help_exits_0() {
    let desk = Desk::empty();
    assert_exit(&desk.run(&["search"]), 2);
    assert_exit(&desk.run(&["search", "算力券", "--jsno"]), 2);
    assert_exit(
        &desk.run(&["search", "算力券", "--json", "--format", "csv"]),
        2,
    );
    let help = desk.run(&["search", "--help"]);
    assert_exit(&help, 0);
    assert!(stdout(&help).starts_with("例"), "{}", stdout(&help));
}

#[test]
fn no_index_and_no_corpus_is_an_error_with_a_remedy() {
    let desk = Desk::empty();
    for arguments in [
        &["search", "算力券"][..],
        &["index"],
        &["status"],
        &["show", "a"],
    ] {
        let output = desk.run(arguments);
        assert_exit(&output, 2);
        let told = stderr(&output);
        assert!(
            told.contains("error: ") && told.contains("hint: "),
            "{arguments:?}: {told}"
        );
        assert!(output.stdout.is_empty());
    }
    assert!(!desk.path().join("index").exists(), "nothing was made");
}

#[test]
fn the_first_search_builds_the_index_and_later_ones_leave_it_alone() {
    let desk = Desk::new();
    let first = desk.run(&["search", "算力券", "--json"]);
    assert_exit(&first, 0);
    assert!(stderr(&first).contains("building"), "{}", stderr(&first));
    serde_json::from_slice::<Value>(&first.stdout).expect("stdout is data alone");
    let current = fs::read(desk.path().join("index/CURRENT")).expect("an index");
    desk.write("corpus/新.txt", "深圳也发放算力券。\n");
    let second = desk.run(&["search", "算力券", "--json"]);
    assert!(!stderr(&second).contains("building"), "{}", stderr(&second));
    assert_eq!(
        fs::read(desk.path().join("index/CURRENT")).expect("an index"),
        current
    );
}

#[test]
fn an_index_in_a_parent_folder_is_used_and_named() {
    let desk = Desk::indexed();
    fs::create_dir(desk.path().join("笔记")).expect("a new folder");
    let output = desk
        .command(&["search", "算力券", "--json"])
        .current_dir(desk.path().join("笔记"))
        .output()
        .expect("the command runs");
    assert_exit(&output, 0);
    assert!(
        stderr(&output).contains("using the index in"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_folder_one_is_in_can_be_followed_whatever_it_is_called() {
    for (name, index) in [(".", "index"), ("./", "甲"), (".", "./乙"), ("..", "丙")] {
        let desk = Desk::new();
        let inside = desk.path().join("corpus");
        let index_arguments = ["--index", index, "index", name];
        let run = |arguments: &[&str]| {
            let mut command = desk.command(arguments);
            command.current_dir(&inside).output().expect("it runs")
        };
        for _ in 0..2 {
            let output = run(&index_arguments);
            assert_exit(&output, 0);
        }
        assert_exit(&run(&["--index", index, "search", "算力券"]), 0);
        let output = run(&["--index", index, "index"]);
        assert_exit(&output, 0);
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.contains("新增 0 · 变更 0 · 移除 0"), "{name}: {told}");
    }
}

#[test]
fn the_index_can_be_named_by_option_or_environment() {
    let desk = Desk::new();
    assert_exit(&desk.run(&["index", "corpus", "--index", "甲"]), 0);
    assert!(desk.path().join("甲/CURRENT").is_file());
    assert_exit(&desk.run(&["--index", "甲", "search", "算力券"]), 0);
    let by_environment = desk
        .command(&["s", "算力券"])
        .env("CEWEN_INDEX", "甲")
        .output();
    assert_exit(&by_environment.expect("the command runs"), 0);
    let by_nothing = desk
        .command(&["index", "corpus"])
        .env("CEWEN_INDEX", "")
        .output();
    assert_exit(&by_nothing.expect("the command runs"), 0);
    assert!(desk.path().join("index/CURRENT").is_file());
}

#[test]
fn index_reports_counts_and_a_second_run_finds_nothing_new() {
    let desk = Desk::new();
    let report = desk.json(&["index", "corpus", "--json"]);
    assert_eq!(report["added"], 3);
    assert_eq!(report["articles"], 3);
    let again = desk.json(&["index", "--json"]);
    assert_eq!(
        (&again["added"], &again["unchanged"]),
        (&0.into(), &3.into())
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let desk = Desk::new();
    let output = desk.run(&["index", "corpus", "--dry-run"]);
    assert_exit(&output, 0);
    assert!(
        stdout(&output).contains("+ 上海.txt"),
        "{}",
        stdout(&output)
    );
    assert!(!desk.path().join("index/CURRENT").exists());
}

#[test]
fn a_bad_file_is_listed_and_fails_the_run_only_when_strict() {
    let desk = Desk::new();
    desk.write("corpus/坏.json", "{\"title\": ");
    let output = desk.run(&["index", "corpus"]);
    assert_exit(&output, 0);
    assert!(stdout(&output).contains("坏.json"), "{}", stdout(&output));
    assert_exit(&desk.run(&["index", "--strict"]), 2);
    let status = desk.json(&["status", "--json"]);
    assert_eq!(status["problems"][0]["path"], "坏.json");
    assert!(stdout(&desk.run(&["status", "--problems"])).contains("坏.json"));
    assert_exit(&desk.run(&["search", "算力券"]), 0);
}

#[test]
fn a_root_that_is_missing_is_an_error() {
    let desk = Desk::empty();
    let output = desk.run(&["index", "没有"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("没有"), "{}", stderr(&output));
}

#[test]
fn show_takes_an_id_the_beginning_of_one_or_a_passage() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "\"申领算力券\"", "--json"]);
    let hit = &answer["hits"][0];
    let id = hit["article"]["id"].as_str().expect("an id");
    let whole = desk.run(&["show", id]);
    assert_exit(&whole, 0);
    assert!(stdout(&whole).contains("申领算力券"), "{}", stdout(&whole));
    let beginning: String = id.chars().take(id.chars().count() - 1).collect();
    assert_eq!(desk.run(&["show", &beginning]).stdout, whole.stdout);
    let passage = desk.run(&["show", hit["passage"]["id"].as_str().expect("an id")]);
    assert!(stdout(&passage).contains("▌ "), "{}", stdout(&passage));
    assert_exit(&desk.run(&["show", "没有这个"]), 2);
}

#[test]
fn show_meta_gives_facts_with_evidence() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "\"申领算力券\"", "--json"]);
    let id = answer["hits"][0]["article"]["id"].as_str().expect("an id");
    let meta = desk.json(&["show", id, "--meta", "--json"]);
    assert_eq!(meta["path"], "上海.txt");
    assert_eq!(meta["format"], "txt");
    assert_eq!(meta["outlet"], "甲报");
    assert_eq!(meta["date"], "2024-05-30");
    assert_eq!(meta["date_precision"], "day");
    assert!(meta["date_evidence"].is_string(), "{meta}");
    assert!(
        meta["problems"].is_array() && meta["citations"].is_array(),
        "{meta}"
    );
    assert!(meta["regions"][0]["evidence"].is_string(), "{meta}");
}

#[test]
fn status_tells_what_changed_since_the_update() {
    let desk = Desk::indexed();
    desk.write("corpus/新.txt", "深圳也发放算力券。\n");
    let status = desk.json(&["status", "--json"]);
    assert_eq!(status["articles"], 3);
    assert_eq!(status["changes"][0]["path"], "新.txt");
    assert_eq!(status["changes"][0]["kind"], "added");
    assert_exit(&desk.run(&["status"]), 0);
}

#[test]
fn verify_finds_a_new_index_sound() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["verify"]), 0);
    assert_eq!(desk.json(&["verify", "--json"])["ok"], true);
}

#[test]
fn analyze_shows_fold_grams_and_words_without_an_index() {
    let desk = Desk::empty();
    let analysis = desk.json(&["analyze", "發放算力券", "--json"]);
    assert_eq!(analysis["folded"], "发放算力券");
    assert_eq!(analysis["pairs"][0], "发放");
    assert_eq!(analysis["chars"].as_array().map(Vec::len), Some(5));
    let words = analysis["words"].as_array().expect("words");
    assert!(words.contains(&"算力券".into()), "{analysis}");
    assert_exit(&desk.run(&["analyze", "-北京"]), 0);
}

#[test]
fn many_queries_run_in_one_process_whatever_their_form() {
    let desk = Desk::indexed();
    desk.write(
        "queries.txt",
        "算力券\n\n{\"id\": \"q 2\", \"text\": \"一网通办\"}\n算力券 date:什么时候\n\"没有的原文\"\n",
    );
    let output = desk.run(&[
        "search",
        "--queries",
        "queries.txt",
        "--format",
        "trec",
        "-n",
        "1000",
    ]);
    assert_exit(&output, 0);
    let lines: Vec<Vec<String>> = stdout(&output)
        .lines()
        .map(|line| line.split(' ').map(str::to_owned).collect())
        .collect();
    assert!(
        lines
            .iter()
            .all(|line| line.len() == 6 && line[1] == "Q0" && line[5] == "cewen")
    );
    for qid in ["1", "q%202", "4"] {
        assert!(
            lines.iter().any(|line| line[0] == qid),
            "{qid} is missing: {lines:?}"
        );
    }
    for pair in lines.windows(2).filter(|pair| pair[0][0] == pair[1][0]) {
        let score = |line: &[String]| line[4].parse::<f32>().expect("a score");
        assert!(score(&pair[0]) > score(&pair[1]), "{pair:?}");
    }
}

#[test]
fn queries_come_from_stdin_and_each_answer_is_a_line() {
    let desk = Desk::indexed();
    let output = desk
        .command(&["search", "--queries", "-", "--json"])
        .write_stdin("算力券\n量子\n")
        .output()
        .expect("the command runs");
    assert_exit(&output, 0);
    let answers: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(
        (&answers[0]["qid"], &answers[1]["qid"]),
        (&"1".into(), &"2".into())
    );
}

#[test]
fn every_format_is_written() {
    let desk = Desk::indexed();
    let starts = [
        ("jsonl", "{\"rank\":1,"),
        ("csv", "\u{feff}rank,score,lane,id,title"),
        ("md", "1. "),
        ("trec", "1 Q0 "),
        ("pretty", "\"算力券\" · "),
    ];
    for (format, start) in starts {
        let output = desk.run(&["search", "\"算力券\"", "--format", format]);
        assert_exit(&output, 0);
        assert!(
            stdout(&output).starts_with(start),
            "{format}: {}",
            stdout(&output)
        );
    }
}

#[test]
fn colour_only_if_asked_for_or_on_a_terminal() {
    let desk = Desk::indexed();
    let plain = stdout(&desk.run(&["search", "算力券"]));
    assert!(
        plain.contains("«算力券»") && !plain.contains('\u{1b}'),
        "{plain}"
    );
    let colored = stdout(&desk.run(&["search", "算力券", "--color", "always"]));
    assert!(
        colored.contains('\u{1b}') && !colored.contains('«'),
        "{colored}"
    );
}

#[test]
fn a_closed_pipe_is_success() {
    let desk = Desk::indexed();
    // More than a pipe holds, so that the writer meets the closed end.
    let queries = "算力券\n".repeat(2000);
    desk.write("queries.txt", queries);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("cewen"))
        .args(["search", "--queries", "queries.txt", "--json"])
        .current_dir(desk.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_exit(&output, 0);
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
}

#[test]
fn an_empty_answer_names_what_may_have_been_meant_and_a_query_for_it() {
    let desk = Desk::indexed();
    desk.write("corpus/坏.json", "{");
    assert_exit(&desk.run(&["index"]), 0);
    let nothing = desk.run(&["search", "\"算例券\"", "--since", "2024-06-02"]);
    assert_exit(&nothing, 1);
    let nothing = desk.run(&["search", "\"算例券\""]);
    let page = stdout(&nothing);
    assert!(page.contains("您是不是要找：算力券（"), "{page}");
    assert!(page.contains("有 1 个文件读不出"), "{page}");
    let answer = desk.json(&["search", "\"算例券\"", "--json"]);
    let suggestion = &answer["suggestions"][0];
    assert_eq!(suggestion["query"], "\"算力券\"", "{suggestion}");
    assert_eq!(suggestion["kind"], "homophone", "{suggestion}");
    let literal = &answer["tried"][0];
    assert_eq!(literal["kind"], "literal");
    assert_eq!(literal["count"], 0);
    assert!(literal["query"].is_null(), "{literal}");
}
