//! An empty or thin answer can be reported: what it says it tried is so, and
//! what it suggests is there.

use std::ops::Not;

use cewen::article::{Article, ArticleDate, Block, BlockKind, DatePrecision, Place};
use cewen::{Answer, Attempt, AttemptKind, Query, SearchOptions, SuggestionKind};

use crate::support::{Indexed, Numbers, index, indexed, text};

fn article(id: &str, date: Option<&str>, paragraphs: &[&str]) -> Article {
    let block = |text: &&str| Block {
        kind: match text.strip_prefix('#') {
            Some(_) => BlockKind::Furniture,
            None => BlockKind::Paragraph,
        },
        text: text.trim_start_matches("#").to_owned(),
        place: Place::default(),
    };
    Article {
        given_id: Some(id.to_owned()),
        date: date.map(|iso| ArticleDate {
            iso: iso.to_owned(),
            precision: DatePrecision::Day,
            evidence: iso.to_owned(),
        }),
        blocks: paragraphs.iter().map(block).collect(),
        ..Article::default()
    }
}

/// So long that the paragraph after it is a passage of its own.
fn long(text: &str) -> String {
    format!("{text}{}", "各地推进有关工作。".repeat(60))
}

fn news() -> Indexed {
    index(vec![
        article(
            "甲",
            Some("2024-05-30"),
            &["甲市印发算力券的管理办法，支持人工智能产业。"],
        ),
        article(
            "乙",
            Some("2024-06-01"),
            &[
                &long("乙市发放算力券。"),
                &long("乙市另有管理办法。"),
                "#人工智能导航",
            ],
        ),
        article("丙", None, &["丙市发展人工智能，建设数据要素市场。"]),
        article(
            "丁",
            Some("2023-01-02"),
            &["丁市用DeepSeek写公文，人工审核，只能参考。"],
        ),
    ])
}

fn search(indexed: &Indexed, query: &str) -> Answer {
    let query = Query::parse(query).expect("a query").query;
    let options = SearchOptions::default();
    indexed.searcher.search(&query, &options).expect("searched")
}

fn attempts(answer: &Answer, kind: AttemptKind) -> Vec<&Attempt> {
    let of_kind = |attempt: &&Attempt| attempt.kind == kind;
    answer.tried.iter().filter(of_kind).collect()
}

fn counts(answer: &Answer, kind: AttemptKind) -> Vec<(&str, usize)> {
    let attempts = attempts(answer, kind).into_iter();
    attempts
        .map(|attempt| (attempt.text.as_str(), attempt.count))
        .collect()
}

#[test]
fn a_quote_found_nowhere_is_tried_word_by_word() {
    let indexed = news();
    let answer = search(&indexed, "“算力券管理办法”");
    assert_eq!(answer.total.passages, 0);
    use AttemptKind::{AnyWord, Article, Index, Literal, Words};
    assert_eq!(counts(&answer, Literal), [("算力券管理办法", 0)]);
    let words = "算力券 管理 办法";
    assert_eq!(counts(&answer, Words), [(words, 1)]);
    assert_eq!(counts(&answer, Article), [(words, 2)]);
    assert_eq!(counts(&answer, AnyWord), [(words, 3)]);
    assert_eq!(counts(&answer, Index), [("4 篇，4 个文件", 5)]);
}

#[test]
fn each_condition_is_left_out_in_turn_and_undated_articles_are_counted() {
    let indexed = news();
    let answer = search(&indexed, "人工智能 date:2022 -丙市");
    use AttemptKind::{Furniture, Literal, Undated, Without};
    assert_eq!(counts(&answer, Literal), [("人工智能", 2)]);
    assert_eq!(counts(&answer, Without), [("date:2022", 2), ("-丙市", 0)]);
    assert!(counts(&answer, Undated).is_empty());
    let answer = search(&indexed, "数据要素 date:2022");
    assert_eq!(counts(&answer, Undated), [("date:2022", 1)]);
    let answer = search(&indexed, "“人工智能导航”");
    assert_eq!(counts(&answer, Furniture), [("\"人工智能导航\"", 1)]);
    assert_eq!(answer.hits.len(), 0);
}

#[test]
fn a_traditional_query_is_said_to_be_folded() {
    let answer = search(&news(), "“數據條例”");
    let folded = counts(&answer, AttemptKind::Traditional);
    assert_eq!(folded, [("数据条例", 0)]);
    assert!(counts(&search(&news(), "“数据条例”"), AttemptKind::Traditional).is_empty());
}

