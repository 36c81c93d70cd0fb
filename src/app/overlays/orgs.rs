//! Organisations and deployments: where to go next. Also asks which
//! organisation is meant when a token sees several.

use crate::{
    app::{
        effect::{Effect, Ticket},
        field::Field,
        filter,
        list::List,
        model::{Model, NoticeKind},
        outside::words,
        overlays::{
            Overlay,
            confirm::{Confirm, Then},
            sign_in,
        },
        passage::{self, Wishes},
        screens::new_token::NewTokenForm,
        session::{Offer, Target},
    },
    domain::{Org, SafeText, SecretKind},
    input::Action,
};

/// Why an API token cannot switch.
pub const BOUND: &str = "An API token belongs to one organisation. To switch, sign in with a \
                         personal token, or with an API token of the other organisation.";

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Org(Org),
    Deployment(Offer),
    /// Sign in with another token.
    SignIn,
}

impl Row {
    /// What the filter looks at.
    fn words(&self) -> String {
        match self {
            Self::Org(org) => format!("{} {}", org.name, org.id),
            Self::Deployment(offer) => format!("{} {}", offer.name, offer.url),
            Self::SignIn => "sign in with another token".to_owned(),
        }
    }
}

/// The overlay's state.
#[derive(Debug, Default)]
pub struct Orgs {
    pub filter: Field,
    pub list: List,
    rows: Vec<Row>,
    /// Which rows the filter lets through.
    shown: Vec<usize>,
    /// The deployments are being read.
    loading: Option<Ticket>,
    /// One has to be chosen before anything else can be shown.
    pub choosing: bool,
    pub error: Option<String>,
}

impl Orgs {
    /// Which of these is meant?
    #[must_use]
    pub fn choosing(orgs: &[Org]) -> Self {
        let rows = orgs.iter().cloned().map(Row::Org).collect();
        let mut state = Self { rows, choosing: true, ..Self::default() };
        state.arrange();
        state
    }

    /// The rows that the filter lets through.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.shown.iter().filter_map(|i| self.rows.get(*i)).collect::<Vec<_>>().into_iter()
    }

    fn arrange(&mut self) {
        let words: Vec<_> = self.rows.iter().map(Row::words).collect();
        self.shown = filter::matching(self.filter.text(), words.iter().map(String::as_str));
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
    }
}

/// Opens the list; the deployments are read from the settings meanwhile.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let orgs = model.data.orgs.value().map_or(&[][..], Vec::as_slice);
    let here = orgs.iter().position(|o| model.session.org.as_ref() == Some(&o.id));
    let mut rows: Vec<Row> = orgs.iter().cloned().map(Row::Org).collect();
    rows.push(Row::SignIn);
    let ticket = model.new_ticket();
    let mut state = Orgs { rows, loading: Some(ticket), ..Orgs::default() };
    state.arrange();
    state.list.cursor = here.unwrap_or(0);
    model.overlays.push(Overlay::Orgs(Box::new(state)));
    vec![Effect::LoadDeployments(ticket)]
}

/// Opens the list to be chosen from, and says why.
pub fn open_for(model: &mut Model, why: String) -> Vec<Effect> {
    let effects = open(model);
    if let Some(Overlay::Orgs(state)) = model.overlays.last_mut() {
        state.error = Some(words(why));
    }
    effects
}

/// The organisations have come: is the one that we are signed in for among
/// them? If not, another one is to be chosen.
pub fn look_for_ours(model: &mut Model) {
    // What was refused for want of the place says nothing of rights.
    let Some(ours) = model.unseen_org().cloned() else { return };
    model.refused.clear();
    let orgs = model.data.orgs.value().map_or(&[][..], Vec::as_slice);
    let mut state = Orgs { error: Some(unseen(&ours)), ..Orgs::default() };
    state.rows = orgs.iter().cloned().map(Row::Org).chain([Row::SignIn]).collect();
    state.arrange();
    if model.overlays.is_empty() {
        model.overlays.push(Overlay::Orgs(Box::new(state)));
    }
}

fn unseen(org: &SafeText) -> String {
    format!("this credential does not see the organisation {org}: choose one that it sees")
}

