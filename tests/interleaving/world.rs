//! The core, and what it asks: answered late, in any order, well or not. After each
//! message it is looked whether what has to hold still does.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    answers,
    program::{How, Step, Wait},
    seen::{self, Asked, Kind, Layer, What},
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

/// What happened: why the model may be another one now.
pub enum Cause {
    Key(Key),
    Paste(String),
    Answer(Box<Given>),
    Time,
    Covered,
    /// The start, and what says nothing of any layer.
    Other,
}

/// An answer.
pub struct Given {
    pub to: Waiting,
    pub is_good: bool,
    /// The value that it brings.
    pub new: Option<String>,
    /// The id of the token that is gone by it.
    pub gone: Option<String>,
}

/// What waits for its answer.
#[derive(Clone)]
pub struct Waiting {
    pub asked: Asked,
    /// The layer that was in front when it was asked.
    pub from: Option<u64>,
    /// The dialog and the form that it was opened from: they are told what is chosen.
    pub heirs: Vec<u64>,
    /// The value that it is about.
    pub about: Option<String>,
    /// Where a secret that it brings is to go.
    pub place: Option<String>,
    pub is_of_run: bool,
    /// How many keys had been pressed.
    pub keys: usize,
}

/// A secret that an answer brought.
pub struct Made {
    pub value: String,
    pub id: Option<String>,
    /// The address that it belongs to.
    pub url: String,
    /// It was taken by a place, or compared with what was stored.
    pub is_stored: bool,
    /// Nobody has acknowledged it.
    pub is_open: bool,
}

/// How often something was reached.
pub type Counts = BTreeMap<&'static str, usize>;

/// What does not hold.
pub type Broken = String;

pub struct World {
    pub model: Model,
    pub store: Store,
    pub waiting: Vec<Waiting>,
    /// The address and the credential of each connection.
    pub connections: HashMap<u64, (String, String)>,
    pub made: Vec<Made>,
    /// The secret that a dialog was opened for.
    pub about: HashMap<u64, String>,
    /// From which layer each was opened.
    pub openers: HashMap<u64, u64>,
    /// What was pasted into a comparison last.
    pub pasted: HashMap<u64, String>,
    /// The secret that a line of the journal is about.
    pub entries: HashMap<String, String>,
    /// The secret that words are about which an answer said.
    pub words: Vec<String>,
    /// Places that were checked for the next secret.
    pub checked: HashSet<String>,
    /// The depot that was checked for the run that began last.
    pub destination: Option<String>,
    /// Where the secret of a change was to go that was not sent.
    pub unsent: HashMap<u64, Option<String>>,
    pub keys: usize,
    /// The layers that there were last: where they lie, and what they are called.
    /// The program has ended.
    pub is_over: bool,
    pub counts: Counts,
}

