//! Reports: quotations are found exactly, altered or not at all; articles are
//! cited; reprints are folded for people only.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use cewen::{
    FullArticle, QuoteOptions, QuoteOutcome, Report, Searcher, Side, UpdateOptions, check_quotes,
};
use serde_json::Value;

use crate::support::{Numbers, write};

/// The index of the sample articles, and the articles.
fn samples() -> (tempfile::TempDir, Searcher, Vec<FullArticle>) {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let options = UpdateOptions {
        add: vec![corpus],
        ..UpdateOptions::default()
    };
    cewen::update(folder.path(), &options, &mut |_| ()).expect("indexed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    let ids: Vec<String> = searcher
        .articles()
        .map(|found| found.expect("read").id)
        .collect();
    let articles = ids
        .iter()
        .map(|id| searcher.article(id).expect("there"))
        .collect();
    (folder, searcher, articles)
}

/// A stretch of some article that can stand as a block quote, and the quote.
fn quoted(articles: &[FullArticle], numbers: &mut Numbers) -> Option<(String, String)> {
    let text: Vec<char> = numbers.pick(articles).text.chars().collect();
    let length = 12 + numbers.below(150);
    let start = numbers.below(text.len().checked_sub(length).filter(|&rest| rest > 0)?);
    let text: String = text[start..start + length].iter().collect();
    let text = text.trim().to_owned();
    let is_source = |line: &str| {
        line.trim_start()
            .starts_with(['—', '–', '-', '>', '`', '~'])
    };
    // What is left out at an ellipsis is another matter; a line of its own may be a source.
    let is_plain = !text.contains(['…', '⋯']) && !text.contains("...") && !text.contains("\n\n");
    let quote = format!("> {}", text.replace('\n', "\n> "));
    (is_plain && !text.lines().any(is_source)).then_some((text, quote))
}

#[test]
fn what_an_article_says_is_exact_and_with_one_character_changed_altered() {
    let (_folder, searcher, articles) = samples();
    let mut numbers = Numbers::new(11);
    let options = QuoteOptions::default();
    let mut checked = 0;
    while checked < 60 {
        let Some((text, quote)) = quoted(&articles, &mut numbers) else {
            continue;
        };
        let report = Report::from_text(&quote);
        let found = check_quotes(&searcher, &report, &options).expect("checked");
        let [check] = found.checks.as_slice() else {
            continue;
        };
        assert_eq!(check.outcome, QuoteOutcome::Exact, "{text}");
        assert!(check.articles >= 1 && !check.sources.is_empty());

        let han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
        let places: Vec<usize> = (quote.chars().enumerate())
            .filter_map(|(at, c)| han(c).then_some(at))
            .collect();
        let changed = *numbers.pick(&places);
        let altered: String = (quote.chars().enumerate())
            .map(|(at, c)| if at == changed { '龘' } else { c })
            .collect();
        let report = Report::from_text(&altered);
        let found = check_quotes(&searcher, &report, &options).expect("checked");
        assert_eq!(found.checks[0].outcome, QuoteOutcome::Altered, "{altered}");
        let ours = (found.checks[0].differences.iter())
            .find(|part| part.side == Side::First && part.text.contains('龘'));
        assert!(ours.is_some(), "{:?}", found.checks[0].differences);
        checked += 1;
    }
}

#[test]
fn a_quotation_may_run_over_passages_and_leave_something_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "甲市支持企业购买智能算力服务并给予补贴。".repeat(24);
    let text =
        format!("{long}补贴比例为合同金额的百分之三十。\n\n单个企业每年最高五百万元。{long}");
    write(
        &folder.path().join("新闻/甲.txt"),
        format!("甲市发放算力券\n\n{text}"),
    );
    let index = folder.path().join("index");
    let options = UpdateOptions {
        add: vec![folder.path().join("新闻")],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("indexed");
    let searcher = Searcher::open(&index).expect("opened");
    let outcome = |report: &str| {
        let report = Report::from_text(report);
        let found = check_quotes(&searcher, &report, &QuoteOptions::default()).expect("checked");
        found.checks[0].outcome
    };
    use QuoteOutcome::{Altered, Exact, Missing};
    assert_eq!(
        outcome("“補貼比例為合同金額的百分之三十。單個企業每年最高五百萬元”"),
        Exact
    );
    assert_eq!(
        outcome("“补贴比例为合同金额……单个企业每年最高五百万元”"),
        Exact
    );
    assert_eq!(
        outcome("“单个企业每年最高五百万元……补贴比例为合同金额”"),
        Altered
    );
    assert_eq!(outcome("“单个企业每年最高八百万元”"), Altered);
    assert_eq!(outcome("“月球基地将优先采购本地火锅底料”"), Missing);
}

fn cewen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command: Command = assert_cmd::cargo::cargo_bin_cmd!("cewen");
    command.current_dir(folder).args(arguments);
    command.env_remove("CEWEN_INDEX").env_remove("NO_COLOR");
    command.output().expect("run")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Three prints of one text and another article, in three outlets.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用智能算力。\n\n企业登录平台提交材料，审核通过后七个工作日内到账。";
    for (name, date, title, more) in [
        ("甲市日报", "2024-05-02", "甲市发放首批算力券", ""),
        ("晚报", "2024-05-03", "算力券来了", "\n\n我区企业反应热烈。"),
        ("新华网", "2024-05", "甲市为企业发放算力券", ""),
    ] {
        let article =
            format!("---\ntitle: {title}\ndate: {date}\noutlet: {name}\n---\n\n{text}{more}\n");
        write(&folder.path().join(format!("corpus/{name}.md")), article);
    }
    write(
        &folder.path().join("corpus/乙.md"),
        "---\ntitle: 乙市规划\ndate: 2025\nurl: https://example.cn/乙?a=1&b=2\n---\n\n乙市提出建设智算中心，并研究发放算力券。\n",
    );
    let built = cewen(folder.path(), &["index", "corpus"]);
    assert!(built.status.success());
    folder
}

