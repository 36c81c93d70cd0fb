//! The only part of this test that looks into the model, or takes effects apart:
//! what is on the screens in the test's own words.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher as _},
    mem::discriminant,
};

use axtok::{
    api::call::{Answer, Call, Reply},
    app::{
        ConnectionId, CopyText, Effect, Model, Msg, Offer, Session, Target, Ticket, bulk,
        effect::{Depot, Destination, Record},
        overlays::{Overlay, confirm::Then, delete::Delete, reveal::Reveal},
        screens::Screen,
    },
    domain::{Access, SafeText, SecretKind, preset::Preset},
    input::Keymap,
    journal::{Entry, EntryId, Mark, Place},
};
use jiff::Timestamp;

/// What a layer is, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The dialog about the secret with this value.
    Secret(String),
    /// "Have you stored it?", and what was typed there.
    Unstored(String),
    /// What was stored is pasted back.
    Comparison,
    /// Asks where a secret goes.
    Handover,
    /// Shows what may have happened.
    Doubt,
    /// Asks whether a run is to stop.
    StopRun,
    /// Asks where to go, or with which token.
    Passage,
    /// Shows what was fetched.
    List,
    Form,
    /// Many changes, one after the other.
    Run,
    Other,
}

/// One layer of the stack, the screens first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The same as long as the layer lives; another one may have it later.
    pub id: usize,
    pub kind: Kind,
    /// All that it holds, if that was asked for.
    pub text: String,
}

impl Layer {
    /// Whether it waits for the answer to this change.
    pub fn waits_for(&self, number: u64) -> bool {
        self.text.contains(&format!("Ticket({number})"))
    }
}

/// A secret in a dialog.
#[derive(Clone, Debug)]
pub struct Seen {
    pub value: String,
    /// How it was stored, as far as its dialog says so.
    pub stored: Option<String>,
    /// What is said to have come of trying it.
    pub tried: Option<String>,
    pub notes: Vec<String>,
    pub is_uncovered: bool,
}

/// What is asked of the world.
#[derive(Clone, Debug)]
pub enum What {
    Read(Call),
    Change { call: Call, record: Box<Record> },
    Check(String),
    Deliver { value: String, place: String },
    CheckDepot(String),
    Deposit { value: String, place: String, id: String },
    Try { value: String },
    Connect(Target),
    Deployments,
    Presets,
    OpenJournal,
    Stored { entry: String },
    CopySecret { value: String },
    Suspend,
    Quit,
    Nothing,
}

/// One effect.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What its answer is known by.
    pub number: u64,
    pub via: u64,
    pub org: Option<SafeText>,
    pub what: What,
}

/// The id of something in a box is where it lies.
fn boxed<T>(content: &T) -> usize {
    std::ptr::from_ref(content).addr()
}

/// What is in no box is known by its kind, and which of them it is: the last of
/// these.
fn unboxed<K: Hash + Eq>(kinds: impl Iterator<Item = K>) -> usize {
    let kinds: Vec<K> = kinds.collect();
    let last = kinds.last().unwrap();
    let mut hasher = DefaultHasher::new();
    (last, kinds.iter().filter(|kind| *kind == last).count()).hash(&mut hasher);
    usize::try_from(hasher.finish() >> 8).unwrap()
}

