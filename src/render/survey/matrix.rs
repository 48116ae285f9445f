//! A matrix for people: an aligned and shaded table, CSV, Markdown.

use std::io::{self, Write};

use super::table::{
    Align, Csv, code, markdown_row, markdown_rule, matrix_axis_label, short_unit, unit_label,
};
use crate::survey::{Matrix, Table};

#[cfg(feature = "cli")]
pub use self::text::write_matrix_text;

/// Writes a matrix as CSV: a row for each row, with its sum over all that was
/// found, and the queries of rows in the last column. With several tables the
/// first column names the query.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_matrix_csv(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = Csv::new(out)?;
    for (number, table) in matrix.tables.iter().enumerate() {
        let is_one_of_several = matrix.tables.len() > 1;
        let query = table.query.clone().unwrap_or_default();
        let named = |first: &str| match is_one_of_several {
            true => vec![first.to_owned()],
            false => Vec::new(),
        };
        if number == 0 {
            let mut head = named("query");
            head.push(format!("{}/{}", matrix.rows.name(), matrix.columns.name()));
            head.extend(table.columns.iter().map(|column| column.label.clone()));
            head.extend(["total".to_owned(), "search".to_owned()]);
            csv.row(&head)?;
        }
        for (row, cells) in table.rows.iter().zip(&table.cells) {
            let mut record = named(&query);
            record.push(row.label.clone());
            record.extend(cells.iter().map(|cell| cell.count.to_string()));
            record.extend([row.count.to_string(), row.query.clone()]);
            csv.row(&record)?;
        }
        let mut record = named(&query);
        record.push("total".to_owned());
        record.extend(table.columns.iter().map(|column| column.count.to_string()));
        record.extend([table.total.to_string(), query]);
        csv.row(&record)?;
    }
    csv.end()
}

