//! P8: what people really save is read as they saved it.
//!
//! The measures run on data that is no part of the repository: `CEWEN_DATA`, or
//! `../shared/data` beside it. Where it is absent they are skipped and say so.

use std::io::Write;
use std::path::{Path, PathBuf};

use cewen::article::{Article, BlockKind};
use cewen::corpus::{Format, SourceFile, parse, read, walk};

/// Finds a folder of the data, or says that a test is skipped.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let root = std::env::var_os("CEWEN_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    let _ = writeln!(
        std::io::stderr(),
        "skipped: {} is not there",
        folder.display()
    );
    None
}

/// Reads the rows of a manifest, and the file that each names.
fn manifest(folder: &Path) -> Vec<(csv::StringRecord, csv::StringRecord, Vec<u8>)> {
    let mut reader = csv::Reader::from_path(folder.join("manifest.csv")).expect("a manifest");
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let path = row.get(0).expect("a path");
        let file = folder.join("raw").join(path);
        let bytes = std::fs::read(if file.exists() {
            file
        } else {
            folder.join(path)
        });
        (header.clone(), row, bytes.expect("the file"))
    });
    rows.collect()
}

fn field<'a>(header: &csv::StringRecord, row: &'a csv::StringRecord, name: &str) -> &'a str {
    let at = header
        .iter()
        .position(|column| column.trim_start_matches('\u{feff}') == name);
    at.and_then(|at| row.get(at)).unwrap_or_default()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The title and blocks of an article, furniture included.
fn whole(article: &Article) -> String {
    let blocks = article.blocks.iter().map(|block| block.text.as_str());
    squeezed(
        &[article.title.as_str()]
            .into_iter()
            .chain(blocks)
            .collect::<String>(),
    )
}

#[test]
fn every_file_of_a_mixed_folder_is_read_in_its_encoding_with_its_title() {
    let Some(folder) = data("format_mix") else {
        return;
    };
    let (mut titled, mut right) = (0, 0);
    for (header, row, bytes) in manifest(&folder) {
        let path = field(&header, &row, "file");
        let parsed = parse(path, &bytes);
        assert_eq!(parsed.problems, [], "{path}");
        assert_eq!(parsed.articles.len(), 1, "{path}");
        let encoding = field(&header, &row, "encoding").replace("big5hkscs", "big5");
        assert_eq!(parsed.encoding, encoding, "{path}");
        let title = squeezed(field(&header, &row, "title"));
        if !title.is_empty() {
            titled += 1;
            right += usize::from(squeezed(&parsed.articles[0].title) == title);
        }
    }
    assert!(right * 100 >= titled * 97, "{right} of {titled} titles");
}

#[test]
fn saved_pages_give_their_articles_and_lists_are_told() {
    let Some(folder) = data("html_bag") else {
        return;
    };
    let (mut known, mut found) = (0, 0);
    for (header, row, bytes) in manifest(&folder) {
        let path = field(&header, &row, "file");
        let parsed = parse(path, &bytes);
        assert_eq!(
            parsed.encoding,
            field(&header, &row, "actual_encoding"),
            "{path}"
        );
        if field(&header, &row, "kind") == "list" {
            assert!(parsed.articles.is_empty(), "{path} is a list");
            assert_eq!(
                parsed.problems[0].message,
                "a list of links, not an article"
            );
        }
        let lead = squeezed(field(&header, &row, "expect_lead"));
        if !lead.is_empty() {
            known += 1;
            found += usize::from(parsed.articles.iter().any(|a| whole(a).contains(&lead)));
        }
    }
    assert!(found * 100 >= known * 97, "{found} of {known} leads");
}

