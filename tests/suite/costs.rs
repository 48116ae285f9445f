//! P4: what starting, searching and indexing cost, in instructions.
//!
//! Counted by valgrind's cachegrind over whole processes of the `cewen` that
//! cargo has built for this suite: the same on a busy machine as on an idle
//! one, to about 0.2 %. No crate does this without a runner that has to be
//! installed first (gungraun, once iai-callgrind), so the counts are read here.
//!
//! The suite's build is not optimised and its dependencies are. What this
//! crate compiles itself, with generic code put to use in it, has source lines
//! in the debug information and costs four to ten times what it costs released;
//! what came compiled (dependencies, the C library) costs what it does released.
//! So the two are counted apart, each with its own bound: in a sum, twice the
//! work of the engine would drown.
//!
//! What a search costs grows with the index in other places than those that a
//! sample of eight articles shows: lists of postings, columns, counting. So
//! searches of each kind are counted over ten thousand passages too.
//!
//! Another compiler makes the first sort of code dearer or cheaper everywhere.
//! That is measured in the same run by work of the standard library alone, which
//! no change of this crate touches, and taken out of the comparison.
//!
//! Another processor makes the second sort dearer or cheaper: libraries choose
//! their loops by what it can do. Reading the dictionary is all work of
//! dependencies whose versions are locked, and tells.
//!
//! Indexing is many parts of a few per cent each, and twice the words of a text
//! is 5 % of all that is unoptimised. So its costs are told apart by [`PARTS`],
//! each with a bound of its own: what all of it costs cannot have grown more than
//! the part that has grown most.
//!
//! A change that is worth what it costs writes its figures, as a failure prints
//! them, into [`COSTS`] or [`PARTS`] and says so in its commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cewen::article::{
    Article, ArticleDate, Block, BlockKind, Confidence, DatePrecision, Place, Region, RegionRole,
};

use crate::support::{Numbers, text};

/// What a thing may cost of what it did: dearer fails.
///
/// A release build must not get 15 % dearer unseen. Ranking twice, 15 % of a
/// one-shot search released, is 9 % of what is compiled here and 14 % of the rest.
const BOUND: f64 = 1.07;

/// In thousands of instructions: what is measured, as compiled here, and as it
/// came compiled. Each is above the one that [`measured`] subtracts.
const COSTS: [(&str, f64, f64); 9] = [
    ("start: --version", 53.6, 1_730.8),
    ("dictionary: analyze 算力券", 99_753.5, 369_416.1),
    ("update: one line", 159_023.2, 28_395.0),
    ("search: 人工智能 --json", 11_573.8, 1_813.1),
    ("search of many, a word", 60_170.9, 14_223.5),
    ("search of many, a word of nearly all", 99_039.8, 7_799.5),
    ("search of many, a question", 88_398.6, 12_537.8),
    ("search of many, a quotation, filtered", 26_299.7, 7_229.1),
    ("search of many, a page pasted", 508_187.1, 42_596.4),
];

/// The queries of them, but for the page.
const QUERIES: [&str; 4] = [
    "算力券",
    "机器人",
    "哪些政策补贴大模型？",
    "“算力券补贴” region:北京 date:2018..2024",
];

/// Articles of the index of many, of three passages each.
const MANY: usize = 3_400;

/// What a part of indexing may cost of what it did.
const PART_BOUND: f64 = 1.10;

/// The parts of indexing eight articles, above those of one line, in thousands:
/// what is compiled here by the module of the source line, the rest by package.
const PARTS: [(&str, f64); 11] = [
    ("here: analysis", 4_021.5),
    ("here: article, passage", 11_957.4),
    ("here: corpus", 4_826.4),
    ("here: family", 1_134.4),
    ("here: index", 12_028.2),
    ("here: the standard library", 426_344.3),
    ("here: packages", 12_418.6),
    ("jieba", 1_715.6),
    ("tantivy", 6_912.4),
    ("packages, the standard library", 10_828.9),
    ("C", 13_216.2),
];

/// How many of them are compiled here.
const HERE: usize = 7;

/// The one of [`COSTS`] that tells processors apart.
const DICTIONARY: usize = 1;

/// What [`the_work_that_compilers_are_compared_by`] cost, in thousands.
const YARDSTICK: f64 = 50_978.0;

/// Articles of the sample corpus, of four formats.
const ARTICLES: [&str; 8] = [
    "全国/2017-07-24-新一代人工智能发展规划三步走.txt",
    "全国/2021-12-09-东北两城与郑州获批试验区.txt",
    "全国/2023-10-10-算力基础设施行动计划.md",
    "全国/2025-03-15-人工智能生成内容标识办法.html",
    "全国/2025-08-27-人工智能加行动意见.txt",
    "全国/2026-01-08-人工智能加制造八部门意见.json",
    "专题/2026-01-20-各地算力券比较.md",
    "专题/2026-03-10-国务院意见半年各地怎么跟.txt",
];

