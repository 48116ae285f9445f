//! Made-up news: the same seed gives the same text on every machine.
//!
//! The words say nothing, but they are distributed as in Chinese news: a few
//! hundred function words, the shipped lexicon and a long tail of 120,000
//! words follow Zipf's law, and a word has favourite successors, so that
//! distinct characters, pairs and words grow with the text as they do in
//! 30 MB of television news (184,000 distinct pairs of characters at 5 MB,
//! 364,000 at 20 MB). Regions are real names; everything else is invented.

use std::fmt::Write;

/// Words of all texts, commonest first.
const FUNCTION_WORDS: &str = "的 和 在 了 是 将 为 对 等 与 中 以 有 发展 建设 年 月 日 个 \
     推进 服务 产业 企业 技术 经济 创新 人 我们 国家 上 加快 不 工作 推动 到 实现 新 \
     重点 支持 提升 全国 加强 合作 项目 水平 开展 方面 市场 领域 促进 完善 体系 能力 \
     单位 部门 目前 通过 进行 已经 一个 问题 以及 积极 持续 提高 人民 社会 工程 生产 \
     可以 如何 什么 哪些 多少 应当 其中 同时 以来 今年 记者 表示 介绍 亿元 万元 补贴";

/// Regions, so that an index has something to recognise.
const REGIONS: &[&str] = &[
    "北京", "上海", "广东", "浙江", "江苏", "山东", "四川", "湖北", "安徽", "福建", "贵州", "河南",
    "重庆", "天津", "甘肃", "辽宁", "深圳", "杭州", "成都", "合肥", "武汉", "苏州",
];

const LATIN: &[&str] = &[
    "AI", "5G", "GPU", "GPT-4o", "H20", "API", "NPU", "AIGC", "IPv6", "LLM",
];

/// The words of the long tail.
const TAIL_WORDS: usize = 120_000;

/// How often a word is followed by one of its favourites.
const FAVOURED: f64 = 0.85;

/// How much commoner the first characters of the tail are than the last.
const SKEW: f64 = 5.0;

/// Pseudo-random numbers: SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        as_part(self.next())
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.part() * end as f64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn as_part(value: u64) -> f64 {
    (value >> 11) as f64 / (1_u64 << 53) as f64
}

/// Writes articles.
pub(crate) struct Writer {
    random: Random,
    words: Vec<String>,
    /// The probability of each word and all before it.
    sums: Vec<f64>,
    number: usize,
}

/// A made-up article.
#[derive(Clone, Debug, Default)]
pub(crate) struct Article {
    /// Its headline.
    pub(crate) title: String,
    /// An ISO day.
    pub(crate) date: String,
    /// Who published it.
    pub(crate) outlet: String,
    /// Its paragraphs.
    pub(crate) paragraphs: Vec<String>,
}

