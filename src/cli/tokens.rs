//! `axtok tokens`, `axtok personal`, `axtok datasets` and `axtok orgs`.

use clap::{Args, Subcommand};

use super::args::{Form, Overriding, Rights, SecretTo, Sending};
use crate::domain::{grace::DEFAULT_LENGTH, lifetime::DEFAULT_EXPIRY};

/// `axtok tokens`.
#[derive(Clone, Debug, Subcommand)]
pub enum TokensCommand {
    /// List API tokens, soonest to expire first.
    #[command(after_help = "\
Examples:
  axtok tokens list
  axtok tokens list 'expires<30d' type:basic
  axtok tokens list ds:prod can:query --json | jq -r '.[].name'
  axtok tokens list --expiring-within 14d || echo 'some tokens are due'
  axtok tokens list --usage unused
  axtok tokens list --usage 'seen>7d' --ids

Filter terms: words (in name or description), type:basic, type:advanced,
expires<30d, never, expired, ds:NAME, can:CAPABILITY, and with --usage also
unused and seen>30d. A token must match all of them.")]
    List(List),

    /// Show tokens: rights, findings, expiry.
    #[command(after_help = "\
Examples:
  axtok tokens show ci-ingest-edge
  axtok tokens show grafana-reader --json | jq '.[0].datasetCapabilities'")]
    Show {
        /// Ids, or names that only one token has.
        #[arg(required = true, value_name = "TOKEN")]
        tokens: Vec<String>,

        /// The output format.
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

The secret is written to standard output unless that is a terminal. axtok checks
its destination before it sends the request.")]
    Create(Create),

    /// Give tokens a new secret; the old one works for a grace period.
    #[command(after_help = "\
Examples:
  axtok tokens regenerate ci-edge --secret-command 'pass insert -m axiom/ci'
  axtok tokens regenerate a b c --grace 24h --secret-file '/run/new/{id}'
  axtok tokens regenerate 7f3c0000-1111 --expires 30d --json")]
    Regenerate(Regenerate),

    /// Regenerate tokens with other rights.
    ///
    /// For one token, the new rights are given as for create. For one or several,
    /// --edit changes the rights that each of them has.
    #[command(after_help = "\
Examples:
  axtok tokens replace grafana --dataset prod-api=query:read --secret-file ~/grafana.token
  axtok tokens replace ci-edge --from ci-edge.toml --grace 7d --json
  axtok tokens replace a b c --edit 'grant prod-new query:read' --secret-file '/run/new/{id}'
  axtok tokens replace a b c --edit 'revoke prod-* share:*' --edit 'revoke =* share:*' --dry-run

Changes for --edit:
  grant NAMES RIGHTS    add rights: grant prod-*,view:errors query:read
  revoke NAMES RIGHTS   remove rights: revoke tmp-* *
  only NAMES            remove all rights on other datasets: only prod-api
  apply PRESET NAMES    add the rights of a preset: apply query-only prod-new

NAMES are datasets, separated by commas; view:NAME is a view, org the organisation,
and =* the row for all datasets. * and ? match the names that exist now.")]
    Replace(Box<Replace>),

    /// Delete tokens: they stop working immediately.
    #[command(after_help = "\
Examples:
  axtok tokens delete old-exporter          # asks you to type the name
  axtok tokens delete 7f3c0000-1111 --yes   # in a script")]
    Delete(Delete),

    /// Delete tokens that have expired.
    ///
    /// Lists them and asks you to type how many. Tokens whose expiry cannot be read
    /// are left alone.
    #[command(after_help = "\
Examples:
  axtok tokens prune --expired --dry-run
  axtok tokens prune --expired --older-than 30d
  axtok tokens prune --expired --older-than 90d --yes   # in a script")]
    Prune(Prune),
}

/// The arguments of `axtok tokens prune`.
#[derive(Clone, Debug, Args)]
pub struct Prune {
    /// Delete expired tokens. Required, so that the command says what it deletes.
    #[arg(long, required = true)]
    pub expired: bool,

    /// Only those that expired at least this long ago.
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<String>,

    /// Do not ask for confirmation.
    #[arg(long)]
    pub yes: bool,

    /// How the change is sent.
    #[command(flatten)]
    pub sending: Sending,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// The arguments of `axtok tokens list`.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// Filter terms, as in the list on the screen.
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,

    /// Only tokens that expire within this time; exit 1 if there are any.
    ///
    /// Expired tokens do not count, nor does a token that was replaced by a longer
    /// lived one with the same name and rights.
    #[arg(long, value_name = "TIME")]
    pub expiring_within: Option<String>,

    /// Ask the audit log what the tokens do: when each was last seen, and whether it
    /// is used.
    ///
    /// The queries count towards the organisation's query usage. The terms unused
    /// and 'seen>30d' need this.
    #[arg(long)]
    pub usage: bool,

    /// Print only the ids, one on each line.
    ///
    /// Characters that are special to a shell are written as <U+0020> or <U+002A>;
    /// commands accept an id in that form too.
    #[arg(long, conflicts_with = "json")]
    pub ids: bool,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// The arguments of `axtok tokens create`.
#[derive(Clone, Debug, Args)]
pub struct Create {
    /// The token's name, unless the draft has one.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// What the token is for, and who owns it.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// When it expires: 90d, 2w, 6mo, 1y, 2027-12-31, RFC 3339, or never [default: 90d]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,

