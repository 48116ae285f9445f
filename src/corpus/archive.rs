//! Reads archives: each entry of a .zip as a file of its own, and the one file
//! of a .gz.
//!
//! An entry's path is `archive.zip!/folder/name.txt`; it gives dates and
//! formats as any path does, and its articles carry the entry's name. An
//! archive inside an archive is not opened. What is unpacked is bounded in
//! size and number; entries that point out of the archive are refused.

use super::options::ReadOptions;
use super::pages::Wanted;
use super::read::{Parsed, parse_file};
use super::{Format, problem};
use crate::article::{Place, Problem, ProblemKind};
use flate2::read::MultiGzDecoder;
use std::convert::Infallible;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// What parts the path of an archive from the name of its entry.
const INSIDE: &str = "!/";

/// The most entries of one archive that are looked at.
const MAX_ENTRIES: usize = 20_000;

/// The most bytes that one archive may unpack to.
const MAX_TOTAL: u64 = 1 << 29;

/// The most bytes that one entry may unpack to.
const MAX_ENTRY: u64 = 1 << 27;

/// How many times its own size a file may unpack to. Text shrinks to a tenth,
/// pages of one template to a fiftieth; a bomb to a thousandth.
const MAX_RATIO: u64 = 100;

/// Whatever its size, a file may unpack to so many bytes.
const MIN_TOTAL: u64 = 1 << 25;

/// The most bytes, up to `most`, that a packed file of so many bytes may unpack to.
pub(super) fn bound_of(packed: u64, most: u64) -> u64 {
    packed.saturating_mul(MAX_RATIO).clamp(MIN_TOTAL, most)
}

/// The name of the file in a .gz file: its own without `.gz`.
pub(super) fn unpacked_name(path: &str) -> &str {
    path.get(..path.len().saturating_sub(3)).unwrap_or(path)
}

/// Reads a .gz file. Its one file is known by the name without `.gz`.
pub(super) fn read_gzip(path: &str, bytes: &[u8], options: &ReadOptions, wanted: Wanted) -> Parsed {
    let inner = unpacked_name(path);
    let mut unpacked = Vec::new();
    let bound = bound_of(bytes.len() as u64, MAX_ENTRY);
    let result = MultiGzDecoder::new(bytes)
        .take(bound + 1)
        .read_to_end(&mut unpacked);
    if unpacked.len() as u64 > bound {
        return Parsed::failed(Format::Gzip, too_large("the file", bound, MAX_ENTRY));
    }
    let damage = result.err().map(|error| damaged(&error));
    if unpacked.is_empty()
        && let Some(damage) = damage
    {
        return Parsed::failed(Format::Gzip, damage);
    }
    let mut parsed = parse_file(inner, &unpacked, options, wanted);
    parsed.format = Format::Gzip;
    parsed.problems.splice(0..0, damage);
    parsed
}

/// The problem of a compressed file that cannot be unpacked to its end.
pub(super) fn damaged(error: &io::Error) -> Problem {
    problem(
        Place::default(),
        format!("the compressed file is damaged: {error}"),
        "download or pack it again",
    )
    .of(ProblemKind::Truncated)
}

/// Reads a .zip file.
pub(super) fn read_zip(path: &str, bytes: &[u8], options: &ReadOptions, wanted: Wanted) -> Parsed {
    let mut articles = Vec::new();
    let read = each_entry(path, Cursor::new(bytes), options, wanted, &mut |entry| {
        articles.extend(entry.articles);
        Ok::<(), Infallible>(())
    });
    let Ok(all) = read;
    Parsed { articles, ..all }
}

