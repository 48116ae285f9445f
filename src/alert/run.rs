//! Running alerts: what has arrived for each since its last run.

use std::path::Path;

use super::memory::{self, Arrival, Memory, Shown};
use super::standing::{Alert, find};
use super::store::{self, AlertLock, Store};
use crate::error::{Error, ErrorKind, Result};
use crate::query::Query;
use crate::search::{Among, Answer, Lane, SearchOptions, Searcher, Stale};

/// How alerts are to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// The alerts to run; none is all.
    pub names: Vec<String>,
    /// How many characters of a passage to show: see [`SearchOptions::window_chars`].
    pub window_chars: usize,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            names: Vec::new(),
            window_chars: SearchOptions::default().window_chars,
        }
    }
}

/// What has arrived.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// The alerts that were run, in the order they were added.
    pub alerts: Vec<AlertAnswer>,
    /// When the index was last updated: seconds since 1970.
    pub updated: u64,
    /// How far the folders have moved on since.
    pub stale: Stale,
}

impl Digest {
    /// How many passages have arrived, for all alerts together.
    pub fn passages(&self) -> usize {
        self.alerts
            .iter()
            .map(|alert| alert.answer.hits.len())
            .sum()
    }
}

/// What has arrived for one alert.
#[derive(Clone, Debug, Default)]
pub struct AlertAnswer {
    /// The alert, as it was before this run.
    pub alert: Alert,
    /// The passages, all of them, grouped by article. Counts are of what has
    /// arrived; those of lane *some* are counted, but not among the hits unless
    /// the alert asks for them.
    pub answer: Answer,
}

/// A run whose digest has yet to be shown.
///
/// Only [`Run::finish`] notes that it was: a run that is dropped, or killed
/// before, shows the same again. So nothing is lost, and a passage is repeated
/// only if the process died between the two.
#[derive(Debug)]
#[must_use = "what is shown is noted by `finish`"]
pub struct Run {
    digest: Digest,
    arrivals: Vec<Arrival>,
    dir: std::path::PathBuf,
    store: Store,
    lock: AlertLock,
}

impl Run {
    /// What has arrived.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Notes that the digest has been shown.
    ///
    /// # Errors
    ///
    /// If it cannot be written: then the next run shows it again.
    pub fn finish(mut self) -> Result<()> {
        for shown in &self.digest.alerts {
            let own = |alert: &&mut Alert| alert.name == shown.alert.name;
            if let Some(alert) = self.store.alerts.iter_mut().find(own) {
                alert.shown.advance(&self.store.memory, &self.arrivals);
                alert.last_run = Some(store::now());
            }
        }
        self.store
            .write(&self.dir, &self.lock)
            .map_err(|error| error.with_hint("what was shown is shown again by the next run"))
    }
}

/// Finds what has arrived for the alerts of the index in `dir` since they were
/// last run. Nothing is noted before [`Run::finish`].
///
/// ```
/// use cewen::alert::{self, NewAlert, RunOptions, Start};
///
/// let folder = tempfile::tempdir()?;
/// let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
/// std::fs::create_dir(&news)?;
/// std::fs::write(news.join("甲.txt"), "甲市发放算力券\n\n甲市的办法。")?;
/// let add = cewen::UpdateOptions { add: vec![news.clone()], ..Default::default() };
/// cewen::update(&index, &add, &mut |_| ())?;
/// alert::add(&index, NewAlert {
///     name: "算力".to_owned(),
///     query: "\"算力券\"".to_owned(),
///     all_lanes: false,
///     start: Start::Now,
/// })?;
///
/// std::fs::write(news.join("乙.txt"), "乙市发放算力券\n\n乙市的办法。")?;
/// cewen::update(&index, &Default::default(), &mut |_| ())?;
/// let run = alert::run(&index, &RunOptions::default())?;
/// assert_eq!(run.digest().alerts[0].answer.hits[0].article.title, "乙市发放算力券");
/// run.finish()?;
/// assert_eq!(alert::run(&index, &RunOptions::default())?.digest().passages(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::NoSuchAlert`] if a name is not that of an alert, or there is
/// none at all; [`ErrorKind::BadQuery`] if the query of one cannot be searched
/// for any more; [`ErrorKind::Locked`] if the alerts are in use.
pub fn run(dir: &Path, options: &RunOptions) -> Result<Run> {
    run_with(AlertLock::take(dir)?, dir, options)
}

/// [`run()`] by who has taken the lock.
pub(super) fn run_with(lock: AlertLock, dir: &Path, options: &RunOptions) -> Result<Run> {
    let mut store = Store::read(dir)?.unwrap_or_default();
    if store.alerts.is_empty() {
        return Err(Error::new(
            ErrorKind::NoSuchAlert,
            format!("the index in {} has no alerts", dir.display()),
        )
        .with_hint("add one: `cewen alert add 算力券 '\"算力券\"'`"));
    }
    let mut chosen = Vec::new();
    for name in &options.names {
        chosen.push(find(&store.alerts, name)?);
    }
    if options.names.is_empty() {
        chosen = (0..store.alerts.len()).collect();
    }
    chosen.sort_unstable();
    chosen.dedup();
    let alerts: Vec<Alert> = chosen.iter().map(|&at| store.alerts[at].clone()).collect();
    let shown: Vec<&Shown> = alerts.iter().map(|alert| &alert.shown).collect();
    let (searcher, arrivals) = look(dir, &mut store.memory, &shown)?;
    let mut digest = Digest {
        alerts: Vec::with_capacity(alerts.len()),
        updated: searcher.reader().header.updated,
        stale: searcher.stale(),
    };
    for alert in alerts {
        let answer = answer(&searcher, &alert, &arrivals, options)
            .map_err(|error| error.within(&format!("the alert {}", alert.name)))?;
        digest.alerts.push(AlertAnswer { alert, answer });
    }
    Ok(Run {
        digest,
        arrivals,
        dir: dir.to_path_buf(),
        store,
        lock,
    })
}

/// Opens the index and looks at it: see [`memory::observe`].
pub(super) fn look(
    dir: &Path,
    memory: &mut Memory,
    shown: &[&Shown],
) -> Result<(Searcher, Vec<Arrival>)> {
    let mut attempt = 0;
    loop {
        let searcher = Searcher::open(dir)?;
        match memory::observe(memory, searcher.reader(), shown) {
            // An update may have published and cleaned up since it was opened.
            Err(error) if attempt < 3 && error.kind() == ErrorKind::Io => attempt += 1,
            observed => return Ok((searcher, observed?)),
        }
    }
}

fn answer(
    searcher: &Searcher,
    alert: &Alert,
    arrivals: &[Arrival],
    options: &RunOptions,
) -> Result<Answer> {
    let query = Query::parse(&alert.query)?.query;
    let new = arrivals
        .iter()
        .filter(|arrival| alert.shown.is_new(arrival));
    let mut passages: Vec<u32> = new.map(|arrival| arrival.passage).collect();
    passages.sort_unstable();
    let options = SearchOptions {
        limit: 0,
        passages: 0,
        window_chars: options.window_chars,
        ..SearchOptions::default()
    };
    let among = Among {
        passages: &passages,
        weakest: if alert.all_lanes {
            Lane::Some
        } else {
            Lane::All
        },
    };
    searcher.search_among(&query, &options, &among)
}
