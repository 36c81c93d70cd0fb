//! The operations that all front ends share: sign in, list, change (record in the journal, send
//! once, reconcile if the response is lost) and deliver a secret. They return results; waiting
//! and wording are up to the front end.

mod alerts;
pub mod change;
mod connect;
mod connection;
mod delivery;
mod folders;
mod in_flight;
mod interrupt;
mod keeping;
mod names;
pub mod reconcile;
mod recorder;
pub mod rotation;
mod signed_in;
pub mod undelivered;
pub mod usage;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::task::JoinHandle;

pub use connect::NoSession;
pub use connection::Connection;
pub use delivery::about;
pub use in_flight::Guard;
use in_flight::InFlightCounter;
pub use interrupt::Interrupt;
pub use recorder::{Recalled, Recorder};
pub use signed_in::{Half, Listed, Made, Outcome, SignInError, SignedIn, Unconfirmed};

use crate::{
    api::{
        call::{Answer, Call},
        error::{Failure, FailureKind},
    },
    clock,
    config::Config,
    domain::{SafeText, rotation::Plan, session::ConnectionId, when},
    journal::{Contents, Entry, EntryId, Location, Mark, Open},
    log::Log,
    simulator::Simulator,
};
use change::Record;

/// How long to wait for a mark to be written to the journal. Its content is already known, and a
/// hanging disk must not keep it from the user.
const WRITTEN: Duration = Duration::from_secs(1);

/// Enough time for a disk that works normally.
pub const USUAL: Duration = Duration::from_millis(100);

/// Why a change was not sent.
const ENDING: &str = "axtok is exiting, and the disk does not respond";

type Connections = BTreeMap<ConnectionId, Arc<Connection>>;

/// The operations, and what they share: connections, the journal and the user's files. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Ops {
    connections: Arc<Mutex<Connections>>,
    /// Where settings, presets and credentials are.
    config: Option<Config>,
    /// The embedded server, once the demo has started.
    demo: Arc<Mutex<Option<Simulator>>>,
    recorder: Recorder,
    /// In-flight changes, and secrets being delivered to a file or a command.
    in_flight: InFlightCounter,
    /// Journal marks being written, and other work with files.
    files: InFlightCounter,
    /// Names being saved for completion.
    keeping: InFlightCounter,
    log: Option<Arc<Log>>,
    /// The file of accepted findings.
    accepted: Option<PathBuf>,
    /// The file of what the user chose on the screens.
    choices: Option<PathBuf>,
    /// The file of the due tokens that were reported.
    told: Option<PathBuf>,
}

/// The result of sending a call.
#[derive(Debug)]
pub enum Sent {
    /// The call succeeded or failed.
    Answered {
        /// The response, or why there is none.
        answer: Answer,
        /// The journal's entry, if the call is a change.
        entry: Option<Box<Entry>>,
        /// How far the server's clock is ahead of ours, in seconds, if that has changed.
        ahead: Option<i64>,
    },
    /// The change was not sent because the journal cannot be written, for this reason.
    Unrecorded(String),
}

impl Ops {
    /// Operations without a log. Without `config` there are no deployments, settings or presets.
    #[must_use]
    pub fn new(config: Option<Config>, recorder: Recorder) -> Self {
        let (connections, demo) = Default::default();
        let (in_flight, files, keeping) = Default::default();
        let (log, accepted, choices, told) = (None, None, None, None);
        Self {
            connections,
            config,
            demo,
            recorder,
            in_flight,
            files,
            keeping,
            log,
            accepted,
            choices,
            told,
        }
    }

    /// Writes a line to this log for each request.
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

    /// Registers a connection, so that calls can use it.
    pub fn open(&self, id: ConnectionId, connection: Connection) {
        self.connections().insert(id, Arc::new(connection));
    }

    /// Removes a connection. Its credential is wiped when no call uses it any more.
    pub fn close(&self, id: ConnectionId) {
        self.connections().remove(&id);
    }

    fn keep_running(&self, simulator: Simulator) {
        *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(simulator);
    }

