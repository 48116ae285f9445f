//! P7: counts that add up, and each of which can be opened.

use std::collections::BTreeSet;

use cewen::article::{
    Article, ArticleDate, Block, BlockKind, Citation, DatePrecision, Evidenced, Place, Region,
    RegionRole,
};
use cewen::survey::{
    Axis, CitedOptions, FacetOptions, FacetValue, FirstOptions, MatrixAxis, MatrixOptions, Unit,
    cited_by, facets, facets_of_search, first, matrix, most_cited,
};
use cewen::{Query, SearchOptions, Searcher};
use proptest::prelude::*;

use crate::support::{Indexed, Numbers, index};

/// Places of every level, with and without codes.
const PLACES: &[(&str, Option<&str>)] = &[
    ("浙江", Some("330000")),
    ("杭州", Some("330100")),
    ("余杭区", Some("330110")),
    ("上城区", Some("330102")),
    ("宁波", Some("330200")),
    ("上海", Some("310000")),
    ("浦东新区", Some("310115")),
    ("张江", None),
    ("吉林", Some("220200")),
    ("鼓楼区", Some("320106")),
    ("长三角", None),
    ("全国", None),
];

const DATES: &[&str] = &[
    "2023",
    "2023-11",
    "2023-11-14",
    "2024",
    "2024-02",
    "2024-02-29",
    "2024-03-01",
    "2024-12-31",
];

const OUTLETS: &[&str] = &["甲报", "甲报（海外版）", "GPT 周刊"];
const TEXTS: &[&str] = &["算力券", "训力券", "模型券", "补贴"];

