//! Finds the divisions that a text mentions, by longest match, traps aside.
//!
//! A name inside another word (大连 in 扩大连接), the name of an organisation
//! (北京大学, 上海合作组织), a street (南京路) and a time (北京时间) are no
//! mention. Names that several divisions share stay open until the article's
//! other places decide.

use super::gazetteer::{Division, DivisionLevel, divisions};
use super::names::Names;
use super::shape::{char_count, is_han, words};
use super::tree::renamed;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// District names that are ordinary words.
const GENERIC: &[&str] = &["新城区", "市中区", "城中区", "城关区"];

/// Words that hold a name by chance, and things named after a place. The
/// longest match from the left wins, so a trap hides the name inside it.
const TRAPS: &str = "扩大连 强大连 巨大连 重大连 最大连 更大连 大连接 大连续 大连锁 大连贯 确保定 保定期 保定价 保定量 保定向 \
    安顺利 安顺畅 安顺序 和田园 和田间 四平方 美丽水 秀丽水 丽水乡 天水平 中卫星 中卫生 中卫士 推广安 广安全 广安装 \
    公开封 打开封 开封闭 开封装 开封锁 京东营 东营商 东营收 东营业 创新乡 更新乡 新乡村 新乡镇 新乡贤 新乡土 三明确 三明显 三明治 \
    重大庆 大庆祝 大庆典 重大理 最大理 大理论 大理由 大理念 大理想 大理石 南充分 南充电 南充足 南充满 越南通 南通过 南通报 南通信 \
    南通道 南通用 南通关 南通知 安庆祝 安庆典 六安全 航运城市 货运城市 客运城市 水运城市 空白城市 新兴城市 兴城市场 沿海城市 临海城市 \
    滨海城市 大海城市 东方市场 东方市民 长治久安 宁德时代 德州仪器 德州扑克 北海道 北海公园 孙中山 中山先生 中山同志 里达州 华达州 罗德州 北海域 北海岸 北海军 北海洋 中山装 中山陵 中山舰 普洱茶 三明治 \
    海南部 海南端 海南岸 海北部 上合组织 上海合作组织 北京时间 北京奥运会 云南白药 贵州茅台 青岛啤酒 北京现代 新余额 更新余 太原始 \
    海口径 江门户 第三亚 国内江 省内江 境内江 阿里巴巴 阿里云 阿里山 中山站 长城站 金华火腿 九江水 重庆祝 丹东南 示威海 上饶有 \
    京城市 海城市民 常德性 正常德 吉安全 平凉爽 保山区 河南岸 河北岸 山东麓 山西麓 江西岸 湖南岸 湖北岸 长安全 永安全 安徽章 广元宇宙 \
    青海湖 南海海 台湾海峡 黄山谷 东平台 大安全 江阴影 太仓储 大丰收 海安全 新沂河 新民主 新民生 东兴趣 海宁静 义乌指数";

/// What follows the name of a place in the name of an organisation, thing or time.
const ORGANISATIONS: &str = "\
    日报 晚报 晨报 热线 青年报 商报 时报 都市报 卫视 电视台 广播电 新闻网 证券交易所 商品交易所 \
    期货交易所 证券报 银行 人民出版社 出版社 共识 条约 交大 师大 时间";

static THINGS: LazyLock<Names> = LazyLock::new(|| Names::new(words(ORGANISATIONS).collect()));

/// A place that a text mentions.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// The bytes it was found at.
    pub(super) range: Range<usize>,
    /// The divisions with that name: one, unless several share it.
    pub(super) divisions: &'static [Division],
}

/// The names of all divisions, ready to match.
struct Known {
    names: Names,
    /// By pattern; a trap has no division.
    divisions: Vec<Vec<Division>>,
    by_name: HashMap<&'static str, usize>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut names: Vec<&'static str> = Vec::new();
    let mut targets: Vec<Vec<Division>> = Vec::new();
    let mut by_name: HashMap<&'static str, usize> = HashMap::new();
    for division in divisions() {
        for name in division.names() {
            let county = division.level() == DivisionLevel::County;
            // 成县 in 形成县域: two characters are too few for a county.
            let is_risky = county && char_count(name) == 2 && name.ends_with(['县', '区', '市']);
            if is_risky || GENERIC.contains(&name) {
                continue;
            }
            let place = *by_name.entry(name).or_insert_with(|| {
                names.push(name);
                targets.push(Vec::new());
                names.len() - 1
            });
            targets[place].push(division);
        }
    }
    for (name, division) in renamed() {
        by_name.insert(name, names.len());
        names.push(name);
        targets.push(vec![division]);
    }
    for trap in words(TRAPS) {
        if !by_name.contains_key(trap) {
            names.push(trap);
            targets.push(Vec::new());
        }
    }
    Known {
        names: Names::new(names),
        divisions: targets,
        by_name,
    }
});

