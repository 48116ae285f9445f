//! Updates on a disk that fails: full, broken, or forgetting what was not
//! synced when the power went. Whatever fails, the index is the old one or the
//! new one, and the next update makes it the new one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::disk::{self, Disk, RealDisk, Unnamed};
use super::reader::Reader;
use super::report::{UpdateOptions, UpdateReport};
use super::schema::Kind;
use super::update::{Means, Mend, update_on};
use super::verify::verify;
use crate::error::{Error, ErrorKind, Result};

pub(crate) const NO_SPACE: i32 = 28;
pub(crate) const DEVICE_FAULT: i32 = 5;

/// What the articles share: they are compared as reprints of one text.
const KIN: &str =
    "企业可以按月申领算力券，最高抵扣一半费用，先到先得，额满为止，有效期三年，由市里解释。";

/// The last operations of an update, all of which are tried.
const PUBLISHING: usize = 40;

/// What a disk does at and after one of its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails once with the system's error number.
    Once(i32),
    /// It fails from then on: a disk that is full.
    Forever(i32),
    /// The power goes: nothing is done from then on, and of what was done
    /// before only what was synced is still there.
    PowerCut(Lost),
}

/// What is lost when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The content of files that were not synced.
    Content,
    /// That, and what was created, renamed and removed in folders that were not.
    All,
}

/// A disk that fails at its operation number `at`.
#[derive(Clone, Debug)]
pub(crate) struct BrokenDisk(Arc<Mutex<Broken>>);

#[derive(Debug)]
struct Broken {
    at: usize,
    fault: Fault,
    done: usize,
    /// Files whose content was not synced.
    unsynced: BTreeSet<PathBuf>,
    /// What was done in folders since they were synced, in order.
    journal: Vec<Entry>,
    /// Holds what was removed or replaced, for undoing it.
    stash: tempfile::TempDir,
    stashed: usize,
}

#[derive(Debug)]
enum Entry {
    Created(PathBuf),
    Renamed {
        from: PathBuf,
        to: PathBuf,
        replaced: Option<PathBuf>,
    },
    Removed {
        path: PathBuf,
        stash: PathBuf,
    },
}

impl Entry {
    fn folder(&self) -> Option<&Path> {
        match self {
            Entry::Created(path) | Entry::Removed { path, .. } => path.parent(),
            Entry::Renamed { to, .. } => to.parent(),
        }
    }
}

impl BrokenDisk {
    pub(crate) fn new(at: usize, fault: Fault) -> Self {
        BrokenDisk(Arc::new(Mutex::new(Broken {
            at,
            fault,
            done: 0,
            unsynced: BTreeSet::new(),
            journal: Vec::new(),
            stash: tempfile::tempdir().expect("a folder"),
            stashed: 0,
        })))
    }

    /// Counts an operation; fails if it is to fail.
    fn step(&self) -> io::Result<()> {
        let mut broken = self.0.lock().expect("whole");
        let number = broken.done;
        broken.done += 1;
        let fails = match broken.fault {
            Fault::Once(_) => number == broken.at,
            Fault::Forever(_) | Fault::PowerCut(_) => number >= broken.at,
        };
        match broken.fault {
            Fault::Once(error) | Fault::Forever(error) if fails => {
                Err(io::Error::from_raw_os_error(error))
            }
            Fault::PowerCut(_) if fails => Err(io::Error::other("the power is gone")),
            _ => Ok(()),
        }
    }

    /// How many operations there were.
    pub(crate) fn operations(&self) -> usize {
        self.0.lock().expect("whole").done
    }

    /// Makes the folders what they are when the power is back.
    pub(crate) fn power_returns(&self) {
        let mut broken = self.0.lock().expect("whole");
        let Fault::PowerCut(lost) = broken.fault else {
            return;
        };
        for path in std::mem::take(&mut broken.unsynced) {
            if let Ok(file) = fs::File::options().write(true).open(&path) {
                file.set_len(0).expect("cut");
            }
        }
        if lost == Lost::Content {
            return;
        }
        for entry in std::mem::take(&mut broken.journal).into_iter().rev() {
            match entry {
                Entry::Created(path) if path.is_dir() => {
                    fs::remove_dir_all(path).expect("undone");
                }
                Entry::Created(path) => {
                    let _ = fs::remove_file(path);
                }
                Entry::Renamed { from, to, replaced } => {
                    if to.exists() && from.parent().is_some_and(Path::exists) {
                        fs::rename(&to, from).expect("undone");
                        if let Some(replaced) = replaced {
                            fs::rename(replaced, to).expect("undone");
                        }
                    }
                }
                Entry::Removed { path, stash } => {
                    if path.parent().is_some_and(Path::exists) {
                        fs::rename(stash, path).expect("undone");
                    }
                }
            }
        }
    }
}

