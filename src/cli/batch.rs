//! `cewen search --queries FILE`: many queries in one process.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use cewen::eval::{NamedQuery, named_queries};
use cewen::query::{Expr, Note, Parsed, Query};
use cewen::render::{write_json, write_jsonl, write_trec};
use cewen::{Answer, Group, SearchOptions};
use cewen::{Error, ErrorKind, Searcher};

use super::args::{FormatArg, SearchArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::search::{filtered, filters_of, options_of, parse, ready_index};
use super::{output, talk};

/// Runs each line of `file`. A line that is no possible query is searched as
/// bare text: in a run of a thousand none may be missing.
pub(crate) fn run(
    args: &SearchArgs,
    file: &Path,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let format = if args.json {
        FormatArg::Json
    } else {
        args.format.unwrap_or(FormatArg::Json)
    };
    if !matches!(format, FormatArg::Json | FormatArg::Jsonl | FormatArg::Trec) {
        let error = Error::new(ErrorKind::BadOption, "--queries cannot print this format");
        return Err(error
            .with_hint("use `--format json`, `jsonl` or `trec`")
            .into());
    }
    let mut options = options_of(args);
    if format == FormatArg::Trec {
        // One line an article, whatever else was asked for.
        options = SearchOptions {
            group: Group::Article,
            passages: 1,
            ..options
        };
    }
    let filters = filters_of(&args.conditions)?;
    let queries = named_queries(&read(file, "queries")?);
    let searcher = Searcher::open(&ready_index(args, index, talk)?)?;
    let mut has_notes = false;
    for NamedQuery { qid, text } in &queries {
        let parsed = parse(args, text).unwrap_or_else(|error| bare(text, error.problems));
        let query = filtered(parsed.query, &filters);
        let mut notes: Vec<String> = parsed.notes.iter().map(talk::note_line).collect();
        has_notes |= !notes.is_empty();
        if format != FormatArg::Json {
            for note in &notes {
                talk::note(talk, &format!("query {qid}: {note}"));
            }
        }
        if format == FormatArg::Trec {
            let ranked = or_nothing(searcher.rank(&query, &options))?.unwrap_or_default();
            output::write_data(|out| write_trec(&ranked, qid, out))?;
            continue;
        }
        let mut answer = or_nothing(searcher.search(&query, &options))?.unwrap_or_else(|| Answer {
            query: text.clone(),
            ..Answer::default()
        });
        notes.append(&mut answer.notes);
        answer.notes = notes;
        output::write_data(|out| match format {
            FormatArg::Jsonl => write_jsonl(&answer, Some(qid), out),
            _ => write_json(&answer, Some(qid), out),
        })?;
    }
    Ok(if args.strict && has_notes {
        Exit::Trouble
    } else {
        Exit::Found
    })
}

/// A query with nothing to search for finds nothing.
fn or_nothing<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Err(error) if error.kind() == ErrorKind::BadQuery => Ok(None),
        found => found.map(Some),
    }
}

/// Reads a file, `-` being stdin; `what` names its content in errors.
pub(crate) fn read(file: &Path, what: &str) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(file).map(|read| bytes = read)
    };
    read.map_err(|error| {
        let message = format!("cannot read the {what} in {}", file.display());
        Error::new(ErrorKind::Io, message).with_source(error)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads an impossible query as bare text.
fn bare(text: &str, problems: Vec<Note>) -> Parsed {
    let parts = text
        .split_whitespace()
        .map(|word| Expr::Text(word.to_owned()))
        .collect();
    let notes = problems
        .into_iter()
        .map(|note| Note {
            message: format!("{}; searched as bare text", note.message),
            ..note
        })
        .collect();
    Parsed {
        query: Query { parts },
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_query_is_searched_as_bare_text() {
        let problem = Note {
            column: 5,
            message: "何时 is not a date".to_owned(),
            suggestion: None,
        };
        let parsed = bare("算力券 date:何时", vec![problem]);
        assert_eq!(
            parsed.query.parts,
            [
                Expr::Text("算力券".to_owned()),
                Expr::Text("date:何时".to_owned())
            ]
        );
        assert_eq!(
            parsed.notes[0].message,
            "何时 is not a date; searched as bare text"
        );
    }
}
