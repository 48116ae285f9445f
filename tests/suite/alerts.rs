//! Standing queries: each passage that arrives is shown once, whatever happens
//! to files and index meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cewen::alert::{self, NewAlert, RunOptions, Start};
use cewen::{ErrorKind, UpdateOptions};

use crate::cli::{Desk, assert_exit, stderr, stdout};
use crate::support::{Numbers, write};

/// An article of the model: texts are numbers, and no number is used twice.
#[derive(Clone, Debug)]
struct Model {
    title: usize,
    paragraphs: Vec<usize>,
}

impl Model {
    fn new(next: &mut usize, paragraphs: usize) -> Self {
        let mut number = || {
            *next += 1;
            *next
        };
        Model {
            title: number(),
            paragraphs: (0..paragraphs).map(|_| number()).collect(),
        }
    }

    /// The texts of each passage: a paragraph, and the title with the first.
    fn passages(&self) -> Vec<BTreeSet<usize>> {
        let mut passages: Vec<BTreeSet<usize>> = self
            .paragraphs
            .iter()
            .map(|&paragraph| BTreeSet::from([paragraph]))
            .collect();
        passages[0].insert(self.title);
        passages
    }

    fn title(&self) -> String {
        format!("关于算力的报道之{}", self.title)
    }

    fn paragraphs(&self) -> Vec<String> {
        // Of a length that no two of them make one passage.
        let filler = "各地陆续发布办法，企业可以在线申领，主管部门按季度兑付。".repeat(12);
        let paragraph = |number| format!("编号{number}的算力券已经发放。{filler}");
        self.paragraphs.iter().map(paragraph).collect()
    }
}

/// A folder of `.txt` files with an article each and one `.jsonl` with many.
struct World {
    folder: tempfile::TempDir,
    files: BTreeMap<String, Model>,
    rows: Vec<Model>,
    /// Files that were removed, to be restored.
    removed: Vec<(String, Model)>,
    next: usize,
}

impl World {
    fn new() -> Self {
        let mut world = World {
            folder: tempfile::tempdir().expect("a folder"),
            files: BTreeMap::new(),
            rows: Vec::new(),
            removed: Vec::new(),
            next: 0,
        };
        world.add_file();
        world.rows.push(Model::new(&mut world.next, 2));
        world.write();
        world.update(false);
        world
    }

