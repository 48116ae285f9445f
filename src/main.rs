//! The `cewen` command: full-text search over folders of Chinese policy news.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os())
}
