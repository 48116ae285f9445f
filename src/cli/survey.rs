//! `cewen facets`, `matrix`, `first` and `cited-by`: answers over all hits of a query.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cewen::query::{Expr, Parsed, Query};
use cewen::render::{
    Screen, facets_svg, matrix_svg, write_cited_by_csv, write_cited_by_json,
    write_cited_by_markdown, write_cited_by_text, write_facets_csv, write_facets_json,
    write_facets_markdown, write_facets_text, write_first_csv, write_first_json,
    write_first_markdown, write_first_text, write_matrix_csv, write_matrix_json,
    write_matrix_markdown, write_matrix_text, write_most_cited_csv, write_most_cited_json,
    write_most_cited_markdown, write_most_cited_text,
};
use cewen::survey::{
    self, CitedOptions, FacetOptions, FirstOptions, MatrixOptions, Remarks, Unit, cited_by, facets,
    first, matrix, most_cited,
};
use cewen::{Error, ErrorKind, Searcher};

use super::exit::Exit;
use super::failure::Failure;
use super::search::filters_of;
use super::survey_args::{
    CitedByArgs, FacetsArgs, FirstArgs, MatrixArgs, SurveyArgs, SurveyFormatArg, UnitArg,
};
use super::{dash, locate, output, talk};

pub(crate) fn run_facets(
    args: &FacetsArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let own = &args.survey;
    let query = query(own, &dash::joined(&args.query), talk)?;
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let options = FacetOptions {
        unit: unit(own),
        limit: args.chart.limit,
        all_text: own.all_text,
    };
    let facets = facets(&searcher, &query, args.by, &options)?;
    tell(&facets.remarks, own, talk);
    if let Some(file) = &args.chart.svg
        && !facets.values.is_empty()
    {
        save(file, &facets_svg(&facets)?, talk)?;
    }
    let writers = Writers {
        page: write_facets_text,
        json: write_facets_json,
        csv: write_facets_csv,
        markdown: write_facets_markdown,
    };
    writers.write(&facets, own)?;
    Ok(exit(facets.total.articles == 0))
}

pub(crate) fn run_matrix(
    args: &MatrixArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let own = &args.survey;
    let mut queries = Vec::new();
    let mut restrictions = Vec::new();
    for text in &args.queries {
        let query = query(own, dash::restore(text), talk)?;
        if has_text(&query) {
            queries.push(query);
        } else {
            restrictions.extend(query.parts);
        }
    }
    if queries.is_empty() {
        // Only conditions: they are what is counted.
        queries.push(Query {
            parts: std::mem::take(&mut restrictions),
        });
    }
    let queries: Vec<Query> = queries
        .into_iter()
        .map(|query| restrictions.iter().cloned().fold(query, Query::and))
        .collect();
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let options = MatrixOptions {
        rows: args.rows,
        columns: args.cols,
        unit: unit(own),
        limit: args.chart.limit,
        all_text: own.all_text,
    };
    let matrix = matrix(&searcher, &queries, &options)?;
    tell(&matrix.remarks, own, talk);
    let is_empty = matrix.tables.iter().all(|table| table.total == 0);
    if let Some(file) = &args.chart.svg
        && !is_empty
    {
        save(file, &matrix_svg(&matrix)?, talk)?;
    }
    let writers = Writers {
        page: write_matrix_text,
        json: write_matrix_json,
        csv: write_matrix_csv,
        markdown: write_matrix_markdown,
    };
    writers.write(&matrix, own)?;
    Ok(exit(is_empty))
}

pub(crate) fn run_first(
    args: &FirstArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let own = &args.survey;
    let query = query(own, &dash::joined(&args.query), talk)?;
    if args.by.is_time() || args.by == survey::Axis::Format {
        let message = format!("there is no first of each {}", args.by.name());
        let error = Error::new(ErrorKind::BadOption, message);
        return Err(error
            .with_hint("use `--by city`, `region`, `group`, `from`, `outlet`, `author` or `cites`")
            .into());
    }
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let options = FirstOptions {
        unit: unit(own),
        limit: args.limit,
        window_chars: args.context,
        all_text: own.all_text,
    };
    let first = first(&searcher, &query, args.by, &options)?;
    tell(&first.remarks, own, talk);
    let writers = Writers {
        page: write_first_text,
        json: write_first_json,
        csv: write_first_csv,
        markdown: write_first_markdown,
    };
    writers.write(&first, own)?;
    Ok(exit(first.mentions.is_empty()))
}

