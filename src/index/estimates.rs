//! In how many articles terms and texts stand, as searches of an opened index
//! counted or estimated it: asked for again and again, and the same while it is
//! open.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tantivy::schema::Field;

/// So many are kept.
const MOST: usize = 16_384;

/// Estimates by term and field, or by text, and by whether all text counts.
#[derive(Default)]
pub(crate) struct Estimates(Mutex<HashMap<Key, f32>>);

type Key = (Option<Field>, String, bool);

impl Estimates {
    /// The estimate that is known, or that `estimate` gives now.
    ///
    /// # Errors
    ///
    /// Those of `estimate`.
    pub(crate) fn get<E>(
        &self,
        (field, text, all_text): (Option<Field>, &str, bool),
        estimate: impl FnOnce() -> Result<f32, E>,
    ) -> Result<f32, E> {
        // Whoever panicked with it left it whole.
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (field, text.to_owned(), all_text);
        if let Some(&estimate) = known().get(&key) {
            return Ok(estimate);
        }
        let estimate = estimate()?;
        let mut known = known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, estimate);
        Ok(estimate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_estimated_once_and_errors_are_not_kept() {
        let estimates = Estimates::default();
        let get = |text, gives: Result<f32, ()>| estimates.get((None, text, false), || gives);
        assert_eq!(get("算力券", Err(())), Err(()));
        assert_eq!(get("算力券", Ok(3.0)), Ok(3.0));
        assert_eq!(get("算力券", Ok(4.0)), Ok(3.0));
        assert_eq!(get("补贴", Ok(4.0)), Ok(4.0));
    }
}
