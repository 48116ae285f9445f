//! Counts of what queries find, by two axes.

use std::time::{Duration, Instant};

use super::axis::{Axis, Value, spell, values};
use super::unit::{Counter, Remarks, Unit, counted, matched};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Expr, Query};
use crate::search::{Matched, Searcher};

/// What the rows or the columns of a matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixAxis {
    /// The queries, one each.
    Query,
    /// The values of an axis.
    By(Axis),
}

impl MatrixAxis {
    /// Returns the name used on the command line and in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            MatrixAxis::Query => "query",
            MatrixAxis::By(axis) => axis.name(),
        }
    }

    fn is_time(self) -> bool {
        matches!(self, MatrixAxis::By(axis) if axis.is_time())
    }
}

impl std::str::FromStr for MatrixAxis {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "query" | "检索式" => Ok(MatrixAxis::Query),
            name => name.parse().map(MatrixAxis::By),
        }
    }
}

/// How a matrix is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixOptions {
    /// What the rows are.
    pub rows: MatrixAxis,
    /// What the columns are.
    pub columns: MatrixAxis,
    /// What is counted.
    pub unit: Unit,
    /// How many rows and columns to keep, those with the largest counts; 0 is
    /// all. Of time and of queries all are kept.
    pub limit: usize,
    /// Also count hits in the text of the page around an article.
    pub all_text: bool,
}

impl Default for MatrixOptions {
    fn default() -> Self {
        MatrixOptions {
            rows: MatrixAxis::By(Axis::Region),
            columns: MatrixAxis::By(Axis::Year),
            unit: Unit::default(),
            limit: 30,
            all_text: false,
        }
    }
}

/// Counts by two axes.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// What the rows are.
    pub rows: MatrixAxis,
    /// What the columns are.
    pub columns: MatrixAxis,
    /// What was counted.
    pub unit: Unit,
    /// One table; if neither axis is the query, one for each query, with the
    /// same rows and columns.
    pub tables: Vec<Table>,
    /// What is to be said besides.
    pub remarks: Remarks,
    /// How long it took, opening the index not included.
    pub took: Duration,
}

/// A table of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The query that is counted; `None` if an axis is the query.
    pub query: Option<String>,
    /// The rows, with the count of each whole row.
    pub rows: Vec<Line>,
    /// The columns, with the count of each whole column.
    pub columns: Vec<Line>,
    /// Rows of cells.
    pub cells: Vec<Vec<Cell>>,
    /// All that was found, each unit once.
    pub total: usize,
    /// What was found but stands in no cell: without a date or region, or of a
    /// row or column that was left out.
    pub outside: usize,
    /// How many rows were left out.
    pub more_rows: usize,
    /// How many columns were left out.
    pub more_columns: usize,
}

/// A row or column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub label: String,
    /// The six-digit code of a region.
    pub code: Option<String>,
    /// How many units it has, each once.
    pub count: usize,
    /// The query that finds them.
    pub query: String,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How many units it has.
    pub count: usize,
    /// The query that finds them.
    pub query: String,
}

/// Counts what `queries` find by two axes. Bare text counts where it stands
/// literally (see [`counted`]).
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
/// use cewen::survey::{MatrixOptions, matrix};
/// use cewen::{Query, Searcher};
///
/// let searcher = Searcher::open(&index)?;
/// let queries = [Query::parse("算力券")?.query];
/// let matrix = matrix(&searcher, &queries, &MatrixOptions::default())?;
/// let table = &matrix.tables[0];
/// assert_eq!((table.rows[0].label.as_str(), table.columns[0].label.as_str()), ("浙江", "2024"));
/// assert_eq!(table.cells[0][0].count, 2);
/// assert_eq!(table.cells[0][0].query, "\"算力券\" about:浙江 date:=2024");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if both axes are the same; otherwise as
/// [`Searcher::search`].
pub fn matrix(searcher: &Searcher, queries: &[Query], options: &MatrixOptions) -> Result<Matrix> {
    let started = Instant::now();
    if options.rows == options.columns {
        let message = format!("rows and columns are both {}", options.rows.name());
        return Err(Error::new(ErrorKind::BadOption, message)
            .with_hint("choose two of region, city, group, outlet, year, quarter, month, query"));
    }
    if queries.is_empty() {
        return Err(
            Error::new(ErrorKind::BadQuery, "there is no query to count")
                .with_hint("give one or more, such as 算力券 训力券"),
        );
    }
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        let query = counted(query);
        let matched = matched(searcher, &query, options.all_text)?;
        found.push((query, matched));
    }
    let mut remarks = Remarks::default();
    for (query, matched) in &found {
        let own = Remarks::new(searcher, query, matched)?;
        remarks.stale = own.stale;
        remarks.notes.extend(own.notes);
        if found.len() == 1 {
            (remarks.tried, remarks.suggestions) = (own.tried, own.suggestions);
        } else if matched.articles.is_empty() {
            remarks.notes.push(format!("{query} finds nothing"));
        }
    }
    remarks.notes.dedup();
    let tables = match (options.rows, options.columns) {
        (MatrixAxis::Query, MatrixAxis::By(by)) => {
            vec![by_query(searcher, found, by, options)?]
        }
        (MatrixAxis::By(by), MatrixAxis::Query) => {
            vec![turned(by_query(searcher, found, by, options)?)]
        }
        (MatrixAxis::By(rows), MatrixAxis::By(columns)) => {
            let sides = Sides::new(searcher, &found, rows, columns, options)?;
            let tables = found.iter().enumerate();
            let table = |(number, (query, matched)): (usize, &(Query, Matched))| {
                let counter = Counter::new(searcher, matched, options.unit)?;
                Ok(sides.table(query, &counter, number))
            };
            tables.map(table).collect::<Result<_>>()?
        }
        // Refused above: both are the same.
        (MatrixAxis::Query, MatrixAxis::Query) => Vec::new(),
    };
    Ok(Matrix {
        rows: options.rows,
        columns: options.columns,
        unit: options.unit,
        tables,
        remarks,
        took: started.elapsed(),
    })
}

