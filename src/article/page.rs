//! How the lines of a page become the blocks of an article.
//!
//! Every line that is not the headline becomes a block in its place; nothing
//! is dropped. A line is furniture only if its look and its place on the page
//! agree: credits stand above or below the body, a lead cut short repeats
//! what follows, a list of other articles comes after the end. In doubt a
//! line is body.

use super::byline::read_byline;
use super::furniture::{Look, is_original_title, look_at};
use super::heading::find_headings;
use super::headline::{Headline, find_headline};
use super::lead::{find_cut_leads, is_lead};
use super::model::{Block, BlockKind, Place};
use super::shape::{char_count, ends_sentence, is_cut_short, is_han, skeleton};
use super::signs::{Signs, is_bare_date, read_signs};

/// What the format says of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing.
    #[default]
    Plain,
    /// A heading of this level, from 1.
    Heading(u8),
    /// A line of the article.
    Body,
    /// The page around the article, as its format says; credits may stand here.
    Around,
    /// A part of the page that has nothing to do with the article.
    Elsewhere,
}

/// A line of a page; hard-wrapped lines are joined already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// The line of the file where it begins.
    pub(crate) number: Option<u32>,
    /// Its text.
    pub(crate) text: String,
    /// What the format says of it.
    pub(crate) mark: Mark,
}

/// A page taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// The headline, empty if there is none.
    pub(super) title: String,
    /// The blocks in reading order.
    pub(super) blocks: Vec<Block>,
    /// What it says about its article.
    pub(super) signs: Signs,
}

/// Takes a page apart. `stated_title` is a headline known otherwise.
pub(super) fn read_page(lines: &[Line], stated_title: Option<&str>) -> Page {
    let all: Vec<&Line> = lines
        .iter()
        .filter(|line| !line.text.trim().is_empty())
        .collect();
    let lines: Vec<&Line> = all
        .iter()
        .copied()
        .filter(|line| line.mark != Mark::Elsewhere)
        .collect();
    let texts: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
    let looks: Vec<Look> = lines.iter().map(|line| look_of(line)).collect();
    let headline = choose_headline(&lines, &texts, &looks, stated_title);
    let title = match (stated_title, &headline) {
        (Some(stated), _) => stated.trim().to_owned(),
        (None, Some(headline)) => headline.text.clone(),
        (None, None) => String::new(),
    };
    let sketch = Sketch::draw(&texts, &looks, &title, headline.as_ref());
    let mut kinds = sketch.kinds(&lines);
    for (kind, line) in kinds.iter_mut().zip(&lines) {
        if line.mark == Mark::Around {
            *kind = BlockKind::Furniture;
        }
    }
    find_headings(&lines, &texts, &mut kinds);
    let signs = read_signs(&texts, &kinds, &sketch);
    let is_headline = |i: usize| headline.as_ref().is_some_and(|h| h.line == i && !h.is_part);
    let mut kinds = kinds.into_iter().enumerate();
    let blocks = all
        .iter()
        .filter_map(|line| {
            if line.mark == Mark::Elsewhere {
                return Some(block(line, BlockKind::Furniture));
            }
            let (i, kind) = kinds.next()?;
            (!is_headline(i)).then(|| block(line, kind))
        })
        .collect();
    Page {
        title,
        blocks,
        signs,
    }
}

/// Makes a line a block.
fn block(line: &Line, kind: BlockKind) -> Block {
    Block {
        kind,
        text: line.text.trim().to_owned(),
        place: Place {
            line: line.number,
            ..Place::default()
        },
    }
}

/// Says what a line looks like. A line that its format puts outside of the
/// article is no text, and says nothing of where the article ends.
fn look_of(line: &Line) -> Look {
    match look_at(line.text.trim()) {
        Look::Text | Look::MaybeSite | Look::TailMark if line.mark == Mark::Around => Look::Caption,
        look => look,
    }
}

