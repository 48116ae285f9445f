//! Who cites a policy document, and which documents are cited most.
//!
//! A document is named by its title, whole, in part or shortened, or by its
//! number in any spelling. Titles and numbers that stand together anywhere are
//! one document, so that an article that gives only the number is found too.
//! Issuers and steps are inferred from words, and said to be.

use std::collections::{BTreeMap, BTreeSet};

use super::unit::{Counter, Remarks, Unit, matched};
use crate::article::{Citation, find_divisions};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Expr, Field, Filter, Query};
use crate::search::{Hit, KeyField, Matched, Searcher, document_key};

/// How citations are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedOptions {
    /// What is counted.
    pub unit: Unit,
    /// How many articles or documents to return; 0 is all.
    pub limit: usize,
    /// How many characters of a passage to show.
    pub window_chars: usize,
}

impl Default for CitedOptions {
    fn default() -> Self {
        CitedOptions {
            unit: Unit::default(),
            limit: 20,
            window_chars: 80,
        }
    }
}

/// A document as it is cited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CitedDocument {
    /// Its title as one article spells it; empty if only its number is known.
    pub title: String,
    /// Its numbers as one article spells them.
    pub numbers: Vec<String>,
    /// Who issued it, inferred from its title or number.
    pub issuer: Option<String>,
    /// How many units cite it.
    pub count: usize,
    /// The dates of the first and last article that cite it, as ISO prefixes.
    pub first: Option<String>,
    /// See `first`.
    pub last: Option<String>,
    /// The query that finds these articles.
    pub query: String,
}

/// A step in the life of a document, inferred from the words around a citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 征求意见, 印发, 解读, 修订 or 废止.
    pub name: &'static str,
    /// The date of the first article that tells it, an ISO prefix: not that of the step.
    pub date: String,
    /// The words it was inferred from.
    pub evidence: String,
    /// The passage.
    pub id: String,
}

/// Who cites a document.
#[derive(Clone, Debug, Default)]
pub struct CitedBy {
    /// What was asked for.
    pub asked: String,
    /// The documents that were meant: several if the name is that of several.
    pub documents: Vec<CitedDocument>,
    /// The passages that cite them, in the order of dates, undated last; one an article.
    pub hits: Vec<Hit>,
    /// How many further articles cite them.
    pub more: usize,
    /// The steps that the articles tell, in the order a document goes through
    /// them, if more than one: an article may tell of an early step late.
    pub steps: Vec<Step>,
    /// What is to be said besides.
    pub remarks: Remarks,
}

/// The documents that are cited most.
#[derive(Clone, Debug, Default)]
pub struct MostCited {
    /// The most cited first.
    pub documents: Vec<CitedDocument>,
    /// How many further documents are cited.
    pub more: usize,
    /// What is to be said besides.
    pub remarks: Remarks,
}

/// A document under its keys, with the articles that cite it.
#[derive(Default)]
struct Document {
    titles: BTreeSet<String>,
    numbers: BTreeSet<String>,
    /// Places among the matched articles.
    articles: Vec<u32>,
}

/// Lists the documents that the articles of `query` cite, the most cited first.
/// An empty query is the whole index.
///
/// # Errors
///
/// As [`Searcher::search`].
pub fn most_cited(searcher: &Searcher, query: &Query, options: &CitedOptions) -> Result<MostCited> {
    let matched = matched(searcher, query, false)?;
    let counter = Counter::new(searcher, &matched, options.unit)?;
    let mut documents = documents(searcher, &matched)?;
    documents.sort_by_key(|document| std::cmp::Reverse(counter.count(&document.articles)));
    let kept = match options.limit {
        0 => documents.len(),
        limit => limit.min(documents.len()),
    };
    let cited = documents[..kept].iter();
    Ok(MostCited {
        documents: cited
            .map(|document| described(searcher, &matched, &counter, document))
            .collect::<Result<_>>()?,
        more: documents.len() - kept,
        remarks: Remarks::new(searcher, query, &matched)?,
    })
}

