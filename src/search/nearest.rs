//! Texts near one that finds little: words of the index put in place of what
//! sounds or looks like them.
//!
//! As little of the dictionary goes by as will do. A word may replace any stretch of
//! two to eight characters, so that 人工只能, which the index cuts in two,
//! becomes 人工智能. Only proposes: whether the new text stands anywhere is for
//! `suggest` to see.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use tantivy::termdict::{TermDictionary, TermStreamer};

use super::answer::SuggestionKind;
use super::homophone::Sounds;
use crate::analysis::{Class, MAX_WORD_CHARS, Symbol, class, symbols};
use crate::error::{Error, Result};
use crate::index::{Reader, Segment};

/// Longer texts are not looked at: their places are counted in bits.
const MAX_CHARS: usize = 64;

/// A larger dictionary is not read through, nor for a text longer than a word:
/// bounds the time to about 20 ms (13 ms for the 102,768 of xwlb).
const MAX_WORDS: usize = 150_000;

/// A word of so many characters may differ in two of them; a longer text is
/// taken for several.
const LONG: usize = 5;

/// Fewer characters in common are chance.
const MIN_KEPT: usize = 2;

/// The shortest run of Latin letters and digits that is corrected.
const MIN_RUN: usize = 3;

/// The first Han term of a dictionary in order: letters and digits stand before.
const FIRST_HAN: &str = "\u{2e80}";

/// A text near another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nearest {
    /// The text, one stretch of it replaced by a word of the index.
    pub(super) text: String,
    pub(super) kind: SuggestionKind,
    /// How many characters are other ones.
    pub(super) distance: usize,
    /// How many documents have the word.
    pub(super) frequency: u64,
}

/// Which near texts are looked for, the cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Words that sound alike.
    Sound,
    /// Words that begin alike and differ in a character or two.
    Spelling,
    /// Any words that differ in a character or two: reads the dictionary through.
    Anything,
}

/// Proposes texts near `text`, the likeliest first.
pub(super) fn nearest(reader: &Reader, text: &str, reach: Reach) -> Result<Vec<Nearest>> {
    let symbols = symbols(text);
    if symbols.len() > MAX_CHARS {
        return Ok(Vec::new());
    }
    if reach == Reach::Anything {
        let mut words = 0;
        for segment in &reader.segments {
            words += segment.inverted(reader.fields.words)?.terms().num_terms();
        }
        if symbols.len() > LONG || words > MAX_WORDS {
            return Ok(Vec::new());
        }
    }
    let mut search = Search::new(text, symbols);
    for segment in &reader.segments {
        if search.has_han() {
            search.words(reader, segment, reach)?;
        }
        if reach == Reach::Spelling {
            let inverted = segment.inverted(reader.fields.words)?;
            for run in search.runs() {
                // Who misspells a name knows its first letter.
                let first = search.characters[run.start];
                let mut look = |term: &[u8], frequency| search.run(&run, term, frequency);
                each_from(inverted.terms(), first, &mut look)?;
            }
        }
    }
    let mut found: Vec<Nearest> = search.found.into_values().collect();
    found.sort_by(|one, other| {
        let key = |near: &Nearest| (near.kind, near.distance, Reverse(near.frequency));
        let by_text = || one.text.cmp(&other.text);
        key(one).cmp(&key(other)).then_with(by_text)
    });
    Ok(found)
}

/// Calls `look` with each term that begins with a character, and its frequency.
fn each_from(terms: &TermDictionary, first: char, look: &mut dyn FnMut(&[u8], u64)) -> Result<()> {
    let Some(after) = char::from_u32(first as u32 + 1) else {
        return Ok(());
    };
    let (mut low, mut high) = ([0; 4], [0; 4]);
    let stream = terms
        .range()
        .ge(first.encode_utf8(&mut low).as_bytes())
        .lt(after.encode_utf8(&mut high).as_bytes())
        .into_stream();
    each(stream.map_err(Error::from_engine_io)?, look);
    Ok(())
}

/// Calls `look` with each term that begins with Han, and its frequency.
fn each_han(terms: &TermDictionary, look: &mut dyn FnMut(&[u8], u64)) -> Result<()> {
    let stream = terms.range().ge(FIRST_HAN).into_stream();
    each(stream.map_err(Error::from_engine_io)?, look);
    Ok(())
}

fn each(mut stream: TermStreamer<'_>, look: &mut dyn FnMut(&[u8], u64)) {
    while stream.advance() {
        look(stream.key(), u64::from(stream.value().doc_freq));
    }
}

/// Where a character of the index stands, or could stand, in the text.
#[derive(Clone, Copy, Default)]
struct Places {
    /// A bit for each place at which it stands.
    same: u64,
    /// A bit for each place at which it or one that sounds like it stands.
    alike: u64,
}

