//! The query's abstract syntax: plain data.

/// A query: juxtaposed expressions.
///
/// A bare [`Expr::Text`] directly in `parts` ranks; everything else directly
/// in `parts` is required (or, under [`Expr::Not`], forbidden). Inside any
/// operator all text is decided on characters: it is required to occur
/// literally, not ranked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The juxtaposed parts, in the order written.
    pub parts: Vec<Expr>,
}

/// One expression of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Bare text without white space: `算力券`.
    Text(String),
    /// Quoted text: `"算力券"`, `“算力券”`, `「算力券」`.
    Phrase(String),
    /// A field with its value: `region:北京`.
    Filter(Filter),
    /// `a NEAR/n b`: both literally, at most `distance` characters between
    /// them, in either order, in one paragraph.
    Near {
        /// The one text.
        left: String,
        /// The other text.
        right: String,
        /// The largest number of characters between the two.
        distance: u32,
    },
    /// `+x`: x must occur.
    Must(Box<Expr>),
    /// `-x` or `NOT x`: x must not occur.
    Not(Box<Expr>),
    /// `a AND b`, and juxtaposed parts within parentheses: all must occur.
    And(Vec<Expr>),
    /// `a OR b`: at least one must occur.
    Or(Vec<Expr>),
}

/// A field with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Which field.
    pub field: Field,
    /// The value as written, without quotes.
    pub value: String,
    /// The days that a `date:` value covers; `None` for other fields.
    pub dates: Option<DateRange>,
}

/// The fields a query can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `title:` 标题: text of the headline.
    Title,
    /// `heading:` 小标题: text of the section heading.
    Heading,
    /// `region:` 地区: a place that the article is about or from, with all that
    /// lies in it; `region:=浙江` is the province only, not its cities.
    Region,
    /// `about:` 事涉: a place that the article is about, likewise.
    About,
    /// `from:` 发自: a place that it was published or reported from, likewise.
    From,
    /// `outlet:` 来源: who published.
    Outlet,
    /// `author:` 作者: who wrote.
    Author,
    /// `date:` 日期: `2024`, `2024-05`, `2024-05-30`, `2024-05..2024-12`, `..2023`,
    /// `2024..`; see [`DateMatch`] for `=2024-05`, `2024-XX` and `XXXX`.
    Date,
    /// `cites:` 引用: the title of a cited document.
    Cites,
    /// `wenhao:` 文号: the number of a cited document.
    Wenhao,
    /// `path:` 路径: the file's path.
    Path,
    /// `format:` 格式: the file's format, `txt`, `pdf`.
    Format,
}

/// An inclusive range of days; `None` is open.
///
/// Days are ISO dates (`2024-05-30`), so that they compare as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateRange {
    /// The first day, if bounded.
    pub from: Option<String>,
    /// The last day, if bounded.
    pub until: Option<String>,
    /// Which articles belong to it.
    pub matching: DateMatch,
}

/// How the days that an article can be of must stand to a range: an article
/// dated only 2024 can be of any day of that year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateMatch {
    /// It can be of one of the days: `2024-05`.
    #[default]
    Overlapping,
    /// It cannot be of any other day: `=2024-05`.
    Within,
    /// It can be of any of them and no other, so that no more is known:
    /// `2024-XX`, `2024-05-XX` (the notation of ISO 8601-2).
    Exactly,
    /// It has no date: `XXXX`.
    Undated,
}

/// What parsing yields: the query and what a person should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The query.
    pub query: Query,
    /// Remarks, in the order of their columns.
    pub notes: Vec<Note>,
}

/// A remark on a query: what was read otherwise than it may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The first character it concerns, counted from 1 in characters.
    pub column: usize,
    /// What was done: a lower-case fragment without a full stop.
    pub message: String,
    /// What to write instead, if there is something.
    pub suggestion: Option<String>,
}

/// All that is impossible in a query, at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The query string.
    pub query: String,
    /// The problems, in the order of their columns; never empty.
    pub problems: Vec<Note>,
}
