//! Whole pages, in invented words, in the shapes that scraping leaves behind.

use super::{Article, BlockKind, DatePrecision, RegionRole};
use crate::corpus::parse;

/// A page as a scraper saves it: site name, lead cut short, the headline
/// again, byline, notes, and the teaser of the next article.
const PAGE: &str = "\
甲地: 建设算力创新高地

某某汇官网

导读:编者按:算力需求快速增长推动了新一轮园区建设热潮,各地正摩拳擦掌。 《江城周刊》率先聚焦武汉和瞄准打造...

编者按:算力需求快速增长推动了新一轮园区建设热潮,各地正摩拳擦掌。

《江城周刊》率先聚焦武汉和瞄准打造样板的长沙。

甲地:  建设算力创新高地

《江城周刊》 记者 林一|武汉报道

算力建设如火如荼,武汉是这场浪潮的引领者之一,当地企业反应很快。

2023年5月30日,武汉发布《武汉市促进算力发展的若干措施》,支持企业申领算力券,期限三年。

武汉具备产业发展优势

发展算力的重要性毋庸多言。武汉市一位负责人在论坛致辞中表示,平台已经接入二十家企业。

武汉为何如此优异?

专家表示,首先,武汉拥有众多高校。其次,园区配套完善。最后,政策兑现很快,企业不必多跑。

磨合只是开始。未来的平台必须足够中立,不能侵入每个垂直领域,这一点业内已有共识。

(本文刊发于《江城周刊》2024年第14期)

甲地:  建设算力创新高地

本文来源: 互联网 文章作者: 张三
    下一篇

导读:中新社福州9月12日电 题:产业如何走稳? 中新社记者 王二 论坛期间,产业如何走稳等";

fn page(text: &str) -> Article {
    let parsed = parse("甲.txt", text.as_bytes());
    assert_eq!(parsed.problems, []);
    parsed.articles.into_iter().next().expect("one article")
}

fn texts(article: &Article, kind: BlockKind) -> Vec<&str> {
    article
        .blocks
        .iter()
        .filter(|b| b.kind == kind)
        .map(|b| b.text.as_str())
        .collect()
}

#[test]
fn a_scraped_page_is_taken_apart() {
    let article = page(&PAGE.replace("甲地", "武汉"));
    assert_eq!(article.title, "武汉: 建设算力创新高地");
    let furniture = texts(&article, BlockKind::Furniture);
    for opening in [
        "某某汇官网",
        "导读:编者按",
        "武汉:  建设",
        "《江城周刊》 记者",
        "(本文刊发于",
        "本文来源",
        "下一篇",
        "导读:中新社",
    ] {
        assert!(
            furniture.iter().any(|text| text.starts_with(opening)),
            "{opening}: {furniture:?}"
        );
    }
    assert_eq!(furniture.len(), 9);
    assert_eq!(
        texts(&article, BlockKind::Heading),
        ["武汉具备产业发展优势", "武汉为何如此优异?"]
    );
    let body = texts(&article, BlockKind::Paragraph);
    assert_eq!(body.len(), 7);
    assert!(body[0].starts_with("编者按"));
    assert!(body[6].starts_with("磨合只是开始"));
}

#[test]
fn a_scraped_page_gives_its_facts_with_evidence() {
    let article = page(&PAGE.replace("甲地", "武汉"));
    let date = article.date.expect("a date");
    assert_eq!(
        (date.iso.as_str(), date.precision),
        ("2024", DatePrecision::Issue)
    );
    assert_eq!(date.evidence, "2024年第14期");
    let outlet = article.outlet.expect("an outlet");
    assert_eq!(outlet.value, "江城周刊");
    let author = article.author.expect("an author");
    assert_eq!(
        author.value, "林一",
        "the name in the page's trailer must not win"
    );
    let about: Vec<&str> = article
        .regions
        .iter()
        .filter(|r| r.role == RegionRole::About)
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(about, ["武汉"]);
    let from = article
        .regions
        .iter()
        .find(|r| r.role == RegionRole::From)
        .expect("a place");
    assert_eq!(
        (from.name.as_str(), from.evidence.as_str()),
        ("武汉", "武汉报道")
    );
    assert_eq!(
        article.citations[0].title.as_deref(),
        Some("武汉市促进算力发展的若干措施")
    );
}

#[test]
fn every_line_is_kept_in_its_place() {
    let article = page(PAGE);
    for block in &article.blocks {
        let line = block.place.line.expect("a line") as usize;
        let source = PAGE.lines().nth(line - 1).expect("a line of the file");
        assert_eq!(source.trim(), block.text);
    }
    let lines = PAGE.lines().filter(|line| !line.trim().is_empty()).count();
    assert_eq!(
        article.blocks.len() + 1,
        lines,
        "all lines but the headline"
    );
}

