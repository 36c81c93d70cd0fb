//! Records changes in the journal: before they are sent, and their outcome. Runs in separate
//! tasks, since writing blocks on the disk.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    api::{
        call::{Answer, Reply},
        error::Certainty,
    },
    domain::Retention,
    journal::{Contents, Entry, EntryId, Journal, JournalError, Known, Mark, Open, Rotation},
};

/// The journal, opened on first use.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    state: Arc<Mutex<State>>,
    /// The journal's file; `None` if nothing is recorded.
    file: Option<PathBuf>,
}

#[derive(Debug, Default)]
enum State {
    /// Nothing is recorded, for tests.
    #[default]
    Off,
    /// The file, and how long it keeps finished changes.
    Closed(PathBuf, Retention),
    Open(Journal),
}

/// The journal's content when it is opened.
#[derive(Debug, Default)]
pub struct Recalled {
    /// Changes that earlier runs left unconfirmed.
    pub open: Vec<Open>,
    /// Regenerations by earlier runs.
    pub rotations: Vec<Rotation>,
    /// Why the journal could not be opened, or that it was damaged.
    pub warning: Option<String>,
}

impl Recorder {
    /// Records in this file. Opens it on first use.
    #[must_use]
    pub fn new(file: PathBuf) -> Self {
        Self::keeping(file, Retention::default())
    }

    /// As [`Self::new`], and keeps finished changes for this long.
    #[must_use]
    pub fn keeping(file: PathBuf, retention: Retention) -> Self {
        let state = State::Closed(file.clone(), retention);
        Self { state: Arc::new(Mutex::new(state)), file: Some(file) }
    }

    /// The journal's file; `None` if nothing is recorded.
    pub(super) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Allows marking an entry that another process has written.
    pub(super) async fn adopt(&self, entry: &EntryId) {
        let entry = entry.clone();
        self.with((), move |state| {
            // Also opens the journal.
            drop(state.open());
            if let State::Open(journal) = state {
                journal.adopt(entry);
            }
        })
        .await;
    }

    /// Opens the journal. Its content is returned only the first time.
    pub(super) async fn recall(&self) -> Recalled {
        self.with(Recalled::default(), State::open).await
    }

    /// Writes an entry. On success it is on the disk.
    pub(super) async fn begin(&self, entry: &Entry) -> Result<(), String> {
        let entry = entry.clone();
        self.write(move |journal| journal.begin(&entry)).await
    }

    /// Records how far an entry got. If that fails, the entry stays open, and the next start asks
    /// about it.
    pub(super) async fn mark(&self, entry: &EntryId, mark: Mark) {
        let entry = entry.clone();
        self.with((), move |state| {
            if let State::Open(journal) = state {
                let _ = journal.mark(&entry, &mark);
            }
        })
        .await;
    }

    /// Opens the journal. Returns the unconfirmed changes, and a warning if it was damaged.
    pub(super) async fn open(&self) -> Result<(Vec<Open>, Option<String>), String> {
        let otherwise = Err("the journal could not be opened".to_owned());
        self.with(otherwise, move |state| {
            let Recalled { open, warning, .. } = state.open();
            match state {
                State::Closed(..) => Err(warning.unwrap_or_default()),
                State::Off | State::Open(_) => Ok((open, warning)),
            }
        })
        .await
    }

    /// Closes an entry, so that it is no longer reported.
    pub(super) async fn close(&self, entry: &EntryId, why: Option<String>) -> Result<(), String> {
        let entry = entry.clone();
        self.write(move |journal| journal.mark(&entry, &Mark::Settled { why })).await
    }

    /// What the journal says now, by all processes that write to it.
    pub(super) async fn contents(&self) -> Result<Contents, String> {
        let Some(file) = self.file.clone() else { return Ok(Contents::default()) };
        let otherwise = Err("the journal could not be read".to_owned());
        self.with(otherwise, move |state| {
            let contents = Journal::read(&file).map_err(|e| e.to_string())?;
            if let State::Open(journal) = state {
                // Other processes may have written some since it was opened.
                contents.changes.iter().for_each(|change| journal.adopt(change.entry.id.clone()));
            }
            Ok(contents)
        })
        .await
    }

    async fn write(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<(), JournalError> + Send + 'static,
    ) -> Result<(), String> {
        let otherwise = Err("the journal could not be written".to_owned());
        self.with(otherwise, move |state| {
            let warning = state.open().warning;
            match state {
                State::Off => Ok(()),
                State::Open(journal) => work(journal).map_err(|e| e.to_string()),
                State::Closed(..) => Err(warning.unwrap_or_default()),
            }
        })
        .await
    }

    /// The entries that no command has reported yet. Marks them as reported.
    pub(super) async fn unreported(&self, open: Vec<Open>) -> Vec<Open> {
        let otherwise = open.clone();
        self.with(otherwise, move |state| match state {
            State::Open(journal) => {
                open.into_iter().filter(|o| journal.mark_reported(&o.entry.id)).collect()
            }
            State::Off | State::Closed(..) => open,
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &self,
        otherwise: T,
        work: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> T {
        let state = Arc::clone(&self.state);
        let work = move || work(&mut state.lock().unwrap_or_else(PoisonError::into_inner));
        // Fails only after a panic, which the hook has reported.
        tokio::task::spawn_blocking(work).await.unwrap_or(otherwise)
    }
}

impl State {
    /// Opens the journal unless it is open. The warning says why that failed, or where a damaged
    /// journal was moved.
    fn open(&mut self) -> Recalled {
        let Self::Closed(file, retention) = self else { return Recalled::default() };
        match Journal::open(file, retention) {
            Ok(opened) => {
                *self = Self::Open(opened.journal);
                let warning = opened.set_aside.map(|file| {
                    format!("The journal was damaged and was moved to {}.", file.display())
                });
                Recalled { open: opened.open, rotations: opened.rotations, warning }
            }
            Err(e) => Recalled { warning: Some(e.to_string()), ..Recalled::default() },
        }
    }
}

/// Removes the new token's id from a response if it is the id of a token that existed before: a
/// new token has a new id, so the response does not identify it. The secret is kept.
pub(super) fn without_known_ids(mut answer: Answer, known: &Known) -> Answer {
    const WARNING: Option<&str> = Some("the response names a token that existed before");
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

/// The journal's mark for a response.
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
            present: PresentMembers::default(),
        }))
    }

    #[test]
    fn a_token_that_existed_before_is_not_mistaken_for_the_new_one() {
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
