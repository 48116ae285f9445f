//! Segments made of articles, on a thread of their own.
//!
//! Articles come in batches, as few as keep the thread busy, and are gathered
//! into posting lists; when these are full they become a segment, which the
//! engine is then told of.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use tantivy::directory::{TerminatingWrite, WritePtr};
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::FieldNormsSerializer;
use tantivy::index::SegmentComponent;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;
use tantivy::store::StoreWriter;
use tantivy::{Index, Segment, SegmentMeta, TantivyDocument};

use super::invert::Inverter;
use super::schema::Fields;
use crate::analysis::Code;
use crate::error::{Error, ErrorKind, Result};

/// The memory in which posting lists are gathered before a segment is written.
const MEMORY: usize = 128_000_000;

/// Bytes of the documents that go to the thread together.
const BATCH: usize = 1 << 20;

/// How many batches may be waiting for it.
const WAITING: usize = 8;

/// What the index takes up of a title, heading or passage: see [`Fields`].
#[derive(Debug)]
pub(super) struct Entry {
    /// The values of columns.
    pub(super) values: TantivyDocument,
    /// What is stored, packed.
    pub(super) packed: Vec<u8>,
    /// The symbols of its text.
    pub(super) symbols: Vec<Code>,
    /// Whether they are found one by one, not as pairs only.
    pub(super) has_characters: bool,
    /// Its words, each followed by [`super::schema::WORD_END`].
    pub(super) words: String,
    /// Values that are found as a whole.
    pub(super) keys: Vec<(Field, String)>,
}

/// Takes articles and makes segments of them.
pub(super) struct Segments {
    /// Articles that go to the thread next, and about how many bytes they take.
    batch: Vec<Vec<Entry>>,
    bytes: usize,
    sender: Option<SyncSender<Message>>,
    made: Receiver<SegmentMeta>,
    thread: Option<JoinHandle<Result<()>>>,
}

enum Message {
    /// The entries of some articles.
    Articles(Vec<Vec<Entry>>),
    /// The last article has come. Without it, what was gathered is given up.
    End,
}

impl Segments {
    /// Starts the thread.
    pub(super) fn start(index: &Index, fields: &Fields) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let (ready, made) = channel();
        let (index, fields) = (index.clone(), fields.clone());
        let thread = std::thread::spawn(move || make(&index, &fields, &receiver, &ready));
        Segments {
            batch: Vec::new(),
            bytes: 0,
            sender: Some(sender),
            made,
            thread: Some(thread),
        }
    }

    /// Takes the entries of an article, in order, which take about so many bytes.
    pub(super) fn add(&mut self, article: Vec<Entry>, bytes: usize) -> Result<()> {
        self.batch.push(article);
        self.bytes += bytes;
        if self.bytes < BATCH {
            return Ok(());
        }
        self.bytes = 0;
        let articles = std::mem::take(&mut self.batch);
        self.send(Message::Articles(articles))
    }

    /// The segments that have been made meanwhile.
    pub(super) fn made(&self) -> impl Iterator<Item = SegmentMeta> {
        self.made.try_iter()
    }

    /// Makes a segment of what is left; all that have not been told of yet.
    pub(super) fn finish(mut self) -> Result<Vec<SegmentMeta>> {
        let articles = std::mem::take(&mut self.batch);
        self.send(Message::Articles(articles))?;
        self.send(Message::End)?;
        self.join()?;
        Ok(self.made().collect())
    }

    fn send(&mut self, message: Message) -> Result<()> {
        let sent = self.sender.as_ref().map(|sender| sender.send(message));
        match sent {
            Some(Ok(())) => Ok(()),
            // The thread has ended; it knows of what.
            _ => self.join().and(Err(died())),
        }
    }

    fn join(&mut self) -> Result<()> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(done)) => done,
            Some(Err(_)) => Err(died()),
            None => Ok(()),
        }
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        // Whoever gives up removes the files that the thread was writing.
        let _ = self.join();
    }
}

fn died() -> Error {
    Error::new(
        ErrorKind::Engine,
        "the thread that writes the index has died",
    )
}

/// Makes segments of the articles that come.
fn make(
    index: &Index,
    fields: &Fields,
    articles: &Receiver<Message>,
    ready: &Sender<SegmentMeta>,
) -> Result<()> {
    let mut gathering: Option<Gathering> = None;
    for message in articles {
        let Message::Articles(articles) = message else {
            if let Some(gathering) = gathering {
                // Nobody who is told listens no more: that is giving up.
                let made = gathering.write().map_err(Error::from_engine)?;
                let _ = ready.send(made);
            }
            return Ok(());
        };
        for entries in articles {
            let mut open = match gathering.take() {
                Some(open) => open,
                None => Gathering::begin(index, fields).map_err(Error::from_engine)?,
            };
            for entry in entries {
                let added = open.add(entry);
                added.map_err(Error::from_engine)?;
            }
            if open.bytes() < MEMORY {
                gathering = Some(open);
            } else {
                let made = open.write().map_err(Error::from_engine)?;
                let _ = ready.send(made);
            }
        }
    }
    Ok(())
}

