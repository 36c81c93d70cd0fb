//! Secrets that came in answers, each with what was done about it. They stay here
//! until somebody says that they are stored, or their token is gone. Dialogs show
//! them and own none, so no order of keys and answers can lose or confuse one.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    api::call::Created,
    app::{
        effect::{Effect, SecretId},
        time::after,
    },
    domain::{
        SafeText, Secret, TokenId,
        destination::Destination,
        session::{ConnectionId, Session},
        when,
    },
    journal::{Difference, EntryId, Mark, summary},
    ops::change::Intent,
};

/// Milliseconds in which keys that were meant for something else are dropped.
pub const ARM_AFTER_MS: i64 = 500;
/// Milliseconds after which a secret that was uncovered is covered again.
pub const COVER_AFTER_MS: i64 = 60_000;

/// A secret, and what was done about it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct Held {
    pub number: SecretId,
    pub secret: Arc<Secret>,
    /// As in "ci-edge was created".
    pub title: String,
    /// Its token.
    pub id: Option<TokenId>,
    /// Its entry in the journal.
    pub entry: Option<EntryId>,
    pub name: SafeText,
    /// What else is to be said: until when the old one works, what was wrong.
    pub notes: Vec<String>,
    /// The answer was damaged.
    pub is_damaged: bool,
    /// What is not as it was asked for.
    pub warning: Option<String>,
    /// When it was uncovered; covered without.
    pub uncovered: Option<Timestamp>,
    /// It is being given to a file or a command.
    pub is_delivering: bool,
    /// How it was stored, as far as that was seen.
    pub stored: Option<String>,
    /// It is being tried.
    is_trying: bool,
    /// What came of trying it.
    pub tried: Option<Result<String, String>>,
    /// By which it can be tried.
    session: Option<(ConnectionId, Option<SafeText>)>,
    /// Nothing but the value is on the screen, for the terminal's selection.
    pub value_only: bool,
    /// It has a dialog. One of a run has none unless it cannot be delivered.
    pub is_shown: bool,
    /// Since when its dialog takes the keys: it came, or a dialog over it was
    /// answered.
    pub opened: Timestamp,
}

impl Held {
    /// Covers the value and leaves the value-only view.
    pub const fn cover(&mut self) {
        self.uncovered = None;
        self.value_only = false;
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

    /// When it is armed, or covered again.
    #[must_use]
    pub fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let armed = (!self.is_armed(now)).then(|| after(self.opened, ARM_AFTER_MS));
        let covered = self.uncovered.map(|at| after(at, COVER_AFTER_MS));
        [armed, covered].into_iter().flatten().filter(|at| *at > now).min()
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

    /// The request that tries it; `None` if it cannot be tried from here.
    pub fn attempt(&mut self) -> Option<Effect> {
        let (via, org) = self.session.clone()?;
        (self.is_trying, self.tried) = (true, None);
        Some(Effect::Try { id: self.number, via, org, secret: Arc::clone(&self.secret) })
    }

    /// Gives it there.
    pub fn deliver(&mut self, destination: Destination) -> Effect {
        self.is_delivering = true;
        Effect::Deliver { id: self.number, secret: Arc::clone(&self.secret), destination }
    }

    /// Its entry in the journal gets this mark.
    #[must_use]
    pub fn mark(&self, mark: Mark) -> Option<Effect> {
        self.entry.clone().map(|entry| Effect::Mark { entry, mark })
    }

    /// It is where it belongs.
    #[must_use]
    pub fn mark_delivered(&self) -> Option<Effect> {
        self.mark(Mark::Delivered { id: self.id.clone() })
    }
}

/// All that nobody has acknowledged, the latest last.
#[derive(Debug, Default)]
pub struct Secrets {
    held: Vec<Held>,
    last: u64,
}

impl Secrets {
    /// Takes one that has come in an answer; its dialog is yet to be opened.
    pub fn take<T>(
        &mut self,
        created: Created<T>,
        named: Option<SafeText>,
        intent: Option<&Intent>,
        now: Timestamp,
        server_now: Timestamp,
    ) -> &mut Held {
        let mut notes = Vec::new();
        let (name, what) = match intent {
            Some(Intent::Regenerate { name, old, old_ends }) => {
                notes.push(if *old_ends > server_now {
                    format!(
                        "The old token {} works until {} ({}).",
                        old.short(),
                        when::weekday_time(*old_ends),
                        when::relative(*old_ends, server_now)
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
        let is_damaged = created.warning.is_some();
        if let Some(warning) = created.warning {
            notes.push(format!("Warning: {warning}. Try the secret before you rely on it."));
        }
        self.last += 1;
        self.held.push(Held {
            number: SecretId(self.last),
            secret: Arc::new(created.secret),
            title: format!("{name} {what}"),
            id: created.id,
            entry: None,
            name,
            notes,
            is_damaged,
            warning: None,
            uncovered: None,
            is_delivering: false,
            stored: None,
            is_trying: false,
            tried: None,
            session: None,
            value_only: false,
            is_shown: true,
            opened: now,
        });
        let at = self.held.len() - 1;
        &mut self.held[at]
    }

    /// The secret of this number.
    #[must_use]
    pub fn get(&self, number: SecretId) -> Option<&Held> {
        self.held.iter().find(|held| held.number == number)
    }

    /// The same, to change what is known of it.
    pub fn get_mut(&mut self, number: SecretId) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.number == number)
    }

    /// All of them, the latest last.
    pub fn all(&self) -> impl Iterator<Item = &Held> {
        self.held.iter()
    }

    /// Those with a dialog, the latest first.
    pub fn shown(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().rev().filter(|held| held.is_shown)
    }

    /// Covers all of them; true if one was uncovered.
    pub fn cover(&mut self) -> bool {
        let mut covered = false;
        for held in &mut self.held {
            covered |= held.uncovered.is_some();
            held.cover();
        }
        covered
    }

    /// It is stored, or needs no storing any more: the last holder drops it.
    pub fn let_go(&mut self, number: SecretId) -> Option<Held> {
        let at = self.held.iter().position(|held| held.number == number)?;
        Some(self.held.remove(at))
    }

    /// A token is gone: its secret needs no keeping.
    pub fn token_gone(&mut self, token: &TokenId) -> Vec<Held> {
        let is_its = |held: &mut Held| held.id.as_ref() == Some(token) && held.is_shown;
        self.held.extract_if(.., is_its).collect()
    }

    /// It was tried.
    pub fn tried(&mut self, number: SecretId, result: Result<String, String>) {
        if let Some(held) = self.get_mut(number).filter(|held| held.is_trying) {
            (held.is_trying, held.tried) = (false, Some(result));
        }
    }
}
