//! What a person says of files, encodings and corrections, is remembered, and
//! a change of it reads just the files that it concerns again.

use std::path::Path;

use cewen::{ErrorKind, Query, SearchOptions, Searcher, UpdateOptions, UpdateReport};

use crate::support::write;

fn update(index: &Path, news: &Path, encodings: &[(&str, &str)]) -> cewen::Result<UpdateReport> {
    let pair = |(pattern, name): &(&str, &str)| ((*pattern).to_owned(), (*name).to_owned());
    let options = UpdateOptions {
        add: vec![news.to_path_buf()],
        encodings: encodings.iter().map(pair).collect(),
        ..UpdateOptions::default()
    };
    cewen::update(index, &options, &mut |_| ())
}

fn changed(report: &UpdateReport) -> Vec<&str> {
    let paths = report.changes.iter().map(|change| change.path.as_str());
    paths.collect()
}

/// The ids of the articles that a query finds.
fn found(index: &Path, query: &str) -> Vec<String> {
    let answer = Searcher::open(index)
        .and_then(|searcher| {
            let query = Query::parse(query).expect("a query").query;
            searcher.search(&query, &SearchOptions::default())
        })
        .expect("searched");
    answer.hits.into_iter().map(|hit| hit.article.id).collect()
}

#[test]
fn an_encoding_is_remembered_and_reads_the_files_it_concerns_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(&news.join("甲.txt"), "甲市发放算力券\n\n首批已经发放。\n");
    // Too little text to tell Big5 by: 上海 in Big5 is other characters in GB18030.
    std::fs::write(news.join("乙.txt"), b"\xa4\x57\xae\xfc\n").expect("written");
    let report = update(&index, &news, &[]).expect("built");
    assert_eq!(report.articles, 2);

    let report = update(&index, &news, &[("乙*", "big5")]).expect("updated");
    assert_eq!(changed(&report), ["乙.txt"]);
    assert_eq!(found(&index, "\"上海\"").len(), 1);
    let status = cewen::status(&index).expect("status");
    assert_eq!(status.encodings["big5"], 1);
    assert_eq!(
        status.given_encodings,
        [("乙*".to_owned(), "big5".to_owned())]
    );

    let report = update(&index, &news, &[]).expect("updated");
    assert_eq!(
        (changed(&report), report.unchanged),
        (vec![], 2),
        "it is remembered"
    );
    let report = update(&index, &news, &[("乙*", "auto")]).expect("updated");
    assert_eq!(changed(&report), ["乙.txt"], "and can be taken back");

    let error = update(&index, &news, &[("*", "甲")]).expect_err("no encoding");
    assert_eq!(error.kind(), ErrorKind::BadOption);
    assert!(error.hint().is_some_and(|hint| hint.contains("gb18030")));
    assert!(update(&index, &news, &[("丙", "auto")]).is_err());
}

#[test]
fn corrections_are_applied_and_read_again_just_the_articles_they_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(&news.join("甲.txt"), "甲市发放算力券\n\n首批已经发放。\n");
    write(&news.join("乙.txt"), "杭州发放算力券\n\n首批已经发放。\n");
    update(&index, &news, &[]).expect("built");
    let before = found(&index, "算力券");

    let corrections = news.join("corrections.toml");
    write(
        &corrections,
        "[[article]]\npath = \"乙.txt\"\ntitle = \"宁波发放券\"\nregions = [\"宁波\"]\ndate = 2024-05-30\n",
    );
    assert_eq!(cewen::status(&index).expect("status").changes.len(), 1);
    let report = update(&index, &news, &[]).expect("updated");
    assert_eq!((changed(&report), report.unchanged), (vec!["乙.txt"], 1));
    let ids = found(&index, "region:宁波 date:2024-05");
    assert_eq!(ids.len(), 1);
    assert!(
        before.contains(&ids[0]),
        "a correction does not change the id"
    );
    assert!(found(&index, "region:杭州").is_empty());

    // The same again, said otherwise, and a file that is not there.
    write(
        &corrections,
        "[[article]] # 更正\npath = \"乙.txt\"\nregions = [\"宁波\"]\ntitle = \"宁波发放券\"\ndate = \"2024-05-30\"\n\
         [[article]]\npath = \"丙.txt\"\ntitle = \"丙\"\n",
    );
    let report = update(&index, &news, &[]).expect("updated");
    assert_eq!(changed(&report), [""; 0]);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.problems[0].path, "corrections.toml");
    assert_eq!(report.problems[0].problem.place.line, Some(6));
    let status = cewen::status(&index).expect("status");
    assert_eq!(status.problems, report.problems);

    write(
        &corrections,
        "[[article]]\npath = \"乙.txt\"\ntitel = \"宁波\"\n",
    );
    let error = update(&index, &news, &[]).expect_err("a mistake");
    assert_eq!(error.kind(), ErrorKind::BadCorrections);
    assert_eq!(found(&index, "region:宁波"), ids, "the index is as before");

    std::fs::remove_file(&corrections).expect("removed");
    let report = update(&index, &news, &[]).expect("updated");
    assert_eq!(changed(&report), ["乙.txt"]);
    assert_eq!(found(&index, "region:杭州"), ids);
}

#[test]
fn the_health_report_tells_each_kind_of_trouble_with_path_and_remedy() {
    use cewen::article::ProblemKind;
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let text = "甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。办法自发布之日起施行，有效期三年。";
    write(&news.join("好.txt"), format!("甲市发券\n\n{text}\n"));
    write(&news.join("重复.txt"), format!("甲市发券\n\n{text}\n"));
    write(
        &news.join("断.txt"),
        format!("乙市发券\n\n{text}有关负责人表示，下一步将继续扩大\n"),
    );
    write(
        &news.join("将来.txt"),
        format!("丙市发券\n来源：甲报 2091-01-01\n{text}\n"),
    );
    write(&news.join("空.txt"), "");
    write(&news.join("坏.pdf"), "no pdf");
    write(
        &news.join("表.html"),
        "<ul>".to_owned() + &"<li><a href=x>甲市发放算力券的通知</a>".repeat(30),
    );
    write(
        &news.join("乱.txt"),
        text.replace('，', "锛").replace('。', "銆").repeat(2),
    );
    let report = update(&index, &news, &[]).expect("built");
    let kinds: Vec<(ProblemKind, &str)> = report
        .problems
        .iter()
        .map(|found| (found.problem.kind, found.path.as_str()))
        .collect();
    for expected in [
        (ProblemKind::Duplicate, "重复.txt"),
        (ProblemKind::Truncated, "断.txt"),
        (ProblemKind::FutureDate, "将来.txt"),
        (ProblemKind::Empty, "空.txt"),
        (ProblemKind::Unreadable, "坏.pdf"),
        (ProblemKind::NoArticle, "表.html"),
        (ProblemKind::Mojibake, "乱.txt"),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} in {kinds:?}");
    }
    assert_eq!(kinds.len(), 7);
    assert!(
        report
            .problems
            .iter()
            .all(|found| !found.problem.remedy.is_empty())
    );
    assert_eq!(report.formats["txt"], 6);
    let status = cewen::status(&index).expect("status");
    assert_eq!(
        (status.problems, status.formats),
        (report.problems, report.formats)
    );
}
