//! P5: readers never fail and never see anything but a published state, while
//! a writer updates, merges and rebuilds.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};

use crate::support::write;

/// The numbers of the states that an answer belongs to.
fn states(searcher: &Searcher) -> (usize, usize) {
    let options = SearchOptions::default();
    let answer = searcher
        .search(&Query::exact("常设目录"), &options)
        .expect("a reader never fails");
    // One article more in each state.
    let counted = answer.total.articles;
    let answer = searcher
        .search(&Query::exact("状态编号"), &options)
        .expect("a reader never fails");
    assert_eq!(
        answer.total.articles, 1,
        "the number of the state stands in one article"
    );
    let shown = &answer.hits[0].passage.text;
    let number: String = shown.chars().filter(char::is_ascii_digit).collect();
    (counted, number.parse().expect("a number"))
}

fn write_state(news: &Path, number: usize) {
    write(
        &news.join(format!("{number}.txt")),
        format!("第{number}篇\n\n常设目录里的第{number}篇。\n"),
    );
    write(
        &news.join("状态.txt"),
        format!("现在的状态\n\n状态编号是{number}。\n"),
    );
}

/// Leaves the machine to the writer for about as long as an answer takes, so
/// that it is read at all instants of an update and not only waited for.
fn pause() {
    std::thread::sleep(Duration::from_millis(5));
}

#[test]
fn readers_see_published_states_only_and_never_fail() {
    const UPDATES: usize = 50;
    const REBUILDS: usize = 10;
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    write_state(&news, 1);
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("built");

    // The state that is published for certain, and the one being published.
    let (published, begun) = (AtomicUsize::new(1), AtomicUsize::new(1));
    let is_over = AtomicBool::new(false);
    let answers = AtomicUsize::new(0);
    let check = |searcher: &Searcher, from: usize| {
        let (counted, number) = states(searcher);
        assert_eq!(counted, number, "an answer of two states");
        let until = begun.load(Ordering::SeqCst);
        assert!(
            from <= number && number <= until,
            "state {number}, not {from} to {until}"
        );
        answers.fetch_add(1, Ordering::Relaxed);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                let from = published.load(Ordering::SeqCst);
                let searcher = Searcher::open(&index).expect("a reader never fails");
                check(&searcher, from);
                pause();
            }
        });
        scope.spawn(|| {
            let mut searcher = Searcher::open(&index).expect("opened");
            while !is_over.load(Ordering::SeqCst) {
                let from = published.load(Ordering::SeqCst);
                searcher.refresh().expect("a reader never fails");
                check(&searcher, from);
                // What has been opened stays what it is, also when it is gone.
                let stays = states(&searcher);
                assert_eq!(stays, states(&searcher));
                pause();
            }
        });
        // A panic here must not leave the readers running.
        let written = std::panic::catch_unwind(|| {
            for number in 2..2 + UPDATES + REBUILDS {
                write_state(&news, number);
                begun.store(number, Ordering::SeqCst);
                let options = UpdateOptions {
                    rebuild: number % 6 == 0,
                    ..UpdateOptions::default()
                };
                cewen::update(&index, &options, &mut |_| ()).expect("updated");
                published.store(number, Ordering::SeqCst);
            }
        });
        is_over.store(true, Ordering::SeqCst);
        written.expect("all states were written");
    });
    assert!(answers.into_inner() > UPDATES, "the readers did read");
}