#[test]
fn reprints_are_one_card_for_people_and_all_there_for_programs() {
    let desk = desk();
    let page = stdout(&cewen(desk.path(), &["search", "算力券"]));
    assert!(page.contains("另有 2 篇转载"), "{page}");
    let cards = |page: &str| page.matches("corpus/").count();
    assert_eq!(cards(&page), 2, "{page}");
    let whole = stdout(&cewen(desk.path(), &["search", "算力券", "--no-fold"]));
    assert_eq!(cards(&whole), 4, "{whole}");
    // The page is filled: a reprint takes no place on it.
    let two = stdout(&cewen(desk.path(), &["search", "算力券", "-n", "2"]));
    assert_eq!(cards(&two), 2, "{two}");

    let json = stdout(&cewen(desk.path(), &["search", "算力券", "--json"]));
    let answer: Value = serde_json::from_str(&json).expect("JSON");
    let hits = answer["hits"].as_array().expect("hits");
    assert_eq!(hits.len(), 4);
    let in_family: Vec<&Value> = hits
        .iter()
        .map(|hit| &hit["article"]["family"])
        .filter(|family| !family.is_null())
        .collect();
    assert_eq!(in_family.len(), 3);
    for family in in_family {
        assert_eq!(family["size"], 3);
        assert_eq!(family["first"]["outlet"], "甲市日报");
        assert_eq!(family["first"]["date"], "2024-05-02");
        assert_eq!(family["id"], family["first"]["id"]);
    }

    let id = hits[0]["article"]["family"]["id"].as_str().expect("an id");
    let members = cewen(desk.path(), &["family", id, "--json", "--diff"]);
    assert_eq!(members.status.code(), Some(0));
    let family: Value = serde_json::from_str(&stdout(&members)).expect("JSON");
    let outlets: Vec<&str> = (family["members"].as_array().expect("members").iter())
        .filter_map(|member| member["outlet"].as_str())
        .collect();
    assert_eq!(outlets, ["甲市日报", "晚报", "新华网"]);
    assert_eq!(family["members"][1]["changes"][1]["side"], "second");
    let diff = stdout(&cewen(desk.path(), &["family", id, "--diff"]));
    assert!(diff.contains("{+我区企业反应热烈。+}"), "{diff}");

    let alone = cewen(desk.path(), &["search", "智算中心", "--json"]);
    let answer: Value = serde_json::from_str(&stdout(&alone)).expect("JSON");
    let id = answer["hits"][0]["article"]["id"].as_str().expect("an id");
    assert_eq!(cewen(desk.path(), &["family", id]).status.code(), Some(1));
    assert_eq!(
        cewen(desk.path(), &["family", "没有"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_report_is_checked_and_its_exit_status_tells() {
    let desk = desk();
    let write = |name: &str, text: &str| write(&desk.path().join(name), text);
    write("对.md", "文中称“每家企业最高可得二百万元”。\n");
    write(
        "错.md",
        "# 报告\n\n> 每家企业最高可得三百万元\n\n又称“算力券”，“审核通过后七个工作日内到账”。\n",
    );
    write("无.txt", "没有引文。\n");
    let right = cewen(desk.path(), &["check-quotes", "对.md"]);
    assert_eq!(right.status.code(), Some(0));
    assert!(stdout(&right).starts_with("对.md:1:5  原文  “每家企业最高可得二百万元”\n"));
    let wrong = cewen(desk.path(), &["check-quotes", "错.md"]);
    assert_eq!(wrong.status.code(), Some(1));
    let page = stdout(&wrong);
    assert!(page.contains("错.md:3:3  有改动"), "{page}");
    assert!(page.contains("[-三-]{+二+}百万元"), "{page}");
    assert!(
        page.contains("2 处引文：1 处原文，1 处有改动，0 处未找到；另有 1 处短于 8 字，未核对"),
        "{page}"
    );
    let json = stdout(&cewen(desk.path(), &["check-quotes", "错.md", "--json"]));
    let value: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value["total"]["altered"], 1);
    assert_eq!(value["quotations"][1]["outcome"], "exact");
    assert_eq!(value["quotations"][1]["articles"], 3);
    assert_eq!(
        value["quotations"][1]["sources"][0]["article"]["outlet"],
        "甲市日报"
    );
    let none = cewen(desk.path(), &["check-quotes", "无.txt"]);
    assert_eq!(none.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&none.stderr).contains("nothing was checked"));
    assert_eq!(
        cewen(desk.path(), &["check-quotes", "不在.md"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn articles_and_passages_are_cited_in_every_style() {
    let desk = desk();
    let json = stdout(&cewen(desk.path(), &["search", "算力券", "--json"]));
    let answer: Value = serde_json::from_str(&json).expect("JSON");
    let id = |outlet: &str| {
        let hits = answer["hits"].as_array().expect("hits");
        let hit = hits
            .iter()
            .find(|hit| hit["article"]["outlet"].as_str().unwrap_or_default() == outlet);
        hit.expect("found")["article"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let cited = |arguments: &[&str]| {
        let output = cewen(desk.path(), &[&["reference"], arguments].concat());
        assert_eq!(output.status.code(), Some(0));
        stdout(&output)
    };
    let paper = id("甲市日报");
    let text = cited(&[&paper]);
    assert!(
        text.starts_with(
            "甲市发放首批算力券[N]. 甲市日报, 2024-05-02.\n  存档：corpus/甲市日报.md"
        ),
        "{text}"
    );
    let bytes = std::fs::read(desk.path().join("corpus/甲市日报.md")).expect("read");
    let value: Value = serde_json::from_str(&cited(&[&paper, "--json"])).expect("JSON");
    assert_eq!(value["blake3"], blake3_hex(&bytes));
    let month = cited(&[&format!("{}#1", id("新华网")), "--style", "bibtex"]);
    assert!(
        month.contains("month = {5}") && !month.contains("day ="),
        "{month}"
    );
    let online = cited(&[&id(""), "--accessed", "2026-01-02"]);
    assert!(
        online.starts_with("乙市规划[EB/OL]. (2025)[2026-01-02]. https://example.cn/乙?a=1&b=2.\n"),
        "{online}"
    );
    assert!(cited(&[&paper, "--style", "md"]).starts_with("[^"));
}

fn blake3_hex(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
