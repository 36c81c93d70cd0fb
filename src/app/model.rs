//! Everything that the program knows at a moment.

mod lookup;
mod requests;

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::{
    bulk::Run,
    clipboard,
    doubts::{self, Doubt},
    effect::{Destination, Effect, Ticket},
    mouse::{self, Mouse},
    overlays::{Overlay, orgs, sign_in},
    passage::{self, Passage},
    places::Places,
    remote::{Load, Remote},
    screens::Screen,
    servers::{self, Server},
    session::{ConnectionId, Session},
    themes::Themes,
};
use crate::{
    api::{call::Call, error::Failure},
    domain::{
        Access, ApiToken, Dataset, Org, PersonalToken, SafeText, SecretKind, TokenId, User, Verb,
        View, audit::AuditLog, review::accepted::Acceptance,
    },
    input::{Key, Keymap},
    journal::{Place, Rotation},
};

pub use super::flight::{Flight, Intent};

/// Milliseconds after which waiting is shown.
pub const SPINNER_AFTER_MS: i64 = 300;
/// Milliseconds between two pictures of a spinner.
pub const SPINNER_STEP_MS: i64 = 250;
/// Milliseconds for which a notice stays.
const NOTICE_MS: i64 = 6_000;
/// Milliseconds for which a new token may be missing from the list.
const LATE_MS: i64 = 60_000;

/// What was fetched.
#[derive(Debug, Default)]
pub struct Data {
    pub tokens: Remote<Vec<ApiToken>>,
    /// When they were asked for last.
    pub listed: Option<Timestamp>,
    pub datasets: Remote<Vec<Dataset>>,
    pub views: Remote<Vec<View>>,
    pub orgs: Remote<Vec<Org>>,
    pub user: Remote<User>,
    pub personal: Remote<Vec<PersonalToken>>,
    /// Asked for on demand only.
    pub audit: Remote<AuditLog>,
    pub stale: Stale,
}

/// Why lists could not be fetched again; those from before are still here.
#[derive(Clone, Debug, Default)]
pub struct Stale {
    pub datasets: Option<Failure>,
    pub views: Option<Failure>,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Info,
    Warning,
}

/// One line that says what happened, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub text: SafeText,
    pub until: Timestamp,
}

/// The whole state.
#[derive(Debug)]
pub struct Model {
    /// Set by the loop before each message.
    pub now: Timestamp,
    pub width: u16,
    pub height: u16,
    /// Counts what happened, but for keys and the mouse: those change no token.
    pub happened: u64,
    pub session: Session,
    /// No session may change anything until the admin lifts that.
    pub read_only: bool,
    /// Something to be said at the start.
    pub warning: Option<String>,
    /// The settings or the Axiom CLI's file have deployments to go to.
    pub has_deployments: bool,
    /// Why none of them is gone to at the start.
    pub undecided: Option<String>,
    /// Another place that we are on the way to.
    pub passage: Option<Passage>,
    /// Organisation rights that the server refused for want of them.
    pub refused: Vec<(&'static str, Verb)>,
    pub keymap: Keymap,
    pub themes: Themes,
    pub data: Data,
    /// The root screen first; never empty.
    pub screens: Vec<Screen>,
    /// The last one gets the keys and is drawn on top.
    pub overlays: Vec<Overlay>,
    pub notice: Option<Notice>,
    /// Keys of a sequence that is not finished.
    pub pending: Vec<Key>,
    /// How often the next movement is meant.
    pub count: Option<u32>,
    /// What was said in the palette, the latest last.
    pub history: Vec<String>,
    pub flights: Vec<Flight>,
    /// Where the next secret goes; `None` is the screen.
    pub destination: Option<Destination>,
    /// Changes of which it is not known how they ended.
    pub doubts: Vec<Doubt>,
    pub rotations: Vec<Rotation>,
    /// Ids of the tokens that answers said were made.
    pub made: Vec<TokenId>,
    /// Until when a secret that was copied stays on the clipboard.
    pub secret_copied_until: Option<Timestamp>,
    /// A change of many tokens, on its way or just over.
    pub run: Option<Run>,
    /// Findings that somebody accepted, in any organisation.
    pub accepted: Vec<Acceptance>,
    /// What is known of the servers that we are or were signed in to.
    pub servers: BTreeMap<ConnectionId, Server>,
    /// When a child screen was left by `q`, so that a second `q` does not quit.
    pub left_child: Option<Timestamp>,
    /// When Ctrl-C was pressed last; twice forces.
    pub interrupted: Option<Timestamp>,
    pub mouse: Mouse,
    last_ticket: Ticket,
}

impl Model {
    #[must_use]
    pub fn new(session: Session, keymap: Keymap, now: Timestamp) -> Self {
        Self {
            now,
            width: 80,
            height: 24,
            happened: 0,
            session,
            read_only: false,
            warning: None,
            has_deployments: false,
            undecided: None,
            passage: None,
            refused: Vec::new(),
            keymap,
            themes: Themes::default(),
            data: Data::default(),
            screens: vec![Screen::ApiTokens(Box::default())],
            overlays: Vec::new(),
            notice: None,
            pending: Vec::new(),
            count: None,
            history: Vec::new(),
            flights: Vec::new(),
            destination: None,
            doubts: Vec::new(),
            rotations: Vec::new(),
            made: Vec::new(),
            secret_copied_until: None,
            run: None,
            accepted: Vec::new(),
            servers: BTreeMap::new(),
            left_child: None,
            interrupted: None,
            mouse: Mouse::default(),
            last_ticket: Ticket::default(),
        }
    }

