//! `corrections.toml`: what a person knows better than the files say.
//!
//! It lies in a root and names articles by the path of their file; what it
//! says of them takes the place of what was stated or inferred, and the words
//! it is known by are [`FILE_NAME`]. A field set to nothing is known to be
//! unknown. A mistake in it is an error with its line: half of a person's
//! corrections would be worse than none.
//!
//! ```toml
//! [[article]]
//! path = "2024/算力.txt"            # or a pattern: "甲报/**"
//! date = "2024-05-30"
//! regions = ["上海", "浦东新区"]
//!
//! [[article]]
//! path = "每日.jsonl"
//! item = "a17"                      # the id or the headline of one of many
//! outlet = "甲报"
//! ```

use super::options::fits;
use super::{at_line, problem};
use crate::article::{
    Article, ArticleDate, Citation, Confidence, Correction, DatePrecision, Evidenced, Place,
    Problem, Region, RegionRole, cited, named_divisions, parse_date,
};
use crate::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use toml::Spanned;

/// The name of the file in a root, and the evidence of what it corrects.
const FILE_NAME: &str = "corrections.toml";

/// The fields of an entry, for the message about a misspelt one.
const FIELDS: &str =
    "path, item, title, date, outlet, author, url, regions, published_in, citations";

/// The corrections of a root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corrections {
    entries: Vec<Entry>,
}

/// What is said of the articles of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    line: usize,
    said: Said,
}

/// The content of an entry; what it serialises to tells whether it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Said {
    path: String,
    item: Option<String>,
    title: Option<String>,
    /// A date, or none where it is known to be unknown.
    date: Option<Option<(String, DatePrecision)>>,
    outlet: Option<String>,
    author: Option<String>,
    url: Option<String>,
    regions: Option<Vec<Region>>,
    published_in: Option<Vec<Region>>,
    citations: Option<Vec<Citation>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    article: Vec<Spanned<WrittenEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    path: String,
    item: Option<String>,
    title: Option<String>,
    date: Option<Spanned<toml::Value>>,
    outlet: Option<String>,
    author: Option<String>,
    url: Option<String>,
    regions: Option<Vec<Spanned<String>>>,
    published_in: Option<Vec<Spanned<String>>>,
    citations: Option<Vec<String>>,
}

impl Corrections {
    /// Reads the corrections of a root; there are none if it has no such file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadCorrections`] with line and remedy if the file is not
    /// understood, [`ErrorKind::Io`] if it cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join(FILE_NAME);
        match super::read_text(&path) {
            Ok(text) => Self::parse(&path.display().to_string(), &text),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(Self::default())
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(bad(
                &path.display().to_string(),
                1,
                "it is not UTF-8",
                "save it as UTF-8",
            )),
            Err(error) => Err(Error::io("read", &path, error)),
        }
    }

    /// Reads the text of a file that is called `name` in errors.
    ///
    /// # Errors
    ///
    /// As [`Corrections::read`].
    ///
    /// ```
    /// use cewen::corpus::Corrections;
    ///
    /// let text = "[[article]]\npath = \"甲.txt\"\nregions = [\"杭洲\"]\n";
    /// let error = Corrections::parse("corrections.toml", text).unwrap_err();
    /// assert_eq!(error.to_string(), "corrections.toml:3: \"杭洲\" is no place that is known");
    /// ```
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line_at = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = line_at(error.span().map_or(0, |span| span.start));
            let message = error.message().replace('\n', "; ");
            let remedy = if message.contains("unknown field") {
                format!("entries begin with [[article]] and hold {FIELDS}")
            } else if message.contains("missing field `path`") {
                "say of which file: path = \"2024/甲.txt\"".to_owned()
            } else {
                "write texts in quotes and one field on a line; \
                 the README shows an example"
                    .to_owned()
            };
            bad(name, line, &message, remedy)
        })?;
        let entry = |written: Spanned<WrittenEntry>| {
            let line = line_at(written.span().start);
            let said = said(name, written.into_inner(), line_at)?;
            Ok(Entry { line, said })
        };
        let entries = written.article.into_iter().map(entry);
        Ok(Corrections {
            entries: entries.collect::<Result<_>>()?,
        })
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Finds the entries that name a file which is not there. `has` says
    /// whether the root holds a file.
    pub fn dangling(&self, has: impl Fn(&str) -> bool) -> Vec<(String, Problem)> {
        let is_dangling = |entry: &&Entry| {
            let path = entry.said.path.as_str();
            let file = path.split_once("!/").map_or(path, |(archive, _)| archive);
            !is_pattern(path) && !has(file)
        };
        let entries = self.entries.iter().filter(is_dangling);
        entries
            .map(|entry| {
                let what = format!("there is no file {}", entry.said.path);
                let remedy = "write its path as the results of a search do, or delete the entry";
                (
                    FILE_NAME.to_owned(),
                    problem(at_line(entry.line), what, remedy),
                )
            })
            .collect()
    }

    /// Writes down what is said of the articles of a file, to tell a change.
    pub(super) fn said_of(&self, path: &str) -> String {
        let inside = format!("{path}!/");
        let entries = self.entries.iter().map(|entry| &entry.said);
        entries
            .filter(|said| {
                names(&said.path, path) || said.path.starts_with(&inside) || is_archive(said, path)
            })
            .map(|said| serde_json::to_string(said).unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Begins to correct the articles of a file.
    pub(super) fn of<'a>(&'a self, path: &'a str) -> Correcting<'a> {
        Correcting {
            path,
            entries: &self.entries,
            used: vec![false; self.entries.len()],
            first: None,
        }
    }
}

/// Corrects the articles of a file, some after the other.
#[derive(Debug)]
pub(super) struct Correcting<'a> {
    path: &'a str,
    entries: &'a [Entry],
    /// Which entries were about an article.
    used: Vec<bool>,
    /// Where the first article stands.
    first: Option<Place>,
}

