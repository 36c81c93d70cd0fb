//! What the core wants done in the world, as data.

use std::sync::Arc;

use crate::{
    api::call::Call,
    domain::{
        ApiToken, SafeText, Secret, TokenId,
        destination::{BulkDestination, Destination},
        preset::Preset,
        report::Report,
        review::accepted::Acceptance,
        session::{ConnectionId, Target},
    },
    journal::{EntryId, Mark},
    ops::change::Record,
};

/// The number of a request. Its answer carries the same number, so that only
/// whoever asked takes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The number of a screen or a dialog. An answer to it reaches it and no other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerId(pub u64);

/// The number of a secret that came in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretId(pub u64);

/// One thing to do. A call gets exactly one reply.
#[derive(Debug)]
pub enum Effect {
    Call {
        ticket: Ticket,
        via: ConnectionId,
        /// The organisation that a personal token acts for.
        org: Option<SafeText>,
        call: Call,
        /// What the journal is to keep of a change.
        record: Option<Box<Record>>,
    },
    /// Open the journal, and say what earlier runs left open.
    OpenJournal,
    /// Write into the journal how far a change got.
    Mark {
        entry: EntryId,
        mark: Mark,
    },
    /// Look whether a secret could be given there.
    CheckDestination {
        asker: LayerId,
        destination: Destination,
    },
    /// Give a secret there.
    Deliver {
        id: SecretId,
        secret: Arc<Secret>,
        destination: Destination,
    },
    /// Look whether the secrets of a run could go there; make the folder.
    CheckBulkDestination {
        asker: LayerId,
        destination: BulkDestination,
    },
    /// Put a secret of a run there, under the token's name and id.
    BulkDeliver {
        id: SecretId,
        secret: Arc<Secret>,
        destination: BulkDestination,
        name: SafeText,
        token: TokenId,
    },
    /// Write what came of a run into a new file.
    SaveReport(Box<Report>),
    /// Send one harmless request with a new secret.
    Try {
        id: SecretId,
        via: ConnectionId,
        org: Option<SafeText>,
        secret: Arc<Secret>,
    },
    /// Find the credential of a place and make a connection with it.
    Connect {
        connection: ConnectionId,
        to: Target,
    },
    /// Forget a connection, credential and all; what is on its way stays so.
    Disconnect(ConnectionId),
    /// Write a connection's credential into the Axiom CLI's file, under another
    /// name if there is another token under this one that is not to be replaced.
    Keep {
        connection: ConnectionId,
        name: String,
        org: Option<SafeText>,
        replaces: bool,
    },
    /// Read which deployments there are.
    LoadDeployments(LayerId),
    /// Ask the terminal to put a text on its clipboard.
    Copy(CopyText),
    /// Clear the clipboard if it still holds the secret that was copied last.
    ClearClipboard,
    /// Read the user's own presets.
    LoadPresets(LayerId),
    /// Add a preset to the user's own.
    SavePreset(Box<Preset>),
    /// Read which findings are accepted.
    LoadAccepted,
    /// Write that a finding is accepted, or that it no longer is.
    SetAccepted {
        acceptance: Box<Acceptance>,
        on: bool,
    },
    /// Write a text into a file that does not exist yet.
    Export {
        path: String,
        text: String,
    },
    /// Clear the terminal and draw everything anew.
    Redraw,
    /// Give the terminal back to the shell until the shell continues us.
    Suspend,
    /// Take the terminal anew: who stopped us may have left it in any state.
    Resume,
    Quit,
}

/// What to copy.
#[derive(Debug)]
pub enum CopyText {
    Plain { what: &'static str, text: String },
    Json(Box<ApiToken>),
    Secret(Arc<Secret>),
}

impl CopyText {
    /// As in "… sent to the clipboard".
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Plain { what, .. } => what,
            Self::Json(_) => "JSON",
            Self::Secret(_) => "secret",
        }
    }
}
