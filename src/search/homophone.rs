//! Characters that sound alike, whatever their tone.
//!
//! All readings of a character count: 长 sounds like 常 and like 掌. The only
//! file that names pinyin.

use std::collections::HashMap;

use pinyin::{Pinyin, ToPinyinMulti};

/// Where characters sound like those of a text of up to 64 characters.
pub(super) struct Sounds {
    /// For each reading a bit for each place that has it.
    places: HashMap<&'static str, u64>,
}

impl Sounds {
    /// Notes the readings of a text.
    pub(super) fn new(text: &[char]) -> Self {
        let mut places: HashMap<&'static str, u64> = HashMap::new();
        for (at, &character) in text.iter().enumerate().take(64) {
            for reading in readings(character) {
                *places.entry(reading).or_default() |= 1 << at;
            }
        }
        Sounds { places }
    }

    /// The places, a bit each, at which `character` could stand unnoticed by the ear.
    pub(super) fn places(&self, character: char) -> u64 {
        let of = |reading| self.places.get(reading).copied().unwrap_or(0);
        readings(character).fold(0, |places, reading| places | of(reading))
    }
}

/// The toneless readings of a character; none of what is not Han.
fn readings(character: char) -> impl Iterator<Item = &'static str> {
    let readings = character.to_pinyin_multi().into_iter().flatten();
    readings.map(Pinyin::plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_of_a_character_sounds() {
        let text: Vec<char> = "长沙银行".chars().collect();
        let sounds = Sounds::new(&text);
        assert_eq!(sounds.places('常'), 0b0001);
        assert_eq!(sounds.places('掌'), 0b0001);
        assert_eq!(sounds.places('航'), 0b1000);
        assert_eq!(sounds.places('形'), 0b1000);
        assert_eq!(sounds.places('a'), 0);
    }
}
