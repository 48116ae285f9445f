//! Words checked, proposed and added, for people and programs.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::escape::escape_line;
use super::json::write_object;
use crate::lexicon::{Addition, Example, Proposal, Refusal, WordCheck};
use crate::search::Total;

/// Writes what is known of a word for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_word_check_text(check: &WordCheck, out: &mut dyn Write) -> io::Result<()> {
    let mut homes = Vec::new();
    if check.is_shipped {
        homes.push("内置词表".to_owned());
    }
    homes.extend(check.files.iter().map(|file| file.display().to_string()));
    if homes.is_empty() && check.is_word() {
        homes.push("分词词典".to_owned());
    }
    let home = match homes.is_empty() {
        true => "不在任何词表里".to_owned(),
        false => homes.join("，"),
    };
    writeln!(out, "词    {}", escape_line(&check.word))?;
    writeln!(out, "出处  {}", escape_line(&home))?;
    writeln!(out, "切分  {}", check.cut.join(" / "))?;
    let holding = passages_label(check.holding);
    writeln!(
        out,
        "段落  {holding}含有这几个字；索引里 {} 段把它切作一个词",
        check.as_word
    )?;
    let recut = check.would_recut();
    if check.is_word() && check.as_word == 0 && recut > 0 {
        writeln!(out, "影响  下次 cewen index 起生效，至多改切 {recut} 段")
    } else if check.is_word() {
        writeln!(out, "影响  无须添加")
    } else {
        writeln!(out, "影响  添加后至多改切 {recut} 段（cewen lexicon add）")
    }
}

/// Writes what is known of a word as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_word_check_json(check: &WordCheck, out: &mut dyn Write) -> io::Result<()> {
    write_object(
        &WordCheckObject {
            word: &check.word,
            is_word: check.is_word(),
            shipped: check.is_shipped,
            files: check.files.iter().map(|file| shown(file)).collect(),
            cut: &check.cut,
            passages: check.holding.passages,
            at_least: check.holding.at_least,
            as_word: check.as_word,
            would_recut: check.would_recut(),
        },
        out,
    )
}

/// Writes proposed words for a person: a line of figures a word, then its
/// cut and examples.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_proposals_text(proposals: &[Proposal], out: &mut dyn Write) -> io::Result<()> {
    if proposals.is_empty() {
        return writeln!(out, "没有可提议的词");
    }
    writeln!(
        out,
        "词 · 次数 · 段落（添加后改切）· 凝固度 · 自由度（比特）· 新近升势 · 现在的切分"
    )?;
    for proposal in proposals {
        let Proposal {
            word,
            count,
            passages,
            cohesion,
            freedom,
            rise,
            cut,
            examples,
            ..
        } = proposal;
        let rise = rise.map_or_else(|| "–".to_owned(), |rise| format!("×{rise:.2}"));
        writeln!(
            out,
            "{word} · {count} · {passages} · {cohesion:.2} · {freedom:.2} · {rise} · {}",
            cut.join("/")
        )?;
        for Example { id, date, sentence } in examples {
            let date = date.as_deref().unwrap_or_default();
            writeln!(
                out,
                "    {}  [{} {date}]",
                escape_line(sentence),
                escape_line(id)
            )?;
        }
    }
    writeln!(out, "添加：cewen lexicon add 词…；再运行 cewen index")
}

/// Writes proposed words as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_proposals_json(proposals: &[Proposal], out: &mut dyn Write) -> io::Result<()> {
    let proposals = proposals.iter().map(|proposal| ProposalObject {
        word: &proposal.word,
        count: proposal.count,
        passages: proposal.passages,
        cohesion: proposal.cohesion,
        freedom: proposal.freedom,
        rise: proposal.rise,
        score: proposal.score,
        cut: &proposal.cut,
        examples: proposal
            .examples
            .iter()
            .map(|Example { id, date, sentence }| ExampleObject {
                id,
                date: date.as_deref(),
                sentence,
            })
            .collect(),
    });
    write_object(
        &ProposalsObject {
            proposals: proposals.collect(),
        },
        out,
    )
}

