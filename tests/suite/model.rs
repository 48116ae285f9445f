//! P5: whatever happens in a folder, an updated index is what a fresh one is:
//! the same articles, passages, exact results and counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cewen::{Query, SearchOptions, Searcher, UpdateOptions};

use crate::support::{Numbers, text, write};

const WORDS: &[&str] = &["算力券", "补贴政策", "大模型券", "发放办法", "北京补贴"];

/// A folder to which things happen.
struct World {
    news: PathBuf,
    numbers: Numbers,
    /// The rows of the tables, by file.
    rows: BTreeMap<&'static str, Vec<(usize, String)>>,
    next: usize,
}

impl World {
    fn new(news: PathBuf, seed: u64) -> Self {
        let rows = BTreeMap::from([("行.jsonl", Vec::new()), ("表.csv", Vec::new())]);
        let mut world = World {
            news,
            numbers: Numbers::new(seed),
            rows,
            next: 0,
        };
        for _ in 0..12 {
            world.add();
            world.change_rows();
        }
        write(&world.news.join("常在.txt"), "常在\n\n这一篇一直都在。\n");
        world
    }

    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for folder in ["", "甲", "乙"] {
            let entries = std::fs::read_dir(self.news.join(folder));
            let entries = entries.into_iter().flatten().flatten();
            let paths = entries.map(|entry| entry.path());
            files.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "txt")));
        }
        files.retain(|path| !path.ends_with("常在.txt") && !path.ends_with("lexicon.txt"));
        files.sort();
        files
    }

    fn path(&mut self) -> PathBuf {
        self.next += 1;
        let folder = *self.numbers.pick(&["", "甲", "乙"]);
        self.news.join(folder).join(format!("{}.txt", self.next))
    }

    fn add(&mut self) -> String {
        let path = self.path();
        let body = text(&mut self.numbers, 30);
        // What pages share at their edges depends on how many of them there are.
        let below = *self
            .numbers
            .pick(&["", "甲城晚读每日整理", "乙报读者俱乐部"]);
        write(&path, format!("标题{}\n\n{body}\n{below}\n", self.next));
        format!("add {}", path.display())
    }

    fn any_file(&mut self) -> Option<PathBuf> {
        let files = self.files();
        (!files.is_empty()).then(|| self.numbers.pick(&files).clone())
    }

    fn change_rows(&mut self) -> String {
        let file = *self.numbers.pick(&["行.jsonl", "表.csv"]);
        let id = self.next;
        self.next += 1;
        let body = text(&mut self.numbers, 15).replace(['"', '\\', '\n'], "");
        let row = (id, format!("第{id}行{body}"));
        let rows = self.rows.get_mut(file).expect("a table");
        let what = match (self.numbers.below(4), rows.len()) {
            (0, len) if len > 1 => {
                rows.remove(self.numbers.below(len));
                "removes a row"
            }
            (1, len) if len > 0 => {
                let at = self.numbers.below(len);
                rows[at].1 = row.1;
                "changes a row"
            }
            (2, len) => {
                rows.insert(self.numbers.below(len + 1), row);
                "inserts a row"
            }
            _ => {
                rows.push(row);
                "appends a row"
            }
        };
        let mut content = String::new();
        if file == "表.csv" {
            content.push_str("id,标题,正文\n");
        }
        for (id, text) in rows.iter() {
            content.push_str(&match file {
                "表.csv" => format!("c{id},题{id},\"{text}\"\n"),
                _ => {
                    format!("{{\"id\": \"r{id}\", \"title\": \"题{id}\", \"text\": \"{text}\"}}\n")
                }
            });
        }
        write(&self.news.join(file), content);
        format!("{what} of {file}")
    }

    /// Something happens; says what.
    fn happen(&mut self) -> String {
        match self.numbers.below(8) {
            0 => self.add(),
            1 => match self.any_file() {
                Some(path) => {
                    let body = text(&mut self.numbers, 30);
                    write(&path, format!("改题\n\n{body}\n"));
                    format!("change {}", path.display())
                }
                None => self.add(),
            },
            2 => match self.any_file() {
                Some(path) => {
                    let to = self.path();
                    std::fs::create_dir_all(to.parent().expect("a folder")).expect("created");
                    std::fs::rename(&path, &to).expect("moved");
                    format!("move {} to {}", path.display(), to.display())
                }
                None => self.add(),
            },
            3 => match self.any_file() {
                Some(path) => {
                    std::fs::remove_file(&path).expect("removed");
                    format!("remove {}", path.display())
                }
                None => self.add(),
            },
            4 => {
                let words: Vec<&str> = WORDS
                    .iter()
                    .copied()
                    .filter(|_| self.numbers.below(2) == 0)
                    .collect();
                write(&self.news.join("lexicon.txt"), words.join("\n"));
                format!("lexicon {words:?}")
            }
            _ => self.change_rows(),
        }
    }
}