/// Reads the entries of a .zip file one after the other and hands them over,
/// without their problems; then yields what there is to tell of all of them.
pub(super) fn each_entry<E>(
    path: &str,
    mut bytes: impl Read + Seek,
    options: &ReadOptions,
    wanted: Wanted,
    take: &mut dyn FnMut(Parsed) -> Result<(), E>,
) -> Result<Parsed, E> {
    let packed = bytes.seek(SeekFrom::End(0)).unwrap_or_default();
    let mut archive = match ZipArchive::new(bytes) {
        Ok(archive) => archive,
        Err(error) => {
            return Ok(Parsed::failed(
                Format::Zip,
                problem(
                    Place::default(),
                    format!("the archive cannot be opened: {error}"),
                    "download or pack it again",
                ),
            ));
        }
    };
    let mut all = Parsed::empty(Format::Zip);
    let mut files = 0;
    let bound = bound_of(packed, MAX_TOTAL);
    let mut left = bound;
    if archive.len() > MAX_ENTRIES {
        all.problems.push(problem(
            Place::default(),
            format!(
                "the archive has {} entries; the first {MAX_ENTRIES} are read",
                archive.len()
            ),
            "unpack it into the folder",
        ));
    }
    for index in 0..archive.len().min(MAX_ENTRIES) {
        let entry = match unpack(&mut archive, index, left, bound) {
            Ok(Some(entry)) => entry,
            Ok(None) => continue,
            Err(problem) => {
                all.problems.push(problem);
                continue;
            }
        };
        files += 1;
        left = left.saturating_sub(entry.bytes.len() as u64);
        let Entry { name, bytes } = entry;
        let mut parsed = parse_file(&format!("{path}{INSIDE}{name}"), &bytes, options, wanted);
        drop(bytes);
        if all.encoding.is_empty() {
            all.encoding.clone_from(&parsed.encoding);
        } else if !parsed.encoding.is_empty() && parsed.encoding != all.encoding {
            all.encoding = "mixed".to_owned();
        }
        all.edges.append(&mut parsed.edges);
        let problems = std::mem::take(&mut parsed.problems).into_iter();
        all.problems.extend(problems.map(|p| in_entry(&name, p)));
        for article in &mut parsed.articles {
            article.entry = Some(name.clone());
        }
        take(parsed)?;
    }
    if files == 0 && all.problems.is_empty() {
        all.problems.push(
            problem(
                Place::default(),
                "the archive holds no file of a type that is read",
                "delete it, or unpack what it holds",
            )
            .of(ProblemKind::Empty),
        );
    }
    Ok(all)
}

/// A file of an archive.
struct Entry {
    name: String,
    bytes: Vec<u8>,
}

/// Unpacks an entry; none if it is no file of a type that is read.
fn unpack(
    archive: &mut ZipArchive<impl Read + Seek>,
    index: usize,
    left: u64,
    total: u64,
) -> Result<Option<Entry>, Problem> {
    let unread = |what: String, remedy: &str| problem(Place::default(), what, remedy);
    // The name is known even if the content is locked.
    let name = match archive.by_index_raw(index) {
        Ok(entry) => decode_name(entry.name_raw()),
        Err(error) => {
            return Err(unread(
                format!("entry {} of the archive is damaged: {error}", index + 1),
                "download or pack it again",
            ));
        }
    };
    if points_outside(&name) {
        return Err(unread(
            format!("the entry {name:?} points out of the archive and is skipped"),
            "do not trust the archive; pack its files again if they are yours",
        ));
    }
    let is_hidden = name
        .split('/')
        .any(|part| part.starts_with('.') || part == "__MACOSX");
    let Some(format) = Format::of_path(&name).filter(|_| !name.ends_with('/') && !is_hidden) else {
        return Ok(None);
    };
    if matches!(format, Format::Zip | Format::Gzip) {
        return Err(unread(
            format!("{name}: an archive inside an archive is not read"),
            "unpack it into the folder",
        ));
    }
    let entry = archive.by_index(index).map_err(|error| {
        let locked = error.to_string().to_lowercase().contains("password");
        let (what, remedy) = if locked {
            (
                "is locked with a password".to_owned(),
                "unpack it into the folder",
            )
        } else {
            (
                format!("cannot be unpacked: {error}"),
                "unpack the archive and index the folder",
            )
        };
        unread(format!("{name}: {what}"), remedy)
    })?;
    let bound = left.min(MAX_ENTRY);
    let mut bytes = Vec::new();
    entry
        .take(bound + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| {
            unread(
                format!("{name}: damaged: {error}"),
                "download or pack it again",
            )
        })?;
    if bytes.len() as u64 > bound {
        let too_large = if left < MAX_ENTRY {
            too_large("the whole archive", total, MAX_TOTAL)
        } else {
            too_large("the file", MAX_ENTRY, MAX_ENTRY)
        };
        return Err(in_entry(&name, too_large));
    }
    Ok(Some(Entry { name, bytes }))
}

/// Says of a problem in which entry it is.
fn in_entry(name: &str, mut problem: Problem) -> Problem {
    problem.message = format!("{name}: {}", problem.message);
    problem
}

/// Reports that something unpacks to more than `bound` bytes. Where that is
/// less than `most`, it is so because the packed file is small.
fn too_large(what: &str, bound: u64, most: u64) -> Problem {
    if bound < most {
        return problem(
            Place::default(),
            format!("{what} unpacks to more than {MAX_RATIO} times its size, as bombs do"),
            "unpack it into the folder if you trust it",
        );
    }
    problem(
        Place::default(),
        format!("{what} is larger than {} MB unpacked", bound >> 20),
        "unpack it into the folder, in smaller files",
    )
}

/// Decodes the name of an entry: programs in China write them in GBK.
fn decode_name(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling(raw)
            .0
            .into_owned(),
    };
    name.replace('\\', "/")
}

