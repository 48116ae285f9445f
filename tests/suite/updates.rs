//! P5: the index is the folder.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use cewen::{ChangeKind, ErrorKind, Query, SearchOptions, Searcher, UpdateOptions, UpdateReport};

use crate::support::{Numbers, text, write};

fn update(index: &Path, add: &[&Path]) -> cewen::Result<UpdateReport> {
    let options = UpdateOptions {
        add: add.iter().map(|path| path.to_path_buf()).collect(),
        ..UpdateOptions::default()
    };
    cewen::update(index, &options, &mut |_| ())
}

fn found(index: &Path, query: &str) -> BTreeSet<String> {
    let searcher = Searcher::open(index).expect("opened");
    let options = SearchOptions {
        limit: 0,
        ..SearchOptions::default()
    };
    let answer = searcher
        .search(&Query::exact(query), &options)
        .expect("searched");
    answer
        .hits
        .into_iter()
        .map(|hit| hit.article.path)
        .collect()
}

fn set(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn files_that_come_change_and_go_are_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    write(
        &news.join("乙.txt"),
        "乙市发放训力券\n\n首批训力券已经发放。\n",
    );
    let report = update(&index, &[&news]).expect("built");
    assert_eq!((report.articles, report.changes.len()), (2, 2));
    assert_eq!(found(&index, "算力券"), set(&["甲.txt"]));

    let report = update(&index, &[]).expect("nothing to do");
    assert_eq!((report.unchanged, report.changes.len()), (2, 0));

    write(
        &news.join("甲.txt"),
        "甲市停发\n\n甲市改发模型券，不再发放原有券种。\n",
    );
    write(&news.join("丙/丁.txt"), "丁市发放算力券\n\n丁市的办法。\n");
    std::fs::remove_file(news.join("乙.txt")).expect("removed");
    let report = update(&index, &[]).expect("updated");
    let kinds: Vec<ChangeKind> = report.changes.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [ChangeKind::Added, ChangeKind::Removed, ChangeKind::Changed]
    );
    assert_eq!(found(&index, "算力券"), set(&["丙/丁.txt"]));
    assert_eq!(found(&index, "模型券"), set(&["甲.txt"]));
    assert_eq!(found(&index, "训力券"), set(&[]));
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[test]
fn an_updated_index_finds_what_a_fresh_one_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let mut numbers = Numbers::new(31);
    for step in 0..12 {
        for _ in 0..4 {
            let path = news.join(format!("{}.txt", numbers.below(12)));
            if numbers.below(3) == 0 && step > 0 {
                let _ = std::fs::remove_file(&path);
            } else {
                let body = text(&mut numbers, 40);
                write(&path, format!("标题{}\n\n{body}\n", numbers.below(100)));
            }
        }
        write(&news.join("常在.txt"), "常在\n\n这一篇一直都在。\n");
        update(&index, &[&news]).expect("updated");
        let fresh = folder.path().join(format!("fresh{step}"));
        update(&fresh, &[&news]).expect("built");
        for _ in 0..25 {
            let quote = text(&mut numbers, 2);
            if !cewen::analysis::literal(&quote, &quote).is_empty() {
                assert_eq!(
                    found(&index, &quote),
                    found(&fresh, &quote),
                    "{quote:?} in step {step}"
                );
            }
        }
        assert!(cewen::verify(&index).expect("verified").damages.is_empty());
    }
}

#[test]
fn an_empty_or_missing_root_is_an_error_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    update(&index, &[&news]).expect("built");
    std::fs::remove_file(news.join("甲.txt")).expect("removed");
    assert_eq!(
        update(&index, &[]).expect_err("empty").kind(),
        ErrorKind::BadRoot
    );
    std::fs::remove_dir(&news).expect("removed");
    assert_eq!(
        update(&index, &[]).expect_err("missing").kind(),
        ErrorKind::BadRoot
    );
    assert_eq!(found(&index, "算力券"), set(&["甲.txt"]));
    let missing = folder.path().join("没有");
    assert_eq!(
        update(&folder.path().join("new"), &[&missing])
            .expect_err("missing")
            .kind(),
        ErrorKind::BadRoot
    );
    assert!(
        !folder.path().join("new").exists(),
        "nothing is created for a missing root"
    );
}

