//! Surveys as JSON. Keys are stable; new ones are added at the end.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::article::DatePrecision;
use crate::render::json::{AttemptObject, HitObject, StaleObject, SuggestionObject, write_object};
use crate::survey::{
    Counts, FacetValue, Facets, First, FirstMention, Line, Matrix, Remarks, Table,
};

#[derive(Serialize)]
struct CountsObject {
    passages: usize,
    articles: usize,
    families: usize,
}

impl CountsObject {
    fn new(counts: Counts) -> Self {
        CountsObject {
            passages: counts.passages,
            articles: counts.articles,
            families: counts.families,
        }
    }
}

/// Writes facets as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_facets_json(facets: &Facets, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        query: &'a str,
        by: &'a str,
        unit: &'a str,
        total: CountsObject,
        values: Vec<ValueObject<'a>>,
        more: usize,
        without: usize,
        #[serde(flatten)]
        remarks: RemarksObject<'a>,
    }
    let object = Object {
        query: &facets.query,
        by: facets.by.name(),
        unit: facets.unit.name(),
        total: CountsObject::new(facets.total),
        values: facets.values.iter().map(ValueObject::new).collect(),
        more: facets.more,
        without: facets.without,
        remarks: RemarksObject::new(&facets.remarks, facets.took),
    };
    write_object(&object, out)
}

/// What every survey says besides its counts, in its own object.
#[derive(Serialize)]
pub(super) struct RemarksObject<'a> {
    notes: &'a [String],
    stale: Option<StaleObject<'a>>,
    took_ms: f64,
    tried: Vec<AttemptObject<'a>>,
    suggestions: Vec<SuggestionObject<'a>>,
}

impl<'a> RemarksObject<'a> {
    pub(super) fn new(remarks: &'a Remarks, took: Duration) -> Self {
        RemarksObject {
            notes: &remarks.notes,
            stale: remarks.stale.as_ref().map(StaleObject::new),
            took_ms: took.as_micros() as f64 / 1000.0,
            tried: remarks.tried.iter().map(AttemptObject::new).collect(),
            suggestions: remarks
                .suggestions
                .iter()
                .map(SuggestionObject::new)
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ValueObject<'a> {
    label: &'a str,
    code: Option<&'a str>,
    count: usize,
    query: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<ValueObject<'a>>,
}

impl<'a> ValueObject<'a> {
    fn new(value: &'a FacetValue) -> Self {
        ValueObject {
            label: &value.label,
            code: value.code.as_deref(),
            count: value.count,
            query: &value.query,
            children: value.children.iter().map(ValueObject::new).collect(),
        }
    }

    fn of_line(line: &'a Line) -> Self {
        ValueObject {
            label: &line.label,
            code: line.code.as_deref(),
            count: line.count,
            query: &line.query,
            children: Vec::new(),
        }
    }
}

/// Facets within the answer of a search.
#[derive(Serialize)]
pub(in crate::render) struct FacetObject<'a> {
    by: &'a str,
    unit: &'a str,
    values: Vec<ValueObject<'a>>,
    more: usize,
    without: usize,
}

/// The facets of a search, for its answer.
pub(in crate::render) fn facet_objects(facets: &[Facets]) -> Vec<FacetObject<'_>> {
    let object = |facets| {
        let Facets {
            by,
            unit,
            values,
            more,
            without,
            ..
        }: &Facets = facets;
        FacetObject {
            by: by.name(),
            unit: unit.name(),
            values: values.iter().map(ValueObject::new).collect(),
            more: *more,
            without: *without,
        }
    };
    facets.iter().map(object).collect()
}

#[derive(Serialize)]
struct CellObject<'a> {
    count: usize,
    query: &'a str,
}

#[derive(Serialize)]
struct TableObject<'a> {
    query: Option<&'a str>,
    rows: Vec<ValueObject<'a>>,
    columns: Vec<ValueObject<'a>>,
    cells: Vec<Vec<CellObject<'a>>>,
    total: usize,
    outside: usize,
    more_rows: usize,
    more_columns: usize,
}

impl<'a> TableObject<'a> {
    fn new(table: &'a Table) -> Self {
        let row = |cells: &'a Vec<crate::survey::Cell>| {
            let cells = cells.iter().map(|cell| CellObject {
                count: cell.count,
                query: &cell.query,
            });
            cells.collect()
        };
        TableObject {
            query: table.query.as_deref(),
            rows: table.rows.iter().map(ValueObject::of_line).collect(),
            columns: table.columns.iter().map(ValueObject::of_line).collect(),
            cells: table.cells.iter().map(row).collect(),
            total: table.total,
            outside: table.outside,
            more_rows: table.more_rows,
            more_columns: table.more_columns,
        }
    }
}

/// Writes a matrix as one JSON object; every cell has the query that opens it.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_matrix_json(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        rows: &'a str,
        columns: &'a str,
        unit: &'a str,
        tables: Vec<TableObject<'a>>,
        #[serde(flatten)]
        remarks: RemarksObject<'a>,
    }
    let object = Object {
        rows: matrix.rows.name(),
        columns: matrix.columns.name(),
        unit: matrix.unit.name(),
        tables: matrix.tables.iter().map(TableObject::new).collect(),
        remarks: RemarksObject::new(&matrix.remarks, matrix.took),
    };
    write_object(&object, out)
}

#[derive(Serialize)]
struct HalfDatedObject<'a> {
    id: &'a str,
    title: &'a str,
    date: &'a str,
}

#[derive(Serialize)]
struct LagObject {
    min: i32,
    max: i32,
}

#[derive(Serialize)]
struct MentionObject<'a> {
    label: &'a str,
    code: Option<&'a str>,
    date: Option<&'a str>,
    date_precision: Option<DatePrecision>,
    lag_days: LagObject,
    same_day: usize,
    maybe_earlier: Vec<HalfDatedObject<'a>>,
    count: usize,
    query: &'a str,
    hit: HitObject<'a>,
}

impl<'a> MentionObject<'a> {
    fn new(mention: &'a FirstMention) -> Self {
        let half_dated = mention.maybe_earlier.iter().map(|article| HalfDatedObject {
            id: &article.id,
            title: &article.title,
            date: &article.date,
        });
        MentionObject {
            label: &mention.label,
            code: mention.code.as_deref(),
            date: mention.hit.article.date.as_deref(),
            date_precision: mention.hit.article.date_precision,
            lag_days: LagObject {
                min: mention.lag_days.0,
                max: mention.lag_days.1,
            },
            same_day: mention.same_day,
            maybe_earlier: half_dated.collect(),
            count: mention.count,
            query: &mention.query,
            hit: HitObject::new(&mention.hit, None),
        }
    }
}

/// Writes first mentions as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_first_json(first: &First, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        query: &'a str,
        by: &'a str,
        unit: &'a str,
        mentions: Vec<MentionObject<'a>>,
        more: usize,
        undated: usize,
        without: usize,
        #[serde(flatten)]
        remarks: RemarksObject<'a>,
    }
    let object = Object {
        query: &first.query,
        by: first.by.name(),
        unit: first.unit.name(),
        mentions: first.mentions.iter().map(MentionObject::new).collect(),
        more: first.more,
        undated: first.undated,
        without: first.without,
        remarks: RemarksObject::new(&first.remarks, first.took),
    };
    write_object(&object, out)
}