/// Says whether a name is an absolute path or leads upwards.
fn points_outside(name: &str) -> bool {
    let has_drive = name.as_bytes().get(1) == Some(&b':');
    name.is_empty()
        || name.starts_with('/')
        || has_drive
        || name.contains('\0')
        || name.split('/').any(|part| part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::parse;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    const TEXT: &str =
        "甲市发放算力券\n甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用。\n";

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .expect("an entry");
            archive.write_all(bytes).expect("written");
        }
        archive.finish().expect("finished").into_inner()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("finished")
    }

    #[test]
    fn each_entry_is_read_by_its_own_format_and_encoding() {
        let gbk = encoding_rs::GB18030.encode(TEXT).0.into_owned();
        let inner = zipped(&[("丙.txt", TEXT.as_bytes())]);
        let archive = zipped(&[
            ("2024/甲.txt", gbk.as_slice()),
            ("乙.json", "{\"title\":\"乙\",\"text\":\"二\"}".as_bytes()),
            ("空.txt", b""),
            ("图.png", b"\x89PNG"),
            ("__MACOSX/._甲.txt", b"x"),
            ("里.zip", &inner),
        ]);
        let parsed = parse("存档.zip", &archive);
        assert_eq!(
            (parsed.format, parsed.encoding.as_str()),
            (Format::Zip, "mixed")
        );
        let entries: Vec<Option<&str>> =
            parsed.articles.iter().map(|a| a.entry.as_deref()).collect();
        assert_eq!(entries, [Some("2024/甲.txt"), Some("乙.json")]);
        assert_eq!(
            parsed.articles[0].date.as_ref().map(|d| d.iso.as_str()),
            Some("2024")
        );
        let problems: Vec<&str> = parsed.problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(
            problems,
            [
                "空.txt: the file is empty",
                "里.zip: an archive inside an archive is not read"
            ]
        );
    }

    #[test]
    fn entries_that_point_out_of_the_archive_are_refused() {
        let names = [
            "../甲.txt",
            "/etc/甲.txt",
            "甲/../../乙.txt",
            "C:\\甲.txt",
            "甲\\..\\乙.txt",
        ];
        for name in names {
            assert!(points_outside(&decode_name(name.as_bytes())), "{name}");
        }
        let parsed = parse(
            "a.zip",
            &zipped(&[("../甲.txt", TEXT.as_bytes()), ("乙.txt", TEXT.as_bytes())]),
        );
        assert_eq!(parsed.articles.len(), 1);
        assert!(
            parsed.problems[0]
                .message
                .contains("points out of the archive")
        );
        assert_eq!(
            decode_name(&encoding_rs::GBK.encode("甲乙.txt").0),
            "甲乙.txt"
        );
    }

    #[test]
    fn a_compressed_file_is_read_as_what_it_holds() {
        let parsed = parse("2024/甲.txt.gz", &gzipped(TEXT.as_bytes()));
        assert_eq!(
            (parsed.format, parsed.encoding.as_str()),
            (Format::Gzip, "utf-8")
        );
        assert_eq!(parsed.articles[0].title, "甲市发放算力券");
        let whole = gzipped(TEXT.repeat(2000).as_bytes());
        let cut = parse("甲.txt.gz", &whole[..whole.len() / 2]);
        assert_eq!(cut.articles.len(), 1, "what could be unpacked is read");
        assert!(cut.problems[0].message.contains("damaged"));
        assert!(parse("甲.txt.gz", b"\x1f\x8b").articles.is_empty());
        assert!(parse("甲.zip", b"PK\x03\x04").articles.is_empty());
    }

    #[test]
    fn bombs_are_bounded() {
        let zeros = vec![b'\n'; MIN_TOTAL as usize + 2];
        let halves = [("a.txt", &zeros[..MIN_TOTAL as usize / 2 + 1]); 2];
        let halves = [halves[0], ("b.txt", halves[1].1)];
        for (path, bytes) in [
            ("a.txt.gz", gzipped(&zeros)),
            ("a.zip", zipped(&[("a.txt", &zeros)])),
            ("a.zip", zipped(&halves)),
        ] {
            let parsed = parse(path, &bytes);
            let messages = parsed.problems.iter().map(|problem| &problem.message);
            assert!(
                messages.clone().any(|m| m.contains("more than 100 times")),
                "{:?}",
                messages.collect::<Vec<_>>()
            );
        }
        assert_eq!(
            bound_of(4 << 20, MAX_TOTAL),
            400 << 20,
            "what shrinks as text does is read"
        );
        assert_eq!(bound_of(u64::MAX, MAX_TOTAL), MAX_TOTAL);
    }
}