impl Broken {
    fn stash_name(&mut self) -> PathBuf {
        self.stashed += 1;
        self.stash.path().join(self.stashed.to_string())
    }
}

impl Disk for BrokenDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.create_folder(path)?;
        let mut broken = self.0.lock().expect("whole");
        broken.journal.push(Entry::Created(path.to_owned()));
        Ok(())
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn Write + Send + Sync>> {
        self.step()?;
        let file = RealDisk.create_file(path)?;
        let mut broken = self.0.lock().expect("whole");
        broken.journal.push(Entry::Created(path.to_owned()));
        broken.unsynced.insert(path.to_owned());
        drop(broken);
        Ok(Box::new(BrokenFile {
            disk: self.clone(),
            file,
        }))
    }

    fn create_unnamed(&self, folder: &Path) -> io::Result<Box<dyn Unnamed>> {
        self.step()?;
        Ok(Box::new(BrokenFile {
            disk: self.clone(),
            file: RealDisk.create_unnamed(folder)?,
        }))
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::File::open(path)?;
        self.0.lock().expect("whole").unsynced.remove(path);
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let mut broken = self.0.lock().expect("whole");
        broken.journal.retain(|entry| entry.folder() != Some(path));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let mut broken = self.0.lock().expect("whole");
        let replaced = match to.exists() {
            true => {
                let stash = broken.stash_name();
                fs::copy(to, &stash)?;
                Some(stash)
            }
            false => None,
        };
        RealDisk.rename(from, to)?;
        if broken.unsynced.remove(from) {
            broken.unsynced.insert(to.to_owned());
        }
        let (from, to) = (from.to_owned(), to.to_owned());
        broken.journal.push(Entry::Renamed { from, to, replaced });
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let mut broken = self.0.lock().expect("whole");
        let stash = broken.stash_name();
        fs::rename(path, &stash)?;
        broken.journal.push(Entry::Removed {
            path: path.to_owned(),
            stash,
        });
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let mut broken = self.0.lock().expect("whole");
        let stash = broken.stash_name();
        fs::rename(path, &stash)?;
        broken.journal.retain(|entry| entry.folder() != Some(path));
        broken.journal.push(Entry::Removed {
            path: path.to_owned(),
            stash,
        });
        Ok(())
    }
}

/// A file that fails where it is written; one without a name also where it is read.
struct BrokenFile<F> {
    disk: BrokenDisk,
    file: F,
}

impl<F: Write> Write for BrokenFile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.step()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl<F: Read> Read for BrokenFile<F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.disk.step()?;
        self.file.read(bytes)
    }
}

impl<F: Seek> Seek for BrokenFile<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// All that an index says: articles with content and passages, and its records.
#[derive(Clone, Debug, PartialEq)]
struct Contents {
    articles: BTreeMap<u64, (u64, usize)>,
    files: Vec<super::state::FileRecord>,
}

fn contents(index: &Path) -> Contents {
    let reader = Reader::open(index).expect("opens");
    let mut articles = BTreeMap::new();
    for segment in &reader.segments {
        let hashes = segment.contents().expect("hashes");
        for title in (0..segment.documents()).filter(|&document| segment.is_live(document)) {
            if segment.kind(title) == Kind::Title {
                let content = hashes.first(title).expect("a hash");
                let id = segment.number(title).expect("an id");
                let before = articles.insert(id, (content, segment.passages(title)));
                assert_eq!(before, None, "an article is there twice");
            }
        }
    }
    let state = reader.state.read().expect("read");
    Contents {
        articles,
        files: state.files,
    }
}

