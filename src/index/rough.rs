//! What a document counts as, and about how long it is, in a byte.

use super::schema::Layout;

/// What a document counts as, and about how long it is: small enough that
/// those of a million documents stay in the processor's nearer memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rough(u8);

/// What a document counts as in a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Portion {
    Opening,
    Passage,
    Furniture,
    /// A title, which tells the length of its article, or a heading.
    Head,
}

/// The place of the highest bit, and the two bits after it.
fn level_of(symbols: u32) -> u8 {
    let number = symbols.saturating_add(4);
    let highest = number.ilog2();
    let level = (highest - 2) << 2 | number >> (highest - 2) & 3;
    let most = Rough::LEVELS as u32 - 1;
    if level < most {
        level as u8
    } else {
        most as u8
    }
}

impl Rough {
    /// How many lengths are told apart.
    pub(crate) const LEVELS: usize = 64;

    pub(super) fn new(portion: Portion, symbols: u32) -> Self {
        Rough(level_of(symbols) << 2 | portion as u8)
    }

    /// Of a document whose [stored layout](Layout::to_value) is given. Without a
    /// branch or a look at a table, so that it is reckoned of several at once:
    /// a number with a point has the place of its highest bit before the others.
    #[inline]
    pub(super) fn of_value(value: u16) -> Self {
        const BITS: u32 = f32::MANTISSA_DIGITS - 3;
        const NONE: u32 = 4_f32.to_bits() >> BITS;
        let number = Layout::symbols_of(u64::from(value)) as i32 + 4;
        let level = ((number as f32).to_bits() >> BITS) - NONE;
        Rough((level << 2) as u8 | Layout::code_of(value) & 3)
    }

    /// The fewest symbols that a level stands for.
    pub(crate) fn shortest(level: usize) -> f32 {
        (((level as u64 & 3) + 4) << (level >> 2)) as f32 - 4.0
    }

    /// All of them, by their numbers.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Rough)
    }

    /// Its number among [all](Self::all).
    #[inline]
    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    #[inline]
    pub(crate) fn level(self) -> usize {
        usize::from(self.0 >> 2)
    }

    #[inline]
    pub(crate) fn portion(self) -> Portion {
        match self.0 & 3 {
            0 => Portion::Opening,
            1 => Portion::Passage,
            2 => Portion::Furniture,
            _ => Portion::Head,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::schema::Kind;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_rough_length_is_not_longer_and_a_quarter_shorter_at_most(symbols in 0..200_000_u32) {
            let rough = Rough::new(Portion::Passage, symbols);
            let shortest = Rough::shortest(rough.level());
            prop_assert_eq!(rough.portion(), Portion::Passage);
            prop_assert!(shortest <= symbols as f32);
            prop_assert!(rough.level() == Rough::LEVELS - 1 || shortest + 4.0 >= 0.75 * (symbols as f32 + 4.0));
        }
    }

    #[test]
    fn a_stored_layout_counts_as_its_kind_and_its_symbols() {
        let counts = [
            (Kind::Title, Portion::Head),
            (Kind::Heading, Portion::Head),
            (Kind::Passage, Portion::Passage),
            (Kind::Furniture, Portion::Furniture),
            (Kind::Opening, Portion::Opening),
        ];
        for (kind, portion) in counts {
            for symbols in 0..=Layout::MAX_SYMBOLS {
                let (before, after) = (0, 0);
                let layout = Layout {
                    kind,
                    symbols,
                    before,
                    after,
                };
                let rough = Rough::of_value(layout.to_value() as u16);
                assert_eq!(rough, Rough::new(portion, symbols));
            }
        }
    }
}