impl Correcting<'_> {
    /// Corrects the next articles of the file.
    pub(super) fn correct(&mut self, articles: &mut [Article]) {
        self.first = self.first.or(articles.first().map(|article| article.place));
        for (Entry { said, .. }, used) in self.entries.iter().zip(&mut self.used) {
            for article in &mut *articles {
                let is_in_file = match &article.entry {
                    Some(entry) => names(&said.path, &format!("{}!/{entry}", self.path)),
                    None => names(&said.path, self.path),
                };
                if is_in_file && said.is_about(article) {
                    *used = true;
                    said.correct(article);
                }
            }
        }
    }

    /// What names an item that the file does not hold is a problem.
    pub(super) fn unmatched(self) -> Vec<Problem> {
        let Some(place) = self.first else {
            return Vec::new();
        };
        let unused = self.entries.iter().zip(self.used);
        let mut problems = Vec::new();
        for (Entry { line, said }, _) in unused.filter(|(_, used)| !used) {
            let file = said.path.split_once("!/").map_or(&*said.path, |(f, _)| f);
            if let (Some(item), true) = (&said.item, file == self.path) {
                problems.push(problem(
                    place,
                    format!("no article {item:?}, which {FILE_NAME}:{line} corrects"),
                    "write its id or its whole headline there",
                ));
            }
        }
        problems
    }
}

/// Says whether a pattern of an archive's entries could name some of this one.
fn is_archive(said: &Said, path: &str) -> bool {
    is_pattern(&said.path) && path.to_ascii_lowercase().ends_with(".zip")
}

/// Says whether the path of an entry is a pattern.
fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?'])
}

/// Says whether the path of an entry, which may be a pattern, names a file.
fn names(wanted: &str, path: &str) -> bool {
    wanted == path || is_pattern(wanted) && fits(&format!("/{wanted}"), path)
}

impl Said {
    /// Says whether an article of the file is meant: by its id or its headline
    /// as the file has it.
    fn is_about(&self, article: &Article) -> bool {
        let headline = article.stated_title();
        self.item
            .as_deref()
            .is_none_or(|item| article.given_id.as_deref() == Some(item) || headline.trim() == item)
    }

    fn correct(&self, article: &mut Article) {
        let evidenced = |value: &String| {
            (!value.is_empty()).then(|| Evidenced {
                value: value.clone(),
                evidence: FILE_NAME.to_owned(),
            })
        };
        if let Some(title) = &self.title {
            let was = std::mem::replace(&mut article.title, title.clone());
            note(article, "title", Some(was));
        }
        if let Some(date) = &self.date {
            let was = std::mem::take(&mut article.date).map(|date| date.iso);
            article.date = date.clone().map(|(iso, precision)| ArticleDate {
                iso,
                precision,
                evidence: FILE_NAME.to_owned(),
            });
            note(article, "date", was);
        }
        if let Some(outlet) = &self.outlet {
            let was = std::mem::replace(&mut article.outlet, evidenced(outlet));
            note(article, "outlet", was.map(|was| was.value));
        }
        if let Some(author) = &self.author {
            let was = std::mem::replace(&mut article.author, evidenced(author));
            note(article, "author", was.map(|was| was.value));
        }
        if let Some(url) = &self.url {
            let new = (!url.is_empty()).then(|| url.clone());
            let was = std::mem::replace(&mut article.url, new);
            note(article, "url", was);
        }
        for (field, regions, role) in [
            ("regions", &self.regions, RegionRole::About),
            ("published_in", &self.published_in, RegionRole::From),
        ] {
            let Some(regions) = regions else { continue };
            let (was, others): (Vec<Region>, Vec<Region>) = std::mem::take(&mut article.regions)
                .into_iter()
                .partition(|region| region.role == role);
            // Those it is about come first.
            article.regions = match role {
                RegionRole::About => regions.iter().cloned().chain(others).collect(),
                RegionRole::From => others.into_iter().chain(regions.clone()).collect(),
            };
            let names: Vec<String> = was.into_iter().map(|region| region.name).collect();
            note(article, field, Some(names.join("、")));
        }
        if let Some(citations) = &self.citations {
            article.citations = citations.clone();
            note(article, "citations", None);
        }
    }
}

