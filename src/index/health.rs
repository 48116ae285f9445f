//! The health of the files in an index: how many of which kind, and what is
//! wrong with them.

use std::collections::{BTreeMap, HashMap};

use super::report::FileProblem;
use super::state::FileRecord;
use crate::article::{Place, Problem, ProblemKind};

/// The problems of files, by path; of files with the same content, all but the
/// first have one.
pub(crate) fn problems(files: &[FileRecord]) -> Vec<FileProblem> {
    let mut first: HashMap<&str, &FileRecord> = HashMap::new();
    let mut problems = Vec::new();
    for file in files {
        let own = file.problems.iter().cloned();
        let copy = copy_of(file, &mut first);
        problems.extend(own.chain(copy).map(|problem| FileProblem {
            path: file.path.clone(),
            problem,
        }));
    }
    problems
}

/// Reports a file that has the content of an earlier one.
fn copy_of<'a>(
    file: &'a FileRecord,
    first: &mut HashMap<&'a str, &'a FileRecord>,
) -> Option<Problem> {
    if file.root.is_none() || file.hash.is_empty() || file.articles == 0 {
        return None;
    }
    let original = *first.entry(file.hash.as_str()).or_insert(file);
    let is_same = original.root == file.root && original.path == file.path;
    (!is_same).then(|| Problem {
        kind: ProblemKind::Duplicate,
        place: Place::default(),
        message: format!("the same content as {}", original.path),
        remedy: "delete one of them, unless both are meant to be there".to_owned(),
    })
}

/// Counts the files of the roots by the names of their formats and encodings.
/// A file of which nothing could be decoded has no encoding.
pub(crate) fn counts(files: &[FileRecord]) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let (mut formats, mut encodings) = (BTreeMap::new(), BTreeMap::new());
    for file in files.iter().filter(|file| file.source.is_none()) {
        *formats.entry(file.format.clone()).or_default() += 1;
        if !file.encoding.is_empty() {
            *encodings.entry(file.encoding.clone()).or_default() += 1;
        }
    }
    (formats, encodings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_files_with_one_content_all_but_the_first_are_copies() {
        let file = |path: &str, hash: &str, articles| FileRecord {
            root: Some(0),
            path: path.to_owned(),
            hash: hash.to_owned(),
            articles,
            ..FileRecord::default()
        };
        let files = [
            file("甲", "1", 1),
            file("乙", "2", 1),
            file("丙", "1", 1),
            file("丁", "", 0),
            file("戊", "", 0),
        ];
        let found = problems(&files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "丙");
        assert_eq!(found[0].problem.kind, ProblemKind::Duplicate);
        assert!(found[0].problem.message.contains("甲"));
    }
}
