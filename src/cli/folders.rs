//! Folders that are followed: something happened in them, or may have.
//!
//! Events of the system where it has them; where it has none, or by wish, a
//! look at the clock. Reading a file is no event, nor is what happens in the
//! index.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::talk;

/// How often folders are looked at that send no events, or that are not there.
const POLL: Duration = Duration::from_secs(2);

/// The folders that an index follows.
pub(crate) struct Folders {
    roots: Vec<PathBuf>,
    /// Where the index is: what happens there is our own doing.
    index: PathBuf,
    /// How often to look; `None` relies on events.
    poll: Option<Duration>,
    events: Option<Events>,
    /// One of them went or is another one now: its events come no more.
    is_lost: bool,
    looked: Instant,
}

/// Events of the system. They end when the watcher is dropped.
struct Events {
    receiver: Receiver<notify::Result<Event>>,
    _watcher: RecommendedWatcher,
}

impl Folders {
    /// Begins to follow `roots`; with `poll` by looking only, so often.
    pub(crate) fn new(
        roots: Vec<PathBuf>,
        index: &Path,
        poll: Option<Duration>,
        talk: &mut dyn Write,
    ) -> Self {
        let mut folders = Folders {
            roots: roots.iter().map(|root| absolute(root)).collect(),
            index: absolute(index),
            poll,
            events: None,
            is_lost: false,
            looked: Instant::now(),
        };
        if folders.poll.is_none() {
            folders.listen(talk);
        }
        folders
    }

    /// Follows other folders from now on; says whether they are others.
    pub(crate) fn follow(&mut self, roots: Vec<PathBuf>, talk: &mut dyn Write) -> bool {
        let roots: Vec<PathBuf> = roots.iter().map(|root| absolute(root)).collect();
        if roots == self.roots {
            return false;
        }
        self.roots = roots;
        self.is_lost = false;
        if self.poll.is_none() {
            self.listen(talk);
        }
        true
    }

    /// Waits up to `time`; says whether something may have happened.
    pub(crate) fn wait(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut has_happened = false;
        while let Some(events) = &self.events {
            let left = until.saturating_duration_since(Instant::now());
            match events.receiver.recv_timeout(left) {
                Ok(Ok(event)) => has_happened |= self.matters(&event),
                // Too much happened at once, or something unknown.
                Ok(Err(_)) => has_happened = true,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    self.events = None;
                    self.is_lost = true;
                }
            }
            if left.is_zero() {
                break;
            }
        }
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
        let every = match self.poll {
            Some(every) => every,
            None if self.is_lost => POLL,
            None => return has_happened,
        };
        let is_time = self.looked.elapsed() >= every;
        if is_time {
            self.looked = Instant::now();
        }
        has_happened || is_time
    }

    /// One of the folders is not there, whether or not an event said so.
    pub(crate) fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Follows again what was lost, once all of it is there; says whether it did.
    pub(crate) fn renew(&mut self, talk: &mut dyn Write) -> bool {
        let is_due = self.is_lost && self.roots.iter().all(|root| root.exists());
        if is_due {
            self.is_lost = false;
            if self.poll.is_none() {
                self.listen(talk);
            }
        }
        is_due
    }

    fn listen(&mut self, talk: &mut dyn Write) {
        self.events = None;
        match Events::new(&self.roots) {
            Ok(events) => self.events = Some(events),
            Err(_) if self.roots.iter().any(|root| !root.exists()) => self.is_lost = true,
            Err(error) => {
                talk::note(
                    talk,
                    &format!("no events for these folders ({error}): looking every 2 s instead"),
                );
                self.poll = Some(POLL);
            }
        }
    }

    fn matters(&mut self, event: &Event) -> bool {
        let is_read = matches!(event.kind, EventKind::Access(kind)
            if kind != AccessKind::Close(AccessMode::Write));
        if is_read {
            return false;
        }
        let is_end = matches!(
            event.kind,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
        );
        if is_end && event.paths.iter().any(|path| self.roots.contains(path)) {
            self.is_lost = true;
        }
        let is_own = |path: &PathBuf| path.starts_with(&self.index);
        event.need_rescan() || event.paths.is_empty() || !event.paths.iter().all(is_own)
    }
}

impl Events {
    fn new(roots: &[PathBuf]) -> notify::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender)?;
        for root in roots {
            watcher.watch(root, RecursiveMode::Recursive)?;
        }
        Ok(Events {
            receiver,
            _watcher: watcher,
        })
    }
}

impl fmt::Display for Folders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roots: Vec<String> = (self.roots.iter())
            .map(|root| root.display().to_string())
            .collect();
        f.write_str(&roots.join(", "))
    }
}

/// The path as events name it.
fn absolute(path: &Path) -> PathBuf {
    let absolute = path.canonicalize();
    absolute.unwrap_or_else(|_| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