/// The same values for several queries: each has its own articles.
struct Head {
    label: String,
    code: Option<String>,
    filter: Expr,
    /// For each query, the matched articles that have it.
    articles: Vec<Vec<u32>>,
}

/// The heads of an axis over all queries, in order, and how many were left out.
fn heads(
    searcher: &Searcher,
    found: &[(Query, Matched)],
    by: Axis,
    options: &MatrixOptions,
) -> Result<(Vec<Head>, usize)> {
    let mut heads: Vec<Head> = Vec::new();
    for (number, (_, matched)) in found.iter().enumerate() {
        for value in values(searcher, matched, by)? {
            let known = heads
                .iter()
                .position(|head| head.label == value.label && head.code == value.code);
            let at = match known {
                Some(at) => at,
                None => {
                    heads.push(Head {
                        label: value.label.clone(),
                        code: value.code.clone(),
                        filter: value.filter.clone(),
                        articles: vec![Vec::new(); found.len()],
                    });
                    heads.len() - 1
                }
            };
            heads[at].articles[number] = value.articles;
        }
    }
    let mut more = 0;
    if MatrixAxis::By(by).is_time() {
        heads.sort_by(|one, other| order(&one.label).cmp(&order(&other.label)));
    } else {
        let counters: Vec<Counter<'_>> = found
            .iter()
            .map(|(_, matched)| Counter::new(searcher, matched, options.unit))
            .collect::<Result<_>>()?;
        heads.sort_by_key(|head| {
            let counts = head.articles.iter().zip(&counters);
            let count: usize = counts
                .map(|(articles, counter)| counter.count(articles))
                .sum();
            std::cmp::Reverse(count)
        });
        if options.limit > 0 && heads.len() > options.limit {
            more = heads.len() - options.limit;
            heads.truncate(options.limit);
        }
        for head in &mut heads {
            let found_by = head
                .articles
                .iter()
                .position(|articles| !articles.is_empty());
            let Some(number) = found_by else {
                continue;
            };
            let mut value = Value {
                label: head.label.clone(),
                code: head.code.clone(),
                filter: head.filter.clone(),
                articles: head.articles[number].clone(),
                children: Vec::new(),
            };
            spell(searcher, &found[number].1, by, &mut value)?;
            (head.label, head.filter) = (value.label, value.filter);
        }
    }
    Ok((heads, more))
}

/// Periods in their order, what is known to the year only after its year.
fn order(label: &str) -> (&str, bool, &str) {
    let (year, rest) = label.split_at_checked(4).unwrap_or((label, ""));
    (year, rest.starts_with(' '), rest)
}

struct Sides {
    rows: Vec<Head>,
    columns: Vec<Head>,
    more_rows: usize,
    more_columns: usize,
    matched: Vec<Vec<u32>>,
}

impl Sides {
    fn new(
        searcher: &Searcher,
        found: &[(Query, Matched)],
        rows: Axis,
        columns: Axis,
        options: &MatrixOptions,
    ) -> Result<Self> {
        let (rows, more_rows) = heads(searcher, found, rows, options)?;
        let (columns, more_columns) = heads(searcher, found, columns, options)?;
        let all = |(_, matched): &(Query, Matched)| (0..matched.articles.len() as u32).collect();
        Ok(Sides {
            rows,
            columns,
            more_rows,
            more_columns,
            matched: found.iter().map(all).collect(),
        })
    }

