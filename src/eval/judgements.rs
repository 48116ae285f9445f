//! Which articles answer which query, and how well: a qrels file.
//!
//! A line is `qid TAB article TAB grade`, or TREC's four columns
//! `qid iteration article grade`, also divided by spaces. An article is named
//! by its id or by the path of its file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::run::escape_id;
use crate::error::{Error, ErrorKind, Result};
use crate::search::IndexedArticle;

/// Grades above this are taken for mistakes: their gain is beyond measure.
const HIGHEST_GRADE: i64 = 30;

/// How many malformed lines an error names.
const NAMED_LINES: usize = 5;

/// The judgements of a file: for each query the named articles with their
/// grades. Grade 0 or less is judged not relevant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgements {
    queries: BTreeMap<String, BTreeMap<String, u32>>,
}

impl Judgements {
    /// Reads a qrels file; `file` names it in errors.
    ///
    /// ```
    /// use cewen::eval::Judgements;
    ///
    /// let judgements = Judgements::parse("q1\t上海/算力券.txt\t2\nq2 0 a1b2c3 1\n", "甲.tsv")?;
    /// assert_eq!(judgements.queries(), 2);
    /// let error = Judgements::parse("q1\ta1b2c3\t好\n", "甲.tsv").expect_err("no grade");
    /// assert!(error.to_string().starts_with("甲.tsv:1: "));
    /// # Ok::<(), cewen::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadOption`] with file and line of the first malformed
    /// lines; an article judged twice with different grades is one.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut judgements = Judgements::default();
        let mut problems = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let read = columns(line).and_then(|(qid, article, grade)| {
                let of_query = judgements.queries.entry(qid.to_owned()).or_default();
                match of_query.insert(article.to_owned(), grade) {
                    Some(before) if before != grade => Err(format!(
                        "{article} is judged {grade} here and {before} before"
                    )),
                    _ => Ok(()),
                }
            });
            if let Err(problem) = read {
                problems.push(format!("{file}:{}: {problem}", at + 1));
            }
        }
        if problems.is_empty() {
            return Ok(judgements);
        }
        let further = problems.len().saturating_sub(NAMED_LINES);
        problems.truncate(NAMED_LINES);
        if further > 0 {
            problems.push(format!("and {further} further lines"));
        }
        Err(
            Error::new(ErrorKind::BadOption, problems.join("\n")).with_hint(
                "a line is query id, tab, article id or path, tab, grade: q1\t上海/算力券.txt\t1",
            ),
        )
    }

    /// Returns the number of judged queries.
    pub fn queries(&self) -> usize {
        self.queries.len()
    }

    /// Finds the judged articles among those of an index: by id, else by path.
    /// A path stands for any article of its file.
    ///
    /// # Errors
    ///
    /// The first error among `articles`.
    pub fn resolve(
        &self,
        articles: impl Iterator<Item = Result<IndexedArticle>>,
    ) -> Result<Judged> {
        let named: BTreeSet<&str> = self
            .queries
            .values()
            .flat_map(|articles| articles.keys().map(String::as_str))
            .collect();
        let mut by_id: BTreeSet<&str> = BTreeSet::new();
        let mut by_path: HashMap<&str, Vec<String>> = HashMap::new();
        for article in articles {
            let article = article?;
            if let Some(&name) = named.get(article.id.as_str()) {
                by_id.insert(name);
            }
            if let Some(&name) = named.get(article.path.as_str()) {
                by_path
                    .entry(name)
                    .or_default()
                    .push(escape_id(&article.id));
            }
        }
        let ids = |name: &str| match by_id.contains(name) {
            true => vec![escape_id(name)],
            false => by_path.get(name).cloned().unwrap_or_default(),
        };
        let mut judged = Judged::default();
        let mut unknown = BTreeSet::new();
        for (qid, articles) in &self.queries {
            let mut items: Vec<Item> = Vec::new();
            for (name, &grade) in articles {
                let ids = ids(name);
                if ids.is_empty() {
                    unknown.insert(name.clone());
                } else if let Some(same) = items.iter_mut().find(|item| item.ids == ids) {
                    // Named by id and by path: the better grade holds.
                    same.grade = same.grade.max(grade);
                    continue;
                }
                items.push(Item { ids, grade });
            }
            judged.queries.insert(escape_id(qid), items);
        }
        judged.unknown = unknown.into_iter().collect();
        Ok(judged)
    }
}

