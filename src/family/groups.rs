//! Families of many articles, brought up to date with what came and went.
//!
//! A graph over articles: two are connected if they have a band in common, few
//! others have that band too, and they are kin. Families are its connected
//! components, so they depend on the set of articles alone. An update compares
//! what is *fresh* only: the new articles, and those of every family that lost
//! a member or had a band that became, or is no longer, too common.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

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
#[derive(Clone, Copy, Debug)]
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

/// The articles that can have kin, wherever they are kept: there may be more
/// of them than memory should hold. They are known by their positions.
pub(crate) trait Nodes {
    /// How many there are.
    fn count(&self) -> usize;
    /// Visits all of them in order.
    fn each(&mut self, visit: &mut dyn FnMut(usize, &Node)) -> Result<()>;
    /// One of them.
    fn node(&mut self, at: usize) -> Result<Node>;
    /// The body of one of them.
    fn body(&mut self, at: usize) -> Result<Body>;
}

/// The families of `nodes` after `gone` left, each with two members at least:
/// positions, in order. Holds about twenty bytes for each of `nodes`.
pub(crate) fn group(nodes: &mut dyn Nodes, gone: &[Node]) -> Result<Vec<Vec<usize>>> {
    let fresh = Fresh::find(nodes, gone)?;
    let mut sets = Sets::new(nodes.count());
    let mut first_of: HashMap<u32, usize> = HashMap::new();
    nodes.each(&mut |at, node| {
        if let (Some(family), false) = (node.family, fresh.is_fresh[at]) {
            sets.join(*first_of.entry(family).or_insert(at), at);
        }
    })?;
    drop(first_of);
    let mut comparing = Comparing {
        nodes,
        cache: HashMap::new(),
        overfull: vec![HashSet::new(); BANDS],
    };
    let all = comparing.nodes.count();
    for bands in at_once(fresh.count) {
        let keys = match fresh.count == all {
            true => None,
            false => Some(keys(comparing.nodes, &bands, |at, _| fresh.is_fresh[at])?),
        };
        let mut sharing: Vec<Vec<(u32, u32)>> = vec![Vec::new(); bands.len()];
        comparing.nodes.each(&mut |at, node| {
            for (number, band) in bands.clone().enumerate() {
                let value = node.signature.bands[band];
                let wanted = keys.as_ref().map(|keys| &keys[number]);
                if wanted.is_none_or(|keys| keys.binary_search(&value).is_ok()) {
                    sharing[number].push((value, at as u32));
                }
            }
        })?;
        for (band, mut sharing) in bands.clone().zip(sharing) {
            sharing.sort_unstable();
            for bucket in sharing.chunk_by(|one, other| one.0 == other.0) {
                if bucket.len() > 1 {
                    comparing.bucket(band, bucket, &fresh.is_fresh, &mut sets)?;
                }
            }
        }
    }
    Ok(sets.families())
}

/// So many values of bands are held at once.
const VALUES: usize = 1 << 20;

/// The bands that are looked at in one go, when each has so many values.
fn at_once(values: usize) -> impl Iterator<Item = Range<usize>> {
    let bands = (VALUES / values.max(1)).clamp(1, BANDS);
    (0..BANDS)
        .step_by(bands)
        .map(move |first| first..(first + bands).min(BANDS))
}

/// The values of bands in the nodes that `are_wanted`, sorted.
fn keys(
    nodes: &mut dyn Nodes,
    bands: &Range<usize>,
    are_wanted: impl Fn(usize, &Node) -> bool,
) -> Result<Vec<Vec<u32>>> {
    let mut keys: Vec<Vec<u32>> = vec![Vec::new(); bands.len()];
    nodes.each(&mut |at, node| {
        if are_wanted(at, node) {
            for (keys, band) in keys.iter_mut().zip(bands.clone()) {
                keys.push(node.signature.bands[band]);
            }
        }
    })?;
    for keys in &mut keys {
        keys.sort_unstable();
        keys.dedup();
    }
    Ok(keys)
}

