//! What a source says of an article in so many words: fields of JSON, front
//! matter, table columns, meta elements.

use super::shape::words;

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The field as the source names it.
    pub(crate) key: String,
    /// Its value as written.
    pub(crate) value: String,
}

/// The facts that a source states of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Its id.
    pub(crate) id: Option<Fact>,
    /// Its headline.
    pub(crate) title: Option<Fact>,
    /// Its text, in structured input.
    pub(crate) text: Option<Fact>,
    /// When it was published.
    pub(crate) date: Option<Fact>,
    /// Who published it.
    pub(crate) outlet: Option<Fact>,
    /// Who wrote it.
    pub(crate) author: Option<Fact>,
    /// Where it stood on the web.
    pub(crate) url: Option<Fact>,
    /// Which region it is about.
    pub(crate) region: Option<Fact>,
}

/// The names of fields, most telling first: if a source has several of one
/// kind, the first of these wins.
const ID: &str = "\
    id _id docid doc_id article_id 编号 序号";
const TITLE: &str = "\
    title 标题 headline 题目 题名 文章标题 新闻标题 articletitle name 名称";
const TEXT: &str = "\
    text content body 正文 内容 全文 文章内容 新闻内容 article articlebody content_text maintext \
    文本";
const DATE: &str = "\
    date publish_date published pubdate publishdate date_published datepublished publish_time \
    publishtime pub_date pub_time pubtime published_at time datetime 日期 发布日期 发布时间 \
    发表日期 发表时间 发文日期 印发日期 成文日期 时间 created created_at timestamp";
const OUTLET: &str = "\
    outlet source 来源 媒体 稿源 信息来源 文章来源 publisher contentsource 发布机构 发文机关 \
    media site site_name sitename 报纸";
const AUTHOR: &str = "\
    author authors 作者 记者 byline 撰文 creator";
const URL: &str = "\
    url link 链接 网址 原文链接 source_url href permalink 地址 canonical";
const REGION: &str = "\
    region 地区 省份 regions province city 区域 城市 area location 地域";

impl Stated {
    /// Sorts fields by what they state. Empty values state nothing.
    pub(crate) fn from_fields(fields: Vec<(String, String)>) -> Self {
        let telling: Vec<(String, &(String, String))> = fields
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|field| (plain(&field.0), field))
            .collect();
        let find = |names| {
            words(names).find_map(|name| {
                let named = telling
                    .iter()
                    .find(|(plain, _)| plain.eq_ignore_ascii_case(name));
                named.map(|(_, (key, value))| Fact {
                    key: key.clone(),
                    value: value.clone(),
                })
            })
        };
        Stated {
            id: find(ID),
            title: find(TITLE),
            text: find(TEXT),
            date: find(DATE),
            outlet: find(OUTLET),
            author: find(AUTHOR),
            url: find(URL),
            region: find(REGION),
        }
    }

    /// Says whether a field of this name states anything.
    pub(crate) fn is_field(key: &str) -> bool {
        let key = plain(key);
        [ID, TITLE, TEXT, DATE, OUTLET, AUTHOR, URL, REGION]
            .into_iter()
            .flat_map(words)
            .any(|name| key.eq_ignore_ascii_case(name))
    }

    /// Says whether a field of this name holds a text or headline.
    pub(crate) fn is_article_field(key: &str) -> bool {
        let key = plain(key);
        words(TITLE)
            .chain(words(TEXT))
            .any(|name| key.eq_ignore_ascii_case(name))
    }
}

/// The name of a field as it is compared, case aside: without the spaces and
/// colons around it, with one mark for spaces and hyphens inside.
fn plain(key: &str) -> String {
    let key = key.trim().trim_end_matches([':', '：']);
    key.replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_by_english_and_chinese_names() {
        let fields = [
            ("标题", "甲"),
            ("正文", "乙"),
            ("Publish-Date", "2024"),
            ("source", ""),
            ("来源", "丙报"),
        ];
        let stated = Stated::from_fields(fields.map(|(k, v)| (k.into(), v.into())).into());
        assert_eq!(stated.title.map(|f| f.value).as_deref(), Some("甲"));
        assert_eq!(stated.text.map(|f| f.value).as_deref(), Some("乙"));
        assert_eq!(stated.date.map(|f| f.key).as_deref(), Some("Publish-Date"));
        assert_eq!(stated.outlet.map(|f| f.value).as_deref(), Some("丙报"));
        assert_eq!(stated.id, None);
    }
}
