//! Whether two bodies are reprints of one text.
//!
//! Reprints share whole clauses word for word and differ by what was added or
//! cut. Two notices on one template share clauses too, but where they differ
//! they say the same with another name or number in it: such clauses stand
//! against kinship, however many others are shared.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::body::{Body, Clause};

/// At least this share of all clauses of both, by length, must be common: a
/// third cut away and a third added leaves 0.54. Reports of a speech and of
/// what was said to it have up to 0.42.
const MIN_COMMON: f64 = 0.45;

/// At least this share of the shorter one must stand in the longer one.
const MIN_CONTAINED: f64 = 0.6;

/// Less than this in common says nothing unless it is nearly all: programmes
/// end on the same sentence for years.
const MIN_SHARED_CHARS: usize = 60;
const NEARLY_ALL: f64 = 0.9;

/// At most this share of what the two have in the same place may be said with
/// another name or number.
const MAX_CONFLICT: f64 = 0.08;

/// Another number weighs as much as so many characters: in a short notice one
/// is enough (9日上午, 14日下午), in a long document it may be a mistake mended.
const NUMBER_WEIGHT: usize = 60;

/// Clauses of which so much is the same are one clause with other words in it.
const SAME_CLAUSE: f64 = 0.5;

/// Stretches that share so many of their pairs say the same of something else.
const SAME_STRETCH: f64 = 0.35;

/// With less in common than this, different numbers in the same place part two
/// notices however they are worded: 3月8日上午9时…, …将于3月11日下午3时….
const SHORT_CHARS: usize = 300;

/// How near two bodies are; shares are of characters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Kinship {
    /// The share of the clauses of both that is common.
    pub(crate) common: f64,
    /// The share of the shorter body that stands in the longer one.
    pub(crate) contained: f64,
    /// The characters in common.
    pub(crate) shared: usize,
    /// The share of what stands in the same place that has another name or number.
    pub(crate) conflict: f64,
}

impl Kinship {
    /// Whether the bodies are reprints of one text.
    pub(crate) fn is_kin(self) -> bool {
        self.common >= MIN_COMMON
            && self.contained >= MIN_CONTAINED
            && (self.shared >= MIN_SHARED_CHARS || self.common >= NEARLY_ALL)
            && self.conflict <= MAX_CONFLICT
    }
}

/// Compares two bodies; the order makes no difference.
pub(crate) fn kinship(one: &Body, other: &Body) -> Kinship {
    match one.as_str().cmp(other.as_str()) {
        Ordering::Less => ordered(one, other),
        Ordering::Equal => Kinship {
            common: 1.0,
            contained: 1.0,
            shared: one.as_str().chars().count(),
            conflict: 0.0,
        },
        Ordering::Greater => ordered(other, one),
    }
}

fn ordered(one: &Body, other: &Body) -> Kinship {
    let (ours, theirs) = (one.clauses(), other.clauses());
    let (our_chars, their_chars) = (chars(&ours), chars(&theirs));
    let shared = shared_chars(&ours, &theirs);
    let all = our_chars + their_chars - shared;
    let least = our_chars.min(their_chars);
    let share = |part: usize, of: usize| {
        if of == 0 {
            0.0
        } else {
            part as f64 / of as f64
        }
    };
    let mut kinship = Kinship {
        common: share(shared, all),
        contained: share(shared, least),
        shared,
        conflict: 0.0,
    };
    if kinship.is_kin() {
        let conflicts = conflict_chars((one, &ours), (other, &theirs), shared < SHORT_CHARS);
        kinship.conflict = share(conflicts, shared + conflicts);
    }
    kinship
}

fn chars(clauses: &[Clause]) -> usize {
    clauses.iter().map(|clause| clause.chars).sum()
}

/// The characters of the clauses that stand in both, as often as in both.
fn shared_chars(ours: &[Clause], theirs: &[Clause]) -> usize {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for clause in ours {
        *counts.entry(clause.hash).or_default() += 1;
    }
    let mut shared = 0;
    for clause in theirs {
        if let Some(count) = counts.get_mut(&clause.hash).filter(|count| **count > 0) {
            *count -= 1;
            shared += clause.chars;
        }
    }
    shared
}

