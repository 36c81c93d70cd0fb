//! The command line as clap parses it, and the help text.

pub mod args;
pub mod manual;
pub mod policy;
pub mod review;
pub mod rotate;
pub mod tokens;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::version::WITH_COMMIT;
use manual::with_status;
use policy::PolicyCommand;
use review::ReviewArgs;
use rotate::RotateArgs;
use tokens::{DatasetsCommand, OrgsCommand, PersonalCommand, TokensCommand};

/// The heading of the options that work with every command.
const EVERYWHERE: &str = "Global options";

/// Axiom's token settings, in the terminal.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(name = "axtok", version, long_version = WITH_COMMIT, about, max_term_width = 100)]
#[command(after_help = with_status("", "\
Examples:
  axtok                     # opens the screens
  axtok --demo              # the same with made-up data
  axtok tokens list
  axtok doctor

Credentials: AXIOM_TOKEN (with AXIOM_ORG_ID for a personal token, and AXIOM_URL
for another address), a token command or file in axtok's settings, or the Axiom
CLI's ~/.axiom.toml. If there is none, the sign-in page asks for a token. There is
no --token argument: arguments are visible to every user of the machine."))]
pub struct Cli {
    /// Use a made-up organisation: no account, no network.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub demo: bool,

    /// Sign in to this deployment from the settings or the Axiom CLI's file.
    #[arg(long, value_name = "NAME", global = true, help_heading = EVERYWHERE)]
    pub deployment: Option<String>,

    /// Refuse every change, until `:rw` on the screens allows them.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub read_only: bool,

    /// Append a line to this file for each request: method, route, status, time.
    #[arg(long, value_name = "FILE", global = true, help_heading = EVERYWHERE)]
    pub log_file: Option<PathBuf>,

    /// Draw frames and marks in ASCII, for terminals without box drawing.
    #[arg(long)]
    pub ascii: bool,

    /// Ask plain questions, for screen readers and simple terminals.
    ///
    /// No frames, no colours, no cursor movement. Lists, creates, regenerates
    /// and deletes API tokens. Works without a terminal too.
    #[arg(long)]
    pub plain_ui: bool,

    /// The command; without one, the screens or plain mode open.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A shell that axtok has a completion script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "clap would print the docs as help of the values")]
pub enum CompletedShell {
    Bash,
    Zsh,
    Fish,
}

/// `axtok config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the path of the settings file.
    #[command(after_help = "\
Example:
  axtok config path")]
    Path,
    /// Print the settings in use, with defaults and warnings.
    #[command(after_help = "\
Example:
  axtok config show")]
    Show,
    /// Print all keys by context and action, in the format of the settings file.
    #[command(after_help = "\
Example:
  axtok config keys | less")]
    Keys,
    /// Write a settings file with every setting explained; never overwrites.
    #[command(after_help = "\
Example:
  axtok config init && vi \"$(axtok config path)\"")]
    Init,
}

/// `axtok journal`.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// List the unconfirmed changes, oldest first.
    #[command(after_help = "\
Examples:
  axtok journal list
  axtok journal list --json | jq -r '.[].entry'")]
    List(args::Form),
    /// Search the list of tokens for the result of changes. Signs in.
    ///
    /// Reads the list once and says what it shows. If a token that was to be
    /// deleted is gone, its entry is closed.
    #[command(after_help = "\
Examples:
  axtok journal look 7f3c
  axtok journal look --all --json | jq '.[].candidates'")]
    Look {
        /// Entries as in `axtok journal list`; the first 4 characters are enough.
        #[arg(value_name = "ENTRY", required_unless_present = "all")]
        entries: Vec<String>,

        /// Search for every open entry of this deployment and organisation.
        #[arg(long, conflicts_with = "entries")]
        all: bool,

        /// The output format.
        #[command(flatten)]
        form: args::Form,
    },
    /// Delete the token that an unconfirmed change made. Signs in.
    ///
    /// Refuses unless exactly one token is certainly its result: named by the
    /// response, or new and exactly as requested. Closes the entry.
    #[command(after_help = "\