fn update(disk: &Arc<dyn Disk>, index: &Path, rebuild: bool) -> Result<UpdateReport> {
    let options = UpdateOptions {
        rebuild,
        ..UpdateOptions::default()
    };
    let means = Means {
        disk: Arc::clone(disk),
        ..Means::real()
    };
    update_on(&means, index, &options, Mend::Nothing, &mut |_| ())
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("read").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

/// A folder that has moved on since its index was made.
struct Case {
    _folder: tempfile::TempDir,
    home: PathBuf,
    before: Contents,
}

fn case() -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("甲地");
    let news = home.join("新闻");
    fs::create_dir_all(&news).expect("created");
    let write = |name: &str, text: String| fs::write(news.join(name), text).expect("written");
    let article =
        |number: usize| format!("第{number}市发放算力券\n\n第{number}市的办法已经发布。{KIN}\n");
    for number in 0..6 {
        write(&format!("{number}.txt"), article(number));
    }
    let options = UpdateOptions {
        add: vec![news.clone()],
        ..UpdateOptions::default()
    };
    let index = home.join("index");
    super::update::update(&index, &options, &mut |_| ()).expect("built");
    let before = contents(&index);
    write("1.txt", article(11));
    write("6.txt", article(6));
    fs::remove_file(news.join("2.txt")).expect("removed");
    fs::write(news.join("lexicon.txt"), "云脑券\n").expect("written");
    Case {
        _folder: folder,
        home,
        before,
    }
}

/// Runs the update of a case at every operation of a disk, or every `stride`th.
fn survive(rebuild: bool, fault: Fault, stride: usize) {
    let case = case();
    let scratch = tempfile::tempdir().expect("a folder");
    let home = |name: &str| {
        let home = scratch.path().join(name);
        // The folder itself is shared: roots are found beside the index.
        copy(&case.home.join("index"), &home.join("index"));
        #[cfg(unix)]
        std::os::unix::fs::symlink(case.home.join("新闻"), home.join("新闻")).expect("linked");
        home.join("index")
    };
    let whole = BrokenDisk::new(usize::MAX, fault);
    let good = home("good");
    update(&(Arc::new(whole.clone()) as Arc<dyn Disk>), &good, rebuild).expect("no fault");
    let after = contents(&good);
    assert_ne!(case.before, after);
    let operations = whole.operations();
    assert!(operations > 20, "{operations} operations");
    // Publishing comes last, and there an operation more or less matters.
    let is_wanted = |at: &usize| at.is_multiple_of(stride) || at + PUBLISHING >= operations;
    for at in (0..operations).filter(is_wanted) {
        let broken = BrokenDisk::new(at, fault);
        let index = home(&at.to_string());
        let result = update(
            &(Arc::new(broken.clone()) as Arc<dyn Disk>),
            &index,
            rebuild,
        );
        broken.power_returns();
        let told = format!("operation {at} of {operations}, {fault:?}, rebuild: {rebuild}");
        if let Err(error) = &result {
            assert_told(error, fault, &told);
        }
        if let Err(error) = Reader::open(&index) {
            panic!("{told}: {error}");
        }
        let now = contents(&index);
        assert!(now == case.before || now == after, "neither state: {told}");
        if result.is_ok() && !matches!(fault, Fault::PowerCut(_)) {
            assert!(now == after, "it said it was done: {told}");
        }
        let verified = verify(&index).expect("verified");
        assert_eq!(verified.damages, Vec::<String>::new(), "{told}");
        update(&disk::real(), &index, false).unwrap_or_else(|error| panic!("{told}: {error}"));
        assert!(contents(&index) == after, "the next update: {told}");
        let verified = verify(&index).expect("verified");
        assert_eq!(verified.leftovers, Vec::<String>::new(), "{told}");
    }
}

fn assert_told(error: &Error, fault: Fault, told: &str) {
    if let Fault::Forever(NO_SPACE) = fault {
        assert_eq!(error.kind(), ErrorKind::Io, "{told}: {error}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains("free some space"), "{told}: {error}: {hint}");
    }
}

/// Every operation with `CEWEN_FAULTS` set, else every fifth and the last ones.
fn stride() -> usize {
    match std::env::var_os("CEWEN_FAULTS") {
        Some(_) => 1,
        None => 5,
    }
}

#[test]
fn a_full_disk_costs_an_update_and_nothing_else() {
    survive(false, Fault::Forever(NO_SPACE), stride());
    survive(true, Fault::Forever(NO_SPACE), stride());
}

#[test]
fn one_fault_of_the_device_costs_an_update_and_nothing_else() {
    survive(false, Fault::Once(DEVICE_FAULT), stride());
    survive(true, Fault::Once(DEVICE_FAULT), stride());
}

#[test]
fn a_power_cut_loses_no_index_though_what_was_not_synced_is_lost() {
    survive(false, Fault::PowerCut(Lost::All), stride());
    survive(false, Fault::PowerCut(Lost::Content), stride());
    survive(true, Fault::PowerCut(Lost::All), stride());
    survive(true, Fault::PowerCut(Lost::Content), stride());
}
