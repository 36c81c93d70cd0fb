//! A change without a screen: recorded in the journal, sent once, and reconciled if its response
//! is lost.

use std::{pin::pin, sync::Arc, time::Duration};

use super::{Interrupt, Sent, SignedIn};
use crate::{
    api::{
        call::{Call, Created, Reply},
        error::{Certainty, Failure, FailureKind},
    },
    domain::{ApiToken, PersonalToken, SafeText, Secret, TokenExpiry, TokenId, policy::Override},
    journal::{Difference, Entry, EntryId, Mark, Open, differences, personal_differences},
    ops::{
        change::{Intent, Lists, Record, asked_of},
        reconcile::{Candidate, Search},
    },
};

/// The token lists read before a change. A token that is listed here cannot be its result.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The API tokens; `None` if they were not listed, so that no token is known to be new.
    pub tokens: Option<Vec<ApiToken>>,
    /// The personal tokens; `None` if they were not listed.
    pub personal: Option<Vec<PersonalToken>>,
}

impl Listed {
    /// Whether a token is listed.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        let api = self.tokens.iter().flatten().any(|token| token.id == *id);
        api || self.personal.iter().flatten().any(|token| token.id == *id)
    }

    /// The lists as slices.
    #[must_use]
    pub fn lists(&self) -> Lists<'_> {
        Lists { tokens: self.tokens.as_deref(), personal: self.personal.as_deref() }
    }
}

/// A new token.
#[derive(Debug)]
pub struct Made {
    /// The token's value.
    pub secret: Arc<Secret>,
    /// The token's id, unless the response was damaged.
    pub id: Option<TokenId>,
    /// The token's name, unless the response was damaged.
    pub name: Option<SafeText>,
    /// What was wrong with the response, if anything.
    pub warning: Option<&'static str>,
    /// The journal's entry, to be marked when the secret is delivered.
    pub entry: Option<EntryId>,
    /// The token's expiry, if the response has it.
    pub expiry: Option<TokenExpiry>,
    /// What differs from the request.
    pub differences: Vec<Difference>,
}

/// A change whose outcome is unknown, or whose secret was lost.
#[derive(Debug)]
pub struct Unconfirmed {
    /// How the request failed.
    pub failure: Failure,
    /// Listed tokens that may be the result.
    pub found: Vec<Candidate>,
    /// How long the list was searched, in seconds; `None` if it could not be read at all.
    pub looked: Option<u64>,
    /// The change in the journal.
    pub open: Open,
}

/// The outcome of a change.
#[derive(Debug)]
pub enum Outcome {
    /// A token was created or regenerated.
    Made(Box<Made>),
    /// The token is deleted.
    Deleted,
    /// Nothing changed.
    Failed(Failure),
    /// The change was not sent because the journal cannot be written, for this reason.
    Unrecorded(String),
    /// The outcome is unknown, or the secret was lost.
    Unconfirmed(Box<Unconfirmed>),
}

impl Outcome {
    /// `about` returns the token's name, its expiry if that is known, and what differs from the
    /// request.
    fn made<T>(
        new: Created<T>,
        entry: Option<EntryId>,
        about: impl FnOnce(&T) -> (SafeText, Option<TokenExpiry>, Vec<Difference>),
    ) -> Self {
        let Created { secret, id, token, warning, .. } = new;
        let (name, expiry, differences) = match token.as_ref().map(about) {
            Some((name, expiry, differences)) => (Some(name), expiry, differences),
            None => (None, None, Vec::new()),
        };
        let secret = Arc::new(secret);
        Self::Made(Box::new(Made { secret, id, name, warning, entry, expiry, differences }))
    }
}

