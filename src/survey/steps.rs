//! The steps in the life of a document, inferred from the words around where
//! articles cite it. The words say that there was a step, the article's date
//! only by when.

use crate::search::Hit;

/// A step in the life of a document, inferred from the words around a citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 征求意见, 印发, 解读, 修订 or 废止.
    pub name: &'static str,
    /// The date of the first article that tells it, an ISO prefix: not that of the step.
    pub date: String,
    /// The words it was inferred from.
    pub evidence: String,
    /// The passage.
    pub id: String,
}

/// What tells a step, in the order of a document's life: by the words around a
/// citation, or by the headline.
const STEPS: [(&str, &[&str], &[&str]); 5] = [
    ("征求意见", &["征求意见"], &["征求意见"]),
    ("印发", &["印发", "发布", "出台", "公布"], &[]),
    ("解读", &[], &["解读", "问答", "图解", "答记者问"]),
    ("修订", &["修订", "修正"], &["修订", "修正"]),
    ("废止", &["废止", "失效"], &["废止"]),
];

/// How many characters before and behind a citation are looked at.
const AROUND: usize = 24;

/// The steps that hits tell, given in the order of their dates; none if they
/// tell only one.
pub(super) fn steps(hits: &[Hit]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for hit in hits {
        if steps.len() == STEPS.len() {
            break;
        }
        let (Some(date), Some(mark)) = (&hit.article.date, hit.passage.marks.first()) else {
            continue;
        };
        let text = &hit.passage.text;
        let before = text[..mark.start].chars().rev().take(AROUND);
        let before: String = before.collect::<Vec<_>>().into_iter().rev().collect();
        let behind: String = text[mark.end..].chars().take(AROUND).collect();
        let cited = &text[mark.clone()];
        for (name, near, headline) in STEPS {
            let in_text = near
                .iter()
                .any(|word| before.contains(word) || behind.contains(word) || cited.contains(word));
            let title = &hit.article.title;
            let in_title = headline.iter().any(|word| title.contains(word));
            if (in_text || in_title) && !steps.iter().any(|step| step.name == name) {
                steps.push(Step {
                    name,
                    date: date.clone(),
                    evidence: if in_text {
                        format!("{before}{cited}{behind}")
                    } else {
                        title.clone()
                    },
                    id: hit.passage.id.clone(),
                });
            }
        }
    }
    if steps.len() < 2 {
        steps.clear();
    }
    steps.sort_by_key(|step| STEPS.iter().position(|(name, ..)| *name == step.name));
    steps
}
