//! Large files are read as they are whole, and what changes meanwhile is told.

use super::super::{parse_with, read_with};
use super::*;
use proptest::prelude::*;
use std::io::Write;

/// A file in a folder that lives as long as it.
fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, SourceFile) {
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join(name);
    std::fs::write(&location, bytes).expect("written");
    let data = location.metadata().expect("there");
    let file = SourceFile {
        path: name.to_owned(),
        location,
        size: data.len(),
        modified_ns: modified_ns(&data),
    };
    (folder, file)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

fn options() -> ReadOptions {
    let corrections = "[[article]]\npath = \"甲*\"\nitem = \"r3\"\noutlet = \"乙报\"\n\n[[article]]\npath = \"甲.jsonl\"\nitem = \"无\"\ntitle = \"丙\"\n";
    ReadOptions {
        today: Some("2024-06-01".to_owned()),
        corrections: super::super::Corrections::parse("corrections.toml", corrections)
            .expect("corrections"),
        ..ReadOptions::default()
    }
}

/// The file read a block at a time is what its bytes are.
fn assert_same(name: &str, bytes: &[u8]) {
    let (_folder, file) = file(name, bytes);
    let options = options();
    let (hash, mut streamed) = read_with(&file, &options);
    assert_eq!(hash, Some(blake3::hash(bytes).to_hex().to_string()));
    let mut whole = parse_with(name, bytes, &options);
    // They are found in another order.
    for parsed in [&mut streamed, &mut whole] {
        let key = |problem: &Problem| (problem.place.row, problem.message.clone());
        parsed.problems.sort_by_key(key);
    }
    let mut pairs = streamed.articles.iter().zip(&whole.articles);
    let first = pairs.find(|(one, other)| one != other);
    assert_eq!(first, None, "{name}");
    assert_eq!(streamed.articles.len(), whole.articles.len(), "{name}");
    assert_eq!(streamed.problems, whole.problems, "{name}");
    assert_eq!(streamed, whole, "{name}");
}

#[test]
fn an_archive_is_read_an_entry_at_a_time_as_it_is_whole() {
    let gbk = encoding_rs::GB18030
        .encode("乙市发放算力券\n\n乙市的办法已经发布。")
        .0
        .into_owned();
    let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let row = line(3, 3, "三");
    for (name, bytes) in [
        ("甲.jsonl", row.as_bytes()),
        ("乙.txt", &gbk),
        ("丙.txt", b""),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).expect("an entry");
        archive.write_all(bytes).expect("written");
    }
    let bytes = archive.finish().expect("finished").into_inner();
    assert_same("甲.zip", &bytes);
    let (_folder, file) = file("甲.zip", &bytes);
    let options = options();
    let mut encodings = Vec::new();
    let ending = open(&file, &options).each(&Workers::none(), &mut |coming| {
        encodings.push(coming.encoding.to_owned());
        Ok(())
    });
    assert_eq!(ending.expect("nothing stops it").encoding, "mixed");
    assert_eq!(encodings, ["utf-8", "gb18030"]);
}

fn line(kind: usize, number: usize, text: &str) -> String {
    match kind {
        0 => format!(
            "{{\"title\": \"题{number}\", \"text\": \"{text}\", \"date\": \"2024-07-0{}\"}}\n",
            number % 9 + 1
        ),
        1 => "\n".to_owned(),
        2 => "{\"title\": \n".to_owned(),
        3 => format!("{{\"id\": \"r{number}\", \"text\": \"{text}\"}}\r\n"),
        4 => "[1]\n".to_owned(),
        5 => format!("{{\"text\": \"{}\"}}\n", "锛銆紝鐨鍙".repeat(3)),
        _ => format!("{{\"text\": \"{text}\"}}\n"),
    }
}

