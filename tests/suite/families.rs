//! Families: reprints are found, notices on one template are not, and the
//! order of updates makes no difference.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use cewen::article::Article;
use cewen::{Searcher, UpdateOptions};

use crate::reading::data;
use crate::reprints::{Dice, article, reprint, traditional};
use crate::support::Numbers;

/// The families of an index, as sets of ids.
fn families(dir: &Path) -> BTreeSet<BTreeSet<String>> {
    let searcher = Searcher::open(dir).expect("opened");
    let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for article in searcher.articles() {
        let article = article.expect("read");
        families
            .entry(article.family)
            .or_default()
            .insert(article.id);
    }
    families
        .into_values()
        .filter(|members| members.len() > 1)
        .collect()
}

fn indexed(articles: &[Article]) -> BTreeSet<BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    cewen::add(folder.path(), "测试", articles.to_vec()).expect("added");
    families(folder.path())
}

/// The bodies of the sample articles, reprints left out.
fn samples() -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let options = UpdateOptions {
        add: vec![corpus],
        ..UpdateOptions::default()
    };
    cewen::update(folder.path(), &options, &mut |_| ()).expect("indexed");
    let searcher = Searcher::open(folder.path()).expect("opened");
    let found = searcher.articles().map(|found| found.expect("read"));
    // The samples hold reprints of their own.
    let first = found.filter(|article| article.family == article.id);
    let whole = first.map(|article| {
        let text = searcher.article(&article.id).expect("there").text;
        (article.id, text)
    });
    whole
        .filter(|(_, text)| text.chars().count() > 150)
        .collect()
}

#[test]
fn made_up_reprints_of_the_sample_articles_are_found_and_nothing_else() {
    let samples = samples();
    let mut dice = Dice::new(7);
    let mut articles = Vec::new();
    for (number, (id, text)) in samples.iter().enumerate() {
        articles.push(article(&format!("{id}/0"), "原题", text));
        for copy in 1..4 {
            let local = &samples[(number * 7 + copy * 13 + 1) % samples.len()].1;
            let made = reprint(text, local, &mut dice);
            articles.push(article(
                &format!("{id}/{copy}"),
                &format!("改题{copy}"),
                &made,
            ));
        }
    }
    let (mut found, mut right) = (0, 0);
    let original = |id: &str| id.split_once('/').map(|(id, _)| id.to_owned());
    for family in indexed(&articles) {
        let members: Vec<&String> = family.iter().collect();
        for (at, one) in members.iter().enumerate() {
            for other in &members[..at] {
                found += 1;
                right += usize::from(original(one) == original(other));
            }
        }
    }
    let all = samples.len() * 6;
    assert!(right * 100 >= all * 95, "{right} of {all} pairs found");
    assert!(right * 100 >= found * 99, "{right} of {found} pairs right");
}

/// Reprints made otherwise than those that the limits were set on: sentences
/// taken out here and there instead of a stretch, an editor's note before and a
/// local paragraph behind instead of another article's sentences, the dateline
/// changed, half in Traditional characters.
fn reworked(text: &str, numbers: &mut Numbers) -> String {
    let mut sentences: Vec<String> = text
        .split_inclusive(['。', '！', '？', '\n'])
        .map(str::to_owned)
        .collect();
    let all = text.chars().count();
    let share = all * (10 + numbers.below(20)) / 100;
    let kind = numbers.below(3);
    if kind != 1 {
        let mut cut = 0;
        while cut < share && sentences.len() > 2 {
            let at = numbers.below(sentences.len());
            let chars = sentences[at].chars().count();
            if (cut + chars) * 100 > all * 30 {
                break;
            }
            cut += chars;
            sentences.remove(at);
        }
    }
    if kind != 0 {
        let mut added = 0;
        let mut note = String::new();
        while added < share {
            let (place, month) = (numbers.below(40), 1 + numbers.below(12));
            let sentence = format!(
                "本地第{place}区有关负责人{month}月告诉记者，当地将结合实际抓好落实，惠及{}家单位。",
                100 + numbers.below(900)
            );
            added += sentence.chars().count();
            note.push_str(&sentence);
        }
        let at = match numbers.below(2) {
            0 => 0,
            _ => sentences.len(),
        };
        sentences.insert(at, format!("\n{note}\n"));
    }
    let text = sentences.concat().replace("本台消息", "综合消息");
    match numbers.below(2) {
        0 => traditional(&text),
        _ => text,
    }
}

