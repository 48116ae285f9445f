//! What a caller can say about reading: encodings by path, and which day it is.

use super::corrections::Corrections;
use super::problem;
use crate::article::{Place, Problem, RepeatedLines};
use encoding_rs::Encoding;

/// How files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Encodings that are not to be told from the bytes: pairs of a pattern of
    /// paths and the name of an encoding (`gb18030`, `big5`, `utf-8`,
    /// `utf-16le`, …). The first pattern that fits counts. In a pattern `*`
    /// stands for any characters of a name, `**` also for `/`, `?` for one
    /// character; a pattern without `/` fits the last name of a path.
    pub encodings: Vec<(String, String)>,
    /// The day, as `2024-05-30`, after which a publication date lies in the
    /// future and is reported. Without it [`parse`](super::parse) does not
    /// look, and [`read`](super::read()) asks the clock.
    pub today: Option<String>,
    /// What a person knows better, by the paths of the root.
    pub corrections: Corrections,
    /// Lines that pages of the folder share at their edges, which belong to
    /// none of their articles.
    pub repeated: RepeatedLines,
}

/// Says whether a name is that of an encoding that files can be read in.
pub fn is_encoding(name: &str) -> bool {
    encoding_of(name).is_some()
}

fn encoding_of(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().to_ascii_lowercase().replace('_', "-");
    let label = match name.as_str() {
        "big5hkscs" => "big5-hkscs",
        "utf-8-bom" | "utf8" => "utf-8",
        "utf16le" => "utf-16le",
        "utf16be" => "utf-16be",
        other => other,
    };
    Encoding::for_label(label.as_bytes())
}

impl ReadOptions {
    /// Writes down in short what these options say of one file, so that a
    /// change of it is noticed; empty if nothing. Whether the file is there
    /// does not matter.
    pub fn stamp(&self, path: &str) -> String {
        let is_archive = path.to_ascii_lowercase().ends_with(".zip");
        // Which entries of an archive a pattern fits shows when it is read.
        let encodings = self
            .encodings
            .iter()
            .filter(|(glob, _)| is_archive || fits(glob, path))
            .take(if is_archive { usize::MAX } else { 1 })
            .map(|(glob, name)| match is_archive {
                true => format!("{glob}={name}"),
                false => name.clone(),
            });
        let encodings = encodings.collect::<Vec<_>>().join("\n");
        let corrections = self.corrections.said_of(path);
        if encodings.is_empty() && corrections.is_empty() {
            return String::new();
        }
        let all = format!("{encodings}\u{0}{corrections}");
        blake3::hash(all.as_bytes()).to_hex()[..16].to_owned()
    }

    /// Finds the encoding that the options give a path.
    pub(super) fn encoding(&self, path: &str) -> Result<Option<&'static Encoding>, Problem> {
        let Some((_, name)) = self.encodings.iter().find(|(glob, _)| fits(glob, path)) else {
            return Ok(None);
        };
        encoding_of(name).map(Some).ok_or_else(|| {
            problem(
                Place::default(),
                format!("{name:?} is not an encoding"),
                "name gb18030, big5, utf-8, utf-16le or utf-16be",
            )
        })
    }
}

/// Says whether a pattern fits a path.
pub(super) fn fits(glob: &str, path: &str) -> bool {
    let path = if glob.contains('/') {
        path
    } else {
        path.rsplit('/').next().unwrap_or(path)
    };
    let glob: Vec<char> = glob.strip_prefix('/').unwrap_or(glob).chars().collect();
    // Which beginnings of the pattern fit the path so far: linear, whatever the stars.
    let mut reached = vec![false; glob.len() + 1];
    reached[0] = true;
    spread(&glob, &mut reached);
    for c in path.chars() {
        let mut next = vec![false; glob.len() + 1];
        for (at, &pattern) in glob.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match pattern {
                '*' => {
                    let is_double = glob.get(at + 1) == Some(&'*') || at > 0 && glob[at - 1] == '*';
                    next[at] |= c != '/' || is_double;
                }
                '?' => next[at + 1] |= c != '/',
                pattern => next[at + 1] |= pattern == c,
            }
        }
        spread(&glob, &mut next);
        reached = next;
    }
    reached[glob.len()]
}

/// Passes stars that stand for nothing, and the slash behind `**/`.
fn spread(glob: &[char], reached: &mut [bool]) {
    for at in 0..glob.len() {
        if reached[at] && glob[at] == '*' {
            reached[at + 1] = true;
            let is_double = at > 0 && glob[at - 1] == '*';
            if is_double && glob.get(at + 1) == Some(&'/') && (at < 2 || glob[at - 2] == '/') {
                reached[at + 2] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths_as_shells_do() {
        for (glob, path, expected) in [
            ("*.txt", "甲/乙.txt", true),
            ("*.txt", "甲/乙.md", false),
            ("甲/*.txt", "甲/乙.txt", true),
            ("甲/*.txt", "甲/丙/乙.txt", false),
            ("甲/**/*.txt", "甲/丙/丁/乙.txt", true),
            ("甲/**/*.txt", "甲/乙.txt", true),
            ("甲/**", "甲/丙/乙.txt", true),
            ("**/乙.???", "丙/丁/乙.txt", true),
            ("乙", "乙.txt", false),
            ("", "乙", false),
        ] {
            assert_eq!(fits(glob, path), expected, "{glob} {path}");
        }
        assert!(
            !fits(&"*a".repeat(200), &"a".repeat(199)),
            "no pattern is slow"
        );
    }

    #[test]
    fn names_of_encodings_are_known_loosely() {
        for name in [
            "GBK",
            "gb18030",
            "Big5-HKSCS",
            "big5hkscs",
            "utf_8",
            "UTF-16LE",
        ] {
            assert!(is_encoding(name), "{name}");
        }
        assert!(!is_encoding("甲"));
    }
}
