//! An empty or thin answer explained: what was tried, and what was found one
//! step looser, so that an absence can be reported.
//!
//! Every count is that of the query it stands with, which can be searched for
//! as it is; exact up to where a search stops counting. Costs nothing where something was found. Does not
//! look for other words: see `suggest`.

use std::cell::RefCell;
use std::collections::HashMap;

use super::answer::{Answer, Attempt, AttemptKind, SearchOptions};
use super::best::{self, Bounded};
use super::frequency::Limits;
use super::nearest::Reach;
use super::plan::{Needed, Plan};
use super::rank::{Candidate, candidates};
use super::score::scores;
use super::suggest::suggestions;
use super::together::articles_with;
use super::{Searcher, parts};
use crate::analysis::{GAP, Pattern, fold, symbols};
use crate::error::Result;
use crate::index::{Reader, Segment};
use crate::query::{Expr, Field, Query};

/// An answer of fewer passages, none of them exact, is explained.
pub(super) const THIN: usize = 3;

/// Of a longer query only its size is said: it is a pasted page.
const MAX_CHARS: usize = 200;

/// A bare part up to this length is taken for one term, which may be misspelled.
const MAX_TERM_CHARS: usize = 8;

/// Counting goes so far.
const MOST: usize = Limits::STANDARD.hits;

/// Texts, and conditions, of which each is tried alone.
const MAX_TRIED: usize = 8;

/// Quotes of more words are not tried word by word.
const MAX_WORDS: usize = 12;

impl Searcher {
    /// Explains an answer if it is empty or thin, and says what may have been
    /// meant if nothing stands there literally.
    pub(super) fn explain_thin(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &mut Answer,
    ) -> Result<()> {
        if answer.lanes.exact > 0 {
            return Ok(());
        }
        let total = answer.total.passages;
        let looser = Looser::new(self.reader(), options.all_text);
        if total >= THIN {
            // A word misspelled still finds its halves: worth a look if short.
            let query = parts::flat(query);
            if parts::only_text(&query).is_some_and(|text| text.chars().count() <= MAX_TERM_CHARS) {
                answer.suggestions = suggestions(&looser, &query, Reach::Sound, THIN)?;
            }
            return Ok(());
        }
        if query.to_string().chars().count() <= MAX_CHARS {
            let written = query.to_string();
            let query = parts::flat(query);
            // It finds the same.
            for same in [written, query.to_string()] {
                looser.know(same, options.all_text, MOST, Count::to(MOST, total));
            }
            let texts = parts::texts(&query);
            looser.texts(&texts, &mut answer.tried)?;
            looser.words(&query, &mut answer.tried)?;
            looser.conditions(&query, &mut answer.tried)?;
            looser.furniture(&query, total, &mut answer.tried)?;
            answer.suggestions = suggestions(&looser, &query, Reach::Anything, 1)?;
        }
        let header = &self.reader().header;
        let mut add = |kind, text: String, count| {
            answer.tried.push(Attempt {
                kind,
                text,
                count,
                at_least: false,
                query: None,
            });
        };
        if let Some(stale) = answer.stale.as_ref().filter(|stale| stale.changed > 0) {
            let looked_at = format!("{}/{}", stale.checked, stale.of);
            add(AttemptKind::Stale, looked_at, stale.changed);
        }
        if header.unreadable > 0 {
            add(AttemptKind::Unreadable, String::new(), header.unreadable);
        }
        let holds = format!("{} 篇，{} 个文件", header.articles, header.files);
        add(AttemptKind::Index, holds, header.passages);
        Ok(())
    }
}

/// How many of something there are, or at least are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) of: usize,
    pub(super) at_least: bool,
}

impl Count {
    /// Of so many, `most` at most.
    fn to(most: usize, of: usize) -> Self {
        Count {
            of: of.min(most),
            at_least: of > most,
        }
    }
}

/// Counts what looser queries find.
pub(super) struct Looser<'a> {
    pub(super) reader: &'a Reader,
    pub(super) all_text: bool,
    /// What was counted: for a query, in all text or not, to which number.
    known: RefCell<HashMap<(String, bool), (usize, Count)>>,
}

impl<'a> Looser<'a> {
    pub(super) fn new(reader: &'a Reader, all_text: bool) -> Self {
        Looser {
            reader,
            all_text,
            known: RefCell::default(),
        }
    }

    fn know(&self, query: String, all_text: bool, most: usize, count: Count) {
        let mut known = self.known.borrow_mut();
        known.insert((query, all_text), (most, count));
    }

    /// How many passages a text makes hits, `most` at most: what it finds quoted.
    pub(super) fn literal(&self, text: &str, most: usize) -> Result<Count> {
        match Pattern::new(text) {
            Some(_) => self.count(&Query::exact(text), self.all_text, most),
            None => Ok(Count::default()),
        }
    }

