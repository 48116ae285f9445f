//! What is counted by: the values of an axis among the matched articles.
//!
//! Invariant: an article has a value if and only if the value's filter finds
//! it, so that every count can be opened.

use std::collections::{BTreeMap, HashMap};

use crate::analysis::fold;
use crate::article::{Division, DivisionLevel, divisions, query_name, region_groups, within_code};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Expr, Field, Filter};
use crate::search::{KeyField, Matched, Searcher};

/// What articles are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// The places they are about, as a tree.
    Region,
    /// The cities they are about, with their districts; 北京 and 香港 are cities.
    City,
    /// Groups of regions they are about: 长三角.
    Group,
    /// The places they were reported from, as a tree.
    From,
    /// Who published them.
    Outlet,
    /// Who wrote them.
    Author,
    /// The year of their date.
    Year,
    /// The quarter of their date.
    Quarter,
    /// The month of their date.
    Month,
    /// The documents they cite.
    Cites,
    /// The format of their files.
    Format,
}

impl Axis {
    /// All axes.
    pub const ALL: [Axis; 11] = [
        Axis::Region,
        Axis::City,
        Axis::Group,
        Axis::From,
        Axis::Outlet,
        Axis::Author,
        Axis::Year,
        Axis::Quarter,
        Axis::Month,
        Axis::Cites,
        Axis::Format,
    ];

    /// Returns the name used on the command line and in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Region => "region",
            Axis::City => "city",
            Axis::Group => "group",
            Axis::From => "from",
            Axis::Outlet => "outlet",
            Axis::Author => "author",
            Axis::Year => "year",
            Axis::Quarter => "quarter",
            Axis::Month => "month",
            Axis::Cites => "cites",
            Axis::Format => "format",
        }
    }

    /// Returns the name for people, which the command line takes too.
    pub fn chinese_name(self) -> &'static str {
        match self {
            Axis::Region => "地区",
            Axis::City => "城市",
            Axis::Group => "区域",
            Axis::From => "发自",
            Axis::Outlet => "来源",
            Axis::Author => "作者",
            Axis::Year => "年",
            Axis::Quarter => "季度",
            Axis::Month => "月",
            Axis::Cites => "引用文件",
            Axis::Format => "格式",
        }
    }

    /// Whether it is one of time, whose values follow each other.
    pub fn is_time(self) -> bool {
        matches!(self, Axis::Year | Axis::Quarter | Axis::Month)
    }
}

/// One value of an axis.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) label: String,
    /// The code of a place, if it has one.
    pub(super) code: Option<String>,
    /// What opens it.
    pub(super) filter: Expr,
    /// Places of the matched articles that have it, sorted.
    pub(super) articles: Vec<u32>,
    /// The values that lie in it.
    pub(super) children: Vec<Value>,
}

/// The values of `axis`, in their own order: by time, by code, by name.
pub(super) fn values(searcher: &Searcher, matched: &Matched, axis: Axis) -> Result<Vec<Value>> {
    match axis {
        Axis::Region => tree(searcher, matched, 'a', Field::About),
        Axis::From => tree(searcher, matched, 'f', Field::From),
        Axis::City => cities(searcher, matched),
        Axis::Group => groups(searcher, matched),
        Axis::Year | Axis::Quarter | Axis::Month => periods(searcher, matched, axis),
        Axis::Outlet => named(searcher, matched, KeyField::Outlet, Field::Outlet),
        Axis::Author => named(searcher, matched, KeyField::Author, Field::Author),
        Axis::Cites => named(searcher, matched, KeyField::Cites, Field::Cites),
        Axis::Format => named(searcher, matched, KeyField::Format, Field::Format),
    }
}

fn filter(field: Field, value: &str) -> Result<Expr> {
    Ok(Expr::Filter(Filter::new(field, value)?))
}

/// The matched articles of each region key of a role.
fn region_keys(
    searcher: &Searcher,
    matched: &Matched,
    role: char,
) -> Result<Vec<(String, Vec<u32>)>> {
    let keyed = searcher.keyed(KeyField::Region, matched)?;
    let keys = keyed.into_iter().filter_map(|keyed| {
        let key = keyed.key.strip_prefix(role)?.to_owned();
        Some((key, keyed.articles))
    });
    Ok(keys.collect())
}

/// All divisions by their keys, folded.
struct Gazetteer(HashMap<String, Division>);

impl Gazetteer {
    fn new() -> Self {
        let key = |division: &Division| match (division.code, division.parent) {
            (Some(code), _) => code.to_owned(),
            (None, Some(parent)) => format!("{parent}/{}", folded(division.name)),
            (None, None) => format!("@{}", folded(division.name)),
        };
        let all = divisions().map(|division| (key(&division), division));
        Gazetteer(all.collect())
    }

