//! Which articles are reprints of one text: the file of families, and how an
//! update makes it.
//!
//! `families-HASH.bin` in the generation folder holds the families of two
//! members or more. It is written and synced before the engine's commit, whose
//! payload names it, as the state file is. HASH is the BLAKE3 hash of its
//! content. All numbers are little-endian:
//!
//! ```text
//! members: u32, families: u32
//! members × { article number: u64, family: u32 }      by number
//! families × { first member: u32 }                     into the list below
//! members × { article number: u64 }                    family by family,
//!                                                      the earliest first
//! ```
//!
//! What families are found by ([`Signature`]) lies in columns of the index, so
//! that deleted articles leave by themselves; the bodies of new articles lie in
//! an unnamed file until they have been compared.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::disk::{Disk, write_whole};
use super::document::{StoredArticle, article_number, days};
use super::kin::{Candidate, Candidates, Kept};
use super::reader::Reader;
use super::schema::Kind;
use crate::error::{Error, Result};
use crate::family::{BANDS, Body, Node, Signature, group};

/// Where an article stands in its family: articles of a known day first, then
/// by date, path and number. One that is dated 2024 alone may be of any day of
/// that year, so it is never first of a family that has a day of that year.
type Order = (u64, u64, String, u64);

fn order(days: (u64, u64), path: &str, number: u64) -> Order {
    let (from, until) = match days {
        (0, 0) => (u64::MAX, u64::MAX),
        days => days,
    };
    (until, from, path.to_owned(), number)
}

/// The families of an index, as their file holds them.
#[derive(Debug, Default)]
pub(crate) struct Families {
    bytes: Vec<u8>,
    members: usize,
    families: usize,
}

const HEAD: usize = 8;
const MEMBER: usize = 12;

impl Families {
    /// Reads the file of families.
    pub(crate) fn read(mut file: &File) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        let mut families = Families {
            bytes,
            ..Families::default()
        };
        families.members = families.u32(0) as usize;
        families.families = families.u32(4) as usize;
        let expected = HEAD + families.members * (MEMBER + 8) + families.families * 4;
        if families.bytes.len() != expected {
            return Err(std::io::Error::other("the file of families is damaged"));
        }
        Ok(families)
    }

    /// The family of an article; `None` if it is alone.
    pub(crate) fn of(&self, number: u64) -> Option<u32> {
        let (mut from, mut until) = (0, self.members);
        while from < until {
            let middle = from.midpoint(until);
            let at = HEAD + middle * MEMBER;
            match self.u64(at).cmp(&number) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Equal => return Some(self.u32(at + 8)),
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        None
    }

    /// The members of a family, the earliest first.
    pub(crate) fn members(&self, family: u32) -> Vec<u64> {
        let family = family as usize;
        let starts = HEAD + self.members * MEMBER;
        let start = |family: usize| match family < self.families {
            true => (self.u32(starts + family * 4) as usize).min(self.members),
            false => self.members,
        };
        let list = starts + self.families * 4;
        (start(family)..start(family + 1))
            .map(|at| self.u64(list + at * 8))
            .collect()
    }

    /// How many families there are.
    pub(crate) fn len(&self) -> u32 {
        self.families as u32
    }

    fn u32(&self, at: usize) -> u32 {
        let bytes = self.bytes.get(at..at + 4);
        bytes.map_or(0, |bytes| {
            u32::from_le_bytes(bytes.try_into().unwrap_or_default())
        })
    }

    fn u64(&self, at: usize) -> u64 {
        let bytes = self.bytes.get(at..at + 8);
        bytes.map_or(0, |bytes| {
            u64::from_le_bytes(bytes.try_into().unwrap_or_default())
        })
    }
}

