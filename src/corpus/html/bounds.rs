//! Keeps hostile pages away from the parser: a scan in one pass that follows
//! open elements as a parser would, and a reading without a tree for pages
//! that fail it.
//!
//! The cost of a tree grows with its depth and with the formatting elements
//! that a page never closes, which a parser opens again in every paragraph.

use crate::article::{Line, Mark};
use crate::corpus::count;
use crate::corpus::markup::plain_lines;

/// How many elements may stand open.
const MAX_DEPTH: usize = 400;

/// How many formatting elements may wait to be opened again.
const MAX_FORMATTING: usize = 200;

/// How often waiting formatting elements may be opened again, beyond twenty an element.
const MAX_REOPENED: usize = 400_000;

/// How many attributes a tag may have: a parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 2000;

/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that begin where their last of kind ends, with what that is looked for inside.
const SELF_CLOSING: &[(&[&str], &[&str])] = &[
    (&["td", "th"], &["tr", "table"]),
    (&["tr"], &["table"]),
    (&["tbody", "thead", "tfoot"], &["table"]),
    (&["li"], &["ul", "ol", "menu", "td", "div"]),
    (&["dt", "dd"], &["dl", "td", "div"]),
    (&["option", "optgroup"], &["select"]),
    (&["p"], &["div", "td", "li", "table", "section"]),
];

/// Parts of tables, whose ends pass the walls of cells.
const ROWS: &[&str] = &["tr", "tbody", "thead", "tfoot"];

/// Elements that a parser opens again after a wrong end.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements that no end of an element inside them reaches through.
const WALLS: &[&str] = &[
    "td",
    "th",
    "caption",
    "table",
    "template",
    "marquee",
    "object",
    "applet",
    "svg",
    "math",
    "foreignobject",
    "button",
    "select",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "xmp", "noframes", "iframe",
];

/// A tag of a page.
struct Tag<'a> {
    name: String,
    is_end: bool,
    /// How many attributes it may have.
    attributes: usize,
    /// What follows it.
    rest: &'a str,
}

/// Finds the end of a tag, marks in quoted values aside, and counts what may
/// be its attributes.
fn end_of_tag(inner: &str) -> (Option<usize>, usize) {
    let mut quote = None;
    let mut after_equals = false;
    let mut attributes = 0;
    for (at, byte) in inner.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) => {
                if byte == open {
                    quote = None;
                    attributes += 1;
                }
            }
            (None, b'>') => return (Some(at), attributes),
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'/') => attributes += usize::from(!after_equals),
            (None, _) => attributes += usize::from(byte.is_ascii_whitespace()),
        }
        // The slashes of an unquoted address are part of a value.
        after_equals = byte == b'=' || after_equals && !byte.is_ascii_whitespace();
    }
    (None, attributes)
}

/// Reads the tag, comment or declaration at the start of a text that starts
/// with `<`; none if it is a mere sign.
fn read_tag(text: &str) -> Option<Tag<'_>> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        return Some(Tag {
            name: String::new(),
            is_end: false,
            attributes: 0,
            rest,
        });
    }
    let inner = &text[1..];
    let (is_end, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let length = inner
        .bytes()
        .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/'))
        .take(32)
        .count();
    let name = inner.get(..length).unwrap_or_default().to_ascii_lowercase();
    let name = if name.starts_with(['!', '?']) {
        String::new()
    } else {
        name
    };
    let (end, attributes) = end_of_tag(inner);
    let rest = end.map_or("", |end| &inner[end + 1..]);
    Some(Tag {
        name,
        is_end,
        attributes,
        rest,
    })
}

/// Skips the content of an element that holds no markup.
fn skip_raw<'a>(name: &str, rest: &'a str) -> &'a str {
    let mut from = rest;
    while let Some(at) = from.find("</") {
        let end = &from[at + 2..];
        if end
            .get(..name.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(name))
        {
            return &from[at..];
        }
        from = end;
    }
    ""
}

/// What stands open at a point of a page.
#[derive(Default)]
struct Open {
    /// The open elements.
    elements: Vec<String>,
    /// The formatting elements that wait to be opened again, with the number
    /// of elements around; an empty name is a wall between them.
    waiting: Vec<(String, usize)>,
}

impl Open {
    /// Opens an element.
    fn open(&mut self, name: &str) {
        let kind = SELF_CLOSING.iter().find(|(kind, _)| kind.contains(&name));
        if let Some((kind, inside)) = kind {
            let at = self
                .elements
                .iter()
                .rposition(|e| kind.contains(&e.as_str()) || inside.contains(&e.as_str()));
            if let Some(at) = at.filter(|&at| kind.contains(&self.elements[at].as_str())) {
                self.truncate(at);
            }
        }
        if FORMATTING.contains(&name) {
            self.waiting.push((name.to_owned(), self.elements.len()));
        } else if WALLS.contains(&name) {
            self.waiting.push((String::new(), self.elements.len()));
        }
        self.elements.push(name.to_owned());
    }

