//! The windows of a passage: what of it is shown first.

use cewen::article::{Article, Block, BlockKind, Place};
use cewen::{PassageInfo, Query, SearchOptions};

use crate::support::{Indexed, Numbers, index, indexed, text};

fn one(paragraph: &str) -> Indexed {
    let block = Block {
        kind: BlockKind::Paragraph,
        text: paragraph.to_owned(),
        place: Place::default(),
    };
    index(vec![Article {
        given_id: Some("a".to_owned()),
        blocks: vec![block],
        ..Article::default()
    }])
}

fn first(indexed: &Indexed, query: &str, window_chars: usize) -> PassageInfo {
    let query = Query::parse(query).expect("a query").query;
    let options = SearchOptions {
        window_chars,
        ..SearchOptions::default()
    };
    let answer = indexed.searcher.search(&query, &options).expect("searched");
    answer.hits.into_iter().next().expect("a hit").passage
}

fn shown(passage: &PassageInfo) -> Vec<&str> {
    let windows = passage.windows.iter().cloned();
    windows.map(|window| &passage.text[window]).collect()
}

#[test]
fn the_length_asked_for_is_kept_and_0_shows_the_whole_passage() {
    let filler = "各地推进有关工作，取得积极成效。".repeat(12);
    let indexed = one(&format!("{filler}北京发放算力券，降低成本。{filler}"));
    for window_chars in [40, 80, 160] {
        let passage = first(&indexed, "算力券", window_chars);
        let [shown] = shown(&passage)[..] else {
            panic!("one window: {:?}", passage.windows);
        };
        let length = shown.chars().count();
        assert!(length >= window_chars * 3 / 4 && length <= window_chars * 5 / 4);
        assert!(shown.contains("北京发放算力券，降低成本。"), "{shown}");
        assert!(shown.ends_with(['，', '。']), "{shown}");
    }
    let whole = first(&indexed, "算力券", 0);
    assert_eq!(shown(&whole), [whole.text.as_str()]);
}

#[test]
fn matches_far_apart_are_shown_in_windows_of_their_own() {
    let filler = "各地推进有关工作，取得积极成效。".repeat(12);
    let indexed = one(&format!("算力券发到企业。{filler}另外，补贴减半。{filler}"));
    let passage = first(&indexed, "“算力券” “补贴”", 160);
    let shown = shown(&passage);
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("算力券发到企业。") && shown[1].contains("补贴减半。"));
}

#[test]
fn a_long_quote_is_never_hidden() {
    let filler = "各地推进有关工作，取得积极成效。".repeat(12);
    let quote = "对符合条件的企业，按照年度服务费用的百分之三十给予一次性补助";
    let indexed = one(&format!("{filler}{quote}。{filler}"));
    let passage = first(&indexed, &format!("“{quote}”"), 10);
    assert_eq!(shown(&passage), [quote]);
}

#[test]
fn windows_keep_what_they_promise_whatever_was_asked() {
    let indexed = indexed(31, 40);
    let mut numbers = Numbers::new(32);
    for _ in 0..600 {
        let pieces = 1 + numbers.below(4);
        let asked = text(&mut numbers, pieces);
        let Ok(parsed) = Query::parse(&asked) else {
            continue;
        };
        let options = SearchOptions {
            limit: 5,
            passages: 0,
            window_chars: 1 + numbers.below(200),
            ..SearchOptions::default()
        };
        let Ok(answer) = indexed.searcher.search(&parsed.query, &options) else {
            continue;
        };
        for PassageInfo {
            text,
            marks,
            windows,
            ..
        } in answer.hits.iter().map(|hit| &hit.passage)
        {
            let chars = |range: &std::ops::Range<usize>| text[range.clone()].chars().count();
            let total: usize = windows.iter().map(chars).sum();
            let longest = marks.iter().map(chars).max().unwrap_or(0);
            let most = options.window_chars + options.window_chars / 4;
            assert!(total <= most.max(longest), "{total} for {asked:?}");
            assert!(windows.windows(2).all(|two| two[0].end < two[1].start));
            let has_mark = |window: &std::ops::Range<usize>| {
                let is_in = |mark: &std::ops::Range<usize>| {
                    window.start <= mark.start && mark.end <= window.end
                };
                marks.iter().any(is_in)
            };
            assert!(
                marks.is_empty() || windows.iter().all(has_mark),
                "{asked:?}"
            );
        }
    }
}
