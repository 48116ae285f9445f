//! `cewen index`: build the index or bring it up to date.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cewen::alert::RunOptions;
use cewen::article::ProblemKind;
use cewen::render::{
    Run, write_last_update_json, write_last_update_text, write_update_json, write_update_text,
};
use cewen::{Error, ErrorKind, FileProblem, UpdateOptions};

use super::alert::{self, NoNews};
use super::args::{ColorArg, IndexArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::standing::DigestFormatArg;
use super::{interrupt, locate, output, progress, talk};

/// The folder that is indexed where none is named.
pub(crate) const CORPUS: &str = "corpus";

pub(crate) fn run(
    args: &IndexArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    if args.since_last {
        return since_last(args, &dir, talk);
    }
    let add = folders(&args.dirs, &dir)?;
    let options = UpdateOptions {
        command: command_line(&add),
        add,
        forget: args.forget.clone(),
        encodings: args.encoding.clone(),
        rebuild: args.rebuild,
        compact: args.compact,
        check: args.check,
        dry_run: args.dry_run,
        stop: Some(interrupt::flag()),
        wait: args.wait.map(Duration::from_secs),
    };
    let report = progress::update(&dir, &options, talk)?;
    let run = if args.dry_run { Run::Dry } else { Run::Done };
    output::write_data(|out| {
        if args.json {
            write_update_json(&report, run, out)
        } else {
            write_update_text(&report, run, out)
        }
    })?;
    if args.alerts {
        run_alerts(args, &dir, talk)?;
    }
    // A copy of a file is no fault of either.
    let is_fault = |found: &FileProblem| found.problem.kind != ProblemKind::Duplicate;
    let is_bad = args.strict && report.problems.iter().any(is_fault);
    Ok(if is_bad { Exit::Trouble } else { Exit::Found })
}

/// Lists what the last update brought.
fn since_last(args: &IndexArgs, dir: &Path, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let Some(last) = cewen::last_update(dir)? else {
        talk::note(talk, "no update that changed an article is recorded yet");
        return Ok(Exit::NothingFound);
    };
    output::write_data(|out| {
        if args.json {
            write_last_update_json(&last, out)
        } else {
            write_last_update_text(&last, out)
        }
    })?;
    Ok(Exit::Found)
}

/// The folders to add to the index in `dir`: those named, or the default one
/// if there is no index yet.
pub(crate) fn folders(named: &[PathBuf], dir: &Path) -> Result<Vec<PathBuf>, Error> {
    if !named.is_empty() || cewen::exists(dir) {
        return Ok(named.to_vec());
    }
    if !Path::new(CORPUS).is_dir() {
        return Err(nothing_to_index(dir));
    }
    Ok(vec![CORPUS.into()])
}

/// Runs all alerts, if there are any.
fn run_alerts(args: &IndexArgs, dir: &Path, talk: &mut dyn Write) -> Result<(), Failure> {
    if cewen::alert::list(dir)?.is_empty() {
        talk::note(talk, "there are no alerts to run");
        return Ok(());
    }
    let format = if args.json {
        DigestFormatArg::Json
    } else {
        DigestFormatArg::Pretty
    };
    let options = RunOptions::default();
    alert::show(dir, &options, format, ColorArg::Auto, NoNews::Told, talk)?;
    Ok(())
}

fn nothing_to_index(dir: &Path) -> Error {
    Error::new(
        ErrorKind::NoIndex,
        format!(
            "there is no index in {} and no folder ./{CORPUS}",
            dir.display()
        ),
    )
    .with_hint("name the folder of articles, as in `cewen index 新闻`")
}

/// What another writer is told about this one.
fn command_line(dirs: &[PathBuf]) -> String {
    let dirs = dirs.iter().map(|dir| format!(" {}", dir.display()));
    format!("cewen index{}", dirs.collect::<String>())
}
