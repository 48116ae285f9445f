//! The best entries of a list that is seen once, and hits counted to a limit.

use super::answer::Total;
use super::rank::{Entry, by_relevance};

/// Hits counted to a limit.
pub(super) struct Count {
    limit: usize,
    pub(super) passages: usize,
    /// Their titles, one that has hits in several lanes more than once.
    titles: Vec<u32>,
    /// Whether there are more.
    pub(super) is_over: bool,
}

impl Count {
    pub(super) fn to(limit: usize) -> Self {
        Count {
            limit,
            passages: 0,
            titles: Vec::new(),
            is_over: false,
        }
    }

    /// What was counted.
    pub(super) fn total(mut self) -> Total {
        self.titles.sort_unstable();
        self.titles.dedup();
        Total {
            passages: self.passages,
            articles: self.titles.len(),
            at_least: self.is_over,
        }
    }

    /// Counts the passages of an article.
    pub(super) fn add(&mut self, title: u32, passages: usize) {
        if passages == 0 {
            return;
        }
        self.is_over = self.passages + passages > self.limit;
        self.passages = (self.passages + passages).min(self.limit);
        self.titles.push(title);
    }
}

/// The best entries so far.
pub(super) struct Top {
    pub(super) wanted: usize,
    entries: Vec<Entry>,
    /// The score below which nothing belongs to them.
    least: f32,
}

impl Top {
    pub(super) fn new(wanted: usize) -> Self {
        Top {
            wanted,
            entries: Vec::new(),
            least: f32::NEG_INFINITY,
        }
    }

    pub(super) fn least(&self) -> f32 {
        self.least
    }

    pub(super) fn add(&mut self, entry: Entry) {
        if entry.score < self.least {
            return;
        }
        self.entries.push(entry);
        // As soon as it is cheaper than to score what is not good enough.
        if self.entries.len() > self.wanted.saturating_add(self.wanted / 8) {
            self.sort_out();
        }
    }

    /// The best of all that were added, and whatever ties with the last of them.
    pub(super) fn into_entries(mut self) -> Vec<Entry> {
        if self.wanted > 0 && self.entries.len() > self.wanted {
            self.sort_out();
        }
        self.entries
    }

    /// Keeps the wanted ones, and whatever ties with the last of them.
    fn sort_out(&mut self) {
        let (_, last, _) = self
            .entries
            .select_nth_unstable_by(self.wanted - 1, by_relevance);
        let last = last.clone();
        self.least = last.score;
        self.entries
            .retain(|entry| by_relevance(entry, &last).is_le());
    }
}
