//! What an update did, for people and programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_line;
use super::health::{count_kinds, counts_label, write_problems};
use super::json::write_object;
use super::labels::{duration_label, moment_label};
use super::status::{ChangeObject, ProblemObject, change_objects, problem_objects};
use crate::article::ProblemKind;
use crate::index::{ArticleChange, ChangeKind, FileChange, LastUpdate, UpdateReport};

/// Whether the update was done or only tried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// It was done.
    Done,
    /// It would have been done.
    Dry,
}

/// How many problems of a kind an update lists; `cewen status` lists all.
const MOST_PROBLEMS: usize = 5;

/// Writes the counts of an update and the problems for a person; after a dry
/// run each change too.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_update_text(report: &UpdateReport, run: Run, out: &mut dyn Write) -> io::Result<()> {
    if run == Run::Dry {
        for FileChange { path, kind, from } in &report.changes {
            match from {
                Some(from) => writeln!(out, "{} {from} → {path}", change_sign(*kind))?,
                None => writeln!(out, "{} {path}", change_sign(*kind))?,
            }
        }
    }
    if let Some(reason) = &report.rebuilt {
        writeln!(out, "全部重建：{reason}")?;
    }
    if report.words_changed > 0 && report.rebuilt.is_none() {
        writeln!(
            out,
            "词表变更 {} 词，重切 {} 篇",
            report.words_changed, report.recut
        )?;
    }
    write_problems(&report.problems, MOST_PROBLEMS, out)?;
    for (label, counts) in [("格式", &report.formats), ("编码", &report.encodings)] {
        if !counts.is_empty() {
            writeln!(out, "{label}  {}", counts_label(counts))?;
        }
    }
    let would = if run == Run::Dry {
        "试运行，未写入："
    } else {
        ""
    };
    write!(
        out,
        "{would}{} · 未变 {} · 跳过 {}",
        changes_label(&report.changes),
        report.unchanged,
        report.skipped
    )?;
    if !report.problems.is_empty() {
        write!(out, " · 问题 {}", report.problems.len())?;
    }
    writeln!(
        out,
        " · 共 {} 篇 {} 段 · {}",
        report.articles,
        report.passages,
        duration_label(report.took)
    )
}

/// How many files are named on one line.
const MAX_NAMED: usize = 5;

/// Writes one line on what an update brought: the moment (seconds since 1970),
/// the counts, and the first few files.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_watched_text(
    report: &UpdateReport,
    moment: u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let moment = moment_label(moment);
    write!(out, "{moment} {}", changes_label(&report.changes))?;
    if let Some(reason) = &report.rebuilt {
        write!(out, " · 全部重建：{}", escape_line(reason))?;
    }
    for change in report.changes.iter().take(MAX_NAMED) {
        let path = escape_line(&change.path);
        write!(out, " {}{path}", change_sign(change.kind))?;
    }
    match report.changes.len().saturating_sub(MAX_NAMED) {
        0 => writeln!(out),
        more => writeln!(out, " …（另 {more} 个）"),
    }
}

/// Writes the report of an update as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_update_json(report: &UpdateReport, run: Run, out: &mut dyn Write) -> io::Result<()> {
    write_object(
        &UpdateObject {
            dry_run: run == Run::Dry,
            added: count(&report.changes, ChangeKind::Added),
            changed: count(&report.changes, ChangeKind::Changed),
            removed: count(&report.changes, ChangeKind::Removed),
            moved: count(&report.changes, ChangeKind::Moved),
            articles_changed: ArticleCounts::new(&report.articles_changed),
            words_changed: report.words_changed,
            recut: report.recut,
            unchanged: report.unchanged,
            skipped: report.skipped,
            articles: report.articles,
            passages: report.passages,
            changes: change_objects(&report.changes),
            formats: &report.formats,
            encodings: &report.encodings,
            problems: problem_objects(&report.problems),
            problem_counts: count_kinds(&report.problems),
            rebuilt: report.rebuilt.as_deref(),
            bytes: report.bytes,
            took_ms: report.took.as_micros() as f64 / 1000.0,
        },
        out,
    )
}

/// Writes what the last update brought: its moment and counts, then the
/// articles, a line each: sign, date, title, path and id, divided by tabs.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_last_update_text(last: &LastUpdate, out: &mut dyn Write) -> io::Result<()> {
    let moment = moment_label(last.updated);
    if last.is_first {
        return writeln!(out, "{moment} 首次建立，共 {} 篇", last.articles);
    }
    let count = |kind| {
        let of_kind = last.changes.iter().filter(|change| change.kind == kind);
        of_kind.count()
    };
    writeln!(
        out,
        "{moment} 新增 {} 篇 · 变更 {} 篇 · 移动 {} 篇 · 移除 {} 篇 · 共 {} 篇",
        count(ChangeKind::Added),
        count(ChangeKind::Changed),
        count(ChangeKind::Moved),
        count(ChangeKind::Removed),
        last.articles
    )?;
    for change in &last.changes {
        let date = change.date.as_deref().unwrap_or("无日期");
        let title = match change.title.as_str() {
            "" => "（无标题）",
            title => title,
        };
        writeln!(
            out,
            "{}\t{date}\t{}\t{}\t{}",
            change_sign(change.kind),
            escape_line(title),
            escape_line(&change.path),
            change.id
        )?;
    }
    Ok(())
}

