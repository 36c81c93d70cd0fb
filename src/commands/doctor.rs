//! `axtok doctor`: looks at what axtok stands on, and prints what it found.

use std::process::ExitCode;

use super::{CommandResult, print, print_text};
use crate::doctor::{DoctorInputs, run_checks};

/// Examines and prints; status 1 if something has to be mended.
///
/// # Errors
/// When standard output cannot be written to.
pub async fn run(inputs: &DoctorInputs<'_>, json: bool) -> CommandResult {
    let report = run_checks(inputs).await;
    if json { print(&report.json()) } else { print_text(&report.text()) }?;
    Ok(if report.has_problem() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