impl Writer {
    /// Begins with a vocabulary made from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let characters = characters(&mut random);
        let mut words: Vec<String> = FUNCTION_WORDS
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let mut lexicon = cewen_lexicon().peekable();
        for number in 0..TAIL_WORDS {
            // The lexicon lies among the first words of the tail.
            if number % 3 == 0
                && let Some(word) = lexicon.next()
            {
                words.push(word.to_owned());
            }
            let length = match random.part() {
                ..0.02 => 1,
                ..0.72 => 2,
                ..0.9 => 3,
                _ => 4,
            };
            let character = |random: &mut Random| {
                // Some characters are far commoner than others.
                let rank =
                    (SKEW * random.part()).exp_m1() / SKEW.exp_m1() * characters.len() as f64;
                characters[rank as usize]
            };
            words.push((0..length).map(|_| character(&mut random)).collect());
        }
        let mut sum = 0.0;
        let mut sums: Vec<f64> = (0..words.len())
            .map(|rank| {
                sum += 1.0 / (rank as f64 + 6.0).powf(1.12);
                sum
            })
            .collect();
        sums.iter_mut().for_each(|each| *each /= sum);
        Writer {
            random,
            words,
            sums,
            number: 0,
        }
    }

    /// Writes the next article: 15 to 30 characters of title and, in the
    /// middle, 400 characters of text; one in twelve is a long document.
    pub(crate) fn article(&mut self) -> Article {
        self.number += 1;
        let random = &mut self.random;
        let date = format!(
            "{}-{:02}-{:02}",
            2017 + random.below(9),
            1 + random.below(12),
            1 + random.below(28)
        );
        let region = random.of(REGIONS);
        let mut title = format!("{region}：");
        self.words(6, &mut title);
        let is_long = self.random.part() < 0.08;
        let count = if is_long {
            12 + self.random.below(30)
        } else {
            1 + self.random.below(4)
        };
        let mut paragraphs = Vec::with_capacity(count);
        for number in 0..count {
            if is_long && number % 4 == 1 {
                let mut heading = format!("第{}章 ", number / 4 + 1);
                self.words(3, &mut heading);
                paragraphs.push(heading);
            }
            let mut paragraph = String::new();
            if number == 0 {
                paragraph.push_str(region);
                paragraph.push_str("讯 ");
            }
            for _ in 0..2 + self.random.below(3) {
                self.sentence(&mut paragraph);
            }
            paragraphs.push(paragraph);
        }
        Article {
            title,
            date,
            outlet: format!("{region}样例报"),
            paragraphs,
        }
    }

    fn sentence(&mut self, text: &mut String) {
        let clauses = 2 + self.random.below(3);
        for clause in 0..clauses {
            let count = 5 + self.random.below(8);
            self.words(count, text);
            match self.random.part() {
                ..0.12 => _ = write!(text, "{}年", 2015 + self.random.below(15)),
                ..0.2 => {
                    _ = write!(
                        text,
                        "{}.{}亿元",
                        self.random.below(500),
                        self.random.below(10)
                    )
                }
                ..0.25 => _ = write!(text, "{}%", self.random.below(100)),
                ..0.3 => text.push_str(self.random.of(LATIN)),
                ..0.34 => {
                    text.push('《');
                    self.words(3, text);
                    text.push('》');
                }
                _ => {}
            }
            text.push(match (clause + 1 == clauses, self.random.part()) {
                (true, _) => '。',
                (false, ..0.3) => '、',
                (false, _) => '，',
            });
        }
    }

    fn words(&mut self, count: usize, text: &mut String) {
        let mut word = usize::MAX;
        for _ in 0..count {
            let part = if word != usize::MAX && self.random.part() < FAVOURED {
                // One of this word's favourites, the first ones most often.
                let number = (self.random.part().powi(2) * 6.0) as u64;
                let seed = (word as u64) << 8 | number;
                as_part(mixed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
            } else {
                self.random.part()
            };
            let next = self.word(part);
            // No word stands twice in a row.
            word = next + usize::from(next == word);
            text.push_str(&self.words[word]);
        }
    }

    /// The word at a part of the whole distribution.
    fn word(&self, part: f64) -> usize {
        self.sums
            .partition_point(|&sum| sum < part)
            .min(self.words.len() - 2)
    }
}

/// The 3,755 commonest characters, shuffled: level 1 of GB 2312.
fn characters(random: &mut Random) -> Vec<char> {
    let mut bytes = Vec::new();
    for row in 0xB0..=0xD7_u8 {
        (0xA1..=if row == 0xD7 { 0xF9 } else { 0xFE_u8 })
            .for_each(|cell| bytes.extend([row, cell]));
    }
    let (text, _, _) = encoding_rs::GBK.decode(&bytes);
    let mut characters: Vec<char> = text.chars().collect();
    for at in (1..characters.len()).rev() {
        characters.swap(at, random.below(at + 1));
    }
    characters
}

fn cewen_lexicon() -> impl Iterator<Item = &'static str> {
    include_str!("../../src/analysis/lexicon.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
}
