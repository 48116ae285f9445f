//! Reads JSON: one article, a list of articles, an object that holds lists of
//! them, or one article a line.
//!
//! The text of structured input is taken as it is. A broken row is a problem
//! and the others are still read.

use super::front_matter::plain;
use super::{at_row, count, problem};
use crate::article::{Article, Place, Problem, ProblemKind, Stated, Surroundings, compose_record};
use serde_json::{Map, Value};

/// Reads a .json file.
pub(super) fn read_json(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    let error = match serde_json::from_str::<Value>(text) {
        Ok(value) => return read_value(path, &value, problems),
        Err(error) => error,
    };
    // Several objects one a line are often saved as .json.
    let opens_with_object = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| serde_json::from_str::<Map<String, Value>>(line).is_ok());
    if error.is_syntax() && opens_with_object {
        return read_json_lines(path, text, problems);
    }
    let what = if error.is_eof() {
        "the JSON ends too early"
    } else {
        "the JSON is malformed"
    };
    problems.push(
        problem(
            Place {
                line: Some(count(error.line())),
                ..Place::default()
            },
            format!("{what} at line {} column {}", error.line(), error.column()),
            if error.is_eof() {
                "download or export the file again"
            } else {
                "mend it at that place"
            },
        )
        .of(if error.is_eof() {
            ProblemKind::Truncated
        } else {
            ProblemKind::Faulty
        }),
    );
    Vec::new()
}

/// Reads a .jsonl file.
pub(super) fn read_json_lines(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    let mut articles = Vec::new();
    for (line, row) in text.split('\n').zip(1..) {
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
        match item {
            Value::Object(object) => {
                articles.extend(read_object(path, object, at_row(row), problems))
            }
            _ => problems.push(problem(
                at_row(row),
                format!("item {row} is not a JSON object"),
                "write each article as one object with \"title\" and \"text\"",
            )),
        }
    }
    if items.is_empty() {
        problems.push(
            problem(
                Place::default(),
                "the list is empty",
                "export the articles again",
            )
            .of(ProblemKind::Empty),
        );
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
