//! `cewen search`: one query, or with `--queries` many.

use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use cewen::query::{Expr, Field, Filter, Parsed, Query, QueryError};
use cewen::render::{
    write_csv, write_json_with_facets, write_jsonl, write_markdown, write_pretty, write_trec,
};
use cewen::survey::{FacetOptions, Facets, facets_of_search};
use cewen::{Error, ErrorKind, Searcher, UpdateOptions};
use cewen::{Group, SearchOptions, Sort};

use super::args::{ConditionArgs, FormatArg, GroupArg, SearchArgs, SortArg};
use super::exit::Exit;
use super::failure::Failure;
use super::index::CORPUS;
use super::staleness::Quiet;
use super::{batch, dash, interrupt, locate, output, progress, staleness, talk};

pub(crate) fn run(
    args: &SearchArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    if let Some(file) = &args.queries {
        return batch::run(args, file, index, talk);
    }
    // All that can be wrong with the query is told before an index is built.
    let text = dash::joined(&args.query);
    let filters = filters_of(&args.conditions)?;
    let parsed = parse(args, &text)?;
    if args.strict && !parsed.notes.is_empty() {
        return Err(Failure::Notes {
            query: text,
            notes: parsed.notes,
        });
    }
    let query = filtered(parsed.query, &filters);
    let dir = ready_index(args, index, talk)?;
    // The process ends with this page and gives all of it back at once.
    let searcher = ManuallyDrop::new(Searcher::open(&dir)?);
    let format = if args.json {
        FormatArg::Json
    } else {
        args.format.unwrap_or(FormatArg::Pretty)
    };
    if format == FormatArg::Trec {
        let ranked = searcher.rank(&query, &options_of(args))?;
        output::write_data(|out| write_trec(&ranked, "1", out))?;
        return Ok(exit(ranked.is_empty()));
    }
    let options = SearchOptions {
        // Programs get every article.
        fold_reprints: format == FormatArg::Pretty && !args.no_fold,
        ..options_of(args)
    };
    let mut answer = ManuallyDrop::new(searcher.search(&query, &options)?);
    if format != FormatArg::Json {
        for note in &parsed.notes {
            talk::point(talk, "note", &text, note);
        }
        // A page for people always says so, other formats only if something changed.
        let quiet = match format {
            FormatArg::Pretty => Quiet::Told,
            _ => Quiet::Silent,
        };
        if let Some(stale) = &answer.stale {
            staleness::tell(stale, quiet, talk);
        }
    }
    let notes = parsed.notes.iter().map(talk::note_line);
    answer.notes.splice(..0, notes);
    if format != FormatArg::Json && !args.facets.is_empty() {
        talk::note(
            talk,
            "facets are printed with --json only; see `cewen facets`",
        );
    }
    match format {
        FormatArg::Pretty => {
            output::write_page(args.color, |screen, out| write_pretty(&answer, screen, out))
        }
        FormatArg::Json => {
            let facets = facets_of(args, &searcher, &query)?;
            output::write_data(|out| write_json_with_facets(&answer, &facets, out))
        }
        FormatArg::Jsonl => output::write_data(|out| write_jsonl(&answer, None, out)),
        FormatArg::Csv => output::write_data(|out| write_csv(&answer, out)),
        FormatArg::Md => output::write_data(|out| write_markdown(&answer, out)),
        FormatArg::Trec => Ok(()),
    }?;
    Ok(exit(answer.hits.is_empty()))
}

/// Counts the hits by the axes that were asked for.
fn facets_of(args: &SearchArgs, searcher: &Searcher, query: &Query) -> Result<Vec<Facets>, Error> {
    let options = FacetOptions {
        limit: 0,
        all_text: args.all_text,
        ..FacetOptions::default()
    };
    let facets = args.facets.iter();
    facets
        .map(|by| facets_of_search(searcher, query, *by, &options))
        .collect()
}

fn exit(is_empty: bool) -> Exit {
    if is_empty {
        Exit::NothingFound
    } else {
        Exit::Found
    }
}