/// Writes what the last update brought as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_last_update_json(last: &LastUpdate, out: &mut dyn Write) -> io::Result<()> {
    write_object(
        &LastUpdateObject {
            updated: moment_label(last.updated),
            first: last.is_first,
            articles: last.articles,
            changes: &last.changes,
        },
        out,
    )
}

/// Counts changes by kind: `新增 3 · 变更 1 · 移除 0`.
pub(super) fn changes_label(changes: &[FileChange]) -> String {
    let mut label = format!(
        "新增 {} · 变更 {} · 移除 {}",
        count(changes, ChangeKind::Added),
        count(changes, ChangeKind::Changed),
        count(changes, ChangeKind::Removed)
    );
    match count(changes, ChangeKind::Moved) {
        0 => {}
        moved => label.push_str(&format!(" · 移动 {moved}")),
    }
    label
}

fn count(changes: &[FileChange], kind: ChangeKind) -> usize {
    changes.iter().filter(|change| change.kind == kind).count()
}

fn change_sign(kind: ChangeKind) -> char {
    match kind {
        ChangeKind::Added => '+',
        ChangeKind::Changed => '~',
        ChangeKind::Moved => '>',
        ChangeKind::Removed => '-',
    }
}

#[derive(Serialize)]
struct UpdateObject<'a> {
    dry_run: bool,
    added: usize,
    changed: usize,
    removed: usize,
    moved: usize,
    articles_changed: ArticleCounts,
    words_changed: usize,
    recut: usize,
    unchanged: usize,
    skipped: usize,
    articles: usize,
    passages: usize,
    changes: Vec<ChangeObject<'a>>,
    formats: &'a BTreeMap<String, usize>,
    encodings: &'a BTreeMap<String, usize>,
    problems: Vec<ProblemObject<'a>>,
    problem_counts: BTreeMap<ProblemKind, usize>,
    rebuilt: Option<&'a str>,
    bytes: u64,
    took_ms: f64,
}

/// How many articles came, changed, moved and went.
#[derive(Serialize)]
struct ArticleCounts {
    added: usize,
    changed: usize,
    moved: usize,
    removed: usize,
}

impl ArticleCounts {
    fn new(changes: &[ArticleChange]) -> Self {
        let count = |kind| changes.iter().filter(|change| change.kind == kind).count();
        ArticleCounts {
            added: count(ChangeKind::Added),
            changed: count(ChangeKind::Changed),
            moved: count(ChangeKind::Moved),
            removed: count(ChangeKind::Removed),
        }
    }
}

#[derive(Serialize)]
struct LastUpdateObject<'a> {
    updated: String,
    first: bool,
    articles: usize,
    changes: &'a [ArticleChange],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Place, Problem};
    use crate::index::FileProblem;

    fn report() -> UpdateReport {
        UpdateReport {
            changes: vec![
                FileChange {
                    path: "甲.txt".to_owned(),
                    kind: ChangeKind::Added,
                    from: None,
                },
                FileChange {
                    path: "乙.txt".to_owned(),
                    kind: ChangeKind::Removed,
                    from: None,
                },
            ],
            unchanged: 4,
            problems: vec![FileProblem {
                path: "丙.json".to_owned(),
                problem: Problem {
                    kind: ProblemKind::Unreadable,
                    place: Place {
                        line: Some(3),
                        ..Place::default()
                    },
                    message: "not JSON".to_owned(),
                    remedy: "mend line 3".to_owned(),
                },
            }],
            ..UpdateReport::default()
        }
    }

    #[test]
    fn a_problem_is_told_with_place_and_remedy() {
        let mut out = Vec::new();
        write_update_text(&report(), Run::Done, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.starts_with(
                "读不到（1）\n  丙.json:3: not JSON\n    → mend line 3\n新增 1 · 变更 0 · 移除 1"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_dry_run_lists_each_change() {
        let mut out = Vec::new();
        write_update_text(&report(), Run::Dry, &mut out).unwrap();
        assert!(
            String::from_utf8(out)
                .unwrap()
                .starts_with("+ 甲.txt\n- 乙.txt\n")
        );
    }

    #[test]
    fn json_counts_and_names_the_changes() {
        let mut out = Vec::new();
        write_update_json(&report(), Run::Done, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["added"], 1);
        assert_eq!(
            value["changes"][1],
            serde_json::json!({"path": "乙.txt", "kind": "removed"})
        );
        assert_eq!(value["problems"][0]["place"]["line"], 3);
    }
}
