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
