//! What can be written on the command line, and its help. No logic.

use std::path::PathBuf;

use cewen::survey::Axis;
use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use super::examples::{
    EVAL_EXAMPLES, EXAMPLES, FAMILY_EXAMPLES, LEXICON_EXAMPLES, QUOTE_EXAMPLES, REFERENCE_EXAMPLES,
};
use super::search_help::{SEARCH_EXAMPLES, SEARCH_NOTES};
use super::standing::{AlertArgs, WatchArgs};
use super::survey_args::{CitedByArgs, FacetsArgs, FirstArgs, MatrixArgs};
use super::values::{parse_encoding, parse_half_life, parse_passages};

/// Search folders of Chinese policy news
#[derive(Debug, Parser)]
#[command(name = "cewen", version, about, before_long_help = EXAMPLES, args_override_self = true)]
pub(crate) struct Args {
    /// Use the index in DIR [default: ./index, else the nearest one in a parent folder]
    // An empty variable is as good as none, so that it must not be an error here.
    #[arg(
        long,
        global = true,
        env = "CEWEN_INDEX",
        value_name = "DIR",
        hide_env_values = true,
        value_parser = OsStringValueParser::new().map(PathBuf::from)
    )]
    pub(crate) index: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
///
/// Verbs are described here and not at their arguments, which are only defined
/// when theirs is the verb: all of them would cost a third of starting.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Verb {
    /// Build the index, or bring it up to date with its folders
    ///
    /// Each DIR is added to the folders that the index follows. Without DIR the
    /// folders it follows already are updated, or ./corpus if there is no index yet.
    Index(IndexArgs),

    /// Search; build the index first if there is none
    #[command(alias = "s")]
    Search(SearchArgs),

    /// Show an article, or a passage with its neighbours
    Show(ShowArgs),

    /// Show the reprints of an article, the earliest first
    ///
    /// Reprints are near-identical articles: another headline, a local paragraph
    /// added, a part cut away, Traditional for Simplified. Notices that say the same
    /// of another place, person or number are none.
    Family(FamilyArgs),

    /// Check the quotations of a report against the articles
    ///
    /// Each is found exactly, altered (the difference is shown) or not at all.
    /// Script, width, spaces and quotation marks are no difference; a quotation may
    /// run over the end of a paragraph; an ellipsis may leave something out.
    /// Exit status: 0 all exact, 1 some altered or missing, 2 error.
    CheckQuotes(CheckQuotesArgs),

    /// Print how an article or passage is cited
    ///
    /// With outlet, title, date, file, place and content hash, as far as known;
    /// a date is as precise as the article's.
    Reference(ReferenceArgs),

    /// Compare the index with its folders
    Status(StatusArgs),

    /// Check the integrity of the index
    ///
    /// Exits with 2 if something is damaged; with --repair, if it could not be mended.
    Verify(VerifyArgs),

    /// Show fold, grams and words of a text
    Analyze(AnalyzeArgs),

    /// Count what a query finds by region, time, outlet or cited document
    Facets(FacetsArgs),

    /// Count what queries find by two axes: a table, a heat map
    Matrix(MatrixArgs),

    /// Find the earliest passage of each place, and how long after the first it came
    First(FirstArgs),

    /// Find who cites a policy document; without one, the documents cited most
    CitedBy(CitedByArgs),

    /// Measure the ranking on judged queries
    ///
    /// Prints MRR@10, nDCG@10 and recall at 1, 10 and 100 with 95 % confidence
    /// intervals: the bootstrap over queries, 1,000 resamples, always the same.
    Eval(EvalArgs),

    /// Check, propose and add words that are to be kept whole
    ///
    /// Words only ever improve ranking: quoted text is found with or without them.
    Lexicon(LexiconArgs),

    /// Keep queries and be shown what arrives for them
    ///
    /// An alert is a query with a name. `cewen alert run` prints the passages that
    /// have arrived since it was last run.
    Alert(AlertArgs),

    /// Follow the folders and keep the index up to date
    ///
    /// Prints a line for each update that brought something. A file is published
    /// within two seconds of its last write. Ctrl-C ends it.
    Watch(WatchArgs),
}

#[derive(Debug, clap::Args)]
#[command(args_override_self = true)]
pub(crate) struct IndexArgs {
    /// Folders to add
    #[arg(value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,

    /// Build a new index from all files
    #[arg(long)]
    pub(crate) rebuild: bool,

    /// Merge the index into one segment
    #[arg(long)]
    pub(crate) compact: bool,

    /// Drop a folder and its articles (can be repeated)
    #[arg(long, value_name = "DIR")]
    pub(crate) forget: Vec<PathBuf>,