/// Lets all of it happen.
///
/// # Errors
/// With what does not hold.
pub fn run(steps: &[Step]) -> Result<Counts, Broken> {
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
    fn new() -> Result<Self, Broken> {
        let now: Timestamp = NOW.parse().unwrap();
        let store = PARSED.with(|scenario| Store::new(scenario, now));
        let session = seen::session(0, Some("acme"), SecretKind::Personal);
        let (url, token) = (session.url.clone(), store.personal_token().to_owned());
        let (model, effects) = seen::start(session, now);
        let mut world = Self {
            model,
            store,
            waiting: Vec::new(),
            connections: HashMap::from([(0, (url, token))]),
            made: Vec::new(),
            about: HashMap::new(),
            openers: HashMap::new(),
            pasted: HashMap::new(),
            entries: HashMap::new(),
            words: Vec::new(),
            checked: HashSet::new(),
            destination: None,
            unsent: HashMap::new(),
            keys: 0,
            is_over: false,
            counts: Counts::new(),
        };
        let layers = seen::layers(&world.model, false);
        let asked = effects.into_iter().map(seen::split).collect();
        world.take(asked, &layers, &layers, None);
        world.msg(&Cause::Other, Msg::Resize { width: 80, height: 24 })?;
        Ok(world)
    }

    pub fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn step(&mut self, step: &Step) -> Result<(), Broken> {
        match step {
            Step::Keys(keys) => {
                for key in key::sequence(keys).unwrap() {
                    self.key(key)?;
                }
            }
            Step::Types(text) => self.types(text)?,
            Step::TypesWanted => {
                if let Some(text) = seen::wanted(&self.model) {
                    self.types(&text)?;
                }
            }
            Step::PastesSecret(nth) => {
                if let Some(made) = self.made.iter().rev().nth(*nth) {
                    let value = made.value.clone();
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
                let fits = |w: &(usize, &Waiting)| is_meant(*wait, &w.1.asked.what);
                let at: Vec<usize> =
                    self.waiting.iter().enumerate().filter(fits).map(|(at, _)| at).collect();
                if !at.is_empty() {
                    self.answer(at[nth % at.len()], *how)?;
                }
            }
            Step::AnswersLast(wait, how) => {
                if let Some(at) = self.waiting.iter().rposition(|w| is_meant(*wait, &w.asked.what))
                {
                    self.answer(at, *how)?;
                }
            }
            Step::AnswersReads => {
                let is_read = |w: &Waiting| is_meant(Wait::Read, &w.asked.what);
                while let Some(at) = self.waiting.iter().position(is_read) {
                    self.answer(at, How::Good)?;
                }
            }
            Step::Later(milliseconds) => {
                let at = seen::now(&self.model).as_millisecond() + milliseconds;
                seen::set_now(&mut self.model, Timestamp::from_millisecond(at).unwrap());
                self.msg(&Cause::Time, Msg::Wake)?;
            }
            Step::FocusLost => self.msg(&Cause::Covered, Msg::FocusLost)?,
            Step::Stopped => self.msg(&Cause::Covered, Msg::Stop)?,
            Step::Continued => self.msg(&Cause::Covered, Msg::Continued)?,
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), Broken> {
        if self.is_over {
            return Ok(());
        }
        self.keys += 1;
        self.msg(&Cause::Key(key), Msg::Key(key))
    }

    fn types(&mut self, text: &str) -> Result<(), Broken> {
        text.chars().try_for_each(|c| self.key(Key::char(c)))
    }

    /// Answers the one at this position.
    fn answer(&mut self, at: usize, how: How) -> Result<(), Broken> {
        let to = self.waiting.remove(at);
        let url = self.url(to.asked.via);
        match &to.asked.what {
            What::Read(call) | What::Change { call, .. } => {
                let (call, is_change) =
                    (call.clone(), matches!(to.asked.what, What::Change { .. }));
                if is_change && how == How::Unrecorded {
                    self.count("a change is not sent for want of the journal");
                    self.unsent.insert(to.asked.number, to.place.clone());
                    let msg = seen::unrecorded(&to.asked);
                    return self.given(to, false, msg);
                }
                let answer = self.ask(&to.asked, &call, how);
                let entry = seen::entry(&to.asked, &url, seen::now(&self.model));
                let org = to.asked.org.as_ref().map(|org| org.raw().to_owned());
                let org = org.ok_or(to.asked.via);
                if is_change && (url.clone(), org) != seen::here(&self.model) {
                    self.count("a change is answered from a place that was left");
                }
                let (new, gone) = (seen::brought(&answer), seen::deleted(&to.asked, &answer));
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
                    let made = Made { value, id, url, is_stored: false, is_open: true };
                    self.made.push(made);
                }
                let mut to = to;
                if let Some(id) = &gone {
                    let made = self.made.iter().find(|made| made.id.as_ref() == Some(id));
                    to.about = made.map(|made| made.value.clone());
                }
                let (is_good, new) = (answer.is_ok(), new.map(|(value, _)| value));
                let msg = seen::replied(&to.asked, answer, entry);
                self.msg(&Cause::Answer(Box::new(Given { to, is_good, new, gone })), msg)
            }
            What::Connect(target) => {
                let (url, token) = if let Target::Token { url, token, .. } = target {
                    (url.clone(), token.expose().to_owned())
                } else {
                    let token = self.store.personal_token().to_owned();
                    ("https://east.example.test".to_owned(), token)
                };
                let is_good = how == How::Good && url.starts_with("https://");
                let msg = if is_good {
                    let kind = Secret::new(token.clone()).kind();
                    let msg = seen::connected(&to.asked, &url, kind);
                    self.connections.insert(to.asked.number, (url, token));
                    msg
                } else {
                    seen::not_connected(&to.asked)
                };
                self.given(to, is_good, msg)
            }
            _ => {
                let is_good = matches!(how, How::Good | How::Damaged);
                let said = format!("#{};", self.words.len());
                self.words.push(to.about.clone().unwrap_or_default());
                let result = match (&to.asked.what, is_good) {
                    (What::Deliver { place, .. }, true) => Ok(format!("Saved to {place} {said}")),
                    (_, true) => Ok(format!("It is fine {said}")),
                    (_, false) => Err(format!("the disk is full {said}")),
                };
                let Some(msg) = seen::told(&to.asked, result) else { return Ok(()) };
                self.given(to, is_good, msg)
            }
        }
    }

    fn given(&mut self, to: Waiting, is_good: bool, msg: Msg) -> Result<(), Broken> {
        let given = Given { to, is_good, new: None, gone: None };
        self.msg(&Cause::Answer(Box::new(given)), msg)
    }

    /// What comes of a call.
    fn ask(&mut self, asked: &Asked, call: &Call, how: How) -> Answer {
        let now = seen::now(&self.model);
        let (_, token) = self.connections.get(&asked.via).cloned().unwrap_or_default();
        let mut done = || answers::answer(&mut self.store, &token, asked.org.as_ref(), call, now);
        match how {
            How::Good | How::Unrecorded => done(),
            How::Damaged => seen::damaged(done()),
            How::Refused(status) => Err(Failure::new(FailureKind::Status(status))),
            How::NotSent => Err(Failure::new(FailureKind::Connect)),
            How::Unknown { done: is_done } => {
                if is_done && call.is_mutation() {
                    drop(done());
                }
                Err(Failure::new(FailureKind::Timeout))
            }
            How::Unreadable if call.yields_secret() => match seen::brought(&done()) {
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

    /// One message, and whether everything holds after it.
    fn msg(&mut self, cause: &Cause, msg: Msg) -> Result<(), Broken> {
        let changes_few = !matches!(cause, Cause::Key(_) | Cause::Paste(_) | Cause::Other);
        let before = seen::layers(&self.model, changes_few);
        let unsent = seen::unsent(&self.model);
        let (here, leaving) = (seen::here(&self.model), seen::is_leaving(&self.model));
        let place = match unsent.and_then(|number| self.unsent.get(&number)) {
            // If it is sent after all, what was chosen for it holds.
            Some(place) => place.clone(),
            None => seen::next_place(&self.model),
        };
        let places = seen::places(&self.model);
        if let (Cause::Paste(text), Some(top)) = (cause, before.last())
            && top.kind == Kind::Comparison
        {
            self.pasted.insert(top.id, text.clone());
        }
        let effects = update(&mut self.model, msg);
        let after = seen::layers(&self.model, changes_few);
        let asked: Vec<Asked> = effects.into_iter().map(seen::split).collect();
        let moved = here != seen::here(&self.model);
        self.opened(&before, &after);
        let ended = self.is_still_there(cause, &before)?;
        self.goes_where_it_was_checked(cause, &before, &asked)?;
        self.next_places_were_checked(cause, &places)?;
        self.is_credited(cause, &before, &asked, &ended)?;
        self.others_are_as_before(cause, &before, &after, leaving, moved)?;
        self.reached(cause, &before, moved);
        let suspends = asked.iter().any(|a| matches!(a.what, What::Suspend));
        self.take(asked, &before, &after, place.as_ref());
        if suspends {
            self.msg(&Cause::Covered, Msg::Resumed)?;
        }
        Ok(())
    }

    /// What is asked waits from now on.
    fn take(
        &mut self,
        asked: Vec<Asked>,
        before: &[Layer],
        after: &[Layer],
        place: Option<&String>,
    ) {
        for asked in asked {
            let is_of_run = seen::is_of_run(&self.model, &asked);
            let about = match &asked.what {
                What::Check(_) => before.last().and_then(|top| self.about.get(&top.id)).cloned(),
                What::Deliver { value, .. }
                | What::BulkDeliver { value, .. }
                | What::Try { value } => Some(value.clone()),
                What::Nothing | What::Suspend | What::Stored { .. } | What::CopySecret { .. } => {
                    continue;
                }
                What::Quit => {
                    self.is_over = true;
                    continue;
                }
                _ => None,
            };
            let place = match &asked.what {
                What::Change { .. } if is_of_run => self.destination.clone(),
                What::Change { call, .. } if call.yields_secret() => place.cloned(),
                _ => None,
            };
            let (from, keys) = (after.last().map(|top| top.id), self.keys);
            let opener = |id: u64| self.openers.get(&id).copied();
            let first = from.and_then(opener);
            let heirs = first.into_iter().chain(first.and_then(opener)).collect();
            self.waiting.push(Waiting { asked, from, heirs, about, place, is_of_run, keys });
        }
    }
}

/// Whether this is one of those that are meant.
const fn is_meant(wait: Wait, what: &What) -> bool {
    match wait {
        Wait::Any => true,
        Wait::Read => matches!(what, What::Read(_) | What::OpenJournal),
        Wait::Change => matches!(what, What::Change { .. }),
        Wait::Check => matches!(what, What::Check(_)),
        Wait::Deliver => matches!(what, What::Deliver { .. }),
        Wait::CheckBulkDestination => matches!(what, What::CheckBulkDestination(_)),
        Wait::BulkDeliver => matches!(what, What::BulkDeliver { .. }),
        Wait::Try => matches!(what, What::Try { .. }),
        Wait::Connect => matches!(what, What::Connect(_)),
        Wait::List => matches!(what, What::Deployments | What::Presets),
    }
}
