//! P5: what goes wrong on a person's disk has a defined outcome, told with its
//! remedy: files that cannot be read, strange names, clocks that jump, other
//! versions, other writers, Ctrl-C.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use cewen::{ChangeKind, Progress, UpdateOptions, UpdateReport};
use serde_json::Value;

use crate::cli::{Desk, assert_exit, stderr, stdout};
use crate::support::write;

const NANJING: &str = "南京发放算力券\n\n南京向企业发放算力券。\n";

/// Runs the command as somebody to whom permissions apply: `nobody` if this is
/// root. `None`, saying so, where that cannot be had.
#[cfg(unix)]
fn as_nobody(desk: &Desk, arguments: &[&str]) -> Option<std::process::Output> {
    use std::process::Command;
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout != b"0\n" {
        return Some(desk.run(arguments));
    }
    let binary = assert_cmd::cargo::cargo_bin!("cewen");
    let run = |arguments: &[&str]| {
        Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(binary)
            .args(arguments)
            .current_dir(desk.path())
            .env_remove("CEWEN_INDEX")
            .output()
    };
    let can = run(&["--version"]).is_ok_and(|output| output.status.success());
    if !can {
        // Written past the harness, which hides what a passing test prints.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: this is root, and nobody else can run {}",
            binary.display()
        );
        return None;
    }
    Some(run(arguments).expect("the command runs"))
}

