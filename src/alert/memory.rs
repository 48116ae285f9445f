//! What has been seen: of each article the hashes of its texts, with the turn
//! in which they were first seen.
//!
//! A turn is a look at the index that found something new. What an article
//! held once is not forgotten, whether it was edited away or the article went:
//! a text that comes back is not new to those who were shown it. Invariant: a
//! text keeps the turn it got when it was first found, so that nothing is shown
//! twice; who was not shown it in that turn, because it had gone again, is owed
//! it ([`Shown`]), so that nothing is lost.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Result;
use crate::index::{ArticleTexts, Reader, contents, each_article};

/// What has been seen of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Memory {
    /// The last look that found something new.
    pub(super) turn: u64,
    /// The generation that was looked at last.
    pub(super) generation: String,
    /// By the key of the file.
    pub(super) files: BTreeMap<String, FileMemory>,
}

/// What has been seen of a source file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct FileMemory {
    /// The beginning of the hash of its content; empty if it is not there.
    #[serde(rename = "h")]
    hash: String,
    #[serde(rename = "a")]
    articles: Vec<ArticleMemory>,
}

/// What has been seen of an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct ArticleMemory {
    id: String,
    /// Whether it is in the index no more.
    #[serde(rename = "g", default, skip_serializing_if = "std::ops::Not::not")]
    is_gone: bool,
    /// Its texts by turn.
    #[serde(rename = "s")]
    seen: BTreeMap<u64, Texts>,
}

/// The hashes of texts: 48 bits each, on disk twelve hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts(Vec<u64>);

const HASH_DIGITS: usize = 12;

/// A passage that holds texts which may be new to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// Its document, among all segments' documents.
    pub(super) passage: u32,
    /// Those texts, with the turn in which each was first seen.
    texts: Vec<(u64, u64)>,
}

/// What has been shown: by it a text is known for new.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shown {
    /// Texts that were first seen up to this turn have been shown,
    #[serde(rename = "shown")]
    pub(super) turn: u64,
    /// but for these: they were gone when it was their turn, and are new
    /// should they come back.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    owed: Texts,
}

impl Shown {
    /// Nothing has been shown.
    pub(super) fn nothing() -> Self {
        Shown::default()
    }

    /// All that is in the index has been shown.
    pub(super) fn everything(memory: &Memory) -> Self {
        let gone = memory.articles().filter(|article| article.is_gone);
        let gone = gone.flat_map(ArticleMemory::texts);
        let owed = gone.map(|(text, _)| text).collect();
        let turn = memory.turn;
        Shown {
            turn,
            owed: memory.not_elsewhere(owed, turn),
        }
    }

    /// Whether a passage holds a text that has not been shown.
    pub(super) fn is_new(&self, arrival: &Arrival) -> bool {
        let mut texts = arrival.texts.iter();
        texts.any(|(text, turn)| *turn > self.turn || self.owed.0.binary_search(text).is_ok())
    }

    /// All arrivals have been shown.
    pub(super) fn advance(&mut self, memory: &Memory, arrivals: &[Arrival]) {
        let young = memory.articles().flat_map(ArticleMemory::texts);
        let young = young.filter(|(_, turn)| *turn > self.turn);
        let mut owed: HashSet<u64> = young.map(|(text, _)| text).collect();
        owed.extend(&self.owed.0);
        for (text, _) in arrivals.iter().flat_map(|arrival| &arrival.texts) {
            owed.remove(text);
        }
        self.owed = memory.not_elsewhere(owed, self.turn);
        self.turn = memory.turn;
    }
}

/// Looks at the index: remembers what is new, and returns the passages that
/// hold texts not yet shown to one of `shown`, in no order.
pub(super) fn observe(
    memory: &mut Memory,
    reader: &Reader,
    shown: &[&Shown],
) -> Result<Vec<Arrival>> {
    let generation = reader.generation.file_name().unwrap_or_default();
    let files = contents(reader)?
        .into_iter()
        .map(|content| (content.key, content.hash.chars().take(16).collect()))
        .collect();
    let look = Look {
        generation: generation.to_string_lossy().into_owned(),
        files,
        since: shown
            .iter()
            .map(|shown| shown.turn)
            .min()
            .unwrap_or(u64::MAX),
        owed: shown
            .iter()
            .flat_map(|shown| &shown.owed.0)
            .copied()
            .collect(),
    };
    look.remember(memory, &mut |key, found| each_article(reader, key, found))
}