/// A segment while its documents come.
pub(super) struct Gathering {
    segment: Segment,
    postings: Inverter,
    columns: FastFieldsWriter,
    stored: StoreWriter,
    documents: u32,
}

impl Gathering {
    pub(super) fn begin(index: &Index, fields: &Fields) -> tantivy::Result<Self> {
        let (segment, settings) = (index.new_segment(), index.settings());
        let stored = StoreWriter::new(
            segment.open_write(SegmentComponent::Store)?,
            settings.docstore_compression,
            settings.docstore_blocksize,
            false,
        )?;
        let schema = segment.schema();
        Ok(Gathering {
            postings: Inverter::new(fields),
            columns: FastFieldsWriter::from_schema_and_tokenizer_manager(
                &schema,
                index.fast_field_tokenizer().clone(),
            )?,
            stored,
            documents: 0,
            segment,
        })
    }

    pub(super) fn add(&mut self, entry: Entry) -> tantivy::Result<()> {
        let document = self.documents;
        let positions = entry.has_characters;
        self.postings.add_text(document, &entry.symbols, positions);
        self.postings.add_words(document, &entry.words);
        for (field, value) in &entry.keys {
            self.postings.add_key(document, *field, value);
        }
        self.columns.add_document(&entry.values)?;
        // As it is: the engine's frame around a value would be eight bytes.
        self.stored.store_bytes(&entry.packed)?;
        self.documents += 1;
        Ok(())
    }

    fn bytes(&self) -> usize {
        self.postings.bytes() + self.columns.mem_usage() + self.stored.mem_usage()
    }

    pub(super) fn write(mut self) -> tantivy::Result<SegmentMeta> {
        let segment = &self.segment;
        let lengths = segment.open_write(SegmentComponent::FieldNorms)?;
        FieldNormsSerializer::from_write(lengths)?.close()?;
        let mut postings = InvertedIndexSerializer::open(segment)?;
        self.postings.write(&mut postings, self.documents)?;
        postings.close()?;
        let mut columns: WritePtr = segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(&mut columns, None)?;
        columns.terminate()?;
        self.stored.close()?;
        let meta = self.segment.with_max_doc(self.documents).meta().clone();
        // The engine could have written the stored values twice: it has not.
        meta.untrack_temp_docstore();
        Ok(meta)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, LazyLock};

    use proptest::prelude::*;
    use tantivy::postings::Postings;
    use tantivy::schema::IndexRecordOption;
    use tantivy::{DocSet, SegmentReader, TERMINATED};

    use super::super::segment as opened;
    use super::*;
    use crate::analysis::{Symbol, meant, pair_term, symbols};

    /// The documents of each term, and its positions there, or how often it
    /// stands there if the field has none.
    type Terms = BTreeMap<String, Vec<(u32, Vec<u32>)>>;

    fn terms(reader: &SegmentReader, field: Field, record: IndexRecordOption) -> Terms {
        let inverted = reader.inverted_index(field).expect("a field");
        let mut terms = Terms::new();
        let mut stream = inverted.terms().stream().expect("terms");
        while let Some((term, about)) = stream.next() {
            let mut postings = inverted
                .read_postings_from_terminfo(about, record)
                .expect("postings");
            let documents = terms
                .entry(String::from_utf8(term.to_vec()).expect("text"))
                .or_default();
            while postings.doc() != TERMINATED {
                let mut positions = Vec::new();
                match record {
                    IndexRecordOption::WithFreqsAndPositions => postings.positions(&mut positions),
                    _ => positions.push(postings.term_freq()),
                }
                documents.push((postings.doc(), positions));
                postings.advance();
            }
        }
        terms
    }

    fn segment(entries: Vec<Entry>) -> (Fields, SegmentReader) {
        let fields = Fields::new();
        let index = Index::create_in_ram(fields.schema.clone());
        let mut gathering = Gathering::begin(&index, &fields).expect("begun");
        for entry in entries {
            gathering.add(entry).expect("added");
        }
        let meta = gathering.write().expect("written");
        let reader = SegmentReader::open(&index.segment(meta)).expect("a segment");
        (fields, reader)
    }

    fn entry(text: &str, has_characters: bool) -> Entry {
        static FIELDS: LazyLock<Fields> = LazyLock::new(Fields::new);
        let mut values = TantivyDocument::new();
        values.add_u64(FIELDS.layout, 0);
        Entry {
            values,
            packed: Vec::new(),
            symbols: symbols(text).iter().map(Code::from).collect(),
            has_characters,
            words: String::new(),
            keys: Vec::new(),
        }
    }

