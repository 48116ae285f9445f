//! One file taken up by an update: read, compared, written.

use super::filling::Filling;
use super::making::Making;
use super::plan::{Gone, Reading};
use super::repeats;
use super::report::ChangeKind;
use super::state::FileRecord;
use super::writer::{Moved, Writer};
use crate::corpus::{self, Format, Opened, SourceFile};
use crate::error::Result;
use crate::workers::Workers;

/// A file that was looked into.
pub(crate) enum Looked<'a> {
    /// It holds what its record says.
    Same(&'a FileRecord),
    /// It is to be taken up.
    Opened(Opened<'a>),
}

/// Looks into a file: any thread can. With `is_anew` it is to be taken up
/// whatever it holds.
pub(crate) fn look<'a>(reading: &Reading<'a>, is_anew: bool) -> Looked<'a> {
    let Reading {
        file,
        known,
        options,
        ..
    } = *reading;
    if let Some(known) = known
        && !is_anew
        && known.size == file.size
        && !known.hash.is_empty()
        && known.said == options.stamp(&file.path)
        && !repeats::differ(known, &options.repeated)
        && corpus::hash(file).as_ref() == Some(&known.hash)
    {
        return Looked::Same(known);
    }
    Looked::Opened(corpus::open(file, options))
}

/// About how many bytes of text a file may hold.
pub(crate) fn bytes_of(file: &SourceFile) -> usize {
    let packed = match Format::of_path(&file.path) {
        Some(Format::Gzip | Format::Docx | Format::Pdf) => 8,
        _ => 1,
    };
    usize::try_from(file.size.saturating_mul(packed)).unwrap_or(usize::MAX)
}

/// What became of a file.
pub(crate) struct Outcome {
    /// None if it has vanished.
    pub(crate) record: Option<FileRecord>,
    /// Its number, if what its articles come to is not counted yet: see
    /// [`Making::complete`].
    pub(crate) number: Option<usize>,
    /// None if it is as before.
    pub(crate) kind: Option<ChangeKind>,
    pub(crate) from: Option<String>,
}

/// Takes up what of a file the index does not hold. `progress` is told how many
/// bytes of a large file have been read.
pub(crate) fn take_up<'env>(
    reading: Reading<'_>,
    looked: Looked<'_>,
    (workers, making): (&Workers<'_, 'env>, &mut Making<'_, 'env>),
    writer: &mut Writer<'_>,
    gone: &mut Gone<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Outcome> {
    let Reading {
        root,
        file,
        known,
        options,
    } = reading;
    let said = options.stamp(&file.path);
    let mut opened = match looked {
        Looked::Opened(opened) => opened,
        Looked::Same(known) => {
            return Ok(Outcome {
                record: Some(touched_record(known, file)),
                number: None,
                kind: None,
                from: None,
            });
        }
    };
    let record = FileRecord {
        root: Some(root),
        path: file.path.clone(),
        size: file.size,
        modified_ns: file.modified_ns,
        hash: opened.hash.take().unwrap_or_default(),
        format: opened.format.name().to_owned(),
        said,
        ..FileRecord::default()
    };
    if record.hash.is_empty() {
        let problems = opened.each(workers, &mut |_| Ok(()))?.problems;
        return unread(FileRecord { problems, ..record }, known, file, writer);
    }
    let moved = match known {
        None => gone.take(file.size, |gone| gone.hash == record.hash),
        Some(_) => None,
    };
    let mut filling = Filling::begin(making, writer, record, known, moved.cloned())?;
    let ending = opened.each(workers, &mut |coming| {
        progress(coming.read);
        filling.add(coming.article, coming.encoding)
    })?;
    let filled = match ending.is_sound {
        true => filling.finish()?,
        // What was not reached may still be there.
        false => filling.keep_rest()?,
    };
    let mut record = filled.record;
    record.encoding = ending.encoding;
    record.edges = ending.edges;
    record.problems = ending.problems;
    let kind = match (known, moved) {
        (Some(known), _) if known.hash == record.hash && known.said == record.said => None,
        (Some(_), _) => Some(ChangeKind::Changed),
        (None, Some(_)) => Some(ChangeKind::Moved),
        (None, None) => Some(ChangeKind::Added),
    };
    if !ending.is_sound {
        // So that the next update reads it again, whatever its size and time.
        record.hash.clear();
    }
    Ok(Outcome {
        record: Some(record),
        number: Some(filled.number),
        kind,
        from: moved.map(|moved| moved.path.clone()),
    })
}

/// What becomes of a file that could not be read. What was read of it before
/// stays; one that has vanished meanwhile is as if it had not been found.
fn unread(
    record: FileRecord,
    known: Option<&FileRecord>,
    file: &SourceFile,
    writer: &mut Writer<'_>,
) -> Result<Outcome> {
    let is_there = std::fs::symlink_metadata(&file.location).is_ok();
    let outcome = |record, kind| Outcome {
        record,
        number: None,
        kind,
        from: None,
    };
    Ok(match known {
        None if !is_there => outcome(None, None),
        None => outcome(Some(record), Some(ChangeKind::Added)),
        Some(known) if !is_there => {
            writer.remove(known, Moved::Away)?;
            outcome(None, Some(ChangeKind::Removed))
        }
        // A new generation has nothing of it.
        Some(_) if writer.is_new() => outcome(Some(record), Some(ChangeKind::Changed)),
        Some(known) => {
            let problems = record.problems;
            let record = FileRecord {
                problems,
                ..known.clone()
            };
            outcome(Some(record), None)
        }
    })
}

/// The record of a file whose content is as before.
fn touched_record(record: &FileRecord, file: &SourceFile) -> FileRecord {
    FileRecord {
        size: file.size,
        modified_ns: file.modified_ns,
        ..record.clone()
    }
}