/// Which nodes have to be compared with all others.
struct Fresh {
    is_fresh: Vec<bool>,
    /// How many they are.
    count: usize,
}

impl Fresh {
    fn find(nodes: &mut dyn Nodes, gone: &[Node]) -> Result<Fresh> {
        let mut is_fresh = Vec::with_capacity(nodes.count());
        nodes.each(&mut |_, node| is_fresh.push(node.is_new))?;
        let new = is_fresh.iter().filter(|&&is_new| is_new).count();
        if new < nodes.count() {
            let mut dissolved: HashSet<u32> = gone.iter().filter_map(|node| node.family).collect();
            for bands in at_once(new + gone.len()) {
                let touched = crossing(nodes, gone, &bands)?;
                if touched.iter().all(HashSet::is_empty) {
                    continue;
                }
                nodes.each(&mut |at, node| {
                    let mut values = touched.iter().zip(bands.clone());
                    if values.any(|(touched, band)| touched.contains(&node.signature.bands[band])) {
                        is_fresh[at] = true;
                        dissolved.extend(node.family);
                    }
                })?;
            }
            nodes.each(&mut |at, node| {
                let family = node.family;
                is_fresh[at] |= family.is_some_and(|family| dissolved.contains(&family));
            })?;
        }
        let count = is_fresh.iter().filter(|&&is_fresh| is_fresh).count();
        Ok(Fresh { is_fresh, count })
    }
}

/// The values of bands that became too common by what came and went, or are so
/// no longer.
fn crossing(
    nodes: &mut dyn Nodes,
    gone: &[Node],
    bands: &Range<usize>,
) -> Result<Vec<HashSet<u32>>> {
    let mut touched = keys(nodes, bands, |_, node| node.is_new)?;
    for (touched, band) in touched.iter_mut().zip(bands.clone()) {
        touched.extend(gone.iter().map(|node| node.signature.bands[band]));
        touched.sort_unstable();
        touched.dedup();
    }
    // For each band: value, body, and whether it was there before and is there after.
    let mut bodies: Vec<Vec<(u32, u64, bool, bool)>> = vec![Vec::new(); bands.len()];
    let mut add = |node: &Node, before: bool, after: bool| {
        for (number, band) in bands.clone().enumerate() {
            let value = node.signature.bands[band];
            if touched[number].binary_search(&value).is_ok() {
                bodies[number].push((value, node.signature.text, before, after));
            }
        }
    };
    nodes.each(&mut |_, node| add(node, !node.is_new, true))?;
    gone.iter().for_each(|node| add(node, true, false));
    let crossing = bodies.into_iter().map(|mut bodies| {
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
    });
    Ok(crossing.collect())
}

struct Comparing<'a> {
    nodes: &'a mut dyn Nodes,
    /// Bodies read lately.
    cache: HashMap<usize, Body>,
    /// The bands that are too common, so far.
    overfull: Vec<HashSet<u32>>,
}

/// One of the bodies that have a band in common.
struct Different {
    at: usize,
    signature: Signature,
    is_fresh: bool,
}