/// Writes a matrix as Markdown tables, and under each the query of every cell.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_matrix_markdown(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    for table in &matrix.tables {
        if let Some(query) = &table.query {
            writeln!(out, "**{}**\n", crate::render::markdown::escape(query))?;
        }
        let mut head = vec![corner(matrix)];
        head.extend(table.columns.iter().map(|column| column.label.clone()));
        head.push("合计".to_owned());
        markdown_row(&head, out)?;
        let mut aligns = vec![Align::Right; head.len()];
        aligns[0] = Align::Left;
        markdown_rule(&aligns, out)?;
        for (row, cells) in table.rows.iter().zip(&table.cells) {
            let mut record = vec![row.label.clone()];
            record.extend(cells.iter().map(|cell| shown(cell.count)));
            record.push(shown(row.count));
            markdown_row(&record, out)?;
        }
        let mut record = vec!["合计".to_owned()];
        record.extend(table.columns.iter().map(|column| shown(column.count)));
        record.push(shown(table.total));
        markdown_row(&record, out)?;
        writeln!(out, "\n{}\n", summary(matrix, table))?;
        for (row, cells) in table.rows.iter().zip(&table.cells) {
            for (column, cell) in table.columns.iter().zip(cells) {
                if cell.count > 0 {
                    let (row, column) = (&row.label, &column.label);
                    writeln!(
                        out,
                        "- {row} × {column}（{}）：{}",
                        cell.count,
                        code(&cell.query)
                    )?;
                }
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn corner(matrix: &Matrix) -> String {
    let (rows, columns) = (
        matrix_axis_label(matrix.rows),
        matrix_axis_label(matrix.columns),
    );
    format!("{rows}＼{columns}")
}

fn shown(count: usize) -> String {
    match count {
        0 => "·".to_owned(),
        count => count.to_string(),
    }
}

/// What was found in all, on one line.
pub(super) fn summary(matrix: &Matrix, table: &Table) -> String {
    let unit = matrix.unit;
    let mut summary = format!("共 {} {}", table.total, unit_label(unit));
    if table.outside > 0 {
        let short = short_unit(unit);
        summary.push_str(&format!("；{} {short}不在表内", table.outside));
        let mut reasons = Vec::new();
        for axis in [matrix.rows, matrix.columns] {
            match axis {
                crate::survey::MatrixAxis::Query => {}
                crate::survey::MatrixAxis::By(by) if by.is_time() => reasons.push("没有日期"),
                crate::survey::MatrixAxis::By(by) => {
                    reasons.push(match by {
                        crate::survey::Axis::City => "没有指明城市",
                        crate::survey::Axis::Region => "没有地区",
                        crate::survey::Axis::Group => "不属区域",
                        _ => "没有此项",
                    });
                }
            }
        }
        if table.more_rows + table.more_columns > 0 {
            reasons.push("行列未列全");
        }
        summary.push_str(&format!("（{}）", reasons.join("或")));
    }
    if table.total > 0 && table.more_rows + table.more_columns > 0 {
        let more = table.more_rows + table.more_columns;
        summary.push_str(&format!("；另有 {more} 行列未列出（-n 0 列全）"));
    }
    summary
}

#[cfg(feature = "cli")]
mod text {
    use super::super::columns::{
        ASIDE, HEAD, left, plain, right, shade, shell, styled, width, write_remarks,
    };
    use super::{Matrix, Table, Write, corner, io, shown, summary};
    use crate::render::pretty::Screen;

    /// The widest name of a row.
    const MAX_LABEL: usize = 30;

    /// Writes a matrix for a person: aligned, zeros as dots, and on a screen
    /// with colours shaded by count. Columns that do not fit on the screen
    /// follow in a further block.
    ///
    /// # Errors
    ///
    /// Returns the error of `out`.
    pub fn write_matrix_text(
        matrix: &Matrix,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (number, table) in matrix.tables.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            if let Some(query) = &table.query {
                styled(screen, HEAD, &plain(query), out)?;
                styled(screen, ASIDE, " · ", out)?;
            }
            styled(screen, ASIDE, &summary(matrix, table), out)?;
            writeln!(out)?;
            if table.total > 0 {
                write_table(matrix, table, screen, out)?;
            } else {
                writeln!(out, "没有命中")?;
            }
        }
        let cells = matrix
            .tables
            .iter()
            .flat_map(|table| table.cells.iter().flatten());
        match cells.rev().max_by_key(|cell| cell.count) {
            Some(cell) if cell.count > 0 => {
                let line = format!(
                    "打开一格：cewen search {}（各格的检索式见 --json 或 --format md）",
                    shell(&cell.query)
                );
                styled(screen, ASIDE, &line, out)?;
                writeln!(out)
            }
            _ => write_remarks(&matrix.remarks, out),
        }
    }

    fn write_table(
        matrix: &Matrix,
        table: &Table,
        screen: Screen,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let corner = corner(matrix);
        let labels: Vec<String> = table.rows.iter().map(|row| plain(&row.label)).collect();
        let label_width = labels
            .iter()
            .map(|label| width(label))
            .chain([width(&corner)])
            .max()
            .unwrap_or(0)
            .min(MAX_LABEL);
        let mut heads: Vec<String> = table
            .columns
            .iter()
            .map(|line| plain(&line.label))
            .collect();
        heads.push("合计".to_owned());
        let widths: Vec<usize> = heads
            .iter()
            .enumerate()
            .map(|(at, head)| {
                let count = table.columns.get(at).map_or(table.total, |line| line.count);
                width(head).max(shown(count).len()) + 2
            })
            .collect();
        let most = table.cells.iter().flatten().map(|cell| cell.count).max();
        let most = most.unwrap_or(0);
        let last = heads.len() - 1;
        let mut from = 0;
        while from <= last {
            // As many columns as fit.
            let mut until = from;
            let mut used = label_width;
            while until <= last && (until == from || used + widths[until] <= screen.columns) {
                used += widths[until];
                until += 1;
            }
            styled(screen, HEAD, &left(&corner, label_width), out)?;
            for at in from..until {
                styled(screen, HEAD, &right(&heads[at], widths[at]), out)?;
            }
            writeln!(out)?;
            for ((row, label), cells) in table.rows.iter().zip(&labels).zip(&table.cells) {
                out.write_all(left(label, label_width).as_bytes())?;
                for (at, &width) in widths.iter().enumerate().take(until).skip(from) {
                    match cells.get(at) {
                        Some(cell) => {
                            out.write_all(b" ")?;
                            let text = right(&shown(cell.count), width - 1);
                            styled(screen, shade(cell.count, most), &text, out)?;
                        }
                        None => styled(screen, HEAD, &right(&shown(row.count), width), out)?,
                    }
                }
                writeln!(out)?;
            }
            out.write_all(left("合计", label_width).as_bytes())?;
            for (at, &width) in widths.iter().enumerate().take(until).skip(from) {
                let count = table.columns.get(at).map_or(table.total, |line| line.count);
                styled(screen, HEAD, &right(&shown(count), width), out)?;
            }
            writeln!(out)?;
            from = until;
            if from <= last {
                writeln!(out)?;
            }
        }
        Ok(())
    }
}
