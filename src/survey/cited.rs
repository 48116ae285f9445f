//! Who cites a policy document, and which documents are cited most.
//!
//! A document is named by its title, whole, in part or shortened, or by its
//! number in any spelling. What is inferred (that two titles are one document,
//! who issued it, its steps) is said to be.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::document::{Document, documents, meant, nearest};
use super::issuer::issuer;
use super::steps::{Step, steps};
use super::unit::{Counter, Remarks, Unit, matched};
use crate::analysis::literal;
use crate::article::Citation;
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Expr, Query};
use crate::search::{Hit, Matched, Searcher, document_key};

/// How citations are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedOptions {
    /// What is counted.
    pub unit: Unit,
    /// How many articles or documents to return; 0 is all.
    pub limit: usize,
    /// How many characters of a passage to show.
    pub window_chars: usize,
    /// Also show citations in the text of the page around an article.
    pub all_text: bool,
}

impl Default for CitedOptions {
    fn default() -> Self {
        CitedOptions {
            unit: Unit::default(),
            limit: 20,
            window_chars: 80,
            all_text: false,
        }
    }
}

/// A document as it is cited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CitedDocument {
    /// Its title as one article spells it; empty if only its number is known.
    pub title: String,
    /// Other titles taken to be its own: without its issuer, on trial, as a
    /// draft. That they are is inferred.
    pub also: Vec<String>,
    /// Its numbers as one article spells them.
    pub numbers: Vec<String>,
    /// Who issued it, inferred from its title or number.
    pub issuer: Option<String>,
    /// How many units cite it; as passages, those of the articles that do.
    pub count: usize,
    /// The dates of the first and last article that cite it, as ISO prefixes.
    pub first: Option<String>,
    /// See `first`.
    pub last: Option<String>,
    /// The query that finds these articles.
    pub query: String,
}

/// Who cites a document.
#[derive(Clone, Debug, Default)]
pub struct CitedBy {
    /// What was asked for.
    pub asked: String,
    /// What was counted.
    pub unit: Unit,
    /// The documents that were meant, the most cited first: several if the name
    /// is that of several.
    pub documents: Vec<CitedDocument>,
    /// How many further documents were meant.
    pub more_documents: usize,
    /// The passages that cite them, in the order of dates, undated last; one an article.
    pub hits: Vec<Hit>,
    /// How many further articles cite them.
    pub more: usize,
    /// How many of the articles that were read cite them where no passage can be
    /// shown, such as across the end of a paragraph.
    pub without_passage: usize,
    /// The steps that the articles tell of one document, in the order a document
    /// goes through them, if more than one: an article may tell of an early step late.
    pub steps: Vec<Step>,
    /// If none was meant: documents whose names are much like it.
    pub nearest: Vec<CitedDocument>,
    /// What is to be said besides.
    pub remarks: Remarks,
    /// How long it took, opening the index not included.
    pub took: Duration,
}

/// The documents that are cited most.
#[derive(Clone, Debug, Default)]
pub struct MostCited {
    /// What was counted.
    pub unit: Unit,
    /// The most cited first.
    pub documents: Vec<CitedDocument>,
    /// How many further documents are cited.
    pub more: usize,
    /// What is to be said besides.
    pub remarks: Remarks,
    /// How long it took, opening the index not included.
    pub took: Duration,
}

/// Lists the documents that the articles of `query` cite, the most cited first.
/// An empty query is the whole index.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "甲市发放算力券\n\n2024-05-30\n\n甲市印发《甲市算力券管理办法》。")?;
/// # std::fs::write(news.join("乙.txt"), "申领条件\n\n2024-06-30\n\n据《甲市算力券管理办法（试行）》，企业可以申领。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::survey::{CitedOptions, most_cited};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let cited = most_cited(&searcher, &Query::default(), &CitedOptions::default())?;
/// assert_eq!(cited.documents.len(), 1);
/// assert_eq!(cited.documents[0].count, 2);
/// assert_eq!(cited.documents[0].also.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Searcher::search`].
pub fn most_cited(searcher: &Searcher, query: &Query, options: &CitedOptions) -> Result<MostCited> {
    let started = Instant::now();
    let matched = matched(searcher, query, false)?;
    let counter = Counter::new(searcher, &matched, options.unit)?;
    let documents = documents(searcher, &matched)?;
    let (described, more) = most(searcher, &matched, &counter, &documents, options.limit)?;
    Ok(MostCited {
        unit: options.unit,
        documents: described,
        more,
        remarks: Remarks::new(searcher, query, &matched)?,
        took: started.elapsed(),
    })
}

