//! P5: every answer says what it checked of the folder's freshness, and what
//! it says is a lower bound.

use std::path::{Path, PathBuf};

use cewen::{Query, SearchOptions, Searcher, Stale, UpdateOptions};

use crate::support::write;

/// A folder with three files in two folders, and its index.
struct Followed {
    folder: tempfile::TempDir,
}

impl Followed {
    fn new() -> Self {
        let followed = Followed {
            folder: tempfile::tempdir().expect("a folder"),
        };
        for path in ["甲.txt", "乙.txt", "里/丙.txt"] {
            write(
                &followed.file(path),
                "某市发放算力券\n\n首批算力券已经发放。\n",
            );
        }
        let options = UpdateOptions {
            add: vec![followed.news()],
            ..UpdateOptions::default()
        };
        cewen::update(&followed.index(), &options, &mut |_| ()).expect("built");
        followed
    }

    fn news(&self) -> PathBuf {
        self.folder.path().join("新闻")
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.news().join(path)
    }

    fn stale(&self) -> Stale {
        let searcher = Searcher::open(self.index()).expect("opened");
        let answer = searcher
            .search(&Query::exact("算力券"), &SearchOptions::default())
            .expect("searched");
        answer.stale.expect("looked at")
    }
}

fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).expect("renamed");
}

#[test]
fn an_unchanged_small_folder_is_known_to_be_unchanged() {
    let stale = Followed::new().stale();
    let unchanged = Stale {
        checked: 3,
        of: 3,
        ..Stale::default()
    };
    assert_eq!(stale, unchanged);
}

#[test]
fn a_file_that_changed_came_or_went_counts_once() {
    let followed = Followed::new();
    write(&followed.file("甲.txt"), "甲市停发算力券\n");
    assert_eq!(followed.stale().changed, 1, "changed");
    write(&followed.file("丁.txt"), "丁市发放算力券\n");
    assert_eq!(followed.stale().changed, 2, "changed, and one came");
    let followed = Followed::new();
    std::fs::remove_file(followed.file("里/丙.txt")).expect("removed");
    assert_eq!(followed.stale().changed, 1, "went");
    let followed = Followed::new();
    rename(&followed.file("甲.txt"), &followed.file("戊.txt"));
    assert_eq!(followed.stale().changed, 1, "another name");
}

#[test]
fn an_editor_that_saves_by_renaming_changed_one_file() {
    let followed = Followed::new();
    write(&followed.file(".甲.txt.swp"), "甲市停发算力券\n");
    rename(&followed.file(".甲.txt.swp"), &followed.file("甲.txt"));
    assert_eq!(followed.stale().changed, 1);
}

#[test]
fn files_that_are_never_read_change_nothing() {
    let followed = Followed::new();
    for path in [".DS_Store", "图.png", "里/lexicon.txt", ".git/a.txt"] {
        write(&followed.file(path), "文");
    }
    assert_eq!(followed.stale().changed, 0);
}

#[test]
fn a_lexicon_or_corrections_that_came_changed_or_went_are_named() {
    for name in ["lexicon.txt", "corrections.toml"] {
        let followed = Followed::new();
        let own = || {
            let stale = followed.stale();
            assert_eq!(stale.changed, stale.own.len());
            stale.own
        };
        let path = followed.file(name);
        let update = || {
            let options = UpdateOptions::default();
            cewen::update(&followed.index(), &options, &mut |_| ()).expect("updated");
            assert!(own().is_empty(), "{name} is in the index");
        };
        write(&path, "# 云脑券\n");
        assert_eq!(own(), std::slice::from_ref(&path), "{name} came");
        update();
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(3);
        let file = std::fs::File::options().write(true).open(&path);
        file.and_then(|file| file.set_modified(later)).expect("set");
        assert_eq!(own(), std::slice::from_ref(&path), "{name} changed");
        update();
        std::fs::remove_file(&path).expect("removed");
        assert_eq!(own(), std::slice::from_ref(&path), "{name} went");
        update();
    }
}

#[test]
fn a_folder_that_came_or_went_counts_its_files() {
    let followed = Followed::new();
    write(&followed.file("新/一.txt"), "一市发放算力券\n");
    write(&followed.file("新/二.txt"), "二市发放算力券\n");
    assert_eq!(followed.stale().changed, 2, "came");
    let followed = Followed::new();
    std::fs::remove_dir_all(followed.file("里")).expect("removed");
    assert_eq!(followed.stale().changed, 1, "went");
}

#[test]
fn a_followed_folder_that_is_not_there_is_named() {
    let followed = Followed::new();
    rename(&followed.news(), &followed.folder.path().join("别处"));
    let stale = followed.stale();
    assert_eq!(stale.missing, [followed.news()]);
    assert_eq!((stale.changed, stale.checked, stale.of), (3, 0, 3));
}

#[test]
fn an_update_makes_the_index_fresh_again() {
    let followed = Followed::new();
    write(&followed.file("甲.txt"), "甲市停发算力券\n");
    write(&followed.file("新/一.txt"), "一市发放算力券\n");
    std::fs::remove_file(followed.file("乙.txt")).expect("removed");
    assert!(followed.stale().changed >= 3);
    cewen::update(&followed.index(), &UpdateOptions::default(), &mut |_| ()).expect("updated");
    assert_eq!(followed.stale().changed, 0);
}

#[test]
fn a_root_that_is_a_file_is_looked_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, index) = (folder.path().join("甲.txt"), folder.path().join("index"));
    write(&file, "某市发放算力券\n\n首批算力券已经发放。\n");
    let options = UpdateOptions {
        add: vec![file.clone()],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("built");
    let changed = || {
        let searcher = Searcher::open(&index).expect("opened");
        let options = SearchOptions::default();
        let answer = searcher.search(&Query::exact("算力券"), &options);
        answer.expect("searched").stale.expect("looked at").changed
    };
    assert_eq!(changed(), 0);
    write(&file, "某市停发算力券\n");
    assert_eq!(changed(), 1);
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(changed(), 1);
}
