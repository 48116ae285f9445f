//! Datelines: what a paragraph opens with in the news, 某社北京5月30日电（记者
//! 某某）, 某报讯, 某网消息.

use super::byline::{is_own_name, read_bracketed_names};
use super::credits::Credits;
use super::date::{find_dates, find_month_day};
use super::model::DatePrecision;
use super::shape::{char_count, first_chars, is_han, words};

/// Words that a dateline ends in.
const ENDS: &str = "专电 电讯 电 讯 消息";

/// What the names of the outlets of datelines end in.
const OUTLET_ENDS: &str = "社 网 报 刊 在线 台 客户端 新闻 周刊";

/// Reads the dateline that a paragraph opens with: 某社北京5月30日电（记者
/// 某某）, 某报讯, 某网消息.
pub(super) fn read_dateline(paragraph: &str) -> Option<Credits> {
    let paragraph = paragraph.trim_start();
    let paragraph = paragraph.trim_start_matches(['【', '[', '（', '(']);
    let opening = first_chars(paragraph, 60);
    let mut credits = Credits::default();
    let (head_end, end) = words(ENDS)
        .filter_map(|word| opening.find(word).map(|at| (at, at + word.len())))
        .min()?;
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
    if outlet.is_empty() && !has_day
        || char_count(place) > 10
        || !place.chars().all(|c| is_han(c) || c == '/')
    {
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

/// Splits 某社某地 into outlet and place: the outlet is the longest opening
/// that ends like one.
fn split_outlet(names: &str) -> (&str, &str) {
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
    fn a_bracket_before_a_dateline_does_not_shift_what_follows() {
        // Seen while fuzzing: the end was counted without the bracket and cut 息 in two.
        let credits = read_dateline("[甲视网消息（某某节目）：甲市昨日发放算力券。");
        assert!(credits.is_none_or(|c| c.author.is_none()));
        let credits = read_dateline("【甲网乙市5月30日电】（记者 林一）甲市今天发券。");
        assert_eq!(credits.and_then(|c| c.author).as_deref(), Some("林一"));
    }
}
