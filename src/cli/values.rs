//! Values of options that are neither plain numbers nor plain words.

/// Reads a number of passages: `3`, or `all` (which is 0).
pub(crate) fn parse_passages(value: &str) -> Result<usize, String> {
    if value == "all" {
        return Ok(0);
    }
    value
        .parse()
        .map_err(|_| "neither a number nor `all`".to_owned())
}

/// Reads a number of days: `90d`, `90`, or `12w` weeks.
pub(crate) fn parse_half_life(value: &str) -> Result<u32, String> {
    let (number, days) = match value.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (value.strip_suffix('d').unwrap_or(value), 1),
    };
    let number: Option<u32> = number.parse().ok();
    match number.and_then(|number| number.checked_mul(days)) {
        Some(days) if days > 0 => Ok(days),
        _ => Err("not a number of days such as 90d".to_owned()),
    }
}

/// Reads an encoding for paths: `*.txt=gb18030`.
pub(crate) fn parse_encoding(value: &str) -> Result<(String, String), String> {
    match value.rsplit_once('=') {
        Some((glob, name)) if !glob.is_empty() && !name.is_empty() => {
            Ok((glob.to_owned(), name.to_owned()))
        }
        _ => Err("not a pattern of paths, `=` and an encoding, as in *.txt=gb18030".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_passages_is_none_left_out() {
        assert_eq!(parse_passages("all"), Ok(0));
        assert_eq!(parse_passages("3"), Ok(3));
        assert!(parse_passages("三").is_err());
    }

    #[test]
    fn a_half_life_is_in_days_or_weeks_and_not_nothing() {
        assert_eq!(parse_half_life("90d"), Ok(90));
        assert_eq!(parse_half_life("90"), Ok(90));
        assert_eq!(parse_half_life("2w"), Ok(14));
        for wrong in ["0d", "d", "", "-1d", "九十天", "4294967295w"] {
            assert!(parse_half_life(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_encoding_is_given_for_a_pattern() {
        let expected = ("a=b/*.txt".to_owned(), "big5".to_owned());
        assert_eq!(parse_encoding("a=b/*.txt=big5"), Ok(expected));
        for wrong in ["", "big5", "=big5", "*.txt="] {
            assert!(parse_encoding(wrong).is_err(), "{wrong}");
        }
    }
}
