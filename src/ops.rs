//! What can be asked of an organisation, once for all fronts: sign in, list, change
//! (write down, send once, look for what became of it), deliver a secret. Functions
//! return what came of it; who waits for that, and what is said of it, is the front's.

pub mod change;
mod connection;
mod signed_in;
mod delivery;
mod interrupt;
mod keeping;
mod names;
mod connect;
pub mod reconcile;
mod recorder;
mod in_flight;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

pub use connection::Connection;
pub use signed_in::{Unconfirmed, SignedIn, Listed, Made, SignInError, Outcome};
pub use delivery::about;
pub use interrupt::Interrupt;
pub use connect::NoSession;
pub use recorder::{Recalled, Recorder};
pub use in_flight::Guard;
use in_flight::InFlightCounter;

use crate::{
    api::{
        call::{Answer, Call},
        error::{Failure, FailureKind},
    },
    clock,
    config::Config,
    domain::{SafeText, session::ConnectionId, when},
    journal::{Entry, EntryId, Mark, Open, Location},
    log::Log,
    simulator::Simulator,
};
use change::Record;

/// How long a mark in the journal is waited for: what it says is known already, and a
/// disk that hangs must not keep it from the user.
const WRITTEN: Duration = Duration::from_secs(1);

/// How long a disk usually takes at most.
pub const USUAL: Duration = Duration::from_millis(100);

/// Why a change was not sent.
const ENDING: &str = "the program is ending, and the disk does not answer";

type Connections = BTreeMap<ConnectionId, Arc<Connection>>;

/// What carries it all out.
#[derive(Clone, Debug)]
pub struct Ops {
    connections: Arc<Mutex<Connections>>,
    /// Where settings, presets and credentials are.
    config: Option<Config>,
    /// The embedded server, once the demo was asked for.
    demo: Arc<Mutex<Option<Simulator>>>,
    recorder: Recorder,
    /// Changes that were sent and are not answered yet, and secrets on their way to
    /// a file or a command.
    in_flight: InFlightCounter,
    /// Marks that are being written into the journal, and other work with files.
    files: InFlightCounter,
    /// Names that are being kept for completion.
    keeping: InFlightCounter,
    log: Option<Arc<Log>>,
    /// Where accepted findings are kept.
    accepted: Option<PathBuf>,
}

/// What came of sending a call.
#[derive(Debug)]
pub enum Sent {
    Answered {
        answer: Answer,
        /// The journal's entry, if it was a change.
        entry: Option<Box<Entry>>,
        /// How far the server's clock is ahead of ours, in seconds, if that is news.
        ahead: Option<i64>,
    },
    /// It was not sent, since the journal cannot be written, for this reason.
    Unrecorded(String),
}

impl Ops {
    #[must_use]
    pub fn new(config: Option<Config>, recorder: Recorder) -> Self {
        let (connections, demo) = Default::default();
        let (in_flight, files, keeping) = Default::default();
        let (log, accepted) = (None, None);
        Self { connections, config, demo, recorder, in_flight, files, keeping, log, accepted }
    }

    /// The same, with a line in the log for each request.
    #[must_use]
    pub fn with_log(self, log: Option<Log>) -> Self {
        Self { log: log.map(Arc::new), ..self }
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self, id: ConnectionId) -> Option<Arc<Connection>> {
        self.connections().get(&id).cloned()
    }

    /// Calls may go by this connection from now on.
    pub fn open(&self, id: ConnectionId, connection: Connection) {
        self.connections().insert(id, Arc::new(connection));
    }

    /// Forgets a connection and its credential, once nothing is on its way.
    pub fn close(&self, id: ConnectionId) {
        self.connections().remove(&id);
    }

    fn keep_running(&self, simulator: Simulator) {
        *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(simulator);
    }

    /// Sends a call by the connection that has this number now. A change is counted
    /// from now on, also before this is waited for: who ends the program waits for it.
    pub fn send(
        &self,
        via: ConnectionId,
        org: Option<SafeText>,
        call: Call,
        record: Option<Box<Record>>,
    ) -> impl Future<Output = Sent> + Send + use<> {
        let (ops, connection) = (self.clone(), self.connection(via));
        let in_flight = record.is_some().then(|| self.in_flight.begin());
        async move {
            let Some(connection) = connection else {
                let answer = Err(Failure::new(FailureKind::Request));
                return Sent::Answered { answer, entry: None, ahead: None };
            };
            let sent = ops.send_by(&connection, org.as_ref(), &call, record).await;
            drop(in_flight);
            match sent {
                Ok((answer, entry)) => {
                    Sent::Answered { answer, entry, ahead: connection.newly_ahead() }
                }
                Err(why) => Sent::Unrecorded(why),
            }
        }
    }

