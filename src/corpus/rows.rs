//! Reads files of rows, however large, a block at a time: .jsonl, tables, and
//! .json that is a list.

use super::decode::Chosen;
use super::json::{Items, Lines};
use super::stream::{Source, Text};
use super::table::{Part, Table};
use super::{Format, at_row, problem};
use crate::article::{Article, Problem};
use std::io::{self, Seek};

/// How much text is read at once.
#[cfg(not(test))]
const BLOCK: usize = 1 << 20;
#[cfg(test)]
const BLOCK: usize = 64;

/// The longest row. One that is longer is no article, or its marks never close.
#[cfg(not(test))]
const MAX_ROW: usize = 16 << 20;
#[cfg(test)]
const MAX_ROW: usize = 1 << 10;

/// The rows of an opened file.
pub(super) struct Rows<'a> {
    source: Source<'a>,
    text: Text<'a>,
    /// Text that was not taken up yet.
    waiting: String,
    reader: Reader,
    is_over: bool,
}

enum Reader {
    Lines(Lines),
    Items(Items),
    Table(Table),
}

/// A block of rows.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) articles: Vec<Article>,
    pub(super) problems: Vec<Problem>,
    /// How many bytes of the file have been read.
    pub(super) read: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(source: Source<'a>, chosen: &Chosen, format: Format) -> io::Result<Self> {
        let text = source.text(chosen)?;
        let reader = match format {
            Format::JsonLines => Reader::Lines(Lines::default()),
            Format::Json => Reader::Items(Items::default()),
            _ => Reader::Table(Table::default()),
        };
        Ok(Rows {
            source,
            text,
            waiting: String::new(),
            reader,
            is_over: false,
        })
    }

    /// Reads the next block; `None` at the end of the file.
    pub(super) fn next(&mut self, path: &str) -> io::Result<Option<Block>> {
        if self.is_over {
            return Ok(None);
        }
        // Twice what could not be taken up, so that a long row is not looked
        // at again and again.
        let enough = BLOCK.max(2 * self.waiting.len()).min(MAX_ROW.max(BLOCK));
        let mut has_more = true;
        while has_more && self.waiting.len() < enough {
            has_more = self.text.read(&mut self.waiting)?;
        }
        self.is_over = !has_more;
        let mut problems = Vec::new();
        let part = match has_more {
            false => Part::Last,
            true if self.waiting.len() >= MAX_ROW => Part::Stuck,
            true => Part::Begun,
        };
        let (taken, articles) = self.reader.read(path, &self.waiting, part, &mut problems);
        self.waiting.drain(..taken);
        if taken == 0 && part == Part::Stuck {
            self.skip_row(&mut problems)?;
        }
        self.is_over |= self.reader.is_over();
        let mut file = self.source.file;
        Ok(Some(Block {
            articles,
            problems,
            read: file.stream_position()?,
        }))
    }

    /// Leaves out a row that is too long.
    fn skip_row(&mut self, problems: &mut Vec<Problem>) -> io::Result<()> {
        let row = self.reader.skip_row();
        problems.push(problem(
            at_row(row),
            format!("row {row} is longer than {} MB", MAX_ROW >> 20),
            "write one article a row; the other rows were read",
        ));
        loop {
            if let Some(end) = self.waiting.find('\n') {
                self.waiting.drain(..=end);
                return Ok(());
            }
            self.waiting.clear();
            if !self.text.read(&mut self.waiting)? {
                self.is_over = true;
                return Ok(());
            }
        }
    }
}

impl Reader {
    /// Reads the whole rows of a text; returns how much of it they are.
    fn read(
        &mut self,
        path: &str,
        text: &str,
        part: Part,
        problems: &mut Vec<Problem>,
    ) -> (usize, Vec<Article>) {
        match self {
            Reader::Lines(lines) => {
                let end = match part {
                    Part::Last => text.len(),
                    _ => text.rfind('\n').map_or(0, |end| end + 1),
                };
                (end, lines.read(path, &text[..end], problems))
            }
            Reader::Items(items) => items.read(path, text, part, problems),
            Reader::Table(table) => table.read(path, text, part, problems),
        }
    }

    /// Counts a row that is left out; returns its number.
    fn skip_row(&mut self) -> usize {
        let rows = match self {
            Reader::Lines(lines) => &mut lines.rows,
            Reader::Items(items) => &mut items.rows,
            Reader::Table(table) => &mut table.rows,
        };
        *rows += 1;
        *rows
    }

    fn is_over(&self) -> bool {
        match self {
            Reader::Lines(_) => false,
            Reader::Items(items) => items.is_over,
            Reader::Table(table) => table.is_over,
        }
    }
}
