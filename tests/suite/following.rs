//! The command and the folder: what a search says of it, and bringing the
//! index up to date.

use std::fs;

use crate::cli::{Desk, assert_exit, stderr, stdout};

const NANJING: &str = "南京发放算力券\n\n南京向企业发放算力券。\n";

#[test]
fn a_search_says_how_far_the_index_is_behind_and_updates_it_if_asked() {
    let desk = Desk::indexed();
    let fresh = desk.run(&["search", "算力券"]);
    assert!(stderr(&fresh).contains("no change seen, all 3 files checked"));

    desk.write("corpus/南京.txt", NANJING);
    let behind = desk.run(&["search", "南京"]);
    assert_exit(&behind, 1);
    let said = stderr(&behind);
    assert!(
        said.contains("the index is behind: at least 1 file changed, came or went"),
        "{said}"
    );
    assert!(said.contains("--update"), "{said}");
    let answer = desk.json(&["search", "南京", "--json"]);
    assert_eq!(answer["stale"]["changed"], 1);
    assert_eq!(answer["stale"]["at_least"], true);

    let updated = desk.run(&["search", "南京", "--update", "--format", "md"]);
    assert_exit(&updated, 0);
    assert!(stderr(&updated).contains("updated: 1 file came, 0 changed, 0 went"));
    assert!(stdout(&updated).starts_with("1. "), "stdout is the answer");
    assert_exit(&desk.run(&["search", "南京"]), 0);
}

#[test]
fn a_folder_that_is_not_there_is_named_and_an_update_is_refused() {
    let desk = Desk::indexed();
    fs::rename(desk.path().join("corpus"), desk.path().join("别处")).expect("renamed");
    let output = desk.run(&["search", "算力券"]);
    assert_exit(&output, 0);
    let said = stderr(&output);
    assert!(said.contains("corpus is not there"), "{said}");
    assert!(said.contains("cewen index --forget corpus"), "{said}");
    assert_exit(&desk.run(&["search", "算力券", "--update"]), 2);
}

#[test]
fn what_the_last_update_brought_is_listed_until_another_brings_something() {
    let desk = Desk::new();
    assert_exit(&desk.run(&["index", "--since-last"]), 2);
    assert_exit(&desk.run(&["index", "corpus"]), 0);
    let first = desk.run(&["index", "--since-last"]);
    assert_exit(&first, 0);
    assert!(
        stdout(&first).contains("首次建立，共 3 篇"),
        "{}",
        stdout(&first)
    );

    desk.write("corpus/南京.txt", NANJING);
    desk.write("corpus/杭州.txt", "杭州推进一网通办\n\n杭州另有安排。\n");
    fs::remove_file(desk.path().join("corpus/北京.txt")).expect("removed");
    let (from, to) = ("corpus/上海.txt", "corpus/沪.txt");
    fs::rename(desk.path().join(from), desk.path().join(to)).expect("renamed");
    assert_exit(&desk.run(&["index"]), 0);
    // Neither an update without news nor a rebuild takes it away.
    assert_exit(&desk.run(&["index"]), 0);
    assert_exit(&desk.run(&["index", "--rebuild"]), 0);
    let last = desk.json(&["index", "--since-last", "--json"]);
    let changes: Vec<String> = last["changes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| {
            let text = |key: &str| change[key].as_str().unwrap_or("-").to_owned();
            [text("kind"), text("path"), text("title"), text("date")].join(" ")
        })
        .collect();
    assert_eq!(
        changes,
        [
            "added 南京.txt 南京发放算力券 -",
            "changed 杭州.txt 杭州推进一网通办 -",
            "moved 沪.txt 上海向企业发放算力券 2024-05-30",
            "removed 北京.txt 北京与上海比较算力券 2023-11-02",
        ]
    );
    let text = stdout(&desk.run(&["index", "--since-last"]));
    assert!(
        text.contains("新增 1 篇 · 变更 1 篇 · 移动 1 篇 · 移除 1 篇"),
        "{text}"
    );
    assert!(
        text.contains("-\t2023-11-02\t北京与上海比较算力券\t北京.txt\t"),
        "{text}"
    );
    assert_exit(&desk.run(&["verify"]), 0);
    assert_exit(&desk.run(&["index", "--since-last", "--rebuild"]), 2);
}

/// A `cewen watch` that is running; killed at the latest with the test.
#[cfg(unix)]
struct Watching {
    child: std::process::Child,
    lines: std::sync::mpsc::Receiver<String>,
    /// Lines that came while another one was waited for: stdout and stderr are
    /// two streams, and which is heard first is chance.
    seen: std::cell::RefCell<Vec<String>>,
}

