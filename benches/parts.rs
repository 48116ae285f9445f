//! What each step costs by itself: `cargo bench`, about a minute.
//!
//! Texts are made up (`examples/generate`), the same on every machine.
//! `cargo bench -- search` runs what has that in its name. Wall time on a busy
//! machine says little, so look at the fastest: what must not get dearer is
//! counted in instructions by `tests/suite/costs.rs`, and whole processes are
//! compared by `compare.py`.

#[path = "../examples/generate/text.rs"]
mod text;

use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use cewen::analysis::{WordCutter, fold, literal, pairs};
use cewen::article::Article;
use cewen::corpus::parse;
use cewen::passage::passages;
use cewen::render::{pieces, write_csv, write_json, write_markdown};
use cewen::{Answer, Group, Query, SearchOptions, Searcher, UpdateOptions};
use divan::Bencher;
use divan::counter::BytesCount;

/// Articles of the index that is searched: about 5,000 passages.
const ARTICLES: usize = 2_000;

/// One of each kind of query.
const QUERIES: [&str; 9] = [
    "算力券",
    "哪些城市发放算力券？",
    "人工智能 大模型 补贴",
    "GPT-4o",
    "“技术创新”",
    "算力 region:北京 date:2018..2024",
    "+算力券 +补贴 -北京",
    "算力 NEAR/10 补贴",
    "“的”",
];

/// Where the index is; removed at the end.
static INDEX: OnceLock<PathBuf> = OnceLock::new();

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let folder = INDEX.get().expect("set at the start");
    let news = folder.join("news");
    std::fs::create_dir(&news).expect("a folder");
    for (number, file) in files(ARTICLES).iter().enumerate() {
        std::fs::write(news.join(format!("{number:05}.txt")), file).expect("a file");
    }
    let options = UpdateOptions {
        add: vec![news],
        ..UpdateOptions::default()
    };
    cewen::update(&folder.join("index"), &options, &mut |_| ()).expect("an index");
    Searcher::open(folder.join("index")).expect("an index")
});

static TEXT: LazyLock<String> = LazyLock::new(|| files(20).concat());

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let _ = INDEX.set(folder.path().to_owned());
    divan::main();
}

/// Made-up news as saved files.
fn files(count: usize) -> Vec<String> {
    let mut writer = text::Writer::new(7);
    let file = |_| {
        let article = writer.article();
        format!(
            "{}\n\n来源：{}　{}\n\n{}\n",
            article.title,
            article.outlet,
            article.date,
            article.paragraphs.join("\n\n")
        )
    };
    (0..count).map(file).collect()
}

fn read(file: &str) -> Vec<Article> {
    parse("甲.txt", file.as_bytes()).articles
}

fn parsed(text: &str) -> Query {
    Query::parse(text).expect("a query").query
}

/// What a text goes through before it is indexed.
#[divan::bench_group(max_time = 0.5)]
mod text_of_20_articles {
    use super::*;

    #[divan::bench]
    fn folded(bencher: Bencher<'_, '_>) {
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench(|| TEXT.chars().map(fold).collect::<String>());
    }

    #[divan::bench]
    fn grams(bencher: Bencher<'_, '_>) {
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench(|| pairs(&TEXT));
    }

    #[divan::bench]
    fn words(bencher: Bencher<'_, '_>) {
        let cutter = WordCutter::new(&[]);
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench_local(|| {
                let mut bytes = 0;
                cutter.cut(&TEXT, |word| bytes += word.len());
                bytes
            });
    }

    #[divan::bench]
    fn searched_by_the_reference(bencher: Bencher<'_, '_>) {
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench(|| literal("算力券", &TEXT));
    }

    #[divan::bench]
    fn read_as_articles(bencher: Bencher<'_, '_>) {
        let files = files(20);
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench(|| files.iter().map(|file| read(file).len()).sum::<usize>());
    }

