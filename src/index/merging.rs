//! Which segments the engine merges: few segments for searches, and no merge
//! that holds more than a bounded part of the index.
//!
//! What a merge holds grows with what it merges: a table of its documents, the
//! term dictionaries, the stored values of one segment at a time. So a segment
//! that has become large is merged no more, save to rid it of deleted
//! documents; an index has about four of them for a gigabyte of text.

use std::collections::HashMap;
use std::path::PathBuf;

use tantivy::index::{SegmentComponent, SegmentId, SegmentMeta};
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

/// A segment of more bytes is merged no more. One that is written at once has
/// about 70 MB, eight of them merged about 500 MB.
const LARGE: u64 = 256 << 20;

/// A merge takes segments of no more bytes together.
const MOST: u64 = 4 * LARGE;

/// A segment of whose documents a greater share is deleted is written anew.
const MOST_DELETED: f32 = 0.2;

/// The files of a segment that are nearly all of it.
const PARTS: [SegmentComponent; 4] = [
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Store,
];

/// The rule of merging for an index in a folder.
#[derive(Debug)]
pub(crate) struct Merging {
    folder: PathBuf,
    small: LogMergePolicy,
}

impl Merging {
    /// The rule for the index in a folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        let mut small = LogMergePolicy::default();
        small.set_del_docs_ratio_before_merge(MOST_DELETED);
        Merging { folder, small }
    }

    fn bytes(&self, segment: &SegmentMeta) -> u64 {
        let sizes = PARTS.into_iter().filter_map(|part| {
            let file = self.folder.join(segment.relative_path(part));
            file.metadata().ok().map(|data| data.len())
        });
        sizes.sum()
    }

    fn choose(
        &self,
        segments: &[SegmentMeta],
        bytes: &HashMap<SegmentId, u64>,
    ) -> Vec<MergeCandidate> {
        let of = |id: &SegmentId| bytes.get(id).copied().unwrap_or_default();
        let (large, small): (Vec<SegmentMeta>, Vec<SegmentMeta>) = segments
            .iter()
            .cloned()
            .partition(|segment| of(&segment.id()) > LARGE);
        let mut chosen = self.small.compute_merge_candidates(&small);
        for MergeCandidate(ids) in &mut chosen {
            let mut sum = 0;
            let fits = ids.iter().take_while(|id| {
                sum += of(id);
                sum <= MOST
            });
            let count = fits.count();
            ids.truncate(count);
        }
        let full_of_deleted = large.iter().filter(|segment| {
            let deleted = segment.num_deleted_docs() as f32;
            deleted > MOST_DELETED * segment.max_doc() as f32
        });
        chosen.extend(full_of_deleted.map(|segment| MergeCandidate(vec![segment.id()])));
        chosen
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let bytes = segments
            .iter()
            .map(|segment| (segment.id(), self.bytes(segment)))
            .collect();
        self.choose(segments, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::Index;
    use tantivy::schema::Schema;

    /// Segments of so many megabytes, with so many of their documents deleted.
    fn chosen(sizes: &[(u64, u32)]) -> Vec<Vec<usize>> {
        let index = Index::create_in_ram(Schema::builder().build());
        let mut bytes = HashMap::new();
        let segments: Vec<SegmentMeta> = sizes
            .iter()
            .map(|&(megabytes, deleted)| {
                let id = SegmentId::generate_random();
                bytes.insert(id, megabytes << 20);
                let documents = megabytes as u32 * 1_000;
                let segment = index.new_segment_meta(id, documents);
                match deleted {
                    0 => segment,
                    deleted => segment.with_delete_meta(deleted, 1),
                }
            })
            .collect();
        let at = |id: SegmentId| segments.iter().position(|segment| segment.id() == id);
        let candidates = Merging::new(PathBuf::new()).choose(&segments, &bytes);
        let positions = candidates.into_iter().map(|MergeCandidate(ids)| {
            let mut merged: Vec<usize> = ids.into_iter().filter_map(at).collect();
            merged.sort_unstable();
            merged
        });
        positions.collect()
    }

    #[test]
    fn eight_segments_of_a_size_are_merged_and_large_ones_no_more() {
        assert_eq!(chosen(&[(70, 0); 7]), Vec::<Vec<usize>>::new());
        assert_eq!(chosen(&[(70, 0); 8]), [(0..8).collect::<Vec<_>>()]);
        assert_eq!(chosen(&[(520, 0); 20]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn no_merge_takes_more_than_its_share_of_an_index_of_any_size() {
        let merged = chosen(&[(200, 0); 100]);
        assert_eq!(merged.len(), 1);
        assert!(merged[0].len() as u64 * 200 <= MOST >> 20, "{merged:?}");
        assert!(merged[0].len() > 1, "{merged:?}");
    }

    #[test]
    fn a_large_segment_full_of_deleted_documents_is_written_anew() {
        let sizes = [(520, 50_000), (520, 150_000), (1, 0)];
        assert_eq!(chosen(&sizes), [[1]]);
    }
}