    /// Read files in an encoding instead of telling it from their bytes
    /// (*.txt=gb18030, 台湾/**=big5; auto takes it back; can be repeated).
    /// The index remembers it and reads the files concerned again
    #[arg(long, value_name = "GLOB=NAME", value_parser = parse_encoding)]
    pub(crate) encoding: Vec<(String, String)>,

    /// Compare the content of all files, not only of those with another size or time
    #[arg(long)]
    pub(crate) check: bool,

    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Exit with 2 if a file has a problem, copies of files aside
    #[arg(long)]
    pub(crate) strict: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// Only list the articles that the last update brought
    #[arg(long, conflicts_with_all = [
        "dirs", "rebuild", "compact", "forget", "dry_run", "strict", "check", "encoding", "alerts"
    ])]
    pub(crate) since_last: bool,

    /// Then run all alerts (see `cewen alert`); with --json a second object
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) alerts: bool,

    /// Wait up to SECS seconds for another writer
    #[arg(long, value_name = "SECS")]
    pub(crate) wait: Option<u64>,
}

// Conditions on the articles, alike for all verbs that search. A description
// here would become that of each verb.
#[derive(Debug, clap::Args)]
pub(crate) struct ConditionArgs {
    /// Only articles about or from a region, 上海 (can be repeated: any of them)
    #[arg(long, value_name = "REGION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) region: Vec<String>,

    /// Only articles of this date or later: 2024, 2024-05, 2024-05-30
    #[arg(long, value_name = "DATE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) since: Option<String>,

    /// Only articles of this date or earlier
    #[arg(long, value_name = "DATE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) until: Option<String>,

    /// Only articles that this outlet published, 新华社 (can be repeated: any of them)
    #[arg(long, value_name = "OUTLET", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) outlet: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[command(args_override_self = true, before_long_help = SEARCH_EXAMPLES, after_long_help = SEARCH_NOTES)]
pub(crate) struct SearchArgs {
    /// What to search for; several are joined with a space
    #[arg(
        value_name = "QUERY",
        required_unless_present_any = ["queries", "region", "since", "until", "outlet"],
        conflicts_with = "queries"
    )]
    pub(crate) query: Vec<String>,

    /// Print up to N articles, or passages with --group none; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,

    /// Leave out the first N
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,

    /// Find the whole query as it stands, operators included
    #[arg(short, long)]
    pub(crate) exact: bool,

    #[command(flatten)]
    pub(crate) conditions: ConditionArgs,

    /// Order the hits
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = SortArg::Relevance)]
    pub(crate) sort: SortArg,

    /// Keep the passages of an article together or not
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = GroupArg::Article)]
    pub(crate) group: GroupArg,

    /// Print up to N passages of an article, or `all`
    #[arg(long, value_name = "N", default_value = "1", value_parser = parse_passages)]
    pub(crate) passages: usize,

    /// Print in this format [default: pretty; json with --queries]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<FormatArg>,

    /// Print one JSON object, as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,

    /// Use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorArg::Auto)]
    pub(crate) color: ColorArg,

    /// Print the parts of each score
    #[arg(long)]
    pub(crate) explain: bool,

    /// Print each lane, not only as many as fill the page
    #[arg(long)]
    pub(crate) all_lanes: bool,

    /// Search the text of the page around an article too
    #[arg(long)]
    pub(crate) all_text: bool,

    /// Halve the score of an article for each so many days of age: 90d
    #[arg(long, value_name = "DAYS", value_parser = parse_half_life)]
    pub(crate) half_life: Option<u32>,

    /// Print each reprint of a text, not only the best with the number of others
    #[arg(long)]
    pub(crate) no_fold: bool,

    /// Show about N characters of a passage; 0 is all
    #[arg(long, value_name = "N", default_value_t = 160)]
    pub(crate) context: usize,

    /// Bring the index up to date with its folders first
    #[arg(long)]
    pub(crate) update: bool,

    /// Count the hits by these in JSON: region, city, outlet, year, month, ... (divided by commas)
    #[arg(long, value_name = "AXES", value_delimiter = ',')]
    pub(crate) facets: Vec<Axis>,

    /// Exit with 2 if a part of the query was not understood
    #[arg(long)]
    pub(crate) strict: bool,

    /// Run each line of FILE as a query; - is stdin
    ///
    /// A line is plain text, or a JSON object with `text` and `id`. Without an
    /// id the line number names the query. Prints trec, json (an object a query)
    /// or jsonl (an object a hit).
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: Option<PathBuf>,

    /// Build the index from DIR if there is none [default: ./corpus]
    #[arg(long, value_name = "DIR")]
    pub(crate) corpus: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// An article's id, a passage's id (a1b2c3#2), or the unique beginning of one
    #[arg(value_name = "ID")]
    pub(crate) id: String,

    /// Show what is known about the article, with evidence, and not its text
    #[arg(long)]
    pub(crate) meta: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = FAMILY_EXAMPLES)]
