//! Carries out calls, each in a task of its own, and sends back exactly one
//! message for each.

mod bulk;
mod errand;
mod handover;
mod keeping;
mod names;
mod places;
mod record;
mod under_way;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::mpsc, task::JoinHandle};

pub use errand::{Doubtful, Errand, Interrupt, Listed, Made, Nowhere, Outcome};
pub use record::Recorder;
use under_way::UnderWay;

use crate::{
    api::{
        Endpoint,
        call::{Answer, Call},
        client::{Client, Limits, Sent},
        error::{Failure, Trouble},
        wire,
    },
    app::{ConnectionId, Msg, Ticket, effect::Record},
    clock,
    config::{Config, presets},
    domain::{ApiToken, Expiry, NewToken, SafeText, Secret, TokenExpiry, preset::Preset, when},
    journal::{Entry, EntryId, Mark, Open, Place},
    log::{Line, Log},
    simulator::Simulator,
};

/// Where calls go: the client is built with the first of them, since that
/// takes longer than drawing the first frame.
#[derive(Debug)]
pub struct Connection {
    endpoint: Endpoint,
    credential: Arc<Secret>,
    /// Where personal tokens are, if not at the usual place.
    personal_path: Option<String>,
    /// The deployment's name.
    deployment: String,
    /// Against the embedded server, whose tokens nobody will miss.
    demo: bool,
    /// Whether the credential is the one that the deployment is written down with.
    is_of_its_deployment: bool,
    limits: Limits,
    log: Option<Arc<Log>>,
    client: OnceLock<Option<Client>>,
    /// How far its clock was ahead of ours when that was told last, in seconds.
    told_ahead: AtomicI64,
}

/// How long a mark in the journal is waited for: what it says is known already, and a
/// disk that hangs must not keep it from the user.
const WRITTEN: Duration = Duration::from_secs(1);

/// How long a disk usually takes at most.
const USUAL: Duration = Duration::from_millis(100);

/// Why a change was not sent.
const ENDING: &str = "the program is ending, and the disk does not answer";

/// A server's clock is told again when it is this much off what was told, in
/// seconds: answers take their time.
const CLOCK_STEP: i64 = 30;

impl Connection {
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        credential: Arc<Secret>,
        personal_path: Option<String>,
        deployment: String,
        demo: bool,
    ) -> Self {
        let client = OnceLock::new();
        let told_ahead = AtomicI64::new(0);
        let (limits, log) = (Limits::default(), None);
        Self {
            endpoint,
            credential,
            personal_path,
            deployment,
            demo,
            is_of_its_deployment: false,
            limits,
            log,
            client,
            told_ahead,
        }
    }

    /// The same, with a line in the log for each request.
    #[must_use]
    pub fn logged(self, log: Option<Arc<Log>>) -> Self {
        Self { log, ..self }
    }

    /// The same, where the credential is the one that the deployment is written
    /// down with: its name tells whose tokens these are.
    #[must_use]
    fn of_its_deployment(self, yes: bool) -> Self {
        Self { is_of_its_deployment: yes, ..self }
    }

    /// The same with limits of one's own, instead of the usual ones.
    #[must_use]
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    fn client(&self) -> Option<Client> {
        let (endpoint, credential) = (self.endpoint.clone(), Arc::clone(&self.credential));
        let client = Client::with_limits(endpoint, credential, self.limits).ok()?;
        let client = match &self.log {
            Some(log) => client.with_observer(observer(Arc::clone(log))),
            None => client,
        };
        Some(match &self.personal_path {
            Some(path) => client.with_personal_path(path),
            None => client,
        })
    }

    async fn send(&self, call: &Call, org: Option<&SafeText>) -> Answer {
        match self.client.get_or_init(|| self.client()) {
            Some(client) => client.send(call, org).await,
            None => Err(Failure::new(Trouble::Request)),
        }
    }

    /// How far the server's clock is ahead of ours, if that is news.
    fn ahead(&self) -> Option<i64> {
        let ahead = self.client.get()?.as_ref()?.server_ahead()?;
        let told = self.told_ahead.load(Ordering::Relaxed);
        (ahead.abs_diff(told) >= CLOCK_STEP.unsigned_abs())
            .then(|| self.told_ahead.store(ahead, Ordering::Relaxed))
            .map(|()| ahead)
    }
}