    /// Takes over a session, with what holds for all of them.
    pub fn begin_at(&mut self, session: Session) {
        self.session = session;
        if self.read_only && self.session.usual_access == Access::Full {
            self.session.usual_access = Access::ReadOnly;
        }
        self.session.access = self.session.usual_access;
    }

    /// What to do at the start.
    pub fn start(&mut self) -> Vec<Effect> {
        if let Some(warning) = self.warning.take() {
            self.notify(NoticeKind::Warning, warning);
        }
        let mut effects = vec![Effect::OpenJournal];
        if self.session.connection.is_none() {
            let why = self.undecided.take();
            sign_in::open(self, why.clone());
            if let Some(why) = why {
                effects.extend(orgs::open_for(self, why));
            }
        } else if self.session.lacks_org() {
            effects.extend(passage::choose_org(self));
        } else {
            effects.extend(self.fetch_all());
        }
        effects
    }

    /// Says something for a while.
    pub fn notify(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let until = after(self.now, NOTICE_MS);
        let text = SafeText::from(text.into());
        self.notice = Some(Notice { kind, text, until });
    }

    /// Puts a dialog on top, but never over a secret that nobody has stored.
    pub fn push_below_secret(&mut self, overlay: Overlay) {
        let secret = self.overlays.iter().position(|o| matches!(o, Overlay::Reveal(_)));
        self.overlays.insert(secret.unwrap_or(self.overlays.len()), overlay);
    }

    /// A dialog is left while its request is on its way.
    pub fn stop_waiting(&mut self, ticket: Ticket) {
        let secret = self.flights.iter().any(|f| f.load.ticket == ticket && f.call.yields_secret());
        self.notify(
            NoticeKind::Info,
            if secret {
                "No longer waiting. Its secret will be shown when it comes."
            } else {
                "No longer waiting. The request was sent."
            },
        );
    }

    /// Says what a reading call ended with, beside what is still there.
    pub fn notify_failure(&mut self, call: &Call, failure: &Failure) {
        self.notify(NoticeKind::Warning, failure.headline(call));
    }

    /// The organisation whose tokens are shown.
    #[must_use]
    pub fn org(&self) -> Option<&Org> {
        let orgs = self.data.orgs.value()?;
        match &self.session.org {
            Some(id) => orgs.iter().find(|o| o.id == *id),
            None => orgs.first().filter(|_| orgs.len() == 1),
        }
    }

    /// The organisation that we are signed in for, if the credential does not
    /// see it.
    #[must_use]
    pub fn unseen_org(&self) -> Option<&SafeText> {
        let (orgs, ours) = (self.data.orgs.value()?, self.session.org.as_ref()?);
        let unseen = self.session.credential != SecretKind::Api;
        (unseen && orgs.iter().all(|o| o.id != *ours)).then_some(ours)
    }

