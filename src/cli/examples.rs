//! What the help texts show and explain.

pub(crate) const EXAMPLES: &str = "\
例 Examples:
  cewen index 新闻                               建立或更新索引
  cewen search 哪些城市发放算力券                按相关程度排列
  cewen search '\"算力券\"' -北京                  必须有“算力券”，不要“北京”
  cewen search 算力券 --region 上海 --since 2024
  cewen show a1b2c3#2                            一段及其上下文";

pub(crate) const EVAL_EXAMPLES: &str = "\
例 Examples:
  cewen eval --queries 问题.jsonl --qrels 判断.tsv
  cewen eval --queries 问题.txt --qrels 判断.tsv --per-query | sort -t$'\\t' -k3,3n
  cewen eval --queries 问题.txt --qrels 判断.tsv --save 旧.run
  cewen eval --queries 问题.txt --qrels 判断.tsv --compare 旧.run

判断.tsv, columns divided by tabs (or TREC's four columns):
  1	上海/算力券.txt	2
  1	a1b2c3d4e5f6	1
";

pub(crate) const LEXICON_EXAMPLES: &str = "\
例 Examples:
  cewen lexicon check 训力卡                 它是不是词，添加会影响多少段
  cewen lexicon propose -n 50 --sort rise    从语料中提议新词，近来升得快的在前
  cewen lexicon add 训力卡 云脑券          写进 lexicon.txt
  cewen index                                按新词表改切
";

pub(crate) const FAMILY_EXAMPLES: &str = "\
例 Examples:
  cewen family a1b2c3                        哪些是同一篇稿件的转载，谁最早
  cewen family a1b2c3 --diff                 与最早一篇相比，各自改了什么
  cewen family a1b2c3 --json | jq '.members[] | [.date, .outlet]'
";

pub(crate) const QUOTE_EXAMPLES: &str = "\
例 Examples:
  cewen check-quotes 报告.md                 引文是否与原文一致，差在哪里
  cewen check-quotes 报告.docx --min-chars 6
  cewen check-quotes - --json < 报告.txt | jq '.quotations[] | select(.outcome != \"exact\")'
";

pub(crate) const REFERENCE_EXAMPLES: &str = "\
例 Examples:
  cewen reference a1b2c3                     GB/T 7714—2015
  cewen reference a1b2c3#2 --style md        一段的 Markdown 脚注
  cewen reference a1b2c3 --style bibtex >> 文献.bib
";
