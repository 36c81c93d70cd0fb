//! The one-time secret. It takes all keys, is covered until asked for, and
//! does not close before the admin says that it is stored.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    api::call::Created,
    app::{
        effect::{CopyText, Effect, Ticket},
        model::{Intent, Model, NoticeKind, after},
        overlays::{
            Overlay,
            check_secret::CheckSecret,
            handover::{Handover, Kind},
            unstored::Unstored,
        },
        session::{ConnectionId, Session},
    },
    domain::{SafeText, Secret, TokenId, when},
    input::Action,
    journal::{Difference, EntryId, Mark, summary},
};

/// Milliseconds in which keys that were meant for something else are dropped.
pub const ARM_AFTER_MS: i64 = 500;
/// Milliseconds after which a secret that was uncovered is covered again.
pub const COVER_AFTER_MS: i64 = 60_000;

/// The overlay's state.
#[derive(Debug)]
pub struct Reveal {
    /// What dialogs about this secret know it by: another may lie over it.
    pub number: Ticket,
    pub secret: Arc<Secret>,
    /// As in "ci-edge was created".
    pub title: String,
    pub id: Option<TokenId>,
    /// Its entry in the journal.
    pub entry: Option<EntryId>,
    pub name: SafeText,
    /// What else is to be said: until when the old one works, what was wrong.
    pub notes: Vec<String>,
    /// What is not as it was asked for.
    pub warning: Option<String>,
    /// When it was uncovered; covered without.
    pub uncovered: Option<Timestamp>,
    /// It is being given to a file or a command, by this request.
    pub delivering: Option<Ticket>,
    /// How it was stored, as far as that was seen.
    pub stored: Option<String>,
    /// It is being tried, by this request.
    trying: Option<Ticket>,
    /// What came of trying it.
    pub tried: Option<Result<String, String>>,
    session: Option<(ConnectionId, Option<SafeText>)>,
    /// Nothing but the value is on the screen, for the terminal's selection.
    pub value_only: bool,
    /// Since when it takes the keys: it came, or a dialog over it was answered.
    pub opened: Timestamp,
}

impl Reveal {
    #[must_use]
    pub fn new<T>(
        created: Created<T>,
        named: Option<SafeText>,
        intent: Option<&Intent>,
        model: &mut Model,
    ) -> Self {
        let now = model.server_now();
        let mut notes = Vec::new();
        let (name, what) = match intent {
            Some(Intent::Regenerate { name, old, old_ends }) => {
                notes.push(if *old_ends > now {
                    format!(
                        "The old token {} works until {} ({}).",
                        old.short(),
                        when::weekday_time(*old_ends),
                        when::relative(*old_ends, now)
                    )
                } else {
                    format!("The old token {} has stopped working.", old.short())
                });
                notes.push("Update every place that uses it.".to_owned());
                (name.clone(), "was regenerated")
            }
            Some(Intent::Create { name } | Intent::CreatePersonal { name }) => {
                let made = named.filter(|name| !name.is_empty());
                (made.unwrap_or_else(|| SafeText::from(name.as_str())), "was created")
            }
            Some(Intent::Delete { .. } | Intent::DeletePersonal { .. }) | None => {
                (named.unwrap_or_default(), "is new")
            }
        };
        if let Some(warning) = created.warning {
            notes.push(format!("Warning: {warning}. Try the secret before you rely on it."));
        }
        Self {
            number: model.new_ticket(),
            secret: Arc::new(created.secret),
            title: format!("{name} {what}"),
            id: created.id,
            entry: None,
            name,
            notes,
            warning: None,
            uncovered: None,
            delivering: None,
            stored: None,
            trying: None,
            tried: None,
            session: None,
            value_only: false,
            opened: model.now,
        }
    }

    /// The token is not what was asked for.
    pub fn differs(&mut self, differences: &[Difference]) {
        self.warning = summary(differences).map(|words| format!("{words}."));
    }

    /// It can be tried by this connection, for this organisation.
    pub fn can_be_tried(&mut self, session: &Session) {
        self.session = session.connection.map(|via| (via, session.org.clone()));
    }

    /// It was asked for at a place that we have left meanwhile.
    pub fn is_from(&mut self, place: &str) {
        self.notes.insert(0, format!("It belongs to {place}, which you have left."));
    }

    /// Whether keys are listened to yet.
    #[must_use]
    pub fn is_armed(&self, now: Timestamp) -> bool {
        now >= after(self.opened, ARM_AFTER_MS)
    }

    #[must_use]
    pub fn is_uncovered(&self, now: Timestamp) -> bool {
        self.uncovered.is_some_and(|at| now < after(at, COVER_AFTER_MS))
    }

