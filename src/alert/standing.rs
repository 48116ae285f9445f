//! Alerts: queries with a name, added, listed and removed.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::memory::Shown;
use super::run::look;
use super::store::{self, AlertLock, Store};
use crate::error::{Error, ErrorKind, Result};
use crate::query::Query;

/// The longest name of an alert.
const NAME_CHARS: usize = 40;

/// A standing query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// The query, as it was written.
    pub query: String,
    /// Whether passages that hold only some words of the query count too.
    pub all_lanes: bool,
    /// When it was added: seconds since 1970.
    pub added: u64,
    /// When it was last run to its end; `None` if it never was.
    pub last_run: Option<u64>,
    /// What has been shown.
    #[serde(flatten)]
    pub(crate) shown: Shown,
}

/// An alert to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// Its name: up to 40 characters, unique in the index.
    pub name: String,
    /// The query, in the language of [`Query::parse`].
    pub query: String,
    /// Whether passages that hold only some words of the query count too.
    pub all_lanes: bool,
    /// Which passages are new to it.
    pub start: Start,
}

/// Which passages are new to an alert that is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Those that come from now on.
    #[default]
    Now,
    /// Those that are in the index already, too.
    All,
}

/// Adds an alert to the index in `dir`.
///
/// The first one reads the text of the whole index, so that later runs know
/// what is new.
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if the name is taken or none; [`ErrorKind::BadQuery`]
/// if the query is impossible or holds nothing to search for;
/// [`ErrorKind::Locked`] if the alerts are in use.
pub fn add(dir: &Path, new: NewAlert) -> Result<Alert> {
    check_name(&new.name)?;
    let query = Query::parse(&new.query)?.query;
    let lock = AlertLock::take(dir)?;
    let mut store = Store::read(dir)?.unwrap_or_default();
    if store.alerts.iter().any(|alert| alert.name == new.name) {
        let name = &new.name;
        return Err(Error::new(
            ErrorKind::BadOption,
            format!("there is an alert {name} already"),
        )
        .with_hint(format!(
            "take another name, or remove it first: `cewen alert remove {name}`"
        )));
    }
    let (searcher, _) = look(dir, &mut store.memory, &[])?;
    searcher.check(&query)?;
    let alert = Alert {
        name: new.name,
        query: new.query,
        all_lanes: new.all_lanes,
        added: store::now(),
        last_run: None,
        shown: match new.start {
            Start::Now => Shown::everything(&store.memory),
            Start::All => Shown::nothing(),
        },
    };
    store.alerts.push(alert.clone());
    store.write(dir, &lock)?;
    Ok(alert)
}

/// Lists the alerts of the index in `dir`, in the order they were added.
///
/// # Errors
///
/// [`ErrorKind::OtherFormat`] if a newer cewen wrote them,
/// [`ErrorKind::Damaged`] if they cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Alert>> {
    if !crate::index::exists(dir) {
        return Err(Error::no_index(dir));
    }
    store::read_alerts(dir)
}

/// Removes alerts. With the last one all that was remembered goes.
///
/// # Errors
///
/// [`ErrorKind::NoSuchAlert`] if one of the names is not that of an alert:
/// then none is removed. [`ErrorKind::Locked`] if the alerts are in use.
pub fn remove(dir: &Path, names: &[String]) -> Result<()> {
    list(dir)?;
    let lock = AlertLock::take(dir)?;
    let mut store = Store::read(dir)?.unwrap_or_default();
    for name in names {
        find(&store.alerts, name)?;
    }
    store.alerts.retain(|alert| !names.contains(&alert.name));
    if store.alerts.is_empty() {
        return Store::delete(dir, &lock);
    }
    store.write(dir, &lock)
}

/// The place of an alert in a list, by its name.
pub(super) fn find(alerts: &[Alert], name: &str) -> Result<usize> {
    let found = alerts.iter().position(|alert| alert.name == name);
    found.ok_or_else(|| {
        let error = Error::new(ErrorKind::NoSuchAlert, format!("there is no alert {name}"));
        let near: Vec<&str> = alerts
            .iter()
            .map(|alert| alert.name.as_str())
            .filter(|known| is_near(known, name))
            .collect();
        if !near.is_empty() {
            return error.with_hint(format!("did you mean {}", near.join(" or ")));
        }
        error.with_hint("`cewen alert list` names them")
    })
}

/// Whether two names have most of their characters in common.
fn is_near(one: &str, other: &str) -> bool {
    let fold = |name: &str| -> Vec<char> { name.chars().map(crate::analysis::fold).collect() };
    let (one, other) = (fold(one), fold(other));
    let shared = one.iter().filter(|c| other.contains(c)).count();
    2 * shared >= one.len().max(other.len())
}

fn check_name(name: &str) -> Result<()> {
    let what = if name.trim().is_empty() {
        "an alert needs a name".to_owned()
    } else if name.trim() != name || name.chars().any(char::is_control) {
        "the name of an alert is one line without spaces around it".to_owned()
    } else if name.starts_with('-') {
        format!("{name}: the name of an alert does not begin with -")
    } else if name.chars().count() > NAME_CHARS {
        format!("the name of an alert has {NAME_CHARS} characters at most")
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::BadOption, what)
        .with_hint("as in `cewen alert add 算力券 '\"算力券\"'`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_those_that_are_near() {
        let alert = |name: &str| Alert {
            name: name.to_owned(),
            ..Alert::default()
        };
        let alerts = [alert("算力券"), alert("一网通办")];
        assert_eq!(find(&alerts, "一网通办").expect("known"), 1);
        let error = find(&alerts, "算力卷").expect_err("unknown");
        assert_eq!(error.kind(), ErrorKind::NoSuchAlert);
        assert_eq!(error.hint(), Some("did you mean 算力券"));
        let error = find(&alerts, "数据").expect_err("unknown");
        assert_eq!(error.hint(), Some("`cewen alert list` names them"));
    }

    #[test]
    fn a_name_is_one_line_and_no_option() {
        for wrong in ["", " ", "-x", "甲\n乙", " 甲", &"甲".repeat(41)] {
            assert!(check_name(wrong).is_err(), "{wrong:?}");
        }
        assert!(check_name("算力券 上海").is_ok());
    }
}
