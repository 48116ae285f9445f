//! The folders an index follows: adding and dropping them.

use std::path::{Path, PathBuf};

use super::report::UpdateOptions;
use super::state::{Header, Root};
use crate::error::{Error, ErrorKind, Result};

/// Checks that all of `folders` can be read.
pub(crate) fn check(folders: &[PathBuf]) -> Result<()> {
    folders
        .iter()
        .try_for_each(|folder| resolve(folder).map(|_| ()))
}

/// Changes the roots of an index in `dir` as the options ask.
pub(crate) fn change(dir: &Path, header: &mut Header, options: &UpdateOptions) -> Result<()> {
    for folder in &options.forget {
        let wanted = resolve(folder).unwrap_or_else(|_| folder.clone());
        let before = header.roots.len();
        header.roots.retain(|root| {
            let location = root.location(dir);
            location != wanted
                && resolve(&location).ok().as_ref() != Some(&wanted)
                && root.path != *folder
        });
        if header.roots.len() == before {
            let known: Vec<String> = header
                .roots
                .iter()
                .map(|root| root.location(dir).display().to_string())
                .collect();
            return Err(Error::new(
                ErrorKind::BadRoot,
                format!("the index does not follow {}", folder.display()),
            )
            .with_hint(format!("it follows {}", known.join(", "))));
        }
    }
    for folder in &options.add {
        let wanted = resolve(folder)?;
        let mut is_followed = false;
        for root in &header.roots {
            let Ok(location) = resolve(&root.location(dir)) else {
                continue;
            };
            if wanted.starts_with(&location) {
                is_followed = true;
            } else if location.starts_with(&wanted) {
                return Err(Error::new(
                    ErrorKind::BadRoot,
                    format!(
                        "{} holds {}, which the index follows",
                        folder.display(),
                        location.display()
                    ),
                )
                .with_hint(format!("add `--forget {}`", location.display())));
            }
        }
        if !is_followed {
            let path = relative_to_holder(dir, &wanted);
            header.roots.push(Root {
                id: header.next_root,
                path,
            });
            header.next_root += 1;
        }
    }
    if header.roots.is_empty() && options.forget.is_empty() && header.files == 0 {
        return Err(
            Error::new(ErrorKind::BadRoot, "the index follows no folder")
                .with_hint("name one: `cewen index FOLDER`"),
        );
    }
    Ok(())
}

fn resolve(folder: &Path) -> Result<PathBuf> {
    folder.canonicalize().map_err(|error| {
        Error::new(
            ErrorKind::BadRoot,
            format!("cannot open the folder {}", folder.display()),
        )
        .with_source(error)
        .with_hint("check the path, or mount it")
    })
}

/// The path of a root as it is remembered: see [`Root::path`].
fn relative_to_holder(dir: &Path, root: &Path) -> PathBuf {
    let holder = dir
        .canonicalize()
        .ok()
        .and_then(|dir| dir.parent().map(Path::to_path_buf));
    match holder.and_then(|holder| root.strip_prefix(holder).map(Path::to_path_buf).ok()) {
        Some(relative) if relative.as_os_str().is_empty() => PathBuf::from("."),
        Some(relative) => relative,
        None => root.to_path_buf(),
    }
}