/// Reads a query as the options say.
pub(crate) fn parse(args: &SearchArgs, text: &str) -> Result<Parsed, QueryError> {
    if text.trim().is_empty() {
        return Ok(Parsed::default());
    }
    if args.exact {
        return Ok(Parsed {
            query: Query::exact(text),
            notes: Vec::new(),
        });
    }
    Query::parse(text)
}

/// Adds the filters of the options to a query.
pub(crate) fn filtered(query: Query, filters: &[Expr]) -> Query {
    filters.iter().cloned().fold(query, Query::and)
}

/// Returns conditions as parts of a query: any of the regions, any of the
/// outlets, and the days between two dates.
pub(crate) fn filters_of(conditions: &ConditionArgs) -> Result<Vec<Expr>, Error> {
    let ConditionArgs {
        region,
        outlet,
        since,
        until,
    } = conditions;
    let mut filters = Vec::new();
    for (field, values) in [(Field::Region, region), (Field::Outlet, outlet)] {
        let mut any = values
            .iter()
            .map(|value| Filter::new(field, value).map(Expr::Filter))
            .collect::<Result<Vec<_>, _>>()?;
        filters.extend(if any.len() > 1 {
            Some(Expr::Or(any))
        } else {
            any.pop()
        });
    }
    if since.is_some() || until.is_some() {
        let date = |date: &Option<String>| date.clone().unwrap_or_default();
        let (since, until) = (date(since), date(until));
        // A range here would make another range than was asked for.
        if let Some(range) = [&since, &until]
            .into_iter()
            .find(|date| date.contains(".."))
        {
            let error = Error::new(ErrorKind::BadOption, format!("{range} is not a date"));
            return Err(error.with_hint("write one date, as in `--since 2024-05`"));
        }
        filters.push(Expr::Filter(Filter::new(
            Field::Date,
            &format!("{since}..{until}"),
        )?));
    }
    Ok(filters)
}

/// Returns the options of the search.
pub(crate) fn options_of(args: &SearchArgs) -> SearchOptions {
    SearchOptions {
        limit: args.limit,
        offset: args.offset,
        sort: match args.sort {
            SortArg::Relevance => Sort::Relevance,
            SortArg::Date => Sort::Date,
        },
        group: match args.group {
            GroupArg::Article => Group::Article,
            GroupArg::None => Group::None,
        },
        passages: args.passages,
        all_lanes: args.all_lanes,
        all_text: args.all_text,
        window_chars: args.context,
        explain: args.explain,
        half_life_days: args.half_life,
        fold_reprints: false,
    }
}

/// Returns the folder of the index, which is built first if there is none. An
/// existing one is only touched if that is asked for.
pub(crate) fn ready_index(
    args: &SearchArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<PathBuf, Failure> {
    let dir = locate::index_dir(index, talk);
    if cewen::exists(&dir) {
        if let Some(corpus) = &args.corpus {
            let (corpus, dir) = (corpus.display(), dir.display());
            talk::note(
                talk,
                &format!(
                    "searching the index in {dir} as it is; --corpus {corpus} only serves to build one"
                ),
            );
        }
        if args.update {
            progress::bring_up_to_date(&dir, "cewen search --update", talk)?;
        }
        return Ok(dir);
    }
    let corpus = match &args.corpus {
        Some(corpus) => corpus.clone(),
        None if Path::new(CORPUS).is_dir() => CORPUS.into(),
        None => {
            let message = format!(
                "there is no index in {} and no folder ./{CORPUS} to build it from",
                dir.display()
            );
            let error = Error::new(ErrorKind::NoIndex, message);
            return Err(error
                .with_hint("name the folder of articles: `cewen index 新闻`")
                .into());
        }
    };
    talk::note(
        talk,
        &format!(
            "no index yet: building one in {} from {}",
            dir.display(),
            corpus.display()
        ),
    );
    let options = UpdateOptions {
        add: vec![corpus],
        wait: Some(progress::WAIT),
        command: "cewen search (first build)".to_owned(),
        stop: Some(interrupt::flag()),
        ..UpdateOptions::default()
    };
    let report = progress::update(&dir, &options, talk)?;
    if !report.problems.is_empty() {
        let number = report.problems.len();
        talk::note(
            talk,
            &format!("{number} problems with files; `cewen status --problems` lists them"),
        );
    }
    Ok(dir)
}
