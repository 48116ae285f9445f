//! Bylines: lines that name the reporters of an article, 《某周刊》 记者
//! 某某|北京报道, 文/某某.
//!
//! All of a line must be understood, so that a sentence that merely mentions a
//! reporter is never a byline.

use super::credits::{Credits, is_outlet_name};
use super::shape::{char_count, is_han, words};

/// Words before and inside bylines that are no names.
const REPORTERS: &str = "\
    特约撰稿人 特约记者 首席记者 见习记者 实习记者 特派记者 驻京记者 全媒体记者 融媒体记者 记者 \
    通讯员 实习生 撰稿人 特约撰稿 评论员";

/// Reads a byline: optional outlet, 记者, names, and optionally 某地报道.
/// All of the line must be understood.
pub(super) fn read_byline(line: &str) -> Option<Credits> {
    let bullets = |c: char| c.is_whitespace() || "■□◆◇●○◎▍▲△★☆※▶►|｜/・·•—-*".contains(c);
    let whole = line
        .trim()
        .trim_matches(|c: char| "（）()【】[]".contains(c));
    let line = whole.trim_matches(bullets);
    if char_count(line) > 70 || line.contains(['。', '！', '？', '“', '”']) {
        return None;
    }
    let mut credits = Credits {
        evidence: whole.trim().to_owned(),
        ..Credits::default()
    };
    // 文/某某, 文｜某某
    for opening in ["文", "撰文", "采写", "作者", "撰稿"] {
        if let Some(rest) = line.strip_prefix(opening)
            && let Some(rest) = rest.trim_start().strip_prefix(['/', '／', '|', '｜', '丨'])
        {
            let first = rest.split(['图', '编']).next().unwrap_or(rest).trim();
            let first = words(REPORTERS)
                .find_map(|w| first.rsplit_once(w))
                .map_or(first, |(_, names)| names);
            credits.author = Some(read_names(first.trim())?);
            return Some(credits);
        }
    }
    let (start, length) = find_reporter(line)?;
    let before = line[..start].trim();
    if !before.is_empty() {
        credits.outlet = Some(read_outlet_prefix(before)?).filter(|name| !name.is_empty());
    }
    let mut rest = line[start + length..]
        .trim_start_matches([':', '：'])
        .trim();
    if rest.ends_with('摄') || rest.ends_with("摄影") {
        return None;
    }
    if let Some(body) = rest.strip_suffix("报道") {
        let (names, place) = split_place(body)?;
        let words =
            rest[names.len()..].trim_matches(|c: char| c.is_whitespace() || "|｜丨/".contains(c));
        if !place.is_empty() {
            credits.from = Some((place.to_owned(), words.to_owned()));
        }
        rest = names;
    } else if let Some((names, place)) = rest.split_once("发自") {
        credits.from = Some((place.trim().to_owned(), format!("发自{}", place.trim())));
        rest = names;
    }
    let rest = rest.trim_end_matches(|c: char| c.is_whitespace() || "|｜丨/".contains(c));
    credits.author = Some(read_names(rest)?);
    Some(credits)
}

/// Finds the first title of a reporter, the longest of several at one place.
fn find_reporter(text: &str) -> Option<(usize, usize)> {
    let found = words(REPORTERS).filter_map(|word| text.find(word).map(|at| (at, word.len())));
    found.min_by_key(|&(at, length)| (at, usize::MAX - length))
}

/// Splits `names place` of `names place报道`.
fn split_place(body: &str) -> Option<(&str, &str)> {
    let body = body.trim_end();
    let body = body.strip_suffix("综合").unwrap_or(body).trim_end();
    let at = body.rfind(|c: char| c.is_whitespace() || "|｜丨/".contains(c))?;
    let place = body[at..].trim_start_matches(|c: char| c.is_whitespace() || "|｜丨/".contains(c));
    (char_count(place) <= 8 && place.chars().all(is_han)).then_some((&body[..at], place))
}

/// Reads what stands before 记者: 《某周刊》, 某报, 本报. Yields an empty
/// name for 本报 and its like.
fn read_outlet_prefix(before: &str) -> Option<String> {
    let name = before.trim_matches(|c: char| c.is_whitespace() || "《》「」|｜/·".contains(c));
    if name.is_empty() || is_own_name(name) {
        return Some(String::new());
    }
    let titled = before.starts_with('《') && before.ends_with('》') && char_count(name) <= 16;
    (titled || is_outlet_name(name)).then(|| name.to_owned())
}

/// Says whether a word is how an outlet calls itself.
pub(super) fn is_own_name(word: &str) -> bool {
    matches!(word, "本报" | "本刊" | "本网" | "本社" | "本台")
}

/// Reads names of people, two to four Han each (with · also longer), set
/// apart by spaces or marks. Yields them joined with a space.
pub(super) fn read_names(text: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let mut single: Option<String> = None;
    for word in text.split(|c: char| c.is_whitespace() || "、，,;；/|｜丨&".contains(c)) {
        if word.is_empty() || words(REPORTERS).any(|title| title == word) {
            continue;
        }
        let word = words(REPORTERS)
            .find_map(|title| word.strip_prefix(title))
            .unwrap_or(word);
        let length = char_count(word);
        let is_name = word.chars().all(|c| is_han(c) || c == '·' || c == '•');
        match (is_name, length) {
            // 王 鹏 is one name set wide.
            (true, 1) => match single.take() {
                Some(first) => names.push(first + word),
                None => single = Some(word.to_owned()),
            },
            (true, 2..=4) => names.push(word.to_owned()),
            (true, 5..=14) if word.contains(['·', '•']) => names.push(word.to_owned()),
            _ => return None,
        }
    }
    (single.is_none() && !names.is_empty() && names.len() <= 12).then(|| names.join(" "))
}

/// Reads （记者 某某、某某） that stands at the start of a text or ends it.
pub(super) fn read_bracketed_names(text: &str) -> Option<String> {
    let open = text.find(['（', '('])?;
    if char_count(&text[..open]) > 12 {
        return None;
    }
    let rest = &text[open..];
    let close = rest.find(['）', ')'])?;
    let inner = rest[..close].trim_start_matches(['（', '(']);
    let (start, length) = find_reporter(inner)?;
    read_names(inner[start + length..].trim_start_matches([':', '：']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_are_read_in_many_shapes() {
        for (line, outlet, author, from) in [
            (
                "《甲城周刊》 记者 林一|北京报道",
                Some("甲城周刊"),
                "林一",
                Some("北京"),
            ),
            ("本报记者 林一 王二", None, "林一 王二", None),
            (
                "■ 甲城日报记者 林一 通讯员 王 二",
                Some("甲城日报"),
                "林一 王二",
                None,
            ),
            ("文/林一", None, "林一", None),
            (
                "（记者 阿依古丽·买买提、林一）",
                None,
                "阿依古丽·买买提 林一",
                None,
            ),
            ("本刊记者 林一 发自深圳", None, "林一", Some("深圳")),
        ] {
            let credits = read_byline(line).expect(line);
            assert_eq!(credits.outlet.as_deref(), outlet, "{line}");
            assert_eq!(credits.author.as_deref(), Some(author), "{line}");
            assert_eq!(credits.from.map(|f| f.0).as_deref(), from, "{line}");
        }
    }

    #[test]
    fn a_sentence_about_reporters_is_no_byline() {
        for line in [
            "记者从甲市发改委获悉",
            "王鹏对《甲城周刊》记者说",
            "甲社记者 林一 摄",
            "记者走进智算中心",
        ] {
            assert_eq!(read_byline(line), None, "{line}");
        }
    }
}
