//! `cewen family`: the reprints of an article.

use std::io::Write;
use std::path::PathBuf;

use cewen::render::{write_family_json, write_family_text};
use cewen::{Searcher, differences};

use super::args::FamilyArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output, talk};

pub(crate) fn run(
    args: &FamilyArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    let family = searcher.family(&args.id)?;
    let mut changes = Vec::new();
    if let (true, [first, others @ ..]) = (args.diff, family.members.as_slice()) {
        let original = searcher.article(&first.id)?.text;
        for other in others {
            changes.push(differences(&original, &searcher.article(&other.id)?.text));
        }
    }
    let is_alone = family.members.len() < 2;
    if is_alone {
        talk::note(talk, &format!("no reprint of {} is in the index", args.id));
    }
    output::write_data(|out| {
        if args.json {
            write_family_json(&family, &changes, out)
        } else {
            write_family_text(&family, &changes, out)
        }
    })?;
    Ok(if is_alone {
        Exit::NothingFound
    } else {
        Exit::Found
    })
}