/// What stands in the same place of both and says the same with another name
/// or number, in characters.
fn conflict_chars(one: (&Body, &[Clause]), other: (&Body, &[Clause]), is_short: bool) -> usize {
    let hashes =
        |clauses: &[Clause]| -> Vec<u64> { clauses.iter().map(|clause| clause.hash).collect() };
    let operations = capture_diff_slices(Algorithm::RawMyers, &hashes(one.1), &hashes(other.1));
    let mut conflicts = 0;
    for operation in operations {
        if let DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        } = operation
        {
            let texts = |(body, clauses): (&Body, &[Clause]), at: usize, count: usize| {
                let of = |clause: &Clause| read(&body.as_str()[clause.range.clone()]);
                clauses[at..at + count].iter().map(of).collect()
            };
            conflicts += conflict_of(
                texts(one, old_index, old_len),
                texts(other, new_index, new_len),
                is_short,
            );
        }
    }
    conflicts
}

/// A clause as it is compared: every number is one sign.
struct Reading {
    signs: Vec<char>,
    numbers: String,
    /// Who reported it, from where and when: differs between reprints.
    is_credit: bool,
}

const NUMBER: char = '#';

/// 二〇二三年新年贺词 is not 二〇二四年新年贺词.
const NUMERALS: &str = "〇零一二三四五六七八九十百千万亿两";

fn read(clause: &str) -> Reading {
    let mut reading = Reading {
        signs: Vec::new(),
        numbers: String::new(),
        is_credit: ["讯", "日电", "记者", "通讯员", "编辑", "来源"]
            .iter()
            .any(|sign| clause.contains(sign)),
    };
    for character in clause.chars() {
        if character.is_ascii_digit() || NUMERALS.contains(character) {
            if reading.signs.last() != Some(&NUMBER) {
                reading.signs.push(NUMBER);
                reading.numbers.push(' ');
            }
            reading.numbers.push(character);
        } else {
            reading.signs.push(character);
        }
    }
    reading
}

/// The conflict of two stretches that stand in the same place.
fn conflict_of(ours: Vec<Reading>, mut theirs: Vec<Reading>, is_short: bool) -> usize {
    let mut conflicts = 0;
    let mut rest: Vec<Reading> = Vec::new();
    for clause in ours {
        let said = theirs.iter().enumerate().find_map(|(at, their)| {
            let said = said_in(&clause.signs, &their.signs)?;
            Some((at, said))
        });
        let Some((at, said)) = said else {
            rest.push(clause);
            continue;
        };
        let counterpart = theirs.remove(at);
        if !(clause.is_credit && counterpart.is_credit) {
            if said == Said::Otherwise {
                conflicts += clause.signs.len().min(counterpart.signs.len());
            }
            conflicts += weight_of_numbers(&clause.numbers, &counterpart.numbers);
        }
    }
    let joined = |clauses: &[Reading]| -> (Vec<char>, String) {
        let told = clauses.iter().filter(|clause| !clause.is_credit);
        told.fold(Default::default(), |(mut signs, mut numbers), clause| {
            signs.extend(&clause.signs);
            numbers.push_str(&clause.numbers);
            (signs, numbers)
        })
    };
    let (ours, theirs) = (joined(&rest), joined(&theirs));
    let numbers = weight_of_numbers(&ours.1, &theirs.1);
    if shared_pairs(&ours.0, &theirs.0) >= SAME_STRETCH || (is_short && numbers > 0) {
        conflicts += ours.0.len().min(theirs.0.len()) + numbers;
    }
    conflicts
}

/// What other numbers weigh. One number more is none: 记者张三 before the rest.
fn weight_of_numbers(ours: &str, theirs: &str) -> usize {
    let list =
        |numbers: &str| -> Vec<String> { numbers.split_whitespace().map(str::to_owned).collect() };
    let (ours, theirs) = (list(ours), list(theirs));
    let (few, many) = match ours.len() <= theirs.len() {
        true => (ours, theirs),
        false => (theirs, ours),
    };
    let mut rest = many.iter();
    let is_within = few.iter().all(|wanted| rest.any(|number| number == wanted));
    if is_within { 0 } else { NUMBER_WEIGHT }
}

/// How two clauses say the same, numbers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Word for word, or with something more: 本报讯 before it.
    Alike,
    /// With other words in it.
    Otherwise,
}

