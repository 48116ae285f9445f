//! Files of the format .gz, whose content is made up.

#![no_main]

#[path = "../../tests/suite/checks.rs"]
#[expect(dead_code, reason = "each target is one of the checks")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| checks::read_gz(bytes));