/// Sets the mode of all files and folders below one.
#[cfg(unix)]
fn set_modes(path: &Path, folders: u32, files: u32) {
    use std::os::unix::fs::PermissionsExt;
    let is_folder = path.is_dir();
    let mode = if is_folder { folders } else { files };
    if is_folder {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
        for entry in fs::read_dir(path).expect("listed").flatten() {
            set_modes(&entry.path(), folders, files);
        }
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_a_problem_and_what_was_read_of_it_stays() {
    let desk = Desk::new();
    desk.write("corpus/里/南京.txt", NANJING);
    assert_exit(&desk.run(&["index", "corpus"]), 0);
    desk.write("corpus/上海.txt", "上海停发算力券\n\n改发模型券。\n");
    set_modes(desk.path(), 0o777, 0o666);
    set_modes(&desk.path().join("corpus/上海.txt"), 0, 0);
    set_modes(&desk.path().join("corpus/里"), 0, 0o644);
    let Some(output) = as_nobody(&desk, &["index"]) else {
        return;
    };
    assert_exit(&output, 0);
    let told = stdout(&output);
    assert!(
        told.contains("上海.txt: the file cannot be read: Permission denied"),
        "{told}"
    );
    assert!(told.contains("里: cannot be listed: "), "{told}");
    assert!(
        told.contains("check that it exists and that you may read it"),
        "{told}"
    );
    let strict = as_nobody(&desk, &["index", "--strict"]).expect("as before");
    assert_exit(&strict, 2);
    for query in ["\"上海向企业发放\"", "\"南京向企业发放\""] {
        assert_exit(&desk.run(&["search", query]), 0);
    }
    // A new index would lose what cannot be read.
    let rebuild = as_nobody(&desk, &["index", "--rebuild"]).expect("as before");
    assert_exit(&rebuild, 2);
    assert!(
        stderr(&rebuild).contains("cannot be listed"),
        "{}",
        stderr(&rebuild)
    );
    assert_exit(&desk.run(&["search", "\"南京向企业发放\""]), 0);

    set_modes(desk.path(), 0o755, 0o644);
    assert_exit(&desk.run(&["index"]), 0);
    assert_exit(&desk.run(&["search", "\"改发模型券\""]), 0);
    assert_exit(&desk.run(&["search", "\"上海向企业发放\""]), 1);
    assert_exit(&desk.run(&["verify"]), 0);
}

#[cfg(unix)]
#[test]
fn a_read_only_index_is_searched_by_who_may_not_write_and_an_update_says_why_not() {
    let desk = Desk::indexed();
    set_modes(desk.path(), 0o555, 0o444);
    let id = desk.paths(&["算力券"]);
    let runs: [(&[&str], i32); 5] = [
        (&["search", "\"算力券\""], 0),
        (&["status"], 0),
        (&["verify"], 0),
        (&["index", "--since-last"], 0),
        (&["search", "\"量子算力券\""], 1),
    ];
    for (arguments, code) in runs {
        let Some(output) = as_nobody(&desk, arguments) else {
            return;
        };
        assert_exit(&output, code);
    }
    let update = as_nobody(&desk, &["index"]).expect("as before");
    assert_exit(&update, 2);
    let told = stderr(&update);
    assert!(
        told.contains("Permission denied") || told.contains("ermission"),
        "{told}"
    );
    assert!(told.contains("hint: "), "{told}");
    set_modes(desk.path(), 0o755, 0o644);
    assert_eq!(desk.paths(&["算力券"]), id);
}

#[cfg(unix)]
#[test]
fn pipes_and_links_to_nothing_are_no_articles_and_hold_nothing_up() {
    let desk = Desk::new();
    let pipe = desk.path().join("corpus/管.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let link = |to: &str, name: &str| {
        let name = desk.path().join("corpus").join(name);
        std::os::unix::fs::symlink(to, name).expect("linked");
    };
    link("没有.txt", "断.txt");
    link("上海.txt/里", "穿.txt");
    link(".", "回");
    let output = desk.run(&["index", "corpus"]);
    assert_exit(&output, 0);
    let told = stdout(&output);
    assert!(told.contains("新增 3"), "{told}");
    for problem in [
        "断.txt: cannot be listed",
        "穿.txt: cannot be listed",
        "回: the link leads back",
    ] {
        assert!(told.contains(problem), "{told}");
    }
    assert_exit(&desk.run(&["search", "\"算力券\""]), 0);
    assert_exit(&desk.run(&["verify"]), 0);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf8_go_through_update_search_show_and_removal() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    // 上满 and 新 as an old system writes them.
    let folder = desk
        .path()
        .join("corpus")
        .join(std::ffi::OsStr::from_bytes(b"\xd0\xc2"));
    let file = folder.join(std::ffi::OsStr::from_bytes(b"\xc9\xcf\xc2\xfa.txt"));
    write(&file, NANJING);
    assert_exit(&desk.run(&["index", "corpus"]), 0);
    let name = "\\xd0\\xc2/\\xc9\\xcf\\xc2\\xfa.txt";
    let query = "\"南京向企业发放\"";
    assert_eq!(desk.paths(&[query]), [name]);
    let fresh = desk.run(&["search", query]);
    assert!(
        stderr(&fresh).contains("no change seen, all 4 files checked"),
        "{}",
        stderr(&fresh)
    );
    let answer = desk.json(&["search", query, "--json"]);
    let id = answer["hits"][0]["article"]["id"].as_str().expect("an id");
    let shown = desk.run(&["show", id]);
    assert_exit(&shown, 0);
    assert!(stdout(&shown).contains("南京向企业发放算力券"));
    assert_eq!(desk.json(&["show", id, "--meta", "--json"])["path"], name);

    write(&file, "南京停发算力券\n\n改发模型券。\n");
    let changed = desk.json(&["index", "--json"]);
    assert_eq!(
        (&changed["changed"], &changed["changes"][0]["path"]),
        (&1.into(), &name.into())
    );
    fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(desk.json(&["index", "--json"])["removed"], 1);
    assert_exit(&desk.run(&["search", query]), 1);
    assert_exit(&desk.run(&["verify"]), 0);
}

fn set_modified(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path).expect("opened");
    file.set_modified(time).expect("set");
}

#[test]
fn a_clock_that_jumped_hides_no_change() {
    let desk = Desk::new();
    let shanghai = desk.path().join("corpus/上海.txt");
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    set_modified(&shanghai, tomorrow);
    assert_exit(&desk.run(&["index", "corpus"]), 0);
    let unchanged = desk.json(&["index", "--json"]);
    assert_eq!(
        (&unchanged["changed"], &unchanged["unchanged"]),
        (&0.into(), &3.into())
    );
    // The clock went back: the same size, and the same time once more.
    let text = fs::read_to_string(&shanghai).expect("read");
    write(&shanghai, text.replace("十亿元", "百亿元"));
    set_modified(&shanghai, tomorrow);
    assert_eq!(desk.json(&["index", "--json"])["changed"], 1);
    assert_exit(&desk.run(&["search", "\"百亿元\""]), 0);
    // A change whose time is before that of the last update.
    write(&shanghai, text.replace("十亿元", "千亿元"));
    set_modified(
        &shanghai,
        SystemTime::UNIX_EPOCH + Duration::from_secs(86_400),
    );
    assert_eq!(
        desk.json(&["search", "算力券", "--json"])["stale"]["changed"],
        1
    );
    assert_eq!(desk.json(&["index", "--json"])["changed"], 1);
    assert_exit(&desk.run(&["search", "\"千亿元\""]), 0);
}

/// Makes an index one that another version of cewen has written.
fn set_format(index: &Path, format: u64) {
    let generation = fs::read_to_string(index.join("CURRENT")).expect("read");
    let generation = index.join(generation.trim());
    let read = |path: &Path| fs::read_to_string(path).expect("read");
    let meta_path = generation.join("meta.json");
    let mut meta: Value = serde_json::from_str(&read(&meta_path)).expect("JSON");
    let payload = meta["payload"].as_str().expect("a payload");
    let mut payload: Value = serde_json::from_str(payload).expect("JSON");
    let state = generation.join(payload["state"].as_str().expect("a name"));
    let state = fs::read(state).expect("read");
    let end = state.iter().position(|&byte| byte == b'\n');
    let (header, records) = state.split_at(end.expect("a header"));
    let mut header: Value = serde_json::from_slice(header).expect("JSON");
    header["format"] = format.into();
    let state = [header.to_string().as_bytes(), records].concat();
    let name = format!("files-{}.bin", &blake3::hash(&state).to_hex()[..16]);
    fs::write(generation.join(&name), state).expect("written");
    payload["state"] = name.into();
    meta["payload"] = payload.to_string().into();
    write(&meta_path, meta.to_string());
}

#[test]
fn an_index_of_another_version_is_told_and_built_anew_by_the_next_update() {
    for format in [1, 9_999] {
        let desk = Desk::indexed();
        assert_exit(&desk.run(&["alert", "add", "南京", "\"南京\""]), 0);
        set_format(&desk.path().join("index"), format);
        for arguments in [&["search", "算力券"][..], &["verify"], &["alert", "run"]] {
            let output = desk.run(arguments);
            assert_exit(&output, 2);
            let told = stderr(&output);
            assert!(
                told.contains(&format!("of another version: it has format {format}")),
                "{told}"
            );
            assert!(
                told.contains("run `cewen index`, which builds it anew"),
                "{told}"
            );
        }
        desk.write("corpus/南京.txt", NANJING);
        let output = desk.run(&["index"]);
        assert_exit(&output, 0);
        assert!(
            stdout(&output).contains("全部重建："),
            "{}",
            stdout(&output)
        );
        assert_exit(&desk.run(&["search", "算力券"]), 0);
        let digest = desk.json(&["alert", "run", "--json"]);
        assert_eq!(digest["passages"], 1, "{digest}");
        assert_exit(&desk.run(&["verify"]), 0);
    }
}

#[test]
fn who_waits_for_another_writer_is_told_so_and_gets_its_turn() {
    let desk = Desk::indexed();
    desk.write("corpus/南京.txt", NANJING);
    let path = desk.path().join("index/writer.lock");
    let lock = fs::File::options().write(true).open(&path).expect("opened");
    lock.lock().expect("locked");
    write(
        &path,
        "process 7 (`cewen index 新闻`) since 2024-05-30T08:00:00Z\n",
    );
    let told = |arguments: &[&str]| {
        let output = desk.run(arguments);
        assert_exit(&output, 2);
        let told = stderr(&output);
        assert!(
            told.contains("is being written to by process 7 (`cewen index 新闻`) since 2024"),
            "{told}"
        );
        told
    };
    assert!(told(&["index"]).contains("give `--wait SECONDS`"));
    let waited = told(&["index", "--wait", "1"]);
    assert!(waited.contains("it was waited for 1 s"), "{waited}");
    // Searches need no turn.
    assert_exit(&desk.run(&["search", "\"算力券\""]), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(500));
            drop(lock);
        });
        assert_exit(&desk.run(&["index", "--wait", "60"]), 0);
    });
    assert_exit(&desk.run(&["search", "\"南京向企业发放\""]), 0);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_index_as_it_was_and_exits_130() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};
    let desk = Desk::indexed();
    let rows = (0..8_000).map(|row| {
        format!("{{\"title\": \"第{row}条\", \"text\": \"第{row}条说南京发放算力券，企业可以申领。\"}}\n")
    });
    desk.write("corpus/行.jsonl", rows.collect::<String>());
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("cewen"))
        .current_dir(desk.path())
        .env_remove("CEWEN_INDEX")
        .arg("index")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut talk = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    talk.read_line(&mut line).expect("read");
    assert!(line.contains("reading files"), "{line}");
    std::thread::sleep(Duration::from_millis(100));
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill runs").success());
    talk.read_to_string(&mut line).expect("read");
    assert_eq!(child.wait().expect("waited").code(), Some(130), "{line}");
    assert!(
        line.contains("stopped; the index is as it was before"),
        "{line}"
    );
    assert_exit(&desk.run(&["search", "\"算力券\""]), 0);
    assert_exit(&desk.run(&["search", "\"南京\""]), 1);
    let verified = desk.run(&["verify"]);
    assert_exit(&verified, 0);
}

