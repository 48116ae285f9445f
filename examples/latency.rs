//! Measures warm queries: processor time of the searching thread, by query kind.
//!
//! ```sh
//! cargo run --release --example latency -- INDEX QUERIES [ROUNDS] [THREADS]
//! ```
//!
//! QUERIES holds one query a line, `KIND TAB QUERY`. Each is searched once
//! unmeasured, then ROUNDS times (3) and on until the time can be told. With
//! THREADS, so many threads share one searcher, and only queries per second
//! are told. With EACH set in the environment each query is listed too. Reads
//! `/proc/thread-self/schedstat`: Linux only.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use cewen::{Query, SearchOptions, Searcher};

/// A query, what kind it is of, its hits and what one search takes.
struct Measured {
    kind: String,
    text: String,
    hits: String,
    each: Duration,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (index, queries) = match &arguments[..] {
        [index, queries, ..] => (index, std::fs::read_to_string(queries)?),
        _ => return Err("usage: latency INDEX QUERIES [ROUNDS] [THREADS]".into()),
    };
    let number = |at: usize| arguments.get(at).map(|number| number.parse::<usize>());
    let rounds = number(2).transpose()?.unwrap_or(3);
    let threads = number(3).transpose()?;
    let searcher = Searcher::open(index)?;
    let queries: Vec<(&str, &str)> = queries
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut out = io::stdout().lock();
    match threads {
        Some(threads) => {
            let per_second = throughput(&searcher, &queries, rounds, threads)?;
            writeln!(out, "{threads} threads: {per_second:.1} queries a second")?;
        }
        None => write_table(&measured(&searcher, &queries, rounds)?, &mut out)?,
    }
    Ok(())
}

fn measured(
    searcher: &Searcher,
    queries: &[(&str, &str)],
    rounds: usize,
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let mut all = Vec::new();
    for &(kind, text) in queries {
        let query = Query::parse(text)?.query;
        let total = searcher.search(&query, &SearchOptions::default())?.total;
        let before = cpu()?;
        let mut searches = 0;
        let spent = loop {
            searcher.search(&query, &SearchOptions::default())?;
            searches += 1;
            let spent = cpu()? - before;
            if searches >= rounds && (spent >= ENOUGH || searches >= 100 * rounds) {
                break spent;
            }
        };
        let plus = if total.at_least { "+" } else { "" };
        all.push(Measured {
            kind: kind.to_owned(),
            text: text.chars().take(24).collect(),
            hits: format!("{}{plus}", total.passages),
            each: spent / searches as u32,
        });
    }
    Ok(all)
}

/// Processor time enough to be told apart from the tick in which it is counted.
const ENOUGH: Duration = Duration::from_millis(80);

/// What this thread has spent on a processor.
fn cpu() -> Result<Duration, Box<dyn Error>> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = told.split(' ').next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanos))
}

fn write_table(all: &[Measured], out: &mut impl Write) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, Vec<&Measured>> = BTreeMap::new();
    for one in all {
        kinds.entry(&one.kind).or_default().push(one);
        kinds.entry("~ all").or_default().push(one);
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    writeln!(
        out,
        "| kind | queries | p50 ms | p99 ms | slowest | its hits |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (kind, mut of) in kinds {
        of.sort_by_key(|one| one.each);
        let at = |part: f64| of[((of.len() - 1) as f64 * part).round() as usize].each;
        let last = of[of.len() - 1];
        writeln!(
            out,
            "| {kind} | {} | {:.2} | {:.2} | {} | {} |",
            of.len(),
            ms(at(0.5)),
            ms(at(0.99)),
            last.text,
            last.hits
        )?;
    }
    if std::env::var_os("EACH").is_some() {
        for one in all {
            let time = ms(one.each);
            writeln!(
                out,
                "{time:9.2} ms {:>8} {} {}",
                one.hits, one.kind, one.text
            )?;
        }
    }
    Ok(())
}

fn throughput(
    searcher: &Searcher,
    queries: &[(&str, &str)],
    rounds: usize,
    threads: usize,
) -> Result<f64, Box<dyn Error>> {
    let parsed: Vec<Query> = queries
        .iter()
        .map(|(_, text)| Ok(Query::parse(text)?.query))
        .collect::<Result<_, cewen::Error>>()?;
    let asked: Vec<&Query> = (0..rounds.max(1)).flat_map(|_| &parsed).collect();
    let left = Mutex::new(asked.iter());
    let started = Instant::now();
    std::thread::scope(|scope| {
        let work = || -> Result<(), cewen::Error> {
            loop {
                let next = left.lock().ok().and_then(|mut left| left.next().copied());
                let Some(query) = next else {
                    return Ok(());
                };
                searcher.search(query, &SearchOptions::default())?;
            }
        };
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|thread| {
            thread
                .join()
                .map_err(|_| "a thread panicked")?
                .map_err(Box::<dyn Error>::from)
        })
    })?;
    Ok(asked.len() as f64 / started.elapsed().as_secs_f64())
}