fn made(numbers: &mut Numbers, id: usize) -> Article {
    let mut regions = Vec::new();
    for _ in 0..numbers.below(4) {
        let (name, code) = *numbers.pick(PLACES);
        let role = match numbers.below(3) {
            0 => RegionRole::From,
            _ => RegionRole::About,
        };
        let region = Region {
            name: name.to_owned(),
            code: code.map(str::to_owned),
            role,
            evidence: String::new(),
            confidence: Default::default(),
        };
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    let date = (numbers.below(8) > 0).then(|| ArticleDate {
        iso: (*numbers.pick(DATES)).to_owned(),
        precision: DatePrecision::Day,
        evidence: String::new(),
    });
    let outlet = (numbers.below(4) > 0).then(|| Evidenced {
        value: (*numbers.pick(OUTLETS)).to_owned(),
        evidence: String::new(),
    });
    let citations = (0..numbers.below(3)).map(|_| Citation {
        title: Some(format!(
            "{}办法（{}）",
            numbers.pick(TEXTS),
            numbers.pick(DATES)
        )),
        number: (numbers.below(2) > 0).then(|| "沪府〔2024〕1号".to_owned()),
    });
    let citations = citations.collect();
    let blocks = (0..1 + numbers.below(4)).map(|_| Block {
        kind: BlockKind::Paragraph,
        text: (0..1 + numbers.below(3))
            .map(|_| format!("{}发放。", numbers.pick(TEXTS)))
            .collect(),
        place: Place::default(),
    });
    Article {
        given_id: Some(format!("a{id}")),
        title: format!("第{id}篇"),
        date,
        outlet,
        regions,
        citations,
        blocks: blocks.collect(),
        ..Article::default()
    }
}

fn made_index(seed: u64) -> Indexed {
    let mut numbers = Numbers::new(seed);
    index((0..24).map(|id| made(&mut numbers, id)).collect())
}

/// How much a query finds, as a search counts.
fn found(searcher: &Searcher, query: &str, unit: Unit) -> usize {
    let query = Query::parse(query).expect("a query").query;
    let total = searcher
        .search(&query, &SearchOptions::default())
        .expect("searched")
        .total;
    match unit {
        Unit::Passages => total.passages,
        Unit::Articles | Unit::Families => total.articles,
    }
}

fn each<'a>(values: &'a [FacetValue], all: &mut Vec<&'a FacetValue>) {
    for value in values {
        all.push(value);
        each(&value.children, all);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    #[test]
    fn every_facet_counts_what_its_query_finds(seed in 0u64..1000) {
        let made = made_index(seed);
        let query = Query::parse("算力券").expect("a query").query;
        for unit in [Unit::Articles, Unit::Passages] {
            let options = FacetOptions { unit, limit: 0, ..FacetOptions::default() };
            for by in Axis::ALL {
                let facets = facets(&made.searcher, &query, by, &options).expect("counted");
                let mut all = Vec::new();
                each(&facets.values, &mut all);
                for value in all {
                    prop_assert_eq!(
                        value.count, found(&made.searcher, &value.query, unit),
                        "{:?} {}: {}", by, value.label, value.query
                    );
                }
            }
        }
    }

    #[test]
    fn times_and_what_has_none_add_up_to_everything(seed in 0u64..1000) {
        let made = made_index(seed);
        let query = Query::parse("补贴").expect("a query").query;
        let options = FacetOptions { unit: Unit::Passages, ..FacetOptions::default() };
        for by in [Axis::Year, Axis::Quarter, Axis::Month, Axis::Outlet] {
            let facets = facets(&made.searcher, &query, by, &options).expect("counted");
            let sum: usize = facets.values.iter().map(|value| value.count).sum();
            prop_assert_eq!(sum + facets.without, facets.total.passages, "{:?}", by);
        }
    }

    #[test]
    fn a_parent_is_the_union_of_what_lies_in_it(seed in 0u64..1000) {
        let made = made_index(seed);
        let query = Query::parse("算力券").expect("a query").query;
        let options = FacetOptions { unit: Unit::Articles, limit: 0, ..FacetOptions::default() };
        let facets = facets(&made.searcher, &query, Axis::Region, &options).expect("counted");
        let in_province = |code: &str| {
            let articles = made.articles.iter().filter(|article| {
                let is_about = article.regions.iter().any(|region| {
                    let known = region.code.as_deref() == Some(code)
                        || region.code.as_deref().is_some_and(|own| own[..2] == code[..2])
                        || region.name == "张江" && code == "310000";
                    known && region.role == RegionRole::About
                });
                is_about && article.blocks.iter().any(|block| block.text.contains("算力券"))
            });
            articles.count()
        };
        for value in facets.values.iter().filter(|value| value.code.is_some()) {
            let code = value.code.as_deref().expect("a code");
            prop_assert_eq!(value.count, in_province(code), "{}", value.label);
            let most = value.children.iter().map(|child| child.count).max().unwrap_or(0);
            prop_assert!(value.count >= most);
        }
    }

    #[test]
    fn every_cell_counts_what_its_query_finds(seed in 0u64..1000) {
        let made = made_index(seed);
        let queries = ["算力券", "训力券 补贴"].map(|text| Query::parse(text).expect("a query").query);
        let by = |axis| MatrixAxis::By(axis);
        for (rows, columns) in [
            (by(Axis::Region), by(Axis::Month)),
            (by(Axis::City), by(Axis::Quarter)),
            (by(Axis::Outlet), MatrixAxis::Query),
            (MatrixAxis::Query, by(Axis::Year)),
        ] {
            let unit = Unit::Articles;
            let options = MatrixOptions { rows, columns, unit, ..MatrixOptions::default() };
            let matrix = matrix(&made.searcher, &queries, &options).expect("counted");
            for table in &matrix.tables {
                for cell in table.cells.iter().flatten() {
                    prop_assert_eq!(cell.count, found(&made.searcher, &cell.query, unit), "{}", cell.query);
                }
                for line in table.rows.iter().chain(&table.columns) {
                    prop_assert_eq!(line.count, found(&made.searcher, &line.query, unit), "{}", line.query);
                }
            }
        }
    }

    #[test]
    fn nothing_of_a_place_is_surely_earlier_than_its_first_mention(seed in 0u64..1000) {
        let made = made_index(seed);
        let query = Query::parse("算力券").expect("a query").query;
        let first = first(&made.searcher, &query, Axis::City, &FirstOptions::default()).expect("found");
        for mention in &first.mentions {
            prop_assert!(mention.lag_days.0 <= mention.lag_days.1);
            let date = mention.hit.article.date.clone().expect("dated");
            let earlier = format!("{} date:=..{date} -date:{date}", mention.query);
            let earlier = Query::parse(&earlier).expect("a query").query;
            let answer = made.searcher.search(&earlier, &SearchOptions { limit: 0, ..SearchOptions::default() });
            let listed: BTreeSet<&str> = mention.maybe_earlier.iter().map(|article| article.id.as_str()).collect();
            for hit in answer.expect("searched").hits {
                prop_assert!(
                    listed.contains(hit.article.id.as_str()),
                    "{} of {:?} is earlier than {date} in {}", hit.article.id, hit.article.date, mention.label
                );
            }
        }
    }
}

#[test]
fn facets_of_a_search_count_its_hits_whatever_their_lane() {
    let made = made_index(7);
    let query = Query::parse("算力补贴").expect("a query").query;
    let options = FacetOptions {
        unit: Unit::Passages,
        ..FacetOptions::default()
    };
    let facets = facets_of_search(&made.searcher, &query, Axis::Year, &options).expect("counted");
    let answer = made
        .searcher
        .search(&query, &SearchOptions::default())
        .expect("searched");
    assert!(answer.total.passages > 0);
    assert_eq!(facets.total.passages, answer.total.passages);
}

#[test]
fn an_empty_count_says_what_was_tried() {
    let made = made_index(3);
    let query = Query::parse("火星券").expect("a query").query;
    let facets = facets(
        &made.searcher,
        &query,
        Axis::Region,
        &FacetOptions::default(),
    )
    .expect("counted");
    assert!(facets.values.is_empty() && !facets.remarks.tried.is_empty());
}

/// An article on made-up documents.
fn citing(id: &str, date: &str, title: &str, text: &str) -> Article {
    Article {
        given_id: Some(id.to_owned()),
        title: title.to_owned(),
        date: Some(ArticleDate {
            iso: date.to_owned(),
            precision: DatePrecision::Day,
            evidence: date.to_owned(),
        }),
        citations: vec![Citation {
            title: Some("甲市算力券管理办法".to_owned()),
            number: Some("甲府发〔2024〕7号".to_owned()),
        }],
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            text: text.to_owned(),
            place: Place::default(),
        }],
        ..Article::default()
    }
}

