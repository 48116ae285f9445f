//! JSON: one object an answer, or one line a hit.
//!
//! The keys and their order are the command contract (DESIGN.md §9): they are
//! never renamed; new ones are added at the end of their object. Control, bidi
//! and zero-width characters are written as `\uXXXX`, so that the output is
//! the same data for a program and harmless on a terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use super::escape::hidden_characters;
use super::survey::{FacetObject, facet_objects};
use crate::article::{DatePrecision, Place};
use crate::search::{Answer, Attempt, Hit, LaneCounts, Stale, Suggestion, Total};
use crate::survey::Facets;

/// Writes the answer as one JSON object on one line.
///
/// In a run of many queries `qid` names the one that is answered.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_json(answer: &Answer, qid: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    write_object(&AnswerObject::new(answer, qid), out)
}

/// Writes the answer as [`write_json`] does, with `facets` of it: a list of
/// `{by, unit, values, more, without}`.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_json_with_facets(
    answer: &Answer,
    facets: &[Facets],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut object = AnswerObject::new(answer, None);
    object.facets = facet_objects(facets);
    write_object(&object, out)
}

/// Writes each hit as one JSON object on a line of its own.
///
/// The objects are those of `hits` in [`write_json`]. In a run of many queries
/// each begins with the `qid` of its query.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_jsonl(answer: &Answer, qid: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    for hit in &answer.hits {
        write_object(&HitObject::new(hit, qid), out)?;
    }
    Ok(())
}

/// Writes `value` as one line of JSON.
pub(crate) fn write_object(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Visible);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// A byte range of a text with the same range in characters.
#[derive(Debug, Serialize)]
pub(crate) struct MarkObject {
    pub(crate) bytes: [usize; 2],
    pub(crate) chars: [usize; 2],
}

/// Adds character offsets to byte ranges of `text`, leaving out ranges that
/// are none.
pub(crate) fn mark_objects(text: &str, marks: &[Range<usize>]) -> Vec<MarkObject> {
    let mut objects = Vec::with_capacity(marks.len());
    // Marks are sorted, so each character is counted once.
    let mut byte = 0;
    let mut char = 0;
    for mark in marks {
        let (Some(before), Some(marked)) = (text.get(byte..mark.start), text.get(mark.clone()))
        else {
            continue;
        };
        let start = char + before.chars().count();
        char = start + marked.chars().count();
        byte = mark.end;
        objects.push(MarkObject {
            bytes: [mark.start, mark.end],
            chars: [start, char],
        });
    }
    objects
}

#[derive(Serialize)]
struct AnswerObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    qid: Option<&'a str>,
    query: &'a str,
    notes: &'a [String],
    lanes: LanesObject,
    total: TotalObject,
    stale: Option<StaleObject<'a>>,
    took_ms: f64,
    hits: Vec<HitObject<'a>>,
    undated: usize,
    tried: Vec<AttemptObject<'a>>,
    suggestions: Vec<SuggestionObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facets: Vec<FacetObject<'a>>,
}

#[derive(Serialize)]
pub(crate) struct AttemptObject<'a> {
    kind: &'static str,
    text: &'a str,
    count: usize,
    at_least: bool,
    query: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SuggestionObject<'a> {
    kind: &'static str,
    text: &'a str,
    count: usize,
    at_least: bool,
    query: &'a str,
}

#[derive(Serialize)]
pub(super) struct LanesObject {
    exact: usize,
    all: usize,
    some: usize,
}

#[derive(Serialize)]
pub(super) struct TotalObject {
    passages: usize,
    articles: usize,
    at_least: bool,
}

#[derive(Serialize)]
pub(super) struct StaleObject<'a> {
    changed: usize,
    checked: usize,
    of: usize,
    at_least: bool,
    missing: Vec<Cow<'a, str>>,
    own: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
pub(super) struct HitObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    qid: Option<&'a str>,
    rank: usize,
    score: f32,
    lane: &'static str,
    article: ArticleObject<'a>,
    passage: PassageObject<'a>,
    more: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Vec<PartObject<'a>>>,
}

#[derive(Serialize)]
struct ArticleObject<'a> {
    id: &'a str,
    title: &'a str,
    title_marks: Vec<MarkObject>,
    path: &'a str,
    outlet: Option<&'a str>,
    author: Option<&'a str>,
    date: Option<&'a str>,
    date_precision: Option<DatePrecision>,
    regions: &'a [String],
    url: Option<&'a str>,
    file: &'a str,
    family: Option<FamilyObject<'a>>,
}

#[derive(Serialize)]
struct FamilyObject<'a> {
    id: &'a str,
    size: usize,
    first: FirstObject<'a>,
}

