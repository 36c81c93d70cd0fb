//! `axtok rotate`.

use std::path::PathBuf;

use clap::Args;

use super::args::Form;

/// The arguments of `axtok rotate`.
#[derive(Clone, Debug, Args)]
pub struct RotateArgs {
    /// Only these tokens, due or not: ids, or names that only one token has.
    #[arg(value_name = "TOKEN")]
    pub tokens: Vec<String>,

    /// The rotation plan. Without this, rotation.toml beside the settings.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,

    /// Rotate tokens that expire within this time, in place of the plan's due.
    #[arg(long, value_name = "TIME", conflicts_with = "tokens")]
    pub due: Option<String>,

    /// Print what is due, rotating, proven or stuck, and change nothing.
    #[arg(long, conflicts_with = "tokens")]
    pub dry_run: bool,

    /// After a lost response, check for the outcome for at most this many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub look_for: u64,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}