/// Thousands of instructions, by part.
#[derive(Clone, Copy, Default)]
struct Cost([f64; PARTS.len()]);

impl Cost {
    /// Of code with source lines: compiled here.
    fn here(&self) -> f64 {
        self.0[..HERE].iter().sum()
    }

    /// Of all other code.
    fn come(&self) -> f64 {
        self.0[HERE..].iter().sum()
    }

    fn above(&self, less: &Cost) -> Cost {
        Cost(std::array::from_fn(|part| self.0[part] - less.0[part]))
    }
}

/// What a command that must succeed costs.
fn cost(command: &Path, arguments: &[&str], folder: &Path) -> Cost {
    let counts = folder.join("counts");
    let mut counted = std::ffi::OsString::from("--cachegrind-out-file=");
    counted.push(&counts);
    let done = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg(counted)
        .arg(command)
        .args(arguments)
        .current_dir(folder)
        .env_remove("CEWEN_INDEX")
        .stdin(Stdio::null())
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {said}");
    let text = std::fs::read(&counts).expect("counts");
    read_counts(&String::from_utf8_lossy(&text))
}

/// Reads what cachegrind wrote: a file's name, a function's, then lines and
/// their counts.
fn read_counts(text: &str) -> Cost {
    let mut cost = Cost::default();
    let (mut file, mut at) = ("", 0);
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fl=") {
            file = name;
        } else if let Some(function) = line.strip_prefix("fn=") {
            at = part(file, function);
        } else if let Some((_, count)) = line.split_once(' ')
            && line.starts_with(|first: char| first.is_ascii_digit())
        {
            let count: f64 = count.parse().expect("a count");
            cost.0[at] += count / 1_000.0;
        }
    }
    cost
}

/// The number of the part that a function of a source file belongs to.
fn part(file: &str, function: &str) -> usize {
    let number = |name: &str| {
        PARTS
            .iter()
            .position(|part| part.0 == name)
            .expect("a part")
    };
    if let Some(own) = file.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src/")) {
        return number(match own.split(['/', '.']).next() {
            Some("analysis") => "here: analysis",
            Some("corpus") => "here: corpus",
            Some("family") => "here: family",
            Some("index") => "here: index",
            _ => "here: article, passage",
        });
    }
    if file.ends_with(".rs") {
        return number(match file.contains("/library/") {
            true => "here: the standard library",
            false => "here: packages",
        });
    }
    // <tantivy::store::StoreWriter as core::ops::Drop>::drop
    let path = function.trim_start_matches(|first: char| !first.is_alphabetic());
    let package = path.split_once("::").map(|(package, _)| package);
    number(match package {
        Some("jieba_rs" | "tantivy_jieba") => "jieba",
        Some(package) if package.starts_with("tantivy") => "tantivy",
        Some(_) => "packages, the standard library",
        None => "C",
    })
}

/// Costs of the standard library in the unoptimised build, for [`YARDSTICK`].
#[test]
fn the_work_that_compilers_are_compared_by() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..6_u32 {
        let text: String = (0..2_000)
            .filter_map(|at| char::from_u32(0x4E00 + (at * 7 + number) % 500))
            .collect();
        let characters: Vec<char> = text.chars().collect();
        for two in characters.windows(2) {
            *counts.entry(two.iter().collect()).or_default() += 1;
        }
    }
    let longest = counts.values().max().copied();
    let text = counts
        .iter()
        .fold(String::new(), |mut text, (pair, count)| {
            let _ = writeln!(text, "{pair} {count}");
            text
        });
    assert_eq!((counts.len(), longest, text.len()), (500, Some(24), 5_000));
}

/// Whether valgrind can be run.
fn has_valgrind() -> bool {
    let quiet =
        |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet(Command::new("valgrind").arg("--version")).is_ok_and(|status| status.success())
}

