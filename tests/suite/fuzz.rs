//! Ten thousand made-up inputs for every entrance: the bounded twin of `fuzz/`.

use crate::checks;
use crate::support::{Numbers, text};

const CASES: usize = 10_000;

/// What queries, pages and records are made of besides the pieces of texts.
const SIGNS: &[&str] = &[
    "\"",
    "“",
    "”",
    "「",
    "」",
    "(",
    ")",
    "（",
    "）",
    "+",
    "-",
    "－",
    ":",
    "：",
    "|",
    " OR ",
    " AND ",
    "NOT ",
    " NEAR/3 ",
    "region:",
    "地区:",
    "date:",
    "2024-13",
    "2024..",
    "\n",
    "\r\n",
    "# ",
    "## ",
    "---\n",
    "title: ",
    "{\"title\": \"",
    "\", \"text\": \"",
    "\"}",
    "[",
    "]",
    ",",
    "<p>",
    "</div>",
    "<script>",
    "<table><tr><td>",
    "<article>",
    "<a href=x>",
    "<meta charset=gbk>",
    "<!--",
    "<w:p><w:r><w:t>",
    "</w:t></w:r></w:p>",
    "<w:tbl><w:tr><w:tc>",
    "标题,正文\n",
    "\",\"",
    "../",
    ".txt\u{0}",
    "&#x4e00;",
    "来源：甲报 2024-05-30",
    "导读：",
    "责任编辑：",
    "\u{0}",
    "\u{FEFF}",
    "\u{202E}",
    "\u{301}",
    "\u{FFFD}",
    "𠮷",
    "🇨🇳",
    "\t",
    "\u{2028}",
];

/// A text of pieces and signs in any order.
fn mixed(numbers: &mut Numbers, pieces: usize) -> String {
    let mut mixed = String::new();
    for _ in 0..numbers.below(pieces) + 1 {
        match numbers.below(3) {
            0 => mixed.push_str(numbers.pick::<&str>(SIGNS)),
            _ => mixed.push_str(&text(numbers, 1)),
        }
    }
    mixed
}

/// Bytes that are nearly a text: some flipped, cut or doubled, some in another
/// encoding.
fn bytes(numbers: &mut Numbers, pieces: usize) -> Vec<u8> {
    let text = mixed(numbers, pieces);
    let mut bytes = match numbers.below(4) {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.into_bytes(),
    };
    for _ in 0..numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(3) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => bytes.truncate(at.max(1)),
            _ => bytes.extend_from_within(at..),
        }
    }
    bytes
}

#[test]
fn every_query_parses_or_says_what_is_impossible() {
    let mut numbers = Numbers::new(1);
    for _ in 0..CASES {
        checks::query(&mixed(&mut numbers, 12));
    }
}

// Found by fuzzing: such a page gave neither article nor problem.
#[test]
fn a_markdown_file_of_markup_only_is_a_problem() {
    for text in [">>>\n", "<p>"] {
        let parsed = cewen::corpus::parse("甲.md", text.as_bytes());
        assert_eq!((parsed.articles.len(), parsed.problems.len()), (0, 1));
    }
}

#[test]
fn what_is_found_is_found_again_where_it_stands_alone() {
    let mut numbers = Numbers::new(2);
    for _ in 0..CASES {
        let (query, text) = (mixed(&mut numbers, 3), mixed(&mut numbers, 20));
        checks::find(&query, &text);
    }
}

#[test]
fn passages_hold_the_whole_text_once() {
    let mut numbers = Numbers::new(3);
    for case in 0..CASES {
        let mut text = mixed(&mut numbers, 40);
        // Now and then a text long enough to be cut, with few places to cut at.
        if case % 100 == 0 {
            text = text.repeat(1 + numbers.below(200));
        }
        checks::cut(&text);
    }
}

#[test]
fn every_file_is_read_or_says_why_not() {
    let mut numbers = Numbers::new(4);
    for case in 0..CASES {
        let path = [
            "甲.txt",
            "甲.md",
            "甲.json",
            "甲.jsonl",
            "甲.html",
            "甲.csv",
        ][case % 6];
        checks::read(path, &bytes(&mut numbers, 30));
    }
}

#[test]
fn every_packed_file_is_read_or_says_why_not() {
    let mut numbers = Numbers::new(5);
    for case in 0..CASES {
        let bytes = bytes(&mut numbers, 20);
        match case % 3 {
            0 => checks::read_docx(&bytes),
            1 => checks::read_zip(&bytes),
            _ => checks::read_gz(&bytes),
        }
    }
}
