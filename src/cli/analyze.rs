//! `cewen analyze`: fold, grams and words of a text. Needs no index.

use cewen::render::{write_analysis_json, write_analysis_text};

use super::args::AnalyzeArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::{dash, output};

pub(crate) fn run(args: &AnalyzeArgs) -> Result<Exit, Failure> {
    let analysis = cewen::analysis::explain(&dash::joined(&args.text), &[]);
    output::write_data(|out| {
        if args.json {
            write_analysis_json(&analysis, out)
        } else {
            write_analysis_text(&analysis, out)
        }
    })?;
    Ok(Exit::Found)
}
