//! What kinds of furniture single lines of a page look like.
//!
//! A look is not yet a verdict: `page` decides with the line's place on the
//! page, because a wrong cut is worse than an uncut line.

use super::byline::read_names;
use super::credits::{find_url, read_info_line, read_printed_in};
use super::shape::{char_count, ends_sentence, has_full_stop, words};

/// What a line of a page looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The name of the site, unmistakably.
    Site,
    /// Possibly the name of the site: it needs other furniture beside it.
    MaybeSite,
    /// A path through the site, a menu, a button.
    Control,
    /// Source, author, editor and date lines.
    Credit,
    /// Credits that are so wherever they stand on the page.
    StrongCredit,
    /// From here on the page is about other articles.
    TailMark,
    /// Rights, disclaimers, addresses.
    Notice,
    /// The line under a picture that names its maker.
    Caption,
    /// Nothing but text, as far as one line tells.
    Text,
}

const SITE_ENDS: &str = "\
    官网 官方网站 网站 门户网 新闻网 信息网 资讯网 政府网 客户端 公众号 官方微信 官微 .com .cn \
    .net .org 门户";

const MAYBE_SITE_ENDS: &str = "\
    网 报 社 刊 周刊 资讯 新闻 财经 头条 在线 频道 论坛 号 汇 观察 网讯 科技";

/// Whole lines that are buttons, spaces and brackets aside.
const BUTTONS: &str = "\
    分享 分享到 打印 关闭 打印本页 关闭窗口 打印关闭 返回顶部 回到顶部 返回首页 返回列表 收藏 \
    点赞 评论 举报 纠错 我要纠错 字号 大中小 字号大中小 字体大中小 首页 登录 注册 登录注册 搜索 \
    菜单 繁体 无障碍 微信 微博 QQ空间 朋友圈 复制链接 阅读原文 查看原文 查看更多 加载更多 \
    展开全文 阅读全文 点击查看更多 听新闻 语音播报 正文 原文链接 网友评论 发表评论 我要评论 \
    全部评论 相关附件 扫码分享 手机版 电脑版 移动端 关注 已关注 订阅 取消 确定 提交 上一页 下一页 \
    末页 尾页 广告 END 完";

/// Buttons that stand before a number.
const COUNTERS: &str =
    "阅读 阅读量 阅读数 浏览 浏览量 浏览次数 点击 点击量 点击数 转发 推荐 热度 访问量";

/// How lines of buttons and appeals begin.
const CONTROL_STARTS: &str = "\
    当前位置 您的位置 您现在的位置 您所在的位置 所在位置 当前的位置 扫一扫 扫描二维码 扫码关注 \
    微信扫一扫 用微信扫码 长按识别 长按二维码 点击关注 点击上方 点击下方 关注我们 更多精彩 更多内容请 \
    欢迎关注 打开APP 下载APP 下载客户端 点击下载 分享到 分享至 浏览次数 阅读次数 【字体 【字号 \
    [字体 字体： 字号： 打开微信 用微信扫描 请使用浏览器 [查看原文] 【查看原文】 阅读原文 \
    点击进入专题 进入专题 此前报道： 延伸阅读： 相关阅读： 相关报道： 相关新闻： 相关专题： \
    相关资讯请关注 更多相关资讯 更多相关内容 查看原文 版面导航 本版新闻 更新时间戳 (更新时间戳 （更新时间戳";

/// Labels, with a colon, of lines about the making of the article.
const CREDIT_LABELS: &str = "\
    责任编辑 责编 编辑 本文编辑 美编 校对 审核 监制 终审 初审 复审 值班编辑 编审 统筹 策划 \
    总策划 制作 制图 视频 图片来源 图源 供图 来源 稿源 文章来源 信息来源 作者 文字 摄影 图 图片 \
    原标题 出品 文 主编 值班主任 值班主编 值班编委 版面编辑 新媒体编辑 资料来源 录入 供稿 投稿 \
    记者 实习生 通讯员 本期编辑 标签 关键词 关键字 跟踪";

