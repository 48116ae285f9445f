//! Documents and passages of a batch: which passages documents are or stand
//! over, and what stands over passages.

use tantivy::DocId;

use super::bits::Bits;
use super::plan::Scope;
use super::sets::Evaluator;
use crate::index::{Kind, Portion};

impl Evaluator<'_> {
    /// The passages among some documents, those around articles only if they count.
    pub(super) fn passages_among(&self, documents: &Bits) -> Bits {
        let columns = self.segment.unpacked();
        let mut passages = documents.among(columns.passages());
        if self.all_text {
            passages.add_all(&documents.among(columns.furniture()));
        }
        passages
    }

    /// Keeps the passages that some documents are or stand over, as far as a
    /// scope lets them.
    pub(super) fn retain_under(&self, passages: &mut Bits, documents: &Bits, scope: Scope) {
        let columns = self.segment.unpacked();
        let mut under = match scope {
            Scope::Anywhere => documents.clone(),
            Scope::Title | Scope::Heading => documents.emptied(),
        };
        documents.each_among(columns.heads(), |head| {
            let (article, _) = columns.article_of(head);
            let end = columns.end(article);
            match head == columns.title(article) {
                true if scope != Scope::Heading => under.insert_all(head + 1..end),
                false if scope != Scope::Title => {
                    let is_passage =
                        |next: &DocId| columns.article_of(*next).1.portion() == Portion::Passage;
                    let below = (head + 1..end).take_while(is_passage).count() as DocId;
                    under.insert_all(head + 1..head + 1 + below);
                }
                _ => {}
            }
        });
        passages.retain_all(&under);
    }

    /// Some passages with the titles and headings of their articles.
    pub(super) fn with_heads(&self, passages: &Bits) -> Bits {
        let articles = self.articles_of(passages);
        let mut all = articles.among(self.segment.unpacked().heads());
        all.add_all(passages);
        all
    }

    /// The documents that live documents show as: themselves, titles and
    /// headings as the first passage after them too; as far as a scope lets them.
    pub(super) fn shown(&self, documents: &Bits, scope: Scope) -> Bits {
        let segment = self.segment;
        let columns = segment.unpacked();
        let mut shown = match scope {
            Scope::Anywhere => documents.clone(),
            Scope::Title | Scope::Heading => documents.emptied(),
        };
        documents.each_among(columns.heads(), |head| {
            let is_title = columns.title(columns.article_of(head).0) == head;
            let is_in = match scope {
                Scope::Anywhere => true,
                Scope::Title => is_title,
                Scope::Heading => !is_title,
            };
            if is_in {
                shown.insert(segment.shown(head, segment.layout(head)));
            }
        });
        // Articles are deleted as a whole.
        if segment.has_deleted() {
            shown.retain(|document| segment.is_live(document));
        }
        shown
    }

    /// Whether a live document shows as a passage that counts, as far as a scope
    /// lets it.
    pub(super) fn shows(&self, document: DocId, scope: Scope) -> bool {
        let segment = self.segment;
        let in_scope = match segment.layout(document).kind {
            Kind::Title => scope != Scope::Heading,
            Kind::Heading => scope != Scope::Title,
            Kind::Passage => scope == Scope::Anywhere,
            Kind::Furniture => scope == Scope::Anywhere && self.all_text,
            Kind::Opening => false,
        };
        in_scope && segment.is_live(document)
    }

    /// All documents of the articles of some passages.
    pub(super) fn articles_of(&self, passages: &Bits) -> Bits {
        let mut documents = passages.clone();
        documents.fill(self.segment.unpacked().begins());
        documents
    }

    /// Keeps the passages of articles for whose title documents `keep` says so.
    pub(super) fn retain_articles(&self, passages: &mut Bits, mut keep: impl FnMut(DocId) -> bool) {
        let mut kept = passages.emptied();
        self.each_article(passages, |title, end| {
            if keep(title) {
                kept.insert_all(title..end);
            }
        });
        passages.retain_all(&kept);
    }

    /// Calls `found` with the title document of each article that some
    /// documents are of, and the first document after it.
    pub(super) fn each_article(&self, documents: &Bits, mut found: impl FnMut(DocId, DocId)) {
        let columns = self.segment.unpacked();
        let mut next = documents.first();
        while let Some(document) = next {
            let (article, _) = columns.article_of(document);
            let end = columns.end(article);
            found(columns.title(article), end);
            next = documents.next(end);
        }
    }
}
