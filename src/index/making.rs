//! Articles made into engine documents, several at once, and taken up in order.
//!
//! All that can be done for an article without looking at another one is done
//! here by any thread: it is hashed, serialised, cut into words, packed.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::document::{ArticleDocuments, StoredArticle, documents, written};
use super::pack::Packer;
use super::schema::Fields;
use super::state::FileRecord;
use super::writer::Writer;
use crate::analysis::WordCutter;
use crate::error::Result;
use crate::workers::{InOrder, Workers};

/// So many bytes of articles are made into documents in one go. Few in tests,
/// so that there are several.
const BATCH: usize = if cfg!(test) { 1_500 } else { 1 << 15 };

/// About so many bytes of articles are under way.
const ROOM: usize = 2 << 20;

/// The work of reading the dictionary, as bytes of text that take as long.
const DICTIONARY: usize = 1 << 20;

/// What an article takes besides its text.
const ARTICLE_BYTES: usize = 500;

/// What it takes to make documents: shared by the threads of an update.
pub(super) struct Tools {
    fields: Fields,
    words: Vec<String>,
    /// Made when the first article comes: an update without one needs no dictionary.
    cutter: OnceLock<WordCutter>,
    /// Those that nobody uses.
    packers: Mutex<Vec<Packer>>,
}

impl Tools {
    pub(super) fn new(fields: &Fields, words: &[String]) -> Self {
        Tools {
            fields: fields.clone(),
            words: words.to_vec(),
            cutter: OnceLock::new(),
            packers: Mutex::default(),
        }
    }

    fn cutter(&self) -> &WordCutter {
        self.cutter.get_or_init(|| WordCutter::new(&self.words))
    }

    fn make(&self, articles: Vec<Unmade>) -> Result<Vec<Made>> {
        let cutter = self.cutter();
        let free = || self.packers.lock().unwrap_or_else(PoisonError::into_inner);
        let packer = free().pop();
        let mut packer = match packer {
            Some(packer) => packer,
            None => Packer::new()?,
        };
        let make = |mut article: Unmade| {
            let told = article.written.take();
            let told = told.unwrap_or_else(|| written(&mut article.stored));
            let made = documents(
                &self.fields,
                cutter,
                &mut packer,
                &article.key,
                &article.stored,
                told,
            );
            article.stored.article.blocks = Vec::new();
            Made {
                file: article.file,
                stored: article.stored,
                made,
            }
        };
        let made = articles.into_iter().map(make).collect();
        free().push(packer);
        Ok(made)
    }
}

/// An article that is to be made into documents.
pub(super) struct Unmade {
    /// Which file it is of, among those that are filled.
    pub(super) file: usize,
    /// The key of that file.
    pub(super) key: Arc<str>,
    /// The article with its blocks.
    pub(super) stored: StoredArticle,
    /// What [`written`] gives, if it is known.
    pub(super) written: Option<(String, u64)>,
}

/// An article that was made into documents.
pub(super) struct Made {
    file: usize,
    /// Without the blocks of its article.
    pub(super) stored: StoredArticle,
    pub(super) made: ArticleDocuments,
}

/// What the articles of a file came to.
#[derive(Clone, Copy, Default)]
struct Tally {
    passages: usize,
    symbols: u64,
}

/// Makes documents of articles as they come.
pub(crate) struct Making<'w, 'env> {
    tools: Arc<Tools>,
    batch: Vec<Unmade>,
    bytes: usize,
    under_way: InOrder<'w, 'env, Result<Vec<Made>>>,
    tallies: Vec<Tally>,
}

impl<'w, 'env> Making<'w, 'env> {
    pub(crate) fn new(workers: &'w Workers<'_, 'env>, writer: &Writer<'_>) -> Self {
        Making {
            tools: Arc::clone(writer.tools()),
            batch: Vec::new(),
            bytes: 0,
            under_way: workers.in_order(ROOM),
            tallies: Vec::new(),
        }
    }

    /// Says that many articles will come. Where there is a thread for it the
    /// dictionary is read meanwhile.
    pub(crate) fn expect_many(&self, workers: &Workers<'_, 'env>) {
        let tools = Arc::clone(&self.tools);
        workers.in_order(0).give(DICTIONARY, move || {
            tools.cutter();
        });
    }

