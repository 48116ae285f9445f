//! Where the words stand that a fact was taken from: judged facts are counted
//! by it, so that the kinds of evidence that fail are seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cewen::article::{Article, BlockKind, Citation};

/// Facts of one field: right, wrong and missing, by kind of evidence.
#[derive(Default)]
pub(crate) struct Kinds(BTreeMap<&'static str, [usize; 3]>);

impl Kinds {
    pub(crate) fn right(&mut self, kind: &'static str) {
        self.0.entry(kind).or_default()[0] += 1;
    }

    pub(crate) fn wrong(&mut self, kind: &'static str) {
        self.0.entry(kind).or_default()[1] += 1;
    }

    /// Counts a fact that was not found, by where its name stands.
    pub(crate) fn missing(&mut self, kind: &'static str) {
        self.0.entry(kind).or_default()[2] += 1;
    }

    /// Rows of a Markdown table.
    pub(crate) fn table(&self, field: &str) -> String {
        let mut table = String::new();
        for (kind, [right, wrong, missing]) in &self.0 {
            let share = |part: usize, rest: usize| match part + rest {
                0 => "–".to_owned(),
                all => format!("{:.3}", part as f64 / all as f64),
            };
            let (precision, recall) = (share(*right, *wrong), share(*right, *missing));
            let _ = writeln!(
                table,
                "| {field} | {kind} | {right} | {wrong} | {missing} | {precision} | {recall} |"
            );
        }
        table
    }
}

/// Where the words of a fact stand: the first of these places that holds them.
pub(crate) fn place_of(article: &Article, words: &str) -> &'static str {
    let words = plain(words);
    let holds = |text: &str| plain(text).contains(&words);
    let of = |kind: BlockKind| {
        article
            .blocks
            .iter()
            .filter(move |block| block.kind == kind)
    };
    if words.is_empty() {
        return "stated by the file";
    }
    if holds(&article.title) {
        return "headline";
    }
    let mut paragraphs = of(BlockKind::Paragraph);
    if let Some(first) = paragraphs.next() {
        let opening: String = first.text.chars().take(60).collect();
        if holds(&opening) {
            return "opening (dateline)";
        }
        if holds(&first.text) {
            return "first paragraph";
        }
    }
    if paragraphs.any(|block| holds(&block.text)) {
        return "later paragraph";
    }
    if of(BlockKind::Heading).any(|block| holds(&block.text)) {
        return "heading";
    }
    if of(BlockKind::Furniture).any(|block| holds(&block.text)) {
        return "byline, source line";
    }
    match &article.url {
        Some(url) if holds(url) => "address",
        _ => "elsewhere: name of the file, key, meta element",
    }
}

/// What names a cited document.
pub(crate) fn naming(citation: &Citation) -> &'static str {
    match (&citation.title, &citation.number) {
        (Some(_), Some(_)) => "title with number",
        (None, Some(_)) => "number only",
        _ => "title only",
    }
}

fn plain(text: &str) -> String {
    let folded = text.chars().map(cewen::analysis::fold);
    folded.filter(|c| c.is_alphanumeric()).collect()
}
