//! Which titles are those of one document.
//!
//! A title comes wrapped (关于印发《…》的通知), as a draft (征求意见稿), on trial
//! (试行), without its issuer, its years or a 的. Its *core* is what these forms
//! have in common. Whether a difference makes another document cannot be known
//! from titles alone: what is joined is always shown, and documents that have
//! different numbers are never joined (see [`super::document`]).

/// What says, at the end of a title, in which state the document is.
const STATES: [&str; 10] = [
    "公开征求意见稿",
    "征求意见稿",
    "送审稿",
    "审议稿",
    "讨论稿",
    "修改稿",
    "修订草案",
    "草案",
    "试行",
    "暂行",
];

/// What a notice does with the document that it carries.
const WRAPS: [&str; 10] = [
    "转发",
    "关于印发",
    "关于转发",
    "关于发布",
    "关于公布",
    "关于下达",
    "关于对",
    "关于公开征求",
    "关于征求",
    "关于就",
];

/// What such a notice is.
const NOTICES: [&str; 4] = ["通知", "公告", "通告", "函"];

/// What a body that issues documents ends with.
const BODIES: [&str; 10] = [
    "人民政府",
    "政府",
    "国务院",
    "办公厅",
    "办公室",
    "委员会",
    "部",
    "局",
    "厅",
    "委",
];

/// The core of a title, given as a key: letters, Han and digits, folded.
pub(super) fn core(key: &str) -> String {
    let mut core = years_as_digits(key);
    loop {
        let before = core.len();
        if let Some(carried) = unwrapped(&core) {
            core = carried.to_owned();
        }
        if let Some(settled) = settled(&core) {
            core = settled.to_owned();
        }
        if core.len() == before {
            break;
        }
    }
    let core = core.strip_prefix("关于").unwrap_or(&core).replace('的', "");
    without_rank(&core)
}

/// Shorter cores that mean the same document if only one has them: without the
/// body that issued it, without its years.
pub(super) fn shorter(core: &str) -> Vec<String> {
    let without_issuer = issuing_body(core).map(|(_, rest)| rest.to_owned());
    let mut shorter: Vec<String> = without_issuer.into_iter().collect();
    let all: Vec<&str> = std::iter::once(core)
        .chain(shorter.iter().map(String::as_str))
        .collect();
    let undated: Vec<String> = all
        .into_iter()
        .filter_map(without_years)
        .map(str::to_owned)
        .collect();
    shorter.extend(undated);
    // Of a short title there are many.
    shorter.retain(|title| title.chars().count() >= 8);
    shorter
}

/// The body at the beginning of a title that names one before 关于, and the rest.
pub(super) fn issuing_body(title: &str) -> Option<(&str, &str)> {
    let at = title.find("关于")?;
    let (body, rest) = title.split_at(at);
    let is_body = BODIES.iter().any(|end| body.ends_with(end));
    is_body.then(|| (body, rest.trim_start_matches("关于")))
}

/// Whether a title says of itself that it is not the final text.
pub(super) fn is_draft(key: &str) -> bool {
    ["征求意见", "送审稿", "讨论稿", "草案"]
        .iter()
        .any(|word| key.contains(word))
}

/// The document that a notice carries.
fn unwrapped(title: &str) -> Option<&str> {
    let notice = NOTICES.iter().find_map(|end| title.strip_suffix(end))?;
    let notice = notice.strip_suffix('的').unwrap_or(notice);
    let notice = notice.strip_suffix("意见").unwrap_or(notice);
    let starts = WRAPS.iter().filter_map(|wrap| {
        let at = notice.find(wrap)?;
        Some((at, &notice[at + wrap.len()..]))
    });
    let (_, carried) = starts.min_by_key(|(at, _)| *at)?;
    let carried = carried.strip_suffix("公开征求").unwrap_or(carried);
    (carried.chars().count() >= 4).then_some(carried)
}

