//! Switching to another deployment or organisation: connect, test the credential by
//! listing its organisations, choose one, and only then leave the current one. A failure
//! on the way changes nothing.

use super::{
    bulk,
    effect::{Effect, LayerId, Ticket},
    layer::{Leaving, Nav, Open, Step},
    notice::NoticeKind,
    pending_switch::{PendingSwitch, SwitchOptions},
    remote::Remote,
    rotation,
    shared::{Data, Shared},
};
use crate::{
    api::{
        call::{Answer, Call, Reply},
        error::FailureKind,
    },
    domain::{
        SafeText, SecretKind,
        session::{ConnectionId, Session, Target},
    },
};

/// Starts a switch, cancelling the previous one.
pub fn begin(
    shared: &mut Shared,
    asker: Option<LayerId>,
    to: Target,
    options: SwitchOptions,
) -> Vec<Effect> {
    let mut effects = cancel(shared);
    let load = shared.new_load();
    let connection = ConnectionId(load.ticket.0);
    let (session, orgs) = (None, Vec::new());
    shared.pending_switch =
        Some(PendingSwitch { connection, load: Some(load), session, orgs, options, asker });
    effects.push(Effect::Connect { connection, to });
    effects
}

/// Cancels the switch in progress.
pub fn cancel(shared: &mut Shared) -> Vec<Effect> {
    shared.pending_switch.take().map(|e| Effect::Disconnect(e.connection)).into_iter().collect()
}

/// Lists the organisations for a session without one, to choose from them.
pub fn choose_org(shared: &mut Shared) -> Vec<Effect> {
    let Some(connection) = shared.session.connection else { return Vec::new() };
    let load = shared.new_load();
    shared.pending_switch = Some(PendingSwitch {
        connection,
        load: Some(load),
        session: Some(shared.session.clone()),
        orgs: Vec::new(),
        options: SwitchOptions::default(),
        asker: None,
    });
    vec![ask(load.ticket, connection)]
}

/// The read-only request that tests a credential: which organisations can it access?
const fn ask(ticket: Ticket, via: ConnectionId) -> Effect {
    Effect::Call { ticket, via, org: None, call: Call::ListOrgs, record: None }
}

/// Handles the result of [`Effect::Connect`].
pub fn connected(
    shared: &mut Shared,
    connection: ConnectionId,
    result: Result<Session, String>,
) -> Step {
    let load = shared.new_load();
    let Some(switch) = shared.pending_switch.as_mut().filter(|e| e.connection == connection) else {
        // The switch was cancelled.
        return Step::effect(Effect::Disconnect(connection));
    };
    match result {
        Ok(mut session) => {
            if session.lacks_org() {
                session.org = switch.options.org.take();
            }
            switch.session = Some(session);
            switch.load = Some(load);
            let ticket = load.ticket;
            Step::effect(ask(ticket, connection))
        }
        Err(why) => fail(shared, why),
    }
}

/// Whether a switch waits for the response to this ticket.
#[must_use]
pub fn awaits(shared: &Shared, ticket: Ticket) -> bool {
    shared
        .pending_switch
        .as_ref()
        .is_some_and(|e| e.session.is_some() && e.load.is_some_and(|l| l.ticket == ticket))
}

/// Handles the list of organisations, which also tests the credential.
pub fn tried(shared: &mut Shared, answer: Answer) -> Step {
    let Some(switch) = &mut shared.pending_switch else { return Step::none() };
    let Some(session) = &mut switch.session else { return Step::none() };
    switch.load = None;
    match answer {
        Ok(Reply::Orgs(orgs)) => {
            switch.orgs = orgs;
            let known = |id: &SafeText| switch.orgs.iter().any(|o| o.id == *id);
            match &session.org {
                _ if session.credential == SecretKind::Api => return arrive(shared),
                Some(id) if known(id) => return arrive(shared),
                // The credential cannot access the configured organisation: choose another.
                _ => session.org = None,
            }
            match switch.orgs.as_slice() {
                [] => {
                    let why =
                        "this token has no access to any organisation: ask an owner to invite you";
                    fail(shared, why.to_owned())
                }
                [only] => {
                    session.org = Some(only.id.clone());
                    arrive(shared)
                }
                several => Step::open(Open::ChooseOrg(several.to_vec(), None)),
            }
        }
        // The token is valid but has no right to list organisations.
        Err(failure)
            if failure.kind == FailureKind::Status(403)
                && session.credential != SecretKind::Personal =>
        {
            arrive(shared)
        }
        // The connection is already in use: the screens show the failure and can retry.
        Err(failure)
            if failure.kind != FailureKind::Status(401)
                && shared.session.connection == Some(switch.connection) =>
        {
            arrive(shared)
        }
        Err(failure) => {
            let call = Call::ListOrgs;
            let why = if failure.kind == FailureKind::Status(401) {
                "the server does not accept this token (401): check that it is complete, not \
                 expired or deleted, and that the address is right"
                    .to_owned()
            } else {
                format!("{}; {}", failure.headline(&call), failure.advice(&call))
            };
            fail(shared, why)
        }
        Ok(_) => Step::none(),
    }
}

