//! Ctrl-C: the first one asks the work to stop, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// The exit status of a process that was interrupted.
pub(crate) const STATUS: u8 = 130;

/// A flag that becomes true at the first Ctrl-C. Where the system has no
/// signals it never does, and Ctrl-C ends the process, which costs nothing but
/// the work done: an index is published in one step.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    // In this order: the second Ctrl-C finds the flag that the first one set.
    let _ = flag::register_conditional_shutdown(SIGINT, i32::from(STATUS), Arc::clone(&flag));
    let _ = flag::register(SIGINT, Arc::clone(&flag));
    flag
}