/// Finds who cites the document named `asked`, among the articles of `query`
/// (empty: the whole index).
///
/// # Errors
///
/// [`ErrorKind::BadQuery`] if the name holds no letter, Han or digit; otherwise
/// as [`Searcher::search`].
pub fn cited_by(
    searcher: &Searcher,
    asked: &str,
    query: &Query,
    options: &CitedOptions,
) -> Result<CitedBy> {
    let wanted = document_key(asked);
    if wanted.is_empty() {
        return Err(
            Error::new(ErrorKind::BadQuery, format!("{asked:?} names no document"))
                .with_hint("give a title or a number, such as 京政办发〔2023〕15号"),
        );
    }
    let matched = matched(searcher, query, false)?;
    let counter = Counter::new(searcher, &matched, options.unit)?;
    let documents = meant(documents(searcher, &matched)?, &wanted);
    let mut articles: Vec<u32> = documents
        .iter()
        .flat_map(|document| document.articles.iter().copied())
        .collect();
    articles.sort_unstable();
    articles.dedup();
    let days = |place: &u32| match searcher.days(&matched.articles[*place as usize]) {
        (0, _) => (u64::MAX, u64::MAX),
        (from, until) => (until, from),
    };
    articles.sort_by_key(days);
    let described = documents
        .iter()
        .map(|document| described(searcher, &matched, &counter, document))
        .collect::<Result<Vec<_>>>()?;
    let mut found = CitedBy {
        asked: asked.to_owned(),
        remarks: Remarks {
            stale: Some(searcher.stale()),
            ..Remarks::default()
        },
        ..CitedBy::default()
    };
    if !articles.is_empty() {
        found.hits = citing(searcher, &matched, &documents, &articles, options)?;
        found.steps = steps(&found.hits);
    }
    if options.limit > 0 && found.hits.len() > options.limit {
        found.more = found.hits.len() - options.limit;
        found.hits.truncate(options.limit);
    }
    found.documents = described;
    Ok(found)
}

/// All documents that the matched articles cite.
fn documents(searcher: &Searcher, matched: &Matched) -> Result<Vec<Document>> {
    let mut by_title: BTreeMap<String, Document> = BTreeMap::new();
    let mut title_of: BTreeMap<String, String> = BTreeMap::new();
    for keyed in searcher.keyed(KeyField::Cites, matched)? {
        let (title, number) = match keyed.key.split_once('\u{1}') {
            Some((title, number)) => (title, Some(number)),
            None => (keyed.key.as_str(), None),
        };
        let document = by_title.entry(title.to_owned()).or_default();
        document.titles.insert(title.to_owned());
        document.articles.extend(keyed.articles);
        if let Some(number) = number {
            document.numbers.insert(number.to_owned());
            title_of
                .entry(number.to_owned())
                .or_insert_with(|| title.to_owned());
        }
    }
    for keyed in searcher.keyed(KeyField::Wenhao, matched)? {
        // What stands with a title anywhere is that document; else one of its own.
        let key = title_of.get(&keyed.key).unwrap_or(&keyed.key).clone();
        let document = by_title.entry(key).or_default();
        document.numbers.insert(keyed.key);
        document.articles.extend(keyed.articles);
    }
    let mut documents: Vec<Document> = by_title.into_values().collect();
    for document in &mut documents {
        document.articles.sort_unstable();
        document.articles.dedup();
    }
    Ok(documents)
}

/// The documents that a name means: those named so; else those whose names
/// hold it; else those it holds the names of; else those it shortens.
fn meant(documents: Vec<Document>, wanted: &str) -> Vec<Document> {
    type Matches = fn(&str, &str) -> bool;
    let ways: [Matches; 4] = [
        |name, wanted| name == wanted,
        |name, wanted| name.contains(wanted),
        |name, wanted| name.chars().count() > 5 && wanted.contains(name),
        |name, wanted| wanted.chars().count() > 4 && is_shortened(name, wanted),
    ];
    let names = |document: &Document, way: Matches| {
        let mut names = document.titles.iter().chain(&document.numbers);
        names.any(|name| way(name, wanted))
    };
    let way = ways
        .into_iter()
        .find(|way| documents.iter().any(|document| names(document, *way)));
    match way {
        Some(way) => documents
            .into_iter()
            .filter(|document| names(document, way))
            .collect(),
        None => Vec::new(),
    }
}

/// Whether `short` is `name` with characters left out.
fn is_shortened(name: &str, short: &str) -> bool {
    let mut rest = name.chars();
    short.chars().all(|c| rest.any(|other| other == c))
}

fn described(
    searcher: &Searcher,
    matched: &Matched,
    counter: &Counter<'_>,
    document: &Document,
) -> Result<CitedDocument> {
    let spelled = spelled(searcher, matched, document)?;
    let dated = document.articles.iter().map(|&place| {
        let article = &matched.articles[place as usize];
        (searcher.days(article), place)
    });
    let dated: Vec<((u64, u64), u32)> = dated.filter(|((from, _), _)| *from > 0).collect();
    let iso = |place: Option<u32>| -> Result<Option<String>> {
        let Some(place) = place else {
            return Ok(None);
        };
        let article = searcher.stored(&matched.articles[place as usize])?;
        Ok(article.date.map(|date| date.iso))
    };
    let first = dated
        .iter()
        .min_by_key(|((from, until), _)| (*until, *from));
    let last = dated
        .iter()
        .max_by_key(|((from, until), _)| (*from, *until));
    let title = spelled.iter().find_map(|citation| citation.title.clone());
    let title = title.unwrap_or_default();
    let mut numbers: Vec<String> = Vec::new();
    for number in spelled
        .iter()
        .filter_map(|citation| citation.number.clone())
    {
        if !numbers
            .iter()
            .any(|known| document_key(known) == document_key(&number))
        {
            numbers.push(number);
        }
    }
    Ok(CitedDocument {
        issuer: issuer(&title, numbers.first().map(String::as_str)),
        title,
        numbers,
        count: counter.count(&document.articles),
        first: iso(first.map(|(_, place)| *place))?,
        last: iso(last.map(|(_, place)| *place))?,
        query: opening(document)?.to_string(),
    })
}

