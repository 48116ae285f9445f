//! Whether an index is sound: its files by their checksums, and whether what
//! they hold agrees with the file records.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::commit::{families_name, state_name};
use super::disk::{self, Access};
use super::families;
use super::generation;
use super::last;
use super::live::living_files;
use super::reader::{Reader, open_engine};
use super::report::Verification;
use super::schema::Kind;
use super::segment::Segment;
use super::state::{State, StateFile, read_words};
use crate::error::{Error, ErrorKind, Result};

/// How many disagreements are told one by one.
const MAX_TOLD: usize = 20;

/// Checks the soundness of the index in `dir`: checksums, and whether file
/// records, articles and passages agree.
///
/// # Errors
///
/// [`ErrorKind::NoIndex`] if there is none, [`ErrorKind::OtherFormat`] if
/// another version wrote it. Damage is no error but what is reported.
pub fn verify(dir: &Path) -> Result<Verification> {
    if !generation::exists(dir) && generation::others(dir, None).is_empty() {
        return Err(Error::no_index(dir));
    }
    let mut found = Verification::default();
    match check(dir, &mut found) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::OtherFormat => return Err(error),
        Err(error) => found.damages.push(error.to_string()),
    }
    Ok(found)
}

fn check(dir: &Path, found: &mut Verification) -> Result<()> {
    let generation = generation::current(dir)?;
    let told = |path: &Path| path.display().to_string();
    let others = generation::others(dir, Some(&generation));
    found.leftovers.extend(others.iter().map(|path| told(path)));
    let engine = open_engine(disk::real(), &generation, Access::Maps)?;
    let metas = engine.load_metas().map_err(Error::from_engine)?;
    let mut files: Vec<_> = metas.list_segment_files().into_iter().collect();
    files.retain(|file| generation.join(file).exists());
    files.sort();
    for file in &files {
        // A file that is too short for a checksum is damaged too.
        if !engine.directory().validate_checksum(file).unwrap_or(false) {
            let path = generation.join(file);
            let damage = format!("{} does not match its checksum", path.display());
            found.damages.push(damage);
        }
    }
    let count = files.len();
    let files = format!("checksums of {count} files in {}", generation.display());
    found.checked.push(files);
    let name = state_name(&generation, metas.payload.as_deref())?;
    let state = StateFile::open(&generation, &name)?.read()?;
    found
        .checked
        .push(format!("{} file records", state.files.len()));
    read_words(&generation, &state.header.words)?;
    last::read(&generation, &state.header.last)?;
    let families = families_name(metas.payload.as_deref());
    let living = living_files(&engine, &generation)?;
    let orphans = generation::orphans(&generation, &living);
    found
        .leftovers
        .extend(orphans.iter().map(|path| told(path)));
    if !found.damages.is_empty() {
        // What a damaged file holds is not looked at.
        return Ok(());
    }
    let reader = Reader::open(dir)?;
    if let Some(name) = &families {
        let (count, damages) = families::check(&reader, name)?;
        found.checked.push(format!("families of {count} articles"));
        found.damages.extend(damages);
    }
    let mut agreement = Agreement::default();
    for segment in &reader.segments {
        agreement.count_segment(segment)?;
        agreement.count_files(&reader, segment)?;
    }
    agreement.compare(&state);
    let (rows, damages) = reader.rows.check(&agreement.ids)?;
    if rows > 0 {
        found.checked.push(format!("the rows of {rows} articles"));
    }
    found.damages.extend(damages);
    found.checked.push(format!(
        "{} articles with {} passages",
        agreement.all.articles, agreement.all.passages
    ));
    let more = agreement.disagreements.len().saturating_sub(MAX_TOLD);
    agreement.disagreements.truncate(MAX_TOLD);
    found.damages.append(&mut agreement.disagreements);
    if more > 0 {
        found.damages.push(format!("and {more} more"));
    }
    Ok(())
}

/// What is counted of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    articles: usize,
    passages: usize,
    symbols: u64,
}

/// What the segments hold, against the records.
#[derive(Default)]
struct Agreement {
    all: Counts,
    ids: HashSet<u64>,
    files: HashMap<String, Counts>,
    disagreements: Vec<String>,
}

impl Agreement {
    /// Counts the articles of a segment and checks that each is a whole run of
    /// documents.
    fn count_segment(&mut self, segment: &Segment) -> Result<()> {
        let mut document = 0;
        while document < segment.documents() {
            let title = document;
            let layout = segment.layout(title);
            let end = title.saturating_add(layout.after);
            let is_title = layout.kind == Kind::Title && layout.before == 0;
            if !is_title || end >= segment.documents() {
                self.disagreements
                    .push(format!("document {title} of a segment begins no article"));
                return Ok(());
            }
            let is_live = segment.is_live(title);
            for part in title + 1..=end {
                let layout = segment.layout(part);
                let is_in_place = layout.kind != Kind::Title
                    && layout.before == part - title
                    && segment.is_live(part) == is_live;
                if !is_in_place {
                    self.disagreements.push(format!(
                        "document {part} of a segment is not in its article"
                    ));
                    return Ok(());
                }
            }
            if is_live {
                self.all.articles += 1;
                self.all.passages += segment.passages(title);
                if !self.ids.insert(segment.number(title)?) {
                    self.disagreements
                        .push("an article is there twice".to_owned());
                }
            }
            document = end + 1;
        }
        Ok(())
    }

    /// Counts the articles of a segment by their files.
    fn count_files(&mut self, reader: &Reader, segment: &Segment) -> Result<()> {
        let inverted = segment.inverted(reader.fields.source)?;
        let mut keys = inverted.terms().stream().map_err(Error::from_engine_io)?;
        while keys.advance() {
            let key = String::from_utf8_lossy(keys.key()).into_owned();
            let mut counts = self.files.remove(&key).unwrap_or_default();
            segment.each(reader.fields.source, &key, |title| {
                counts.articles += 1;
                counts.passages += segment.passages(title);
                counts.symbols += segment.size(title);
            })?;
            if counts.articles > 0 {
                self.files.insert(key, counts);
            }
        }
        Ok(())
    }

    fn compare(&mut self, state: &State) {
        for record in &state.files {
            let counted = self.files.remove(&record.key()).unwrap_or_default();
            let recorded = Counts {
                articles: record.articles,
                passages: record.passages,
                symbols: record.symbols,
            };
            if counted != recorded {
                self.disagreements.push(format!(
                    "{}: {} articles with {} passages where {} with {} are recorded",
                    record.path,
                    counted.articles,
                    counted.passages,
                    recorded.articles,
                    recorded.passages
                ));
            }
        }
        for (key, counted) in self.files.drain() {
            let path = key.split_once('\0').map_or(key.as_str(), |(_, path)| path);
            self.disagreements.push(format!(
                "{path}: {} articles, and the file is not recorded",
                counted.articles
            ));
        }
        let mut counted = State {
            header: state.header.clone(),
            files: state.files.clone(),
        };
        counted.count();
        if counted.header != state.header {
            let header = "the header of the state file does not sum up its records";
            self.disagreements.push(header.to_owned());
        }
    }
}
