//! `lexicon.txt`: a person's own words, one a line, in a root of the index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::analysis::{Class, MAX_WORD_CHARS, class, fold, shipped_words, words_of};
use crate::error::{Error, ErrorKind, Result};

/// The name of a lexicon in its root. The first column of a line is a word;
/// a line that begins with `#` is a remark.
pub const LEXICON_FILE: &str = "lexicon.txt";

/// What [`add`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addition {
    /// The lexicon.
    pub file: PathBuf,
    /// The words that were appended, as given.
    pub added: Vec<String>,
    /// The words that were not needed.
    pub refused: Vec<(String, Refusal)>,
}

/// Why a word was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It stands in the file already.
    InFile,
    /// It is in the lexicon shipped with cewen.
    Shipped,
}

/// Reads the lexicons of `roots`: each file that exists with its words.
///
/// # Errors
///
/// [`ErrorKind::Io`] if one exists but cannot be read.
pub fn own_words(roots: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<String>)>> {
    let mut lexicons = Vec::new();
    for root in roots {
        let file = root.join(LEXICON_FILE);
        if let Some(text) = read(&file)? {
            let words = words_of(&text).map(str::to_owned).collect();
            lexicons.push((file, words));
        }
    }
    Ok(lexicons)
}

/// Appends `words` to the lexicon of `root`, those left out that stand there
/// or are shipped. The file is made if there is none.
///
/// ```
/// let root = tempfile::tempdir()?;
/// let addition = cewen::lexicon::add(root.path(), &["训力卡".to_owned()])?;
/// assert_eq!(addition.added, ["训力卡"]);
/// assert_eq!(std::fs::read_to_string(addition.file)?, "训力卡\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::BadOption`] if one of them can be no word: then none is added;
/// [`ErrorKind::BadRoot`] if `root` is no folder; [`ErrorKind::Io`] if the file
/// cannot be read or written.
pub fn add(root: &Path, words: &[String]) -> Result<Addition> {
    if !root.is_dir() {
        let message = format!("{} is no folder and can hold no lexicon", root.display());
        return Err(Error::new(ErrorKind::BadRoot, message).with_hint(format!(
            "index the folder that holds it; its {LEXICON_FILE} is read from there"
        )));
    }
    words.iter().try_for_each(|word| check_word(word))?;
    let file = root.join(LEXICON_FILE);
    let text = read(&file)?.unwrap_or_default();
    let mut known: Vec<String> = words_of(&text).map(folded).collect();
    let mut addition = Addition {
        file,
        ..Addition::default()
    };
    let mut appended = String::new();
    for word in words {
        let word = word.trim();
        if known.contains(&folded(word)) {
            addition.refused.push((word.to_owned(), Refusal::InFile));
        } else if is_shipped(word) {
            addition.refused.push((word.to_owned(), Refusal::Shipped));
        } else {
            known.push(folded(word));
            appended.push_str(word);
            appended.push('\n');
            addition.added.push(word.to_owned());
        }
    }
    if !appended.is_empty() {
        let end = match text.is_empty() || text.ends_with('\n') {
            true => "",
            false => "\n",
        };
        // Whole or not at all: a killed process leaves the old lexicon or the
        // new one, and so does an update that reads it meanwhile.
        write_whole(&addition.file, &format!("{text}{end}{appended}"))?;
    }
    Ok(addition)
}

/// Whether a word is in the shipped lexicon.
pub(super) fn is_shipped(word: &str) -> bool {
    let word = folded(word);
    shipped_words().any(|shipped| folded(shipped) == word)
}

/// A word as it is matched.
pub(super) fn folded(word: &str) -> String {
    word.trim().chars().map(fold).collect()
}

/// Checks that a word can be one that the index holds.
pub(super) fn check_word(word: &str) -> Result<()> {
    let classes: Vec<Class> = folded(word).chars().map(class).collect();
    let is_letter =
        |of: &Class| matches!(of, Class::Han | Class::Latin | Class::Digit | Class::Letter);
    let has_han_end = |of: Option<&Class>| of == Some(&Class::Han);
    let problem = if !(2..=MAX_WORD_CHARS).contains(&classes.len()) {
        format!(
            "has {} characters, not 2 to {MAX_WORD_CHARS}",
            classes.len()
        )
    } else if !classes.iter().all(is_letter) {
        "holds more than letters and digits".to_owned()
    } else if !has_han_end(classes.first()) && !has_han_end(classes.last()) {
        "neither begins nor ends with a Han character".to_owned()
    } else {
        return Ok(());
    };
    Err(Error::new(
        ErrorKind::BadOption,
        format!("{word} is no word: it {problem}"),
    )
    .with_hint("give a word such as 算力券; longer names are found as they stand"))
}

fn read(file: &Path) -> Result<Option<String>> {
    // To open a pipe would wait for whoever writes into it.
    if fs::metadata(file).is_ok_and(|found| !found.is_file()) {
        let error = io::Error::other("it is no regular file");
        return Err(Error::io("read", file, error));
    }
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(Error::io("read", file, error).with_hint("save it as UTF-8 text")),
    }
}

/// Writes a file, one that exists by way of a draft that takes its place.
fn write_whole(file: &Path, text: &str) -> Result<()> {
    let failed = |error| Error::io("write", file, error);
    let Ok(data) = fs::metadata(file) else {
        return fs::write(file, text).map_err(failed);
    };
    let draft = tempfile::Builder::new()
        .prefix(".lexicon")
        .tempfile_in(file.parent().unwrap_or(Path::new(".")))
        .map_err(failed)?;
    fs::write(draft.path(), text).map_err(failed)?;
    // A draft is its writer's alone; the lexicon stays as open as it was.
    fs::set_permissions(draft.path(), data.permissions()).map_err(failed)?;
    let placed = draft.persist(file);
    placed.map(|_| ()).map_err(|error| failed(error.error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn words_are_appended_once_on_lines_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(LEXICON_FILE), "# 自用\n模速空间\t上海").unwrap();
        let addition = add(
            root.path(),
            &words(&["模速空間", "大模型", "训力卡", "训力卡"]),
        )
        .unwrap();
        assert_eq!(addition.added, ["训力卡"]);
        assert_eq!(
            addition
                .refused
                .iter()
                .map(|(_, why)| *why)
                .collect::<Vec<_>>(),
            [Refusal::InFile, Refusal::Shipped, Refusal::InFile]
        );
        let text = fs::read_to_string(&addition.file).unwrap();
        assert_eq!(text, "# 自用\n模速空间\t上海\n训力卡\n");
        let lexicons = own_words(&[root.path().to_path_buf(), "无".into()]).unwrap();
        assert_eq!(lexicons, [(addition.file, words(&["模速空间", "训力卡"]))]);
    }

    #[test]
    fn what_can_be_no_word_is_an_error_and_nothing_is_written() {
        let root = tempfile::tempdir().unwrap();
        for wrong in [
            "券",
            "一二三四五六七八九",
            "算力，券",
            "算 力",
            "GPT",
            "#算力",
            "",
        ] {
            let error = add(root.path(), &words(&["训力卡", wrong])).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadOption, "{wrong}");
        }
        assert!(!root.path().join(LEXICON_FILE).exists());
        let file = root.path().join("甲.jsonl");
        fs::write(&file, "").unwrap();
        assert_eq!(
            add(&file, &words(&["训力卡"])).unwrap_err().kind(),
            ErrorKind::BadRoot
        );
    }
}
