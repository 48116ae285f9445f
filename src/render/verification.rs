//! What a check of the index found, for people and programs.

use std::io::{self, Write};

use serde::Serialize;

use super::json::write_object;
use crate::index::{Repair, Verification};

/// Writes what was checked and what is damaged for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_verification_text(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    for checked in &verification.checked {
        writeln!(out, "已查  {checked}")?;
    }
    for leftover in &verification.leftovers {
        writeln!(out, "残留  {leftover}")?;
    }
    for damage in &verification.damages {
        writeln!(out, "损坏  {damage}")?;
    }
    if !verification.damages.is_empty() {
        return writeln!(out, "有损坏\n  → cewen verify --repair");
    }
    if !verification.leftovers.is_empty() {
        return writeln!(out, "完好；残留文件无害，下次更新时清除");
    }
    writeln!(out, "完好")
}

/// Writes what was found and mended for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_repair_text(repair: &Repair, out: &mut dyn Write) -> io::Result<()> {
    for damage in &repair.found.damages {
        writeln!(out, "损坏  {damage}")?;
    }
    for leftover in &repair.found.leftovers {
        writeln!(out, "清除  {leftover}")?;
    }
    let Some(report) = &repair.report else {
        return writeln!(out, "完好");
    };
    for path in &report.lost {
        writeln!(out, "丢失  {path}（由程序添加，须重新添加）")?;
    }
    writeln!(
        out,
        "已从文件夹重建：{} 篇 {} 段",
        report.articles, report.passages
    )
}

/// Writes what was found and mended as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_repair_json(repair: &Repair, out: &mut dyn Write) -> io::Result<()> {
    let report = repair.report.as_ref();
    write_object(
        &RepairObject {
            found: VerificationObject::new(&repair.found),
            rebuilt: report.is_some(),
            articles: report.map(|report| report.articles),
            passages: report.map(|report| report.passages),
            lost: report.map_or(&[], |report| report.lost.as_slice()),
        },
        out,
    )
}

/// Writes what was checked and what is damaged as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_verification_json(verification: &Verification, out: &mut dyn Write) -> io::Result<()> {
    write_object(&VerificationObject::new(verification), out)
}

#[derive(Serialize)]
struct VerificationObject<'a> {
    ok: bool,
    checked: &'a [String],
    damages: &'a [String],
    leftovers: &'a [String],
}

impl<'a> VerificationObject<'a> {
    fn new(verification: &'a Verification) -> Self {
        VerificationObject {
            ok: verification.damages.is_empty(),
            checked: &verification.checked,
            damages: &verification.damages,
            leftovers: &verification.leftovers,
        }
    }
}

#[derive(Serialize)]
struct RepairObject<'a> {
    found: VerificationObject<'a>,
    rebuilt: bool,
    articles: Option<usize>,
    passages: Option<usize>,
    lost: &'a [String],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_named_and_not_ok() {
        let verification = Verification {
            checked: vec!["3 个分段".to_owned()],
            damages: vec!["甲.store: 校验和不符".to_owned()],
            leftovers: Vec::new(),
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
