//! A list of names, and where they stand in a text.
//!
//! A text of Chinese is mostly characters that no name begins with: they are
//! passed over by a look at one bit. An automaton over bytes takes ten times
//! the work, and as much to build as a hundred articles to read.

use std::collections::HashMap;
use std::ops::Range;

/// Bits of the table of beginnings.
const BITS: usize = 1 << 16;

/// Some names, by the two characters that they begin with.
pub(super) struct Names {
    /// One bit for each first character, and one for each two: several share
    /// one, which costs a look into the map.
    firsts: Vec<u64>,
    twos: Vec<u64>,
    /// The numbers of the names, the longest first.
    by_two: HashMap<[char; 2], Vec<usize>>,
    names: Vec<&'static str>,
}

impl Names {
    /// Takes up names of two characters or more; shorter ones are never found.
    pub(super) fn new(names: Vec<&'static str>) -> Self {
        let mut firsts = vec![0; BITS / 64];
        let mut twos = vec![0; BITS / 64];
        let mut by_two: HashMap<[char; 2], Vec<usize>> = HashMap::new();
        for (number, name) in names.iter().enumerate() {
            let mut chars = name.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                set(&mut firsts, first as usize);
                set(&mut twos, place([first, second]));
                by_two.entry([first, second]).or_default().push(number);
            }
        }
        for numbers in by_two.values_mut() {
            numbers.sort_by_key(|&number| std::cmp::Reverse(names[number].len()));
        }
        Names {
            firsts,
            twos,
            by_two,
            names,
        }
    }

    /// The longest name that a text begins with: its number and its length.
    pub(super) fn at_start(&self, text: &str) -> Option<(usize, usize)> {
        let mut chars = text.chars();
        let first = chars
            .next()
            .filter(|&first| has(&self.firsts, first as usize))?;
        let two = [first, chars.next()?];
        if !has(&self.twos, place(two)) {
            return None;
        }
        let numbers = self.by_two.get(&two)?;
        let found = numbers
            .iter()
            .find(|&&number| text.starts_with(self.names[number]));
        found.map(|&number| (number, self.names[number].len()))
    }

    /// Finds the names in a text from left to right, of those that begin at one
    /// place the longest, of those that overlap the first: their numbers and bytes.
    pub(super) fn find_in<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        let mut end = 0;
        self.places(text).filter_map(move |at| {
            if at < end {
                return None;
            }
            let (number, length) = self.at_start(&text[at..])?;
            end = at + length;
            Some((number, at..end))
        })
    }

    /// Where in a text names begin, also inside others.
    pub(super) fn starts_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.places(text)
            .filter(|&at| self.at_start(&text[at..]).is_some())
    }

    /// Where two characters stand that names may begin with.
    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut before = (0, '\0');
        text.char_indices().filter_map(move |(at, second)| {
            let (start, first) = std::mem::replace(&mut before, (at, second));
            (has(&self.firsts, first as usize) && has(&self.twos, place([first, second])))
                .then_some(start)
        })
    }
}

fn place([first, second]: [char; 2]) -> usize {
    (first as usize).wrapping_mul(31) ^ second as usize
}

fn set(bits: &mut [u64], place: usize) {
    bits[place % BITS / 64] |= 1 << (place % 64);
}

#[inline]
fn has(bits: &[u64], place: usize) -> bool {
    bits[place % BITS / 64] >> (place % 64) & 1 > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOME: [&str; 9] = [
        "大连",
        "扩大连接",
        "大连接",
        "连云港",
        "云港市",
        "港市",
        "IT之家",
        "𠮷林",
        "连云",
    ];

    /// What [`Names::find_in`] says, the obvious way.
    fn found(text: &str) -> Vec<(usize, Range<usize>)> {
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, _) in text.char_indices() {
            let is_taken = found.last().is_some_and(|(_, range)| at < range.end);
            let names = SOME.iter().enumerate();
            let longest = names
                .filter(|(_, name)| text[at..].starts_with(**name))
                .max_by_key(|(_, name)| name.len());
            if let (false, Some((number, name))) = (is_taken, longest) {
                found.push((number, at..at + name.len()));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn the_first_and_longest_names_are_found(text in "([扩大连接云港市𠮷林]|IT|之家|.){0,20}") {
            let names = Names::new(SOME.to_vec());
            prop_assert_eq!(names.find_in(&text).collect::<Vec<_>>(), found(&text));
            let starts: Vec<usize> = text
                .char_indices()
                .map(|(at, _)| at)
                .filter(|&at| SOME.iter().any(|name| text[at..].starts_with(name)))
                .collect();
            prop_assert_eq!(names.starts_in(&text).collect::<Vec<_>>(), starts);
        }
    }
}