    /// How many passages a query finds, `most` at most.
    pub(super) fn count(&self, query: &Query, all_text: bool, most: usize) -> Result<Count> {
        let key = (query.to_string(), all_text);
        if let Some(&(to, known)) = self.known.borrow().get(&key)
            && (to >= most || !known.at_least)
        {
            return Ok(Count {
                of: known.of.min(most),
                at_least: known.at_least || known.of > most,
            });
        }
        let count = self.counted(query, all_text, most)?;
        self.know(key.0, all_text, most, count);
        Ok(count)
    }

    fn counted(&self, query: &Query, all_text: bool, most: usize) -> Result<Count> {
        let plan = Plan::new(self.reader, query)?;
        let limits = Limits {
            hits: most,
            ..Limits::STANDARD
        };
        if best::is_wide(self.reader, &plan, limits)? {
            let options = SearchOptions {
                all_text,
                ..SearchOptions::default()
            };
            let total = Bounded::new(self.reader, &plan, &options, limits)?
                .best(0)?
                .total;
            return Ok(Count {
                of: total.passages,
                at_least: total.at_least,
            });
        }
        Ok(Count::to(most, self.found(query, all_text)?.len()))
    }

    fn found(&self, query: &Query, all_text: bool) -> Result<Vec<Candidate>> {
        let plan = Plan::new(self.reader, query)?;
        if plan.conditions.is_empty() && plan.parts.is_empty() {
            return Ok(Vec::new());
        }
        // Only evidence makes hits: what is required anyway need not be scored.
        let is_scored = plan.terms.iter().any(|term| term.is_evidence);
        let terms = if is_scored { &plan.terms[..] } else { &[] };
        let scores = scores(self.reader, terms, all_text, Limits::STANDARD, None)?;
        candidates(self.reader, &plan, &scores, all_text)
    }

    /// Tries a query, and says it as it can be written.
    fn attempt(&self, kind: AttemptKind, text: String, query: &Query) -> Result<Attempt> {
        // What is counted is what a person will search for: the printed query.
        let written = query.to_string();
        let count = match Query::parse(&written) {
            Ok(parsed) => self.count(&parsed.query, self.all_text, MOST)?,
            Err(_) => Count::default(),
        };
        Ok(Attempt {
            kind,
            text,
            count: count.of,
            at_least: count.at_least,
            query: (count.of > 0).then_some(written),
        })
    }

    /// Each text alone, as it stands, without filters.
    fn texts(&self, texts: &[&str], tried: &mut Vec<Attempt>) -> Result<()> {
        for &text in texts.iter().take(MAX_TRIED) {
            let query = Query::exact(text);
            tried.push(self.attempt(AttemptKind::Literal, text.to_owned(), &query)?);
            let folded: String = text.chars().map(fold).collect();
            let is_traditional = |(original, folded): (char, char)| {
                original != folded && parts::is_han(original) && parts::is_han(folded)
            };
            if text.chars().zip(folded.chars()).any(is_traditional) {
                let query = Query::exact(&folded);
                tried.push(self.attempt(AttemptKind::Traditional, folded, &query)?);
            }
        }
        Ok(())
    }

    /// The words of quotes that find little, and quotes that do not meet.
    fn words(&self, query: &Query, tried: &mut Vec<Attempt>) -> Result<()> {
        let quotes: Vec<(usize, &str)> = parts::quotes(query).take(MAX_TRIED).collect();
        for &(at, text) in &quotes {
            if self.literal(text, THIN)?.of >= THIN {
                continue;
            }
            let words = self.words_of(text)?;
            if (2..=MAX_WORDS).contains(&words.len()) {
                let each = words.iter().cloned().map(Expr::Phrase).collect();
                let all = parts::replaced(query, at, each);
                tried.push(self.attempt(AttemptKind::Words, words.join(" "), &all)?);
                self.apart(query, at..at + 1, &words, tried)?;
            }
        }
        for (at, part) in query.parts.iter().enumerate() {
            if let Expr::Near { left, right, .. } = part {
                let both = vec![Expr::Phrase(left.clone()), Expr::Phrase(right.clone())];
                let text = format!("{left} {right}");
                let query = parts::replaced(query, at, both);
                tried.push(self.attempt(AttemptKind::Words, text, &query)?);
            }
        }
        if let [(first, _), .., (last, _)] = quotes[..] {
            let is_between = |(at, _): (usize, &Expr)| (first..=last).contains(&at);
            let mut between = query
                .parts
                .iter()
                .enumerate()
                .filter(|&one| is_between(one));
            if between.all(|(_, part)| matches!(part, Expr::Phrase(_))) {
                let texts: Vec<String> = quotes.iter().map(|(_, text)| text.to_string()).collect();
                self.apart(query, first..last + 1, &texts, tried)?;
            }
        }
        Ok(())
    }

