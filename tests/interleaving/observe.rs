//! Translates the model and its effects into this test's own types. Nothing else here looks inside
//! them.

use std::collections::{BTreeMap, HashSet};

use axtok::{
    api::call::{Answer, Call, Reply},
    app::{
        CopyText, Effect, LayerId, Model, Msg, SecretId, Ticket, bulk,
        layer::{Nav, Order},
        overlays::{confirm_stored, regenerate::New},
        shared::Held,
        stack::{Overlay, Screen},
    },
    domain::{
        Access, SafeText, SecretKind,
        destination::{BulkDestination, Destination},
        paths::{self, Listing},
        preset::Preset,
        session::{ConnectionId, DeploymentSummary, Session, Target},
    },
    input::Keymap,
    journal::{Entry, EntryId, Location, Mark},
    ops::change::Record,
};
use jiff::Timestamp;

/// The kinds of layers, as far as this test distinguishes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Shows the secret with this value.
    Secret(String),
    /// Asks "Have you stored the secret?"; the text typed there.
    ConfirmStored(String),
    /// Takes a stored secret, pasted back for comparison.
    Comparison,
    /// Asks where a secret goes.
    SecretDestination,
    /// Shows changes with an unknown outcome.
    Unconfirmed,
    /// Asks whether to stop a run.
    StopRun,
    /// Asks for another organisation, deployment or token.
    PendingSwitch,
    /// Shows fetched data.
    List,
    Form,
    /// Shows a bulk run.
    Run,
    Other,
}

/// One layer of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    pub id: u64,
    pub kind: LayerKind,
    /// Its whole state as text, if requested.
    pub text: String,
}

impl Layer {
    /// Whether it awaits the answer to this change. Needs its text.
    pub fn waits_for(&self, number: u64) -> bool {
        self.text.contains(&format!("Ticket({number})"))
    }
}

/// A secret that a dialog shows.
#[derive(Clone, Debug)]
pub struct ShownSecret {
    pub value: String,
    /// How it was stored, according to its dialog.
    pub stored: Option<String>,
    /// The result of trying it, according to its dialog.
    pub tried: Option<String>,
    pub notes: Vec<String>,
    pub is_uncovered: bool,
}

/// What an effect requests.
#[derive(Clone, Debug)]
pub enum RequestKind {
    Read(Call),
    Change { call: Call, record: Box<Record> },
    Check(String),
    Deliver { value: String, destination: String },
    CheckBulkDestination(String),
    BulkDeliver { value: String, destination: String, id: String },
    Try { value: String },
    Connect(Target),
    Deployments,
    Presets,
    Folder(String),
    OpenJournal,
    Stored { entry: String },
    CopySecret { value: String },
    Suspend,
    Quit,
    Nothing,
}

/// One effect of the model.
#[derive(Clone, Debug)]
pub struct Request {
    /// The number that its answer repeats.
    pub number: u64,
    pub via: u64,
    pub org: Option<SafeText>,
    pub kind: RequestKind,
}

fn kind(model: &Model, overlay: &Overlay) -> LayerKind {
    match overlay {
        Overlay::Reveal(state) => match model.shared.secrets.get(state.secret) {
            Some(held) => LayerKind::Secret(value(held)),
            None => LayerKind::Other,
        },
        Overlay::ConfirmStored(state) => {
            LayerKind::ConfirmStored(state.form.text(confirm_stored::Field::Typed).to_owned())
        }
        Overlay::CheckSecret(_) => LayerKind::Comparison,
        Overlay::SecretDestination(_) => LayerKind::SecretDestination,
        Overlay::Unconfirmed(_) => LayerKind::Unconfirmed,
        Overlay::Confirm(state) if state.question.is_of_run => LayerKind::StopRun,
        Overlay::SignIn(_) | Overlay::Orgs(_) => LayerKind::PendingSwitch,
        Overlay::Run(_) => LayerKind::Run,
        // The plan follows the list; a dialog with rights from an older one closes.
        Overlay::EditRights(_) => LayerKind::List,
        Overlay::Regenerate(state) if matches!(state.new, New::Edited(_)) => LayerKind::List,
        _ => LayerKind::Other,
    }
}