    /// Covers the value and leaves the value-only view.
    pub const fn cover(&mut self) {
        self.uncovered = None;
        self.value_only = false;
    }

    /// When it is armed, or covered again.
    #[must_use]
    pub fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let armed = (!self.is_armed(now)).then(|| after(self.opened, ARM_AFTER_MS));
        let covered = self.uncovered.map(|at| after(at, COVER_AFTER_MS));
        [armed, covered].into_iter().flatten().filter(|at| *at > now).min()
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let (now, ticket) = (model.now, model.new_ticket());
    let Some(Overlay::Reveal(state)) = model.overlays.last_mut() else { return Vec::new() };
    if !state.is_armed(now) {
        return Vec::new();
    }
    let number = state.number;
    match action {
        Action::CloseSecret if state.value_only => state.value_only = false,
        // Whoever has stored it need not be asked.
        Action::CloseSecret if state.stored.is_some() => return close(model, number),
        Action::CloseSecret => {
            state.cover();
            model.overlays.push(Overlay::Unstored(Unstored::of(number)));
        }
        Action::SaveSecret if state.delivering.is_none() => {
            let overlay = Handover::of(number, Kind::File);
            model.overlays.push(Overlay::Handover(Box::new(overlay)));
        }
        Action::PipeSecret if state.delivering.is_none() => {
            let overlay = Handover::of(number, Kind::Command);
            model.overlays.push(Overlay::Handover(Box::new(overlay)));
        }
        Action::CheckSecret => {
            model.overlays.push(Overlay::CheckSecret(Box::new(CheckSecret::of(number))));
        }
        Action::TrySecret => {
            let secret = Arc::clone(&state.secret);
            if let Some((via, org)) = state.session.clone() {
                (state.trying, state.tried) = (Some(ticket), None);
                return vec![Effect::Try { ticket, via, org, secret }];
            }
            model.notify(NoticeKind::Warning, "It cannot be tried from here: its place was left.");
        }
        Action::Reveal if state.is_uncovered(now) => state.cover(),
        Action::Reveal => state.uncovered = Some(now),
        Action::ValueOnly => {
            state.value_only = !state.value_only;
            if state.value_only {
                state.uncovered = Some(now);
            }
        }
        Action::CopySecret => {
            return vec![Effect::Copy(CopyText::Secret(Arc::clone(&state.secret)))];
        }
        _ => {}
    }
    Vec::new()
}

/// The secrets on the screen, the one in front first.
pub fn all(model: &Model) -> impl Iterator<Item = &Reveal> {
    model.overlays.iter().rev().filter_map(|o| match o {
        Overlay::Reveal(state) => Some(&**state),
        _ => None,
    })
}

/// The secret in front, if there is one.
#[must_use]
pub fn on_top(model: &Model) -> Option<&Reveal> {
    all(model).next()
}

/// The secret of this number, wherever it lies.
pub fn numbered(model: &mut Model, number: Ticket) -> Option<&mut Reveal> {
    model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Reveal(state) if state.number == number => Some(&mut **state),
        _ => None,
    })
}

/// A secret was tried by this request; what another request says of it, or of
/// another secret, is not its answer.
pub fn tried(model: &mut Model, ticket: Ticket, result: Result<String, String>) {
    let waiting = model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Reveal(state) => state.trying.take_if(|sent| *sent == ticket).map(|_| state),
        _ => None,
    });
    if let Some(state) = waiting {
        state.tried = Some(result);
    }
}

/// The secret of this number is stored: closes its dialog.
pub fn close(model: &mut Model, number: Ticket) -> Vec<Effect> {
    let is_it = |o: &Overlay| matches!(o, Overlay::Reveal(state) if state.number == number);
    let Some(at) = model.overlays.iter().position(is_it) else { return Vec::new() };
    // With the overlay goes the last holder of the secret.
    let Overlay::Reveal(state) = model.overlays.remove(at) else { return Vec::new() };
    // Its cells must not stay on the terminal.
    let mut effects = vec![Effect::Redraw];
    let mark = |entry| Effect::Mark { entry, mark: Mark::Delivered { id: state.id.clone() } };
    effects.extend(state.entry.map(mark));
    effects
}

/// Covers every secret: the terminal is out of sight, or was.
pub fn cover_all(model: &mut Model) {
    let mut covered = false;
    for overlay in &mut model.overlays {
        if let Overlay::Reveal(state) = overlay {
            covered |= state.uncovered.is_some();
            state.cover();
        }
    }
    if covered {
        model.notify(NoticeKind::Info, "The secret was covered.");
    }
}