    fn get(&self, key: &str) -> Option<&Division> {
        self.0.get(key)
    }

    /// A division and all it lies in, the outermost first.
    fn path(&self, key: &str) -> Vec<&Division> {
        let mut path = Vec::new();
        let mut next = self.get(key);
        while let Some(division) = next {
            path.push(division);
            next = division.parent.and_then(|parent| self.get(parent));
        }
        path.reverse();
        path
    }
}

fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

fn union(into: &mut Vec<u32>, articles: &[u32]) {
    into.extend_from_slice(articles);
    into.sort_unstable();
    into.dedup();
}

fn tree(searcher: &Searcher, matched: &Matched, role: char, field: Field) -> Result<Vec<Value>> {
    let gazetteer = Gazetteer::new();
    let mut roots: Vec<Value> = Vec::new();
    for (key, articles) in region_keys(searcher, matched, role)? {
        let path = gazetteer.path(&key);
        if path.is_empty() || key.starts_with('@') {
            // A group, or a place that the gazetteer does not know (全国).
            let name = key.trim_start_matches('@');
            let label = path.first().map_or(name, |group| group.name);
            roots.push(Value {
                label: label.to_owned(),
                code: None,
                filter: filter(field, &format!("={label}"))?,
                articles,
                children: Vec::new(),
            });
            continue;
        }
        let mut level = &mut roots;
        for division in path {
            let known = level.iter().position(|value| {
                value.label == division.name && value.code.as_deref() == division.code
            });
            let at = match known {
                Some(at) => at,
                None => {
                    level.push(Value {
                        label: division.name.to_owned(),
                        code: division.code.map(str::to_owned),
                        filter: filter(field, &query_name(division))?,
                        articles: Vec::new(),
                        children: Vec::new(),
                    });
                    level.len() - 1
                }
            };
            union(&mut level[at].articles, &articles);
            level = &mut level[at].children;
        }
    }
    Ok(roots)
}

fn cities(searcher: &Searcher, matched: &Matched) -> Result<Vec<Value>> {
    let gazetteer = Gazetteer::new();
    let mut cities: BTreeMap<&str, Value> = BTreeMap::new();
    for (key, articles) in region_keys(searcher, matched, 'a')? {
        let path = gazetteer.path(&key);
        let Some(city) = path.iter().find(|division| is_city(division)) else {
            continue;
        };
        let Some(code) = city.code else {
            continue;
        };
        if !cities.contains_key(code) {
            let value = Value {
                label: city.name.to_owned(),
                code: Some(code.to_owned()),
                filter: filter(Field::About, &query_name(city))?,
                articles: Vec::new(),
                children: Vec::new(),
            };
            cities.insert(code, value);
        }
        if let Some(value) = cities.get_mut(code) {
            union(&mut value.articles, &articles);
        }
    }
    Ok(cities.into_values().collect())
}

/// Whether a division counts as a city: a prefecture, a city of provincial
/// rank, or a county that no prefecture stands over (仙桃).
fn is_city(division: &Division) -> bool {
    match division.level() {
        DivisionLevel::Group => false,
        DivisionLevel::Province => {
            let cities = ["11", "12", "31", "50", "81", "82"];
            division
                .code
                .is_some_and(|code| cities.contains(&&code[..2]))
        }
        DivisionLevel::Prefecture => true,
        DivisionLevel::County => {
            division.code.is_some()
                && division
                    .parent
                    .is_some_and(|parent| parent.ends_with("0000"))
        }
    }
}

fn groups(searcher: &Searcher, matched: &Matched) -> Result<Vec<Value>> {
    let keys = region_keys(searcher, matched, 'a')?;
    let mut values = Vec::new();
    for group in region_groups() {
        let members: Vec<&str> = group.members().map(within_code).collect();
        let own = format!("@{}", folded(group.name));
        let mut articles = Vec::new();
        for (key, of_key) in &keys {
            if *key == own || members.iter().any(|member| key.starts_with(member)) {
                articles.extend_from_slice(of_key);
            }
        }
        articles.sort_unstable();
        articles.dedup();
        if !articles.is_empty() {
            values.push(Value {
                label: group.name.to_owned(),
                code: None,
                filter: filter(Field::About, group.name)?,
                articles,
                children: Vec::new(),
            });
        }
    }
    Ok(values)
}

/// The longest row of periods that is filled where nothing was found.
const MAX_FILLED: u64 = 480;