fn value(held: &Held) -> String {
    held.secret.expose().to_owned()
}

/// The stack, bottom layer first; with the state of each layer as text if `with_texts`.
pub fn layers(model: &Model, with_texts: bool) -> Vec<Layer> {
    let screens = model.stack.screens().iter().map(|placed| {
        let kind = match &placed.kind {
            Screen::NewToken(_) => LayerKind::Form,
            _ => LayerKind::List,
        };
        let text = if with_texts { format!("{:?}", placed.kind) } else { String::new() };
        Layer { id: placed.id.0, kind, text }
    });
    let overlays = model.stack.overlays().iter().map(|placed| {
        // The state of a secret is kept outside its dialog.
        let held = match &placed.kind {
            Overlay::Reveal(state) => model.shared.secrets.get(state.secret),
            _ => None,
        };
        let text = if with_texts { format!("{:?} {held:?}", placed.kind) } else { String::new() };
        Layer { id: placed.id.0, kind: kind(model, &placed.kind), text }
    });
    screens.chain(overlays).collect()
}

/// The unsent change that the top dialog offers to send without the journal.
pub fn unsent(model: &Model) -> Option<u64> {
    let Overlay::Confirm(state) = model.overlay()? else { return None };
    let mut navs = state.question.choices.iter().flat_map(|choice| &choice.then);
    navs.find_map(|nav| match nav {
        Nav::Order(Order::SendUnrecorded(unsent)) => Some(unsent.ticket.0),
        _ => None,
    })
}

/// All secrets that dialogs show.
pub fn secrets(model: &Model) -> Vec<ShownSecret> {
    let dialogs = model.stack.overlays().iter().filter_map(|placed| match &placed.kind {
        Overlay::Reveal(state) => model.shared.secrets.get(state.secret),
        _ => None,
    });
    let seen = dialogs.map(|held| ShownSecret {
        value: value(held),
        stored: held.stored.clone(),
        tried: held.tried.clone().map(|tried| tried.unwrap_or_else(|why| why)),
        notes: held.notes.clone(),
        is_uncovered: held.is_uncovered(model.shared.now),
    });
    seen.collect()
}

/// The secrets that no dialog shows, because a run is delivering them.
pub fn run_secrets(model: &Model) -> HashSet<String> {
    model.shared.secrets.all().filter(|held| !held.is_shown).map(value).collect()
}

/// For each dialog, the destination chosen for the secret of its change.
pub fn chosen_destinations(model: &Model) -> BTreeMap<u64, String> {
    let chosen = model.stack.overlays().iter().filter_map(|placed| {
        let sending = match &placed.kind {
            Overlay::CreateSummary(state) => &state.sending,
            Overlay::Regenerate(state) => &state.sending,
            Overlay::NewPersonal(state) => &state.sending,
            _ => return None,
        };
        Some((placed.id.0, describe(sending.destination.as_ref()?)))
    });
    chosen.collect()
}

/// The destination chosen for the secret of the top dialog's change.
pub fn next_destination(model: &Model) -> Option<String> {
    chosen_destinations(model).remove(&model.stack.top().0.0)
}

fn describe(destination: &Destination) -> String {
    match destination {
        Destination::File(path) => format!("file {path}"),
        Destination::Command(line) => format!("command {line}"),
    }
}

fn describe_bulk(destination: &BulkDestination) -> String {
    match destination {
        BulkDestination::Folder(path) => format!("folder {path}"),
        BulkDestination::Command(line) => format!("command {line}"),
    }
}

/// Whether this is the current change of a run, or the delivery of its secret.
pub fn is_of_run(model: &Model, request: &Request) -> bool {
    match request.kind {
        RequestKind::Change { .. } => bulk::awaits(&model.shared, Ticket(request.number)),
        RequestKind::BulkDeliver { .. } => true,
        _ => false,
    }
}

/// The address, and the organisation; or the connection if no organisation is chosen, because each
/// connection may have another one.
pub fn here(model: &Model) -> (String, Result<String, u64>) {
    let session = &model.shared.session;
    let org = session.org.as_ref().map(|org| org.raw().to_owned());
    (session.url.clone(), org.ok_or(session.connection.map_or(0, |via| via.0)))
}