/// Describes up to `limit` documents, the most cited first; and how many are left.
fn most(
    searcher: &Searcher,
    matched: &Matched,
    counter: &Counter<'_>,
    documents: &[Document],
    limit: usize,
) -> Result<(Vec<CitedDocument>, usize)> {
    let mut order: Vec<&Document> = documents.iter().collect();
    order.sort_by_cached_key(|document| std::cmp::Reverse(counter.count(&document.articles)));
    let kept = match limit {
        0 => order.len(),
        limit => limit.min(order.len()),
    };
    let described = order[..kept]
        .iter()
        .map(|document| described(searcher, matched, counter, document))
        .collect::<Result<_>>()?;
    Ok((described, order.len() - kept))
}

/// Finds who cites the document named `asked`, among the articles of `query`
/// (empty: the whole index).
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "甲市发放算力券\n\n2024-05-30\n\n甲市印发《甲市算力券管理办法》（甲府发〔2024〕7号）。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::survey::{CitedOptions, cited_by};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let (all, options) = (Query::default(), CitedOptions::default());
/// let cited = cited_by(&searcher, "甲府发[2024] 7号", &all, &options)?;
/// assert_eq!(cited.documents[0].title, "甲市算力券管理办法");
/// assert_eq!(cited.hits[0].article.date.as_deref(), Some("2024-05-30"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::BadQuery`] if the name holds no letter, Han or digit; otherwise
/// as [`Searcher::search`].
pub fn cited_by(
    searcher: &Searcher,
    asked: &str,
    query: &Query,
    options: &CitedOptions,
) -> Result<CitedBy> {
    let started = Instant::now();
    let wanted = wanted(asked);
    if wanted.is_empty() {
        return Err(
            Error::new(ErrorKind::BadQuery, format!("{asked:?} names no document"))
                .with_hint("give a title or a number, such as 京政办发〔2023〕15号"),
        );
    }
    let matched = matched(searcher, query, false)?;
    let counter = Counter::new(searcher, &matched, options.unit)?;
    let mut cited = CitedBy {
        asked: asked.to_owned(),
        unit: options.unit,
        remarks: Remarks::new(searcher, query, &matched)?,
        ..CitedBy::default()
    };
    let (found, others) = meant(documents(searcher, &matched)?, &wanted);
    if found.is_empty() {
        let near = nearest(others, &wanted);
        cited.nearest = most(searcher, &matched, &counter, &near, NEAREST)?.0;
        cited.took = started.elapsed();
        return Ok(cited);
    }
    let found = with_the_signs_of(asked, searcher, &matched, found)?;
    (cited.documents, cited.more_documents) =
        most(searcher, &matched, &counter, &found, options.limit)?;
    let mut articles: Vec<u32> = found
        .iter()
        .flat_map(|document| document.articles.iter().copied())
        .collect();
    articles.sort_unstable();
    articles.dedup();
    let days = |place: &u32| match searcher.days(&matched.articles[*place as usize]) {
        (0, _) => (u64::MAX, u64::MAX),
        (from, until) => (until, from),
    };
    articles.sort_by_key(days);
    let read = match options.limit {
        0 => articles.len(),
        limit => limit.max(READ).min(articles.len()),
    };
    let mut hits = citing(searcher, &matched, &found, &articles[..read], options)?;
    cited.without_passage = read - hits.len();
    if found.len() == 1 {
        cited.steps = steps(&hits);
        if read < articles.len() {
            let note = format!("steps were looked for in the earliest {read} articles only");
            cited.remarks.notes.push(note);
        }
    }
    if options.limit > 0 {
        hits.truncate(options.limit);
    }
    cited.more = articles.len() - cited.without_passage - hits.len();
    cited.hits = hits;
    cited.took = started.elapsed();
    Ok(cited)
}

/// How many of the articles that cite a document, the earliest, are read at the
/// least: reading all 98,000 of one document took 3 s and 250 MB.
const READ: usize = 2_000;

/// How many documents are suggested if none was meant.
const NEAREST: usize = 3;

/// The key of what was asked for: 2025年第11号 is the number 2025 11号.
fn wanted(asked: &str) -> String {
    let key = document_key(asked);
    let mut wanted = String::with_capacity(key.len());
    let mut before = ' ';
    let mut characters = key.chars().peekable();
    while let Some(c) = characters.next() {
        let is_between_digits =
            before.is_ascii_digit() && characters.peek().is_some_and(char::is_ascii_digit);
        if !(c == '第' && is_between_digits) {
            wanted.push(c);
            before = c;
        }
    }
    wanted
}

/// Of documents that hold a name in letters, those that hold it with its signs,
/// if any do: 人工智能+ is more than 人工智能.
fn with_the_signs_of(
    asked: &str,
    searcher: &Searcher,
    matched: &Matched,
    documents: Vec<Document>,
) -> Result<Vec<Document>> {
    let has_signs = asked
        .chars()
        .any(|c| matches!(c, '+' | '＋' | '&' | '.' | '/'));
    if documents.len() < 2 || !has_signs {
        return Ok(documents);
    }
    let mut with = Vec::with_capacity(documents.len());
    for document in &documents {
        let spelled = spelled(searcher, matched, document)?;
        let mut names = spelled.iter().flat_map(|citation| &citation.title);
        with.push(names.any(|name| !literal(asked, name).is_empty()));
    }
    if !with.contains(&true) {
        return Ok(documents);
    }
    let kept = documents.into_iter().zip(with).filter(|(_, with)| *with);
    Ok(kept.map(|(document, _)| document).collect())
}