pub(crate) struct FamilyArgs {
    /// The id of one of them, or the unique beginning of one
    #[arg(value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) id: String,

    /// Show what each changed of the first one's text
    #[arg(long)]
    pub(crate) diff: bool,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = QUOTE_EXAMPLES)]
pub(crate) struct CheckQuotesArgs {
    /// The report: .md, .txt, .docx, .html, .pdf; - is stdin
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,

    /// Leave out quotations of fewer than N characters
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) min_chars: usize,

    /// Name up to N articles for each
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) sources: usize,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = REFERENCE_EXAMPLES)]
pub(crate) struct ReferenceArgs {
    /// An article's id, a passage's id (a1b2c3#2), or the unique beginning of one
    #[arg(value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) id: String,

    /// The style
    #[arg(long, value_enum, value_name = "STYLE", default_value_t = StyleArg::Gbt7714)]
    pub(crate) style: StyleArg,

    /// The day on which its address was looked up, 2024-05-30
    #[arg(long, value_name = "DATE")]
    pub(crate) accessed: Option<String>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,

    /// List the files that have problems
    #[arg(long)]
    pub(crate) problems: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Build what is damaged anew from the folders
    #[arg(long)]
    pub(crate) repair: bool,

    /// Wait up to SECS seconds for another writer
    #[arg(long, value_name = "SECS", requires = "repair")]
    pub(crate) wait: Option<u64>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AnalyzeArgs {
    /// The text; several are joined with a space
    #[arg(value_name = "TEXT", required = true)]
    pub(crate) text: Vec<String>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = EVAL_EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Run each line of FILE as a query; - is stdin
    ///
    /// A line is plain text, named by its number, or a JSON object with `text`
    /// and `id`.
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,

    /// Read from FILE which articles are relevant; - is stdin
    ///
    /// A line is query id, tab, article id or path, tab, grade (0 is not
    /// relevant); or TREC's four columns.
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,

    /// Rank up to N articles a query; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,

    /// Print a table of all queries, tab-separated
    #[arg(long)]
    pub(crate) per_query: bool,

    /// Write the ranked lists to RUN, in the format of TREC
    #[arg(long, value_name = "RUN")]
    pub(crate) save: Option<PathBuf>,

    /// Compare with the ranked lists in RUN, query by query
    #[arg(long, value_name = "RUN")]
    pub(crate) compare: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(before_long_help = LEXICON_EXAMPLES)]
pub(crate) struct LexiconArgs {
    #[command(subcommand)]
    pub(crate) verb: LexiconVerb,
}

// What to do with the lexicon: see `Verb`.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum LexiconVerb {
    /// Say whether a word is known, how it is cut, and what adding it would touch
    Check(LexiconCheckArgs),

    /// Propose words that the corpus uses and no dictionary has
    Propose(ProposeArgs),

    /// Append words to the lexicon.txt of a folder
    Add(LexiconAddArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct LexiconCheckArgs {
    /// The word, 训力卡
    #[arg(value_name = "WORD")]
    pub(crate) word: String,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ProposeArgs {
    /// Propose up to N words; 0 is all
    #[arg(short = 'n', long, value_name = "N", default_value_t = 30)]
    pub(crate) limit: usize,

    /// Only words that occur at least N times
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) min_count: u32,

    /// Order the words
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = OrderArg::Score)]
    pub(crate) sort: OrderArg,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LexiconAddArgs {
    /// The words, 2 to 8 characters each
    #[arg(value_name = "WORD", required = true)]
    pub(crate) words: Vec<String>,

    /// Append to the lexicon of this folder, if the index follows several
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The style of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StyleArg {
    /// GB/T 7714—2015
    Gbt7714,
    /// A BibTeX entry
    Bibtex,
    /// A Markdown footnote
    Md,
}

/// The order of proposed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// Best first
    Score,
    /// Those that rise most in the newest quarter of the articles first
    Rise,
    /// Most frequent first
    Count,
}

/// The order of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortArg {
    /// Lane, then score
    Relevance,
    /// Newest first
    Date,
}

/// What one place in the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupArg {
    /// An article
    Article,
    /// A passage
    None,
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people at a terminal
    Pretty,
    /// One object an answer
    Json,
    /// One object a hit
    Jsonl,
    /// For spreadsheets
    Csv,
    /// Quotations with sources
    Md,
    /// For evaluation programs
    Trec,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
