//! How an article is cited: GB/T 7714—2015, BibTeX, or a Markdown footnote.
//!
//! Every reference also says where the text was taken from: file, place and the
//! content hash of the file, so that it can be found and checked again. What is
//! not known is left out, or said to be unknown where the standard asks for it;
//! a date is as precise as the article's.

use super::check::QuoteSource;
use crate::article::Place;
use crate::index::FullArticle;

/// The style of a reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferenceStyle {
    /// GB/T 7714—2015, numeric system: `[N]` for newspapers, `[EB/OL]` for what
    /// has an address, `[Z]` for the rest.
    #[default]
    Gbt7714,
    /// A BibTeX entry.
    Bibtex,
    /// A Markdown footnote.
    Markdown,
}

/// What a reference says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// The id of the article, or of the passage that is cited.
    pub id: String,
    /// The headline; may be empty.
    pub title: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// An ISO prefix: `2024`, `2024-05`, `2024-05-30`.
    pub date: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// The file.
    pub file: String,
    /// Where in the file the article, or the passage cited, begins.
    pub place: Place,
    /// The BLAKE3 hash of the file; of the text if it was added through the library.
    pub hash: String,
    /// The day on which it was looked up, for what has an address.
    pub accessed: Option<String>,
}

impl Reference {
    /// What to say of an article, or of the passage of it that was asked for.
    pub fn of(full: &FullArticle) -> Self {
        let article = &full.article;
        let passage = full.passage.and_then(|number| number.checked_sub(1));
        let place = passage.and_then(|passage| full.places.get(passage).copied());
        let authors = article.author.iter();
        Reference {
            id: match full.passage {
                Some(number) => format!("{}#{number}", full.id),
                None => full.id.clone(),
            },
            title: article.title.clone(),
            authors: authors
                .flat_map(|author| author.value.split([' ', '、', '，', ',']))
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            outlet: article.outlet.as_ref().map(|outlet| outlet.value.clone()),
            date: article.date.as_ref().map(|date| date.iso.clone()),
            url: article.url.clone(),
            file: if full.file.is_empty() {
                &full.path
            } else {
                &full.file
            }
            .clone(),
            place: place.unwrap_or(article.place),
            hash: match full.hash.is_empty() {
                true => blake3::hash(full.text.as_bytes()).to_hex().to_string(),
                false => full.hash.clone(),
            },
            accessed: None,
        }
    }

    /// The reference in a style.
    ///
    /// ```
    /// use cewen::{Reference, ReferenceStyle};
    ///
    /// let reference = Reference {
    ///     title: "上海：算力券开始发放".to_owned(),
    ///     outlet: Some("解放日报".to_owned()),
    ///     date: Some("2024-05".to_owned()),
    ///     ..Reference::default()
    /// };
    /// assert_eq!(
    ///     reference.to_text(ReferenceStyle::Gbt7714),
    ///     "上海：算力券开始发放[N]. 解放日报, 2024-05."
    /// );
    /// ```
    pub fn to_text(&self, style: ReferenceStyle) -> String {
        match style {
            ReferenceStyle::Gbt7714 => self.gbt7714(),
            ReferenceStyle::Bibtex => self.bibtex(),
            ReferenceStyle::Markdown => self.markdown(),
        }
    }

    /// Where the text was taken from: file, place, hash, id.
    pub fn origin(&self) -> String {
        let Reference { file, hash, id, .. } = self;
        format!(
            "{file}{}, BLAKE3 {}, {id}",
            place_text(&self.place),
            short(hash)
        )
    }

    fn is_newspaper(&self) -> bool {
        let is_one = |outlet: &String| outlet.ends_with('报') || outlet.ends_with('報');
        self.outlet.as_ref().is_some_and(is_one)
    }

