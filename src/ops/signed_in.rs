//! A session without screens: signs in like the screens, sends calls one after another and waits
//! for each. Changes are recorded and reconciled as by the screens. Prints nothing.

mod change;
mod pairs;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

pub use change::{Listed, Made, Outcome, Unconfirmed};
pub use pairs::Half;

use super::{
    Interrupt, NoSession, Ops, Recalled, Sent, change::Record, reconcile::Search, usage::Asked,
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        client::DEFAULT_PERSONAL_PATH,
        error::{Failure, FailureKind},
    },
    domain::{
        ApiToken, Org, PersonalToken, SafeText, SecretKind, TokenId,
        audit::{LogQuery, LogQuestion, Window},
        session::{ConnectionId, Session, Target},
        usage::Usage,
    },
    journal::{EntryId, Mark, Open, RecordedChange, Rotation},
    sink::{Delivered, Sink, SinkError},
};

/// How long to wait for names to be saved for completion: a disk that does not respond must not
/// block the command.
const NAMES_KEPT: Duration = Duration::from_secs(1);

/// Why signing in failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The settings, or a name in them, are invalid.
    #[error("{0}")]
    Settings(String),
    /// There is no credential, or reading it failed.
    #[error("{0}")]
    NotSignedIn(String),
    /// The credential's user belongs to no organisation.
    #[error("the credential has no organisation: ask an owner to invite you")]
    NoOrg,
    /// The credential can access these organisations, and none is selected.
    #[error(
        "the credential can access several organisations ({}): set AXIOM_ORG_ID, or org-id in the \
         settings",
        ids(.0)
    )]
    WhichOrg(Vec<Org>),
    /// Listing the organisations failed.
    #[error("the organisations could not be listed")]
    Failed(Failure),
}

fn ids(orgs: &[Org]) -> String {
    orgs.iter().map(|org| org.id.shown()).collect::<Vec<_>>().join(", ")
}

/// A signed-in session for one run of a command.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub(super) ops: Ops,
    /// The deployment, organisation and credential in use.
    pub session: Session,
    /// Send changes even if the journal cannot be written.
    pub without_journal: bool,
    /// Changes are part of a rotation with proof.
    pub is_rotation: bool,
    /// Ids of the tokens that this session has created.
    made: Arc<Mutex<Vec<TokenId>>>,
    /// Regenerations from the journal, once it was opened.
    rotations: Arc<Mutex<Vec<Rotation>>>,
    /// What is wrong with a file that was skipped.
    pub warning: Option<String>,
}

impl SignedIn {
    /// Signs in to the deployment that the command line (`wanted` is its `--deployment`), the
    /// environment and the settings select, or to the embedded server.
    ///
    /// # Errors
    /// If no deployment is selected, or its address or credential is invalid.
    pub async fn begin(ops: Ops, wanted: Option<&str>, demo: bool) -> Result<Self, SignInError> {
        let id = ConnectionId::default();
        let mut warning = None;
        let session = if demo {
            ops.connect(id, Target::Demo).await.map_err(SignInError::Settings)?
        } else {
            let catalogue = ops.catalogue().map_err(SignInError::Settings)?;
            let chosen = catalogue.choose(wanted);
            let chosen =
                chosen.map_err(|e| SignInError::Settings(catalogue.with_unread(e.to_string())))?;
            let Some(chosen) = chosen else {
                let why = catalogue.undecided().map_or_else(
                    || {
                        "no credential was found: set AXIOM_TOKEN, or run `axtok config init` or \
                         `axtok doctor` for alternatives"
                            .to_owned()
                    },
                    |why| format!("{why}: choose one with --deployment"),
                );
                return Err(SignInError::NotSignedIn(catalogue.with_unread(why)));
            };
            warning = catalogue.unread().map(str::to_owned);
            ops.sign_in(id, &chosen.deployment).await.map_err(|why| match why {
                NoSession::Address { .. } => SignInError::Settings(why.to_string()),
                NoSession::Credential { .. } => SignInError::NotSignedIn(why.to_string()),
            })?
        };
        Ok(Self { warning, ..Self::of(ops, session) })
    }

    /// The journal's file; `None` for the demo, which keeps no journal.
    pub(super) fn journal_file(&self) -> Option<&Path> {
        self.ops.recorder.file().filter(|_| !self.session.demo)
    }

    /// Makes sure that an organisation is selected; selects the only one if there is no choice.
    ///
    /// # Errors
    /// If there is no organisation, more than one, or they cannot be listed.
    pub async fn in_an_org(mut self) -> Result<Self, SignInError> {
        if self.session.lacks_org() {
            let mut orgs = self.orgs().await.map_err(SignInError::Failed)?;
            if orgs.len() > 1 {
                return Err(SignInError::WhichOrg(orgs));
            }
            self.session.org = Some(orgs.pop().ok_or(SignInError::NoOrg)?.id);
        }
        Ok(self)
    }

    /// The session of screens, for operations that take several requests.
    #[must_use]
    pub fn of(ops: Ops, session: Session) -> Self {
        Self {
            ops,
            session,
            without_journal: false,
            is_rotation: false,
            made: Arc::default(),
            rotations: Arc::default(),
            warning: None,
        }
    }