/// Texts of television news and of articles on AI policy: of the first mostly
/// those in the formulas of ceremony, which are no reprints of each other.
fn foreign() -> Option<Vec<String>> {
    const CEREMONIES: [&str; 10] = [
        "会见",
        "贺电",
        "会谈",
        "致信",
        "通电话",
        "任免",
        "唁电",
        "考察",
        "会晤",
        "慰问",
    ];
    let texts = |name: &str, most: usize, is_wanted: fn(&str) -> bool| -> Option<Vec<String>> {
        let corpus = std::fs::read_to_string(data(name)?.join("corpus.jsonl")).ok()?;
        let rows = corpus.lines().filter_map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).ok()?;
            let text = row["text"].as_str()?.to_owned();
            let is_long = (150..1_500).contains(&text.chars().count());
            let opening: String = text.chars().take(80).collect();
            (is_long && is_wanted(&opening)).then_some(text)
        });
        let all: Vec<String> = rows.collect();
        let step = (all.len() / most).max(1);
        Some(all.into_iter().step_by(step).take(most).collect())
    };
    let mut all = texts("xwlb", 260, |opening| {
        CEREMONIES.iter().any(|word| opening.contains(word))
    })?;
    all.extend(texts("xwlb", 60, |_| true)?);
    all.extend(texts("ai_policy", 80, |_| true)?);
    Some(all)
}

#[test]
fn reprints_made_otherwise_of_real_news_are_found_and_no_two_ceremonies_joined() {
    let Some(texts) = foreign() else {
        return;
    };
    let id = |number: usize, copy: usize| format!("{number}/{copy}");
    let of = |id: &str| id.split('/').next().map(str::to_owned);
    // One of each real family, so that no two originals are one text.
    let originals: Vec<Article> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| article(&id(number, 0), "原题", text))
        .collect();
    let copies: BTreeSet<String> = indexed(&originals)
        .into_iter()
        .flat_map(|family| family.into_iter().skip(1))
        .collect();
    let mut numbers = Numbers::new(20_261_127);
    let mut articles = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        if copies.contains(&id(number, 0)) {
            continue;
        }
        articles.push(article(&id(number, 0), "原题", text));
        for copy in 1..3 {
            let made = reworked(text, &mut numbers);
            articles.push(article(&id(number, copy), &format!("又题{copy}"), &made));
        }
    }
    let (mut found, mut right) = (0, 0);
    for family in indexed(&articles) {
        let members: Vec<&String> = family.iter().collect();
        for (at, one) in members.iter().enumerate() {
            for other in &members[..at] {
                found += 1;
                right += usize::from(of(one) == of(other));
            }
        }
    }
    let all = articles.len();
    let report = format!(
        "{} articles, {right} of {all} pairs found, {right} of {found} right",
        articles.len()
    );
    // Shown with `cargo test families -- --nocapture`.
    let _ = writeln!(std::io::stderr(), "{report}");
    assert!(right * 100 >= all * 95, "{report}");
    assert!(right * 100 >= found * 99, "{report}");
}

#[test]
fn notices_on_one_template_are_no_family() {
    let families = indexed(&templates());
    assert!(families.is_empty(), "{families:?}");
}

#[test]
fn script_width_and_marks_change_nothing() {
    let text = "甲市今天发放首批“算力券”，中小企业可以申领3,000元。每家企业最高可得200万元，用于租用智能算力。";
    let other = traditional(text)
        .replace('“', "「")
        .replace('”', "」")
        .replace("200", "２００");
    let families = indexed(&[article("甲", "原题", text), article("乙", "改題", &other)]);
    assert_eq!(families.len(), 1);
}