    /// The organisation in words, or what is known instead of it.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.org(), &self.session.org) {
            (Some(org), _) => format!("{} ({})", org.name, org.id),
            (None, Some(id)) => id.to_string(),
            (None, None) => self.session.deployment.to_string(),
        }
    }

    /// The rotation that a token is the old or the new part of: the latest one here.
    #[must_use]
    pub fn rotation(&self, id: &TokenId) -> Option<&Rotation> {
        let org = self.session.org.as_ref().map(SafeText::raw);
        self.rotations.iter().rev().find(|r| {
            r.has(id) && r.old_ends > self.server_now() && r.is_at(&self.session.url, org)
        })
    }

    /// The rotation that this token is the old part of.
    #[must_use]
    pub fn replaced(&self, id: &TokenId) -> Option<&Rotation> {
        self.rotation(id).filter(|r| r.old == *id)
    }

    /// A token was regenerated, as this change asked.
    pub fn rotated(&mut self, flight: &Flight, new: Option<TokenId>) {
        let Intent::Regenerate { old, old_ends, .. } = &flight.intent else { return };
        let session = &flight.session;
        let place = Place {
            deployment: session.deployment.raw().to_owned(),
            url: session.url.clone(),
            org: session.org.as_ref().map(|org| org.raw().to_owned()),
        };
        let (at, old, old_ends) = (self.now, old.clone(), *old_ends);
        self.rotations.push(Rotation { place, at, old, new, old_ends });
    }

    /// Forgets pairs of which the list that has come lacks the new token: somebody
    /// deleted it. A list may show a new one late.
    pub fn prune_rotations(&mut self) {
        let Some(tokens) = self.data.tokens.value().filter(|_| !self.rotations.is_empty()) else {
            return;
        };
        let listed: HashSet<&TokenId> = tokens.iter().map(|t| &t.id).collect();
        let (url, org) = (&self.session.url, self.session.org.as_ref().map(SafeText::raw));
        let now = self.now;
        self.rotations.retain(|r| {
            let is_gone = r.new.as_ref().is_some_and(|new| !listed.contains(new));
            !is_gone || !r.is_at(url, org) || now < after(r.at, LATE_MS)
        });
    }

    /// The load that the screen on top waits for.
    #[must_use]
    pub fn waits_for(&self) -> Option<Load> {
        let data = &self.data;
        let loads = [
            data.tokens.load(),
            data.datasets.load(),
            data.views.load(),
            data.orgs.load(),
            data.user.load(),
            data.personal.load(),
            data.audit.load(),
        ];
        loads
            .into_iter()
            .flatten()
            .chain(self.flights.iter().map(|f| f.load))
            .chain(self.passage.as_ref().and_then(|e| e.load))
            .min_by_key(|l| l.since)
    }

    /// The next moment at which something changes on the screen by itself:
    /// a spinner, a notice that ends, a secret that is covered again. `None`
    /// means that the loop may sleep until something happens.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let spinner = self.waits_for().map(|load| {
            let waited = self.now.as_millisecond() - load.since.as_millisecond();
            if waited < SPINNER_AFTER_MS {
                after(load.since, SPINNER_AFTER_MS)
            } else {
                after(self.now, SPINNER_STEP_MS)
            }
        });
        let notice = self.notice.as_ref().map(|n| n.until);
        let secret = self.overlays.iter().filter_map(|o| o.next_wake(self.now)).min();
        let look = doubts::next_wake(self);
        let limit = self.limited_until().and_then(|at| servers::next_tick(at, self.now));
        let clipboard = clipboard::next_wake(self);
        [spinner, notice, secret, look, limit, clipboard].into_iter().flatten().min()
    }

    /// Takes over where drawing put things.
    pub fn settle(&mut self, places: &Places) {
        if let (Some(window), Some(screen)) = (places.screen, self.screens.last_mut()) {
            screen.list_mut().settle(window);
        }
        if let (Some(window), Some(list)) =
            (places.overlay, self.overlays.last_mut().and_then(Overlay::list_mut))
        {
            list.settle(window);
        }
        mouse::settle(self, places);
    }
}

/// A moment some milliseconds later.
#[must_use]
pub fn after(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + milliseconds).unwrap_or(Timestamp::MAX)
}