    /// The same session; its changes are part of a rotation with proof or not.
    #[must_use]
    pub(super) fn rotating(&self, yes: bool) -> Self {
        Self { is_rotation: yes, ..self.clone() }
    }

    pub(super) fn via(&self) -> ConnectionId {
        self.session.connection.unwrap_or_default()
    }

    /// Signs in elsewhere, and tests the credential by listing its organisations, which it
    /// returns too. This session stays open: [`Self::leave`] ends it.
    ///
    /// # Errors
    /// When signing in fails, or the server rejects the credential.
    pub async fn elsewhere(&self, to: Target) -> Result<(Self, Vec<Org>), SignInError> {
        let id = ConnectionId(self.via().0 + 1);
        let session = self.ops.connect(id, to).await.map_err(SignInError::NotSignedIn)?;
        let there = Self { session, warning: None, ..self.clone() };
        match there.orgs().await {
            Ok(orgs) => Ok((there, orgs)),
            // Valid, but without the right to list organisations.
            Err(failure)
                if failure.kind == FailureKind::Status(403)
                    && there.session.credential != SecretKind::Personal =>
            {
                Ok((there, Vec::new()))
            }
            Err(failure) => {
                there.leave();
                Err(SignInError::Failed(failure))
            }
        }
    }

    /// Closes the session's connection.
    pub fn leave(&self) {
        self.ops.close(self.via());
    }

