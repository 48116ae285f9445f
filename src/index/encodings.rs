//! The encodings that a person gives for paths, remembered by the index.

use super::state::Header;
use crate::corpus;
use crate::error::{Error, ErrorKind, Result};

/// The name that drops a given encoding.
const NOT_GIVEN: &str = "auto";

/// Remembers encodings that a person gives for paths.
pub(crate) fn give(header: &mut Header, given: &[(String, String)]) -> Result<()> {
    for (pattern, name) in given {
        let is_known = |known: &(String, String)| known.0 == *pattern;
        if name == NOT_GIVEN {
            if !header.encodings.iter().any(is_known) {
                let known: Vec<&str> = header.encodings.iter().map(|e| e.0.as_str()).collect();
                let hint = match known.as_slice() {
                    [] => "no encoding was given for any".to_owned(),
                    known => format!("encodings were given for {}", known.join(", ")),
                };
                let what = format!("no encoding was given for {pattern}");
                return Err(Error::new(ErrorKind::BadOption, what).with_hint(hint));
            }
        } else if !corpus::is_encoding(name) {
            let what = format!("{name:?} is not an encoding");
            return Err(Error::new(ErrorKind::BadOption, what).with_hint(
                "name gb18030, big5, utf-8, utf-16le or utf-16be, or auto to tell it from the bytes",
            ));
        }
        header.encodings.retain(|known| !is_known(known));
        if name != NOT_GIVEN {
            header.encodings.insert(0, (pattern.clone(), name.clone()));
        }
    }
    Ok(())
}
