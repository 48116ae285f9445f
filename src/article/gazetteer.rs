//! The gazetteer: the administrative divisions of China and their names.
//!
//! The table is `gazetteer.tsv`, compiled in; its head says where it is from.
//! [`find_division`] reads it line by line and needs no set-up, for queries;
//! the matcher over whole texts is in `region`.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The table. One line a division: usual name, full name (empty if it is the
/// usual one), code, code of the parent, other names separated by `|`.
const TABLE: &str = include_str!("gazetteer.tsv");

/// A division, group of divisions or new area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Division {
    /// The usual short name: 北京, 杭州, 余杭区.
    pub name: &'static str,
    /// The full name: 北京市, 杭州市, 余杭区.
    pub full_name: &'static str,
    /// The six-digit code, where it has one: groups and new areas have none.
    pub code: Option<&'static str>,
    /// The code of the division it lies in.
    pub parent: Option<&'static str>,
    other_names: &'static str,
}

/// How far down the tree a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DivisionLevel {
    /// Several provinces or cities: 京津冀.
    Group,
    /// A province, autonomous region, municipality or special region.
    Province,
    /// A city or prefecture.
    Prefecture,
    /// A county, district or city of that rank; a new area.
    County,
}

impl Division {
    /// Says how far down the tree it is.
    pub fn level(&self) -> DivisionLevel {
        match (self.code, self.parent) {
            (None, None) => DivisionLevel::Group,
            (Some(_), None) => DivisionLevel::Province,
            (Some(code), _) if code.ends_with("00") => DivisionLevel::Prefecture,
            _ => DivisionLevel::County,
        }
    }

    /// Yields every name it is known by, the usual one first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let full = (self.full_name != self.name).then_some(self.full_name);
        [self.name]
            .into_iter()
            .chain(full)
            .chain(self.other_names.split('|').filter(|n| !n.is_empty()))
    }

    /// Says whether it is `other` or lies in it.
    pub fn is_within(&self, other: &Division) -> bool {
        if self == other {
            return true;
        }
        let Some(code) = other.code else { return false };
        let mut parent = self.parent;
        while let Some(at) = parent {
            if at == code {
                return true;
            }
            parent = division_by_code(at).and_then(|division| division.parent);
        }
        false
    }
}

/// Yields all divisions: provinces, then prefectures, counties, new areas, groups.
pub fn divisions() -> impl Iterator<Item = Division> {
    TABLE.lines().filter_map(read_line)
}

/// Finds the divisions with a name: usual, full or other. Several have the
/// same name in places (鼓楼区).
pub fn find_divisions(name: &str) -> Vec<Division> {
    let name = name.trim();
    if name.is_empty() {
        return Vec::new();
    }
    if let Some(maps) = Maps::if_asked_often() {
        return maps.by_name.get(name).cloned().unwrap_or_default();
    }
    lines_with(name)
        .filter_map(read_line)
        .filter(|division| division.names().any(|n| n == name))
        .collect()
}

/// Finds the one division with a name; none if several have it.
pub fn find_division(name: &str) -> Option<Division> {
    match find_divisions(name).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// Finds a division by its six-digit code.
pub fn division_by_code(code: &str) -> Option<Division> {
    if let Some(maps) = Maps::if_asked_often() {
        return maps.by_code.get(code).copied();
    }
    lines_with(code)
        .filter_map(read_line)
        .find(|division| division.code == Some(code))
}

/// The lines of the table that hold a text. The table is looked through as a
/// whole: line by line would cost ten times as much, a tenth of a short search.
fn lines_with(text: &str) -> impl Iterator<Item = &'static str> {
    let mut rest = TABLE;
    std::iter::from_fn(move || {
        let at = rest.find(text)?;
        let start = rest[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = rest[at..].find('\n').map_or(rest.len(), |end| at + end);
        let line = &rest[start..end];
        // At least the end of that line is left behind, if there is one.
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line)
    })
}

