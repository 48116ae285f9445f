//! Standing queries and what has arrived for them, for people and programs.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_line;
use super::json::{HitObject, LanesObject, StaleObject, TotalObject, write_object};
use super::labels::moment_label;
use super::markdown::{escape, write_markdown};
#[cfg(feature = "cli")]
use super::pretty::{Screen, write_digest_part};
use crate::alert::{Alert, AlertAnswer, Digest};

/// Writes a digest for a person at a terminal.
///
/// # Errors
///
/// Returns the error of `out`.
#[cfg(feature = "cli")]
pub fn write_digest_pretty(digest: &Digest, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    for (number, alert) in digest.alerts.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        write_digest_part(
            &alert.alert.name,
            &counts(alert),
            &alert.answer,
            screen,
            out,
        )?;
    }
    Ok(())
}

/// Writes a digest as Markdown: a section for each alert, in it the quotations
/// with their sources.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_digest_markdown(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    for alert in &digest.alerts {
        let name = escape(&alert.alert.name);
        writeln!(out, "## {name}\n")?;
        let query = escape(&alert.alert.query);
        writeln!(out, "{query}：{}\n", counts(alert))?;
        write_markdown(&alert.answer, out)?;
    }
    Ok(())
}

/// Writes a digest as one JSON object: of each alert its name and its answer,
/// with the keys of a search.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_digest_json(digest: &Digest, out: &mut dyn Write) -> io::Result<()> {
    let object = DigestObject {
        passages: digest.passages(),
        updated: moment_label(digest.updated),
        stale: StaleObject::new(&digest.stale),
        alerts: digest.alerts.iter().map(AlertAnswerObject::new).collect(),
    };
    write_object(&object, out)
}

/// Writes a list of alerts: name, query, when added and last run, divided by tabs.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_alerts_text(alerts: &[Alert], out: &mut dyn Write) -> io::Result<()> {
    for alert in alerts {
        let last = match alert.last_run {
            Some(last) => format!("上次 {}", moment_label(last)),
            None => "还没有查过".to_owned(),
        };
        let lanes = if alert.all_lanes {
            "\t含部分匹配"
        } else {
            ""
        };
        writeln!(
            out,
            "{}\t{}\t添加于 {}\t{last}{lanes}",
            escape_line(&alert.name),
            escape_line(&alert.query),
            moment_label(alert.added)
        )?;
    }
    Ok(())
}

/// Writes a list of alerts as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_alerts_json(alerts: &[Alert], out: &mut dyn Write) -> io::Result<()> {
    let alerts = alerts.iter().map(AlertObject::new).collect();
    write_object(&AlertsObject { alerts }, out)
}

/// Counts what has arrived: `新 3 篇 5 段`.
fn counts(alert: &AlertAnswer) -> String {
    let answer = &alert.answer;
    let mut counts = match answer.hits.len() {
        0 => "没有新的".to_owned(),
        passages => format!("新 {} 篇 {passages} 段", answer.total.articles),
    };
    if !alert.alert.all_lanes && answer.lanes.some > 0 {
        counts.push_str(&format!("，另有 {} 段部分匹配未列出", answer.lanes.some));
    }
    counts
}

#[derive(Serialize)]
struct DigestObject<'a> {
    passages: usize,
    updated: String,
    stale: StaleObject<'a>,
    alerts: Vec<AlertAnswerObject<'a>>,
}

#[derive(Serialize)]
struct AlertAnswerObject<'a> {
    name: &'a str,
    query: &'a str,
    all_lanes: bool,
    last_run: Option<String>,
    lanes: LanesObject,
    total: TotalObject,
    hits: Vec<HitObject<'a>>,
}

impl<'a> AlertAnswerObject<'a> {
    fn new(AlertAnswer { alert, answer }: &'a AlertAnswer) -> Self {
        AlertAnswerObject {
            name: &alert.name,
            query: &alert.query,
            all_lanes: alert.all_lanes,
            last_run: alert.last_run.map(moment_label),
            lanes: LanesObject::new(&answer.lanes),
            total: TotalObject::new(&answer.total),
            hits: answer
                .hits
                .iter()
                .map(|hit| HitObject::new(hit, None))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct AlertsObject<'a> {
    alerts: Vec<AlertObject<'a>>,
}

#[derive(Serialize)]
struct AlertObject<'a> {
    name: &'a str,
    query: &'a str,
    all_lanes: bool,
    added: String,
    last_run: Option<String>,
}

impl<'a> AlertObject<'a> {
    fn new(alert: &'a Alert) -> Self {
        AlertObject {
            name: &alert.name,
            query: &alert.query,
            all_lanes: alert.all_lanes,
            added: moment_label(alert.added),
            last_run: alert.last_run.map(moment_label),
        }
    }
}