/// Chooses the line of the headline: a first-level heading before the first line.
fn choose_headline(
    lines: &[&Line],
    texts: &[&str],
    looks: &[Look],
    stated: Option<&str>,
) -> Option<Headline> {
    if stated.is_some() {
        return None;
    }
    let marked = |level: u8| {
        lines
            .iter()
            .position(|line| line.mark == Mark::Heading(level))
    };
    let heading = marked(1).or_else(|| marked(2).filter(|&at| at == 0));
    match heading {
        Some(line) if line < 12 => Some(Headline {
            line,
            text: texts[line].to_owned(),
            is_part: false,
        }),
        _ => find_headline(texts, looks),
    }
}

/// Where the body of a page begins and ends.
pub(super) struct Sketch<'a> {
    texts: &'a [&'a str],
    looks: &'a [Look],
    headline_line: Option<usize>,
    headline_is_part: bool,
    /// Lines that repeat the headline.
    repeats: Vec<bool>,
    /// Leads cut short.
    cut_leads: Vec<bool>,
    /// The first and last paragraph of the body; the length if there is none.
    pub(super) first_body: usize,
    pub(super) last_body: usize,
    /// Where the page turns to other articles.
    pub(super) tail: usize,
}

impl<'a> Sketch<'a> {
    fn draw(
        texts: &'a [&'a str],
        looks: &'a [Look],
        title: &str,
        headline: Option<&Headline>,
    ) -> Self {
        let count = texts.len();
        let title_key = skeleton(title);
        let headline_line = headline.map(|h| h.line);
        let repeats: Vec<bool> = (0..count)
            .map(|i| Some(i) != headline_line && repeats_title(texts[i], title, &title_key))
            .enumerate()
            // Above its headline a page may print its own title: headline - site.
            .map(|(i, repeats)| {
                let own_title = headline_line.is_some_and(|line| i < line)
                    && char_count(texts[i]) <= char_count(title) + 24
                    && char_count(&title_key) >= 4
                    && skeleton(texts[i]).starts_with(&title_key);
                repeats || own_title
            })
            .collect();
        let mut cut_leads = find_cut_leads(texts);
        // A lead below the credits is the teaser of another article.
        if let Some(credit) = (0..count).find(|&i| i > 2 && is_closing_credit(looks[i], texts[i])) {
            for i in credit + 1..count {
                cut_leads[i] |= is_lead(texts[i]);
            }
        }
        let is_paragraph = |i: usize| {
            let length = char_count(texts[i]);
            looks[i] == Look::Text
                && !repeats[i]
                && !cut_leads[i]
                && Some(i) != headline_line
                && (length >= 40 || length >= 12 && ends_sentence(texts[i]))
        };
        let first_body = (0..count).find(|&i| is_paragraph(i)).unwrap_or(count);
        let mut body_chars = 0;
        let mut tail = count;
        for i in 0..count {
            if looks[i] == Look::TailMark && body_chars >= 30 {
                tail = i;
                break;
            }
            if is_paragraph(i) {
                body_chars += char_count(texts[i]);
            }
        }
        let mut last_body = (0..tail).rev().find(|&i| is_paragraph(i)).unwrap_or(count);
        // A teaser of another article below the credits is not the end of the body.
        if let Some(credit) = (first_body..tail).find(|&i| is_closing_credit(looks[i], texts[i])) {
            let after: usize = (credit..tail)
                .filter(|&i| is_paragraph(i))
                .map(|i| char_count(texts[i]))
                .sum();
            let before: usize = (0..credit)
                .filter(|&i| is_paragraph(i))
                .map(|i| char_count(texts[i]))
                .sum();
            if after * 4 <= before {
                last_body = (0..credit)
                    .rev()
                    .find(|&i| is_paragraph(i))
                    .unwrap_or(last_body);
            }
        }
        Sketch {
            texts,
            looks,
            headline_line,
            headline_is_part: headline.is_some_and(|h| h.is_part),
            repeats,
            cut_leads,
            first_body,
            last_body,
            tail,
        }
    }

    pub(super) fn is_above(&self, line: usize) -> bool {
        line < self.first_body && self.first_body < self.texts.len()
    }

    pub(super) fn is_below(&self, line: usize) -> bool {
        line > self.last_body
    }

    fn kinds(&self, lines: &[&Line]) -> Vec<BlockKind> {
        let whole_tail = self.is_tail_all_furniture();
        let mut kinds: Vec<BlockKind> = (0..self.texts.len())
            .map(|i| {
                if self.is_furniture(i, whole_tail) {
                    BlockKind::Furniture
                } else {
                    BlockKind::Paragraph
                }
            })
            .collect();
        if let Some(end) = self.end_of_article(lines) {
            for (text, kind) in self.texts.iter().zip(&mut kinds).skip(end) {
                let is_headline = !text
                    .trim_end_matches('”')
                    .ends_with(['。', '）', ')', '；'])
                    && char_count(text) <= 40;
                if is_headline && !is_signature(text) {
                    *kind = BlockKind::Furniture;
                }
            }
        }
        // The name of the site is told by the other furniture beside it.
        let furniture = kinds
            .iter()
            .filter(|kind| **kind == BlockKind::Furniture)
            .count();
        for (i, kind) in kinds.iter_mut().enumerate() {
            // So are the scattered words of its buttons.
            let letters = self.texts[i].chars().filter(|c| !c.is_whitespace()).count();
            let is_scrap = self.looks[i] == Look::MaybeSite || letters <= 4;
            // Sections of a round-up are named in four characters.
            let is_section = lines[i].mark == Mark::Body
                && letters == 4
                && self.looks[i] == Look::Text
                && self.texts[i].chars().all(is_han);
            if furniture >= 2
                && is_scrap
                && !is_section
                && self.is_above(i)
                && Some(i) != self.headline_line
            {
                *kind = BlockKind::Furniture;
            }
        }
        kinds
    }

    /// Finds the first line below the body that closes the article: from there
    /// on mere headlines and labels are those of the page.
    fn end_of_article(&self, lines: &[&Line]) -> Option<usize> {
        let closes = |i: &usize| {
            let by_look = matches!(
                self.looks[*i],
                Look::StrongCredit | Look::Notice | Look::Control | Look::TailMark
            );
            by_look || lines[*i].mark == Mark::Around
        };
        let below = self.last_body.saturating_add(1)..self.texts.len();
        below.into_iter().find(closes)
    }

    /// Says whether all that follows the mark of other articles is about them:
    /// it is much less than the body before.
    fn is_tail_all_furniture(&self) -> bool {
        let chars =
            |range: std::ops::Range<usize>| range.map(|i| char_count(self.texts[i])).sum::<usize>();
        chars(self.tail..self.texts.len()) * 2 <= chars(0..self.tail)
    }

    fn is_furniture(&self, i: usize, whole_tail: bool) -> bool {
        let text = self.texts[i];
        if Some(i) == self.headline_line {
            return self.headline_is_part;
        }
        if self.repeats[i] || self.cut_leads[i] {
            return true;
        }
        if i >= self.tail {
            let is_short = char_count(text) <= 40 && !ends_sentence(text);
            return whole_tail
                || self.looks[i] != Look::Text
                || is_short
                || is_cut_short(text)
                || is_lead(text);
        }
        let (above, below) = (self.is_above(i), self.is_below(i));
        let by_look = match self.looks[i] {
            Look::Text | Look::MaybeSite => false,
            Look::StrongCredit | Look::Caption | Look::TailMark => true,
            Look::Site => above || below,
            Look::Control => above || below,
            Look::Credit => above || below && !is_signature(text),
            Look::Notice => below,
        };
        // A teaser that follows the closing credits, cut short like all teasers.
        let is_teaser =
            below && is_lead(text) && is_cut_short(text) && self.last_body < self.texts.len();
        by_look || is_teaser || (i < 12 || below) && read_byline(text).is_some()
    }
}

/// Says whether a line is the date under the signature of a document, which
/// is never written with hyphens.
fn is_signature(text: &str) -> bool {
    is_bare_date(text) && !text.contains('-')
}

/// Says whether a line is the headline again.
fn repeats_title(text: &str, title: &str, title_key: &str) -> bool {
    char_count(title_key) >= 4
        && char_count(text) <= char_count(title) * 2 + 8
        && skeleton(text) == title_key
}

/// Says whether a line closes an article: editors, sources, where it was printed.
fn is_closing_credit(look: Look, text: &str) -> bool {
    look == Look::StrongCredit && !is_original_title(text)
}
