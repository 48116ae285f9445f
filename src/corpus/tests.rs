//! What holds for every file whatever it holds.

use super::{Format, Parsed, ReadOptions, SourceFile, parse, parse_with, read};
use proptest::prelude::*;

const PATHS: &[&str] = &[
    "甲.txt",
    "甲.md",
    "甲.json",
    "甲.jsonl",
    "甲.html",
    "甲.docx",
    "甲.txt.gz",
    "甲.zip",
    "甲.csv",
    "甲.tsv",
    "甲",
    "2024/甲.xyz",
];

/// Texts that resemble pages: lines of every kind in any order.
fn page_like() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "[\u{4e00}-\u{9fa5}，。：:《》（）0-9年月日A-Za-z 　]{0,60}",
        Just("---".to_owned()),
        Just("导读:甲市发券...".to_owned()),
        Just("《甲刊》 记者 林一|北京报道".to_owned()),
        Just("# 甲 (20240530)".to_owned()),
        Just("## 乙".to_owned()),
        Just("来源：甲报 2024-05-30".to_owned()),
        Just("下一篇".to_owned()),
        Just("title: 甲".to_owned()),
        Just("{\"title\": \"甲\", \"text\": \"乙\", \"date\": \"2024年5月\"}".to_owned()),
        Just("<p>甲<br>乙</p>[查看原文](http://a.cn/20240530/)".to_owned()),
        Just("新华社北京5月30日电（记者 林一）甲市今天发券。".to_owned()),
        Just(String::new()),
    ];
    proptest::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #[test]
    fn no_bytes_make_parsing_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for path in PATHS {
            parse(path, &bytes);
        }
    }

    #[test]
    fn no_page_makes_parsing_panic(text in page_like()) {
        for path in PATHS {
            let parsed = parse(path, text.as_bytes());
            prop_assert_eq!(&parsed, &parse(path, text.as_bytes()), "parsing is a function of its input");
        }
    }

    #[test]
    fn the_lines_of_a_text_file_are_all_kept_and_nothing_is_added(text in page_like()) {
        let parsed = parse("甲.txt", text.as_bytes());
        let Some(article) = parsed.articles.first() else { return Ok(()) };
        let source = squeezed(&text);
        let mut kept = 0;
        for block in &article.blocks {
            let key = squeezed(&block.text);
            prop_assert!(source.contains(&key));
            kept += key.chars().count();
        }
        // The headline is the only text that is no block; a page title may be both.
        let whole = source.chars().count();
        prop_assert!(kept == whole || kept + squeezed(&article.title).chars().count() == whole);
    }

    #[test]
    fn evidence_is_found_in_the_source(text in page_like()) {
        let parsed = parse("甲.txt", text.as_bytes());
        let Some(article) = parsed.articles.first() else { return Ok(()) };
        let source = squeezed(&text);
        for evidence in article.outlet.iter().chain(&article.author) {
            prop_assert!(source.contains(&squeezed(&evidence.evidence)), "{:?}", evidence);
            prop_assert!(!evidence.value.trim().is_empty());
        }
        for region in &article.regions {
            prop_assert!(source.contains(&squeezed(&region.evidence)), "{:?}", region);
        }
    }
}

#[test]
fn an_empty_file_is_a_problem_with_a_remedy() {
    for bytes in [&b""[..], b" \n\t\r\n", "\u{feff}".as_bytes()] {
        let Parsed {
            articles, problems, ..
        } = parse("甲.txt", bytes);
        assert!(articles.is_empty());
        assert_eq!(problems[0].message, "the file is empty");
        assert!(!problems[0].remedy.is_empty());
    }
}

#[test]
fn a_missing_file_is_a_problem_and_has_no_hash() {
    let file = SourceFile {
        path: "甲.md".into(),
        location: "/nowhere/甲.md".into(),
        size: 1,
        modified_ns: 0,
    };
    let (hash, parsed) = read(&file);
    assert_eq!(hash, None);
    assert_eq!(parsed.format, Format::Markdown);
    assert!(parsed.articles.is_empty());
    assert_eq!(parsed.problems.len(), 1);
}

#[test]
fn a_file_is_hashed_by_its_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let location = folder.path().join("甲.txt");
    std::fs::write(&location, "甲市发券\n企业可以申领。").expect("a file");
    let file = SourceFile {
        path: "甲.txt".into(),
        location,
        size: 0,
        modified_ns: 0,
    };
    let (hash, parsed) = read(&file);
    assert_eq!(hash.map(|h| h.len()), Some(64));
    assert_eq!(parsed.articles[0].title, "甲市发券");
}

#[test]
fn a_named_encoding_beats_the_bytes() {
    let text = "算力券";
    let bytes = encoding_rs::BIG5.encode(text).0;
    let options = ReadOptions {
        encodings: vec![("港/*.txt".to_owned(), "big5-hkscs".to_owned())],
        ..ReadOptions::default()
    };
    let parsed = parse_with("港/甲.txt", &bytes, &options);
    assert_eq!(parsed.encoding, "big5");
    let unknown = ReadOptions {
        encodings: vec![("*".to_owned(), "乙".to_owned())],
        ..ReadOptions::default()
    };
    let parsed = parse_with("甲.txt", text.as_bytes(), &unknown);
    assert!(parsed.articles.is_empty());
    assert!(parsed.problems[0].message.contains("is not an encoding"));
}

#[test]
fn noise_is_reported_and_not_kept() {
    let text = "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。办法自发布之日起施行。";
    let noise = encoding_rs::GBK.decode(text.as_bytes()).0.into_owned();
    let parsed = parse("甲.txt", noise.as_bytes());
    assert!(parsed.articles.is_empty());
    assert!(parsed.problems[0].message.contains("decoded wrongly"));
}

#[test]
fn a_date_in_the_future_is_reported() {
    let json = "{\"title\": \"甲\", \"text\": \"一\", \"date\": \"2031-05-30\"}";
    let today = |day: &str| ReadOptions {
        today: Some(day.to_owned()),
        ..ReadOptions::default()
    };
    let parsed = parse_with("甲.json", json.as_bytes(), &today("2031-05-29"));
    assert!(
        parsed.problems[0]
            .message
            .contains("2031-05-30 lies in the future")
    );
    let parsed = parse_with("甲.json", json.as_bytes(), &today("2031-05-30"));
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.articles.len(), 1);
}