/// A title without the state at its end.
fn settled(title: &str) -> Option<&str> {
    let end = STATES.iter().find(|end| title.ends_with(*end))?;
    let settled = &title[..title.len() - end.len()];
    (settled.chars().count() >= 4).then_some(settled)
}

/// 2023至2025年 and 2023—2025年 as 20232025.
fn years_as_digits(title: &str) -> String {
    let characters: Vec<char> = title.chars().collect();
    let is_year = |at: usize| {
        characters.get(at..at + 4).is_some_and(|year| {
            year.iter().all(char::is_ascii_digit)
                && (year[0] == '2' || (year[0] == '1' && year[1] == '9'))
        })
    };
    let mut text = String::with_capacity(title.len());
    let mut at = 0;
    while at < characters.len() {
        if is_year(at) {
            let joins = characters[at + 4..]
                .iter()
                .take_while(|c| matches!(c, '年' | '至' | '到'))
                .count();
            if is_year(at + 4 + joins) {
                text.extend(&characters[at..at + 4]);
                text.extend(&characters[at + 4 + joins..at + 8 + joins]);
                at += 8 + joins;
                if characters.get(at) == Some(&'年') {
                    at += 1;
                }
                continue;
            }
        }
        text.push(characters[at]);
        at += 1;
    }
    text
}

/// A title without the two years at its end.
fn without_years(title: &str) -> Option<&str> {
    let digits = title.len() - title.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (digits == 8).then(|| &title[..title.len() - digits])
}

/// A title without 市 or 省 behind the name it begins with.
fn without_rank(title: &str) -> String {
    let rank = title.char_indices().take(5).skip(2);
    match rank.into_iter().find(|(_, c)| matches!(c, '市' | '省')) {
        Some((at, rank)) => format!("{}{}", &title[..at], &title[at + rank.len_utf8()..]),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::document_key;

    fn core_of(title: &str) -> String {
        core(&document_key(title))
    }

    #[test]
    fn every_form_of_a_title_has_one_core() {
        let forms = [
            "甲市算力券管理办法",
            "甲市算力券管理办法（试行）",
            "《甲市算力券管理办法（征求意见稿）》",
            "甲市算力券管理办法（草案·公开征求意见稿）",
            "关于印发《甲市算力券管理办法》的通知",
            "甲市人民政府关于印发甲市算力券管理办法（试行）的通知",
            "甲市科技局转发甲市人民政府关于印发《甲市算力券管理办法》的通知的通知",
            "关于公开征求《甲市算力券管理办法（征求意见稿）》意见的公告",
            "关于《甲市算力券的管理办法》",
        ];
        for form in forms {
            assert_eq!(core_of(form), core_of(forms[0]), "{form}");
        }
    }

    #[test]
    fn other_documents_have_other_cores() {
        let titles = [
            "甲市算力券管理办法",
            "甲市算力券管理办法实施细则",
            "乙市算力券管理办法",
            "甲市算力券管理暂行办法",
            "甲市算力券管理办法（2.0版）",
            "关于开展算力券试点工作的通知",
            "关于算力券试点工作的通报",
        ];
        for (at, one) in titles.iter().enumerate() {
            for other in &titles[..at] {
                assert_ne!(core_of(one), core_of(other));
            }
        }
    }

    #[test]
    fn years_are_one_however_they_are_written() {
        let plan = "甲市行动计划（2023—2025年）";
        assert_eq!(core_of(plan), core_of("甲市行动计划（2023年至2025年）"));
        assert_eq!(core_of(plan), core_of("甲市行动计划(2023-2025)"));
        assert_ne!(core_of(plan), core_of("甲市行动计划（2024—2025年）"));
    }

    #[test]
    fn a_title_is_shortened_by_its_issuer_and_its_years() {
        let shorter = shorter(&core_of(
            "甲市人民政府关于推动算力产业发展的行动计划（2023—2025年）",
        ));
        assert!(shorter.contains(&core_of("推动算力产业发展的行动计划")));
        assert!(shorter.contains(&core_of("关于推动算力产业发展行动计划（2023-2025）")));
    }
}
