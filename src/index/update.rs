//! Brings an index up to date with its folders.
//!
//! Walk, compare with the file records, read what came or changed, publish
//! passages and records in one step. Killed at any moment, the last good index
//! opens: nothing that is live is touched before the publishing rename.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::disk::{self, Disk};
use super::encodings;
use super::filling::{Filled, Filling};
use super::generation::{self, WriterLock};
use super::health;
use super::intake::{bytes_of, look, take_up};
use super::lexicon::{self, Lexicon, Touched, touched};
use super::live::Live;
use super::making::Making;
use super::plan::{Gone, Look, Plan, Reading, walk};
use super::repair::salvage;
use super::repeats::Repeats;
use super::report::{ChangeKind, FileChange, Progress, UpdateOptions, UpdateReport};
use super::roots;
use super::state::{FORMAT, FileRecord, State};
use super::writer::{Moved, Writer, stopped};
use crate::analysis::FINGERPRINT;
use crate::error::{Error, ErrorKind, Result};
use crate::workers::{self, Workers};

/// About so many bytes of files are opened ahead.
const AHEAD: usize = 4 << 20;

/// So many bytes of files hold many articles.
const MANY: u64 = 1 << 20;

/// Builds the index in `dir` or brings it up to date with its roots.
///
/// `progress` is called from time to time while it works.
///
/// # Errors
///
/// [`ErrorKind::BadRoot`] if a root is missing, or empty where it was not;
/// [`ErrorKind::Locked`] if somebody else is writing; [`ErrorKind::Stopped`] if
/// the caller asked for an end; [`ErrorKind::Io`] and [`ErrorKind::Engine`] if
/// something could not be read or written. After every error the index is as it
/// was before. A source file that cannot be read is not an error but a problem
/// in the report.
pub fn update(
    dir: &Path,
    options: &UpdateOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<UpdateReport> {
    let means = Means::real();
    update_on(&means, dir, options, Mend::Nothing, progress)
}

/// What an update works with.
pub(crate) struct Means {
    /// A disk that may be a test's.
    pub(crate) disk: Arc<dyn Disk>,
    /// How many threads read besides its own.
    pub(crate) threads: usize,
}

impl Means {
    /// This machine.
    pub(crate) fn real() -> Self {
        Means {
            disk: disk::real(),
            threads: workers::suitable(),
        }
    }
}

/// What an update does about a damaged index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mend {
    /// It is an error.
    Nothing,
    /// What the folders hold is read again; the library's articles are lost.
    FromFolders,
    /// The same, and the library's articles are read back as far as they can be.
    FromFoldersAndIndex,
}

/// [`update`] by certain means.
pub(crate) fn update_on(
    means: &Means,
    dir: &Path,
    options: &UpdateOptions,
    mend: Mend,
    progress: &mut dyn FnMut(Progress),
) -> Result<UpdateReport> {
    let started = Instant::now();
    let disk = &means.disk;
    if !generation::exists(dir) && mend == Mend::Nothing {
        // Before anything is created on disk.
        if options.add.is_empty() {
            return Err(Error::no_index(dir));
        }
        roots::check(&options.add)?;
    }
    let lock = match options.dry_run {
        true => None,
        false => Some(WriterLock::take(dir, &options.command, options.wait)?),
    };
    let mut state = State::default();
    let live = match Live::open(Arc::clone(disk), dir) {
        Ok(Some(mut live)) => {
            state.header = live.state.header.clone();
            // Of a folder of many files there is not to be another copy.
            state.files = std::mem::take(&mut live.state.files);
            Some(live)
        }
        Ok(None) if mend == Mend::Nothing => None,
        // A damaged index can still be built anew from its folders, or from
        // folders that are named.
        Ok(None) | Err(_) if mend != Mend::Nothing => {
            state.header = salvage(dir)?;
            None
        }
        Err(_) if options.rebuild && !options.add.is_empty() => {
            state.header = salvage(dir).unwrap_or_default();
            None
        }
        damaged => damaged?,
    };
    if lock.is_some() {
        clean_around(&**disk, dir, live.as_ref());
    }
    let roots_before = state.header.roots.clone();
    let encodings_before = state.header.encodings.clone();
    roots::change(dir, &mut state.header, options)?;
    encodings::give(&mut state.header, &options.encodings)?;
    let lexicon = Lexicon::read(dir, &state.header.roots)?;
    let found = walk(dir, &state, progress)?;
    let mut report = UpdateReport {
        skipped: found.skipped,
        problems: found.problems.clone(),
        rebuilt: live.as_ref().and_then(|live| live.outdated(&state.header)),
        ..UpdateReport::default()
    };
    let mut plan = Plan::new(&state, &found);
    let mut anew = options.rebuild || report.rebuilt.is_some() || live.is_none();
    let mut recut = Touched::default();
    if let (Some(live), false) = (&live, anew) {
        let words = lexicon::changed(&live.words()?, &lexicon.words);
        report.words_changed = words.len();
        match words_touched(live, &words)? {
            Some(touched) => recut = touched,
            None => {
                report.rebuilt = Some("a word of the lexicon may stand anywhere".to_owned());
                anew = true;
            }
        }
    }
    plan.look_into(|record| {
        options.check || recut.files.contains(&(record.root, record.path.clone()))
    });
    if options.dry_run {
        report.changes = plan.changes(Look::Hashes);
        let added = |change: &&FileChange| change.kind != ChangeKind::Removed;
        report.unchanged = found.files.len() - report.changes.iter().filter(added).count();
        report.recut = recut.ids.len();
        report.articles = state.header.articles;
        report.passages = state.header.passages;
        report.problems.extend(health::problems(&state.files));
        (report.formats, report.encodings) = health::counts(&state.files);
        report.took = started.elapsed();
        return Ok(report);
    }

    let repeats = workers::with(means.threads, |workers| {
        Repeats::find(&plan, options, workers, progress)
    })?;
    plan.look_into(|record| repeats.touch(record));
    let is_as_before = !anew
        && report.words_changed == 0
        && state.header.roots == roots_before
        && state.header.encodings == encodings_before
        && state.header.folders == found.folders;
    let mut writer = match (&live, anew) {
        (Some(live), false) => Writer::resume(disk, live, &lexicon.words, recut),
        _ => Writer::create(disk, dir, &lexicon.words)?,
    };
    writer.stop_when(options.stop.clone());
    let work = Work {
        live: live.as_ref(),
        plan: &plan,
        repeats: &repeats,
        options,
        mend,
        report: &mut report,
    };
    let done = workers::with(means.threads, |workers| {
        work.run(&state, workers, &mut writer, progress)
    });
    let done = done.and_then(|files| {
        if is_as_before && !options.compact && files == state.files {
            return Ok(());
        }
        progress(Progress::Publishing);
        let mut next = State {
            header: state.header.clone(),
            files,
        };
        next.header.folders = found.folders.clone();
        next.header.walked_ns = found.walked_ns;
        next.header.lexicon = lexicon::shipped();
        sign(&mut next);
        writer.publish(dir, &mut next, options.compact)?;
        state = next;
        Ok(())
    });
    report.articles_changed = std::mem::take(&mut writer.changes);
    report.recut = writer.recut;
    if let Err(error) = done {
        writer.abandon(dir);
        return Err(error);
    }
    drop(lock);
    report.articles = state.header.articles;
    report.passages = state.header.passages;
    report.problems.extend(health::problems(&state.files));
    (report.formats, report.encodings) = health::counts(&state.files);
    report.took = started.elapsed();
    Ok(report)
}

