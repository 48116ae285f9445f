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
    let mut table = Table::default();
    let (_, articles) = table.read(path, text, Part::Last, problems);
    articles
}

/// Whether more text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It does: a row at the end may be cut.
    Begun,
    /// It does, but the first row is too long to be one: some mark never closes.
    Stuck,
    /// It does not.
    Last,
}

/// A table, read one part after the other.
#[derive(Debug, Default)]
pub(super) struct Table {
    delimiter: Option<u8>,
    header: Option<Header>,
    /// Rows read so far or left out, the header included.
    pub(super) rows: usize,
    /// How often a mark never closed.
    restarts: usize,
    /// How many rows were reported.
    reported: usize,
    /// Nothing more of it is read.
    pub(super) is_over: bool,
}

#[derive(Debug)]
struct Header {
    names: Vec<String>,
    /// Of a wide table only the columns that say something are looked at row by row.
    known: Vec<usize>,
}

impl Table {
    /// Reads the whole rows of a part. Returns how many bytes of it were read,
    /// and the articles; what was not read is to begin the next part.
    pub(super) fn read(
        &mut self,
        path: &str,
        text: &str,
        part: Part,
        problems: &mut Vec<Problem>,
    ) -> (usize, Vec<Article>) {
        let delimiter = *self.delimiter.get_or_insert_with(|| delimiter(path, text));
        let mut articles = Vec::new();
        let (mut at, mut part) = (0, part);
        while !self.is_over {
            let (read, rows, broken) = split_rows(&text[at..], delimiter, part);
            at += read;
            for row in rows {
                articles.extend(self.row(path, &row, problems));
            }
            if broken == Broken::No || self.is_over {
                break;
            }
            // Its row is read with the marks as text, and reading goes on
            // behind its line.
            let line = text[at..].split('\n').next().unwrap_or_default();
            if !text[at..].contains('\n') {
                break;
            }
            self.restart(problems);
            if self.is_over {
                break;
            }
            let unquoted = reader(line, delimiter, false).into_records().flatten();
            for row in unquoted {
                articles.extend(self.row(path, &row, problems));
            }
            at += line.len() + 1;
            if part == Part::Stuck {
                part = Part::Begun;
            }
        }
        if self.is_over {
            at = text.len();
        } else if part == Part::Last && self.rows == 1 {
            problems.push(
                problem(
                    Place::default(),
                    "the table has no rows below its header",
                    "export the articles again",
                )
                .of(ProblemKind::Empty),
            );
        }
        (at, articles)
    }

    /// Notes that the next row opens a mark that never closes.
    fn restart(&mut self, problems: &mut Vec<Problem>) {
        let number = self.rows + 1;
        self.restarts += 1;
        self.is_over = self.restarts > MAX_RESTARTS;
        problems.push(if self.is_over {
            problem(
                at_row(number),
                format!("row {number} and those after it are not read: too many quotation marks never close"),
                "export the table again, with quotation marks inside cells written twice",
            )
        } else {
            problem(
                at_row(number),
                format!("row {number} opens a quotation mark that never closes"),
                "close it; a mark inside a cell is written twice",
            )
        });
    }

    fn row(
        &mut self,
        path: &str,
        row: &StringRecord,
        problems: &mut Vec<Problem>,
    ) -> Option<Article> {
        if self.is_over {
            return None;
        }
        self.rows += 1;
        let number = self.rows;
        let Some(Header { names, known }) = &self.header else {
            self.header = Header::read(row);
            if self.header.is_none() {
                let names: Vec<&str> = row.iter().map(str::trim).collect();
                problems.push(no_text_column(&names));
                self.is_over = true;
            }
            return None;
        };
        let cell = |&at: &usize| Some((names[at].clone(), row.get(at)?.to_owned()));
        let stated = Stated::from_fields(known.iter().filter_map(cell).collect());
        let fault = fault_of(row, names.len(), number, stated.text.is_some());
        if let Some(fault) = fault.filter(|_| self.reported < MAX_REPORTED) {
            self.reported += 1;
            problems.push(fault);
        }
        if stated.text.is_none() && stated.title.is_none() {
            return None;
        }
        let around = Surroundings {
            path,
            file_date: None,
            place: at_row(number),
        };
        Some(compose_record(&stated, &around, problems))
    }
}

impl Header {
    /// Reads the first row; `None` if no column holds a text.
    fn read(row: &StringRecord) -> Option<Self> {
        let names: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
        let fields = names.iter().map(|name| (name.clone(), "x".to_owned()));
        Stated::from_fields(fields.collect()).text?;
        let is_known = |&at: &usize| Stated::is_field(&names[at]);
        let known = (0..names.len()).filter(is_known).collect();
        Some(Header { names, known })
    }
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

/// Whether a row opens a quotation mark and never closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    No,
    Yes,
}

/// Splits a part of a table into its whole rows, up to one with a quotation
/// mark that is opened and never closed: it would swallow the rows after it.
/// Returns how many bytes were read.
fn split_rows(text: &str, delimiter: u8, part: Part) -> (usize, Vec<StringRecord>, Broken) {
    let mut rows: Vec<StringRecord> = Vec::new();
    let mut reader = reader(text, delimiter, true);
    let mut record = StringRecord::new();
    let mut read = 0;
    // The text is UTF-8 and ragged rows are allowed, so no row fails.
    while let Ok(true) = reader.read_record(&mut record) {
        let start = record.position().map_or(0, |at| at.byte() as usize);
        let end = reader.position().byte() as usize;
        let raw = text.get(start..end).unwrap_or_default();
        let raw = raw.trim_start_matches(['\n', '\r']);
        let may_be_cut = end == text.len();
        if may_be_cut && (part == Part::Begun || part == Part::Stuck && read > 0) {
            return (read, rows, Broken::No);
        }
        let is_stuck = may_be_cut && part == Part::Stuck;
        if is_stuck || raw.trim_end().contains('\n') && has_open_mark(raw, delimiter) {
            return (end - raw.len(), rows, Broken::Yes);
        }
        rows.push(record.clone());
        read = end;
    }
    // Blank lines at the end.
    let end = match part {
        Part::Last => text.len(),
        Part::Begun | Part::Stuck => read,
    };
    (end, rows, Broken::No)
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
        // Seen: each row after that was taken for the header, and reported.
        let rows = "甲,1\n乙,2\n丙,\"3\n";
        let (articles, problems) = table("a.csv", &format!("姓名,电话\n{rows}"));
        assert!(articles.is_empty());
        assert_eq!(problems.len(), 1, "{problems:?}");
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
