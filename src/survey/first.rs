//! The earliest passage of each place that mentions something.
//!
//! What a date leaves open stays open: an article dated only 2024 is never
//! said to be the first of January, nor to be later than one of May. The first
//! is the article that is the earliest *at the latest*; those that may be
//! earlier still stand beside it.

use std::time::{Duration, Instant};

use super::axis::{Axis, Value, spell, values};
use super::unit::{Counter, Remarks, Unit, counted};
use crate::error::Result;
use crate::query::Query;
use crate::search::{Hit, Matched, Searcher};

/// How first mentions are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstOptions {
    /// What is counted beside each first mention.
    pub unit: Unit,
    /// How many places to return, the earliest; 0 is all.
    pub limit: usize,
    /// How many characters of a passage to show.
    pub window_chars: usize,
    /// Also find hits in the text of the page around an article.
    pub all_text: bool,
}

impl Default for FirstOptions {
    fn default() -> Self {
        FirstOptions {
            unit: Unit::default(),
            limit: 0,
            window_chars: 80,
            all_text: false,
        }
    }
}

/// First mentions, the earliest first.
#[derive(Clone, Debug)]
pub struct First {
    /// The query as it was counted.
    pub query: String,
    /// What the places are.
    pub by: Axis,
    /// What was counted.
    pub unit: Unit,
    /// The first mention of each place.
    pub mentions: Vec<FirstMention>,
    /// How many further places were left out.
    pub more: usize,
    /// Units without a date, which may hold earlier mentions.
    pub undated: usize,
    /// Dated units that belong to no place.
    pub without: usize,
    /// What is to be said besides.
    pub remarks: Remarks,
    /// How long it took, opening the index not included.
    pub took: Duration,
}

/// The first mention of a place.
#[derive(Clone, Debug)]
pub struct FirstMention {
    /// The place.
    pub label: String,
    /// Its six-digit code.
    pub code: Option<String>,
    /// The passage, its article with its date.
    pub hit: Hit,
    /// Days since the first mention of all, at least and at most: the same
    /// number if both dates are known to the day.
    pub lag_days: (i32, i32),
    /// How many other articles of the place are of the same day, if that is known.
    pub same_day: usize,
    /// Articles of the place that may be earlier: their dates are known in part.
    pub maybe_earlier: Vec<HalfDated>,
    /// How many units of the place mention it.
    pub count: usize,
    /// The query that finds them.
    pub query: String,
}

/// An article whose date is known in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfDated {
    /// The article's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// An ISO prefix: `2024`, `2024-05`.
    pub date: String,
}

/// Finds the first mention of `query` by each value of `by`; bare text counts
/// where it stands literally (see [`counted`]).
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let news = folder.path().join("新闻");
/// # std::fs::create_dir(&news)?;
/// # std::fs::write(news.join("甲.txt"), "杭州发放算力券\n\n2024-05-30\n\n杭州今天开始发放首批算力券。")?;
/// # std::fs::write(news.join("乙.txt"), "宁波发放算力券\n\n2024-06-09\n\n宁波今天也开始发放算力券。")?;
/// # let index = folder.path().join("index");
/// # let options = cewen::UpdateOptions { add: vec![news], ..Default::default() };
/// # cewen::update(&index, &options, &mut |_| ())?;
/// use cewen::survey::{Axis, FirstOptions, first};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let query = Query::parse("算力券")?.query;
/// let first = first(&searcher, &query, Axis::City, &FirstOptions::default())?;
/// assert_eq!(first.mentions[0].label, "杭州");
/// assert_eq!(first.mentions[1].lag_days, (10, 10));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Searcher::search`].
pub fn first(
    searcher: &Searcher,
    query: &Query,
    by: Axis,
    options: &FirstOptions,
) -> Result<First> {
    let started = Instant::now();
    let query = counted(query);
    let matched = searcher.matched(&query, options.all_text)?;
    let counter = Counter::new(searcher, &matched, options.unit)?;
    let days: Vec<(u64, u64)> = matched
        .articles
        .iter()
        .map(|article| searcher.days(article))
        .collect();
    let is_dated = |place: &u32| days[*place as usize].0 > 0;
    let mut dated: Vec<(Value, Earliest)> = Vec::new();
    let mut with: Vec<u32> = Vec::new();
    for value in values(searcher, &matched, by)? {
        with.extend(&value.articles);
        if let Some(earliest) = Earliest::of(&value.articles, &days) {
            dated.push((value, earliest));
        }
    }
    with.sort_unstable();
    dated.sort_by(|(one_value, one), (other_value, other)| {
        (one.until, one.from, &one_value.code).cmp(&(other.until, other.from, &other_value.code))
    });
    let all = 0..matched.articles.len() as u32;
    let undated: Vec<u32> = all.clone().filter(|place| !is_dated(place)).collect();
    let without: Vec<u32> = all
        .filter(|place| is_dated(place) && with.binary_search(place).is_err())
        .collect();
    let kept = match options.limit {
        0 => dated.len(),
        limit => limit.min(dated.len()),
    };
    let more = dated.len() - kept;
    dated.truncate(kept);
    let begin = dated.first().map(|(_, first)| (first.from, first.until));
    let mut mentions = Vec::with_capacity(dated.len());
    for (mut value, earliest) in dated {
        spell(searcher, &matched, by, &mut value)?;
        let article = &matched.articles[earliest.place as usize];
        let half_dated = |place: &u32| half_dated(searcher, &matched, *place);
        mentions.push(FirstMention {
            hit: searcher.first_hit(&matched, article, options.window_chars)?,
            lag_days: begin.map_or((0, 0), |begin| lag(begin, (earliest.from, earliest.until))),
            same_day: earliest.same_day,
            maybe_earlier: earliest
                .maybe_earlier
                .iter()
                .map(half_dated)
                .collect::<Result<_>>()?,
            count: counter.count(&value.articles),
            query: query.clone().and(value.filter).to_string(),
            label: value.label,
            code: value.code,
        });
    }
    Ok(First {
        query: query.to_string(),
        by,
        unit: options.unit,
        mentions,
        more,
        undated: counter.count(&undated),
        without: counter.count(&without),
        remarks: Remarks::new(searcher, &query, &matched)?,
        took: started.elapsed(),
    })
}

