//! What happens to the core.

use crate::{
    api::call::Answer,
    app::{
        effect::{LayerId, SecretId, Ticket},
        mouse::Pointer,
    },
    domain::{
        Background,
        preset::Preset,
        review::accepted::Acceptance,
        session::{ConnectionId, DeploymentSummary, Session},
    },
    input::Key,
    journal::{Entry, Open, Rotation},
};

/// One thing that happened.
#[derive(Debug)]
pub enum Msg {
    Key(Key),
    /// Text from a bracketed paste: only ever text, never keys.
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    Mouse(Pointer),
    /// The terminal said what its letters stand on.
    Background(Background),
    /// The terminal lost the focus.
    FocusLost,
    /// The terminal got the focus again.
    FocusGained,
    /// A moment came that [`crate::app::Model::next_wake`] had asked for.
    Wake,
    /// The answer to a call.
    Replied {
        ticket: Ticket,
        answer: Answer,
        /// The journal's entry, if it was a change.
        entry: Option<Box<Entry>>,
    },
    /// A server's clock is this many seconds ahead of ours; negative if behind.
    ServerAhead {
        connection: ConnectionId,
        seconds: i64,
    },
    /// A place for a secret was looked at: what is in the way, if something is.
    /// The same for the secrets of a run.
    Checked {
        asker: LayerId,
        result: Result<(), String>,
    },
    /// A secret was taken, as the words say; or why not.
    Delivered {
        id: SecretId,
        result: Result<String, String>,
    },
    /// A secret of a run was taken, and where it is; or why not.
    BulkDelivered {
        id: SecretId,
        result: Result<String, String>,
    },
    /// The report of a run was written there, or why not.
    ReportSaved(Result<String, String>),
    /// A new secret was tried.
    Tried {
        id: SecretId,
        result: Result<String, String>,
    },
    /// A change was not sent, since the journal cannot be written.
    Unrecorded {
        ticket: Ticket,
        why: String,
    },
    /// The journal was opened: what earlier runs left, and what else is to be
    /// said of it.
    Recalled {
        open: Vec<Open>,
        /// Regenerations of earlier runs.
        rotations: Vec<Rotation>,
        warning: Option<String>,
    },
    /// There is a connection now, or why there cannot be one.
    Connected {
        connection: ConnectionId,
        result: Result<Session, String>,
    },
    /// The credential of a connection was written down: the name under which it
    /// was, and more words; or why not.
    Kept {
        connection: ConnectionId,
        result: Result<(String, String), String>,
    },
    /// The deployments of the settings and of the Axiom CLI's file.
    Deployments {
        asker: LayerId,
        result: Result<Vec<DeploymentSummary>, String>,
    },
    /// The clipboard was asked; on failure the reason.
    Copied {
        what: &'static str,
        result: Result<Copied, String>,
    },
    /// The user's own presets, or why they cannot be read.
    Presets {
        asker: LayerId,
        result: Result<Vec<Preset>, String>,
    },
    /// A preset was saved under this label, or why not.
    PresetSaved(Result<String, String>),
    /// A signal asks us to stop.
    Stop,
    /// We were stopped, and go on.
    Continued,
    /// The findings that are accepted, or why they cannot be read or written.
    Accepted(Result<Vec<Acceptance>, String>),
    /// The review was written, as the words say; or why not.
    Exported(Result<String, String>),
    /// The terminal is ours again after a suspension.
    Resumed,
}

/// What is known about a text that was to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The terminal was asked, which does not answer.
    Sent,
    /// It is on the clipboard.
    Confirmed,
    /// It is on the clipboard, and can be cleared from it after this time.
    For { seconds: u32 },
}