fn row(kind: usize, number: usize, text: &str) -> String {
    match kind {
        0 => format!("题{number},\"{text}\n{text}\",\n"),
        1 => "\n".to_owned(),
        2 => format!("题{number},\"{text}\n"),
        3 => format!("题{number},{text}\r\n"),
        4 => format!("题{number},{text},u,v\n"),
        5 => ",,\n".to_owned(),
        _ => format!("题{number},\"{text}\"\"{text}\",u{number}\n"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_read_a_block_at_a_time_are_those_of_the_whole(
        kinds in proptest::collection::vec(0..9_usize, 20..60),
        text in "[\u{4e00}-\u{4e20}，。A-C]{1,30}",
        encoding in 0..4_usize,
        damage in proptest::collection::vec(0..2000_usize, 0..2),
    ) {
        let text = text.replace(',', "，");
        let lines: String = kinds.iter().zip(1..).map(|(&kind, number)| line(kind, number, &text)).collect();
        let rows: String = kinds.iter().zip(1..).map(|(&kind, number)| row(kind, number, &text)).collect();
        let rows = format!("title,text,url\n{rows}");
        let list = format!("[\n{}\n]", lines.replace('\n', ",\n").replace(",\n,", ",\n"));
        for (name, content) in [("甲.json", list), ("甲.jsonl", lines), ("甲.csv", rows.clone()), ("甲.tsv", rows.replace(',', "\t"))] {
            let mut bytes = match encoding {
                0 => content.into_bytes(),
                1 => format!("\u{feff}{content}").into_bytes(),
                2 => encoding_rs::GB18030.encode(&content).0.into_owned(),
                _ => content.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            };
            for &at in &damage {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = 0xff;
                }
            }
            assert_same(name, &bytes);
            let (_folder, file) = file(&format!("{name}.gz"), &packed(&bytes));
            let plain = parse_with(name, &bytes, &ReadOptions::default());
            let (_, parsed) = read_with(&file, &ReadOptions::default());
            prop_assert_eq!(parsed.articles, plain.articles);
        }
    }
}

#[test]
fn a_row_that_is_too_long_is_left_out_and_the_others_are_read() {
    let long = "长".repeat(2_000);
    let lines = format!(
        "{}{}{}",
        line(6, 1, "一"),
        line(6, 2, &long),
        line(6, 3, "三")
    );
    let (_folder, found) = file("甲.jsonl", lines.as_bytes());
    let (_, parsed) = read_with(&found, &ReadOptions::default());
    let rows: Vec<Option<u32>> = parsed.articles.iter().map(|a| a.place.row).collect();
    assert_eq!(rows, [Some(1), Some(3)]);
    assert_eq!(parsed.problems[0].place.row, Some(2));
    let table = format!("title,text\n题,一\n题,{long}\n题,三\n");
    let (_folder, found) = file("甲.csv", table.as_bytes());
    let (_, parsed) = read_with(&found, &ReadOptions::default());
    let rows: Vec<Option<u32>> = parsed.articles.iter().map(|a| a.place.row).collect();
    assert_eq!(rows, [Some(2), Some(4)]);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told() {
    let lines: String = (0..40).map(|number| line(6, number, "一二三")).collect();
    let (_folder, file) = file("甲.jsonl", lines.as_bytes());
    let options = ReadOptions::default();
    let mut articles = 0;
    let ending = open(&file, &options)
        .each(&Workers::none(), &mut |_| {
            articles += 1;
            if articles == 5 {
                let half = &lines[..lines.len() / 2];
                std::fs::write(&file.location, half).expect("written");
            }
            Ok(())
        })
        .expect("nothing stops it");
    assert!(!ending.is_sound);
    assert!(
        ending
            .problems
            .iter()
            .any(|problem| problem.message.contains("changed while")),
        "{:?}",
        ending.problems
    );
    // What replaces a file is another one: the one that was opened is read.
    let other = file.location.with_extension("new");
    std::fs::write(&other, &lines).expect("written");
    let mut articles = 0;
    let ending = open(
        &SourceFile {
            location: other.clone(),
            ..file.clone()
        },
        &options,
    )
    .each(&Workers::none(), &mut |_| {
        articles += 1;
        let _ = std::fs::remove_file(&other);
        Ok(())
    })
    .expect("nothing stops it");
    assert!(ending.is_sound);
    assert_eq!(articles, 40);
}

#[test]
fn problems_without_number_are_counted() {
    let lines = "{\"x\": 1}\n".repeat(3_000);
    let (_folder, file) = file("甲.jsonl", lines.as_bytes());
    let (_, parsed) = read_with(&file, &ReadOptions::default());
    assert_eq!(parsed.problems.len(), 201);
    assert_eq!(
        parsed.problems[200].message,
        "2800 more problems like these"
    );
}