    fn news(&self) -> PathBuf {
        self.folder.path().join("新闻")
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn add_file(&mut self) {
        let count = 1 + self.next % 3;
        let model = Model::new(&mut self.next, count);
        self.files.insert(format!("{}.txt", self.next), model);
    }

    fn write(&self) {
        let _ = std::fs::remove_dir_all(self.news());
        for (name, model) in &self.files {
            let text = format!("{}\n\n{}\n", model.title(), model.paragraphs().join("\n\n"));
            write(&self.news().join(name), text);
        }
        let row = |model: &Model| {
            let text = model.paragraphs().join("\n");
            serde_json::json!({"title": model.title(), "text": text}).to_string() + "\n"
        };
        let rows: String = self.rows.iter().map(row).collect();
        write(&self.news().join("多篇.jsonl"), rows);
    }

    fn update(&self, rebuild: bool) {
        let options = UpdateOptions {
            add: vec![self.news()],
            rebuild,
            // A process that another test has forked and not yet begun holds
            // the lock of the update before for a moment longer.
            wait: Some(std::time::Duration::from_secs(60)),
            ..UpdateOptions::default()
        };
        cewen::update(&self.index(), &options, &mut |_| ()).expect("updated");
    }

    fn articles(&self) -> impl Iterator<Item = &Model> {
        self.files.values().chain(&self.rows)
    }

    fn any_file(&self, numbers: &mut Numbers) -> Option<String> {
        let names: Vec<&String> = self.files.keys().collect();
        (!names.is_empty()).then(|| (*numbers.pick(&names)).clone())
    }

    fn any_article(&mut self, numbers: &mut Numbers) -> &mut Model {
        let at = numbers.below(self.files.len() + self.rows.len());
        let mut articles = self.files.values_mut().chain(&mut self.rows);
        articles.nth(at).expect("there is one")
    }

    fn step(&mut self, numbers: &mut Numbers) {
        match numbers.below(11) {
            0 | 1 => self.add_file(),
            2 => self.rows.push(Model::new(&mut self.next, 2)),
            3 => {
                // A paragraph comes, anywhere, so that others move.
                self.next += 1;
                let next = self.next;
                let article = self.any_article(numbers);
                let at = numbers.below(article.paragraphs.len() + 1);
                article.paragraphs.insert(at, next);
            }
            4 => {
                let article = self.any_article(numbers);
                if article.paragraphs.len() > 1 {
                    article.paragraphs.remove(0);
                }
            }
            5 => {
                self.next += 1;
                let next = self.next;
                self.any_article(numbers).title = next;
            }
            6 => {
                if let Some(name) = self.any_file(numbers) {
                    let model = self.files.remove(&name).expect("there");
                    self.next += 1;
                    self.files.insert(format!("移/{}.txt", self.next), model);
                }
            }
            7 => {
                if let Some(name) = self.any_file(numbers).filter(|_| self.files.len() > 1) {
                    let model = self.files.remove(&name).expect("there");
                    self.removed.push((name, model));
                }
            }
            8 => self.files.extend(self.removed.pop()),
            9 => {
                // A file becomes a row, and the rows stand in another order.
                if let Some(name) = self.any_file(numbers).filter(|_| self.files.len() > 1) {
                    self.rows.extend(self.files.remove(&name));
                    self.rows.reverse();
                }
            }
            _ => {
                if self.rows.len() > 1 {
                    self.rows.remove(0);
                }
            }
        }
    }
}

/// The number in a passage's text.
fn number(text: &str) -> usize {
    let digits = text.trim_start_matches("编号");
    let end = digits.find('的').expect("a paragraph of the model");
    digits[..end].parse().expect("a number")
}

fn add(index: &Path, name: &str, query: &str, start: Start) {
    let new = NewAlert {
        name: name.to_owned(),
        query: query.to_owned(),
        all_lanes: false,
        start,
    };
    alert::add(index, new).expect("added");
}

#[test]
fn each_passage_that_arrives_is_shown_once_whatever_happens() {
    for seed in 0..2 {
        let mut numbers = Numbers::new(700 + seed);
        let mut world = World::new();
        add(&world.index(), "勤", "\"算力券\"", Start::Now);
        add(&world.index(), "懒", "算力券", Start::All);
        // The texts each alert has seen.
        let mut seen: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let present = world.articles().flat_map(Model::passages).flatten();
        seen.insert("勤", present.collect());
        seen.insert("懒", BTreeSet::new());
        for step in 0..14 {
            for _ in 0..1 + numbers.below(4) {
                world.step(&mut numbers);
            }
            world.write();
            world.update(numbers.below(6) == 0);
            for (name, every) in [("勤", 1), ("懒", 4)] {
                if numbers.below(every) > 0 {
                    continue;
                }
                let options = RunOptions {
                    names: vec![name.to_owned()],
                    ..RunOptions::default()
                };
                let known = seen.get_mut(name).expect("known");
                let passages: Vec<BTreeSet<usize>> =
                    world.articles().flat_map(Model::passages).collect();
                let mut expected: Vec<usize> = passages
                    .iter()
                    .filter(|texts| !texts.is_subset(known))
                    .map(|texts| {
                        *texts
                            .iter()
                            .find(|&&text| is_paragraph(&world, text))
                            .expect("one")
                    })
                    .collect();
                expected.sort_unstable();
                let run = alert::run(&world.index(), &options).expect("run");
                let hits = &run.digest().alerts[0].answer.hits;
                let mut shown: Vec<usize> =
                    hits.iter().map(|hit| number(&hit.passage.text)).collect();
                shown.sort_unstable();
                assert_eq!(shown, expected, "{name} in step {step} of {seed}");
                // Now and then a run dies before its end: then nothing was shown.
                if numbers.below(4) > 0 {
                    run.finish().expect("noted");
                    known.extend(passages.into_iter().flatten());
                }
            }
        }
    }
}

fn is_paragraph(world: &World, text: usize) -> bool {
    let mut articles = world.articles();
    articles.any(|article| article.paragraphs.contains(&text))
}

#[test]
fn a_reprint_is_another_article_and_is_shown() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["alert", "add", "算力", "\"申领算力券\""]), 0);
    let shanghai = std::fs::read(desk.path().join("corpus/上海.txt")).expect("read");
    desk.write("corpus/转载/上海.txt", shanghai);
    let digest = desk.json(&["alert", "run", "--update", "--json"]);
    assert_eq!(digest["passages"], 1);
    let path = &digest["alerts"][0]["hits"][0]["article"]["path"];
    assert_eq!(path, "转载/上海.txt");
}