/// Finds the places that a text mentions, in order. Of 浙江省杭州市 only the
/// inner place counts.
pub(super) fn find_mentions(text: &str) -> Vec<Mention> {
    let known: &'static Known = &KNOWN;
    let mut mentions: Vec<Mention> = Vec::new();
    for (number, mut range) in known.names.find_in(text) {
        let mut divisions = known.divisions[number].as_slice();
        let after = &text[range.end..];
        if divisions.is_empty() || is_thing(after) {
            continue;
        }
        if is_cut_word(&text[range.clone()], after) {
            // 西安区块链: not the district, but still the city.
            let end = range.end
                - text[range.clone()]
                    .chars()
                    .next_back()
                    .map_or(0, char::len_utf8);
            match known.by_name.get(&text[range.start..end]) {
                Some(&shorter) => (range.end, divisions) = (end, &known.divisions[shorter]),
                None => continue,
            }
        }
        if let Some(outer) = mentions.last()
            && outer.range.end == range.start
            && let [outer] = outer.divisions
            && let Some(inner) = divisions.iter().position(|inner| inner.is_within(outer))
        {
            divisions = &divisions[inner..=inner];
            mentions.pop();
        }
        mentions.push(Mention { range, divisions });
    }
    mentions
}

/// Says whether a text begins with a name or a trap: no mention stands at the
/// beginning of one that does not.
pub(super) fn may_begin_with_mention(text: &str) -> bool {
    KNOWN.names.at_start(text).is_some()
}

/// Says whether the name is part of the name of an organisation, street or thing.
fn is_thing(after: &str) -> bool {
    let road = after
        .strip_prefix("路")
        .or_else(|| after.strip_prefix("大道"));
    if let Some(rest) = road {
        return !rest.starts_with(['径', '线', '演', '由', '网', '况', '段', '透']);
    }
    // 北京冬奥会, 北京2022年冬奥会: an event that took its name along.
    let event = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '年');
    if ["奥运", "冬奥", "残奥", "冬残奥"]
        .iter()
        .any(|games| event.starts_with(games))
    {
        return true;
    }
    if THINGS.at_start(after).is_some() {
        return true;
    }
    // 北京大学, 上海交通大学, 浙江工商职业技术学院; not 北京的大学 and not 北京大学生.
    let mut name_end = 0;
    for (count, (at, c)) in after.char_indices().enumerate() {
        let rest = &after[at..];
        if let Some(tail) = rest
            .strip_prefix("大学")
            .or_else(|| rest.strip_prefix("学院"))
        {
            let is_whole = !tail.starts_with(['生', '城', '毕']);
            let verb = after[..name_end].contains([
                '的', '在', '与', '和', '有', '市', '省', '个', '所', '办', '各',
            ]);
            return is_whole && !verb;
        }
        if count >= 6 || !is_han(c) {
            return false;
        }
        name_end = at + c.len_utf8();
    }
    false
}

/// Says whether the last character of the name begins the next word: 东方市场.
fn is_cut_word(name: &str, after: &str) -> bool {
    let next = after.chars().next();
    let starts = |chars: &[char]| next.is_some_and(|c| chars.contains(&c));
    match name.chars().next_back() {
        Some('市') => starts(&['场', '值', '面', '占', '价', '况']),
        Some('区') => starts(&['域', '块', '间', '别', '位', '分', '隔']),
        Some('县') => false,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentioned(text: &str) -> Vec<&str> {
        find_mentions(text)
            .into_iter()
            .map(|m| m.divisions[0].name)
            .collect()
    }

    #[test]
    fn places_are_found_by_every_kind_of_name() {
        assert_eq!(
            mentioned("申城与羊城、浦东和余杭，京津冀也在内"),
            ["上海", "广州", "浦东新区", "余杭区", "京津冀"]
        );
        assert_eq!(mentioned("吉林长春，吉林市"), ["长春", "吉林市"]);
    }

    #[test]
    fn the_outer_of_two_joined_places_is_not_counted() {
        assert_eq!(mentioned("浙江省杭州市余杭区发券"), ["余杭区"]);
        assert_eq!(mentioned("浙江、杭州"), ["浙江", "杭州"]);
    }

    #[test]
    fn organisations_streets_and_times_are_no_places() {
        for text in [
            "北京大学与上海交通大学",
            "上海合作组织",
            "北京时间8时",
            "走在南京路上",
            "浙江日报",
            "孙中山故居",
            "中山大学",
            "扩大连接",
            "确保定期",
            "沿海城市",
            "长治久安",
            "创新乡村",
            "深圳证券交易所",
            "形成县域",
            "东海南部",
            "阿里巴巴",
        ] {
            assert!(mentioned(text).is_empty(), "{text}: {:?}", mentioned(text));
        }
        assert_eq!(mentioned("青海南部"), ["青海"]);
        assert_eq!(mentioned("北京大学生创业"), ["北京"]);
        assert_eq!(mentioned("西安区块链"), ["西安"]);
        assert_eq!(mentioned("南京市场监管局"), ["南京"]);
    }
}
