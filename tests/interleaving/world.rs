//! Runs the core and answers its requests late, in any order, successfully or not. Checks the
//! invariants after each message.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    answers,
    observe::{self, Layer, LayerKind, Request, RequestKind},
    program::{How, Step, Wait},
};
use axtok::{
    api::{
        call::{Answer, Call},
        error::{Failure, FailureKind},
    },
    app::{Model, Msg, update},
    domain::{Secret, SecretKind, TokenId, session::Target},
    input::{Key, key},
    simulator::{Scenario, Store},
};
use jiff::Timestamp;

const SCENARIO: &str = "
seed = 1
api_token = 'root'
[[personal]]
name = 'laptop'
[[org]]
id = 'acme'
name = 'Acme'
[org.datasets.events]
web = ''
app = ''
[[org.token]]
name = 'alpha'
ingest_into = ['web']
[[org.token]]
name = 'beta'
query_on = ['web']
expires = '4d'
[[org.token]]
name = 'gamma'
ingest_into = ['app']
[[org.token]]
name = 'root'
org = ['apiTokens:*']
[[org]]
id = 'beyond'
name = 'Beyond'
[org.datasets.events]
far = ''
[[org.token]]
name = 'delta'
ingest_into = ['far']
";
const NOW: &str = "2026-11-23T14:00:00Z";

thread_local! {
    static PARSED: Scenario = Scenario::parse(SCENARIO).unwrap();
}

/// What caused the model to change.
pub enum Cause {
    Key(Key),
    Paste(String),
    Answer(Box<Answered>),
    Time,
    /// Focus lost, suspended or resumed: secrets must be hidden.
    MustHide,
    /// The start, and messages that concern no layer.
    Other,
}

/// An answer to a request.
pub struct Answered {
    pub to: Pending,
    pub is_good: bool,
    /// The value of the secret that it contains.
    pub new: Option<String>,
    /// The id of the token that it reports as deleted.
    pub gone: Option<String>,
}

/// A request that awaits its answer.
#[derive(Clone)]
pub struct Pending {
    pub request: Request,
    /// The layer in front when it was made.
    pub from: Option<u64>,
    /// The layers from which `from` was opened, which learn the chosen destination.
    pub opened_from: Vec<u64>,
    /// The value of the secret that it concerns.
    pub about: Option<String>,
    /// The destination chosen for a secret in its answer.
    pub destination: Option<String>,
    pub is_of_run: bool,
    /// The number of keys pressed before it.
    pub keys: usize,
}

/// A secret from an answer.
pub struct IssuedSecret {
    pub value: String,
    pub id: Option<String>,
    /// The address of its server.
    pub url: String,
    /// Whether it was delivered, or compared with its stored copy.
    pub is_stored: bool,
    /// Whether it must still be shown or delivered.
    pub is_open: bool,
}

/// How often each situation was reached.
pub type Counts = BTreeMap<&'static str, usize>;

/// A broken invariant, in words.
pub type Violation = String;

pub struct World {
    pub model: Model,
    pub store: Store,
    pub pending: Vec<Pending>,
    /// The address and the credential of each connection.
    pub connections: HashMap<u64, (String, String)>,
    pub issued: Vec<IssuedSecret>,
    /// The secret that each dialog was opened for, by layer.
    pub about: HashMap<u64, String>,
    /// The layer from which each layer was opened.
    pub openers: HashMap<u64, u64>,
    /// The last text pasted into each comparison, by layer.
    pub pasted: HashMap<u64, String>,
    /// The secret of each journal entry.
    pub entries: HashMap<String, String>,
    /// The secret that each text answer is about, by the number in its text.
    pub answer_subjects: Vec<String>,
    /// The destinations that were checked for a next secret.
    pub checked: HashSet<String>,
    /// The destination that was checked for the latest run.
    pub run_destination: Option<String>,
    /// The destination chosen for the secret of each unsent change.
    pub unsent: HashMap<u64, Option<String>>,
    pub keys: usize,
    /// Whether the program has ended.
    pub is_over: bool,
    pub counts: Counts,
}

/// Runs the steps; returns what they reached.
///
/// # Errors
/// The first broken invariant.
pub fn run(steps: &[Step]) -> Result<Counts, Violation> {
    let mut world = World::new()?;
    for step in steps {
        world.step(step)?;
        if world.is_over {
            world.count("ended");
            break;
        }
    }
    Ok(world.counts)
}