#[test]
fn roots_are_added_forgotten_and_remembered_when_the_folder_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("甲地");
    let (one, two, index) = (home.join("一"), home.join("二"), home.join("index"));
    write(&one.join("a.txt"), "甲市发放算力券\n\n甲市的办法。\n");
    write(&two.join("b.txt"), "乙市发放算力券\n\n乙市的办法。\n");
    update(&index, &[&one]).expect("built");
    update(&index, &[&two]).expect("added");
    assert_eq!(found(&index, "算力券"), set(&["a.txt", "b.txt"]));
    let moved = folder.path().join("乙地");
    std::fs::rename(&home, &moved).expect("moved");
    let index = moved.join("index");
    let report = update(&index, &[]).expect("found again");
    assert_eq!((report.unchanged, report.changes.len()), (2, 0));
    let options = UpdateOptions {
        forget: vec![moved.join("一")],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("forgotten");
    assert_eq!(found(&index, "算力券"), set(&["b.txt"]));
}

#[test]
fn articles_of_the_library_survive_updates_and_rebuilds() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    update(&index, &[&news]).expect("built");
    let mut numbers = Numbers::new(32);
    let mut article = crate::support::article(&mut numbers, 7);
    article.title = "库中算力券".to_owned();
    cewen::add(&index, "供稿", vec![article]).expect("added");
    update(&index, &[]).expect("updated");
    assert_eq!(found(&index, "算力券").len(), 2);
    let before = Searcher::open(&index)
        .expect("opened")
        .article("a7")
        .expect("there");
    let options = UpdateOptions {
        rebuild: true,
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("rebuilt");
    let after = Searcher::open(&index)
        .expect("opened")
        .article("a7")
        .expect("there");
    assert_eq!(before.text, after.text);
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[cfg(unix)]
#[test]
fn a_read_only_index_can_be_searched() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    update(&index, &[&news]).expect("built");
    let names = |path: &Path| -> BTreeSet<_> {
        let mut names = BTreeSet::new();
        for entry in std::fs::read_dir(path).expect("read").flatten() {
            if entry.path().is_dir() {
                names.extend(
                    std::fs::read_dir(entry.path())
                        .expect("read")
                        .flatten()
                        .map(|e| e.path()),
                );
            }
            names.insert(entry.path());
        }
        names
    };
    let before = names(&index);
    let all: Vec<_> = before.iter().cloned().chain([index.clone()]).collect();
    for path in &all {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    }
    assert_eq!(found(&index, "算力券"), set(&["甲.txt"]));
    assert_eq!(names(&index), before, "a search creates no file");
    for path in &all {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    }
}

/// How many articles an update indexed: those that it does not report as kept.
fn changed_articles(report: &UpdateReport) -> Vec<(ChangeKind, &str)> {
    let mut changed: Vec<(ChangeKind, &str)> = report
        .articles_changed
        .iter()
        .map(|change| (change.kind, &*change.path))
        .collect();
    changed.sort_by_key(|(kind, path)| (format!("{kind:?}"), *path));
    changed
}

fn row(id: usize, text: &str) -> String {
    format!("{{\"id\": \"{id}\", \"title\": \"第{id}条\", \"text\": \"{text}\"}}\n")
}