/// All that two indexes over one folder must have in common.
#[derive(Debug, PartialEq)]
struct Equal {
    articles: Vec<(String, String)>,
    passages: Vec<(String, String)>,
    words: Vec<usize>,
    counts: Vec<(usize, usize)>,
    /// Of passages that hold a quote, the rows they stand in.
    rows: BTreeSet<(String, Option<u32>)>,
}

fn equal(index: &Path, quotes: &[String]) -> Equal {
    let searcher = Searcher::open(index).expect("opened");
    let articles = searcher.articles().map(|article| article.expect("read"));
    let mut articles: Vec<_> = articles.map(|article| (article.id, article.path)).collect();
    articles.sort();
    let passages = searcher.passages().map(|passage| passage.expect("read"));
    let mut passages: Vec<_> = passages.map(|passage| (passage.id, passage.text)).collect();
    passages.sort();
    let options = SearchOptions {
        limit: 0,
        ..SearchOptions::default()
    };
    let mut rows = BTreeSet::new();
    let mut count = |quote: &String| {
        let answer = searcher
            .search(&Query::exact(quote), &options)
            .expect("searched");
        let shown = answer.hits.into_iter().map(|hit| hit.passage);
        rows.extend(shown.map(|passage| (passage.id, passage.place.row)));
        (answer.total.articles, answer.total.passages)
    };
    let counts = quotes.iter().map(&mut count).collect();
    let options = SearchOptions {
        limit: 0,
        explain: true,
        ..SearchOptions::default()
    };
    let words = WORDS.iter().map(|word| {
        let query = Query::parse(word).expect("a query").query;
        let answer = searcher.search(&query, &options).expect("searched");
        let hits = answer.hits.iter();
        let parts = hits.filter_map(|hit| hit.explanation.as_ref()).flatten();
        parts.filter(|part| part.what.contains(word)).count()
    });
    Equal {
        articles,
        passages,
        words: words.collect(),
        counts,
        rows,
    }
}

#[test]
fn an_updated_index_is_what_a_fresh_one_is_whatever_happens() {
    let steps = std::env::var("CEWEN_STEPS").ok();
    let steps: usize = steps.and_then(|steps| steps.parse().ok()).unwrap_or(24);
    let folder = tempfile::tempdir().expect("a folder");
    let (news, index) = (folder.path().join("新闻"), folder.path().join("index"));
    let mut world = World::new(news.clone(), 41);
    let options = UpdateOptions {
        add: vec![news],
        ..UpdateOptions::default()
    };
    cewen::update(&index, &options, &mut |_| ()).expect("built");
    let mut history = Vec::new();
    for step in 0..steps {
        for _ in 0..1 + world.numbers.below(3) {
            history.push(world.happen());
        }
        // Until they are merged away, deleted passages count for how probable a
        // word is, and so for how a query is cut.
        let compact = step % 2 == 0;
        let update = UpdateOptions {
            compact,
            ..options.clone()
        };
        cewen::update(&index, &update, &mut |_| ()).expect("updated");
        let fresh = folder.path().join("fresh");
        cewen::update(&fresh, &options, &mut |_| ()).expect("built");
        let quotes: Vec<String> = (0..20)
            .map(|_| text(&mut world.numbers, 2))
            .filter(|quote| !cewen::analysis::literal(quote, quote).is_empty())
            .collect();
        let (mut updated, mut built) = (equal(&index, &quotes), equal(&fresh, &quotes));
        if !compact {
            updated.words.clear();
            built.words.clear();
        }
        assert_eq!(updated, built, "step {step} after {history:#?}");
        let damages = cewen::verify(&index).expect("verified").damages;
        assert_eq!(
            damages,
            Vec::<String>::new(),
            "step {step} after {history:#?}"
        );
        std::fs::remove_dir_all(fresh).expect("removed");
    }
}
