//! Going to another place: connecting to it, asking once whether the
//! credential is good and which organisations it sees, choosing one, and only
//! then leaving where one was. A failure on the way changes nothing.

use super::{
    bulk,
    effect::{Effect, Ticket},
    model::{Data, Model, NoticeKind},
    overlays::{Overlay, orgs::Orgs, sign_in},
    remote::{Load, Remote},
    screens::Screen,
    session::{ConnectionId, Session, Target},
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::Trouble,
    },
    domain::{Org, SafeText, SecretKind},
};

/// A place on the way to which we are.
#[derive(Debug)]
pub struct Passage {
    connection: ConnectionId,
    /// Waits for the connection, then for the organisations; for nothing while
    /// one of them is to be chosen.
    pub load: Option<Load>,
    /// Known once there is a connection.
    session: Option<Session>,
    /// The organisations to choose from.
    orgs: Vec<Org>,
    wishes: Wishes,
}

/// What is wanted of the way, and at its end.
#[derive(Debug, Default)]
pub struct Wishes {
    /// The organisation to go to, if the credential sees it.
    pub org: Option<SafeText>,
    /// The name under which the Axiom CLI's file is to keep the credential.
    pub keep_as: Option<String>,
    /// What that file has under this name may be replaced.
    pub replaces: bool,
    /// A changed draft may be given up: the admin was asked.
    pub leaves_draft: bool,
}

/// Starts on the way to a place.
pub fn begin(model: &mut Model, to: Target, wishes: Wishes) -> Vec<Effect> {
    let mut effects = cancel(model);
    let load = model.new_load();
    let connection = ConnectionId(load.ticket.0);
    model.passage =
        Some(Passage { connection, load: Some(load), session: None, orgs: Vec::new(), wishes });
    effects.push(Effect::Connect { connection, to });
    effects
}

/// Gives up being on the way.
pub fn cancel(model: &mut Model) -> Vec<Effect> {
    model.passage.take().map(|e| Effect::Disconnect(e.connection)).into_iter().collect()
}

/// Asks for the organisations of a session that has none yet, as at the start.
pub fn choose_org(model: &mut Model) -> Vec<Effect> {
    let Some(connection) = model.session.connection else { return Vec::new() };
    let load = model.new_load();
    model.passage = Some(Passage {
        connection,
        load: Some(load),
        session: Some(model.session.clone()),
        orgs: Vec::new(),
        wishes: Wishes::default(),
    });
    vec![ask(load.ticket, connection)]
}

/// The one harmless request: which organisations does the credential see?
const fn ask(ticket: Ticket, via: ConnectionId) -> Effect {
    Effect::Call { ticket, via, org: None, call: Call::ListOrgs, record: None }
}

/// There is a connection, or there cannot be one.
pub fn connected(
    model: &mut Model,
    connection: ConnectionId,
    result: Result<Session, String>,
) -> Vec<Effect> {
    let load = model.new_load();
    let Some(passage) = model.passage.as_mut().filter(|e| e.connection == connection) else {
        // Given up meanwhile.
        return vec![Effect::Disconnect(connection)];
    };
    match result {
        Ok(mut session) => {
            if session.lacks_org() {
                session.org = passage.wishes.org.take();
            }
            passage.session = Some(session);
            passage.load = Some(load);
            let ticket = load.ticket;
            vec![ask(ticket, connection)]
        }
        Err(why) => fail(model, why),
    }
}

/// Whether the answer with this ticket is the one waited for.
#[must_use]
pub fn awaits(model: &Model, ticket: Ticket) -> bool {
    model
        .passage
        .as_ref()
        .is_some_and(|e| e.session.is_some() && e.load.is_some_and(|l| l.ticket == ticket))
}

/// The credential was tried.
pub fn tried(model: &mut Model, answer: Answer) -> Vec<Effect> {
    let Some(passage) = &mut model.passage else { return Vec::new() };
    let Some(session) = &mut passage.session else { return Vec::new() };
    passage.load = None;
    match answer {
        Ok(Reply::Orgs(orgs)) => {
            passage.orgs = orgs;
            let known = |id: &SafeText| passage.orgs.iter().any(|o| o.id == *id);
            match &session.org {
                _ if session.credential == SecretKind::Api => return arrive(model),
                Some(id) if known(id) => return arrive(model),
                // The one that is written down cannot be seen: choose again.
                _ => session.org = None,
            }
            match passage.orgs.as_slice() {
                [] => {
                    let why = "this token sees no organisation: ask an owner to be invited";
                    fail(model, why.to_owned())
                }
                [only] => {
                    session.org = Some(only.id.clone());
                    arrive(model)
                }
                several => {
                    let overlay = Orgs::choosing(several);
                    model.overlays.push(Overlay::Orgs(Box::new(overlay)));
                    Vec::new()
                }
            }
        }
        // It is a good token, which may not list organisations.
        Err(failure)
            if failure.trouble == Trouble::Status(403)
                && session.credential != SecretKind::Personal =>
        {
            arrive(model)
        }
        // Where we are anyway: the screens say what is wrong, and try again.
        Err(failure)
            if failure.trouble != Trouble::Status(401)
                && model.session.connection == Some(passage.connection) =>
        {
            arrive(model)
        }
        Err(failure) => {
            let call = Call::ListOrgs;
            let why = if failure.trouble == Trouble::Status(401) {
                "the server does not take this token (401): check that it is whole, not \
                 expired and not deleted, and that the address is right"
                    .to_owned()
            } else {
                format!("{}; {}", failure.headline(&call), failure.advice(&call))
            };
            fail(model, why)
        }
        Ok(_) => Vec::new(),
    }
}