    /// Closes the innermost open element of a name, unless a wall stands before it.
    fn close(&mut self, name: &str) {
        let passes_walls = WALLS.contains(&name) || ROWS.contains(&name);
        let found = self
            .elements
            .iter()
            .rposition(|e| e == name || !passes_walls && WALLS.contains(&e.as_str()));
        if let Some(at) = found.filter(|&at| self.elements[at] == name) {
            self.truncate(at);
        }
        if FORMATTING.contains(&name) {
            let inner = self
                .waiting
                .iter()
                .rposition(|(w, _)| w == name || w.is_empty());
            if let Some(at) = inner.filter(|&at| !self.waiting[at].0.is_empty()) {
                self.waiting.remove(at);
            }
        }
    }

    fn truncate(&mut self, length: usize) {
        self.elements.truncate(length);
        let gone = |(name, depth): &(String, usize)| name.is_empty() && *depth >= length;
        if let Some(at) = self.waiting.iter().position(gone) {
            self.waiting.truncate(at);
        }
    }

    /// Counts the formatting elements that the next element opens again.
    fn waiting_here(&self) -> usize {
        let waiting = self.waiting.iter().rev();
        waiting.take_while(|(name, _)| !name.is_empty()).count()
    }
}

/// Says whether a page is tame enough for a parser.
pub(super) fn is_tame(text: &str) -> bool {
    let mut open = Open::default();
    let (mut reopened, mut elements) = (0_usize, 0_usize);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let Some(tag) = read_tag(&rest[at..]) else {
            rest = &rest[at + 1..];
            continue;
        };
        rest = tag.rest;
        if tag.attributes > MAX_ATTRIBUTES {
            return false;
        }
        let name = tag.name.as_str();
        if name.is_empty() {
            continue;
        }
        if tag.is_end {
            open.close(name);
            continue;
        }
        elements += 1;
        reopened += open.waiting_here();
        if RAW.contains(&name) {
            rest = skip_raw(name, rest);
        } else if !VOID.contains(&name) {
            open.open(name);
        }
        let too_many =
            open.elements.len() > MAX_DEPTH || open.waiting.len() > MAX_FORMATTING + MAX_DEPTH;
        if too_many || reopened > MAX_REOPENED + 20 * elements {
            return false;
        }
    }
    true
}

/// Reads a page as lines, without a tree: tags are dropped, those of blocks part lines.
pub(super) fn flat_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut number = 1;
    let mut current = String::new();
    let mut finish = |current: &mut String, number: usize| {
        for line in plain_lines(current) {
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            if !line.is_empty() {
                lines.push(Line {
                    number: Some(count(number)),
                    text: line,
                    mark: Mark::Plain,
                });
            }
        }
        current.clear();
    };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        current.push_str(&rest[..at]);
        let Some(tag) = read_tag(&rest[at..]) else {
            current.push('<');
            rest = &rest[at + 1..];
            continue;
        };
        let after = if RAW.contains(&tag.name.as_str()) && !tag.is_end {
            skip_raw(&tag.name, tag.rest)
        } else {
            tag.rest
        };
        if !FORMATTING.contains(&tag.name.as_str()) && tag.name != "span" && !tag.name.is_empty() {
            finish(&mut current, number);
        }
        number += rest[..rest.len() - after.len()].matches('\n').count();
        rest = after;
    }
    current.push_str(rest);
    finish(&mut current, number);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_people_save_are_tame() {
        let table = "<table><tr><td>一<td>二<tr><td><b>三</b></table>".repeat(500);
        let list = "<ul><li>一<li>二<p>三<p>四</ul><br><img src=a>".repeat(500);
        let script = "<script>if (a<b) document.write('<div><div>')</script>".repeat(500);
        for page in [table, list, script, "<p>1<2，<<<".repeat(99), String::new()] {
            assert!(is_tame(&page), "{}", &page[..page.len().min(60)]);
        }
    }

    #[test]
    fn depth_and_formatting_that_is_never_closed_are_not() {
        let hidden = "<div><table><tr><td></div></td></tr></table>".repeat(100_000);
        assert!(!is_tame(&"<div>".repeat(100_000)));
        assert!(
            !is_tame(&hidden),
            "an end inside a cell closes nothing outside"
        );
        assert!(!is_tame(&"<b id=1><p>一</p>".repeat(10_000)));
        let many: String = (0..3000).map(|i| format!(" a{i}='>'")).collect();
        assert!(!is_tame(&format!("<p{many}>")));
        assert!(is_tame(&format!("<img src='data:{}'>", "/9 ".repeat(9000))));
        let many = (0..99).map(|i| format!("<b id={i}>")).collect::<String>();
        assert!(!is_tame(&(many + &"<p>一</p>".repeat(500_000))));
    }

    #[test]
    fn a_flat_page_keeps_its_text_and_lines() {
        let lines = flat_lines("<p>一&amp;<b>二</b>\n</p><script>x<y</script>\n<div>三 < 四");
        let read: Vec<(Option<u32>, &str)> =
            lines.iter().map(|l| (l.number, l.text.as_str())).collect();
        assert_eq!(read, [(Some(1), "一&二"), (Some(3), "三 < 四")]);
    }
}