    /// The number of a file whose articles come next.
    pub(super) fn begin_file(&mut self) -> usize {
        self.tallies.push(Tally::default());
        self.tallies.len() - 1
    }

    /// Counts what the index held of a file already.
    pub(super) fn count(&mut self, file: usize, passages: usize, symbols: u64) {
        let tally = &mut self.tallies[file];
        tally.passages += passages;
        tally.symbols += symbols;
    }

    /// Takes an article; gives those that are made to the writer.
    pub(super) fn add(&mut self, article: Unmade, writer: &mut Writer<'_>) -> Result<()> {
        self.bytes += ARTICLE_BYTES + article.stored.article.title.len();
        let blocks = article.stored.article.blocks.iter();
        self.bytes += blocks.map(|block| block.text.len()).sum::<usize>();
        self.batch.push(article);
        if self.bytes < BATCH {
            return Ok(());
        }
        while !self.under_way.has_room_for(self.bytes)
            && let Some(made) = self.under_way.take()
        {
            self.take_up(made, writer)?;
        }
        self.give();
        while self.under_way.is_full()
            && let Some(made) = self.under_way.take()
        {
            self.take_up(made, writer)?;
        }
        while let Some(made) = self.under_way.ready() {
            self.take_up(made, writer)?;
        }
        Ok(())
    }

    fn give(&mut self) {
        let articles = std::mem::take(&mut self.batch);
        let tools = Arc::clone(&self.tools);
        let bytes = std::mem::take(&mut self.bytes);
        self.under_way.give(bytes, move || tools.make(articles));
    }

    fn take_up(&mut self, made: Result<Result<Vec<Made>>>, writer: &mut Writer<'_>) -> Result<()> {
        for article in made?? {
            let (passages, symbols) = (article.made.passages, article.made.symbols);
            self.count(article.file, passages, symbols);
            writer.take_up(article)?;
        }
        Ok(())
    }

    /// Counts in the record of a file with a number what its articles came to,
    /// after [`Making::settle`].
    pub(crate) fn complete(&self, record: &mut FileRecord, number: usize) {
        let Tally { passages, symbols } = self.tallies[number];
        record.passages += passages;
        record.symbols += symbols;
    }

