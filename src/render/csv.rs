//! Comma-separated values, for people who open them in a spreadsheet.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::search::Answer;

const COLUMNS: [&str; 13] = [
    "rank", "score", "lane", "id", "title", "outlet", "author", "date", "regions", "path",
    "heading", "text", "url",
];

/// Writes the hits as CSV in UTF-8, one row a hit.
///
/// It begins with a byte order mark, without which Excel takes it for the
/// system's encoding. A cell that a spreadsheet would run as a formula gets a
/// leading `'`.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_csv(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for hit in &answer.hits {
        let article = &hit.article;
        let passage = &hit.passage;
        let known = |value: &Option<String>| value.clone().unwrap_or_default();
        let cells = [
            article.id.clone(),
            article.title.clone(),
            known(&article.outlet),
            known(&article.author),
            known(&article.date),
            article.regions.join("、"),
            article.path.clone(),
            passage.heading.clone(),
            passage.text.clone(),
            known(&article.url),
        ];
        table.write_field(hit.rank.to_string())?;
        table.write_field(hit.score.to_string())?;
        table.write_field(hit.lane.name())?;
        for cell in &cells {
            table.write_field(disarm(cell).as_bytes())?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// Keeps a spreadsheet from running a cell (OWASP, "CSV injection"; the
/// full-width signs start formulas in East Asian versions).
pub(crate) fn disarm(cell: &str) -> Cow<'_, str> {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{cell}"))
        }
        _ => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn table(answer: &Answer) -> (String, Vec<Vec<String>>) {
        let mut out = Vec::new();
        write_csv(answer, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows = csv::ReaderBuilder::new()
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        (text, rows)
    }

    #[test]
    fn it_starts_with_a_byte_order_mark_and_the_columns() {
        let (text, _) = table(&samples::answer());
        assert!(text.starts_with("\u{feff}rank,score,lane,id,title,outlet,author,date,regions,path,heading,text,url\n"), "{text}");
    }

    #[test]
    fn rows_read_back_as_written_with_quotes_commas_and_line_ends() {
        let mut answer = samples::answer();
        answer.hits[0].passage.text = "甲，\"乙\",丙\n丁".to_owned();
        let (_, rows) = table(&answer);
        assert_eq!(rows.len(), answer.hits.len());
        assert_eq!(rows[0][11], "甲，\"乙\",丙\n丁");
        assert_eq!(rows[0][8], "上海、杭州");
        assert_eq!(rows[1][7], "");
    }

    #[test]
    fn formulas_are_disarmed_and_other_cells_left_alone() {
        for formula in ["=1+1", "+86", "-1", "@x", "\tx", "\rx", "＝1"] {
            assert_eq!(disarm(formula), format!("'{formula}"));
        }
        assert_eq!(disarm("算力=券"), "算力=券");
        assert_eq!(disarm(""), "");
    }
}
