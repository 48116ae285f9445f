//! What the pages of each root share at their edges, before any is indexed.
//!
//! The edges of unchanged pages stand in their records; those of the others
//! are read first. So the verdict depends on what the folder holds now and not
//! on the order in which it came.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::intake::bytes_of;
use super::plan::{Plan, Reading};
use super::report::{Progress, UpdateOptions};
use super::state::FileRecord;
use super::writer::stopped;
use crate::article::{Edges, RepeatedLines};
use crate::corpus::{self, ReadOptions};
use crate::error::Result;
use crate::workers::Workers;

/// About so many bytes of files are read ahead.
const AHEAD: usize = 4 << 20;

/// How the files of each root are read, what its pages share included.
pub(crate) struct Repeats {
    options: HashMap<u32, ReadOptions>,
}

impl Repeats {
    /// Finds what the pages share that there will be after the update.
    pub(crate) fn find<'a>(
        plan: &'a Plan<'_>,
        options: &UpdateOptions,
        workers: &Workers<'_, 'a>,
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
        let bytes = |reading: &Reading<'_>| match corpus::may_hold_pages(&reading.file.path) {
            true => bytes_of(reading.file),
            false => 0,
        };
        let mut coming = plan.read.iter().peekable();
        let mut read = workers.in_order(AHEAD);
        for (done, reading) in plan.read.iter().enumerate() {
            progress(Progress::Comparing { done, total });
            if let Some(stop) = &options.stop
                && stop.load(Ordering::Relaxed)
            {
                return Err(stopped());
            }
            while let Some(next) = coming.next_if(|next| read.has_room_for(bytes(next))) {
                read.give(bytes(next), || corpus::edges(next.file, next.options));
            }
            let edges: Vec<Edges> = read.take().transpose()?.unwrap_or_default();
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
