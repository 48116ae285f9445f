//! The answer for a person at a terminal.
//!
//! A head line with the counts of the three lanes, a divider where the lane
//! changes, and for each hit its title, source, heading and the windows of its
//! passage. Marks are coloured, or without colour stand between signs. Invariant:
//! nothing of an article reaches the writer but through [`Shown`] or
//! [`escape_line`].

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::core::display_width;

use super::escape::escape_line;
use super::explanation::explanation;
use super::labels::{duration_label, place_label, reprints_label};
use super::pieces::{marks_within, pieces};
use super::shown::{Shown, signs_for};
use super::tried::{attempt_label, suggestions_label};
use super::wrap::wrap;
use crate::search::{Answer, ArticleInfo, Hit, Lane, PassageInfo, ScorePart};

const MARK: Style = AnsiColor::Red.on_default().bold();
const TITLE: Style = Style::new().bold();
const DIVIDER: Style = AnsiColor::Cyan.on_default();
const ASIDE: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// More names of regions than this make the source line unreadable.
const MAX_REGIONS: usize = 6;

/// The narrowest screen that is wrapped for; narrower ones wrap by themselves.
const MIN_COLUMNS: usize = 20;

/// Where the answer will be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// How many columns it has.
    pub columns: usize,
    /// Whether it shows colours.
    pub color: Color,
}

/// Whether colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// ANSI colours.
    On,
    /// No escape sequence at all.
    Off,
}

/// Writes the answer for a person.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_pretty(answer: &Answer, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(answer, screen, out);
    page.write_head(answer)?;
    page.write_suggestions(answer)?;
    if answer.hits.is_empty() {
        return page.write_nothing(answer);
    }
    page.write_hits(answer)?;
    if !answer.tried.is_empty() {
        writeln!(page.out, "\n命中很少")?;
        page.write_tried(answer)?;
    }
    Ok(())
}

/// Writes what has arrived for an alert: its name, how many, and the hits.
///
/// # Errors
///
/// Returns the error of `out`.
pub(super) fn write_digest_part(
    name: &str,
    counts: &str,
    answer: &Answer,
    screen: Screen,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(answer, screen, out);
    page.write_styled(TITLE, &format!("【{}】", escape_line(name)))?;
    page.write_styled(ASIDE, &format!("{} · {counts}", escape_line(&answer.query)))?;
    writeln!(page.out)?;
    page.write_hits(answer)
}

/// Returns whether dividers make sense: something is marked (a query of
/// filters alone has no lanes), and the lanes follow each other (by date they
/// do not).
fn is_laned(hits: &[Hit]) -> bool {
    let firsts = || {
        hits.iter()
            .enumerate()
            .filter(|&(at, hit)| at == 0 || !is_same_article(&hits[at - 1], hit))
    };
    firsts()
        .zip(firsts().skip(1))
        .all(|((_, a), (_, b))| a.lane <= b.lane)
        && hits.iter().any(|hit| {
            !(hit.passage.marks.is_empty()
                && hit.passage.heading_marks.is_empty()
                && hit.article.title_marks.is_empty())
        })
}

fn is_same_article(before: &Hit, hit: &Hit) -> bool {
    before.rank == hit.rank && before.article.id == hit.article.id
}

fn lane_label(lane: Lane) -> &'static str {
    match lane {
        Lane::Exact => "原文",
        Lane::All => "全词",
        Lane::Some => "部分",
    }
}

/// The page being written.
struct Page<'a> {
    screen: Screen,
    signs: Option<[char; 2]>,
    indent: usize,
    out: &'a mut dyn Write,
}

impl<'a> Page<'a> {
    fn new(answer: &Answer, screen: Screen, out: &'a mut dyn Write) -> Self {
        Page {
            screen,
            signs: match screen.color {
                Color::On => None,
                Color::Off => Some(signs_for(answer)),
            },
            indent: 0,
            out,
        }
    }

    fn write_hits(&mut self, answer: &Answer) -> io::Result<()> {
        let last_rank = answer.hits.last().map_or(0, |hit| hit.rank);
        self.indent = last_rank.to_string().len() + 2;
        let lanes_in_order = is_laned(&answer.hits);
        let mut lane = None;
        let mut hits = answer.hits.iter().peekable();
        let mut before: Option<&Hit> = None;
        while let Some(hit) = hits.next() {
            let is_further = before.is_some_and(|before| is_same_article(before, hit));
            if !is_further {
                writeln!(self.out)?;
                if lanes_in_order && lane != Some(hit.lane) {
                    self.write_divider(answer, hit.lane)?;
                    lane = Some(hit.lane);
                }
                self.write_title(hit)?;
            }
            self.write_source(
                hit,
                if lanes_in_order { None } else { Some(hit.lane) },
                is_further,
            )?;
            self.write_passage(&hit.passage)?;
            if let Some(parts) = &hit.explanation {
                self.write_explanation(hit.score, parts)?;
            }
            let is_last = !hits.peek().is_some_and(|next| is_same_article(hit, next));
            if is_last && hit.more > 0 {
                self.write_aside(&format!("另有 {} 段", hit.more))?;
            }
            if is_last && let Some(family) = &hit.article.family {
                self.write_aside(&escape_line(&reprints_label(&hit.article.id, family)))?;
            }
            before = Some(hit);
        }
        Ok(())
    }

