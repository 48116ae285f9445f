//! Families of many articles, brought up to date with what came and went.
//!
//! A graph over articles: two are connected if they have a band in common, few
//! others have that band too, and they are kin. Families are its connected
//! components, so they depend on the set of articles alone. An update compares
//! what is *fresh* only: the new articles, and those of every family that lost
//! a member or had a band that became, or is no longer, too common.

use std::collections::{HashMap, HashSet};

use super::body::Body;
use super::kin::kinship;
use super::signature::{BANDS, Signature};
use crate::error::Result;

/// A band that more different bodies have is a formula, not a sign of kinship;
/// bounds the comparisons of an article.
const MAX_SHARING: usize = 400;

/// Of 32 components so many must agree before bodies are read.
const MIN_AGREEMENT: u32 = 5;

/// An article that can have kin.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its number: the same in every index that holds it.
    pub(crate) number: u64,
    /// Its signature.
    pub(crate) signature: Signature,
    /// Its family before, if it had one; `None` too for a new article.
    pub(crate) family: Option<u32>,
    /// Whether it is new.
    pub(crate) is_new: bool,
}

/// The families of `nodes` after `gone` left, each with two members at least:
/// positions in `nodes`, in order. `body` reads the body of a node.
pub(crate) fn group(
    nodes: &[Node],
    gone: &[Node],
    body: &mut dyn FnMut(usize) -> Result<Body>,
) -> Result<Vec<Vec<usize>>> {
    let fresh = Fresh::new(nodes, gone);
    let mut sets = Sets::new(nodes.len());
    let mut first_of: HashMap<u32, usize> = HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        if let (Some(family), false) = (node.family, fresh.is_fresh[at]) {
            sets.join(*first_of.entry(family).or_insert(at), at);
        }
    }
    let mut comparing = Comparing {
        nodes,
        body,
        cache: HashMap::new(),
        overfull: vec![HashSet::new(); BANDS],
    };
    for band in 0..BANDS {
        let keys: HashSet<u32> = (0..nodes.len())
            .filter(|&at| fresh.is_fresh[at])
            .map(|at| nodes[at].signature.bands[band])
            .collect();
        let mut sharing: Vec<(u32, u64, u64, usize)> = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| keys.contains(&node.signature.bands[band]))
            .map(|(at, node)| {
                (
                    node.signature.bands[band],
                    node.signature.text,
                    node.number,
                    at,
                )
            })
            .collect();
        sharing.sort_unstable();
        for bucket in sharing.chunk_by(|one, other| one.0 == other.0) {
            comparing.bucket(band, bucket, &fresh.is_fresh, &mut sets)?;
        }
    }
    Ok(sets.families())
}

/// Which nodes have to be compared with all others.
struct Fresh {
    is_fresh: Vec<bool>,
}

impl Fresh {
    fn new(nodes: &[Node], gone: &[Node]) -> Self {
        let mut dissolved: HashSet<u32> = gone.iter().filter_map(|node| node.family).collect();
        let mut is_fresh: Vec<bool> = nodes.iter().map(|node| node.is_new).collect();
        for band in 0..BANDS {
            let touched = crossing(nodes, gone, band);
            if touched.is_empty() {
                continue;
            }
            for (at, node) in nodes.iter().enumerate() {
                if touched.contains(&node.signature.bands[band]) {
                    is_fresh[at] = true;
                    dissolved.extend(node.family);
                }
            }
        }
        for (at, node) in nodes.iter().enumerate() {
            is_fresh[at] |= node
                .family
                .is_some_and(|family| dissolved.contains(&family));
        }
        Fresh { is_fresh }
    }
}

/// The values of a band that became too common by what came and went, or are
/// so no longer. Lists, not sets of sets: there is one entry for each article.
fn crossing(nodes: &[Node], gone: &[Node], band: usize) -> HashSet<u32> {
    let key = |node: &Node| node.signature.bands[band];
    let came = nodes.iter().filter(|node| node.is_new);
    let mut touched: Vec<u32> = came.chain(gone).map(key).collect();
    touched.sort_unstable();
    touched.dedup();
    // Value, body, and whether it was there before and is there after.
    let mut bodies: Vec<(u32, u64, bool, bool)> = Vec::new();
    let all = nodes.iter().map(|node| (node, !node.is_new, true));
    for (node, before, after) in all.chain(gone.iter().map(|node| (node, true, false))) {
        if touched.binary_search(&key(node)).is_ok() {
            bodies.push((key(node), node.signature.text, before, after));
        }
    }
    bodies.sort_unstable();
    let mut crossing = HashSet::new();
    for bucket in bodies.chunk_by(|one, other| one.0 == other.0) {
        let (mut before, mut after) = (0, 0);
        for copies in bucket.chunk_by(|one, other| one.1 == other.1) {
            before += usize::from(copies.iter().any(|body| body.2));
            after += usize::from(copies.iter().any(|body| body.3));
        }
        if (before > MAX_SHARING) != (after > MAX_SHARING) {
            crossing.insert(bucket[0].0);
        }
    }
    crossing
}

struct Comparing<'a> {
    nodes: &'a [Node],
    body: &'a mut dyn FnMut(usize) -> Result<Body>,
    /// Bodies read lately.
    cache: HashMap<usize, Body>,
    /// The bands that are too common, so far.
    overfull: Vec<HashSet<u32>>,
}

