//! Reads tables: .csv and .tsv, one article a row.
//!
//! The first row names the columns, in English or Chinese. Ragged rows are
//! read as far as they go and reported; a quotation mark that never closes
//! costs its own row, not the rest of the file. Rows are counted as a
//! spreadsheet counts them: the header is row 1.

use super::{at_row, problem};
use crate::article::{
    Article, Place, Problem, ProblemKind, Stated, Surroundings, compose_record, first_chars,
};
use ::csv::{Reader, ReaderBuilder, StringRecord};

/// How often reading starts again behind a quotation mark that never closes.
const MAX_RESTARTS: usize = 100;

/// How many rows of one file are reported one by one.
const MAX_REPORTED: usize = 100;

/// Reads a .csv or .tsv file.
pub(super) fn read_table(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    let rows = split_rows(text, delimiter(path, text), problems);
    let Some((header, rows)) = rows.split_first() else {
        return Vec::new();
    };
    let header: Vec<&str> = header.iter().map(str::trim).collect();
    let named = |value: &str| -> Vec<(String, String)> {
        header
            .iter()
            .map(|name| ((*name).to_owned(), value.to_owned()))
            .collect()
    };
    if Stated::from_fields(named("x")).text.is_none() {
        problems.push(no_text_column(&header));
        return Vec::new();
    }
    // Of a wide table only the columns that say something are looked at row by row.
    let known: Vec<usize> = (0..header.len())
        .filter(|&at| Stated::is_field(header[at]))
        .collect();
    let mut articles = Vec::new();
    let mut reported = 0;
    for (row, number) in rows.iter().zip(2..) {
        let cell = |&at: &usize| Some((header[at].to_owned(), row.get(at)?.to_owned()));
        let stated = Stated::from_fields(known.iter().filter_map(cell).collect());
        let fault = fault_of(row, header.len(), number, stated.text.is_some());
        if let Some(fault) = fault.filter(|_| reported < MAX_REPORTED) {
            reported += 1;
            problems.push(fault);
        }
        if stated.text.is_some() || stated.title.is_some() {
            let around = Surroundings {
                path,
                file_date: None,
                place: at_row(number),
            };
            articles.push(compose_record(&stated, &around, problems));
        }
    }
    if rows.is_empty() {
        problems.push(
            problem(
                Place::default(),
                "the table has no rows below its header",
                "export the articles again",
            )
            .of(ProblemKind::Empty),
        );
    }
    articles
}

/// Says what is wrong with a row, if anything.
fn fault_of(row: &StringRecord, columns: usize, number: usize, has_text: bool) -> Option<Problem> {
    let is_filled = |cell: &str| !cell.trim().is_empty();
    if !row.iter().any(is_filled) {
        return None;
    }
    // Spreadsheets pad rows with empty cells.
    if row.len() < columns || row.iter().skip(columns).any(is_filled) {
        return Some(problem(
            at_row(number),
            format!("row {number} has {} cells, the header {columns}", row.len()),
            "put cells that hold a comma or a line end into quotation marks",
        ));
    }
    (!has_text).then(|| {
        problem(
            at_row(number),
            format!("row {number} has no text"),
            "fill its text cell, or delete the row",
        )
    })
}

fn no_text_column(header: &[&str]) -> Problem {
    let names: Vec<String> = header
        .iter()
        .take(12)
        .map(|name| format!("{:?}", first_chars(name, 20)))
        .collect();
    let more = if header.len() > 12 { ", …" } else { "" };
    problem(
        at_row(1),
        format!(
            "the table has no text column; its columns are {}{more}",
            names.join(", ")
        ),
        "name the columns in the first row: \"title\" and \"text\" (or 标题 and 正文)",
    )
}

/// Splits a table into its rows. A quotation mark that is opened and never
/// closed would swallow the rows after it: its row is read with the marks as
/// text, and reading goes on behind its line.
fn split_rows(text: &str, delimiter: u8, problems: &mut Vec<Problem>) -> Vec<StringRecord> {
    let mut rows: Vec<StringRecord> = Vec::new();
    let mut rest = text;
    for restart in 0..=MAX_RESTARTS {
        let mut reader = reader(rest, delimiter, true);
        let mut record = StringRecord::new();
        let mut broken = None;
        // The text is UTF-8 and ragged rows are allowed, so no row fails.
        while let Ok(true) = reader.read_record(&mut record) {
            let start = record.position().map_or(0, |at| at.byte() as usize);
            let end = reader.position().byte() as usize;
            let raw = rest.get(start..end).unwrap_or_default();
            let raw = raw.trim_start_matches(['\n', '\r']);
            if raw.trim_end().contains('\n') && has_open_mark(raw, delimiter) {
                broken = rest.get(end - raw.len()..);
                break;
            }
            rows.push(record.clone());
        }
        let Some((line, behind)) = broken.and_then(|raw| raw.split_once('\n')) else {
            break;
        };
        let number = rows.len() + 1;
        if restart == MAX_RESTARTS {
            problems.push(problem(
                at_row(number),
                format!("row {number} and those after it are not read: too many quotation marks never close"),
                "export the table again, with quotation marks inside cells written twice",
            ));
            break;
        }
        problems.push(problem(
            at_row(number),
            format!("row {number} opens a quotation mark that never closes"),
            "close it; a mark inside a cell is written twice",
        ));
        let unquoted = self::reader(line, delimiter, false);
        rows.extend(unquoted.into_records().flatten());
        rest = behind;
    }
    rows
}

