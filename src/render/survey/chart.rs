//! Pictures of facets and matrices as SVG, for reports.
//!
//! Fonts are named, not embedded: the reader's system has one for Chinese.

use std::fmt::Display;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::columns::{fit, width};
use super::facets::each;
use super::table::matrix_axis_label;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{FacetValue, Facets, Matrix, Table};

/// Chinese fonts of Linux, macOS and Windows.
const FONT: &str = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif";

const TITLE_SIZE: i32 = 18;
const TEXT_SIZE: i32 = 13;
const SMALL_SIZE: i32 = 11;
const MARGIN: i32 = 20;
const CELL_HEIGHT: i32 = 28;
/// The widest name, in columns of a terminal.
const MAX_LABEL: usize = 40;

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const PALE: RGBColor = RGBColor(0x77, 0x77, 0x77);
const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);
const BAR: RGBColor = RGBColor(0xb2, 0x1f, 0x2d);
const INNER_BAR: RGBColor = RGBColor(0xe0, 0x9a, 0x9a);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws facets: bars, upright for time and lying for everything else.
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if there is nothing to draw.
pub fn facets_svg(facets: &Facets) -> Result<String> {
    if facets.values.is_empty() {
        return Err(nothing_to_draw());
    }
    let title = format!(
        "{} · 按{}",
        name_of(&facets.query),
        facets.by.chinese_name()
    );
    let below = super::facets::summary(facets);
    if facets.by.is_time() {
        upright(&facets.values, &title, &below)
    } else {
        lying(&facets.values, &title, &below)
    }
}

/// Draws a matrix as a heat map, one under the other for several tables.
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if there is nothing to draw.
pub fn matrix_svg(matrix: &Matrix) -> Result<String> {
    let tables: Vec<&Table> = matrix
        .tables
        .iter()
        .filter(|table| !table.rows.is_empty() && !table.columns.is_empty())
        .collect();
    if tables.is_empty() {
        return Err(nothing_to_draw());
    }
    let sizes: Vec<Heat> = tables.iter().map(|table| Heat::new(table)).collect();
    let widest = sizes.iter().map(|heat| heat.width).max().unwrap_or(0);
    let height: i32 = sizes.iter().map(|heat| heat.height).sum();
    picture(widest.max(420), height, |area| {
        let mut top = 0;
        for (table, heat) in tables.iter().zip(&sizes) {
            heat.draw(matrix, table, top, area)?;
            top += heat.height;
        }
        Ok(())
    })
}

fn nothing_to_draw() -> Error {
    Error::new(
        ErrorKind::BadOption,
        "there is nothing to draw: no value was found",
    )
    .with_hint("leave out `--svg` to see what was tried")
}

fn name_of(query: &str) -> &str {
    if query.is_empty() {
        "全部文章"
    } else {
        query
    }
}

/// Makes a picture of a size in pixels.
fn picture(
    width: i32,
    height: i32,
    draw: impl FnOnce(&Area<'_>) -> std::result::Result<(), Box<dyn std::error::Error>>,
) -> Result<String> {
    let mut svg = String::new();
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, (width as u32, height as u32));
        let area = area.into_drawing_area();
        let drawn = area
            .fill(&WHITE)
            .map_err(Into::into)
            .and_then(|()| draw(&area));
        drawn.and_then(|()| area.present().map_err(Into::into))
    };
    let wrong = |error: Box<dyn std::error::Error>| {
        Error::new(
            ErrorKind::Io,
            format!("the picture could not be drawn: {error}"),
        )
    };
    drawn.map_err(wrong)?;
    Ok(svg)
}

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

/// Where a text stands to its point.
#[derive(Clone, Copy)]
enum At {
    Left,
    Middle,
    Right,
}

fn text(
    area: &Area<'_>,
    what: impl Display,
    x: i32,
    y: i32,
    at: At,
    size: i32,
    ink: RGBColor,
) -> Drawn {
    let horizontal = match at {
        At::Left => HPos::Left,
        At::Middle => HPos::Center,
        At::Right => HPos::Right,
    };
    let style = TextStyle::from((FONT, size).into_font())
        .color(&ink)
        .pos(Pos::new(horizontal, VPos::Center));
    area.draw(&Text::new(what.to_string(), (x, y), style))?;
    Ok(())
}

fn block(area: &Area<'_>, x: i32, y: i32, width: i32, height: i32, fill: RGBColor) -> Drawn {
    let corners = [(x, y), (x + width, y + height)];
    area.draw(&Rectangle::new(corners, fill.filled()))?;
    Ok(())
}

