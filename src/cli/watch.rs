//! `cewen watch`: follows the folders and keeps the index up to date.
//!
//! What happens in the folders is only ever a reason to look: an update walks,
//! compares and publishes as `cewen index` does, so that an event that was
//! lost, doubled or out of order changes nothing. The writer's lock is held
//! during an update only.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cewen::alert::RunOptions;
use cewen::render::{Run, write_update_json, write_watched_text};
use cewen::{ErrorKind, Searcher, UpdateOptions, UpdateReport};

use super::alert::{self, NoNews};
use super::args::ColorArg;
use super::exit::Exit;
use super::failure::Failure;
use super::folders::Folders;
use super::standing::{DigestFormatArg, WatchArgs};
use super::{index, interrupt, locate, output, progress, talk};

/// An update begins when nothing has happened for so long,
const QUIET: Duration = Duration::from_millis(300);

/// or so long after the first thing that happened, if it never gets quiet.
const AT_MOST: Duration = Duration::from_secs(1);

/// How often Ctrl-C and the clock are looked at.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether the index follows other folders now.
const LOOK: Duration = Duration::from_secs(1);

/// How long to wait after an update that failed.
const RETRY: Duration = Duration::from_secs(2);

/// How long an update waits for another writer before it is tried again.
const LOCK_WAIT: Duration = Duration::from_secs(1);

pub(crate) fn run(
    args: &WatchArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    let add = index::folders(&args.dirs, &dir)?;
    let mut watch = Watch {
        args,
        dir,
        stop: interrupt::flag(),
        said: None,
    };
    // The first update is not tried again: what is wrong now was asked for.
    let first = UpdateOptions {
        add,
        wait: Some(progress::WAIT),
        ..watch.options()
    };
    let report = progress::update(&watch.dir, &first, talk)?;
    watch.tell(&report, talk)?;
    let mut searcher = Searcher::open(&watch.dir)?;
    let poll = args.poll.map(Duration::from_secs);
    let mut folders = Folders::new(searcher.roots(), &watch.dir, poll, talk);
    talk::note(talk, &format!("following {folders}; Ctrl-C ends it"));
    let mut looked = Instant::now();
    // Whatever came between the update and the watching.
    let mut pending = Some(Pending::now());
    loop {
        if watch.stop.load(Ordering::Relaxed) {
            return Ok(Exit::Interrupted);
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            // Another process may have added a folder or dropped one. What
            // cannot be read now is told by the next update.
            let _ = searcher.refresh();
            if folders.follow(searcher.roots(), talk) {
                talk::note(talk, &format!("following {folders}"));
                pending.get_or_insert_with(Pending::now);
            }
        }
        if folders.wait(TICK) {
            pending.get_or_insert_with(Pending::now).last = Instant::now();
        }
        if !pending.as_ref().is_some_and(Pending::is_due) {
            continue;
        }
        pending = None;
        match cewen::update(&watch.dir, &watch.options(), &mut |_| ()) {
            Ok(report) => {
                watch.tell(&report, talk)?;
                watch.said = None;
            }
            Err(error) if error.kind() == ErrorKind::Stopped => return Ok(Exit::Interrupted),
            Err(error) => {
                watch.complain(&error, talk);
                pending = Some(Pending::after(RETRY));
                if error.kind() == ErrorKind::BadRoot {
                    folders.lose();
                }
            }
        }
        if folders.renew(talk) {
            // Whatever came between the update and the watching.
            pending.get_or_insert_with(Pending::now);
        }
    }
}

/// Something happened that an update has not seen.
struct Pending {
    first: Instant,
    last: Instant,
    /// Not before this.
    from: Instant,
}

impl Pending {
    fn now() -> Self {
        Self::after(Duration::ZERO)
    }

    fn after(wait: Duration) -> Self {
        let now = Instant::now();
        Pending {
            first: now,
            last: now,
            from: now + wait,
        }
    }

    fn is_due(&self) -> bool {
        let now = Instant::now();
        let is_ripe = now - self.last >= QUIET || now - self.first >= AT_MOST;
        is_ripe && now >= self.from
    }
}

struct Watch<'a> {
    args: &'a WatchArgs,
    dir: PathBuf,
    stop: Arc<AtomicBool>,
    /// The last complaint, not to be repeated.
    said: Option<String>,
}

impl Watch<'_> {
    fn options(&self) -> UpdateOptions {
        UpdateOptions {
            stop: Some(Arc::clone(&self.stop)),
            wait: Some(LOCK_WAIT),
            command: "cewen watch".to_owned(),
            ..UpdateOptions::default()
        }
    }

    /// Prints what an update brought, if it brought anything.
    fn tell(&self, report: &UpdateReport, talk: &mut dyn Write) -> Result<(), Failure> {
        if report.changes.is_empty() && report.rebuilt.is_none() {
            return Ok(());
        }
        let moment = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        output::write_data(|out| {
            if self.args.json {
                write_update_json(report, Run::Done, out)
            } else {
                write_watched_text(report, moment, out)
            }
        })?;
        let is_new = |path: &str| report.changes.iter().any(|change| change.path == path);
        for problem in report.problems.iter().filter(|found| is_new(&found.path)) {
            let message = format!("{}: {}", problem.path, problem.problem.message);
            talk::note(talk, &message);
        }
        if self.args.alerts {
            self.run_alerts(talk)?;
        }
        Ok(())
    }

    fn run_alerts(&self, talk: &mut dyn Write) -> Result<(), Failure> {
        if cewen::alert::list(&self.dir)?.is_empty() {
            return Ok(());
        }
        let format = if self.args.json {
            DigestFormatArg::Json
        } else {
            DigestFormatArg::Pretty
        };
        let options = RunOptions::default();
        let color = ColorArg::Auto;
        alert::show(&self.dir, &options, format, color, NoNews::Silent, talk)?;
        Ok(())
    }

    /// Says why an update failed, once.
    fn complain(&mut self, error: &cewen::Error, talk: &mut dyn Write) {
        let message = error.to_string();
        if self.said.as_ref() != Some(&message) {
            talk::note(talk, &format!("{message}; trying again"));
            self.said = Some(message);
        }
    }
}
