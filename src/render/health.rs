//! The health of files for people: their problems by kind, and counts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::labels::place_label;
use crate::article::ProblemKind;
use crate::index::FileProblem;

/// Writes problems under their kinds, worst first; of each kind at most `most`.
/// A remedy that several in a row have in common is written once.
pub(super) fn write_problems(
    problems: &[FileProblem],
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    for kind in ProblemKind::ALL {
        let of_kind: Vec<&FileProblem> = problems
            .iter()
            .filter(|problem| problem.problem.kind == kind)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        writeln!(out, "{}（{}）", kind_label(kind), of_kind.len())?;
        let shown = &of_kind[..of_kind.len().min(most)];
        for (at, FileProblem { path, problem }) in shown.iter().enumerate() {
            let place = place_label(&problem.place);
            writeln!(out, "  {path}{place}: {}", problem.message)?;
            let next = shown.get(at + 1).map(|next| &next.problem.remedy);
            if next != Some(&problem.remedy) && !problem.remedy.is_empty() {
                writeln!(out, "    → {}", problem.remedy)?;
            }
        }
        if of_kind.len() > shown.len() {
            let more = of_kind.len() - shown.len();
            writeln!(out, "  …… 另有 {more} 个，cewen status --problems 列出全部")?;
        }
    }
    Ok(())
}

/// Names a kind of problem for people.
fn kind_label(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Unreadable => "读不到",
        ProblemKind::Empty => "空文件",
        ProblemKind::NoArticle => "没有文章",
        ProblemKind::Mojibake => "乱码，未收录",
        ProblemKind::Truncated => "可疑：残缺",
        ProblemKind::FutureDate => "可疑：日期在将来",
        ProblemKind::Duplicate => "可疑：内容重复",
        ProblemKind::Faulty => "有差错",
    }
}

/// Counts problems by kind, under the names that JSON has for kinds.
pub(super) fn count_kinds(problems: &[FileProblem]) -> BTreeMap<ProblemKind, usize> {
    let mut counts = BTreeMap::new();
    for FileProblem { problem, .. } in problems {
        *counts.entry(problem.kind).or_default() += 1;
    }
    counts
}

/// Lists counts, the largest first: `txt 12 · html 3`.
pub(super) fn counts_label(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(*count));
    counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Place, Problem};

    fn problem(path: &str, kind: ProblemKind, remedy: &str) -> FileProblem {
        FileProblem {
            path: path.to_owned(),
            problem: Problem {
                kind,
                place: Place::default(),
                message: "bad".to_owned(),
                remedy: remedy.to_owned(),
            },
        }
    }

    #[test]
    fn problems_stand_under_their_kinds_and_share_remedies() {
        let problems = [
            problem("甲", ProblemKind::Duplicate, "delete one"),
            problem("乙", ProblemKind::Unreadable, "mend it"),
            problem("丙", ProblemKind::Unreadable, "mend it"),
            problem("丁", ProblemKind::Unreadable, "save it"),
        ];
        let mut out = Vec::new();
        write_problems(&problems, 9, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "读不到（3）\n  乙: bad\n  丙: bad\n    → mend it\n  丁: bad\n    → save it\n\
             可疑：内容重复（1）\n  甲: bad\n    → delete one\n"
        );
        let mut out = Vec::new();
        write_problems(&problems, 1, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("  乙: bad\n    → mend it\n  …… 另有 2 个"),
            "{text}"
        );
    }
}