/// About how many pixels a text takes.
fn pixels(text: &str, size: i32) -> i32 {
    width(text) as i32 * size * 11 / 20
}

/// A row of a picture with lying bars.
struct Bar {
    label: String,
    count: usize,
    depth: usize,
}

fn lying(values: &[FacetValue], title: &str, below: &str) -> Result<String> {
    let mut bars = Vec::new();
    // The closure never fails: it only collects.
    let _ = each(values, 0, &mut |value, depth| {
        bars.push(Bar {
            label: fit(&value.label, MAX_LABEL),
            count: value.count,
            depth,
        });
        Ok(())
    });
    const ROW: i32 = 22;
    const BARS: i32 = 420;
    const INDENT: i32 = 16;
    let label_width = bars
        .iter()
        .map(|bar| pixels(&bar.label, TEXT_SIZE) + INDENT * bar.depth as i32)
        .max()
        .unwrap_or(0);
    let left = MARGIN + label_width + 10;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1);
    let top = MARGIN + 34;
    let height = top + ROW * bars.len() as i32 + 44;
    picture(
        (left + BARS + 60).max(MARGIN * 2 + pixels(title, TITLE_SIZE)),
        height,
        |area| {
            text(area, title, MARGIN, MARGIN + 6, At::Left, TITLE_SIZE, INK)?;
            for (number, bar) in bars.iter().enumerate() {
                let y = top + ROW * number as i32;
                let middle = y + ROW / 2;
                let x = MARGIN + INDENT * bar.depth as i32;
                let ink = if bar.depth > 0 { PALE } else { INK };
                text(area, &bar.label, x, middle, At::Left, TEXT_SIZE, ink)?;
                let length = (bar.count as i64 * i64::from(BARS) / most as i64) as i32;
                let fill = if bar.depth > 0 { INNER_BAR } else { BAR };
                block(area, left, y + 3, length.max(1), ROW - 6, fill)?;
                text(
                    area,
                    bar.count,
                    left + length + 6,
                    middle,
                    At::Left,
                    TEXT_SIZE,
                    ink,
                )?;
            }
            text(area, below, MARGIN, height - 18, At::Left, SMALL_SIZE, PALE)
        },
    )
}

fn upright(values: &[FacetValue], title: &str, below: &str) -> Result<String> {
    const HEIGHT: i32 = 220;
    let count = values.len() as i32;
    let longest = values
        .iter()
        .map(|value| pixels(&value.label, SMALL_SIZE))
        .max()
        .unwrap_or(0);
    let step = (760 / count.max(1)).clamp(14, 72);
    // Only as many names as stand beside each other.
    let every = (longest + 8 + step - 1) / step;
    let plot = step * count;
    let left = MARGIN + 24;
    let top = MARGIN + 52;
    let base = top + HEIGHT;
    let most = values
        .iter()
        .map(|value| value.count)
        .max()
        .unwrap_or(1)
        .max(1);
    let width = (left + plot + MARGIN).max(MARGIN * 2 + pixels(title, TITLE_SIZE));
    let height = base + 68;
    picture(width, height, |area| {
        text(area, title, MARGIN, MARGIN + 6, At::Left, TITLE_SIZE, INK)?;
        block(area, left, base, plot, 1, PALE)?;
        for (number, value) in values.iter().enumerate() {
            let x = left + step * number as i32;
            let tall = (value.count as i64 * i64::from(HEIGHT) / most as i64) as i32;
            if value.count > 0 {
                // What is dated in part is no bar among the others.
                let fill = if value.label.contains("不详") {
                    INNER_BAR
                } else {
                    BAR
                };
                block(area, x + 2, base - tall.max(1), step - 4, tall.max(1), fill)?;
                let middle = x + step / 2;
                text(
                    area,
                    value.count,
                    middle,
                    base - tall - 9,
                    At::Middle,
                    SMALL_SIZE,
                    INK,
                )?;
            }
            if number as i32 % every == 0 {
                let middle = x + step / 2;
                text(
                    area,
                    &value.label,
                    middle,
                    base + 14,
                    At::Middle,
                    SMALL_SIZE,
                    INK,
                )?;
            }
        }
        text(area, below, MARGIN, height - 18, At::Left, SMALL_SIZE, PALE)
    })
}

/// The measures of one heat map.
struct Heat {
    label_width: i32,
    cell_width: i32,
    width: i32,
    height: i32,
}

impl Heat {
    const TOP: i32 = MARGIN + 34 + 24;