#[test]
fn only_changed_rows_are_indexed_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let file = news.join("甲.jsonl");
    let rows: Vec<String> = (0..50)
        .map(|id| row(id, &format!("第{id}条说算力券。")))
        .collect();
    write(&file, rows.concat());
    let report = update(&index, &[&news]).expect("built");
    assert_eq!(report.articles, 50);
    assert!(report.articles_changed.is_empty(), "all of it is new");

    let mut changed = rows.clone();
    changed[7] = row(7, "第7条改说训力券。");
    changed[49] = row(50, "第50条说模型券。");
    write(&file, changed.concat());
    let report = update(&index, &[]).expect("updated");
    assert_eq!(
        changed_articles(&report),
        [
            (ChangeKind::Added, "甲.jsonl"),
            (ChangeKind::Changed, "甲.jsonl"),
            (ChangeKind::Removed, "甲.jsonl"),
        ]
    );
    assert_eq!(report.articles, 50);
    let searcher = Searcher::open(&index).expect("opened");
    let count = |quote| {
        let options = SearchOptions::default();
        let answer = searcher
            .search(&Query::exact(quote), &options)
            .expect("searched");
        answer.total.articles
    };
    assert_eq!(
        (count("算力券"), count("训力券"), count("模型券")),
        (48, 1, 1)
    );
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[test]
fn a_row_that_is_inserted_at_the_top_is_indexed_alone_and_the_others_move_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let table = |rows: &[(usize, &str)]| {
        let rows = rows
            .iter()
            .map(|(id, text)| format!("题{id},\"{text}\n第二段。\"\n"));
        format!("title,text\n{}", rows.collect::<String>())
    };
    let list = |rows: &[(usize, &str)]| {
        let rows = rows.iter().map(|(id, text)| row(*id, text));
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    };
    let write_all = |rows: &[(usize, &str)]| {
        let lines = rows.iter().map(|(id, text)| row(*id + 100, text));
        write(&news.join("甲.jsonl"), lines.collect::<String>());
        write(&news.join("乙.csv"), table(rows));
        write(&news.join("丙.json"), list(rows));
    };
    let row_of = |query: &str, path: &str| {
        let searcher = Searcher::open(&index).expect("opened");
        let options = SearchOptions {
            limit: 0,
            ..SearchOptions::default()
        };
        let answer = searcher.search(&Query::exact(query), &options);
        let hits = answer.expect("searched").hits;
        let hit = hits.iter().find(|hit| hit.article.path == path);
        let hit = hit.expect("found");
        let full = searcher.article(&hit.article.id).expect("shown");
        assert_eq!(full.article.place.row, hit.passage.place.row);
        assert_eq!(full.places[0].row, hit.passage.place.row);
        hit.passage.place.row
    };
    write_all(&[(1, "甲市发放算力券。"), (2, "乙市发放训力券。")]);
    update(&index, &[&news]).expect("built");
    assert_eq!(row_of("乙市发放训力券", "甲.jsonl"), Some(2));
    assert_eq!(row_of("乙市发放训力券", "乙.csv"), Some(3));
    let moved: &[(usize, &str)] = &[
        (0, "新市发放模型券。"),
        (1, "甲市发放算力券。"),
        (2, "乙市发放训力券。"),
    ];
    write_all(moved);
    let report = update(&index, &[]).expect("updated");
    let added = |path| (ChangeKind::Added, path);
    assert_eq!(
        changed_articles(&report),
        [added("丙.json"), added("乙.csv"), added("甲.jsonl")]
    );
    for (path, header) in [("甲.jsonl", 0), ("乙.csv", 1), ("丙.json", 0)] {
        assert_eq!(row_of("新市发放模型券", path), Some(1 + header), "{path}");
        assert_eq!(row_of("甲市发放算力券", path), Some(2 + header), "{path}");
        assert_eq!(row_of("乙市发放训力券", path), Some(3 + header), "{path}");
    }
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
    // Nothing but the order: no article is indexed again.
    write_all(&[moved[2], moved[0], moved[1]]);
    let report = update(&index, &[]).expect("updated");
    assert_eq!(changed_articles(&report), []);
    assert_eq!(row_of("乙市发放训力券", "乙.csv"), Some(2));
    let options = UpdateOptions {
        rebuild: true,
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("rebuilt");
    assert_eq!(row_of("乙市发放训力券", "乙.csv"), Some(2));
    std::fs::remove_file(news.join("乙.csv")).expect("removed");
    update(&index, &[]).expect("updated");
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[test]
fn a_moved_file_is_told_as_moved_and_keeps_the_ids_it_was_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(&news.join("甲.jsonl"), row(1, "第1条说算力券。"));
    write(&news.join("乙.txt"), "乙市发放训力券\n\n乙市的办法。\n");
    update(&index, &[&news]).expect("built");
    std::fs::rename(news.join("甲.jsonl"), news.join("丙.jsonl")).expect("moved");
    let options = UpdateOptions {
        dry_run: true,
        ..UpdateOptions::default()
    };
    let planned = cewen::update(&index, &options, &mut |_| ()).expect("planned");
    let report = update(&index, &[]).expect("updated");
    assert_eq!(planned.changes, report.changes, "the plan is what is done");
    assert_eq!(report.changes.len(), 1);
    let change = &report.changes[0];
    assert_eq!(
        (change.kind, change.path.as_str()),
        (ChangeKind::Moved, "丙.jsonl")
    );
    assert_eq!(change.from.as_deref(), Some("甲.jsonl"));
    assert_eq!(changed_articles(&report), [(ChangeKind::Moved, "丙.jsonl")]);
    let moved = Searcher::open(&index)
        .expect("opened")
        .article("1")
        .expect("there");
    assert_eq!(moved.path, "丙.jsonl");
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[test]
fn only_check_notices_a_change_that_keeps_size_and_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let file = news.join("甲.txt");
    let times = || {
        let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let opened = std::fs::File::options()
            .write(true)
            .open(&file)
            .expect("opened");
        opened.set_modified(long_ago).expect("set");
    };
    write(&file, "甲市发放算力券\n\n首批算力券已经发放。\n");
    times();
    update(&index, &[&news]).expect("built");
    write(&file, "甲市发放训力券\n\n首批训力券已经发放。\n");
    times();
    update(&index, &[]).expect("updated");
    assert_eq!(found(&index, "训力券"), set(&[]));
    let options = UpdateOptions {
        check: true,
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("updated");
    assert_eq!(found(&index, "训力券"), set(&["甲.txt"]));
}

#[test]
fn a_change_right_after_an_update_is_noticed_though_size_and_time_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let file = news.join("甲.txt");
    write(&file, "甲市发放算力券\n\n首批算力券已经发放。\n");
    let time = file
        .metadata()
        .and_then(|data| data.modified())
        .expect("a time");
    update(&index, &[&news]).expect("built");
    write(&file, "甲市发放训力券\n\n首批训力券已经发放。\n");
    let opened = std::fs::File::options()
        .write(true)
        .open(&file)
        .expect("opened");
    opened.set_modified(time).expect("set");
    drop(opened);
    update(&index, &[]).expect("updated");
    assert_eq!(found(&index, "训力券"), set(&["甲.txt"]));
}