impl SignedIn {
    /// Sends a change once, with the reason if it breaks the organisation's rules. If the response
    /// is lost, reads the list repeatedly, for at most
    /// `patience` or until a signal arrives.
    pub async fn change(
        &self,
        (intent, call): (&Intent, &Call),
        overridden: Option<&Override>,
        listed: &Listed,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Outcome {
        let Some((asked, mut known)) = asked_of(listed.lists(), intent, call) else {
            return Outcome::Failed(Failure::new(FailureKind::Request));
        };
        self.made().iter().for_each(|id| known.add(id));
        let (without_journal, is_rotation) = (self.without_journal, self.is_rotation);
        let (asked_too, overridden) = (asked.clone(), overridden.cloned());
        let record = Record { asked: asked_too, known, without_journal, is_rotation, overridden };
        let sending = self.send(call.clone(), Some(record));
        let (answer, entry) = match self.unless_ending(sending, interrupt).await {
            Sent::Answered { answer, entry, .. } => (answer, entry),
            Sent::Unrecorded(why) => return Outcome::Unrecorded(why),
        };
        let id = entry.as_ref().map(|e| e.id.clone());
        self.made().extend(answer.as_ref().ok().and_then(Reply::new_id).cloned());
        match answer {
            Ok(Reply::Created(new)) => {
                let present = new.present;
                Outcome::made(*new, id, |token| {
                    let expiry = Some(token.expiry.clone()).filter(|_| present.expiry);
                    (token.name.clone(), expiry, differences(&asked, token, present))
                })
            }
            Ok(Reply::PersonalCreated(new)) => Outcome::made(*new, id, |token| {
                (token.name.clone(), None, personal_differences(&asked, token))
            }),
            Ok(_) => Outcome::Deleted,
            Err(failure) => match (&failure.certainty, entry) {
                (Certainty::Unknown | Certainty::SecretUnreadable { .. }, Some(entry)) => {
                    self.search(*entry, failure, patience, interrupt).await
                }
                _ => Outcome::Failed(failure),
            },
        }
    }

    /// Waits for a change. After a signal, a change that cannot be recorded soon is not sent; one
    /// that is in flight is still completed.
    async fn unless_ending(
        &self,
        sending: impl Future<Output = Sent>,
        interrupt: &Interrupt,
    ) -> Sent {
        let mut sending = pin!(sending);
        tokio::select! {
            biased;
            sent = &mut sending => return sent,
            () = interrupt.received() => self.ops.end(),
        }
        let sent = sending.await;
        // Plain mode may continue after a signal.
        self.ops.in_flight.set_ending(false);
        sent
    }

    /// Searches the list for the result of a change, at the same intervals as the screens.
    async fn search(
        &self,
        entry: Entry,
        failure: Failure,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Outcome {
        let (began, since) = (tokio::time::Instant::now(), entry.at);
        let mut search = Search::after(&failure, entry, since);
        let mut looked = search.is_named().then_some(0);
        while let Some(due) = search.due().filter(|due| *due <= patience) {
            tokio::select! {
                () = tokio::time::sleep_until(began + due) => {}
                () = interrupt.received() => break,
            }
            let Some(is_gone) = self.look_for(&mut search).await else { continue };
            looked = Some(due.as_secs());
            if is_gone {
                self.ops.marked(&search.entry.id, Mark::Done { id: None }).await;
                return Outcome::Deleted;
            }
            if !search.only_possible() {
                break;
            }
        }
        let last = match &failure.certainty {
            Certainty::SecretUnreadable { id } => Mark::Unreadable { id: id.clone() },
            _ => Mark::Unknown,
        };
        let open = Open { entry: search.entry, last: Some(last) };
        Outcome::Unconfirmed(Box::new(Unconfirmed { failure, found: search.found, looked, open }))
    }

    /// Reads the list once. `None` if that failed.
    pub(super) async fn listed(&self, list: &Call) -> Option<Listed> {
        match self.read(list).await.ok()? {
            Reply::Tokens(list) => Some(Listed { tokens: Some(list), personal: None }),
            Reply::PersonalTokens(list) => Some(Listed { personal: Some(list), tokens: None }),
            _ => None,
        }
    }
}
