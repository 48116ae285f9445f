//! Strips inline markup from Markdown: HTML tags and entities, emphasis, links.

/// HTML elements that part one line of text from the next.
const BLOCK_TAGS: &[&str] = &[
    "p",
    "br",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "blockquote",
    "section",
    "hr",
];

/// HTML elements that stand inside a line.
const INLINE_TAGS: &[&str] = &[
    "strong",
    "b",
    "em",
    "i",
    "u",
    "span",
    "a",
    "font",
    "img",
    "sup",
    "sub",
    "td",
    "th",
    "tbody",
    "thead",
    "center",
    "small",
    "mark",
    "code",
    "del",
    "s",
    "figure",
    "figcaption",
    "video",
    "iframe",
    "article",
    "header",
    "footer",
];

/// Splits a line at block tags and drops all known tags; entities become
/// characters. A `<` that opens no known tag is text.
pub(super) fn plain_lines(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = line;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        push(&mut lines, before);
        if let Some((length, is_block)) = tag(from) {
            if is_block {
                lines.push(String::new());
            }
            rest = &from[length..];
        } else if let Some((length, c)) = entity(from) {
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            rest = &from[length..];
        } else {
            push(&mut lines, &from[..1]);
            rest = &from[1..];
        }
    }
    push(&mut lines, rest);
    lines.retain(|line| !line.trim().is_empty());
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

/// Reads a known tag. Yields its length and whether it parts lines.
fn tag(text: &str) -> Option<(usize, bool)> {
    let inner = text.strip_prefix('<')?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name_length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = inner[..name_length].to_ascii_lowercase();
    let is_block = BLOCK_TAGS.contains(&name.as_str());
    if !is_block && !INLINE_TAGS.contains(&name.as_str()) {
        return None;
    }
    if !inner[name_length..].starts_with([' ', '>', '/', '\t']) {
        return None;
    }
    let end = find_near(text, b'>')?;
    Some((end + 1, is_block))
}

/// Finds a mark that stands near: looking for each to the end of a page would be slow.
fn find_near(text: &str, mark: u8) -> Option<usize> {
    text.bytes().take(2000).position(|byte| byte == mark)
}

/// Reads a character entity.
fn entity(text: &str) -> Option<(usize, char)> {
    let inner = text.strip_prefix('&')?;
    let end = inner
        .char_indices()
        .take(10)
        .find(|(_, c)| *c == ';')
        .map(|(at, _)| at)?;
    let name = &inner[..end];
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" => ' ',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "middot" => '·',
        "mdash" => '—',
        "hellip" => '…',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?
        }
    };
    Some((end + 2, c))
}

/// Drops the marks of emphasis and the addresses of links; the link to an
/// original keeps its address, since it is the article's own.
pub(super) fn strip_inline(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '*', '!', '_', '`']) {
        plain.push_str(&rest[..at]);
        let from = &rest[at..];
        let image = from
            .strip_prefix('!')
            .filter(|inner| inner.starts_with('['));
        if let Some((length, label)) = link(image.unwrap_or(from)) {
            let length = length + usize::from(image.is_some());
            if label.contains("原文") {
                plain.push_str(&from[..length]);
            } else {
                plain.push_str(label);
            }
            rest = &from[length..];
            continue;
        }
        if let Some(after) = from.strip_prefix("**").or_else(|| from.strip_prefix("__")) {
            rest = after;
            continue;
        }
        let c_length = from.chars().next().map_or(1, char::len_utf8);
        plain.push_str(&from[..c_length]);
        rest = &from[c_length..];
    }
    plain.push_str(rest);
    plain
}

/// Reads `[label](address)`. Yields its length and label.
fn link(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('[')?;
    let close = find_near(inner, b']')?;
    let after = inner[close + 1..].strip_prefix('(')?;
    let end = find_near(after, b')')?;
    let address = &after[..end];
    let looks_right = !address.contains(['（', '，', '。'])
        && (address.contains('/') || address.contains('.') || address.starts_with('#'));
    looks_right.then(|| (1 + close + 1 + 1 + end + 1, &inner[..close]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_tags_are_dropped() {
        assert_eq!(plain_lines("PM2.5<35，a<b>c</b>"), ["PM2.5<35，ac"]);
        assert_eq!(
            plain_lines("<p class=\"x\">一</p><p>二<br/>三</p>"),
            ["一", "二", "三"]
        );
        assert_eq!(
            plain_lines("AT&T &amp; &#8220;甲&#x201d;&nbsp;"),
            ["AT&T & “甲” "]
        );
        assert_eq!(plain_lines("<未知>与<"), ["<未知>与<"]);
    }

    #[test]
    fn links_keep_their_label_and_brackets_stay() {
        assert_eq!(
            strip_inline("见[附件](a/b.html)和[1]，**重**"),
            "见附件和[1]，重"
        );
        assert_eq!(strip_inline("国发[2017](35)号"), "国发[2017](35)号");
        assert_eq!(
            strip_inline("[查看原文](https://a.cn/x)"),
            "[查看原文](https://a.cn/x)"
        );
        assert_eq!(strip_inline("![图](a.png)说"), "图说");
    }
}
