//! P5: killed at any moment, the last good index opens.
//!
//! The real command is killed with SIGKILL at random instants of updates and
//! rebuilds over 1,000 articles. After each kill the index opens and is the old
//! one or the new one, exactly; nothing in it is damaged; the next update
//! succeeds. `CEWEN_KILLS=500 cargo test --release --test suite crash` kills as
//! often as one likes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};

use crate::support::{Numbers, text, write};

/// Quotes whose counts tell states apart.
const QUOTES: &[&str] = &[
    "算力券",
    "北京市",
    "H20",
    "2023-2025年",
    "补贴",
    "人工智能",
    "新一轮",
];

/// All that is compared of an index: ids and the counts of exact queries.
#[derive(Debug, PartialEq)]
struct Seen {
    ids: BTreeSet<String>,
    counts: Vec<(usize, usize)>,
}

fn seen(index: &Path) -> Seen {
    let searcher = Searcher::open(index).expect("the index opens");
    let ids = searcher.articles().map(|article| article.expect("read").id);
    let ids = ids.collect();
    let count = |quote: &&str| {
        let answer = searcher
            .search(&Query::exact(quote), &SearchOptions::default())
            .expect("searched");
        (answer.total.articles, answer.total.passages)
    };
    Seen {
        ids,
        counts: QUOTES.iter().map(count).collect(),
    }
}

struct Home {
    _folder: tempfile::TempDir,
    news: PathBuf,
    index: PathBuf,
    numbers: Numbers,
}

impl Home {
    /// 600 files of one article and one of 400.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
        let mut home = Home {
            _folder: folder,
            news,
            index,
            numbers: Numbers::new(77),
        };
        for number in 0..600 {
            home.write_file(number);
        }
        home.write_rows();
        home
    }

    fn write_file(&mut self, number: usize) {
        let path = self.news.join(format!("{}/{number}.txt", number % 7));
        let body = text(&mut self.numbers, 40);
        write(&path, format!("第{number}篇\n\n{body}\n"));
    }

    fn write_rows(&mut self) {
        let rows = (0..400).map(|row| {
            let body = text(&mut self.numbers, 12).replace(['"', '\\'], "");
            format!(
                "{{\"id\": \"r{row}\", \"title\": \"第{row}行\", \"text\": \"{body}新一轮\"}}\n"
            )
        });
        let rows: String = rows.collect();
        write(&self.news.join("行.jsonl"), rows);
    }

    /// Moves the folder on.
    fn change(&mut self) {
        for _ in 0..20 {
            let number = self.numbers.below(650);
            if self.numbers.below(4) == 0 {
                let path = self.news.join(format!("{}/{number}.txt", number % 7));
                let _ = std::fs::remove_file(path);
            } else {
                self.write_file(number);
            }
        }
        if self.numbers.below(3) == 0 {
            self.write_rows();
        }
    }

    fn command(&self, rebuild: bool) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cewen"));
        command.arg("--index").arg(&self.index).arg("index");
        if rebuild {
            command.arg("--rebuild");
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn update(&self) {
        let options = UpdateOptions {
            add: vec![self.news.clone()],
            ..UpdateOptions::default()
        };
        cewen::update(&self.index, &options, &mut |_| ()).expect("updated");
    }

    /// How long the command takes when nobody kills it.
    fn duration(&self, rebuild: bool) -> Duration {
        let started = Instant::now();
        assert!(self.command(rebuild).status().expect("run").success());
        started.elapsed()
    }
}

#[test]
fn killed_at_any_moment_the_last_good_index_opens() {
    let kills: usize = std::env::var("CEWEN_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(20);
    let mut home = Home::new();
    home.update();
    home.change();
    let durations = [home.duration(false), home.duration(true)];
    let mut old = seen(&home.index);
    assert!(old.ids.len() >= 950, "{} articles", old.ids.len());
    let (mut before, mut after, mut finished) = (0, 0, 0);
    for kill in 0..kills {
        home.change();
        let rebuild = kill % 3 == 2;
        let whole = durations[usize::from(rebuild)].as_micros() as usize;
        // Every other one near the end, where things are published.
        let from = if kill % 2 == 0 { 0 } else { whole * 6 / 10 };
        let instant = from + home.numbers.below(whole + whole / 10 - from);
        let mut child = home.command(rebuild).spawn().expect("started");
        std::thread::sleep(Duration::from_micros(instant as u64));
        child.kill().expect("killed");
        let status = child.wait().expect("waited");
        let told = format!("kill {kill} after {instant} µs of {whole}, rebuild: {rebuild}");

        let now = seen(&home.index);
        let verification = cewen::verify(&home.index).expect("verified");
        assert_eq!(verification.damages, Vec::<String>::new(), "{told}");
        home.update();
        let new = seen(&home.index);
        assert!(
            now == old || now == new,
            "neither the old nor the new state: {told}"
        );
        match (status.success(), now == new) {
            (true, is_new) => {
                assert!(is_new, "it said it was done: {told}");
                finished += 1;
            }
            (false, true) => after += 1,
            (false, false) => before += 1,
        }
        let verification = cewen::verify(&home.index).expect("verified");
        assert_eq!(verification.leftovers, Vec::<String>::new(), "{told}");
        old = new;
    }
    // Shown with --nocapture by the harness only when it fails; the sum holds.
    assert_eq!(before + after + finished, kills);
    let fresh = home.news.with_file_name("fresh");
    let options = UpdateOptions {
        add: vec![home.news.clone()],
        ..UpdateOptions::default()
    };
    cewen::update(&fresh, &options, &mut |_| ()).expect("built");
    assert_eq!(
        old,
        seen(&fresh),
        "after all kills it is what a fresh index is"
    );
}