fn set_modified(path: &Path, time: SystemTime) {
    let file = std::fs::File::options().write(true).open(path);
    let file = file.expect("opened");
    file.set_modified(time).expect("set");
}

/// A clock that was wrong, or is: the walk may have been "before" the files.
#[test]
fn files_of_tomorrow_and_of_long_ago_are_followed_like_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let (tomorrow, old) = (news.join("明.txt"), news.join("旧.txt"));
    let day = Duration::from_secs(86_400);
    let (later, earlier) = (SystemTime::now() + day, SystemTime::UNIX_EPOCH + day);
    write(&tomorrow, "甲市发放算力券\n\n首批算力券已经发放。\n");
    write(&old, "乙市发放模型券\n\n首批模型券已经发放。\n");
    set_modified(&tomorrow, later);
    update(&index, &[&news]).expect("built");
    let report = update(&index, &[]).expect("updated");
    assert!(report.changes.is_empty(), "{:?}", report.changes);
    let searcher = Searcher::open(&index).expect("opened");
    let answer = searcher.search(&Query::exact("算力券"), &SearchOptions::default());
    let stale = answer.expect("searched").stale;
    assert_eq!(stale.map(|stale| stale.changed), Some(0));

    // Changed again while the clock stands before the time that was recorded.
    write(&tomorrow, "甲市发放训力券\n\n首批训力券已经发放。\n");
    set_modified(&tomorrow, later);
    // The clock was set back, or a copy of long ago put in its place.
    write(&old, "乙市发放数据券\n\n首批数据券已经发放。\n");
    set_modified(&old, earlier);
    let came = news.join("来.txt");
    write(&came, "丙市发放语料券\n\n首批语料券已经发放。\n");
    set_modified(&came, earlier);
    let report = update(&index, &[]).expect("updated");
    assert_eq!(report.changes.len(), 3, "{:?}", report.changes);
    for (query, path) in [
        ("训力券", "明.txt"),
        ("数据券", "旧.txt"),
        ("语料券", "来.txt"),
    ] {
        assert_eq!(found(&index, query), set(&[path]));
    }
    let report = update(&index, &[]).expect("updated");
    assert!(report.changes.is_empty(), "{:?}", report.changes);
}

