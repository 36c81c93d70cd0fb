//! `axtok doctor`: runs the checks and prints the report.

use std::process::ExitCode;

use super::{CommandResult, print, print_text, table::OutputStyle};
use crate::doctor::{DoctorInputs, run_checks};

/// Runs the checks and prints the report. The status is 1 if there is a problem.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn run(inputs: &DoctorInputs<'_>, json: bool) -> CommandResult {
    let report = run_checks(inputs).await;
    let columns = OutputStyle::here().width.unwrap_or(usize::MAX);
    if json { print(&report.json()) } else { print_text(&report.text(columns)) }?;
    Ok(if report.has_problem() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
