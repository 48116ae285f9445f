//! A quick look at the folders, for every search: have they moved on?
//!
//! All roots, a turn of the folders and a turn of the files, another one each
//! second. Bounded twice, in number and in time, so that a search stays
//! instant on a slow disk too. What it counts is a lower bound: a folder whose
//! time changed is listed, and counts as many files as came or went by their
//! names; one too large to be listed counts as one file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::plan::{OWN_FILES, own_modified_ns};
use super::reader::Reader;
use super::state::{FolderRecord, Glance};
use crate::corpus::{self, Listing, modified_ns};

/// How many folders a search looks at, the roots not counted.
const FOLDERS: usize = 64;

/// How many files a search looks at.
const FILES: usize = 64;

/// How many names it reads in folders that changed.
const NAMES: usize = 2_048;

/// How long it goes on looking.
const TIME: Duration = Duration::from_micros(700);

/// So many looks are taken however long they last.
const AT_LEAST: usize = 8;

/// What a quick look at the folders found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Freshness {
    /// Files found changed, new or gone: a lower bound.
    pub(crate) changed: usize,
    /// Files looked at.
    pub(crate) checked: usize,
    /// Whether there was more to look at, so that more may have changed.
    pub(crate) at_least: bool,
    /// Roots that are not there.
    pub(crate) missing: Vec<PathBuf>,
    /// Files of ours that changed, came or went; counted among the changed.
    pub(crate) own: Vec<PathBuf>,
}

/// Looks at the folders of an index. `turn` chooses the part that is looked at.
pub(crate) fn freshness(reader: &Reader, turn: u64) -> Freshness {
    let mut look = Look {
        reader,
        started: Instant::now(),
        looks: 0,
        names: NAMES,
        listed: Vec::new(),
        missing: Vec::new(),
        found: Freshness::default(),
    };
    look.roots();
    look.folders(turn);
    look.files(turn);
    look.found
}

struct Look<'a> {
    reader: &'a Reader,
    started: Instant,
    looks: usize,
    /// How many names may still be read.
    names: usize,
    /// The folders (root, path) whose files that came or went are counted.
    listed: Vec<(u32, &'a str)>,
    /// The ids of the roots that are not there.
    missing: Vec<u32>,
    found: Freshness,
}

impl<'a> Look<'a> {
    fn has_time(&mut self) -> bool {
        self.looks += 1;
        let has_time = self.looks <= AT_LEAST || self.started.elapsed() < TIME;
        self.found.at_least |= !has_time;
        has_time
    }

    fn roots(&mut self) {
        let header = &self.reader.header;
        for root in &header.roots {
            if !self.has_time() {
                return;
            }
            let location = root.location(&self.reader.dir);
            if location.exists() {
                self.own_files(root.id, &location);
                continue;
            }
            let folders = header.folders.iter();
            let of_root = folders.filter(|folder| folder.root == root.id);
            // A root that is a file has no folder, and was one file.
            let files: usize = of_root.map(|folder| folder.files).sum();
            self.found.changed += files.max(1);
            self.found.missing.push(location);
            self.missing.push(root.id);
        }
    }

    /// Looks at the files of ours in a root: all of them every time.
    fn own_files(&mut self, root: u32, location: &Path) {
        let folders = &self.reader.header.folders;
        let of_root = |record: &&FolderRecord| record.root == root && is_own_file(record);
        for record in folders.iter().filter(of_root) {
            let path = location.join(&record.path);
            if own_modified_ns(&path) != record.modified_ns {
                self.found.changed += 1;
                self.found.own.push(path);
            }
        }
    }

    fn folders(&mut self, turn: u64) {
        let folders = &self.reader.header.folders;
        let count = folders.len().min(FOLDERS);
        self.found.at_least |= count < folders.len();
        let first = first(folders.len(), FOLDERS, turn);
        for folder in folders.iter().cycle().skip(first).take(count) {
            if self.missing.contains(&folder.root) || is_own_file(folder) {
                continue;
            }
            let Some(path) = self.location(folder.root, &folder.path) else {
                continue;
            };
            if !self.has_time() {
                return;
            }
            match path.metadata() {
                Ok(data) if modified_ns(&data) == folder.modified_ns => {
                    // Nothing came and nothing went: that is all there is to count.
                    self.listed.push((folder.root, &folder.path));
                }
                Ok(_) => self.list(folder, &path),
                Err(_) => {
                    self.found.changed += folder.files;
                    self.listed.push((folder.root, &folder.path));
                }
            }
        }
    }

