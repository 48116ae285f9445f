//! Where the texts of a query stand in the documents of a batch: candidates by
//! grams, then what of them is verified, by counts where those tell enough.

use std::ops::Range;
use std::rc::Rc;

use tantivy::DocId;

use super::bits::Bits;
use super::conditions::Near;
use super::literal::{Place, Places, grams, is_one_gram};
use super::postings::Postings;
use super::proof::{Gram, Proof};
use super::question::NumberedNeed;
use super::sets::are_near;
use super::terms::{TermUse, Terms};
use super::texts::{MAX_GRAMS, Texts};
use crate::analysis::{END, Pattern};
use crate::error::Result;
use crate::index::{Reader, Segment};

/// The texts and runs of a query in the documents of a batch.
pub(super) struct Standing<'a> {
    reader: &'a Reader,
    segment: &'a Segment,
    pub(super) terms: Terms<'a>,
    /// Of each text, then of each run.
    found: Vec<Found<'a>>,
    texts: &'a Texts,
    near: Vec<NearPlaces>,
    /// The documents of the batch, and those of its articles that are looked at.
    batch: Range<DocId>,
    reached: Bits,
}

/// A text in the documents of a batch.
struct Found<'a> {
    source: Source<'a>,
    /// The batch that the candidates are of.
    of: Range<DocId>,
    candidates: Bits,
    /// The documents that it is asked for in, if it is.
    wanted: Option<Bits>,
    is_verified: bool,
    standing: Bits,
}

/// Where a text is found.
enum Source<'a> {
    Listed(Postings),
    /// By its grams, the rarest first.
    Read(Vec<Gram>, Verdict<'a>),
}

/// What decides whether a text stands in a document that has its grams.
enum Verdict<'a> {
    /// That does.
    Grams,
    /// A proof that was not yet asked for.
    Unopened(&'a Pattern),
    Proof(Box<Proof>),
}

/// Two texts that are to stand near each other.
struct NearPlaces {
    near: Near,
    /// Their places, and where paragraphs end; `None` if one stands nowhere.
    places: Option<(Places, Places, Place)>,
    /// The documents that it is asked for in, if it is.
    wanted: Option<Bits>,
    is_verified: bool,
    standing: Bits,
}