#[derive(Serialize)]
struct FirstObject<'a> {
    id: &'a str,
    outlet: Option<&'a str>,
    date: Option<&'a str>,
}

#[derive(Serialize)]
struct PassageObject<'a> {
    id: &'a str,
    heading: &'a str,
    heading_marks: Vec<MarkObject>,
    text: &'a str,
    place: Place,
    marks: Vec<MarkObject>,
    furniture: bool,
    windows: Vec<MarkObject>,
}

#[derive(Serialize)]
struct PartObject<'a> {
    what: &'a str,
    score: f32,
}

impl<'a> AnswerObject<'a> {
    fn new(answer: &'a Answer, qid: Option<&'a str>) -> Self {
        AnswerObject {
            qid,
            query: &answer.query,
            notes: &answer.notes,
            lanes: LanesObject::new(&answer.lanes),
            total: TotalObject::new(&answer.total),
            stale: answer.stale.as_ref().map(StaleObject::new),
            took_ms: answer.took.as_micros() as f64 / 1000.0,
            hits: answer
                .hits
                .iter()
                .map(|hit| HitObject::new(hit, None))
                .collect(),
            undated: answer.undated,
            tried: answer.tried.iter().map(AttemptObject::new).collect(),
            suggestions: answer
                .suggestions
                .iter()
                .map(SuggestionObject::new)
                .collect(),
            facets: Vec::new(),
        }
    }
}

impl<'a> AttemptObject<'a> {
    pub(crate) fn new(attempt: &'a Attempt) -> Self {
        AttemptObject {
            kind: attempt.kind.name(),
            text: &attempt.text,
            count: attempt.count,
            at_least: attempt.at_least,
            query: attempt.query.as_deref(),
        }
    }
}

impl<'a> SuggestionObject<'a> {
    pub(crate) fn new(suggestion: &'a Suggestion) -> Self {
        SuggestionObject {
            kind: suggestion.kind.name(),
            text: &suggestion.text,
            count: suggestion.count,
            at_least: suggestion.at_least,
            query: &suggestion.query,
        }
    }
}

impl LanesObject {
    pub(super) fn new(lanes: &LaneCounts) -> Self {
        LanesObject {
            exact: lanes.exact,
            all: lanes.all,
            some: lanes.some,
        }
    }
}

impl TotalObject {
    pub(super) fn new(total: &Total) -> Self {
        TotalObject {
            passages: total.passages,
            articles: total.articles,
            at_least: total.at_least,
        }
    }
}

impl<'a> StaleObject<'a> {
    pub(super) fn new(stale: &'a Stale) -> Self {
        let missing = stale.missing.iter();
        StaleObject {
            changed: stale.changed,
            checked: stale.checked,
            of: stale.of,
            at_least: stale.at_least,
            missing: missing.map(|path| path.to_string_lossy()).collect(),
            own: stale
                .own
                .iter()
                .map(|path| path.to_string_lossy())
                .collect(),
        }
    }
}

impl<'a> HitObject<'a> {
    pub(super) fn new(hit: &'a Hit, qid: Option<&'a str>) -> Self {
        let article = &hit.article;
        let passage = &hit.passage;
        HitObject {
            qid,
            rank: hit.rank,
            score: hit.score,
            lane: hit.lane.name(),
            article: ArticleObject {
                id: &article.id,
                title: &article.title,
                title_marks: mark_objects(&article.title, &article.title_marks),
                path: &article.path,
                outlet: article.outlet.as_deref(),
                author: article.author.as_deref(),
                date: article.date.as_deref(),
                date_precision: article.date_precision,
                regions: &article.regions,
                url: article.url.as_deref(),
                file: &article.file,
                family: article.family.as_ref().map(|family| FamilyObject {
                    id: &family.id,
                    size: family.size,
                    first: FirstObject {
                        id: &family.first.id,
                        outlet: family.first.outlet.as_deref(),
                        date: family.first.date.as_deref(),
                    },
                }),
            },
            passage: PassageObject {
                id: &passage.id,
                heading: &passage.heading,
                heading_marks: mark_objects(&passage.heading, &passage.heading_marks),
                text: &passage.text,
                place: passage.place,
                marks: mark_objects(&passage.text, &passage.marks),
                furniture: passage.is_furniture,
                windows: mark_objects(&passage.text, &passage.windows),
            },
            more: hit.more,
            explanation: hit.explanation.as_ref().map(|parts| {
                parts
                    .iter()
                    .map(|part| PartObject {
                        what: &part.what,
                        score: part.score,
                    })
                    .collect()
            }),
        }
    }
}