fn half_dated(searcher: &Searcher, matched: &Matched, place: u32) -> Result<HalfDated> {
    let info = searcher.article_info(&matched.articles[place as usize])?;
    Ok(HalfDated {
        id: info.id,
        title: info.title,
        date: info.date.unwrap_or_default(),
    })
}

/// The earliest of some articles.
#[derive(Debug, PartialEq, Eq)]
struct Earliest {
    place: u32,
    from: u64,
    until: u64,
    same_day: usize,
    maybe_earlier: Vec<u32>,
}

impl Earliest {
    /// `None` if none is dated.
    fn of(articles: &[u32], days: &[(u64, u64)]) -> Option<Self> {
        let dated = || {
            let days = articles.iter().map(|&place| (days[place as usize], place));
            days.filter(|((from, _), _)| *from > 0)
        };
        // Of those that are as early at the latest, the best known.
        let ((from, until), place) = dated()
            .min_by_key(|&((from, until), place)| (until, std::cmp::Reverse(from), place))?;
        let others = || dated().filter(|&(_, other)| other != place);
        let is_day = from == until;
        Some(Earliest {
            place,
            from,
            until,
            same_day: others()
                .filter(|&(days, _)| is_day && days == (from, until))
                .count(),
            maybe_earlier: others()
                .filter(|&(days, _)| days.0 < until && days != (from, until))
                .map(|(_, other)| other)
                .collect(),
        })
    }
}

/// The days from one date to another, at least and at most.
fn lag(begin: (u64, u64), end: (u64, u64)) -> (i32, i32) {
    if begin == end && begin.0 == begin.1 {
        return (0, 0);
    }
    let least = days_between(begin.1, end.0);
    let most = days_between(begin.0, end.1);
    (least.max(0), most.max(0))
}

fn days_between(begin: u64, end: u64) -> i32 {
    match (date(begin), date(end)) {
        (Some(begin), Some(end)) => end.since(begin).map_or(0, |span| span.get_days()),
        _ => 0,
    }
}

/// A day as `yyyymmdd`; the 31st stands for the last day of any month.
fn date(day: u64) -> Option<jiff::civil::Date> {
    let year = i16::try_from(day / 10_000).ok()?;
    let month = (day / 100 % 100) as i8;
    let of_month = (day % 100) as i8;
    let first = jiff::civil::Date::new(year, month, 1).ok()?;
    jiff::civil::Date::new(year, month, of_month.min(first.days_in_month())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earliest(days: &[(u64, u64)]) -> Earliest {
        let articles: Vec<u32> = (0..days.len() as u32).collect();
        Earliest::of(&articles, days).expect("a dated one")
    }

    const MAY: (u64, u64) = (20240510, 20240510);
    const YEAR: (u64, u64) = (20240101, 20241231);

    #[test]
    fn a_half_date_is_never_first_but_may_be_earlier() {
        let found = earliest(&[YEAR, MAY, (20240601, 20240601)]);
        assert_eq!((found.place, found.maybe_earlier.as_slice()), (1, &[0][..]));
        // What is surely later is no candidate.
        let found = earliest(&[MAY, (20240501, 20240531), (20240520, 20240520)]);
        assert_eq!((found.place, found.maybe_earlier.as_slice()), (0, &[1][..]));
    }

    #[test]
    fn articles_of_one_day_are_a_tie() {
        let found = earliest(&[MAY, MAY, (20240511, 20240511)]);
        assert_eq!((found.same_day, found.maybe_earlier.len()), (1, 0));
        assert_eq!(earliest(&[YEAR, YEAR]).same_day, 0);
    }

    #[test]
    fn undated_articles_are_no_candidates() {
        assert_eq!(Earliest::of(&[0], &[(0, 0)]), None);
    }

    #[test]
    fn a_lag_between_half_dates_is_a_range() {
        assert_eq!(lag(MAY, (20240520, 20240520)), (10, 10));
        assert_eq!(lag(MAY, (20240501, 20240531)), (0, 21));
        assert_eq!(lag((20230228, 20230228), (20240201, 20240231)), (338, 366));
        assert_eq!(lag(YEAR, YEAR), (0, 365));
    }
}
