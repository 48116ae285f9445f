//! P1: a quoted query finds every passage that holds the string as the
//! reference function says, and only those.

use std::collections::BTreeSet;

use cewen::analysis::literal;
use cewen::article::Article;
use cewen::passage::{Passage, passages};
use cewen::query::Expr;
use cewen::{Query, Searcher};

use crate::support::{Indexed, Numbers, all_hits, article, index, indexed, text};

/// Articles that quotes are looked for in: enough for some hundred passages,
/// each of which holds most pieces of a quote and few the quote.
const ARTICLES: usize = 24;

/// An article with its passages.
struct Cut<'a> {
    article: &'a Article,
    body: Vec<Passage>,
}

fn cut(articles: &[Article]) -> Vec<Cut<'_>> {
    let cut = |article| {
        let mut body = passages(article);
        body.retain(|passage| !passage.is_furniture);
        Cut { article, body }
    };
    articles.iter().map(cut).collect()
}

/// The passages in which the reference function finds a quote; a title counts
/// for the first passage of its article, a heading for the first under it.
fn expected(cut: &[Cut<'_>], quote: &str) -> BTreeSet<String> {
    let holds = |text: &str| !literal(quote, text).is_empty();
    let mut expected = BTreeSet::new();
    for Cut { article, body } in cut {
        for (number, passage) in body.iter().enumerate() {
            let is_hit = holds(&passage.text)
                || (passage.opens_section && holds(&passage.heading))
                || (number == 0 && holds(&article.title));
            if is_hit {
                let id = article.given_id.as_deref().unwrap_or_default();
                expected.insert(format!("{id}#{}", number + 1));
            }
        }
    }
    expected
}

fn found(searcher: &Searcher, quote: &str) -> BTreeSet<String> {
    let query = Query {
        parts: vec![Expr::Phrase(quote.to_owned())],
    };
    all_hits(searcher, &query)
        .into_iter()
        .map(|hit| hit.passage.id)
        .collect()
}

fn check(indexed: &Indexed, cut: &[Cut<'_>], quote: &str) {
    if literal(quote, quote).is_empty() {
        return;
    }
    assert_eq!(
        found(&indexed.searcher, quote),
        expected(cut, quote),
        "the quote is {quote:?}"
    );
}

#[test]
fn a_quote_cut_from_a_text_is_found_wherever_the_reference_function_finds_it() {
    let indexed = indexed(1, ARTICLES);
    let cut = cut(&indexed.articles);
    let mut numbers = Numbers::new(2);
    for _ in 0..1_500 {
        let article = numbers.pick(&indexed.articles);
        let mut texts: Vec<&str> = article
            .blocks
            .iter()
            .map(|block| block.text.as_str())
            .collect();
        texts.push(&article.title);
        let source: Vec<char> = numbers.pick(&texts).chars().collect();
        if source.is_empty() {
            continue;
        }
        let start = numbers.below(source.len());
        let longest = if numbers.below(10) == 0 { 80 } else { 12 };
        let end = (start + 1 + numbers.below(longest)).min(source.len());
        let quote: String = source[start..end].iter().collect();
        check(&indexed, &cut, &quote);
    }
}

#[test]
fn a_quote_made_of_the_same_pieces_is_found_only_where_it_stands() {
    let indexed = indexed(3, ARTICLES);
    let cut = cut(&indexed.articles);
    let mut numbers = Numbers::new(4);
    for _ in 0..1_500 {
        let pieces = 1 + numbers.below(4);
        let quote = text(&mut numbers, pieces);
        check(&indexed, &cut, &quote);
    }
}

#[test]
fn deleted_and_replaced_articles_are_never_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut numbers = Numbers::new(5);
    let mut articles: Vec<Article> = (0..30).map(|id| article(&mut numbers, id)).collect();
    cewen::add(folder.path(), "甲", articles.clone()).expect("indexed");
    for id in (0..30).step_by(3) {
        articles[id] = article(&mut numbers, id);
    }
    cewen::add(folder.path(), "甲", articles.clone()).expect("indexed");
    let gone: Vec<Article> = (100..120).map(|id| article(&mut numbers, id)).collect();
    cewen::add(folder.path(), "乙", gone).expect("indexed");
    cewen::remove(folder.path(), "乙").expect("removed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    let cut = cut(&articles);
    for _ in 0..300 {
        let pieces = 1 + numbers.below(3);
        let quote = text(&mut numbers, pieces);
        if !literal(&quote, &quote).is_empty() {
            assert_eq!(
                found(&searcher, &quote),
                expected(&cut, &quote),
                "{quote:?}"
            );
        }
    }
}

#[test]
fn the_design_s_examples_hold() {
    let body = |text: &str| Article {
        given_id: Some(text.to_owned()),
        blocks: vec![cewen::article::Block {
            kind: cewen::article::BlockKind::Paragraph,
            text: text.to_owned(),
            place: cewen::article::Place::default(),
        }],
        ..Article::default()
    };
    let texts = [
        "2023-2025年",
        "2023—2025年",
        "20232025年",
        "能，发",
        "能发",
        "1—2月",
        "12月",
        "H200",
        "人工智能+",
        "規模最大的公共算力平臺",
        "用Ｃ＋＋写",
        "3.85亿元",
    ];
    let indexed = index(texts.iter().map(|text| body(text)).collect());
    let finds = |quote: &str| -> Vec<String> {
        let found = found(&indexed.searcher, quote);
        texts
            .iter()
            .filter(|text| found.contains(&format!("{text}#1")))
            .map(|t| t.to_string())
            .collect()
    };
    assert_eq!(
        finds("2023-2025年"),
        ["2023-2025年", "2023—2025年", "20232025年"]
    );
    assert_eq!(finds("20232025年"), ["20232025年"]);
    assert_eq!(finds("能，发"), ["能，发"]);
    assert_eq!(finds("能发"), ["能发"]);
    assert_eq!(finds("12月"), ["12月"]);
    assert_eq!(finds("H20"), ["H200"]);
    assert_eq!(finds("人工智能+"), ["人工智能+"]);
    assert_eq!(finds("规模最大的公共算力平台"), ["規模最大的公共算力平臺"]);
    assert_eq!(finds("c++"), ["用Ｃ＋＋写"]);
    assert_eq!(finds("3.85亿"), ["3.85亿元"]);
}

#[test]
fn a_very_long_quote_is_found() {
    let mut numbers = Numbers::new(6);
    let long: String = text(&mut numbers, 60).replace(['。', '!', '…'], "，");
    let indexed = index(vec![Article {
        given_id: Some("长".to_owned()),
        blocks: vec![cewen::article::Block {
            kind: cewen::article::BlockKind::Paragraph,
            text: format!("前{long}后"),
            place: cewen::article::Place::default(),
        }],
        ..Article::default()
    }]);
    let cut = cut(&indexed.articles);
    check(&indexed, &cut, &long);
    check(&indexed, &cut, &format!("{long}不"));
}

#[test]
fn a_word_that_a_scraper_damaged_is_found_and_shown_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "这为产业发展奠定坚实基矗”甲市昨日表示。";
    let damaged = Article {
        given_id: Some("1".to_owned()),
        blocks: vec![cewen::article::Block {
            kind: cewen::article::BlockKind::Paragraph,
            text: text.to_owned(),
            place: cewen::article::Place::default(),
        }],
        ..Article::default()
    };
    cewen::add(folder.path(), "甲", vec![damaged]).expect("indexed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    for written in ["\"坚实基础\"", "坚实基础", "基础", "\"坚实基矗”甲市\""] {
        let query = Query::parse(written).expect("a query").query;
        let hits = all_hits(&searcher, &query);
        assert_eq!(hits.len(), 1, "{written}");
        let passage = &hits[0].passage;
        assert_eq!(passage.text, text);
        let marked = passage.marks.iter().map(|mark| &text[mark.clone()]);
        assert!(
            marked.clone().any(|mark| mark.contains("基矗")),
            "{written}"
        );
    }
}