#[test]
fn words_that_sound_alike_are_suggested_though_the_index_cuts_them_otherwise() {
    let indexed = news();
    for (asked, meant, count) in [
        ("“人工只能”", "人工智能", 2),
        ("“算例券”", "算力券", 2),
        ("数据药素", "数据要素", 1),
        ("“人工只能产业”", "人工智能产业", 1),
    ] {
        let answer = search(&indexed, asked);
        let first = &answer.suggestions[0];
        assert_eq!(
            (first.text.as_str(), first.count),
            (meant, count),
            "{asked}"
        );
        assert_eq!(first.kind, SuggestionKind::Homophone);
    }
}

#[test]
fn what_sounds_alike_is_suggested_though_the_halves_of_a_misspelling_are_frequent() {
    let halves = |id| article(id, None, &["新的生产力要靠智慧。"]);
    let meant = |id| article(id, None, &["发展新质生产力。"]);
    let mut articles: Vec<Article> = ["一", "二", "三", "四", "五"].map(halves).into();
    articles.extend(["六", "七", "八"].map(meant));
    let answer = search(&index(articles), "新智生产力");
    assert!(answer.lanes.exact == 0 && answer.lanes.all > 3);
    assert_eq!(answer.suggestions[0].text, "新质生产力");
    assert_eq!(answer.suggestions[0].kind, SuggestionKind::Homophone);
}

#[test]
fn words_that_look_alike_are_suggested() {
    let indexed = news();
    for (asked, meant) in [
        ("“算力栏”", "算力券"),
        ("deepsek", "deepseek"),
        ("“人工能智”", "人工智能"),
    ] {
        let answer = search(&indexed, asked);
        let texts: Vec<&str> = answer
            .suggestions
            .iter()
            .map(|one| one.text.as_str())
            .collect();
        assert!(texts.contains(&meant), "{asked}: {texts:?}");
        assert!(
            answer
                .suggestions
                .iter()
                .all(|one| one.kind == SuggestionKind::Spelling)
        );
    }
}

#[test]
fn what_is_found_literally_explains_and_suggests_nothing() {
    let indexed = news();
    for asked in ["算力券", "“人工智能” -丙市", "date:2024"] {
        let answer = search(&indexed, asked);
        assert!(
            answer.tried.is_empty() && answer.suggestions.is_empty(),
            "{asked}"
        );
    }
}

#[test]
fn a_suggestion_keeps_the_conditions_of_the_query() {
    let indexed = news();
    let answer = search(&indexed, "“人工只能” date:2024");
    assert_eq!(answer.suggestions[0].query, "\"人工智能\" date:2024");
    assert_eq!(answer.suggestions[0].count, 1);
    assert!(
        search(&indexed, "“人工只能” date:2019")
            .suggestions
            .is_empty()
    );
}

#[test]
fn every_ready_query_finds_what_was_counted() {
    let indexed = indexed(41, 30);
    let mut numbers = Numbers::new(42);
    let mut explained = 0;
    for round in 0..400 {
        let mut part = || {
            let pieces = 1 + numbers.below(3);
            text(&mut numbers, pieces)
        };
        let (one, other) = (part(), part());
        let asked = match round % 5 {
            0 => format!("“{one}{other}”"),
            1 => format!("“{one}” “{other}” date:2024"),
            2 => format!("+{one} AND {other} -北京"),
            3 => format!("{one} NEAR/2 {other} title:{other}"),
            _ => format!("{one} 人工只能"),
        };
        let Ok(parsed) = Query::parse(&asked) else {
            continue;
        };
        let Ok(answer) = indexed
            .searcher
            .search(&parsed.query, &SearchOptions::default())
        else {
            continue;
        };
        explained += usize::from(answer.tried.is_empty().not());
        for attempt in &answer.tried {
            let Some(query) = &attempt.query else {
                continue;
            };
            assert!(attempt.count > 0, "{asked}: {attempt:?}");
            let query = Query::parse(query).expect("a query").query;
            let options = SearchOptions {
                all_text: attempt.kind == AttemptKind::Furniture,
                ..SearchOptions::default()
            };
            let found = indexed.searcher.search(&query, &options).expect("searched");
            assert_eq!(found.total.passages, attempt.count, "{asked}: {attempt:?}");
        }
        assert!(answer.suggestions.len() <= 3);
        for suggestion in &answer.suggestions {
            assert!(suggestion.count > 0, "{asked}: {suggestion:?}");
            assert!(
                search(&indexed, &suggestion.query).total.passages > 0,
                "{asked}: {suggestion:?}"
            );
        }
    }
    assert!(explained > 100, "{explained}");
}