/// What is in the index.
struct Look {
    generation: String,
    /// Keys of files with the hashes of their content.
    files: Vec<(String, String)>,
    /// Texts first seen after this turn are asked for,
    since: u64,
    /// and these.
    owed: HashSet<u64>,
}

/// A file that was read.
struct Read {
    key: String,
    hash: String,
    /// Its content is as it was remembered, however it was read then.
    is_same: bool,
    articles: Vec<ReadArticle>,
}

struct ReadArticle {
    id: String,
    /// Passages with the hashes of their texts.
    passages: Vec<(u32, Vec<u64>)>,
}

/// Reads a file's articles.
type ReadFile<'a> = dyn FnMut(&str, &mut dyn FnMut(ArticleTexts)) -> Result<()> + 'a;

impl Look {
    fn remember(self, memory: &mut Memory, read_file: &mut ReadFile<'_>) -> Result<Vec<Arrival>> {
        // Another generation may have been read by other rules: its files are
        // read again, so that an edit is compared with what is there now.
        let is_rebuilt = memory.generation != self.generation;
        let mut gone: HashSet<String> = memory.files.keys().cloned().collect();
        let mut read = Vec::new();
        for (key, hash) in &self.files {
            gone.remove(key);
            let known = memory.files.get(key);
            let is_same = known.is_some_and(|file| file.hash == *hash && !hash.is_empty());
            if is_same && !is_rebuilt && !known.is_some_and(|file| self.asks_for(file)) {
                continue;
            }
            let mut articles = Vec::new();
            read_file(key, &mut |article| {
                articles.push(ReadArticle::new(&article));
            })?;
            read.push(Read {
                key: key.clone(),
                hash: hash.clone(),
                is_same,
                articles,
            });
        }
        for key in gone {
            if let Some(file) = memory.files.get_mut(&key) {
                file.hash.clear();
                file.set_present(&HashSet::new());
            }
        }
        for file in &read {
            if let Some(known) = memory.files.get_mut(&file.key) {
                known.set_present(&file.articles.iter().map(|a| a.id.as_str()).collect());
            }
        }
        let moved = Moved::new(memory);
        let turn = memory.turn + 1;
        let mut arrivals = Vec::new();
        let mut taken = HashSet::new();
        for file in read {
            let known = memory.files.entry(file.key).or_default();
            // The same content read by other rules brings nothing new, unless
            // nothing could be read of it before.
            let unseen = match known.last() {
                last if file.is_same && last > 0 => last,
                _ => turn,
            };
            known.hash = file.hash;
            let mut places = known.places();
            for article in file.articles {
                let own = known.article(&mut places, article.id);
                let mut turns: HashMap<u64, u64> = own.texts().collect();
                for (passage, texts) in article.passages {
                    let mut asked_for = Vec::new();
                    for text in texts {
                        let first = *turns.entry(text).or_insert_with(|| {
                            let first = moved.first.get(&text).copied();
                            if first.is_some() {
                                taken.insert(text);
                            }
                            let first = first.unwrap_or(unseen);
                            own.seen.entry(first).or_default().0.push(text);
                            first
                        });
                        memory.turn = memory.turn.max(first);
                        if first > self.since || self.owed.contains(&text) {
                            asked_for.push((text, first));
                        }
                    }
                    if !asked_for.is_empty() {
                        arrivals.push(Arrival {
                            passage,
                            texts: asked_for,
                        });
                    }
                }
            }
        }
        memory.forget_moved(&taken);
        memory.generation = self.generation;
        Ok(arrivals)
    }

    /// Whether a file may hold a text that is asked for.
    fn asks_for(&self, file: &FileMemory) -> bool {
        let is_owed = |(text, _)| self.owed.contains(&text);
        file.last() > self.since
            || (!self.owed.is_empty()
                && (file.articles.iter())
                    .flat_map(ArticleMemory::texts)
                    .any(is_owed))
    }
}

impl Memory {
    fn articles(&self) -> impl Iterator<Item = &ArticleMemory> {
        self.files.values().flat_map(|file| &file.articles)
    }

