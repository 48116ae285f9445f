//! The text of a file too large to be held, piece by piece.
//!
//! The same text as [`super::decode`] makes of the whole: line ends are `\n`, a
//! byte order mark goes, damaged bytes become U+FFFD. A file is gone through
//! twice: to hash it and to tell its encoding, then to read it.

use super::decode::{Chosen, choose_by, count_letters, damage_of, named};
use super::tally::Tally;
use crate::article::Problem;
use encoding_rs::{Decoder, DecoderResult, Encoding};
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::rc::Rc;

/// How many bytes are read at once.
#[cfg(not(test))]
const PIECE: usize = 1 << 16;
#[cfg(test)]
const PIECE: usize = 50;

/// Why a file has no text to be read.
#[derive(Debug)]
pub(super) enum Undecided {
    NoText(Problem),
    Unread(io::Error),
}

/// How a file holds its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
}

/// The bytes of an opened file, which can be read again and again.
pub(super) struct Source<'a> {
    pub(super) file: &'a File,
    pub(super) packing: Packing,
    /// The most bytes that are unpacked.
    pub(super) most: u64,
    /// Why unpacking ended too early, if it did: what came before is read.
    pub(super) broken: Rc<Cell<Option<io::Error>>>,
}

impl<'a> Source<'a> {
    /// The bytes from the beginning.
    fn bytes(&self) -> io::Result<Box<dyn Read + 'a>> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(0))?;
        Ok(match self.packing {
            Packing::Plain => Box::new(file),
            Packing::Gzip => Box::new(Unpacked {
                bytes: MultiGzDecoder::new(BufReader::new(file)),
                left: self.most,
                broken: Rc::clone(&self.broken),
            }),
        })
    }

    fn each_piece(&self, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut bytes = self.bytes()?;
        let mut piece = vec![0; PIECE];
        loop {
            match bytes.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(read) => take(&piece[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Tells the encoding, and what is wrong with the bytes.
    pub(super) fn decoding(
        &self,
        given: Option<&'static Encoding>,
    ) -> Result<(Chosen, Vec<Problem>), Undecided> {
        let mut tally = Tally::default();
        self.each_piece(&mut |piece| tally.add(piece))
            .map_err(Undecided::Unread)?;
        let chosen = match given {
            Some(encoding) => named(&tally.head, encoding),
            None => choose_by(&tally, || None).map_err(Undecided::NoText)?,
        };
        if chosen.encoding == encoding_rs::UTF_8 && tally.is_utf8() {
            return Ok((chosen, Vec::new()));
        }
        let mut text = self.text(&chosen).map_err(Undecided::Unread)?;
        let (mut letters, mut lines, mut first) = (0, 0, None);
        let mut piece = String::new();
        while text.read(&mut piece).map_err(Undecided::Unread)? {
            letters += count_letters(&piece);
            if first.is_none() && text.replaced > 0 {
                let before = piece.split('\u{fffd}').next().unwrap_or_default();
                first = Some(lines + before.matches('\n').count() + 1);
            }
            lines += piece.matches('\n').count();
            piece.clear();
        }
        let problems = match first {
            None => Vec::new(),
            Some(line) => {
                damage_of(letters, text.replaced, line, chosen.name).map_err(Undecided::NoText)?
            }
        };
        Ok((chosen, problems))
    }

    /// The text in an encoding.
    pub(super) fn text(&self, chosen: &Chosen) -> io::Result<Text<'a>> {
        let mut bytes = self.bytes()?;
        io::copy(&mut (&mut bytes).take(chosen.mark as u64), &mut io::sink())?;
        Ok(Text {
            bytes,
            piece: vec![0; PIECE],
            decoder: chosen.encoding.new_decoder_without_bom_handling(),
            replaced: 0,
            ends_in_return: false,
            is_over: false,
        })
    }
}

/// The text of a file, read piece by piece.
pub(super) struct Text<'a> {
    bytes: Box<dyn Read + 'a>,
    piece: Vec<u8>,
    decoder: Decoder,
    /// How many places were damaged so far.
    replaced: usize,
    /// Whether the last piece ended in a carriage return.
    ends_in_return: bool,
    is_over: bool,
}

impl Text<'_> {
    /// Appends the next piece; says whether there may be more.
    pub(super) fn read(&mut self, text: &mut String) -> io::Result<bool> {
        if self.is_over {
            return Ok(false);
        }
        let read = loop {
            match self.bytes.read(&mut self.piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_over = read == 0;
        let mut bytes = &self.piece[..read];
        let from = text.len();
        let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(0);
        text.reserve(room.max(16));
        loop {
            let (result, taken) =
                self.decoder
                    .decode_to_string_without_replacement(bytes, text, self.is_over);
            bytes = &bytes[taken..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => text.reserve(bytes.len() * 3 + 16),
                DecoderResult::Malformed(..) => {
                    self.replaced += 1;
                    text.push('\u{fffd}');
                }
            }
        }
        self.mend_line_ends(text, from);
        Ok(true)
    }

    /// Turns CRLF and CR into `\n` in what was appended.
    fn mend_line_ends(&mut self, text: &mut String, from: usize) {
        let new = &text[from..];
        if new.is_empty() {
            return;
        }
        // The return was written as an end already.
        let skip = usize::from(self.ends_in_return && new.starts_with('\n'));
        self.ends_in_return = new.ends_with('\r');
        if skip > 0 || new.contains('\r') {
            let mended = new[skip..].replace("\r\n", "\n").replace('\r', "\n");
            text.truncate(from);
            text.push_str(&mended);
        }
    }
}

/// Unpacked bytes, up to a fault or to as many as there may be.
struct Unpacked<R> {
    bytes: R,
    left: u64,
    broken: Rc<Cell<Option<io::Error>>>,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.bytes.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Err(error),
            read => read.and_then(|read| {
                self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
                    io::Error::other("it unpacks to more than 100 times its size, as bombs do")
                })?;
                Ok(read)
            }),
        };
        Ok(read.unwrap_or_else(|error| {
            self.broken.set(Some(error));
            // Whatever may follow is not to be read.
            self.left = 0;
            0
        }))
    }
}
