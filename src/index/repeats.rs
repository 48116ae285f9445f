//! What the pages of each root share at their edges, before any is indexed.
//!
//! The edges of unchanged pages stand in their records; those of the others
//! are read first. So the verdict depends on what the folder holds now and not
//! on the order in which it came.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::plan::{Plan, Reading};
use super::report::{Progress, UpdateOptions};
use super::state::FileRecord;
use super::writer::stopped;
use crate::article::{Edges, RepeatedLines};
use crate::corpus::{self, ReadOptions};
use crate::error::Result;

/// How the files of each root are read, what its pages share included.
pub(crate) struct Repeats {
    options: HashMap<u32, ReadOptions>,
}

impl Repeats {
    /// Finds what the pages share that there will be after the update.
    pub(crate) fn find(
        plan: &Plan<'_>,
        options: &UpdateOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Repeats> {
        let mut pages: HashMap<u32, Vec<Cow<'_, Edges>>> = HashMap::new();
        let unchanged = plan.unchanged.iter().map(|&(record, _)| record);
        for record in unchanged.chain(plan.kept.iter().copied()) {
            if let (Some(root), false) = (record.root, record.edges.is_empty()) {
                let known = record.edges.iter().map(Cow::Borrowed);
                pages.entry(root).or_default().extend(known);
            }
        }
        let total = plan.read.len();
        for (done, reading) in plan.read.iter().enumerate() {
            progress(Progress::Comparing { done, total });
            if let Some(stop) = &options.stop
                && stop.load(Ordering::Relaxed)
            {
                return Err(stopped());
            }
            let edges = corpus::edges(reading.file, reading.options);
            if !edges.is_empty() {
                let new = edges.into_iter().map(Cow::Owned);
                pages.entry(reading.root).or_default().extend(new);
            }
        }
        let options = pages.into_iter().map(|(root, pages)| {
            let options = ReadOptions {
                repeated: RepeatedLines::of(pages.iter().map(Cow::as_ref)),
                ..plan.options(root).clone()
            };
            (root, options)
        });
        Ok(Repeats {
            options: options.collect(),
        })
    }

    /// How a file is read.
    pub(crate) fn reading<'a>(&'a self, reading: &Reading<'a>) -> Reading<'a> {
        Reading {
            options: self.options.get(&reading.root).unwrap_or(reading.options),
            ..*reading
        }
    }

    /// Says whether the pages of a file would be read otherwise than they were.
    pub(crate) fn touch(&self, record: &FileRecord) -> bool {
        let options = record.root.and_then(|root| self.options.get(&root));
        options.is_some_and(|options| differ(record, &options.repeated))
    }
}

/// Says whether the pages of a file share other lines than when it was read.
pub(crate) fn differ(record: &FileRecord, repeated: &RepeatedLines) -> bool {
    record.edges.iter().any(|edges| edges.differ(repeated))
}
