//! Made-up reprints of given articles, and notices on one template. Also used
//! by the example `families`.

use std::collections::HashMap;
use std::sync::OnceLock;

use cewen::analysis::fold;
use cewen::article::{Article, Block, BlockKind, Place};

/// A small generator of numbers: the same on every run and machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// An article of paragraphs.
pub(crate) fn article(id: &str, title: &str, text: &str) -> Article {
    let block = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        place: Place::default(),
    };
    Article {
        given_id: Some(id.to_owned()),
        title: title.to_owned(),
        blocks: text.lines().map(block).collect(),
        ..Article::default()
    }
}

/// A reprint of `text`: 10 to 30 % cut away from the end, the beginning or the
/// middle, 10 to 30 % of `local` put in, another script, or several of these.
pub(crate) fn reprint(text: &str, local: &str, dice: &mut Dice) -> String {
    let kind = dice.below(5);
    let mut sentences = sentences(text);
    if kind != 1 {
        cut(&mut sentences, dice);
    }
    if kind == 1 || kind >= 3 {
        add(&mut sentences, local, text.chars().count(), dice);
    }
    let text = sentences.concat();
    if dice.below(2) == 0 {
        traditional(&text)
    } else {
        text
    }
}

fn sentences(text: &str) -> Vec<String> {
    let parts = text.split_inclusive(['。', '！', '？', '；', '\n']);
    parts.map(str::to_owned).collect()
}

fn length(sentences: &[String]) -> usize {
    sentences
        .iter()
        .map(|sentence| sentence.chars().count())
        .sum()
}

/// Takes whole sentences away while they are within 30 %.
fn cut(sentences: &mut Vec<String>, dice: &mut Dice) {
    let all = length(sentences);
    let wanted = all * (10 + dice.below(21)) / 100;
    let place = dice.below(3);
    let mut gone = 0;
    while sentences.len() > 1 {
        let at = match place {
            0 => sentences.len() - 1,
            1 => 0,
            _ => sentences.len() / 2,
        };
        gone += sentences[at].chars().count();
        if gone * 100 > all * 30 || (gone > wanted && place != 2) {
            return;
        }
        sentences.remove(at);
    }
}

/// Puts a paragraph of sentences of another text in.
fn add(sentences: &mut Vec<String>, local: &str, all: usize, dice: &mut Dice) {
    let wanted = all * (10 + dice.below(21)) / 100;
    let mut paragraph = String::from("\n");
    for sentence in self::sentences(local) {
        if (paragraph.chars().count() + sentence.chars().count()) * 100 > all * 30 {
            break;
        }
        paragraph.push_str(&sentence);
        if paragraph.chars().count() > wanted {
            break;
        }
    }
    paragraph.push('\n');
    let at = dice.below(sentences.len() + 1);
    sentences.insert(at, paragraph);
}

/// Every character in a Traditional form that folds to it, where there is one.
pub(crate) fn traditional(text: &str) -> String {
    static FORMS: OnceLock<HashMap<char, char>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        ('\u{4E00}'..='\u{9FFF}')
            .filter(|&form| fold(form) != form)
            .map(|form| (fold(form), form))
            .collect()
    });
    text.chars()
        .map(|c| forms.get(&c).copied().unwrap_or(c))
        .collect()
}

/// Notices that say the same of other people, places and days: no two of them
/// are reprints of one text.
pub(crate) fn templates() -> Vec<Article> {
    let places = [
        "杭州", "宁波", "温州", "嘉兴", "湖州", "绍兴", "金华", "台州",
    ];
    let people = [
        "王明",
        "李建国",
        "张红",
        "刘志强",
        "陈静",
        "赵立新",
        "孙伟",
        "周敏",
    ];
    let countries = [
        "法国",
        "巴西",
        "埃及",
        "泰国",
        "秘鲁",
        "匈牙利",
        "肯尼亚",
        "智利",
    ];
    let mut articles = Vec::new();
    for number in 0..places.len() {
        let (place, person, country) = (places[number], people[number], countries[number]);
        let (day, amount, years) = (3 + number, 200 + 50 * number, 40 + 5 * number);
        articles.push(article(
            &format!("通知{number}"),
            "关于做好2024年度算力券申报工作的通知",
            &format!(
                "各区（县、市）经信局，{place}市各有关单位：\n为降低企业用算成本，根据《{place}市支持人工智能产业发展若干措施》，现将2024年度算力券申报工作通知如下。\n一、申报对象。在{place}市登记注册、具有独立法人资格的企业、高校和科研机构。\n二、支持标准。按实际支付算力费用的百分之三十给予支持，单个企业每年最高{amount}万元。\n三、申报材料。包括申报表、算力服务合同、发票和付款凭证，材料应当真实、完整。\n四、申报时间。请于6月{day}日前登录平台提交，逾期不予受理。\n五、联系方式。咨询电话见附件。\n{place}市经济和信息化局\n2024年5月{day}日"
            ),
        ));
        articles.push(article(
            &format!("贺电{number}"),
            "国家主席致贺电",
            &format!(
                "国家主席5月{day}日同{country}总统互致贺电，庆祝两国建交{years}周年。\n国家主席在贺电中指出，建交{years}年来，中国同{country}关系长足发展，政治互信不断深化，各领域合作成果丰硕，给两国人民带来实实在在的利益。\n国家主席强调，我高度重视中国同{country}关系发展，愿以建交{years}周年为契机，推动两国关系迈上新台阶。\n{country}总统在贺电中表示，{country}珍视同中国的友谊，愿同中方深化合作。"
            ),
        ));
        articles.push(article(
            &format!("任免{number}"),
            "人事任免",
            &format!(
                "{place}市人民代表大会常务委员会第{day}次会议5月{day}日通过人事任免事项。\n决定任命{person}为{place}市经济和信息化局局长。\n免去{}的{place}市经济和信息化局局长职务。\n会议还审议了其他事项。会议由常委会主任主持。",
                people[(number + 3) % people.len()]
            ),
        ));
        articles.push(article(
            &format!("天气{number}"),
            "今日天气",
            &format!(
                "{place}市气象台5月{day}日发布天气预报。今天白天多云，偏南风二到三级，最高气温{}度。\n夜间晴到多云，最低气温{}度。\n明天阴有小雨，请市民出行注意携带雨具，注意交通安全。\n未来三天气温平稳，紫外线较强，外出请做好防护。",
                20 + number,
                11 + number
            ),
        ));
    }
    articles
}
