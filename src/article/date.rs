//! Dates as they are written: 2024-05-30, 2024年5月30日, 二〇二四年五月三十日.
//!
//! [`parse_date`] reads a value that is a date; [`find_dates`] finds dates in
//! running text. Which of them is the publication date is decided elsewhere.

use super::model::DatePrecision;
use super::shape::half_width;
use std::ops::Range;

/// A date found in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// The bytes it was found at.
    pub(crate) range: Range<usize>,
    /// An ISO 8601 prefix.
    pub(crate) iso: String,
    /// How much of it was written.
    pub(crate) precision: DatePrecision,
}

/// Reads a value that is a date, with or without a time of day: ISO 8601,
/// RFC 2822, Chinese forms, 20240530, 202405, 2024, Unix seconds.
pub(crate) fn parse_date(value: &str) -> Option<(String, DatePrecision)> {
    let text: String = value.trim().chars().map(half_width).collect();
    let text = text.trim();
    if let Some(date) = compact(text) {
        return Some(date);
    }
    if let Some(found) = issue_at(text, 0).or_else(|| date_at(text, 0)) {
        return Some((found.iso, found.precision));
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some((zoned.date().to_string(), DatePrecision::Day));
    }
    let mut dates = find_dates(text)
        .into_iter()
        .filter(|d| d.precision != DatePrecision::Year);
    let first = dates.next()?;
    dates
        .next()
        .is_none()
        .then_some((first.iso, first.precision))
}

/// Reads digits alone: a year, year and month, a day, or Unix time.
fn compact(text: &str) -> Option<(String, DatePrecision)> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        4 => year(text).map(|y| (format!("{y:04}"), DatePrecision::Year)),
        6 => {
            let (y, m) = (year(&text[..4])?, month(&text[4..])?);
            Some((format!("{y:04}-{m:02}"), DatePrecision::Month))
        }
        8 => day_iso(
            year(&text[..4])?,
            month(&text[4..6])?,
            text[6..].parse().ok()?,
        )
        .map(|iso| (iso, DatePrecision::Day)),
        10 | 13 => {
            let seconds: i64 = text[..10].parse().ok()?;
            // A page's clock shows Beijing time.
            let moment = jiff::Timestamp::from_second(seconds.checked_add(8 * 3600)?).ok()?;
            let date = jiff::tz::Offset::UTC.to_datetime(moment).date();
            (1990..=2100)
                .contains(&date.year())
                .then(|| (date.to_string(), DatePrecision::Day))
        }
        _ => None,
    }
}

/// Finds the dates of a text, in order, to the day, month or year
/// (2024年 counts, a bare 2024 does not).
pub(crate) fn find_dates(text: &str) -> Vec<FoundDate> {
    let mut dates = Vec::new();
    let mut skip_to = 0;
    let mut previous = None;
    for (start, c) in text.char_indices() {
        let opens = start >= skip_to && is_year_char(c) && !previous.is_some_and(is_year_char);
        previous = Some(c);
        if opens && let Some(found) = date_at(text, start) {
            skip_to = found.range.end;
            dates.push(found);
        }
    }
    dates
}

/// A day of a year that is not named: 9月12日.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MonthDay {
    /// The bytes it was found at.
    pub(crate) range: Range<usize>,
    month: i8,
    day: i8,
}

impl MonthDay {
    /// Completes the day with a year.
    pub(crate) fn in_year(&self, year: i16) -> Option<String> {
        day_iso(year, self.month, self.day)
    }
}

/// Finds the first day without a year at or after a place: 9月12日.
pub(crate) fn find_month_day(text: &str) -> Option<MonthDay> {
    let mut previous = None;
    for (start, c) in text.char_indices() {
        let opens = c.is_ascii_digit() && !previous.is_some_and(|p: char| p.is_ascii_digit());
        previous = Some(c);
        if !opens {
            continue;
        }
        let mut cursor = Cursor { text, at: start };
        let Some(month) = cursor.number().and_then(|n| i8::try_from(n).ok()) else {
            continue;
        };
        if !(1..=12).contains(&month) || !cursor.eat("月") {
            continue;
        }
        let Some(day) = cursor.number().and_then(|n| i8::try_from(n).ok()) else {
            continue;
        };
        if (1..=31).contains(&day) && (cursor.eat("日") || cursor.eat("号")) {
            return Some(MonthDay {
                range: start..cursor.at,
                month,
                day,
            });
        }
    }
    None
}

