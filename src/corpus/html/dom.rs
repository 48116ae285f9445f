//! The lines of a page in reading order, each with what the tree says of it.
//!
//! A block element ends a line; a row of a table with short cells is one line.
//! The walk keeps its own stack, so no nesting overflows it.

use crate::corpus::count;
use dom_query::{Document, NodeId, NodeRef};

/// A line of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageLine {
    /// Its text, white space squeezed.
    pub(super) text: String,
    /// How many of its characters are links.
    pub(super) link_chars: usize,
    /// The level of the heading it is.
    pub(super) heading: Option<u8>,
    /// Whether it stands in a part of the page that is no article: a menu,
    /// foot, share bar, comments.
    pub(super) is_aside: bool,
    /// The innermost element around it that publishing systems put articles into.
    pub(super) container: Option<NodeId>,
}

impl PageLine {
    /// Counts the characters.
    pub(super) fn chars(&self) -> usize {
        self.text.chars().count()
    }

    /// Says whether most of the line is a link.
    pub(super) fn is_link(&self) -> bool {
        self.link_chars * 2 > self.chars()
    }
}

/// Elements that hold nothing a reader sees.
const UNSEEN: &[&str] = &[
    "script", "style", "noscript", "template", "head", "iframe", "svg", "select", "textarea",
    "button", "object", "math", "canvas", "audio", "video",
];

/// Elements inside a line.
const INLINE: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "data",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "mark",
    "nobr",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
    "td",
    "th",
    "o:p",
    "st1:chsdate",
    "input",
];

/// Names of classes and ids of parts that are no article.
const ASIDE: &[&str] = &[
    "nav",
    "navbar",
    "menu",
    "footer",
    "foot",
    "sidebar",
    "side",
    "aside",
    "share",
    "sharebar",
    "bdsharebuttonbox",
    "comment",
    "comments",
    "related",
    "relate",
    "recommend",
    "breadcrumb",
    "crumb",
    "crumbs",
    "bread",
    "position",
    "location",
    "copyright",
    "toolbar",
    "login",
    "search",
    "hot",
    "rank",
    "ranking",
    "adv",
    "ad",
    "ads",
    "banner",
    "pagination",
    "header",
    "topbar",
];

/// Names of classes and ids of the containers of articles in the systems that
/// Chinese government and news sites run.
const CONTAINERS: &[&str] = &[
    "trs_editor",
    "trs_ueditor",
    "trs_editor_view",
    "trs_paper_preappend",
    "ucap-content",
    "zoom",
    "pages_content",
    "article-content",
    "article_content",
    "js_content",
    "artibody",
    "article_txt",
    "post_body",
    "endtext",
    "main_content",
    "rich_media_content",
    "content_area",
    "rm_txt_con",
    "cnt_bd",
    "left_zw",
    "main-text",
    "text_area",
    "zwcontent",
    "article-body",
    "article_body",
    "articlecontent",
    "artcontent",
    "newscontent",
    "news_content",
    "news-content",
    "conttxt",
    "contenttxt",
    "view_content",
    "detail_content",
    "detail-content",
    "bt_content",
    "wzcon",
    "zw_content",
    "xxgk_content",
    "infocontent",
    "con_txt",
    "textbody",
    "articlebody",
    "article",
    "markdown_views",
    "htmledit_views",
];

/// What holds for all text at a point of the walk.
#[derive(Clone, Copy, Default)]
struct State {
    in_link: bool,
    heading: Option<u8>,
    is_aside: bool,
    container: Option<NodeId>,
    /// In a row of short cells, which is one line.
    in_row: bool,
}

/// A step of the walk.
enum Step {
    Enter(NodeId, State),
    /// The end of an element that parts lines.
    End,
    /// The end of a cell.
    EndCell,
}

/// Reads the lines of a page.
pub(super) fn read_lines(document: &Document) -> Vec<PageLine> {
    let mut lines = Vec::new();
    let mut line = PageLine::default();
    let root = document.root();
    let mut steps = vec![Step::Enter(root.id, State::default())];
    while let Some(step) = steps.pop() {
        let (id, state) = match step {
            Step::Enter(id, state) => (id, state),
            Step::End => {
                finish(&mut line, &mut lines);
                continue;
            }
            Step::EndCell => {
                line.text.push(' ');
                continue;
            }
        };
        let node = NodeRef::new(id, root.tree);
        if node.is_text() {
            add_text(&node.text(), state, &mut line);
            continue;
        }
        let name = node.node_name().unwrap_or_default();
        let name: &str = &name;
        if UNSEEN.contains(&name) || is_hidden(&node) {
            continue;
        }
        if name == "br" {
            finish(&mut line, &mut lines);
            continue;
        }
        let state = state_inside(&node, name, state);
        let parts_lines =
            node.is_element() && !INLINE.contains(&name) && !(state.in_row && name != "tr");
        if parts_lines {
            finish(&mut line, &mut lines);
            steps.push(Step::End);
        } else if matches!(name, "td" | "th") {
            steps.push(Step::EndCell);
        }
        let children = node.children_it(true);
        steps.extend(children.map(|child| Step::Enter(child.id, state)));
    }
    finish(&mut line, &mut lines);
    lines
}