/// Remembers what a field was before it was corrected.
fn note(article: &mut Article, field: &str, was: Option<String>) {
    // Of two corrections of a field the first remembers what the file says.
    if article.corrected.iter().all(|known| known.field != field) {
        article.corrected.push(Correction {
            field: field.to_owned(),
            was: was.filter(|was| !was.is_empty()),
        });
    }
}

fn said(name: &str, entry: WrittenEntry, line_at: impl Fn(usize) -> usize) -> Result<Said> {
    let trimmed = |text: Option<String>| text.map(|text| text.trim().to_owned());
    let date = match entry.date {
        None => None,
        Some(date) => {
            let line = line_at(date.span().start);
            let text = match date.get_ref() {
                toml::Value::String(text) => text.trim().to_owned(),
                toml::Value::Integer(year) => year.to_string(),
                toml::Value::Datetime(date) => date.to_string(),
                other => other.type_str().to_owned(),
            };
            Some(match text.as_str() {
                "" => None,
                text => Some(parse_date(text).ok_or_else(|| {
                    bad(
                        name,
                        line,
                        &format!("the date {text:?} is not understood"),
                        "write it as \"2024-05-30\", \"2024-05\" or \"2024\"",
                    )
                })?),
            })
        }
    };
    let places = |places: Option<Vec<Spanned<String>>>, role| {
        let Some(places) = places else {
            return Ok(None);
        };
        let places = places.into_iter().map(|place| {
            let line = line_at(place.span().start);
            region(name, line, place.get_ref(), role)
        });
        places.collect::<Result<Vec<_>>>().map(Some)
    };
    Ok(Said {
        path: entry.path.trim().trim_start_matches("./").to_owned(),
        item: trimmed(entry.item),
        title: trimmed(entry.title),
        date,
        outlet: trimmed(entry.outlet),
        author: trimmed(entry.author),
        url: trimmed(entry.url),
        regions: places(entry.regions, RegionRole::About)?,
        published_in: places(entry.published_in, RegionRole::From)?,
        citations: entry
            .citations
            .map(|texts| texts.iter().flat_map(|text| cited(text)).collect()),
    })
}

/// Finds the one place that a name or code means.
fn region(name: &str, line: usize, place: &str, role: RegionRole) -> Result<Region> {
    let divisions = named_divisions(place);
    match divisions.as_slice() {
        [division] => Ok(Region {
            name: division.name.to_owned(),
            code: division.code.map(str::to_owned),
            role,
            evidence: FILE_NAME.to_owned(),
            confidence: Confidence::High,
        }),
        [] => Err(bad(
            name,
            line,
            &format!("{place:?} is no place that is known"),
            "name a division as 浙江, 杭州 or 余杭区, or by its code as 330110",
        )),
        several => {
            let codes: Vec<&str> = several.iter().filter_map(|d| d.code).collect();
            Err(bad(
                name,
                line,
                &format!("{place:?} is the name of {} places", several.len()),
                format!("give its code: {}", codes.join(", ")),
            ))
        }
    }
}

