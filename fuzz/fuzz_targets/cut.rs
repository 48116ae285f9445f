//! Passages: a line is a paragraph, with # a heading, with | furniture.

#![no_main]

#[path = "../../tests/suite/checks.rs"]
#[expect(dead_code, reason = "each target is one of the checks")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::cut(text));
