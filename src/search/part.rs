//! A bare part of a query read: its characters, words and runs, what of it is
//! masked, what it ranks by, and what the lanes ask of it.

use std::ops::Range;

use super::mask::{Mask, mask};
use super::plan::{Needed, Part, RankField, RankTerm};
use super::words::{self, QueryWord};
use crate::analysis::{Class, Pattern, class, fold, latin_words, numbers, symbols};
use crate::error::Result;
use crate::index::Reader;

/// The weights of what ranks. Flat around these values on all judged sets: words
/// help short news queries, pairs and characters questions.
const WORD: f32 = 0.6;
const PAIR: f32 = 0.9;
const CHAR: f32 = 1.3;
/// A pair that reaches into a masked word.
const BORDER_PAIR: f32 = 0.5;
/// The value of a number.
const NUMBER: f32 = 1.0;
/// A part of a Latin run, where the run itself ranks too.
const RUN_PART: f32 = 0.5;

/// A bare part read: characters, words, runs and what of it is masked.
pub(super) struct Text {
    /// The part without the marks around it.
    trimmed: String,
    /// Its symbols: characters and whether each pairs.
    pub(super) characters: Vec<char>,
    pairs: Vec<bool>,
    words: Vec<QueryWord>,
    /// How many documents a rare word stands in at most.
    rare: u64,
    /// Runs of Latin letters and digits: text, and whether a part of one.
    runs: Vec<(String, bool)>,
    /// The values of numbers.
    numbers: Vec<String>,
    masks: Vec<Mask>,
}

impl Text {
    pub(super) fn read(reader: &Reader, text: &str) -> Result<Self> {
        let edge = |c: char| {
            matches!(
                class(fold(c)),
                Class::Breaking | Class::Transparent | Class::Invisible | Class::End
            )
        };
        let trimmed = text.trim_matches(edge);
        // A part that is nothing but marks is searched for as it is.
        let trimmed = if trimmed.is_empty() { text } else { trimmed }.to_owned();
        let symbols = symbols(&trimmed);
        let characters: Vec<char> = symbols.iter().map(|symbol| symbol.character).collect();
        let pairs = symbols.iter().map(|symbol| symbol.pairs).collect();
        let words = words::cut(reader, &characters)?;
        let mut in_word = vec![false; characters.len()];
        for word in words.iter().filter(|word| word.chars.len() > 1) {
            in_word[word.chars.clone()].fill(true);
        }
        let folded: String = trimmed.chars().map(fold).collect();
        let mut runs = Vec::new();
        latin_words(&folded, |word| {
            runs.push((word.text.to_owned(), word.is_part))
        });
        let mut values = Vec::new();
        numbers(&folded, |number| values.push(number.to_owned()));
        let masks = mask(&characters, &in_word);
        let mut read = Text {
            trimmed,
            characters,
            pairs,
            words,
            rare: u64::from(reader.documents) / 100,
            runs,
            numbers: values,
            masks,
        };
        if !read.terms().iter().any(|term| term.is_evidence) {
            // Everything is masked: then everything counts.
            read.masks.fill(Mask::None);
        }
        Ok(read)
    }

    /// Whether a word is one of the runs.
    pub(super) fn is_run(&self, word: &str) -> bool {
        self.runs.iter().any(|(run, _)| run == word)
    }

    /// Whether the part is one run and nothing else.
    pub(super) fn is_all_run(&self) -> bool {
        self.runs.iter().filter(|(_, is_part)| !is_part).count() == 1
            && self
                .characters
                .iter()
                .all(|&c| !matches!(class(c), Class::Han | Class::Letter | Class::Breaking))
    }

    pub(super) fn exact_pattern(&self) -> Option<Pattern> {
        Pattern::new(&self.trimmed)
    }