/// How credits begin that can be nothing else.
const STRONG_CREDIT_STARTS: &str = "\
    本文来源 文章作者 本文作者： 本文作者: 本文刊发 本文首发 本文原载 本文发表于 本文刊于 \
    本文刊登 本文选自 本文转自 本文来自 (本文来自 （本文来自 本文转载自 本文摘自 责任编辑 责编： 责编: (责编 （责编 (责任编辑 \
    （责任编辑 【责任编辑 [责任编辑 (编辑： （编辑： (编辑: （编辑: [编辑： 【编辑： [编辑: \
    【编辑: 信息来源于 内容来源于 图片来源于 素材来源于 资料来源于 图文来源于 原标题： 原标题: 文章来源 (来源： （来源： (来源: （来源:";

/// Whole lines, or labels of lines, after which other articles are listed.
const TAIL_MARKS: &str = "\
    下一篇 上一篇 上一条 下一条 相关阅读 相关新闻 相关文章 相关推荐 相关链接 相关报道 相关稿件 \
    相关资讯 相关内容 媒体报道 延伸阅读 推荐阅读 推荐文章 推荐新闻 热门推荐 热门文章 热门新闻 热点推荐 \
    猜你喜欢 猜您喜欢 为您推荐 为你推荐 最新文章 最新新闻 最新资讯 精彩推荐 更多新闻 更多文章 \
    大家都在看 大家还在看 热点新闻 今日热点 排行榜 点击排行 热门排行 新闻排行 阅读排行 \
    24小时热文 你可能感兴趣 您可能感兴趣的文章 你可能还喜欢 编辑推荐 友情链接 前一篇 后一篇";

const NOTICE_STARTS: &str = "\
    版权声明 免责声明 特别声明 郑重声明 声明： 声明: 转载请注明 未经授权 未经许可 凡本网 凡注明 \
    本网站所 本站所有 本文仅代表 本文版权 以上内容仅代表 以上内容为 文章内容仅供参考 Copyright \
    COPYRIGHT copyright © 版权所有 ICP备 举报电话 违法和不良信息举报 网站标识码 主办单位： \
    主办： 承办： 联系我们 关于我们 网站地图 (声明： （声明： （免责声明 (免责声明 投稿邮箱 \
    新闻热线 侵权";

/// Says what a line looks like.
pub(super) fn look_at(line: &str) -> Look {
    let line = line.trim();
    // An address says nothing about how long a line is.
    let length = char_count(line) - find_url(line).map_or(0, char_count);
    let bare: String = line
        .chars()
        .filter(|c| !c.is_whitespace() && !"【】[]()（）|｜>＞:：•·-—+#*".contains(*c))
        .collect();
    if length > 400 || bare.is_empty() {
        return Look::Text;
    }
    if length <= 60 && is_tail_mark(line, &bare) {
        return Look::TailMark;
    }
    if is_date_stamp(line) || line.contains("](") && line.contains("原文") && length <= 20 {
        return Look::StrongCredit;
    }
    if is_buttons(line) || words(BUTTONS).any(|word| word == bare) || is_path(line, length) {
        return Look::Control;
    }
    // It repeats a headline, whatever that holds.
    if length <= 120 && is_original_title(line) {
        return Look::StrongCredit;
    }
    let begins = |list| words(list).any(|word| line.starts_with(word));
    if length <= 60 && begins(CONTROL_STARTS) && !has_full_stop(line) {
        return Look::Control;
    }
    if length <= 100 && begins(STRONG_CREDIT_STARTS) && !has_full_stop(line)
        || read_printed_in(line).is_some() && is_bracketed(line)
    {
        return Look::StrongCredit;
    }
    if length <= 60 && invites(line) {
        return Look::Control;
    }
    if length <= 100 && NOTICE_WORDS.iter().any(|word| line.contains(word)) {
        return Look::Notice;
    }
    if begins(NOTICE_STARTS) || line.contains("ICP备") || line.contains("公网安备") {
        return Look::Notice;
    }
    if length <= 40 && is_caption(line) {
        return Look::Caption;
    }
    if length <= 100 && (is_labelled_credit(line) || read_info_line(line).is_some()) {
        return Look::Credit;
    }
    if length <= 14 && words(SITE_ENDS).any(|end| line.ends_with(end)) {
        return Look::Site;
    }
    if length <= 8 && words(MAYBE_SITE_ENDS).any(|end| line.ends_with(end)) {
        return Look::MaybeSite;
    }
    Look::Text
}