fn bad(name: &str, line: usize, message: &str, remedy: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::BadCorrections,
        format!("{name}:{line}: {message}"),
    )
    .with_hint(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{ReadOptions, parse_with};

    fn corrections(text: &str) -> Corrections {
        Corrections::parse("corrections.toml", text).expect("corrections")
    }

    fn read(path: &str, text: &str, corrected: &str) -> (Vec<Article>, Vec<Problem>) {
        let options = ReadOptions {
            corrections: corrections(corrected),
            ..ReadOptions::default()
        };
        let parsed = parse_with(path, text.as_bytes(), &options);
        (parsed.articles, parsed.problems)
    }

    const PAGE: &str = "杭州发放算力券\n来源：甲报 2024-05-30\n杭州昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。\n";

    #[test]
    fn what_is_corrected_takes_the_place_of_what_was_inferred_and_says_so() {
        let (articles, problems) = read(
            "a/甲.txt",
            PAGE,
            "[[article]]\npath = \"a/甲.txt\"\ntitle = \"宁波发放算力券\"\ndate = 2023-04-01\n\
             outlet = \"乙报\"\nauthor = \"丙\"\nurl = \"https://a.cn/1\"\nregions = [\"宁波\", \"330110\"]\n\
             published_in = [\"北京\"]\ncitations = [\"《算力券管理办法》（甲政发〔2023〕7号）\", \"某某条例\"]\n",
        );
        assert_eq!(problems, []);
        let article = &articles[0];
        assert_eq!(article.title, "宁波发放算力券");
        assert_eq!(
            article.date.as_ref().map(|d| d.iso.as_str()),
            Some("2023-04-01")
        );
        for evidence in [
            article.date.as_ref().map(|d| &d.evidence),
            article.outlet.as_ref().map(|o| &o.evidence),
            article.author.as_ref().map(|a| &a.evidence),
            article.regions.first().map(|r| &r.evidence),
        ] {
            assert_eq!(evidence.map(String::as_str), Some("corrections.toml"));
        }
        let places: Vec<&str> = article.regions.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(places, ["宁波", "余杭区", "北京"]);
        assert_eq!(
            article.citations[0].number.as_deref(),
            Some("甲政发〔2023〕7号")
        );
        assert_eq!(article.citations[1].title.as_deref(), Some("某某条例"));
        assert_eq!(article.stated_title(), "杭州发放算力券");
        assert_eq!(article.corrected.len(), 8);
    }

    #[test]
    fn a_field_set_to_nothing_is_unknown() {
        let (articles, _) = read(
            "甲.txt",
            PAGE,
            "[[article]]\npath = \"*.txt\"\ndate = \"\"\noutlet = \"\"\nregions = []\n",
        );
        assert_eq!((&articles[0].date, &articles[0].outlet), (&None, &None));
        assert_eq!(articles[0].regions, []);
    }

    #[test]
    fn one_of_many_is_named_by_id_or_headline() {
        let lines = "{\"id\":\"a1\",\"title\":\"甲\",\"text\":\"一\"}\n{\"title\":\"乙\",\"text\":\"二\"}\n";
        let (articles, problems) = read(
            "每日.jsonl",
            lines,
            "[[article]]\npath = \"每日.jsonl\"\nitem = \"a1\"\noutlet = \"甲报\"\n\
             [[article]]\npath = \"每日.jsonl\"\nitem = \"乙\"\ntitle = \"丙\"\n\
             [[article]]\npath = \"每日.jsonl\"\nitem = \"丁\"\ntitle = \"戊\"\n",
        );
        assert!(articles[0].outlet.is_some() && articles[1].outlet.is_none());
        assert_eq!(articles[1].title, "丙");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].message.contains("corrections.toml:9"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_mistake_is_an_error_with_line_and_remedy() {
        for (text, message, remedy) in [
            (
                "[[article]]\ntitle = \"甲\"\n",
                ":1: missing field `path`",
                "path =",
            ),
            (
                "[[article]]\npath = \"甲\"\ntitel = \"甲\"\n",
                ":3: unknown field `titel`",
                "title",
            ),
            (
                "[[articles]]\npath = \"甲\"\n",
                ":1: unknown field `articles`",
                "[[article]]",
            ),
            ("\n[[article]]\npath = 甲\n", ":3: ", "quotes"),
            (
                "[[article]]\npath = \"甲\"\ndate = \"昨天\"\n",
                ":3: the date \"昨天\"",
                "2024-05-30",
            ),
            (
                "[[article]]\npath = \"甲\"\nregions = [\n\"鼓楼区\"]\n",
                ":4: \"鼓楼区\" is the name of 4",
                "320106",
            ),
        ] {
            let error = Corrections::parse("corrections.toml", text).expect_err(text);
            assert!(error.to_string().contains(message), "{error}");
            assert!(
                error.hint().is_some_and(|hint| hint.contains(remedy)),
                "{error:?}"
            );
            assert_eq!(error.kind(), ErrorKind::BadCorrections);
        }
    }

    #[test]
    fn only_what_is_said_of_a_file_tells_that_it_changed() {
        let one = corrections("[[article]]\npath = \"甲.txt\"\ntitle = \"一\"\n");
        let other = corrections(
            "# 说明\n[[article]]\npath = \"乙/**\"\noutlet = \"乙报\"\n[[article]]\npath = \"甲.txt\"\ntitle = \"一\"\n",
        );
        assert_eq!(one.said_of("甲.txt"), other.said_of("甲.txt"));
        assert_ne!(one.said_of("乙/1.txt"), other.said_of("乙/1.txt"));
        assert_eq!(one.said_of("丙.txt"), "");
        assert_eq!(one.said_of("丙/甲.txt"), "", "a path is no pattern");
        let inside = corrections("[[article]]\npath = \"a.zip!/甲.txt\"\ntitle = \"一\"\n");
        assert_ne!(inside.said_of("a.zip"), "");
        let dangling = other.dangling(|path| path == "丁.txt");
        assert_eq!(dangling.len(), 1);
        assert_eq!(dangling[0].1.place.line, Some(5));
    }
}
