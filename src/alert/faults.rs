//! Alerts on a disk that fails: what has arrived is shown again rather than
//! lost, and the alerts can always be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::run::{RunOptions, run, run_with};
use super::standing::{NewAlert, Start, add, list};
use super::store::AlertLock;
use crate::index::faults::{BrokenDisk, DEVICE_FAULT, Fault, Lost, NO_SPACE, copy};
use crate::index::{Disk, UpdateOptions, update};

/// An index with an alert for which something has arrived.
struct Case {
    _folder: tempfile::TempDir,
    home: PathBuf,
}

fn case() -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("甲地");
    let (news, index) = (home.join("新闻"), home.join("index"));
    fs::create_dir_all(&news).expect("created");
    let write = |name: &str| {
        let text = format!("{name}市发放算力券\n\n{name}市的办法已经发布。\n");
        fs::write(news.join(format!("{name}.txt")), text).expect("written");
    };
    write("甲");
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    update(&index, &options, &mut |_| ()).expect("built");
    let alert = NewAlert {
        name: "算力".to_owned(),
        query: "\"算力券\"".to_owned(),
        all_lanes: false,
        start: Start::Now,
    };
    add(&index, alert).expect("added");
    write("乙");
    update(&index, &UpdateOptions::default(), &mut |_| ()).expect("updated");
    Case {
        _folder: folder,
        home,
    }
}

fn arrived(index: &Path) -> usize {
    let run = run(index, &RunOptions::default()).expect("runs");
    run.digest().passages()
}

#[test]
fn a_fault_shows_what_has_arrived_again_and_loses_nothing() {
    let faults = [
        Fault::Once(DEVICE_FAULT),
        Fault::Forever(NO_SPACE),
        Fault::PowerCut(Lost::Content),
        Fault::PowerCut(Lost::All),
    ];
    let base = case();
    for fault in faults {
        let mut is_whole = false;
        for at in 0.. {
            let home = base.home.with_file_name(format!("{fault:?}{at}"));
            copy(&base.home, &home);
            let index = home.join("index");
            let broken = BrokenDisk::new(at, fault);
            let disk: Arc<dyn Disk> = Arc::new(broken.clone());
            let lock = AlertLock::take_on(&disk, &index).expect("free");
            let run = run_with(lock, &index, &RunOptions::default()).expect("runs");
            assert_eq!(run.digest().passages(), 1);
            let finished = run.finish();
            is_whole = broken.operations() <= at;
            broken.power_returns();
            let told = format!("operation {at}, {fault:?}: {finished:?}");
            if let (Err(error), Fault::Forever(NO_SPACE)) = (&finished, fault) {
                assert!(error.hint().is_some(), "{told}");
            }
            assert_eq!(list(&index).expect("read").len(), 1, "{told}");
            match (arrived(&index), finished.is_ok()) {
                (0, true) => {}
                (_, true) => panic!("it was noted and is shown again: {told}"),
                (again, false) => assert!(again <= 1, "{told}"),
            }
            let run = super::run(&index, &RunOptions::default()).expect("runs");
            run.finish().expect("noted");
            assert_eq!(arrived(&index), 0, "{told}");
            if is_whole {
                assert!(at > 4, "{at} operations");
                break;
            }
        }
        assert!(is_whole);
    }
}
