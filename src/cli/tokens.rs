//! `axtok tokens` and `axtok personal`.

use clap::{Args, Subcommand};

use super::args::{Form, Rights, SecretTo, Sending};
use crate::domain::{grace::DEFAULT_LENGTH, lifetime::DEFAULT_EXPIRY};

/// API tokens, without the screens.
#[derive(Clone, Debug, Subcommand)]
pub enum TokensCommand {
    /// List API tokens, the first to expire first.
    #[command(after_help = "\
Examples:
  axtok tokens list
  axtok tokens list 'expires<30d' kind:basic
  axtok tokens list ds:prod can:query --json | jq -r '.[].name'
  axtok tokens list --expiring-within 14d || echo 'something is due'

Filter terms: words (in name or description), kind:basic, kind:advanced,
expires<30d, never, expired, ds:NAME, can:CAPABILITY. All of them must hold.")]
    List(List),

    /// Show tokens: rights, findings, expiry.
    #[command(after_help = "\
Examples:
  axtok tokens show ci-ingest-edge
  axtok tokens show grafana-reader --json | jq '.[0].datasetCapabilities'")]
    Show {
        /// Ids, or names where only one token has it.
        #[arg(required = true, value_name = "TOKEN")]
        tokens: Vec<String>,

        #[command(flatten)]
        form: Form,
    },

    /// Create an API token.
    #[command(after_help = "\
Examples:
  axtok tokens create ci-edge --dataset prod-edge=ingest:create | pass insert -m axiom/ci
  axtok tokens create grafana --preset query --dataset '*' --expires 6mo \\
      --secret-file ~/grafana.token
  axtok tokens create admin-bot --org users:read,datasets:create --dry-run
  axtok tokens create --from draft.toml --secret-command 'vault kv put kv/ci token=-'

The secret is written to standard output unless that is a terminal. Where it
goes is checked before the request is sent.")]
    Create(Create),

    /// Give tokens a new secret; the old one works on for a while.
    #[command(after_help = "\
Examples:
  axtok tokens regenerate ci-edge --secret-command 'pass insert -m axiom/ci'
  axtok tokens regenerate a b c --grace 24h --secret-file '/run/new/{id}'
  axtok tokens regenerate 7f3c0000-1111 --expires 30d --json")]
    Regenerate(Regenerate),

    /// Regenerate a token with other rights.
    #[command(after_help = "\
Examples:
  axtok tokens replace grafana --dataset prod-api=query:read --secret-file ~/grafana.token
  axtok tokens replace ci-edge --from narrower.toml --grace 7d --json")]
    Replace(Replace),

    /// Delete tokens: they stop working at once.
    #[command(after_help = "\
Examples:
  axtok tokens delete old-exporter          asks for the name to be typed
  axtok tokens delete 7f3c0000-1111 --yes   in a script")]
    Delete(Delete),
}

#[derive(Clone, Debug, Args)]
pub struct List {
    /// Filter terms, as in the list on the screen.
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,

    /// Only tokens that end within this time; exit 1 if there are any.
    ///
    /// Expired ones are not counted, nor is one that a later token of the same
    /// name and rights has taken over from.
    #[arg(long, value_name = "TIME")]
    pub expiring_within: Option<String>,

    /// Print the ids alone, one a line.
    ///
    /// What a shell could take for something else is spelled out (<U+0020>,
    /// <U+002A>); commands take an id in that form too.
    #[arg(long, conflicts_with = "json")]
    pub ids: bool,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Clone, Debug, Args)]
pub struct Create {
    /// Its name, unless the draft has one.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// What it is for, and whose it is.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// When it ends: 90d, 2w, 6mo, 1y, 2027-12-31, RFC 3339, or never [default: 90d]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,

    #[command(flatten)]
    pub rights: Rights,

    #[command(flatten)]
    pub secret: SecretTo,

    #[command(flatten)]
    pub sending: Sending,

    #[command(flatten)]
    pub form: Form,
}

/// When the old token of a regeneration ends.
#[derive(Clone, Debug, Args)]
pub struct Grace {
    /// How long the old token works on: 48h, 7d, a time, or now.
    #[arg(long, value_name = "TIME", default_value = DEFAULT_LENGTH)]
    pub grace: String,

    /// Do not ask before the old token is ended now.
    #[arg(long)]
    pub yes: bool,
}

#[derive(Clone, Debug, Args)]
pub struct Regenerate {
    /// Ids, or names where only one token has it.
    #[arg(required = true, value_name = "TOKEN")]
    pub tokens: Vec<String>,

    #[command(flatten)]
    pub grace: Grace,

    /// When the new token ends: 90d, 6mo, 2027-12-31, or never.
    #[arg(long, value_name = "TIME", default_value = DEFAULT_EXPIRY)]
    pub expires: String,

    #[command(flatten)]
    pub secret: SecretTo,

    #[command(flatten)]
    pub sending: Sending,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Clone, Debug, Args)]
pub struct Replace {
    /// An id, or a name that only one token has.
    #[arg(value_name = "TOKEN")]
    pub token: String,

    /// The new token's name [default: the old one's]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The new token's description [default: the old one's]
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    #[command(flatten)]
    pub grace: Grace,

    /// When the new token ends: 90d, 6mo, 2027-12-31, or never [default: 90d]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,

    #[command(flatten)]
    pub rights: Rights,

    #[command(flatten)]
    pub secret: SecretTo,

    #[command(flatten)]
    pub sending: Sending,

    #[command(flatten)]
    pub form: Form,
}

#[derive(Clone, Debug, Args)]
pub struct Delete {
    /// Ids, or names where only one token has it.
    #[arg(required = true, value_name = "TOKEN")]
    pub tokens: Vec<String>,

    /// Do not ask.
    #[arg(long)]
    pub yes: bool,

    #[command(flatten)]
    pub sending: Sending,

    #[command(flatten)]
    pub form: Form,
}

/// Your personal tokens, without the screens.
#[derive(Clone, Debug, Subcommand)]
pub enum PersonalCommand {
    /// List your personal tokens.
    List(Form),

    /// Create a personal token: it can do everything that you can.
    #[command(after_help = "\
Example:
  axtok personal create laptop --secret-command 'pass insert -m axiom/laptop'")]
    Create {
        /// Its name, such as the computer that it is for.
        #[arg(value_name = "NAME")]
        name: String,

        /// What it is for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,

        #[command(flatten)]
        secret: SecretTo,

        #[command(flatten)]
        sending: Sending,

        #[command(flatten)]
        form: Form,
    },

    /// Delete personal tokens: they stop working at once.
    Delete(Delete),
}

/// What there is in the organisation.
#[derive(Clone, Debug, Subcommand)]
pub enum ListCommand {
    /// List them.
    List(Form),
}