type Connections = Arc<Mutex<BTreeMap<ConnectionId, Arc<Connection>>>>;

/// Carries out effects that reach beyond the terminal.
#[derive(Clone, Debug)]
pub struct Effects {
    connections: Connections,
    /// Where settings, presets and credentials are.
    config: Option<Config>,
    /// The embedded server, once the demo was asked for.
    demo: Arc<Mutex<Option<Simulator>>>,
    recorder: Recorder,
    /// Changes that were sent and are not answered yet, and secrets on their way to
    /// a file or a command.
    under_way: UnderWay,
    /// Marks that are being written into the journal.
    marks: UnderWay,
    /// Names that are being kept for completion.
    keeping: UnderWay,
    log: Option<Arc<Log>>,
    /// Where accepted findings are kept.
    accepted: Option<PathBuf>,
    replies: mpsc::UnboundedSender<Msg>,
}

impl Effects {
    /// The effects, and where their messages come out.
    #[must_use]
    pub fn new(config: Option<Config>, recorder: Recorder) -> (Self, mpsc::UnboundedReceiver<Msg>) {
        let (replies, receiver) = mpsc::unbounded_channel();
        let (connections, demo) = Default::default();
        let (under_way, marks, keeping) = Default::default();
        let (log, accepted) = (None, None);
        let effects = Self {
            connections,
            config,
            demo,
            recorder,
            under_way,
            marks,
            keeping,
            log,
            accepted,
            replies,
        };
        (effects, receiver)
    }

    /// The same, with a line in the log for each request.
    #[must_use]
    pub fn with_log(self, log: Option<Log>) -> Self {
        Self { log: log.map(Arc::new), ..self }
    }

    fn connections(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Arc<Connection>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
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
        let connection = self.connections().get(&via).cloned();
        let effects = self.clone();
        // Counted from now on: who ends the program waits for it.
        let under_way = record.is_some().then(|| self.under_way.begin());
        tokio::spawn(async move {
            let msg = effects.send(ticket, connection.clone(), org, call, record).await;
            drop(under_way);
            if let Some(seconds) = connection.and_then(|c| c.ahead()) {
                effects.send_back(Msg::ServerAhead { connection: via, seconds });
            }
            effects.send_back(msg);
        });
    }

    async fn send(
        &self,
        ticket: Ticket,
        connection: Option<Arc<Connection>>,
        org: Option<SafeText>,
        call: Call,
        record: Option<Box<Record>>,
    ) -> Msg {
        let Some(connection) = connection else {
            let answer = Err(Failure::new(Trouble::Request));
            return Msg::Replied { ticket, answer, entry: None };
        };
        let Some(record) = record else {
            let answer = connection.send(&call, org.as_ref()).await;
            self.remember(&connection, org.as_ref(), &answer).await;
            return Msg::Replied { ticket, answer, entry: None };
        };
        let entry = entry(&connection, org.as_ref(), &record);
        let recorded = !record.without_journal && !connection.demo;
        if recorded && let Err(why) = self.begun(&entry).await {
            return Msg::Unrecorded { ticket, why };
        }
        let answer = connection.send(&call, org.as_ref()).await;
        let answer = record::without_known_ids(answer, &record.known);
        if recorded {
            self.marked(&entry.id, record::mark_of(&answer)).await;
        }
        Msg::Replied { ticket, answer, entry: Some(Box::new(entry)) }
    }

