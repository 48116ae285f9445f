//! What the README shows of the sample articles is what the command prints.

use std::path::Path;

use crate::cli::{Desk, assert_exit, stdout};

/// The commands of the five questions, each with the lines shown of its output:
/// the command stands in the block, or before it in the text.
fn shown(readme: &str) -> Vec<(String, Vec<String>)> {
    let start = readme.find("## Five questions").expect("the questions");
    let section = readme[start..].split("\n## ").next().expect("a section");
    let mut shown = Vec::new();
    let mut before = "";
    for (number, part) in section.split("```").enumerate() {
        if number % 2 == 0 {
            before = part;
            continue;
        }
        let mut lines = part.lines().skip(1);
        let command = match lines.clone().next() {
            Some(first) if first.starts_with("$ cewen ") => {
                lines.next();
                first.trim_start_matches("$ cewen ").to_owned()
            }
            _ => {
                let start = before.rfind("`cewen ").expect("a command") + "`cewen ".len();
                let command = &before[start..];
                command[..command.find('`').expect("its end")].to_owned()
            }
        };
        shown.push((command, lines.map(str::to_owned).collect()));
    }
    shown
}

#[test]
fn the_five_questions_are_answered_as_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    let desk = Desk::empty();
    let corpus = root.join("corpus");
    let built = desk.run(&["index", corpus.to_str().expect("a path in UTF-8")]);
    assert_exit(&built, 0);
    let shown = shown(&readme);
    assert_eq!(shown.len(), 4, "the fifth is a standing query");
    for (command, lines) in shown {
        let arguments: Vec<String> = command
            .split_whitespace()
            .map(|argument| argument.trim_matches('\'').to_owned())
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = desk.run(&arguments);
        assert_exit(&output, 0);
        let page = stdout(&output);
        // The rows in their order; what the README aligns or leaves out aside.
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut printed = page.lines().map(words);
        for line in lines {
            let line = words(&line);
            assert!(
                printed.any(|printed| printed == line),
                "`cewen {command}` does not print “{line}”:\n{page}"
            );
        }
    }
}