/// A fifth page with the same last line makes furniture of it in the first
/// four: their passages are others, and bring nothing new.
#[test]
fn a_passage_that_lost_its_last_line_to_a_later_page_is_not_shown_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    let path = |number: usize| news.join(format!("{number}.txt"));
    let save = |number: usize| {
        let body = format!("甲市昨日发放第{number}批算力券，全年共安排{number}亿元，用于补贴。");
        let below = "本栏目由甲城晚读编辑部整理，更多内容见每日推送。";
        write(
            &path(number),
            format!("第{number}批算力券\n\n{body}\n\n{below}\n"),
        );
    };
    let shown = || {
        cewen::update(&index, &options, &mut |_| ()).expect("updated");
        let run = alert::run(&index, &RunOptions::default()).expect("run");
        let hits = &run.digest().alerts[0].answer.hits;
        let paths: Vec<String> = hits.iter().map(|hit| hit.article.path.clone()).collect();
        run.finish().expect("noted");
        paths
    };
    (1..=4).for_each(save);
    cewen::update(&index, &options, &mut |_| ()).expect("built");
    add(&index, "算力", "算力券", Start::Now);
    save(5);
    assert_eq!(shown(), ["5.txt"]);
    std::fs::remove_file(path(2)).expect("removed");
    assert_eq!(shown(), [""; 0], "the line is text again");
    save(6);
    assert_eq!(shown(), ["6.txt"]);
}

#[test]
fn an_alert_is_added_run_listed_and_removed() {
    let desk = Desk::indexed();
    let nothing = desk.run(&["alert", "run"]);
    assert_exit(&nothing, 2);
    assert!(stderr(&nothing).contains("cewen alert add"));
    assert_exit(&desk.run(&["alert", "list"]), 1);

    let added = desk.run(&["alert", "add", "算力", "\"算力券\"", "-北京"]);
    assert_exit(&added, 0);
    assert!(stderr(&added).contains("from now on"), "{}", stderr(&added));
    assert_eq!(stdout(&added), "");
    assert_exit(&desk.run(&["alert", "run"]), 1);

    desk.write(
        "corpus/南京.txt",
        "南京发放算力券\n\n南京向企业发放算力券。\n",
    );
    let new = desk.run(&["alert", "run", "算力", "--update", "--format", "md"]);
    assert_exit(&new, 0);
    let text = stdout(&new);
    assert!(text.starts_with("## 算力\n\n"), "{text}");
    assert!(text.contains("新 1 篇 1 段"), "{text}");
    assert!(text.contains("南京.txt"), "{text}");
    assert_exit(&desk.run(&["alert", "run"]), 1);

    let all = desk.run(&["alert", "add", "全部", "算力券", "--all"]);
    assert_exit(&all, 0);
    let page = desk.run(&["alert", "run"]);
    assert_exit(&page, 0);
    let text = stdout(&page);
    assert!(
        text.contains("【算力】\"算力券\" -北京 · 没有新的"),
        "{text}"
    );
    assert!(text.contains("【全部】算力券 · 新 3 篇 "), "{text}");

    let list = desk.json(&["alert", "list", "--json"]);
    assert_eq!(list["alerts"][0]["query"], "\"算力券\" -北京");
    assert!(list["alerts"][1]["last_run"].is_string(), "{list}");
    assert_exit(&desk.run(&["alert", "remove", "算力", "全部"]), 0);
    assert!(!desk.path().join("index/alerts.jsonl").exists());
}

