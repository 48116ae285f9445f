//! Checks literal search on a folder of your own: cuts windows of 1 to 12
//! matchable characters from its passages (a fifth of them around a breaking
//! mark, a tenth around a dash between digits, where there are any), searches
//! each as a quote, and compares what is found with what the reference
//! function finds in the passages read from the files.
//!
//! ```sh
//! cargo run --release --example literal -- FOLDER 5000
//! ```

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

use cewen::analysis::{fold, literal};
use cewen::corpus;
use cewen::passage::passages;
use cewen::{Group, Query, SearchOptions, Searcher, UpdateOptions};

/// More passages than these are compared by number only.
const COMPARED: usize = 100;

/// A passage with what stands over it where it comes first.
struct Known {
    texts: Vec<String>,
    /// Their Han characters, folded: hold those of every quote found in them.
    han: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "corpus".to_owned()));
    let count: usize = arguments.next().map_or(Ok(1_000), |count| count.parse())?;

    let known = known(&folder)?;
    let index = tempfile::tempdir()?;
    let options = UpdateOptions {
        add: vec![folder],
        ..UpdateOptions::default()
    };
    cewen::update(index.path(), &options, &mut |_| ())?;
    let searcher = Searcher::open(index.path())?;

    let mut windows = Windows::new(&known);
    let (mut wanted, mut found, mut false_hits) = (0, 0, 0);
    let mut times = Vec::new();
    for number in 0..count {
        let quote = windows.next(number);
        let needle = han(&quote);
        let holds = |passage: &&Known| {
            passage.han.contains(&needle)
                && passage
                    .texts
                    .iter()
                    .any(|text| !literal(&quote, text).is_empty())
        };
        let expected: Vec<&Known> = known.iter().filter(holds).collect();
        let query = Query::exact(&quote);
        let options = SearchOptions {
            group: Group::None,
            ..SearchOptions::default()
        };
        let started = Instant::now();
        let answer = searcher.search(&query, &options)?;
        times.push(started.elapsed());
        let hits = answer.total.passages;
        wanted += expected.len();
        let (missed, others) = if expected.len() <= COMPARED {
            // The same passages, not only as many.
            let options = SearchOptions {
                limit: 0,
                ..options
            };
            let texts = searcher.search(&query, &options)?.hits.into_iter();
            let mut texts: Vec<String> = texts.map(|hit| hit.passage.text).collect();
            let mut missed = 0;
            for passage in &expected {
                match texts.iter().position(|text| *text == passage.texts[0]) {
                    Some(at) => drop(texts.swap_remove(at)),
                    None => missed += 1,
                }
            }
            (missed, texts.len())
        } else {
            (
                expected.len().saturating_sub(hits),
                hits.saturating_sub(expected.len()),
            )
        };
        found += expected.len() - missed;
        false_hits += others;
        let unmarked = answer.hits.iter().filter(|hit| {
            hit.passage.marks.is_empty()
                && hit.article.title_marks.is_empty()
                && hit.passage.heading_marks.is_empty()
        });
        let unmarked = unmarked.count();
        if missed + others + unmarked > 0 {
            writeln!(
                io::stdout(),
                "{quote:?}: {missed} missed, {others} false, {unmarked} unmarked"
            )?;
        }
    }
    times.sort_unstable();
    writeln!(
        io::stdout(),
        "{count} quotes over {} passages: {found} of {wanted} found, {false_hits} false; median {:?}, p99 {:?}",
        known.len(),
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    )?;
    Ok(())
}

/// The passages of a folder.
fn known(folder: &std::path::Path) -> cewen::Result<Vec<Known>> {
    let mut known = Vec::new();
    for file in corpus::walk(folder, &mut |_| ())?.files {
        for article in corpus::read(&file).1.articles {
            let body = passages(&article);
            for (number, passage) in body.into_iter().filter(|p| !p.is_furniture).enumerate() {
                let mut texts = vec![passage.text];
                texts.extend(passage.opens_section.then_some(passage.heading));
                texts.extend((number == 0).then(|| article.title.clone()));
                let han: Vec<String> = texts.iter().map(|text| han(text)).collect();
                let han = han.join(" ");
                known.push(Known { texts, han });
            }
        }
    }
    Ok(known)
}

fn han(text: &str) -> String {
    let is_han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    text.chars().map(fold).filter(is_han).collect()
}

fn is_breaking(c: char) -> bool {
    "。！？；，、：…!?;,:".contains(c)
}

fn is_dash(c: char) -> bool {
    "-–—~～".contains(c)
}

/// Cuts windows from passages: the same ones on every run.
struct Windows<'a> {
    known: &'a [Known],
    state: u64,
    /// Passages with a dash between two digits, and where: rare enough to be looked up.
    dashes: Vec<(&'a str, usize)>,
}

impl<'a> Windows<'a> {
    fn new(known: &'a [Known]) -> Self {
        let mut dashes = Vec::new();
        for text in known.iter().flat_map(|passage| &passage.texts) {
            let characters: Vec<char> = text.chars().collect();
            for (at, three) in characters.windows(3).enumerate() {
                if is_dash(three[1]) && three[0].is_numeric() && three[2].is_numeric() {
                    dashes.push((text.as_str(), at + 1));
                }
            }
        }
        Windows {
            known,
            state: 0x9E37_79B9_7F4A_7C15,
            dashes,
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit.max(1)
    }

    fn next(&mut self, number: usize) -> String {
        loop {
            let length = 1 + self.below(12);
            let number_of_passage = self.below(self.known.len());
            let texts = &self.known[number_of_passage].texts;
            let mut text = texts[self.below(texts.len())].as_str();
            // The character that the window has to hold, if one.
            let mut held = None;
            if number % 10 == 9 && !self.dashes.is_empty() {
                let number = self.below(self.dashes.len());
                let (with_dash, at) = self.dashes[number];
                text = with_dash;
                held = Some(at);
            }
            let characters: Vec<char> = text.chars().collect();
            if number % 5 == 1 {
                let marks = (0..characters.len()).filter(|&at| is_breaking(characters[at]));
                let marks: Vec<usize> = marks.collect();
                if marks.is_empty() {
                    continue;
                }
                let number_of_mark = self.below(marks.len());
                held = Some(marks[number_of_mark]);
            }
            let start = match held {
                Some(at) => at.saturating_sub(self.below(length)),
                None => self.below(characters.len()),
            };
            let quote = window(&characters, start..characters.len(), length);
            if !quote.contains('\n') && !literal(&quote, &quote).is_empty() {
                return quote;
            }
        }
    }
}

/// The characters from the start of `range` on that hold `length` matchable ones.
fn window(characters: &[char], range: Range<usize>, length: usize) -> String {
    let mut quote = String::new();
    let mut matchable = 0;
    for &c in &characters[range] {
        if matchable == length {
            break;
        }
        quote.push(c);
        let alone = c.to_string();
        matchable += usize::from(!literal(&alone, &alone).is_empty());
    }
    quote
}