/// Whether a switch to another organisation or deployment is pending.
pub const fn is_leaving(model: &Model) -> bool {
    model.shared.pending_switch.is_some()
}

/// The text that the top dialog requires as confirmation.
pub fn required_text(model: &Model) -> Option<String> {
    match model.overlay()? {
        Overlay::Delete(state) => state.wanted.texts().first().cloned(),
        Overlay::Regenerate(state) => state.wanted.texts().first().cloned(),
        _ => None,
    }
}

pub const fn now(model: &Model) -> Timestamp {
    model.shared.now
}

pub const fn set_now(model: &mut Model, now: Timestamp) {
    model.shared.now = now;
}

/// Translates an effect.
pub fn split(effect: Effect) -> Request {
    let (mut number, mut sent_via, mut sent_org) = (0, 0, None);
    let kind = match effect {
        Effect::Call { ticket, via, org, call, record } => {
            (number, sent_via, sent_org) = (ticket.0, via.0, org);
            match record {
                Some(record) => RequestKind::Change { call, record },
                None => RequestKind::Read(call),
            }
        }
        Effect::OpenJournal => RequestKind::OpenJournal,
        Effect::Mark { entry, mark: Mark::Delivered { .. } } => {
            RequestKind::Stored { entry: entry.to_string() }
        }
        Effect::CheckDestination { asker, destination } => {
            number = asker.0;
            RequestKind::Check(describe(&destination))
        }
        Effect::Deliver { id, secret, destination } => {
            number = id.0;
            RequestKind::Deliver {
                value: secret.expose().to_owned(),
                destination: describe(&destination),
            }
        }
        Effect::CheckBulkDestination { asker, destination: to } => {
            number = asker.0;
            RequestKind::CheckBulkDestination(describe_bulk(&to))
        }
        Effect::BulkDeliver { id, secret, destination: to, token, .. } => {
            number = id.0;
            let (value, id) = (secret.expose().to_owned(), token.raw().to_owned());
            RequestKind::BulkDeliver { value, destination: describe_bulk(&to), id }
        }
        Effect::Try { id, via, org, secret } => {
            (number, sent_via, sent_org) = (id.0, via.0, org);
            RequestKind::Try { value: secret.expose().to_owned() }
        }
        Effect::Connect { connection, to } => {
            number = connection.0;
            RequestKind::Connect(to)
        }
        Effect::LoadDeployments(asker) => {
            number = asker.0;
            RequestKind::Deployments
        }
        Effect::LoadPresets(asker) => {
            number = asker.0;
            RequestKind::Presets
        }
        Effect::LoadUsage { ticket, .. } => {
            number = ticket.0;
            RequestKind::Nothing
        }
        Effect::ListFolder { asker, path } => {
            number = asker.0;
            RequestKind::Folder(path)
        }
        Effect::Copy(CopyText::Secret(secret)) => {
            RequestKind::CopySecret { value: secret.expose().to_owned() }
        }
        Effect::Suspend => RequestKind::Suspend,
        Effect::Quit => RequestKind::Quit,
        Effect::Mark { .. }
        | Effect::SaveReport(_)
        | Effect::Disconnect(_)
        | Effect::Keep { .. }
        | Effect::Copy(_)
        | Effect::ClearClipboard
        | Effect::SavePreset(_)
        | Effect::LoadAccepted
        | Effect::LoadPolicies { .. }
        | Effect::LoadHistory(_)
        | Effect::LoadRotations
        | Effect::ReportDue(_)
        | Effect::Rotate { .. }
        | Effect::SetAccepted { .. }
        | Effect::KeepChoice(_)
        | Effect::Export { .. }
        | Effect::Redraw
        | Effect::Resume => RequestKind::Nothing,
    };
    Request { number, via: sent_via, org: sent_org, kind }
}

/// The journal entry of a change; `None` for other requests.
pub fn entry(request: &Request, url: &str, now: Timestamp) -> Option<Box<Entry>> {
    let RequestKind::Change { record, .. } = &request.kind else { return None };
    let org = request.org.as_ref().map(|org| org.raw().to_owned());
    Some(Box::new(Entry {
        id: EntryId::new(),
        at: now,
        location: Location { deployment: "demo".to_owned(), url: url.to_owned(), org },
        asked: record.asked.clone(),
        known: record.known.clone(),
        is_rotation: record.is_rotation,
        overridden: record.overridden.clone(),
    }))
}

