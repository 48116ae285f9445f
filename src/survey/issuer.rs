//! Who issued a document, inferred from its title and number.

use super::variant::issuing_body;
use crate::article::find_divisions;

/// What document numbers of governments begin with, and whose it is. Some are
/// those of two: 宁政 is 宁夏 and 南京, and the title has to say which.
const GOVERNMENTS: &str = "\
    京政 北京市 津政 天津市 冀政 河北省 晋政 山西省 内政 内蒙古自治区 辽政 辽宁省 吉政 吉林省 黑政 黑龙江省 \
    沪府 上海市 苏政 江苏省 浙政 浙江省 皖政 安徽省 闽政 福建省 赣府 江西省 鲁政 山东省 豫政 河南省 鄂政 湖北省 \
    湘政 湖南省 粤府 广东省 桂政 广西壮族自治区 琼府 海南省 渝府 重庆市 川府 四川省 黔府 贵州省 云政 云南省 \
    陕政 陕西省 甘政 甘肃省 青政 青海省 青政 青岛市 宁政 宁夏回族自治区 宁政 南京市 新政 新疆维吾尔自治区 \
    深府 深圳市 穗府 广州市 杭政 杭州市 苏府 苏州市 甬政 宁波市 成府 成都市 武政 武汉市 厦府 厦门市 郑政 郑州市";

/// What document numbers of the State Council and its ministries begin with.
const STATE: [(&str, &str); 7] = [
    ("国办", "国务院办公厅"),
    ("国发", "国务院"),
    ("国函", "国务院"),
    ("工信部", "工业和信息化部"),
    ("发改", "国家发展和改革委员会"),
    ("国数", "国家数据局"),
    ("国科", "科学技术部"),
];

/// Who issued a document, by the body its title begins with, its number, or the
/// place its title begins with.
pub(super) fn issuer(title: &str, number: Option<&str>) -> Option<String> {
    if let Some((body, _)) = issuing_body(title) {
        return Some(body.to_owned());
    }
    let place = place(title);
    let Some(number) = number else {
        return place;
    };
    if let Some((_, body)) = STATE.iter().find(|(begin, _)| number.starts_with(begin)) {
        return Some((*body).to_owned());
    }
    let own: Vec<&str> = GOVERNMENTS
        .split_whitespace()
        .collect::<Vec<_>>()
        .chunks(2)
        .filter(|pair| number.starts_with(pair[0]))
        .map(|pair| pair[1])
        .collect();
    let of = match (own.as_slice(), &place) {
        ([only], _) => (*only).to_owned(),
        ([], Some(place)) if is_of_government(number) => place.clone(),
        // Of two with one beginning the title says which.
        (several, Some(place)) if several.contains(&place.as_str()) => place.clone(),
        _ => return place,
    };
    let office = match number.contains('办') {
        true if is_province(&of) => "办公厅",
        // Cities have the one or the other.
        true => "办公厅（室）",
        false => "",
    };
    Some(format!("{of}人民政府{office}"))
}

fn is_of_government(number: &str) -> bool {
    matches!(number.chars().nth(1), Some('政' | '府'))
}

fn is_province(name: &str) -> bool {
    name.ends_with('省')
        || name.ends_with("自治区")
        || ["北京市", "天津市", "上海市", "重庆市"].contains(&name)
}

/// The full name of the place that a title begins with, if it is the only one so called.
fn place(title: &str) -> Option<String> {
    let ends = title.char_indices().map(|(at, _)| at).skip(2).take(10);
    let ends: Vec<usize> = ends.collect();
    ends.into_iter()
        .rev()
        .find_map(|end| match find_divisions(&title[..end]).as_slice() {
            [one] => Some(one.full_name.to_owned()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::issuer;

    #[test]
    fn an_issuer_is_read_from_title_or_number() {
        let issuer = |title, number| issuer(title, number).unwrap_or_default();
        assert_eq!(issuer("国务院关于深入实施行动的意见", None), "国务院");
        assert_eq!(
            issuer("若干措施", Some("京政办发〔2023〕15号")),
            "北京市人民政府办公厅"
        );
        assert_eq!(issuer("关于行动的意见", Some("国发〔2025〕11号")), "国务院");
        assert_eq!(issuer("上海市数据条例", None), "上海市");
        assert_eq!(issuer("数据条例", None), "");
    }

    /// 宁政 was taken for 宁夏 and 苏府 for 江苏, whatever the title said.
    #[test]
    fn a_number_that_two_begin_with_is_told_by_the_title() {
        let issuer = |title, number| issuer(title, Some(number)).unwrap_or_default();
        let (nanjing, ningxia) = ("南京市实施方案", "宁夏回族自治区实施方案");
        assert_eq!(issuer(nanjing, "宁政发〔2022〕133号"), "南京市人民政府");
        assert_eq!(
            issuer(ningxia, "宁政发〔2022〕1号"),
            "宁夏回族自治区人民政府"
        );
        assert_eq!(issuer("实施方案", "宁政发〔2022〕133号"), "");
        assert_eq!(
            issuer("苏州市办法", "苏府规字〔2024〕15号"),
            "苏州市人民政府"
        );
        assert_eq!(
            issuer("大同市方案", "同政办发〔2024〕44号"),
            "大同市人民政府办公厅（室）"
        );
        assert_eq!(issuer("广州南沙方案", "粤府〔2023〕1号"), "广东省人民政府");
    }
}
