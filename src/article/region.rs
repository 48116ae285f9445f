//! Which places an article is about and where it was reported from.
//!
//! In order of certainty: a field that states it, the headline, the policy
//! documents it cites, the dateline, and last a place that clearly dominates
//! the body. Parents are not added: the tree of places is search's business.

use super::citation;
use super::gazetteer::{Division, DivisionLevel, division_by_code, find_divisions};
use super::mention::{Mention, find_mentions};
use super::model::{Confidence, Region, RegionRole};
use super::reported::{is_venue, listed, own_paper, round_up, visited};
use super::shape::first_chars;
use super::stated::Fact;
use super::tally::Tally;

/// The most places an article is about.
const MAX_ABOUT: usize = 5;

/// The same for a round-up.
const MAX_ROUND_UP: usize = 8;

/// Where conferences of the whole country are held and its agencies have their seat.
const CAPITAL: &str = "北京";

/// What regions are inferred from.
pub(super) struct Sources<'a> {
    /// The field that states them.
    pub(super) stated: Option<&'a Fact>,
    /// The headline.
    pub(super) title: &'a str,
    /// Places of the dateline or byline with the words that name them.
    pub(super) from: &'a [(String, String)],
    /// The texts of the article, furniture aside.
    pub(super) body: &'a [&'a str],
    /// The section headings among them.
    pub(super) headings: &'a [&'a str],
    /// The path of its file: the last resort.
    pub(super) path: &'a str,
}

/// Infers the regions of an article, the ones it is about first, most certain first.
pub(super) fn infer_regions(sources: &Sources<'_>) -> Vec<Region> {
    let title_mentions = find_mentions(sources.title);
    let body_mentions: Vec<Vec<Mention>> = sources
        .body
        .iter()
        .map(|text| find_mentions(text))
        .collect();
    let known: Vec<Division> = title_mentions
        .iter()
        .chain(body_mentions.iter().flatten())
        .filter_map(|m| {
            if let [one] = m.divisions {
                Some(*one)
            } else {
                None
            }
        })
        .collect();
    let mut tally = Tally::default();
    for mention in body_mentions.iter().flatten() {
        if let Some(division) = resolve(mention, &known) {
            tally.add(division);
        }
    }

    tally.add_short_names(sources.body);
    let mut about = About::default();
    if let Some(fact) = sources.stated {
        about.add_stated(fact, &known);
    }
    let mut titled = title_mentions
        .iter()
        .filter_map(|m| Some((m, resolve(m, &known)?)))
        // A conference of the whole country that the capital is the place of.
        .filter(|(m, division)| {
            let is_venue = division.name == CAPITAL && is_venue(sources.title, m);
            !is_venue || tally.count(division) > 2 && tally.share(division) >= 40
        })
        .map(|(_, division)| division)
        .peekable();
    let has_title_region = titled.peek().is_some();
    for division in titled {
        about.add(division, first_chars(sources.title, 80), Confidence::High);
    }
    if let Some(division) = titled_abbreviation(sources.title) {
        about.add(division, first_chars(sources.title, 80), Confidence::High);
    }
    for (text_index, text) in sources.body.iter().enumerate() {
        for (_, title) in citation::titles(text)
            .into_iter()
            .filter(|(_, t)| citation::is_policy(t))
        {
            let issuer = find_mentions(title)
                .into_iter()
                .next()
                .filter(|m| m.range.start == 0);
            let Some(division) = issuer.and_then(|m| resolve(&m, &known)) else {
                continue;
            };
            if text_index < 2 && !has_title_region
                || tally.count(&division) > 1 && tally.share(&division) >= 20
            {
                about.add(division, title, Confidence::High);
            }
        }
    }
    for (place, evidence) in sources.from {
        let Some(division) = from_place(place, &known) else {
            continue;
        };
        // National agencies file most of their news from the capital whatever it is about.
        let is_capital = division.name == CAPITAL;
        if !is_capital || tally.count(&division) > 2 && tally.share(&division) >= 40 {
            about.add(division, evidence, Confidence::Medium);
        }
    }
    for (text, mentions) in sources.body.iter().zip(&body_mentions).take(2) {
        for m in visited(text, mentions) {
            if let Some(division) = resolve(m, &known) {
                about.add(division, first_chars(text, 80), Confidence::Medium);
            }
        }
    }
    // A heading says what its section is about: of an article on one place,
    // a part of it; places that stand side by side are compared, not reported on.
    let titled = match has_title_region {
        true => about.regions.clone(),
        false => Vec::new(),
    };
    for heading in sources.headings {
        let mentions = find_mentions(heading);
        let compares = heading.contains(['与', '和', '比', '同', '對', '对']);
        for division in mentions.iter().filter_map(|m| resolve(m, &known)) {
            let is_part = |region: &Region| {
                find_divisions(&region.name)
                    .iter()
                    .any(|whole| division.is_within(whole))
            };
            let fits = titled.is_empty() || titled.iter().any(is_part);
            if fits && !compares && division.level() > DivisionLevel::Group {
                about.add(division, heading, Confidence::Medium);
            }
        }
    }
    if sources.stated.is_none() {
        let (least, share) = if has_title_region { (5, 50) } else { (3, 30) };
        for (division, count) in tally.by_count() {
            let is_only = tally.total() == count && count >= 2 && !has_title_region;
            if count >= least && tally.share(&division) >= share || is_only {
                about.add(division, division.name, Confidence::Low);
            }
        }
    }
    let is_round_up = about.regions.is_empty();
    if is_round_up {
        let listed = sources
            .body
            .iter()
            .zip(&body_mentions)
            .find_map(|(text, mentions)| listed(text, mentions, &tally))
            .unwrap_or_default();
        for (division, evidence) in round_up(sources.body).into_iter().chain(listed) {
            about.add(division, &evidence, Confidence::Medium);
        }
        for (division, count) in tally.by_count() {
            if count >= 4 && division.level() == DivisionLevel::Group {
                about.add(division, division.name, Confidence::Low);
            }
        }
    }
    if about.regions.is_empty()
        && let Some((division, evidence)) = own_paper(sources.body)
    {
        about.add(division, evidence, Confidence::Medium);
    }
    if about.regions.is_empty() {
        // People sort what they save into folders by place.
        let folders = sources.path.rsplit('/').skip(1);
        let known = |folder: &str| match find_divisions(folder).as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        let place = folders.filter_map(known).next();
        if let Some(division) = place {
            about.add(division, sources.path, Confidence::Low);
        }
    }
    let mut regions = about.regions;
    regions.truncate(if is_round_up { MAX_ROUND_UP } else { MAX_ABOUT });
    for (place, evidence) in sources.from {
        if let Some(division) = from_place(place, &known)
            && !regions
                .iter()
                .any(|r| r.role == RegionRole::From && r.name == division.name)
        {
            regions.push(region(
                division,
                RegionRole::From,
                evidence,
                Confidence::High,
            ));
        }
    }
    regions
}