/// Makes an index of about ten thousand short passages, all of them of 机器人:
/// more than are read without a look at what can be left out.
fn index_many(index: &Path) {
    let mut numbers = Numbers::new(10);
    let mut block = |kind, before: &str, pieces| Block {
        kind,
        text: format!("{before}{}", text(&mut numbers, pieces)),
        place: Place::default(),
    };
    let article = |number: usize| {
        let section = |_| {
            [
                block(BlockKind::Heading, "", 2),
                block(BlockKind::Paragraph, "机器人", 8),
            ]
        };
        let blocks = (0..3).flat_map(section).collect();
        let (region, code) = [("北京", "110000"), ("浙江", "330000")][number % 2];
        Article {
            given_id: Some(number.to_string()),
            title: block(BlockKind::Heading, "", 3).text,
            date: Some(ArticleDate {
                iso: format!("{}-05-{:02}", 2015 + number % 11, 1 + number % 28),
                precision: DatePrecision::Day,
                evidence: String::new(),
            }),
            regions: vec![Region {
                name: region.to_owned(),
                code: Some(code.to_owned()),
                role: RegionRole::About,
                evidence: String::new(),
                confidence: Confidence::High,
            }],
            blocks,
            ..Article::default()
        }
    };
    cewen::add(index, "测试", (0..MANY).map(article).collect()).expect("an index");
}

/// The costs named in [`COSTS`], then that of indexing.
fn measured() -> [Cost; COSTS.len() + 1] {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    std::fs::create_dir(folder.path().join("news")).expect("a folder");
    for article in ARTICLES {
        let name = article.rsplit('/').next().unwrap_or(article);
        std::fs::copy(corpus.join(article), folder.path().join("news").join(name)).expect("a copy");
    }
    let cewen = PathBuf::from(assert_cmd::cargo::cargo_bin!("cewen"));
    let cewen = |arguments: &[&str]| cost(&cewen, arguments, folder.path());
    let start = cewen(&["--version"]);
    let dictionary = cewen(&["analyze", "算力券"]);
    std::fs::create_dir(folder.path().join("line")).expect("a folder");
    std::fs::write(folder.path().join("line/甲.txt"), "甲市发放算力券").expect("a file");
    let update = cewen(&["--index", "small", "index", "line"]);
    let index = cewen(&["--index", "index", "index", "news"]);
    let search = cewen(&["--index", "index", "search", "人工智能", "--json"]);
    index_many(&folder.path().join("many"));
    let many = |query| cewen(&["--index", "many", "search", query, "--json"]).above(&start);
    let [word, frequent, question, quotation] = QUERIES.map(many);
    // Many texts, of which no passage holds all; no marks that are operators.
    let mut page = text(&mut Numbers::new(11), 600);
    page.retain(|character| ('一'..='龥').contains(&character));
    let page = many(&page);
    [
        start,
        dictionary.above(&start),
        update.above(&dictionary),
        search.above(&start),
        word,
        frequent,
        question,
        quotation,
        page,
        index.above(&update),
    ]
}

#[test]
fn starting_searching_and_indexing_cost_what_they_did() {
    let missing = if !cfg!(debug_assertions) {
        Some("they are known of the dev profile only")
    } else if !has_valgrind() {
        Some("valgrind is not installed")
    } else {
        None
    };
    if let Some(missing) = missing {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: costs in instructions: {missing}"
        );
        return;
    }
    let own = std::env::current_exe().expect("this program");
    let folder = tempfile::tempdir().expect("a folder");
    let work = ["--exact", "costs::the_work_that_compilers_are_compared_by"];
    let yardstick = cost(&own, &work, folder.path()).here();
    let compiler = yardstick / YARDSTICK;

    let mut table = format!("const YARDSTICK: f64 = {yardstick:.1}; // × {compiler:.3}\n");
    let mut dearer = Vec::new();
    let measured = measured();
    let processor = measured[DICTIONARY].come() / COSTS[DICTIONARY].2;
    for ((name, here, come), now) in COSTS.into_iter().zip(measured) {
        let (here_now, come_now) = (now.here(), now.come());
        let ratios = [here_now / compiler / here, come_now / processor / come];
        if ratios.iter().any(|&ratio| ratio > BOUND) {
            dearer.push(name);
        }
        let _ = writeln!(
            table,
            "    (\"{name}\", {here_now:.1}, {come_now:.1}), // × {:.3}, × {:.3}",
            ratios[0], ratios[1]
        );
    }
    let indexing = measured[COSTS.len()];
    for (at, (name, before)) in PARTS.into_iter().enumerate() {
        let now = indexing.0[at];
        let ratio = now / before / if at < HERE { compiler } else { processor };
        if ratio > PART_BOUND {
            dearer.push(name);
        }
        let _ = writeln!(table, "    (\"{name}\", {now:.1}), // × {ratio:.3}");
    }
    let _ = write!(std::io::stderr(), "{table}");
    assert!(
        dearer.is_empty(),
        "dearer than they may be (thousands of instructions, compiled here and before): {dearer:?}\n{table}"
    );
}
