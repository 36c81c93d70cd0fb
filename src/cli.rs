//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Parser, Subcommand};

/// Axiom's token settings, in the terminal.
#[derive(Debug, Parser)]
#[command(name = "axtok", version, about, max_term_width = 100)]
#[command(
    after_help = "Credentials: AXIOM_TOKEN (with AXIOM_ORG_ID for a personal token, and AXIOM_URL\n\
for another address), a token command in axtok's settings, or the Axiom CLI's\n\
~/.axiom.toml; without any, a page asks. There is no --token argument: arguments\n\
are visible to every user of the machine."
)]
pub struct Cli {
    /// Try it with a made-up organisation: no account, no network.
    #[arg(long)]
    pub demo: bool,

    /// Sign in to this deployment of the settings or of the Axiom CLI's file.
    #[arg(long, value_name = "NAME", global = true)]
    pub deployment: Option<String>,

    /// Refuse every change, until `:rw` lifts that.
    #[arg(long)]
    pub read_only: bool,

    /// Add a line for each request to this file: method, route, status, time.
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,

    /// Frames and marks in ASCII, for terminals without box drawing.
    #[arg(long)]
    pub ascii: bool,

    #[command(subcommand)]
    pub command: Option<Command>,
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
pub enum Command {
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