/// The answer to a call.
pub const fn replied(request: &Request, answer: Answer, entry: Option<Box<Entry>>) -> Msg {
    Msg::Replied { ticket: Ticket(request.number), answer, entry }
}

/// The message that a change was not sent because the journal cannot be written.
pub fn unrecorded(request: &Request) -> Msg {
    Msg::Unrecorded { ticket: Ticket(request.number), why: "the disk is full".to_owned() }
}

/// The new secret in an answer, and the id of its token.
pub fn new_secret(answer: &Answer) -> Option<(String, Option<String>)> {
    let (secret, id) = match answer {
        Ok(Reply::Created(created)) => (&created.secret, &created.id),
        Ok(Reply::PersonalCreated(created)) => (&created.secret, &created.id),
        _ => return None,
    };
    Some((secret.expose().to_owned(), id.as_ref().map(|id| id.raw().to_owned())))
}

/// The answer with the secret but without the rest of a new token.
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

/// The id of the token that this answer reports as deleted.
pub fn deleted_token(request: &Request, answer: &Answer) -> Option<String> {
    match (&request.kind, answer) {
        (
            RequestKind::Change {
                call: Call::DeleteToken(id) | Call::DeletePersonalToken(id), ..
            },
            Ok(Reply::Deleted),
        ) => Some(id.raw().to_owned()),
        _ => None,
    }
}

/// The answer to a request that is answered by a text; `None` for other requests.
pub fn text_answer(request: &Request, result: Result<String, String>) -> Option<Msg> {
    let (layer, id) = (LayerId(request.number), SecretId(request.number));
    Some(match &request.kind {
        RequestKind::Check(_) | RequestKind::CheckBulkDestination(_) => {
            Msg::Checked { asker: layer, result: result.map(drop) }
        }
        RequestKind::Deliver { .. } => Msg::Delivered { id, result },
        RequestKind::BulkDeliver { .. } => Msg::BulkDelivered { id, result },
        RequestKind::Try { .. } => Msg::Tried { id, result },
        RequestKind::Presets => {
            let own = |_| vec![Preset::of("mine", &axtok::domain::Grants::default()).0];
            Msg::Presets { asker: layer, result: result.map(own) }
        }
        RequestKind::Folder(path) => {
            let entry = |n| paths::Entry { name: format!("p{n}"), is_folder: n > 3 };
            let listing =
                result.map_or(Listing::Unreadable, |_| Listing::Read((0..5).map(entry).collect()));
            Msg::Listed { asker: layer, path: path.clone(), listing }
        }
        RequestKind::Deployments => {
            let offer = |_| DeploymentSummary {
                name: "east".into(),
                url: "https://east.example.test".to_owned(),
                source: "settings",
                access: Access::Full,
            };
            Msg::Deployments { asker: layer, result: result.map(|words| vec![offer(words)]) }
        }
        RequestKind::OpenJournal => {
            Msg::Recalled { open: Vec::new(), rotations: Vec::new(), warning: result.err() }
        }
        _ => return None,
    })
}

/// The message that a connection to this address was made.
pub fn connected(request: &Request, url: &str, token: SecretKind) -> Msg {
    let connection = ConnectionId(request.number);
    let session = Session { url: url.to_owned(), ..session(request.number, None, token) };
    Msg::Connected { connection, result: Ok(session) }
}

/// The message that a connection failed.
pub fn not_connected(request: &Request) -> Msg {
    let connection = ConnectionId(request.number);
    Msg::Connected { connection, result: Err("there is no such host".to_owned()) }
}

/// A session for this organisation.
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
        personal_host: None,
        demo: false,
        policies: std::sync::Arc::default(),
    }
}

thread_local! {
    static KEYMAP: Keymap = Keymap::built_in().unwrap();
}

/// The model after its start, and its first effects.
pub fn start(session: Session, now: Timestamp) -> (Model, Vec<Effect>) {
    let mut model = Model::new(session, KEYMAP.with(Clone::clone), now);
    let effects = model.start();
    (model, effects)
}
