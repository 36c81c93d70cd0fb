//! Side effects that the core asks for, as data.

use std::sync::Arc;

use crate::{
    api::call::Call,
    domain::{
        ApiToken, SafeText, Secret, TokenId,
        audit::Window,
        choices::Choice,
        destination::{BulkDestination, Destination},
        due::Batch,
        preset::Preset,
        report::Report,
        review::accepted::Acceptance,
        rotation::Plan,
        session::{ConnectionId, Session, Target},
    },
    journal::{EntryId, Mark},
    ops::{change::Record, rotation::Work},
};

/// The number of a request. Its response carries the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The number of a screen or dialog, so that a result reaches the layer that asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerId(pub u64);

/// The number of a secret that a response contained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretId(pub u64);

/// One side effect to run.
#[derive(Debug)]
pub enum Effect {
    /// Send a request; answered by exactly one [`Msg::Replied`](super::msg::Msg::Replied).
    Call {
        /// The number that the response carries.
        ticket: Ticket,
        /// The connection to send the request on.
        via: ConnectionId,
        /// The organisation that a personal token acts for.
        org: Option<SafeText>,
        /// The request.
        call: Call,
        /// What to write to the journal about a change; `None` for a read.
        record: Option<Box<Record>>,
    },
    /// Open the journal and report the unconfirmed changes of earlier sessions.
    OpenJournal,
    /// Record in the journal how far a change got.
    Mark {
        /// The change's entry.
        entry: EntryId,
        /// Its new state.
        mark: Mark,
    },
    /// Check whether a secret can be delivered to a destination.
    CheckDestination {
        /// The layer to send the result to.
        asker: LayerId,
        /// The file or command to check.
        destination: Destination,
    },
    /// Deliver a secret to a file or a command.
    Deliver {
        /// The secret's number.
        id: SecretId,
        /// The secret.
        secret: Arc<Secret>,
        /// Where to deliver it.
        destination: Destination,
    },
    /// Check the destination for the secrets of a bulk run, creating its folder if needed.
    CheckBulkDestination {
        /// The layer to send the result to.
        asker: LayerId,
        /// The folder or command to check.
        destination: BulkDestination,
    },
    /// Deliver a secret of a bulk run.
    BulkDeliver {
        /// The secret's number.
        id: SecretId,
        /// The secret.
        secret: Arc<Secret>,
        /// Where to deliver it.
        destination: BulkDestination,
        /// The token's name, for the file's name or the command's environment.
        name: SafeText,
        /// The token's id, for the same.
        token: TokenId,
    },
    /// Write the outcome of a bulk run to a new file.
    SaveReport(Box<Report>),
    /// Test a new secret with one read-only request.
    Try {
        /// The secret's number.
        id: SecretId,
        /// The connection whose address to send it to.
        via: ConnectionId,
        /// The organisation to send it for.
        org: Option<SafeText>,
        /// The secret.
        secret: Arc<Secret>,
    },
    /// Find the credential for a deployment and set up a connection with it.
    Connect {
        /// The number for the new connection.
        connection: ConnectionId,
        /// What to connect to.
        to: Target,
    },
    /// Forget a connection and its credential. Requests in progress continue.
    Disconnect(ConnectionId),
    /// Save a connection's credential to the Axiom CLI's file.
    Keep {
        /// The connection.
        connection: ConnectionId,
        /// The name for the entry. If another token has this name and must not be
        /// replaced, a different name is used.
        name: String,
        /// The organisation to save with it.
        org: Option<SafeText>,
        /// Whether an existing entry of this name may be replaced.
        replaces: bool,
    },
    /// Read the list of deployments for this layer.
    LoadDeployments(LayerId),
    /// Copy a text to the clipboard.
    Copy(CopyText),
    /// Clear the clipboard if it still holds the last copied secret.
    ClearClipboard,
    /// Read the user's own presets for this layer.
    LoadPresets(LayerId),
    /// Add a preset to the user's presets file.
    SavePreset(Box<Preset>),
    /// Read the changes in the journal for this layer.
    LoadHistory(LayerId),
    /// Read the accepted findings.
    LoadAccepted,
    /// Read the organisation's own rules again.
    LoadPolicies {
        /// Whether the session is the demo's.
        demo: bool,
    },
    /// Save that a finding is accepted, or is no longer accepted.
    SetAccepted {
        /// The finding, with who accepted it and why.
        acceptance: Box<Acceptance>,
        /// `false` withdraws the acceptance.
        on: bool,
    },
    /// Ask the audit log what these tokens do.
    LoadUsage {
        /// The ticket of the answer.
        ticket: Ticket,
        /// The connection to use.
        via: ConnectionId,
        /// The organisation to ask for.
        org: Option<SafeText>,
        /// The tokens, as listed now.
        tokens: Arc<Vec<ApiToken>>,
        /// The part of the log to read.
        window: Window,
    },
    /// Read the plan for rotations and the journal.
    LoadRotations,
    /// Rotate a token with proof, or prove that its new secret is stored.
    Rotate {
        /// The ticket of the answers.
        ticket: Ticket,
        /// The session to rotate in.
        session: Box<Session>,
        /// The plan with the rules.
        plan: Plan,
        /// What to do.
        work: Work,
    },
    /// Report due tokens to the program in the settings, unless they were reported before.
    ReportDue(Box<Batch>),
    /// Save what the user chose, for the next session.
    KeepChoice(Choice),
    /// Read the folder of a path, to complete it.
    ListFolder {
        /// The layer to send the names to.
        asker: LayerId,
        /// The path as typed.
        path: String,
    },
    /// Write a text to a new file. An existing file is an error.
    Export {
        /// The path as typed.
        path: String,
        /// The content.
        text: String,
    },
    /// Clear the terminal and redraw everything.
    Redraw,
    /// Return the terminal to the shell until the shell continues the program.
    Suspend,
    /// Set up the terminal again: another program may have left it in any state.
    Resume,
    /// End the program.
    Quit,
}

/// A text to copy.
#[derive(Debug)]
pub enum CopyText {
    /// An ordinary text.
    Plain {
        /// The noun for it, such as "name".
        what: &'static str,
        /// The text itself.
        text: String,
    },
    /// A token as JSON, without its secret.
    Json(Box<ApiToken>),
    /// A secret, which is cleared from the clipboard later where that is possible.
    Secret(Arc<Secret>),
}

impl CopyText {
    /// The noun for the text in "The … was copied".
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Plain { what, .. } => what,
            Self::Json(_) => "JSON",
            Self::Secret(_) => "secret",
        }
    }
}
