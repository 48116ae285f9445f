//! Reads JSON: one article, a list of articles, an object that holds lists of
//! them, or one article a line.
//!
//! The text of structured input is taken as it is. A broken row is a problem
//! and the others are still read.

use super::front_matter::plain;
use super::table::Part;
use super::{at_line, at_row, count, problem};
use crate::article::{Article, Place, Problem, ProblemKind, Stated, Surroundings, compose_record};
use serde_json::{Map, Value};

/// Reads a .json file.
pub(super) fn read_json(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    let error = match serde_json::from_str::<Value>(text) {
        Ok(value) => return read_value(path, &value, problems),
        Err(error) => error,
    };
    // Several objects one a line are often saved as .json.
    if error.is_syntax() && opens_with_object(text) {
        return read_json_lines(path, text, problems);
    }
    if is_list(text) {
        // What stands before the fault is read.
        return Items::default().read(path, text, Part::Last, problems).1;
    }
    problems.push(malformed(&error, error.line(), error.column()));
    Vec::new()
}

/// Says whether the first line that is not empty is an object of its own.
pub(super) fn opens_with_object(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next();
    first.is_some_and(|line| serde_json::from_str::<Map<String, Value>>(line).is_ok())
}

/// Says whether a text opens a list.
pub(super) fn is_list(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

fn malformed(error: &serde_json::Error, line: usize, column: usize) -> Problem {
    let place = Place {
        line: Some(count(line)),
        ..Place::default()
    };
    let at = format!("at line {line} column {column}");
    if error.is_eof() {
        problem(
            place,
            format!("the JSON ends too early {at}"),
            "download or export the file again",
        )
        .of(ProblemKind::Truncated)
    } else {
        problem(
            place,
            format!("the JSON is malformed {at}"),
            "mend it at that place",
        )
    }
}

/// The items of a list, read one part after the other.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// How many were read or left out.
    pub(super) rows: usize,
    is_begun: bool,
    /// The list has ended, or is broken.
    pub(super) is_over: bool,
    /// How many lines were read, and how many bytes of the one after them.
    lines: usize,
    columns: usize,
}

impl Items {
    /// Reads the whole items of a part. Returns how many bytes of it were read,
    /// and the articles; what was not read is to begin the next part.
    pub(super) fn read(
        &mut self,
        path: &str,
        text: &str,
        part: Part,
        problems: &mut Vec<Problem>,
    ) -> (usize, Vec<Article>) {
        let mut articles = Vec::new();
        let mut at = 0;
        while !self.is_over {
            let rest = &text[at..];
            let blank = rest.len() - rest.trim_start().len();
            let next = rest[blank..].chars().next();
            match next {
                Some('[') if !self.is_begun => {
                    self.is_begun = true;
                    at += blank + 1;
                    continue;
                }
                Some(']') => {
                    self.is_over = true;
                    if self.rows == 0 {
                        problems.push(empty_list());
                    }
                    if !rest[blank + 1..].trim().is_empty() {
                        self.count(&text[..at]);
                        problems.push(problem(
                            at_line(self.lines + 1),
                            "the JSON goes on behind the end of its list",
                            "write all articles in one list, or one a line in a .jsonl file",
                        ));
                    }
                    break;
                }
                Some(',') if self.rows > 0 => {
                    at += blank + 1;
                    continue;
                }
                None if part != Part::Last => break,
                _ => {}
            }
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            match values.next() {
                // What stands at the end may go on.
                Some(Ok(_)) if values.byte_offset() == rest.len() && part != Part::Last => break,
                Some(Ok(value)) => {
                    at += values.byte_offset();
                    self.rows += 1;
                    articles.extend(read_item(path, &value, self.rows, problems));
                }
                Some(Err(error)) if error.is_eof() && part == Part::Stuck && at == 0 => {
                    self.is_over = true;
                    let row = self.rows + 1;
                    problems.push(problem(
                        at_row(row),
                        format!(
                            "item {row} is longer than can be read, and those after it are left"
                        ),
                        "write one article an item, or one a line in a .jsonl file",
                    ));
                    break;
                }
                Some(Err(error)) if error.is_eof() && part != Part::Last => break,
                Some(Err(error)) => {
                    self.is_over = true;
                    self.count(&text[..at]);
                    let columns = match error.line() {
                        1 => self.columns,
                        _ => 0,
                    };
                    let line = self.lines + error.line();
                    problems.push(malformed(&error, line, columns + error.column()));
                    return (text.len(), articles);
                }
                None => {
                    self.is_over = true;
                    self.count(text);
                    let place = at_line(self.lines + 1);
                    problems.push(
                        problem(
                            place,
                            "the list of the JSON has no end",
                            "download or export the file again",
                        )
                        .of(ProblemKind::Truncated),
                    );
                    break;
                }
            }
        }
        if self.is_over {
            at = text.len();
        }
        self.count(&text[..at]);
        (at, articles)
    }

