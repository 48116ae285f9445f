//! How the days of an article stand to a range of dates.

use crate::query::{DateMatch, DateRange};

/// A range of dates as days, `yyyymmdd`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    first: u64,
    last: u64,
    matching: DateMatch,
}

impl Days {
    pub(super) fn of(range: &DateRange) -> Self {
        let day = |date: &Option<String>, open: u64| {
            let digits = date.as_ref().map(|date| date.replace('-', ""));
            digits
                .and_then(|digits| digits.parse().ok())
                .unwrap_or(open)
        };
        Days {
            first: day(&range.from, 0),
            last: match day(&range.until, u64::MAX) {
                // What is dated to a month is held to end on its 31st, whatever the month.
                last if is_month_end(&range.until) => last / 100 * 100 + 31,
                last => last,
            },
            matching: range.matching,
        }
    }

    /// Whether an article of these days, 0 if undated, matches; undated ones
    /// do not unless they are what is asked for.
    pub(super) fn hold(self, (from, until): (u64, u64)) -> bool {
        match self.matching {
            DateMatch::Overlapping => from > 0 && from <= self.last && until >= self.first,
            DateMatch::Within => from > 0 && from >= self.first && until <= self.last,
            DateMatch::Exactly => (from, until) == (self.first, self.last),
            DateMatch::Undated => from == 0,
        }
    }
}

/// Whether an ISO date is the last day of its month.
fn is_month_end(date: &Option<String>) -> bool {
    let date = date.as_ref().and_then(|date| date.parse().ok());
    date.is_some_and(|date: jiff::civil::Date| date == date.last_of_month())
}