/// The content of the file for these families, each in order.
fn bytes_of(families: &[Vec<u64>]) -> Vec<u8> {
    let mut members: Vec<(u64, u32)> = Vec::new();
    for (family, numbers) in families.iter().enumerate() {
        members.extend(numbers.iter().map(|&number| (number, family as u32)));
    }
    members.sort_unstable();
    let mut bytes = Vec::with_capacity(HEAD + members.len() * (MEMBER + 8) + families.len() * 4);
    bytes.extend((members.len() as u32).to_le_bytes());
    bytes.extend((families.len() as u32).to_le_bytes());
    for (number, family) in &members {
        bytes.extend(number.to_le_bytes());
        bytes.extend(family.to_le_bytes());
    }
    let mut start = 0_u32;
    for numbers in families {
        bytes.extend(start.to_le_bytes());
        start += numbers.len() as u32;
    }
    for number in families.iter().flatten() {
        bytes.extend(number.to_le_bytes());
    }
    bytes
}

/// Checks the file of families `name` of an opened index: how many articles it
/// tells of, and what is wrong with it.
pub(super) fn check(reader: &Reader, name: &str) -> Result<(usize, Vec<String>)> {
    let families = match reader.families() {
        Ok(families) => families,
        Err(error) => return Ok((0, vec![error.to_string()])),
    };
    let mut damages = Vec::new();
    if name_for(&families.bytes) != name {
        damages.push(format!(
            "{name} is damaged: its content does not match its name"
        ));
    }
    let mut count = 0;
    for family in 0..families.len() {
        for number in families.members(family) {
            count += 1;
            if families.of(number) != Some(family) || reader.title_with(number)?.is_none() {
                damages.push(format!(
                    "{name} tells of the article {number:012x}, which is not there"
                ));
            }
        }
    }
    Ok((count, damages))
}

/// The name of a file of families with this content.
fn name_for(bytes: &[u8]) -> String {
    format!("families-{}.bin", &blake3::hash(bytes).to_hex()[..16])
}

/// What an update gathers: the articles that came.
#[derive(Default)]
pub(crate) struct Gathered(Candidates);

impl Gathered {
    /// Takes up a new article.
    pub(crate) fn add(
        &mut self,
        disk: &dyn Disk,
        generation: &Path,
        stored: &StoredArticle,
        (signature, body): (Signature, Body),
    ) -> Result<()> {
        let kept = self.0.put_aside(disk, generation, &stored.path, &body)?;
        let candidate = Candidate {
            node: Node {
                number: article_number(&stored.hash),
                signature,
                family: None,
                is_new: true,
            },
            kept,
            days: days(&stored.article),
        };
        self.0.add(disk, generation, candidate)
    }

    /// Whether no article came that can have kin.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The families after this update, written into `generation`; `live` is
    /// what the index held before, without the articles with the numbers
    /// `removed`. Returns the name of their file.
    pub(crate) fn write(
        self,
        disk: &dyn Disk,
        generation: &Path,
        live: Option<&Reader>,
        removed: &HashSet<u64>,
    ) -> Result<String> {
        let families = self.families(disk, generation, live, removed)?;
        let bytes = bytes_of(&families);
        let name = name_for(&bytes);
        let path = generation.join(&name);
        write_whole(disk, &path, &bytes).map_err(|error| Error::io("write", &path, error))?;
        Ok(name)
    }

    fn families(
        mut self,
        disk: &dyn Disk,
        generation: &Path,
        live: Option<&Reader>,
        removed: &HashSet<u64>,
    ) -> Result<Vec<Vec<u64>>> {
        let mut gone = Vec::new();
        if let Some(live) = live {
            each_indexed(live, &mut |candidate| {
                if removed.contains(&candidate.node.number) {
                    gone.push(candidate.node);
                    return Ok(());
                }
                self.0.add(disk, generation, candidate)
            })?;
        }
        let mut kin = self.0.read(generation, live);
        let groups = group(&mut kin, &gone)?;
        let before = match live {
            Some(live) => live.families()?,
            None => &Families::default(),
        };
        let mut families = Vec::with_capacity(groups.len());
        for group in groups {
            let mut candidates = Vec::with_capacity(group.len());
            for at in group {
                candidates.push(kin.candidate(at)?);
            }
            if let Some(same) = unchanged(before, &candidates) {
                families.push(same);
                continue;
            }
            let mut members = Vec::with_capacity(candidates.len());
            for candidate in candidates {
                let number = candidate.node.number;
                members.push(match (candidate.kept, live) {
                    (Kept::Indexed(title), Some(live)) => {
                        let (segment, title) = live.locate(title);
                        let path = segment.article(title)?.path;
                        order(segment.days(title), &path, number)
                    }
                    (Kept::Spooled { start, path, .. }, _) => {
                        order(candidate.days, &kin.path(start, path)?, number)
                    }
                    (Kept::Indexed(_), None) => order(candidate.days, "", number),
                });
            }
            members.sort_unstable();
            families.push(members.into_iter().map(|member| member.3).collect());
        }
        families.sort_unstable();
        Ok(families)
    }
}

