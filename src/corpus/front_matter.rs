//! The front matter of Markdown: YAML between `---` lines.
//!
//! What YAML refuses (`title: 关于: 征求意见`) is read line by line as
//! `key: value`, since people write front matter by hand.

use crate::article::Stated;
use serde_json::Value;

/// Splits a text into what its front matter states and the number of lines
/// that it takes up, 0 if it has none.
pub(super) fn read_front_matter(text: &str) -> (Stated, usize) {
    let mut lines = text.split('\n');
    let fence = match lines.next().map(str::trim_end) {
        Some("---") => "---",
        Some("+++") => "+++",
        _ => return (Stated::default(), 0),
    };
    let inner: Vec<&str> = lines
        .take_while(|line| {
            !(line.trim_end() == fence || fence == "---" && line.trim_end() == "...")
        })
        .collect();
    let is_closed = text.split('\n').count() > inner.len() + 1;
    // A rule at the top of a text opens no front matter.
    let is_front_matter = inner.iter().any(|line| separator(line).is_some());
    if !is_closed || !is_front_matter || inner.len() > 500 {
        return (Stated::default(), 0);
    }
    let fields = match serde_saphyr::from_str::<Value>(&inner.join("\n")) {
        Ok(Value::Object(object)) => object
            .into_iter()
            .filter_map(|(key, value)| Some((key, plain(&value)?)))
            .collect(),
        _ => line_wise(&inner),
    };
    (Stated::from_fields(fields), inner.len() + 2)
}

/// Writes a value as text: lists joined with 、, nothing for objects.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(plain).collect();
            (!items.is_empty()).then(|| items.join("、"))
        }
        Value::Object(object) => object.get("name").and_then(plain),
        Value::Null => None,
    }
}

/// Reads `key: value` and `key = value` lines, whatever else stands there.
fn line_wise(lines: &[&str]) -> Vec<(String, String)> {
    lines
        .iter()
        .filter_map(|line| {
            let at = separator(line)?;
            let key = line[..at].trim();
            let value = line[at..].trim_start_matches([':', '：', '=']).trim();
            let value = value.trim_matches(['"', '\'']).trim();
            (!key.is_empty()).then(|| (key.to_owned(), value.to_owned()))
        })
        .collect()
}

/// Finds the mark between key and value of an unindented line.
fn separator(line: &str) -> Option<usize> {
    let indented = line.starts_with([' ', '\t', '#', '-']);
    line.find([':', '：', '='])
        .filter(|&at| !indented && at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_is_read() {
        let (stated, lines) = read_front_matter(
            "---\ntitle: \"甲市: 发券\"\ndate: 2024-05-30\nregion: [甲, 乙]\n---\n正文",
        );
        assert_eq!(lines, 5);
        assert_eq!(stated.title.map(|f| f.value).as_deref(), Some("甲市: 发券"));
        assert_eq!(stated.date.map(|f| f.value).as_deref(), Some("2024-05-30"));
        assert_eq!(stated.region.map(|f| f.value).as_deref(), Some("甲、乙"));
    }

    #[test]
    fn what_is_no_yaml_is_read_line_by_line() {
        let (stated, lines) = read_front_matter("---\n标题: 关于: 征求意见\n来源: '甲报'\n---\n");
        assert_eq!(lines, 4);
        assert_eq!(
            stated.title.map(|f| f.value).as_deref(),
            Some("关于: 征求意见")
        );
        assert_eq!(stated.outlet.map(|f| f.value).as_deref(), Some("甲报"));
    }

    #[test]
    fn a_rule_or_an_open_fence_is_no_front_matter() {
        for text in [
            "---\n正文一行\n---\n",
            "---\ntitle: 甲\n正文",
            "正文\n---\n",
            "",
        ] {
            assert_eq!(read_front_matter(text), (Stated::default(), 0), "{text}");
        }
    }
}