/// Writes what was added for a person. `holding` counts the passages that
/// hold the added words.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_addition_text(
    addition: &Addition,
    holding: Total,
    out: &mut dyn Write,
) -> io::Result<()> {
    let file = addition.file.display().to_string();
    let file = escape_line(&file);
    for (word, refusal) in &addition.refused {
        let why = match refusal {
            Refusal::InFile => "已在其中",
            Refusal::Shipped => "内置词表已有",
        };
        writeln!(out, "未加  {}（{why}）", escape_line(word))?;
    }
    if addition.added.is_empty() {
        return writeln!(out, "无须改动  {file}");
    }
    writeln!(out, "已加  {} → {file}", addition.added.join(" "))?;
    writeln!(
        out,
        "影响  {}含有这些字；下次 cewen index 按新词表重建索引并改切",
        passages_label(holding)
    )
}

/// Writes what was added as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_addition_json(
    addition: &Addition,
    holding: Total,
    out: &mut dyn Write,
) -> io::Result<()> {
    let refused = addition.refused.iter().map(|(word, why)| RefusedObject {
        word,
        why: match why {
            Refusal::InFile => "in_file",
            Refusal::Shipped => "shipped",
        },
    });
    write_object(
        &AdditionObject {
            file: shown(&addition.file),
            added: &addition.added,
            refused: refused.collect(),
            passages: holding.passages,
            at_least: holding.at_least,
        },
        out,
    )
}

fn passages_label(total: Total) -> String {
    let least = if total.at_least { "至少 " } else { "" };
    format!("{least}{} 段", total.passages)
}

fn shown(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

#[derive(Serialize)]
struct WordCheckObject<'a> {
    word: &'a str,
    is_word: bool,
    shipped: bool,
    files: Vec<String>,
    cut: &'a [String],
    passages: usize,
    at_least: bool,
    as_word: usize,
    would_recut: usize,
}

#[derive(Serialize)]
struct ProposalsObject<'a> {
    proposals: Vec<ProposalObject<'a>>,
}

#[derive(Serialize)]
struct ProposalObject<'a> {
    word: &'a str,
    count: usize,
    passages: usize,
    cohesion: f64,
    freedom: f64,
    rise: Option<f64>,
    score: f64,
    cut: &'a [String],
    examples: Vec<ExampleObject<'a>>,
}

#[derive(Serialize)]
struct ExampleObject<'a> {
    id: &'a str,
    date: Option<&'a str>,
    sentence: &'a str,
}

#[derive(Serialize)]
struct AdditionObject<'a> {
    file: String,
    added: &'a [String],
    refused: Vec<RefusedObject<'a>>,
    passages: usize,
    at_least: bool,
}

#[derive(Serialize)]
struct RefusedObject<'a> {
    word: &'a str,
    why: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_proposal_is_a_line_of_figures_with_examples_below() {
        let proposal = Proposal {
            word: "训力卡".to_owned(),
            count: 32,
            passages: 30,
            cohesion: 0.9,
            freedom: 3.25,
            rise: Some(1.5),
            cut: vec!["训".to_owned(), "力".to_owned(), "卡".to_owned()],
            examples: vec![Example {
                id: "a#1".to_owned(),
                date: None,
                sentence: "发放训力卡。".to_owned(),
            }],
            ..Proposal::default()
        };
        let text = written(|out| write_proposals_text(std::slice::from_ref(&proposal), out));
        assert!(
            text.contains("训力卡 · 32 · 30 · 0.90 · 3.25 · ×1.50 · 训/力/卡\n    发放训力卡。"),
            "{text}"
        );
        let text = written(|out| write_proposals_json(&[proposal], out));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["proposals"][0]["examples"][0]["id"], "a#1");
    }

    #[test]
    fn a_check_says_what_adding_would_touch() {
        let check = WordCheck {
            word: "训力卡".to_owned(),
            cut: vec!["训力".to_owned(), "卡".to_owned()],
            holding: Total {
                passages: 7,
                articles: 5,
                at_least: false,
            },
            as_word: 2,
            ..WordCheck::default()
        };
        let text = written(|out| write_word_check_text(&check, out));
        assert!(
            text.contains("切分  训力 / 卡\n") && text.contains("改切 5 段"),
            "{text}"
        );
        let text = written(|out| write_word_check_json(&check, out));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["would_recut"], 5);
    }

    #[test]
    fn an_addition_names_file_words_and_what_was_not_needed() {
        let addition = Addition {
            file: "新闻/lexicon.txt".into(),
            added: vec!["训力卡".to_owned()],
            refused: vec![("大模型".to_owned(), Refusal::Shipped)],
        };
        let text = written(|out| write_addition_text(&addition, Total::default(), out));
        assert!(text.contains("未加  大模型（内置词表已有）\n"), "{text}");
        assert!(text.contains("已加  训力卡 → 新闻/lexicon.txt\n"), "{text}");
    }
}
