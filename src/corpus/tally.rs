//! What is counted of bytes to tell their encoding, piece by piece.
//!
//! The pieces may end anywhere, also inside a character: the counts are those
//! of the whole.

/// How many bytes of the beginning are kept.
const HEAD: usize = 1 << 16;

/// How many bytes tell one Chinese encoding from the other. The detector weighs
/// every encoding there is, which takes longer than all other reading.
const SAMPLE: usize = 16_384;

/// Counts of bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// All bytes.
    pub(super) bytes: usize,
    pub(super) nuls: usize,
    /// Control characters that stand in no text.
    pub(super) controls: usize,
    /// Bytes of UTF-8 characters that are not ASCII.
    good: usize,
    /// Bytes that are no UTF-8.
    bad: usize,
    /// The beginning of a character that the next piece may end.
    begun: Vec<u8>,
    /// The first bytes.
    pub(super) head: Vec<u8>,
    /// The bytes by which an encoding is told: from the first that is not ASCII on.
    pub(super) sample: Vec<u8>,
}

impl Tally {
    /// Counts a piece.
    pub(super) fn add(&mut self, piece: &[u8]) {
        self.bytes += piece.len();
        self.nuls += count(piece, |byte| byte == 0);
        self.controls += count(
            piece,
            |byte| matches!(byte, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f),
        );
        let room = HEAD - self.head.len();
        self.head.extend(&piece[..piece.len().min(room)]);
        let first = match self.sample.is_empty() {
            true => piece.iter().position(|byte| !byte.is_ascii()),
            false => Some(0),
        };
        if let Some(first) = first {
            let end = (first + SAMPLE - self.sample.len()).min(piece.len());
            self.sample.extend(&piece[first..end]);
        }
        if self.begun.is_empty() {
            self.add_utf8(piece);
        } else {
            let mut joined = std::mem::take(&mut self.begun);
            joined.extend(piece);
            self.add_utf8(&joined);
        }
    }

    fn add_utf8(&mut self, piece: &[u8]) {
        let mut chunks = piece.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.good += count(chunk.valid().as_bytes(), |byte| !byte.is_ascii());
            if chunks.peek().is_none() && is_cut_off(chunk.invalid()) {
                self.begun = chunk.invalid().to_vec();
            } else {
                self.bad += chunk.invalid().len();
            }
        }
    }

    /// How many bytes are no UTF-8. A character cut off at the end does not
    /// count, unless there is no other.
    fn bad(&self) -> usize {
        match self.good {
            0 => self.bad + self.begun.len(),
            _ => self.bad,
        }
    }

    /// Whether under 5 % of the bytes that are not ASCII are no UTF-8.
    pub(super) fn is_mostly_utf8(&self) -> bool {
        let bad = self.bad();
        bad == 0 || bad * 20 < self.good + bad
    }

    /// Whether all bytes are UTF-8.
    pub(super) fn is_utf8(&self) -> bool {
        self.bad == 0 && self.begun.is_empty()
    }
}

/// Counts bytes, many at a time: in stretches so short that a byte holds the
/// count of each.
fn count(bytes: &[u8], is_counted: impl Fn(u8) -> bool) -> usize {
    let stretch =
        |bytes: &[u8]| -> u8 { bytes.iter().map(|&byte| u8::from(is_counted(byte))).sum() };
    bytes
        .chunks(128)
        .map(|bytes| usize::from(stretch(bytes)))
        .sum()
}

/// Says whether bytes are the beginning of a longer UTF-8 character.
fn is_cut_off(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(tally: &Tally) -> (usize, usize, usize, usize, usize, bool) {
        let Tally {
            bytes,
            nuls,
            controls,
            good,
            ..
        } = *tally;
        (bytes, nuls, controls, good, tally.bad(), tally.is_utf8())
    }

    proptest! {
        #[test]
        fn pieces_are_counted_as_the_whole_is(
            bytes in proptest::collection::vec(
                prop_oneof![Just(0xe7_u8), Just(0xae), Just(0x97), Just(0xf0), any::<u8>()], 0..60),
            cuts in proptest::collection::vec(0..60_usize, 0..20),
        ) {
            let mut whole = Tally::default();
            whole.add(&bytes);
            let mut pieces = Tally::default();
            let mut from = 0;
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.push(bytes.len());
            cuts.sort_unstable();
            for cut in cuts {
                pieces.add(&bytes[from..cut]);
                from = cut;
            }
            prop_assert_eq!(counts(&whole), counts(&pieces));
            prop_assert_eq!(whole.head, pieces.head);
            prop_assert_eq!(whole.sample, pieces.sample);
        }
    }
}