    /// Some texts that stand for the parts `at` of a query: in one article, and
    /// one of them at least.
    fn apart(
        &self,
        query: &Query,
        at: std::ops::Range<usize>,
        texts: &[String],
        tried: &mut Vec<Attempt>,
    ) -> Result<()> {
        let together = texts.join(" ");
        let articles = self.articles(query, texts)?;
        if articles.of > 0 {
            tried.push(Attempt {
                kind: AttemptKind::Article,
                text: together.clone(),
                count: articles.of,
                at_least: articles.at_least,
                // No query asks for an article as a whole.
                query: None,
            });
        }
        let mut any = query.clone();
        let one = Expr::Or(texts.iter().cloned().map(Expr::Phrase).collect());
        any.parts.splice(at, [one]);
        tried.push(self.attempt(AttemptKind::AnyWord, together, &any)?);
        Ok(())
    }

    /// The words of a text as the lanes see them, each once.
    fn words_of(&self, text: &str) -> Result<Vec<String>> {
        let plan = Plan::new(
            self.reader,
            &Query::default().and(Expr::Text(text.to_owned())),
        )?;
        let mut words = Vec::new();
        for needed in plan.parts.iter().flat_map(|part| &part.words) {
            let word: String = match needed {
                Needed::Run(run) => spelled(text, run),
                Needed::Literal(pattern) => {
                    let symbols = pattern.symbols().iter();
                    symbols.map(|symbol| symbol.character).collect()
                }
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Ok(words)
    }

    /// How many articles that fulfil the filters of a query hold all texts, anywhere.
    fn articles(&self, query: &Query, texts: &[String]) -> Result<Count> {
        let filters = Query {
            parts: query
                .parts
                .iter()
                .filter(|part| parts::is_filter(part))
                .cloned()
                .collect(),
        };
        let conditions = Plan::new(self.reader, &filters)?.conditions;
        let patterns: Vec<Pattern> = texts.iter().filter_map(|text| Pattern::new(text)).collect();
        let found = articles_with(self.reader, &conditions, &patterns, self.all_text, MOST)?;
        Ok(Count::to(MOST, found))
    }

    /// Each condition left out in turn, and what a date leaves out that is undated.
    fn conditions(&self, query: &Query, tried: &mut Vec<Attempt>) -> Result<()> {
        let is_condition = |part: &Expr| !matches!(part, Expr::Text(_));
        let conditions = query.parts.iter().enumerate();
        for (at, part) in conditions
            .filter(|(_, part)| is_condition(part))
            .take(MAX_TRIED)
        {
            let rest = parts::replaced(query, at, Vec::new());
            if !rest.parts.iter().any(|part| !matches!(part, Expr::Not(_))) {
                continue;
            }
            tried.push(self.attempt(AttemptKind::Without, part.to_string(), &rest)?);
            if matches!(part, Expr::Filter(filter) if filter.field == Field::Date) {
                let is_undated = |candidate: &Candidate| {
                    let (segment, title) = self.reader.locate(candidate.title);
                    segment.days(title).0 == 0
                };
                let found = self.found(&rest, self.all_text)?;
                let count = found.into_iter().filter(|found| is_undated(found)).count();
                tried.push(Attempt {
                    kind: AttemptKind::Undated,
                    text: part.to_string(),
                    count,
                    at_least: false,
                    query: None,
                });
            }
        }
        tried.retain(|attempt| attempt.kind != AttemptKind::Undated || attempt.count > 0);
        Ok(())
    }

    /// The same query on the text around articles too, where that finds more.
    fn furniture(&self, query: &Query, total: usize, tried: &mut Vec<Attempt>) -> Result<()> {
        let mut segments = self.reader.segments.iter();
        if self.all_text || segments.all(Segment::is_known_without_furniture) {
            return Ok(());
        }
        let count = self.count(query, true, MOST)?;
        if count.of > total {
            let written = query.to_string();
            tried.push(Attempt {
                kind: AttemptKind::Furniture,
                text: written.clone(),
                count: count.of,
                at_least: count.at_least,
                query: Some(written),
            });
        }
        Ok(())
    }
}

/// A run of Latin letters and digits as `text` spells it, hyphens included.
fn spelled(text: &str, run: &str) -> String {
    let symbols: Vec<_> = symbols(text)
        .into_iter()
        .filter(|symbol| symbol.character != GAP)
        .collect();
    let wanted: Vec<char> = run.chars().collect();
    let found = symbols.windows(wanted.len().max(1)).find(|window| {
        let characters = window.iter().map(|symbol| symbol.character);
        characters.eq(wanted.iter().copied())
    });
    match found {
        Some([first, .., last]) => text[first.bytes().start..last.bytes().end].to_owned(),
        _ => run.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_spelled_as_it_was_asked_for() {
        assert_eq!(spelled("发布Mind-GPT模型", "mindgpt"), "Mind-GPT");
        assert_eq!(spelled("发布GPT模型", "别的"), "别的");
    }
}
