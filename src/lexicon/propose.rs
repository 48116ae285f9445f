//! Words that a corpus uses and the segmenter does not know.
//!
//! A candidate is two to eight Han characters that occur often, stick together
//! ([`cohesion`](Proposal::cohesion)) and stand between many different
//! neighbours ([`freedom`](Proposal::freedom)). Of candidates that hold each
//! other one is kept: the longer if it makes up half of the shorter's places,
//! else the shorter. Statistics propose, a person decides: names of people and
//! set phrases look like words too.

use std::collections::HashSet;

use super::count::{FirstPass, Surrounded, Surroundings, each_gram};
use super::gram::{Gram, GramMap, runs};
use super::statistics::Counts;
use crate::analysis::WordCutter;
use crate::error::Result;
use crate::search::IndexedPassage;

/// Candidates whose surroundings are counted: about 60 MB. The most frequent
/// and cohesive are taken.
const MOST_CANDIDATES: usize = 30_000;

/// Examples are cut to so many characters around the word.
const EXAMPLE_CHARS: usize = 80;

/// How words are proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposeOptions {
    /// How many words to propose at most; 0 is all.
    pub limit: usize,
    /// A word occurs at least so often.
    pub min_count: u32,
    /// The least cohesion, between −1 and 1.
    pub min_cohesion: f64,
    /// The least freedom, in bits.
    pub min_freedom: f64,
    /// The order of the proposals.
    pub order: ProposalOrder,
    /// Examples a word, at most.
    pub examples: usize,
}

impl Default for ProposeOptions {
    fn default() -> Self {
        ProposeOptions {
            limit: 30,
            min_count: 10,
            min_cohesion: 0.4,
            min_freedom: 2.5,
            order: ProposalOrder::Score,
            examples: 5,
        }
    }
}

/// The order of proposals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProposalOrder {
    /// The best first, by [`Proposal::score`].
    #[default]
    Score,
    /// Those that rise most first, by [`Proposal::rise`]; without dates, by score.
    Rise,
    /// The most frequent first.
    Count,
}

/// A word that could be added to a lexicon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// The word, folded.
    pub word: String,
    /// How often it occurs.
    pub count: usize,
    /// Passages that hold it: those that adding it would cut anew.
    pub passages: usize,
    /// How much it sticks together: normalised pointwise mutual information
    /// over its weakest split (Bouma 2009), between −1 and 1; 1 is never apart.
    pub cohesion: f64,
    /// How free it stands: the lesser entropy of its left and right
    /// neighbours, in bits (Jin and Tanaka-Ishii 2006).
    pub freedom: f64,
    /// Its share of the passages in the newest quarter over its share before:
    /// 2 is twice as frequent now; `None` without dates.
    pub rise: Option<f64>,
    /// Cohesion² × freedom × log₁₀ of its count, halved if the segmenter cuts
    /// it into words of two characters or more, which stand for it already.
    /// A rule of thumb: squaring puts names of things before set phrases.
    pub score: f64,
    /// What the segmenter cuts it into now.
    pub cut: Vec<String>,
    /// Where it stands, newest first.
    pub examples: Vec<Example>,
}

/// A sentence that holds a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// The id of its passage.
    pub id: String,
    /// The date of its article: an ISO prefix.
    pub date: Option<String>,
    /// The sentence, or the part of it around the word.
    pub sentence: String,
}

/// Proposes words of a corpus. `passages` is called for each pass over it:
/// four in all. `own` are the words that the segmenter is to know besides
/// jieba's dictionary and the shipped lexicon.
///
/// Memory is bounded whatever the size of the corpus: about 128 MB for the
/// sketch of all grams, 150 MB for the frequent ones.
///
/// # Errors
///
/// The first error of `passages`.
pub fn propose<I>(
    passages: impl Fn() -> I,
    own: &[String],
    options: &ProposeOptions,
) -> Result<Vec<Proposal>>
where
    I: Iterator<Item = Result<IndexedPassage>>,
{
    let first = FirstPass::count(passages())?;
    let since = first.newest_quarter();
    let counts = first.frequent(passages(), options.min_count.max(2))?;
    drop(first);
    let candidates = candidates(&counts, own, options);
    let surrounded = Surrounded::count(
        passages(),
        candidates.keys().copied(),
        &counts,
        since.as_deref(),
    )?;
    let mut proposals: Vec<(Gram, Proposal)> = candidates
        .into_iter()
        .filter_map(|(gram, cut)| {
            let around = surrounded.grams.get(&gram)?;
            let proposal = proposal(gram, cut, &counts, around, surrounded.rise(around));
            (proposal.freedom >= options.min_freedom).then_some((gram, proposal))
        })
        .collect();
    proposals.sort_by(|one, other| {
        let by_score = other.1.score.total_cmp(&one.1.score);
        by_score.then_with(|| one.1.word.cmp(&other.1.word))
    });
    let mut proposals = pruned(proposals, &counts);
    match options.order {
        ProposalOrder::Score => {}
        // Stable: by score among equals.
        ProposalOrder::Count => proposals.sort_by_key(|(_, known)| std::cmp::Reverse(known.count)),
        ProposalOrder::Rise => proposals.sort_by(|one, other| {
            let rise = |(_, known): &(Gram, Proposal)| known.rise.unwrap_or_default();
            rise(other).total_cmp(&rise(one))
        }),
    }
    if options.limit > 0 {
        proposals.truncate(options.limit);
    }
    if options.examples > 0 && !proposals.is_empty() {
        add_examples(passages(), &mut proposals, options.examples)?;
    }
    Ok(proposals.into_iter().map(|(_, known)| known).collect())
}