/// Finds the first issue of a periodical: 2024年第14期.
pub(crate) fn find_issue(text: &str) -> Option<FoundDate> {
    let starts = text.char_indices().filter(|(_, c)| c.is_ascii_digit());
    starts
        .map(|(start, _)| start)
        .find_map(|start| issue_at(text, start))
}

fn issue_at(text: &str, start: usize) -> Option<FoundDate> {
    let mut cursor = Cursor { text, at: start };
    let y = cursor.year()?;
    if !cursor.eat("年") || !cursor.eat("第") {
        return None;
    }
    cursor.number()?;
    (cursor.eat("期") || cursor.eat("号")).then(|| FoundDate {
        range: start..cursor.at,
        iso: format!("{y:04}"),
        precision: DatePrecision::Issue,
    })
}

/// Reads a date that begins at `start`.
fn date_at(text: &str, start: usize) -> Option<FoundDate> {
    let mut cursor = Cursor { text, at: start };
    let y = cursor.year()?;
    let found = |end: usize, iso: String, precision| {
        Some(FoundDate {
            range: start..end,
            iso,
            precision,
        })
    };
    if cursor.eat("年") {
        let year_end = cursor.at;
        let Some(m) = cursor
            .number()
            .and_then(in_month)
            .filter(|_| cursor.eat("月"))
        else {
            // 2024年第14期 is an issue and 2024年以来 is no date of anything.
            return found(year_end, format!("{y:04}"), DatePrecision::Year);
        };
        let month_end = cursor.at;
        if let Some(d) = cursor.number()
            && (cursor.eat("日") || cursor.eat("号"))
            && let Some(iso) = i8::try_from(d).ok().and_then(|d| day_iso(y, m, d))
        {
            return found(cursor.at, iso, DatePrecision::Day);
        }
        return found(month_end, format!("{y:04}-{m:02}"), DatePrecision::Month);
    }
    for separator in ["-", "/", ".", "－", "．", "–", "—", "_"] {
        let mut cursor = Cursor {
            text,
            at: cursor.at,
        };
        if !cursor.eat(separator) {
            continue;
        }
        let m = in_month(cursor.short_number()?)?;
        let month_end = cursor.at;
        if cursor.eat(separator)
            && let Some(d) = cursor.short_number()
        {
            let iso = i8::try_from(d).ok().and_then(|d| day_iso(y, m, d))?;
            return (!cursor.at_digit())
                .then_some(())
                .and_then(|()| found(cursor.at, iso, DatePrecision::Day));
        }
        // 2024.5 could be a number, and 2024-2025 is a span of years.
        let is_whole = start == 0 && month_end == text.len();
        let is_month = month_end - start >= 7 && separator != "." || is_whole;
        return is_month
            .then(|| found(month_end, format!("{y:04}-{m:02}"), DatePrecision::Month))
            .flatten();
    }
    None
}

fn in_month(n: u32) -> Option<i8> {
    (1..=12).contains(&n).then_some(n as i8)
}

fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|y| (1900..=2100).contains(y))
}

fn month(text: &str) -> Option<i8> {
    text.parse().ok().and_then(in_month)
}

fn day_iso(year: i16, month: i8, day: i8) -> Option<String> {
    jiff::civil::Date::new(year, month, day)
        .ok()
        .map(|date| date.to_string())
}

