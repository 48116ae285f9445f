//! A deterministic source of text, and indexes over it.

use std::path::Path;

use cewen::article::{Article, Block, BlockKind, Place};
use cewen::{Group, Hit, Query, SearchOptions, Searcher};

/// A small generator of numbers: the same on every run and machine.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What texts are put together from: little enough that things repeat.
const PIECES: &[&str] = &[
    "算力券",
    "基础",
    "基矗",
    "算力",
    "券",
    "北京",
    "北京市",
    "人工智能",
    "大模型",
    "政策",
    "的",
    "发展",
    "補貼",
    "补贴",
    "發放",
    "2023",
    "2025",
    "—",
    "-",
    " ",
    "年",
    "，",
    "。",
    "、",
    "：",
    "“",
    "”",
    "《",
    "》",
    "GPT",
    "-4o",
    "H20",
    "H200",
    "Ｈ２０",
    "3.85亿",
    "3,000P",
    "C++",
    "5G-A",
    "+",
    "%",
    "1—2月",
    "12月",
    "𠮷",
    "\u{200B}",
    "e\u{301}",
    "·",
    "（",
    ")",
    "〔2023〕",
    "机器",
    "AI",
    "ai",
    "…",
    "!",
    "~",
];

/// A text of so many pieces.
pub(crate) fn text(numbers: &mut Numbers, pieces: usize) -> String {
    (0..pieces).map(|_| *numbers.pick(PIECES)).collect()
}

/// A made-up article: title, headings, short and very long paragraphs, furniture.
pub(crate) fn article(numbers: &mut Numbers, id: usize) -> Article {
    let mut blocks = Vec::new();
    for _ in 0..1 + numbers.below(6) {
        let kind = match numbers.below(8) {
            0 => BlockKind::Heading,
            1 => BlockKind::Furniture,
            _ => BlockKind::Paragraph,
        };
        let pieces = match (kind, numbers.below(12)) {
            (BlockKind::Paragraph, 0) => 900,
            (BlockKind::Paragraph, _) => 5 + numbers.below(60),
            _ => 1 + numbers.below(6),
        };
        blocks.push(Block {
            kind,
            text: text(numbers, pieces),
            place: Place::default(),
        });
    }
    let title_pieces = numbers.below(6);
    Article {
        given_id: Some(format!("a{id}")),
        title: text(numbers, title_pieces),
        blocks,
        ..Article::default()
    }
}

/// An index of articles, in a folder that lives as long as it.
pub(crate) struct Indexed {
    pub(crate) articles: Vec<Article>,
    pub(crate) searcher: Searcher,
    _folder: tempfile::TempDir,
}

/// Indexes made-up articles.
pub(crate) fn indexed(seed: u64, count: usize) -> Indexed {
    let mut numbers = Numbers::new(seed);
    index((0..count).map(|id| article(&mut numbers, id)).collect())
}

/// Indexes articles.
pub(crate) fn index(articles: Vec<Article>) -> Indexed {
    let folder = tempfile::tempdir().expect("a folder");
    cewen::add(folder.path(), "测试", articles.clone()).expect("indexed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    Indexed {
        articles,
        searcher,
        _folder: folder,
    }
}

/// All passages that a query finds.
pub(crate) fn all_hits(searcher: &Searcher, query: &Query) -> Vec<Hit> {
    let options = SearchOptions {
        limit: 0,
        group: Group::None,
        ..SearchOptions::default()
    };
    searcher.search(query, &options).expect("searched").hits
}

/// Writes a file, with the folders it stands in.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    std::fs::write(path, content).expect("written");
}