    #[divan::bench]
    fn in_passages(bencher: Bencher<'_, '_>) {
        let articles: Vec<Article> = files(20).iter().flat_map(|file| read(file)).collect();
        bencher
            .counter(BytesCount::of_str(TEXT.as_str()))
            .bench(|| {
                articles
                    .iter()
                    .map(|one| passages(one).len())
                    .sum::<usize>()
            });
    }
}

/// What a query goes through, over an index of 2,000 articles that is warm.
#[divan::bench_group(max_time = 0.5)]
mod query {
    use super::*;

    #[divan::bench(args = QUERIES)]
    fn parse(text: &str) -> Query {
        parsed(text)
    }

    /// The order without a page.
    #[divan::bench(args = QUERIES)]
    fn rank(bencher: Bencher<'_, '_>, text: &str) {
        let (searcher, query) = (&*SEARCHER, parsed(text));
        let options = SearchOptions::default();
        bencher.bench(|| searcher.rank(&query, &options).expect("hits"));
    }

    /// The order and a page of ten articles: fetched, windowed and marked.
    #[divan::bench(args = QUERIES)]
    fn search(bencher: Bencher<'_, '_>, text: &str) {
        let (searcher, query) = (&*SEARCHER, parsed(text));
        let options = SearchOptions::default();
        bencher.bench(|| searcher.search(&query, &options).expect("hits"));
    }

    /// Found without being fetched and marked: what the next one does besides.
    #[divan::bench]
    fn rank_100_passages(bencher: Bencher<'_, '_>) {
        let (searcher, query) = (&*SEARCHER, parsed("算力券"));
        let options = of_a_hundred();
        bencher.bench(|| searcher.rank(&query, &options).expect("hits"));
    }

    #[divan::bench]
    fn search_and_mark_100_passages(bencher: Bencher<'_, '_>) {
        let _ = &*SEARCHER;
        bencher.bench(hundred);
    }

    #[divan::bench]
    fn open_the_index(bencher: Bencher<'_, '_>) {
        let _ = &*SEARCHER;
        let index = INDEX.get().expect("set at the start").join("index");
        bencher.bench(|| Searcher::open(&index).expect("an index"));
    }
}

fn of_a_hundred() -> SearchOptions {
    SearchOptions {
        limit: 100,
        group: Group::None,
        ..SearchOptions::default()
    }
}

fn hundred() -> Answer {
    let (query, options) = (parsed("算力券"), of_a_hundred());
    SEARCHER.search(&query, &options).expect("hits")
}

#[divan::bench_group(max_time = 0.5)]
mod render_100_passages {
    use super::*;

    #[divan::bench]
    fn pieces_between_marks(bencher: Bencher<'_, '_>) {
        let answer = hundred();
        bencher.bench(|| {
            (answer.hits.iter())
                .map(|hit| pieces(&hit.passage.text, &hit.passage.marks).count())
                .sum::<usize>()
        });
    }

    #[cfg(feature = "cli")]
    #[divan::bench]
    fn for_a_person(bencher: Bencher<'_, '_>) {
        use cewen::render::{Color, Screen, write_pretty};
        let answer = hundred();
        let screen = Screen {
            columns: 80,
            color: Color::On,
        };
        bencher.bench(|| write_pretty(&answer, screen, &mut Vec::new()));
    }

    #[divan::bench]
    fn json(bencher: Bencher<'_, '_>) {
        let answer = hundred();
        bencher.bench(|| write_json(&answer, None, &mut Vec::new()));
    }

    #[divan::bench]
    fn csv(bencher: Bencher<'_, '_>) {
        let answer = hundred();
        bencher.bench(|| write_csv(&answer, &mut Vec::new()));
    }

    #[divan::bench]
    fn markdown(bencher: Bencher<'_, '_>) {
        let answer = hundred();
        bencher.bench(|| write_markdown(&answer, &mut Vec::new()));
    }
}