/// The query that finds the articles that cite a document.
fn opening(document: &Document) -> Result<Query> {
    let mut filters = Vec::new();
    for title in &document.titles {
        let filter = Filter::new(Field::Cites, &format!("={title}"))?;
        filters.push(Expr::Filter(filter));
    }
    for number in &document.numbers {
        let filter = Filter::new(Field::Wenhao, &format!("={number}"))?;
        filters.push(Expr::Filter(filter));
    }
    let parts = match filters.len() {
        1 => filters,
        _ => vec![Expr::Or(filters)],
    };
    Ok(Query { parts })
}

/// How articles spell the title and numbers of a document: of the first
/// article, and of those that have a number not seen yet.
fn spelled(searcher: &Searcher, matched: &Matched, document: &Document) -> Result<Vec<Citation>> {
    let mut spelled: Vec<Citation> = Vec::new();
    let mut left = document.numbers.len() + document.titles.len();
    for &place in &document.articles {
        if left == 0 {
            break;
        }
        for citation in searcher
            .stored(&matched.articles[place as usize])?
            .citations
        {
            if document.is(&citation) && !spelled.contains(&citation) {
                let is_new = |of: fn(&Citation) -> Option<&String>| {
                    let key = of(&citation).map(|name| document_key(name));
                    key.is_some_and(|key| {
                        !spelled
                            .iter()
                            .any(|known| of(known).is_some_and(|name| document_key(name) == key))
                    })
                };
                let new = usize::from(is_new(|citation| citation.title.as_ref()))
                    + usize::from(is_new(|citation| citation.number.as_ref()));
                left = left.saturating_sub(new);
                spelled.push(citation);
            }
        }
    }
    Ok(spelled)
}

impl Document {
    fn is(&self, citation: &Citation) -> bool {
        let has = |keys: &BTreeSet<String>, name: &Option<String>| {
            name.as_ref()
                .is_some_and(|name| keys.contains(&document_key(name)))
        };
        has(&self.titles, &citation.title) || has(&self.numbers, &citation.number)
    }
}

/// The passage of each article that cites one of the documents.
fn citing(
    searcher: &Searcher,
    matched: &Matched,
    documents: &[Document],
    articles: &[u32],
    options: &CitedOptions,
) -> Result<Vec<Hit>> {
    // The names as the articles spell them: what a search marks.
    let mut names: BTreeSet<String> = BTreeSet::new();
    for &place in articles {
        let article = searcher.stored(&matched.articles[place as usize])?;
        for citation in article.citations {
            if documents.iter().any(|document| document.is(&citation)) {
                names.extend(citation.title);
                names.extend(citation.number);
            }
        }
    }
    let phrases: Vec<Expr> = names
        .into_iter()
        .map(|name| Expr::Phrase(name.split_whitespace().collect()))
        .collect();
    let query = Query {
        parts: vec![Expr::Or(phrases)],
    };
    let found = searcher.matched(&query, false)?;
    let mut hits = Vec::with_capacity(articles.len());
    for &place in articles {
        let title = matched.articles[place as usize].title;
        let at = found
            .articles
            .binary_search_by_key(&title, |article| article.title);
        // A title that is cited in a heading only, or across paragraphs, has no passage.
        if let Ok(at) = at {
            hits.push(searcher.first_hit(&found, &found.articles[at], options.window_chars)?);
        }
    }
    Ok(hits)
}

/// What tells a step, in the order of a document's life, by the words around a citation or in the headline.
const STEPS: [(&str, &[&str], &[&str]); 5] = [
    ("征求意见", &["征求意见"], &["征求意见"]),
    ("印发", &["印发", "发布", "出台", "公布"], &[]),
    ("解读", &[], &["解读", "问答", "图解", "答记者问"]),
    ("修订", &["修订", "修正"], &["修订", "修正"]),
    ("废止", &["废止", "失效"], &["废止"]),
];

/// How many characters before and behind a citation are looked at.
const AROUND: usize = 24;

