//! Work done on several threads at once, its results taken in the order in
//! which it was given.
//!
//! Who gives work takes the results, and does some itself whenever it would
//! have to wait: so no work waits for a thread, and where there are none it is
//! all done by the one who gives it, when the result is taken. Threads start
//! when enough waits for them, so that little work costs none. What is under
//! way is bounded by bytes ([`InOrder::is_full`]). A panic in work is an error
//! of who takes its result; without threads it goes on as any panic does.

use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder};

use crate::error::{Error, ErrorKind, Result};

/// A thread more is started when so many bytes of work wait. Few in tests, so
/// that they start some.
const WORTH_A_THREAD: usize = if cfg!(test) { 1 << 9 } else { 1 << 16 };

/// How many pieces of one kind may be under way.
const MOST_PIECES: usize = 256;

/// How many threads keep the processors busy, besides the one that gives work
/// and the one that makes segments of an index.
pub(crate) fn suitable() -> usize {
    match thread::available_parallelism().map_or(1, NonZero::get) {
        1 => 0,
        processors => (processors - 2).max(1),
    }
}

/// Calls `give` with up to so many threads, and waits until they have ended.
pub(crate) fn with<'env, T>(threads: usize, give: impl FnOnce(&Workers<'_, 'env>) -> T) -> T {
    let shared = Arc::<Shared<'env>>::default();
    thread::scope(|scope| {
        let started = Cell::new(0);
        let start = || {
            if started.get() < threads {
                let shared = Arc::clone(&shared);
                let thread = Builder::new().name("cewen reader".to_owned());
                let is_there = thread.spawn_scoped(scope, move || shared.work()).is_ok();
                // Where no more can be had, those that are there do it.
                started.set(if is_there { started.get() + 1 } else { threads });
            }
        };
        let _end = End(&shared);
        give(&Workers {
            shared: Arc::clone(&shared),
            start: (threads > 0).then_some(&start),
        })
    })
}

/// Threads that do what is given. What nobody has begun when they end is dropped.
pub(crate) struct Workers<'w, 'env> {
    shared: Arc<Shared<'env>>,
    /// Starts a thread more; none where there are no threads.
    start: Option<&'w dyn Fn()>,
}

impl<'env> Workers<'_, 'env> {
    /// No threads.
    pub(crate) fn none() -> Self {
        Workers {
            shared: Arc::default(),
            start: None,
        }
    }

    /// Results in order, of work of which about `room` bytes are under way.
    pub(crate) fn in_order<T: Send + 'env>(&self, room: usize) -> InOrder<'_, 'env, T> {
        InOrder {
            shared: &self.shared,
            start: self.start,
            given: VecDeque::new(),
            bytes: 0,
            room,
        }
    }
}

/// Work that was given and whose results were not taken yet.
pub(crate) struct InOrder<'w, 'env, T> {
    shared: &'w Shared<'env>,
    start: Option<&'w dyn Fn()>,
    given: VecDeque<Arc<Slot<'env, T>>>,
    bytes: usize,
    room: usize,
}

impl<'env, T: Send + 'env> InOrder<'_, 'env, T> {
    /// Whether a result has to be taken before more is given. Without threads
    /// one piece at a time is done, as if there were no order to be kept.
    pub(crate) fn is_full(&self) -> bool {
        let is_alone = self.start.is_none() && !self.given.is_empty();
        is_alone || self.bytes >= self.room || self.given.len() >= MOST_PIECES
    }

    /// Whether work of so many bytes can be given before a result is taken.
    /// What is larger than all room is done while nothing else is under way.
    pub(crate) fn has_room_for(&self, bytes: usize) -> bool {
        self.given.is_empty() || !self.is_full() && self.bytes.saturating_add(bytes) <= self.room
    }

    /// Gives a piece of work that concerns so many bytes.
    pub(crate) fn give(&mut self, bytes: usize, work: impl FnOnce() -> T + Send + 'env) {
        let slot = Arc::new(Slot {
            work: Mutex::new(Work::Given(Box::new(work))),
            done: Condvar::new(),
            bytes,
        });
        self.bytes += bytes;
        self.given.push_back(Arc::clone(&slot));
        let Some(start) = self.start else {
            return;
        };
        let mut queue = self.shared.queue();
        queue.forget_begun();
        queue.bytes += bytes;
        let is_worth_a_thread = !queue.pieces.is_empty() && queue.bytes >= WORTH_A_THREAD;
        queue.pieces.push_back(slot);
        drop(queue);
        if is_worth_a_thread {
            start();
        }
        self.shared.come.notify_one();
    }

