//! Reads the text layer of .pdf through poppler's `pdftotext`, an external
//! program, where there is one: nothing is linked, and its faults are not ours.
//!
//! The program gets the bytes on its standard input; its time and the size of
//! its answer are bounded. Places are pages.

use super::{count, problem};
use crate::article::{
    Article, Line, Mark, Place, Problem, ProblemKind, Stated, Surroundings, compose_page,
    unwrap_lines,
};
use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The program, looked for on PATH.
const PROGRAM: &str = "pdftotext";

/// The largest document that is given to the program, in bytes.
const MAX_BYTES: usize = 200 << 20;

/// The most text that is taken from it, in bytes.
const MAX_TEXT: u64 = 64 << 20;

/// How long it may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Reads a .pdf file.
pub(super) fn read_pdf(path: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Vec<Article> {
    match text_of(PROGRAM, bytes, TIMEOUT) {
        Ok(text) => read_pages(path, &text, problems),
        Err(problem) => {
            problems.push(problem);
            Vec::new()
        }
    }
}

/// Reads the pages that the program has printed, parted by form feeds.
fn read_pages(path: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Article> {
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 10 {
        problems.push(
            problem(
                Place::default(),
                "a scanned PDF without text",
                "add a text layer with an OCR program, for example ocrmypdf -l chi_sim",
            )
            .of(ProblemKind::NoArticle),
        );
        return Vec::new();
    }
    let mut source: Vec<&str> = Vec::new();
    let mut pages: Vec<usize> = Vec::new();
    for (page, text) in (1..).zip(text.split('\u{c}')) {
        for line in text.lines() {
            source.push(line);
            pages.push(page);
        }
    }
    let lines: Vec<Line> = unwrap_lines(&source)
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(index, text)| Line {
            number: Some(count(pages.get(index).copied().unwrap_or(1))),
            mark: if is_page_number(&text) {
                Mark::Elsewhere
            } else {
                Mark::Plain
            },
            text: text.trim().to_owned(),
        })
        .collect();
    let on_page = |page| Place {
        page,
        ..Place::default()
    };
    let around = Surroundings {
        path,
        file_date: None,
        place: on_page(lines.first().and_then(|line| line.number)),
    };
    let mut article = compose_page(&lines, &Stated::default(), &around, problems);
    for block in &mut article.blocks {
        block.place = on_page(block.place.line);
    }
    vec![article]
}

/// Says whether a line is the number of a page: 3, - 3 -, 第3页.
fn is_page_number(line: &str) -> bool {
    let inner = line.trim_matches(|c: char| c.is_whitespace() || "-—–－·第页/共".contains(c));
    !inner.is_empty()
        && inner.chars().count() <= 9
        && inner
            .chars()
            .all(|c| c.is_ascii_digit() || " /共页第".contains(c))
}

/// Runs the program over a document.
fn text_of(program: &str, bytes: &[u8], timeout: Duration) -> Result<String, Problem> {
    let fault = |what: &str, remedy: &str| problem(Place::default(), what, remedy);
    if bytes.len() > MAX_BYTES {
        return Err(fault(
            &format!("the PDF is larger than {} MB", MAX_BYTES >> 20),
            "split it into smaller files",
        ));
    }
    let broken = || {
        fault(
            "the PDF is damaged or locked",
            "open it in a viewer and print it to a new PDF",
        )
    };
    if !bytes.starts_with(b"%PDF") && !bytes.windows(5).take(1024).any(|w| w == b"%PDF-") {
        return Err(broken());
    }
    let started = Command::new(program)
        .args(["-q", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| match error.kind() {
        ErrorKind::NotFound => fault(
            "PDF files are read with the program pdftotext, which is not installed",
            "install poppler-utils (apt, dnf) or poppler (brew), then index again",
        ),
        _ => fault(
            &format!("the program pdftotext cannot be started: {error}"),
            "check the installation of poppler-utils",
        ),
    })?;
    let answer = talk(&mut child, bytes, timeout);
    // Whatever happened, no process is left behind.
    let _ = child.kill();
    let _ = child.wait();
    match answer {
        Answer::Text(text) => Ok(text),
        Answer::Failed => Err(broken()),
        Answer::Late => Err(fault(
            &format!("the PDF took pdftotext longer than {} s", timeout.as_secs()),
            "split it, or save its text with pdftotext by hand",
        )),
        Answer::TooLarge => Err(fault(
            &format!("the PDF holds more than {} MB of text", MAX_TEXT >> 20),
            "split it into smaller files",
        )),
    }
}

/// What came of asking the program.
enum Answer {
    Text(String),
    Failed,
    Late,
    TooLarge,
}

/// Gives the program the document and takes its answer, both at once, since
/// either side waits when a pipe is full.
fn talk(child: &mut Child, bytes: &[u8], timeout: Duration) -> Answer {
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Answer::Failed;
    };
    let deadline = Instant::now() + timeout;
    thread::scope(|scope| {
        scope.spawn(move || {
            // A program that ends early closes the pipe.
            let _ = to.write_all(bytes);
        });
        let reader = scope.spawn(move || {
            let mut text = Vec::new();
            let result = from.take(MAX_TEXT + 1).read_to_end(&mut text);
            result.map(|_| text)
        });
        while !reader.is_finished() {
            if Instant::now() > deadline {
                let _ = child.kill();
                return Answer::Late;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let text = match reader.join() {
            Ok(Ok(text)) => text,
            _ => return Answer::Failed,
        };
        if text.len() as u64 > MAX_TEXT {
            let _ = child.kill();
            return Answer::TooLarge;
        }
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() || !text.is_empty() => {
                    return Answer::Text(String::from_utf8_lossy(&text).into_owned());
                }
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
                Ok(None) => {
                    let _ = child.kill();
                    return Answer::Late;
                }
                _ => return Answer::Failed,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> (Vec<Article>, Vec<Problem>) {
        let mut problems = Vec::new();
        (read_pages("甲.pdf", text, &mut problems), problems)
    }

    #[test]
    fn pages_become_places_and_their_numbers_furniture() {
        let (articles, problems) = pages(
            "甲市算力券管理办法\n第一条 为了促进算力发展，根据有关规定，结合本市实际，制定本办法，各区遵照执行。\n- 1 -\n\u{c}第二条 本办法自发布之日起施行，有效期三年，由甲市发展改革部门负责解释，并报市政府备案。\n- 2 -\n\u{c}",
        );
        assert_eq!(problems, []);
        let article = &articles[0];
        assert_eq!(article.title, "甲市算力券管理办法");
        let pages: Vec<Option<u32>> = article.blocks.iter().map(|b| b.place.page).collect();
        assert_eq!(pages, [Some(1), Some(1), Some(2), Some(2)]);
        let furniture = article
            .blocks
            .iter()
            .filter(|b| b.kind == crate::article::BlockKind::Furniture);
        assert_eq!(furniture.count(), 2);
    }

    #[test]
    fn a_scan_and_a_missing_program_are_named() {
        assert_eq!(
            pages("\u{c}\n\u{c}").1[0].message,
            "a scanned PDF without text"
        );
        let missing =
            text_of("pdftotext-that-is-not-there", b"%PDF-1.4", TIMEOUT).expect_err("missing");
        assert!(missing.remedy.contains("poppler"));
        assert!(
            text_of(PROGRAM, b"no pdf", TIMEOUT)
                .expect_err("damaged")
                .message
                .contains("damaged")
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_program_is_fed_bounded_and_never_left_behind() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let program = |name: &str, script: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
                .expect("executable");
            path.to_string_lossy().into_owned()
        };
        let large: Vec<u8> = b"%PDF-"
            .iter()
            .copied()
            .chain(std::iter::repeat_n(b'a', 1 << 20))
            .collect();
        let echo = text_of(&program("echo", "exec cat"), &large, TIMEOUT).expect("text");
        assert_eq!(echo.len(), large.len());
        let early = text_of(&program("early", "echo 甲"), &large, TIMEOUT).expect("text");
        assert_eq!(early, "甲\n");
        let failed = text_of(&program("failed", "exit 1"), &large, TIMEOUT).expect_err("failed");
        assert!(failed.message.contains("damaged"));
        let begun = Instant::now();
        let late = text_of(
            &program("late", "exec sleep 30"),
            &large,
            Duration::from_millis(200),
        );
        assert!(late.expect_err("late").message.contains("longer than"));
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