    pub(super) fn terms(&self) -> Vec<RankTerm> {
        let mut terms = Vec::new();
        let mut add = |field, text: String, weight, is_evidence| {
            terms.push(RankTerm {
                field,
                text,
                weight,
                is_evidence,
            });
        };
        let is_run = |c: char| matches!(class(c), Class::Latin | Class::Digit);
        for at in 1..self.characters.len() {
            let (first, second) = (self.characters[at - 1], self.characters[at]);
            if !(self.pairs[at - 1] && self.pairs[at]) || (is_run(first) && is_run(second)) {
                continue;
            }
            let text: String = [first, second].iter().collect();
            match (self.is_masked(at - 1), self.is_masked(at)) {
                (false, false) => add(RankField::Pairs, text, PAIR, true),
                (true, true) => {}
                _ => add(RankField::Pairs, text, BORDER_PAIR, false),
            }
        }
        for word in &self.words {
            let is_masked = word.chars.clone().all(|at| self.is_masked(at));
            if word.chars.len() > 1 && word.frequency > 0 && !is_masked {
                let text = self.characters[word.chars.clone()].iter().collect();
                add(RankField::Words, text, WORD, true);
            }
        }
        let only = self.characters.len() == 1;
        for (at, &character) in self.characters.iter().enumerate() {
            if self.is_masked(at) {
                continue;
            }
            if class(character) == Class::Han || (only && !is_run(character)) {
                let is_evidence = only || self.stands_alone(at);
                add(RankField::Chars, character.to_string(), CHAR, is_evidence);
            }
        }
        for number in &self.numbers {
            add(RankField::Words, number.clone(), NUMBER, false);
        }
        let is_single = self.runs.len() == 1;
        for (run, is_part) in &self.runs {
            let is_evidence = !is_part || run.chars().nth(1).is_some() || is_single;
            let weight = if *is_part { RUN_PART } else { WORD };
            add(RankField::Words, run.clone(), weight, is_evidence);
        }
        terms
    }

    /// Whether all around a character is masked and the character is rare: 蓍
    /// in 蓍的别名是什么 is as good as a part of its own.
    fn stands_alone(&self, at: usize) -> bool {
        let is_bare = |other: Option<usize>| {
            other.is_none_or(|other| other >= self.characters.len() || self.is_masked(other))
        };
        let is_rare = |word: &QueryWord| {
            word.chars == (at..at + 1) && word.frequency > 0 && word.frequency <= self.rare
        };
        is_bare(at.checked_sub(1)) && is_bare(Some(at + 1)) && self.words.iter().any(is_rare)
    }

    fn is_masked(&self, at: usize) -> bool {
        self.masks[at] != Mask::None
    }

    /// What counts as a word of the part: its unmasked words, but not what a
    /// question asks for (哪个国家, 的颜色是什么): an answer need not say it.
    fn units(&self) -> Vec<Range<usize>> {
        let is_unmasked = |word: &&QueryWord| !word.chars.clone().all(|at| self.is_masked(at));
        let words = || {
            self.words
                .iter()
                .filter(is_unmasked)
                .map(|word| word.chars.clone())
        };
        let mask = |at: Option<usize>| at.and_then(|at| self.masks.get(at).copied());
        let is_asked_for = |word: &Range<usize>| {
            let before = mask(word.start.checked_sub(1));
            let after = mask(Some(word.end));
            before == Some(Mask::Question)
                || (before == Some(Mask::Function) && after == Some(Mask::Question))
        };
        let told: Vec<Range<usize>> = words().filter(|word| !is_asked_for(word)).collect();
        let units = if told.is_empty() {
            words().collect()
        } else {
            told
        };
        if !self.masks.contains(&Mask::Question) {
            return units;
        }
        // A name that the index does not know is cut into characters that are
        // found anywhere: in a question it has to stand there whole.
        let mut joined: Vec<Range<usize>> = Vec::new();
        let mut before = false;
        for unit in units {
            let is_loose = unit.len() == 1;
            match joined.last_mut() {
                Some(last) if before && is_loose && last.end == unit.start => last.end = unit.end,
                _ => joined.push(unit),
            }
            before = is_loose;
        }
        joined
    }

    pub(super) fn part(&self) -> Part {
        let is_run =
            |c: Option<&char>| c.is_some_and(|&c| matches!(class(c), Class::Latin | Class::Digit));
        let whole = || {
            self.runs
                .iter()
                .filter(|(_, is_part)| !is_part)
                .map(|(run, _)| run.clone())
        };
        let mut exact = Vec::new();
        if self.is_all_run() {
            exact.extend(whole().map(Needed::Run));
        } else {
            exact.extend(self.exact_pattern().map(Needed::Literal));
            // Latin and digits at run boundaries: the runs at the edges stand whole.
            if is_run(self.characters.first()) {
                exact.extend(whole().next().map(Needed::Run));
            }
            if is_run(self.characters.last()) {
                exact.extend(whole().next_back().map(Needed::Run));
            }
        }
        let mut words: Vec<Needed> = Vec::new();
        for range in self.units() {
            let text: String = self.characters[range].iter().collect();
            words.extend(Pattern::new(&text).map(Needed::Literal));
        }
        words.extend(whole().map(Needed::Run));
        if words.is_empty() {
            words.clone_from(&exact);
        }
        Part { exact, words }
    }
}