fn add_text(text: &str, state: State, line: &mut PageLine) {
    let before = line.text.len();
    for c in text.chars() {
        match c {
            '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
            c if c.is_whitespace() => {
                if !line.text.is_empty() && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
            }
            c => line.text.push(c),
        }
    }
    let added = line.text[before..].trim();
    if !added.is_empty() {
        line.heading = line.heading.or(state.heading);
        line.is_aside |= state.is_aside;
        line.container = line.container.or(state.container);
        if state.in_link {
            line.link_chars += added.chars().count();
        }
    }
}

fn finish(line: &mut PageLine, lines: &mut Vec<PageLine>) {
    let mut done = std::mem::take(line);
    done.text = done.text.trim().to_owned();
    if !done.text.is_empty() {
        lines.push(done);
    }
}

/// Says what holds inside an element.
fn state_inside(node: &NodeRef<'_>, name: &str, outer: State) -> State {
    let mut state = outer;
    match name {
        "a" => state.in_link = true,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            state.heading = name[1..].parse().ok();
        }
        "nav" | "footer" | "aside" => state.is_aside = true,
        // The page itself is neither, whatever its class is called.
        "html" | "body" => return state,
        "tr" => state.in_row = outer.in_row || is_row_of_short_cells(node),
        _ => {}
    }
    for names in [node.attr("class"), node.attr("id")].into_iter().flatten() {
        for name in names.split_ascii_whitespace().take(8) {
            let name = name.to_ascii_lowercase();
            if CONTAINERS.contains(&name.as_str()) {
                state.container = Some(node.id);
            }
            state.is_aside |= name
                .split(['-', '_'])
                .any(|part| ASIDE.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit())));
        }
    }
    state
}

/// Says whether an element is not shown.
fn is_hidden(node: &NodeRef<'_>) -> bool {
    if node.has_attr("hidden") {
        return true;
    }
    node.attr("style").is_some_and(|style| {
        let style: String = style
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(2000)
            .collect();
        style.to_ascii_lowercase().contains("display:none")
    })
}

/// Says whether a row of a table has several cells with few words each: data,
/// not the layout of a page.
fn is_row_of_short_cells(row: &NodeRef<'_>) -> bool {
    let cells = row
        .children_it(false)
        .filter(|cell| cell.has_name("td") || cell.has_name("th"))
        .take(2);
    if cells.count() < 2 {
        return false;
    }
    let mut chars = 0;
    for node in row.descendants_it() {
        if node.has_name("table") || node.has_name("form") {
            return false;
        }
        if node.is_text() {
            chars += node.text().trim().chars().count();
        }
        if chars > 300 {
            return false;
        }
    }
    true
}

/// Finds the line of the source where the text of a line begins.
pub(super) struct LineFinder<'a> {
    source: &'a str,
    at: usize,
    line: usize,
}

impl<'a> LineFinder<'a> {
    /// Begins at the top of a source.
    pub(super) fn new(source: &'a str) -> Self {
        LineFinder {
            source,
            at: 0,
            line: 1,
        }
    }

    /// Finds the next place of a text behind a tag, none if it is not far
    /// below the last: entities and markup inside may hide it.
    pub(super) fn find(&mut self, text: &str) -> Option<u32> {
        let needle: String = text
            .chars()
            .take(12)
            .take_while(|c| !c.is_whitespace())
            .collect();
        let reach = if needle.len() >= 24 { 1 << 16 } else { 1 << 12 };
        let end = self.source.len().min(self.at + reach);
        let end = (end..=self.source.len()).find(|&e| self.source.is_char_boundary(e))?;
        let window = &self.source[self.at..end];
        if needle.is_empty() {
            return None;
        }
        let found = window
            .match_indices(&needle)
            .take(64)
            .map(|(at, _)| at)
            .find(|&at| {
                let before = window[..at]
                    .trim_end()
                    .trim_end_matches("&nbsp;")
                    .trim_end();
                before.ends_with('>') || before.ends_with(';') || before.is_empty()
            })?;
        self.line += window[..found].matches('\n').count();
        self.at += found + needle.len();
        Some(count(self.line))
    }
}
