//! Data that several screens and dialogs use: session, lists, in-flight changes, secrets.
//! Each part's methods maintain its invariants; methods on several parts are in the
//! files below.

mod age;
mod alerts;
pub mod changes;
pub mod data;
mod destinations;
mod keys;
mod place;
mod requests;
pub mod rotations;
pub mod secrets;
mod server;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use alerts::Alerts;
pub use data::{Data, Topic};
pub use destinations::Commands;
pub use rotations::{Half, Rotations};
pub use secrets::{Held, Secrets};
pub use server::Server;

use super::{
    effect::{Effect, Ticket},
    in_flight::InFlightChange,
    notice::{Notice, NoticeKind},
    pending_switch::PendingSwitch,
    remote::Load,
    run::Run,
    time::after,
    unconfirmed::UnconfirmedChange,
};
use crate::{
    api::{call::Call, error::Failure},
    domain::{
        SafeText, TokenId, Verb,
        choices::{Choice, Choices},
        review::accepted::Acceptance,
        session::{ConnectionId, Session},
        theme::Themes,
        usage::Asking,
    },
    input::Keymap,
};

/// Milliseconds for which a notice is shown.
const NOTICE_MS: i64 = 6_000;

/// The data that several layers use.
#[derive(Debug)]
pub struct Shared {
    /// The time on this computer's clock. The loop sets it before each message.
    pub now: Timestamp,
    /// The terminal's width, in columns.
    pub width: u16,
    /// The terminal's height, in rows.
    pub height: u16,
    /// The keys.
    pub keymap: Keymap,
    /// The chosen theme and the terminal's background.
    pub themes: Themes,
    /// The choices of this session and earlier ones.
    pub choices: Choices,
    /// When to query the audit log for what tokens do.
    pub asking: Asking,
    /// The last commands that got secrets.
    pub commands: Commands,
    /// The notice in the footer.
    pub notice: Option<Notice>,
    /// The lines entered in the palette, the latest last.
    pub history: Vec<String>,
    /// The last line of changes for the rights of several tokens.
    pub edit_line: String,

    /// The credential's connection and the organisation.
    pub session: Session,
    /// Whether every session starts read-only.
    pub read_only: bool,
    /// Whether the settings or the Axiom CLI's file list any deployments.
    pub has_deployments: bool,
    /// The switch in progress.
    pub pending_switch: Option<PendingSwitch>,
    /// Organisation rights that the credential lacks, as refusals showed.
    pub refused: Vec<(&'static str, Verb)>,
    /// The clock and rate limit of each server, by connection.
    pub servers: BTreeMap<ConnectionId, Server>,

    /// The fetched lists.
    pub data: Data,
    /// The topics that changed since the layers were last notified.
    changed: BTreeSet<Topic>,
    /// Accepted findings, of all organisations.
    pub accepted: Vec<Acceptance>,

    /// The due tokens that are reported to a program.
    pub alerts: Alerts,

    /// Changes without a response yet.
    pub in_flight: Vec<InFlightChange>,
    /// Unconfirmed changes.
    pub unconfirmed: Vec<UnconfirmedChange>,
    /// Pairs of old and new tokens, and what is due.
    pub rotations: Rotations,
    /// The ids of the tokens created in this session.
    pub made: Vec<TokenId>,
    /// The bulk run, in progress or just ended.
    pub run: Option<Run>,

    /// Secrets that nobody has confirmed as stored.
    pub secrets: Secrets,
    /// When to clear a copied secret from the clipboard.
    pub secret_copied_until: Option<Timestamp>,
    last_ticket: Ticket,
}

impl Shared {
    /// The initial state: no data, and a terminal of 80x24 until its size is known.
    #[must_use]
    pub fn new(session: Session, keymap: Keymap, now: Timestamp) -> Self {
        Self {
            now,
            width: 80,
            height: 24,
            keymap,
            themes: Themes::default(),
            choices: Choices::default(),
            asking: Asking::default(),
            commands: Commands::default(),
            notice: None,
            history: Vec::new(),
            edit_line: String::new(),
            session,
            read_only: false,
            has_deployments: false,
            pending_switch: None,
            refused: Vec::new(),
            servers: BTreeMap::new(),
            data: Data::default(),
            changed: BTreeSet::new(),
            accepted: Vec::new(),
            alerts: Alerts::default(),
            in_flight: Vec::new(),
            unconfirmed: Vec::new(),
            rotations: Rotations::default(),
            made: Vec::new(),
            run: None,
            secrets: Secrets::default(),
            secret_copied_until: None,
            last_ticket: Ticket::default(),
        }
    }

    /// Makes a choice, and returns the effect that saves it.
    pub fn choose(&mut self, choice: Choice) -> Effect {
        self.choices.set(choice.clone());
        Effect::KeepChoice(choice)
    }

    /// Shows a notice, replacing the previous one.
    pub fn notify(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let until = after(self.now, NOTICE_MS);
        let text = SafeText::from(text.into());
        self.notice = Some(Notice { kind, text, until });
    }

    /// Shows a notice about a failed read.
    pub fn notify_failure(&mut self, call: &Call, failure: &Failure) {
        self.notify(NoticeKind::Warning, failure.headline(call));
    }

    /// A new request with a new ticket.
    pub fn new_load(&mut self) -> Load {
        self.last_ticket = Ticket(self.last_ticket.0 + 1);
        Load { ticket: self.last_ticket, since: self.now }
    }

    /// Notes that a topic changed. The layers are notified after the current step.
    pub fn touch(&mut self, topic: Topic) {
        self.changed.insert(topic);
    }

    /// Returns and resets the topics that changed.
    pub fn take_changed(&mut self) -> BTreeSet<Topic> {
        let changed = std::mem::take(&mut self.changed);
        let matters = [Topic::Tokens, Topic::Orgs, Topic::Clock, Topic::Rotations];
        if matters.iter().any(|topic| changed.contains(topic)) {
            self.update_rotations();
        }
        changed
    }

    /// The request that has been in progress longest.
    #[must_use]
    pub fn waits_for(&self) -> Option<Load> {
        let loads = self.data.loads().into_iter().flatten();
        loads
            .chain(self.in_flight.iter().map(|f| f.load))
            .chain(self.pending_switch.as_ref().and_then(|e| e.load))
            .chain(self.rotations.run.as_ref().map(|run| run.load))
            .min_by_key(|l| l.since)
    }
}