/// Words of lines about rights, wherever they stand in them.
const NOTICE_WORDS: &[&str] = &[
    "不得转载",
    "禁止转载",
    "转载请注明",
    "版权所有",
    "All Rights Reserved",
    "All rights reserved",
];

/// Says whether the line is the headline under which the text came out first.
pub(super) fn is_original_title(line: &str) -> bool {
    let inner = line.trim_start_matches(['（', '(', '【', '[']);
    ["原标题", "原题为", "原题：", "原题:"]
        .iter()
        .any(|word| inner.starts_with(word))
}

/// Says whether the line invites to scan a code, to follow or to comment.
fn invites(line: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    has(&["二维码", "扫码"]) && has(&["关注", "下载", "加入", "扫描左方", "扫描下方"])
        || has(&["条评论", "人参与"]) && line.starts_with(|c: char| c.is_ascii_digit())
        || has(&["亦有贡献", "也有贡献"]) && line.starts_with(['（', '('])
}

/// Says whether the line is 下一篇, 相关阅读： or 上一篇：另一条新闻.
fn is_tail_mark(line: &str, bare: &str) -> bool {
    if words(TAIL_MARKS).any(|mark| mark == bare) {
        return true;
    }
    // 上一篇 下一篇
    if words(TAIL_MARKS).any(|mark| {
        bare.strip_prefix(mark)
            .is_some_and(|rest| words(TAIL_MARKS).any(|mark| mark == rest))
    }) {
        return true;
    }
    ["上一篇", "下一篇", "上一条", "下一条"].iter().any(|mark| {
        line.strip_prefix(mark)
            .is_some_and(|rest| rest.trim_start().starts_with([':', '：', '>', '»']))
    })
}

/// Says whether the line is several buttons in a row, or a button that counts:
/// 【打印】【关闭】, 阅读 1234.
fn is_buttons(line: &str) -> bool {
    let mut pieces = line
        .split(|c: char| c.is_whitespace() || "【】[]()（）|｜:：/".contains(c))
        .filter(|piece| !piece.is_empty())
        .peekable();
    let is_number = |piece: &str| {
        piece
            .trim_end_matches(['万', '+', '次', '人'])
            .bytes()
            .all(|b| b.is_ascii_digit())
    };
    let is_button = |piece: &str| {
        words(BUTTONS)
            .chain(words(COUNTERS))
            .any(|word| word == piece)
    };
    pieces.peek().is_some_and(|first| is_button(first))
        && pieces.all(|piece| is_button(piece) || is_number(piece))
}

/// Says whether the line is a path through the site or a menu.
fn is_path(line: &str, length: usize) -> bool {
    if length > 100 || has_full_stop(line) {
        return false;
    }
    let steps = line
        .chars()
        .filter(|c| matches!(c, '>' | '＞' | '›' | '»'))
        .count();
    let bars = line
        .chars()
        .filter(|c| matches!(c, '|' | '｜' | '┊'))
        .count();
    line.starts_with("首页") && (steps + bars > 0 || line.split_whitespace().count() >= 3)
        || steps > 0 && (line.contains("首页") || line.contains("位置") || line.ends_with("正文"))
        || bars >= 3 && length <= bars * 14
}

/// Says whether the line is what a download tool stamps under a page.
fn is_date_stamp(line: &str) -> bool {
    line.len() <= 60 && line.contains("时间戳") && !ends_sentence(line)
}