    /// Counts the lines of a text that was read.
    fn count(&mut self, text: &str) {
        self.lines += text.matches('\n').count();
        self.columns = match text.rfind('\n') {
            Some(end) => text.len() - end - 1,
            None => self.columns + text.len(),
        };
    }
}

fn read_item(path: &str, item: &Value, row: usize, problems: &mut Vec<Problem>) -> Option<Article> {
    let Value::Object(object) = item else {
        problems.push(problem(
            at_row(row),
            format!("item {row} is not a JSON object"),
            "write each article as one object with \"title\" and \"text\"",
        ));
        return None;
    };
    read_object(path, object, at_row(row), problems)
}

fn empty_list() -> Problem {
    problem(
        Place::default(),
        "the list is empty",
        "export the articles again",
    )
    .of(ProblemKind::Empty)
}

/// Reads a .jsonl file.
pub(super) fn read_json_lines(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    read_lines(path, text, 1, problems)
}

/// Reads lines, the first of which is row `first` of its file.
pub(super) fn read_lines(
    path: &str,
    text: &str,
    first: usize,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    let mut articles = Vec::new();
    for (line, row) in text.split('\n').zip(first..) {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(line) {
            Ok(Value::Object(object)) => {
                articles.extend(read_object(path, &object, at_row(row), problems));
            }
            Ok(_) => problems.push(problem(
                at_row(row),
                format!("row {row} is not a JSON object"),
                "write each article as one object with \"title\" and \"text\"",
            )),
            Err(error) if error.is_eof() => problems.push(
                problem(
                    at_row(row),
                    format!("row {row} ends too early"),
                    "download or export the file again; the other rows were read",
                )
                .of(ProblemKind::Truncated),
            ),
            Err(error) => problems.push(problem(
                at_row(row),
                format!("row {row} is malformed JSON at column {}", error.column()),
                "mend or delete the row; the others were read",
            )),
        }
    }
    articles
}

fn read_value(path: &str, value: &Value, problems: &mut Vec<Problem>) -> Vec<Article> {
    match value {
        Value::Array(items) => read_list(path, items, problems),
        Value::Object(object) if is_article(object) => {
            read_object(path, object, Place::default(), problems)
                .into_iter()
                .collect()
        }
        Value::Object(object) => match find_list(object, 0) {
            Some(items) => read_list(path, items, problems),
            None => {
                problems.push(no_text(Place::default()));
                Vec::new()
            }
        },
        _ => {
            problems.push(no_text(Place::default()));
            Vec::new()
        }
    }
}

fn read_list(path: &str, items: &[Value], problems: &mut Vec<Problem>) -> Vec<Article> {
    let mut articles = Vec::new();
    for (item, row) in items.iter().zip(1..) {
        articles.extend(read_item(path, item, row, problems));
    }
    if items.is_empty() {
        problems.push(empty_list());
    }
    articles
}

fn read_object(
    path: &str,
    object: &Map<String, Value>,
    place: Place,
    problems: &mut Vec<Problem>,
) -> Option<Article> {
    let fields = object
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), field_text(key, value)?)))
        .collect();
    let stated = Stated::from_fields(fields);
    if stated.text.is_none() && stated.title.is_none() {
        problems.push(no_text(place));
        return None;
    }
    let around = Surroundings {
        path,
        file_date: None,
        place,
    };
    Some(compose_record(&stated, &around, problems))
}

/// Writes the value of a field as text; paragraphs in a list become lines.
fn field_text(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Array(items) if Stated::is_article_field(key) => {
            let lines: Vec<String> = items
                .iter()
                .filter_map(|item| match item {
                    Value::Object(inner) => inner
                        .iter()
                        .find(|(key, _)| Stated::is_article_field(key))
                        .and_then(|(_, v)| plain(v)),
                    other => plain(other),
                })
                .collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
        _ => plain(value),
    }
}

fn is_article(object: &Map<String, Value>) -> bool {
    object.iter().any(|(key, value)| {
        let holds_text = match value {
            Value::String(_) => true,
            Value::Array(items) => items.iter().any(Value::is_string),
            _ => false,
        };
        holds_text && Stated::is_article_field(key)
    }) && !object.values().any(is_article_list)
}

