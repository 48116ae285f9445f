//! Article to passages: the units that are ranked.
//!
//! A passage is consecutive whole paragraphs of one section, up to about
//! [`TARGET_CHARS`]; never across a heading. No sentence is ever cut, a
//! hostile one excepted. The passages of an article, in order, hold its whole
//! text: see [`Passage::continues`].

use crate::article::{Article, Block, BlockKind, Place};

/// Paragraphs are gathered while a passage stays within so many characters.
pub const TARGET_CHARS: usize = 500;

/// A paragraph of up to so many characters is never cut.
pub const WHOLE_PARAGRAPH_CHARS: usize = 1_000;

/// A sentence of more characters is cut all the same.
pub const LONGEST_SENTENCE_CHARS: usize = 4_000;

/// Consecutive paragraphs of one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// The section heading it stands under; may be empty.
    pub heading: String,
    /// Whether it is the first passage under that heading.
    pub opens_section: bool,
    /// The original text, paragraphs joined with line ends.
    pub text: String,
    /// Whether it goes on with the paragraph that the passage before it began:
    /// the two join without a line end.
    pub continues: bool,
    /// Whether it is text of the page around the article.
    pub is_furniture: bool,
    /// Where it begins in its file.
    pub place: Place,
}

/// Splits an article into passages: those of its body in reading order, then
/// those of its furniture. Never empty: an article without text has one empty
/// passage, so that its title can be found.
pub fn passages(article: &Article) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut building = Builder::default();
    for block in article
        .blocks
        .iter()
        .filter(|block| block.kind != BlockKind::Furniture)
    {
        match block.kind {
            BlockKind::Heading => {
                building.finish(&mut passages);
                building.open_section(block);
            }
            _ => building.add(block, &mut passages),
        }
    }
    building.finish(&mut passages);
    if building.opens_section || passages.is_empty() {
        // A heading at the very end, or no text at all.
        passages.push(Passage {
            place: building.place_of_heading,
            ..building.start()
        });
    }
    let mut around = Builder {
        is_furniture: true,
        ..Builder::default()
    };
    for block in article
        .blocks
        .iter()
        .filter(|block| block.kind == BlockKind::Furniture)
    {
        around.add(block, &mut passages);
    }
    around.finish(&mut passages);
    passages
}

/// The section and passage being put together.
#[derive(Default)]
struct Builder {
    heading: String,
    opens_section: bool,
    place_of_heading: Place,
    is_furniture: bool,
    passage: Option<Passage>,
    chars: usize,
}

impl Builder {
    fn open_section(&mut self, heading: &Block) {
        if self.opens_section {
            // Two headings without text between them stand over what follows.
            self.heading.push('\n');
        } else {
            self.heading.clear();
            self.place_of_heading = heading.place;
        }
        self.heading.push_str(&heading.text);
        self.opens_section = true;
    }

    fn start(&mut self) -> Passage {
        Passage {
            heading: self.heading.clone(),
            opens_section: std::mem::take(&mut self.opens_section),
            is_furniture: self.is_furniture,
            ..Passage::default()
        }
    }

    fn add(&mut self, paragraph: &Block, passages: &mut Vec<Passage>) {
        let chars = paragraph.text.chars().count();
        if self.passage.is_some() && self.chars + chars > TARGET_CHARS {
            self.finish(passages);
        }
        if chars > WHOLE_PARAGRAPH_CHARS {
            for (number, piece) in cut(&paragraph.text).into_iter().enumerate() {
                let passage = Passage {
                    text: piece.to_owned(),
                    continues: number > 0,
                    place: paragraph.place,
                    ..self.start()
                };
                passages.push(passage);
            }
            return;
        }
        match &mut self.passage {
            Some(passage) => {
                passage.text.push('\n');
                passage.text.push_str(&paragraph.text);
            }
            None => {
                self.passage = Some(Passage {
                    text: paragraph.text.clone(),
                    place: paragraph.place,
                    ..self.start()
                });
            }
        }
        self.chars += chars;
    }

    fn finish(&mut self, passages: &mut Vec<Passage>) {
        passages.extend(self.passage.take());
        self.chars = 0;
    }
}

/// Cuts a long paragraph at sentence ends into pieces of about [`TARGET_CHARS`].
fn cut(paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut chars) = (0, 0);
    for sentence in sentences(paragraph) {
        let length = sentence.chars().count();
        let at = sentence.as_ptr() as usize - paragraph.as_ptr() as usize;
        if chars > 0 && chars + length > TARGET_CHARS {
            pieces.push(&paragraph[start..at]);
            (start, chars) = (at, 0);
        }
        chars += length;
    }
    pieces.push(&paragraph[start..]);
    pieces
}

