//! The days that a `date:` value covers.

use jiff::civil::Date;

use super::ast::{DateMatch, DateRange};

/// What can be written after `date:`.
pub(crate) const FORMS: &str = "2024, 2024-05, 2024-05-30, 2024-05..2024-12, ..2023 or 2024..; \
     =2024-05 (surely in it), 2024-XX (month unknown) or XXXX (undated)";

/// Reads a `date:` value; `Err` says what is wrong with it.
pub(crate) fn parse(value: &str) -> Result<DateRange, String> {
    let value: String = value
        .chars()
        .map(plain)
        .filter(|c| !c.is_whitespace())
        .collect();
    if value.eq_ignore_ascii_case("XXXX") {
        return Ok(DateRange {
            matching: DateMatch::Undated,
            ..DateRange::default()
        });
    }
    let (value, matching) = match value.strip_prefix('=') {
        Some(value) => (value, DateMatch::Within),
        None => match unknown_part(&value) {
            Some(known) => (known, DateMatch::Exactly),
            None => (value.as_str(), DateMatch::Overlapping),
        },
    };
    let ends: Vec<&str> = value.split("..").collect();
    let range = match ends.as_slice() {
        [one] => {
            let (from, until) = days(one)?;
            if matching == DateMatch::Exactly && from == until {
                return Err(format!("{value} has no part that could be unknown"));
            }
            DateRange {
                from: Some(from),
                until: Some(until),
                matching,
            }
        }
        _ if matching == DateMatch::Exactly => {
            return Err(format!(
                "{value} has two dates, of which one is partly unknown"
            ));
        }
        ["", ""] => return Err("a range needs at least one date".to_owned()),
        [from, until] => DateRange {
            from: if from.is_empty() {
                None
            } else {
                Some(days(from)?.0)
            },
            until: if until.is_empty() {
                None
            } else {
                Some(days(until)?.1)
            },
            matching,
        },
        _ => return Err(format!("{value} has more than two dates")),
    };
    match (&range.from, &range.until) {
        (Some(from), Some(until)) if from > until => Err(format!("{value} ends before it begins")),
        _ => Ok(range),
    }
}

/// The known part of a date whose month or day is written `XX`.
fn unknown_part(value: &str) -> Option<&str> {
    let known = value.strip_suffix("-XX").or(value.strip_suffix("-xx"))?;
    Some(
        known
            .strip_suffix("-XX")
            .or(known.strip_suffix("-xx"))
            .unwrap_or(known),
    )
}

/// Full-width digits and marks as plain ones.
fn plain(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(character as u32 - 0xFEE0).unwrap_or(character),
        '—' | '–' | '−' => '-',
        _ => character,
    }
}

/// The first and last day of a date that may be a month or year.
fn days(date: &str) -> Result<(String, String), String> {
    let normal = date.replace(['年', '月', '/', '.'], "-").replace('日', "");
    let parts: Vec<&str> = normal.trim_end_matches('-').split('-').collect();
    let wrong = || format!("{date} is not a date");
    let number = |part: &str| -> Result<i16, String> {
        let is_digits =
            !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| is_digits).ok_or_else(wrong)
    };
    let year = number(parts[0])?;
    if parts[0].len() != 4 {
        return Err(wrong());
    }
    let day = |month: i16, day: i16| -> Result<Date, String> {
        Date::new(year, month as i8, day as i8).map_err(|_| wrong())
    };
    let (first, last) = match parts.as_slice() {
        [_] => (day(1, 1)?, day(12, 31)?),
        [_, month] => {
            let first = day(number(month)?, 1)?;
            (first, first.last_of_month())
        }
        [_, month, of_month] => {
            let only = day(number(month)?, number(of_month)?)?;
            (only, only)
        }
        _ => return Err(wrong()),
    };
    Ok((first.to_string(), last.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(value: &str) -> (String, String) {
        let range = parse(value).expect("a date");
        (
            range.from.unwrap_or_default(),
            range.until.unwrap_or_default(),
        )
    }

    fn pair(from: &str, until: &str) -> (String, String) {
        (from.to_owned(), until.to_owned())
    }

    #[test]
    fn a_date_covers_all_days_it_may_mean() {
        assert_eq!(range("2024"), pair("2024-01-01", "2024-12-31"));
        assert_eq!(range("2024-02"), pair("2024-02-01", "2024-02-29"));
        assert_eq!(range("2024年5月30日"), pair("2024-05-30", "2024-05-30"));
        assert_eq!(range("2024/5"), pair("2024-05-01", "2024-05-31"));
        assert_eq!(range("２０２４年"), pair("2024-01-01", "2024-12-31"));
        assert_eq!(range("2024-05..2024-12"), pair("2024-05-01", "2024-12-31"));
        assert_eq!(range("..2023"), pair("", "2023-12-31"));
        assert_eq!(range("2024.."), pair("2024-01-01", ""));
    }

    #[test]
    fn what_is_known_of_a_date_can_be_asked_for() {
        let matching = |value: &str| parse(value).expect("a date").matching;
        assert_eq!(matching("2024-05"), DateMatch::Overlapping);
        assert_eq!(matching("=2024-01..2024-03"), DateMatch::Within);
        assert_eq!(matching("2024-XX"), DateMatch::Exactly);
        assert_eq!(range("2024-XX"), pair("2024-01-01", "2024-12-31"));
        assert_eq!(range("2024-05-xx"), pair("2024-05-01", "2024-05-31"));
        assert_eq!(matching("xxxx"), DateMatch::Undated);
    }

    #[test]
    fn an_impossible_date_says_what_is_wrong() {
        for value in [
            "2024-13",
            "abc",
            "24",
            "2024-02-30",
            "..",
            "2024-05..2023",
            "2024..2025..2026",
            "2024-256",
            "2024-05-30-XX",
            "2024-XX..2025",
            "=",
        ] {
            assert!(parse(value).is_err(), "{value}");
        }
    }
}
