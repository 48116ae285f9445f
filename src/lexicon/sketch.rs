//! A table that counts more grams than memory holds, never too low.
//!
//! A count-min sketch with conservative update: a gram has two counters, its
//! count is the lower one, and only that is raised (Cormode and
//! Muthukrishnan, An improved data stream summary, J. Algorithms 55, 2005;
//! Estan and Varghese, New directions in traffic measurement and
//! accounting, SIGCOMM 2002).
//! Counters stop at 255.

use super::gram::Gram;

/// Counters, a byte each. Untouched pages of a fresh table take no memory.
const COUNTERS: usize = 1 << 27;

/// The highest count that is told apart.
pub(super) const HIGHEST: u32 = 255;

/// Counts of grams, each at least the true one (up to [`HIGHEST`]).
pub(super) struct Sketch {
    counters: Vec<u8>,
}

impl Sketch {
    /// An empty sketch of 128 MiB.
    pub(super) fn new() -> Self {
        Sketch {
            counters: vec![0; COUNTERS],
        }
    }

    /// Counts a gram once more.
    pub(super) fn add(&mut self, gram: Gram) {
        let (one, other) = places(gram);
        let count = self.counters[one].min(self.counters[other]);
        if count == u8::MAX {
            return;
        }
        for place in [one, other] {
            if self.counters[place] == count {
                self.counters[place] = count + 1;
            }
        }
    }

    /// How often a gram was counted, or a little more; at most [`HIGHEST`].
    pub(super) fn count(&self, gram: Gram) -> u32 {
        let (one, other) = places(gram);
        u32::from(self.counters[one].min(self.counters[other]))
    }
}

fn places(gram: Gram) -> (usize, usize) {
    let mixed = gram.mixed();
    let mask = COUNTERS - 1;
    (mixed as usize & mask, (mixed >> 32) as usize & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_never_too_low() {
        let mut sketch = Sketch::new();
        let gram = |number: u16| Gram::of(0x4E00 + number % 500).with(0x4E00 + number / 500);
        for number in 0..5_000u16 {
            for _ in 0..=number % 7 {
                sketch.add(gram(number));
            }
        }
        for number in 0..5_000u16 {
            assert!(sketch.count(gram(number)) > u32::from(number % 7));
        }
        for _ in 0..300 {
            sketch.add(gram(1));
        }
        assert_eq!(sketch.count(gram(1)), HIGHEST);
    }
}
