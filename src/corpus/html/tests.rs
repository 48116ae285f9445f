//! Whole pages, in invented words, as news and government sites publish them.

use crate::article::{Article, BlockKind};
use crate::corpus::{Parsed, parse};
use encoding_rs::{BIG5, GB18030};

/// Body paragraphs of an invented article.
const BODY: &str = "<p>　　甲市昨日印发算力券办法，企业可以按月申领，最高抵扣一半费用，三年有效。</p>\
<p>&nbsp;&nbsp;&nbsp;&nbsp;办法明确，在本市注册的企业都能申领，注册满一年的优先，高校另有名额。</p>\
<p>下一步，甲市将把算力券发放到更多的园区，并建立统一的算力调度平台，供企业查询。</p>";

fn page(head: &str, before: &str, body: &str, after: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head>{head}<script>var a='<p>不是正文的脚本文字在这里</p>'</script></head>\n\
         <body><div class='nav'><a href='/'>首页</a> | <a href='/a'>要闻</a></div>\n{before}\n{body}\n{after}\n\
         <div class='footer'>版权所有 网站地图 ICP备案号</div></body></html>"
    )
}

fn read(text: &str) -> Parsed {
    parse("甲.html", text.as_bytes())
}

fn one(text: &str) -> Article {
    let parsed = read(text);
    assert_eq!(parsed.problems, []);
    parsed.articles.into_iter().next().expect("one article")
}

fn texts(article: &Article, kind: BlockKind) -> Vec<&str> {
    let of_kind = article.blocks.iter().filter(|b| b.kind == kind);
    of_kind.map(|b| b.text.as_str()).collect()
}

#[test]
fn a_government_page_gives_its_article_and_what_its_meta_elements_say() {
    let article = one(&page(
        "<title>甲市印发算力券办法_甲市人民政府</title><meta name='ArticleTitle' content='甲市印发算力券办法'>\
         <meta name='PubDate' content='2024-05-30 08:15'><meta name='ContentSource' content='甲报'>\
         <meta name='SiteName' content='甲市人民政府'>",
        "<h1>甲市印发算力券办法</h1><div>发布日期：2024-05-30 浏览次数：12</div>",
        &format!("<div class='TRS_Editor'>{BODY}</div>"),
        "<div>责任编辑：林一</div><div class='rel'><h3>相关阅读</h3><ul><li><a href='#'>乙市也发算力券了</a></ul></div>",
    ));
    assert_eq!(article.title, "甲市印发算力券办法");
    assert_eq!(texts(&article, BlockKind::Paragraph).len(), 3);
    assert!(texts(&article, BlockKind::Paragraph)[0].starts_with("甲市昨日"));
    assert_eq!(
        article.date.as_ref().map(|d| d.evidence.as_str()),
        Some("PubDate")
    );
    assert_eq!(
        article.outlet.as_ref().map(|o| o.value.as_str()),
        Some("甲报")
    );
    let furniture = texts(&article, BlockKind::Furniture).join("\n");
    for kept in [
        "首页",
        "责任编辑：林一",
        "相关阅读",
        "乙市也发算力券了",
        "版权所有",
    ] {
        assert!(furniture.contains(kept), "{kept} is lost: {furniture}");
    }
    assert!(!furniture.contains("脚本文字"));
    assert_eq!(article.blocks[0].place.line, Some(2));
}

#[test]
fn a_news_page_without_known_containers_is_read_too() {
    let article = one(&page(
        "<title>甲市发放算力券 企业叫好-要闻-甲城网</title>",
        "<h2>甲市发放算力券 企业叫好</h2><p>2024年05月30日 08:15 　来源：<a href='#'>甲城网</a></p>",
        &format!("<div class='x1'>{BODY}</div>"),
        "<div class='comment'>网友甲：说得太好了，支持一下，希望我们这里也能发放，等不及了。</div>",
    ));
    assert_eq!(article.title, "甲市发放算力券 企业叫好");
    assert_eq!(
        texts(&article, BlockKind::Paragraph).len(),
        3,
        "{article:?}"
    );
    assert_eq!(
        article.date.as_ref().map(|d| d.iso.as_str()),
        Some("2024-05-30")
    );
    assert_eq!(
        article.outlet.as_ref().map(|o| o.value.as_str()),
        Some("甲城网")
    );
}

#[test]
fn tables_of_notices_keep_their_text_a_row_a_line() {
    let table = "<table><tr><th>区</th><th>名额</th></tr><tr><td><p>东区</p></td><td><p>一百个</p></td></tr></table>";
    let article = one(&page(
        "<title>算力券名额分配</title>",
        "",
        &format!("<div id='zoom'>{BODY}{table}{BODY}</div>"),
        "",
    ));
    let body = texts(&article, BlockKind::Paragraph).join("\n")
        + &texts(&article, BlockKind::Heading).join("\n");
    assert!(body.contains("东区 一百个"), "{body}");
}

#[test]
fn a_wrong_or_missing_charset_does_not_harm() {
    let gbk = page("<title>甲市发放算力券</title>", "", BODY, "");
    for text in [
        gbk.clone(),
        gbk.replace("<title>", "<meta charset=utf-8><title>"),
    ] {
        let parsed = parse("甲.html", &GB18030.encode(&text).0);
        assert_eq!(
            (parsed.encoding.as_str(), parsed.problems.len()),
            ("gb18030", 0)
        );
        assert_eq!(parsed.articles[0].title, "甲市发放算力券");
    }
    let utf8 = gbk.replace("<title>", "<meta charset=gb2312><title>");
    assert_eq!(read(&utf8).encoding, "utf-8");
    let traditional = "<meta charset=gb2312><title>甲市發放算力券</title><p>甲市昨日宣布，企業可以申領算力券，為期三年，這是該市首次發放，企業反應很快。</p>";
    let parsed = parse("甲.html", &BIG5.encode(traditional).0);
    assert_eq!(parsed.encoding, "big5");
}

#[test]
fn a_page_of_links_is_a_list_and_a_page_without_text_is_named() {
    let links: String = (0..40)
        .map(|i| format!("<li><a href='/{i}'>某市发布第{i}号关于算力券的通知</a> 2024-05-30</li>"))
        .collect();
    let parsed = read(&page(
        "<title>通知公告</title>",
        "",
        &format!("<ul>{links}</ul>"),
        "",
    ));
    assert!(parsed.articles.is_empty());
    assert_eq!(
        parsed.problems[0].message,
        "a list of links, not an article"
    );
    let parsed = read("<html><body><div id=app></div><script src=a.js></script></body></html>");
    assert_eq!(
        parsed.problems[0].message,
        "the page has no text of its own"
    );
}

#[test]
fn deep_and_large_pages_are_read_without_a_tree_and_quickly() {
    let deep = format!("{}{BODY}", "<div>".repeat(100_000));
    let large = BODY.repeat(super::MAX_BYTES / BODY.len() + 1);
    for text in [deep, large] {
        let parsed = read(&text);
        assert!(
            parsed.problems[0]
                .message
                .contains("too large or too deeply nested")
        );
        let kept = parsed.articles[0].blocks.iter();
        assert!(
            kept.into_iter()
                .any(|b| b.text.contains("统一的算力调度平台"))
        );
    }
}
