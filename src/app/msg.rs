//! The core's input messages.

use std::sync::Arc;

use crate::{
    api::{call::Answer, error::Failure},
    app::{
        effect::{LayerId, SecretId, Ticket},
        mouse::Pointer,
    },
    domain::{
        Background, Policies,
        paths::Listing,
        preset::Preset,
        review::accepted::Acceptance,
        rotation::Plan,
        session::{ConnectionId, DeploymentSummary, Session},
        usage::Usage,
    },
    input::Key,
    journal::{Contents, Entry, Open, RecordedChange, Rotation},
    ops::rotation::Report,
};

/// An input event, or the result of an [`Effect`](super::effect::Effect).
#[derive(Debug)]
pub enum Msg {
    /// A key press.
    Key(Key),
    /// Text from a bracketed paste. It is never read as keys.
    Paste(String),
    /// The terminal has a new size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// A movement, click or wheel step of the mouse.
    Mouse(Pointer),
    /// The terminal reported its background colour.
    Background(Background),
    /// The terminal lost the focus.
    FocusLost,
    /// The terminal got the focus again.
    FocusGained,
    /// The time returned by [`crate::app::Model::next_wake`] has come.
    Wake,
    /// The result of [`Effect::Call`](super::effect::Effect::Call).
    Replied {
        /// The call's ticket.
        ticket: Ticket,
        /// The response, or why there is none.
        answer: Answer,
        /// The change's journal entry; `None` for a read.
        entry: Option<Box<Entry>>,
    },
    /// A server's clock was compared with this computer's.
    ServerAhead {
        /// The connection to that server.
        connection: ConnectionId,
        /// How far the server's clock is ahead; negative if it is behind.
        seconds: i64,
    },
    /// A destination for one secret, or for those of a bulk run, was checked.
    Checked {
        /// The layer that asked for the check.
        asker: LayerId,
        /// Why the destination cannot be used, if it cannot.
        result: Result<(), String>,
    },
    /// A secret was delivered to a file or a command, or the delivery failed.
    Delivered {
        /// The secret.
        id: SecretId,
        /// A sentence for the user: where the secret is, or what went wrong.
        result: Result<String, String>,
    },
    /// A secret of a bulk run was delivered, or the delivery failed.
    BulkDelivered {
        /// The secret.
        id: SecretId,
        /// Where the secret is, or what went wrong.
        result: Result<String, String>,
    },
    /// The report of a bulk run was saved to this path, or saving failed.
    ReportSaved(Result<String, String>),
    /// A new secret was tested with a read-only request.
    Tried {
        /// The secret.
        id: SecretId,
        /// What the server said about it, or why it could not be tested.
        result: Result<String, String>,
    },
    /// The changes in the journal were read.
    History {
        /// The layer that asked for them.
        asker: LayerId,
        /// The changes, or why the journal cannot be read.
        result: Result<Vec<RecordedChange>, String>,
    },
    /// A change was not sent because the journal cannot be written.
    Unrecorded {
        /// The ticket of the change's call.
        ticket: Ticket,
        /// The reason, as a sentence for the user.
        why: String,
    },
    /// The journal was opened and read.
    Recalled {
        /// Changes of earlier sessions that are still unconfirmed.
        open: Vec<Open>,
        /// Regenerations of earlier sessions.
        rotations: Vec<Rotation>,
        /// A problem with the journal that the user should know about.
        warning: Option<String>,
    },
    /// The plan for rotations and the journal were read.
    Rotations {
        /// The plan, `None` without a file; or why it cannot be used.
        plan: Result<Option<Plan>, String>,
        /// The journal; or why it cannot be read.
        contents: Result<Contents, String>,
    },
    /// A rotation began a step or ended one.
    RotationTold {
        /// The ticket of the rotation.
        ticket: Ticket,
        /// A sentence for the user.
        words: String,
    },
    /// A rotation ended.
    Rotated {
        /// The ticket of the rotation.
        ticket: Ticket,
        /// What happened to each token; or why nothing was started.
        result: Result<Vec<Report>, String>,
    },
    /// A connection was set up, or could not be.
    Connected {
        /// The number that the core chose for it.
        connection: ConnectionId,
        /// The session on that connection, not yet tested; or what went wrong.
        result: Result<Session, String>,
    },
    /// A connection's credential was saved to the Axiom CLI's file, or saving failed.
    Kept {
        /// The connection.
        connection: ConnectionId,
        /// The name of its entry and a sentence for the user; or what went wrong.
        result: Result<(String, String), String>,
    },
    /// The deployments in the settings and in the Axiom CLI's file were read.
    Deployments {
        /// The layer that asked for them.
        asker: LayerId,
        /// The deployments, or why they cannot be read.
        result: Result<Vec<DeploymentSummary>, String>,
    },
    /// A text was sent to the clipboard, or copying failed.
    Copied {
        /// The noun for the text, such as "secret".
        what: &'static str,
        /// How far the copy is known to have worked, or the reason why it failed.
        result: Result<Copied, String>,
    },
    /// The user's own presets were read.
    Presets {
        /// The layer that asked for them.
        asker: LayerId,
        /// The presets, or why they cannot be read.
        result: Result<Vec<Preset>, String>,
    },
    /// A preset was saved under this label, or saving failed.
    PresetSaved(Result<String, String>),
    /// SIGTSTP: the program is asked to suspend.
    Stop,
    /// SIGCONT: the program runs again after it was stopped.
    Continued,
    /// The organisation's own rules in force.
    Policies(Arc<Policies>),
    /// The accepted findings, or why their file cannot be read or written.
    Accepted(Result<Vec<Acceptance>, String>),
    /// A choice was saved, or why not.
    ChoiceKept(Result<(), String>),
    /// Due tokens were reported; or why some could not be.
    DueReported(Option<String>),
    /// The result of [`Effect::LoadUsage`](super::effect::Effect::LoadUsage).
    Used {
        /// The ticket of the request.
        ticket: Ticket,
        /// What the tokens do, or why that cannot be found out.
        answer: Result<Box<Usage>, Failure>,
    },
    /// The folder of a path was read.
    Listed {
        /// The layer that asked for it.
        asker: LayerId,
        /// The path as typed.
        path: String,
        /// The names.
        listing: Listing,
    },
    /// The access review was exported (the text says where to), or exporting failed.
    Exported(Result<String, String>),
    /// The program controls the terminal again after a suspension.
    Resumed,
}

/// How far a copy to the clipboard is known to have worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// Sent to the terminal, which does not confirm it.
    Sent,
    /// Sent to a tmux outside this session, which may ignore it.
    SentToTmux,
    /// The text is on the clipboard.
    Confirmed,
    /// The text is on the clipboard and can be cleared from it later.
    For {
        /// Seconds after which it is to be cleared.
        seconds: u32,
    },
}
