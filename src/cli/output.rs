//! stdout: colour, width, and what a terminal must not be sent.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use cewen::render::{Color, Screen, escape_text};

use super::args::ColorArg;

/// The width of pages that are piped.
const PIPED_COLUMNS: usize = 100;

/// Lines longer than this are hard to read on a wide screen.
const MAX_COLUMNS: usize = 120;

/// Writes what is for programs: byte for byte into a pipe or file. On a
/// terminal hidden characters are made visible.
pub(crate) fn write_data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let stdout = io::stdout().lock();
    if stdout.is_terminal() {
        let mut data = Vec::new();
        write(&mut data)?;
        let text = String::from_utf8_lossy(&data);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        return buffered(stdout, |out| out.write_all(escape_text(text).as_bytes()));
    }
    buffered(stdout, |out| write(out))
}

/// Writes what is for people.
pub(crate) fn write_page(
    color: ColorArg,
    write: impl FnOnce(Screen, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let stdout = io::stdout().lock();
    let choice = match color {
        ColorArg::Auto => AutoStream::choice(&stdout),
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
    };
    let columns = if stdout.is_terminal() {
        terminal_size::terminal_size().map_or(PIPED_COLUMNS, |(width, _)| usize::from(width.0))
    } else {
        PIPED_COLUMNS
    };
    let color = if choice == ColorChoice::Never {
        Color::Off
    } else {
        Color::On
    };
    let screen = Screen {
        columns: columns.min(MAX_COLUMNS),
        color,
    };
    buffered(AutoStream::new(stdout, choice), |out| write(screen, out))
}

fn buffered(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    write(&mut out)?;
    // Not left to drop, which would swallow the error of a full disk.
    out.flush()
}
