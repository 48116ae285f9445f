//! What is said to the person on stderr: one `label: text` line at a time.

use std::io::Write;

use cewen::query::Note;
use cewen::render::{escape_line, escape_text};
use unicode_width::UnicodeWidthStr;

/// Says something beside the answer.
pub(crate) fn note(talk: &mut dyn Write, text: &str) {
    say(talk, "note", text);
}

/// Says what can be done.
pub(crate) fn hint(talk: &mut dyn Write, text: &str) {
    say(talk, "hint", text);
}

/// Says one thing in one write, so that lines of several threads do not mix.
pub(crate) fn say(talk: &mut dyn Write, label: &str, text: &str) {
    write(talk, &format!("{label}: {}\n", escape_text(text)));
}

/// Says something about a query and points at its column.
///
/// Columns of a note are characters; on the screen most characters of a query
/// are two columns wide.
pub(crate) fn point(talk: &mut dyn Write, label: &str, query: &str, about: &Note) {
    let before: String = query.chars().take(about.column.saturating_sub(1)).collect();
    let margin = escape_line(&before).width();
    let (query, message) = (escape_line(query), escape_text(&about.message));
    let mut text = format!("{label}: {message}\n  {query}\n  {:margin$}^\n", "");
    if let Some(suggestion) = &about.suggestion {
        text.push_str(&format!("hint: try {}\n", escape_text(suggestion)));
    }
    write(talk, &text);
}

/// Says a note on one line, for formats that carry notes.
pub(crate) fn note_line(note: &Note) -> String {
    let mut line = format!("{} (column {})", note.message, note.column);
    if let Some(suggestion) = &note.suggestion {
        line.push_str(&format!("; try {suggestion}"));
    }
    line
}

fn write(talk: &mut dyn Write, text: &str) {
    // If stderr is closed there is no one to tell.
    let _ = talk.write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_a_character_behind_wide_ones() {
        let about = Note {
            column: 5,
            message: "abc is not a date".to_owned(),
            suggestion: Some("date:2024".to_owned()),
        };
        let mut talk = Vec::new();
        point(&mut talk, "error", "算力券 date:abc", &about);
        assert_eq!(
            String::from_utf8(talk).unwrap(),
            "error: abc is not a date\n  算力券 date:abc\n         ^\nhint: try date:2024\n"
        );
    }
}
