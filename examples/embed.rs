//! Embeds cewen: indexes a folder, searches it, prints titles and marked words.
//!
//! ```sh
//! cargo run --example embed -- corpus 算力券
//! ```

use std::io::{self, Write};
use std::path::PathBuf;

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "corpus".to_owned()));
    let asked = arguments.next().unwrap_or_else(|| "算力券".to_owned());

    let index = std::env::temp_dir().join("cewen-embed");
    let options = UpdateOptions {
        add: vec![folder],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ())?;

    let searcher = Searcher::open(&index)?;
    let query = Query::parse(&asked)?.query;
    let mut out = io::stdout().lock();
    for hit in searcher.search(&query, &SearchOptions::default())?.hits {
        writeln!(out, "{}. {}", hit.rank, hit.article.title)?;
        for mark in &hit.passage.marks {
            writeln!(out, "   {}", &hit.passage.text[mark.clone()])?;
        }
    }
    Ok(())
}
