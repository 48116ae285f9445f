//! `cewen alert`: standing queries, and what has arrived for them.

use std::io::Write;
use std::path::{Path, PathBuf};

use cewen::alert::{self, NewAlert, RunOptions, Start};
use cewen::query::Query;
use cewen::render::{
    write_alerts_json, write_alerts_text, write_digest_json, write_digest_markdown,
    write_digest_pretty,
};

use super::args::ColorArg;
use super::exit::Exit;
use super::failure::Failure;
use super::standing::{
    AlertAddArgs, AlertArgs, AlertListArgs, AlertRemoveArgs, AlertVerb, DigestFormatArg,
};
use super::{dash, locate, output, progress, staleness, talk};

pub(crate) fn run(
    args: &AlertArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    match &args.verb {
        AlertVerb::Add(args) => add(args, &dir, talk),
        AlertVerb::List(args) => list(args, &dir, talk),
        AlertVerb::Remove(args) => remove(args, &dir, talk),
        AlertVerb::Run(args) => {
            if args.update {
                progress::bring_up_to_date(&dir, "cewen alert run --update", talk)?;
            }
            let format = if args.json {
                DigestFormatArg::Json
            } else {
                args.format
            };
            let options = RunOptions {
                names: args.names.clone(),
                window_chars: args.context,
            };
            show(&dir, &options, format, args.color, NoNews::Told, talk)
        }
    }
}

fn add(args: &AlertAddArgs, dir: &Path, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let query = dash::joined(&args.query);
    for note in Query::parse(&query)?.notes {
        talk::point(talk, "note", &query, &note);
    }
    let new = NewAlert {
        name: dash::restore(&args.name).to_owned(),
        query,
        all_lanes: args.all_lanes,
        start: if args.all { Start::All } else { Start::Now },
    };
    let added = alert::add(dir, new)?;
    let name = &added.name;
    let what = if args.all {
        format!("added {name}: its first run shows what is in the index already, too")
    } else {
        format!(
            "added {name}: it shows what comes from now on; with --all also what is there already"
        )
    };
    talk::note(talk, &what);
    Ok(Exit::Found)
}

fn list(args: &AlertListArgs, dir: &Path, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let alerts = alert::list(dir)?;
    output::write_data(|out| {
        if args.json {
            write_alerts_json(&alerts, out)
        } else {
            write_alerts_text(&alerts, out)
        }
    })?;
    if alerts.is_empty() {
        talk::note(talk, "there are no alerts");
        talk::hint(talk, "add one: `cewen alert add 算力券 '\"算力券\"'`");
        return Ok(Exit::NothingFound);
    }
    Ok(Exit::Found)
}

fn remove(args: &AlertRemoveArgs, dir: &Path, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let names: Vec<String> = args
        .names
        .iter()
        .map(|name| dash::restore(name).to_owned())
        .collect();
    alert::remove(dir, &names)?;
    talk::note(talk, &format!("removed {}", names.join(", ")));
    Ok(Exit::Found)
}

/// What is printed if nothing has arrived for any alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoNews {
    /// That.
    Told,
    /// Nothing.
    Silent,
}

/// Runs alerts and prints what has arrived. Only when it is written is it
/// noted as shown.
pub(crate) fn show(
    dir: &Path,
    options: &RunOptions,
    format: DigestFormatArg,
    color: ColorArg,
    no_news: NoNews,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let run = alert::run(dir, options)?;
    let digest = run.digest();
    if digest.passages() == 0 && no_news == NoNews::Silent {
        run.finish()?;
        return Ok(Exit::NothingFound);
    }
    if format != DigestFormatArg::Json {
        staleness::tell(&digest.stale, staleness::Quiet::Silent, talk);
    }
    match format {
        DigestFormatArg::Pretty => output::write_page(color, |screen, out| {
            write_digest_pretty(digest, screen, out)
        }),
        DigestFormatArg::Json => output::write_data(|out| write_digest_json(digest, out)),
        DigestFormatArg::Md => output::write_data(|out| write_digest_markdown(digest, out)),
    }?;
    let has_news = digest.passages() > 0;
    run.finish()?;
    Ok(if has_news {
        Exit::Found
    } else {
        Exit::NothingFound
    })
}
