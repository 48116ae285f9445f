//! The policy documents that articles cite, each under all its names.
//!
//! Titles and numbers that stand together anywhere are one document, so that an
//! article that gives only the number is found too. Forms of one title are
//! joined ([`super::variant`]) unless the documents have different numbers; a
//! shorter form only if it can mean no other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::variant::{core, is_draft, shorter};
use crate::article::Citation;
use crate::error::Result;
use crate::query::{Expr, Field, Filter, Query};
use crate::search::{KeyField, Matched, Searcher, document_key};

/// A document under its keys, with the articles that cite it.
#[derive(Default)]
pub(super) struct Document {
    /// Its titles, and how many articles use each.
    titles: BTreeMap<String, usize>,
    numbers: BTreeSet<String>,
    /// Places among the matched articles, sorted.
    pub(super) articles: Vec<u32>,
}

impl Document {
    /// Whether a citation is one of it.
    pub(super) fn is(&self, citation: &Citation) -> bool {
        let title = citation.title.as_deref().map(document_key);
        let number = citation.number.as_deref().map(document_key);
        title.is_some_and(|key| self.titles.contains_key(&key))
            || number.is_some_and(|key| self.numbers.contains(&key))
    }

    /// How many names it has.
    pub(super) fn names(&self) -> usize {
        self.titles.len() + self.numbers.len()
    }

    /// The key of the title that it goes by: the final one, the one used most.
    pub(super) fn title(&self) -> Option<&str> {
        let best = self.titles.iter().max_by_key(|(title, used)| {
            // 关于印发…的通知 and 征求意见稿 name it by what it is not.
            let is_plain = !is_draft(title) && !title.contains("印发");
            (is_plain, **used, title.chars().count())
        });
        best.map(|(title, _)| title.as_str())
    }

    /// The query that finds the articles that cite it.
    pub(super) fn query(&self) -> Result<Query> {
        let mut filters = Vec::new();
        for title in self.titles.keys() {
            let filter = Filter::new(Field::Cites, &format!("={title}"))?;
            filters.push(Expr::Filter(filter));
        }
        for number in &self.numbers {
            let filter = Filter::new(Field::Wenhao, &format!("={number}"))?;
            filters.push(Expr::Filter(filter));
        }
        let parts = match filters.len() {
            1 => filters,
            _ => vec![Expr::Or(filters)],
        };
        Ok(Query { parts })
    }

    fn absorb(&mut self, other: Document) {
        for (title, used) in other.titles {
            *self.titles.entry(title).or_default() += used;
        }
        self.numbers.extend(other.numbers);
        self.articles.extend(other.articles);
    }

    /// Whether both have numbers, and none in common.
    fn contradicts(&self, other: &Document) -> bool {
        !self.numbers.is_empty()
            && !other.numbers.is_empty()
            && self.numbers.is_disjoint(&other.numbers)
    }
}

/// All documents that the matched articles cite.
pub(super) fn documents(searcher: &Searcher, matched: &Matched) -> Result<Vec<Document>> {
    let mut by_title: BTreeMap<String, Document> = BTreeMap::new();
    let mut title_of: HashMap<String, String> = HashMap::new();
    for keyed in searcher.keyed(KeyField::Cites, matched)? {
        let (title, number) = match keyed.key.split_once('\u{1}') {
            Some((title, number)) => (title, Some(number)),
            None => (keyed.key.as_str(), None),
        };
        let document = by_title.entry(title.to_owned()).or_default();
        *document.titles.entry(title.to_owned()).or_default() += keyed.articles.len();
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
    let mut documents = joined(by_title.into_values());
    for document in &mut documents {
        document.articles.sort_unstable();
        document.articles.dedup();
    }
    Ok(documents)
}

/// Joins the forms of one title.
fn joined(documents: impl Iterator<Item = Document>) -> Vec<Document> {
    let mut all: Vec<Document> = Vec::new();
    let mut by_core: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    for document in documents {
        // A document known by its number only has nothing to join by.
        match document.titles.keys().next().map(|title| core(title)) {
            Some(core) => by_core.entry(core).or_default().push(document),
            None => all.push(document),
        }
    }
    let mut cores: Vec<(String, Document)> = Vec::new();
    for (core, forms) in by_core {
        for document in of_one_core(forms) {
            cores.push((core.clone(), document));
        }
    }
    // A shorter form goes to the only longer one.
    let mut longer: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (core, _)) in cores.iter().enumerate() {
        for short in shorter(core) {
            longer.entry(short).or_default().push(at);
        }
    }
    // The longest first, so that it is known where each longer form has gone.
    let mut order: Vec<usize> = (0..cores.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(cores[at].0.chars().count()));
    let mut goes_to: Vec<usize> = (0..cores.len()).collect();
    for at in order {
        let (core, document) = &cores[at];
        let longer = longer.get(core).into_iter().flatten();
        let mut targets: Vec<usize> = longer.map(|&longer| goes_to[longer]).collect();
        targets.sort_unstable();
        targets.dedup();
        if let [only] = targets.as_slice()
            && !document.contradicts(&cores[*only].1)
        {
            goes_to[at] = *only;
        }
    }
    let mut kept: BTreeMap<usize, Document> = BTreeMap::new();
    for ((_, document), to) in cores.into_iter().zip(goes_to) {
        kept.entry(to).or_default().absorb(document);
    }
    all.extend(kept.into_values());
    all
}