    /// Waits until all articles have been given to the writer.
    pub(crate) fn settle(&mut self, writer: &mut Writer<'_>) -> Result<()> {
        if !self.batch.is_empty() {
            self.give();
        }
        while let Some(made) = self.under_way.take() {
            self.take_up(made, writer)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;
    use std::fs;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use super::super::generation;
    use super::super::report::{Progress, UpdateOptions, UpdateReport};
    use super::super::update::{Means, Mend, update_on};

    /// A folder of files of several formats, some of them with problems.
    fn write_news(news: &Path) {
        fs::create_dir(news).expect("created");
        let write = |name: String, text: &str| fs::write(news.join(name), text).expect("written");
        let mut numbers = 1_u32;
        let mut text = |sentences: u32| {
            let mut text = String::new();
            for _ in 0..sentences {
                numbers = numbers.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let place = ["北京", "上海", "合肥", "贵阳"][numbers as usize >> 8 & 3];
                let Ok(()) = writeln!(text, "{place}市发放算力券{numbers}张。\n") else {
                    unreachable!("a string")
                };
            }
            text
        };
        for number in 0..60 {
            let page = format!(
                "第{number}条\n\n{}上一篇：{}",
                text(1 + number % 9),
                number / 7
            );
            write(format!("{number:02}.txt"), &page);
        }
        write("空.txt".to_owned(), "");
        write("噪.txt".to_owned(), "\u{1}\u{2}\u{3}");
        for (name, rows) in [("大.jsonl", 300), ("小.jsonl", 2)] {
            let mut lines = String::new();
            for row in 0..rows {
                let _ = match row % 50 {
                    7 => writeln!(lines, "{{\"title\": \"断"),
                    8 => writeln!(lines, "[]"),
                    9 => writeln!(lines, "{{\"title\":\"同\",\"text\":\"同一行。\"}}"),
                    _ => writeln!(
                        lines,
                        "{}",
                        serde_json::json!({"title": format!("{name}{row}"), "text": text(row % 6)})
                    ),
                };
            }
            write(name.to_owned(), &lines);
        }
        let mut table = "title,text\n".to_owned();
        let mut list = "[".to_owned();
        for row in 0..80 {
            let _ = writeln!(table, "表{row},\"{}\"", text(2));
            let item = serde_json::json!({"title": format!("项{row}"), "text": text(2)});
            let _ = write!(list, "{item}{}", if row < 79 { "," } else { "" });
        }
        write("表.csv".to_owned(), &table);
        write("列.json".to_owned(), &list);
    }

    /// The files of an index, without the names and times that differ each time.
    fn bytes_of(index: &Path) -> BTreeSet<(String, Vec<u8>)> {
        let generation = generation::current(index).expect("an index");
        let files = fs::read_dir(generation).expect("listed").flatten();
        let mut all = BTreeSet::new();
        for file in files.map(|file| file.path()) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let kind = file.extension().unwrap_or_default().to_string_lossy();
            let is_told_apart = !["json", "bin"].contains(&&*kind);
            if is_told_apart || name.starts_with("families-") || name.starts_with("rows-") {
                all.insert((kind.into_owned(), fs::read(&file).expect("read")));
            }
        }
        all
    }

    /// Makes all files so old that their times leave no doubt.
    fn make_old(news: &Path, seconds: u64) {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for file in fs::read_dir(news).expect("listed").flatten() {
            let file = fs::File::options().write(true).open(file.path());
            file.expect("opened").set_modified(then).expect("set");
        }
    }

    type Run = (Vec<Progress>, UpdateReport, BTreeSet<(String, Vec<u8>)>);

    fn update(index: &Path, news: &Path, threads: usize) -> Run {
        let options = UpdateOptions {
            add: vec![news.to_owned()],
            ..UpdateOptions::default()
        };
        let means = Means {
            threads,
            ..Means::real()
        };
        let mut told = Vec::new();
        let mut tell = |progress| told.push(progress);
        let report = update_on(&means, index, &options, Mend::Nothing, &mut tell);
        (told, report.expect("updated"), bytes_of(index))
    }

    fn assert_same((progress, report, bytes): &Run, other: &Run, told: &str) {
        assert!(progress == &other.0, "{told}: other progress");
        assert_eq!(report.problems, other.1.problems, "{told}");
        assert_eq!(report.changes, other.1.changes, "{told}");
        assert_eq!(report.articles_changed, other.1.articles_changed, "{told}");
        let counts = |report: &UpdateReport| (report.articles, report.passages, report.recut);
        assert_eq!(counts(report), counts(&other.1), "{told}");
        let kinds = |bytes: &BTreeSet<(String, Vec<u8>)>| -> Vec<(String, usize)> {
            let kind = |(kind, bytes): &(String, Vec<u8>)| (kind.clone(), bytes.len());
            bytes.iter().map(kind).collect()
        };
        assert_eq!(kinds(bytes), kinds(&other.2), "{told}");
        assert!(bytes == &other.2, "{told}: same lengths, other bytes");
    }

    #[test]
    fn an_index_is_the_same_byte_for_byte_however_many_threads_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let news = folder.path().join("新闻");
        write_news(&news);
        make_old(&news, 1_600_000_000);
        let threads = [0, 1, 2, 5];
        let index = |threads| folder.path().join(format!("index{threads}"));
        let first = threads.map(|threads| update(&index(threads), &news, threads));
        assert!(first[0].1.articles > 400, "{}", first[0].1.articles);
        assert!(!first[0].1.problems.is_empty());
        for (run, threads) in first.iter().zip(threads) {
            assert_same(run, &first[0], &format!("new, {threads} threads"));
        }
        // Some changes, some moves, some goes; the lexicon cuts others anew.
        for number in 0..20 {
            let page = news.join(format!("{number:02}.txt"));
            match number % 3 {
                0 => fs::remove_file(page).expect("removed"),
                1 => fs::rename(&page, news.join(format!("移{number}.txt"))).expect("moved"),
                _ => fs::write(page, "改\n\n改过的办法已经发布。").expect("written"),
            }
        }
        fs::write(news.join("lexicon.txt"), "发放算力券\n").expect("written");
        make_old(&news, 1_600_000_001);
        let second = threads.map(|threads| update(&index(threads), &news, threads));
        assert!(second[0].1.recut > 0);
        assert!(second[0].1.articles_changed.len() > 15);
        for (run, threads) in second.iter().zip(threads) {
            assert_same(
                run,
                &second[0],
                &format!("brought up to date, {threads} threads"),
            );
        }
    }
}