/// Says whether one pair of brackets holds the whole line.
fn is_bracketed(line: &str) -> bool {
    line.starts_with(['(', '（', '[', '【', '本', '原', '选', '摘', '■', '※'])
        && !has_full_stop(line)
}

/// Says whether the line is a label and a short value: 编辑：某某.
fn is_labelled_credit(line: &str) -> bool {
    let line = line.trim_matches(|c: char| "【】[]()（）|｜※■●".contains(c) || c.is_whitespace());
    if has_full_stop(line) {
        return false;
    }
    words(CREDIT_LABELS).any(|label| {
        let Some(rest) = line.strip_prefix(label) else {
            return false;
        };
        let rest = rest.trim_start();
        match rest.strip_prefix([':', '：', '/', '／', '丨', '｜', '|']) {
            Some(value) => {
                char_count(value) <= 40 && !ends_sentence(value) && !value.contains(['，', ','])
            }
            // 编辑 某某 某某
            None => {
                line.len() > label.len() + rest.len()
                    && char_count(rest) <= 12
                    && label.len() > 3
                    && read_names(rest).is_some()
            }
        }
    })
}

/// Says whether the line names the maker of a picture: 某社记者 某某 摄.
fn is_caption(line: &str) -> bool {
    let inner = line.trim_matches(|c: char| "【】[]()（）".contains(c) || c.is_whitespace());
    if has_full_stop(inner) {
        return false;
    }
    // 甲市发放算力券（来源：某视频）
    let stated = inner
        .rfind(['（', '('])
        .map(|at| inner[at..].trim_start_matches(['（', '(']));
    if stated.is_some_and(|end| end.starts_with("来源：") || end.starts_with("来源:")) {
        return true;
    }
    if inner.contains('，') {
        return false;
    }
    matches!(
        inner,
        "资料图" | "资料图片" | "资料照片" | "效果图" | "图片来自网络" | "视频截图" | "网络图片"
    ) || char_count(inner) <= 24
        && (inner.ends_with("供图") || inner.ends_with('摄') || inner.ends_with("摄影"))
        && (inner.contains("记者")
            || inner.contains("供图")
            || inner.contains('图')
            || inner.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_around_an_article_are_told_apart() {
        for (line, look) in [
            ("某某汇官网", Look::Site),
            ("首页 > 新闻 > 正文", Look::Control),
            ("【打印】 【关闭】", Look::Control),
            ("(本文刊发于《甲城周刊》2024年第14期)", Look::StrongCredit),
            ("本文来源: 互联网 文章作者: 张三", Look::StrongCredit),
            ("（责任编辑：林一）", Look::StrongCredit),
            ("编辑：林一 王二", Look::Credit),
            ("2026-06-13 来源：甲城网 早间节目", Look::Credit),
            ("    下一篇", Look::TailMark),
            ("下一篇：乙市发布新办法", Look::TailMark),
            ("相关阅读：", Look::TailMark),
            ("此前报道：甲市发放首批算力券", Look::Control),
            ("信息来源于网络", Look::StrongCredit),
            ("转载请注明出处。", Look::Notice),
            ("甲社记者 林一 摄", Look::Caption),
        ] {
            assert_eq!(look_at(line), look, "{line}");
        }
    }

    #[test]
    fn sentences_that_begin_alike_are_text() {
        for line in [
            "编辑部昨日走进甲市智算中心。",
            "来源于企业的数据占七成，其余来自政府。",
            "下一篇文章将介绍算力券怎么领。",
            "相关阅读材料由甲市发改委印发，企业可以领取。",
            "注册资本最低限额",
            "首页上线的新功能让群众少跑腿。",
            "记者：您怎么看算力券？",
            "图为甲市智算中心。",
            "分享经济的新机遇",
            "挑战:AI如何更好地落地应用",
        ] {
            assert_eq!(look_at(line), Look::Text, "{line}");
        }
    }
}
