//! The reprints of an article, and what each changed.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::{escape_line, escape_text};
use super::json::write_object;
use crate::article::DatePrecision;
use crate::family::{Difference, Side};
use crate::search::{Family, FamilyMember};

/// Of what both texts have so many characters are shown at either end.
const AROUND: usize = 20;

/// Writes a family for a person, the earliest member first. `changes` holds
/// what each member after the first changed, if it was asked for.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_family_text(
    family: &Family,
    changes: &[Vec<Difference>],
    out: &mut dyn Write,
) -> io::Result<()> {
    for (at, member) in family.members.iter().enumerate() {
        let asked = if at == family.asked { "▌" } else { " " };
        let likeness = match at {
            0 if family.members.len() > 1 => "最早".to_owned(),
            0 => "仅此一篇".to_owned(),
            _ => format!("{:.0} %", member.similarity * 100.0),
        };
        let title = match member.title.as_str() {
            "" => "（无标题）",
            title => title,
        };
        let date = member.date.as_deref().unwrap_or("日期不详");
        let file = if member.file.is_empty() {
            &member.path
        } else {
            &member.file
        };
        let facts: Vec<&str> = [
            Some(date),
            member.outlet.as_deref(),
            Some(file),
            Some(&member.id),
        ]
        .into_iter()
        .flatten()
        .filter(|fact| !fact.is_empty())
        .collect();
        writeln!(out, "{asked} {}", escape_line(title))?;
        writeln!(
            out,
            "{asked}   {likeness} · {}",
            escape_line(&facts.join(" · "))
        )?;
        if let Some(change) = at.checked_sub(1).and_then(|at| changes.get(at)) {
            write_changes(change, out)?;
        }
    }
    Ok(())
}

/// Writes what differs between two texts, each line with a margin.
fn write_changes(parts: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    let text = escape_text(&marked(parts)).into_owned();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        writeln!(out, "      {line}")?;
    }
    Ok(())
}

/// What differs between two texts on one line or several: `[-taken away-]`,
/// `{+put in+}`, and the ends of what stayed.
pub(super) fn marked(parts: &[Difference]) -> String {
    let mut text = String::new();
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.iter().enumerate() {
        let shown = part.text.trim_matches('\n');
        match part.side {
            Side::Both => text.push_str(&shortened(&part.text, at == 0, at == last)),
            Side::First => text.push_str(&format!("[-{shown}-]")),
            Side::Second => text.push_str(&format!("{{+{shown}+}}")),
        }
    }
    text
}

/// The ends of a text that border on something else.
fn shortened(text: &str, is_first: bool, is_last: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let start = if is_first { 0 } else { AROUND };
    let end = if is_last { 0 } else { AROUND };
    if chars.len() <= start + end + 1 {
        return text.to_owned();
    }
    let (start, end) = (&chars[..start], &chars[chars.len() - end..]);
    start.iter().chain(&['…']).chain(end).collect()
}

/// Writes a family as one JSON object. `changes` holds what each member after
/// the first changed, if it was asked for.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_family_json(
    family: &Family,
    changes: &[Vec<Difference>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let members = family.members.iter().enumerate();
    let object = FamilyObject {
        id: family.members.first().map_or("", |first| first.id.as_str()),
        size: family.members.len(),
        members: members
            .map(|(at, member)| {
                let changes = at.checked_sub(1).and_then(|at| changes.get(at));
                MemberObject::new(member, at == family.asked, changes)
            })
            .collect(),
    };
    write_object(&object, out)
}

#[derive(Serialize)]
struct FamilyObject<'a> {
    id: &'a str,
    size: usize,
    members: Vec<MemberObject<'a>>,
}

#[derive(Serialize)]
struct MemberObject<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    outlet: Option<&'a str>,
    date: Option<&'a str>,
    date_precision: Option<DatePrecision>,
    similarity: f64,
    asked: bool,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<DifferenceObject<'a>>>,
}

/// A part of one or both of two texts.
#[derive(Serialize)]
pub(super) struct DifferenceObject<'a> {
    side: &'static str,
    text: &'a str,
}

pub(super) fn difference_objects(parts: &[Difference]) -> Vec<DifferenceObject<'_>> {
    let objects = parts.iter().map(|part| DifferenceObject {
        side: part.side.name(),
        text: &part.text,
    });
    objects.collect()
}

impl<'a> MemberObject<'a> {
    fn new(member: &'a FamilyMember, asked: bool, changes: Option<&'a Vec<Difference>>) -> Self {
        MemberObject {
            id: &member.id,
            title: &member.title,
            path: &member.path,
            outlet: member.outlet.as_deref(),
            date: member.date.as_deref(),
            date_precision: member.date_precision,
            similarity: (member.similarity * 1e4).round() / 1e4,
            asked,
            file: &member.file,
            changes: changes.map(|parts| difference_objects(parts)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::differences;

    fn family() -> Family {
        let member = |id: &str, outlet: &str, date: Option<&str>, similarity| FamilyMember {
            id: id.to_owned(),
            title: format!("{outlet}的标题"),
            path: format!("{id}.txt"),
            outlet: Some(outlet.to_owned()),
            date: date.map(str::to_owned),
            similarity,
            ..FamilyMember::default()
        };
        Family {
            members: vec![
                member("a1", "新华社", Some("2024-05-01"), 1.0),
                member("b2", "甲市日报", None, 0.8),
            ],
            asked: 1,
        }
    }

    #[test]
    fn members_are_listed_with_the_one_asked_for_and_what_they_changed() {
        let changes = vec![differences(
            "甲市发放算力券。即日起施行。",
            "甲市发放算力券。",
        )];
        let mut out = Vec::new();
        write_family_text(&family(), &changes, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  新华社的标题\n    最早 · 2024-05-01 · 新华社 · a1.txt · a1\n\
             ▌ 甲市日报的标题\n▌   80 % · 日期不详 · 甲市日报 · b2.txt · b2\n\
             \x20     甲市发放算力券。[-即日起施行。-]\n"
        );
    }

    #[test]
    fn machines_get_every_member() {
        let mut out = Vec::new();
        write_family_json(&family(), &[], &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["size"], 2);
        assert_eq!(value["members"][1]["asked"], true);
        assert!(value["members"][1].get("changes").is_none());
    }
}
