//! `axtok review`.

use clap::{Args, ValueEnum};

use super::args::Form;

/// The access review, without the screens.
#[derive(Clone, Debug, Args)]
pub struct ReviewArgs {
    /// Who can do what with this dataset; '*' is a row for all datasets.
    #[arg(long, value_name = "NAME", group = "thing")]
    pub dataset: Option<String>,

    /// Who can do what with this view. As --dataset.
    #[arg(long, value_name = "NAME", group = "thing")]
    pub view: Option<String>,

    /// Who has this right in the organisation, such as apiTokens.
    #[arg(long, value_name = "CAPABILITY", group = "thing")]
    pub org: Option<String>,

    /// Who can do this; without a dataset, view or capability: anywhere.
    #[arg(long, value_name = "WHAT")]
    pub can: Option<Can>,

    /// Only this token: an id, or a name that only one token has. Can be repeated.
    #[arg(long, value_name = "TOKEN")]
    pub token: Vec<String>,

    /// Exit 1 if a finding of this severity or a higher one is not accepted.
    #[arg(long, value_name = "SEVERITY", conflicts_with_all = ["thing", "can"])]
    pub fail_on: Option<Level>,

    /// Exit 1 if a token ends within this time; those are named on standard error.
    ///
    /// Which ones count is as with `tokens list`.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["thing", "can"])]
    pub expiring_within: Option<String>,

    /// Count accepted findings for --fail-on too.
    #[arg(long, requires = "fail_on")]
    pub ignore_accepted: bool,

    /// Write a file's text, as the screens export it.
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub format: Option<Text>,

    #[command(flatten)]
    pub form: Form,
}

/// What somebody can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Can {
    /// Anything at all.
    Anything,
    Read,
    /// Create or change.
    Write,
    /// Delete, trim or vacuum.
    Delete,
    /// Hand data to other organisations.
    Share,
    /// Give itself, or another token, any right.
    Mint,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    High,
    Medium,
    Low,
}

/// A text for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Text {
    Csv,
    Markdown,
}
