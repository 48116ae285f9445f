//! The parts of a score, in numbers that add up as printed.

use crate::search::ScorePart;

/// Prints the parts of a score in numbers that add up as printed: each is the
/// difference of two rounded sums.
pub(super) fn explanation(score: f32, parts: &[ScorePart]) -> String {
    const UNIT: f64 = 1e4;
    let rounded = |sum: f64| (sum * UNIT).round() as i64;
    let printed = |units: i64| format!("{:.4}", units as f64 / UNIT);
    let mut sum = 0.0;
    let mut addends = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        let before = rounded(sum);
        sum += f64::from(part.score);
        addends.push(format!("{} {}", part.what, printed(rounded(sum) - before)));
    }
    let mut total = rounded(sum);
    let missing = rounded(f64::from(score)) - total;
    // Less than this is the error of adding 32-bit floats.
    if missing.abs() > 20 {
        addends.push(format!("其他 {}", printed(missing)));
        total += missing;
    }
    format!("得分 {} = {}", printed(total), addends.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_parts_add_up_as_printed() {
        let parts: Vec<_> = (0..7)
            .map(|_| ScorePart {
                what: "甲".to_owned(),
                score: 1.0 / 7.0,
            })
            .collect();
        let text = explanation(1.0, &parts);
        let (total, addends) = text.split_once(" = ").unwrap();
        let number = |words: &str| {
            words
                .split(' ')
                .nth(1)
                .unwrap()
                .replace('.', "")
                .parse::<i64>()
                .unwrap()
        };
        assert_eq!(addends.split(" + ").map(number).sum::<i64>(), number(total));
        assert_eq!(total, "得分 1.0000");
    }

    #[test]
    fn what_the_parts_leave_out_is_named() {
        let part = ScorePart {
            what: "甲".to_owned(),
            score: 1.0,
        };
        assert_eq!(
            explanation(1.5, &[part]),
            "得分 1.5000 = 甲 1.0000 + 其他 0.5000"
        );
    }
}
