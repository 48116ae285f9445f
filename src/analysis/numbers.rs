//! Numbers by value: 3.85亿 and 385000000, 百分之五 and 5%, 二十五 and 25 meet.
//!
//! Each number of a text gives one more word, `#` and its value in digits. It
//! only ranks; literal search stays on characters.

/// Millionths, so that 0.5 and 3.85 are whole numbers.
const UNIT: u128 = 1_000_000;

/// Larger values than this are no amounts: telephone and serial numbers.
const LARGEST: u128 = 1_000_000_000_000_000 * UNIT;

/// Calls `emit` with the value of every number of a folded text.
pub(crate) fn numbers(folded: &str, mut emit: impl FnMut(&str)) {
    if !folded.contains(is_numeral) {
        return;
    }
    let characters: Vec<char> = folded.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        if !is_numeral(characters[at]) && characters[at] != '百' {
            at += 1;
            continue;
        }
        let rest = &characters[at..];
        let is_percent = rest.starts_with(&['百', '分', '之']);
        let start = if is_percent { 3 } else { 0 };
        let read = if rest.get(start).is_some_and(char::is_ascii_digit) {
            arabic(&rest[start..])
        } else {
            chinese(
                &rest[start..],
                at.checked_sub(1).map(|before| characters[before]) == Some('第') || is_percent,
            )
        };
        let Some((value, length)) = read else {
            at += 1 + rest[1..].iter().take_while(|&&c| is_numeral(c)).count();
            continue;
        };
        let end = at + start + length;
        let is_percent = is_percent || characters.get(end) == Some(&'%');
        if value <= LARGEST {
            emit(&written(value, is_percent));
        }
        at = end.max(at + 1);
    }
}

fn is_numeral(character: char) -> bool {
    character.is_ascii_digit() || digit(character).is_some() || character == '十'
}

fn digit(character: char) -> Option<u128> {
    Some(match character {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// The multiplier within a group of four digits.
fn small_unit(character: char) -> Option<u128> {
    match character {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        _ => None,
    }
}

/// The multiplier of a group.
fn large_unit(character: char) -> Option<u128> {
    match character {
        '万' => Some(10_000),
        '亿' => Some(100_000_000),
        _ => None,
    }
}

/// Reads digits with separators and what they are multiplied by: 3,000万.
fn arabic(text: &[char]) -> Option<(u128, usize)> {
    let mut value: u128 = 0;
    let mut fraction: Option<u128> = None;
    let mut at = 0;
    while let Some(&character) = text.get(at) {
        let next_is_digit = text.get(at + 1).is_some_and(char::is_ascii_digit);
        match (character.to_digit(10), fraction) {
            (Some(digit), None) => {
                value = value
                    .checked_mul(10)?
                    .checked_add(u128::from(digit) * UNIT)?;
            }
            (Some(digit), Some(scale)) => {
                value = value.checked_add(u128::from(digit) * scale)?;
                fraction = Some(scale / 10);
            }
            (None, None) if character == ',' && next_is_digit => {}
            (None, None) if character == '.' && next_is_digit => fraction = Some(UNIT / 10),
            _ => break,
        }
        at += 1;
    }
    while let Some(unit) = text.get(at).and_then(|&c| small_unit(c).or(large_unit(c))) {
        value = value.checked_mul(unit)?;
        at += 1;
    }
    Some((value, at))
}

/// Reads Chinese numerals: 三千二百万, 二〇二四. A single one is a number only
/// where `alone` says so: 第三, 百分之五; not in 一般.
fn chinese(text: &[char], alone: bool) -> Option<(u128, usize)> {
    let length = text
        .iter()
        .take_while(|&&c| digit(c).is_some() || small_unit(c).is_some() || large_unit(c).is_some())
        .count();
    let numerals = &text[..length];
    if length == 0 || (length == 1 && !alone) {
        return None;
    }
    if numerals.iter().all(|&c| digit(c).is_some()) {
        // Read digit by digit: a year.
        let mut value: u128 = 0;
        for &numeral in numerals {
            value = value.checked_mul(10)?.checked_add(digit(numeral)?)?;
        }
        return Some((value.checked_mul(UNIT)?, length));
    }
    let (mut total, mut group, mut last): (u128, u128, Option<u128>) = (0, 0, None);
    for &numeral in numerals {
        if let Some(value) = digit(numeral) {
            last = Some(value);
        } else if let Some(unit) = small_unit(numeral) {
            group = group.checked_add(last.take().unwrap_or(1).checked_mul(unit)?)?;
        } else if let Some(unit) = large_unit(numeral) {
            group = group.checked_add(last.take().unwrap_or(0))?;
            // 三万亿: the second multiplies what the first did.
            let multiplied = if group == 0 { total } else { group };
            let kept = if group == 0 { 0 } else { total };
            total = kept.checked_add(multiplied.checked_mul(unit)?)?;
            group = 0;
        }
    }
    let value = total.checked_add(group)?.checked_add(last.unwrap_or(0))?;
    (value > 0).then_some((value.checked_mul(UNIT)?, length))
}

fn written(value: u128, is_percent: bool) -> String {
    let mut written = format!("#{}", value / UNIT);
    if !value.is_multiple_of(UNIT) {
        let fraction = format!("{:06}", value % UNIT);
        written.push('.');
        written.push_str(fraction.trim_end_matches('0'));
    }
    if is_percent {
        written.push('%');
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut read = Vec::new();
        numbers(text, |number| read.push(number.to_owned()));
        read
    }

    #[test]
    fn a_number_has_one_value_however_it_is_written() {
        for (texts, value) in [
            (
                &["3.85亿元", "385000000", "385,000,000", "三亿八千五百万"][..],
                "#385000000",
            ),
            (&["5%", "百分之五", "百分之5"], "#5%"),
            (&["25项", "二十五项"], "#25"),
            (&["2024年", "二〇二四年", "二零二四年"], "#2024"),
            (&["第3批", "第三批"], "#3"),
            (&["20亿", "2000000000", "二十亿"], "#2000000000"),
            (&["1.2万亿", "12000亿"], "#1200000000000"),
            (&["十二", "12"], "#12"),
            (&["三万亿"], "#3000000000000"),
        ] {
            for text in texts {
                assert_eq!(read(text), [value], "{text}");
            }
        }
        assert_eq!(read("一般一些万一"), [""; 0]);
        assert_eq!(read("从10%到百分之十五点"), ["#10%", "#15%"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9,.%零一二两十百千万亿第分之年]{0,30}|.{0,30}") {
            for number in read(&text) {
                proptest::prop_assert!(number.starts_with('#') && number.len() > 1);
            }
        }
    }
}
