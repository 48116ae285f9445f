//! Reads Markdown: front matter, headings, text with HTML inside; one article,
//! or a daily file of many.

use super::collection::{item_level, read_items};
use super::count;
use super::front_matter::read_front_matter;
use super::markup::{plain_lines, strip_inline};
use super::pages::Pages;
use crate::article::{Article, Line, Mark, Place, Problem, Surroundings, compose_page};

/// Reads a .md file.
pub(super) fn read_markdown(
    path: &str,
    text: &str,
    pages: &mut Pages<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Article> {
    let (stated, skip) = read_front_matter(text);
    let mut lines = read_lines(text, skip);
    let place = Place {
        line: lines.first().and_then(|line| line.number),
        ..Place::default()
    };
    if let Some(level) = item_level(&lines, &stated) {
        return read_items(path, &lines, &stated, level, problems);
    }
    if lines.is_empty() && stated.title.is_none() && stated.text.is_none() {
        return Vec::new();
    }
    if !pages.settle(&mut lines) {
        return Vec::new();
    }
    vec![compose_page(
        &lines,
        &stated,
        &Surroundings {
            path,
            file_date: None,
            place,
        },
        problems,
    )]
}

/// Reads the lines of the text after the front matter, markup stripped.
fn read_lines(text: &str, skip: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut in_comment = false;
    for (index, source) in text.split('\n').enumerate().skip(skip) {
        let number = Some(count(index + 1));
        let source = source.trim();
        if in_comment || source.starts_with("<!--") {
            in_comment = !source.contains("-->");
            continue;
        }
        // Setext headings: the underline says what the line above is.
        let is_underline = source.len() >= 3 && source.bytes().all(|b| b == b'=');
        if is_underline
            && let Some(above) = lines.last_mut().filter(|l| l.number == Some(count(index)))
        {
            above.mark = Mark::Heading(1);
            continue;
        }
        if source.is_empty() || is_rule(source) || source.starts_with("```") {
            continue;
        }
        let (mark, content) = heading(source);
        let content = content.trim_start_matches("> ").trim_start_matches('>');
        let content = ["- ", "* ", "+ "]
            .iter()
            .find_map(|bullet| content.strip_prefix(bullet))
            .unwrap_or(content);
        for piece in plain_lines(content) {
            let text = strip_inline(&piece);
            if !text.trim().is_empty() {
                lines.push(Line {
                    number,
                    text: text.trim().to_owned(),
                    mark,
                });
            }
        }
    }
    lines
}

/// Says whether a line is a rule: ---, ***, ___.
fn is_rule(line: &str) -> bool {
    line.len() >= 3
        && ['-', '*', '_', '=']
            .iter()
            .any(|&c| line.chars().all(|d| d == c || d == ' '))
}

/// Splits a heading's marks off: `## 甲` and, as people write it, `##甲`.
fn heading(line: &str) -> (Mark, &str) {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    let rest = &line[level..];
    let is_heading = (1..=6).contains(&level)
        && !rest.trim().is_empty()
        && !rest.starts_with(|c: char| c.is_ascii_digit());
    if is_heading {
        (
            Mark::Heading(level as u8),
            rest.trim().trim_end_matches('#').trim_end(),
        )
    } else {
        (Mark::Plain, line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::Wanted;
    use super::*;
    use crate::article::{BlockKind, RepeatedLines};

    fn markdown(text: &str) -> Vec<Article> {
        let repeated = RepeatedLines::default();
        let mut pages = Pages::new(&repeated, Wanted::Articles);
        read_markdown("甲.md", text, &mut pages, &mut Vec::new())
    }

    fn texts(article: &Article, kind: BlockKind) -> Vec<&str> {
        article
            .blocks
            .iter()
            .filter(|b| b.kind == kind)
            .map(|b| b.text.as_str())
            .collect()
    }

    #[test]
    fn front_matter_beats_the_heading_and_the_heading_beats_the_first_line() {
        let articles =
            markdown("---\ntitle: 甲市发券\ndate: 2024-05-30\n---\n# 甲市发券\n\n正文在这里。\n");
        assert_eq!(articles[0].title, "甲市发券");
        assert_eq!(
            articles[0].date.as_ref().map(|d| d.iso.as_str()),
            Some("2024-05-30")
        );
        assert_eq!(texts(&articles[0], BlockKind::Paragraph), ["正文在这里。"]);
        assert_eq!(
            articles[0].blocks.last().and_then(|b| b.place.line),
            Some(7)
        );
        let articles =
            markdown("首行不是标题\n\n# 真标题\n\n正文在这里。\n\n## 小节\n\n又一段。\n");
        assert_eq!(articles[0].title, "真标题");
        assert_eq!(texts(&articles[0], BlockKind::Heading), ["小节"]);
    }

    #[test]
    fn markup_is_stripped_and_paragraph_tags_part_lines() {
        let articles = markdown(
            "# 题\n<p><strong>甲网消息</strong>：一。<br></p><p>二 &lt; 三，**重**见[附件](http://a.cn/b)。</p>",
        );
        assert_eq!(
            texts(&articles[0], BlockKind::Paragraph),
            ["甲网消息：一。", "二 < 三，重见附件。"]
        );
    }

    #[test]
    fn a_daily_file_gives_one_article_an_item_with_the_files_date() {
        let text = "# 《早间节目》 (20240530)\n\n## 摘要\n\n1.甲市发券；\n\n2.乙市建园；\n\n（《早间节目》 20240530 19:00）\n\n## 详细\n\n### 甲市发券\n\n<p>甲市昨日发券，企业可以申领。</p>\n\n[查看原文](https://a.cn/1.shtml)\n\n### 乙市建园\n\n<p>乙市昨日建园，占地十亩。</p>\n\n[查看原文](https://a.cn/2.shtml)\n\n---\n\n(更新时间戳: 1716)\n";
        let articles = markdown(text);
        assert_eq!(
            articles
                .iter()
                .map(|a| a.title.as_str())
                .collect::<Vec<_>>(),
            ["甲市发券", "乙市建园"]
        );
        for article in &articles {
            assert_eq!(
                article.date.as_ref().map(|d| d.iso.as_str()),
                Some("2024-05-30")
            );
            assert_eq!(texts(article, BlockKind::Paragraph).len(), 1, "{article:?}");
        }
        assert_eq!(articles[0].url.as_deref(), Some("https://a.cn/1.shtml"));
        assert_eq!(articles[1].place.line, Some(19));
    }

    #[test]
    fn sections_of_one_article_are_not_split() {
        let text = "# 甲市算力券问答\n\n## 谁能领\n\n企业可以领。\n\n## 怎么领\n\n网上申请即可。\n";
        let articles = markdown(text);
        assert_eq!(articles.len(), 1);
        assert_eq!(
            texts(&articles[0], BlockKind::Heading),
            ["谁能领", "怎么领"]
        );
    }
}
