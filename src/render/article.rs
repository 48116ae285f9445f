//! A whole article, or what is known about it, for people and programs.

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use super::json::{mark_objects, write_object};
use super::labels::{place_label, problem_label};
use crate::article::{
    Citation, Confidence, Correction, DatePrecision, Evidenced, Problem, Region, RegionRole,
};
use crate::index::FullArticle;

/// How much of an article to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is known about it and its text.
    Whole,
    /// Only what is known about it, with evidence.
    Meta,
}

/// Writes the article for a person.
///
/// If a passage was asked for, only it and its neighbours are written, and a
/// bar stands before its lines.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_article_text(
    article: &FullArticle,
    extent: Extent,
    out: &mut dyn Write,
) -> io::Result<()> {
    match extent {
        Extent::Meta => write_meta(article, out),
        Extent::Whole => {
            write_head(article, out)?;
            writeln!(out)?;
            match asked_passage(article) {
                Some(at) => write_in_context(article, at, out),
                None => write_body(&article.text, out),
            }
        }
    }
}

/// Writes the article as one JSON object.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_article_json(
    article: &FullArticle,
    extent: Extent,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_object(&ArticleObject::new(article, extent), out)
}

fn write_head(full: &FullArticle, out: &mut dyn Write) -> io::Result<()> {
    let article = &full.article;
    if !article.title.is_empty() {
        writeln!(out, "{}", article.title)?;
    }
    let value = |fact: &Option<Evidenced>| fact.as_ref().map(|fact| fact.value.clone());
    let about: Vec<&str> = article
        .regions
        .iter()
        .filter(|region| region.role == RegionRole::About)
        .map(|region| region.name.as_str())
        .collect();
    let parts = [
        value(&article.outlet),
        value(&article.author),
        article.date.as_ref().map(|date| date.iso.clone()),
        Some(about.join("、")),
        Some(located(full)),
        Some(full.id.clone()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    writeln!(out, "{}", parts.join(" · "))?;
    if let Some(url) = &article.url {
        writeln!(out, "{url}")?;
    }
    Ok(())
}

fn located(full: &FullArticle) -> String {
    let path = if full.file.is_empty() {
        &full.path
    } else {
        &full.file
    };
    format!("{path}{}", place_label(&full.article.place))
}

fn write_body(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    if text.is_empty() || text.ends_with('\n') {
        Ok(())
    } else {
        writeln!(out)
    }
}

/// Returns the position of the passage that was asked for in `passages`.
fn asked_passage(full: &FullArticle) -> Option<usize> {
    let at = full.passage?.checked_sub(1)?;
    let range = full.passages.get(at)?;
    full.text.get(range.clone()).map(|_| at)
}

fn write_in_context(full: &FullArticle, at: usize, out: &mut dyn Write) -> io::Result<()> {
    let asked = full.passages[at].clone();
    let first = full.passages[at.saturating_sub(1)].start.min(asked.start);
    let last = full
        .passages
        .get(at + 1)
        .map_or(asked.end, |next| next.end.max(asked.end));
    let part = |range: Range<usize>| full.text.get(range).unwrap_or_default();
    let parts = [
        (part(first..asked.start), "  "),
        (part(asked.clone()), "▌ "),
        (part(asked.end..last), "  "),
    ];
    if first > 0 {
        writeln!(out, "  …")?;
    }
    for (text, margin) in parts {
        for line in text.lines().filter(|line| !line.is_empty()) {
            writeln!(out, "{margin}{line}")?;
        }
    }
    if last < full.text.trim_end().len() {
        writeln!(out, "  …")
    } else {
        Ok(())
    }
}

fn write_meta(full: &FullArticle, out: &mut dyn Write) -> io::Result<()> {
    let article = &full.article;
    writeln!(out, "标识  {}", full.id)?;
    let corrected = |field: &str| {
        let found = article.corrected.iter().find(|known| known.field == field);
        found.map_or(String::new(), |found| {
            let was = found.was.as_deref().unwrap_or("不详");
            format!("  （corrections.toml 更正，原为 {was}）")
        })
    };
    // Where the evidence names the file already.
    let was = |field: &str| corrected(field).replace("corrections.toml 更正，", "");
    writeln!(out, "标题  {}{}", article.title, corrected("title"))?;
    writeln!(
        out,
        "文件  {}（{}，{}）",
        located(full),
        full.format,
        full.encoding
    )?;
    match &article.date {
        Some(date) => {
            let precision = match date.precision {
                DatePrecision::Day => "到日",
                DatePrecision::Month => "到月",
                DatePrecision::Year => "到年",
                DatePrecision::Issue => "期号，到年",
            };
            writeln!(
                out,
                "日期  {}（{precision}）  依据：{}{}",
                date.iso,
                date.evidence,
                was("date")
            )?;
        }
        None => writeln!(out, "日期  不详{}", corrected("date"))?,
    }
    for (label, field, fact) in [
        ("来源", "outlet", &article.outlet),
        ("作者", "author", &article.author),
    ] {
        match fact {
            Some(Evidenced { value, evidence }) => {
                writeln!(out, "{label}  {value}  依据：{evidence}{}", was(field))?;
            }
            None => writeln!(out, "{label}  不详{}", corrected(field))?,
        }
    }
    if let Some(url) = &article.url {
        let evidence = article.url_evidence();
        let evidence = evidence.map_or(String::new(), |line| format!("  依据：{line}"));
        writeln!(out, "网址  {url}{evidence}{}", corrected("url"))?;
    }
    for Region {
        name,
        code,
        role,
        evidence,
        confidence,
    } in &article.regions
    {
        let sure = match confidence {
            Confidence::High => "可靠",
            Confidence::Medium => "较可靠",
            Confidence::Low => "推测",
        };
        let role = match role {
            RegionRole::About => "所述",
            RegionRole::From => "发自",
        };
        let code = code
            .as_ref()
            .map_or(String::new(), |code| format!(" {code}"));
        writeln!(
            out,
            "地区  {name}{code}（{role}，{sure}）  依据：{evidence}"
        )?;
    }
    for citation in &article.citations {
        let title = citation.title.as_ref();
        let title = title.map_or(String::new(), |title| format!("《{title}》"));
        let number = citation.number.as_deref().unwrap_or_default();
        let evidence = citation.evidence(article);
        let evidence = evidence.map_or(String::new(), |words| format!("  依据：{words}"));
        writeln!(out, "引用  {title}{number}{evidence}")?;
    }
    for problem in &full.problems {
        writeln!(out, "问题  {}", problem_label(&full.path, problem))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct ArticleObject<'a> {
    id: &'a str,
    title: &'a str,
    path: &'a str,
    format: &'a str,
    encoding: &'a str,
    date: Option<&'a str>,
    date_precision: Option<DatePrecision>,
    outlet: Option<&'a str>,
    author: Option<&'a str>,
    url: Option<&'a str>,
    regions: &'a [Region],
    citations: Vec<CitationObject<'a>>,
    problems: &'a [Problem],
    url_evidence: Option<&'a str>,
    date_evidence: Option<&'a str>,
    outlet_evidence: Option<&'a str>,
    author_evidence: Option<&'a str>,
    file: &'a str,
    corrected: &'a [Correction],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passages: Option<Vec<PassageObject>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<usize>,
}

#[derive(Serialize)]
struct CitationObject<'a> {
    #[serde(flatten)]
    citation: &'a Citation,
    evidence: Option<&'a str>,
}

#[derive(Serialize)]
struct PassageObject {
    id: String,
    bytes: [usize; 2],
    chars: [usize; 2],
}

impl<'a> ArticleObject<'a> {
    fn new(full: &'a FullArticle, extent: Extent) -> Self {
        let article = &full.article;
        let date = article.date.as_ref();
        let outlet = article.outlet.as_ref();
        let author = article.author.as_ref();
        let is_whole = extent == Extent::Whole;
        let citations = article.citations.iter().map(|citation| CitationObject {
            citation,
            evidence: citation.evidence(article),
        });
        ArticleObject {
            id: &full.id,
            title: &article.title,
            path: &full.path,
            format: &full.format,
            encoding: &full.encoding,
            date: date.map(|date| date.iso.as_str()),
            date_precision: date.map(|date| date.precision),
            outlet: outlet.map(|outlet| outlet.value.as_str()),
            author: author.map(|author| author.value.as_str()),
            url: article.url.as_deref(),
            regions: &article.regions,
            citations: citations.collect(),
            problems: &full.problems,
            url_evidence: article.url_evidence(),
            date_evidence: date.map(|date| date.evidence.as_str()),
            outlet_evidence: outlet.map(|outlet| outlet.evidence.as_str()),
            author_evidence: author.map(|author| author.evidence.as_str()),
            file: &full.file,
            corrected: &article.corrected,
            text: is_whole.then_some(full.text.as_str()),
            passages: is_whole.then(|| passage_objects(full)),
            passage: full.passage,
        }
    }
}

fn passage_objects(full: &FullArticle) -> Vec<PassageObject> {
    let named = |(at, range): (usize, &Range<usize>)| {
        let mark = mark_objects(&full.text, std::slice::from_ref(range)).pop()?;
        let id = format!("{}#{}", full.id, at + 1);
        Some(PassageObject {
            id,
            bytes: mark.bytes,
            chars: mark.chars,
        })
    };
    full.passages.iter().enumerate().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::article::{Article, ArticleDate};

    fn article() -> FullArticle {
        let text = "第一段。\n第二段。\n第三段。\n第四段。\n";
        FullArticle {
            id: "a1b2".to_owned(),
            path: "甲.txt".to_owned(),
            format: "txt".to_owned(),
            encoding: "GB18030".to_owned(),
            article: Article {
                title: "上海发放算力券".to_owned(),
                date: Some(ArticleDate {
                    iso: "2024-05".to_owned(),
                    precision: DatePrecision::Month,
                    evidence: "2024年5月".to_owned(),
                }),
                regions: vec![Region {
                    name: "上海".to_owned(),
                    code: Some("310000".to_owned()),
                    role: RegionRole::About,
                    evidence: "标题".to_owned(),
                    confidence: Confidence::High,
                }],
                ..Article::default()
            },
            passages: vec![0..13, 13..26, 26..39, 39..52],
            text: text.to_owned(),
            ..FullArticle::default()
        }
    }

    fn text_of(article: &FullArticle, extent: Extent) -> String {
        let mut out = Vec::new();
        write_article_text(article, extent, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn json_of(article: &FullArticle, extent: Extent) -> Value {
        let mut out = Vec::new();
        write_article_json(article, extent, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn meta_gives_every_fact_with_its_evidence_and_no_text() {
        let value = json_of(&article(), Extent::Meta);
        assert_eq!(value["date"], "2024-05");
        assert_eq!(value["date_precision"], "month");
        assert_eq!(value["date_evidence"], "2024年5月");
        assert!(value["outlet"].is_null());
        assert_eq!(
            value["regions"][0],
            json!({"name": "上海", "code": "310000", "role": "about", "evidence": "标题", "confidence": "high"})
        );
        assert!(value.get("text").is_none());
        let text = text_of(&article(), Extent::Meta);
        assert!(
            text.contains("日期  2024-05（到月）  依据：2024年5月\n"),
            "{text}"
        );
        assert!(text.contains("来源  不详\n"), "{text}");
    }

    #[test]
    fn a_whole_article_has_its_passages_in_both_units() {
        let value = json_of(&article(), Extent::Whole);
        assert_eq!(
            value["passages"][1],
            json!({"id": "a1b2#2", "bytes": [13, 26], "chars": [5, 10]})
        );
        assert!(text_of(&article(), Extent::Whole).ends_with("第四段。\n"));
    }

    #[test]
    fn a_passage_stands_between_its_neighbours() {
        let article = FullArticle {
            passage: Some(3),
            ..article()
        };
        let text = text_of(&article, Extent::Whole);
        assert!(
            text.ends_with("  …\n  第二段。\n▌ 第三段。\n  第四段。\n"),
            "{text}"
        );
    }
}
