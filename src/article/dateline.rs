//! Datelines: what a paragraph opens with in the news, 某社北京5月30日电（记者
//! 某某）, 某报讯, 某网消息.

use super::byline::{is_own_name, read_bracketed_names};
use super::credits::{Credits, is_outlet_name};
use super::date::{find_dates, find_month_day};
use super::model::DatePrecision;
use super::names::Names;
use super::shape::{char_count, first_chars, is_han, words};
use std::sync::LazyLock;

/// Words that a dateline ends in.
const ENDS: &str = "专电 电讯 电 讯 消息 报道";

/// What the names of the outlets of datelines end in.
const OUTLET_ENDS: &str = "社 网 报 刊 在线 台 客户端 新闻 周刊";

/// Outlets whose names do not end like one, and those that open datelines most.
const KNOWN_OUTLETS: &str = "\
    新华社 中新社 中新网 中新经纬 人民网 新华网 央视网 央广网 光明网 中国网 参考消息网 澎湃新闻 界面新闻 \
    财联社 第一财经 IT之家 36氪 每经 南都 红星新闻 极目新闻 上游新闻 封面新闻 中国新闻网 科技日报 经济日报 \
    人民日报 光明日报 证券时报 中国证券报 上海证券报 中国青年报 中国日报 工人日报 法治日报 农民日报";

static KNOWN: LazyLock<Names> = LazyLock::new(|| Names::new(words(KNOWN_OUTLETS).collect()));

/// How far into a text that was scraped onto one line a dateline may stand.
const MAX_BEFORE: usize = 150;

/// Reads the dateline of a text: at its start, or, behind captions and
/// repeated headlines that were scraped onto its line, that of a known outlet.
pub(super) fn find_dateline(text: &str) -> Option<Credits> {
    if let Some(credits) = read_dateline(text).or_else(|| read_reporter(text)) {
        return Some(credits);
    }
    let opening = first_chars(text, MAX_BEFORE);
    let is_dated = |credits: &Credits| credits.date.is_some() || credits.month_day.is_some();
    KNOWN
        .starts_in(opening)
        .find_map(|at| read_dateline(&text[at..]).filter(is_dated))
        .or_else(|| {
            let original = text.strip_prefix("原标题：")?;
            let lines = original.split("  ").skip(1);
            lines.map(str::trim_start).find_map(read_reporter)
        })
}

/// Reads the outlet whose reporter a text opens with: 某在线记者 林一.
fn read_reporter(text: &str) -> Option<Credits> {
    let opening = first_chars(text.trim_start(), 20);
    let before = opening[..opening.find("记者")?].trim();
    let name = before.strip_suffix('讯').unwrap_or(before);
    let is_known = words(KNOWN_OUTLETS).any(|known| known == name);
    let is_like_one = ["社", "网", "报", "刊", "在线", "客户端", "新闻"]
        .iter()
        .any(|end| name.ends_with(end));
    let is_name = is_outlet_name(name) && is_like_one && char_count(name) <= 10;
    let is_any = ["当地", "多家", "据", "有", "各", "本", "一"]
        .iter()
        .any(|word| name.starts_with(word));
    (is_known || is_name && !is_any).then(|| Credits {
        outlet: Some(name.to_owned()),
        evidence: format!("{before}记者"),
        ..Credits::default()
    })
}

/// Reads the dateline that a paragraph opens with: 某社北京5月30日电（记者
/// 某某）, 某报讯, 某网消息.
pub(super) fn read_dateline(paragraph: &str) -> Option<Credits> {
    let paragraph = paragraph.trim_start();
    let paragraph = paragraph.trim_start_matches(['【', '[', '（', '(']);
    let opening = first_chars(paragraph, 60);
    let mut credits = Credits::default();
    // The name itself may hold such a word: 参考消息网.
    let name = known_outlet(opening).map_or(0, str::len);
    let (head_end, word) = first_end(&opening[name..]).map(|(at, word)| (name + at, word))?;
    let end = head_end + word.len();
    let head = opening[..head_end].trim();
    if head.is_empty()
        || char_count(head) > 28
        || head.contains(['，', '。', '、', '“', '《', '；', '？', '！', '：', ':'])
    {
        return None;
    }
    let before_brackets = head.split(['（', '(']).next().unwrap_or(head).trim();
    let (day_start, has_day) = match day_of(before_brackets, &mut credits) {
        Some(start) => (start, true),
        None => (before_brackets.len(), false),
    };
    let names = before_brackets[..day_start].trim();
    let (outlet, place) = split_outlet(names);
    let place = place.trim();
    if outlet.is_empty() && (!has_day || word == "报道")
        || char_count(place) > 10
        || !place.chars().all(|c| is_han(c) || c == '/')
    {
        return None;
    }
    // 某网8月2日报道, but not 某社在某地8月2日报道.
    if word == "报道" && (!has_day || !place.is_empty()) {
        return None;
    }
    // 某地5月30日电 needs no outlet, but 5月30日电 alone says nothing of a place.
    if !has_day && !place.is_empty() {
        return None;
    }
    credits.evidence = opening[..end].trim().to_owned();
    if !outlet.is_empty() && !is_own_name(outlet) {
        credits.outlet = Some(outlet.to_owned());
    }
    if !place.is_empty() {
        credits.from = Some((place.to_owned(), credits.evidence.clone()));
    }
    credits.author = read_bracketed_names(head).or_else(|| read_bracketed_names(&paragraph[end..]));
    Some(credits)
}