    fn write_head(&mut self, answer: &Answer) -> io::Result<()> {
        let at_least = if answer.total.at_least { "至少 " } else { "" };
        let counts = format!(
            " · {} 处原文 · {} 处全词 · {} 处部分 · {at_least}{} 篇 · {}",
            lane_count(answer, Lane::Exact),
            lane_count(answer, Lane::All),
            lane_count(answer, Lane::Some),
            answer.total.articles,
            duration_label(answer.took)
        );
        let query = escape_line(&answer.query).into_owned();
        self.write_styled(TITLE, &query)?;
        self.write_styled(ASIDE, query_separated(&query, &counts))?;
        writeln!(self.out)?;
        if answer.undated > 0 {
            let undated = format!("另有 {} 篇没有日期，未计入", answer.undated);
            self.write_styled(ASIDE, &undated)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn write_nothing(&mut self, answer: &Answer) -> io::Result<()> {
        let sentence = if answer.total.passages > 0 {
            "没有更多命中"
        } else {
            "没有命中"
        };
        writeln!(self.out, "{sentence}")?;
        self.write_tried(answer)
    }

    /// Writes what was tried, a sentence each, with the query to search for it.
    fn write_tried(&mut self, answer: &Answer) -> io::Result<()> {
        for attempt in &answer.tried {
            write!(self.out, "  · {}", escape_line(&attempt_label(attempt)))?;
            let query = attempt
                .query
                .as_ref()
                .filter(|query| **query != answer.query);
            if let Some(query) = query {
                self.write_styled(ASIDE, &format!(" → {}", escape_line(query)))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn write_suggestions(&mut self, answer: &Answer) -> io::Result<()> {
        if answer.suggestions.is_empty() {
            return Ok(());
        }
        let line = suggestions_label(&answer.suggestions);
        writeln!(self.out, "{}", escape_line(&line))
    }

    fn write_divider(&mut self, answer: &Answer, lane: Lane) -> io::Result<()> {
        let count = lane_count(answer, lane);
        let label = format!("── {} {count} 处 ", lane_label(lane));
        let rest = self
            .screen
            .columns
            .min(60)
            .saturating_sub(display_width(&label));
        self.write_styled(DIVIDER, &format!("{label}{}", "─".repeat(rest)))?;
        writeln!(self.out)
    }

    fn write_title(&mut self, hit: &Hit) -> io::Result<()> {
        let rank = hit.rank.to_string();
        self.write_styled(ASIDE, &rank)?;
        let margin = self.indent.saturating_sub(rank.len());
        write!(self.out, "{:margin$}", "")?;
        let article = &hit.article;
        let title = match article.title.as_str() {
            "" => Shown::new("（无标题）", &[], self.signs),
            title => Shown::new(title, &article.title_marks, self.signs),
        };
        self.write_shown(&title, TITLE, FirstLine::Begun)
    }

    fn write_source(&mut self, hit: &Hit, lane: Option<Lane>, is_further: bool) -> io::Result<()> {
        let ArticleInfo {
            outlet,
            author,
            date,
            regions,
            path,
            file,
            ..
        } = &hit.article;
        let mut parts = Vec::new();
        if !is_further {
            parts.extend([outlet, author, date].into_iter().flatten().cloned());
            if !regions.is_empty() {
                let etc = if regions.len() > MAX_REGIONS {
                    "等"
                } else {
                    ""
                };
                let named = &regions[..regions.len().min(MAX_REGIONS)];
                parts.push(format!("{}{etc}", named.join("、")));
            }
        }
        let file = if file.is_empty() { path } else { file };
        parts.push(format!("{file}{}", place_label(&hit.passage.place)));
        parts.push(hit.passage.id.clone());
        if let Some(lane) = lane {
            parts.push(lane_label(lane).to_owned());
        }
        if hit.passage.is_furniture {
            parts.push("页面文字".to_owned());
        }
        // Not wrapped: a path in two parts can be neither clicked nor copied.
        self.write_aside(&escape_line(&parts.join(" · ")))
    }

    fn write_passage(&mut self, passage: &PassageInfo) -> io::Result<()> {
        if !passage.heading.is_empty() {
            let heading = Shown::new(&passage.heading, &passage.heading_marks, self.signs);
            self.write_shown(&heading, TITLE, FirstLine::New)?;
        }
        let shown = Shown::windows(passage, self.signs);
        self.write_shown(&shown, PLAIN, FirstLine::New)
    }

    fn write_explanation(&mut self, score: f32, parts: &[ScorePart]) -> io::Result<()> {
        let shown = Shown::new(&explanation(score, parts), &[], self.signs);
        self.write_shown(&shown, ASIDE, FirstLine::New)
    }

    fn write_aside(&mut self, text: &str) -> io::Result<()> {
        write!(self.out, "{:1$}", "", self.indent)?;
        self.write_styled(ASIDE, text)?;
        writeln!(self.out)
    }

    /// Writes the paragraphs of a shown text, wrapped and indented.
    fn write_shown(&mut self, shown: &Shown, style: Style, first: FirstLine) -> io::Result<()> {
        let columns = self
            .screen
            .columns
            .max(MIN_COLUMNS)
            .saturating_sub(self.indent);
        let mut is_begun = first == FirstLine::Begun;
        let mut start = 0;
        for paragraph in shown.text.split('\n') {
            for line in wrap(paragraph, columns) {
                let line = start + line.start..start + line.end;
                if shown.text[line.clone()].trim().is_empty() {
                    continue;
                }
                if !is_begun {
                    write!(self.out, "{:1$}", "", self.indent)?;
                }
                is_begun = false;
                let marks = marks_within(&shown.marks, &line);
                for piece in pieces(shown.text[line].trim_end_matches(' '), &marks) {
                    self.write_styled(if piece.is_marked { MARK } else { style }, piece.text)?;
                }
                writeln!(self.out)?;
            }
            start += paragraph.len() + '\n'.len_utf8();
        }
        if is_begun { writeln!(self.out) } else { Ok(()) }
    }

    fn write_styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        match self.screen.color {
            Color::On if !style.is_plain() => write!(self.out, "{style}{text}{style:#}"),
            _ => self.out.write_all(text.as_bytes()),
        }
    }
}

/// Whether the first line of a paragraph has something before it already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstLine {
    Begun,
    New,
}

/// Leaves out the separator where there is no query before it.
fn query_separated<'a>(query: &str, counts: &'a str) -> &'a str {
    if query.is_empty() {
        counts.trim_start_matches(" · ")
    } else {
        counts
    }
}

/// The passages of a lane, with a `+` where there may be more.
fn lane_count(answer: &Answer, lane: Lane) -> String {
    let lanes = answer.lanes;
    let count = match lane {
        Lane::Exact => lanes.exact,
        Lane::All => lanes.all,
        Lane::Some => lanes.some,
    };
    let plus = if answer.is_counted(lane) { "" } else { "+" };
    format!("{count}{plus}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::escape::is_hidden;
    use crate::render::samples;

    fn written(answer: &Answer, color: Color) -> String {
        let mut out = Vec::new();
        write_pretty(answer, Screen { columns: 40, color }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_has_head_dividers_titles_sources_and_marks() {
        assert_eq!(
            written(&samples::answer(), Color::Off),
            "算力券 · 1 处原文 · 0 处全词 · 1 处部分 · 2 篇 · 1.3 ms\n\
             \n\
             ── 原文 1 处 ───────────────────────────\n\
             1  上海：«算力券»开始发放\n\
             \x20  解放日报 · 王五 · 2024-05-30 · 上海、杭州 · corpus/新闻/上海.txt:12 · a1b2c3#2\n\
             \x20  二、支持措施\n\
             \x20  市经信委今天发放«算力券»。\n\
             \x20  符合条件的企业可以申领«算力券»。\n\
             \x20  得分 12.5000 = 算力 7.2500 + 力券\n\
             \x20  5.2500\n\
             \x20  另有 2 段\n\
             \n\
             ── 部分 1 处 ───────────────────────────\n\
             2  （无标题）\n\
             \x20  b.jsonl · d4e5f6#1\n\
             \x20  各地«算力»建设提速。\n"
        );
    }

    #[test]
    fn counts_that_are_not_all_have_a_plus() {
        let mut answer = samples::answer();
        answer.total.at_least = true;
        answer.lanes.some = 9_998;
        let page = written(&answer, Color::Off);
        assert!(
            page.starts_with("算力券 · 1 处原文 · 0 处全词 · 9998+ 处部分 · 至少 2 篇"),
            "{page}"
        );
    }

    #[test]
    fn colour_adds_nothing_but_escape_sequences() {
        let colored = written(&samples::answer(), Color::On);
        assert!(
            colored.contains(&format!("{MARK}算力券{MARK:#}")),
            "{colored}"
        );
        let stripped = anstream::adapter::strip_str(&colored).to_string();
        let plain = written(&samples::answer(), Color::Off).replace(['«', '»'], "");
        // The signs take columns, so that lines may break elsewhere.
        let unwrapped = |text: &str| text.replace(['\n', ' '], "");
        assert_eq!(unwrapped(&stripped), unwrapped(&plain));
    }

    #[test]
    fn marks_take_other_signs_if_the_text_has_them() {
        let mut answer = samples::answer();
        answer.hits[1].passage.text = "各地算力«建设»提速。".to_owned();
        assert!(written(&answer, Color::Off).contains("各地⟦算力⟧«建设»"));
    }

    #[test]
    fn a_window_shows_where_it_was_cut() {
        let mut answer = samples::answer();
        answer.hits[1].passage.windows = vec![6..18];
        assert!(written(&answer, Color::Off).contains("…«算力»建设…\n"));
    }

    #[test]
    fn windows_are_joined_by_what_was_left_out_between_them() {
        let mut answer = samples::answer();
        let passage = &mut answer.hits[0].passage;
        passage.windows = vec![0..9, 24..36, 37..49];
        let page = written(&answer, Color::Off);
        assert!(page.contains("市经信…«算力券»。\n   符合条件…\n"), "{page}");
    }

    #[test]
    fn further_passages_stand_under_their_article() {
        let mut answer = samples::answer();
        let mut further = answer.hits[0].clone();
        further.passage.id = "a1b2c3#5".to_owned();
        answer.hits.insert(1, further);
        let page = written(&answer, Color::Off);
        assert_eq!(page.matches("开始发放").count(), 1, "{page}");
        assert_eq!(page.matches("另有 2 段").count(), 1, "{page}");
        assert!(page.contains("a1b2c3#5"), "{page}");
    }

    #[test]
    fn by_date_each_hit_names_its_lane() {
        let mut answer = samples::answer();
        answer.hits.swap(0, 1);
        let page = written(&answer, Color::Off);
        assert!(!page.contains("──"), "{page}");
        assert!(page.contains("a1b2c3#2 · 原文"), "{page}");
    }

    #[test]
    fn an_empty_answer_says_what_was_tried() {
        let answer = Answer {
            query: "算力卷".to_owned(),
            tried: vec![samples::attempt("算力卷 补贴")],
            suggestions: vec![samples::suggestion("算力券")],
            ..Answer::default()
        };
        let page = written(&answer, Color::Off);
        assert!(
            page.ends_with(
                "\n您是不是要找：算力券（1,204 处）\n没有命中\n  \
                 · 同一段中有“算力卷”“补贴”：12 处 → \"算力卷\" \"补贴\"\n"
            ),
            "{page}"
        );
    }

    #[test]
    fn a_thin_answer_says_what_was_tried_after_its_hits() {
        let mut answer = samples::answer();
        answer.tried = vec![samples::attempt("算力卷 补贴")];
        let page = written(&answer, Color::Off);
        assert!(page.contains("建设提速。\n\n命中很少\n  · "), "{page}");
    }

    proptest! {
        #[test]
        fn nothing_hidden_reaches_the_terminal(
            text in any::<String>(), title in any::<String>(), start in 0usize..9, length in 0usize..9,
        ) {
            let mut answer = samples::answer();
            answer.query = text.clone();
            answer.tried = vec![samples::attempt(&text)];
            answer.suggestions = vec![samples::suggestion(&title)];
            let hit = &mut answer.hits[0];
            hit.article.title = title.clone();
            hit.article.title_marks = vec![start..start + length];
            hit.article.outlet = Some(text.clone());
            hit.article.file = title.clone();
            hit.passage.heading = text.clone();
            hit.passage.text = format!("\u{1b}[2J{text}\u{202e}");
            hit.passage.marks = vec![start..start + length];
            hit.passage.windows = vec![start..start + 2 * length, 20..21];
            for color in [Color::On, Color::Off] {
                let page = written(&answer, color);
                let stripped = anstream::adapter::strip_str(&page).to_string();
                prop_assert!(!stripped.replace('\n', "").contains(is_hidden), "{page:?}");
                if color == Color::Off {
                    prop_assert!(!page.contains('\u{1b}'), "{page:?}");
                }
            }
        }
    }
}
