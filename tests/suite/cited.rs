//! P7: documents under all their names, and who cites them: through the index
//! and at the command line.

use cewen::survey::{CitedBy, CitedOptions, MostCited, Unit, cited_by, most_cited};
use cewen::{Query, Searcher, UpdateOptions};

use crate::cli::{Desk, assert_exit, stderr, stdout};

/// Articles that cite made-up documents, by the names of their files.
const ARTICLES: [(&str, &str); 7] = [
    (
        "一",
        "征求意见\n\n2024-03-01\n\n甲市就《甲市算力券管理办法（征求意见稿）》公开征求意见。",
    ),
    (
        "二",
        "甲市发布新政\n\n2024-06-01\n\n甲市印发《甲市算力券管理办法（试行）》（甲府发〔2024〕7号）。",
    ),
    (
        "三",
        "一图读懂：办法解读\n\n2024-06-05\n\n据《关于印发〈甲市算力券管理办法（试行）〉的通知》，企业可以申领。",
    ),
    (
        "四",
        "申领开始\n\n2024-07-01\n\n《甲市算力券管理办法》规定了申领条件。",
    ),
    (
        "五",
        "细则出台\n\n2024-08-01\n\n《甲市算力券实施细则》即日起施行。",
    ),
    (
        "六",
        "行动计划\n\n2024-09-01\n\n甲市印发《甲市“人工智能+”行动计划（2024—2027年）》。",
    ),
    (
        "七",
        "回顾\n\n2024-10-01\n\n《甲市人工智能产业规划》已满一年。",
    ),
];

fn desk() -> Desk {
    let desk = Desk::empty();
    for (name, text) in ARTICLES {
        desk.write(&format!("corpus/{name}.txt"), text);
    }
    assert_exit(&desk.run(&["index", "corpus"]), 0);
    desk
}