impl Comparing<'_> {
    /// Compares the nodes that have a band in common: (band, body, number, node), sorted.
    fn bucket(
        &mut self,
        band: usize,
        bucket: &[(u32, u64, u64, usize)],
        is_fresh: &[bool],
        sets: &mut Sets,
    ) -> Result<()> {
        // Copies need no reading; one of them stands for all, which is fresh
        // if all of them are.
        let mut different: Vec<(usize, bool)> = Vec::new();
        for copies in bucket.chunk_by(|one, other| one.1 == other.1) {
            let first = copies[0].3;
            for copy in &copies[1..] {
                sets.join(first, copy.3);
            }
            different.push((first, copies.iter().all(|copy| is_fresh[copy.3])));
        }
        if different.len() > MAX_SHARING {
            self.overfull[band].insert(bucket[0].0);
            return Ok(());
        }
        for (number, &(one, one_is_fresh)) in different.iter().enumerate() {
            for &(other, other_is_fresh) in &different[..number] {
                if (one_is_fresh || other_is_fresh)
                    && sets.root(one) != sets.root(other)
                    && !self.were_compared(band, one, other)
                    && self.are_kin(one, other)?
                {
                    sets.join(one, other);
                }
            }
        }
        Ok(())
    }

    /// Whether two nodes met in an earlier band.
    fn were_compared(&self, band: usize, one: usize, other: usize) -> bool {
        let (one, other) = (&self.nodes[one].signature, &self.nodes[other].signature);
        (0..band).any(|band| {
            one.bands[band] == other.bands[band] && !self.overfull[band].contains(&one.bands[band])
        })
    }

    fn are_kin(&mut self, one: usize, other: usize) -> Result<bool> {
        let signature = |at: usize| &self.nodes[at].signature;
        if signature(one).agreement(signature(other)) < MIN_AGREEMENT {
            return Ok(false);
        }
        const CACHED: usize = 64;
        for at in [one, other] {
            if !self.cache.contains_key(&at) {
                if self.cache.len() >= CACHED {
                    self.cache.clear();
                }
                let body = (self.body)(at)?;
                self.cache.insert(at, body);
            }
        }
        match (self.cache.get(&one), self.cache.get(&other)) {
            (Some(one), Some(other)) => Ok(kinship(one, other).is_kin()),
            // The cache was emptied between the two.
            _ => Ok(kinship(&(self.body)(one)?, &(self.body)(other)?).is_kin()),
        }
    }
}

/// Disjoint sets of node positions.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Sets {
            parents: (0..count).collect(),
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The smaller position becomes the root, so that it is the first member.
        self.parents[one.max(other)] = one.min(other);
    }

    fn families(&mut self) -> Vec<Vec<usize>> {
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        for at in 0..self.parents.len() {
            let root = self.root(at);
            if root != at || members.contains_key(&root) {
                members.entry(root).or_insert_with(|| vec![root]);
            }
            if root != at {
                members.entry(root).or_default().push(at);
            }
        }
        let mut families: Vec<Vec<usize>> = members.into_values().collect();
        families.sort_unstable();
        families
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "甲市今天发放首批算力券，中小企业可以申领，每家企业最高可得二百万元，用于租用智能算力";

    /// Articles with different bodies and the same bands.
    fn alike(numbers: std::ops::Range<u64>, family: Option<u32>, is_new: bool) -> Vec<Node> {
        let node = |number| Node {
            number,
            signature: Signature {
                text: number,
                bands: [7; BANDS],
            },
            family,
            is_new,
        };
        numbers.map(node).collect()
    }

    /// The families, and how many bodies were read.
    fn grouped(nodes: &[Node], gone: &[Node]) -> (Vec<Vec<usize>>, usize) {
        let mut read = 0;
        let families = group(nodes, gone, &mut |_| {
            read += 1;
            Ok(Body::from_folded(TEXT.to_owned()))
        });
        (families.expect("grouped"), read)
    }

    #[test]
    fn a_band_that_too_many_bodies_have_is_no_sign_of_kinship() {
        let most = MAX_SHARING as u64;
        let (families, read) = grouped(&alike(0..most, None, true), &[]);
        assert_eq!(families.len(), 1);
        assert_eq!(families[0].len(), MAX_SHARING);
        assert!(read > 0);
        let (families, read) = grouped(&alike(0..most + 1, None, true), &[]);
        assert!(families.is_empty() && read == 0, "{read} bodies read");
    }

    #[test]
    fn copies_are_one_family_however_many_share_a_band() {
        let mut nodes = alike(0..MAX_SHARING as u64 + 1, None, true);
        nodes[5].signature.text = nodes[3].signature.text;
        nodes.extend(alike(1_000..1_001, None, true));
        let (families, _) = grouped(&nodes, &[]);
        assert_eq!(families, [[3, 5]]);
    }

    /// What a full index would say must not depend on what came first.
    #[test]
    fn a_band_that_becomes_too_common_or_no_longer_is_makes_families_anew() {
        let most = MAX_SHARING as u64;
        let mut nodes = alike(0..most, Some(0), false);
        nodes.extend(alike(most..most + 1, None, true));
        assert!(grouped(&nodes, &[]).0.is_empty());
        let gone = alike(most..most + 1, None, false);
        let (families, _) = grouped(&alike(0..most, None, false), &gone);
        assert_eq!(families.len(), 1);
        assert_eq!(families[0].len(), MAX_SHARING);
    }

    #[test]
    fn what_did_not_change_is_not_compared_again() {
        let mut nodes = alike(0..10, Some(0), false);
        let mut other = alike(50..51, None, true);
        other[0].signature.bands = [8; BANDS];
        nodes.append(&mut other);
        let (families, read) = grouped(&nodes, &[]);
        assert_eq!((families.len(), read), (1, 0));
    }
}
