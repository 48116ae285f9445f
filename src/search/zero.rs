//! An empty answer explained: what was tried, and what was found one step looser.

use super::plan::{Needed, Plan};
use super::sets::Evaluator;
use super::{Searcher, answer::SearchOptions};
use crate::error::Result;
use crate::index::Reader;
use crate::query::{Expr, Query};

impl Searcher {
    /// Says what a query that found nothing was searched as, a sentence each.
    pub(super) fn tried(
        &self,
        query: &Query,
        plan: &Plan,
        options: &SearchOptions,
    ) -> Result<Vec<String>> {
        let reader = self.reader();
        let mut tried = Vec::new();
        for part in &query.parts {
            if let Expr::Text(text) | Expr::Phrase(text) = part {
                tried.push(format!("原文“{text}”：0 处"));
            }
        }
        for needed in plan.parts.iter().flat_map(|part| &part.words) {
            let (text, count) = self.count(reader, needed)?;
            if !tried.iter().any(|line| line.contains(&format!("“{text}”"))) {
                tried.push(format!("单独查“{text}”：{count} 处"));
            }
        }
        let is_text = |part: &&Expr| !matches!(part, Expr::Filter(_) | Expr::Not(_));
        let only_text = Query {
            parts: query.parts.iter().filter(is_text).cloned().collect(),
        };
        if only_text.parts.len() < query.parts.len() && !only_text.parts.is_empty() {
            let count = self.total(&only_text, options)?;
            tried.push(format!("不加筛选与排除条件：{count} 处"));
        }
        if !options.all_text {
            let all_text = SearchOptions {
                all_text: true,
                ..options.clone()
            };
            let count = self.total(query, &all_text)?;
            if count > 0 {
                tried.push(format!("文章以外的页面文字（--all-text）：{count} 处"));
            }
        }
        let header = &reader.header;
        tried.push(format!(
            "索引共 {} 篇、{} 段，来自 {} 个文件",
            header.articles, header.passages, header.files
        ));
        Ok(tried)
    }

    fn total(&self, query: &Query, options: &SearchOptions) -> Result<usize> {
        let options = SearchOptions {
            limit: 1,
            offset: 0,
            ..options.clone()
        };
        Ok(self.ranking(query, &options)?.1.total.passages)
    }

    fn count(&self, reader: &Reader, needed: &Needed) -> Result<(String, usize)> {
        let text = match needed {
            Needed::Run(run) => run.clone(),
            Needed::Literal(pattern) => pattern
                .symbols()
                .iter()
                .map(|symbol| symbol.character)
                .collect(),
        };
        let mut count = 0;
        for segment in &reader.segments {
            let evaluator = Evaluator {
                reader,
                segment,
                all_text: false,
            };
            count += evaluator.reached_by(needed)?.len();
        }
        Ok((text, count))
    }
}