#[test]
fn a_new_word_recuts_only_the_articles_that_hold_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    for number in 0..20 {
        let word = if number % 10 == 0 {
            "云脑券"
        } else {
            "算力券"
        };
        write(
            &news.join(format!("{number}.txt")),
            format!("第{number}市的办法\n\n第{number}市发放{word}。\n"),
        );
    }
    let mut article = crate::support::article(&mut Numbers::new(9), 9);
    article.title = "库中云脑券".to_owned();
    update(&index, &[&news]).expect("built");
    cewen::add(&index, "供稿", vec![article]).expect("added");
    write(&news.join("lexicon.txt"), "云脑券\n");
    let report = update(&index, &[]).expect("updated");
    assert_eq!((report.words_changed, report.recut), (1, 3));
    assert_eq!((report.rebuilt, report.changes.len()), (None, 0));
    let fresh = folder.path().join("fresh");
    update(&fresh, &[&news]).expect("built");
    let ranked = |index: &Path| {
        let query = Query::parse("云脑券").expect("a query").query;
        let options = SearchOptions {
            explain: true,
            ..SearchOptions::default()
        };
        let answer = Searcher::open(index)
            .and_then(|searcher| searcher.search(&query, &options))
            .expect("searched");
        let parts = answer
            .hits
            .iter()
            .filter_map(|hit| hit.explanation.as_ref());
        parts.flatten().any(|part| part.what.contains("云脑券"))
    };
    assert!(ranked(&fresh) && ranked(&index), "the word is in the index");
    std::fs::remove_file(news.join("lexicon.txt")).expect("removed");
    let report = update(&index, &[]).expect("updated");
    assert_eq!((report.words_changed, report.recut), (1, 3));
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}

#[test]
fn a_stopped_update_leaves_the_index_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    update(&index, &[&news]).expect("built");
    write(&news.join("乙.txt"), "乙市发放算力券\n\n乙市的办法。\n");
    for rebuild in [false, true] {
        let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let options = UpdateOptions {
            stop: Some(stop),
            rebuild,
            ..UpdateOptions::default()
        };
        let error = cewen::update(&index, &options, &mut |_| ()).expect_err("stopped");
        assert_eq!(error.kind(), ErrorKind::Stopped);
        assert_eq!(found(&index, "算力券"), set(&["甲.txt"]));
    }
    let generations = std::fs::read_dir(&index).expect("read").flatten();
    let generations = generations.filter(|entry| entry.path().is_dir()).count();
    assert_eq!(generations, 1, "nothing is left of what was begun");
    update(&index, &[]).expect("updated");
    assert_eq!(found(&index, "算力券").len(), 2);
}