/// The documents that forms of one core are: one for each set of numbers that
/// have something to do with each other. Forms without a number belong to the
/// only one, if it is the only one.
fn of_one_core(forms: Vec<Document>) -> Vec<Document> {
    let (numbered, bare): (Vec<_>, Vec<_>) = forms
        .into_iter()
        .partition(|document| !document.numbers.is_empty());
    let mut documents: Vec<Document> = Vec::new();
    for form in numbered {
        let known = documents.iter_mut().find(|known| !known.contradicts(&form));
        match known {
            Some(known) => known.absorb(form),
            None => documents.push(form),
        }
    }
    match documents.as_mut_slice() {
        [] => {
            let all = bare.into_iter().reduce(|mut one, other| {
                one.absorb(other);
                one
            });
            documents.extend(all);
        }
        [only] => bare.into_iter().for_each(|form| only.absorb(form)),
        _ => documents.extend(bare),
    }
    documents
}

/// The documents that a name means: those named so; else those that it is a
/// form of; else those whose names hold it; else those it holds the names of;
/// else those it shortens, first those of the same kind (意见, 办法). Behind
/// them all others.
pub(super) fn meant(documents: Vec<Document>, wanted: &str) -> (Vec<Document>, Vec<Document>) {
    type Matches = fn(&str, &str, &Wanted) -> bool;
    struct Wanted {
        key: String,
        core: String,
    }
    let ways: [Matches; 6] = [
        |name, _, wanted| name == wanted.key,
        |_, core, wanted| core == wanted.core,
        |name, _, wanted| name.contains(&wanted.key),
        |name, _, wanted| name.chars().count() > 5 && wanted.key.contains(name),
        |_, core, wanted| core.ends_with(ending(&wanted.core)) && is_shortened(core, &wanted.core),
        |name, _, wanted| is_shortened(name, &wanted.key),
    ];
    let wanted = Wanted {
        key: wanted.to_owned(),
        core: core(wanted),
    };
    let names = |document: &Document| -> Vec<(String, String)> {
        let titles = document.titles.keys();
        let titles = titles.map(|title| (title.clone(), core(title)));
        let numbers = document.numbers.iter();
        titles
            .chain(numbers.map(|number| (number.clone(), number.clone())))
            .collect()
    };
    let named: Vec<(Document, Vec<(String, String)>)> = documents
        .into_iter()
        .map(|document| {
            let names = names(&document);
            (document, names)
        })
        .collect();
    let is_meant = |names: &[(String, String)], way: Matches| {
        names.iter().any(|(name, core)| way(name, core, &wanted))
    };
    let way = ways
        .into_iter()
        .find(|way| named.iter().any(|(_, names)| is_meant(names, *way)));
    let (meant, others): (Vec<_>, Vec<_>) = named
        .into_iter()
        .partition(|(_, names)| way.is_some_and(|way| is_meant(names, way)));
    let documents = |named: Vec<(Document, _)>| named.into_iter().map(|(one, _)| one).collect();
    (documents(meant), documents(others))
}

/// The last two characters of a title, which say what kind of document it is.
fn ending(title: &str) -> &str {
    let at = title.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    &title[at..]
}

/// Whether `short`, of five characters or more, is `name` with characters left out.
fn is_shortened(name: &str, short: &str) -> bool {
    let mut rest = name.chars();
    short.chars().count() > 4 && short.chars().all(|c| rest.any(|other| other == c))
}

