//! P8: whatever stands in a folder, nothing of it stops the rest from being
//! read, leads out of the folder, or is lost in silence.

use std::io::Write;
use std::path::Path;

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};
use zip::write::SimpleFileOptions;

use crate::support::write;

fn zipped(path: &Path, entries: &[(&str, &str)]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).expect("created"));
    for (name, text) in entries {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("begun");
        archive.write_all(text.as_bytes()).expect("written");
    }
    archive.finish().expect("finished");
}

fn document(path: &Path, xml: &str) {
    zipped(path, &[("word/document.xml", xml)]);
}

/// Fills a folder with what should not be there, and one article.
fn fill(news: &Path) {
    let save = |name: &str, text: String| write(&news.join(name), text);
    let deep = 20_000;
    save("好.txt", "算力券发放\n\n这一篇是好的文章。\n".to_owned());
    save("深.json", "[".repeat(deep) + &"]".repeat(deep));
    save(
        "深对象.json",
        "{\"a\":".repeat(deep) + "1" + &"}".repeat(deep),
    );
    save(
        "坏行.jsonl",
        "{坏\n".repeat(1_000) + "{\"title\": \"好行\", \"text\": \"这一行是好的文章。\"}\n",
    );
    save(
        "引号.csv",
        format!(
            "标题,正文\n{}\n甲,这一格在引号之后。\n",
            "\"".repeat(10_001)
        ),
    );
    save("宽.csv", ",".repeat(20_000) + "\n" + &",".repeat(20_000));
    save("别名.md", {
        let mut yaml = "---\na: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, before) in ('b'..='p').zip('a'..) {
            let nine = vec![format!("*{before}"); 9].join(", ");
            yaml += &format!("{name}: &{name} [{nine}]\n");
        }
        yaml + "title: *p\n---\n\n别名之后的文章在这里。\n"
    });
    save("星.md", "*".repeat(deep) + "粗" + &"*".repeat(deep));
    save("链.md", "[".repeat(deep) + &"](x)".repeat(1_000));
    save(
        "深.html",
        "<div>".repeat(deep) + "深处的文章在这里，一共只有一句话。",
    );
    save(
        "表.html",
        "<table>".to_owned() + &"<tr><td>".repeat(deep) + "表里",
    );
    save("注.html", "<!--".repeat(deep));
    save("属性.html", format!("<p {}>", "a=1 ".repeat(deep)));
    save("控制.txt", "\u{1}\u{2}\u{3}".repeat(10_000));
    write(&news.join("空字节.txt"), vec![0_u8; 100_000]);
    write(&news.join("奇数.txt"), b"\xff\xfe\x97\x7b\x9b");
    write(&news.join("假.docx"), b"PK\x03\x04 no archive");
    write(&news.join("假.pdf"), b"%PDF-1.4 no pages");
    write(&news.join("断.txt.gz"), b"\x1f\x8b\x08\x00\x00");
    document(
        &news.join("实体.docx"),
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>\
         <w:document xmlns:w=\"x\"><w:body><w:p><w:r><w:t>&b;实体的文章</w:t></w:r></w:p></w:body></w:document>",
    );
    document(
        &news.join("深.docx"),
        &("<w:document xmlns:w=\"x\"><w:body>".to_owned() + &"<w:tbl><w:tr><w:tc>".repeat(deep)),
    );
    let inside = "包里的文章在这里。";
    let names = [
        "../外.txt",
        "/绝对.txt",
        "c:\\盘.txt",
        "甲/../../外.txt",
        "..\\外.txt",
        "好.txt",
    ];
    zipped(&news.join("路径.zip"), &names.map(|name| (name, inside)));
}

#[test]
fn nothing_in_a_folder_stops_the_rest_or_is_lost_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    std::fs::create_dir_all(&news).expect("created");
    fill(&news);
    #[cfg(unix)]
    {
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, news.join(name)).expect("linked");
        };
        link(".", "圈");
        link("/dev/zero", "零.txt");
        link("没有", "悬空.txt");
    }
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    let report = cewen::update(&index, &options, &mut |_| ()).expect("updated");
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
    let searcher = Searcher::open(&index).expect("opened");
    let found = |text: &str| {
        let answer = searcher.search(&Query::exact(text), &SearchOptions::default());
        let hits = answer.expect("searched").hits;
        hits.into_iter()
            .map(|hit| hit.article.path)
            .collect::<Vec<_>>()
    };
    for (text, path) in [
        ("这一篇是好的文章", "好.txt"),
        ("这一行是好的文章", "坏行.jsonl"),
        ("这一格在引号之后", "引号.csv"),
        ("深处的文章在这里", "深.html"),
        ("包里的文章在这里", "路径.zip!/好.txt"),
    ] {
        assert_eq!(found(text), [path]);
    }
    let read: Vec<String> = searcher
        .articles()
        .map(|article| article.expect("read").path)
        .collect();
    for entry in std::fs::read_dir(&news).expect("listed").flatten() {
        let name = entry.file_name().into_string().expect("utf-8");
        let is_read = read
            .iter()
            .any(|path| path.split("!/").next() == Some(&name));
        let is_told = report.problems.iter().any(|problem| problem.path == name);
        let is_device = name == "零.txt";
        assert!(is_read || is_told || is_device, "{name} is lost in silence");
    }
    assert_eq!(report.skipped, 1, "the device");
}