    fn gbt7714(&self) -> String {
        let mut text = String::new();
        // More than three authors: the first three and 等.
        let named = self.authors.iter().take(3).map(String::as_str);
        let named: Vec<&str> = named.collect();
        if !named.is_empty() {
            text.push_str(&named.join(", "));
            if self.authors.len() > 3 {
                text.push_str(", 等");
            }
            text.push_str(". ");
        }
        text.push_str(self.shown_title());
        let date = self.date.as_deref();
        match (&self.url, &self.outlet) {
            (Some(url), outlet) if !self.is_newspaper() || date.is_none() => {
                text.push_str("[EB/OL]. ");
                if let Some(outlet) = outlet {
                    text.push_str(&format!("{outlet}, "));
                }
                if let Some(date) = date {
                    text.push_str(&format!("({date})"));
                }
                if let Some(accessed) = &self.accessed {
                    text.push_str(&format!("[{accessed}]"));
                }
                let text = text.trim_end_matches(", ").trim_end_matches(". ");
                format!("{text}. {url}.")
            }
            (url, Some(outlet)) if self.is_newspaper() => {
                text.push_str(if url.is_some() { "[N/OL]. " } else { "[N]. " });
                text.push_str(&format!("{outlet}, {}", date.unwrap_or("日期不详")));
                if let (Some(accessed), true) = (&self.accessed, url.is_some()) {
                    text.push_str(&format!("[{accessed}]"));
                }
                match url {
                    Some(url) => format!("{text}. {url}."),
                    None => format!("{text}."),
                }
            }
            (_, outlet) => {
                text.push_str("[Z]. ");
                let parts = [outlet.as_deref(), date].into_iter().flatten();
                let parts: Vec<&str> = parts.collect();
                text.push_str(&parts.join(", "));
                format!("{}.", text.trim_end_matches(". "))
            }
        }
    }

    fn shown_title(&self) -> &str {
        match self.title.as_str() {
            "" => "题名不详",
            title => title,
        }
    }

    fn bibtex(&self) -> String {
        let key: String = self
            .id
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let kind = if self.is_newspaper() {
            "article"
        } else {
            "misc"
        };
        let mut entry = format!("@{kind}{{cewen-{key}");
        let mut field = |name: &str, value: &str| {
            entry.push_str(&format!(",\n  {name} = {{{value}}}"));
        };
        if !self.authors.is_empty() {
            // Braces keep a Chinese name from being cut into first and last.
            let names = self
                .authors
                .iter()
                .map(|name| format!("{{{}}}", escaped(name)));
            field("author", &names.collect::<Vec<_>>().join(" and "));
        }
        field("title", &format!("{{{}}}", escaped(self.shown_title())));
        if let Some(outlet) = &self.outlet {
            let name = if kind == "article" {
                "journal"
            } else {
                "publisher"
            };
            field(name, &escaped(outlet));
        }
        if let Some(date) = &self.date {
            let mut parts = date.split('-');
            for name in ["year", "month", "day"] {
                if let Some(part) = parts.next() {
                    field(name, part.trim_start_matches('0'));
                }
            }
        }
        if let Some(url) = &self.url {
            field("url", &escaped_url(url));
            if let Some(accessed) = &self.accessed {
                field("urldate", accessed);
            }
        }
        field("note", &escaped(&self.origin()));
        entry.push_str("\n}");
        entry
    }

    fn markdown(&self) -> String {
        let key: String = self
            .id
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let plain = |text: &str| -> String {
            let mut plain = String::new();
            for c in text.chars() {
                if matches!(
                    c,
                    '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|'
                ) {
                    plain.push('\\');
                }
                plain.push(if c == '\n' { ' ' } else { c });
            }
            plain
        };
        let title = format!("《{}》", plain(self.shown_title()));
        let title = match &self.url {
            Some(url) => format!("[{title}](<{}>)", url.replace(['<', '>', '\n'], "")),
            None => title,
        };
        let who = (!self.authors.is_empty()).then(|| plain(&self.authors.join("、")));
        let parts = [
            who,
            Some(title),
            self.outlet.as_deref().map(plain),
            Some(self.date.clone().unwrap_or_else(|| "日期不详".to_owned())),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("[^{key}]: {}。{}", parts.join("，"), plain(&self.origin()))
    }
}

impl QuoteSource {
    /// Who said it when, in one line: outlet, title, date.
    pub fn label(&self) -> String {
        let article = &self.article;
        let title = match article.title.as_str() {
            "" => String::new(),
            title => format!("《{title}》"),
        };
        let parts = [article.outlet.clone(), Some(title), article.date.clone()];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("，")
    }
}

/// A place behind a file, as a reference says it.
fn place_text(place: &Place) -> String {
    match place {
        Place {
            line: Some(line), ..
        } => format!(":{line}"),
        Place {
            page: Some(page), ..
        } => format!(" 第{page}页"),
        Place { row: Some(row), .. } => format!(" 第{row}行"),
        Place {
            paragraph: Some(paragraph),
            ..
        } => format!(" 第{paragraph}段"),
        _ => String::new(),
    }
}

/// Enough of a hash to tell files apart.
fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}

