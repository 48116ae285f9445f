//! Short words for people: where, from whom, when, how big.

use crate::article::{Place, Problem};
use crate::search::ArticleInfo;
#[cfg(feature = "cli")]
use crate::search::FamilyInfo;

/// Names a place behind a path: `:12` for a line, otherwise in words.
pub(crate) fn place_label(place: &Place) -> String {
    if let Some(line) = place.line {
        return format!(":{line}");
    }
    let mut label = String::new();
    for (number, unit) in [
        (place.row, "行"),
        (place.page, "页"),
        (place.paragraph, "段"),
    ] {
        if let Some(number) = number {
            label.push_str(&format!(" 第{number}{unit}"));
        }
    }
    label
}

/// Names outlet, author and date, as far as known, as in a footnote.
pub(crate) fn source_label(article: &ArticleInfo) -> String {
    [&article.outlet, &article.author, &article.date]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("，")
}

/// Tells of the reprints of an article: how many, and who was first.
#[cfg(feature = "cli")]
pub(crate) fn reprints_label(article: &str, family: &FamilyInfo) -> String {
    let others = family.size.saturating_sub(1);
    let first = &family.first;
    let known: Vec<&str> = [&first.outlet, &first.date]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let first = match (first.id == article, known.as_slice()) {
        (true, _) => "本篇最早".to_owned(),
        (false, []) => format!("{} 最早", first.id),
        (false, known) => format!("最早 {}", known.join(" ")),
    };
    format!("另有 {others} 篇转载，{first} · cewen family {article}")
}

/// Tells a problem of a file on two lines: what is wrong, and the remedy.
pub(crate) fn problem_label(path: &str, problem: &Problem) -> String {
    let Problem {
        place,
        message,
        remedy,
        ..
    } = problem;
    let mut label = format!("{path}{}: {message}", place_label(place));
    if !remedy.is_empty() {
        label.push_str("\n  → ");
        label.push_str(remedy);
    }
    label
}

/// Tells a number of bytes in the unit that fits.
pub(crate) fn size_label(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        ..1e3 => format!("{bytes} B"),
        ..1e6 => format!("{:.1} kB", bytes / 1e3),
        ..1e9 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.1} GB", bytes / 1e9),
    }
}

/// Writes a number with a comma between thousands.
#[cfg(feature = "cli")]
pub(crate) fn count_label(count: usize) -> String {
    let digits = count.to_string();
    let mut label = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            label.push(',');
        }
        label.push(digit);
    }
    label
}

/// Tells a duration in milliseconds or seconds.
pub(crate) fn duration_label(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.1} s")
    }
}

/// Tells a moment, given in seconds since 1970, in UTC.
pub(crate) fn moment_label(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds)
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_follows_the_path_as_editors_expect_it() {
        let place = Place {
            line: Some(12),
            paragraph: Some(3),
            ..Place::default()
        };
        assert_eq!(place_label(&place), ":12");
    }

    #[test]
    fn other_places_are_told_in_words() {
        let place = Place {
            page: Some(2),
            paragraph: Some(3),
            ..Place::default()
        };
        assert_eq!(place_label(&place), " 第2页 第3段");
    }

    #[test]
    #[cfg(feature = "cli")]
    fn thousands_are_set_apart() {
        let labels = [0, 999, 1_204, 1_000_000].map(count_label);
        assert_eq!(labels, ["0", "999", "1,204", "1,000,000"]);
    }

    #[test]
    fn sizes_take_the_unit_that_fits() {
        assert_eq!(size_label(999), "999 B");
        assert_eq!(size_label(1_234_567), "1.2 MB");
    }
}
