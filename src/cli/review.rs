//! `axtok review`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::Form;

/// The arguments of `axtok review`.
#[derive(Clone, Debug, Args)]
pub struct ReviewArgs {
    /// Show who can do what with this dataset; '*' shows rights on all datasets.
    #[arg(long, value_name = "NAME", group = "thing")]
    pub dataset: Option<String>,

    /// Show who can do what with this view; '*' shows rights on all views.
    #[arg(long, value_name = "NAME", group = "thing")]
    pub view: Option<String>,

    /// Show who has this capability in the organisation, such as apiTokens.
    #[arg(long, value_name = "CAPABILITY", group = "thing")]
    pub org: Option<String>,

    /// Show who can do this: on that dataset, view or capability, or else anywhere.
    #[arg(long, value_name = "WHAT")]
    pub can: Option<Can>,

    /// Only this token: an id, or a name that only one token has. Can be repeated.
    #[arg(long, value_name = "TOKEN")]
    pub token: Vec<String>,

    /// Exit 1 if a finding of at least this severity is not accepted.
    ///
    /// With policy: if a token breaks the organisation's own rules, or an exemption
    /// from them has ended.
    #[arg(long, value_name = "SEVERITY", conflicts_with_all = ["thing", "can"])]
    pub fail_on: Option<Level>,

    /// Exit 1 if a token expires within this time; names those on standard error.
    ///
    /// The same tokens count as in `axtok tokens list`.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["thing", "can"])]
    pub expiring_within: Option<String>,

    /// Also ask the audit log: unused tokens and rights, creators who have left.
    ///
    /// The queries count towards the organisation's query usage.
    #[arg(long, conflicts_with_all = ["thing", "can"])]
    pub usage: bool,

    /// Count accepted findings for --fail-on too.
    #[arg(long, requires = "fail_on")]
    pub ignore_accepted: bool,

    /// Use this policy instead of your own.
    ///
    /// Rules of the computer (/etc/axtok/policy.toml) stay in force.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["thing", "can"])]
    pub policy: Option<PathBuf>,

    /// Print only what breaks the policy, and how many tokens break each rule.
    ///
    /// To see what a rule would mean before you adopt it.
    #[arg(long, conflicts_with_all = ["thing", "can", "fail_on"])]
    pub preview: bool,

    /// Print the review in another format.
    ///
    /// csv and markdown are what the screens export. The others are for findings
    /// only: sarif for code scanning, junit for CI systems, openmetrics for
    /// Prometheus. In junit, a finding fails if --fail-on counts it; without
    /// --fail-on, if it is not accepted.
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub format: Option<Text>,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// What a token can do, for `--can`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Can {
    /// Anything at all.
    Anything,
    /// Read.
    Read,
    /// Create or change.
    Write,
    /// Delete, trim or vacuum.
    Delete,
    /// Share data with other organisations.
    Share,
    /// Grant itself, or another token, any right.
    Mint,
}

/// The lowest severity that counts, for `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "clap would print the docs as help of the values")]
pub enum Level {
    High,
    Medium,
    Low,
    Policy,
}

/// A file format, for `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "clap would print the docs as help of the values")]
pub enum Text {
    Csv,
    Markdown,
    Sarif,
    Junit,
    Openmetrics,
}