    /// A damaged character is found as what it was too.
    fn readings(symbol: &Symbol) -> Vec<char> {
        let was = symbol.is_damaged.then(|| meant(symbol.character));
        std::iter::once(symbol.character).chain(was).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_terms_of_texts_are_their_symbols_and_pairs(
            texts in prop::collection::vec(
                "([算力券基矗立市常aＡ1,，.。—《》 \n\u{200B}\u{2}\u{3}]|.){0,40}", 1..5
            )
        ) {
            let mut entries: Vec<Entry> = texts.iter().map(|text| entry(text, true)).collect();
            entries.push(entry(&texts[0], false));
            let also = texts.iter().chain(&texts[..1]);
            let read: Vec<Vec<Symbol>> = also.map(|text| symbols(text)).collect();
            let (fields, reader) = segment(entries);

            let mut characters = Terms::new();
            for (document, text) in (0..).zip(&texts) {
                for (at, symbol) in (0..).zip(&symbols(text)) {
                    for character in readings(symbol) {
                        let documents = characters.entry(character.to_string()).or_default();
                        match documents.last_mut().filter(|last| last.0 == document) {
                            Some((_, positions)) => positions.push(at),
                            None => documents.push((document, vec![at])),
                        }
                    }
                }
            }
            let record = IndexRecordOption::WithFreqsAndPositions;
            prop_assert_eq!(terms(&reader, fields.chars, record), characters);

            let mut pairs = Terms::new();
            for (document, symbols) in (0..).zip(&read) {
                let two = symbols.windows(2);
                for two in two.filter(|two| pair_term(&two[0], &two[1]).is_some()) {
                    for first in readings(&two[0]) {
                        for second in readings(&two[1]) {
                            let documents = pairs.entry(format!("{first}{second}")).or_default();
                            match documents.last_mut().filter(|last| last.0 == document) {
                                Some((_, times)) => times[0] += 1,
                                None => documents.push((document, vec![1])),
                            }
                        }
                    }
                }
            }
            let mut count = 0;
            for field in [fields.pairs, fields.once, fields.rare] {
                let inverted = reader.inverted_index(field).expect("a field");
                let mut stream = inverted.terms().stream().expect("terms");
                while let Some((_, about)) = stream.next() {
                    let record = IndexRecordOption::WithFreqs;
                    let postings = inverted.read_postings_from_terminfo(about, record);
                    let mut postings = postings.expect("postings");
                    while postings.doc() != TERMINATED {
                        count += postings.term_freq();
                        postings.advance();
                    }
                }
            }
            let unread = (&Arc::default(), &Arc::default());
            let segment = opened::Segment::open(reader, &fields, unread, 0).expect("opened");
            let mut written = Terms::new();
            for pair in pairs.keys() {
                let list = segment.posting_list(fields.pairs, pair).expect("read");
                let list = list.expect("a list");
                let blocks = list.blocks(&segment, IndexRecordOption::WithFreqs);
                let mut blocks = blocks.expect("opened");
                let documents = written.entry(pair.clone()).or_default();
                while blocks.length() > 0 {
                    let times = blocks.frequencies().iter().map(|&times| vec![times]);
                    documents.extend(blocks.documents().iter().copied().zip(times));
                    blocks.advance();
                }
            }
            let all = pairs.values().flatten().flat_map(|(_, times)| times);
            prop_assert_eq!(count, all.sum::<u32>(), "nothing else is there");
            prop_assert_eq!(written, pairs);
        }
    }

    #[test]
    fn words_and_keys_are_found_in_their_documents() {
        let mut entries = vec![entry("", true), entry("", true), entry("", true)];
        entries[0].words = "算力\u{1}算力券\u{1}算力\u{1}".to_owned();
        entries[2].words = "算力\u{1}gpt4o\u{1}".to_owned();
        let fields = Fields::new();
        for at in [0, 2] {
            entries[at].keys = vec![
                (fields.region, "a北京".to_owned()),
                (fields.region, "a上海".to_owned()),
                (fields.region, "a北京".to_owned()),
                (fields.cites, "长".repeat(30_000)),
            ];
        }
        let (fields, reader) = segment(entries);
        let list = |documents: &[(u32, u32)]| -> Vec<(u32, Vec<u32>)> {
            documents
                .iter()
                .map(|&(document, times)| (document, vec![times]))
                .collect()
        };
        assert_eq!(
            terms(&reader, fields.words, IndexRecordOption::WithFreqs),
            BTreeMap::from([
                ("gpt4o".to_owned(), list(&[(2, 1)])),
                ("算力".to_owned(), list(&[(0, 2), (2, 1)])),
                ("算力券".to_owned(), list(&[(0, 1)])),
            ])
        );
        assert_eq!(
            terms(&reader, fields.region, IndexRecordOption::Basic),
            BTreeMap::from([
                ("a上海".to_owned(), list(&[(0, 1), (2, 1)])),
                ("a北京".to_owned(), list(&[(0, 1), (2, 1)])),
            ])
        );
        // Longer than the engine takes.
        assert_eq!(
            terms(&reader, fields.cites, IndexRecordOption::Basic),
            Terms::new()
        );
        assert_eq!(reader.max_doc(), 3);
    }
}
