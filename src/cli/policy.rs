//! `axtok policy`.

use std::path::PathBuf;

use clap::Subcommand;

/// `axtok policy`.
#[derive(Clone, Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a policy, and say what it demands. Sends no request.
    ///
    /// Without FILE, the policies in force: the computer's (/etc/axtok/policy.toml)
    /// and yours. An exemption that has ended is mentioned, but is not an error.
    #[command(after_help = "\
Examples:
  axtok policy check
  axtok policy check policy.toml")]
    Check {
        /// The policy.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Write a policy with every rule explained, none in force; never overwrites.
    #[command(after_help = "\
Examples:
  axtok policy init
  axtok policy init policy.toml && vi policy.toml")]
    Init {
        /// The new file [default: ~/.config/axtok/policy.toml]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}
