//! One thing after another, without a screen: signs in where the screens would,
//! sends a call and waits for it. What a change leaves in the journal, and how a
//! lost answer is looked for, is what the screens do. Prints nothing.

mod change;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

pub use change::{Unconfirmed, Listed, Made, Outcome};

use super::{Interrupt, NoSession, Ops, Recalled, Sent, change::Record, reconcile::Search};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        client::DEFAULT_PERSONAL_PATH,
        error::{Failure, FailureKind},
    },
    domain::{
        ApiToken, Org, PersonalToken, SafeText, TokenId,
        session::{ConnectionId, Session, Target},
    },
    journal::{EntryId, Mark, Open, Rotation},
    sink::{Delivered, Sink, SinkError},
};

/// How long is waited for the names of a list to be kept for completion: a disk
/// that does not answer holds nobody up.
const NAMES_KEPT: Duration = Duration::from_secs(1);

/// Why there is nowhere to send anything to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The settings, or a name in them, are wrong.
    #[error("{0}")]
    Settings(String),
    /// There is no credential, or it cannot be had.
    #[error("{0}")]
    NotSignedIn(String),
    #[error("the credential sees no organisation")]
    NoOrg,
    #[error(
        "the credential sees several organisations ({}): set AXIOM_ORG_ID, or org-id in the \
         settings",
        ids(.0)
    )]
    WhichOrg(Vec<Org>),
    #[error("the organisations could not be listed")]
    Failed(Failure),
}

fn ids(orgs: &[Org]) -> String {
    orgs.iter().map(|org| org.id.shown()).collect::<Vec<_>>().join(", ")
}

/// Somebody who is signed in at one place, for one run of a command.
#[derive(Clone, Debug)]
pub struct SignedIn {
    ops: Ops,
    pub session: Session,
    /// Changes are sent though the journal cannot be written.
    pub without_journal: bool,
    /// Ids of the tokens that answers said were made.
    made: Arc<Mutex<Vec<TokenId>>>,
    /// What the journal says of regenerations, once it was recalled.
    rotations: Arc<Mutex<Vec<Rotation>>>,
    /// What is wrong with a file that was passed over.
    pub warning: Option<String>,
}