#[test]
fn a_changed_lexicon_is_named_by_a_search_until_the_index_knows_it() {
    let desk = Desk::indexed();
    for text in ["一网通办\n", "办事不出门\n"] {
        desk.write("corpus/lexicon.txt", text);
        let path = desk.path().join("corpus/lexicon.txt");
        let random = text.len() as u64;
        set_modified(
            &path,
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + random),
        );
        let behind = desk.run(&["search", "算力券"]);
        assert_exit(&behind, 0);
        let told = stderr(&behind);
        assert!(
            told.contains(
                "corpus/lexicon.txt changed, came or went; the index goes by what it said before"
            ),
            "{told}"
        );
        assert!(told.contains("run `cewen index`"), "{told}");
        assert!(
            !told.contains("the index is behind"),
            "no article changed: {told}"
        );
        let answer = desk.json(&["search", "算力券", "--json"]);
        assert_eq!(
            answer["stale"]["own"],
            serde_json::json!(["corpus/lexicon.txt"])
        );
        assert_exit(&desk.run(&["index"]), 0);
        let fresh = desk.run(&["search", "算力券"]);
        assert!(
            stderr(&fresh).contains("no change seen"),
            "{}",
            stderr(&fresh)
        );
    }
}

/// Updates; `meddle` is called when the first file is about to be read.
fn update(index: &Path, add: &Path, meddle: &dyn Fn()) -> UpdateReport {
    let options = UpdateOptions {
        add: vec![add.to_owned()],
        ..UpdateOptions::default()
    };
    let progress = &mut |progress| {
        if matches!(progress, Progress::Reading { done: 0, .. }) {
            meddle();
        }
    };
    cewen::update(index, &options, progress).expect("updated")
}

