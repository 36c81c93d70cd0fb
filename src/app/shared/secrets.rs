//! Secrets from responses. They stay here until the user confirms that they are stored,
//! or their token is deleted. Dialogs show secrets but do not own them, so no order of
//! keys and responses can lose or mix them up.

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

/// Milliseconds for which a new dialog ignores keys, which were meant for something else.
pub const ARM_AFTER_MS: i64 = 500;
/// Milliseconds after which a revealed secret is hidden again.
pub const COVER_AFTER_MS: i64 = 60_000;

/// A secret and its state.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent state")]
pub struct Held {
    /// The secret's number.
    pub number: SecretId,
    /// The secret.
    pub secret: Arc<Secret>,
    /// The dialog's title, as in "ci-edge was created".
    pub title: String,
    /// The token's id, if the response had one.
    pub id: Option<TokenId>,
    /// The journal entry of the change.
    pub entry: Option<EntryId>,
    /// The token's name.
    pub name: SafeText,
    /// More lines for the dialog: until when the old token works, and problems.
    pub notes: Vec<String>,
    /// Whether the response was damaged.
    pub is_damaged: bool,
    /// How the new token differs from the request.
    pub warning: Option<String>,
    /// When the secret was revealed; `None` while it is hidden.
    pub uncovered: Option<Timestamp>,
    /// Whether a delivery to a file or a command is in progress.
    pub is_delivering: bool,
    /// How the secret was stored, if axtok did that or the user compared it.
    pub stored: Option<String>,
    /// Whether a test is in progress.
    is_trying: bool,
    /// The result of the test.
    pub tried: Option<Result<String, String>>,
    /// The connection and organisation to test the secret with.
    session: Option<(ConnectionId, Option<SafeText>)>,
    /// Whether only the value is on the screen, for the terminal's own text selection.
    pub value_only: bool,
    /// Whether the secret has a dialog. In a bulk run it has one only if delivery fails.
    pub is_shown: bool,
    /// When its dialog last came to the front: it opened, or a dialog above it closed.
    pub opened: Timestamp,
}

impl Held {
    /// Hides the value and leaves the value-only view.
    pub const fn cover(&mut self) {
        self.uncovered = None;
        self.value_only = false;
    }

    /// Whether the dialog accepts keys yet.
    #[must_use]
    pub fn is_armed(&self, now: Timestamp) -> bool {
        now >= after(self.opened, ARM_AFTER_MS)
    }

    /// Whether the secret is revealed.
    #[must_use]
    pub fn is_uncovered(&self, now: Timestamp) -> bool {
        self.uncovered.is_some_and(|at| now < after(at, COVER_AFTER_MS))
    }

    /// Whether nothing but the value is on the screen.
    #[must_use]
    pub fn is_alone(&self, now: Timestamp) -> bool {
        self.value_only && self.is_uncovered(now)
    }

    /// When the dialog accepts keys, or the secret is hidden again.
    #[must_use]
    pub fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let armed = (!self.is_armed(now)).then(|| after(self.opened, ARM_AFTER_MS));
        let covered = self.uncovered.map(|at| after(at, COVER_AFTER_MS));
        [armed, covered].into_iter().flatten().filter(|at| *at > now).min()
    }

    /// Stores how the token differs from the request.
    pub fn differs(&mut self, differences: &[Difference]) {
        self.warning = summary(differences).map(|words| format!("{words}."));
    }

    /// Allows testing the secret on this session's connection and organisation.
    pub fn can_be_tried(&mut self, session: &Session) {
        self.session = session.connection.map(|via| (via, session.org.clone()));
    }

    /// Notes that the secret belongs to an organisation that the session has left.
    pub fn is_from(&mut self, place: &str) {
        self.notes.insert(0, format!("This token belongs to {place}, which you have left."));
    }

    /// Starts a test of the secret; `None` if it cannot be tested from here.
    pub fn attempt(&mut self) -> Option<Effect> {
        let (via, org) = self.session.clone()?;
        (self.is_trying, self.tried) = (true, None);
        Some(Effect::Try { id: self.number, via, org, secret: Arc::clone(&self.secret) })
    }

    /// Starts the delivery to a destination.
    pub fn deliver(&mut self, destination: Destination) -> Effect {
        self.is_delivering = true;
        Effect::Deliver { id: self.number, secret: Arc::clone(&self.secret), destination }
    }

    /// The effect that sets the mark of the journal entry, if there is an entry.
    #[must_use]
    pub fn mark(&self, mark: Mark) -> Option<Effect> {
        self.entry.clone().map(|entry| Effect::Mark { entry, mark })
    }

    /// The effect that marks the secret as stored in the journal.
    #[must_use]
    pub fn mark_delivered(&self) -> Option<Effect> {
        self.mark(Mark::Delivered { id: self.id.clone(), to: self.stored.clone() })
    }
}

/// The secrets that nobody has confirmed as stored, the latest last.
#[derive(Debug, Default)]
pub struct Secrets {
    held: Vec<Held>,
    last: u64,
}

impl Secrets {
    /// Stores a secret from a response. The caller opens its dialog.
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
                        "The old token {} works until {}.",
                        old.short(),
                        when::moment(*old_ends, server_now)
                    )
                } else {
                    format!("The old token {} has stopped working.", old.short())
                });
                notes.push("Update everything that uses it.".to_owned());
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

    /// The secret with this number.
    #[must_use]
    pub fn get(&self, number: SecretId) -> Option<&Held> {
        self.held.iter().find(|held| held.number == number)
    }

    /// The secret with this number, for changes.
    pub fn get_mut(&mut self, number: SecretId) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.number == number)
    }

    /// All secrets, the latest last.
    pub fn all(&self) -> impl Iterator<Item = &Held> {
        self.held.iter()
    }

    /// The secrets with a dialog, the latest first.
    pub fn shown(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().rev().filter(|held| held.is_shown)
    }

    /// Hides all secrets. Returns whether one was revealed.
    pub fn cover(&mut self) -> bool {
        let mut covered = false;
        for held in &mut self.held {
            covered |= held.uncovered.is_some();
            held.cover();
        }
        covered
    }

    /// Removes a secret that is stored or no longer needed.
    pub fn release(&mut self, number: SecretId) -> Option<Held> {
        let at = self.held.iter().position(|held| held.number == number)?;
        Some(self.held.remove(at))
    }

    /// Removes the shown secrets of a deleted token.
    pub fn token_gone(&mut self, token: &TokenId) -> Vec<Held> {
        let is_its = |held: &mut Held| held.id.as_ref() == Some(token) && held.is_shown;
        self.held.extract_if(.., is_its).collect()
    }

    /// Stores the result of a test.
    pub fn tried(&mut self, number: SecretId, result: Result<String, String>) {
        if let Some(held) = self.get_mut(number).filter(|held| held.is_trying) {
            (held.is_trying, held.tried) = (false, Some(result));
        }
    }
}
