//! How well the ranking does: judged queries in, measures with intervals out.
//!
//! ```text
//! queries ─ rank_all ─▶ Run ─┐
//! qrels ─ Judgements ─ resolve ─▶ Judged ─┴─ evaluate ─▶ Evaluation ─ compare ─▶ Comparison
//! ```
//!
//! In reading order:
//!
//! - [`NamedQuery`]: the queries of a file;
//! - [`Judgements`]: which articles answer which query, and how well;
//! - [`Run`]: ranked lists, of this index or of a file;
//! - [`Measure`]: what is measured, with formulas and sources;
//! - [`Evaluation`]: a run measured, with confidence intervals;
//! - [`Comparison`]: two runs, query by query.
//!
//! Nothing here changes the ranking or looks at more than the lists.

mod bootstrap;
mod compare;
mod evaluation;
mod judgements;
mod measures;
mod queries;
mod run;

pub use bootstrap::{Estimate, RESAMPLES};
pub use compare::{Change, Comparison, Difference, compare};
pub use evaluation::{Evaluation, QueryOutcome, evaluate};
pub use judgements::{Item, Judged, Judgements};
pub use measures::{Measure, Measures};
pub use queries::{NamedQuery, named_queries};
pub use run::{Run, rank_all};

pub(crate) use run::escape_id;
