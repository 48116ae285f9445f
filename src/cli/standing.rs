//! What can be written after `cewen alert` and `cewen watch`, and its help. No
//! logic.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::args::ColorArg;

const EXAMPLES: &str = "\
例 Examples:
  cewen alert add 算力券 '\"算力券\" OR \"模型券\"'       自现在起，新到的才算
  cewen alert add 上海 人工智能 region:上海 --all     已有的也算
  cewen alert run --update --format md > 早报.md     更新索引，写出各条的新内容
  cewen alert run 算力券 --json                      只查一条
  cewen index --alerts                               更新之后接着查
";

const NOTES: &str = "\
What is new:
  A passage is shown once for each alert, when it holds text that was not in its
  article when the alert was last run. An edited article shows only passages with
  new text (a title is text of the first one); a moved or renamed file or a rebuilt
  index shows nothing; a reprint is another article and is shown. Text that went
  and came back is not new.
  Only when the output is written is it noted as shown: a run that was cut short
  shows the same again.

Exit status of `alert run`: 0 something new, 1 nothing new, 2 error";

#[derive(Debug, clap::Args)]
#[command(before_long_help = EXAMPLES, after_long_help = NOTES)]
pub(crate) struct AlertArgs {
    #[command(subcommand)]
    pub(crate) verb: AlertVerb,
}

// What to do with alerts: see `Verb`.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum AlertVerb {
    /// Add an alert; what is in the index already is not new to it
    Add(AlertAddArgs),

    /// List the alerts
    List(AlertListArgs),

    /// Remove alerts
    Remove(AlertRemoveArgs),

    /// Show what has arrived since the last run
    Run(AlertRunArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct AlertAddArgs {
    /// Its name, of up to 40 characters
    #[arg(value_name = "NAME")]
    pub(crate) name: String,

    /// What to search for, as in `cewen search`; several are joined with a space
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) query: Vec<String>,

    /// Also show what is in the index already, in the first run
    #[arg(long)]
    pub(crate) all: bool,

    /// Also show passages that hold only some words of the query
    #[arg(long)]
    pub(crate) all_lanes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AlertListArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AlertRemoveArgs {
    /// Their names
    #[arg(value_name = "NAME", required = true)]
    pub(crate) names: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AlertRunArgs {
    /// The alerts to run; all without one
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// Bring the index up to date with its folders first
    #[arg(long)]
    pub(crate) update: bool,

    /// Print in this format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DigestFormatArg::Pretty)]
    pub(crate) format: DigestFormatArg,

    /// Print one JSON object, as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,

    /// Use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorArg::Auto)]
    pub(crate) color: ColorArg,

    /// Show about N characters of a passage; 0 is all
    #[arg(long, value_name = "N", default_value_t = 160)]
    pub(crate) context: usize,
}

/// How to print what has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DigestFormatArg {
    /// For people at a terminal
    Pretty,
    /// One object
    Json,
    /// A section an alert: quotations with sources
    Md,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    /// Folders to add to those that the index follows
    #[arg(value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,

    /// Look every SECS seconds instead of waiting for events: for network drives
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) poll: Option<u64>,

    /// Run all alerts after each update and print what has arrived
    #[arg(long)]
    pub(crate) alerts: bool,

    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
}