/// The regions an article is about, so far.
#[derive(Default)]
struct About {
    regions: Vec<Region>,
}

impl About {
    fn add(&mut self, division: Division, evidence: &str, confidence: Confidence) {
        if !self
            .regions
            .iter()
            .any(|r| r.name == division.name && r.code.as_deref() == division.code)
        {
            self.regions
                .push(region(division, RegionRole::About, evidence, confidence));
        }
    }

    /// Adds what a field states; a place that the gazetteer does not know is
    /// kept by its name (全国, 华东).
    fn add_stated(&mut self, fact: &Fact, known: &[Division]) {
        let values = fact
            .value
            .split(['、', ',', '，', ';', '；', '|', '/', '\n']);
        for value in values.map(str::trim).filter(|value| !value.is_empty()) {
            let divisions = find_divisions(value);
            let division = match divisions.as_slice() {
                [] => find_mentions(value)
                    .iter()
                    .filter_map(|m| resolve(m, known))
                    .next_back(),
                all => choose(all, known),
            };
            match division {
                Some(division) => self.add(division, &fact.key, Confidence::High),
                None if self.regions.iter().any(|r| r.name == value) => {}
                None => self.regions.push(Region {
                    name: value.to_owned(),
                    code: None,
                    role: RegionRole::About,
                    evidence: fact.key.clone(),
                    confidence: Confidence::High,
                }),
            }
        }
    }
}

/// Finds the divisions that a person may mean by a name, by names from the
/// larger to the smaller (南京鼓楼区), or by a code.
pub(crate) fn named_divisions(name: &str) -> Vec<Division> {
    let name = name.trim();
    if name.len() == 6 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return division_by_code(name).into_iter().collect();
    }
    let found = find_divisions(name);
    if !found.is_empty() {
        return found;
    }
    let mentions = find_mentions(name);
    let is_whole = mentions.first().is_some_and(|m| m.range.start == 0)
        && mentions.last().is_some_and(|m| m.range.end == name.len())
        && mentions
            .windows(2)
            .all(|two| two[0].range.end == two[1].range.start);
    let known: Vec<Division> = mentions
        .iter()
        .filter_map(|m| {
            if let [one] = m.divisions {
                Some(*one)
            } else {
                None
            }
        })
        .collect();
    let last = mentions.last().filter(|_| is_whole);
    last.and_then(|m| resolve(m, &known)).into_iter().collect()
}

fn region(division: Division, role: RegionRole, evidence: &str, confidence: Confidence) -> Region {
    Region {
        name: division.name.to_owned(),
        code: division.code.map(str::to_owned),
        role,
        evidence: evidence.to_owned(),
        confidence,
    }
}

