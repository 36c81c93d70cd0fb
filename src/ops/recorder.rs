//! What the journal is told of changes: before one is sent, and how it ended.
//! Writing waits for the disk, so it runs apart from the screen.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    api::{
        call::{Answer, Reply},
        error::Certainty,
    },
    journal::{Entry, EntryId, Journal, JournalError, Known, Mark, Open, Rotation},
};

/// The journal, opened when it is first needed.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<State>>);

#[derive(Debug, Default)]
enum State {
    /// Nothing is recorded, as in a test.
    #[default]
    Off,
    Closed(PathBuf),
    Open(Journal),
}

/// What the journal says when it is opened.
#[derive(Debug, Default)]
pub struct Recalled {
    /// What earlier runs left open.
    pub open: Vec<Open>,
    /// Regenerations of earlier runs.
    pub rotations: Vec<Rotation>,
    /// Why it cannot be opened, or that it was damaged.
    pub warning: Option<String>,
}

impl Recorder {
    /// A journal in this file.
    #[must_use]
    pub fn new(file: PathBuf) -> Self {
        Self(Arc::new(Mutex::new(State::Closed(file))))
    }

    /// Opens the journal: what earlier runs left, and a warning.
    pub(super) async fn recall(&self) -> Recalled {
        self.with(Recalled::default(), State::open).await
    }

    /// Writes an entry; it is safe on disk afterwards.
    pub(super) async fn begin(&self, entry: &Entry) -> Result<(), String> {
        let entry = entry.clone();
        self.write(move |journal| journal.begin(&entry)).await
    }

    /// Writes how far an entry got. Without it the entry stays open, which costs
    /// a question at the next start, and nothing else.
    pub(super) async fn mark(&self, entry: &EntryId, mark: Mark) {
        let entry = entry.clone();
        self.with((), move |state| {
            if let State::Open(journal) = state {
                let _ = journal.mark(&entry, &mark);
            }
        })
        .await;
    }

    /// Opens the journal: what earlier runs left, and whether it was damaged.
    pub(super) async fn open(&self) -> Result<(Vec<Open>, Option<String>), String> {
        let otherwise = Err("opening it failed".to_owned());
        self.with(otherwise, |state| {
            let Recalled { open, warning, .. } = state.open();
            match state {
                State::Closed(_) => Err(warning.unwrap_or_default()),
                State::Off | State::Open(_) => Ok((open, warning)),
            }
        })
        .await
    }

    /// Closes an entry.
    pub(super) async fn close(&self, entry: &EntryId) -> Result<(), String> {
        let entry = entry.clone();
        self.write(move |journal| journal.mark(&entry, &Mark::Settled)).await
    }

    async fn write(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<(), JournalError> + Send + 'static,
    ) -> Result<(), String> {
        let otherwise = Err("writing it failed".to_owned());
        self.with(otherwise, move |state| {
            let warning = state.open().warning;
            match state {
                State::Off => Ok(()),
                State::Open(journal) => work(journal).map_err(|e| e.to_string()),
                State::Closed(_) => Err(warning.unwrap_or_default()),
            }
        })
        .await
    }

    /// Those of which no command has told yet; from now on one has.
    pub(super) async fn untold(&self, open: Vec<Open>) -> Vec<Open> {
        let otherwise = open.clone();
        self.with(otherwise, move |state| match state {
            State::Open(journal) => {
                open.into_iter().filter(|o| journal.is_to_be_told(&o.entry.id)).collect()
            }
            State::Off | State::Closed(_) => open,
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &self,
        otherwise: T,
        work: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> T {
        let state = Arc::clone(&self.0);
        let work = move || work(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        // It fails only by a panic, of which the hook has spoken.
        tokio::task::spawn_blocking(work).await.unwrap_or(otherwise)
    }
}

impl State {
    /// Opens it unless it is open; a warning says why that cannot be, or what
    /// was set aside.
    fn open(&mut self) -> Recalled {
        let Self::Closed(file) = self else { return Recalled::default() };
        match Journal::open(file) {
            Ok(opened) => {
                *self = Self::Open(opened.journal);
                let warning = opened.set_aside.map(|file| {
                    format!("The journal was damaged; it was set aside as {}.", file.display())
                });
                Recalled { open: opened.open, rotations: opened.rotations, warning }
            }
            Err(e) => Recalled { warning: Some(e.to_string()), ..Recalled::default() },
        }
    }
}

/// The answer without the id of a token that was there before: a new token has
/// a new id, so such a reply does not say which one it is. The secret is kept.
pub(super) fn without_known_ids(mut answer: Answer, known: &Known) -> Answer {
    const WARNING: Option<&str> = Some("the reply names a token that existed before");
    match &mut answer {
        Ok(Reply::Created(new)) if new.id.as_ref().is_some_and(|id| known.has(id)) => {
            (new.id, new.token, new.warning) = (None, None, WARNING);
        }
        Ok(Reply::PersonalCreated(new)) if new.id.as_ref().is_some_and(|id| known.has(id)) => {
            (new.id, new.token, new.warning) = (None, None, WARNING);
        }
        Err(failure) => {
            if let Certainty::SecretUnreadable { id: Some(id) } = &failure.certainty
                && known.has(id)
            {
                failure.certainty = Certainty::Unknown;
            }
        }
        Ok(_) => {}
    }
    answer
}

/// What the journal is told of an answer.
#[must_use]
pub(super) fn mark_of(answer: &Answer) -> Mark {
    match answer {
        Ok(Reply::Created(created)) => Mark::Done { id: created.id.clone() },
        Ok(Reply::PersonalCreated(created)) => Mark::Done { id: created.id.clone() },
        Ok(_) => Mark::Done { id: None },
        Err(failure) => match &failure.certainty {
            Certainty::NotSent => Mark::NotSent,
            Certainty::Rejected => Mark::Rejected,
            Certainty::Unknown => Mark::Unknown,
            Certainty::SecretUnreadable { id } => Mark::Unreadable { id: id.clone() },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::{
            call::Created,
            error::{Failure, FailureKind},
        },
        domain::{ApiToken, Secret, TokenId, token::PresentMembers},
    };

    fn made(id: &str) -> Reply {
        Reply::Created(Box::new(Created::<ApiToken> {
            secret: Secret::new("xaat-1".to_owned()),
            id: Some(TokenId::new(id)),
            token: None,
            warning: None,
            told: PresentMembers::default(),
        }))
    }

    #[test]
    fn a_token_that_existed_before_is_not_taken_for_the_new_one() {
        let known = Known::from(vec![TokenId::new("old")]);
        let mark = |answer| mark_of(&without_known_ids(answer, &known));
        assert_eq!(mark(Ok(made("new"))), Mark::Done { id: Some(TokenId::new("new")) });
        assert_eq!(mark(Ok(made("old"))), Mark::Done { id: None });
        let lost = |id| Failure::secret_unreadable(Some(TokenId::new(id)), FailureKind::Unreadable);
        let new = Some(TokenId::new("new"));
        assert_eq!(mark(Err(lost("new"))), Mark::Unreadable { id: new });
        assert_eq!(mark(Err(lost("old"))), Mark::Unknown);
        let Ok(Reply::Created(created)) = without_known_ids(Ok(made("old")), &known) else {
            panic!("the secret is kept")
        };
        assert!(created.warning.is_some());
    }
}
