//! Checks literal search on a folder of your own: cuts windows of 1 to 12
//! characters from its passages, searches each as a quote, and compares the
//! hits with the reference function over all passages.
//!
//! ```sh
//! cargo run --release --example literal -- FOLDER 5000
//! ```

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use cewen::analysis::{fold, literal};
use cewen::corpus;
use cewen::passage::passages;
use cewen::{Group, Query, SearchOptions, Searcher, UpdateOptions};

/// A passage with what stands over it where it comes first.
struct Known {
    texts: Vec<String>,
    /// Its Han characters, folded: holds those of every quote found in it.
    han: String,
}

fn han(text: &str) -> String {
    let is_han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    text.chars().map(fold).filter(is_han).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "corpus".to_owned()));
    let count: usize = arguments.next().map_or(Ok(1_000), |count| count.parse())?;

    let mut known = Vec::new();
    for file in corpus::walk(&folder, &mut |_| ())?.files {
        for article in corpus::read(&file).1.articles {
            let body = passages(&article);
            for (number, passage) in body.into_iter().filter(|p| !p.is_furniture).enumerate() {
                let mut texts = vec![passage.text];
                texts.extend(passage.opens_section.then_some(passage.heading));
                texts.extend((number == 0).then(|| article.title.clone()));
                let han = texts
                    .iter()
                    .map(|text| han(text))
                    .collect::<Vec<_>>()
                    .join(" ");
                known.push(Known { texts, han });
            }
        }
    }
    let index = tempfile::tempdir()?;
    let options = UpdateOptions {
        add: vec![folder],
        ..UpdateOptions::default()
    };
    cewen::update(index.path(), &options, &mut |_| ())?;
    let searcher = Searcher::open(index.path())?;

    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % limit.max(1)
    };
    let (mut wanted, mut found, mut false_hits, mut asked) = (0, 0, 0, 0);
    let mut times = Vec::new();
    while asked < count {
        let passage = &known[below(known.len())];
        let text: Vec<char> = passage.texts[below(passage.texts.len())].chars().collect();
        let length = 1 + below(12);
        let start = below(text.len());
        let window = &text[start..text.len().min(start + length)];
        let quote: String = window.iter().collect();
        if quote.contains('\n') || literal(&quote, &quote).is_empty() {
            continue;
        }
        asked += 1;
        let needle = han(&quote);
        let expected = known.iter().filter(|passage| {
            passage.han.contains(&needle)
                && passage
                    .texts
                    .iter()
                    .any(|text| !literal(&quote, text).is_empty())
        });
        let expected = expected.count();
        let options = SearchOptions {
            limit: 10,
            group: Group::None,
            ..SearchOptions::default()
        };
        let started = Instant::now();
        let answer = searcher.search(&Query::exact(&quote), &options)?;
        times.push(started.elapsed());
        let hits = answer.total.passages;
        wanted += expected;
        found += hits.min(expected);
        false_hits += hits.saturating_sub(expected);
        let unmarked: BTreeSet<_> = answer
            .hits
            .iter()
            .filter(|hit| {
                let marks = &hit.passage.marks;
                marks.is_empty()
                    && hit.article.title_marks.is_empty()
                    && hit.passage.heading_marks.is_empty()
            })
            .map(|hit| hit.passage.id.clone())
            .collect();
        if hits != expected || !unmarked.is_empty() {
            writeln!(
                io::stdout(),
                "{quote:?}: {hits} hits, {expected} expected, unmarked {unmarked:?}"
            )?;
        }
    }
    times.sort_unstable();
    writeln!(
        io::stdout(),
        "{asked} quotes over {} passages: {found} of {wanted} found, {false_hits} false; median {:?}, p99 {:?}",
        known.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    )?;
    Ok(())
}
