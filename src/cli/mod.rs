//! The command line: clap structs → library options → call.
//!
//! This is the only part of the package that knows stdin, stdout, stderr,
//! colour, width and exit codes. What is printed to stdout is written by
//! [`cewen::render`].

mod args;
mod dash;
mod examples;
mod search_help;
mod standing;
mod survey_args;
mod values;

mod alert;
mod analyze;
mod batch;
mod eval;
mod family;
mod index;
mod lexicon;
mod quotes;
mod search;
mod show;
mod status;
mod survey;
mod verify;
mod watch;

mod exit;
mod failure;
mod folders;
mod interrupt;
mod locate;
mod output;
mod progress;
mod staleness;
mod talk;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use self::args::{Args, Verb};
use self::exit::Exit;

/// Does what the arguments say, the program's name included.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let args = match parse(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Help goes to stdout and may be piped into a reader that has
            // seen enough; for the rest there is no one left to tell.
            let _ = error.print();
            return if error.exit_code() == 0 {
                Exit::Found
            } else {
                Exit::Trouble
            }
            .into();
        }
    };
    // Not locked for the whole run: a thread of the engine that has something
    // to say would wait for it for ever.
    let talk = &mut io::stderr();
    let index = args.index.filter(|dir| !dir.as_os_str().is_empty());
    let done = match &args.verb {
        Verb::Index(args) => index::run(args, index, talk),
        Verb::Search(args) => search::run(args, index, talk),
        Verb::Show(args) => show::run(args, index, talk),
        Verb::Family(args) => family::run(args, index, talk),
        Verb::CheckQuotes(args) => quotes::check(args, index, talk),
        Verb::Reference(args) => quotes::reference(args, index, talk),
        Verb::Status(args) => status::run(args, index, talk),
        Verb::Verify(args) => verify::run(args, index, talk),
        Verb::Analyze(args) => analyze::run(args),
        Verb::Facets(args) => survey::run_facets(args, index, talk),
        Verb::Matrix(args) => survey::run_matrix(args, index, talk),
        Verb::First(args) => survey::run_first(args, index, talk),
        Verb::CitedBy(args) => survey::run_cited_by(args, index, talk),
        Verb::Eval(args) => eval::run(args, index, talk),
        Verb::Watch(args) => watch::run(args, index, talk),
        Verb::Lexicon(args) => lexicon::run(args, index, talk),
        Verb::Alert(args) => alert::run(args, index, talk),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.tell(talk);
            failure.exit().into()
        }
    }
}

fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = Args::command();
    let arguments = dash::protect(&command, arguments.collect());
    let matches = command.try_get_matches_from_mut(arguments)?;
    Args::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_help_of_a_verb_says_of_it_what_the_list_of_verbs_says() {
        let mut built = Args::command();
        built.build();
        for verb in Args::command().get_subcommands() {
            let own = built.find_subcommand(verb.get_name()).expect("a verb");
            let about = |verb: &clap::Command| verb.get_about().map(ToString::to_string);
            assert!(about(verb).is_some());
            assert_eq!(about(own), about(verb), "{}", verb.get_name());
        }
    }
}
