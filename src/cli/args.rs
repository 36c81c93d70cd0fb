//! Arguments that several commands share.

use clap::Args;

/// The output format.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Form {
    /// Print JSON, as described in docs/json.md.
    #[arg(long)]
    pub json: bool,
}

/// How a change is sent.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sending {
    /// Print the request, but do not send it.
    ///
    /// Prints method, path and JSON body, without the credential. Read-only
    /// requests are still sent, for example to look up a token by name. The checks
    /// and the exit status are those of the real run.
    #[arg(long)]
    pub dry_run: bool,

    /// Send the change even if the journal cannot be written.
    ///
    /// If axtok is interrupted, there is then no record of the change.
    #[arg(long)]
    pub without_journal: bool,

    /// After a lost response, check for the outcome for at most this many seconds.
    ///
    /// axtok reads the list immediately and after 2, 5, 15 and 30 seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub look_for: u64,
}

/// Whether a token that breaks the organisation's rules is sent.
#[derive(Clone, Debug, Default, Args)]
pub struct Overriding {
    /// Send it although it breaks the policy; the history keeps the reason.
    #[arg(long, value_name = "REASON", conflicts_with = "without_journal")]
    pub override_policy: Option<String>,
}

/// Where a new secret goes: without any of these to standard output, unless that is a
/// terminal.
#[derive(Clone, Debug, Default, Args)]
pub struct SecretTo {
    /// Save the secret to this new file, which only you can read.
    ///
    /// For several tokens the name must contain {id}, which is replaced by the old
    /// token's id.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["secret_command", "show_secret"])]
    pub secret_file: Option<String>,

    #[expect(clippy::doc_markdown, reason = "it is the help text, not documentation")]
    /// Send the secret to this command on its standard input.
    ///
    /// One string, split into arguments as a shell does; no shell runs. The
    /// environment has AXTOK_TOKEN_NAME and AXTOK_TOKEN_ID. The command runs once
    /// for each token.
    #[arg(long, value_name = "COMMAND", conflicts_with = "show_secret")]
    pub secret_command: Option<String>,

    /// Print the secret even if standard output is a terminal.
    #[arg(long)]
    pub show_secret: bool,
}

/// What the token can do.
#[derive(Clone, Debug, Default, Args)]
pub struct Rights {
    /// Rights on a dataset: prod-api=query:read,ingest:create.
    ///
    /// NAME=* grants all rights, NAME=query:* every verb of query. The NAME * is
    /// every dataset, including future ones. A NAME alone gets the rights of
    /// --preset. Rights for the same NAME add up.
    #[arg(long, value_name = "NAME[=RIGHTS]")]
    pub dataset: Vec<String>,

    /// Rights on a view, written as for --dataset: NAME=query:read.
    #[arg(long, value_name = "NAME[=RIGHTS]")]
    pub view: Vec<String>,

    /// Rights in the organisation: users:read,datasets:create.
    #[arg(long, value_name = "RIGHTS")]
    pub org: Vec<String>,

    /// Start from a preset, built in or your own, by its id or the start of it.
    #[arg(long, value_name = "ID")]
    pub preset: Option<String>,

    /// Start from a draft: the API's JSON, or TOML; - is standard input.
    ///
    /// The other arguments override the draft.
    #[arg(long, value_name = "FILE")]
    pub from: Option<String>,
}
