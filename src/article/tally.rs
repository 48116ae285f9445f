//! How often each place is mentioned in an article.

use super::gazetteer::{Division, DivisionLevel};
use super::mention::find_mentions;
use super::shape::char_count;

/// How often each place is mentioned.
#[derive(Default)]
pub(super) struct Tally {
    counts: Vec<(Division, usize)>,
}

impl Tally {
    pub(super) fn add(&mut self, division: Division) {
        match self.counts.iter_mut().find(|(d, _)| *d == division) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((division, 1)),
        }
    }

    /// Counts counties by the short names that people use once they have
    /// named them in full: 平遥县, then 平遥.
    pub(super) fn add_short_names(&mut self, body: &[&str]) {
        for (division, count) in &mut self.counts {
            let short = division.name.strip_suffix(['县', '区', '市']);
            let Some(short) = short.filter(|short| char_count(short) > 1) else {
                continue;
            };
            let is_counted = find_mentions(short)
                .iter()
                .any(|m| m.divisions == [*division]);
            if division.level() == DivisionLevel::County && !is_counted {
                let all: usize = body.iter().map(|text| text.matches(short).count()).sum();
                *count = all.max(*count);
            }
        }
    }

    pub(super) fn count(&self, division: &Division) -> usize {
        self.counts
            .iter()
            .find(|(d, _)| d == division)
            .map_or(0, |(_, count)| *count)
    }

    pub(super) fn total(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The share of all mentions, in percent.
    pub(super) fn share(&self, division: &Division) -> usize {
        self.count(division) * 100 / self.total().max(1)
    }

    /// Yields places and counts, most frequent first, ties in order of mention.
    pub(super) fn by_count(&self) -> Vec<(Division, usize)> {
        let mut counts = self.counts.clone();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_name_of_a_county_counts_once_it_was_named_in_full() {
        let body = ["平遥县办展，平遥迎客，平遥古城热闹。"];
        let mut tally = Tally::default();
        for mention in find_mentions(body[0]) {
            tally.add(mention.divisions[0]);
        }
        tally.add_short_names(&body);
        assert_eq!(tally.total(), 3);
    }
}
