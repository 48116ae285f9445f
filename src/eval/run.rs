//! Ranked lists of articles, by query: made here or read from a file.
//!
//! The file format is that of the Text REtrieval Conference, which
//! `search --format trec` writes: `qid Q0 ARTICLE_ID rank score tag`. Ids are
//! held as they stand there, with white space percent-escaped.

use std::collections::{BTreeMap, HashSet};

use super::queries::NamedQuery;
use crate::error::{Error, ErrorKind, Result};
use crate::query::Query;
use crate::search::{Ranked, SearchOptions, Searcher};

/// Ranks articles for each query, up to `depth` of them. A query that is
/// impossible is searched as bare words, one with nothing to search for finds
/// nothing: in a run of a thousand none may be missing.
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if two queries have one id; otherwise only if the
/// index cannot be read.
pub fn rank_all(
    searcher: &Searcher,
    queries: &[NamedQuery],
    depth: usize,
) -> Result<Vec<Vec<Ranked>>> {
    let mut seen = HashSet::new();
    if let Some(twice) = queries.iter().find(|query| !seen.insert(&query.qid)) {
        let message = format!("two queries have the id {}", twice.qid);
        return Err(
            Error::new(ErrorKind::BadOption, message).with_hint("give each query an id of its own")
        );
    }
    let options = SearchOptions {
        limit: depth,
        ..SearchOptions::default()
    };
    let rank = |query: &NamedQuery| {
        let parsed = Query::parse(&query.text).map(|parsed| parsed.query);
        let parsed = parsed.unwrap_or_else(|_| Query::words(&query.text));
        match searcher.rank(&parsed, &options) {
            Err(error) if error.kind() == ErrorKind::BadQuery => Ok(Vec::new()),
            ranked => ranked,
        }
    };
    queries.iter().map(rank).collect()
}

/// Ranked lists by query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    lists: BTreeMap<String, Vec<String>>,
}

impl Run {
    /// Creates a run of what was ranked for each query.
    pub fn new(queries: &[NamedQuery], ranked: &[Vec<Ranked>]) -> Self {
        let lists = queries.iter().zip(ranked).map(|(query, ranked)| {
            let ids = ranked.iter().map(|article| escape_id(&article.id));
            (escape_id(&query.qid), ids.collect())
        });
        Run {
            lists: lists.collect(),
        }
    }

    /// Reads a run file; `file` names it in errors. As evaluation programs do,
    /// it orders by score and not by line; equal scores stay in the order of
    /// the file, and only the first place of an article counts.
    ///
    /// ```
    /// let run = cewen::eval::Run::parse("q1 Q0 乙 1 1.0 x\nq1 Q0 甲 2 2.5 x\n", "run")?;
    /// assert_eq!(run.list("q1"), ["甲", "乙"]);
    /// # Ok::<(), cewen::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadOption`] with file and line of the first malformed line.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let mut scored: BTreeMap<&str, Vec<(f64, &str)>> = BTreeMap::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (at, line) in text.lines().enumerate() {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let score = columns.get(4).and_then(|score| score.parse::<f64>().ok());
            match (columns.as_slice(), score) {
                ([], _) => {}
                (&[qid, _, article, _, _, _], Some(score)) if !score.is_nan() => {
                    scored.entry(qid).or_default().push((score, article));
                }
                _ => {
                    let message = format!("{file}:{}: not a line of a run", at + 1);
                    return Err(Error::new(ErrorKind::BadOption, message).with_hint(
                        "a line is `qid Q0 article rank score tag`, as `--save` writes it",
                    ));
                }
            }
        }
        let lists = scored.into_iter().map(|(qid, mut list)| {
            list.sort_by(|one, other| other.0.total_cmp(&one.0));
            let mut seen = HashSet::new();
            let ids = list.into_iter().map(|(_, article)| article);
            let ids = ids.filter(|article| seen.insert(*article));
            (qid.to_owned(), ids.map(str::to_owned).collect())
        });
        Ok(Run {
            lists: lists.collect(),
        })
    }

    /// Returns the list for a query (its id as it stands in runs), best first;
    /// empty if there is none.
    pub fn list(&self, qid: &str) -> &[String] {
        self.lists.get(qid).map_or(&[], Vec::as_slice)
    }
}

/// An id as it stands in a run: white space and control characters
/// percent-escaped, never empty.
pub(crate) fn escape_id(id: &str) -> String {
    let mut escaped = String::with_capacity(id.len());
    for c in id.chars() {
        if c.is_whitespace() || c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                escaped.push_str(&format!("%{byte:02X}"));
            }
        } else {
            escaped.push(c);
        }
    }
    if escaped.is_empty() {
        "_".to_owned()
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_ordered_by_score_and_an_article_counts_once() {
        let text = "q Q0 a 1 1.5 x\n\nq Q0 b 2 1.5 x\nq Q0 c 3 9 x\nq Q0 a 4 1 x\n";
        let run = Run::parse(text, "run").unwrap();
        assert_eq!(run.list("q"), ["c", "a", "b"]);
        assert!(run.list("p").is_empty());
    }

    #[test]
    fn a_malformed_line_is_named() {
        for line in ["q Q0 a 1 x tag", "q Q0 a 1 NaN tag", "q a 1"] {
            let error = Run::parse(&format!("q Q0 a 1 2 x\n{line}\n"), "run").unwrap_err();
            assert!(error.to_string().starts_with("run:2: "), "{error}");
        }
    }
}