fn is_article_list(value: &Value) -> bool {
    matches!(value, Value::Array(items) if items.iter().any(|item| item.as_object().is_some_and(is_article)))
}

/// Finds the list of articles that an object holds, at most three objects down.
fn find_list(object: &Map<String, Value>, depth: usize) -> Option<&[Value]> {
    let own = object
        .values()
        .find(|value| is_article_list(value))
        .and_then(Value::as_array);
    own.map(Vec::as_slice).or_else(|| {
        let inner = object.values().filter_map(Value::as_object);
        (depth < 3)
            .then(|| {
                inner
                    .into_iter()
                    .find_map(|inner| find_list(inner, depth + 1))
            })
            .flatten()
    })
}

fn no_text(place: Place) -> Problem {
    let what = place
        .row
        .map_or("the file".to_owned(), |row| format!("row {row}"));
    problem(
        place,
        format!("{what} has neither a title nor a text"),
        "name the fields \"title\" and \"text\" (or 标题 and 正文)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> (Vec<Article>, Vec<Problem>) {
        let mut problems = Vec::new();
        (read_json("甲.json", text, &mut problems), problems)
    }

    #[test]
    fn one_object_a_list_and_an_object_with_a_list_are_read() {
        let one = r#"{"标题": "甲", "正文": "一\n\n二", "id": 7}"#;
        for text in [
            one.to_owned(),
            format!("[{one}]"),
            format!(r#"{{"total": 1, "data": {{"items": [{one}]}}}}"#),
            format!("{one}\n{one}"),
        ] {
            let (articles, problems) = json(&text);
            assert!(problems.is_empty(), "{text}: {problems:?}");
            assert_eq!(articles[0].title, "甲");
            assert_eq!(articles[0].given_id.as_deref(), Some("7"));
            let texts: Vec<&str> = articles[0].blocks.iter().map(|b| b.text.as_str()).collect();
            assert_eq!(texts, ["一", "二"]);
        }
    }

    #[test]
    fn structured_text_is_taken_as_it_is() {
        let (articles, _) =
            json(r#"{"title": "甲", "text": "　　首页 > 正文\n来源：乙报\n下一篇"}"#);
        let blocks = &articles[0].blocks;
        assert!(
            blocks
                .iter()
                .all(|b| b.kind == crate::article::BlockKind::Paragraph)
        );
        assert_eq!(blocks[0].text, "　　首页 > 正文");
        assert_eq!(blocks[1].place.paragraph, Some(2));
    }

    #[test]
    fn a_broken_row_is_a_problem_and_the_others_are_read() {
        let mut problems = Vec::new();
        let text = "{\"title\":\"甲\",\"text\":\"一\"}\n{\"title\":\n\n[1]\n{\"x\":1}\n{\"title\":\"乙\",\"text\":\"二\"}";
        let articles = read_json_lines("a.jsonl", text, &mut problems);
        assert_eq!(
            articles.iter().map(|a| a.place.row).collect::<Vec<_>>(),
            [Some(1), Some(6)]
        );
        assert_eq!(
            problems.iter().map(|p| p.place.row).collect::<Vec<_>>(),
            [Some(2), Some(4), Some(5)]
        );
    }

    #[test]
    fn a_list_is_read_up_to_its_fault() {
        let one = r#"{"title": "甲", "text": "一"}"#;
        for (text, told) in [
            (
                format!("[{one},\n {one},\n {{\"title\""),
                "ends too early at line 3 column",
            ),
            (format!("[{one},\n {one}"), "has no end"),
            (
                format!("[{one},\n {one},\n x]"),
                "malformed at line 3 column 2",
            ),
        ] {
            let (articles, problems) = json(&text);
            assert_eq!(articles.len(), 2, "{text}");
            assert_eq!(articles[1].place.row, Some(2));
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].message.contains(told), "{problems:?}");
        }
    }

    #[test]
    fn a_cut_off_file_names_line_and_column() {
        let (articles, problems) = json("{\"title\": \"甲\",\n \"text\": \"未完");
        assert!(articles.is_empty());
        assert_eq!(problems[0].place.line, Some(2));
        assert!(
            problems[0].message.contains("line 2 column"),
            "{}",
            problems[0].message
        );
    }

    #[test]
    fn a_date_that_is_not_understood_is_a_problem() {
        let (articles, problems) = json(r#"{"title": "甲", "text": "一", "date": "上周某天"}"#);
        assert_eq!(articles[0].date, None);
        assert!(problems[0].message.contains("上周某天"));
    }
}
