//! What a check of the index found, for people and programs.

use std::io::{self, Write};

use serde::Serialize;

use super::json::write_object;
use crate::index::Verification;

/// Writes what was checked and what is damaged for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_verification_text(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    for checked in &verification.checked {
        writeln!(out, "已查  {checked}")?;
    }
    for damage in &verification.damages {
        writeln!(out, "损坏  {damage}")?;
    }
    writeln!(
        out,
        "{}",
        if verification.damages.is_empty() {
            "完好"
        } else {
            "有损坏"
        }
    )
}

/// Writes what was checked and what is damaged as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_verification_json(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    write_object(
        &VerificationObject {
            ok: verification.damages.is_empty(),
            checked: &verification.checked,
            damages: &verification.damages,
        },
        out,
    )
}

#[derive(Serialize)]
struct VerificationObject<'a> {
    ok: bool,
    checked: &'a [String],
    damages: &'a [String],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_named_and_not_ok() {
        let verification = Verification {
            checked: vec!["3 个分段".to_owned()],
            damages: vec!["甲.store: 校验和不符".to_owned()],
        };
        let mut out = Vec::new();
        write_verification_json(&verification, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["ok"], false);
        let mut out = Vec::new();
        write_verification_text(&verification, &mut out).unwrap();
        assert!(
            String::from_utf8(out)
                .unwrap()
                .contains("损坏  甲.store: 校验和不符\n")
        );
    }
}
