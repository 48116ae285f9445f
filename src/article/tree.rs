//! Regions as a tree: the key of a place, and what a name in a query stands for.
//!
//! A key is made so that everything that lies in a place begins with the key's
//! significant part ([`within`]): 33 for 浙江, 3301 for 杭州, 330110 for 余杭.
//! Places without a code of their own have their parent's code, `/` and their
//! name; what the gazetteer does not know, or groups, have `@` and their name.

use super::gazetteer::{Division, DivisionLevel, find_divisions};
use super::model::Region;
use super::shape::char_count;

/// Former divisions; the head of the file says where they are from.
const FORMER: &str = include_str!("former.tsv");

/// Groups of divisions, with where their membership is stated.
const GROUPS: &str = include_str!("groups.tsv");

/// A group of divisions, such as 长三角.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionGroup {
    /// The usual name.
    pub name: &'static str,
    /// Where its membership is stated.
    pub source: &'static str,
    other_names: &'static str,
    members: &'static str,
}

impl RegionGroup {
    /// Yields the six-digit codes of its members.
    pub fn members(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.members.split(',')
    }

    fn is_named(&self, name: &str) -> bool {
        self.name == name || self.other_names.split('|').any(|other| other == name)
    }
}

/// Yields the groups of divisions that a query can name.
pub fn region_groups() -> impl Iterator<Item = RegionGroup> {
    rows(GROUPS).map(|[name, other_names, members, source]| RegionGroup {
        name,
        source,
        other_names,
        members,
    })
}

/// A division that has been renamed, merged or divided.
struct Former {
    name: &'static str,
    year: &'static str,
    successors: &'static str,
    decision: &'static str,
}

impl Former {
    fn successors(&self) -> impl Iterator<Item = Division> + use<> {
        let codes = self.successors.split(',');
        codes.filter_map(super::gazetteer::division_by_code)
    }
}

fn former() -> impl Iterator<Item = Former> {
    rows(FORMER).map(|[name, year, successors, decision]| Former {
        name,
        year,
        successors,
        decision,
    })
}

/// The former divisions that have one successor, whose name no division has
/// today: a text that names one is about its successor.
pub(super) fn renamed() -> impl Iterator<Item = (&'static str, Division)> {
    former().filter_map(|former| {
        let mut successors = former.successors();
        let first = successors.next()?;
        successors.next().is_none().then_some((former.name, first))
    })
}

fn rows(table: &'static str) -> impl Iterator<Item = [&'static str; 4]> {
    table.lines().filter_map(|line| {
        if line.starts_with('#') {
            return None;
        }
        let mut columns = line.split('\t');
        let mut column = || columns.next();
        Some([column()?, column()?, column()?, column()?])
    })
}

/// Which keys a name in a query stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyMatch {
    /// All keys that begin with this.
    Within(String),
    /// This key.
    Is(String),
}

/// What a name in a query stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RegionScope {
    /// A place belongs to it if its key fulfils any of these.
    pub(crate) keys: Vec<KeyMatch>,
    /// What a person should know about how the name was understood.
    pub(crate) note: Option<String>,
}

/// The key of a region of an article.
pub(crate) fn region_key(region: &Region) -> String {
    match &region.code {
        Some(code) => code.clone(),
        None => match nested(&region.name) {
            Some(division) => key(&division),
            None => format!("@{}", region.name),
        },
    }
}

fn nested(name: &str) -> Option<Division> {
    let mut divisions = find_divisions(name).into_iter();
    divisions.find(|division| division.code.is_none() && division.parent.is_some())
}

/// The key of a division.
pub(crate) fn key(division: &Division) -> String {
    match (division.code, division.parent) {
        (Some(code), _) => code.to_owned(),
        (None, Some(parent)) => format!("{parent}/{}", division.name),
        (None, None) => format!("@{}", division.name),
    }
}

/// What the keys of all places in a division begin with.
pub(crate) fn within(division: &Division) -> KeyMatch {
    match division.code {
        Some(code) => KeyMatch::Within(within_code(code).to_owned()),
        None => KeyMatch::Is(key(division)),
    }
}

