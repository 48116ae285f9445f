//! The file formats that are read, known by the names of files.

use std::fmt;

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Plain text: .txt, .text.
    Text,
    /// Markdown: .md, .markdown.
    Markdown,
    /// A saved web page: .html, .htm.
    Html,
    /// One JSON value: .json.
    Json,
    /// One JSON object a line: .jsonl, .ndjson.
    JsonLines,
    /// A table whose rows are articles: .csv.
    Csv,
    /// The same with tabs between cells: .tsv, .tab.
    Tsv,
    /// A Word document: .docx.
    Docx,
    /// A document with a text layer: .pdf.
    Pdf,
    /// One compressed file of a type that is read: .txt.gz, .html.gz, …
    Gzip,
    /// An archive of files: .zip.
    Zip,
}

impl Format {
    /// Finds the format of a file by its name's extension; none if the type is
    /// not read.
    pub fn of_path(path: &str) -> Option<Format> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let (stem, extension) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Format::Text),
            "md" | "markdown" => Some(Format::Markdown),
            "html" | "htm" | "xhtml" | "shtml" => Some(Format::Html),
            "json" => Some(Format::Json),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "docx" => Some(Format::Docx),
            "pdf" => Some(Format::Pdf),
            "zip" => Some(Format::Zip),
            // An archive inside an archive is not read.
            "gz" => Format::of_path(stem)
                .filter(|inner| !matches!(inner, Format::Gzip | Format::Zip))
                .map(|_| Format::Gzip),
            _ => None,
        }
    }

    /// Says whether a file of this format is a page as a site shows it.
    pub(super) fn is_page(self) -> bool {
        matches!(self, Format::Text | Format::Markdown | Format::Html)
    }

    /// Returns the short name: `txt`, `md`, `json`, `jsonl`, `csv`, …
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "txt",
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Json => "json",
            Format::JsonLines => "jsonl",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Docx => "docx",
            Format::Pdf => "pdf",
            Format::Gzip => "gz",
            Format::Zip => "zip",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_whatever_its_case() {
        assert_eq!(Format::of_path("甲/乙.TXT"), Some(Format::Text));
        assert_eq!(Format::of_path("a.b/新闻.ndjson"), Some(Format::JsonLines));
        assert_eq!(Format::of_path("甲.html.GZ"), Some(Format::Gzip));
        for unknown in [
            "a.tar.gz",
            "a.zip.gz",
            "甲.gz",
            "甲",
            ".txt",
            "a.txt/甲",
            "甲.png",
            "",
        ] {
            assert_eq!(Format::of_path(unknown), None, "{unknown}");
        }
    }
}
