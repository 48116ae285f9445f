//! What an index says of itself and its folders, for people and programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::health::{count_kinds, counts_label, write_problems};
use super::json::write_object;
use super::labels::{moment_label, size_label};
use super::update::changes_label;
use crate::article::{Place, ProblemKind};
use crate::index::{ChangeKind, FileChange, FileProblem, RootStatus, Status};

/// Whether the problems are counted or listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemList {
    /// Only their number.
    Counted,
    /// Each with its remedy.
    Listed,
}

/// Writes the state of an index for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_status_text(
    status: &Status,
    problems: ProblemList,
    out: &mut dyn Write,
) -> io::Result<()> {
    let size = size_label(status.bytes);
    writeln!(
        out,
        "索引  {}（{size}，{} 个分段）",
        status.index.display(),
        status.segments
    )?;
    if let Some(updated) = updated_label(status) {
        writeln!(out, "更新  {updated}")?;
    }
    for RootStatus {
        path,
        files,
        problem,
    } in &status.roots
    {
        writeln!(out, "目录  {}（{files} 个文件）", path.display())?;
        if let Some(problem) = problem {
            writeln!(out, "      读不到：{problem}")?;
        }
    }
    for (name, articles) in &status.sources {
        writeln!(out, "入库  {name}（{articles} 篇）")?;
    }
    writeln!(
        out,
        "内容  {} 个文件 · {} 篇 · {} 段",
        status.files, status.articles, status.passages
    )?;
    for (label, counts) in [("格式", &status.formats), ("编码", &status.encodings)] {
        if !counts.is_empty() {
            writeln!(out, "{label}  {}", counts_label(counts))?;
        }
    }
    for (pattern, name) in &status.given_encodings {
        writeln!(
            out,
            "指定  {pattern} 按 {name} 读（cewen index --encoding）"
        )?;
    }
    if status.changes.is_empty() {
        writeln!(out, "变化  无，索引与目录一致")?;
    } else {
        let changes = changes_label(&status.changes);
        writeln!(out, "变化  {changes}（运行 cewen index 更新索引）")?;
    }
    writeln!(out, "指纹  {}", status.fingerprint)?;
    let number = status.problems.len();
    match problems {
        ProblemList::Counted if number > 0 => {
            writeln!(out, "问题  {number} 个（cewen status --problems 逐个列出）")
        }
        _ => writeln!(out, "问题  {number} 个"),
    }?;
    if problems == ProblemList::Listed {
        write_problems(&status.problems, usize::MAX, out)?;
    }
    Ok(())
}

/// Writes the state of an index with all changes and problems as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_status_json(status: &Status, out: &mut dyn Write) -> io::Result<()> {
    write_object(&StatusObject::new(status), out)
}

fn updated_label(status: &Status) -> Option<String> {
    status.updated.map(moment_label)
}

#[derive(Serialize)]
struct StatusObject<'a> {
    index: String,
    roots: Vec<RootObject<'a>>,
    sources: Vec<SourceObject<'a>>,
    files: usize,
    articles: usize,
    passages: usize,
    bytes: u64,
    segments: usize,
    formats: &'a BTreeMap<String, usize>,
    encodings: &'a BTreeMap<String, usize>,
    given_encodings: Vec<GivenEncodingObject<'a>>,
    changes: Vec<ChangeObject<'a>>,
    problems: Vec<ProblemObject<'a>>,
    problem_counts: BTreeMap<ProblemKind, usize>,
    updated: Option<String>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct RootObject<'a> {
    path: String,
    files: usize,
    problem: Option<&'a str>,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    name: &'a str,
    articles: usize,
}

#[derive(Serialize)]
struct GivenEncodingObject<'a> {
    pattern: &'a str,
    encoding: &'a str,
}

#[derive(Serialize)]
pub(super) struct ChangeObject<'a> {
    path: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ProblemObject<'a> {
    path: &'a str,
    kind: ProblemKind,
    place: Place,
    message: &'a str,
    remedy: &'a str,
}

impl<'a> StatusObject<'a> {
    fn new(status: &'a Status) -> Self {
        let root = |root: &'a RootStatus| RootObject {
            path: root.path.display().to_string(),
            files: root.files,
            problem: root.problem.as_deref(),
        };
        let source = |(name, articles): &'a (String, usize)| SourceObject {
            name,
            articles: *articles,
        };
        let given =
            |(pattern, encoding): &'a (String, String)| GivenEncodingObject { pattern, encoding };
        StatusObject {
            index: status.index.display().to_string(),
            roots: status.roots.iter().map(root).collect(),
            sources: status.sources.iter().map(source).collect(),
            files: status.files,
            articles: status.articles,
            passages: status.passages,
            bytes: status.bytes,
            segments: status.segments,
            formats: &status.formats,
            encodings: &status.encodings,
            given_encodings: status.given_encodings.iter().map(given).collect(),
            changes: change_objects(&status.changes),
            problems: problem_objects(&status.problems),
            problem_counts: count_kinds(&status.problems),
            updated: updated_label(status),
            fingerprint: &status.fingerprint,
        }
    }
}

pub(super) fn change_objects(changes: &[FileChange]) -> Vec<ChangeObject<'_>> {
    let name = |kind| match kind {
        ChangeKind::Added => "added",
        ChangeKind::Changed => "changed",
        ChangeKind::Moved => "moved",
        ChangeKind::Removed => "removed",
    };
    changes
        .iter()
        .map(|change| ChangeObject {
            path: &change.path,
            kind: name(change.kind),
            from: change.from.as_deref(),
        })
        .collect()
}

pub(super) fn problem_objects(problems: &[FileProblem]) -> Vec<ProblemObject<'_>> {
    problems
        .iter()
        .map(|FileProblem { path, problem }| ProblemObject {
            path,
            kind: problem.kind,
            place: problem.place,
            message: &problem.message,
            remedy: &problem.remedy,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Problem;

    fn status() -> Status {
        Status {
            index: "index".into(),
            files: 2,
            articles: 3,
            passages: 9,
            bytes: 2_500_000,
            formats: BTreeMap::from([("txt".to_owned(), 2)]),
            problems: vec![FileProblem {
                path: "甲.txt".to_owned(),
                problem: Problem {
                    kind: ProblemKind::Empty,
                    place: Place::default(),
                    message: "empty".to_owned(),
                    remedy: "save it again".to_owned(),
                },
            }],
            updated: Some(1_717_027_200),
            ..Status::default()
        }
    }

    fn text(problems: ProblemList) -> String {
        let mut out = Vec::new();
        write_status_text(&status(), problems, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn problems_are_counted_or_listed() {
        assert!(!text(ProblemList::Counted).contains("empty"));
        assert!(
            text(ProblemList::Listed)
                .ends_with("问题  1 个\n空文件（1）\n  甲.txt: empty\n    → save it again\n")
        );
    }

    #[test]
    fn the_time_of_the_update_is_told_in_utc() {
        assert!(text(ProblemList::Counted).contains("更新  2024-05-30T00:00:00Z\n"));
    }

    #[test]
    fn json_lists_problems_with_their_remedies() {
        let mut out = Vec::new();
        write_status_json(&status(), &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["problems"][0]["remedy"], "save it again");
        assert_eq!(value["problems"][0]["kind"], "empty");
        assert_eq!(value["problem_counts"]["empty"], 1);
        assert_eq!(value["updated"], "2024-05-30T00:00:00Z");
        assert_eq!(value["formats"]["txt"], 2);
    }
}