/// Removes what a killed process left behind. Only for the holder of the lock.
pub(crate) fn clean(disk: &Arc<dyn Disk>, dir: &Path) -> Result<()> {
    let live = Live::open(Arc::clone(disk), dir)?;
    clean_around(&**disk, dir, live.as_ref());
    Ok(())
}

fn clean_around(disk: &dyn Disk, dir: &Path, live: Option<&Live>) {
    let Some(live) = live else {
        // What a damaged index holds may still be of use.
        return;
    };
    generation::remove_others(disk, dir, Some(&live.generation));
    if let Ok(living) = live.living_files() {
        generation::sweep(disk, &live.generation, &living);
    }
}

fn words_touched(live: &Live, words: &BTreeSet<String>) -> Result<Option<Touched>> {
    match words.is_empty() {
        true => Ok(Some(Touched::default())),
        false => touched(live.reader()?, words),
    }
}

/// Signs a state that is about to be written.
pub(crate) fn sign(state: &mut State) {
    state.header.format = FORMAT;
    state.header.fingerprint = FINGERPRINT.to_owned();
    state.header.updated = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    state.files.sort_by(|one, other| {
        (one.root, &one.source, &one.path).cmp(&(other.root, &other.source, &other.path))
    });
    state.count();
}

/// The reading and writing of one update.
struct Work<'a, 'r> {
    live: Option<&'a Live>,
    plan: &'a Plan<'a>,
    repeats: &'a Repeats,
    options: &'a UpdateOptions,
    mend: Mend,
    report: &'r mut UpdateReport,
}

