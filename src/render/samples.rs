//! An invented answer for the tests of the renderers.

use std::time::Duration;

use crate::article::{DatePrecision, Place};
use crate::search::{
    Answer, ArticleInfo, Attempt, AttemptKind, Hit, Lane, LaneCounts, PassageInfo, ScorePart,
    Stale, Suggestion, SuggestionKind, Total,
};

/// Words found in one passage.
#[cfg(feature = "cli")]
pub(crate) fn attempt(words: &str) -> Attempt {
    let quoted: Vec<String> = words.split(' ').map(|word| format!("\"{word}\"")).collect();
    Attempt {
        kind: AttemptKind::Words,
        text: words.to_owned(),
        count: 12,
        at_least: false,
        query: Some(quoted.join(" ")),
    }
}

/// A text that may have been meant.
#[cfg(feature = "cli")]
pub(crate) fn suggestion(text: &str) -> Suggestion {
    Suggestion {
        kind: SuggestionKind::Homophone,
        text: text.to_owned(),
        count: 1204,
        at_least: false,
        query: text.to_owned(),
    }
}

/// Two hits: one in lane *exact* with all that can be known, one in lane
/// *some* with nothing but its text.
pub(crate) fn answer() -> Answer {
    let text = "市经信委今天发放算力券。\n符合条件的企业可以申领算力券。";
    let marks = text
        .match_indices("算力券")
        .map(|(start, found)| start..start + found.len());
    Answer {
        query: "算力券".to_owned(),
        lanes: LaneCounts {
            exact: 1,
            all: 0,
            some: 1,
        },
        total: Total {
            passages: 2,
            articles: 2,
            at_least: false,
        },
        stale: Some(Stale {
            changed: 0,
            checked: 2,
            of: 2,
            ..Stale::default()
        }),
        took: Duration::from_micros(1300),
        hits: vec![
            Hit {
                rank: 1,
                score: 12.5,
                lane: Lane::Exact,
                article: ArticleInfo {
                    id: "a1b2c3".to_owned(),
                    title: "上海：算力券开始发放".to_owned(),
                    title_marks: vec![9..18],
                    path: "新闻/上海.txt".to_owned(),
                    file: "corpus/新闻/上海.txt".to_owned(),
                    outlet: Some("解放日报".to_owned()),
                    author: Some("王五".to_owned()),
                    date: Some("2024-05-30".to_owned()),
                    date_precision: Some(DatePrecision::Day),
                    regions: vec!["上海".to_owned(), "杭州".to_owned()],
                    url: Some("https://example.cn/1".to_owned()),
                    family: None,
                },
                passage: PassageInfo {
                    id: "a1b2c3#2".to_owned(),
                    heading: "二、支持措施".to_owned(),
                    heading_marks: vec![],
                    marks: marks.collect(),
                    windows: vec![0..text.len()],
                    text: text.to_owned(),
                    place: Place {
                        line: Some(12),
                        ..Place::default()
                    },
                    is_furniture: false,
                },
                more: 2,
                explanation: Some(vec![
                    ScorePart {
                        what: "算力".to_owned(),
                        score: 7.25,
                    },
                    ScorePart {
                        what: "力券".to_owned(),
                        score: 5.25,
                    },
                ]),
            },
            Hit {
                rank: 2,
                score: 3.5,
                lane: Lane::Some,
                article: ArticleInfo {
                    id: "d4e5f6".to_owned(),
                    path: "b.jsonl".to_owned(),
                    ..ArticleInfo::default()
                },
                passage: PassageInfo {
                    id: "d4e5f6#1".to_owned(),
                    text: "各地算力建设提速。".to_owned(),
                    marks: vec![6..12],
                    windows: vec![0..27],
                    ..PassageInfo::default()
                },
                more: 0,
                explanation: None,
            },
        ],
        ..Answer::default()
    }
}