struct Search<'a> {
    text: &'a str,
    symbols: Vec<Symbol>,
    characters: Vec<char>,
    sounds: Sounds,
    known: HashMap<char, Places>,
    found: HashMap<String, Nearest>,
    /// The characters of the word at hand and their places.
    word: Vec<char>,
    places: Vec<Places>,
}

impl<'a> Search<'a> {
    fn new(text: &'a str, symbols: Vec<Symbol>) -> Self {
        let characters: Vec<char> = symbols.iter().map(|symbol| symbol.character).collect();
        Search {
            text,
            symbols,
            sounds: Sounds::new(&characters),
            characters,
            known: HashMap::new(),
            found: HashMap::new(),
            word: Vec::new(),
            places: Vec::new(),
        }
    }

    fn has_han(&self) -> bool {
        self.characters.iter().any(|&c| class(c) == Class::Han)
    }

    /// The runs of Latin letters and digits worth correcting.
    fn runs(&self) -> Vec<Range<usize>> {
        let is_run = |c: char| matches!(class(c), Class::Latin | Class::Digit);
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (at, _) in self
            .characters
            .iter()
            .enumerate()
            .filter(|(_, c)| is_run(**c))
        {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
        }
        let has_letter = |run: &Range<usize>| {
            let mut characters = self.characters[run.clone()].iter();
            characters.any(|&c| class(c) == Class::Latin)
        };
        runs.retain(|run| run.len() >= MIN_RUN && has_letter(run));
        runs
    }

    /// Looks at the words of a segment that begin with Han.
    fn words(&mut self, reader: &Reader, segment: &Segment, reach: Reach) -> Result<()> {
        let words = segment.inverted(reader.fields.words)?;
        let firsts: Vec<char> = match reach {
            // The characters of the segment are few; most words need not be read.
            Reach::Sound => {
                let mut firsts = Vec::new();
                let characters = segment.inverted(reader.fields.chars)?;
                each_han(characters.terms(), &mut |term, _| {
                    let character = std::str::from_utf8(term).unwrap_or_default();
                    firsts.extend(character.chars());
                })?;
                firsts.retain(|&first| self.places_of(first).alike != 0);
                firsts
            }
            Reach::Spelling => {
                let mut firsts = self.characters.clone();
                firsts.retain(|&first| class(first) == Class::Han);
                firsts.sort_unstable();
                firsts.dedup();
                firsts
            }
            Reach::Anything => {
                let mut look = |term: &[u8], frequency| self.word(term, frequency, reach);
                return each_han(words.terms(), &mut look);
            }
        };
        let mut look = |term: &[u8], frequency| self.word(term, frequency, reach);
        for first in firsts {
            each_from(words.terms(), first, &mut look)?;
        }
        Ok(())
    }

    /// Where a character stands, or could stand, in the text.
    fn places_of(&mut self, character: char) -> Places {
        *self.known.entry(character).or_insert_with(|| {
            let is_it = |(_, other): &(usize, &char)| **other == character;
            let there = self.characters.iter().enumerate().filter(is_it);
            let same = there.fold(0, |places, (at, _)| places | 1 << at);
            Places {
                same,
                alike: same | self.sounds.places(character),
            }
        })
    }

    /// Looks at a word of the index that begins with Han.
    fn word(&mut self, term: &[u8], frequency: u64, reach: Reach) {
        let Ok(term) = std::str::from_utf8(term) else {
            return;
        };
        self.word.clear();
        self.places.clear();
        let mut kept = 0;
        for character in term.chars() {
            let places = self.places_of(character);
            kept += usize::from(places.same != 0);
            self.word.push(character);
            self.places.push(places);
        }
        if !(2..=MAX_WORD_CHARS).contains(&self.word.len()) {
            return;
        }
        let alike = self.places.iter().enumerate();
        let mut starts = alike.fold(u64::MAX, |starts, (at, places)| {
            starts & (places.alike >> at)
        });
        while starts != 0 {
            let start = starts.trailing_zeros() as usize;
            starts &= starts - 1;
            let places = start..start + self.word.len();
            let other = self.characters[places.clone()].iter().zip(&self.word);
            let distance = other.filter(|(one, other)| one != other).count();
            self.add(places, SuggestionKind::Homophone, distance, frequency);
        }
        if reach != Reach::Sound && kept >= MIN_KEPT.max(self.word.len().saturating_sub(2)) {
            self.spelled_alike(frequency);
        }
    }