/// Compact JSON in which hidden characters are escaped.
struct Visible;

impl serde_json::ser::Formatter for Visible {
    fn write_string_fragment<W>(&mut self, out: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut at = 0;
        for (start, hidden) in hidden_characters(fragment) {
            out.write_all(&fragment.as_bytes()[at..start])?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            at = start + hidden.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[at..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::render::escape::is_hidden;
    use crate::render::samples;

    fn written(answer: &Answer, qid: Option<&str>) -> String {
        let mut out = Vec::new();
        write_json(answer, qid, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Asserts that the keys stand in `text` in this order.
    fn assert_in_order(text: &str, keys: &[&str]) {
        let mut at = 0;
        for key in keys {
            let quoted = format!("\"{key}\":");
            let found = text[at..].find(&quoted);
            assert!(found.is_some(), "{key} does not follow in {}", &text[at..]);
            at += found.unwrap() + quoted.len();
        }
    }

    #[test]
    fn the_keys_of_the_contract_stand_in_their_order() {
        let text = written(&samples::answer(), None);
        assert!(text.starts_with("{\"query\":"), "{text}");
        assert_in_order(
            &text,
            &[
                "query",
                "notes",
                "lanes",
                "exact",
                "all",
                "some",
                "total",
                "passages",
                "articles",
                "at_least",
                "stale",
                "changed",
                "checked",
                "of",
                "took_ms",
                "hits",
                "rank",
                "score",
                "lane",
                "article",
                "id",
                "title",
                "title_marks",
                "bytes",
                "chars",
                "path",
                "outlet",
                "author",
                "date",
                "date_precision",
                "regions",
                "url",
                "passage",
                "id",
                "heading",
                "heading_marks",
                "text",
                "place",
                "line",
                "marks",
                "more",
            ],
        );
        assert_eq!(text.matches('\n').count(), 1, "one line");
    }

    #[test]
    fn unknown_facts_are_null_and_unknown_places_are_absent() {
        let value: Value = serde_json::from_str(&written(&samples::answer(), None)).unwrap();
        assert_eq!(value["took_ms"], 1.3);
        let hit = &value["hits"][1];
        assert!(hit["article"]["date"].is_null());
        assert!(
            hit["article"]
                .as_object()
                .unwrap()
                .contains_key("date_precision")
        );
        assert_eq!(hit["passage"]["place"], serde_json::json!({}));
        assert_eq!(
            value["hits"][0]["passage"]["place"],
            serde_json::json!({"line": 12})
        );
        assert_eq!(value["hits"][0]["article"]["date_precision"], "day");
    }

    #[test]
    fn marks_in_characters_cover_the_same_text_as_marks_in_bytes() {
        let value: Value = serde_json::from_str(&written(&samples::answer(), None)).unwrap();
        let passage = &value["hits"][0]["passage"];
        let text = passage["text"].as_str().unwrap();
        let marks = passage["marks"].as_array().unwrap();
        assert_eq!(marks.len(), 2);
        for mark in marks {
            let offset = |unit: &str, end: usize| mark[unit][end].as_u64().unwrap() as usize;
            let by_char: String = text
                .chars()
                .skip(offset("chars", 0))
                .take(offset("chars", 1) - offset("chars", 0))
                .collect();
            assert_eq!(by_char, text[offset("bytes", 0)..offset("bytes", 1)]);
            assert_eq!(by_char, "算力券");
        }
    }

    #[test]
    fn jsonl_has_a_line_for_each_hit_and_names_the_query() {
        let mut out = Vec::new();
        write_jsonl(&samples::answer(), Some("q7"), &mut out).unwrap();
        let lines: Vec<Value> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["qid"], "q7");
        assert_eq!(lines[1]["rank"], 2);
    }

    proptest! {
        #[test]
        fn any_text_reads_back_unchanged_and_hides_nothing(text in any::<String>()) {
            let mut answer = samples::answer();
            answer.hits[0].passage.text = text.clone();
            let written = written(&answer, None);
            prop_assert!(!written.trim_end_matches('\n').contains(is_hidden));
            let value: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(value["hits"][0]["passage"]["text"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn marks_agree_in_both_units(text in any::<String>(), cuts in proptest::collection::vec(0usize..30, 0..8)) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let marks: Vec<_> = cuts.chunks_exact(2).map(|cut| cut[0]..cut[1]).collect();
            for mark in mark_objects(&text, &marks) {
                prop_assert_eq!(text[..mark.bytes[0]].chars().count(), mark.chars[0]);
                prop_assert_eq!(text[..mark.bytes[1]].chars().count(), mark.chars[1]);
            }
        }
    }
}
