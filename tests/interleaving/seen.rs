//! The only part of this test that looks into the model, or takes effects apart:
//! what is on the screens in the test's own words.

use std::collections::{BTreeMap, HashSet};

use axtok::{
    api::call::{Answer, Call, Reply},
    app::{
        CopyText, Effect, LayerId, Model, Msg, SecretId, Ticket, bulk,
        layer::{Nav, Order},
        overlays::confirm_stored,
        shared::Held,
        stack::{Overlay, Screen},
    },
    domain::{
        Access, SafeText, SecretKind,
        destination::{BulkDestination, Destination},
        preset::Preset,
        session::{ConnectionId, DeploymentSummary, Session, Target},
    },
    input::Keymap,
    journal::{Entry, EntryId, Location, Mark},
    ops::change::Record,
};
use jiff::Timestamp;

/// What a layer is, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The dialog about the secret with this value.
    Secret(String),
    /// "Have you stored the secret?", and what was typed there.
    ConfirmStored(String),
    /// What was stored is pasted back.
    Comparison,
    /// Asks where a secret goes.
    SecretDestination,
    /// Shows what may have happened.
    Unconfirmed,
    /// Asks whether a run is to stop.
    StopRun,
    /// Asks where to go, or with which token.
    PendingSwitch,
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
    pub id: u64,
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
    CheckBulkDestination(String),
    BulkDeliver { value: String, place: String, id: String },
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

fn kind(model: &Model, overlay: &Overlay) -> Kind {
    match overlay {
        Overlay::Reveal(state) => match model.shared.secrets.get(state.secret) {
            Some(held) => Kind::Secret(value(held)),
            None => Kind::Other,
        },
        Overlay::ConfirmStored(state) => {
            Kind::ConfirmStored(state.form.text(confirm_stored::Field::Typed).to_owned())
        }
        Overlay::CheckSecret(_) => Kind::Comparison,
        Overlay::SecretDestination(_) => Kind::SecretDestination,
        Overlay::Unconfirmed(_) => Kind::Unconfirmed,
        Overlay::Confirm(state) if state.question.is_of_run => Kind::StopRun,
        Overlay::SignIn(_) | Overlay::Orgs(_) => Kind::PendingSwitch,
        Overlay::Run(_) => Kind::Run,
        _ => Kind::Other,
    }
}

fn value(held: &Held) -> String {
    held.secret.expose().to_owned()
}

/// The stack, the lowest first; with what each holds, if that is to be looked at.
pub fn layers(model: &Model, with_texts: bool) -> Vec<Layer> {
    let screens = model.stack.screens().iter().map(|placed| {
        let kind = match &placed.kind {
            Screen::NewToken(_) => Kind::Form,
            _ => Kind::List,
        };
        let text = if with_texts { format!("{:?}", placed.kind) } else { String::new() };
        Layer { id: placed.id.0, kind, text }
    });
    let overlays = model.stack.overlays().iter().map(|placed| {
        // A dialog about a secret shows what is known of it.
        let held = match &placed.kind {
            Overlay::Reveal(state) => model.shared.secrets.get(state.secret),
            _ => None,
        };
        let text = if with_texts { format!("{:?} {held:?}", placed.kind) } else { String::new() };
        Layer { id: placed.id.0, kind: kind(model, &placed.kind), text }
    });
    screens.chain(overlays).collect()
}

/// The change that the dialog on top asks about: it was not sent, and can be sent
/// without the journal.
pub fn unsent(model: &Model) -> Option<u64> {
    let Overlay::Confirm(state) = model.overlay()? else { return None };
    let mut navs = state.question.choices.iter().flat_map(|choice| &choice.then);
    navs.find_map(|nav| match nav {
        Nav::Order(Order::SendUnrecorded(unsent)) => Some(unsent.ticket.0),
        _ => None,
    })
}

/// Every secret that is in a dialog.
pub fn secrets(model: &Model) -> Vec<Seen> {
    let dialogs = model.stack.overlays().iter().filter_map(|placed| match &placed.kind {
        Overlay::Reveal(state) => model.shared.secrets.get(state.secret),
        _ => None,
    });
    let seen = dialogs.map(|held| Seen {
        value: value(held),
        stored: held.stored.clone(),
        tried: held.tried.clone().map(|tried| tried.unwrap_or_else(|why| why)),
        notes: held.notes.clone(),
        is_uncovered: held.is_uncovered(model.shared.now),
    });
    seen.collect()
}

/// The values of those that are on their way to the depot of a run, in no dialog.
pub fn in_hand(model: &Model) -> HashSet<String> {
    model.shared.secrets.all().filter(|held| !held.is_shown).map(value).collect()
}