    /// Sends a call over the connection that has this id now. A change counts as in flight
    /// immediately, even before the future is polled, so that the program waits for it on exit.
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
            self.write_entry(&entry).await?;
        }
        let answer = connection.send(call, org).await;
        let answer = recorder::without_known_ids(answer, &entry.known);
        if recorded {
            self.marked(&entry.id, recorder::mark_of(&answer)).await;
        }
        Ok((answer, Some(Box::new(entry))))
    }

    /// Writes an entry. When the program is exiting, does not wait for a hanging disk: nothing has
    /// been sent yet.
    async fn write_entry(&self, entry: &Entry) -> Result<(), String> {
        let ending = async {
            self.in_flight.ending().await;
            tokio::time::sleep(WRITTEN).await;
        };
        tokio::select! {
            biased;
            write_entry = self.recorder.begin(entry) => write_entry,
            () = ending => Err(ENDING.to_owned()),
        }
    }

    /// Records how far a change got. Waits for a hanging disk only briefly; the mark is written
    /// when the disk responds, if the program still runs.
    async fn marked(&self, entry: &EntryId, mark: Mark) {
        let _ = clock::within(WRITTEN, self.mark(entry.clone(), mark)).await;
    }

    /// Records how far a change got. The mark is written even if the handle is dropped.
    pub fn mark(&self, entry: EntryId, mark: Mark) -> JoinHandle<()> {
        let recorder = self.recorder.clone();
        let guard = self.files.begin();
        tokio::spawn(async move {
            recorder.mark(&entry, mark).await;
            drop(guard);
        })
    }

    /// Counts work with files as in progress until the guard is dropped.
    #[must_use]
    pub fn at_files(&self) -> Guard {
        self.files.begin()
    }

    /// Opens the journal and returns what earlier runs left unconfirmed.
    pub async fn recall(&self) -> Recalled {
        self.recorder.recall().await
    }

    /// The unconfirmed changes in the journal, and a warning if the journal was damaged.
    ///
    /// # Errors
    /// If the journal cannot be opened.
    pub async fn open_changes(&self) -> Result<(Vec<Open>, Option<String>), String> {
        self.recorder.open().await
    }

    /// What the journal says now, by all processes that write to it.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub async fn journal_contents(&self) -> Result<Contents, String> {
        // Marks that are being written now belong to it.
        let _ = clock::within(WRITTEN, self.files.none()).await;
        self.recorder.contents().await
    }

    /// The user's rotation plan, and what the journal says once pending marks are written.
    pub async fn rotation_state(&self) -> (Result<Option<Plan>, String>, Result<Contents, String>) {
        let ops = self.clone();
        let plan = tokio::task::spawn_blocking(move || ops.rotation_plan());
        // Fails only after a panic, which the hook has reported.
        let plan = plan.await.unwrap_or(Ok(None));
        let _ = clock::within(WRITTEN, self.files.none()).await;
        (plan, self.journal_contents().await)
    }

    /// Closes an entry of the journal, so that it is no longer reported. `why` is kept.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn close_change(&self, entry: &EntryId, why: Option<String>) -> Result<(), String> {
        self.recorder.close(entry, why).await
    }

    /// Announces that the program is exiting: a change that cannot be recorded soon is not sent.
    pub fn end(&self) {
        self.in_flight.set_ending(true);
    }

    /// Waits up to `at_most` for the responses to in-flight changes, then briefly for files to be
    /// written. Waits for nothing else.
    pub async fn finish(&self, at_most: Duration) {
        self.end();
        let _ = clock::within(at_most, self.in_flight.none()).await;
        let _ = clock::within(WRITTEN, self.files.none()).await;
    }

    /// A message about the difference between the local clock and the server's, if it matters.
    #[must_use]
    pub fn clock_difference(&self, via: ConnectionId) -> Option<String> {
        when::clock_difference(self.connection(via)?.ahead()?)
    }

    /// Waits up to `at_most` until names are saved for completion.
    async fn names_kept(&self, at_most: Duration) {
        let _ = clock::within(at_most, self.keeping.none()).await;
    }
}

/// The journal's entry for a change.
fn entry(connection: &Connection, org: Option<&SafeText>, record: Record) -> Entry {
    #[expect(clippy::disallowed_methods, reason = "an entry has the time of the request")]
    let at = crate::clock::now();
    let location = Location {
        deployment: connection.deployment.clone(),
        url: connection.endpoint.to_string(),
        org: org.map(|org| org.raw().to_owned()),
    };
    let Record { asked, known, is_rotation, overridden, .. } = record;
    Entry { id: EntryId::new(), at, location, asked, known, is_rotation, overridden }
}