    /// Takes the next result if it is there.
    pub(crate) fn ready(&mut self) -> Option<Result<T>> {
        let is_done = matches!(*self.given.front()?.work(), Work::Done(_));
        if is_done { self.take() } else { None }
    }

    /// Takes the next result: waits for it, or does it. None if all were taken.
    pub(crate) fn take(&mut self) -> Option<Result<T>> {
        let slot = self.given.pop_front()?;
        self.bytes -= slot.bytes;
        if self.start.is_none() {
            return slot.begin().map(|work| Ok(work()));
        }
        if !slot.run() {
            while !matches!(*slot.work(), Work::Done(_)) {
                let next = self.shared.queue().next();
                match next {
                    Some(piece) => drop(piece.run()),
                    None => {
                        slot.wait();
                        break;
                    }
                }
            }
        }
        let done = std::mem::replace(&mut *slot.work(), Work::Begun);
        match done {
            Work::Done(Ok(result)) => Some(Ok(result)),
            Work::Done(Err(panic)) => Some(Err(panicked(&*panic))),
            // Whoever begins a piece ends it.
            Work::Given(_) | Work::Begun => Some(Err(panicked(&""))),
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or(panic.downcast_ref::<&str>().copied());
    Error::new(
        ErrorKind::Engine,
        format!(
            "reading failed by a fault of cewen: {}",
            text.unwrap_or("no reason is known")
        ),
    )
    .with_hint("report it with this message; the index is as it was before")
}

/// What the threads have in common.
#[derive(Default)]
struct Shared<'env> {
    queue: Mutex<Queue<'env>>,
    /// Work has come, or the end.
    come: Condvar,
}

/// What was given, in order; some of it was begun by who gave it.
#[derive(Default)]
struct Queue<'env> {
    pieces: VecDeque<Arc<dyn Piece + 'env>>,
    bytes: usize,
    is_over: bool,
}

impl<'env> Queue<'env> {
    /// Takes out the next piece that nobody has begun.
    fn next(&mut self) -> Option<Arc<dyn Piece + 'env>> {
        self.forget_begun();
        let piece = self.pieces.pop_front()?;
        self.bytes -= piece.bytes();
        Some(piece)
    }

    fn forget_begun(&mut self) {
        while let Some(piece) = self.pieces.front()
            && piece.is_begun()
        {
            self.bytes -= piece.bytes();
            self.pieces.pop_front();
        }
    }
}