impl SignedIn {
    /// Signs in where the command line (`wanted` is its `--deployment`), the
    /// environment and the settings lead, or at the embedded server.
    ///
    /// # Errors
    /// With what is in the way.
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
                        "no credential was found: set AXIOM_TOKEN, or `axtok config init` and \
                         `axtok doctor` show the other ways"
                            .to_owned()
                    },
                    |why| format!("{why}: choose with --deployment"),
                );
                return Err(SignInError::NotSignedIn(catalogue.with_unread(why)));
            };
            warning = catalogue.unread().map(str::to_owned);
            ops.sign_in(id, &chosen.deployment).await.map_err(|why| match why {
                NoSession::Address { .. } => SignInError::Settings(why.to_string()),
                NoSession::Credential { .. } => SignInError::NotSignedIn(why.to_string()),
            })?
        };
        Ok(Self {
            ops,
            session,
            without_journal: false,
            made: Arc::default(),
            rotations: Arc::default(),
            warning,
        })
    }

    /// Makes sure that it is known which organisation is meant: where only one
    /// can be, it is that one.
    ///
    /// # Errors
    /// With what is in the way.
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

    /// The token that replaced this one, which still works; the latest.
    #[must_use]
    pub fn replaced(&self, old: &TokenId) -> Option<Rotation> {
        let (now, org) = (self.now(), self.session.org.as_ref().map(SafeText::raw));
        let rotations = self.rotations.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |r: &&Rotation| r.old == *old && r.old_ends > now && r.is_at(&self.session.url, org);
        rotations.iter().rev().find(is_it).cloned()
    }

    fn made(&self) -> MutexGuard<'_, Vec<TokenId>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time by the server's clock, as far as it is known.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "a command is a moment")]
        let now = crate::clock::now();
        let connection = self.ops.connection(ConnectionId::default());
        let ahead = connection.and_then(|c| c.ahead()).unwrap_or_default();
        now.checked_add(SignedDuration::from_secs(ahead)).unwrap_or(now)
    }

    /// Where personal tokens are.
    #[must_use]
    pub fn personal_path(&self) -> String {
        let connection = self.ops.connection(ConnectionId::default());
        connection.map_or(DEFAULT_PERSONAL_PATH.to_owned(), |c| c.personal_path().to_owned())
    }

    /// Sends a call that changes nothing.
    ///
    /// # Errors
    /// With why there is no answer.
    pub async fn read(&self, call: &Call) -> Answer {
        let sent = self.send(call.clone(), None).await;
        // A command may end right after this.
        self.ops.names_kept(NAMES_KEPT).await;
        match sent {
            Sent::Answered { answer, .. } => answer,
            Sent::Unrecorded(_) => Err(Failure::new(FailureKind::Request)),
        }
    }

    fn send(&self, call: Call, record: Option<Record>) -> impl Future<Output = Sent> + use<> {
        let org = self.session.org.clone();
        self.ops.send(ConnectionId::default(), org, call, record.map(Box::new))
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

    /// The organisations that the credential sees.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn orgs(&self) -> Result<Vec<Org>, Failure> {
        match self.read(&Call::ListOrgs).await? {
            Reply::Orgs(list) => Ok(list),
            _ => Err(Failure::new(FailureKind::Unreadable)),
        }
    }

    /// Of what is open, that of which no command has told yet; from now on one has.
    pub async fn untold(&self, open: Vec<Open>) -> Vec<Open> {
        self.ops.recorder.untold(open).await
    }

    /// Closes the entries that a change has settled: a token of theirs was deleted, or
    /// has a new secret. The screens do the same.
    pub async fn close_entries(&self, open: &[Open], token: &TokenId, listed: &Listed) {
        for open in open.iter().filter(|o| self.is_here(o)) {
            let mut search = Search::of(open, open.entry.at);
            search.saw(listed.lists(), &[]);
            if search.is_settled_by(token) || search.delete_target() == Some(token) {
                self.ops.marked(&open.entry.id, Mark::Settled).await;
            }
        }
    }

    /// Closes the entries of deletions whose token is not listed any more. The others
    /// come back.
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

    fn is_here(&self, open: &Open) -> bool {
        open.entry.location.is_at(&self.session.url, self.session.org.as_ref().map(SafeText::raw))
    }

    /// Gives the secret of a new token to a sink, and writes down that it was taken. A
    /// command finds these variables in its environment.
    ///
    /// # Errors
    /// With why it was not.
    pub async fn deliver(
        &self,
        made: &Made,
        sink: &Sink,
        about: &[(&str, &str)],
    ) -> Result<Delivered, SinkError> {
        let delivered = sink.deliver_about(&made.secret, about).await?;
        self.stored(made).await;
        Ok(delivered)
    }

    /// Writes down that the secret of a new token is stored.
    pub async fn stored(&self, made: &Made) {
        if let Some(entry) = &made.entry {
            self.ops.marked(entry, Mark::Delivered { id: made.id.clone() }).await;
        }
    }

    /// Closes an entry of the journal.
    ///
    /// # Errors
    /// With why the journal cannot be written.
    pub async fn close(&self, entry: &EntryId) -> Result<(), String> {
        self.ops.close_change(entry).await
    }

    /// What earlier runs left open in the journal, and a warning about it.
    /// Nothing at the embedded server, which keeps none.
    pub async fn recall(&self) -> (Vec<Open>, Option<String>) {
        if self.session.demo {
            return (Vec::new(), None);
        }
        let Recalled { open, rotations, warning } = self.ops.recall().await;
        self.rotations.lock().unwrap_or_else(PoisonError::into_inner).extend(rotations);
        (open, warning)
    }
}
