//! Runs the effects of the screens: each in its own task, which sends back exactly one message.

mod connect;

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, mpsc};

pub use crate::ops::{Connection, Recorder};
use crate::{
    api::{call::Call, wire},
    app::{LayerId, Msg, SecretId, Ticket},
    config::Config,
    domain::{
        ApiToken, Expiry, NewToken, SafeText, Secret, TokenExpiry, TokenId,
        audit::Window,
        destination::{BulkDestination, Destination},
        due::Batch,
        paths::Listing,
        rotation::Plan,
        session::{ConnectionId, Session, Target},
    },
    journal::{EntryId, Mark},
    ops::{Ops, Recalled, Sent, change::Record, rotation::Work},
};

/// Most folders that are read at the same time.
const READING: usize = 4;

/// How much of a program's error fits into a notice of two lines, in columns.
const ERROR: usize = 45;

/// Runs effects that need more than the terminal.
#[derive(Clone, Debug)]
pub struct Effects {
    ops: Ops,
    replies: mpsc::UnboundedSender<Msg>,
    /// Limits the threads that read folders: a disk can keep them forever.
    reading: Arc<Semaphore>,
}

impl Effects {
    /// The effects, and the receiver of their messages.
    #[must_use]
    pub fn new(config: Option<Config>, recorder: Recorder) -> (Self, mpsc::UnboundedReceiver<Msg>) {
        Self::over(Ops::new(config, recorder))
    }

    /// Like [`Self::new`], with existing operations.
    #[must_use]
    pub fn over(ops: Ops) -> (Self, mpsc::UnboundedReceiver<Msg>) {
        let (replies, receiver) = mpsc::unbounded_channel();
        let reading = Arc::new(Semaphore::new(READING));
        (Self { ops, replies, reading }, receiver)
    }

    /// Keeps accepted findings in this file.
    #[must_use]
    pub fn with_accepted(self, file: Option<std::path::PathBuf>) -> Self {
        Self { ops: self.ops.with_accepted(file), ..self }
    }

    /// Sends a message to the loop.
    pub fn send_back(&self, msg: Msg) {
        // Fails only when the program is exiting and the loop has ended.
        let _ = self.replies.send(msg);
    }

    /// Runs a future in its own task and sends its message back.
    fn later(&self, msg: impl Future<Output = Msg> + Send + 'static) {
        let effects = self.clone();
        tokio::spawn(async move { effects.send_back(msg.await) });
    }

    /// Registers a connection, so that calls can use it.
    pub fn open(&self, id: ConnectionId, connection: Connection) {
        self.ops.open(id, connection);
    }

    /// Removes a connection. Its credential is wiped when no call uses it any more.
    pub fn close(&self, id: ConnectionId) {
        self.ops.close(id);
    }

    /// Sends a call; one `Msg::Replied` comes back, or `Msg::Unrecorded` if the journal could not
    /// be written. Closing a dialog does not cancel the call.
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

    /// Asks the audit log what tokens do; one `Msg::Used` comes back.
    pub fn load_usage(
        &self,
        ticket: Ticket,
        via: ConnectionId,
        org: Option<SafeText>,
        tokens: Arc<Vec<ApiToken>>,
        window: Window,
    ) {
        let ops = self.ops.clone();
        self.later(async move {
            let answer = ops.usage(via, org.as_ref(), tokens, window).await;
            Msg::Used { ticket, answer: answer.map(Box::new) }
        });
    }

    /// Opens the journal; its content comes back as `Msg::Recalled`.
    pub fn open_journal(&self) {
        let ops = self.ops.clone();
        self.later(async move {
            let Recalled { open, rotations, warning } = ops.recall().await;
            Msg::Recalled { open, rotations, warning }
        });
    }

    /// Reads the changes in the journal; one `Msg::History` comes back.
    pub fn load_history(&self, asker: LayerId) {
        let ops = self.ops.clone();
        self.later(async move {
            let contents = ops.journal_contents().await;
            Msg::History { asker, result: contents.map(|contents| contents.changes) }
        });
    }

    /// Reads the plan for rotations and the journal; one `Msg::Rotations` comes back.
    pub fn load_rotations(&self) {
        let ops = self.ops.clone();
        self.later(async move {
            let (plan, contents) = ops.rotation_state().await;
            Msg::Rotations { plan, contents }
        });
    }