#[test]
fn files_that_vanish_or_turn_into_others_while_they_are_read_cost_only_themselves() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let path = |name: &str| news.join(name);
    let article =
        |name: &str, what: &str| format!("{name}市{what}\n\n{name}市已经{what}算力券。\n");
    let first = |what: &str| {
        for name in ["甲", "乙", "丙", "丁"] {
            write(&path(&format!("{name}.txt")), article(name, what));
        }
    };
    first("发放");
    assert_eq!(update(&index, &news, &|| ()).articles, 4);
    first("停发");
    write(&path("新.txt"), article("新", "停发"));
    let report = update(&index, &news, &|| {
        if path("丁.txt").is_file() {
            fs::remove_file(path("丁.txt")).expect("removed");
            fs::remove_file(path("新.txt")).expect("removed");
            fs::remove_file(path("丙.txt")).expect("removed");
            fs::create_dir(path("丙.txt")).expect("created");
            write(&path("乙.txt"), article("乙", "停发之后又发放"));
        }
    });
    // Of 丙 stays what was known.
    assert_eq!(report.articles, 3);
    let problem = report.problems.iter().find(|found| found.path == "丙.txt");
    let problem = &problem.expect("a problem").problem;
    assert!(problem.message.contains("cannot be read"), "{problem:?}");
    assert!(!problem.remedy.is_empty());
    let kinds: Vec<(&str, ChangeKind)> = (report.changes.iter())
        .map(|change| (change.path.as_str(), change.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("丁.txt", ChangeKind::Removed),
            ("乙.txt", ChangeKind::Changed),
            ("甲.txt", ChangeKind::Changed),
        ]
    );
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
    let next = update(&index, &news, &|| ());
    assert_eq!(next.articles, 2, "丙 is a folder now");
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}
