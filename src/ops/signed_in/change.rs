//! A change without a screen: written down, sent once, and looked for when its
//! answer was lost.

use std::{pin::pin, time::Duration};

use super::{SignedIn, Interrupt, Sent};
use crate::{
    api::{
        call::{Call, Created, Reply},
        error::{Certainty, Failure, FailureKind},
    },
    domain::{ApiToken, PersonalToken, SafeText, Secret, TokenExpiry, TokenId},
    journal::{Difference, Entry, EntryId, Mark, differences, personal_differences},
    ops::{
        change::{Intent, Lists, Record, asked_of},
        reconcile::{Candidate, Search},
    },
};

/// What was listed before a change: what has its name already is not its result.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// `None`: it was not listed, so that nothing is known to be new.
    pub tokens: Option<Vec<ApiToken>>,
    pub personal: Option<Vec<PersonalToken>>,
}

impl Listed {
    pub(super) fn lists(&self) -> Lists<'_> {
        Lists { tokens: self.tokens.as_deref(), personal: self.personal.as_deref() }
    }
}

/// A new token.
#[derive(Debug)]
pub struct Made {
    pub secret: Secret,
    pub id: Option<TokenId>,
    pub name: Option<SafeText>,
    /// What was wrong with the answer, if something was.
    pub warning: Option<&'static str>,
    /// Its entry in the journal, to be marked when the secret is delivered.
    pub entry: Option<EntryId>,
    /// When it ends, if the answer says so.
    pub expiry: Option<TokenExpiry>,
    /// What is not as it was asked for.
    pub differences: Vec<Difference>,
}

/// A change of which it is not known how it ended, or whose secret is lost.
#[derive(Debug)]
pub struct Unconfirmed {
    pub failure: Failure,
    /// What was found in the list that can be it.
    pub found: Vec<Candidate>,
    /// How long it was looked for, in seconds; `None` if the list could not be
    /// read even once.
    pub looked: Option<u64>,
}

/// How a change ended.
#[derive(Debug)]
pub enum Outcome {
    Made(Box<Made>),
    Deleted,
    /// Nothing happened.
    Failed(Failure),
    /// It was not sent, since the journal cannot be written.
    Unrecorded(String),
    Unconfirmed(Box<Unconfirmed>),
}

impl Outcome {
    /// `about` says of the token its name, its expiry if that is known, and what is not
    /// as it was asked for.
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
        Self::Made(Box::new(Made { secret, id, name, warning, entry, expiry, differences }))
    }
}

impl SignedIn {
    /// Sends a change once. After a lost answer the list is read again, at most
    /// for `patience`, or until a signal comes.
    pub async fn change(
        &self,
        intent: &Intent,
        call: &Call,
        listed: &Listed,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Outcome {
        let Some((asked, mut known)) = asked_of(listed.lists(), intent, call) else {
            return Outcome::Failed(Failure::new(FailureKind::Request));
        };
        self.made().iter().for_each(|id| known.add(id));
        let record = Record { asked: asked.clone(), known, without_journal: self.without_journal };
        let sending = self.send(call.clone(), Some(record));
        let (answer, entry) = match self.unless_ending(sending, interrupt).await {
            Sent::Answered { answer, entry, .. } => (answer, entry),
            Sent::Unrecorded(why) => return Outcome::Unrecorded(why),
        };
        let id = entry.as_ref().map(|e| e.id.clone());
        self.made().extend(answer.as_ref().ok().and_then(Reply::new_id).cloned());
        match answer {
            Ok(Reply::Created(new)) => {
                let told = new.told;
                Outcome::made(*new, id, |token| {
                    let expiry = Some(token.expiry.clone()).filter(|_| told.expiry);
                    (token.name.clone(), expiry, differences(&asked, token, told))
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

    /// Waits for a change. After a signal it is not sent if it cannot be written down
    /// soon; one that is on its way is answered first.
    async fn unless_ending(
        &self,
        sending: impl Future<Output = Sent>,
        interrupt: &Interrupt,
    ) -> Sent {
        let mut sending = pin!(sending);
        tokio::select! {
            biased;
            sent = &mut sending => return sent,
            () = interrupt.comes() => self.ops.end(),
        }
        let sent = sending.await;
        // Plain mode may go on.
        self.ops.in_flight.set_ending(false);
        sent
    }

    /// Looks for what was asked for, when the screens do.
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
                () = interrupt.comes() => break,
            }
            search.begin_attempt();
            let Some(listed) = self.listed(&search.list()).await else {
                search.missed();
                continue;
            };
            looked = Some(due.as_secs());
            if search.saw(listed.lists(), &self.made()) {
                self.ops.marked(&search.entry.id, Mark::Done { id: None }).await;
                return Outcome::Deleted;
            }
            if !search.only_possible() {
                break;
            }
        }
        Outcome::Unconfirmed(Box::new(Unconfirmed { failure, found: search.found, looked }))
    }

    /// One look. `None` if the list could not be read.
    async fn listed(&self, list: &Call) -> Option<Listed> {
        match self.read(list).await.ok()? {
            Reply::Tokens(list) => Some(Listed { tokens: Some(list), personal: None }),
            Reply::PersonalTokens(list) => Some(Listed { personal: Some(list), tokens: None }),
            _ => None,
        }
    }
}