/// Splits text into sentences, each with what closes it; their concatenation is the text.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        let mut ended = false;
        for (number, (at, character)) in rest.char_indices().enumerate() {
            if number == LONGEST_SENTENCE_CHARS || (ended && !closes(character)) {
                end = at;
                break;
            }
            ended = ended
                || matches!(
                    character,
                    '。' | '！' | '？' | '!' | '?' | '；' | '…' | '\n'
                );
        }
        let (sentence, after) = rest.split_at(end);
        rest = after;
        Some(sentence)
    })
}

/// Whether a character after a sentence end still belongs to that sentence.
fn closes(character: char) -> bool {
    matches!(
        character,
        '。' | '！'
            | '？'
            | '!'
            | '?'
            | '…'
            | '”'
            | '’'
            | '」'
            | '』'
            | '）'
            | ')'
            | '》'
            | '"'
            | '\''
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn article(blocks: &[(BlockKind, &str)]) -> Article {
        let block = |&(kind, text): &(BlockKind, &str)| Block {
            kind,
            text: text.to_owned(),
            place: Place::default(),
        };
        Article {
            blocks: blocks.iter().map(block).collect(),
            ..Article::default()
        }
    }

    fn rebuilt(passages: &[Passage]) -> String {
        let mut text = String::new();
        for passage in passages {
            if passage.opens_section {
                text.push_str(&passage.heading);
                text.push('\n');
            } else if passage.continues {
                text.pop();
            }
            text.push_str(&passage.text);
            text.push('\n');
        }
        text
    }

    proptest! {
        #[test]
        fn passages_rebuild_the_body(
            blocks in prop::collection::vec(("[政策算力，]{1,30}", 1..60usize, any::<bool>(), "[。！”]{1,2}"), 1..12)
        ) {
            let texts: Vec<(BlockKind, String)> = blocks
                .iter()
                .map(|(text, times, heading, end)| match heading {
                    true => (BlockKind::Heading, text.clone()),
                    false => (BlockKind::Paragraph, format!("{text}{end}").repeat(*times)),
                })
                .collect();
            let parts: Vec<(BlockKind, &str)> = texts.iter().map(|(k, t)| (*k, t.as_str())).collect();
            let passages = passages(&article(&parts));
            let mut body = texts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
            body.push('\n');
            if passages.last().is_some_and(|last| last.text.is_empty()) {
                body.push('\n');
            }
            prop_assert_eq!(rebuilt(&passages), body);
            for passage in &passages {
                prop_assert!(passage.text.chars().count() <= LONGEST_SENTENCE_CHARS);
            }
        }
    }

    #[test]
    fn a_passage_never_crosses_a_heading_and_furniture_comes_last() {
        let passages = passages(&article(&[
            (BlockKind::Furniture, "网站导航"),
            (BlockKind::Paragraph, "北京发布方案。"),
            (BlockKind::Paragraph, "上海也发布了。"),
            (BlockKind::Heading, "算力"),
            (BlockKind::Paragraph, "算力券可以兑付。"),
        ]));
        let seen: Vec<(&str, &str, bool)> = passages
            .iter()
            .map(|p| (p.heading.as_str(), p.text.as_str(), p.is_furniture))
            .collect();
        assert_eq!(
            seen,
            [
                ("", "北京发布方案。\n上海也发布了。", false),
                ("算力", "算力券可以兑付。", false),
                ("", "网站导航", true),
            ]
        );
    }

    #[test]
    fn an_article_without_text_has_one_empty_passage() {
        assert_eq!(passages(&Article::default()), [Passage::default()]);
        let only_heading = passages(&article(&[(BlockKind::Heading, "附件")]));
        assert_eq!(only_heading.len(), 1);
        assert_eq!(
            (
                only_heading[0].heading.as_str(),
                only_heading[0].opens_section
            ),
            ("附件", true)
        );
    }

    #[test]
    fn a_long_paragraph_is_cut_at_sentence_ends_only() {
        let sentence = "发放算力券。";
        let long = sentence.repeat(400);
        let passages = passages(&article(&[(BlockKind::Paragraph, &long)]));
        assert!(passages.len() > 1);
        assert!(passages.iter().all(|passage| passage.text.ends_with('。')));
        let endless = "算".repeat(9_000);
        let cut: Vec<usize> = self::passages(&article(&[(BlockKind::Paragraph, &endless)]))
            .iter()
            .map(|passage| passage.text.chars().count())
            .collect();
        assert_eq!(cut, [4_000, 4_000, 1_000]);
    }
}