/// Says whether a cell of a row opens a quotation mark and does not close it:
/// the next mark stands in the middle of text, or there is none.
fn has_open_mark(raw: &str, delimiter: u8) -> bool {
    let mut bytes = raw.bytes().peekable();
    let mut at_cell_start = true;
    while let Some(byte) = bytes.next() {
        if !at_cell_start || byte != b'"' {
            at_cell_start = byte == delimiter || byte == b'\n';
            continue;
        }
        loop {
            match bytes.next() {
                None => return true,
                Some(b'"') if bytes.peek() == Some(&b'"') => {
                    bytes.next();
                }
                Some(b'"') => break,
                Some(_) => {}
            }
        }
        let follows = bytes.peek().copied();
        if follows.is_some_and(|b| b != delimiter && !b.is_ascii_whitespace()) {
            return true;
        }
        at_cell_start = false;
    }
    false
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .quoting(quoting)
        .from_reader(text.as_bytes())
}

/// Finds what stands between cells: a tab in .tsv files, else the mark that
/// parts the first line into the most columns of known names.
fn delimiter(path: &str, text: &str) -> u8 {
    let ends = |end: &str| path.to_ascii_lowercase().ends_with(end);
    if ends(".tsv") || ends(".tab") {
        return b'\t';
    }
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let known = |delimiter: &u8| {
        let cells = first.split(char::from(*delimiter));
        let fields: Vec<(String, String)> = cells
            .map(|cell| (cell.trim_matches(['"', ' ']).to_owned(), "x".to_owned()))
            .collect();
        let count = fields.len();
        let stated = Stated::from_fields(fields);
        let named = [
            stated.title,
            stated.text,
            stated.date,
            stated.outlet,
            stated.url,
        ];
        (named.iter().flatten().count(), count)
    };
    // Of equals the last is chosen: the comma.
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(known)
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(path: &str, text: &str) -> (Vec<Article>, Vec<Problem>) {
        let mut problems = Vec::new();
        (read_table(path, text, &mut problems), problems)
    }

    fn texts(article: &Article) -> Vec<&str> {
        article.blocks.iter().map(|b| b.text.as_str()).collect()
    }

    #[test]
    fn columns_are_known_by_english_and_chinese_names() {
        for (path, text) in [
            (
                "a.csv",
                "id,title,date,text\n7,甲,2024-05-30,\"一，\n二\"\n",
            ),
            (
                "a.csv",
                "编号;标题;发布日期;正文\n7;甲;2024年5月30日;\"一，\n二\"\n",
            ),
            (
                "a.tsv",
                "正文\t标题\t日期\tID\n\"一，\n二\"\t甲\t2024.5.30\t7\n",
            ),
        ] {
            let (articles, problems) = table(path, text);
            assert_eq!(problems, [], "{text}");
            assert_eq!(articles[0].title, "甲");
            assert_eq!(texts(&articles[0]), ["一，", "二"]);
            assert_eq!(articles[0].given_id.as_deref(), Some("7"));
            assert_eq!(
                articles[0].date.as_ref().map(|d| d.iso.as_str()),
                Some("2024-05-30")
            );
            assert_eq!(articles[0].place.row, Some(2));
        }
    }

    #[test]
    fn a_ragged_row_is_a_problem_and_is_read_as_far_as_it_goes() {
        let (articles, problems) = table(
            "a.csv",
            "title,text,url\n甲,一\n乙,二,三,四\n丙,三,u,,\n丁,,\n,,\n戊,五,\n",
        );
        let titles: Vec<&str> = articles.iter().map(|a| a.title.as_str()).collect();
        assert_eq!(titles, ["甲", "乙", "丙", "丁", "戊"]);
        let rows: Vec<Option<u32>> = problems.iter().map(|p| p.place.row).collect();
        assert_eq!(rows, [Some(2), Some(3), Some(5)]);
        assert_eq!(problems[0].message, "row 2 has 2 cells, the header 3");
    }

    #[test]
    fn a_mark_that_never_closes_costs_one_row() {
        let (articles, problems) = table(
            "a.csv",
            "title,text\n甲,一\n乙,\"二\n丙,三\n丁,\"四\n五\"\n",
        );
        let titles: Vec<&str> = articles.iter().map(|a| a.title.as_str()).collect();
        assert_eq!(titles, ["甲", "乙", "丙", "丁"], "{problems:?}");
        assert_eq!(texts(&articles[3]), ["四", "五"]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].place.row, Some(3));
    }

    #[test]
    fn a_table_without_text_names_its_columns() {
        let (articles, problems) = table("a.csv", "姓名,电话\n甲,1\n");
        assert!(articles.is_empty());
        assert_eq!(
            problems[0].message,
            "the table has no text column; its columns are \"姓名\", \"电话\""
        );
        let (_, problems) = table("a.csv", "title,text\n");
        assert_eq!(
            problems[0].message,
            "the table has no rows below its header"
        );
    }
}
