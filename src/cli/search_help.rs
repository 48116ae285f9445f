//! What `cewen search --help` says of the query language.

pub(crate) const SEARCH_EXAMPLES: &str = "\
例 Examples:
  cewen search 哪些城市发放算力券             按相关程度排列
  cewen search '\"算力券\"'                     必须有这三个字
  cewen search -e 算力券管理办法              整句照原文查找
  cewen search 算力券 -北京                   不要“北京”
  cewen search 算力券 OR 模型券               至少有其一
  cewen search 算力券 NEAR/20 补贴            二者相距不超过 20 字
  cewen search 算力券 --region 上海 --region 杭州 --since 2024-05
  cewen search region:上海 date:2024..        只用条件，按日期排列
  cewen search cites:数据二十条 --sort date
  cewen search 算力券 --json | jq '.hits[].article.title'
";

pub(crate) const SEARCH_NOTES: &str = "\
Query:
  Bare text ranks. A quoted part (\"…\", “…”, 「…」) is required, character by character.
  +x or AND: must occur; -x or NOT: must not; OR; parentheses; NEAR/n in characters.
  Fields: title: 标题  heading: 小标题  outlet: 来源  author: 作者
          region: 地区 (浙江, with all its cities; =浙江, the province itself; 长三角)
          about: 事涉 (what it reports on)  from: 发自 (where it was reported from)
          date: 日期 (2024, 2024-05, 2024-05..2024-12, ..2023;
                =2024-05 surely in it, 2024-XX month unknown, XXXX undated)
          cites: 引用  wenhao: 文号  path: 路径  format: 格式
  An argument like -北京, -region:北京 or -\"算力券\" is query text; write an ASCII word
  that begins with - after --, as in: cewen search 算力券 -- -GPT

Lanes:
  原文 exact  every part of the query stands there literally
  全词 all    every word of it stands there
  部分 some   some of its words do

Marks are coloured, or without colour enclosed in «…» (⟦…⟧ if the text has « of its own).

Exit status: 0 hits, 1 no hit, 2 error";
