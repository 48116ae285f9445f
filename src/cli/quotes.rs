//! `cewen check-quotes` and `cewen reference`: what a report says, and cites.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use cewen::render::{
    write_quotes_json, write_quotes_text, write_reference_json, write_reference_text,
};
use cewen::{
    Error, ErrorKind, QuoteOptions, QuoteOutcome, Reference, ReferenceStyle, Report, Searcher,
    check_quotes,
};

use super::args::{CheckQuotesArgs, ReferenceArgs, StyleArg};
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output, talk};

pub(crate) fn check(
    args: &CheckQuotesArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let report = read(&args.report)?;
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let options = QuoteOptions {
        min_chars: args.min_chars,
        sources: args.sources,
    };
    let checked = check_quotes(&searcher, &report, &options)?;
    if checked.checks.is_empty() {
        talk::note(
            talk,
            &format!(
                "{} holds no quotation of {} characters or more: nothing was checked",
                args.report.display(),
                args.min_chars
            ),
        );
        talk::hint(
            talk,
            "quotations stand between “…”, 「…」, 『…』, «…» or \"…\", or behind > at the start of a line",
        );
    }
    let path = args.report.to_string_lossy();
    output::write_data(|out| {
        if args.json {
            write_quotes_json(&checked, &path, out)
        } else {
            write_quotes_text(&checked, &path, args.min_chars, out)
        }
    })?;
    let exact = checked.count(QuoteOutcome::Exact);
    Ok(if exact == checked.checks.len() {
        Exit::Found
    } else {
        Exit::NothingFound
    })
}

/// Reads the report; `-` is stdin, as plain text.
fn read(path: &Path) -> Result<Report, Error> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    read.map_err(|error| {
        let message = format!("cannot read the report {}", path.display());
        Error::new(ErrorKind::Io, message)
            .with_source(error)
            .with_hint("name a .md, .txt, .docx or .html file, or - for stdin")
    })?;
    Report::parse(path, &bytes)
}

pub(crate) fn reference(
    args: &ReferenceArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let mut reference = Reference::of(&searcher.article(&args.id)?);
    reference.accessed = args.accessed.clone();
    let style = match args.style {
        StyleArg::Gbt7714 => ReferenceStyle::Gbt7714,
        StyleArg::Bibtex => ReferenceStyle::Bibtex,
        StyleArg::Md => ReferenceStyle::Markdown,
    };
    output::write_data(|out| {
        if args.json {
            write_reference_json(&reference, style, out)
        } else {
            write_reference_text(&reference, style, out)
        }
    })?;
    Ok(Exit::Found)
}