/// Finds the day that the head of a dateline ends in.
fn day_of(head: &str, credits: &mut Credits) -> Option<usize> {
    if let Some(date) = find_dates(head)
        .into_iter()
        .find(|d| d.precision == DatePrecision::Day)
    {
        if !head[date.range.end..].trim().is_empty() {
            return None;
        }
        let start = date.range.start;
        credits.date = Some(date);
        return Some(start);
    }
    let day = find_month_day(head).filter(|day| head[day.range.end..].trim().is_empty())?;
    let start = day.range.start;
    credits.month_day = Some(day);
    Some(start)
}

/// Finds the known outlet that a text begins with.
fn known_outlet(text: &str) -> Option<&str> {
    KNOWN.at_start(text).map(|(_, length)| &text[..length])
}

/// Finds the first of the words that a dateline ends in: where it stands.
fn first_end(text: &str) -> Option<(usize, &'static str)> {
    text.char_indices().find_map(|(at, first)| {
        // What they begin with: a look that is cheap.
        let begins = matches!(first, '专' | '电' | '讯' | '消' | '报').then_some(&text[at..])?;
        let ends = words(ENDS).filter(|word| begins.starts_with(word));
        ends.min_by_key(|word| word.len()).map(|word| (at, word))
    })
}

/// Splits 某社某地 into outlet and place: the outlet is the longest opening
/// that ends like one.
fn split_outlet(names: &str) -> (&str, &str) {
    if let Some(name) = known_outlet(names) {
        return names.split_at(name.len());
    }
    let mut best = 0;
    for (at, c) in names.char_indices().take(12) {
        let end = at + c.len_utf8();
        if at > 0 && words(OUTLET_ENDS).any(|word| names[..end].ends_with(word)) {
            best = end;
        }
    }
    names.split_at(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_give_outlet_place_day_and_reporters() {
        let credits = read_dateline("中新社福州9月12日电 (记者 林一)甲市今天").expect("a dateline");
        assert_eq!(credits.outlet.as_deref(), Some("中新社"));
        assert_eq!(credits.from.map(|f| f.0).as_deref(), Some("福州"));
        assert!(credits.month_day.is_some());
        assert_eq!(credits.author.as_deref(), Some("林一"));
        assert_eq!(
            read_dateline("甲城日报讯（记者林一、王二）昨日")
                .and_then(|c| c.author)
                .as_deref(),
            Some("林一 王二")
        );
        assert_eq!(
            read_dateline("某网消息（早间节目）：今天")
                .and_then(|c| c.outlet)
                .as_deref(),
            Some("某网")
        );
        assert_eq!(read_dateline("5月30日，甲市的电网公司"), None);
        assert_eq!(read_dateline("甲市电信公司"), None);
    }

    #[test]
    fn a_text_on_one_line_keeps_its_dateline_behind_captions() {
        for (text, outlet) in [
            ("原标题：甲市发券某社", None),
            (
                "原标题：甲市发券新华社乙市8月10日电题：甲市发券",
                Some("新华社"),
            ),
            (
                "活动现场。主办方供图人民网北京7月21日电 （记者林一）昨日",
                Some("人民网"),
            ),
            ("参考消息网8月2日报道 据某报报道", Some("参考消息网")),
            ("IT之家 7 月 27 日消息，甲市发券", Some("IT之家")),
            ("甲城在线记者 林一8月18日，甲市发券", Some("甲城在线")),
            ("当地电视台记者走进甲市", None),
            ("新华社区的居民8月2日报道了情况", None),
        ] {
            let found = find_dateline(text).and_then(|credits| credits.outlet);
            assert_eq!(found.as_deref(), outlet, "{text}");
        }
    }

    #[test]
    fn a_bracket_before_a_dateline_does_not_shift_what_follows() {
        // Seen while fuzzing: the end was counted without the bracket and cut 息 in two.
        let credits = read_dateline("[甲视网消息（某某节目）：甲市昨日发放算力券。");
        assert!(credits.is_none_or(|c| c.author.is_none()));
        let credits = read_dateline("【甲网乙市5月30日电】（记者 林一）甲市今天发券。");
        assert_eq!(credits.and_then(|c| c.author).as_deref(), Some("林一"));
    }
}
