//! `cewen verify`: the integrity of the index.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cewen::UpdateOptions;
use cewen::render::{
    write_repair_json, write_repair_text, write_verification_json, write_verification_text,
};

use super::args::VerifyArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{interrupt, locate, output, progress};

pub(crate) fn run(
    args: &VerifyArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    if args.repair {
        return repair(args, &dir);
    }
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

fn repair(args: &VerifyArgs, dir: &Path) -> Result<Exit, Failure> {
    let options = UpdateOptions {
        command: "cewen verify --repair".to_owned(),
        wait: args.wait.map(Duration::from_secs),
        stop: Some(interrupt::flag()),
        ..UpdateOptions::default()
    };
    let repair = progress::shown(|progress| cewen::repair(dir, &options, progress))?;
    output::write_data(|out| {
        if args.json {
            write_repair_json(&repair, out)
        } else {
            write_repair_text(&repair, out)
        }
    })?;
    Ok(Exit::Found)
}