    /// The table of the query with a number.
    fn table(&self, query: &Query, counter: &Counter<'_>, number: usize) -> Table {
        let line = |head: &Head| Line {
            label: head.label.clone(),
            code: head.code.clone(),
            count: counter.count(&head.articles[number]),
            query: query.clone().and(head.filter.clone()).to_string(),
        };
        let mut inside = Vec::new();
        let mut cells = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let with_row = query.clone().and(row.filter.clone());
            let mut cells_of_row = Vec::with_capacity(self.columns.len());
            for column in &self.columns {
                let both = both(&row.articles[number], &column.articles[number]);
                cells_of_row.push(Cell {
                    count: counter.count(&both),
                    query: with_row.clone().and(column.filter.clone()).to_string(),
                });
                inside.extend(both);
            }
            cells.push(cells_of_row);
        }
        inside.sort_unstable();
        inside.dedup();
        let all = &self.matched[number];
        let outside: Vec<u32> = all
            .iter()
            .copied()
            .filter(|place| inside.binary_search(place).is_err())
            .collect();
        Table {
            query: Some(query.to_string()),
            rows: self.rows.iter().map(line).collect(),
            columns: self.columns.iter().map(line).collect(),
            cells,
            total: counter.count(all),
            outside: counter.count(&outside),
            more_rows: self.more_rows,
            more_columns: self.more_columns,
        }
    }
}

/// What is in both of two sorted lists.
fn both(one: &[u32], other: &[u32]) -> Vec<u32> {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let is_in_long = |place: &&u32| long.binary_search(place).is_ok();
    short.iter().filter(is_in_long).copied().collect()
}

/// A table whose rows are the queries.
fn by_query(
    searcher: &Searcher,
    mut found: Vec<(Query, Matched)>,
    by: Axis,
    options: &MatrixOptions,
) -> Result<Table> {
    // Last what any of them finds, for the totals: each unit counts once.
    let any = any_of(&found);
    let matched = matched(searcher, &any, options.all_text)?;
    found.push((any, matched));
    let (heads, more_columns) = heads(searcher, &found, by, options)?;
    let counters: Vec<Counter<'_>> = found
        .iter()
        .map(|(_, matched)| Counter::new(searcher, matched, options.unit))
        .collect::<Result<_>>()?;
    let (last, own) = (found.len() - 1, &found[..found.len() - 1]);
    let mut rows = Vec::with_capacity(own.len());
    let mut cells = Vec::with_capacity(own.len());
    for (number, (query, _)) in own.iter().enumerate() {
        rows.push(Line {
            label: label(query),
            code: None,
            count: counters[number].all().of(options.unit),
            query: query.to_string(),
        });
        let cell = |head: &Head| Cell {
            count: counters[number].count(&head.articles[number]),
            query: query.clone().and(head.filter.clone()).to_string(),
        };
        cells.push(heads.iter().map(cell).collect());
    }
    let (any, matched) = &found[last];
    let column = |head: &Head| Line {
        label: head.label.clone(),
        code: head.code.clone(),
        count: counters[last].count(&head.articles[last]),
        query: any.clone().and(head.filter.clone()).to_string(),
    };
    let mut inside: Vec<u32> = Vec::new();
    for head in &heads {
        inside.extend_from_slice(&head.articles[last]);
    }
    inside.sort_unstable();
    let outside: Vec<u32> = (0..matched.articles.len() as u32)
        .filter(|place| inside.binary_search(place).is_err())
        .collect();
    Ok(Table {
        query: None,
        rows,
        columns: heads.iter().map(column).collect(),
        cells,
        total: counters[last].all().of(options.unit),
        outside: counters[last].count(&outside),
        more_rows: 0,
        more_columns,
    })
}

/// The query that finds what any of several find.
fn any_of(found: &[(Query, Matched)]) -> Query {
    match found {
        [(only, _)] => only.clone(),
        several => {
            let expr = |(query, _): &(Query, Matched)| match query.parts.as_slice() {
                [only] => only.clone(),
                parts => Expr::And(parts.to_vec()),
            };
            Query {
                parts: vec![Expr::Or(several.iter().map(expr).collect())],
            }
        }
    }
}

/// What a person calls a query: its text, without quotation marks.
fn label(query: &Query) -> String {
    match query.parts.as_slice() {
        [Expr::Phrase(text), rest @ ..]
            if rest.iter().all(|part| matches!(part, Expr::Filter(_))) =>
        {
            text.clone()
        }
        _ => query.to_string(),
    }
}

/// Rows for columns.
fn turned(table: Table) -> Table {
    let columns = table.columns.len();
    let cell = |row: usize, column: usize| table.cells[row][column].clone();
    let turned = (0..columns)
        .map(|column| (0..table.rows.len()).map(|row| cell(row, column)).collect())
        .collect();
    Table {
        cells: turned,
        rows: table.columns,
        columns: table.rows,
        more_rows: table.more_columns,
        more_columns: table.more_rows,
        ..table
    }
}