/// Completes the switch with the chosen organisation.
pub fn chosen(shared: &mut Shared, org: SafeText) -> Step {
    if let Some(session) = shared.pending_switch.as_mut().and_then(|e| e.session.as_mut()) {
        session.org = Some(org);
    }
    arrive(shared)
}

/// Ends the switch and reports the reason to the layer that started it.
fn fail(shared: &mut Shared, why: String) -> Step {
    let ours = shared.session.connection;
    let Some(switch) = shared.pending_switch.take() else { return Step::none() };
    let ends = Some(switch.connection) != ours;
    let effects: Vec<Effect> =
        ends.then_some(Effect::Disconnect(switch.connection)).into_iter().collect();
    Step::from(effects).nav(Nav::Stuck(switch.asker, why))
}

/// The sign-in page for the current deployment.
#[must_use]
pub fn sign_in_here(shared: &Shared, reason: Option<String>) -> Open {
    Open::SignIn { reason, url: None, reauth: shared.reauth_target() }
}

/// Completes the switch: drops all data of the previous organisation, except secrets,
/// in-flight changes, and a draft that the user has not agreed to lose.
fn arrive(shared: &mut Shared) -> Step {
    let Some(PendingSwitch { connection, session: Some(session), orgs, options, .. }) =
        shared.pending_switch.take()
    else {
        return Step::none();
    };
    let mut effects = Vec::new();
    let previous = shared.session.connection.filter(|c| *c != connection);
    // A rotation still sends requests: its end disconnects.
    let unused = previous.filter(|id| !rotation::keeps(shared, *id));
    effects.extend(unused.map(Effect::Disconnect));
    let moved = !session.is_same_deployment(&shared.session);
    shared.begin_at(session);
    if let Some(name) = options.keep_as {
        let org = shared.session.org.clone();
        shared.session.deployment = SafeText::from(name.as_str());
        effects.push(Effect::Keep { connection, name, org, replaces: options.replaces });
    }
    let leaving = if moved {
        leave(shared);
        Leaving::Organisation { drafts: !options.leaves_draft }
    } else {
        Leaving::Credential
    };
    shared.refused.clear();
    if !orgs.is_empty() {
        shared.data.orgs = Remote::Ready(orgs, None);
    }
    match (previous.is_some(), moved) {
        (true, true) => shared.notify(NoticeKind::Info, format!("Switched to {}.", shared.place())),
        (true, false) => shared.notify(NoticeKind::Info, "Signed in again. Nothing else changed."),
        (false, _) => {}
    }
    shared.warn_of_clock();
    shared.warn_of_policy();
    Step::from(effects).nav(Nav::Leave(leaving)).nav(Nav::FetchAll)
}

/// Switches to another organisation of the same credential.
pub fn switch_org(shared: &mut Shared, org: SafeText) -> Step {
    let orgs = std::mem::take(&mut shared.data.orgs);
    shared.session.org = Some(org);
    // The user allowed changes for the previous organisation only.
    shared.session.access = shared.session.usual_access;
    leave(shared);
    shared.data.orgs = orgs;
    shared.notify(NoticeKind::Info, format!("Switched to {}.", shared.place()));
    Step::none().nav(Nav::Leave(Leaving::Organisation { drafts: false })).nav(Nav::FetchAll)
}

/// Forgets the data of the organisation that the session leaves.
fn leave(shared: &mut Shared) {
    shared.data = Data::default();
    shared.refused.clear();
    bulk::leave(shared);
}
