//! The layers of DESIGN: imports go one way, and outer packages stay in their modules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module may import of this crate.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("workers", &["error"]),
    ("analysis", &["error"]),
    ("article", &["error"]),
    ("corpus", &["article", "workers", "error"]),
    ("passage", &["article"]),
    ("family", &["analysis", "error"]),
    ("query", &["article", "error"]),
    ("highlight", &["analysis", "query"]),
    (
        "index",
        &[
            "analysis", "article", "corpus", "passage", "family", "workers", "error",
        ],
    ),
    (
        "search",
        &[
            "index",
            "highlight",
            "query",
            "analysis",
            "passage",
            "article",
            "family",
            "error",
        ],
    ),
    (
        "alert",
        &["search", "index", "query", "analysis", "article", "error"],
    ),
    (
        "quote",
        &[
            "search", "query", "corpus", "index", "article", "family", "analysis", "error",
        ],
    ),
    (
        "survey",
        &["search", "query", "analysis", "article", "error"],
    ),
    ("eval", &["search", "query", "error"]),
    ("lexicon", &["search", "query", "analysis", "error"]),
    (
        "render",
        &[
            "search", "survey", "alert", "eval", "lexicon", "article", "index", "analysis",
            "query", "family", "quote", "error",
        ],
    ),
];

/// Which modules may name a package.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("tantivy::", &["index", "search"]),
    ("jieba_rs", &["analysis"]),
    ("tantivy_jieba", &["analysis"]),
    ("walkdir", &["corpus"]),
    ("zstd", &["index"]),
    ("clap", &["cli"]),
    ("plotters", &["render"]),
    ("notify::", &["cli"]),
];

fn sources() -> BTreeMap<PathBuf, String> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_name().is_some_and(|name| name != "tests.rs")
            {
                let text = std::fs::read_to_string(&path).expect("text");
                sources.insert(path, text);
            }
        }
    }
    sources
}

/// The module a file belongs to: its folder under `src`, or its own name.
fn module(path: &Path) -> String {
    let inner = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("in src");
    let first = inner
        .components()
        .next()
        .expect("a name")
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The lines of code that are not comments, tests left out.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

/// The names in crate-level error types that every module may use.
const AT_THE_ROOT: &[&str] = &["Error", "ErrorKind", "Result"];

#[test]
fn imports_go_one_way() {
    for (path, text) in sources() {
        let own = module(&path);
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == own) else {
            continue;
        };
        for line in code(&text) {
            for import in line.split("crate::").skip(1) {
                let name: String = import
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let is_module = MAY_IMPORT.iter().any(|(module, _)| *module == name);
                let is_allowed = name == own
                    || allowed.contains(&name.as_str())
                    || AT_THE_ROOT.contains(&name.as_str())
                    || !is_module;
                assert!(is_allowed, "{} imports {name}: {line}", path.display());
            }
        }
    }
}

#[test]
fn outer_packages_are_named_in_their_modules_only() {
    for (path, text) in sources() {
        let own = module(&path);
        for (package, modules) in MAY_NAME {
            let names = code(&text).any(|line| line.contains(package));
            assert!(
                !names || modules.contains(&own.as_str()),
                "{} names {package}",
                path.display()
            );
        }
    }
}

#[test]
fn files_stay_small_enough_to_read() {
    for (path, text) in sources() {
        let is_data = path.file_name().is_some_and(|name| name == "fold_table.rs");
        let lines = code(&text).count();
        assert!(
            is_data || lines <= 450,
            "{} has {lines} lines of code",
            path.display()
        );
    }
}
