//! Made-up reprints of given articles. Also used by the example `families`.

use std::collections::HashMap;
use std::sync::OnceLock;

use cewen::analysis::fold;
use cewen::article::{Article, Block, BlockKind, Place};

/// A small generator of numbers: the same on every run and machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// An article of paragraphs.
pub(crate) fn article(id: &str, title: &str, text: &str) -> Article {
    let block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        place: Place::default(),
    };
    Article {
        given_id: Some(id.to_owned()),
        title: title.to_owned(),
        blocks: text.lines().map(block).collect(),
        ..Article::default()
    }
}

/// A reprint of `text`: 10 to 30 % cut away from the end, the beginning or the
/// middle, 10 to 30 % of `local` put in, another script, or several of these.
pub(crate) fn reprint(text: &str, local: &str, dice: &mut Dice) -> String {
    let kind = dice.below(5);
    let mut sentences = sentences(text);
    if kind != 1 {
        cut(&mut sentences, dice);
    }
    if kind == 1 || kind >= 3 {
        add(&mut sentences, local, text.chars().count(), dice);
    }
    let text = sentences.concat();
    if dice.below(2) == 0 {
        traditional(&text)
    } else {
        text
    }
}

fn sentences(text: &str) -> Vec<String> {
    let parts = text.split_inclusive(['。', '！', '？', '；', '\n']);
    parts.map(str::to_owned).collect()
}

fn length(sentences: &[String]) -> usize {
    sentences
        .iter()
        .map(|sentence| sentence.chars().count())
        .sum()
}

/// Takes whole sentences away while they are within 30 %.
fn cut(sentences: &mut Vec<String>, dice: &mut Dice) {
    let all = length(sentences);
    let wanted = all * (10 + dice.below(21)) / 100;
    let place = dice.below(3);
    let mut gone = 0;
    while sentences.len() > 1 {
        let at = match place {
            0 => sentences.len() - 1,
            1 => 0,
            _ => sentences.len() / 2,
        };
        gone += sentences[at].chars().count();
        if gone * 100 > all * 30 || (gone > wanted && place != 2) {
            return;
        }
        sentences.remove(at);
    }
}

/// Puts a paragraph of sentences of another text in.
fn add(sentences: &mut Vec<String>, local: &str, all: usize, dice: &mut Dice) {
    let wanted = all * (10 + dice.below(21)) / 100;
    let mut paragraph = String::from("\n");
    for sentence in self::sentences(local) {
        if (paragraph.chars().count() + sentence.chars().count()) * 100 > all * 30 {
            break;
        }
        paragraph.push_str(&sentence);
        if paragraph.chars().count() > wanted {
            break;
        }
    }
    paragraph.push('\n');
    let at = dice.below(sentences.len() + 1);
    sentences.insert(at, paragraph);
}

/// Every character in a Traditional form that folds to it, where there is one.
pub(crate) fn traditional(text: &str) -> String {
    static FORMS: OnceLock<HashMap<char, char>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        ('\u{4E00}'..='\u{9FFF}')
            .filter(|&form| fold(form) != form)
            .map(|form| (fold(form), form))
            .collect()
    });
    text.chars()
        .map(|c| forms.get(&c).copied().unwrap_or(c))
        .collect()
}
