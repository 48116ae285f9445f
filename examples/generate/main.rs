//! Writes a made-up corpus of any size; the same arguments give the same bytes.
//!
//! ```sh
//! cargo run --release --example generate -- --files 50000 OUT
//! cargo run --release --example generate -- --bytes 50MB --jsonl OUT
//! ```
//!
//! Plain text is one article a file, 500 files a folder; `--jsonl` puts them
//! into files of 8 MB. `--seed NUMBER` gives other articles. OUT is created
//! and must be empty.

mod text;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use text::{Article, Writer};

/// Articles in a folder.
const FOLDER: usize = 500;
/// Bytes of a `.jsonl` file.
const JSONL_BYTES: usize = 8_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = usize::MAX;
    let mut bytes = usize::MAX;
    let mut is_jsonl = false;
    let mut seed = 1;
    let mut out = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--files" => files = value()?.parse()?,
            "--bytes" => bytes = bytes_of(&value()?)?,
            "--seed" => seed = value()?.parse()?,
            "--jsonl" => is_jsonl = true,
            _ if argument.starts_with('-') => {
                return Err(format!("unknown option {argument}").into());
            }
            _ => out = Some(PathBuf::from(argument)),
        }
    }
    let out = out.ok_or("name the folder to write")?;
    if files == usize::MAX && bytes == usize::MAX {
        return Err("give --files NUMBER or --bytes SIZE".into());
    }
    if out
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some())
    {
        return Err(format!("{} is not empty", out.display()).into());
    }
    write(&out, &mut Writer::new(seed), files, bytes, is_jsonl)
}

fn write(
    out: &Path,
    writer: &mut Writer,
    files: usize,
    bytes: usize,
    is_jsonl: bool,
) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let (mut number, mut written) = (0, 0);
    let mut lines = String::new();
    let mut part = 0;
    while number < files && written < bytes {
        let article = writer.article();
        if is_jsonl {
            let line = json(number, &article);
            written += line.len();
            lines.push_str(&line);
        } else {
            let folder = out.join(format!("{:04}", number / FOLDER));
            if number % FOLDER == 0 {
                fs::create_dir_all(&folder)?;
            }
            let text = plain(&article);
            written += text.len();
            fs::write(folder.join(format!("{number:07}.txt")), text)?;
        }
        number += 1;
        let is_last = number == files || written >= bytes;
        if is_jsonl && (is_last || lines.len() >= JSONL_BYTES) {
            fs::write(out.join(format!("{part:04}.jsonl")), &lines)?;
            lines.clear();
            part += 1;
        }
    }
    Ok(())
}

fn plain(article: &Article) -> String {
    let Article {
        title,
        date,
        outlet,
        paragraphs,
    } = article;
    format!(
        "{title}\n\n来源：{outlet}　{date}\n\n{}\n",
        paragraphs.join("\n\n")
    )
}

fn json(number: usize, article: &Article) -> String {
    let value = serde_json::json!({
        "id": format!("made-{number:07}"),
        "title": article.title,
        "date": article.date,
        "outlet": article.outlet,
        "text": article.paragraphs.join("\n"),
    });
    format!("{value}\n")
}

/// `50MB`, `500kB`, `1GB` or a number of bytes.
fn bytes_of(text: &str) -> Result<usize, Box<dyn Error>> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        other => return Err(format!("unknown unit {other}").into()),
    };
    Ok(digits.parse::<usize>()? * unit)
}