    /// Counts what came to a folder and what went.
    fn list(&mut self, folder: &'a FolderRecord, path: &Path) {
        let Ok(listing) = corpus::list(path, self.names) else {
            self.found.at_least = true;
            return;
        };
        self.read(&listing);
        self.listed.push((folder.root, &folder.path));
        if !listing.is_whole {
            self.found.changed += 1;
            self.found.at_least = true;
            return;
        }
        let files = listing.names.count;
        if (files, listing.names.digest) != (folder.files, folder.names) {
            self.found.changed += files.abs_diff(folder.files).max(1);
            // Some may have come while others went.
            self.found.at_least = true;
        }
        // The folders of a root stand together, by path.
        let folders = &self.reader.header.folders;
        let is_own = |known: &FolderRecord| known.root == folder.root && !is_own_file(known);
        let start = folders.iter().position(is_own).unwrap_or(0);
        let count = folders[start..]
            .iter()
            .take_while(|known| is_own(known))
            .count();
        let known = &folders[start..start + count];
        for (name, path) in listing.folders {
            let inner = match folder.path.as_str() {
                "" => name,
                path => format!("{path}/{name}"),
            };
            if known
                .binary_search_by(|known| known.path.cmp(&inner))
                .is_ok()
            {
                continue;
            }
            if !self.has_time() {
                return;
            }
            if let Ok(listing) = corpus::list_new(&path, self.names) {
                self.read(&listing);
                self.found.changed += listing.names.count;
                self.found.at_least |= !listing.is_whole || !listing.folders.is_empty();
            }
        }
    }

    fn read(&mut self, listing: &Listing) {
        let names = listing.names.count + listing.folders.len();
        self.names = self.names.saturating_sub(names);
    }

    fn files(&mut self, turn: u64) {
        // The golden ratio spreads the samples of following turns evenly.
        let part = (turn as f64 * 0.618_033_988_749_895).fract();
        let reader = self.reader;
        let records = reader.state.sample(&reader.header, part, FILES);
        let records = records.unwrap_or_default();
        self.found.at_least |= records.len() < self.reader.header.files;
        for record in records {
            let Some(root) = record.root else {
                // An article of the library has no file that could change.
                self.found.checked += 1;
                continue;
            };
            if self.missing.contains(&root) {
                continue;
            }
            let Some(path) = self.location(root, &record.path) else {
                continue;
            };
            if !self.has_time() {
                return;
            }
            self.found.checked += 1;
            if self.is_changed(&record, root, &path) {
                self.found.changed += 1;
            }
        }
    }

    fn is_changed(&self, record: &Glance, root: u32, path: &Path) -> bool {
        if let Ok(data) = path.metadata() {
            return data.len() != record.size || modified_ns(&data) != record.modified_ns;
        }
        // It is counted with its folder already, or its name is not UTF-8 and
        // was written in another way.
        let folder = record
            .path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        !self.listed.contains(&(root, folder)) && !record.path.contains("\\x")
    }

    /// Where a path of a root is; of a root that is a file, that file.
    fn location(&self, root: u32, path: &str) -> Option<PathBuf> {
        let header = &self.reader.header;
        let known = header.roots.iter().find(|known| known.id == root)?;
        let location = known.location(&self.reader.dir);
        let is_file = !header.folders.iter().any(|folder| folder.root == root);
        Some(match path {
            "" => location,
            _ if is_file => location,
            path => corpus::locate(&location, path),
        })
    }
}

/// Whether a record is that of a file of ours, which is watched as a folder is.
fn is_own_file(record: &FolderRecord) -> bool {
    OWN_FILES.contains(&record.path.as_str())
}

/// Where the turn begins that looks at `size` of `count`.
fn first(count: usize, size: usize, turn: u64) -> usize {
    if count <= size {
        return 0;
    }
    let turns = count.div_ceil(size) as u64;
    (turn % turns) as usize * size
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{UpdateOptions, update};

    /// An index over so many folders of `files` files each.
    fn indexed(folders: usize, files: usize) -> (tempfile::TempDir, Reader) {
        let home = tempfile::tempdir().expect("a folder");
        let news = home.path().join("新闻");
        for folder in 0..folders {
            let folder = news.join(format!("{folder:03}"));
            std::fs::create_dir_all(&folder).expect("created");
            for file in 0..files {
                let text = format!("标题{file}\n\n发放算力券。\n");
                std::fs::write(folder.join(format!("{file:03}.txt")), text).expect("written");
            }
        }
        let index = home.path().join("index");
        let options = UpdateOptions {
            add: vec![news],
            ..UpdateOptions::default()
        };
        update(&index, &options, &mut |_| ()).expect("built");
        let reader = Reader::open(&index).expect("opened");
        (home, reader)
    }

    #[test]
    fn every_folder_and_every_file_has_its_turn() {
        let (home, reader) = indexed(FOLDERS + 30, 2);
        let quiet = freshness(&reader, 0);
        assert_eq!((quiet.changed, quiet.at_least), (0, true));
        assert!(quiet.checked <= FILES);
        let news = home.path().join("新闻");
        std::fs::write(news.join("070/新.txt"), "新").expect("written");
        std::fs::write(news.join("003/001.txt"), "改").expect("written");
        let found: Vec<usize> = (0..60)
            .map(|turn| freshness(&reader, turn).changed)
            .collect();
        assert!(found.contains(&1), "{found:?}");
        assert!(found.contains(&2), "both in one turn: {found:?}");
    }

    #[test]
    fn a_huge_folder_that_changed_counts_one_and_is_not_listed_to_its_end() {
        let (home, reader) = indexed(1, 3);
        let folder = home.path().join("新闻/000");
        for number in 0..2 * NAMES {
            std::fs::write(folder.join(format!("新{number}.txt")), "").expect("written");
        }
        let found = freshness(&reader, 0);
        assert_eq!((found.changed, found.at_least), (1, true));
    }
}