/// Growing, changing and shrinking an index article by article gives the same
/// families as building it at once.
#[test]
fn families_do_not_depend_on_the_order_of_updates() {
    let samples = samples();
    for seed in 1..5 {
        let mut dice = Dice::new(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let (root, dir) = (folder.path().join("新闻"), folder.path().join("index"));
        std::fs::create_dir(&root).expect("created");
        let options = |add: &[&Path]| UpdateOptions {
            add: add.iter().map(|path| path.to_path_buf()).collect(),
            ..UpdateOptions::default()
        };
        std::fs::write(root.join("始.txt"), "开始\n\n文件夹不能是空的。").expect("written");
        cewen::update(&dir, &options(&[&root]), &mut |_| ()).expect("built");
        for step in 0..12 {
            for _ in 0..1 + dice.below(3) {
                let number = dice.below(4);
                let name = format!("{number}-{}.txt", dice.below(4));
                let text = match dice.below(4) {
                    0 => {
                        let _ = std::fs::remove_file(root.join(&name));
                        continue;
                    }
                    1 => templates()[number]
                        .blocks
                        .iter()
                        .map(|block| block.text.clone() + "\n")
                        .collect(),
                    2 => samples[number].1.clone(),
                    _ => reprint(&samples[number].1, &samples[20].1, &mut dice),
                };
                std::fs::write(root.join(&name), format!("题目{step}\n\n{text}")).expect("written");
            }
            cewen::update(&dir, &options(&[]), &mut |_| ()).expect("updated");
        }
        let fresh = folder.path().join("anew");
        cewen::update(&fresh, &options(&[&root]), &mut |_| ()).expect("built");
        assert_eq!(families(&dir), families(&fresh), "seed {seed}");
    }
}

#[test]
fn damage_to_the_families_is_found_by_verify_and_stops_no_search() {
    let text =
        "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用智能算力。";
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path();
    let articles = vec![article("甲", "原题", text), article("乙", "改题", text)];
    cewen::add(dir, "测试", articles).expect("added");
    let sound = cewen::verify(dir).expect("checked");
    assert!(sound.damages.is_empty(), "{:?}", sound.damages);
    let generation = std::fs::read_dir(dir).expect("read").flatten();
    let files = generation.filter_map(|entry| std::fs::read_dir(entry.path()).ok());
    let file = files
        .flat_map(|files| files.flatten())
        .map(|file| file.path())
        .find(|path| path.to_string_lossy().contains("families-"))
        .expect("a file of families");
    let mut bytes = std::fs::read(&file).expect("read");
    bytes[10] ^= 1;
    std::fs::write(&file, bytes).expect("written");
    assert!(!cewen::verify(dir).expect("checked").damages.is_empty());
    let searcher = Searcher::open(dir).expect("opened");
    let found = searcher.search(
        &cewen::Query::exact("算力券"),
        &cewen::SearchOptions::default(),
    );
    assert_eq!(found.expect("searched").hits.len(), 2);
}

#[test]
fn the_earliest_is_first_and_a_year_alone_is_not_january() {
    let text =
        "甲市今天发放首批算力券，中小企业可以申领。每家企业最高可得二百万元，用于租用智能算力。";
    let folder = tempfile::tempdir().expect("a folder");
    let (root, dir) = (folder.path().join("新闻"), folder.path().join("index"));
    for (name, date) in [
        ("甲", "2024"),
        ("乙", "2024-05-02"),
        ("丙", "2024-05-01"),
        ("丁", "2023-12"),
    ] {
        crate::support::write(
            &root.join(format!("{name}.md")),
            format!("---\ntitle: {name}报\ndate: {date}\n---\n\n{text}\n"),
        );
    }
    let options = UpdateOptions {
        add: vec![root],
        ..UpdateOptions::default()
    };
    cewen::update(&dir, &options, &mut |_| ()).expect("built");
    let searcher = Searcher::open(&dir).expect("opened");
    let any = searcher.articles().next().expect("one").expect("read");
    let family = searcher.family(&any.id).expect("there");
    let titles: Vec<&str> = family
        .members
        .iter()
        .map(|member| member.title.as_str())
        .collect();
    assert_eq!(titles, ["丁报", "丙报", "乙报", "甲报"]);
    assert!(family.members.iter().all(|member| member.similarity == 1.0));
    assert_eq!(family.members[family.asked].id, any.id);
}

/// Notices that say the same of other people, places and days: no two of them
/// are reprints of one text.
fn templates() -> Vec<Article> {
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