/// The significant part of a code.
pub(crate) fn within_code(code: &str) -> &str {
    let province = code.strip_suffix("0000");
    province.or(code.strip_suffix("00")).unwrap_or(code)
}

/// Resolves a name, folded: a group, a division by any of its names, also
/// behind the names of those it lies in (浙江省杭州市), a former division.
/// With `=` before it, only the place itself and nothing that lies in it.
pub(crate) fn resolve_region(name: &str) -> RegionScope {
    if let Some(name) = name.strip_prefix('=') {
        let mut scope = resolve_region(name);
        let group = region_groups().find(|group| group.is_named(name));
        if let Some(group) = group {
            scope.keys = vec![KeyMatch::Is(format!("@{}", group.name))];
            return scope;
        }
        for key in &mut scope.keys {
            if let KeyMatch::Within(part) = key {
                *key = KeyMatch::Is(format!("{part:0<6}"));
            }
        }
        return scope;
    }
    if let Some(group) = region_groups().find(|group| group.is_named(name)) {
        let members = group.members().map(within_code);
        let mut keys: Vec<KeyMatch> = members
            .map(|part| KeyMatch::Within(part.to_owned()))
            .collect();
        keys.push(KeyMatch::Is(format!("@{}", group.name)));
        return RegionScope { keys, note: None };
    }
    let divisions = named(name);
    if !divisions.is_empty() {
        let note = (divisions.len() > 1).then(|| {
            let paths: Vec<String> = divisions.iter().map(path).collect();
            format!("{name} names several places: {}", paths.join("、"))
        });
        return RegionScope {
            keys: divisions.iter().map(within).collect(),
            note,
        };
    }
    if let Some(former) = former().find(|former| former.name == name) {
        let successors: Vec<Division> = former.successors().collect();
        let paths: Vec<String> = successors.iter().map(path).collect();
        return RegionScope {
            keys: successors.iter().map(within).collect(),
            note: Some(format!(
                "{name} has been {} since {} ({})",
                paths.join("、"),
                former.year,
                former.decision
            )),
        };
    }
    // 密云县 is 密云区 today; 密云 is short for it.
    let stem = name.strip_suffix(['县', '市', '区']).unwrap_or(name);
    let today = ["", "区", "市", "县"]
        .iter()
        .map(|suffix| named(&format!("{stem}{suffix}")))
        .find(|divisions| !divisions.is_empty());
    if let Some(divisions) = today.filter(|_| char_count(stem) > 1) {
        let paths: Vec<String> = divisions.iter().map(path).collect();
        return RegionScope {
            keys: divisions.iter().map(within).collect(),
            note: Some(format!("{name} is read as {}", paths.join("、"))),
        };
    }
    RegionScope {
        keys: vec![KeyMatch::Is(format!("@{name}"))],
        note: Some(format!(
            "{name} is no place that the gazetteer knows: only articles that state it by this name"
        )),
    }
}

/// The divisions with a name, the names of those they lie in before it or not.
fn named(name: &str) -> Vec<Division> {
    let mut divisions = find_divisions(name);
    divisions.retain(|division| division.level() != DivisionLevel::Group);
    // 吉林 is the province, not the city in it.
    if let Some(province) = divisions
        .iter()
        .find(|division| division.level() == DivisionLevel::Province)
    {
        return vec![*province];
    }
    if !divisions.is_empty() {
        return divisions;
    }
    let cuts = name.char_indices().map(|(at, _)| at).skip(2);
    for cut in cuts {
        let (outer, inner) = name.split_at(cut);
        let outer = find_divisions(outer);
        if outer.is_empty() {
            continue;
        }
        let mut inner = named(inner);
        inner.retain(|inner| outer.iter().any(|outer| inner.is_within(outer)));
        if !inner.is_empty() {
            return inner;
        }
    }
    Vec::new()
}

/// The names of a division and of all it lies in: 浙江杭州余杭区.
fn path(division: &Division) -> String {
    let outer = division
        .parent
        .and_then(super::gazetteer::division_by_code)
        .map(|parent| path(&parent));
    format!("{}{}", outer.unwrap_or_default(), division.name)
}