impl<'a> Work<'a, '_> {
    /// Does what the plan says; yields the records of all files.
    fn run(
        self,
        state: &State,
        workers: &Workers<'_, 'a>,
        writer: &mut Writer<'_>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<FileRecord>> {
        let plan = self.plan;
        let mut making = Making::new(workers, writer);
        // Where files stand whose articles are being made, and their numbers.
        let mut filled = Vec::new();
        let mut files = Vec::with_capacity(state.files.len() + plan.read.len());
        // Articles that were added through the library live on.
        for record in state.files.iter().filter(|record| record.root.is_none()) {
            match self.library_article(record, &mut making, writer) {
                Err(error) if self.mend != Mend::Nothing && error.kind() == ErrorKind::Damaged => {
                    self.report.lost.push(record.path.clone());
                }
                kept => {
                    let (record, number) = kept?;
                    filled.extend(number.map(|number| (files.len(), number)));
                    files.push(record);
                }
            }
        }
        let kept = plan.kept.iter().map(|&record| record.clone());
        if let (true, Some(record)) = (writer.is_new(), plan.kept.first()) {
            return Err(Error::new(
                ErrorKind::BadRoot,
                format!(
                    "the folder of {} cannot be listed, and a new index would lose the {} files in it",
                    record.path,
                    plan.kept.len()
                ),
            )
            .with_hint("check that you may read the folder, or drop its root with `--forget`"));
        }
        let mut read = plan.read.clone();
        if writer.is_new() {
            let unchanged = plan.unchanged.iter();
            read.extend(unchanged.filter_map(|(record, file)| {
                let known = Some(*record);
                let root = record.root?;
                Some(Reading {
                    root,
                    file,
                    known,
                    options: plan.options(root),
                })
            }));
            read.sort_by_key(|reading| (reading.root, &reading.file.path));
        } else {
            files.extend(plan.unchanged.iter().map(|&(record, _)| record.clone()));
            files.extend(kept);
            self.report.unchanged = plan.unchanged.len();
        }
        let total_bytes = read.iter().map(|reading| reading.file.size).sum();
        if writer.is_new() && total_bytes >= MANY {
            making.expect_many(workers);
        }
        let read_count = read.len();
        let mut bytes = 0;
        let mut gone = Gone::new(&plan.removed);
        let mut moved = BTreeSet::new();
        let mut coming = read.iter().peekable();
        let mut opened = workers.in_order(AHEAD);
        for (done, reading) in read.iter().enumerate() {
            while let Some(next) = coming.next_if(|next| opened.has_room_for(bytes_of(next.file))) {
                let bytes = bytes_of(next.file);
                if bytes > AHEAD {
                    making.settle(writer)?;
                }
                let next = self.repeats.reading(next);
                let is_anew =
                    writer.is_new() || next.known.is_some_and(|known| writer.recuts(known));
                opened.give(bytes, move || look(&next, is_anew));
            }
            progress(Progress::Reading {
                done,
                total: read_count,
                bytes,
                total_bytes,
            });
            bytes += reading.file.size;
            if let Some(stop) = &self.options.stop
                && stop.load(Ordering::Relaxed)
            {
                return Err(stopped());
            }
            let before = bytes - reading.file.size;
            let Some(looked) = opened.take().transpose()? else {
                break;
            };
            let outcome = take_up(
                self.repeats.reading(reading),
                looked,
                (workers, &mut making),
                writer,
                &mut gone,
                &mut |read| {
                    progress(Progress::Reading {
                        done,
                        total: read_count,
                        bytes: before + read.min(reading.file.size),
                        total_bytes,
                    });
                },
            )?;
            filled.extend(outcome.number.map(|number| (files.len(), number)));
            if let (Some(record), Some(path)) = (&outcome.record, &outcome.from) {
                moved.insert((record.root, path.clone()));
            }
            if let Some(kind) = outcome.kind {
                self.report.changes.push(FileChange {
                    path: reading.file.path.clone(),
                    kind,
                    from: outcome.from,
                });
            } else if outcome.record.is_some() {
                self.report.unchanged += 1;
            }
            files.extend(outcome.record);
        }
        making.settle(writer)?;
        for (at, number) in filled {
            making.complete(&mut files[at], number);
        }
        self.report.bytes = bytes;
        for record in &plan.removed {
            let is_moved = moved.contains(&(record.root, record.path.clone()));
            if !is_moved {
                self.report.changes.push(FileChange {
                    path: record.path.clone(),
                    kind: ChangeKind::Removed,
                    from: None,
                });
            }
            if !writer.is_new() {
                let moved = if is_moved {
                    Moved::Elsewhere
                } else {
                    Moved::Away
                };
                writer.remove(record, moved)?;
            }
        }
        self.report
            .changes
            .sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// Keeps an article of the library, or writes it into a new generation or
    /// with other words.
    fn library_article(
        &self,
        record: &FileRecord,
        making: &mut Making<'_, '_>,
        writer: &mut Writer<'_>,
    ) -> Result<(FileRecord, Option<usize>)> {
        let Some(live) = self.live else {
            return Ok((record.clone(), None));
        };
        if !writer.is_new() && !writer.recuts(record) {
            return Ok((record.clone(), None));
        }
        let articles = match self.mend {
            Mend::FromFolders => Err(Error::new(ErrorKind::Damaged, "its index is damaged")),
            _ => live.articles_of(record),
        };
        let articles = articles.map_err(|error| {
            Error::new(
                ErrorKind::Damaged,
                format!(
                    "the article {} that was added through the library cannot be read back",
                    record.path
                ),
            )
            .with_source(error)
            .with_hint("keep this index for what it holds, and build another with `--index DIR`")
        })?;
        let known = Some(record);
        let mut filling = Filling::begin(making, writer, emptied(record), known, None)?;
        for article in articles {
            filling.add(article, &record.encoding)?;
        }
        let Filled { record, number } = filling.finish()?;
        Ok((record, Some(number)))
    }
}

/// A record before its articles are counted.
fn emptied(record: &FileRecord) -> FileRecord {
    FileRecord {
        articles: 0,
        passages: 0,
        symbols: 0,
        ..record.clone()
    }
}