/// A place in a text from which numbers are read, ASCII, full-width or Chinese.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn at_digit(&self) -> bool {
        self.peek().is_some_and(|c| half_width(c).is_ascii_digit())
    }

    fn skip_spaces(&mut self) {
        while let Some(c) = self
            .peek()
            .filter(|&c| matches!(c, ' ' | '\u{a0}' | '\u{3000}'))
        {
            self.at += c.len_utf8();
        }
    }

    /// Reads over `expected`, allowing spaces before it.
    fn eat(&mut self, expected: &str) -> bool {
        let before = self.at;
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(expected);
        self.at = if found {
            self.at + expected.len()
        } else {
            before
        };
        found
    }

    /// Reads four digits that can be a year.
    fn year(&mut self) -> Option<i16> {
        let mut value = 0;
        for _ in 0..4 {
            let c = self.peek()?;
            value = value * 10 + digit(c)? as i16;
            self.at += c.len_utf8();
        }
        let goes_on = self.peek().is_some_and(|c| half_width(c).is_ascii_digit());
        (!goes_on && (1900..=2100).contains(&value)).then_some(value)
    }

    /// Reads one or two ASCII digits.
    fn short_number(&mut self) -> Option<u32> {
        let digits = self.text[self.at..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let value = if (1..=2).contains(&digits) {
            self.text[self.at..self.at + digits].parse().ok()
        } else {
            None
        };
        self.at += digits;
        value
    }

    /// Reads a number up to 9999: 30, ３０, 三十, 二十一, 廿一, 三〇.
    fn number(&mut self) -> Option<u32> {
        self.skip_spaces();
        let (mut value, mut seen, mut last_is_ten) = (0_u32, 0, false);
        while let Some(c) = self.peek() {
            match c {
                '十' => value = if seen == 0 { 10 } else { value * 10 },
                '廿' if seen == 0 => value = 20,
                '卅' if seen == 0 => value = 30,
                _ => match digit(c) {
                    Some(d) if last_is_ten => value += d,
                    Some(d) => value = value * 10 + d,
                    None => break,
                },
            }
            last_is_ten = matches!(c, '十' | '廿' | '卅');
            seen += 1;
            self.at += c.len_utf8();
            if seen == 4 {
                break;
            }
        }
        (seen > 0).then_some(value)
    }
}

/// Reads one digit, ASCII, full-width or Chinese.
fn digit(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' | 'Ｏ' => Some(0),
        '一' | '元' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => half_width(c).to_digit(10),
    }
}

fn is_year_char(c: char) -> bool {
    c != '元' && digit(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use DatePrecision::{Day, Issue, Month, Year};

    #[test]
    fn every_usual_form_of_a_day_is_read() {
        for text in [
            "2024-05-30",
            "2024/5/30",
            "2024.5.30",
            "2024年5月30日",
            "2024年05月30日",
            "20240530",
            "２０２４年５月３０日",
            "2024 年 5 月 30 日",
            "二〇二四年五月三十日",
            "二○二四年五月卅日",
            "2024-05-30T08:00:00+08:00",
            "2024-05-30 08:00",
            "Thu, 30 May 2024 08:00:00 +0800",
            "发布于2024年5月30日",
            "1717027200",
        ] {
            assert_eq!(parse_date(text), Some(("2024-05-30".into(), Day)), "{text}");
        }
    }

    #[test]
    fn a_date_is_as_precise_as_it_was_written() {
        assert_eq!(parse_date("2024年5月"), Some(("2024-05".into(), Month)));
        assert_eq!(parse_date("2024-05"), Some(("2024-05".into(), Month)));
        assert_eq!(parse_date("202405"), Some(("2024-05".into(), Month)));
        assert_eq!(parse_date("2024"), Some(("2024".into(), Year)));
        assert_eq!(parse_date("2024年第14期"), Some(("2024".into(), Issue)));
        assert_eq!(
            parse_date("二〇二四年十二月"),
            Some(("2024-12".into(), Month))
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "昨天",
            "2024-13-01",
            "2024年2月30日…",
            "99999999",
            "五月",
            "12345",
        ] {
            let date = parse_date(text);
            assert!(
                date.is_none() || date.as_ref().is_some_and(|d| d.1 != Day),
                "{text}: {date:?}"
            );
        }
    }

    #[test]
    fn dates_are_found_in_running_text_with_their_place() {
        let text = "甲市2024年5月30日发布，2023-2025年实施，见2024/06/01公告";
        let found: Vec<_> = find_dates(text)
            .into_iter()
            .map(|d| (text[d.range].to_string(), d.iso))
            .collect();
        assert_eq!(found[0], ("2024年5月30日".into(), "2024-05-30".into()));
        assert!(found.iter().any(|f| f.1 == "2024-06-01"));
        assert!(!found.iter().any(|f| f.1.starts_with("2023")));
    }

    #[test]
    fn a_day_without_a_year_waits_for_one() {
        let found = find_month_day("某社乙市9月12日电").expect("a day");
        assert_eq!(found.in_year(2023), Some("2023-09-12".into()));
        assert_eq!(
            find_month_day("2月30日").and_then(|d| d.in_year(2023)),
            None
        );
    }
}