#[cfg(unix)]
impl Watching {
    fn new(desk: &Desk, arguments: &[&str]) -> Self {
        use std::io::BufRead;
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("cewen"))
            .current_dir(desk.path())
            .env_remove("CEWEN_INDEX")
            .arg("watch")
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("spawned");
        let (sender, lines) = std::sync::mpsc::channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("piped")),
            Box::new(child.stderr.take().expect("piped")),
        ];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                let lines = std::io::BufReader::new(stream).lines();
                lines
                    .map_while(Result::ok)
                    .all(|line| sender.send(line).is_ok())
            });
        }
        Watching {
            child,
            lines,
            seen: std::cell::RefCell::default(),
        }
    }

    /// Waits until it prints a line that holds `text`, or takes one that it has
    /// printed already.
    fn until(&self, text: &str) -> String {
        let mut seen = self.seen.borrow_mut();
        if let Some(at) = seen.iter().position(|line| line.contains(text)) {
            return seen.remove(at);
        }
        let patience = std::time::Duration::from_secs(60);
        while let Ok(line) = self.lines.recv_timeout(patience) {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("nothing said of {text}: {seen:#?}");
    }

    /// Presses Ctrl-C and returns the exit status.
    fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status();
        assert!(kill.expect("kill runs").success());
        self.child.wait().expect("waited").code()
    }
}

#[cfg(unix)]
impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn watch_publishes_what_comes_outlives_a_missing_folder_and_ends_with_ctrl_c() {
    let desk = Desk::new();
    let watching = Watching::new(&desk, &["corpus"]);
    watching.until("新增 3");
    watching.until("Ctrl-C ends it");
    // As an editor saves: beside, then renamed over.
    desk.write("corpus/.南京.txt.swp", NANJING);
    let (from, to) = ("corpus/.南京.txt.swp", "corpus/南京.txt");
    fs::rename(desk.path().join(from), desk.path().join(to)).expect("renamed");
    let line = watching.until("+南京.txt");
    assert!(line.contains("新增 1 · 变更 0 · 移除 0"), "{line}");
    assert_exit(&desk.run(&["search", "\"南京\""]), 0);
    desk.write(
        "corpus/新/苏州.txt",
        "苏州发放算力券\n\n苏州向企业发放算力券。\n",
    );
    watching.until("+新/苏州.txt");
    // Between updates nobody is kept from writing.
    assert_exit(&desk.run(&["index", "--compact", "--wait", "10"]), 0);

    let (here, away) = (desk.path().join("corpus"), desk.path().join("别处"));
    fs::rename(&here, &away).expect("renamed");
    watching.until("trying again");
    assert_exit(&desk.run(&["search", "\"南京\""]), 0);
    fs::rename(&away, &here).expect("renamed");
    desk.write(
        "corpus/无锡.txt",
        "无锡发放算力券\n\n无锡向企业发放算力券。\n",
    );
    watching.until("+无锡.txt");
    // Events of the folder that came back are heard.
    fs::remove_file(desk.path().join("corpus/无锡.txt")).expect("removed");
    watching.until("-无锡.txt");

    // A folder that another process adds is followed from then on.
    desk.write("别的/无锡.txt", "无锡发放算力券\n\n无锡的办法。\n");
    assert_exit(&desk.run(&["index", "别的", "--wait", "10"]), 0);
    let line = watching.until("following");
    assert!(line.contains("别的"), "{line}");
    desk.write("别的/常州.txt", "常州发放算力券\n\n常州的办法。\n");
    watching.until("+常州.txt");

    assert_eq!(watching.interrupt(), Some(130));
    assert_exit(&desk.run(&["verify"]), 0);
    assert_eq!(
        desk.json(&["status", "--json"])["changes"],
        serde_json::json!([])
    );
}

#[cfg(unix)]
#[test]
fn watch_looks_by_the_clock_if_asked_to_and_runs_alerts() {
    let desk = Desk::indexed();
    assert_exit(&desk.run(&["alert", "add", "南京", "\"南京\""]), 0);
    let watching = Watching::new(&desk, &["--poll", "1", "--alerts", "--json"]);
    watching.until("Ctrl-C ends it");
    desk.write("corpus/南京.txt", NANJING);
    let line = watching.until("南京.txt");
    let update: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(update["added"], 1);
    let line = watching.until("\"alerts\":");
    let digest: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(digest["alerts"][0]["name"], "南京");
    assert_eq!(watching.interrupt(), Some(130));
}