/// Decides which division a mention means.
fn resolve(mention: &Mention, known: &[Division]) -> Option<Division> {
    choose(mention.divisions, known)
}

/// Chooses among divisions of one name by the places known otherwise.
fn choose(divisions: &[Division], known: &[Division]) -> Option<Division> {
    if let [one] = divisions {
        return Some(*one);
    }
    let fits = |division: &&Division| {
        known
            .iter()
            .any(|k| k.level() > DivisionLevel::Group && division.is_within(k))
    };
    let mut fitting = divisions.iter().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(*first)
}

fn from_place(place: &str, known: &[Division]) -> Option<Division> {
    find_mentions(place)
        .iter()
        .filter_map(|m| resolve(m, known))
        .next_back()
}

/// Reads the one abbreviation that headlines use as a name of its own: 沪出台…, 在沪….
fn titled_abbreviation(title: &str) -> Option<Division> {
    let opens = title
        .trim_start_matches(['【', '“', '「'])
        .starts_with('沪');
    let is_market = title.contains("沪深")
        || title.contains("沪指")
        || title.contains("沪市")
        || title.contains("沪媒");
    ((opens || title.contains("在沪")) && !is_market)
        .then(|| find_divisions("上海").first().copied())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(title: &str, body: &[&str], stated: Option<&str>) -> Vec<String> {
        let fact = stated.map(|value| Fact {
            key: "region".into(),
            value: value.into(),
        });
        let sources = Sources {
            stated: fact.as_ref(),
            title,
            from: &[],
            body,
            headings: &[],
            path: "",
        };
        infer_regions(&sources)
            .into_iter()
            .map(|r| r.name)
            .collect()
    }

    #[test]
    fn a_place_in_the_headline_is_what_it_is_about() {
        assert_eq!(about("杭州: 发放算力券", &["北京专家说。"], None), ["杭州"]);
        assert_eq!(about("沪出台算力新政", &[], None), ["上海"]);
        assert!(about("沪深两市收涨", &[], None).is_empty());
    }

    #[test]
    fn a_stated_region_comes_first_and_is_kept_even_if_unknown() {
        assert_eq!(about("杭州发券", &[], Some("浙江省")), ["浙江", "杭州"]);
        assert_eq!(about("", &[], Some("全国")), ["全国"]);
        assert_eq!(about("", &[], Some("广东省深圳市")), ["深圳"]);
    }

    #[test]
    fn a_dominant_place_of_the_body_counts_and_a_passing_one_does_not() {
        let body = ["苏州起步早。苏州企业多。", "苏州明年扩容，北京专家看好。"];
        assert_eq!(about("智算中心落成", &body, None), ["苏州"]);
        assert!(about("智算中心落成", &["苏州、无锡、常州、南通各有一家。"], None).is_empty());
    }

    #[test]
    fn the_issuer_of_a_cited_policy_counts() {
        let body = ["昨日，《成都市算力券管理办法》印发。", "办法自发布起施行。"];
        assert_eq!(about("算力券怎么领", &body, None), ["成都"]);
    }

    #[test]
    fn a_shared_name_is_decided_by_the_other_places() {
        assert_eq!(about("南京鼓楼区建园区", &[], None), ["鼓楼区"]);
        assert_eq!(about("鼓楼区建园区", &["江苏南京消息。"], None), ["鼓楼区"]);
        assert!(about("鼓楼区建园区", &["消息传开。"], None).is_empty());
    }

    #[test]
    fn a_dateline_tells_where_it_was_reported_from() {
        let from = [("福州".to_string(), "某社福州9月12日电".to_string())];
        let sources = Sources {
            stated: None,
            title: "产业如何走稳",
            from: &from,
            body: &[],
            headings: &[],
            path: "",
        };
        let regions = infer_regions(&sources);
        assert_eq!(regions.len(), 2);
        assert_eq!(
            (regions[1].role, regions[1].name.as_str()),
            (RegionRole::From, "福州")
        );
        assert_eq!(regions[1].code.as_deref(), Some("350100"));
    }

    #[test]
    fn a_place_in_a_heading_counts_and_a_folder_is_the_last_resort() {
        let named = |headings: &[&str], path: &str| -> Vec<String> {
            let sources = Sources {
                stated: None,
                title: "各地怎么跟",
                from: &[],
                body: headings,
                headings,
                path,
            };
            infer_regions(&sources)
                .into_iter()
                .map(|region| region.name)
                .collect()
        };
        assert_eq!(
            named(&["照着走：江苏", "再提高：南京"], "上海/甲.txt"),
            ["江苏", "南京"]
        );
        assert_eq!(named(&[], "上海/2024/甲.txt"), ["上海"]);
        assert_eq!(named(&[], "杂/甲.txt"), [""; 0]);
    }
}