/// The documents whose names share two thirds of the pairs of characters of a name that
/// none has, the nearest first.
pub(super) fn nearest(mut documents: Vec<Document>, wanted: &str) -> Vec<Document> {
    let pairs =
        |name: &str| -> BTreeSet<(char, char)> { name.chars().zip(name.chars().skip(1)).collect() };
    let own = pairs(wanted);
    let shared = |document: &Document| {
        let names = document.titles.keys().chain(&document.numbers);
        let shared = names.map(|name| pairs(name).intersection(&own).count());
        shared.max().unwrap_or(0)
    };
    documents.retain(|document| shared(document) * 3 > own.len() * 2);
    documents.sort_by_cached_key(|document| std::cmp::Reverse(shared(document)));
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(titles: &[&str], numbers: &[&str]) -> Document {
        Document {
            titles: titles
                .iter()
                .map(|title| (document_key(title), 1))
                .collect(),
            numbers: numbers.iter().map(|number| document_key(number)).collect(),
            articles: Vec::new(),
        }
    }

    #[test]
    fn a_name_in_part_or_shortened_means_the_document() {
        let full = "北京市促进通用人工智能创新发展的若干措施";
        for asked in [
            full,
            "《北京市促进通用\n人工智能创新发展的若干措施》",
            "北京市促进通用人工智能创新发展若干措施（试行）",
            "通用人工智能创新发展",
            "北京市人民政府关于印发《北京市促进通用人工智能创新发展的若干措施》的通知",
            "北京通用人工智能若干措施",
        ] {
            let documents = vec![named(&[full], &[]), named(&["上海市数据条例"], &[])];
            let (meant, _) = meant(documents, &document_key(asked));
            assert_eq!(meant.len(), 1, "{asked}");
            assert!(meant[0].titles.contains_key(&document_key(full)), "{asked}");
        }
        let documents = vec![named(&[full], &[])];
        assert!(meant(documents, "深圳数据条例").0.is_empty());
    }

    #[test]
    fn a_shortened_name_means_documents_of_its_kind() {
        let documents = vec![
            named(&["关于深入实施人工智能行动的意见"], &[]),
            named(&["浙江省人工智能行动计划征求意见稿"], &[]),
        ];
        assert_eq!(meant(documents, "人工智能行动意见").0.len(), 1);
    }

    fn titles(documents: &[Document]) -> Vec<usize> {
        let mut sizes: Vec<usize> = documents.iter().map(|d| d.titles.len()).collect();
        sizes.sort_unstable();
        sizes
    }

    #[test]
    fn forms_of_one_title_are_one_document() {
        let forms = [
            named(&["甲市算力券管理办法（试行）"], &["甲府〔2024〕7号"]),
            named(&["甲市算力券管理办法（征求意见稿）"], &[]),
            named(&["关于印发《甲市算力券管理办法（试行）》的通知"], &[]),
            named(&["甲市算力券实施细则"], &[]),
        ];
        let documents = joined(forms.into_iter());
        assert_eq!(titles(&documents), [1, 3]);
        let joined = documents.iter().find(|d| d.titles.len() == 3);
        assert_eq!(
            joined.and_then(Document::title),
            Some("甲市算力券管理办法试行")
        );
    }

    #[test]
    fn documents_with_different_numbers_are_not_joined() {
        let forms = [
            named(&["甲市算力券管理办法（试行）"], &["甲府〔2022〕7号"]),
            named(&["甲市算力券管理办法"], &["甲府〔2024〕9号"]),
            // It may be a form of either.
            named(&["甲市算力券的管理办法"], &[]),
        ];
        assert_eq!(titles(&joined(forms.into_iter())), [1, 1, 1]);
    }

    #[test]
    fn a_shorter_form_belongs_to_the_only_longer_one() {
        let (short, one) = (
            "推动算力产业高质量发展行动计划",
            "推动算力产业高质量发展行动计划（2023—2025年）",
        );
        let documents = joined([named(&[short], &[]), named(&[one], &[])].into_iter());
        assert_eq!(titles(&documents), [2]);
        let other = "推动算力产业高质量发展行动计划（2026—2028年）";
        let several = [
            named(&[short], &[]),
            named(&[one], &[]),
            named(&[other], &[]),
        ];
        assert_eq!(titles(&joined(several.into_iter())), [1, 1, 1]);
    }

    #[test]
    fn the_nearest_names_share_most_of_the_name() {
        let documents = vec![
            named(&["甲市算力券管理办法"], &["国发〔2025〕11号"]),
            named(&["乙市数据条例"], &[]),
        ];
        assert_eq!(nearest(documents, "国发202512号").len(), 1);
    }
}