impl<'env> Shared<'env> {
    fn queue(&self) -> MutexGuard<'_, Queue<'env>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a thread does.
    fn work(&self) {
        let mut queue = self.queue();
        while !queue.is_over {
            match queue.next() {
                Some(piece) => {
                    drop(queue);
                    piece.run();
                    queue = self.queue();
                }
                None => {
                    let waited = self.come.wait(queue);
                    queue = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

/// Ends the threads, whatever happens to the one that gives work.
struct End<'s, 'env>(&'s Shared<'env>);

impl Drop for End<'_, '_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.is_over = true;
        let rest = std::mem::take(&mut queue.pieces);
        drop(queue);
        self.0.come.notify_all();
        drop(rest);
    }
}

/// A piece of work, whatever comes of it.
trait Piece: Send + Sync {
    fn bytes(&self) -> usize;
    fn is_begun(&self) -> bool;
    /// Does it; false if it was begun already.
    fn run(&self) -> bool;
}

struct Slot<'env, T> {
    work: Mutex<Work<'env, T>>,
    done: Condvar,
    bytes: usize,
}

enum Work<'env, T> {
    Given(Box<dyn FnOnce() -> T + Send + 'env>),
    Begun,
    Done(thread::Result<T>),
}

impl<'env, T> Slot<'env, T> {
    fn work(&self) -> MutexGuard<'_, Work<'env, T>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the work out, unless somebody has.
    fn begin(&self) -> Option<Box<dyn FnOnce() -> T + Send + 'env>> {
        let mut state = self.work();
        match std::mem::replace(&mut *state, Work::Begun) {
            Work::Given(work) => Some(work),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Waits until it is done.
    fn wait(&self) {
        let is_open = |work: &mut Work<'_, T>| !matches!(work, Work::Done(_));
        drop(self.done.wait_while(self.work(), is_open));
    }
}

impl<T: Send> Piece for Slot<'_, T> {
    fn bytes(&self) -> usize {
        self.bytes
    }

    fn is_begun(&self) -> bool {
        !matches!(*self.work(), Work::Given(_))
    }

    fn run(&self) -> bool {
        let Some(work) = self.begin() else {
            return false;
        };
        // What it had in hand is given up with it.
        let done = catch_unwind(AssertUnwindSafe(work));
        *self.work() = Work::Done(done);
        self.done.notify_all();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    /// Gives so many pieces of so many bytes; what comes of them.
    fn all(workers: &Workers<'_, '_>, pieces: usize, bytes: usize) -> Vec<usize> {
        let mut under_way = workers.in_order(20 * bytes);
        let mut results = Vec::new();
        for piece in 0..pieces {
            while !under_way.has_room_for(bytes) {
                results.extend(under_way.take().transpose().expect("no panic"));
            }
            under_way.give(bytes, move || {
                // Some take longer than those behind them.
                (0..(piece % 7) * 1_000).fold(piece, |sum, _| std::hint::black_box(sum))
            });
            while let Some(result) = under_way.ready() {
                results.push(result.expect("no panic"));
            }
        }
        while let Some(result) = under_way.take() {
            results.push(result.expect("no panic"));
        }
        results
    }

    #[test]
    fn results_come_in_the_order_of_the_work_however_many_threads_there_are() {
        let expected: Vec<usize> = (0..1_000).collect();
        for threads in [0, 1, 2, 5] {
            for bytes in [0, 1, 1 << 8] {
                let results = with(threads, |workers| all(workers, 1_000, bytes));
                assert_eq!(results, expected, "{threads} threads, {bytes} bytes");
            }
        }
        assert_eq!(all(&Workers::none(), 1_000, 1), expected);
    }

    #[test]
    fn several_threads_work_at_once() {
        // Nobody passes before all three do.
        let barrier = Barrier::new(3);
        with(2, |workers| {
            let mut under_way = workers.in_order(1 << 12);
            for _ in 0..3 {
                under_way.give(1 << 10, || barrier.wait());
            }
            while let Some(result) = under_way.take() {
                result.expect("no panic");
            }
        });
    }

    #[test]
    fn little_work_starts_no_thread() {
        let own = thread::current().id();
        with(2, |workers| {
            let mut under_way = workers.in_order(1 << 20);
            for bytes in [WORTH_A_THREAD * 10, WORTH_A_THREAD / 4] {
                under_way.give(bytes, || thread::current().id());
                assert!(
                    under_way
                        .take()
                        .is_some_and(|id| id.expect("no panic") == own)
                );
            }
        });
    }

    #[test]
    fn no_more_is_under_way_than_there_is_room_for() {
        let under_way = AtomicUsize::new(0);
        with(5, |workers| {
            let mut order = workers.in_order(1 << 12);
            let mut most = 0;
            for bytes in (0..200).map(|piece| 1 << (6 + piece % 7)) {
                while !order.has_room_for(bytes) {
                    let done: usize = order.take().expect("given").expect("no panic");
                    under_way.fetch_sub(done, Ordering::Relaxed);
                }
                most = most.max(under_way.fetch_add(bytes, Ordering::Relaxed) + bytes);
                order.give(bytes, move || bytes);
            }
            assert!(most <= 1 << 12, "{most}");
            // What is larger than all room is alone.
            assert!(!order.has_room_for(1 << 13));
            while order.take().is_some() {}
            assert!(order.has_room_for(1 << 13));
        });
    }

    #[test]
    fn a_panic_is_the_error_of_its_result_and_the_others_come() {
        for threads in [1, 2, 5] {
            let results: Vec<Option<usize>> = with(threads, |workers| {
                let mut under_way = workers.in_order(1 << 20);
                for piece in 0..40 {
                    under_way.give(1 << 9, move || match piece {
                        20 => panic!("a fault on purpose: {piece}"),
                        piece => piece,
                    });
                }
                let mut results = Vec::new();
                while let Some(result) = under_way.take() {
                    if let Err(error) = &result {
                        assert_eq!(error.kind(), ErrorKind::Engine);
                        assert!(error.to_string().contains("on purpose: 20"), "{error}");
                    }
                    results.push(result.ok());
                }
                results
            });
            let expected = (0..40).map(|piece| (piece != 20).then_some(piece));
            assert_eq!(results, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn giving_up_leaves_undone_what_nobody_has_begun() {
        let (done, goes_on) = (AtomicUsize::new(0), AtomicBool::new(false));
        with(1, |workers| {
            let mut under_way = workers.in_order(1 << 20);
            for _ in 0..100 {
                under_way.give(1 << 9, || {
                    while !goes_on.load(Ordering::Relaxed) {
                        thread::yield_now();
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                });
            }
            // As when an error ends the update: the thread ends with its piece.
            let end = End(&workers.shared);
            drop(end);
            goes_on.store(true, Ordering::Relaxed);
        });
        assert!(done.into_inner() <= 1);
    }
}
