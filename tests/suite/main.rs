//! The tests that hold cewen's promises, in one binary.

mod checks;
mod evidence;
mod reprints;
mod support;

// The command contract.
mod cli;

// P1: search equals the reference function.
mod literal;
// P2: marks.
mod marks;
// P2: the parts of a passage that are shown.
mod window;
// P4: what starting, searching and indexing cost.
mod costs;
// P3 and paging: order, lanes, counts.
mod ranking;
// P5: the index is the folder.
mod updates;
// P5: the command and the folder: bringing up to date.
mod following;
mod furniture;
// P5: what goes wrong has a defined outcome.
mod outcomes;
// P5: what an answer says of the folder's freshness.
mod freshness;
// P5: an updated index is what a fresh one is.
mod model;
// P5: killed at any moment, the last good index opens.
mod crash;
// P5: readers never fail.
mod readers;
// P6: an absence that can be reported.
mod zero;
// P7: places and dates in queries.
mod regions;
// P7: counts, tables, first mentions.
mod survey;
// P7: documents under all their names, and who cites them.
mod cited;
// P8: what people save is read.
mod reading;
// P7: facts against judgements.
mod hostile;
mod judged;
// What a person says of files: encodings and corrections.
mod said;
// Standing queries: what arrives is shown once.
mod alerts;
// Evaluation as a feature.
mod eval;
// P7: reports checked and articles cited.
mod quotes;
// P7: reprints of one text.
mod families;
// The lexicon: words checked, proposed, added.
mod lexicon;
// Every entrance, on ten thousand made-up inputs.
mod fuzz;
// The layers of the library.
mod structure;

// The sample corpus, judged.
mod sample;
// What the README shows of it.
mod readme;
