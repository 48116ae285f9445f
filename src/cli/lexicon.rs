//! `cewen lexicon`: words checked, proposed and added.

use std::io::Write;
use std::path::{Path, PathBuf};

use cewen::lexicon::{self, ProposalOrder, ProposeOptions};
use cewen::render::{
    write_addition_json, write_addition_text, write_proposals_json, write_proposals_text,
    write_word_check_json, write_word_check_text,
};
use cewen::{Error, ErrorKind, Searcher};

use super::args::{LexiconAddArgs, LexiconArgs, LexiconVerb, OrderArg, ProposeArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::{locate, output};

pub(crate) fn run(
    args: &LexiconArgs,
    index: Option<PathBuf>,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    let searcher = Searcher::open(locate::index_dir(index, talk))?;
    match &args.verb {
        LexiconVerb::Check(args) => {
            let check = lexicon::check(&searcher, &args.word)?;
            output::write_data(|out| {
                if args.json {
                    write_word_check_json(&check, out)
                } else {
                    write_word_check_text(&check, out)
                }
            })?;
            Ok(Exit::Found)
        }
        LexiconVerb::Propose(args) => propose(args, &searcher),
        LexiconVerb::Add(args) => add(args, &searcher),
    }
}

fn propose(args: &ProposeArgs, searcher: &Searcher) -> Result<Exit, Failure> {
    let options = ProposeOptions {
        limit: args.limit,
        min_count: args.min_count,
        order: match args.sort {
            OrderArg::Score => ProposalOrder::Score,
            OrderArg::Rise => ProposalOrder::Rise,
            OrderArg::Count => ProposalOrder::Count,
        },
        ..ProposeOptions::default()
    };
    let lexicons = lexicon::own_words(&searcher.roots())?;
    let own: Vec<String> = lexicons.into_iter().flat_map(|(_, words)| words).collect();
    let proposals = lexicon::propose(|| searcher.passages(), &own, &options)?;
    output::write_data(|out| {
        if args.json {
            write_proposals_json(&proposals, out)
        } else {
            write_proposals_text(&proposals, out)
        }
    })?;
    Ok(if proposals.is_empty() {
        Exit::NothingFound
    } else {
        Exit::Found
    })
}

fn add(args: &LexiconAddArgs, searcher: &Searcher) -> Result<Exit, Failure> {
    let root = root(searcher.roots(), args.root.as_deref())?;
    let addition = lexicon::add(&root, &args.words)?;
    let holding = lexicon::holding(searcher, &addition.added)?;
    output::write_data(|out| {
        if args.json {
            write_addition_json(&addition, holding, out)
        } else {
            write_addition_text(&addition, holding, out)
        }
    })?;
    Ok(Exit::Found)
}

/// The root that is meant: the one named, or the only one.
fn root(roots: Vec<PathBuf>, named: Option<&Path>) -> Result<PathBuf, Error> {
    let names = || {
        let names = roots.iter().map(|root| root.display().to_string());
        names.collect::<Vec<_>>().join(", ")
    };
    if let Some(named) = named {
        let same = |root: &&PathBuf| {
            root.as_path() == named
                || matches!((root.canonicalize(), named.canonicalize()), (Ok(a), Ok(b)) if a == b)
        };
        return roots.iter().find(same).cloned().ok_or_else(|| {
            let message = format!("the index does not follow {}", named.display());
            Error::new(ErrorKind::BadRoot, message).with_hint(format!("it follows {}", names()))
        });
    }
    match roots.as_slice() {
        [root] => Ok(root.clone()),
        [] => Err(Error::new(
            ErrorKind::BadRoot,
            "the index follows no folder that could hold a lexicon",
        )
        .with_hint("add one: `cewen index FOLDER`")),
        several => {
            let message = format!("the index follows {} folders", several.len());
            Err(Error::new(ErrorKind::BadOption, message)
                .with_hint(format!("name one with `--root`: {}", names())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_root_is_meant_and_of_several_one_must_be_named() {
        let roots = || vec![PathBuf::from("甲"), PathBuf::from("乙")];
        assert_eq!(root(vec!["甲".into()], None).unwrap(), Path::new("甲"));
        assert_eq!(
            root(roots(), Some(Path::new("乙"))).unwrap(),
            Path::new("乙")
        );
        for (error, kind) in [
            (root(roots(), None), ErrorKind::BadOption),
            (root(roots(), Some(Path::new("丙"))), ErrorKind::BadRoot),
            (root(Vec::new(), None), ErrorKind::BadRoot),
        ] {
            let error = error.unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(error.hint().is_some());
        }
    }
}
