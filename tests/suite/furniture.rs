//! P8: what the pages of a folder share around their articles is not found as
//! if it were the articles, and stays to be found on request.

use std::path::Path;

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};

use crate::support::write;

const BELOW: &str = "本栏目由甲城晚读编辑部整理，更多内容见每日推送。";

/// Saves page `number` of a site, as text or as a web page.
fn save(folder: &Path, number: usize, is_html: bool) {
    let body = format!(
        "甲市昨日发放第{number}批算力券，企业凭合同申领，全年共安排{number}亿元，用于补贴训练与推理。"
    );
    let text = match is_html {
        true => format!(
            "<html><head><title>第{number}批算力券</title></head><body><div class=\"nav\"><a href=\"/\">首页</a></div>\
             <div class=\"content\"><h1>第{number}批算力券</h1><p>{body}</p><p>申领从{number}日起，在网上办理即可，名额用完为止。</p>\
             <p>{BELOW}</p></div></body></html>"
        ),
        false => format!("第{number}批算力券\n\n{body}\n\n{BELOW}\n"),
    };
    let end = if is_html { "html" } else { "txt" };
    write(&folder.join(format!("{number}.{end}")), text);
}

fn passages(index: &Path, all_text: bool) -> usize {
    let options = SearchOptions {
        all_text,
        ..SearchOptions::default()
    };
    let searcher = Searcher::open(index).expect("opened");
    let answer = searcher.search(&Query::exact(BELOW), &options);
    answer.expect("searched").total.passages
}

fn shared_by_pages(is_html: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    let update = || cewen::update(&index, &options, &mut |_| ()).expect("updated");
    (1..=4).for_each(|number| save(&news, number, is_html));
    update();
    assert_eq!(passages(&index, false), 4, "four pages may agree by chance");
    save(&news, 5, is_html);
    let report = update();
    assert_eq!(
        passages(&index, false),
        0,
        "the fifth tells of the first four"
    );
    assert_eq!(passages(&index, true), 5);
    assert_eq!(report.unchanged, 4, "their files are as before");
    assert_eq!(update().articles_changed.len(), 0);
    std::fs::remove_file(news.join(if is_html { "2.html" } else { "2.txt" })).expect("removed");
    update();
    assert_eq!(passages(&index, false), 4, "and takes it back");
}

#[test]
fn a_line_that_pages_of_different_articles_share_is_furniture_in_all_of_them() {
    shared_by_pages(false);
    shared_by_pages(true);
}

#[test]
fn pages_in_an_archive_are_compared_as_pages_of_a_folder_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, news) = (folder.path().join("页"), folder.path().join("新闻"));
    (1..=5).for_each(|number| save(&pages, number, false));
    std::fs::create_dir_all(&news).expect("created");
    let mut archive =
        zip::ZipWriter::new(std::fs::File::create(news.join("a.zip")).expect("created"));
    for number in 1..=5 {
        let name = format!("{number}.txt");
        let bytes = std::fs::read(pages.join(&name)).expect("read");
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("begun");
        std::io::Write::write_all(&mut archive, &bytes).expect("written");
    }
    archive.finish().expect("finished");
    let index = folder.path().join("index");
    let options = UpdateOptions {
        add: vec![news],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("updated");
    assert_eq!((passages(&index, false), passages(&index, true)), (0, 5));
}