/// The table by name and by code.
struct Maps {
    by_name: HashMap<&'static str, Vec<Division>>,
    by_code: HashMap<&'static str, Division>,
}

impl Maps {
    /// The maps, made when the table has been looked through a few times: a
    /// search asks once or twice and would pay ten times as much for them,
    /// indexing asks thirty times an article.
    fn if_asked_often() -> Option<&'static Self> {
        const OFTEN: usize = 32;
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        static MAPS: OnceLock<Maps> = OnceLock::new();
        if MAPS.get().is_none() && ASKED.fetch_add(1, Ordering::Relaxed) < OFTEN {
            return None;
        }
        Some(MAPS.get_or_init(Maps::new))
    }

    fn new() -> Self {
        let mut maps = Maps {
            by_name: HashMap::new(),
            by_code: HashMap::new(),
        };
        for division in divisions() {
            let mut names: Vec<&'static str> = division.names().collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                maps.by_name.entry(name).or_default().push(division);
            }
            if let Some(code) = division.code {
                maps.by_code.entry(code).or_insert(division);
            }
        }
        maps
    }
}

fn read_line(line: &'static str) -> Option<Division> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let name = columns.next().filter(|name| !name.is_empty())?;
    let mut column = || columns.next().filter(|column| !column.is_empty());
    Some(Division {
        name,
        full_name: column().unwrap_or(name),
        code: column(),
        parent: column(),
        other_names: column().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::shape::char_count;
    use std::collections::BTreeMap;

    #[test]
    fn every_division_has_a_known_parent_and_a_sound_code() {
        let all: Vec<Division> = divisions().collect();
        let codes: std::collections::HashSet<_> = all.iter().filter_map(|d| d.code).collect();
        assert_eq!(
            all.iter()
                .filter(|d| d.level() == DivisionLevel::Province)
                .count(),
            34
        );
        for division in &all {
            assert!(
                division.parent.is_none_or(|p| codes.contains(p)),
                "{division:?}"
            );
            assert!(
                division
                    .code
                    .is_none_or(|c| c.len() == 6 && c.parse::<u32>().is_ok()),
                "{division:?}"
            );
            assert!(
                division.names().all(|n| char_count(n) > 1),
                "one-character name in {division:?}"
            );
        }
    }

    #[test]
    fn the_maps_and_the_table_give_the_same_divisions() {
        let maps = Maps::new();
        let mut named: BTreeMap<&str, Vec<Division>> = BTreeMap::new();
        for division in divisions() {
            for name in division.names() {
                let all = named.entry(name).or_default();
                // A name that a division has twice names it once.
                if all.last() != Some(&division) {
                    all.push(division);
                }
            }
        }
        for (name, all) in &named {
            assert_eq!(maps.by_name.get(name), Some(all), "{name}");
        }
        let mut coded: BTreeMap<&str, Division> = BTreeMap::new();
        for division in divisions() {
            if let Some(code) = division.code {
                let first = *coded.entry(code).or_insert(division);
                assert_eq!(maps.by_code.get(code).copied(), Some(first), "{code}");
            }
        }
    }

    #[test]
    fn a_division_is_found_by_any_of_its_names() {
        for name in ["上海", "上海市", "申城"] {
            assert_eq!(
                find_division(name).and_then(|d| d.code),
                Some("310000"),
                "{name}"
            );
        }
        assert_eq!(find_division("鼓楼区"), None, "four cities have one");
        assert_eq!(find_divisions("鼓楼区").len(), 4);
        assert_eq!(find_division("中国"), None);
    }

    #[test]
    fn new_areas_lie_in_the_tree() {
        let within = |inner, outer| {
            let (inner, outer) = (find_division(inner), find_division(outer));
            inner
                .zip(outer)
                .is_some_and(|(inner, outer)| inner.is_within(&outer))
        };
        assert!(within("亦庄", "大兴区") && within("亦庄", "北京"));
        assert!(within("雄安", "河北") && within("余杭", "浙江"));
        assert!(!within("浙江", "余杭"));
    }
}