    /// What the token can do.
    #[command(flatten)]
    pub rights: Rights,

    /// Where the new secret goes.
    #[command(flatten)]
    pub secret: SecretTo,

    /// Whether the policy can be overridden.
    #[command(flatten)]
    pub overriding: Overriding,

    /// How the change is sent.
    #[command(flatten)]
    pub sending: Sending,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// When the old token of a regeneration stops working.
#[derive(Clone, Debug, Args)]
pub struct Grace {
    /// How long the old token keeps working: 48h, 7d, a time, or now.
    #[arg(long, value_name = "TIME", default_value = DEFAULT_LENGTH)]
    pub grace: String,

    /// Do not ask for confirmation, such as when the old token stops working now.
    #[arg(long)]
    pub yes: bool,
}

/// The arguments of `axtok tokens regenerate`.
#[derive(Clone, Debug, Args)]
pub struct Regenerate {
    /// Ids, or names that only one token has.
    #[arg(required = true, value_name = "TOKEN")]
    pub tokens: Vec<String>,

    /// When the old token stops working.
    #[command(flatten)]
    pub grace: Grace,

    /// When the new token expires: 90d, 6mo, 2027-12-31, or never.
    #[arg(long, value_name = "TIME", default_value = DEFAULT_EXPIRY)]
    pub expires: String,

    /// Where the new secret goes.
    #[command(flatten)]
    pub secret: SecretTo,

    /// Whether the policy can be overridden.
    #[command(flatten)]
    pub overriding: Overriding,

    /// How the change is sent.
    #[command(flatten)]
    pub sending: Sending,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// The arguments of `axtok tokens replace`.
#[derive(Clone, Debug, Args)]
pub struct Replace {
    /// Ids, or names that only one token has; several with --edit only.
    #[arg(required = true, value_name = "TOKEN")]
    pub tokens: Vec<String>,

    /// Change the rights that each token has, such as 'grant prod-new query:read'.
    ///
    /// Several changes apply one after another. Name and description stay the same.
    /// A token that does not change is left alone.
    #[arg(
        long,
        value_name = "CHANGE",
        conflicts_with_all = ["name", "description", "dataset", "view", "org", "preset", "from"]
    )]
    pub edit: Vec<String>,

    /// The new token's name [default: the old one's]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The new token's description [default: the old one's]
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,

    /// When the old token stops working.
    #[command(flatten)]
    pub grace: Grace,

    /// When the new token expires: 90d, 6mo, 2027-12-31, or never [default: 90d]
    #[arg(long, value_name = "TIME")]
    pub expires: Option<String>,

    /// What the token can do.
    #[command(flatten)]
    pub rights: Rights,

    /// Where the new secret goes.
    #[command(flatten)]
    pub secret: SecretTo,

    /// Whether the policy can be overridden.
    #[command(flatten)]
    pub overriding: Overriding,

    /// How the change is sent.
    #[command(flatten)]
    pub sending: Sending,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// The arguments of `axtok tokens delete` and `axtok personal delete`.
#[derive(Clone, Debug, Args)]
pub struct Delete {
    /// Ids, or names that only one token has.
    #[arg(required = true, value_name = "TOKEN")]
    pub tokens: Vec<String>,

    /// Do not ask for confirmation.
    #[arg(long)]
    pub yes: bool,

    /// How the change is sent.
    #[command(flatten)]
    pub sending: Sending,

    /// The output format.
    #[command(flatten)]
    pub form: Form,
}

/// `axtok personal`.
#[derive(Clone, Debug, Subcommand)]
pub enum PersonalCommand {
    /// List your personal tokens.
    #[command(after_help = "\
Examples:
  axtok personal list
  axtok personal list --json | jq -r '.[].name'")]
    List(Form),

    /// Create a personal token: it has all your permissions.
    #[command(after_help = "\
Example:
  axtok personal create laptop --secret-command 'pass insert -m axiom/laptop'")]
    Create {
        /// The token's name, such as the computer that it is for.
        #[arg(value_name = "NAME")]
        name: String,

        /// What the token is for.
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,

        /// Where the new secret goes.
        #[command(flatten)]
        secret: SecretTo,

        /// How the change is sent.
        #[command(flatten)]
        sending: Sending,

        /// The output format.
        #[command(flatten)]
        form: Form,
    },

    /// Delete personal tokens: they stop working immediately.
    #[command(after_help = "\
Examples:
  axtok personal delete old-laptop          # asks you to type the name
  axtok personal delete old-laptop --yes    # in a script")]
    Delete(Delete),
}

/// `axtok datasets`.
#[derive(Clone, Debug, Subcommand)]
pub enum DatasetsCommand {
    /// List the organisation's datasets.
    #[command(after_help = "\
Examples:
  axtok datasets list
  axtok datasets list --json | jq -r '.[].name'")]
    List(Form),
}

/// `axtok orgs`.
#[derive(Clone, Debug, Subcommand)]
pub enum OrgsCommand {
    /// List the organisations that the credential has access to.
    #[command(after_help = "\
Examples:
  axtok orgs list
  axtok orgs list --json | jq -r '.[].id'")]
    List(Form),
}
