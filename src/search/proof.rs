//! What shows that a text stands in a document that has its grams: that it is a
//! word of the index there, that its grams are too many not to meet, or the
//! places of its characters.

use std::ops::Range;

use tantivy::DocId;

use super::bits::Bits;
use super::literal::Places;
use super::terms::{MOST, TermUse, Terms};
use crate::analysis::{Class, MAX_WORD_CHARS, Pattern, class, pair_term};
use crate::error::Result;
use crate::index::{Reader, Segment};

/// A gram of a text.
pub(super) struct Gram {
    pub(super) pair: String,
    pub(super) used: TermUse,
}

/// What shows that a text stands in a document: the first that can.
pub(super) struct Proof {
    /// A word of the index that it is; it may stand elsewhere too.
    word: Option<TermUse>,
    chain: Option<Chain>,
    /// `None` if one of its characters stands nowhere.
    places: Option<Places>,
}

/// A longer text has its places read: it stands in few documents that have all
/// of its pairs, while each of its characters would be looked up in all of them.
const MAX_CHAIN: usize = 16;

/// A text of pairs, each of which shares a character with the next one.
///
/// Of the *n* places of a shared character *a* end one pair and *b* begin the
/// other, so *a* + *b* − *n* do both at least. All pairs less all characters
/// that they share are how often the text stands at least.
struct Chain {
    /// For each pair the number of its gram.
    pairs: Vec<usize>,
    /// The characters shared.
    shared: Vec<TermUse>,
}

impl Proof {
    pub(super) fn open(
        reader: &Reader,
        segment: &Segment,
        terms: &mut Terms<'_>,
        grams: &[Gram],
        pattern: &Pattern,
    ) -> Result<Self> {
        let symbols = pattern.symbols();
        let is_word = symbols.len() <= MAX_WORD_CHARS
            && symbols
                .iter()
                .all(|symbol| class(symbol.character) == Class::Han);
        let word = match is_word {
            true => {
                let word: String = symbols.iter().map(|symbol| symbol.character).collect();
                Some(terms.using(reader.fields.words, &word)?)
            }
            false => None,
        };
        Ok(Proof {
            word,
            chain: Chain::open(reader, terms, grams, pattern)?,
            places: Places::open(reader, segment, pattern)?,
        })
    }

    /// Those of some candidates that hold the text.
    pub(super) fn of(
        &mut self,
        terms: &mut Terms<'_>,
        grams: &[Gram],
        batch: &Range<DocId>,
        mut left: Bits,
    ) -> Result<Bits> {
        let mut standing = left.emptied();
        if let Some(word) = &mut self.word {
            standing.clone_from(&left);
            terms.retain(word, batch, &mut standing)?;
            left.remove_all(&standing);
        }
        if let Some(chain) = &mut self.chain
            && !left.is_empty()
        {
            let shown = chain.of(terms, grams, batch, &left)?;
            left.remove_all(&shown);
            standing.add_all(&shown);
        }
        match &mut self.places {
            Some(places) => left.retain(|document| places.first_span(document)),
            None => left = left.emptied(),
        }
        standing.add_all(&left);
        Ok(standing)
    }
}

impl Chain {
    /// `None` if the text is not such a one, or long.
    fn open(
        reader: &Reader,
        terms: &mut Terms<'_>,
        grams: &[Gram],
        pattern: &Pattern,
    ) -> Result<Option<Self>> {
        let symbols = pattern.symbols();
        if symbols.len() > MAX_CHAIN {
            return Ok(None);
        }
        let number = |pair: String| grams.iter().position(|gram| gram.pair == pair);
        let pairs = symbols.windows(2);
        let pairs = pairs.map(|two| pair_term(&two[0], &two[1]).and_then(number));
        let Some(pairs) = pairs.collect::<Option<Vec<usize>>>() else {
            return Ok(None);
        };
        let mut shared = Vec::new();
        for symbol in symbols.get(1..symbols.len() - 1).unwrap_or_default() {
            let character = symbol.character.to_string();
            shared.push(terms.counting(reader.fields.chars, &character)?);
        }
        Ok(Some(Chain { pairs, shared }))
    }

    /// Those of some candidates in which counts show that the text stands.
    fn of(
        &mut self,
        terms: &mut Terms<'_>,
        grams: &[Gram],
        batch: &Range<DocId>,
        candidates: &Bits,
    ) -> Result<Bits> {
        let mut shown = candidates.clone();
        for character in &mut self.shared {
            terms.retain(character, batch, &mut shown)?;
        }
        shown.retain(|document| {
            let at = (document - batch.start) as usize;
            let pairs = self.pairs.iter();
            let pairs = pairs.map(|&pair| i32::from(terms.times(&grams[pair].used, at)));
            let mut least: i32 = pairs.sum();
            for character in &self.shared {
                match terms.times(character, at) {
                    MOST => return false,
                    times => least -= i32::from(times),
                }
            }
            least > 0
        });
        Ok(shown)
    }
}
