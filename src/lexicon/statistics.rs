//! What makes characters a word: they stick together, and anything may stand
//! around them.

use std::collections::HashMap;

use super::gram::{Gram, GramMap, Neighbour};

/// Exact counts of the frequent grams of a corpus.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Han characters of the corpus.
    pub(super) total: u64,
    /// Grams of one character and frequent longer ones.
    pub(super) grams: GramMap<u32>,
}

impl Counts {
    /// How often a gram occurs; 0 if it is not frequent.
    pub(super) fn of(&self, gram: Gram) -> u32 {
        self.grams.get(&gram).copied().unwrap_or_default()
    }

    /// How much a gram of at least two characters sticks together: normalised
    /// pointwise mutual information over its weakest split, between −1 and 1.
    ///
    /// Over all splits of *w* into *ab* the least ln(p(w) / (p(a) p(b))) divided
    /// by −ln p(w), with p a count over the characters of the corpus
    /// (normalised: Bouma, Normalized (pointwise) mutual information in
    /// collocation extraction, GSCL 2009; mutual information as the sign of a
    /// word: Luo and Sun, Two-character Chinese word extraction based on hybrid
    /// of internal and contextual measures, SIGHAN 2003). A longer gram holds
    /// together no better than where it parts most easily. 1 is: never apart;
    /// 0: together by chance.
    pub(super) fn cohesion(&self, gram: Gram) -> f64 {
        let total = self.total.max(1) as f64;
        let p = |gram: Gram| f64::from(self.of(gram).max(1)) / total;
        let own = p(gram);
        let weakest = (1..gram.len())
            .map(|at| p(gram.part(0, at)) * p(gram.part(at, gram.len())))
            .fold(0.0, f64::max);
        let information = -own.ln();
        if weakest <= 0.0 || information <= 0.0 {
            return 0.0;
        }
        ((own / weakest).ln() / information).clamp(-1.0, 1.0)
    }
}

/// What stands on one side of a gram.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbours {
    characters: HashMap<u16, u32>,
    figures: u32,
    marks: u32,
}

impl Neighbours {
    /// Counts what stands there.
    pub(super) fn add(&mut self, neighbour: Neighbour) {
        match neighbour {
            Neighbour::Han(character) => *self.characters.entry(character).or_default() += 1,
            Neighbour::Figure => self.figures += 1,
            Neighbour::Mark => self.marks += 1,
        }
    }

    /// How free that side is: the entropy of what stands there, in bits
    /// (branching entropy: Tung and Lee, Identification of unknown words from
    /// a corpus, 1994; Jin and Tanaka-Ishii, Unsupervised segmentation of
    /// Chinese text by use of branching entropy, COLING/ACL 2006). Each mark
    /// counts as a neighbour of its own, for it divides words always; all
    /// figures are one, so that a measure word is not free.
    pub(super) fn entropy(&self) -> f64 {
        let mut counts: Vec<u32> = self.characters.values().copied().collect();
        counts.push(self.figures);
        // Sums of floats depend on their order, which in a map is chance.
        counts.sort_unstable();
        let total = f64::from(self.marks + counts.iter().sum::<u32>());
        let bits = |count: u32| match count {
            0 => 0.0,
            _ => f64::from(count) / total * (total / f64::from(count)).log2(),
        };
        let known = counts.iter().fold(0.0, |sum, &count| sum + bits(count));
        known + f64::from(self.marks) * bits(u32::from(self.marks > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cohesion_is_as_computed_by_hand() {
        let mut counts = Counts {
            total: 1_000,
            ..Counts::default()
        };
        let gram = |text: &str| Gram::of_text(text).unwrap();
        for (text, count) in [
            ("算", 10),
            ("力", 20),
            ("券", 10),
            ("算力", 10),
            ("力券", 8),
            ("算力券", 8),
        ] {
            counts.grams.insert(gram(text), count);
        }
        // p = 0.01; 0.01 / (0.01 · 0.02) = 50; ln 50 / ln 100 = 0.8494850.
        assert!((counts.cohesion(gram("算力")) - 0.849_485).abs() < 1e-6);
        // Weakest is 算|力券 (0.01 · 0.008) or 算力|券 (0.01 · 0.01): the latter;
        // ln(0.008 / 0.0001) / -ln 0.008 = 4.3820266 / 4.8283137.
        assert!((counts.cohesion(gram("算力券")) - 0.907_569).abs() < 1e-6);
    }

    #[test]
    fn entropy_is_in_bits_and_every_mark_is_a_neighbour_of_its_own() {
        let of = |neighbours: &[Neighbour]| {
            let mut counted = Neighbours::default();
            neighbours.iter().for_each(|&known| counted.add(known));
            counted.entropy()
        };
        let (one, other) = (Neighbour::Han(1), Neighbour::Han(2));
        assert_eq!(of(&[one; 8]), 0.0);
        assert_eq!(of(&[Neighbour::Figure; 8]), 0.0);
        assert_eq!(of(&[Neighbour::Mark; 8]), 3.0);
        assert_eq!(of(&[one, one, other, Neighbour::Mark]), 1.5);
        assert_eq!(of(&[]), 0.0);
    }
}