/// The shortest name of a division that a query reads as it alone.
pub(crate) fn query_name(division: &Division) -> String {
    let own = resolve_region(&path(division)).keys;
    for name in [division.name, division.full_name] {
        if named(name).as_slice() == [*division] {
            return name.to_owned();
        }
    }
    debug_assert_eq!(own, [within(division)], "{division:?}");
    path(division)
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyMatch::{Is, Within};

    fn keys(name: &str) -> Vec<KeyMatch> {
        resolve_region(name).keys
    }

    fn parts(parts: &[&str]) -> Vec<KeyMatch> {
        parts
            .iter()
            .map(|part| Within((*part).to_owned()))
            .collect()
    }

    #[test]
    fn a_place_is_all_that_lies_in_it() {
        assert_eq!(keys("浙江"), parts(&["33"]));
        assert_eq!(keys("杭州市"), parts(&["3301"]));
        assert_eq!(keys("余杭"), parts(&["330110"]));
        assert_eq!(keys("=浙江"), [Is("330000".to_owned())]);
        assert_eq!(keys("亦庄"), [Is("110115/亦庄".to_owned())]);
    }

    #[test]
    fn a_shared_name_is_decided_by_the_place_before_it() {
        assert_eq!(keys("南京鼓楼区"), parts(&["320106"]));
        assert_eq!(keys("浙江省杭州市余杭区"), parts(&["330110"]));
        assert_eq!(keys("鼓楼区").len(), 4);
        assert!(resolve_region("鼓楼区").note.is_some());
        assert_eq!(keys("吉林"), parts(&["22"]));
        assert_eq!(keys("吉林市"), parts(&["2202"]));
    }

    #[test]
    fn a_former_division_is_its_successors() {
        assert_eq!(keys("江干区"), parts(&["330102", "330114"]));
        assert_eq!(keys("襄樊"), parts(&["4206"]));
        assert_eq!(keys("莱芜市"), parts(&["370116", "370117"]));
        assert_eq!(keys("密云县"), parts(&["110118"]));
        assert_eq!(keys("密云"), parts(&["110118"]));
        for name in ["江干区", "襄樊", "密云县"] {
            assert!(resolve_region(name).note.is_some(), "{name}");
        }
        for former in former() {
            let known = former.successors().count();
            assert_eq!(
                known,
                former.successors.split(',').count(),
                "{}",
                former.name
            );
            assert!(find_divisions(former.name).is_empty(), "{}", former.name);
            assert!(!former.decision.is_empty() && former.year.len() == 4);
        }
    }

    #[test]
    fn a_group_is_its_members_and_itself() {
        let keys = keys("长三角");
        assert_eq!(keys[..4], parts(&["31", "32", "33", "34"]));
        assert_eq!(keys[4], Is("@长三角".to_owned()));
        assert_eq!(self::keys("=长三角"), [Is("@长三角".to_owned())]);
        for group in region_groups() {
            let is_known = |code: &str| crate::article::division_by_code(code).is_some();
            assert!(group.members().all(is_known), "{}", group.name);
            assert!(!group.source.is_empty());
        }
    }

    #[test]
    fn every_division_lies_in_its_parent_by_its_key() {
        for division in crate::article::divisions() {
            let Some(parent) = division.parent else {
                continue;
            };
            assert!(
                key(&division).starts_with(within_code(parent)),
                "{division:?}"
            );
        }
    }

    #[test]
    fn every_division_has_a_name_that_a_query_reads_as_it_alone() {
        for division in crate::article::divisions().filter(|d| d.level() != DivisionLevel::Group) {
            assert_eq!(
                keys(&query_name(&division)),
                [within(&division)],
                "{division:?}"
            );
        }
    }

    #[test]
    fn an_unknown_place_is_found_by_its_name_and_told() {
        assert_eq!(keys("全球"), [Is("@全球".to_owned())]);
        assert!(resolve_region("全球").note.is_some());
    }
}
