//! Order, lanes, pages and counts.

use cewen::article::{Article, Block, BlockKind, Place};
use cewen::{Answer, Group, Lane, Query, SearchOptions, Searcher};

use crate::support::{Numbers, index, indexed, text};

fn article(id: &str, title: &str, paragraphs: &[&str]) -> Article {
    let block = |text: &&str| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        place: Place::default(),
    };
    Article {
        given_id: Some(id.to_owned()),
        title: title.to_owned(),
        blocks: paragraphs.iter().map(block).collect(),
        ..Article::default()
    }
}

fn search(searcher: &Searcher, query: &str, options: &SearchOptions) -> Answer {
    searcher
        .search(&Query::parse(query).expect(query).query, options)
        .expect(query)
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer
        .hits
        .iter()
        .map(|hit| hit.article.id.as_str())
        .collect()
}

#[test]
fn two_pages_are_one_page_of_twice_the_size() {
    let indexed = indexed(21, 80);
    let mut numbers = Numbers::new(22);
    for _ in 0..200 {
        let pieces = 1 + numbers.below(4);
        let asked = Query::words(&text(&mut numbers, pieces));
        let size = 1 + numbers.below(10);
        for group in [Group::Article, Group::None] {
            let page = |offset, limit| {
                let options = SearchOptions {
                    offset,
                    limit,
                    group,
                    ..SearchOptions::default()
                };
                let hits = indexed
                    .searcher
                    .search(&asked, &options)
                    .map(|answer| answer.hits);
                hits.unwrap_or_default()
                    .into_iter()
                    .map(|hit| (hit.rank, hit.passage.id))
                    .collect::<Vec<_>>()
            };
            let mut two = page(0, size);
            two.extend(page(size, size));
            assert_eq!(two, page(0, 2 * size), "{asked}");
        }
    }
}

#[test]
fn lanes_are_disjoint_come_in_order_and_their_counts_add_up() {
    let indexed = indexed(23, 80);
    let mut numbers = Numbers::new(24);
    for _ in 0..200 {
        let pieces = 2 + numbers.below(4);
        let asked = Query::words(&text(&mut numbers, pieces));
        let options = SearchOptions {
            limit: 0,
            group: Group::None,
            ..SearchOptions::default()
        };
        let Ok(answer) = indexed.searcher.search(&asked, &options) else {
            continue;
        };
        let count = |lane| answer.hits.iter().filter(|hit| hit.lane == lane).count();
        assert_eq!(count(Lane::Exact), answer.lanes.exact);
        assert_eq!(count(Lane::All), answer.lanes.all);
        assert_eq!(count(Lane::Some), answer.lanes.some);
        assert_eq!(answer.hits.len(), answer.total.passages);
        assert!(answer.hits.is_sorted_by_key(|hit| hit.lane), "{asked}");
        let by_score =
            |two: &[cewen::Hit]| two[0].lane != two[1].lane || two[0].score >= two[1].score;
        assert!(answer.hits.windows(2).all(by_score), "{asked}");
    }
}

#[test]
fn an_unquoted_question_is_ranked_not_one_phrase() {
    let indexed = index(vec![
        article(
            "券",
            "甲市发放算力券",
            &["甲市向中小企业发放算力券，每张一万元。"],
        ),
        article(
            "车",
            "乙市试点自动驾驶",
            &["乙市开放道路，供智能网联汽车测试。"],
        ),
        article("会", "丙市举行会议", &["会议讨论了企业的发展。"]),
    ]);
    let answer = search(
        &indexed.searcher,
        "哪些城市发放了算力券？",
        &SearchOptions::default(),
    );
    assert_eq!(ids(&answer)[0], "券");
    assert_eq!(ids(&answer).len(), 1);
}

#[test]
fn single_characters_make_no_hit_of_a_longer_part() {
    let indexed = index(vec![article(
        "院",
        "社会科学院新中国研究",
        &["中国社会科学院的新研究。"],
    )]);
    let answer = search(&indexed.searcher, "中新社", &SearchOptions::default());
    assert_eq!(answer.total.passages, 0);
    assert!(!answer.tried.is_empty());
    let answer = search(&indexed.searcher, "社", &SearchOptions::default());
    assert_eq!(answer.lanes.exact, 1);
}