    /// Those of some texts that no article in the index held by a turn.
    fn not_elsewhere(&self, mut texts: HashSet<u64>, turn: u64) -> Texts {
        if !texts.is_empty() {
            let live = self.articles().filter(|article| !article.is_gone);
            for (text, first) in live.flat_map(ArticleMemory::texts) {
                if first <= turn {
                    texts.remove(&text);
                }
            }
        }
        let mut texts: Vec<u64> = texts.into_iter().collect();
        texts.sort_unstable();
        Texts(texts)
    }

    /// Forgets the articles that are gone and whose texts all live on elsewhere.
    fn forget_moved(&mut self, taken: &HashSet<u64>) {
        for file in self.files.values_mut() {
            file.articles.retain(|article| {
                let mut texts = article.seen.values().flat_map(|texts| &texts.0);
                !article.is_gone || !texts.all(|text| taken.contains(text))
            });
        }
        self.files
            .retain(|_, file| !file.hash.is_empty() || !file.articles.is_empty());
    }
}

impl FileMemory {
    /// The turn of its youngest text.
    fn last(&self) -> u64 {
        let turns = self.articles.iter().filter_map(ArticleMemory::last);
        turns.max().unwrap_or(0)
    }

    /// Notes which of its articles are in the index.
    fn set_present(&mut self, ids: &HashSet<&str>) {
        for article in &mut self.articles {
            article.is_gone = !ids.contains(article.id.as_str());
        }
    }

    /// Where its articles stand, by id.
    fn places(&self) -> HashMap<String, usize> {
        let ids = self.articles.iter().map(|article| article.id.clone());
        ids.zip(0..).collect()
    }

    fn article(&mut self, places: &mut HashMap<String, usize>, id: String) -> &mut ArticleMemory {
        let next = self.articles.len();
        let at = *places.entry(id.clone()).or_insert(next);
        if at == next {
            self.articles.push(ArticleMemory {
                id,
                ..ArticleMemory::default()
            });
        }
        &mut self.articles[at]
    }
}

impl ArticleMemory {
    fn last(&self) -> Option<u64> {
        self.seen.last_key_value().map(|(turn, _)| *turn)
    }

    /// Its texts, with the turn in which each was first seen.
    fn texts(&self) -> impl Iterator<Item = (u64, u64)> {
        let of_turn = |(turn, texts)| {
            let (turn, texts): (&u64, &Texts) = (turn, texts);
            texts.0.iter().map(|text| (*text, *turn))
        };
        self.seen.iter().flat_map(of_turn)
    }
}

impl Texts {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The texts of articles that are gone, with the turn in which they were first seen.
struct Moved {
    first: HashMap<u64, u64>,
}

impl Moved {
    fn new(memory: &Memory) -> Self {
        let mut first = HashMap::new();
        for article in memory.articles().filter(|article| article.is_gone) {
            for (text, turn) in article.texts() {
                let known = first.entry(text).or_insert(turn);
                *known = turn.min(*known);
            }
        }
        Moved { first }
    }
}

impl ReadArticle {
    fn new(article: &ArticleTexts) -> Self {
        let passages = article.passages.iter().map(|passage| {
            let texts = passage.texts.iter().map(|text| hash(text)).collect();
            (passage.passage, texts)
        });
        ReadArticle {
            id: article.id.clone(),
            passages: passages.collect(),
        }
    }
}

fn hash(text: &str) -> u64 {
    let bytes = *blake3::hash(text.as_bytes()).as_bytes();
    let mut six = [0; 8];
    six[2..].copy_from_slice(&bytes[..6]);
    u64::from_be_bytes(six)
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::with_capacity(self.0.len() * HASH_DIGITS);
        for text in &self.0 {
            digits.push_str(&format!("{text:012x}"));
        }
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let hash = |digits: &[u8]| {
            let digits = std::str::from_utf8(digits).ok()?;
            (digits.len() == HASH_DIGITS).then(|| u64::from_str_radix(digits, 16).ok())?
        };
        let texts: Option<Vec<u64>> = digits.as_bytes().chunks(HASH_DIGITS).map(hash).collect();
        texts
            .map(Texts)
            .ok_or_else(|| de::Error::custom("these are no hashes of texts"))
    }
}