/// The organisation was chosen.
pub fn chosen(model: &mut Model, org: SafeText) -> Vec<Effect> {
    if let Some(session) = model.passage.as_mut().and_then(|e| e.session.as_mut()) {
        session.org = Some(org);
    }
    arrive(model)
}

/// Says why it does not go on, where one is asked to do something about it.
fn fail(model: &mut Model, why: String) -> Vec<Effect> {
    let ours = model.session.connection;
    let passage = model.passage.take();
    let effects: Vec<Effect> = passage
        .filter(|e| Some(e.connection) != ours)
        .map(|e| Effect::Disconnect(e.connection))
        .into_iter()
        .collect();
    // Help or a secret may lie over the page that asked.
    let page = model.overlays.iter_mut().rev().find_map(|o| match o {
        Overlay::SignIn(state) => Some(&mut state.error),
        Overlay::Orgs(state) => Some(&mut state.error),
        _ => None,
    });
    match page {
        Some(error) => *error = Some(why),
        _ if model.session.is_open() => model.notify(NoticeKind::Warning, why),
        _ => sign_in::open_here(model, why),
    }
    effects
}

/// We are there: everything of the former place goes, except secrets, changes
/// that are on their way, and a draft that nobody was asked about.
fn arrive(model: &mut Model) -> Vec<Effect> {
    let Some(Passage { connection, session: Some(session), orgs, wishes, .. }) =
        model.passage.take()
    else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    let former = model.session.connection.filter(|c| *c != connection);
    effects.extend(former.map(Effect::Disconnect));
    let moved = !session.is_same_place(&model.session);
    model.begin_at(session);
    if let Some(name) = wishes.keep_as {
        let org = model.session.org.clone();
        model.session.deployment = SafeText::from(name.as_str());
        effects.push(Effect::Keep { connection, name, org, replaces: wishes.replaces });
    }
    model.overlays.retain(|o| !matches!(o, Overlay::SignIn(_) | Overlay::Orgs(_)));
    if moved {
        leave(model, wishes.leaves_draft);
    }
    model.refused.clear();
    if !orgs.is_empty() {
        model.data.orgs = Remote::Ready(orgs, None);
    }
    match (former.is_some(), moved) {
        (true, true) => model.notify(NoticeKind::Info, format!("Now at {}.", model.place())),
        (true, false) => model.notify(NoticeKind::Info, "Signed in again. Nothing else changed."),
        (false, _) => {}
    }
    model.warn_of_clock();
    effects.extend(model.fetch_all());
    effects
}

/// Goes to another organisation of the same credential.
pub fn switch_org(model: &mut Model, org: SafeText) -> Vec<Effect> {
    let orgs = std::mem::take(&mut model.data.orgs);
    model.session.org = Some(org);
    // It was lifted for the organisation whose id was typed.
    model.session.access = model.session.usual_access;
    model.overlays.retain(|o| !matches!(o, Overlay::Orgs(_)));
    leave(model, true);
    model.data.orgs = orgs;
    model.notify(NoticeKind::Info, format!("Now at {}.", model.place()));
    model.fetch_all()
}

/// Forgets what belongs to the place that one leaves.
fn leave(model: &mut Model, draft: bool) {
    model.data = Data::default();
    model.refused.clear();
    bulk::leave(model);
    model.overlays.retain(|o| matches!(o, Overlay::Reveal(_) | Overlay::Unstored(_)));
    model.screens.retain(|s| match s {
        Screen::TokenDetail(_) => false,
        Screen::NewToken(_) => !draft,
        Screen::ApiTokens(_) | Screen::Profile(_) | Screen::Review(_) => true,
    });
    for screen in &mut model.screens {
        if let Screen::Review(state) = screen {
            **state = state.elsewhere();
        }
    }
    if let Some(Screen::ApiTokens(state)) = model.screens.first_mut() {
        **state = state.emptied();
    }
}