    /// Rotates tokens. `Msg::RotationTold` comes back for each step, and one `Msg::Rotated`.
    pub fn rotate(&self, ticket: Ticket, session: Session, plan: Plan, work: Work) {
        let effects = self.clone();
        self.later(async move {
            let told = effects.clone();
            let tell = move |words| told.send_back(Msg::RotationTold { ticket, words });
            let result = effects.ops.run_rotation(session, plan, work, tell).await;
            Msg::Rotated { ticket, result: result.map_err(|stop| stop.to_string()) }
        });
    }

    /// Reports due tokens to a program; one `Msg::DueReported` comes back.
    pub fn report_due(&self, batch: Batch) {
        let ops = self.ops.clone();
        self.later(async move { Msg::DueReported(ops.report_due(batch, ERROR).await) });
    }

    /// Records in the journal how far a change got.
    pub fn mark(&self, entry: EntryId, mark: Mark) {
        drop(self.ops.mark(entry, mark));
    }

    /// Opens a connection; one `Msg::Connected` comes back. Runs in its own task, since a token
    /// command can be slow.
    pub fn connect(&self, id: ConnectionId, to: Target) {
        let effects = self.clone();
        self.later(async move {
            Msg::Connected { connection: id, result: effects.connect_and_wait(id, to).await }
        });
    }

    /// Opens a connection to `to` under this id. Sends no request.
    ///
    /// # Errors
    /// If a setting, a file, the token command or the address is at fault.
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

    /// Delivers the secret of one token of a bulk run; one `Msg::BulkDelivered` comes back.
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

    /// Tries a new secret with one read-only request; one `Msg::Tried` comes back.
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

    /// Writes a text to a new file; one `Msg::Exported` comes back.
    pub fn export(&self, path: &str, text: String) {
        let (ops, path) = (self.ops.clone(), path.to_owned());
        self.later(async move {
            let result = ops.export(&path, text).await.map(|d| d.describe());
            Msg::Exported(result.map_err(|e| SafeText::from(e.to_string()).to_string()))
        });
    }

    /// Runs work with files in a separate thread: a disk that does not respond delays its own
    /// message and nothing else. On exit, the program waits for it briefly.
    pub fn on_disk(&self, work: impl FnOnce(&Ops) -> Msg + Send + 'static) {
        let (effects, guard) = (self.clone(), self.ops.at_files());
        tokio::task::spawn_blocking(move || {
            effects.send_back(work(&effects.ops));
            drop(guard);
        });
    }

    /// Reads the folder of a path in a separate thread; one `Msg::Listed` comes back, unless the
    /// disk never responds. The program does not wait for it on exit.
    pub fn list_folder(&self, asker: LayerId, path: String) {
        let effects = self.clone();
        let Ok(permit) = Arc::clone(&self.reading).try_acquire_owned() else {
            return self.send_back(Msg::Listed { asker, path, listing: Listing::Unreadable });
        };
        tokio::task::spawn_blocking(move || {
            let listing = effects.ops.list_folder(&path);
            effects.send_back(Msg::Listed { asker, path, listing });
            drop(permit);
        });
    }

    /// Announces that the program is exiting: a change that cannot be recorded soon is not sent.
    pub fn end(&self) {
        self.ops.end();
    }

    /// Waits up to `at_most` for the responses to in-flight changes, then briefly for files to be
    /// written. Waits for nothing else.
    pub async fn finish(&self, at_most: Duration) {
        self.ops.finish(at_most).await;
    }
}

/// The JSON body that would create this token again.
#[must_use]
pub fn as_json(token: &ApiToken) -> String {
    let ApiToken { name, description, expiry, grants, .. } = token.clone();
    let (name, description) = (name.raw().to_owned(), description.raw().to_owned());
    let known = expiry.known().unwrap_or(Expiry::Never);
    let json = wire::create(&NewToken { name, description, expiry: known, grants });
    let mut json = json.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    // A missing expiry would mean "never".
    if let (TokenExpiry::Unread(expiry), Some(body)) = (&expiry, json.strip_suffix('}')) {
        json = format!("{body},\"expiresAt\":{}}}", expiry.raw());
    }
    json
}
