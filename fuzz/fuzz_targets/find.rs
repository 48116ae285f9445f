//! Fold and literal search: the query is the input up to its first line end.

#![no_main]

#[path = "../../tests/suite/checks.rs"]
#[expect(dead_code, reason = "each target is one of the checks")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (query, text) = input.split_once('\n').unwrap_or((input, input));
    checks::find(query, text);
});
