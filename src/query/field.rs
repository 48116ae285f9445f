//! The names of fields, and what a wrong name may have meant.

use super::ast::Field;

impl Field {
    /// All fields.
    pub const ALL: [Field; 12] = [
        Field::Title,
        Field::Heading,
        Field::Region,
        Field::About,
        Field::From,
        Field::Outlet,
        Field::Author,
        Field::Date,
        Field::Cites,
        Field::Wenhao,
        Field::Path,
        Field::Format,
    ];

    /// The name it is printed with.
    pub fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Heading => "heading",
            Field::Region => "region",
            Field::About => "about",
            Field::From => "from",
            Field::Outlet => "outlet",
            Field::Author => "author",
            Field::Date => "date",
            Field::Cites => "cites",
            Field::Wenhao => "wenhao",
            Field::Path => "path",
            Field::Format => "format",
        }
    }

    /// Its Chinese name.
    pub fn chinese_name(self) -> &'static str {
        match self {
            Field::Title => "标题",
            Field::Heading => "小标题",
            Field::Region => "地区",
            Field::About => "事涉",
            Field::From => "发自",
            Field::Outlet => "来源",
            Field::Author => "作者",
            Field::Date => "日期",
            Field::Cites => "引用",
            Field::Wenhao => "文号",
            Field::Path => "路径",
            Field::Format => "格式",
        }
    }

    /// Reads a field's name, in any case, Latin or Chinese.
    ///
    /// ```
    /// use cewen::query::Field;
    ///
    /// assert_eq!(Field::parse("地区"), Some(Field::Region));
    /// assert_eq!(Field::parse("Title"), Some(Field::Title));
    /// assert_eq!(Field::parse("时间"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Field> {
        if name.eq_ignore_ascii_case("source") {
            return Some(Field::Outlet);
        }
        let is_named =
            |field: &Field| name.eq_ignore_ascii_case(field.name()) || name == field.chinese_name();
        Field::ALL.into_iter().find(is_named)
    }
}

/// Words that people use for a field that is called otherwise.
const SYNONYMS: &[(&str, Field)] = &[
    ("题目", Field::Title),
    ("题名", Field::Title),
    ("省份", Field::Region),
    ("城市", Field::Region),
    ("省", Field::Region),
    ("市", Field::Region),
    ("地域", Field::Region),
    ("地方", Field::Region),
    ("关于", Field::About),
    ("报道地", Field::From),
    ("文件格式", Field::Format),
    ("媒体", Field::Outlet),
    ("出处", Field::Outlet),
    ("记者", Field::Author),
    ("时间", Field::Date),
    ("年份", Field::Date),
    ("文件", Field::Cites),
    ("发文字号", Field::Wenhao),
    ("文件名", Field::Path),
];

/// The field that an unknown name may have meant.
pub(crate) fn suggest(name: &str) -> Option<&'static str> {
    if let Some((_, field)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == name) {
        return Some(field.chinese_name());
    }
    let lower = name.to_lowercase();
    if !lower.is_ascii() || lower.len() < 4 {
        return None;
    }
    let near = Field::ALL
        .into_iter()
        .map(|field| (distance(&lower, field.name()), field.name()));
    near.filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, name)| name)
}

/// The Levenshtein distance of two short names, in bytes.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_a_wrong_one_suggests_the_nearest() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.name()), Some(field));
            assert_eq!(Field::parse(field.chinese_name()), Some(field));
        }
        assert_eq!(suggest("regoin"), Some("region"));
        assert_eq!(suggest("时间"), Some("日期"));
        assert_eq!(suggest("http"), None);
        assert_eq!(suggest("备注"), None);
    }
}
