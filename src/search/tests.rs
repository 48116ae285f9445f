//! The bounded search held against the exhaustive one.

use std::collections::HashSet;

use proptest::prelude::*;

use super::best::Bounded;
use super::frequency::Limits;
use super::plan::Scope;
use super::rank::{Candidate, Ranking, candidates};
use super::score::scores;
use super::together::articles_with;
use super::*;
use crate::analysis::Pattern;
use crate::article::{Article, ArticleDate, Block, BlockKind, DatePrecision, Evidenced, Place};

/// Little enough that everything is frequent somewhere.
const PIECES: &[&str] = &[
    "算力券",
    "算力",
    "券",
    "北京",
    "发展",
    "人工智能",
    "大模型",
    "的",
    "补贴",
    "發放",
    "GPT-4o",
    "H20",
    "2023",
    "，",
    "。",
    "—",
    "3.85亿",
    "企业",
    "甲市",
];

const QUERIES: &[&str] = &[
    "算力券",
    "的",
    "券",
    "“的”",
    "“券发”",
    // Its pairs stand apart too: 的券，券发, 的券券发.
    "“的券发”",
    "“力券发展” OR “的券的”",
    "算力券 补贴",
    "发展人工智能",
    "哪些企业发放算力券？",
    "+算力券 -北京",
    "补贴 -“的大模型”",
    "算力券 OR 补贴",
    "(算力券 OR 北京) +发展",
    "“算力券” 补贴",
    "标题:算力券",
    "小标题:发展 补贴",
    "算力 NEAR/3 补贴",
    "补贴 date:2023..",
    "GPT-4o 的H20",
    "“2023—”",
    "算力券 来源:日报",
    "“算力” OR “算力券” OR 甲市",
    "-甲市 (北京 OR 券) date:2024",
    "，",
    "“。” 发展",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        1 => Just(BlockKind::Heading),
        1 => Just(BlockKind::Furniture),
        6 => Just(BlockKind::Paragraph),
    ];
    (kind, text(), 1..30_usize).prop_map(|(kind, text, times)| Block {
        text: match kind {
            // Long enough that an article has more than one passage.
            BlockKind::Paragraph => text.repeat(times),
            _ => text,
        },
        kind,
        place: Place::default(),
    })
}

fn articles() -> impl Strategy<Value = Vec<Article>> {
    let article = (text(), prop::collection::vec(block(), 1..5), 0..3_usize);
    let article = article.prop_map(|(title, blocks, kind)| Article {
        title,
        blocks,
        date: (kind > 0).then(|| ArticleDate {
            iso: format!("202{}", kind + 2),
            precision: DatePrecision::Year,
            evidence: String::new(),
        }),
        outlet: (kind == 1).then(|| Evidenced {
            value: "日报".to_owned(),
            evidence: String::new(),
        }),
        ..Article::default()
    });
    prop::collection::vec(article, 1..16)
}

/// The page and the hits of its articles, with whatever says how they matched.
type Page = Vec<(usize, u32, Lane, f32, Vec<(Candidate, f32)>)>;

fn page(ranking: &Ranking, scores: &Scores) -> Page {
    let hits = |entry: &rank::Entry| {
        let hits = ranking.candidates[entry.candidates.clone()].iter();
        hits.map(|&hit| (hit, scores.passage(hit.passage)))
            .collect()
    };
    let page = ranking.page.iter();
    page.map(|(rank, entry)| (*rank, entry.title, entry.lane, entry.score, hits(entry)))
        .collect()
}

fn check(searcher: &Searcher, text: &str, options: &SearchOptions, limits: Limits) {
    let reader = searcher.reader();
    let query = Query::parse(text).expect("a query").query;
    let plan = searcher.plan(&query).expect("planned");
    let path = |title| searcher.path(title);
    let all_text = options.all_text;

    let scores = scores(reader, &plan.terms, all_text, limits, None).expect("scored");
    let found = candidates(reader, &plan, &scores, all_text).expect("found");
    let whole = Ranking::new(reader, &scores, found, options, Sort::Relevance, &path);
    let whole = whole.expect("ranked");

    let bounded = Bounded::new(reader, &plan, options, limits).expect("read");
    let (best, own) = Ranking::of_best(reader, &bounded, options, &path).expect("ranked");

    assert_eq!(page(&best, &own), page(&whole, &scores), "{text}");
    if whole.total.passages <= limits.hits {
        assert_eq!(
            (best.total, best.lanes),
            (whole.total, whole.lanes),
            "{text}"
        );
        return;
    }
    assert_eq!(
        (best.total.at_least, best.total.passages),
        (true, limits.hits),
        "{text}"
    );
    assert!(best.total.articles <= whole.total.articles, "{text}");
    // Better lanes are counted first.
    let mut left = limits.hits;
    for (counted, all) in [
        (best.lanes.exact, whole.lanes.exact),
        (best.lanes.all, whole.lanes.all),
        (best.lanes.some, whole.lanes.some),
    ] {
        assert_eq!(counted, all.min(left), "{text}");
        left -= counted;
    }
}

/// The articles that hold all texts are those that hold each, and are counted
/// to one more than is asked for.
fn check_together(searcher: &Searcher, texts: &[&str], all_text: bool, most: usize) {
    let reader = searcher.reader();
    let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::new(text)).collect();
    let mut all = 0;
    for segment in &reader.segments {
        let evaluator = Evaluator {
            reader,
            segment,
            all_text,
        };
        let titles = |pattern: &Pattern| -> HashSet<u32> {
            let found = literal::documents(reader, segment, pattern, None).expect("read");
            let holds = found.into_iter().filter(|&document| {
                segment.is_live(document) && evaluator.is_in(document, Scope::Anywhere)
            });
            holds
                .map(|document| document - segment.layout(document).before)
                .collect()
        };
        let each = patterns.iter().map(titles);
        let both = each.reduce(|one, other| one.intersection(&other).copied().collect());
        all += both.map_or(0, |both| both.len());
    }
    let counted = articles_with(reader, &[], &patterns, all_text, most).expect("counted");
    assert_eq!(counted, all.min(most + 1), "{texts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_best_are_those_of_all_and_counts_stop_at_their_limit(
        sources in prop::collection::vec(articles(), 1..4),
        texts in prop::collection::vec(text(), 4),
        listed in 0..40_usize,
        counted in 0..40_usize,
        hits in 0..30_usize,
        limit in 1..6_usize,
        offset in 0..3_usize,
        flags in 0..8_u8,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        for (number, articles) in sources.iter().enumerate() {
            let name = format!("供稿{}", number % 2);
            crate::add(folder.path(), &name, articles.clone()).expect("added");
        }
        let searcher = Searcher::open(folder.path()).expect("opened");
        let options = SearchOptions {
            limit,
            offset,
            all_text: flags & 1 > 0,
            fold_reprints: flags & 2 > 0,
            half_life_days: (flags & 4 > 0).then_some(900),
            ..SearchOptions::default()
        };
        let limits = Limits { hits, listed, counted };
        for query in QUERIES {
            check(&searcher, query, &options, limits);
        }
        for two in PIECES.windows(2) {
            check_together(&searcher, two, options.all_text, hits);
        }
        for text in texts {
            let words = Query::words(&text);
            if searcher.check(&words).is_ok() {
                check(&searcher, &words.to_string(), &options, limits);
            }
        }
    }
}
