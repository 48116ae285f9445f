//! The index on disk: stores passages and file records, updates, verifies.
//!
//! In reading order:
//!
//! - [`report`]: what an update takes and gives;
//! - `schema`: the fields, and how an article lies in them;
//! - `pack`: how stored values are packed, `common`: by which characters;
//! - `document`: an article as engine documents;
//! - `disk`: the disk as the index writes to it, `window`: files read for merging;
//! - `generation`: generation folders, `CURRENT`, the writer's lock;
//! - `state`: the file records, published with the passages, `records`: how they
//!   are packed;
//! - `spool`: bytes put aside until an update ends;
//! - `kin`: the articles among which families are sought;
//! - `families`: which articles are reprints of one text;
//! - `rows`: which row of its file an article is;
//! - `roots`: the folders an index follows;
//! - `encodings`: the encodings that a person gives for paths;
//! - `plan`: what an update has to do;
//! - `lexicon`: the words of the folders, and the articles a change of them touches;
//! - `live`: the live generation, as an update finds it;
//! - `erase`: deletes articles;
//! - `engine_error`: errors of the engine as ours;
//! - `lists`: posting lists in memory, `runs`: pairs sorted, `pairs`: where those
//!   of pairs lie, `invert`: documents turned into them;
//! - `segments`: segments made of articles, `engine`: the engine that takes them;
//! - `merging`: which segments the engine merges;
//! - `writer`: writes and publishes;
//! - `making`: articles made into documents on several threads, `filling`: those
//!   of one file;
//! - `source`: articles added through the library;
//! - `intake`: one file taken up by an update;
//! - `update`: brings the index up to date with its folders;
//! - `last`: what the last update brought;
//! - `commit`: the engine's commit;
//! - `columns`: the columns of a segment that searches read, `unpacked`: all
//!   of them unpacked, `rough`: what a document counts as, in a byte;
//! - `postings`: a posting list, block by block;
//! - `segment`: a segment of an opened index, `reader`: all of it, for searching;
//! - `show`: a whole article, read back;
//! - `status`: the index against its folders;
//! - `verify`: its soundness;
//! - `repair`: a damaged one mended from its folders;
//! - `texts`: the texts of the index, file by file;
//! - `freshness`: a quick look at the folders, for every search.

mod columns;
mod commit;
mod common;
mod disk;
mod document;
mod encodings;
mod engine;
mod engine_error;
mod erase;
mod estimates;
mod families;
mod filling;
mod freshness;
mod generation;
mod health;
mod intake;
mod invert;
mod kin;
mod last;
mod lexicon;
mod lists;
mod live;
mod making;
mod merging;
mod pack;
mod pairs;
mod plan;
mod postings;
mod reader;
mod records;
mod repair;
mod repeats;
mod report;
mod roots;
mod rough;
mod rows;
mod runs;
mod schema;
mod segment;
mod segments;
mod show;
mod source;
mod spool;
mod state;
mod status;
mod texts;
mod unpacked;
mod update;
mod verify;
mod window;
mod writer;

#[cfg(test)]
pub(crate) mod faults;

pub use generation::exists;
pub use last::last_update;
pub use repair::repair;
pub use report::{
    ArticleChange, ChangeKind, FileChange, FileProblem, FullArticle, LastUpdate, Progress, Repair,
    RootStatus, Status, UpdateOptions, UpdateReport, Verification,
};
pub use source::{add, remove};
pub use status::status;
pub use update::update;
pub use verify::verify;

pub(crate) use disk::{Disk, real as real_disk};
pub(crate) use document::{OPENING_CHARS, document_number, folded};
pub(crate) use freshness::freshness;
pub(crate) use postings::{Blocks, PostingList};
pub(crate) use reader::Reader;
pub(crate) use rough::{Portion, Rough};
pub(crate) use schema::{ABOUT, FROM_THERE, Kind, Layout, NUMBER_AFTER};
pub(crate) use segment::Segment;
pub(crate) use show::{article_id, find, title_of, whole_article};
pub(crate) use texts::{ArticleTexts, contents, each_article};
pub(crate) use unpacked::Unpacked;
