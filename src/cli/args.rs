//! Arguments that several commands share.

use clap::Args;

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Form {
    /// For programs: JSON, as README.md describes it.
    #[arg(long)]
    pub json: bool,
}

/// How a change is sent.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sending {
    /// Print the request and send no change.
    ///
    /// Method, path and JSON body, without the credential. What has to be known
    /// for that is still read, such as the token of a name. What the change itself
    /// would check is checked, and the status is the same.
    #[arg(long)]
    pub dry_run: bool,

    /// Send it though the journal cannot be written.
    ///
    /// Then nothing remembers the change if this program ends in the middle.
    #[arg(long)]
    pub without_journal: bool,

    /// After a lost answer, look for the outcome at most this many seconds.
    ///
    /// The list is read at once and after 2, 5, 15 and 30 seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub look_for: u64,
}

/// Where a new secret goes. Nothing of it: standard output, unless that is a
/// terminal.
#[derive(Clone, Debug, Default, Args)]
pub struct SecretTo {
    /// Write the secret into this new file, which only you can read.
    ///
    /// For several tokens the name must have {id} in it, which stands for the
    /// old token's id.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["secret_command", "show_secret"])]
    pub secret_file: Option<String>,

    #[expect(clippy::doc_markdown, reason = "it is the help text, not documentation")]
    /// Give the secret to this command on its standard input.
    ///
    /// One string, split like a shell's words; no shell runs. The command finds
    /// AXTOK_TOKEN_NAME and AXTOK_TOKEN_ID in its environment, and runs once for
    /// each token.
    #[arg(long, value_name = "COMMAND", conflicts_with = "show_secret")]
    pub secret_command: Option<String>,

    /// Print the secret though standard output is a terminal.
    #[arg(long)]
    pub show_secret: bool,
}

/// What the token may do.
#[derive(Clone, Debug, Default, Args)]
pub struct Rights {
    /// Rights on a dataset: prod-api=query:read,ingest:create.
    ///
    /// NAME=* grants all, NAME=query:* every verb of query; the NAME * is every
    /// dataset, later ones too. A NAME alone gets the rights of --preset. Rights
    /// for the same NAME add up.
    #[arg(long, value_name = "NAME[=RIGHTS]")]
    pub dataset: Vec<String>,

    /// Rights on a view: NAME=query:read. As --dataset.
    #[arg(long, value_name = "NAME[=RIGHTS]")]
    pub view: Vec<String>,

    /// Rights in the organisation: users:read,datasets:create.
    #[arg(long, value_name = "RIGHTS")]
    pub org: Vec<String>,

    /// Begin with a preset, built in or your own; its id, or the start of it.
    #[arg(long, value_name = "ID")]
    pub preset: Option<String>,

    /// Begin with a draft: the API's JSON, or TOML; - is standard input.
    ///
    /// What the other arguments say goes before it.
    #[arg(long, value_name = "FILE")]
    pub from: Option<String>,
}
