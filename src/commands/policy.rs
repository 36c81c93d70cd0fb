//! `axtok policy`: checks a policy, and writes a new one. Sends no request.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{CommandResult, ExitError, config::write_new, print_text, words::tell};
use crate::{
    cli::policy::PolicyCommand,
    config::{Config, policy},
    domain::{Policies, policy::DOCUMENTED},
};

/// The width of the names of rules, in columns.
const NAME: usize = 18;

/// Runs the command.
///
/// # Errors
/// When a policy cannot be used, or the new file cannot be written.
pub fn run(command: &PolicyCommand, config: &Config, demo: bool) -> CommandResult {
    match command {
        PolicyCommand::Check { file: Some(file) } => check(&policy::only(file)),
        PolicyCommand::Check { file: None } if demo => check(&Policies::of_demo()),
        PolicyCommand::Check { file: None } => check(&config.policies(None)),
        PolicyCommand::Init { file } => {
            let file = file.as_deref().unwrap_or(&config.files.policy);
            // No secret, and other users may have to read it.
            write_new(file, DOCUMENTED, [0o755, 0o644])?;
            tell(["created; every rule in it is explained and commented out"]);
            print_text(&format!("{}\n", file.display()))
        }
    }
}

fn check(policies: &Policies) -> CommandResult {
    let policies = policies.usable().map_err(ExitError::usage)?;
    // By this computer's clock: no server is asked.
    #[expect(clippy::disallowed_methods, reason = "a command is a moment")]
    let now = crate::clock::now();
    if policies.all.is_empty() {
        tell(["no policy is in force: `axtok policy init` writes one"]);
    }
    print_text(&text(policies, now))
}

fn text(policies: &Policies, now: Timestamp) -> String {
    let mut out = String::new();
    for (file, policy) in &policies.all {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}{file}", if out.is_empty() { "" } else { "\n" });
        if policy.is_empty() {
            let _ = writeln!(out, "  no rule is set");
        }
        for (rule, words) in policy.rules() {
            let _ = writeln!(out, "  {:NAME$}  {words}", rule.key());
        }
        for exemption in policy.exemptions() {
            let ended = if exemption.has_ended(now) { "; this has ended" } else { "" };
            let _ = writeln!(out, "  {:NAME$}  {}{ended}", "exempt", exemption.describe());
        }
    }
    out
}
