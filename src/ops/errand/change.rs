//! A change without a screen: written down, sent once, and looked for when its
//! answer was lost.

use std::{pin::pin, time::Duration};

use super::{Errand, Interrupt, Sent};
use crate::{
    api::{
        call::{Call, Reply},
        error::{Class, Failure, Trouble},
    },
    domain::{ApiToken, PersonalToken, SafeText, Secret, TokenExpiry, TokenId},
    journal::{
        Asked, Difference, Entry, EntryId, Likeness, Mark, differences, personal_differences,
    },
    ops::{
        change::{Intent, Record, asked_of},
        reconcile::{Candidate, LOOKS, find},
    },
};

/// What was listed before a change: what has its name already is not its result.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// `None`: it was not listed, so that nothing is known to be new.
    pub tokens: Option<Vec<ApiToken>>,
    pub personal: Option<Vec<PersonalToken>>,
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
pub struct Doubtful {
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
    Doubtful(Box<Doubtful>),
}

impl Errand {
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
        let (tokens, personal) = (listed.tokens.as_deref(), listed.personal.as_deref());
        let Some((asked, mut known)) = asked_of(tokens, personal, intent, call) else {
            return Outcome::Failed(Failure::new(Trouble::Request));
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
            Ok(Reply::Created(new)) => Outcome::Made(Box::new(Made {
                expiry: new.token.as_ref().filter(|_| new.told.expiry).map(|t| t.expiry.clone()),
                differences: new
                    .token
                    .as_ref()
                    .map(|token| differences(&asked, token, new.told))
                    .unwrap_or_default(),
                name: new.token.as_ref().map(|t| t.name.clone()),
                secret: new.secret,
                id: new.id,
                warning: new.warning,
                entry: id,
            })),
            Ok(Reply::PersonalCreated(new)) => Outcome::Made(Box::new(Made {
                expiry: None,
                differences: new
                    .token
                    .as_ref()
                    .map(|token| personal_differences(&asked, token))
                    .unwrap_or_default(),
                name: new.token.as_ref().map(|t| t.name.clone()),
                secret: new.secret,
                id: new.id,
                warning: new.warning,
                entry: id,
            })),
            Ok(_) => Outcome::Deleted,
            Err(failure) => match (&failure.class, entry) {
                (Class::Unknown | Class::SecretUnreadable { .. }, Some(entry)) => {
                    self.look(*entry, failure, patience, interrupt).await
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
        self.ops.under_way.set_ending(false);
        sent
    }

    /// Writes how far a change got.
    pub async fn mark(&self, entry: &EntryId, mark: Mark) {
        self.ops.marked(entry, mark).await;
    }

    /// Looks for what was asked for, when the screens do.
    async fn look(
        &self,
        entry: Entry,
        failure: Failure,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Outcome {
        if let Class::SecretUnreadable { id: Some(id) } = &failure.class {
            let found = vec![Candidate::named(id.clone(), SafeText::from(entry.asked.name()))];
            return Outcome::Doubtful(Box::new(Doubtful { failure, found, looked: Some(0) }));
        }
        let since = tokio::time::Instant::now();
        let (mut looked, mut seen) = (None, Vec::new());
        for seconds in LOOKS.iter().filter_map(|s| u64::try_from(*s).ok()) {
            let due = Duration::from_secs(seconds);
            if due > patience {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep_until(since + due) => {}
                () = interrupt.comes() => break,
            }
            let Some(found) = self.find(&entry).await else { continue };
            looked = Some(seconds);
            match found {
                Found::Gone => {
                    self.mark(&entry.id, Mark::Done { id: None }).await;
                    return Outcome::Deleted;
                }
                Found::These(found) => {
                    seen = found;
                    // What only is new need not be it.
                    if seen.iter().any(|c| c.likeness != Likeness::Possible) {
                        break;
                    }
                }
            }
        }
        Outcome::Doubtful(Box::new(Doubtful { failure, found: seen, looked }))
    }

    /// One look. `None` if the list could not be read.
    async fn find(&self, entry: &Entry) -> Option<Found> {
        match &entry.asked {
            Asked::Delete { id, .. } => {
                let tokens = self.tokens().await.ok()?;
                Some(Found::gone(!tokens.iter().any(|t| t.id == *id)))
            }
            Asked::DeletePersonal { id, .. } => {
                let tokens = self.personal().await.ok()?;
                Some(Found::gone(!tokens.iter().any(|t| t.id == *id)))
            }
            Asked::CreatePersonal { .. } => {
                let tokens = self.personal().await.ok()?;
                Some(Found::These(find(entry, &[], &tokens)))
            }
            Asked::Create { .. } | Asked::Regenerate { .. } => {
                let tokens = self.tokens().await.ok()?;
                Some(Found::These(find(entry, &tokens, &[])))
            }
        }
    }
}

/// What a look brought.
enum Found {
    /// What was to be deleted is not listed any more.
    Gone,
    These(Vec<Candidate>),
}

impl Found {
    const fn gone(is_gone: bool) -> Self {
        if is_gone { Self::Gone } else { Self::These(Vec::new()) }
    }
}