#[test]
fn what_cannot_be_is_refused_with_the_remedy() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["alert", "add", "算力券", "算力券"]), 0);
    for (arguments, said) in [
        (&["alert", "run", "算力卷"][..], "did you mean 算力券"),
        (&["alert", "remove", "算力卷"], "there is no alert 算力卷"),
        (
            &["alert", "add", "算力券", "补贴"],
            "there is an alert 算力券 already",
        ),
        (&["alert", "add", "日期", "算力券 date:abc"], "         ^"),
        (&["alert", "add", "空", "“《》”"], "nothing"),
        (&["alert", "add", "", "算力券"], "needs a name"),
    ] {
        let output = desk.run(arguments);
        assert_exit(&output, 2);
        let told = stderr(&output);
        assert!(told.contains(said), "{arguments:?}: {told}");
    }
    let nowhere = Desk::empty();
    assert_exit(&nowhere.run(&["alert", "add", "算力券", "算力券"]), 2);
    assert_exit(&nowhere.run(&["alert", "list"]), 2);
}

#[test]
fn an_index_with_alerts_runs_them_after_an_update() {
    let desk = Desk::indexed();
    let none = desk.run(&["index", "--alerts"]);
    assert_exit(&none, 0);
    assert!(stderr(&none).contains("no alerts"));
    assert_exit(&desk.run(&["alert", "add", "算力", "算力券"]), 0);
    desk.write(
        "corpus/南京.txt",
        "南京发放算力券\n\n南京向企业发放算力券。\n",
    );
    let output = desk.run(&["index", "--alerts"]);
    assert_exit(&output, 0);
    assert!(stdout(&output).contains("【算力】"), "{}", stdout(&output));
    assert_exit(&desk.run(&["alert", "run"]), 1);
    let json = stdout(&desk.run(&["index", "--alerts", "--json"]));
    assert_eq!(json.lines().count(), 2, "{json}");
}

#[cfg(unix)]
#[test]
fn what_could_not_be_written_is_shown_again() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["alert", "add", "算力", "算力券", "--all"]), 0);
    // A reader that is gone before anything is written.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("cewen"));
    let status = command
        .current_dir(desk.path())
        .args(["alert", "run"])
        .stdout(writer)
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(
        status.expect("run").code(),
        Some(0),
        "a closed pipe is success"
    );
    assert_exit(&desk.run(&["alert", "run"]), 0);
    assert_exit(&desk.run(&["alert", "run"]), 1);
}

#[test]
fn alerts_of_a_newer_version_are_refused_and_left_alone() {
    let desk = Desk::indexed();
    desk.write("index/alerts.jsonl", "{\"version\":2,\"queries\":[]}\n");
    for arguments in [
        &["alert", "list"][..],
        &["alert", "run"],
        &["alert", "add", "算力", "算力券"],
    ] {
        let output = desk.run(arguments);
        assert_exit(&output, 2);
        assert!(stderr(&output).contains("version 2"), "{}", stderr(&output));
    }
    let kept = std::fs::read_to_string(desk.path().join("index/alerts.jsonl"));
    assert!(kept.expect("read").contains("queries"));
    desk.write("index/alerts.jsonl", "{\"version\":1,\"tu");
    let output = desk.run(&["alert", "run"]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("damaged in line 1"));
}

#[test]
fn alerts_outlive_a_rebuild_and_the_index_they_were_made_with() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["alert", "add", "算力", "算力券"]), 0);
    assert_exit(&desk.run(&["index", "--rebuild"]), 0);
    assert_exit(&desk.run(&["alert", "run"]), 1);
    // The whole folder moves within another one.
    std::fs::create_dir(desk.path().join("corpus/新")).expect("created");
    for name in ["上海.txt", "北京.txt"] {
        let (from, to) = (format!("corpus/{name}"), format!("corpus/新/{name}"));
        std::fs::rename(desk.path().join(from), desk.path().join(to)).expect("moved");
    }
    assert_exit(&desk.run(&["alert", "run", "--update"]), 1);
}

#[test]
fn two_do_not_run_alerts_at_once() {
    let desk = Desk::indexed();
    let index = desk.path().join("index");
    add(&index, "算力", "算力券", Start::All);
    let run = alert::run(&index, &RunOptions::default()).expect("run");
    let other = std::thread::scope(|scope| {
        let other = scope.spawn(|| alert::run(&index, &RunOptions::default()));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(!other.is_finished(), "it waits");
        run.finish().expect("noted");
        other.join().expect("no panic").expect("run")
    });
    assert_eq!(
        other.digest().passages(),
        0,
        "and then there is nothing new"
    );
    let gone = alert::run(Path::new("没有"), &RunOptions::default());
    assert_eq!(gone.expect_err("none").kind(), ErrorKind::NoIndex);
}
