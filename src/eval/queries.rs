//! A file of queries: plain lines, or JSON objects with `text` and `id`.

/// A query with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedQuery {
    /// What names it in judgements and runs: its `id`, else its line number from 1.
    pub qid: String,
    /// The query string.
    pub text: String,
}

/// Takes the queries out of a file's text, told apart line by line; empty
/// lines are none.
///
/// ```
/// let queries = cewen::eval::named_queries("算力券\n{\"id\": \"q7\", \"text\": \"大模型\"}\n");
/// assert_eq!(queries[0].qid, "1");
/// assert_eq!(queries[1].qid, "q7");
/// ```
pub fn named_queries(text: &str) -> Vec<NamedQuery> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(at, line)| named_query(at + 1, line.trim()))
        .collect()
}

fn named_query(number: usize, line: &str) -> NamedQuery {
    let plain = || NamedQuery {
        qid: number.to_string(),
        text: line.to_owned(),
    };
    if !line.starts_with('{') {
        return plain();
    }
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(line) else {
        return plain();
    };
    let Some(text) = object.get("text").and_then(|text| text.as_str()) else {
        return plain();
    };
    let qid = match object.get("id") {
        Some(serde_json::Value::String(id)) => id.clone(),
        Some(serde_json::Value::Number(id)) => id.to_string(),
        _ => number.to_string(),
    };
    NamedQuery {
        qid,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(qid: &str, text: &str) -> NamedQuery {
        NamedQuery {
            qid: qid.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn lines_are_told_apart_by_content() {
        let file = "\u{feff}算力券\r\n\n{\"id\": \"q7\", \"text\": \"算力券 date:何时\"}\n\
                    {\"text\": \"大模型\", \"id\": 9}\n{\"text\": \"一网通办\"}\n";
        assert_eq!(
            named_queries(file),
            [
                named("1", "算力券"),
                named("q7", "算力券 date:何时"),
                named("9", "大模型"),
                named("5", "一网通办"),
            ]
        );
    }

    #[test]
    fn braces_that_are_no_object_with_text_are_plain_text() {
        for line in [
            "{算力券}",
            "{\"query\": \"甲\"}",
            "{\"text\": 3}",
            "[\"text\"]",
        ] {
            assert_eq!(named_query(2, line), named("2", line));
        }
    }
}