impl World {
    fn new() -> Result<Self, Violation> {
        let now: Timestamp = NOW.parse().unwrap();
        let store = PARSED.with(|scenario| Store::new(scenario, now));
        let session = observe::session(0, Some("acme"), SecretKind::Personal);
        let (url, token) = (session.url.clone(), store.personal_token().to_owned());
        let (model, effects) = observe::start(session, now);
        let mut world = Self {
            model,
            store,
            pending: Vec::new(),
            connections: HashMap::from([(0, (url, token))]),
            issued: Vec::new(),
            about: HashMap::new(),
            openers: HashMap::new(),
            pasted: HashMap::new(),
            entries: HashMap::new(),
            answer_subjects: Vec::new(),
            checked: HashSet::new(),
            run_destination: None,
            unsent: HashMap::new(),
            keys: 0,
            is_over: false,
            counts: Counts::new(),
        };
        let layers = observe::layers(&world.model, false);
        let requests = effects.into_iter().map(observe::split).collect();
        world.add_pending(requests, &layers, &layers, None);
        world.msg(&Cause::Other, Msg::Resize { width: 80, height: 24 })?;
        Ok(world)
    }

    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn step(&mut self, step: &Step) -> Result<(), Violation> {
        match step {
            Step::Keys(keys) => {
                for key in key::sequence(keys).unwrap() {
                    self.key(key)?;
                }
            }
            Step::Types(text) => self.types(text)?,
            Step::TypesWanted => {
                if let Some(text) = observe::required_text(&self.model) {
                    self.types(&text)?;
                }
            }
            Step::PastesSecret(nth) => {
                if let Some(issued) = self.issued.iter().rev().nth(*nth) {
                    let value = issued.value.clone();
                    self.msg(&Cause::Paste(value.clone()), Msg::Paste(value))?;
                }
            }
            Step::PastesCredential { personal } => {
                let store = &self.store;
                let token = if *personal { store.personal_token() } else { store.api_token() };
                let token = token.to_owned();
                self.msg(&Cause::Paste(token.clone()), Msg::Paste(token))?;
            }
            Step::Answers(wait, nth, how) => {
                let fits = |w: &(usize, &Pending)| is_of_kind(*wait, &w.1.request.kind);
                let at: Vec<usize> =
                    self.pending.iter().enumerate().filter(fits).map(|(at, _)| at).collect();
                if !at.is_empty() {
                    self.answer(at[nth % at.len()], *how)?;
                }
            }
            Step::AnswersLast(wait, how) => {
                if let Some(at) =
                    self.pending.iter().rposition(|w| is_of_kind(*wait, &w.request.kind))
                {
                    self.answer(at, *how)?;
                }
            }
            Step::AnswersReads => {
                let is_read = |w: &Pending| is_of_kind(Wait::Read, &w.request.kind);
                while let Some(at) = self.pending.iter().position(is_read) {
                    self.answer(at, How::Good)?;
                }
            }
            Step::Later(milliseconds) => {
                let at = observe::now(&self.model).as_millisecond() + milliseconds;
                observe::set_now(&mut self.model, Timestamp::from_millisecond(at).unwrap());
                self.msg(&Cause::Time, Msg::Wake)?;
            }
            Step::FocusLost => self.msg(&Cause::MustHide, Msg::FocusLost)?,
            Step::Stopped => self.msg(&Cause::MustHide, Msg::Stop)?,
            Step::Continued => self.msg(&Cause::MustHide, Msg::Continued)?,
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), Violation> {
        if self.is_over {
            return Ok(());
        }
        self.keys += 1;
        self.msg(&Cause::Key(key), Msg::Key(key))
    }

    fn types(&mut self, text: &str) -> Result<(), Violation> {
        text.chars().try_for_each(|c| self.key(Key::char(c)))
    }

    /// Answers the pending request at this position.
    fn answer(&mut self, at: usize, how: How) -> Result<(), Violation> {
        let to = self.pending.remove(at);
        let url = self.url(to.request.via);
        match &to.request.kind {
            RequestKind::Read(call) | RequestKind::Change { call, .. } => {
                let (call, is_change) =
                    (call.clone(), matches!(to.request.kind, RequestKind::Change { .. }));
                if is_change && how == How::Unrecorded {
                    self.count("a change is not sent for want of the journal");
                    self.unsent.insert(to.request.number, to.destination.clone());
                    let msg = observe::unrecorded(&to.request);
                    return self.deliver_answer(to, false, msg);
                }
                let answer = self.answer_from_store(&to.request, &call, how);
                let entry = observe::entry(&to.request, &url, observe::now(&self.model));
                let org = to.request.org.as_ref().map(|org| org.raw().to_owned());
                let org = org.ok_or(to.request.via);
                if is_change && (url.clone(), org) != observe::here(&self.model) {
                    self.count("a change is answered from a place that was left");
                }
                let (new, gone) =
                    (observe::new_secret(&answer), observe::deleted_token(&to.request, &answer));
                if let Some((value, id)) = &new {
                    self.count(match (to.is_of_run, &call) {
                        (true, _) => "a run brings a secret",
                        (_, Call::CreatePersonalToken(_)) => "a new personal token brings a secret",
                        (_, Call::RegenerateToken(..)) => "a regenerated token brings a secret",
                        _ => "a new token brings a secret",
                    });
                    let entry = entry.as_ref().map(|e| e.id.to_string());
                    self.entries.extend(entry.map(|entry| (entry, value.clone())));
                    let (value, id, url) = (value.clone(), id.clone(), url.clone());
                    let issued = IssuedSecret { value, id, url, is_stored: false, is_open: true };
                    self.issued.push(issued);
                }
                let mut to = to;
                if let Some(id) = &gone {
                    let issued = self.issued.iter().find(|issued| issued.id.as_ref() == Some(id));
                    to.about = issued.map(|issued| issued.value.clone());
                }
                let (is_good, new) = (answer.is_ok(), new.map(|(value, _)| value));
                let msg = observe::replied(&to.request, answer, entry);
                self.msg(&Cause::Answer(Box::new(Answered { to, is_good, new, gone })), msg)
            }
            RequestKind::Connect(target) => {
                let (url, token) = if let Target::Token { url, token, .. } = target {
                    (url.clone(), token.expose().to_owned())
                } else {
                    let token = self.store.personal_token().to_owned();
                    ("https://east.example.test".to_owned(), token)
                };
                let is_good = how == How::Good && url.starts_with("https://");
                let msg = if is_good {
                    let kind = Secret::new(token.clone()).kind();
                    let msg = observe::connected(&to.request, &url, kind);
                    self.connections.insert(to.request.number, (url, token));
                    msg
                } else {
                    observe::not_connected(&to.request)
                };
                self.deliver_answer(to, is_good, msg)
            }
            _ => {
                let is_good = matches!(how, How::Good | How::Damaged);
                let number = format!("#{};", self.answer_subjects.len());
                self.answer_subjects.push(to.about.clone().unwrap_or_default());
                let result = match (&to.request.kind, is_good) {
                    (RequestKind::Deliver { destination, .. }, true) => {
                        Ok(format!("Saved to {destination} {number}"))
                    }
                    (_, true) => Ok(format!("It is fine {number}")),
                    (_, false) => Err(format!("the disk is full {number}")),
                };
                let Some(msg) = observe::text_answer(&to.request, result) else { return Ok(()) };
                self.deliver_answer(to, is_good, msg)
            }
        }
    }

    fn deliver_answer(&mut self, to: Pending, is_good: bool, msg: Msg) -> Result<(), Violation> {
        let answered = Answered { to, is_good, new: None, gone: None };
        self.msg(&Cause::Answer(Box::new(answered)), msg)
    }

    /// The answer to a call, from the store or made up.
    fn answer_from_store(&mut self, request: &Request, call: &Call, how: How) -> Answer {
        let now = observe::now(&self.model);
        let (_, token) = self.connections.get(&request.via).cloned().unwrap_or_default();
        let mut done = || answers::answer(&mut self.store, &token, request.org.as_ref(), call, now);
        match how {
            How::Good | How::Unrecorded => done(),
            How::Damaged => observe::damaged(done()),
            How::Refused(status) => Err(Failure::new(FailureKind::Status(status))),
            How::NotSent => Err(Failure::new(FailureKind::Connect)),
            How::Unknown { done: is_done } => {
                if is_done && call.is_mutation() {
                    drop(done());
                }
                Err(Failure::new(FailureKind::Timeout))
            }
            How::Unreadable if call.yields_secret() => match observe::new_secret(&done()) {
                Some((_, id)) => {
                    let id = id.map(|id| TokenId::new(id.as_str()));
                    Err(Failure::secret_unreadable(id, FailureKind::Unreadable))
                }
                None => Err(Failure::new(FailureKind::Status(404))),
            },
            How::Unreadable => Err(Failure::new(FailureKind::Unreadable)),
        }
    }

    pub fn url(&self, via: u64) -> String {
        self.connections.get(&via).map(|(url, _)| url.clone()).unwrap_or_default()
    }

    /// Handles one message and checks all invariants.
    fn msg(&mut self, cause: &Cause, msg: Msg) -> Result<(), Violation> {
        let changes_few = !matches!(cause, Cause::Key(_) | Cause::Paste(_) | Cause::Other);
        let before = observe::layers(&self.model, changes_few);
        let unsent = observe::unsent(&self.model);
        let (here, leaving) = (observe::here(&self.model), observe::is_leaving(&self.model));
        let destination = match unsent.and_then(|number| self.unsent.get(&number)) {
            // A change sent later, without the journal, keeps its destination.
            Some(destination) => destination.clone(),
            None => observe::next_destination(&self.model),
        };
        let destinations = observe::chosen_destinations(&self.model);
        if let (Cause::Paste(text), Some(top)) = (cause, before.last())
            && top.kind == LayerKind::Comparison
        {
            self.pasted.insert(top.id, text.clone());
        }
        let effects = update(&mut self.model, msg);
        let after = observe::layers(&self.model, changes_few);
        let requests: Vec<Request> = effects.into_iter().map(observe::split).collect();
        let moved = here != observe::here(&self.model);
        self.note_opened(&before, &after);
        let ended = self.check_no_secret_is_lost(cause, &before)?;
        self.check_deliveries(cause, &before, &requests)?;
        self.check_next_destinations(cause, &destinations)?;
        self.check_claims(cause, &before, &requests, &ended)?;
        self.check_other_layers(cause, &before, &after, leaving, moved)?;
        self.count_reached(cause, &before, moved);
        let suspends = requests.iter().any(|r| matches!(r.kind, RequestKind::Suspend));
        self.add_pending(requests, &before, &after, destination.as_ref());
        if suspends {
            self.msg(&Cause::MustHide, Msg::Resumed)?;
        }
        Ok(())
    }

    /// Adds the new requests to the pending ones.
    fn add_pending(
        &mut self,
        requests: Vec<Request>,
        before: &[Layer],
        after: &[Layer],
        destination: Option<&String>,
    ) {
        for request in requests {
            let is_of_run = observe::is_of_run(&self.model, &request);
            let about = match &request.kind {
                RequestKind::Check(_) => {
                    before.last().and_then(|top| self.about.get(&top.id)).cloned()
                }
                RequestKind::Deliver { value, .. }
                | RequestKind::BulkDeliver { value, .. }
                | RequestKind::Try { value } => Some(value.clone()),
                RequestKind::Nothing
                | RequestKind::Suspend
                | RequestKind::Stored { .. }
                | RequestKind::CopySecret { .. } => {
                    continue;
                }
                RequestKind::Quit => {
                    self.is_over = true;
                    continue;
                }
                _ => None,
            };
            let destination = match &request.kind {
                RequestKind::Change { .. } if is_of_run => self.run_destination.clone(),
                RequestKind::Change { call, .. } if call.yields_secret() => destination.cloned(),
                _ => None,
            };
            let (from, keys) = (after.last().map(|top| top.id), self.keys);
            let opener = |id: u64| self.openers.get(&id).copied();
            let first = from.and_then(opener);
            let opened_from = first.into_iter().chain(first.and_then(opener)).collect();
            self.pending.push(Pending {
                request,
                from,
                opened_from,
                about,
                destination,
                is_of_run,
                keys,
            });
        }
    }
}

/// Whether a request is of this kind.
const fn is_of_kind(wait: Wait, what: &RequestKind) -> bool {
    match wait {
        Wait::Any => true,
        Wait::Read => matches!(what, RequestKind::Read(_) | RequestKind::OpenJournal),
        Wait::Change => matches!(what, RequestKind::Change { .. }),
        Wait::Check => matches!(what, RequestKind::Check(_)),
        Wait::Deliver => matches!(what, RequestKind::Deliver { .. }),
        Wait::CheckBulkDestination => matches!(what, RequestKind::CheckBulkDestination(_)),
        Wait::BulkDeliver => matches!(what, RequestKind::BulkDeliver { .. }),
        Wait::Try => matches!(what, RequestKind::Try { .. }),
        Wait::Connect => matches!(what, RequestKind::Connect(_)),
        Wait::List => {
            matches!(what, RequestKind::Deployments | RequestKind::Presets | RequestKind::Folder(_))
        }
    }
}