Examples:
  axtok journal delete 7f3c
  axtok journal delete 7f3c --yes")]
    Delete {
        /// The entry as in `axtok journal list`; the first 4 characters are enough.
        #[arg(value_name = "ENTRY")]
        entry: String,

        /// Do not ask.
        #[arg(long)]
        yes: bool,

        /// How the request is sent.
        #[command(flatten)]
        sending: args::Sending,

        /// The output format.
        #[command(flatten)]
        form: args::Form,
    },
    /// Close entries, so that axtok no longer mentions them.
    ///
    /// Only the journal changes, no token. Check with `axtok journal look` first.
    #[command(after_help = "\
Examples:
  axtok journal close 7f3c --reason 'deleted it in the console'
  axtok journal close --all")]
    Close {
        /// Entries as in `axtok journal list`; the first 4 characters are enough.
        #[arg(value_name = "ENTRY", required_unless_present = "all")]
        entries: Vec<String>,

        /// Close every open entry.
        #[arg(long, conflicts_with = "entries")]
        all: bool,

        /// Why nothing is left to do; kept in the journal, for `axtok history`.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// The arguments of `axtok history`.
#[derive(Clone, Debug, Args)]
pub struct HistoryArgs {
    /// Only changes of tokens with this name or id.
    #[arg(value_name = "TOKEN")]
    pub token: Option<String>,

    /// Only changes that are not finished: see `axtok journal`.
    #[arg(long)]
    pub open: bool,

    /// The output format.
    #[command(flatten)]
    pub form: args::Form,
}

/// The arguments of `axtok audit`.
#[derive(Clone, Debug, Args)]
pub struct AuditArgs {
    /// Only events about this token: an id or a name. It may be deleted.
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,

    /// The output format.
    #[command(flatten)]
    pub form: args::Form,
}

/// A command, for use without the screens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// API tokens: list, show, create, regenerate, replace, delete.
    #[command(after_help = with_status("tokens", "\
Examples:
  axtok tokens list 'expires<30d'
  axtok tokens show ci-ingest-edge
  axtok tokens create ci-edge --dataset prod-edge=ingest:create --secret-file ~/ci.token"))]
    Tokens {
        /// What follows `axtok tokens`.
        #[command(subcommand)]
        command: TokensCommand,
    },

    /// Personal tokens: list, create, delete.
    #[command(after_help = with_status("personal", "\
Examples:
  axtok personal list
  axtok personal create laptop --secret-command 'pass insert -m axiom/laptop'"))]
    Personal {
        /// What follows `axtok personal`.
        #[command(subcommand)]
        command: PersonalCommand,
    },

    /// Rotate tokens by a plan: regenerate, deliver, prove, end the old one.
    ///
    /// The plan (rotation.toml) says which tokens may be rotated and where their
    /// secrets go. Each new secret is read back from its store and used once before
    /// the rotation counts as complete. After a failure, even a kill, the next run
    /// continues; the old token works until its grace period ends.
    #[command(after_help = with_status("rotate", "\
Examples:
  axtok rotate --dry-run
  axtok rotate
  axtok rotate --plan /etc/axtok/rotation.toml --json
  axtok rotate ci-ingest-edge"))]
    Rotate(RotateArgs),

    /// What axtok changed from this computer, newest first.
    ///
    /// Reads the journal on this computer and does not sign in. With TOKEN only
    /// changes of tokens with this name or id.
    #[command(after_help = with_status("history", "\
Examples:
  axtok history
  axtok history ci-ingest-edge
  axtok history --open
  axtok history --json | jq -r '.[] | select(.change == \"delete\") | .name'"))]
    History(HistoryArgs),

    /// Unconfirmed changes: outcome unknown, or new secret not confirmed as stored.
    ///
    /// Reads the journal on this computer and does not sign in. Deleting or
    /// regenerating the new token also closes its entry.
    #[command(after_help = with_status("journal", "\
Examples:
  axtok journal list
  axtok journal close --all"))]
    Journal {
        /// What follows `axtok journal`.
        #[command(subcommand)]
        command: JournalCommand,
    },

    /// The organisation's datasets.
    #[command(after_help = with_status("datasets", "\
Example:
  axtok datasets list"))]
    Datasets {
        /// What follows `axtok datasets`.
        #[command(subcommand)]
        command: DatasetsCommand,
    },

    /// The organisations that the credential has access to.
    #[command(after_help = with_status("orgs", "\
Example:
  axtok orgs list"))]
    Orgs {
        /// What follows `axtok orgs`.
        #[command(subcommand)]
        command: OrgsCommand,
    },

    /// The access review: findings for all tokens, and who can do what.
    ///
    /// Prints findings, most severe first and accepted ones last. With --dataset,
    /// --view, --org or --can it prints tokens and their rights instead; a * after
    /// a right means that the token has it on all datasets or views.
    #[command(after_help = with_status("review", "\
Examples:
  axtok review
  axtok review --fail-on high > /dev/null || echo 'check the tokens'
  axtok review --fail-on high --expiring-within 14d > /dev/null || echo 'or renew some'
  axtok review --dataset prod-api --can delete
  axtok review --can mint
  axtok review --org apiTokens --json | jq -r '.[].tokenName'
  axtok review --usage --fail-on medium > /dev/null || echo 'some are not used'
  axtok review --preview
  axtok review --fail-on policy --format junit > review.xml
  axtok review --format markdown > review.md
  axtok review --format openmetrics > axtok.tmp && mv axtok.tmp axtok.prom

To accept a finding with a reason, open the access review on the screens."))]
    Review(ReviewArgs),

    /// Your organisation's own rules for tokens: check a policy, write a new one.
    ///
    /// The review, the lists and the form report what breaks a policy. Creating,
    /// regenerating or replacing a token against it needs --override-policy REASON,
    /// which the history keeps.
    #[command(after_help = "\
Examples:
  axtok policy init
  axtok policy check

`axtok review --preview` shows which tokens break it, and --fail-on policy fails
in CI.")]
    Policy {
        /// What follows `axtok policy`.
        #[command(subcommand)]
        command: PolicyCommand,
    },

    /// Who created, regenerated, changed and deleted tokens, from the audit log.
    ///
    /// Newest first, as far back as the organisation's log can be queried. By
    /// default only owners can query it.
    #[command(after_help = with_status("audit", "\
Examples:
  axtok audit
  axtok audit --token ci-ingest-edge
  axtok audit --json | jq -r '.[] | select(.action == \"created\") | .actor'"))]
    Audit(AuditArgs),

    /// Print a shell script that completes axtok's arguments.
    ///
    /// It completes names of tokens, datasets and views only with the setting
    /// complete-names = true.
    #[command(after_help = "\
Examples:
  axtok completions bash > ~/.local/share/bash-completion/completions/axtok
  axtok completions zsh > ~/.zfunc/_axtok       # a folder in $fpath
  axtok completions fish > ~/.config/fish/completions/axtok.fish")]
    Completions {
        /// The shell.
        shell: CompletedShell,
    },

    /// Print the manual page, or write a page for each command.
    #[command(after_help = "\
Examples:
  axtok man | man -l -
  axtok man --dir ~/.local/share/man/man1")]
    Man {
        /// Write all pages to this folder.
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },

    /// Check settings, credential, address and terminal; report problems and fixes.
    ///
    /// Sends one read-only request unless --offline is given. Prints no secret.
    #[command(after_help = with_status("doctor", "\
Examples:
  axtok doctor
  axtok doctor --offline
  axtok doctor --json | jq '.checks[] | select(.state != \"ok\")'"))]
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,

        /// Send no request.
        #[arg(long)]
        offline: bool,
    },

    /// The settings file: print its path, show it, write a new one.
    #[command(after_help = "\
Examples:
  axtok config init
  axtok config show")]
    Config {
        /// What follows `axtok config`.
        #[command(subcommand)]
        command: ConfigCommand,
    },

    #[expect(clippy::doc_markdown, reason = "it is the help text, not documentation")]
    /// Serve the embedded simulator of Axiom's management API on loopback.
    ///
    /// Prints AXIOM_URL, AXIOM_TOKEN, AXIOM_ORG_ID and AXIOM_API_TOKEN as lines
    /// that a shell can read. Serves until Ctrl-C or SIGTERM.
    #[command(after_help = "\
Examples:
  axtok simulate > sim.env &
  axtok simulate --listen 127.0.0.1:8080 --scenario faults.toml")]
    Simulate {
        /// Loopback address and port; port 0 picks a free port.
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
        listen: SocketAddr,

        /// A scenario (TOML): the organisation at the start, and faults.
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
    },
}