    async fn send_by(
        &self,
        connection: &Connection,
        org: Option<&SafeText>,
        call: &Call,
        record: Option<Box<Record>>,
    ) -> Result<(Answer, Option<Box<Entry>>), String> {
        let Some(record) = record else {
            let answer = connection.send(call, org).await;
            self.remember(connection, org, &answer).await;
            return Ok((answer, None));
        };
        let recorded = !record.without_journal && !connection.demo;
        let entry = entry(connection, org, *record);
        if recorded {
            self.begun(&entry).await?;
        }
        let answer = connection.send(call, org).await;
        let answer = recorder::without_known_ids(answer, &entry.known);
        if recorded {
            self.marked(&entry.id, recorder::mark_of(&answer)).await;
        }
        Ok((answer, Some(Box::new(entry))))
    }

    /// Writes an entry. If the program ends, a disk that hangs is not waited for:
    /// nothing has been sent yet.
    async fn begun(&self, entry: &Entry) -> Result<(), String> {
        let ending = async {
            self.in_flight.ending().await;
            tokio::time::sleep(WRITTEN).await;
        };
        tokio::select! {
            biased;
            begun = self.recorder.begin(entry) => begun,
            () = ending => Err(ENDING.to_owned()),
        }
    }

    /// Writes how far a change got. A disk that hangs holds up nobody for long: the
    /// mark is written when it answers, if the program still runs.
    async fn marked(&self, entry: &EntryId, mark: Mark) {
        let _ = clock::within(WRITTEN, self.mark(entry.clone(), mark)).await;
    }

    /// Writes how far a change got, also if nobody waits for it.
    pub fn mark(&self, entry: EntryId, mark: Mark) -> JoinHandle<()> {
        let recorder = self.recorder.clone();
        let guard = self.files.begin();
        tokio::spawn(async move {
            recorder.mark(&entry, mark).await;
            drop(guard);
        })
    }

    /// Counts work with files as under way, until the guard is dropped.
    #[must_use]
    pub fn at_files(&self) -> Guard {
        self.files.begin()
    }

    /// Opens the journal: what earlier runs left, and a warning.
    pub async fn recall(&self) -> Recalled {
        self.recorder.recall().await
    }

    /// What earlier runs left open in the journal, and whether it was damaged.
    ///
    /// # Errors
    /// With why it cannot be opened.
    pub async fn open_changes(&self) -> Result<(Vec<Open>, Option<String>), String> {
        self.recorder.open().await
    }

    /// Closes an entry of the journal: nothing mentions it any more.
    ///
    /// # Errors
    /// With why the journal cannot be written.
    pub async fn close_change(&self, entry: &EntryId) -> Result<(), String> {
        self.recorder.close(entry).await
    }

    /// The program is ending: a change that cannot be written down soon is not sent.
    pub fn end(&self) {
        self.in_flight.set_ending(true);
    }

    /// Waits until every change that was sent is answered, but not longer than this,
    /// and a moment until that and other files are written. Nothing else is waited for.
    pub async fn finish(&self, at_most: Duration) {
        self.end();
        let _ = clock::within(at_most, self.in_flight.none()).await;
        let _ = clock::within(WRITTEN, self.files.none()).await;
    }

    /// How the clock differs from the server's that was asked last, in words, if that
    /// matters.
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        when::clock_difference(self.connection(ConnectionId::default())?.ahead()?)
    }

    /// Waits until the names of a list are kept, but not longer than this.
    async fn names_kept(&self, at_most: Duration) {
        let _ = clock::within(at_most, self.keeping.none()).await;
    }
}

/// The journal's entry for a change.
fn entry(connection: &Connection, org: Option<&SafeText>, record: Record) -> Entry {
    #[expect(clippy::disallowed_methods, reason = "the entry says when it was asked")]
    let at = crate::clock::now();
    let location = Location {
        deployment: connection.deployment.clone(),
        url: connection.endpoint.to_string(),
        org: org.map(|org| org.raw().to_owned()),
    };
    Entry { id: EntryId::new(), at, location, asked: record.asked, known: record.known }
}