/// Reads one line: query, article, grade.
fn columns(line: &str) -> Result<(&str, &str, u32), String> {
    let line = line.trim_end_matches(['\r', '\n']);
    let columns: Vec<&str> = match line.contains('\t') {
        true => line.split('\t').map(str::trim).collect(),
        false => line.split_whitespace().collect(),
    };
    let (qid, article, grade) = match columns.as_slice() {
        &[qid, article, grade] | &[qid, _, article, grade] => (qid, article, grade),
        _ => return Err(format!("{} columns, where 3 or 4 belong", columns.len())),
    };
    if qid.is_empty() || article.is_empty() {
        return Err("an empty query or article".to_owned());
    }
    match grade.parse::<i64>() {
        Ok(grade) if grade <= HIGHEST_GRADE => {
            Ok((qid, article, u32::try_from(grade).unwrap_or_default()))
        }
        _ => Err(format!(
            "{grade} is no grade, a whole number up to {HIGHEST_GRADE}"
        )),
    }
}

/// One judged thing: an article, or a file that stands for its articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The ids of its articles as they stand in runs (white space escaped);
    /// empty if the index holds none. The first to appear counts.
    pub ids: Vec<String>,
    /// How relevant; 0 is not.
    pub grade: u32,
}

/// Judgements whose articles were looked up in an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The judged items of each query, by its id as it stands in runs.
    pub queries: BTreeMap<String, Vec<Item>>,
    /// The names that no article of the index has, sorted. They count as
    /// relevant articles that were not found.
    pub unknown: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(id: &str, path: &str) -> Result<IndexedArticle> {
        Ok(IndexedArticle {
            id: id.to_owned(),
            path: path.to_owned(),
            family: id.to_owned(),
        })
    }

    #[test]
    fn three_and_four_columns_mean_the_same() {
        let tabs = Judgements::parse("\u{feff}q1\t甲 乙.txt\t2\r\n\nq2\ta\t-1\n", "f").unwrap();
        let trec = Judgements::parse("q1\t0\t甲 乙.txt\t2\nq2 Q0 a 0\n", "f").unwrap();
        assert_eq!(tabs, trec);
    }

    #[test]
    fn every_malformed_line_is_named_with_its_number() {
        let error =
            Judgements::parse("q1\ta\t1\nq1 a\n\nq1\tb\tx\nq1\ta\t2\n", "f.tsv").unwrap_err();
        let message = error.to_string();
        assert!(message.contains("f.tsv:2: 2 columns"), "{message}");
        assert!(message.contains("f.tsv:4: x is no grade"), "{message}");
        assert!(
            message.contains("f.tsv:5: a is judged 2 here and 1 before"),
            "{message}"
        );
        assert!(error.hint().is_some());
    }

    #[test]
    fn articles_are_found_by_id_and_by_path_and_unknown_ones_listed() {
        let judgements = Judgements::parse(
            "q1\ta 1\t1\nq1\t乙.jsonl\t2\nq1\t丙\t1\nq2\t甲.txt\t1\nq2\ta 1\t3\n",
            "f",
        )
        .unwrap();
        let articles = [
            article("a 1", "甲.txt"),
            article("b1", "乙.jsonl"),
            article("b2", "乙.jsonl"),
        ];
        let judged = judgements.resolve(articles.into_iter()).unwrap();
        assert_eq!(judged.unknown, ["丙"]);
        let item = |ids: &[&str], grade| Item {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            grade,
        };
        assert_eq!(
            judged.queries["q1"],
            [item(&["a%201"], 1), item(&[], 1), item(&["b1", "b2"], 2)]
        );
        assert_eq!(judged.queries["q2"], [item(&["a%201"], 3)]);
    }
}