    /// Writes an entry. If the program ends, a disk that hangs is not waited for:
    /// nothing has been sent yet.
    async fn begun(&self, entry: &Entry) -> Result<(), String> {
        let ending = async {
            self.under_way.ending().await;
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
    pub(super) async fn marked(&self, entry: &EntryId, mark: Mark) {
        let written = self.write_mark(entry.clone(), mark);
        let _ = clock::within(WRITTEN, written).await;
    }

    fn write_mark(&self, entry: EntryId, mark: Mark) -> JoinHandle<()> {
        let recorder = self.recorder.clone();
        let guard = self.marks.begin();
        tokio::spawn(async move {
            recorder.mark(&entry, mark).await;
            drop(guard);
        })
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

    /// Opens the journal; what it says comes back as `Msg::Recalled`.
    pub fn open_journal(&self) {
        let effects = self.clone();
        tokio::spawn(async move {
            let msg = effects.recorder.recall().await;
            effects.send_back(msg);
        });
    }

    /// Writes how far a change got.
    pub fn mark(&self, entry: EntryId, mark: Mark) {
        drop(self.write_mark(entry, mark));
    }

    /// The program is ending: a change that cannot be written down soon is not sent.
    pub fn end(&self) {
        self.under_way.set_ending(true);
    }

    /// Waits until every change that was sent is answered, but not longer than this,
    /// and a moment until that is written down. Nothing else is waited for.
    pub async fn finish(&self, at_most: Duration) {
        self.end();
        let _ = clock::within(at_most, self.under_way.none()).await;
        let _ = clock::within(WRITTEN, self.marks.none()).await;
    }

    /// How the clock differs from the server's that was asked last, in words, if that
    /// matters.
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        let connection = self.connections().get(&ConnectionId::default()).cloned()?;
        let ahead = connection.client.get()?.as_ref()?.server_ahead()?;
        when::clock_difference(ahead)
    }

    /// Waits until the names of a list are kept, but not longer than this.
    async fn names_kept(&self, at_most: Duration) {
        let _ = clock::within(at_most, self.keeping.none()).await;
    }

    /// The user's own presets.
    ///
    /// # Errors
    /// With what is wrong with their file.
    pub fn load_presets(&self) -> Result<Vec<Preset>, String> {
        match &self.config {
            Some(config) => presets::load(&config.files.presets).map_err(|e| e.to_string()),
            None => Ok(Vec::new()),
        }
    }

    /// Adds a preset to the user's own; its label comes back.
    ///
    /// # Errors
    /// With why it was not saved.
    pub fn save_preset(&self, preset: &Preset) -> Result<String, String> {
        let config = self.config.as_ref().ok_or("there is no settings folder: set HOME")?;
        presets::save(&config.files.presets, preset).map_err(|e| e.to_string())?;
        Ok(preset.label.clone())
    }

    /// Does something with files. Usually the message that comes of it is there before
    /// the next key is taken. A disk that does not answer holds up the message, which
    /// is sent back then, and nothing else.
    pub async fn on_disk(&self, work: impl FnOnce(&Self) -> Msg + Send + 'static) -> Option<Msg> {
        let effects = self.clone();
        let mut done = tokio::task::spawn_blocking(move || work(&effects));
        if let Ok(msg) = tokio::time::timeout(USUAL, &mut done).await {
            // It fails only by a panic, of which the hook has spoken.
            return msg.ok();
        }
        let effects = self.clone();
        tokio::spawn(async move {
            if let Ok(msg) = done.await {
                effects.send_back(msg);
            }
        });
        None
    }

    /// Hands a message to the loop.
    pub fn send_back(&self, msg: Msg) {
        // The loop has gone only when the program ends.
        let _ = self.replies.send(msg);
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

/// Writes fixed fields of each request into the log.
fn observer(log: Arc<Log>) -> Arc<dyn Fn(&Sent) + Send + Sync> {
    Arc::new(move |sent: &Sent| {
        #[expect(clippy::disallowed_methods, reason = "a log says when")]
        let at = crate::clock::now();
        let Sent { method, route, outcome, time, attempt } = *sent;
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        // A log that cannot be written must not stop the work.
        let _ = log.request(&Line { at, method, route, outcome, milliseconds, attempt });
    })
}

/// The journal's entry for a change.
fn entry(connection: &Connection, org: Option<&SafeText>, record: &Record) -> Entry {
    #[expect(clippy::disallowed_methods, reason = "the entry says when it was asked")]
    let at = crate::clock::now();
    Entry {
        id: EntryId::new(),
        at,
        place: Place {
            deployment: connection.deployment.clone(),
            url: connection.endpoint.to_string(),
            org: org.map(|org| org.raw().to_owned()),
        },
        asked: record.asked.clone(),
        known: record.known.clone(),
    }
}