#[test]
fn a_document_is_told_by_date_and_its_steps_in_the_order_of_its_life() {
    let indexed = index(vec![
        citing(
            "三",
            "2024-09-01",
            "一图读懂：算力券解读",
            "《甲市算力券管理办法》规定了申领条件。",
        ),
        citing(
            "一",
            "2024-06-01",
            "甲市发布新政",
            "甲市印发《甲市算力券管理办法》（甲府发〔2024〕7号）。",
        ),
        citing(
            "二",
            "2024-07-01",
            "回顾",
            "春天，《甲市算力券管理办法》公开征求意见。",
        ),
    ]);
    let (all, options) = (Query::default(), CitedOptions::default());
    for asked in [
        "《甲市算力券管理办法》",
        "算力券管理办法",
        "《甲市算力\n券管理办法》",
        "甲府发[2024]7号",
        "甲府发（2024） 7 号",
    ] {
        let found = cited_by(&indexed.searcher, asked, &all, &options).expect("found");
        let ids: Vec<&str> = found
            .hits
            .iter()
            .map(|hit| hit.article.id.as_str())
            .collect();
        assert_eq!(ids, ["一", "二", "三"], "{asked}");
        let steps: Vec<(&str, &str)> = found
            .steps
            .iter()
            .map(|step| (step.name, step.date.as_str()))
            .collect();
        let expected = [
            ("征求意见", "2024-07-01"),
            ("印发", "2024-06-01"),
            ("解读", "2024-09-01"),
        ];
        assert_eq!(steps, expected, "{asked}");
        let named = Query::parse(&found.documents[0].query)
            .expect("a query")
            .query;
        let answer = indexed
            .searcher
            .search(&named, &SearchOptions::default())
            .expect("an answer");
        assert_eq!(answer.total.articles, 3, "{}", found.documents[0].query);
    }
}

