//! What the analysis makes of a text, for people and programs.

use std::io::{self, Write};

use serde::Serialize;

use super::json::write_object;
use crate::analysis::Analysis;

/// Writes fold, classes, grams and words for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_analysis_text(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "折叠  {}", analysis.folded)?;
    // Neighbours of one class stand together, or a long text fills the screen.
    let mut runs: Vec<(String, &str)> = Vec::new();
    for (char, class) in &analysis.chars {
        match runs.last_mut() {
            Some((run, last)) if last == class => run.push_str(char),
            _ => runs.push((char.clone(), class)),
        }
    }
    let runs: Vec<String> = runs
        .iter()
        .map(|(run, class)| format!("{run} ({class})"))
        .collect();
    writeln!(out, "字类  {}", runs.join(" "))?;
    writeln!(out, "双字  {}", analysis.pairs.join(" "))?;
    writeln!(out, "词    {}", analysis.words.join(" "))
}

/// Writes fold, classes, grams and words as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_analysis_json(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    let chars = analysis
        .chars
        .iter()
        .map(|(char, class)| CharObject { char, class });
    write_object(
        &AnalysisObject {
            folded: &analysis.folded,
            chars: chars.collect(),
            pairs: &analysis.pairs,
            words: &analysis.words,
        },
        out,
    )
}

#[derive(Serialize)]
struct AnalysisObject<'a> {
    folded: &'a str,
    chars: Vec<CharObject<'a>>,
    pairs: &'a [String],
    words: &'a [String],
}

#[derive(Serialize)]
struct CharObject<'a> {
    char: &'a str,
    class: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn analysis() -> Analysis {
        let class = |char: &str, class| (char.to_owned(), class);
        Analysis {
            folded: "算力,".to_owned(),
            chars: vec![
                class("算", "matchable"),
                class("力", "matchable"),
                class("，", "breaking"),
            ],
            pairs: vec!["算力".to_owned()],
            words: vec!["算力".to_owned()],
        }
    }

    #[test]
    fn neighbours_of_one_class_stand_together() {
        let mut out = Vec::new();
        write_analysis_text(&analysis(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("字类  算力 (matchable) ， (breaking)\n"),
            "{text}"
        );
    }

    #[test]
    fn json_has_an_object_for_each_character() {
        let mut out = Vec::new();
        write_analysis_json(&analysis(), &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            value["chars"][2],
            serde_json::json!({"char": "，", "class": "breaking"})
        );
        assert_eq!(value["pairs"][0], "算力");
    }
}
