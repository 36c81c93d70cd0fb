//! Carries out what the screens want of the world: each effect in a task of its own,
//! and sends back exactly one message for each.

mod connect;

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;

pub use crate::ops::{Connection, Recorder};
use crate::{
    api::{call::Call, wire},
    app::{Msg, SecretId, Ticket},
    config::Config,
    domain::{
        ApiToken, Expiry, NewToken, SafeText, Secret, TokenExpiry, TokenId,
        destination::{BulkDestination, Destination},
        session::{ConnectionId, Session, Target},
    },
    journal::{EntryId, Mark},
    ops::{Ops, Recalled, Sent, change::Record},
};

/// Carries out effects that reach beyond the terminal.
#[derive(Clone, Debug)]
pub struct Effects {
    ops: Ops,
    replies: mpsc::UnboundedSender<Msg>,
}

impl Effects {
    /// The effects, and where their messages come out.
    #[must_use]
    pub fn new(config: Option<Config>, recorder: Recorder) -> (Self, mpsc::UnboundedReceiver<Msg>) {
        Self::over(Ops::new(config, recorder))
    }

    /// The same, over what carries them out.
    #[must_use]
    pub fn over(ops: Ops) -> (Self, mpsc::UnboundedReceiver<Msg>) {
        let (replies, receiver) = mpsc::unbounded_channel();
        (Self { ops, replies }, receiver)
    }

    /// The same, with accepted findings kept in this file.
    #[must_use]
    pub fn with_accepted(self, file: Option<std::path::PathBuf>) -> Self {
        Self { ops: self.ops.with_accepted(file), ..self }
    }

    /// Hands a message to the loop.
    pub fn send_back(&self, msg: Msg) {
        // The loop has gone only when the program ends.
        let _ = self.replies.send(msg);
    }

    /// Waits for something apart from the loop, and sends its message back.
    fn later(&self, msg: impl Future<Output = Msg> + Send + 'static) {
        let effects = self.clone();
        tokio::spawn(async move { effects.send_back(msg.await) });
    }

    /// Calls may go by this connection from now on.
    pub fn open(&self, id: ConnectionId, connection: Connection) {
        self.ops.open(id, connection);
    }

    /// Forgets a connection and its credential, once nothing is on its way.
    pub fn close(&self, id: ConnectionId) {
        self.ops.close(id);
    }

    /// Sends a call; its answer comes back as one `Msg::Replied`, or as
    /// `Msg::Unrecorded` if it may not be sent without the journal. Runs apart
    /// from the screen: leaving a dialog does not cancel it.
    pub fn call(
        &self,
        ticket: Ticket,
        via: ConnectionId,
        org: Option<SafeText>,
        call: Call,
        record: Option<Box<Record>>,
    ) {
        let sending = self.ops.send(via, org, call, record);
        let effects = self.clone();
        self.later(async move {
            match sending.await {
                Sent::Answered { answer, entry, ahead } => {
                    if let Some(seconds) = ahead {
                        effects.send_back(Msg::ServerAhead { connection: via, seconds });
                    }
                    Msg::Replied { ticket, answer, entry }
                }
                Sent::Unrecorded(why) => Msg::Unrecorded { ticket, why },
            }
        });
    }

    /// Opens the journal; what it says comes back as `Msg::Recalled`.
    pub fn open_journal(&self) {
        let ops = self.ops.clone();
        self.later(async move {
            let Recalled { open, rotations, warning } = ops.recall().await;
            Msg::Recalled { open, rotations, warning }
        });
    }

    /// Writes how far a change got.
    pub fn mark(&self, entry: EntryId, mark: Mark) {
        drop(self.ops.mark(entry, mark));
    }

    /// Makes a connection; one `Msg::Connected` comes back. A command that gives
    /// the token may take its time, so this runs apart from the screen.
    pub fn connect(&self, id: ConnectionId, to: Target) {
        let effects = self.clone();
        self.later(async move {
            Msg::Connected { connection: id, result: effects.connect_and_wait(id, to).await }
        });
    }

    /// Makes a connection and waits until it is there.
    ///
    /// # Errors
    /// With why there is none: a setting, a file, a command, an address.
    pub async fn connect_and_wait(&self, id: ConnectionId, to: Target) -> Result<Session, String> {
        self.ops.connect(id, to).await
    }

    /// Delivers a secret; one `Msg::Delivered` comes back.
    pub fn deliver(&self, id: SecretId, secret: Arc<Secret>, destination: &Destination) {
        let delivering = self.ops.deliver(secret, destination);
        self.later(async move {
            let result = delivering.await.map(|d| d.describe());
            Msg::Delivered { id, result: result.map_err(|e| e.with_secret_kept()) }
        });
    }

    /// Puts a secret there; one `Msg::BulkDelivered` comes back.
    pub fn deliver_bulk(
        &self,
        id: SecretId,
        secret: Arc<Secret>,
        destination: &BulkDestination,
        about: (&SafeText, &TokenId),
    ) {
        let delivering = self.ops.deliver_bulk(secret, destination, about);
        self.later(async move {
            let result = delivering.await.map(|d| d.place());
            Msg::BulkDelivered { id, result: result.map_err(|e| e.with_secret_kept()) }
        });
    }

    /// Sends one harmless request with a new secret; one `Msg::Tried` comes back.
    pub fn try_secret(
        &self,
        id: SecretId,
        via: ConnectionId,
        org: Option<SafeText>,
        secret: Arc<Secret>,
    ) {
        let trying = self.ops.try_secret(via, org, secret);
        self.later(async move { Msg::Tried { id, result: trying.await } });
    }

    /// Writes a text into a new file; one `Msg::Exported` comes back.
    pub fn export(&self, path: &str, text: String) {
        let (ops, path) = (self.ops.clone(), path.to_owned());
        self.later(async move {
            let result = ops.export(&path, text).await.map(|d| d.describe());
            Msg::Exported(result.map_err(|e| SafeText::from(e.to_string()).to_string()))
        });
    }

    /// Does something with files, apart from the loop: a disk that does not answer holds
    /// up its own message and nothing else. Who quits waits a moment for it.
    pub fn on_disk(&self, work: impl FnOnce(&Ops) -> Msg + Send + 'static) {
        let (effects, guard) = (self.clone(), self.ops.at_files());
        tokio::task::spawn_blocking(move || {
            effects.send_back(work(&effects.ops));
            drop(guard);
        });
    }

    /// The program is ending: a change that cannot be written down soon is not sent.
    pub fn end(&self) {
        self.ops.end();
    }

    /// Waits until every change that was sent is answered, but not longer than this,
    /// and a moment until that and other files are written. Nothing else is waited for.
    pub async fn finish(&self, at_most: Duration) {
        self.ops.finish(at_most).await;
    }
}

/// The JSON with which the API would make this token again.
#[must_use]
pub fn as_json(token: &ApiToken) -> String {
    let ApiToken { name, description, expiry, grants, .. } = token.clone();
    let (name, description) = (name.raw().to_owned(), description.raw().to_owned());
    let known = expiry.known().unwrap_or(Expiry::Never);
    let json = wire::create(&NewToken { name, description, expiry: known, grants });
    let mut json = json.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    // Left out it would mean "never".
    if let (TokenExpiry::Unread(expiry), Some(body)) = (&expiry, json.strip_suffix('}')) {
        json = format!("{body},\"expiresAt\":{}}}", expiry.raw());
    }
    json
}
