//! The command line.

pub mod args;
pub mod review;
pub mod tokens;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

use review::ReviewArgs;
use tokens::{ListCommand, PersonalCommand, TokensCommand};

/// The heading of what can be said before and after a command.
const EVERYWHERE: &str = "With and without a command";

/// What the exit status of every command means, for its help.
pub const STATUS: &str = "\
Exit status: 0 done; 1 some failed, or something is due or found; 2 wrong usage;
3 not signed in; 4 refused; 5 not found; 6 the outcome is not known, and what to do
is said; 7 rate limit.";

/// Axiom's token settings, in the terminal.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[command(name = "axtok", version, about, max_term_width = 100)]
#[command(
    after_help = "Credentials: AXIOM_TOKEN (with AXIOM_ORG_ID for a personal token, and AXIOM_URL\n\
for another address), a token command in axtok's settings, or the Axiom CLI's\n\
~/.axiom.toml; without any, a page asks. There is no --token argument: arguments\n\
are visible to every user of the machine.\n\n\
Without a command the screens open. Exit status of commands: 0 done; 1 some\n\
failed, or something is due or found; 2 wrong usage; 3 not signed in; 4 refused;\n\
5 not found; 6 the outcome is not known, and what to do is said; 7 rate limit."
)]
pub struct Cli {
    /// Try it with a made-up organisation: no account, no network.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub demo: bool,

    /// Sign in to this deployment of the settings or of the Axiom CLI's file.
    #[arg(long, value_name = "NAME", global = true, help_heading = EVERYWHERE)]
    pub deployment: Option<String>,

    /// Refuse every change, until `:rw` lifts that.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub read_only: bool,

    /// Add a line for each request to this file: method, route, status, time.
    #[arg(long, value_name = "FILE", global = true, help_heading = EVERYWHERE)]
    pub log_file: Option<PathBuf>,

    /// Frames and marks in ASCII, for terminals without box drawing.
    #[arg(long)]
    pub ascii: bool,

    /// Plain questions and answers, for screen readers and simple terminals.
    ///
    /// No frames, no colours, no cursor movement; lists, creates, regenerates
    /// and deletes API tokens. Works without a terminal too.
    #[arg(long)]
    pub plain_ui: bool,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A shell that completions are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompletedShell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print where the settings file is.
    Path,
    /// Print the settings as they are read, with defaults and warnings.
    Show,
    /// Print every key by context and action, as the settings would write it.
    Keys,
    /// Write a settings file with every setting explained, never over one.
    Init,
}

#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// List them, the oldest first.
    #[command(after_help = "\
Examples:
  axtok journal list
  axtok journal list --json | jq -r '.[].id'")]
    List(args::Form),
    /// Close some: nothing mentions them any more.
    ///
    /// Only the journal changes. A token that was made stays as it is: look with
    /// `axtok tokens list` first.
    #[command(after_help = "\
Examples:
  axtok journal close 7f3c
  axtok journal close --all")]
    Close {
        /// Entries as `axtok journal list` names them; the beginning is enough.
        #[arg(value_name = "ENTRY", required_unless_present = "all")]
        entries: Vec<String>,

        /// Close every open entry.
        #[arg(long, conflicts_with = "entries")]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// API tokens: list, show, create, regenerate, replace, delete.
    #[command(after_help = STATUS)]
    Tokens {
        #[command(subcommand)]
        command: TokensCommand,
    },

    /// Personal tokens: list, create, delete.
    #[command(after_help = STATUS)]
    Personal {
        #[command(subcommand)]
        command: PersonalCommand,
    },

    /// Changes whose outcome is not known, or whose secret nobody has confirmed.
    ///
    /// They are on this computer only; nobody is signed in. Deleting or regenerating
    /// the token that a change made closes it too.
    #[command(after_help = STATUS)]
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },

    /// The organisation's datasets.
    #[command(after_help = STATUS)]
    Datasets {
        #[command(subcommand)]
        command: ListCommand,
    },

    /// The organisations that the credential sees.
    #[command(after_help = STATUS)]
    Orgs {
        #[command(subcommand)]
        command: ListCommand,
    },

    /// The access review: findings over all tokens, and who can do what.
    ///
    /// Prints findings, the worst first, and accepted ones last. With --dataset,
    /// --view, --org or --can it prints tokens and what they can do instead; a
    /// right with a * comes from the token's row for all.
    #[command(after_help = "\
Examples:
  axtok review
  axtok review --fail-on high > /dev/null || echo 'look at the tokens'
  axtok review --fail-on high --expiring-within 14d > /dev/null || echo 'or renew some'
  axtok review --dataset prod-api --can delete
  axtok review --can mint
  axtok review --org apiTokens --json | jq -r '.[].tokenName'
  axtok review --format markdown > review.md

Findings are accepted on the screen of the review, with a reason.

Exit status: 0 done; 1 --fail-on found something, something is due by
--expiring-within, or it failed; 2 wrong usage, or the file of accepted findings
cannot be read; 3 not signed in; 4 refused; 5 not found; 7 rate limit.")]
    Review(ReviewArgs),

    /// Print a script with which a shell completes axtok's arguments.
    ///
    /// Names of tokens, datasets and views are among them with the setting
    /// complete-names = true.
    #[command(after_help = "\
Examples:
  axtok completions bash > ~/.local/share/bash-completion/completions/axtok
  axtok completions zsh > ~/.zfunc/_axtok       a folder of $fpath
  axtok completions fish > ~/.config/fish/completions/axtok.fish")]
    Completions { shell: CompletedShell },

    /// Print the manual page, or write a page for each command.
    #[command(after_help = "\
Examples:
  axtok man | man -l -
  axtok man --dir ~/.local/share/man/man1")]
    Man {
        /// Write all pages into this folder.
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },

    /// Look at settings, credential, address and terminal; say what to mend.
    ///
    /// Sends one harmless request unless --offline is given. Ends with status 1
    /// if something has to be mended. Prints no secret.
    Doctor {
        /// For programs.
        #[arg(long)]
        json: bool,

        /// Send nothing.
        #[arg(long)]
        offline: bool,
    },

    /// The settings file.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },

    #[expect(clippy::doc_markdown, reason = "it is the help text, not documentation")]
    /// Serve the embedded stand-in of Axiom's management API, on loopback.
    ///
    /// Prints AXIOM_URL, AXIOM_TOKEN, AXIOM_ORG_ID and AXIOM_API_TOKEN, one a
    /// line, for a shell to read; serves until Ctrl-C or SIGTERM.
    Simulate {
        /// Loopback address and port; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
        listen: SocketAddr,

        /// A scenario (TOML): the organisation to begin with, and faults.
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
    },
}
