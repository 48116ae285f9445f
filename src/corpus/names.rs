//! The names in one folder: enough to notice that a file came or went
//! without walking.
//!
//! Takes for a source file what [`walk`](super::walk()) takes for one, and
//! looks at names only: nothing is opened, and no more names are read than asked for.

use std::io;
use std::path::{Path, PathBuf};

use super::Format;
use super::walk::{escape, is_index, is_own};

/// Which source files stand directly in a folder: how many, and a digest of
/// their names in whatever order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// How many there are.
    pub count: usize,
    /// A sum over the hashes of their names.
    pub digest: u64,
}

impl Names {
    /// Adds a name.
    pub(super) fn add(&mut self, name: &str) {
        // FNV-1a, and a last step that spreads it: sums of it would clash.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let spread = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.count += 1;
        self.digest = self.digest.wrapping_add(spread ^ (spread >> 29));
    }
}

/// What stands directly in a folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Its source files.
    pub(crate) names: Names,
    /// The folders in it that a walk would go into, with their names.
    pub(crate) folders: Vec<(String, PathBuf)>,
    /// Whether that is all of it.
    pub(crate) is_whole: bool,
}

/// Lists a folder, reading `most` names at most.
pub(crate) fn list(folder: &Path, most: usize) -> io::Result<Listing> {
    let mut listing = Listing {
        is_whole: true,
        ..Listing::default()
    };
    for (seen, entry) in std::fs::read_dir(folder)?.enumerate() {
        if seen == most {
            listing.is_whole = false;
            break;
        }
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let mut kind = entry.file_type()?;
        if kind.is_symlink() {
            let Ok(target) = entry.path().metadata() else {
                continue;
            };
            kind = target.file_type();
        }
        if kind.is_dir() {
            listing.folders.push((escape(&name), entry.path()));
        } else if kind.is_file() && !is_own(&name) {
            let name = escape(&name);
            if Format::of_path(&name).is_some() {
                listing.names.add(&name);
            }
        }
    }
    Ok(listing)
}

/// Lists a folder that no walk has seen yet: nothing if it is an index.
pub(crate) fn list_new(folder: &Path, most: usize) -> io::Result<Listing> {
    if is_index(folder) {
        return Ok(Listing::default());
    }
    list(folder, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_knows_the_files_that_a_walk_finds() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["甲.txt", "乙.md", ".丙.txt", "图.png", "lexicon.txt"] {
            std::fs::write(folder.path().join(name), "文").expect("written");
        }
        std::fs::create_dir(folder.path().join("丁")).expect("created");
        let walk = crate::corpus::walk(folder.path(), &mut |_| ()).expect("walked");
        let listing = list(folder.path(), 100).expect("listed");
        assert_eq!(listing.names, walk.folders[0].names);
        assert_eq!((listing.names.count, listing.folders.len()), (2, 1));
        assert!(listing.is_whole);
        assert!(!list(folder.path(), 3).expect("listed").is_whole);
    }

    #[test]
    fn a_digest_depends_on_the_names_and_not_on_their_order() {
        let of = |names: &[&str]| {
            let mut digest = Names::default();
            names.iter().for_each(|name| digest.add(name));
            digest
        };
        assert_eq!(of(&["甲.txt", "乙.txt"]), of(&["乙.txt", "甲.txt"]));
        assert_ne!(of(&["甲.txt", "乙.txt"]), of(&["甲.txt", "丙.txt"]));
        assert_ne!(of(&["1.txt", "4.txt"]), of(&["2.txt", "3.txt"]));
    }
}