/// Where the secret goes that the change of each dialog will bring.
pub fn places(model: &Model) -> BTreeMap<u64, String> {
    let chosen = model.stack.overlays().iter().filter_map(|placed| {
        let sending = match &placed.kind {
            Overlay::CreateSummary(state) => &state.sending,
            Overlay::Regenerate(state) => &state.sending,
            Overlay::NewPersonal(state) => &state.sending,
            _ => return None,
        };
        Some((placed.id.0, place(sending.destination.as_ref()?)))
    });
    chosen.collect()
}

/// Where the secret goes that the change of the dialog on top will bring.
pub fn next_place(model: &Model) -> Option<String> {
    places(model).remove(&model.stack.top().0.0)
}

fn place(destination: &Destination) -> String {
    match destination {
        Destination::File(path) => format!("file {path}"),
        Destination::Command(line) => format!("command {line}"),
    }
}

fn destination(destination: &BulkDestination) -> String {
    match destination {
        BulkDestination::Folder(path) => format!("folder {path}"),
        BulkDestination::Command(line) => format!("command {line}"),
    }
}

/// Whether this is the request that a run has in hand, or gives its secret away.
pub fn is_of_run(model: &Model, asked: &Asked) -> bool {
    match asked.what {
        What::Change { .. } => bulk::awaits(&model.shared, Ticket(asked.number)),
        What::BulkDeliver { .. } => true,
        _ => false,
    }
}

/// Where we are. Without an organisation each connection may lead to another one.
pub fn here(model: &Model) -> (String, Result<String, u64>) {
    let session = &model.shared.session;
    let org = session.org.as_ref().map(|org| org.raw().to_owned());
    (session.url.clone(), org.ok_or(session.connection.map_or(0, |via| via.0)))
}

/// Whether we are on the way to another place.
pub const fn is_leaving(model: &Model) -> bool {
    model.shared.pending_switch.is_some()
}

/// What the dialog on top wants typed before it does what it is for.
pub fn wanted(model: &Model) -> Option<String> {
    match model.overlay()? {
        Overlay::Delete(state) => Some(state.wanted.clone()),
        Overlay::Regenerate(state) => Some(state.wanted.clone()),
        _ => None,
    }
}

pub const fn now(model: &Model) -> Timestamp {
    model.shared.now
}

pub const fn set_now(model: &mut Model, now: Timestamp) {
    model.shared.now = now;
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
        Effect::CheckDestination { asker, destination } => {
            number = asker.0;
            What::Check(place(&destination))
        }
        Effect::Deliver { id, secret, destination } => {
            number = id.0;
            What::Deliver { value: secret.expose().to_owned(), place: place(&destination) }
        }
        Effect::CheckBulkDestination { asker, destination: to } => {
            number = asker.0;
            What::CheckBulkDestination(destination(&to))
        }
        Effect::BulkDeliver { id, secret, destination: to, token, .. } => {
            number = id.0;
            let (value, id) = (secret.expose().to_owned(), token.raw().to_owned());
            What::BulkDeliver { value, place: destination(&to), id }
        }
        Effect::Try { id, via, org, secret } => {
            (number, through, of) = (id.0, via.0, org);
            What::Try { value: secret.expose().to_owned() }
        }
        Effect::Connect { connection, to } => {
            number = connection.0;
            What::Connect(to)
        }
        Effect::LoadDeployments(asker) => {
            number = asker.0;
            What::Deployments
        }
        Effect::LoadPresets(asker) => {
            number = asker.0;
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
        location: Location { deployment: "demo".to_owned(), url: url.to_owned(), org },
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
    let (layer, id) = (LayerId(asked.number), SecretId(asked.number));
    Some(match asked.what {
        What::Check(_) | What::CheckBulkDestination(_) => {
            Msg::Checked { asker: layer, result: result.map(drop) }
        }
        What::Deliver { .. } => Msg::Delivered { id, result },
        What::BulkDeliver { .. } => Msg::BulkDelivered { id, result },
        What::Try { .. } => Msg::Tried { id, result },
        What::Presets => {
            let own = |_| vec![Preset::of("mine", &axtok::domain::Grants::default()).0];
            Msg::Presets { asker: layer, result: result.map(own) }
        }
        What::Deployments => {
            let offer = |_| DeploymentSummary {
                name: "east".into(),
                url: "https://east.example.test".to_owned(),
                source: "settings",
                access: Access::Full,
            };
            Msg::Deployments { asker: layer, result: result.map(|words| vec![offer(words)]) }
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