/// The members in order, if a group is what it was before.
fn unchanged(before: &Families, group: &[Candidate]) -> Option<Vec<u64>> {
    let family = group.first()?.node.family?;
    let is_member = |candidate: &Candidate| candidate.node.family == Some(family);
    let members = before.members(family);
    (members.len() == group.len() && group.iter().all(is_member)).then_some(members)
}

/// Visits what the index held before an update, as far as it can have kin.
fn each_indexed(live: &Reader, visit: &mut dyn FnMut(Candidate) -> Result<()>) -> Result<()> {
    let families = live.families()?;
    for segment in &live.segments {
        let (bodies, bands) = segment.signatures()?;
        let mut title = 0;
        while title < segment.documents() {
            let layout = segment.layout(title);
            debug_assert_eq!(layout.kind, Kind::Title, "articles begin with a title");
            if segment.is_live(title)
                && let Some(text) = bodies.first(title)
            {
                let mut signature = Signature {
                    text,
                    bands: [0; BANDS],
                };
                for (band, value) in bands.values_for_doc(title).take(BANDS).enumerate() {
                    signature.bands[band] = value as u32;
                }
                let number = segment.number(title)?;
                visit(Candidate {
                    node: Node {
                        number,
                        signature,
                        family: families.of(number),
                        is_new: false,
                    },
                    kept: Kept::Indexed(segment.base + title),
                    days: (0, 0),
                })?;
            }
            title += layout.after + 1;
        }
    }
    Ok(())
}

impl Reader {
    /// The families of the index.
    pub(crate) fn families(&self) -> Result<&Families> {
        if let Some(families) = self.families_read.get() {
            return Ok(families);
        }
        let families = match &self.families_file {
            Some(file) => Families::read(file)
                .map_err(|error| Error::io("read the families in", &self.generation, error))?,
            None => Families::default(),
        };
        Ok(self.families_read.get_or_init(|| families))
    }

    /// What stands for the family of an article: the number of its earliest
    /// member, its own if it is alone. `title` is a title document among those
    /// of all segments.
    pub(crate) fn family_of(&self, title: u32) -> Result<u64> {
        let (segment, document) = self.locate(title);
        let number = segment.number(document)?;
        let families = self.families()?;
        let family = families.of(number).map(|family| families.members(family));
        Ok(family
            .and_then(|members| members.first().copied())
            .unwrap_or(number))
    }

    /// The title document of the article with a number.
    pub(crate) fn title_with(&self, number: u64) -> Result<Option<u32>> {
        let hash = format!("{number:012x}");
        let mut found = None;
        for segment in &self.segments {
            segment.each(self.fields.article, &hash, |title| {
                found = Some(segment.base + title);
            })?;
        }
        Ok(found)
    }

    /// The folded text of an article, as families are found by it.
    pub(crate) fn body(&self, title: u32) -> Result<Body> {
        let (segment, title) = self.locate(title);
        let mut body = Body::default();
        for document in title + 1..=title + segment.layout(title).after {
            match segment.kind(document) {
                Kind::Heading => body.push(&segment.heading(document)?),
                Kind::Passage => body.push(&segment.passage(document)?.text),
                Kind::Title | Kind::Opening | Kind::Furniture => {}
            }
        }
        Ok(body)
    }
}
