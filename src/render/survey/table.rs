//! What the tables of all surveys have in common: names in Chinese, CSV, and
//! rows of Markdown.

use std::io::{self, Write};

use crate::render::csv::disarm;
use crate::render::markdown::escape;
use crate::survey::{MatrixAxis, Unit};

/// The Chinese name of an axis of a matrix.
pub(super) fn matrix_axis_label(axis: MatrixAxis) -> &'static str {
    match axis {
        MatrixAxis::Query => "检索式",
        MatrixAxis::By(axis) => axis.chinese_name(),
    }
}

/// What is counted, behind a number.
pub(super) fn unit_label(unit: Unit) -> &'static str {
    match unit {
        Unit::Passages => "段",
        Unit::Articles => "篇",
        Unit::Families => "篇（转载只计一次）",
    }
}

/// What is counted, behind a number, once it has been said how.
pub(super) fn short_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Passages => "段",
        Unit::Articles | Unit::Families => "篇",
    }
}

/// A table of comma-separated values as spreadsheets read it.
pub(super) struct Csv<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        Ok(Csv {
            writer: csv::Writer::from_writer(out),
        })
    }

    pub(super) fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(disarm(cell.as_ref()).as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub(super) fn end(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Writes a row of a Markdown table.
pub(super) fn markdown_row<T: AsRef<str>>(cells: &[T], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        let cell = escape(cell.as_ref()).replace(['\n', '\r'], " ");
        write!(out, " {cell} |")?;
    }
    writeln!(out)
}

/// Writes the line under the head of a Markdown table: the first column to the
/// left, numbers to the right.
pub(super) fn markdown_rule(columns: &[Align], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"|")?;
    for align in columns {
        out.write_all(match align {
            Align::Left => b" --- |",
            Align::Right => b" ---: |",
        })?;
    }
    writeln!(out)
}

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A text as code in Markdown, whatever it holds.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}
