//! Documents on their way to the engine: only so many bytes of them at a time.
//!
//! The engine takes documents from a queue of ten thousand batches and does not
//! look at it while it writes a segment. Articles are read and cut faster than
//! that, so without a bound of ours the queue would hold hundreds of megabytes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tantivy::TantivyDocument;
use tantivy::schema::Field;
use tantivy::schema::document::Document;

/// How many bytes of documents may be waiting.
const MOST: usize = 16 << 20;

/// How long the engine may do nothing before one article more is given to it: if
/// it has died, taking that is how it says so.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to the engine.
#[derive(Debug, Default)]
pub(crate) struct Flow(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<usize>,
    taken: Condvar,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, usize> {
        // A number is whole whatever panicked.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flow {
    /// Waits until there is room, then enters the documents of an article, which
    /// take about so many bytes.
    pub(crate) fn enter(
        &self,
        documents: Vec<TantivyDocument>,
        bytes: usize,
    ) -> impl Iterator<Item = Entered> {
        let shared = &self.0;
        let mut waiting = shared.waiting();
        // One that is larger than the room enters alone.
        while *waiting > 0 && *waiting + bytes > MOST {
            let before = *waiting;
            let waited = shared.taken.wait_timeout(waiting, PATIENCE);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            waiting = now;
            if timeout.timed_out() && *waiting >= before {
                break;
            }
        }
        *waiting += bytes;
        drop(waiting);
        let count = documents.len();
        let shared = Arc::clone(shared);
        // The last one is taken last.
        let mut ticket = Some(Ticket { bytes, shared });
        documents
            .into_iter()
            .enumerate()
            .map(move |(number, document)| Entered {
                document,
                _ticket: ticket.take_if(|_| number + 1 == count),
            })
    }
}

/// A document on its way.
#[derive(Debug)]
pub(crate) struct Entered {
    document: TantivyDocument,
    _ticket: Option<Ticket>,
}

/// Held as long as the documents of an article are on their way.
#[derive(Debug)]
struct Ticket {
    bytes: usize,
    shared: Arc<Shared>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.shared.waiting() -= self.bytes;
        self.shared.taken.notify_one();
    }
}

impl Document for Entered {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn get_sorted_field_values(&self) -> Vec<(Field, Vec<Self::Value<'_>>)> {
        self.document.get_sorted_field_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> Vec<TantivyDocument> {
        vec![TantivyDocument::new(), TantivyDocument::new()]
    }

    #[test]
    fn documents_wait_for_those_before_them_and_then_go_on() {
        let flow = Flow::default();
        let first: Vec<Entered> = flow.enter(documents(), MOST).collect();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| flow.enter(documents(), 1).count());
            // The first are still under way when the last of them is dropped.
            drop(first);
            assert_eq!(second.join().expect("entered"), 2);
        });
        assert_eq!(*flow.0.waiting(), 0);
    }

    #[test]
    fn an_engine_that_takes_nothing_is_not_waited_for_for_ever() {
        let flow = Flow::default();
        let stuck: Vec<Entered> = flow.enter(documents(), MOST).collect();
        let more: Vec<Entered> = flow.enter(documents(), 5).collect();
        assert_eq!(*flow.0.waiting(), MOST + 5);
        drop((stuck, more));
        assert_eq!(*flow.0.waiting(), 0);
    }
}