/// The deployments have come, for the list that asked for them: they stand above
/// its last row, and the cursor stays on its row.
pub fn loaded(model: &mut Model, ticket: Ticket, result: Result<Vec<Offer>, String>) {
    let current = model.session.deployment.clone();
    let asked = model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Orgs(state) => state.loading.take_if(|asked| *asked == ticket).map(|_| state),
        _ => None,
    });
    let Some(state) = asked else { return };
    match result {
        Ok(offers) => {
            let before = state.rows.len();
            // Where there was no choice, the first deployment is what one came for.
            let here = state.shown.get(state.list.cursor).copied().filter(|_| before > 1);
            let at = before.saturating_sub(1);
            let others = offers.into_iter().filter(|o| o.name != current).map(Row::Deployment);
            state.rows.splice(at..at, others);
            let more = state.rows.len() - before;
            state.arrange();
            let here = here.map(|row| if row >= at { row + more } else { row });
            if let Some(row) = state.shown.iter().position(|i| Some(*i) == here) {
                state.list.cursor = row;
            }
        }
        Err(why) => state.error = Some(why),
    }
}

/// What was typed filters the list.
pub fn filter_changed(model: &mut Model) {
    if let Some(Overlay::Orgs(state)) = model.overlays.last_mut() {
        state.list.cursor = 0;
        state.arrange();
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let waiting = model.passage.is_some();
    let Some(Overlay::Orgs(state)) = model.overlays.last_mut() else { return Vec::new() };
    if action == Action::Back {
        let on_the_way = waiting && !state.choosing;
        if !on_the_way {
            model.overlays.pop();
        }
        return give_up(model);
    }
    if waiting && !state.choosing {
        return Vec::new();
    }
    let len = state.shown.len();
    if state.list.step(action, len) || action != Action::Accept {
        return Vec::new();
    }
    let Some(row) = state.shown().nth(state.list.cursor).cloned() else { return Vec::new() };
    state.error = None;
    match row {
        Row::Org(org) if state.choosing => {
            model.overlays.pop();
            passage::chosen(model, org.id)
        }
        Row::SignIn => {
            model.overlays.pop();
            sign_in::open(model, None);
            Vec::new()
        }
        Row::Org(org) => go_to_org(model, org.id),
        Row::Deployment(offer) => {
            let then = Then::GoToDeployment(offer.name.raw().to_owned());
            ask(model, offer.name.shown(), then)
        }
    }
}

/// Leaves the list; who had to choose is nowhere then.
fn give_up(model: &mut Model) -> Vec<Effect> {
    let was_waiting = model.passage.is_some();
    let effects = passage::cancel(model);
    if was_waiting && !model.session.is_open() && model.overlays.is_empty() {
        sign_in::open_here(model, "No organisation was chosen.".to_owned());
    }
    effects
}

fn go_to_org(model: &mut Model, org: SafeText) -> Vec<Effect> {
    if model.session.org.as_ref() == Some(&org) {
        model.overlays.pop();
        return Vec::new();
    }
    let only = model.data.orgs.value().is_some_and(|orgs| orgs.len() == 1);
    if model.session.credential == SecretKind::Api && only {
        model.overlays.pop();
        return Vec::new();
    }
    if model.session.credential == SecretKind::Api {
        if let Some(Overlay::Orgs(state)) = model.overlays.last_mut() {
            state.error = Some(BOUND.to_owned());
        }
        return Vec::new();
    }
    let name = org.to_string();
    ask(model, &name, Then::GoToOrg(org))
}

/// Goes there; a changed draft asks first, since it would be lost.
fn ask(model: &mut Model, name: &str, then: Then) -> Vec<Effect> {
    if model.form().is_some_and(NewTokenForm::is_changed) {
        model.overlays.push(Overlay::Confirm(Confirm::leave_draft(name, then)));
        return Vec::new();
    }
    go(model, then)
}

/// Sets out for an organisation or a deployment.
pub fn go(model: &mut Model, then: Then) -> Vec<Effect> {
    match then {
        Then::GoToOrg(org) => passage::switch_org(model, org),
        Then::GoToDeployment(name) => {
            model.notify(NoticeKind::Info, format!("Going to {name} …"));
            let wishes = Wishes { leaves_draft: true, ..Wishes::default() };
            passage::begin(model, Target::Deployment(name), wishes)
        }
        _ => Vec::new(),
    }
}
