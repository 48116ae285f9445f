//! `cewen verify`: the integrity of the index.

use std::io::Write;
use std::path::PathBuf;

use cewen::render::{write_verification_json, write_verification_text};

use super::args::VerifyArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output};

pub(crate) fn run(
    args: &VerifyArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    let verification = cewen::verify(&dir)?;
    output::write_data(|out| {
        if args.json {
            write_verification_json(&verification, out)
        } else {
            write_verification_text(&verification, out)
        }
    })?;
    Ok(if verification.damages.is_empty() {
        Exit::Found
    } else {
        Exit::Trouble
    })
}