/// How two clauses say the same; `None` if they do not.
fn said_in(ours: &[char], theirs: &[char]) -> Option<Said> {
    let longest = ours.len().max(theirs.len());
    let shortest = ours.len().min(theirs.len());
    // Cheap to see: too different in length to be the same.
    if (shortest as f64) < SAME_CLAUSE * longest as f64 {
        return None;
    }
    let (mut equal, mut taken, mut put) = (0, false, false);
    for operation in capture_diff_slices(Algorithm::RawMyers, ours, theirs) {
        match operation {
            DiffOp::Equal { len, .. } => equal += len,
            DiffOp::Delete { .. } => taken = true,
            DiffOp::Insert { .. } => put = true,
            DiffOp::Replace { .. } => (taken, put) = (true, true),
        }
    }
    let said = match taken && put {
        true => Said::Otherwise,
        false => Said::Alike,
    };
    (equal as f64 >= SAME_CLAUSE * longest as f64).then_some(said)
}

/// The share of the pairs of the shorter stretch that the longer one has.
fn shared_pairs(ours: &[char], theirs: &[char]) -> f64 {
    let pairs = |signs: &[char]| -> HashSet<(char, char)> {
        signs.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let (ours, theirs) = (pairs(ours), pairs(theirs));
    let least = ours.len().min(theirs.len());
    if least == 0 {
        return 0.0;
    }
    ours.intersection(&theirs).count() as f64 / least as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_kin(one: &str, other: &str) -> bool {
        let body = |text: &str| {
            let mut body = Body::default();
            body.push(text);
            body
        };
        let (one, other) = (body(one), body(other));
        assert_eq!(kinship(&one, &other), kinship(&other, &one));
        kinship(&one, &other).is_kin()
    }

    const NEWS: &str = "甲市5月3日举行发布会，介绍算力券政策。甲市经信局副局长表示，首批算力券共发放5000万元，中小企业可以按合同金额的百分之三十申领。企业登录平台提交材料，审核通过后七个工作日内到账。下一步，甲市将扩大支持范围，把模型券和数据券一并纳入。";

    #[test]
    fn cuts_and_additions_leave_reprints_kin() {
        let local = "我区企业反应热烈，已有四十余家提交材料，区科技局派专人上门服务。";
        let (start, _) = NEWS.split_once("下一步").expect("there");
        assert!(are_kin(NEWS, start));
        assert!(are_kin(NEWS, &format!("{NEWS}{local}")));
        assert!(are_kin(NEWS, &format!("{local}{start}")));
        assert!(are_kin(NEWS, &format!("本报讯（记者张三）{NEWS}")));
    }

    #[test]
    fn another_number_or_name_in_the_same_place_parts_them() {
        assert!(!are_kin(NEWS, &NEWS.replace("5月3日", "6月9日")));
        assert!(!are_kin(NEWS, &NEWS.replace("甲市", "乙市")));
        let welcome = "9日上午，总理在北京举行仪式，欢迎甲国首相进行正式访问。秘书长等出席欢迎仪式。军乐团奏两国国歌。随后，总理陪同首相检阅了仪仗队。";
        assert!(!are_kin(welcome, &welcome.replace("9日上午", "14日下午")));
    }

    #[test]
    fn announcements_of_one_programme_are_of_different_days() {
        let programme = "届时，电视台综合频道、新闻频道、中文国际频道、各外语频道、超高清频道，广播电台中国之声、大湾区之声、环球资讯广播等频率将进行现场直播；新闻、视频、网站等重点新媒体平台将同步转播。";
        let one =
            "3月8日上午9时，甲大二次会议第二次全体会议将在大会堂举行，甲大委员长将作工作报告。";
        for other in [
            "乙会二次会议将于3月10日上午9时在大会堂举行闭幕会，乙会主席将发表讲话。",
            "甲大二次会议将于3月11日下午3时在大会堂举行闭幕会。",
        ] {
            assert!(!are_kin(
                &format!("{one}{programme}"),
                &format!("{other}{programme}")
            ));
        }
    }

    #[test]
    fn datelines_may_differ() {
        let one = format!("本报甲市5月4日讯，{NEWS}");
        assert!(are_kin(&one, &format!("新华社甲市5月5日电，{NEWS}")));
    }

    #[test]
    fn one_number_mended_in_a_long_document_does_not_part_it() {
        let long: String = (0..40)
            .map(|number| format!("第{number}条甲市对符合条件的单位给予支持，具体办法另行制定。"))
            .collect();
        assert!(are_kin(&long, &long.replace("第7条", "第 77 条")));
    }

    #[test]
    fn a_short_brief_in_a_round_up_is_not_kin_to_it() {
        let round_up = format!(
            "{}{NEWS}",
            "乙市公布了新的规划，到年底建成三个智算中心。丙市举行了大会。".repeat(9)
        );
        assert!(!are_kin(NEWS, &round_up));
    }
}
