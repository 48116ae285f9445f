//! Measures families: which real articles are found to be reprints of one
//! text, and how many made-up reprints are.
//!
//! ```sh
//! cargo run --release --example families -- FILE_OR_FOLDER [ORIGINALS [SHOWN]]
//! ```
//!
//! Indexes the articles, then adds three reprints each of up to ORIGINALS of
//! them (1,000): another headline; 10 to 30 % cut away, or a paragraph of
//! another article put in, or both; half of them in Traditional characters.
//! Prints precision and recall over pairs of articles of one text, the time
//! that adding them took, and the beginnings of up to SHOWN (30) pairs of real
//! articles that were found, the least alike first, to be judged by reading.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use cewen::{Searcher, UpdateOptions};

#[path = "../tests/suite/reprints.rs"]
mod reprints;

use reprints::{Dice, article, reprint};

/// Shorter articles are not reprinted with a third cut away.
const MIN_CHARS: usize = 150;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let corpus = PathBuf::from(arguments.next().ok_or("name a file or folder")?);
    let originals: usize = arguments.next().map_or(Ok(1_000), |count| count.parse())?;
    let shown: usize = arguments.next().map_or(Ok(30), |count| count.parse())?;
    let out = &mut std::io::stdout().lock();
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("index");
    let started = Instant::now();
    let options = UpdateOptions {
        add: vec![std::path::absolute(corpus)?],
        ..UpdateOptions::default()
    };
    let report = cewen::update(&dir, &options, &mut |_| ())?;
    let seconds = started.elapsed().as_secs_f64();
    writeln!(
        out,
        "{} articles indexed in {seconds:.1} s",
        report.articles
    )?;

    let searcher = Searcher::open(&dir)?;
    let real = families(&searcher)?;
    let members: usize = real.values().map(Vec::len).sum();
    writeln!(out, "{} families of {members} real articles", real.len())?;
    let mut texts = Vec::new();
    for found in searcher.articles() {
        let found = found?;
        // One of each real family, so that no two originals are one text.
        if found.family == found.id {
            let text = searcher.article(&found.id)?.text;
            if text.chars().count() >= MIN_CHARS {
                texts.push((found.id, text));
            }
        }
    }
    let step = (texts.len() / originals.max(1)).max(1);
    let mut dice = Dice::new(1);
    let mut made = Vec::new();
    let mut text_of: HashMap<String, String> = HashMap::new();
    for (id, text) in texts.iter().step_by(step).take(originals) {
        text_of.insert(id.clone(), id.clone());
        for copy in 1..4 {
            let local = &texts[dice.below(texts.len())].1;
            let copied = format!("改 {id} {copy}");
            text_of.insert(copied.clone(), id.clone());
            made.push(article(&copied, "改题", &reprint(text, local, &mut dice)));
        }
    }
    let count = made.len();
    let started = Instant::now();
    cewen::add(&dir, "转载", made)?;
    let seconds = started.elapsed().as_secs_f64();
    writeln!(out, "{count} reprints added in {seconds:.1} s")?;
    let (mut found, mut right) = (0, 0);
    let mut wrong = BTreeSet::new();
    let of = |id: &String| text_of.get(id).unwrap_or(id).clone();
    for members in families(&Searcher::open(&dir)?)?.values() {
        for (at, one) in members.iter().enumerate() {
            for other in &members[..at] {
                // Pairs of real articles are judged by reading.
                if one.starts_with('改') || other.starts_with('改') {
                    found += 1;
                    right += usize::from(of(one) == of(other));
                    if of(one) != of(other) {
                        wrong.insert((of(one).min(of(other)), of(one).max(of(other))));
                    }
                }
            }
        }
    }
    let all = count * 2;
    writeln!(
        out,
        "pairs: {found} found, {right} right of {all}: precision {:.4}, recall {:.4}",
        right as f64 / found.max(1) as f64,
        right as f64 / all.max(1) as f64
    )?;
    for (one, other) in wrong {
        writeln!(
            out,
            "  reprints of {one} and {other} were taken for one text"
        )?;
    }

    let mut pairs = Vec::new();
    for members in real.values() {
        let family = searcher.family(&members[0])?;
        let first = family.members[0].id.clone();
        let others = family.members[1..].iter();
        pairs.extend(others.map(|member| (member.similarity, first.clone(), member.id.clone())));
    }
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    writeln!(
        out,
        "{} real articles beside the first of their family",
        pairs.len()
    )?;
    for (similarity, one, other) in pairs.iter().take(shown) {
        writeln!(out, "\n{similarity:.2} {one} {other}")?;
        for id in [one, other] {
            let full = searcher.article(id)?;
            let date = full.article.date.map(|date| date.iso).unwrap_or_default();
            let start: String = full.text.chars().take(200).collect();
            writeln!(
                out,
                "  {date} {} | {}",
                full.article.title,
                start.replace('\n', " / ")
            )?;
        }
    }
    Ok(())
}

/// The ids of families of two or more, by the id of the first.
fn families(searcher: &Searcher) -> Result<BTreeMap<String, Vec<String>>, Box<dyn Error>> {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for article in searcher.articles() {
        let article = article?;
        families.entry(article.family).or_default().push(article.id);
    }
    families.retain(|_, members| members.len() > 1);
    Ok(families)
}
