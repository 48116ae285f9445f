//! `cewen show`: an article, or a passage with its neighbours.

use std::io::Write;
use std::path::PathBuf;

use cewen::Searcher;
use cewen::render::{Extent, write_article_json, write_article_text};

use super::args::ShowArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output};

pub(crate) fn run(
    args: &ShowArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let dir = locate::index_dir(index, talk);
    let article = Searcher::open(&dir)?.article(&args.id)?;
    let extent = if args.meta {
        Extent::Meta
    } else {
        Extent::Whole
    };
    output::write_data(|out| {
        if args.json {
            write_article_json(&article, extent, out)
        } else {
            write_article_text(&article, extent, out)
        }
    })?;
    Ok(Exit::Found)
}