/// The frequent grams that stick together and are no words yet, with what the
/// segmenter cuts them into.
fn candidates(counts: &Counts, own: &[String], options: &ProposeOptions) -> GramMap<Vec<String>> {
    let mut cohesive: Vec<(f64, Gram)> = counts
        .grams
        .iter()
        .filter(|&(&gram, &count)| {
            gram.len() > 1 && count >= options.min_count && !has_function_edge(gram)
        })
        .filter_map(|(&gram, &count)| {
            let cohesion = counts.cohesion(gram);
            let weight = cohesion * f64::from(count).ln();
            (cohesion >= options.min_cohesion).then_some((weight, gram))
        })
        .collect();
    cohesive.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let cutter = WordCutter::new(own);
    let cut = |(_, gram): (f64, Gram)| {
        let text = gram.text();
        let mut pieces = Vec::new();
        cutter.cut(&text, |piece| pieces.push(piece.to_owned()));
        (pieces.len() > 1 && !is_phrase(&pieces)).then_some((gram, pieces))
    };
    cohesive
        .into_iter()
        .filter_map(cut)
        .take(MOST_CANDIDATES)
        .collect()
}

/// Characters that join or bind words: a candidate that begins or ends with
/// one is nearly always a piece of a phrase.
const FUNCTION_CHARACTERS: &str = "是在和与及或也都把被这那其并而但就则已更还又将了着";

/// These only at the start, where they are the end of something else.
const FUNCTION_STARTS: &str = "他她它我你等据日月年个为于们";

/// These only at the end; at the start they open words (以旧换新, 对外, 等离子体).
const FUNCTION_ENDS: &str = "以对从于为向让等中上下里后前时称说";

/// Words that make a phrase of what they stand in.
const FUNCTION_WORDS: &[&str] = &[
    "和", "与", "及", "或", "等", "在", "是", "把", "被", "将", "对", "向", "由", "也", "都", "他",
    "她", "表示", "指出", "强调", "认为", "报道", "介绍", "称", "说",
];

fn has_function_edge(gram: Gram) -> bool {
    let (first, last) = (gram.first(), gram.last());
    FUNCTION_CHARACTERS.contains([first, last])
        || FUNCTION_STARTS.contains(first)
        || FUNCTION_ENDS.contains(last)
}

fn is_phrase(cut: &[String]) -> bool {
    cut.iter()
        .any(|piece| FUNCTION_WORDS.contains(&piece.as_str()))
}

fn proposal(
    gram: Gram,
    cut: Vec<String>,
    counts: &Counts,
    around: &Surroundings,
    rise: Option<f64>,
) -> Proposal {
    let count = counts.of(gram);
    let cohesion = counts.cohesion(gram);
    let freedom = around.left.entropy().min(around.right.entropy());
    let is_shredded = cut.iter().any(|piece| piece.chars().count() == 1);
    let weight = if is_shredded { 1.0 } else { 0.5 };
    Proposal {
        word: gram.text(),
        count: count as usize,
        passages: around.passages,
        cohesion,
        freedom,
        rise,
        score: cohesion.powi(2) * freedom * f64::from(count).log10() * weight,
        cut,
        examples: Vec::new(),
    }
}

/// Keeps one of proposals that hold each other; they come best first.
fn pruned(proposals: Vec<(Gram, Proposal)>, counts: &Counts) -> Vec<(Gram, Proposal)> {
    // Where a longer proposal makes up half of a shorter one's places, the
    // shorter is a piece of it.
    let mut pieces: HashSet<Gram> = HashSet::new();
    for (gram, _) in &proposals {
        let half = |part: &Gram| counts.of(*gram) >= counts.of(*part).div_ceil(2);
        pieces.extend(gram.parts().filter(half));
    }
    let mut kept: HashSet<Gram> = HashSet::new();
    let mut parts_of_kept: HashSet<Gram> = HashSet::new();
    let keep = |(gram, _): &(Gram, Proposal)| {
        let is_left = pieces.contains(gram)
            || parts_of_kept.contains(gram)
            || gram.parts().any(|part| kept.contains(&part));
        if !is_left {
            kept.insert(*gram);
            parts_of_kept.extend(gram.parts());
        }
        !is_left
    };
    let mut keep = keep;
    proposals.into_iter().filter(|known| keep(known)).collect()
}