    /// A message about the difference between the local clock and the server's, if it matters.
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        self.ops.clock_difference(self.via())
    }

    /// Tries a new secret with one read-only request. Returns a message about the result.
    ///
    /// # Errors
    /// If the server refused the secret, or the request failed.
    pub async fn try_secret(&self, made: &Made) -> Result<String, String> {
        self.ops.try_secret(self.via(), self.session.org.clone(), made.secret.clone()).await
    }

    fn made(&self) -> MutexGuard<'_, Vec<TokenId>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time by the server's clock, or by the local one if that is not known.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "a command reads the clock itself")]
        let now = crate::clock::now();
        let connection = self.ops.connection(self.via());
        let ahead = connection.and_then(|c| c.ahead()).unwrap_or_default();
        now.checked_add(SignedDuration::from_secs(ahead)).unwrap_or(now)
    }

    /// The base path of the routes for personal tokens.
    #[must_use]
    pub fn personal_path(&self) -> String {
        let connection = self.ops.connection(self.via());
        connection.map_or(DEFAULT_PERSONAL_PATH.to_owned(), |c| c.personal_path().to_owned())
    }

    /// Sends a read-only call.
    ///
    /// # Errors
    /// If the call failed.
    pub async fn read(&self, call: &Call) -> Answer {
        let sent = self.send(call.clone(), None).await;
        // A command may exit right after this.
        self.ops.names_kept(NAMES_KEPT).await;
        match sent {
            Sent::Answered { answer, .. } => answer,
            Sent::Unrecorded(_) => Err(Failure::new(FailureKind::Request)),
        }
    }

    fn send(&self, call: Call, record: Option<Record>) -> impl Future<Output = Sent> + use<> {
        let org = self.session.org.clone();
        self.ops.send(self.via(), org, call, record.map(Box::new))
    }

    /// The API tokens.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, Failure> {
        match self.read(&Call::ListTokens).await? {
            Reply::Tokens(list) => Ok(list),
            _ => Err(Failure::new(FailureKind::Unreadable)),
        }
    }

    /// What these tokens did in this part of the audit log.
    ///
    /// # Errors
    /// If the log cannot be asked who used which rights.
    pub async fn usage(&self, tokens: &[ApiToken], window: Window) -> Result<Usage, Failure> {
        let tokens = Arc::new(tokens.to_vec());
        self.ops.usage(self.via(), self.session.org.as_ref(), tokens, window).await
    }

    /// What these tokens did, as far back as the organisation's log goes, and what could not be
    /// asked.
    ///
    /// # Errors
    /// If the log cannot be asked who used which rights.
    pub async fn ask_usage(&self, tokens: &[ApiToken]) -> Result<Asked, (Call, Failure)> {
        let window = self.log_window().await;
        let tokens = Arc::new(tokens.to_vec());
        let asked = self.ops.ask_usage(self.via(), self.session.org.as_ref(), tokens, window);
        let query = LogQuery { window, question: LogQuestion::Deeds };
        Box::pin(asked).await.map_err(|failure| (Call::AuditLog(query), failure))
    }

    /// The part of the audit log that the organisation can query. If the organisations cannot
    /// be listed, this is the part that all can query.
    pub async fn log_window(&self) -> Window {
        let orgs = self.orgs().await.unwrap_or_default();
        let here = self.session.org.as_ref();
        let org = orgs.iter().find(|org| here.is_none_or(|id| org.id == *id));
        Window::last(org.and_then(|org| org.audit_window), self.now())
    }

    /// The personal tokens.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn personal(&self) -> Result<Vec<PersonalToken>, Failure> {
        match self.read(&Call::ListPersonalTokens).await? {
            Reply::PersonalTokens(list) => Ok(list),
            _ => Err(Failure::new(FailureKind::Unreadable)),
        }
    }

    /// The organisations that the credential can access.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn orgs(&self) -> Result<Vec<Org>, Failure> {
        match self.read(&Call::ListOrgs).await? {
            Reply::Orgs(list) => Ok(list),
            _ => Err(Failure::new(FailureKind::Unreadable)),
        }
    }

    /// The unconfirmed changes that no command has reported yet. Marks them as reported.
    pub async fn unreported(&self, open: Vec<Open>) -> Vec<Open> {
        self.ops.recorder.unreported(open).await
    }

    /// Closes the entries that a change of `token` has resolved: their token was deleted or has a
    /// new secret. The screens do the same.
    pub async fn close_entries(&self, open: &[Open], token: &TokenId, listed: &Listed) {
        for open in open.iter().filter(|open| self.is_resolved(open, token, listed)) {
            self.ops.marked(&open.entry.id, Mark::Settled { why: None }).await;
        }
    }

    /// Whether a change of `token` resolves an unconfirmed change.
    #[must_use]
    pub fn is_resolved(&self, open: &Open, token: &TokenId, listed: &Listed) -> bool {
        let mut search = Search::of(open, open.entry.at);
        search.saw(listed.lists(), &[]);
        let is_it = search.is_settled_by(token) || search.delete_target() == Some(token);
        is_it && self.is_here(open)
    }

    /// Closes the entries of deletions whose token is no longer listed. Returns the others.
    pub async fn without_deleted(&self, open: Vec<Open>, listed: &Listed) -> Vec<Open> {
        let mut rest = Vec::new();
        for open in open {
            let mut search = Search::of(&open, open.entry.at);
            if self.is_here(&open) && search.saw(listed.lists(), &[]) {
                self.ops.marked(&open.entry.id, Mark::Done { id: None }).await;
            } else {
                rest.push(open);
            }
        }
        rest
    }

    /// Whether a change was made at this server and, where both are known, in this organisation.
    #[must_use]
    pub fn is_here(&self, open: &Open) -> bool {
        open.entry.location.is_at(&self.session.url, self.session.org.as_ref().map(SafeText::raw))
    }

    /// Delivers the secret of a new token to a sink and records that in the journal. A command
    /// gets the variables `about` in its environment.
    ///
    /// # Errors
    /// If the delivery failed.
    pub async fn deliver(
        &self,
        made: &Made,
        sink: &Sink,
        about: &[(&str, &str)],
    ) -> Result<Delivered, SinkError> {
        let delivered = sink.deliver_about(&made.secret, about).await?;
        self.stored(made, Some(delivered.place())).await;
        Ok(delivered)
    }

    /// Records in the journal that the secret of a new token is stored.
    /// `to` says where, in words.
    pub async fn stored(&self, made: &Made, to: Option<String>) {
        if let Some(entry) = &made.entry {
            self.ops.marked(entry, Mark::Delivered { id: made.id.clone(), to }).await;
        }
    }

    /// Searches the list once for the result of an unconfirmed change. `None` if the list could
    /// not be read. True if the change was a deletion, and the token is gone.
    pub async fn look_for(&self, search: &mut Search) -> Option<bool> {
        search.begin_attempt();
        let Some(listed) = self.listed(&search.list()).await else {
            search.missed();
            return None;
        };
        Some(search.saw(listed.lists(), &self.made()))
    }

    /// Tokens that other changes are known to have created: none of them is the result of the
    /// changes that are searched for.
    pub fn explain(&self, tokens: impl IntoIterator<Item = TokenId>) {
        self.made().extend(tokens);
    }

    /// Searches lists that were read. True if the change was a deletion, and the token is gone.
    pub fn search_in(&self, search: &mut Search, listed: &Listed) -> bool {
        search.saw(listed.lists(), &self.made())
    }

    /// Records in the journal that a token was deleted.
    pub async fn deleted(&self, entry: &EntryId) {
        self.ops.marked(entry, Mark::Done { id: None }).await;
    }

    /// Records in the journal that the secret of an unconfirmed change is stored.
    pub async fn stored_since(&self, open: &Open) {
        let id = open.made().cloned();
        self.ops.marked(&open.entry.id, Mark::Delivered { id, to: None }).await;
    }

    /// Closes an entry of the journal.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn close(&self, entry: &EntryId) -> Result<(), String> {
        self.ops.close_change(entry, None).await
    }

    /// Every change in the journal, oldest first.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn history(&self) -> Result<Vec<RecordedChange>, String> {
        Ok(self.ops.journal_contents().await?.changes)
    }

    /// Opens the journal. Returns the unconfirmed changes of earlier runs and a warning about the
    /// journal. Empty for the demo, which keeps no journal.
    pub async fn recall(&self) -> (Vec<Open>, Option<String>) {
        if self.session.demo {
            return (Vec::new(), None);
        }
        let Recalled { open, rotations, warning } = self.ops.recall().await;
        self.rotations.lock().unwrap_or_else(PoisonError::into_inner).extend(rotations);
        (open, warning)
    }
}
