//! P7: places as a tree, and dates as far as they are known, in queries.

use cewen::Query;
use cewen::article::{
    Article, ArticleDate, Block, BlockKind, Confidence, DatePrecision, Place, Region, RegionRole,
};

use crate::support::{Indexed, all_hits, index};

fn region(name: &str, code: Option<&str>, role: RegionRole) -> Region {
    Region {
        name: name.to_owned(),
        code: code.map(str::to_owned),
        role,
        evidence: String::new(),
        confidence: Confidence::High,
    }
}

fn article(id: &str, regions: Vec<Region>, date: Option<&str>) -> Article {
    Article {
        given_id: Some(id.to_owned()),
        title: format!("{id}发券"),
        regions,
        date: date.map(|iso| ArticleDate {
            iso: iso.to_owned(),
            precision: DatePrecision::Day,
            evidence: String::new(),
        }),
        blocks: vec![Block {
            kind: BlockKind::Paragraph,
            text: "发放算力券。".to_owned(),
            place: Place::default(),
        }],
        ..Article::default()
    }
}

fn found(indexed: &Indexed, query: &str) -> Vec<String> {
    let query = Query::parse(query).expect("a query").query;
    let mut found: Vec<String> = all_hits(&indexed.searcher, &query)
        .into_iter()
        .map(|hit| hit.article.id)
        .collect();
    found.sort();
    found
}

fn places() -> Indexed {
    use RegionRole::{About, From};
    index(vec![
        article("省", vec![region("浙江", Some("330000"), About)], None),
        article("市", vec![region("杭州", Some("330100"), About)], None),
        article("区", vec![region("余杭区", Some("330110"), About)], None),
        article(
            "沪",
            vec![
                region("上海", Some("310000"), About),
                region("杭州", Some("330100"), From),
            ],
            None,
        ),
        article("新区", vec![region("亦庄", None, About)], None),
        article("圈", vec![region("长三角", None, About)], None),
        article("国", vec![region("全国", None, About)], None),
        article("上城", vec![region("上城区", Some("330102"), About)], None),
    ])
}

#[test]
fn a_region_holds_all_that_lies_in_it_and_a_group_its_members() {
    let places = places();
    assert_eq!(found(&places, "about:浙江"), ["上城", "区", "市", "省"]);
    assert_eq!(found(&places, "region:杭州"), ["上城", "区", "市", "沪"]);
    assert_eq!(found(&places, "region:余杭"), ["区"]);
    assert_eq!(found(&places, "about:=浙江省"), ["省"]);
    assert_eq!(found(&places, "地区:北京"), ["新区"]);
    assert_eq!(found(&places, "region:大兴区"), ["新区"]);
    assert_eq!(
        found(&places, "about:长江三角洲"),
        ["上城", "区", "圈", "市", "沪", "省"]
    );
    assert_eq!(found(&places, "about:=长三角"), ["圈"]);
    assert_eq!(found(&places, "region:京津冀"), ["新区"]);
    assert_eq!(found(&places, "region:全国"), ["国"]);
}

#[test]
fn what_an_article_is_about_and_where_it_is_from_are_told_apart() {
    let places = places();
    assert_eq!(found(&places, "from:浙江"), ["沪"]);
    assert_eq!(found(&places, "about:上海"), ["沪"]);
    assert!(found(&places, "from:上海").is_empty());
}

#[test]
fn a_former_division_finds_those_it_became() {
    let places = places();
    let query = Query::parse("region:江干区").expect("a query").query;
    let answer = places
        .searcher
        .search(&query, &cewen::SearchOptions::default());
    let answer = answer.expect("searched");
    assert_eq!(answer.hits[0].article.id, "上城");
    assert!(answer.notes[0].contains("上城区"), "{:?}", answer.notes);
}

#[test]
fn a_date_known_in_part_is_told_apart_from_one_known_whole() {
    let dated = |id: &str, date| article(id, Vec::new(), date);
    let indexed = index(vec![
        dated("日", Some("2024-02-29")),
        dated("月", Some("2024-02")),
        dated("年", Some("2024")),
        dated("无", None),
    ]);
    assert_eq!(found(&indexed, "date:2024-02"), ["年", "日", "月"]);
    assert_eq!(found(&indexed, "date:=2024-02"), ["日", "月"]);
    assert_eq!(found(&indexed, "date:=2024-01..2024-03"), ["日", "月"]);
    assert_eq!(found(&indexed, "date:2024-02-XX"), ["月"]);
    assert_eq!(found(&indexed, "date:2024-XX"), ["年"]);
    assert_eq!(found(&indexed, "date:XXXX"), ["无"]);
    assert_eq!(found(&indexed, "日期:=2024"), ["年", "日", "月"]);
}

#[test]
fn a_format_is_a_condition() {
    let places = places();
    assert!(found(&places, "format:pdf").is_empty());
}