impl Comparing<'_> {
    /// Compares the nodes that have a value of a band in common: (value, node).
    fn bucket(
        &mut self,
        band: usize,
        bucket: &[(u32, u32)],
        is_fresh: &[bool],
        sets: &mut Sets,
    ) -> Result<()> {
        let mut sharing: Vec<(u64, u64, usize)> = Vec::with_capacity(bucket.len());
        for &(_, at) in bucket {
            let node = self.nodes.node(at as usize)?;
            sharing.push((node.signature.text, node.number, at as usize));
        }
        sharing.sort_unstable();
        // Copies need no reading; one of them stands for all, which is fresh
        // if all of them are.
        let mut firsts: Vec<(usize, bool)> = Vec::new();
        for copies in sharing.chunk_by(|one, other| one.0 == other.0) {
            let first = copies[0].2;
            for copy in &copies[1..] {
                sets.join(first, copy.2);
            }
            firsts.push((first, copies.iter().all(|copy| is_fresh[copy.2])));
        }
        if firsts.len() > MAX_SHARING {
            self.overfull[band].insert(bucket[0].0);
            return Ok(());
        }
        let mut different: Vec<Different> = Vec::with_capacity(firsts.len());
        for (at, is_fresh) in firsts {
            different.push(Different {
                at,
                signature: self.nodes.node(at)?.signature,
                is_fresh,
            });
        }
        for (number, one) in different.iter().enumerate() {
            for other in &different[..number] {
                if (one.is_fresh || other.is_fresh)
                    && sets.root(one.at) != sets.root(other.at)
                    && !self.were_compared(band, one, other)
                    && self.are_kin(one, other)?
                {
                    sets.join(one.at, other.at);
                }
            }
        }
        Ok(())
    }

    /// Whether two nodes met in an earlier band.
    fn were_compared(&self, band: usize, one: &Different, other: &Different) -> bool {
        let (one, other) = (&one.signature.bands, &other.signature.bands);
        (0..band).any(|band| one[band] == other[band] && !self.overfull[band].contains(&one[band]))
    }

    fn are_kin(&mut self, one: &Different, other: &Different) -> Result<bool> {
        if one.signature.agreement(&other.signature) < MIN_AGREEMENT {
            return Ok(false);
        }
        const CACHED: usize = 64;
        let (one, other) = (one.at, other.at);
        for at in [one, other] {
            if !self.cache.contains_key(&at) {
                if self.cache.len() >= CACHED {
                    self.cache.clear();
                }
                let body = self.nodes.body(at)?;
                self.cache.insert(at, body);
            }
        }
        match (self.cache.get(&one), self.cache.get(&other)) {
            (Some(one), Some(other)) => Ok(kinship(one, other).is_kin()),
            // The cache was emptied between the two.
            _ => Ok(kinship(&self.nodes.body(one)?, &self.nodes.body(other)?).is_kin()),
        }
    }
}

/// Disjoint sets of node positions.
struct Sets {
    parents: Vec<u32>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Sets {
            parents: (0..count as u32).collect(),
        }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] as usize != at {
            self.parents[at] = self.parents[self.parents[at] as usize];
            at = self.parents[at] as usize;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The smaller position becomes the root, so that it is the first member.
        self.parents[one.max(other)] = one.min(other) as u32;
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
    fn alike(numbers: Range<u64>, family: Option<u32>, is_new: bool) -> Vec<Node> {
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

    /// Nodes in memory; counts the bodies that are read.
    struct Listed<'a>(&'a [Node], usize);

    impl Nodes for Listed<'_> {
        fn count(&self) -> usize {
            self.0.len()
        }

        fn each(&mut self, visit: &mut dyn FnMut(usize, &Node)) -> Result<()> {
            for (at, node) in self.0.iter().enumerate() {
                visit(at, node);
            }
            Ok(())
        }

        fn node(&mut self, at: usize) -> Result<Node> {
            Ok(self.0[at])
        }

        fn body(&mut self, _: usize) -> Result<Body> {
            self.1 += 1;
            Ok(Body::from_folded(TEXT.to_owned()))
        }
    }

    /// The families, and how many bodies were read.
    fn grouped(nodes: &[Node], gone: &[Node]) -> (Vec<Vec<usize>>, usize) {
        let mut listed = Listed(nodes, 0);
        let families = group(&mut listed, gone);
        (families.expect("grouped"), listed.1)
    }

    #[test]
    fn many_values_are_looked_at_band_by_band() {
        for few in [0, VALUES / BANDS] {
            assert!(at_once(few).eq(std::iter::once(0..BANDS)));
        }
        let split: Vec<_> = at_once(VALUES / 5).collect();
        assert_eq!(split, [0..5, 5..10, 10..15, 15..BANDS]);
        let one_by_one: Vec<_> = at_once(100 * VALUES).collect();
        assert_eq!(one_by_one.len(), BANDS);
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
