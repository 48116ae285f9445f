//! How fast files are read: decoded and taken apart, nothing indexed.
//!
//! ```sh
//! cargo run --release --example reading -- ../shared/data/html_bag
//! ```
//!
//! Prints files, bytes and CPU seconds for each format. Files are in memory
//! before the clock starts; each is read as often as given, 3 times without.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;

use cewen::corpus::{Format, parse, walk};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a folder")?;
    let rounds: u32 = arguments.next().map_or(Ok(3), |rounds| rounds.parse())?;
    let found = walk(Path::new(&folder), &mut |_| ())?;
    let mut files: BTreeMap<&str, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for file in found.files {
        let Some(format) = Format::of_path(&file.path) else {
            continue;
        };
        let bytes = std::fs::read(&file.location)?;
        files
            .entry(format.name())
            .or_default()
            .push((file.path, bytes));
    }
    // What is made once: names of places, tables.
    parse(
        "甲.txt",
        "杭州发放算力券\n\n杭州昨日发放算力券。".as_bytes(),
    );
    let mut out = std::io::stdout().lock();
    for (format, files) in &files {
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        let begun = cpu_seconds()?;
        let mut articles = 0;
        for (path, bytes) in (0..rounds).flat_map(|_| files) {
            articles += parse(path, bytes).articles.len();
        }
        let took = cpu_seconds()? - begun;
        let megabytes = bytes as f64 * f64::from(rounds) / 1e6;
        writeln!(
            out,
            "{format}: {} files, {:.2} MB, {} articles, {took:.2} CPU s for {rounds} rounds, {:.1} MB a CPU second",
            files.len(),
            bytes as f64 / 1e6,
            articles / rounds as usize,
            megabytes / took.max(0.01),
        )?;
    }
    Ok(())
}

/// The CPU time this process has used, where the system tells (Linux).
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').ok_or("no such process")?.1;
    let mut fields = fields.split_whitespace().skip(11);
    let user: f64 = fields.next().ok_or("no user time")?.parse()?;
    let system: f64 = fields.next().ok_or("no system time")?.parse()?;
    // Linux counts in hundredths of a second.
    Ok((user + system) / 100.0)
}
