//! What a page states of its article: meta elements, its title element, its
//! own address, and the description that some pages carry as JSON-LD.

use super::fact;
use crate::article::{Fact, Stated, parse_date};
use dom_query::Document;
use serde_json::Value;

/// Names of meta elements, most telling first.
const TITLE: &[&str] = &[
    "articletitle",
    "og:title",
    "ld:headline",
    "ld:title",
    "twitter:title",
];
const DATE: &[&str] = &[
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "article:published_time",
    "og:published_time",
    "ld:datepublished",
    "ld:pubdate",
    "datepublished",
    "og:release_date",
    "weibo: article:create_at",
    "weibo:article:create_at",
    "_pubtime",
    "pubtime",
    "publishtime",
    "apub:time",
    "dc.date",
    "date",
];
const OUTLET: &[&str] = &[
    "contentsource",
    "source",
    "article:publisher",
    "mediaid",
    "ld:publisher",
];
/// Whose site it is: the outlet, if nothing else names one.
const SITE: &[&str] = &["og:site_name", "sitename"];
const AUTHOR: &[&str] = &["author", "article:author", "og:article:author", "ld:author"];
const URL: &[&str] = &["og:url", "canonical", "ld:url", "url"];

/// The longest value of a meta element that is kept, in bytes.
const MAX_VALUE: usize = 1000;

/// What a page states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Names, lower case, and values of meta elements; the name as written.
    metas: Vec<(String, String, String)>,
    /// The title element.
    pub(super) page_title: String,
}

impl Facts {
    /// Returns the first value of the first of the names that `fits`.
    fn first(&self, names: &[&str], fits: impl Fn(&str) -> bool) -> Option<Fact> {
        names.iter().find_map(|name| {
            let (_, written, value) = self
                .metas
                .iter()
                .find(|(key, _, value)| key == name && fits(value))?;
            Some(fact(written, value))
        })
    }

    /// Returns the headline that the page states.
    pub(super) fn title(&self) -> Option<Fact> {
        self.first(TITLE, |value| !value.is_empty())
    }

    /// Says whether a text is the name of the page's site.
    pub(super) fn is_site_name(&self, text: &str) -> bool {
        self.metas
            .iter()
            .any(|(key, _, value)| SITE.contains(&key.as_str()) && value == text)
    }

    /// Returns whose site the page stands on.
    pub(super) fn site(&self) -> Option<Fact> {
        // A platform that everybody publishes on is no outlet.
        self.first(SITE, |value| is_outlet(value) && !value.contains("平台"))
    }

    /// Returns what the page states but its headline and text.
    pub(super) fn stated(&self) -> Stated {
        Stated {
            date: self.first(DATE, |value| parse_date(value).is_some()),
            outlet: self.first(OUTLET, is_outlet),
            author: self.first(AUTHOR, is_person),
            url: self.first(URL, |value| value.starts_with("http")),
            ..Stated::default()
        }
    }
}

fn has_han(text: &str) -> bool {
    text.chars().any(crate::article::is_han)
}

fn is_outlet(value: &str) -> bool {
    has_han(value) && value.chars().count() <= 30 && !value.contains(['。', '，', '|', '_'])
}

/// Says whether a value is the name of a person: pages put the names of their
/// sites, tools and companies there too.
fn is_person(value: &str) -> bool {
    let chars = value.chars().count();
    let is_site = [
        "网", "站", "公司", "社", "报", "政府", "编辑", "频道", "中心", "局",
    ];
    has_han(value) && (2..=12).contains(&chars) && !is_site.iter().any(|end| value.ends_with(end))
}

/// Reads what a page states.
pub(super) fn read_facts(document: &Document) -> Facts {
    let mut facts = Facts::default();
    let mut in_svg = 0;
    for node in document.root().descendants_it() {
        if node.has_name("svg") {
            in_svg += 1;
        } else if node.has_name("title") && facts.page_title.is_empty() && in_svg == 0 {
            facts.page_title = squeeze(&node.text());
        } else if node.has_name("meta") {
            let names = ["name", "property", "itemprop"];
            let name = names.iter().find_map(|name| node.attr(name));
            if let (Some(name), Some(value)) = (name, node.attr("content")) {
                facts.add(&name, &value);
            }
        } else if node.has_name("link") {
            let is_own = node
                .attr("rel")
                .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
            if let Some(address) = node.attr("href").filter(|_| is_own) {
                facts.add("canonical", &address);
            }
        } else if node.has_name("script")
            && node
                .attr("type")
                .is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"))
            && let Ok(value) = serde_json::from_str::<Value>(&node.text())
        {
            facts.add_description(&value, 0);
        }
    }
    facts
}

impl Facts {
    fn add(&mut self, name: &str, value: &str) {
        let value = squeeze(value);
        if !value.is_empty() && value.len() <= MAX_VALUE && self.metas.len() < 500 {
            self.metas.push((
                name.trim().to_ascii_lowercase(),
                name.trim().to_owned(),
                value,
            ));
        }
    }

    /// Adds the description of an article in JSON-LD.
    fn add_description(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(items) if depth < 4 => {
                for item in items.iter().take(20) {
                    self.add_description(item, depth + 1);
                }
            }
            Value::Object(object) => {
                for key in [
                    "headline",
                    "title",
                    "datePublished",
                    "pubDate",
                    "author",
                    "publisher",
                ] {
                    let text = match object.get(key) {
                        Some(Value::String(text)) => Some(text),
                        Some(Value::Object(inner)) => match inner.get("name") {
                            Some(Value::String(text)) => Some(text),
                            _ => None,
                        },
                        _ => None,
                    };
                    if let Some(text) = text {
                        self.add(&format!("ld:{key}"), text);
                    }
                }
                if let Some(graph) = object.get("@graph").filter(|_| depth < 4) {
                    self.add_description(graph, depth + 1);
                }
            }
            _ => {}
        }
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