/// A text as a BibTeX value: every character that TeX acts on is written out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '{' | '}' | '$' | '&' | '#' | '_' | '%' => escaped.extend(['\\', c]),
            '\n' | '\r' | '\t' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// An address as a BibTeX value: what would end the value is percent-encoded.
fn escaped_url(url: &str) -> String {
    let mut escaped = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '{' => escaped.push_str("%7B"),
            '}' => escaped.push_str("%7D"),
            '\\' => escaped.push_str("%5C"),
            c if c.is_whitespace() => escaped.push_str("%20"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reference() -> Reference {
        Reference {
            id: "a1b2#3".to_owned(),
            title: "上海：算力券开始发放".to_owned(),
            authors: vec!["王五".to_owned()],
            outlet: Some("解放日报".to_owned()),
            date: Some("2024-05-30".to_owned()),
            url: None,
            file: "corpus/上海.txt".to_owned(),
            place: Place {
                line: Some(12),
                ..Place::default()
            },
            hash: "0123456789abcdef0123".to_owned(),
            accessed: None,
        }
    }

    #[test]
    fn a_newspaper_an_address_and_the_rest_have_their_signs() {
        let gbt = |reference: &Reference| reference.to_text(ReferenceStyle::Gbt7714);
        assert_eq!(
            gbt(&reference()),
            "王五. 上海：算力券开始发放[N]. 解放日报, 2024-05-30."
        );
        let online = Reference {
            outlet: Some("上海市政府网".to_owned()),
            authors: ["甲", "乙", "丙", "丁"].map(str::to_owned).to_vec(),
            date: Some("2024".to_owned()),
            url: Some("https://example.cn/1".to_owned()),
            accessed: Some("2026-01-02".to_owned()),
            ..reference()
        };
        assert_eq!(
            gbt(&online),
            "甲, 乙, 丙, 等. 上海：算力券开始发放[EB/OL]. 上海市政府网, (2024)[2026-01-02]. https://example.cn/1."
        );
        let bare = Reference {
            title: String::new(),
            authors: Vec::new(),
            outlet: None,
            date: None,
            ..reference()
        };
        assert_eq!(gbt(&bare), "题名不详[Z].");
    }

    #[test]
    fn bibtex_keeps_names_whole_and_dates_as_precise_as_they_are() {
        let month = Reference {
            title: "100% 的 C_1 & {2}".to_owned(),
            date: Some("2024-05".to_owned()),
            ..reference()
        };
        assert_eq!(
            month.to_text(ReferenceStyle::Bibtex),
            "@article{cewen-a1b2-3,\n  author = {{王五}},\n  title = {{100\\% 的 C\\_1 \\& \\{2\\}}},\n  journal = {解放日报},\n  year = {2024},\n  month = {5},\n  note = {corpus/上海.txt:12, BLAKE3 0123456789abcdef, a1b2\\#3}\n}"
        );
    }

    #[test]
    fn a_footnote_is_one_line() {
        let written = reference().to_text(ReferenceStyle::Markdown);
        assert_eq!(
            written,
            "[^a1b2-3]: 王五，《上海：算力券开始发放》，解放日报，2024-05-30。corpus/上海.txt:12, BLAKE3 0123456789abcdef, a1b2\\#3"
        );
    }

    proptest! {
        #[test]
        fn braces_balance_whatever_the_title_is(title in any::<String>(), url in any::<String>()) {
            let reference = Reference { title, url: Some(url), ..reference() };
            let entry = reference.to_text(ReferenceStyle::Bibtex);
            let mut depth = 0_i32;
            let mut is_escaped = false;
            for c in entry.chars() {
                match c {
                    '{' if !is_escaped => depth += 1,
                    '}' if !is_escaped => depth -= 1,
                    _ => {}
                }
                is_escaped = c == '\\' && !is_escaped;
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0);
        }
    }
}