fn steps(hits: &[Hit]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for hit in hits {
        let (Some(date), Some(mark)) = (&hit.article.date, hit.passage.marks.first()) else {
            continue;
        };
        let text = &hit.passage.text;
        let before = text[..mark.start].chars().rev().take(AROUND);
        let before: String = before.collect::<Vec<_>>().into_iter().rev().collect();
        let behind: String = text[mark.end..].chars().take(AROUND).collect();
        let cited = &text[mark.clone()];
        for (name, near, headline) in STEPS {
            let in_text = near
                .iter()
                .any(|word| before.contains(word) || behind.contains(word) || cited.contains(word));
            let title = &hit.article.title;
            let in_title = headline.iter().any(|word| title.contains(word));
            if (in_text || in_title) && !steps.iter().any(|step| step.name == name) {
                steps.push(Step {
                    name,
                    date: date.clone(),
                    evidence: if in_text {
                        format!("{before}{cited}{behind}")
                    } else {
                        title.clone()
                    },
                    id: hit.passage.id.clone(),
                });
            }
        }
    }
    if steps.len() < 2 {
        steps.clear();
    }
    steps.sort_by_key(|step| STEPS.iter().position(|(name, ..)| *name == step.name));
    steps
}

/// One-character names of provinces in document numbers.
const ABBREVIATIONS: &str = "\
    京北京市 津天津市 冀河北省 晋山西省 辽辽宁省 吉吉林省 黑黑龙江省 沪上海市 苏江苏省 浙浙江省 皖安徽省 闽福建省 \
    赣江西省 鲁山东省 豫河南省 鄂湖北省 湘湖南省 粤广东省 琼海南省 渝重庆市 川四川省 黔贵州省 云云南省 陕陕西省 \
    甘甘肃省 青青海省 宁宁夏回族自治区 桂广西壮族自治区 深深圳市 穗广州市 杭杭州市";

/// Who issued a document, by its number or the beginning of its title.
fn issuer(title: &str, number: Option<&str>) -> Option<String> {
    if let Some(at) = title.find("关于") {
        let body = &title[..at];
        let ends = ["政府", "国务院", "办公厅", "委员会", "部", "局", "厅", "委"];
        if ends.iter().any(|end| body.ends_with(end)) {
            return Some(body.to_owned());
        }
    }
    if let Some(number) = number {
        if number.starts_with("国办") {
            return Some("国务院办公厅".to_owned());
        }
        if number.starts_with("国发") || number.starts_with("国函") {
            return Some("国务院".to_owned());
        }
        let place = ABBREVIATIONS
            .split_whitespace()
            .find(|names| number.chars().next() == names.chars().next());
        let body = number.chars().nth(1);
        if let Some(place) = place.filter(|_| matches!(body, Some('政' | '府'))) {
            let place: String = place.chars().skip(1).collect();
            let office = if number.contains('办') {
                "办公厅"
            } else {
                ""
            };
            return Some(format!("{place}人民政府{office}"));
        }
    }
    let name = |end: usize| title.get(..end).map(find_divisions);
    let ends = title.char_indices().map(|(at, _)| at).skip(2).take(10);
    ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| {
        match name(end).unwrap_or_default().as_slice() {
            [one] => Some(one.full_name.to_owned()),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Document {
        Document {
            titles: BTreeSet::from([document_key(name)]),
            ..Document::default()
        }
    }

    #[test]
    fn a_name_in_part_or_shortened_means_the_document() {
        let full = "北京市促进通用人工智能创新发展的若干措施";
        for asked in [
            full,
            "《北京市促进通用\n人工智能创新发展的若干措施》",
            "通用人工智能创新发展",
            "北京市人民政府关于印发《北京市促进通用人工智能创新发展的若干措施》的通知",
            "北京通用人工智能若干措施",
        ] {
            let documents = vec![named(full), named("上海市数据条例")];
            let meant = meant(documents, &document_key(asked));
            assert_eq!(meant.len(), 1, "{asked}");
            assert!(meant[0].titles.contains(&document_key(full)), "{asked}");
        }
        assert!(meant(vec![named(full)], "深圳数据条例").is_empty());
    }

    #[test]
    fn an_issuer_is_read_from_title_or_number() {
        let issuer = |title, number| issuer(title, number).unwrap_or_default();
        assert_eq!(issuer("国务院关于深入实施行动的意见", None), "国务院");
        assert_eq!(
            issuer("若干措施", Some("京政办发〔2023〕15号")),
            "北京市人民政府办公厅"
        );
        assert_eq!(issuer("关于行动的意见", Some("国发〔2025〕11号")), "国务院");
        assert_eq!(issuer("上海市数据条例", None), "上海市");
        assert_eq!(issuer("数据条例", None), "");
    }
}