fn searcher() -> (tempfile::TempDir, Searcher) {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    for (name, text) in ARTICLES {
        crate::support::write(&news.join(format!("{name}.txt")), text);
    }
    let options = UpdateOptions {
        add: vec![news],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("indexed");
    let searcher = Searcher::open(&index).expect("opened");
    (folder, searcher)
}

fn most(searcher: &Searcher, options: &CitedOptions) -> MostCited {
    most_cited(searcher, &Query::default(), options).expect("counted")
}

fn by(searcher: &Searcher, asked: &str) -> CitedBy {
    cited_by(searcher, asked, &Query::default(), &CitedOptions::default()).expect("found")
}

#[test]
fn draft_trial_and_notice_are_one_document_and_said_to_be() {
    let (_folder, searcher) = searcher();
    let cited = most(&searcher, &CitedOptions::default());
    let first = &cited.documents[0];
    assert_eq!((first.count, cited.documents.len()), (4, 4));
    assert_eq!(first.title, "甲市算力券管理办法（试行）");
    let mut also = first.also.clone();
    also.sort();
    let expected = [
        "关于印发〈甲市算力券管理办法（试行）〉的通知",
        "甲市算力券管理办法",
        "甲市算力券管理办法（征求意见稿）",
    ];
    assert_eq!(also, expected);
    // Its query finds what was counted.
    let query = Query::parse(&first.query).expect("a query").query;
    let answer = searcher.search(&query, &cewen::SearchOptions::default());
    assert_eq!(answer.expect("searched").total.articles, 4);
}

#[test]
fn every_form_of_its_name_finds_the_document_with_its_steps() {
    let (_folder, searcher) = searcher();
    for asked in [
        "《甲市算力券管理办法》",
        "甲市算力券管理办法（征求意见稿）",
        "甲市人民政府关于印发《甲市算力券管理办法（试行）》的通知",
        "甲府发[2024]第7号",
        "算力券办法",
    ] {
        let found = by(&searcher, asked);
        assert_eq!(found.documents.len(), 1, "{asked}");
        let dates: Vec<_> = found
            .hits
            .iter()
            .map(|hit| hit.article.date.clone())
            .collect();
        let expected = ["2024-03-01", "2024-06-01", "2024-06-05", "2024-07-01"];
        assert_eq!(dates, expected.map(|date| Some(date.to_owned())), "{asked}");
        let steps: Vec<_> = found.steps.iter().map(|step| step.name).collect();
        assert_eq!(steps, ["征求意见", "印发", "解读"], "{asked}");
    }
}

/// 人工智能+ was found in everything that holds 人工智能.
#[test]
fn the_signs_of_a_name_count() {
    let (_folder, searcher) = searcher();
    let titles = |asked| -> Vec<String> {
        let documents = by(&searcher, asked).documents;
        documents
            .into_iter()
            .map(|document| document.title)
            .collect()
    };
    assert_eq!(
        titles("人工智能+"),
        ["甲市“人工智能+”行动计划（2024—2027年）"]
    );
    assert_eq!(titles("人工智能").len(), 2);
}

#[test]
fn a_name_that_none_has_is_compared_with_those_there_are() {
    let (_folder, searcher) = searcher();
    let found = by(&searcher, "甲府发〔2024〕8号");
    assert!(found.documents.is_empty() && found.hits.is_empty());
    assert_eq!(found.nearest.len(), 1);
    assert_eq!(found.nearest[0].numbers, ["甲府发〔2024〕7号"]);
}

#[test]
fn passages_are_those_of_the_articles_that_cite() {
    let (_folder, searcher) = searcher();
    let options = CitedOptions {
        unit: Unit::Passages,
        limit: 1,
        ..CitedOptions::default()
    };
    let cited = most(&searcher, &options);
    assert_eq!((cited.documents[0].count, cited.more), (4, 3));
}

#[test]
fn the_command_prints_documents_and_who_cites_them_in_every_format() {
    let desk = desk();
    let most = stdout(&desk.run(&["cited-by", "-n", "1"]));
    assert!(
        most.starts_with("《甲市算力券管理办法（试行）》（甲府发〔2024〕7号） · 4 篇引用 · 2024-03-01 至 2024-07-01"),
        "{most}"
    );
    assert!(most.contains("又作（推断为同一文件）：") && most.contains("另有 3 个文件未列出"));
    let passages = stdout(&desk.run(&["cited-by", "-n", "1", "--count", "passages"]));
    assert!(passages.contains("引用它的文章共 4 段"), "{passages}");

    let one = stdout(&desk.run(&["cited-by", "甲府发[2024]7号", "-n", "2"]));
    assert!(
        one.contains("征求意见") && one.contains("另有 2 篇未列出"),
        "{one}"
    );
    let json = desk.json(&["cited-by", "甲府发[2024]7号", "--json"]);
    assert_eq!(json["unit"], "families");
    assert_eq!(
        json["documents"][0]["also"].as_array().map(Vec::len),
        Some(3)
    );
    assert_eq!(json["hits"].as_array().map(Vec::len), Some(4));
    assert_eq!(json["steps"][0]["step"], "征求意见");
    let csv = stdout(&desk.run(&["cited-by", "甲府发[2024]7号", "--format", "csv"]));
    assert!(
        csv.starts_with("\u{feff}date,title,outlet,quotation,id,place\n"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 5);
    let markdown = stdout(&desk.run(&["cited-by", "甲府发[2024]7号", "--format", "md"]));
    assert!(
        markdown.starts_with("**《甲市算力券管理办法（试行）》"),
        "{markdown}"
    );
    assert!(markdown.contains("\n- 2024-03-01  征求意见"), "{markdown}");
    let csv = stdout(&desk.run(&["cited-by", "--format", "csv"]));
    assert!(
        csv.starts_with("\u{feff}title,numbers,issuer,families,"),
        "{csv}"
    );
}

#[test]
fn a_document_that_none_cites_is_an_answer_that_says_what_to_try() {
    let desk = desk();
    let output = desk.run(&["cited-by", "甲府发〔2024〕8号"]);
    assert_exit(&output, 1);
    let page = stdout(&output);
    assert!(
        page.contains("没有文章引用") && page.contains("相近的文件"),
        "{page}"
    );
    let among = desk.run(&["cited-by", "甲府发〔2024〕7号", "--among", "\"火星券\""]);
    assert_exit(&among, 1);
    assert!(
        stdout(&among).contains("原文“火星券”：0 处"),
        "{}",
        stdout(&among)
    );
    let table = desk.run(&["first", "火星券", "--format", "csv"]);
    assert!(
        stderr(&table).contains("nothing was found"),
        "{}",
        stderr(&table)
    );
    assert_exit(&desk.run(&["cited-by", "《》"]), 2);
}

#[test]
fn axes_have_chinese_names_too() {
    let desk = desk();
    let chinese = stdout(&desk.run(&["facets", "--by", "年"]));
    assert_eq!(chinese, stdout(&desk.run(&["facets", "--by", "year"])));
    let wrong = desk.run(&["facets", "--by", "火星"]);
    assert_exit(&wrong, 2);
    assert!(
        stderr(&wrong).contains("region, city"),
        "{}",
        stderr(&wrong)
    );
}
