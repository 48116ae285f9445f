//! Columns of a terminal: widths in which most characters take two, bars, and
//! shades that are readable without colour too.

use std::io::{self, Write};

use anstyle::{Ansi256Color, AnsiColor, Color as AnsiColour, Style};
use unicode_width::UnicodeWidthStr;

use crate::render::escape_line;
use crate::render::pretty::{Color, Screen};
use crate::render::tried::{attempt_label, suggestions_label};
use crate::survey::Remarks;

pub(super) const HEAD: Style = Style::new().bold();
pub(super) const ASIDE: Style = Style::new().dimmed();
pub(super) const BAR: Style = AnsiColor::Red.on_default();

/// Writes `text` in a style if the screen has colours.
pub(super) fn styled(
    screen: Screen,
    style: Style,
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    match screen.color {
        Color::On if !text.trim().is_empty() => write!(out, "{style}{text}{style:#}"),
        _ => out.write_all(text.as_bytes()),
    }
}

/// A text on one line with nothing hidden in it.
pub(super) fn plain(text: &str) -> String {
    escape_line(text).replace(['\n', '\r'], " ")
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` with spaces behind it up to `columns`, cut with … if it is wider.
pub(super) fn left(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let space = columns.saturating_sub(width(&text));
    format!("{text}{:space$}", "")
}

/// `text` with spaces before it up to `columns`.
pub(super) fn right(text: &str, columns: usize) -> String {
    let space = columns.saturating_sub(width(text));
    format!("{:space$}{text}", "")
}

/// `text`, cut with … if it takes more than `columns`.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        let mut longer = cut.clone();
        longer.push(c);
        if width(&longer) + 1 > columns {
            break;
        }
        cut = longer;
    }
    cut.push('…');
    cut
}

/// A bar of `count` in `most`, up to `columns` wide, in eighths of a column.
pub(super) fn bar(count: usize, most: usize, columns: usize) -> String {
    const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    if count == 0 || most == 0 {
        return String::new();
    }
    let eighths = (count * columns * 8).div_ceil(most);
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).map(|rest| EIGHTHS[rest]));
    bar
}

/// The shade of a cell: from the palest of five reds to the deepest.
pub(super) fn shade(count: usize, most: usize) -> Style {
    // (background, foreground) of the 256-colour palette; the roots of counts,
    // so that one large cell does not leave all others pale.
    const SHADES: [(u8, u8); 5] = [(224, 16), (217, 16), (210, 16), (160, 231), (88, 231)];
    if count == 0 || most == 0 {
        return ASIDE;
    }
    let part = (count as f64 / most as f64).sqrt();
    let at = ((part * SHADES.len() as f64).ceil() as usize).clamp(1, SHADES.len()) - 1;
    let (background, foreground) = SHADES[at];
    let colour = |number| Some(AnsiColour::Ansi256(Ansi256Color(number)));
    Style::new()
        .bg_color(colour(background))
        .fg_color(colour(foreground))
}

/// Writes what is said besides: suggestions and what was tried.
pub(super) fn write_remarks(remarks: &Remarks, out: &mut dyn Write) -> io::Result<()> {
    if !remarks.suggestions.is_empty() {
        let line = suggestions_label(&remarks.suggestions);
        writeln!(out, "{}", escape_line(&line))?;
    }
    for attempt in &remarks.tried {
        write!(out, "  · {}", escape_line(&attempt_label(attempt)))?;
        if let Some(query) = &attempt.query {
            write!(out, " → {}", escape_line(query))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A query as an argument of a shell.
pub(super) fn shell(query: &str) -> String {
    format!("'{}'", plain(query).replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_two_columns() {
        assert_eq!(left("杭州", 6), "杭州  ");
        assert_eq!(right("12", 4), "  12");
        assert_eq!(fit("杭州余杭区", 7), "杭州余…");
        assert_eq!(fit("杭州", 4), "杭州");
    }

    #[test]
    fn a_bar_is_in_proportion_and_never_nothing_for_something() {
        assert_eq!(bar(8, 8, 4), "████");
        assert_eq!(bar(4, 8, 4), "██");
        assert_eq!(bar(1, 1000, 4), "▏");
        assert_eq!(bar(0, 8, 4), "");
    }

    #[test]
    fn a_query_is_one_argument_of_a_shell() {
        assert_eq!(shell("\"算力券\" it's"), "'\"算力券\" it'\\''s'");
    }
}
