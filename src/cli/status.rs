//! `cewen status`: the index against its folders.

use std::io::Write;
use std::path::PathBuf;

use cewen::render::{ProblemList, write_status_json, write_status_text};

use super::args::StatusArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output};

pub(crate) fn run(
    args: &StatusArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    let status = cewen::status(&dir)?;
    let problems = if args.problems {
        ProblemList::Listed
    } else {
        ProblemList::Counted
    };
    output::write_data(|out| {
        if args.json {
            write_status_json(&status, out)
        } else {
            write_status_text(&status, problems, out)
        }
    })?;
    Ok(Exit::Found)
}