fn periods(searcher: &Searcher, matched: &Matched, axis: Axis) -> Result<Vec<Value>> {
    // By year and number of the period in it, from 1; after them all comes
    // what is known to the year only.
    let per_year = match axis {
        Axis::Year => 1,
        Axis::Quarter => 4,
        _ => 12,
    };
    let period = |day: u64| match axis {
        Axis::Year => 1,
        Axis::Quarter => (day / 100 % 100).div_ceil(3),
        _ => day / 100 % 100,
    };
    let mut found: BTreeMap<(u64, u64), Vec<u32>> = BTreeMap::new();
    for (place, article) in matched.articles.iter().enumerate() {
        let (from, until) = searcher.days(article);
        if from == 0 {
            continue;
        }
        let is_known = period(from) == period(until);
        let number = if is_known { period(from) } else { per_year + 1 };
        found
            .entry((from / 10_000, number))
            .or_default()
            .push(place as u32);
    }
    let known = || found.keys().filter(|(_, number)| *number <= per_year);
    if let (Some(&first), Some(&last)) = (known().next(), known().next_back()) {
        let number = |(year, number): (u64, u64)| year * per_year + number - 1;
        if number(last) - number(first) < MAX_FILLED {
            for at in number(first)..=number(last) {
                found.entry((at / per_year, at % per_year + 1)).or_default();
            }
        }
    }
    let values = found.into_iter().map(|((year, number), articles)| {
        let (label, days) = match axis {
            _ if number > per_year => {
                let what = if axis == Axis::Quarter {
                    "季度"
                } else {
                    "月份"
                };
                (format!("{year} {what}不详"), format!("{year}-XX"))
            }
            Axis::Year => (format!("{year}"), format!("={year}")),
            Axis::Quarter => (
                format!("{year}Q{number}"),
                format!("={year}-{:02}..{year}-{:02}", number * 3 - 2, number * 3),
            ),
            _ => (
                format!("{year}-{number:02}"),
                format!("={year}-{number:02}"),
            ),
        };
        Ok(Value {
            label,
            code: None,
            filter: filter(Field::Date, &days)?,
            articles,
            children: Vec::new(),
        })
    });
    values.collect()
}

/// The values of a keyword field, by the name that an article has for each.
fn named(
    searcher: &Searcher,
    matched: &Matched,
    keys: KeyField,
    field: Field,
) -> Result<Vec<Value>> {
    let mut values: Vec<(String, Vec<u32>)> = Vec::new();
    for keyed in searcher.keyed(keys, matched)? {
        // A cited title may have its number behind it.
        let key = keyed
            .key
            .split('\u{1}')
            .next()
            .unwrap_or_default()
            .to_owned();
        match values.last_mut() {
            Some((last, articles)) if *last == key => union(articles, &keyed.articles),
            _ => values.push((key, keyed.articles)),
        }
    }
    let values = values.into_iter().map(|(key, articles)| {
        let value = if field == Field::Format {
            key.clone()
        } else {
            format!("={key}")
        };
        Ok(Value {
            label: key,
            code: None,
            filter: filter(field, &value)?,
            articles,
            children: Vec::new(),
        })
    });
    values.collect()
}

/// Gives a value of a keyword field the name that an article has for it, as it
/// stands there: keys are folded.
pub(super) fn spell(
    searcher: &Searcher,
    matched: &Matched,
    axis: Axis,
    value: &mut Value,
) -> Result<()> {
    let Some(&place) = value.articles.first() else {
        return Ok(());
    };
    if !matches!(axis, Axis::Outlet | Axis::Author | Axis::Cites) {
        return Ok(());
    }
    let article = searcher.stored(&matched.articles[place as usize])?;
    let is_own = |name: &String| key_of(axis, name) == value.label;
    let own = match axis {
        Axis::Outlet => article.outlet.map(|outlet| outlet.value).filter(is_own),
        Axis::Author => article.author.map(|author| author.value).filter(is_own),
        _ => article
            .citations
            .into_iter()
            .filter_map(|citation| citation.title)
            .find(is_own),
    };
    if let Some(own) = own {
        let own = own.split_whitespace().collect::<Vec<_>>().join(" ");
        value.filter = match &value.filter {
            Expr::Filter(old) => filter(old.field, &format!("={own}"))?,
            other => other.clone(),
        };
        value.label = own;
    }
    Ok(())
}

fn key_of(axis: Axis, name: &str) -> String {
    if axis == Axis::Cites {
        crate::search::document_key(name)
    } else {
        crate::search::name_key(name)
    }
}

/// Reads the name of an axis.
pub(super) fn unknown(name: &str) -> Error {
    let names: Vec<&str> = Axis::ALL.iter().map(|axis| axis.name()).collect();
    let names = names.join(", ");
    let message = format!("{name} is nothing to count by: choose one of {names}");
    Error::new(ErrorKind::BadOption, message)
}

impl std::str::FromStr for Axis {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let is_so_called = |axis: &Axis| axis.name() == name || axis.chinese_name() == name;
        let axis = Axis::ALL.into_iter().find(is_so_called);
        axis.ok_or_else(|| unknown(name))
    }
}