pub(crate) fn run_cited_by(
    args: &CitedByArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let own = &args.survey;
    let among = query(own, args.among.as_deref().unwrap_or_default(), talk)?;
    let among = survey::counted(&among);
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let options = CitedOptions {
        unit: unit(own),
        limit: args.limit,
        window_chars: args.context,
        all_text: own.all_text,
    };
    let asked = args.document.join(" ");
    if asked.trim().is_empty() {
        let cited = most_cited(&searcher, &among, &options)?;
        tell(&cited.remarks, own, talk);
        let writers = Writers {
            page: write_most_cited_text,
            json: write_most_cited_json,
            csv: write_most_cited_csv,
            markdown: write_most_cited_markdown,
        };
        writers.write(&cited, own)?;
        return Ok(exit(cited.documents.is_empty()));
    }
    let cited = cited_by(&searcher, &asked, &among, &options)?;
    tell(&cited.remarks, own, talk);
    let writers = Writers {
        page: write_cited_by_text,
        json: write_cited_by_json,
        csv: write_cited_by_csv,
        markdown: write_cited_by_markdown,
    };
    writers.write(&cited, own)?;
    Ok(exit(cited.documents.is_empty()))
}

/// What writes an answer in each format.
struct Writers<T> {
    page: fn(&T, Screen, &mut dyn Write) -> io::Result<()>,
    json: fn(&T, &mut dyn Write) -> io::Result<()>,
    csv: fn(&T, &mut dyn Write) -> io::Result<()>,
    markdown: fn(&T, &mut dyn Write) -> io::Result<()>,
}

impl<T> Writers<T> {
    fn write(&self, answer: &T, args: &SurveyArgs) -> io::Result<()> {
        let data = match format(args) {
            SurveyFormatArg::Pretty => {
                return output::write_page(args.color, |screen, out| {
                    (self.page)(answer, screen, out)
                });
            }
            SurveyFormatArg::Json => self.json,
            SurveyFormatArg::Csv => self.csv,
            SurveyFormatArg::Md => self.markdown,
        };
        output::write_data(|out| data(answer, out))
    }
}

/// Reads a query with the conditions of the options.
pub(super) fn query(args: &SurveyArgs, text: &str, talk: &mut dyn Write) -> Result<Query, Failure> {
    let parsed = match text.trim() {
        "" => Parsed::default(),
        _ if args.exact => Parsed {
            query: Query::exact(text),
            notes: Vec::new(),
        },
        _ => Query::parse(text)?,
    };
    if args.strict && !parsed.notes.is_empty() {
        return Err(Failure::Notes {
            query: text.to_owned(),
            notes: parsed.notes,
        });
    }
    for note in &parsed.notes {
        talk::point(talk, "note", text, note);
    }
    let filters = filters_of(&args.conditions)?;
    Ok(filters.into_iter().fold(parsed.query, Query::and))
}

/// Whether a query has text that is to be found, not only conditions.
fn has_text(query: &Query) -> bool {
    let has_text = |part: &Expr| !matches!(part, Expr::Filter(_) | Expr::Not(_));
    query.parts.iter().any(has_text)
}

pub(super) fn unit(args: &SurveyArgs) -> Unit {
    match args.count {
        UnitArg::Passages => Unit::Passages,
        UnitArg::Articles => Unit::Articles,
        UnitArg::Families => Unit::Families,
    }
}

pub(super) fn format(args: &SurveyArgs) -> SurveyFormatArg {
    if args.json {
        SurveyFormatArg::Json
    } else {
        args.format
    }
}

/// Says what formats without room for it do not: notes, and whether the index is behind.
pub(super) fn tell(remarks: &Remarks, args: &SurveyArgs, talk: &mut dyn Write) {
    if format(args) == SurveyFormatArg::Json {
        return;
    }
    for note in &remarks.notes {
        talk::note(talk, note);
    }
    // A page says what was tried; a table has no room for it.
    if format(args) != SurveyFormatArg::Pretty && !remarks.tried.is_empty() {
        talk::note(talk, "nothing was found");
        talk::hint(talk, "run it without --format to see what was tried");
    }
    if let Some(stale) = remarks.stale.as_ref().filter(|stale| stale.changed > 0) {
        let text = format!(
            "the index is behind: at least {} files changed, came or went ({} of {} checked)",
            stale.changed, stale.checked, stale.of
        );
        talk::note(talk, &text);
        talk::hint(talk, "run `cewen index` to update it");
    }
}

fn save(file: &Path, svg: &str, talk: &mut dyn Write) -> Result<(), Error> {
    std::fs::write(file, svg).map_err(|error| {
        let message = format!("cannot write {}", file.display());
        Error::new(ErrorKind::Io, message).with_source(error)
    })?;
    talk::note(talk, &format!("picture written to {}", file.display()));
    Ok(())
}

pub(super) fn exit(is_empty: bool) -> Exit {
    if is_empty {
        Exit::NothingFound
    } else {
        Exit::Found
    }
}