#[test]
fn saved_pages_begin_and_end_where_their_articles_do() {
    let Some(folder) = data("html_bag") else {
        return;
    };
    let table = include_str!("../judgements/pages.tsv");
    let mut faults = Vec::new();
    for row in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [path, first, last, outside] = cells[..] else {
            panic!("four cells: {row}");
        };
        let file = folder.join("raw").join(path);
        let file = if file.exists() {
            file
        } else {
            folder.join(path)
        };
        let parsed = parse(path, &std::fs::read(file).expect("the file"));
        assert_eq!(parsed.articles.len(), 1, "{path}");
        let body: Vec<String> = parsed.articles[0]
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Paragraph)
            .map(|block| squeezed(&block.text))
            .collect();
        let end = |paragraph: Option<&String>| paragraph.cloned().unwrap_or_default();
        let (opening, closing) = (end(body.first()), end(body.last()));
        if !opening.contains(&squeezed(first)) {
            faults.push(format!("{path} begins {opening}"));
        }
        if !closing.contains(&squeezed(last)) {
            faults.push(format!("{path} ends {closing}"));
        }
        for foreign in outside.split('|').map(squeezed) {
            if body.iter().any(|text| text.contains(&foreign)) {
                faults.push(format!("{path} holds {foreign}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every file is found by a quote of what it must hold, at its own path.
#[test]
fn every_file_of_a_mixed_folder_is_found_by_what_it_holds() {
    let Some(folder) = data("format_mix") else {
        return;
    };
    let index = tempfile::tempdir().expect("a folder");
    let index = index.path().join("index");
    let options = cewen::UpdateOptions {
        add: vec![folder.join("raw")],
        ..cewen::UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("indexed");
    let searcher = cewen::Searcher::open(&index).expect("opened");
    let options = cewen::SearchOptions {
        limit: 0,
        // Some of the strings stand in the menus of a page.
        all_text: true,
        ..cewen::SearchOptions::default()
    };
    let (mut whole, mut all) = (0, 0);
    for (header, row, bytes) in manifest(&folder) {
        let path = field(&header, &row, "file");
        let article = &parse(path, &bytes).articles[0];
        let blocks = article.blocks.iter().map(|block| block.text.as_str());
        let texts: Vec<&str> = blocks.chain([article.title.as_str()]).collect();
        // The string was cut from the file with its line ends taken out; no
        // quote crosses a paragraph end, so it may take several.
        let parts = parts_of(&squeezed(field(&header, &row, "must_contain")), &texts);
        all += 1;
        whole += usize::from(parts.len() == 1);
        for part in parts {
            let answer = searcher
                .search(&cewen::Query::exact(&part), &options)
                .expect("searched");
            let is_own = |hit: &cewen::Hit| path.ends_with(&hit.article.path);
            assert!(answer.hits.iter().any(is_own), "{part:?} of {path}");
        }
    }
    let _ = writeln!(std::io::stderr(), "{whole} of {all} by one quote");
}

/// Cuts a string without spaces into the longest parts that stand within one
/// text each, and yields them as they stand there.
fn parts_of(wanted: &str, texts: &[&str]) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = wanted;
    while let Some(first) = rest.chars().next() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let found = ends
            .map_while(|end| {
                let part = &rest[..end];
                Some((end, texts.iter().find_map(|text| as_written(part, text))?))
            })
            .last();
        match found {
            Some((end, part)) => {
                parts.push(part);
                rest = &rest[end..];
            }
            // A mark of Markdown stands nowhere.
            None => rest = &rest[first.len_utf8()..],
        }
    }
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}

/// Finds a string without spaces in a text, and yields it with its spaces.
fn as_written(part: &str, text: &str) -> Option<String> {
    let squeezed = squeezed(text);
    let start = squeezed[..squeezed.find(part)?].chars().count();
    let letters = text.char_indices().filter(|(_, c)| !c.is_whitespace());
    let letters: Vec<(usize, char)> = letters.collect();
    let (last, c) = letters[start + part.chars().count() - 1];
    Some(text[letters[start].0..last + c.len_utf8()].to_owned())
}

#[test]
fn a_scraped_page_gives_every_field_with_its_evidence() {
    let Some(folder) = data("seed") else {
        return;
    };
    let bytes = std::fs::read(folder.join("article.txt")).expect("the page");
    let parsed = parse("article.txt", &bytes);
    let article = &parsed.articles[0];
    assert_eq!(article.title, "北京: 建设人工智能创新策源地");
    let date = article.date.as_ref().expect("a date");
    assert_eq!(
        (date.iso.as_str(), date.evidence.as_str()),
        ("2024", "2024年第14期")
    );
    let outlet = article.outlet.as_ref().expect("an outlet");
    assert_eq!(outlet.value, "中国经济周刊");
    assert!(outlet.evidence.contains("记者"));
    assert_eq!(
        article.author.as_ref().map(|a| a.value.as_str()),
        Some("郑雪")
    );
    let regions: Vec<(&str, &str)> = article
        .regions
        .iter()
        .map(|region| (region.name.as_str(), region.evidence.as_str()))
        .collect();
    assert_eq!(
        regions,
        [("北京", article.title.as_str()), ("北京", "北京报道")]
    );
    assert_eq!(article.citations.len(), 3);
    let body = article
        .blocks
        .iter()
        .filter(|b| b.kind != BlockKind::Furniture);
    for foreign in ["图灵汇官网", "中新社福州", "导读", "下一篇"] {
        assert!(body.clone().all(|b| !b.text.contains(foreign)), "{foreign}");
    }
}

#[test]
fn the_items_of_daily_files_have_the_date_of_their_file() {
    let Some(folder) = data("xwlb/raw") else {
        return;
    };
    let found = walk(&folder, &mut |_| {}).expect("a walk");
    for file in &found.files {
        let (_, parsed) = read(file);
        assert!(parsed.articles.len() > 1, "{}", file.path);
        for article in &parsed.articles {
            let iso = article
                .date
                .as_ref()
                .map(|date| date.iso.replace('-', ""))
                .unwrap_or_default();
            assert!(
                iso.len() == 8 && file.path.contains(&iso),
                "{}: {iso}",
                file.path
            );
        }
    }
}

#[test]
fn one_folder_holds_many_formats() {
    let text =
        "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用，三年有效，高校另有名额。";
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| -> SourceFile {
        let location = folder.path().join(name);
        std::fs::write(&location, bytes).expect("written");
        SourceFile {
            path: name.to_owned(),
            location,
            size: bytes.len() as u64,
            modified_ns: 0,
        }
    };
    let files = [
        (
            write(
                "a.csv",
                format!("标题,正文\n甲市发券,\"{text}\"\n").as_bytes(),
            ),
            Format::Csv,
        ),
        (
            write(
                "a.tsv",
                format!("title\ttext\n甲市发券\t{text}\n").as_bytes(),
            ),
            Format::Tsv,
        ),
        (
            write(
                "a.html",
                format!("<title>甲市发券_甲网</title><div id=zoom><p>{text}</p></div>").as_bytes(),
            ),
            Format::Html,
        ),
    ];
    for (file, format) in files {
        let (hash, parsed) = read(&file);
        assert!(hash.is_some());
        assert_eq!(
            (parsed.format, parsed.problems.len()),
            (format, 0),
            "{:?}",
            parsed.problems
        );
        let article = &parsed.articles[0];
        assert_eq!(article.title, "甲市发券");
        let is_body = |kind: BlockKind| kind != BlockKind::Furniture;
        assert!(
            article
                .blocks
                .iter()
                .any(|b| is_body(b.kind) && b.text == text),
            "{format}"
        );
    }
}