    /// Puts the word in place of each stretch that differs from it in a
    /// character or two.
    fn spelled_alike(&mut self, frequency: u64) {
        let length = self.word.len();
        for stretch in length.saturating_sub(2).max(2)..=(length + 2).min(MAX_WORD_CHARS) {
            let longer = length.max(stretch);
            let most = if longer >= LONG { 2 } else { 1 };
            if length.abs_diff(stretch) > most {
                continue;
            }
            for start in 0..(self.characters.len() + 1).saturating_sub(stretch) {
                let places = start..start + stretch;
                let distance = distance(&self.characters[places.clone()], &self.word);
                if distance <= most && longer - distance >= MIN_KEPT {
                    self.add(places, SuggestionKind::Spelling, distance, frequency);
                }
            }
        }
    }

    /// Looks at a run of the index.
    fn run(&mut self, run: &Range<usize>, term: &[u8], frequency: u64) {
        let Ok(term) = std::str::from_utf8(term) else {
            return;
        };
        let most = if run.len() >= LONG { 2 } else { 1 };
        if term.len() > run.len() + most || term.len() + most < run.len() || !term.is_ascii() {
            return;
        }
        self.word.clear();
        self.word.extend(term.chars());
        let distance = distance(&self.characters[run.clone()], &self.word);
        if distance <= most {
            self.add(run.clone(), SuggestionKind::Spelling, distance, frequency);
        }
    }

    /// Proposes the text with the word at hand in these places.
    fn add(&mut self, places: Range<usize>, kind: SuggestionKind, distance: usize, frequency: u64) {
        if distance == 0 {
            return;
        }
        let (first, last) = (self.symbols[places.start], self.symbols[places.end - 1]);
        let before = &self.text[..first.bytes().start];
        let after = &self.text[last.bytes().end..];
        let word: String = self.word.iter().collect();
        let text = format!("{before}{word}{after}");
        // What only leaves something out is no correction.
        if self.text.contains(&text) {
            return;
        }
        let near = Nearest {
            text: text.clone(),
            kind,
            distance,
            frequency,
        };
        let known = self.found.entry(text).or_insert_with(|| Nearest {
            frequency: 0,
            ..near.clone()
        });
        if (near.kind, near.distance) < (known.kind, known.distance) {
            (known.kind, known.distance) = (near.kind, near.distance);
        }
        known.frequency += frequency;
    }
}

/// In how many characters two texts differ: one replaced, left out, put in, or
/// exchanged with its neighbour counts as one.
fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut row: Vec<usize> = (0..width).collect();
    for i in 1..=one.len() {
        let mut next = vec![i; width];
        for j in 1..width {
            let replaced = row[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            next[j] = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            let is_exchanged =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if is_exchanged {
                next[j] = next[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
    }
    row[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, words: &[&str]) -> Vec<(String, SuggestionKind, usize)> {
        let mut search = Search::new(text, symbols(text));
        for word in words {
            search.word(word.as_bytes(), 1, Reach::Anything);
        }
        let mut found: Vec<_> = search
            .found
            .into_values()
            .map(|near| (near.text, near.kind, near.distance))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_word_that_sounds_like_a_stretch_replaces_it() {
        use SuggestionKind::Homophone;
        let text = |text: &str, distance| vec![(text.to_owned(), Homophone, distance)];
        assert_eq!(found("人工只能", &["人工智能"]), text("人工智能", 1));
        assert_eq!(found("算例券", &["算力券"]), text("算力券", 1));
        assert_eq!(
            found("“数据药素”流通", &["要素"]),
            text("“数据要素”流通", 1)
        );
    }

    #[test]
    fn a_word_that_differs_in_a_character_replaces_a_stretch() {
        for (text, word) in [
            ("算力栏", "算力券"),
            ("人工能智", "人工智能"),
            ("算券", "算力券"),
        ] {
            let wanted = (word.to_owned(), SuggestionKind::Spelling, 1);
            assert!(found(text, &[word]).contains(&wanted), "{text}");
        }
    }

    #[test]
    fn a_part_of_the_text_and_chance_are_not_proposed() {
        assert_eq!(found("算力券", &["算力"]), []);
        assert_eq!(found("能力", &["能够", "动力"]), []);
    }

    #[test]
    fn an_exchange_counts_as_one_difference() {
        let distance = |one: &str, other: &str| {
            let (one, other): (Vec<char>, Vec<char>) =
                (one.chars().collect(), other.chars().collect());
            distance(&one, &other)
        };
        assert_eq!(distance("deepseke", "deepseek"), 1);
        assert_eq!(distance("deepsek", "deepseek"), 1);
        assert_eq!(distance("", "算力"), 2);
        assert_eq!(distance("算力", "算力"), 0);
    }
}
