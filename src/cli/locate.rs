//! Which index is meant.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::talk;

/// The folder of the index, where none is named.
const DEFAULT: &str = "index";

/// Returns the folder of the index: the one named; else `./index` if it holds
/// one; else the nearest `index` with one in a parent folder, which is told;
/// else `./index`, to be made.
pub(crate) fn index_dir(named: Option<PathBuf>, talk: &mut dyn Write) -> PathBuf {
    if let Some(named) = named {
        return named;
    }
    let default = PathBuf::from(DEFAULT);
    if cewen::exists(&default) {
        return default;
    }
    let Some(found) = env::current_dir().ok().and_then(|here| in_parent_of(&here)) else {
        return default;
    };
    talk::note(talk, &format!("using the index in {}", found.display()));
    found
}

fn in_parent_of(here: &Path) -> Option<PathBuf> {
    here.ancestors()
        .skip(1)
        .map(|parent| parent.join(DEFAULT))
        .find(|dir| cewen::exists(dir))
}
