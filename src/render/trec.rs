//! The run format of the Text REtrieval Conference:
//! `qid Q0 ARTICLE_ID rank score cewen`, one line an article.

use std::io::{self, Write};

use crate::eval::escape_id;
use crate::search::{Lane, Ranked};

/// Far above any score of a lane, so that lanes stay apart.
const LANE_STEP: i64 = 1_000_000;

/// Evaluation programs read scores as 32-bit floats, in which neighbouring
/// thousandths are different numbers only up to this height.
const HIGHEST: i64 = 8_000_000;

/// Writes a TREC run, one line an article.
///
/// Evaluation programs order a run by its scores and not by its lines, while
/// our lanes and dates come before scores. So the score written is the true
/// one, raised by 2000 in lane *exact* and 1000 in lane *all*, and lowered where
/// needed to stand at least 0.001 below the line before. White space and
/// control characters in ids are percent-escaped.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_trec(ranked: &[Ranked], qid: &str, out: &mut dyn Write) -> io::Result<()> {
    let qid = escape_id(qid);
    let mut ceiling = HIGHEST;
    for hit in ranked {
        let raised = in_thousandths(hit.score)
            + match hit.lane {
                Lane::Exact => 2 * LANE_STEP,
                Lane::All => LANE_STEP,
                Lane::Some => 0,
            };
        let score = raised.min(ceiling);
        ceiling = score - 1;
        let sign = if score < 0 { "-" } else { "" };
        writeln!(
            out,
            "{qid} Q0 {} {} {sign}{}.{:03} cewen",
            escape_id(&hit.id),
            hit.rank,
            score.abs() / 1000,
            score.abs() % 1000,
        )?;
    }
    Ok(())
}

fn in_thousandths(score: f32) -> i64 {
    // The cast saturates and takes NaN to 0.
    ((f64::from(score) * 1000.0).round() as i64).clamp(-HIGHEST, HIGHEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(ranked: &[Ranked], qid: &str) -> Vec<Vec<String>> {
        let mut out = Vec::new();
        write_trec(ranked, qid, &mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| line.split(' ').map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn a_line_has_six_fields_though_the_ids_hold_white_space() {
        let ranked = Ranked {
            id: "新闻 一\t\u{3000}x".to_owned(),
            rank: 11,
            lane: Lane::All,
            score: 1.5,
        };
        assert_eq!(
            lines(&[ranked], "q 1"),
            [[
                "q%201",
                "Q0",
                "新闻%20一%09%E3%80%80x",
                "11",
                "1001.500",
                "cewen"
            ]]
        );
    }

    proptest! {
        #[test]
        fn scores_fall_strictly_as_32_bit_floats(
            scores in proptest::collection::vec((any::<f32>(), 0usize..3), 1..50),
        ) {
            let ranked: Vec<Ranked> = scores
                .into_iter()
                .enumerate()
                .map(|(number, (score, lane))| Ranked {
                    id: number.to_string(),
                    rank: number + 1,
                    lane: [Lane::Exact, Lane::All, Lane::Some][lane],
                    score,
                })
                .collect();
            let scores: Vec<f32> =
                lines(&ranked, "1").iter().map(|fields| fields[4].parse().unwrap()).collect();
            prop_assert!(scores.windows(2).all(|pair| pair[0] > pair[1]), "{scores:?}");
        }
    }
}
