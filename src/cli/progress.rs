//! An update with its progress on stderr.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use cewen::{ChangeKind, Progress, UpdateOptions, UpdateReport};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::talk;

/// How long a command that only means to search waits for another writer.
pub(crate) const WAIT: Duration = Duration::from_secs(600);

/// Updates the index in `dir`, showing a bar on a terminal and otherwise a
/// line at the start and the end.
pub(crate) fn update(
    dir: &Path,
    options: &UpdateOptions,
    talk: &mut dyn Write,
) -> cewen::Result<UpdateReport> {
    let update = |progress: &mut dyn FnMut(Progress)| cewen::update(dir, options, progress);
    if io::stderr().is_terminal() {
        return shown(update);
    }
    talk::note(
        talk,
        &format!("reading files for the index in {}", dir.display()),
    );
    let report = shown(update)?;
    let UpdateReport {
        articles,
        passages,
        took,
        ..
    } = &report;
    let seconds = took.as_secs_f64();
    talk::note(
        talk,
        &format!("{articles} articles, {passages} passages, {seconds:.1} s"),
    );
    Ok(report)
}

/// Brings the index in `dir` up to date with its folders, and says what that brought.
pub(crate) fn bring_up_to_date(
    dir: &Path,
    command: &str,
    talk: &mut dyn Write,
) -> cewen::Result<()> {
    let options = UpdateOptions {
        wait: Some(WAIT),
        command: command.to_owned(),
        ..UpdateOptions::default()
    };
    let report = update(dir, &options, talk)?;
    if let Some(reason) = &report.rebuilt {
        talk::note(talk, &format!("the index was built anew: {reason}"));
    }
    let count = |kind| {
        let of_kind = report.changes.iter().filter(|change| change.kind == kind);
        of_kind.count()
    };
    let (added, changed, removed) = (
        count(ChangeKind::Added),
        count(ChangeKind::Changed),
        count(ChangeKind::Removed),
    );
    let files = if added == 1 { "file" } else { "files" };
    let brought = format!("updated: {added} {files} came, {changed} changed, {removed} went");
    talk::note(talk, &brought);
    Ok(())
}

/// Does long work with a bar on a terminal, silently elsewhere.
pub(crate) fn shown<T>(work: impl FnOnce(&mut dyn FnMut(Progress)) -> T) -> T {
    if !io::stderr().is_terminal() {
        return work(&mut |_| {});
    }
    let bar = bar();
    let done = work(&mut |progress| show(&bar, progress));
    bar.finish_and_clear();
    done
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template(
        "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
    );
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, progress: Progress) {
    match progress {
        Progress::Walking { files } => bar.set_message(format!("walking: {files} files")),
        Progress::Comparing { done, total } => {
            bar.set_message(format!("comparing: {done} of {total} files"));
        }
        Progress::Reading {
            done,
            total,
            bytes,
            total_bytes,
        } => {
            bar.set_length(total_bytes);
            bar.set_position(bytes);
            bar.set_message(format!("reading: {done}/{total} files"));
        }
        Progress::Publishing => bar.set_message("publishing"),
    }
}
