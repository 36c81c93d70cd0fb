//! What several screens and dialogs look at: the place, the lists, changes on
//! their way, secrets. Each part keeps its own promises by its methods; what the
//! methods need of several parts is in a file of its own below.

pub mod changes;
pub mod data;
mod keys;
mod place;
mod requests;
pub mod secrets;
mod server;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use data::{Data, Stale, Topic};
pub use secrets::{Held, Secrets};
pub use server::Server;

use super::{
    unconfirmed::UnconfirmedChange,
    effect::Ticket,
    in_flight::InFlightChange,
    notice::{Notice, NoticeKind},
    pending_switch::PendingSwitch,
    remote::Load,
    run::Run,
    time::after,
};
use crate::{
    api::{call::Call, error::Failure},
    domain::{
        SafeText, TokenId, Verb,
        review::accepted::Acceptance,
        session::{ConnectionId, Session},
        theme::Themes,
    },
    input::Keymap,
    journal::Rotation,
};

/// Milliseconds for which a notice stays.
const NOTICE_MS: i64 = 6_000;

/// The shared state.
#[derive(Debug)]
pub struct Shared {
    /// Set by the loop before each message.
    pub now: Timestamp,
    pub width: u16,
    pub height: u16,
    pub keymap: Keymap,
    pub themes: Themes,
    pub notice: Option<Notice>,
    /// What was said in the palette, the latest last.
    pub history: Vec<String>,

    pub session: Session,
    /// No session may change anything until the admin lifts that.
    pub read_only: bool,
    /// The settings or the Axiom CLI's file have deployments to go to.
    pub has_deployments: bool,
    /// Another place that we are on the way to.
    pub pending_switch: Option<PendingSwitch>,
    /// Organisation rights that the server refused for want of them.
    pub refused: Vec<(&'static str, Verb)>,
    /// What is known of the servers that we are or were signed in to.
    pub servers: BTreeMap<ConnectionId, Server>,

    pub data: Data,
    /// Parts that have changed since the layers were told.
    changed: BTreeSet<Topic>,
    /// Findings that somebody accepted, in any organisation.
    pub accepted: Vec<Acceptance>,

    pub in_flight: Vec<InFlightChange>,
    /// Changes of which it is not known how they ended.
    pub unconfirmed: Vec<UnconfirmedChange>,
    pub rotations: Vec<Rotation>,
    /// Ids of the tokens that answers said were made.
    pub made: Vec<TokenId>,
    /// A change of many tokens, on its way or just over.
    pub run: Option<Run>,

    pub secrets: Secrets,
    /// Until when a secret that was copied stays on the clipboard.
    pub secret_copied_until: Option<Timestamp>,
    last_ticket: Ticket,
}

impl Shared {
    #[must_use]
    pub fn new(session: Session, keymap: Keymap, now: Timestamp) -> Self {
        Self {
            now,
            width: 80,
            height: 24,
            keymap,
            themes: Themes::default(),
            notice: None,
            history: Vec::new(),
            session,
            read_only: false,
            has_deployments: false,
            pending_switch: None,
            refused: Vec::new(),
            servers: BTreeMap::new(),
            data: Data::default(),
            changed: BTreeSet::new(),
            accepted: Vec::new(),
            in_flight: Vec::new(),
            unconfirmed: Vec::new(),
            rotations: Vec::new(),
            made: Vec::new(),
            run: None,
            secrets: Secrets::default(),
            secret_copied_until: None,
            last_ticket: Ticket::default(),
        }
    }

    /// Says something for a while.
    pub fn notify(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let until = after(self.now, NOTICE_MS);
        let text = SafeText::from(text.into());
        self.notice = Some(Notice { kind, text, until });
    }

    /// Says what a reading call ended with, beside what is still there.
    pub fn notify_failure(&mut self, call: &Call, failure: &Failure) {
        self.notify(NoticeKind::Warning, failure.headline(call));
    }

    /// A load with a new ticket.
    pub fn new_load(&mut self) -> Load {
        self.last_ticket = Ticket(self.last_ticket.0 + 1);
        Load { ticket: self.last_ticket, since: self.now }
    }

    /// Something shared has changed: the layers will be told once this message has
    /// done its work.
    pub fn touch(&mut self, topic: Topic) {
        self.changed.insert(topic);
    }

    /// What has changed since this was asked last.
    pub fn take_changed(&mut self) -> BTreeSet<Topic> {
        std::mem::take(&mut self.changed)
    }

    /// What is waited for longest.
    #[must_use]
    pub fn waits_for(&self) -> Option<Load> {
        let loads = self.data.loads().into_iter().flatten();
        loads
            .chain(self.in_flight.iter().map(|f| f.load))
            .chain(self.pending_switch.as_ref().and_then(|e| e.load))
            .min_by_key(|l| l.since)
    }
}
