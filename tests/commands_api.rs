//! The commands that use the API, run as a script runs them: the built program, its own home
//! directory, and the simulator in another process.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/pty.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod pty;
#[path = "support/simulate.rs"]
#[expect(dead_code, reason = "shared with other tests")]
mod simulate;

#[path = "commands_api/alerts.rs"]
mod alerts;
#[path = "commands_api/change.rs"]
mod change;
#[path = "commands_api/dry_run.rs"]
mod dry_run;
#[path = "commands_api/edit.rs"]
mod edit;
#[path = "commands_api/help.rs"]
mod help;
#[path = "commands_api/journal.rs"]
mod journal;
#[path = "commands_api/limited.rs"]
mod limited;
#[path = "commands_api/logged.rs"]
mod logged;
#[path = "commands_api/names.rs"]
mod names;
#[path = "commands_api/network.rs"]
mod network;
#[path = "commands_api/output.rs"]
mod output;
#[path = "commands_api/policy.rs"]
mod policy;
#[path = "commands_api/read.rs"]
mod read;
#[path = "commands_api/review.rs"]
mod review;
#[path = "commands_api/script.rs"]
mod script;
#[path = "commands_api/secrets.rs"]
mod secrets;
#[path = "commands_api/usage.rs"]
mod usage;