#[test]
fn a_plain_article_keeps_every_line() {
    let text = "武汉发放算力券\n\n武汉市昨日宣布发放算力券，企业可以按月申领，最高抵扣一半费用。\n\n谁能申领\n\n在本市注册的企业都能申领，注册满一年的优先，高校另有名额。\n\n怎么申领\n\n网上申请即可，三日内答复，不收任何费用，也不必到窗口去。\n\n下一步，平台将向高校开放。";
    let article = page(text);
    assert_eq!(article.title, "武汉发放算力券");
    assert_eq!(texts(&article, BlockKind::Furniture), Vec::<&str>::new());
    assert_eq!(
        texts(&article, BlockKind::Heading),
        ["谁能申领", "怎么申领"]
    );
    assert_eq!(texts(&article, BlockKind::Paragraph).len(), 4);
    assert_eq!(article.date, None, "no date is made up");
}

#[test]
fn credits_above_and_below_the_body_are_furniture_and_used() {
    let text = "首页 > 要闻 > 正文\n武汉发放算力券\n2024-05-30 08:15　来源：江城网　作者：林一\n【字体：大 中 小】\n武汉市昨日宣布发放算力券，企业可以按月申领，最高抵扣一半费用。\n“太好了。”一位负责人说。\n责任编辑：王二\n【打印】【关闭】\n相关阅读：\n长沙也发券了\n株洲跟进\n版权声明：本站内容不得转载。";
    let article = page(text);
    assert_eq!(article.title, "武汉发放算力券");
    assert_eq!(texts(&article, BlockKind::Paragraph).len(), 2);
    assert_eq!(article.date.map(|d| d.iso).as_deref(), Some("2024-05-30"));
    assert_eq!(article.outlet.map(|o| o.value).as_deref(), Some("江城网"));
    assert_eq!(article.author.map(|a| a.value).as_deref(), Some("林一"));
}

#[test]
fn a_date_that_the_body_mentions_is_not_the_publication_date() {
    let article = page(
        "武汉发放算力券\n2023年5月30日，武汉市宣布发放算力券，企业可以按月申领。\n2024年将扩容。",
    );
    assert_eq!(article.date, None);
}

#[test]
fn a_dateline_is_completed_by_the_year_of_the_folder() {
    let text =
        "产业如何走稳\n中新社福州9月12日电 (记者 林一)论坛昨日在福州举行，与会专家畅谈产业发展。";
    let parsed = parse("福建/2023/甲.txt", text.as_bytes());
    let article = &parsed.articles[0];
    assert_eq!(
        article.date.as_ref().map(|d| d.iso.as_str()),
        Some("2023-09-12")
    );
    assert_eq!(
        article.outlet.as_ref().map(|o| o.value.as_str()),
        Some("中新社")
    );
    assert_eq!(
        article.author.as_ref().map(|a| a.value.as_str()),
        Some("林一")
    );
}

#[test]
fn a_long_first_line_is_a_paragraph_and_no_headline() {
    let article = page(
        "武汉市昨日宣布发放算力券，企业可以按月申领。名额共一千个，先到先得，用完为止，明年再议。\n第二段也不长。",
    );
    assert_eq!(article.title, "");
    assert_eq!(article.blocks.len(), 2);
}

#[test]
fn a_document_signed_in_chinese_numerals_is_dated() {
    let text = "武汉市算力券管理办法\n（征求意见稿）\n第一条 为了促进算力发展，根据有关规定，结合本市实际，制定本办法。\n第二条 本办法自发布之日起施行。\n武汉市人民政府\n二〇二四年五月三十日";
    let article = page(text);
    assert_eq!(
        article.date.as_ref().map(|d| d.iso.clone()).as_deref(),
        Some("2024-05-30")
    );
    assert!(
        texts(&article, BlockKind::Furniture).is_empty(),
        "a signature is body"
    );
}

#[test]
fn a_teaser_is_furniture_without_a_mark_before_it() {
    let body = "武汉市昨日宣布发放算力券，企业可以按月申领，最高抵扣一半费用，三年有效。";
    let text = format!(
        "武汉发放算力券\n{body}\n{body}\n文章来源：江城网\n导读:某社福州消息 题:产业如何走稳? 论坛期间,如何走稳等"
    );
    let article = page(&text);
    assert_eq!(texts(&article, BlockKind::Furniture).len(), 2);
    assert_eq!(article.outlet.map(|o| o.value).as_deref(), Some("江城网"));
}

#[test]
fn a_lead_that_is_whole_and_not_repeated_is_body() {
    let article = page(
        "武汉发放算力券\n导读：武汉成为首批发券城市，企业反响热烈。\n武汉市昨日宣布发放算力券，企业可以按月申领，最高抵扣一半费用。",
    );
    assert_eq!(texts(&article, BlockKind::Furniture), Vec::<&str>::new());
}

#[test]
fn a_notice_signed_above_its_attachment_is_dated() {
    let text = "关于印发算力券管理办法的通知\n各区人民政府：\n办法已经市政府同意，现印发给你们，请认真贯彻执行。\n武汉市人民政府办公厅\n2024年5月30日\n第一章 总则\n第一条 为了促进算力发展，根据有关规定，结合本市实际，制定本办法，2023年的旧办法废止。";
    let article = page(text);
    assert_eq!(
        article.date.as_ref().map(|d| d.iso.as_str()),
        Some("2024-05-30")
    );
    assert!(texts(&article, BlockKind::Furniture).is_empty());
}