impl<'a> Standing<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        texts: &'a Texts,
        runs: &[String],
        number: usize,
    ) -> Result<Self> {
        let segment = &reader.segments[number];
        let mut terms = Terms::new(segment);
        let mut found = Vec::with_capacity(texts.list.len() + runs.len());
        for text in &texts.list {
            found.push(Found::new(match &text.listed {
                Some(listed) => Source::Listed(Postings::Listed(Rc::clone(&listed[number]), 0)),
                None => {
                    let mut list = Vec::new();
                    for (gram, pair) in grams(&text.pattern).into_iter().take(MAX_GRAMS) {
                        let used = terms.counting(gram.field(reader), &pair)?;
                        list.push(Gram { pair, used });
                    }
                    list.sort_by_key(|gram| terms.count(&gram.used));
                    let verdict = match is_one_gram(&text.pattern) {
                        true => Verdict::Grams,
                        false => Verdict::Unopened(&text.pattern),
                    };
                    Source::Read(list, verdict)
                }
            }));
        }
        for run in runs {
            let used = terms.using(reader.fields.words, run)?;
            let pair = String::new();
            found.push(Found::new(Source::Read(
                vec![Gram { pair, used }],
                Verdict::Grams,
            )));
        }
        Ok(Standing {
            reader,
            segment,
            terms,
            found,
            texts,
            near: Vec::new(),
            batch: 0..0,
            reached: Bits::default(),
        })
    }

    /// Moves to a batch, of which these documents are looked at. Batches must
    /// be asked about in order.
    pub(super) fn open(&mut self, batch: Range<DocId>, reached: Bits) {
        self.batch = batch;
        self.reached = reached;
        for found in &mut self.found {
            found.wanted = None;
            found.is_verified = false;
        }
        for near in &mut self.near {
            near.wanted = None;
            near.is_verified = false;
        }
    }

    /// Its documents.
    pub(super) fn batch(&self) -> &Range<DocId> {
        &self.batch
    }

    /// Those of them that are looked at.
    pub(super) fn reached(&self) -> &Bits {
        &self.reached
    }

    /// Has only these of them looked at from here on.
    pub(super) fn narrow(&mut self, reached: Bits) {
        self.reached = reached;
    }

    /// In how many documents of the segment something needed stands at most.
    pub(super) fn count(&self, need: NumberedNeed) -> u32 {
        match &self.found[self.number(need)].source {
            Source::Listed(postings) => postings.count(),
            Source::Read(grams, _) => {
                let rarest = grams.first();
                rarest.map_or(0, |gram| self.terms.count(&gram.used))
            }
        }
    }

    fn number(&self, need: NumberedNeed) -> usize {
        match need {
            NumberedNeed::Text(number) => number,
            NumberedNeed::Run(number) => self.texts.list.len() + number,
        }
    }

    /// The documents that may hold something needed, as far as grams tell.
    pub(super) fn candidates(&mut self, need: NumberedNeed) -> Result<&Bits> {
        let number = self.number(need);
        let found = &mut self.found[number];
        if found.of != self.batch {
            found.of = self.batch.clone();
            found.candidates.clone_from(&self.reached);
            match &mut found.source {
                Source::Listed(postings) => {
                    let mut listed = found.candidates.emptied();
                    postings.seek(self.batch.start);
                    postings.each_before(self.batch.end, |document, _| listed.insert(document));
                    found.candidates.retain_all(&listed);
                }
                Source::Read(grams, _) => {
                    for gram in grams {
                        if found.candidates.is_empty() {
                            break;
                        }
                        let candidates = &mut found.candidates;
                        self.terms.retain(&mut gram.used, &self.batch, candidates)?;
                    }
                }
            }
        }
        Ok(&found.candidates)
    }

    /// They, if somebody asked for them.
    pub(super) fn known_candidates(&self, need: NumberedNeed) -> Option<&Bits> {
        let found = &self.found[self.number(need)];
        (found.of == self.batch).then_some(&found.candidates)
    }

    /// Whether one of the grams of something needed is one of some terms.
    pub(super) fn has_gram(&self, need: NumberedNeed, terms: &[&TermUse]) -> bool {
        match &self.found[self.number(need)].source {
            Source::Listed(_) => false,
            Source::Read(grams, _) => {
                let mut grams = grams.iter();
                grams.any(|gram| terms.iter().any(|term| term.is_same(&gram.used)))
            }
        }
    }

    /// Has something needed looked for in these documents; before any is
    /// [verified](Self::standing).
    pub(super) fn want(&mut self, need: NumberedNeed, documents: &Bits) {
        let number = self.number(need);
        add(&mut self.found[number].wanted, documents);
    }

    /// The documents that hold something needed, of those it was
    /// [wanted](Self::want) in; all that hold it where it was not.
    pub(super) fn standing(&mut self, need: NumberedNeed) -> Result<&Bits> {
        self.candidates(need)?;
        let number = self.number(need);
        let found = &mut self.found[number];
        if !found.is_verified {
            found.is_verified = true;
            let mut left = found.candidates.clone();
            if let Some(wanted) = &found.wanted {
                left.retain_all(wanted);
            }
            let Source::Read(grams, verdict) = &mut found.source else {
                found.standing = left;
                return Ok(&found.standing);
            };
            if let Verdict::Unopened(pattern) = *verdict {
                let proof = Proof::open(self.reader, self.segment, &mut self.terms, grams, pattern);
                *verdict = Verdict::Proof(Box::new(proof?));
            }
            found.standing = match verdict {
                Verdict::Proof(proof) => proof.of(&mut self.terms, grams, &self.batch, left)?,
                Verdict::Grams | Verdict::Unopened(_) => left,
            };
        }
        Ok(&found.standing)
    }

    /// Has two texts looked for near each other in these documents; before any
    /// is [verified](Self::near).
    pub(super) fn want_near(&mut self, near: Near, documents: &Bits) -> Result<()> {
        let number = self.near_number(near)?;
        add(&mut self.near[number].wanted, documents);
        Ok(())
    }

    /// The documents that may hold two texts near each other, as far as grams
    /// tell.
    pub(super) fn near_candidates(&mut self, near: Near) -> Result<Bits> {
        let mut both = self.candidates(NumberedNeed::Text(near.left))?.clone();
        both.retain_all(self.candidates(NumberedNeed::Text(near.right))?);
        Ok(both)
    }

    /// The documents in which two texts stand near each other, of those they
    /// were [wanted](Self::want_near) in; all such where they were not.
    pub(super) fn near(&mut self, near: Near) -> Result<&Bits> {
        let number = self.near_number(near)?;
        if !self.near[number].is_verified {
            let mut left = self.near_candidates(near)?;
            let places = &mut self.near[number];
            places.is_verified = true;
            if let Some(wanted) = &places.wanted {
                left.retain_all(wanted);
            }
            places.standing = match &mut places.places {
                None => left.emptied(),
                Some((lefts, rights, ends)) => {
                    let start = self.batch.start;
                    let times = |number: usize, document: DocId| {
                        let found: &Found<'_> = &self.found[number];
                        found.times(&self.terms, (document - start) as usize)
                    };
                    left.retain(|document| {
                        let one = lefts.spans(document, times(near.left, document));
                        if one.is_empty() {
                            return false;
                        }
                        let other = rights.spans(document, times(near.right, document));
                        // Paragraphs only matter where they are near at all.
                        are_near(one, other, &[], near.distance)
                            && are_near(one, other, ends.positions(document), near.distance)
                    });
                    left
                }
            };
        }
        Ok(&self.near[number].standing)
    }

    fn near_number(&mut self, near: Near) -> Result<usize> {
        if let Some(at) = self.near.iter().position(|known| known.near == near) {
            return Ok(at);
        }
        let places = |pattern| Places::open(self.reader, self.segment, pattern);
        let (left, right) = (near.left, near.right);
        let [left, right] = [left, right].map(|number| &self.texts.list[number].pattern);
        let both = places(left)?.zip(places(right)?);
        let ends = Place::open(self.reader, self.segment, END)?;
        self.near.push(NearPlaces {
            near,
            places: both.map(|(left, right)| (left, right, ends)),
            wanted: None,
            is_verified: false,
            standing: Bits::default(),
        });
        Ok(self.near.len() - 1)
    }
}

fn add(wanted: &mut Option<Bits>, documents: &Bits) {
    match wanted {
        Some(wanted) => wanted.add_all(documents),
        None => *wanted = Some(documents.clone()),
    }
}

impl<'a> Found<'a> {
    fn new(source: Source<'a>) -> Self {
        Found {
            source,
            of: 0..0,
            candidates: Bits::default(),
            wanted: None,
            is_verified: false,
            standing: Bits::default(),
        }
    }

    /// How often it stands in a candidate at least, by its place in the batch:
    /// so often as its gram, if that is all of it.
    fn times(&self, terms: &Terms<'_>, at: usize) -> u32 {
        match &self.source {
            Source::Read(grams, Verdict::Grams) => {
                let times = grams.first().map(|gram| terms.times(&gram.used, at));
                u32::from(times.unwrap_or_default())
            }
            _ => 0,
        }
    }
}