    fn new(table: &Table) -> Self {
        let labels = table
            .rows
            .iter()
            .map(|row| pixels(&fit(&row.label, MAX_LABEL), TEXT_SIZE));
        let label_width = labels.max().unwrap_or(0).max(pixels("合计", TEXT_SIZE)) + 12;
        let heads = table
            .columns
            .iter()
            .map(|column| pixels(&fit(&column.label, 20), SMALL_SIZE));
        let cell_width = (heads.max().unwrap_or(0) + 14).clamp(46, 160);
        Heat {
            label_width,
            cell_width,
            width: MARGIN * 2 + label_width + cell_width * (table.columns.len() as i32 + 1),
            height: Self::TOP + CELL_HEIGHT * (table.rows.len() as i32 + 1) + 44,
        }
    }

    fn draw(&self, matrix: &Matrix, table: &Table, top: i32, area: &Area<'_>) -> Drawn {
        let (rows, columns) = (
            matrix_axis_label(matrix.rows),
            matrix_axis_label(matrix.columns),
        );
        let title = match &table.query {
            Some(query) => format!("{} · {rows} × {columns}", name_of(query)),
            None => format!("{rows} × {columns}"),
        };
        text(
            area,
            title,
            MARGIN,
            top + MARGIN + 6,
            At::Left,
            TITLE_SIZE,
            INK,
        )?;
        let cells = table.cells.iter().flatten().map(|cell| cell.count);
        let most = cells.max().unwrap_or(1).max(1);
        let left = MARGIN + self.label_width;
        let first = top + Self::TOP;
        let column_at = |at: usize| left + self.cell_width * at as i32;
        let centre = |at: usize| column_at(at) + self.cell_width / 2;
        let heads = table.columns.iter().map(|column| fit(&column.label, 20));
        for (at, head) in heads.chain(["合计".to_owned()]).enumerate() {
            text(
                area,
                head,
                centre(at),
                first - 14,
                At::Middle,
                SMALL_SIZE,
                INK,
            )?;
        }
        let totals = table.columns.len();
        for (number, (row, cells)) in table.rows.iter().zip(&table.cells).enumerate() {
            let y = first + CELL_HEIGHT * number as i32;
            let middle = y + CELL_HEIGHT / 2;
            let label = fit(&row.label, MAX_LABEL);
            text(area, label, left - 8, middle, At::Right, TEXT_SIZE, INK)?;
            for (at, cell) in cells.iter().enumerate() {
                let (fill, ink) = heat(cell.count, most);
                block(
                    area,
                    column_at(at) + 1,
                    y + 1,
                    self.cell_width - 2,
                    CELL_HEIGHT - 2,
                    fill,
                )?;
                if cell.count > 0 {
                    text(
                        area,
                        cell.count,
                        centre(at),
                        middle,
                        At::Middle,
                        TEXT_SIZE,
                        ink,
                    )?;
                }
            }
            text(
                area,
                row.count,
                centre(totals),
                middle,
                At::Middle,
                TEXT_SIZE,
                PALE,
            )?;
        }
        let y = first + CELL_HEIGHT * table.rows.len() as i32;
        let middle = y + CELL_HEIGHT / 2;
        block(
            area,
            left,
            y + 1,
            self.cell_width * (totals as i32 + 1),
            1,
            GRID,
        )?;
        text(area, "合计", left - 8, middle, At::Right, TEXT_SIZE, PALE)?;
        for (at, column) in table.columns.iter().enumerate() {
            text(
                area,
                column.count,
                centre(at),
                middle,
                At::Middle,
                TEXT_SIZE,
                PALE,
            )?;
        }
        text(
            area,
            table.total,
            centre(totals),
            middle,
            At::Middle,
            TEXT_SIZE,
            INK,
        )?;
        let below = super::matrix::summary(matrix, table);
        text(
            area,
            below,
            MARGIN,
            top + self.height - 18,
            At::Left,
            SMALL_SIZE,
            PALE,
        )
    }
}

/// The colour of a cell and of the number on it: from the palest to the
/// deepest red by the roots of counts, so that one large cell does not leave
/// all others pale.
fn heat(count: usize, most: usize) -> (RGBColor, RGBColor) {
    if count == 0 {
        return (RGBColor(0xf7, 0xf7, 0xf7), PALE);
    }
    const FROM: [f64; 3] = [253.0, 226.0, 214.0];
    const TO: [f64; 3] = [139.0, 16.0, 28.0];
    let part = (count as f64 / most as f64).sqrt();
    let mixed = |at: usize| (FROM[at] + (TO[at] - FROM[at]) * part) as u8;
    let ink = if part > 0.6 { WHITE } else { INK };
    (RGBColor(mixed(0), mixed(1), mixed(2)), ink)
}
