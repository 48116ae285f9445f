//! Places that a text reports on, told by how it speaks of them: where it was
//! held, who was visited, what a round-up goes through.
//!
//! A place that merely stands as an example (在贵州，…) is none of these.

use super::gazetteer::{Division, DivisionLevel};
use super::mention::{Mention, find_mentions, may_begin_with_mention};
use super::shape::{first_chars, is_han};
use super::tally::Tally;

/// Says whether a mention is the place where something is held: 在北京举行.
pub(super) fn is_venue(text: &str, mention: &Mention) -> bool {
    let held = [
        "举行", "召开", "开幕", "闭幕", "会见", "会谈", "举办", "出席",
    ];
    let after = text[mention.range.end..].trim_start_matches('市');
    text[..mention.range.start].ends_with('在') && held.iter().any(|word| after.starts_with(word))
}

/// Finds the places of a visit: 在北京、河北、内蒙古调研.
pub(super) fn visited<'a>(text: &str, mentions: &'a [Mention]) -> &'a [Mention] {
    let visits = ["调研", "考察", "视察", "走访"];
    for (last, mention) in mentions.iter().enumerate() {
        let after = &text[mention.range.end..];
        if !visits.iter().any(|word| after.starts_with(word)) {
            continue;
        }
        let mut first = last;
        while first > 0
            && matches!(
                text[mentions[first - 1].range.end..mentions[first].range.start].trim(),
                "、" | "和" | "及" | "，"
            )
        {
            first -= 1;
        }
        if text[..mentions[first].range.start].ends_with(['在', '到', '赴']) {
            return &mentions[first..=last];
        }
    }
    &[]
}

/// The places of a round-up: at least three that sentences report on, each
/// with the sentence. What merely stands as an example (在贵州，…) does not count.
pub(super) fn round_up(body: &[&str]) -> Vec<(Division, String)> {
    let mut found: Vec<(Division, String)> = Vec::new();
    for sentence in body.iter().flat_map(|text| text.split(['。', '；'])) {
        if !may_begin_with_mention(sentence) {
            continue;
        }
        let mentions = find_mentions(sentence);
        let Some(first) = mentions.first().filter(|m| m.range.start == 0) else {
            continue;
        };
        let [division] = first.divisions else {
            continue;
        };
        // A list of places, or a place that a thing belongs to, reports on none.
        let after = sentence[first.range.end..].chars().next();
        let is_subject = after.is_some_and(|c| is_han(c) && !"的与和及等至".contains(c));
        let is_province = division.level() == DivisionLevel::Province;
        if is_subject && is_province && found.iter().all(|(known, _)| known != division) {
            found.push((*division, first_chars(sentence, 40).to_owned()));
        }
    }
    if found.len() < 3 {
        found.clear();
    }
    found
}

/// Finds the provinces that a text counts up (由山西、河南、安徽三省组成) and
/// that are written of elsewhere too. `mentions` are those of the text.
pub(super) fn listed(
    text: &str,
    mentions: &[Mention],
    tally: &Tally,
) -> Option<Vec<(Division, String)>> {
    let mut first = 0;
    for last in 0..mentions.len() {
        let range = &mentions[last].range;
        if last > 0 && &text[mentions[last - 1].range.end..range.start] != "、" {
            first = last;
        }
        let after = text[range.end..].trim_start_matches('等');
        let unit = after.trim_start_matches(|c: char| "两三四五六七八九十".contains(c));
        let is_count = unit.len() < after.len() && unit.starts_with(['省', '市', '区', '地']);
        if !is_count || last - first < 2 {
            continue;
        }
        let divisions = mentions[first..=last]
            .iter()
            .filter_map(|m| match m.divisions {
                [one] => Some(*one),
                _ => None,
            });
        let divisions = divisions.filter(|division| tally.count(division) > 1);
        let found: Vec<(Division, String)> = divisions
            .map(|division| (division, first_chars(text, 40).to_owned()))
            .collect();
        if found.len() > 2 {
            return Some(found);
        }
    }
    None
}

/// Finds the place of the paper that an article calls 我省 or 我市 in: 甲城日报讯.
pub(super) fn own_paper<'a>(body: &[&'a str]) -> Option<(Division, &'a str)> {
    let opening = first_chars(body.first()?, 60);
    let is_own = |text: &&str| {
        ["我省", "我市", "我区", "我县"]
            .iter()
            .any(|own| text.contains(own))
    };
    if !body.iter().any(is_own) {
        return None;
    }
    ["日报", "晚报", "晨报", "都市报", "卫视", "电视台"]
        .iter()
        .find_map(|paper| {
            let end = opening.find(paper)?;
            let name = &opening[..end];
            let last = find_mentions(name).into_iter().next_back()?;
            let is_name = last.range.end == name.len();
            let [division] = last.divisions else {
                return None;
            };
            is_name.then(|| (*division, &opening[last.range.start..end + paper.len()]))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: Vec<(Division, String)>) -> Vec<&'static str> {
        found
            .into_iter()
            .map(|(division, _)| division.name)
            .collect()
    }

    #[test]
    fn a_round_up_is_about_the_places_its_sentences_report_on() {
        let body = [
            "江苏谋划新产业。辽宁提出新措施。",
            "上海发布方案；在贵州，项目开工。",
        ];
        assert_eq!(names(round_up(&body)), ["江苏", "辽宁", "上海"]);
        assert!(round_up(&["江苏谋划新产业。辽宁的企业多。上海、浙江领先。"]).is_empty());
    }

    #[test]
    fn provinces_that_are_counted_up_count_if_they_are_written_of() {
        let text = "某地区由河南、安徽、湖北三省组成。";
        let mut tally = Tally::default();
        for mention in find_mentions("河南、河南、安徽、安徽、湖北") {
            tally.add(mention.divisions[0]);
        }
        let in_text = |text: &str, tally: &Tally| listed(text, &find_mentions(text), tally);
        assert_eq!(in_text(text, &tally), None);
        for mention in find_mentions("湖北") {
            tally.add(mention.divisions[0]);
        }
        assert_eq!(
            in_text(text, &tally).map(names),
            Some(vec!["河南", "安徽", "湖北"])
        );
        assert_eq!(in_text("河南、安徽、湖北领先", &tally), None);
    }

    #[test]
    fn the_places_of_a_visit_are_reported_on() {
        let visit = |text: &str| -> Vec<&str> {
            let mentions = find_mentions(text);
            visited(text, &mentions)
                .iter()
                .map(|m| m.divisions[0].name)
                .collect()
        };
        assert_eq!(
            visit("某人先后在北京、河北、内蒙古调研算力网"),
            ["北京", "河北", "内蒙古"]
        );
        assert!(visit("某人在北京会见客人，据上海调研显示").is_empty());
    }

    #[test]
    fn a_paper_that_says_our_province_names_it() {
        let found = own_paper(&["某网讯（福建日报记者 林一）近日", "目前，我省已建成平台。"]);
        assert_eq!(found.map(|f| f.0.name), Some("福建"));
        assert_eq!(own_paper(&["某网讯（福建日报记者 林一）近日"]), None);
    }
}
