//! Families: reprints are found, notices on one template are not, and the
//! order of updates makes no difference.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cewen::article::Article;
use cewen::{Searcher, UpdateOptions};

use crate::reprints::{Dice, article, reprint, templates, traditional};

/// The families of an index, as sets of ids.
fn families(dir: &Path) -> BTreeSet<BTreeSet<String>> {
    let searcher = Searcher::open(dir).expect("opened");
    let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for article in searcher.articles() {
        let article = article.expect("read");
        families
            .entry(article.family)
            .or_default()
            .insert(article.id);
    }
    families
        .into_values()
        .filter(|members| members.len() > 1)
        .collect()
}

fn indexed(articles: &[Article]) -> BTreeSet<BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    cewen::add(folder.path(), "测试", articles.to_vec()).expect("added");
    families(folder.path())
}

/// The bodies of the sample articles, reprints left out.
fn samples() -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let options = UpdateOptions {
        add: vec![corpus],
        ..UpdateOptions::default()
    };
    cewen::update(folder.path(), &options, &mut |_| ()).expect("indexed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    let found = searcher.articles().map(|found| found.expect("read"));
    // The samples hold reprints of their own.
    let first = found.filter(|article| article.family == article.id);
    let whole = first.map(|article| {
        let text = searcher.article(&article.id).expect("there").text;
        (article.id, text)
    });
    whole
        .filter(|(_, text)| text.chars().count() > 150)
        .collect()
}

#[test]
fn made_up_reprints_of_the_sample_articles_are_found_and_nothing_else() {
    let samples = samples();
    let mut dice = Dice::new(7);
    let mut articles = Vec::new();
    for (number, (id, text)) in samples.iter().enumerate() {
        articles.push(article(&format!("{id}/0"), "原题", text));
        for copy in 1..4 {
            let local = &samples[(number * 7 + copy * 13 + 1) % samples.len()].1;
            let made = reprint(text, local, &mut dice);
            articles.push(article(
                &format!("{id}/{copy}"),
                &format!("改题{copy}"),
                &made,
            ));
        }
    }
    let (mut found, mut right) = (0, 0);
    let original = |id: &str| id.split_once('/').map(|(id, _)| id.to_owned());
    for family in indexed(&articles) {
        let members: Vec<&String> = family.iter().collect();
        for (at, one) in members.iter().enumerate() {
            for other in &members[..at] {
                found += 1;
                right += usize::from(original(one) == original(other));
            }
        }
    }
    let all = samples.len() * 6;
    assert!(right * 100 >= all * 95, "{right} of {all} pairs found");
    assert!(right * 100 >= found * 99, "{right} of {found} pairs right");
}

#[test]
fn notices_on_one_template_are_no_family() {
    let families = indexed(&templates());
    assert!(families.is_empty(), "{families:?}");
}

#[test]
fn script_width_and_marks_change_nothing() {
    let text = "甲市今天发放首批“算力券”，中小企业可以申领3,000元。每家企业最高可得200万元，用于租用智能算力。";
    let other = traditional(text)
        .replace('“', "「")
        .replace('”', "」")
        .replace("200", "２００");
    let families = indexed(&[article("甲", "原题", text), article("乙", "改題", &other)]);
    assert_eq!(families.len(), 1);
}

/// Growing, changing and shrinking an index article by article gives the same
/// families as building it at once.
#[test]
fn families_do_not_depend_on_the_order_of_updates() {
    let samples = samples();
    for seed in 1..5 {
        let mut dice = Dice::new(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let (root, dir) = (folder.path().join("新闻"), folder.path().join("index"));
        std::fs::create_dir(&root).expect("created");
        let options = |add: &[&Path]| UpdateOptions {
            add: add.iter().map(|path| path.to_path_buf()).collect(),
            ..UpdateOptions::default()
        };
        std::fs::write(root.join("始.txt"), "开始\n\n文件夹不能是空的。").expect("written");
        cewen::update(&dir, &options(&[&root]), &mut |_| ()).expect("built");
        for step in 0..12 {
            for _ in 0..1 + dice.below(3) {
                let number = dice.below(4);
                let name = format!("{number}-{}.txt", dice.below(4));
                let text = match dice.below(4) {
                    0 => {
                        let _ = std::fs::remove_file(root.join(&name));
                        continue;
                    }
                    1 => templates()[number]
                        .blocks
                        .iter()
                        .map(|block| block.text.clone() + "\n")
                        .collect(),
                    2 => samples[number].1.clone(),
                    _ => reprint(&samples[number].1, &samples[20].1, &mut dice),
                };
                std::fs::write(root.join(&name), format!("题目{step}\n\n{text}")).expect("written");
            }
            cewen::update(&dir, &options(&[]), &mut |_| ()).expect("updated");
        }
        let fresh = folder.path().join("anew");
        cewen::update(&fresh, &options(&[&root]), &mut |_| ()).expect("built");
        assert_eq!(families(&dir), families(&fresh), "seed {seed}");
    }
}

#[test]
fn the_earliest_is_first_and_a_year_alone_is_not_january() {
    let text =
        "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用智能算力。";
    let folder = tempfile::tempdir().expect("a folder");
    let (root, dir) = (folder.path().join("新闻"), folder.path().join("index"));
    for (name, date) in [
        ("甲", "2024"),
        ("乙", "2024-05-02"),
        ("丙", "2024-05-01"),
        ("丁", "2023-12"),
    ] {
        crate::support::write(
            &root.join(format!("{name}.md")),
            format!("---\ntitle: {name}报\ndate: {date}\n---\n\n{text}\n"),
        );
    }
    let options = UpdateOptions {
        add: vec![root],
        ..UpdateOptions::default()
    };
    cewen::update(&dir, &options, &mut |_| ()).expect("built");
    let searcher = Searcher::open(&dir).expect("opened");
    let any = searcher.articles().next().expect("one").expect("read");
    let family = searcher.family(&any.id).expect("there");
    let titles: Vec<&str> = family
        .members
        .iter()
        .map(|member| member.title.as_str())
        .collect();
    assert_eq!(titles, ["丁报", "丙报", "乙报", "甲报"]);
    assert!(family.members.iter().all(|member| member.similarity == 1.0));
    assert_eq!(family.members[family.asked].id, any.id);
}
