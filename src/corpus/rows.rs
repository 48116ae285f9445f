//! Reads files of rows, however large, a block at a time: .jsonl, tables, and
//! .json that is a list.

use super::decode::Chosen;
use super::json::{self, Items};
use super::read::refuse_mojibake;
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

/// So much of a block of lines is read without the rest of it.
const PART: usize = BLOCK / 8;

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

/// Lines of a .jsonl file.
#[derive(Debug, Default)]
struct Lines {
    /// How many were given or left out.
    rows: usize,
}

impl Lines {
    /// Divides a text that ends with a line.
    fn parts(&mut self, mut text: &str) -> Vec<BlockPart> {
        let mut parts = Vec::new();
        while !text.is_empty() {
            let behind = text.as_bytes().get(PART..).unwrap_or_default();
            let end = behind.iter().position(|&byte| byte == b'\n');
            let (part, rest) = text.split_at(end.map_or(text.len(), |end| PART + end + 1));
            parts.push(BlockPart::Lines(part.to_owned(), self.rows + 1));
            self.rows += part.matches('\n').count();
            text = rest;
        }
        parts
    }
}

enum Reader {
    Lines(Lines),
    Items(Items),
    Table(Table),
}

/// A block of rows.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) parts: Vec<BlockPart>,
    /// What is wrong behind them.
    pub(super) problems: Vec<Problem>,
    /// How many bytes of the file have been read.
    pub(super) read: u64,
}

/// A part of a block, which can be read without the others.
#[derive(Debug)]
pub(super) enum BlockPart {
    /// Lines, and the number of the first.
    Lines(String, usize),
    /// What was read already.
    Read(ReadRows),
}

/// Rows that were read.
#[derive(Debug, Default)]
pub(super) struct ReadRows {
    pub(super) articles: Vec<Article>,
    pub(super) problems: Vec<Problem>,
    /// Articles left out because their text is noise.
    pub(super) noise: Vec<Problem>,
}

impl ReadRows {
    /// Adds those that come behind.
    pub(super) fn add(&mut self, mut next: ReadRows) {
        self.articles.append(&mut next.articles);
        self.problems.append(&mut next.problems);
        self.noise.append(&mut next.noise);
    }
}

impl BlockPart {
    /// About how many bytes it has.
    pub(super) fn bytes(&self) -> usize {
        match self {
            BlockPart::Lines(text, _) => text.len(),
            BlockPart::Read(rows) => {
                let blocks = rows.articles.iter().flat_map(|article| &article.blocks);
                blocks.map(|block| block.text.len()).sum()
            }
        }
    }

    /// Reads it.
    pub(super) fn read(self, path: &str) -> ReadRows {
        let mut rows = match self {
            BlockPart::Read(rows) => rows,
            BlockPart::Lines(text, first) => {
                let mut problems = Vec::new();
                ReadRows {
                    articles: json::read_lines(path, &text, first, &mut problems),
                    problems,
                    ..ReadRows::default()
                }
            }
        };
        rows.noise = refuse_mojibake(&mut rows.articles);
        rows
    }
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
        let (taken, parts) = self.reader.read(path, &self.waiting, part);
        self.waiting.drain(..taken);
        if taken == 0 && part == Part::Stuck {
            self.skip_row(&mut problems)?;
        }
        self.is_over |= self.reader.is_over();
        let mut file = self.source.file;
        Ok(Some(Block {
            parts,
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
    /// Reads the whole rows of a text, lines excepted; returns how much of it they are.
    fn read(&mut self, path: &str, text: &str, part: Part) -> (usize, Vec<BlockPart>) {
        let mut problems = Vec::new();
        let (end, articles) = match self {
            Reader::Lines(lines) => {
                let end = match part {
                    Part::Last => text.len(),
                    _ => text.rfind('\n').map_or(0, |end| end + 1),
                };
                return (end, lines.parts(&text[..end]));
            }
            Reader::Items(items) => items.read(path, text, part, &mut problems),
            Reader::Table(table) => table.read(path, text, part, &mut problems),
        };
        let rows = ReadRows {
            articles,
            problems,
            ..ReadRows::default()
        };
        (end, vec![BlockPart::Read(rows)])
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