/// Three reprints of one text in two places, and another article.
fn reprinted() -> Indexed {
    let text = "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用智能算力，据《甲市算力券管理办法》。";
    let article = |id: &str, date: &str, place: usize, text: &str| {
        let (name, code) = PLACES[place];
        Article {
            regions: vec![Region {
                name: name.to_owned(),
                code: code.map(str::to_owned),
                role: RegionRole::About,
                evidence: String::new(),
                confidence: Default::default(),
            }],
            ..citing(id, date, id, text)
        }
    };
    index(vec![
        article("原稿", "2024-06-01", 1, text),
        article("转载一", "2024-06-02", 1, text),
        article("转载二", "2024-06-03", 5, text),
        article(
            "别文",
            "2024-06-04",
            1,
            "乙市的算力券另有办法，与此无关，由乙市财政部门另行公布。",
        ),
    ])
}

#[test]
fn reprints_count_once_unless_articles_are_asked_for() {
    let made = reprinted();
    let query = Query::parse("算力券").expect("a query").query;
    let searcher = &made.searcher;
    for (unit, all, zhejiang, shanghai) in [
        (Unit::Families, 2, 2, 1),
        (Unit::Articles, 4, 3, 1),
        (Unit::Passages, 4, 3, 1),
    ] {
        let options = FacetOptions {
            unit,
            ..FacetOptions::default()
        };
        let by_region = facets(searcher, &query, Axis::Region, &options).expect("counted");
        assert_eq!(by_region.total.of(unit), all);
        let of = |label: &str| {
            let value = by_region.values.iter().find(|value| value.label == label);
            value.map(|value| value.count)
        };
        assert_eq!(
            (of("浙江"), of("上海")),
            (Some(zhejiang), Some(shanghai)),
            "{unit:?}"
        );

        let options = MatrixOptions {
            unit,
            ..MatrixOptions::default()
        };
        let matrix = matrix(searcher, std::slice::from_ref(&query), &options).expect("counted");
        let table = &matrix.tables[0];
        assert_eq!(
            (table.total, table.columns[0].count),
            (all, all),
            "{unit:?}"
        );
        let row = table
            .rows
            .iter()
            .find(|row| row.label == "浙江")
            .expect("a row");
        assert_eq!(row.count, zhejiang, "{unit:?}");

        let options = FirstOptions {
            unit,
            ..FirstOptions::default()
        };
        let first = first(searcher, &query, Axis::City, &options).expect("found");
        let mention = &first.mentions[0];
        assert_eq!(mention.label, "杭州");
        assert_eq!(mention.hit.article.id, "原稿");
        assert_eq!(mention.count, zhejiang, "{unit:?}");

        let options = CitedOptions {
            unit,
            ..CitedOptions::default()
        };
        let cited = most_cited(searcher, &Query::default(), &options).expect("counted");
        assert_eq!(cited.documents[0].count, all, "{unit:?}");
    }
}

/// Without a query an article was counted as one passage, whatever it held.
#[test]
fn without_a_query_every_passage_counts() {
    let made = made_index(5);
    let everything = Query::default();
    let options = FacetOptions {
        unit: Unit::Passages,
        ..FacetOptions::default()
    };
    let counted = facets(&made.searcher, &everything, Axis::Year, &options).expect("counted");
    assert_eq!(counted.total.passages, made.searcher.passages().count());
}
