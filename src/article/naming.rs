//! The words in which an article names a document or its address.
//!
//! Citations and addresses are stored as they are written, not with the
//! sentence around them; that is found again in the text.

use super::model::{Article, Citation};
use super::shape::{is_sentence_end, skeleton};

/// The longest sentence given whole, in characters; of a longer one the words
/// around.
const MAX_CHARS: usize = 80;

impl Citation {
    /// The sentence of the article, or of its headline, that cites the document
    /// first; of a long one eighty characters about the citation.
    ///
    /// ```
    /// let text = "甲市开会\n\n会议通过。会议印发《甲市算力券管理办法》（甲府〔2024〕5号），即日施行。";
    /// let parsed = cewen::corpus::parse("甲.txt", text.as_bytes());
    /// let article = &parsed.articles[0];
    /// assert_eq!(
    ///     article.citations[0].evidence(article),
    ///     Some("会议印发《甲市算力券管理办法》（甲府〔2024〕5号），即日施行。")
    /// );
    /// ```
    pub fn evidence<'a>(&self, article: &'a Article) -> Option<&'a str> {
        let named = self.title.as_deref().or(self.number.as_deref())?;
        let key = skeleton(named);
        let texts = article.blocks.iter().map(|block| block.text.as_str());
        std::iter::once(article.title.as_str())
            .chain(texts)
            .filter(|_| !key.is_empty())
            .find_map(|text| sentence_with(text, &key))
    }
}

impl Article {
    /// The line of the page that gives its address; none if a field of the file
    /// does.
    pub fn url_evidence(&self) -> Option<&str> {
        let url = self.stated_url()?;
        let texts = self.blocks.iter().map(|block| block.text.as_str());
        texts.into_iter().find(|text| text.contains(url))
    }
}

/// Finds the sentence of a text whose skeleton holds `key`.
fn sentence_with<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    if !skeleton(text).contains(key) {
        return None;
    }
    let holds = |part: &&str| skeleton(part).contains(key);
    let sentence = text.split_inclusive(is_sentence_end).find(holds);
    // A title may hold the mark that ends a sentence.
    let sentence = sentence.unwrap_or(text).trim();
    let starts: Vec<usize> = sentence.char_indices().map(|(at, _)| at).collect();
    if starts.len() <= MAX_CHARS {
        return Some(sentence);
    }
    let window = |from: usize| {
        let end = starts.get(from + MAX_CHARS).copied();
        &sentence[starts[from]..end.unwrap_or(sentence.len())]
    };
    let froms = (0..=starts.len() - MAX_CHARS).step_by(MAX_CHARS / 4);
    let within = froms.map(window).find(holds);
    Some(within.unwrap_or(window(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_given_around_the_citation() {
        let before = "甲".repeat(200);
        let text = format!("{before}，依据《乙市人工智能条例》，{before}。");
        let found = sentence_with(&text, &skeleton("乙市人工智能条例")).expect("found");
        assert!(found.contains("《乙市人工智能条例》"), "{found}");
        assert_eq!(found.chars().count(), MAX_CHARS);
        assert_eq!(sentence_with(&text, "丙市"), None);
        let long = "乙".repeat(300);
        let found = sentence_with(&long, &long).expect("found");
        assert_eq!(found.chars().count(), MAX_CHARS, "a title longer than that");
    }

    #[test]
    fn an_address_is_named_by_its_line() {
        let text = "甲市发券\n\n甲市昨日发放算力券，企业可以申领。\n\n原文链接：https://a.cn/2024/05/30/x.html\n";
        let parsed = crate::corpus::parse("甲.txt", text.as_bytes());
        let article = &parsed.articles[0];
        let line = "原文链接：https://a.cn/2024/05/30/x.html";
        assert_eq!(article.url_evidence(), article.url.as_ref().map(|_| line));
    }
}