/// Gathers the newest examples of each proposal, no sentence twice.
fn add_examples(
    passages: impl Iterator<Item = Result<IndexedPassage>>,
    proposals: &mut [(Gram, Proposal)],
    most: usize,
) -> Result<()> {
    let numbers: GramMap<usize> = proposals
        .iter()
        .enumerate()
        .map(|(number, (gram, _))| (*gram, number))
        .collect();
    let mut codes = Vec::new();
    for passage in passages {
        let passage = passage?;
        let is_end = |c| matches!(c, '。' | '！' | '？' | '；' | '\n');
        for sentence in passage.text.split_inclusive(is_end).map(str::trim) {
            let mut found: Vec<usize> = Vec::new();
            runs(sentence, &mut codes, |run| {
                each_gram(run.codes, |gram| {
                    found.extend(numbers.get(&gram));
                    true
                });
            });
            found.sort_unstable();
            found.dedup();
            for number in found {
                let known = &mut proposals[number].1;
                let examples = &mut known.examples;
                let is_newer = |than: &Example| passage.date > than.date;
                let place = examples.iter().position(is_newer).unwrap_or(examples.len());
                if place >= most {
                    continue;
                }
                let sentence = around(sentence, &known.word);
                if examples.iter().all(|known| known.sentence != sentence) {
                    let example = Example {
                        id: passage.id.clone(),
                        date: passage.date.clone(),
                        sentence,
                    };
                    examples.insert(place, example);
                    examples.truncate(most);
                }
            }
        }
    }
    Ok(())
}

/// The part of a sentence of up to [`EXAMPLE_CHARS`] around a word.
fn around(sentence: &str, word: &str) -> String {
    let chars: Vec<char> = sentence.chars().collect();
    if chars.len() <= EXAMPLE_CHARS {
        return sentence.to_owned();
    }
    let place = crate::analysis::literal(word, sentence)
        .first()
        .map_or(0, |found| sentence[..found.start].chars().count());
    let start = place
        .saturating_sub(EXAMPLE_CHARS / 2)
        .min(chars.len() - EXAMPLE_CHARS);
    let end = start + EXAMPLE_CHARS;
    let mut part: String = chars[start..end].iter().collect();
    if start > 0 {
        part.insert(0, '…');
    }
    if end < chars.len() {
        part.push('…');
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A corpus that speaks of 训力卡 in many ways, and more of it lately.
    fn corpus() -> Vec<IndexedPassage> {
        let before = [
            "发放", "申领", "使用", "推出", "领取", "兑换", "关于", "有了",
        ];
        let after = [
            "可以抵扣",
            "已经到账",
            "由市里出资",
            "面向企业",
            "不得转让",
            "将于月底到期",
            "尚未开放",
        ];
        let mut passages = Vec::new();
        for (one, before) in before.iter().enumerate() {
            for (other, after) in after.iter().enumerate() {
                let number = passages.len();
                passages.push(IndexedPassage {
                    id: format!("a#{number}"),
                    date: Some(format!("2024-{:02}", 1 + number / 5)),
                    text: match number % 3 {
                        0 => format!("{before}训力卡{after}。{before}{after}。"),
                        1 => format!("企业{before}训力卡{after}，城市{before}{after}"),
                        _ => format!("{one}号{other}卡，{before}经济{after}"),
                    },
                });
            }
        }
        passages
    }

    fn proposed(options: &ProposeOptions) -> Vec<Proposal> {
        let corpus = corpus();
        propose(|| corpus.iter().cloned().map(Ok), &[], options).unwrap()
    }

    #[test]
    fn a_word_that_the_segmenter_cuts_apart_is_proposed_whole() {
        let proposals = proposed(&ProposeOptions::default());
        let known = &proposals[0];
        assert_eq!(known.word, "训力卡", "{proposals:?}");
        assert_eq!((known.count, known.passages), (38, 38));
        assert_eq!(known.examples.len(), 5);
        assert_eq!(known.examples[0].date.as_deref(), Some("2024-12"));
        assert!(
            known
                .examples
                .iter()
                .all(|example| example.sentence.contains("训力卡"))
        );
        assert!(known.rise.is_some());
    }

    #[test]
    fn a_word_of_one_s_own_is_not_proposed_again() {
        let corpus = corpus();
        let own = ["训力卡".to_owned()];
        let options = ProposeOptions::default();
        let proposals = propose(|| corpus.iter().cloned().map(Ok), &own, &options).unwrap();
        assert!(proposals.iter().all(|known| known.word != "训力卡"));
    }

    #[test]
    fn nothing_is_proposed_of_nothing() {
        let options = ProposeOptions::default();
        let empty = || std::iter::empty::<Result<IndexedPassage>>();
        assert_eq!(propose(empty, &[], &options).unwrap(), []);
    }

    #[test]
    fn a_long_sentence_is_cut_around_the_word() {
        let sentence = format!("{}訓力卡{}。", "甲".repeat(100), "乙".repeat(100));
        let part = around(&sentence, "训力卡");
        assert!(
            part.contains("訓力卡") && part.chars().count() == EXAMPLE_CHARS + 2,
            "{part}"
        );
    }
}