fn kind(overlay: &Overlay) -> (Kind, Option<usize>) {
    match overlay {
        Overlay::Reveal(state) => (Kind::Secret(value(state)), Some(boxed(&**state))),
        Overlay::Unstored(state) => (Kind::Unstored(state.typed.text().to_owned()), None),
        Overlay::CheckSecret(state) => (Kind::Comparison, Some(boxed(&**state))),
        Overlay::Handover(state) => (Kind::Handover, Some(boxed(&**state))),
        Overlay::Doubt(_) => (Kind::Doubt, None),
        Overlay::Confirm(state) => {
            let stops = state.choices.iter().any(|(_, then)| *then == Then::StopRun);
            (if stops { Kind::StopRun } else { Kind::Other }, None)
        }
        Overlay::SignIn(state) => (Kind::Passage, Some(boxed(&**state))),
        Overlay::Orgs(state) => (Kind::Passage, Some(boxed(&**state))),
        Overlay::Presets(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Regenerate(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Delete(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::NewPersonal(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Review(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::RegenerateMany(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::DeleteMany(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Trouble(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Help(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Palette(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Sheet(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Compare(state) => (Kind::Other, Some(boxed(&**state))),
        Overlay::Run(_) => (Kind::Run, None),
        Overlay::Prompt(_) | Overlay::Themes(_) => (Kind::Other, None),
    }
}

fn value(state: &Reveal) -> String {
    state.secret.expose().to_owned()
}

/// The stack, the lowest first; with what each holds, if that is to be looked at.
pub fn layers(model: &Model, with_texts: bool) -> Vec<Layer> {
    let text = |layer: &dyn fmt::Debug| {
        if with_texts { format!("{layer:?}") } else { String::new() }
    };
    let screens = model.screens.iter().enumerate().map(|(at, screen)| {
        let (kind, id) = match screen {
            Screen::ApiTokens(state) => (Kind::List, Some(boxed(&**state))),
            Screen::Review(state) => (Kind::List, Some(boxed(&**state))),
            Screen::TokenDetail(_) | Screen::Profile(_) => (Kind::List, None),
            Screen::NewToken(form) => (Kind::Form, Some(boxed(&**form))),
        };
        let id = id.unwrap_or_else(|| unboxed(model.screens[..=at].iter().map(discriminant)));
        Layer { id, kind, text: text(screen) }
    });
    let overlays = model.overlays.iter().enumerate().map(|(at, overlay)| {
        let (kind, id) = kind(overlay);
        let id = id.unwrap_or_else(|| {
            let which = |o| (discriminant(o), discriminant(&self::kind(o).0));
            unboxed(model.overlays[..=at].iter().map(which))
        });
        Layer { id, kind, text: text(overlay) }
    });
    screens.chain(overlays).collect()
}

/// The change that the dialog on top asks about: it was not sent, and can be sent
/// without the journal.
pub fn unsent(model: &Model) -> Option<u64> {
    let Overlay::Confirm(state) = model.overlays.last()? else { return None };
    state.choices.iter().find_map(|(_, then)| match then {
        Then::SendUnrecorded(unsent) => Some(unsent.ticket.0),
        _ => None,
    })
}

/// Every secret that is in a dialog. One that a run has in hand is in none.
pub fn secrets(model: &Model) -> Vec<Seen> {
    let shown = model.overlays.iter().filter_map(|o| match o {
        Overlay::Reveal(state) => Some(Seen {
            value: value(state),
            stored: state.stored.clone(),
            tried: state.tried.clone().map(|tried| tried.unwrap_or_else(|why| why)),
            notes: state.notes.clone(),
            is_uncovered: state.is_uncovered(model.now),
        }),
        _ => None,
    });
    shown.collect()
}

/// Where the next secret goes.
pub fn next_place(model: &Model) -> Option<String> {
    model.destination.as_ref().map(place)
}

fn place(destination: &Destination) -> String {
    match destination {
        Destination::File(path) => format!("file {path}"),
        Destination::Command(line) => format!("command {line}"),
    }
}

fn depot(depot: &Depot) -> String {
    match depot {
        Depot::Folder(path) => format!("folder {path}"),
        Depot::Command(line) => format!("command {line}"),
    }
}

/// Whether this is the request that a run has in hand, or has its secret in hand.
pub fn is_of_run(model: &Model, number: u64) -> bool {
    bulk::awaits(model, Ticket(number))
}

/// Where we are. Without an organisation each connection may lead to another one.
pub fn here(model: &Model) -> (String, Result<String, u64>) {
    let session = &model.session;
    let org = session.org.as_ref().map(|org| org.raw().to_owned());
    (session.url.clone(), org.ok_or(session.connection.map_or(0, |via| via.0)))
}

/// Whether we are on the way to another place.
pub const fn is_leaving(model: &Model) -> bool {
    model.passage.is_some()
}

/// What the dialog on top wants typed before it does what it is for.
pub fn wanted(model: &Model) -> Option<String> {
    match model.overlays.last()? {
        Overlay::Delete(state) => Some(Delete::wanted(state).to_owned()),
        Overlay::Regenerate(state) => Some(state.wanted().to_owned()),
        Overlay::DeleteMany(state) => Some(state.wanted()),
        Overlay::RegenerateMany(state) => Some(state.wanted()),
        _ => None,
    }
}

pub const fn now(model: &Model) -> Timestamp {
    model.now
}

pub const fn set_now(model: &mut Model, now: Timestamp) {
    model.now = now;
}

/// Takes an effect apart.
pub fn split(effect: Effect) -> Asked {
    let (mut number, mut through, mut of) = (0, 0, None);
    let what = match effect {
        Effect::Call { ticket, via, org, call, record } => {
            (number, through, of) = (ticket.0, via.0, org);
            match record {
                Some(record) => What::Change { call, record },
                None => What::Read(call),
            }
        }
        Effect::OpenJournal => What::OpenJournal,
        Effect::Mark { entry, mark: Mark::Delivered { .. } } => {
            What::Stored { entry: entry.to_string() }
        }
        Effect::CheckDestination { ticket, destination } => {
            number = ticket.0;
            What::Check(place(&destination))
        }
        Effect::Deliver { ticket, secret, destination } => {
            number = ticket.0;
            What::Deliver { value: secret.expose().to_owned(), place: place(&destination) }
        }
        Effect::CheckDepot { ticket, depot: to } => {
            number = ticket.0;
            What::CheckDepot(depot(&to))
        }
        Effect::Deposit { ticket, secret, depot: to, id, .. } => {
            number = ticket.0;
            let (value, id) = (secret.expose().to_owned(), id.raw().to_owned());
            What::Deposit { value, place: depot(&to), id }
        }
        Effect::Try { ticket, via, org, secret } => {
            (number, through, of) = (ticket.0, via.0, org);
            What::Try { value: secret.expose().to_owned() }
        }
        Effect::Connect { connection, to } => {
            number = connection.0;
            What::Connect(to)
        }
        Effect::LoadDeployments(ticket) => {
            number = ticket.0;
            What::Deployments
        }
        Effect::LoadPresets(ticket) => {
            number = ticket.0;
            What::Presets
        }
        Effect::Copy(CopyText::Secret(secret)) => {
            What::CopySecret { value: secret.expose().to_owned() }
        }
        Effect::Suspend => What::Suspend,
        Effect::Quit => What::Quit,
        Effect::Mark { .. }
        | Effect::SaveReport(_)
        | Effect::Disconnect(_)
        | Effect::Keep { .. }
        | Effect::Copy(_)
        | Effect::ClearClipboard
        | Effect::SavePreset(_)
        | Effect::LoadAccepted
        | Effect::SetAccepted { .. }
        | Effect::Export { .. }
        | Effect::Redraw
        | Effect::Resume => What::Nothing,
    };
    Asked { number, via: through, org: of, what }
}

/// The entry that the journal makes of a change.
pub fn entry(asked: &Asked, url: &str, now: Timestamp) -> Option<Box<Entry>> {
    let What::Change { record, .. } = &asked.what else { return None };
    let org = asked.org.as_ref().map(|org| org.raw().to_owned());
    Some(Box::new(Entry {
        id: EntryId::new(),
        at: now,
        place: Place { deployment: "demo".to_owned(), url: url.to_owned(), org },
        asked: record.asked.clone(),
        known: record.known.clone(),
    }))
}

/// The answer to a call.
pub const fn replied(asked: &Asked, answer: Answer, entry: Option<Box<Entry>>) -> Msg {
    Msg::Replied { ticket: Ticket(asked.number), answer, entry }
}

/// A change was not sent, for want of the journal.
pub fn unrecorded(asked: &Asked) -> Msg {
    Msg::Unrecorded { ticket: Ticket(asked.number), why: "the disk is full".to_owned() }
}

/// The secret that an answer brings, and the id of its token.
pub fn brought(answer: &Answer) -> Option<(String, Option<String>)> {
    let (secret, id) = match answer {
        Ok(Reply::Created(created)) => (&created.secret, &created.id),
        Ok(Reply::PersonalCreated(created)) => (&created.secret, &created.id),
        _ => return None,
    };
    Some((secret.expose().to_owned(), id.as_ref().map(|id| id.raw().to_owned())))
}

/// The same answer, with nothing in it but the secret.
pub fn damaged(answer: Answer) -> Answer {
    match answer {
        Ok(Reply::Created(mut created)) => {
            (created.token, created.id) = (None, None);
            Ok(Reply::Created(created))
        }
        Ok(Reply::PersonalCreated(mut created)) => {
            (created.token, created.id) = (None, None);
            Ok(Reply::PersonalCreated(created))
        }
        answer => answer,
    }
}

/// The id of the token that is gone by this answer.
pub fn deleted(asked: &Asked, answer: &Answer) -> Option<String> {
    match (&asked.what, answer) {
        (
            What::Change { call: Call::DeleteToken(id) | Call::DeletePersonalToken(id), .. },
            Ok(Reply::Deleted),
        ) => Some(id.raw().to_owned()),
        _ => None,
    }
}

/// The answer to what is answered by words.
pub fn told(asked: &Asked, result: Result<String, String>) -> Option<Msg> {
    let ticket = Ticket(asked.number);
    Some(match asked.what {
        What::Check(_) => Msg::DestinationChecked { ticket, result: result.map(drop) },
        What::Deliver { .. } => Msg::Delivered { ticket, result },
        What::CheckDepot(_) => Msg::DepotChecked { ticket, result: result.map(drop) },
        What::Deposit { .. } => Msg::Deposited { ticket, result },
        What::Try { .. } => Msg::Tried { ticket, result },
        What::Presets => {
            let own = |_| vec![Preset::of("mine", &axtok::domain::Grants::default()).0];
            Msg::Presets { ticket, result: result.map(own) }
        }
        What::Deployments => {
            let offer = |_| Offer {
                name: "east".into(),
                url: "https://east.example.test".to_owned(),
                source: "settings",
                access: Access::Full,
            };
            Msg::Deployments { ticket, result: result.map(|words| vec![offer(words)]) }
        }
        What::OpenJournal => {
            Msg::Recalled { open: Vec::new(), rotations: Vec::new(), warning: result.err() }
        }
        _ => return None,
    })
}

/// There is a connection to this address now.
pub fn connected(asked: &Asked, url: &str, token: SecretKind) -> Msg {
    let connection = ConnectionId(asked.number);
    let session = Session { url: url.to_owned(), ..session(asked.number, None, token) };
    Msg::Connected { connection, result: Ok(session) }
}

/// There cannot be one.
pub fn not_connected(asked: &Asked) -> Msg {
    let connection = ConnectionId(asked.number);
    Msg::Connected { connection, result: Err("there is no such host".to_owned()) }
}

/// Signed in for this organisation.
pub fn session(via: u64, org: Option<&str>, credential: SecretKind) -> Session {
    Session {
        connection: Some(ConnectionId(via)),
        deployment: "here".into(),
        url: "https://api.example.test".to_owned(),
        org: org.map(SafeText::from),
        credential,
        access: Access::Full,
        usual_access: Access::Full,
        console: None,
        demo: false,
    }
}

thread_local! {
    static KEYMAP: Keymap = Keymap::built_in().unwrap();
}

/// Just started.
pub fn start(session: Session, now: Timestamp) -> (Model, Vec<Effect>) {
    let mut model = Model::new(session, KEYMAP.with(Clone::clone), now);
    let effects = model.start();
    (model, effects)
}
