//! `cewen eval`: the ranking measured on judged queries.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use cewen::eval::{Judgements, NamedQuery, Run, compare, evaluate, named_queries, rank_all};
use cewen::render::{
    PerQuery, write_evaluation_json, write_evaluation_text, write_outcomes_tsv, write_trec,
};
use cewen::{Error, ErrorKind, Ranked, Searcher};

use super::args::EvalArgs;
use super::batch::read;
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output, talk};

pub(crate) fn run(
    args: &EvalArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    // All that can be wrong with the files is told before the queries run.
    let queries = named_queries(&read(&args.queries, "queries")?);
    let judgements = Judgements::parse(
        &read(&args.qrels, "judgements")?,
        &args.qrels.display().to_string(),
    )?;
    let other = match &args.compare {
        Some(file) => Some(Run::parse(
            &read(file, "run")?,
            &file.display().to_string(),
        )?),
        None => None,
    };
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let judged = judgements.resolve(searcher.articles())?;
    let ranked = rank_all(&searcher, &queries, args.limit)?;
    if let Some(file) = &args.save {
        save(file, &queries, &ranked).map_err(|error| {
            let message = format!("cannot write the run {}", file.display());
            Error::new(ErrorKind::Io, message).with_source(error)
        })?;
    }
    let evaluation = evaluate(&queries, &judged, &Run::new(&queries, &ranked));
    let comparison = other.map(|other| compare(&evaluation, &evaluate(&queries, &judged, &other)));
    if evaluation.outcomes.is_empty() {
        talk::note(talk, "no query has a relevant article: nothing is measured");
        talk::hint(
            talk,
            "the ids in both files must agree; queries without an id are named by their line",
        );
    }
    let per_query = if args.per_query {
        PerQuery::Listed
    } else {
        PerQuery::Left
    };
    output::write_data(|out| {
        if args.json {
            write_evaluation_json(&evaluation, comparison.as_ref(), per_query, out)
        } else if args.per_query {
            write_outcomes_tsv(&evaluation, out)
        } else {
            write_evaluation_text(&evaluation, comparison.as_ref(), out)
        }
    })?;
    Ok(Exit::Found)
}

fn save(file: &Path, queries: &[NamedQuery], ranked: &[Vec<Ranked>]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    for (query, ranked) in queries.iter().zip(ranked) {
        write_trec(ranked, &query.qid, &mut out)?;
    }
    // Not left to drop, which would swallow the error of a full disk.
    out.flush()
}
