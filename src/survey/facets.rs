//! Counts of what a query finds, by one axis.

use std::time::{Duration, Instant};

use super::axis::{Axis, Value, spell, values};
use super::unit::{Counter, Counts, Remarks, Unit, counted};
use crate::error::Result;
use crate::query::Query;
use crate::search::{Matched, Searcher};

/// How facets are to be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetOptions {
    /// What is counted.
    pub unit: Unit,
    /// How many values to return, those with the largest counts; 0 is all. Of
    /// time all are returned.
    pub limit: usize,
    /// Also count hits in the text of the page around an article.
    pub all_text: bool,
}

impl Default for FacetOptions {
    fn default() -> Self {
        FacetOptions {
            unit: Unit::default(),
            limit: 30,
            all_text: false,
        }
    }
}

/// Counts by one axis.
#[derive(Clone, Debug)]
pub struct Facets {
    /// The query as it was counted.
    pub query: String,
    /// What it was counted by.
    pub by: Axis,
    /// What was counted.
    pub unit: Unit,
    /// All that was found.
    pub total: Counts,
    /// Time in its order, everything else by count, largest first.
    pub values: Vec<FacetValue>,
    /// How many further values were left out.
    pub more: usize,
    /// Units without any value: no date, no region.
    pub without: usize,
    /// What is to be said besides.
    pub remarks: Remarks,
    /// How long it took, opening the index not included.
    pub took: Duration,
}

/// A value with its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetValue {
    /// Its name.
    pub label: String,
    /// The six-digit code of a region.
    pub code: Option<String>,
    /// How many units have it; for a region also those of all places in it,
    /// each counted once.
    pub count: usize,
    /// The query that finds them.
    pub query: String,
    /// The places in a region, by count.
    pub children: Vec<FacetValue>,
}

/// Counts what `query` finds by `by`; bare text counts where it stands
/// literally (see [`counted`]). An empty query counts the whole index.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "杭州发放算力券\n\n2024-05-30\n\n杭州发放算力券。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::survey::{Axis, FacetOptions, facets};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let query = Query::parse("算力券")?.query;
/// let facets = facets(&searcher, &query, Axis::Region, &FacetOptions::default())?;
/// assert_eq!(facets.values[0].label, "浙江");
/// assert_eq!(facets.values[0].children[0].label, "杭州");
/// assert_eq!(facets.values[0].query, "\"算力券\" about:浙江");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Searcher::search`].
pub fn facets(
    searcher: &Searcher,
    query: &Query,
    by: Axis,
    options: &FacetOptions,
) -> Result<Facets> {
    let query = counted(query);
    let matched = super::unit::matched(searcher, &query, options.all_text)?;
    of_matched(searcher, &query, &matched, by, options)
}

/// Counts what a search for `query` finds, whatever the lane, by `by`.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "杭州发放算力券\n\n2024-05-30\n\n杭州发放算力券。")?;
/// # std::fs::write(news.join("乙.txt"), "宁波谈算力\n\n2024-06-30\n\n宁波的算力还不够。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::survey::{Axis, FacetOptions, facets_of_search};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let query = Query::parse("算力券")?.query;
/// let facets = facets_of_search(&searcher, &query, Axis::City, &FacetOptions::default())?;
/// // 算力 alone is a hit of a search, of the lane “some”.
/// assert_eq!(facets.values.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Searcher::search`].
pub fn facets_of_search(
    searcher: &Searcher,
    query: &Query,
    by: Axis,
    options: &FacetOptions,
) -> Result<Facets> {
    let matched = searcher.matched(query, options.all_text)?;
    of_matched(searcher, query, &matched, by, options)
}

fn of_matched(
    searcher: &Searcher,
    query: &Query,
    matched: &Matched,
    by: Axis,
    options: &FacetOptions,
) -> Result<Facets> {
    let started = Instant::now();
    let counter = Counter::new(searcher, matched, options.unit)?;
    let mut all = values(searcher, matched, by)?;
    if !by.is_time() {
        all.sort_by_key(|value| std::cmp::Reverse(counter.count(&value.articles)));
    }
    let with = all.iter().flat_map(|value| &value.articles).copied();
    let with: std::collections::HashSet<u32> = with.collect();
    let without: Vec<u32> = (0..matched.articles.len() as u32)
        .filter(|place| !with.contains(place))
        .collect();
    let kept = match options.limit {
        0 => all.len(),
        _ if by.is_time() => all.len(),
        limit => limit.min(all.len()),
    };
    let more = all.len() - kept;
    all.truncate(kept);
    for value in &mut all {
        spell(searcher, matched, by, value)?;
    }
    Ok(Facets {
        query: query.to_string(),
        by,
        unit: options.unit,
        total: counter.all(),
        values: all
            .into_iter()
            .map(|value| facet(query, &counter, value))
            .collect(),
        more,
        without: counter.count(&without),
        remarks: Remarks::new(searcher, query, matched)?,
        took: started.elapsed(),
    })
}

fn facet(query: &Query, counter: &Counter<'_>, value: Value) -> FacetValue {
    let mut children: Vec<FacetValue> = value
        .children
        .into_iter()
        .map(|child| facet(query, counter, child))
        .collect();
    children.sort_by_key(|child| std::cmp::Reverse(child.count));
    FacetValue {
        count: counter.count(&value.articles),
        query: query.clone().and(value.filter).to_string(),
        label: value.label,
        code: value.code,
        children,
    }
}