#[test]
fn a_latin_part_matches_whole_runs_in_lane_exact() {
    let indexed = index(vec![
        article("合成", "", &["AIGC很热。"]),
        article("独立", "", &["用AI写作。"]),
        article("连写", "", &["发布GPT-4o模型。"]),
    ]);
    let answer = search(&indexed.searcher, "AI", &SearchOptions::default());
    assert_eq!(ids(&answer), ["独立"]);
    for asked in ["GPT", "4o", "gpt-4o", "GPT4o"] {
        assert_eq!(
            ids(&search(&indexed.searcher, asked, &SearchOptions::default())),
            ["连写"],
            "{asked}"
        );
    }
}

#[test]
fn operators_are_decided_on_a_passage_with_its_title() {
    let indexed = index(vec![
        article(
            "京",
            "北京的政策",
            &["发放算力券。", &"另有措施。".repeat(120), "兑付训力券。"],
        ),
        article("沪", "上海的政策", &["发放算力券。"]),
    ]);
    let options = SearchOptions {
        passages: 0,
        ..SearchOptions::default()
    };
    let found = |asked: &str| {
        let answer = search(&indexed.searcher, asked, &options);
        answer
            .hits
            .iter()
            .map(|hit| hit.passage.id.clone())
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(
        found("\"训力券\" +北京"),
        ["京#3"].map(str::to_owned).into()
    );
    assert_eq!(found("算力券 -北京"), ["沪#1"].map(str::to_owned).into());
    assert_eq!(
        found("训力券 OR 上海"),
        ["京#3", "沪#1"].map(str::to_owned).into()
    );
    assert_eq!(found("title:北京"), ["京#1"].map(str::to_owned).into());
    assert_eq!(
        found("发放 NEAR/0 算力券 -上海"),
        ["京#1"].map(str::to_owned).into()
    );
    assert!(found("发放 NEAR/50 训力券").is_empty());
    assert_eq!(found("-北京"), ["沪#1"].map(str::to_owned).into());
}

#[test]
fn the_parts_of_an_explained_score_add_up() {
    let indexed = indexed(25, 50);
    let mut numbers = Numbers::new(26);
    for round in 0..60 {
        let pieces = 1 + numbers.below(5);
        let asked = Query::words(&text(&mut numbers, pieces));
        let options = SearchOptions {
            explain: true,
            half_life_days: if round % 2 == 0 { Some(30) } else { None },
            group: if round % 3 == 0 {
                Group::None
            } else {
                Group::Article
            },
            ..SearchOptions::default()
        };
        let Ok(answer) = indexed.searcher.search(&asked, &options) else {
            continue;
        };
        for hit in answer.hits {
            let sum: f32 = hit
                .explanation
                .iter()
                .flatten()
                .map(|part| part.score)
                .sum();
            assert!(
                (sum - hit.score).abs() <= 1e-3 * hit.score.max(1.0),
                "{sum} is not {}",
                hit.score
            );
        }
    }
}

#[test]
fn nothing_pasted_fails() {
    let indexed = indexed(27, 20);
    let paste = "关于印发《算力券（2023）27号》的通知：https://www.gov.cn/x?y=1 \"未闭合 （括号 "
        .repeat(150);
    for asked in [
        paste.as_str(),
        "（",
        "[",
        "a:b:c",
        "AND",
        "的",
        "什么",
        "——",
        "！！！",
        "🙂",
        "\u{0}",
    ] {
        if let Ok(parsed) = Query::parse(asked) {
            let answer = indexed
                .searcher
                .search(&parsed.query, &SearchOptions::default());
            if let Err(error) = answer {
                assert_eq!(error.kind(), cewen::ErrorKind::BadQuery, "{asked}");
            }
        }
    }
}

#[test]
fn a_searcher_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Searcher>();
}