/// The files of an index, in order.
fn index_files(index: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(index).expect("read").flatten() {
        match entry.path().is_dir() {
            true => files.extend(index_files(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files.retain(|path| !path.ends_with("writer.lock"));
    files.sort();
    files
}

#[test]
fn damage_anywhere_is_found_and_mended_from_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    for number in 0..8 {
        let body = text(&mut Numbers::new(number), 60);
        write(
            &news.join(format!("{number}.txt")),
            format!("第{number}篇\n\n{body}\n"),
        );
    }
    update(&index, &[&news]).expect("built");
    std::fs::remove_file(news.join("3.txt")).expect("removed");
    update(&index, &[]).expect("updated");
    let sound = |index: &Path| {
        let searcher = Searcher::open(index).expect("opened");
        let passages = searcher.passages().map(|passage| passage.expect("read"));
        let mut passages: Vec<_> = passages.map(|passage| (passage.id, passage.text)).collect();
        passages.sort();
        passages
    };
    let before = sound(&index);
    let mut numbers = Numbers::new(5);
    for path in index_files(&index) {
        let whole = std::fs::read(&path).expect("read");
        for _ in 0..6 {
            let at = numbers.below(whole.len());
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << numbers.below(8);
            std::fs::write(&path, &damaged).expect("written");
            let told = format!("byte {at} of {}", path.display());
            match cewen::verify(&index) {
                Ok(found) if found.damages.is_empty() => {
                    // A space, or a number that nothing depends on.
                    assert!(
                        path.ends_with("meta.json") || path.ends_with("CURRENT"),
                        "{told}"
                    );
                    assert_eq!(sound(&index), before, "{told}");
                }
                _ => {}
            }
        }
        std::fs::write(&path, &whole).expect("written");
        std::fs::write(&path, &whole[..whole.len() / 2]).expect("written");
        let found = cewen::verify(&index).expect("verified");
        assert!(!found.damages.is_empty(), "{} cut in two", path.display());
        std::fs::write(&path, &whole).expect("written");
    }
    assert_eq!(
        cewen::verify(&index).expect("verified").damages,
        Vec::<String>::new()
    );
    for name in ["CURRENT", ".store", "files-", "meta.json"] {
        let files = index_files(&index);
        let path = files
            .iter()
            .find(|path| path.to_string_lossy().contains(name));
        let path = path.expect("such a file");
        let whole = std::fs::read(path).expect("read");
        std::fs::write(path, &whole[..whole.len() * 9 / 10]).expect("written");
        assert!(
            !cewen::verify(&index).expect("verified").damages.is_empty(),
            "{name}"
        );
        let repair = cewen::repair(&index, &UpdateOptions::default(), &mut |_| ());
        let report = repair.expect("mended").report.expect("built anew");
        assert_eq!(report.articles, 7, "{name}");
        let found = cewen::verify(&index).expect("verified");
        assert_eq!(
            (found.damages, found.leftovers),
            (Vec::new(), Vec::new()),
            "{name}"
        );
        assert_eq!(sound(&index), before, "{name}");
    }
}

#[test]
fn a_file_that_became_a_folder_is_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write(
        &news.join("甲.txt"),
        "甲市发放算力券\n\n首批算力券已经发放。\n",
    );
    update(&index, &[&news]).expect("built");
    std::fs::remove_file(news.join("甲.txt")).expect("removed");
    write(&news.join("乙.txt"), "乙市发放算力券\n\n乙市的办法。\n");
    write(
        &news.join("甲.txt/丙.txt"),
        "丙市发放算力券\n\n丙市的办法。\n",
    );
    update(&index, &[]).expect("updated");
    assert_eq!(found(&index, "算力券"), set(&["乙.txt", "甲.txt/丙.txt"]));
    assert!(cewen::verify(&index).expect("verified").damages.is_empty());
}