fn described(
    searcher: &Searcher,
    matched: &Matched,
    counter: &Counter<'_>,
    document: &Document,
) -> Result<CitedDocument> {
    let spelled = spelled(searcher, matched, document)?;
    let dated = document.articles.iter().map(|&place| {
        let article = &matched.articles[place as usize];
        (searcher.days(article), place)
    });
    let dated: Vec<((u64, u64), u32)> = dated.filter(|((from, _), _)| *from > 0).collect();
    let iso = |place: Option<u32>| -> Result<Option<String>> {
        let Some(place) = place else {
            return Ok(None);
        };
        let article = searcher.stored(&matched.articles[place as usize])?;
        Ok(article.date.map(|date| date.iso))
    };
    let first = dated
        .iter()
        .min_by_key(|((from, until), _)| (*until, *from));
    let last = dated
        .iter()
        .max_by_key(|((from, until), _)| (*from, *until));
    let mut titles: Vec<String> = Vec::new();
    for title in spelled.iter().filter_map(|citation| citation.title.clone()) {
        let key = document_key(&title);
        if !titles.iter().any(|known| document_key(known) == key) {
            titles.push(title);
        }
    }
    let main = titles
        .iter()
        .position(|title| document.title() == Some(document_key(title).as_str()));
    let title = match main {
        Some(at) => titles.remove(at),
        None => String::new(),
    };
    let mut numbers: Vec<String> = Vec::new();
    for number in spelled
        .iter()
        .filter_map(|citation| citation.number.clone())
    {
        if !numbers
            .iter()
            .any(|known| document_key(known) == document_key(&number))
        {
            numbers.push(number);
        }
    }
    Ok(CitedDocument {
        issuer: issuer(&title, numbers.first().map(String::as_str)),
        title,
        also: titles,
        numbers,
        count: counter.count(&document.articles),
        first: iso(first.map(|(_, place)| *place))?,
        last: iso(last.map(|(_, place)| *place))?,
        query: document.query()?.to_string(),
    })
}

/// How articles spell the title and numbers of a document: of the first
/// article, and of those that have a number not seen yet.
fn spelled(searcher: &Searcher, matched: &Matched, document: &Document) -> Result<Vec<Citation>> {
    let mut spelled: Vec<Citation> = Vec::new();
    let mut left = document.names();
    for &place in &document.articles {
        if left == 0 {
            break;
        }
        for citation in searcher
            .stored(&matched.articles[place as usize])?
            .citations
        {
            if document.is(&citation) && !spelled.contains(&citation) {
                let is_new = |of: fn(&Citation) -> Option<&String>| {
                    let key = of(&citation).map(|name| document_key(name));
                    key.is_some_and(|key| {
                        !spelled
                            .iter()
                            .any(|known| of(known).is_some_and(|name| document_key(name) == key))
                    })
                };
                let new = usize::from(is_new(|citation| citation.title.as_ref()))
                    + usize::from(is_new(|citation| citation.number.as_ref()));
                left = left.saturating_sub(new);
                spelled.push(citation);
            }
        }
    }
    Ok(spelled)
}

/// The passage of each article that cites one of the documents.
fn citing(
    searcher: &Searcher,
    matched: &Matched,
    documents: &[Document],
    articles: &[u32],
    options: &CitedOptions,
) -> Result<Vec<Hit>> {
    // The names as the articles spell them: what a search marks.
    let mut names: BTreeSet<String> = BTreeSet::new();
    for &place in articles {
        let article = searcher.stored(&matched.articles[place as usize])?;
        for citation in article.citations {
            if documents.iter().any(|document| document.is(&citation)) {
                names.extend(citation.title);
                names.extend(citation.number);
            }
        }
    }
    let phrases: Vec<Expr> = names
        .into_iter()
        .map(|name| Expr::Phrase(name.split_whitespace().collect()))
        .collect();
    let query = Query {
        parts: vec![Expr::Or(phrases)],
    };
    let found = searcher.matched(&query, options.all_text)?;
    let mut hits = Vec::with_capacity(articles.len());
    for &place in articles {
        let title = matched.articles[place as usize].title;
        let at = found
            .articles
            .binary_search_by_key(&title, |article| article.title);
        // A title that is cited in a heading only, or across paragraphs, has no passage.
        if let Ok(at) = at {
            hits.push(searcher.first_hit(&found, &found.articles[at], options.window_chars)?);
        }
    }
    Ok(hits)
}
