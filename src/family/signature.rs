//! MinHash over clauses: which articles may be kin, from 64 bytes of each.
//!
//! Clauses, not runs of characters: a formula of ceremonial news with other
//! names in it shares nearly all runs of characters and few whole clauses.
//! Two bodies of which a share *J* of all clauses is common agree in a
//! component with probability *J*, and have one of the 16 pairs of components
//! in common with probability 1 − (1 − *J*²)¹⁶: 0.996 for *J* = 0.54 (a third
//! cut, a third added), 0.15 for 0.1.

use super::body::{Body, mixed};

/// Pairs of components: articles with one in common are compared.
pub(crate) const BANDS: usize = 16;

const COMPONENTS: usize = 2 * BANDS;

/// Clauses of fewer characters stand in everything: 据悉, 另一方面.
const MIN_CLAUSE_CHARS: usize = 6;

/// What is kept of a body for finding its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The hash of the whole body.
    pub(crate) text: u64,
    /// The 16-bit components of the MinHash, two in each band.
    pub(crate) bands: [u32; BANDS],
}

impl Signature {
    /// The signature of a body; `None` if it is too short to have kin.
    pub(crate) fn of(body: &Body) -> Option<Self> {
        if body.is_short() {
            return None;
        }
        let clauses = body.clauses();
        let text = clauses
            .iter()
            .fold(0, |text, clause| mixed(text ^ clause.hash));
        let mut smallest = [u64::MAX; COMPONENTS];
        let mut add = |hash: u64| {
            for (number, smallest) in smallest.iter_mut().enumerate() {
                // An odd factor for each component: a family of cheap hash functions.
                let factor = mixed(number as u64) | 1;
                *smallest = (*smallest).min(hash.wrapping_mul(factor));
            }
        };
        let long = |chars: usize| chars >= MIN_CLAUSE_CHARS;
        let any = clauses.iter().any(|clause| long(clause.chars));
        clauses
            .iter()
            .filter(|clause| long(clause.chars) || !any)
            .for_each(|clause| add(clause.hash));
        let component = |number: usize| mixed(smallest[number]) as u16;
        let mut bands = [0; BANDS];
        for (number, band) in bands.iter_mut().enumerate() {
            *band = u32::from(component(2 * number)) << 16 | u32::from(component(2 * number + 1));
        }
        Some(Signature { text, bands })
    }

    /// How many of 32 components agree: 32 times the common share of clauses,
    /// give or take three.
    pub(crate) fn agreement(&self, other: &Signature) -> u32 {
        let pairs = self.bands.iter().zip(&other.bands);
        pairs
            .map(|(one, other)| {
                let differs = one ^ other;
                u32::from(differs >> 16 == 0) + u32::from(differs & 0xFFFF == 0)
            })
            .sum()
    }
}
