//! Query text that begins with a dash.
//!
//! `-北京` must reach the query parser and `--json` after the query must not.
//! Before clap sees the arguments, those that are query text get a sign in
//! front that no one types (a Unicode noncharacter); [`restore`] takes it away.

use std::ffi::OsString;

use clap::Command;

const SIGN: char = '\u{fdd0}';

/// The verbs whose words are text.
const TEXT_VERBS: [&str; 7] = [
    "search", "s", "analyze", "alert", "facets", "matrix", "first",
];

/// The ASCII names of fields; the Chinese ones are not ASCII anyway.
const FIELDS: [&str; 12] = [
    "title", "heading", "region", "about", "from", "outlet", "author", "date", "cites", "wenhao",
    "path", "format",
];

/// Protects query text that begins with a dash from clap.
pub(crate) fn protect(command: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(verb_at) = find_verb(command, &arguments) else {
        return arguments;
    };
    let verb = arguments[verb_at].to_string_lossy().into_owned();
    if !TEXT_VERBS.contains(&verb.as_str()) {
        return arguments;
    }
    let words = &mut arguments[verb_at + 1..];
    let is_text = |word: &OsString| word.to_str().is_some_and(is_query_text);
    if !words.iter().any(is_text) {
        return arguments;
    }
    // Only now, because it defines the arguments of all verbs.
    let mut built = command.clone();
    built.build();
    let known = [Some(&built), built.find_subcommand(&verb)];
    let mut is_value = false;
    for argument in words {
        let Some(text) = argument.to_str() else {
            is_value = false;
            continue;
        };
        if is_value {
            is_value = false;
        } else if text == "--" {
            break;
        } else if is_query_text(text) {
            *argument = format!("{SIGN}{text}").into();
        } else {
            is_value = takes_next(&known, text);
        }
    }
    arguments
}

/// Takes the sign away.
pub(crate) fn restore(word: &str) -> &str {
    word.strip_prefix(SIGN).unwrap_or(word)
}

/// Joins the words of a text, as they were typed.
pub(crate) fn joined(words: &[String]) -> String {
    words
        .iter()
        .map(|word| restore(word))
        .collect::<Vec<_>>()
        .join(" ")
}

fn find_verb(command: &Command, arguments: &[OsString]) -> Option<usize> {
    let mut at = 1;
    loop {
        let text = arguments.get(at)?.to_str()?;
        if !text.starts_with('-') {
            return Some(at);
        }
        at += if takes_next(&[Some(command)], text) {
            2
        } else {
            1
        };
    }
}

/// Returns whether an argument is text although it begins with a dash.
fn is_query_text(argument: &str) -> bool {
    let Some(rest) = argument.strip_prefix(['-', '－']) else {
        return false;
    };
    match rest.chars().next() {
        None => false,
        Some('"' | '(') => true,
        Some(first) if !first.is_ascii() => true,
        Some(_) => rest
            .split_once([':', '：'])
            .is_some_and(|(name, _)| FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name))),
    }
}

/// Returns whether the argument after `option` is its value.
fn takes_next(known: &[Option<&Command>], option: &str) -> bool {
    let arguments = || {
        known
            .iter()
            .flatten()
            .flat_map(|command| command.get_arguments())
    };
    if let Some(name) = option.strip_prefix("--") {
        return arguments()
            .any(|known| known.get_long() == Some(name) && known.get_action().takes_values());
    }
    let Some(letters) = option.strip_prefix('-') else {
        return false;
    };
    let mut letters = letters.chars();
    // In `-en5` the letters after the first that takes a value are its value.
    let takes_value = letters.by_ref().any(|letter| {
        arguments()
            .any(|known| known.get_short() == Some(letter) && known.get_action().takes_values())
    });
    takes_value && letters.as_str().is_empty()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::cli::args::{Args, SearchArgs, Verb};

    fn parse(arguments: &[&str]) -> Result<SearchArgs, clap::Error> {
        let command = Args::command();
        let arguments = arguments.iter().map(OsString::from).collect();
        let matches = command
            .clone()
            .try_get_matches_from(protect(&command, arguments))?;
        match Args::from_arg_matches(&matches)?.verb {
            Verb::Search(args) => Ok(args),
            other => panic!("{other:?} is not a search"),
        }
    }

    fn query(arguments: &[&str]) -> String {
        let all: Vec<&str> = ["cewen", "search"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        joined(&parse(&all).unwrap().query)
    }

    #[test]
    fn a_dash_before_chinese_a_quote_a_parenthesis_or_a_field_is_text() {
        assert_eq!(query(&["算力券", "-北京"]), "算力券 -北京");
        assert_eq!(query(&["-region:北京", "算力券"]), "-region:北京 算力券");
        assert_eq!(
            query(&["算力券", "-Outlet：新华社"]),
            "算力券 -Outlet：新华社"
        );
        assert_eq!(
            query(&["算力券", "-\"训力券\"", "-（上海", "-(杭州"]),
            "算力券 -\"训力券\" -（上海 -(杭州"
        );
        assert_eq!(
            query(&["算力券", "－北京", "-地区:北京"]),
            "算力券 －北京 -地区:北京"
        );
    }

    #[test]
    fn options_after_the_query_are_options() {
        let args = parse(&[
            "cewen",
            "search",
            "算力券",
            "-北京",
            "--json",
            "-n",
            "5",
            "-e",
        ])
        .unwrap();
        assert!(args.json && args.exact);
        assert_eq!(args.limit, 5);
        assert_eq!(joined(&args.query), "算力券 -北京");
    }

    #[test]
    fn options_before_the_verb_are_skipped() {
        let args = parse(&["cewen", "--index", "search", "s", "算力券", "-北京"]).unwrap();
        assert_eq!(joined(&args.query), "算力券 -北京");
        let args = parse(&["cewen", "--index=x", "s", "-北京"]).unwrap();
        assert_eq!(joined(&args.query), "-北京");
    }

    #[test]
    fn the_value_of_an_option_is_not_query_text() {
        let args = parse(&[
            "cewen",
            "s",
            "算力券",
            "--region",
            "上海",
            "-en",
            "5",
            "-北京",
        ])
        .unwrap();
        assert_eq!(args.conditions.region, ["上海"]);
        assert_eq!(args.limit, 5);
        assert_eq!(joined(&args.query), "算力券 -北京");
        assert!(parse(&["cewen", "s", "算力券", "--region", "-北京"]).is_err());
    }

    #[test]
    fn after_two_dashes_everything_is_text() {
        assert_eq!(
            query(&["算力券", "--", "-GPT", "--json", "-北京"]),
            "算力券 -GPT --json -北京"
        );
    }

    #[test]
    fn an_unknown_option_is_still_an_error() {
        assert!(parse(&["cewen", "s", "算力券", "--jsno"]).is_err());
        assert!(parse(&["cewen", "s", "算力券", "-x"]).is_err());
    }

    #[test]
    fn every_field_name_is_known() {
        for field in FIELDS {
            let argument = format!("-{field}:甲");
            assert_eq!(query(&["乙", &argument]), format!("乙 {argument}"));
        }
    }
}
