//! Switches to another organisation or deployment. Also asks which organisation to use
//! when a token has access to several.

use crate::{
    app::{
        effect::Effect,
        field::Field,
        layer::{Cx, Event, Hint, Layer, Leaving, Nav, Open, Order, Question, Step},
        list::List,
        mouse::HitTarget,
        outside::sanitize_text,
        shared::{Shared, Topic},
        switch,
    },
    domain::{Org, SafeText, SecretKind, filter, session::DeploymentSummary},
    input::Action,
};

/// Why an API token cannot switch.
pub const BOUND: &str = "An API token belongs to one organisation. To switch, sign in with a \
                         personal token, or with an API token of the other organisation.";

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgRow {
    /// An organisation that the session's credential has access to.
    Org(Org),
    /// A deployment from the settings or the Axiom CLI's file.
    Deployment(DeploymentSummary),
    /// Sign in with another token.
    SignIn,
}

impl OrgRow {
    /// The text that the filter searches.
    fn describe(&self) -> String {
        match self {
            Self::Org(org) => format!("{} {}", org.name, org.id),
            Self::Deployment(deployment) => format!("{} {}", deployment.name, deployment.url),
            Self::SignIn => "sign in with another token".to_owned(),
        }
    }
}

/// The list of organisations and deployments.
#[derive(Debug, Default)]
pub struct Orgs {
    /// The text that filters the rows.
    pub filter: Field,
    /// The cursor and the scroll position.
    pub list: List,
    rows: Vec<OrgRow>,
    /// Indices of the rows that match the filter.
    shown: Vec<usize>,
    /// Whether the deployments are still being loaded.
    is_loading: bool,
    /// Whether Enter was pressed with nothing listed: it takes effect after loading.
    is_accepted: bool,
    /// Whether the user must choose an organisation to complete a switch.
    pub choosing: bool,
    /// An error to show below the list.
    pub error: Option<String>,
}

impl Orgs {
    /// Lists the organisations and then, once loaded, the deployments. `why` is an error
    /// to show.
    #[must_use]
    pub fn new(why: Option<String>, shared: &Shared) -> Self {
        let orgs = shared.data.orgs.value().map_or(&[][..], Vec::as_slice);
        let here = orgs.iter().position(|o| shared.session.org.as_ref() == Some(&o.id));
        let rows = orgs.iter().cloned().map(OrgRow::Org).chain([OrgRow::SignIn]).collect();
        let mut state =
            Self { rows, is_loading: true, error: why.map(sanitize_text), ..Self::default() };
        state.update_rows();
        state.list.cursor = here.unwrap_or(0);
        state
    }

    /// Asks which of these organisations to use: to complete a switch, or, with `why` as the
    /// reason, because the credential has no access to the session's organisation.
    #[must_use]
    pub fn choosing(orgs: Vec<Org>, why: Option<String>) -> Self {
        let rows = orgs.into_iter().map(OrgRow::Org);
        let (choosing, more) = (why.is_none(), why.as_ref().map(|_| OrgRow::SignIn));
        let rows = rows.chain(more).collect();
        let mut state = Self { rows, choosing, error: why, ..Self::default() };
        state.update_rows();
        state
    }

    /// The rows that match the filter.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &OrgRow> {
        self.shown.iter().filter_map(|i| self.rows.get(*i)).collect::<Vec<_>>().into_iter()
    }

    fn update_rows(&mut self) {
        let words: Vec<_> = self.rows.iter().map(OrgRow::describe).collect();
        self.shown = filter::matching(self.filter.text(), words.iter().map(String::as_str));
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// Lists the organisations again, which arrived or changed. The cursor stays on its row,
    /// unless that was the only one.
    fn relist(&mut self, shared: &Shared) {
        let here = self.shown().nth(self.list.cursor).cloned().filter(|_| self.rows.len() > 1);
        let orgs = shared.data.orgs.value().map_or(&[][..], Vec::as_slice);
        let rest = self.rows.drain(..).filter(|row| !matches!(row, OrgRow::Org(_)));
        self.rows = orgs.iter().cloned().map(OrgRow::Org).chain(rest.collect::<Vec<_>>()).collect();
        self.update_rows();
        let is_here = |row: &OrgRow| match (&here, row) {
            (None, OrgRow::Org(org)) => shared.session.org.as_ref() == Some(&org.id),
            (here, row) => here.as_ref() == Some(row),
        };
        let at = self.shown().position(is_here);
        self.list.cursor = at.unwrap_or(if here.is_none() { 0 } else { self.list.cursor });
    }

    /// Inserts the loaded deployments above the last row. The cursor stays on its row.
    fn loaded(&mut self, result: Result<Vec<DeploymentSummary>, String>, shared: &Shared) {
        if !std::mem::take(&mut self.is_loading) {
            return;
        }
        match result {
            Ok(deployments) => {
                let before = self.rows.len();
                // If "Sign in" was the only row, put the cursor on the first deployment.
                let here = self.shown.get(self.list.cursor).copied().filter(|_| before > 1);
                let at = before.saturating_sub(1);
                let current = &shared.session.deployment;
                let others = deployments.into_iter().filter(|o| o.name != *current);
                self.rows.splice(at..at, others.map(OrgRow::Deployment));
                let more = self.rows.len() - before;
                self.update_rows();
                let here = here.map(|row| if row >= at { row + more } else { row });
                if let Some(row) = self.shown.iter().position(|i| Some(*i) == here) {
                    self.list.cursor = row;
                }
            }
            Err(why) => self.error = Some(why),
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        self.is_accepted = false;
        let waiting = cx.shared.pending_switch.is_some() && !self.choosing;
        if action == Action::Back && !waiting && !self.filter.is_empty() {
            self.filter.set("");
            self.update_rows();
            return Step::none();
        }
        if action == Action::Back {
            // During a switch, Esc cancels the switch and the list stays open.
            let close = if waiting { Step::none() } else { Step::back() };
            return close.and(cancel_switch(cx.shared, cx.is_alone && !waiting));
        }
        let len = self.shown.len();
        if waiting || self.list.step(action, len) || action != Action::Accept {
            return Step::none();
        }
        let Some(row) = self.shown().nth(self.list.cursor).cloned() else {
            self.is_accepted = self.is_loading;
            return Step::none();
        };
        self.error = None;
        match row {
            OrgRow::Org(org) if self.choosing => {
                Step::back().and(switch::chosen(cx.shared, org.id))
            }
            OrgRow::SignIn => Step::replace(Open::SignIn { reason: None, url: None, reauth: None }),
            OrgRow::Org(org) => self.go_to_org(org.id, cx),
            OrgRow::Deployment(deployment) => {
                ask(cx, deployment.name.shown(), Order::GoTo(deployment.name.raw().to_owned()))
            }
        }
    }

    fn go_to_org(&mut self, org: SafeText, cx: &Cx<'_>) -> Step {
        let session = &cx.shared.session;
        let is_bound = session.credential == SecretKind::Api;
        let only = cx.shared.data.orgs.value().is_some_and(|orgs| orgs.len() == 1);
        if session.org.as_ref() == Some(&org) || is_bound && only {
            return Step::back();
        }
        if is_bound {
            self.error = Some(BOUND.to_owned());
            return Step::none();
        }
        let name = org.to_string();
        ask(cx, &name, Order::GoToOrg(org))
    }
}

/// Cancels the switch in progress. If nothing else is open then, opens the sign-in page.
fn cancel_switch(shared: &mut Shared, nothing_is_left: bool) -> Step {
    let was_waiting = shared.pending_switch.is_some();
    let step = Step::from(switch::cancel(shared));
    if was_waiting && !shared.session.is_open() && nothing_is_left {
        let reason = Some("No organisation was chosen.".to_owned());
        return step.nav(Nav::Open(switch::sign_in_here(shared, reason)));
    }
    step
}

/// Switches; asks first if a changed draft would be lost.
fn ask(cx: &Cx<'_>, name: &str, order: Order) -> Step {
    let go = Nav::Order(order);
    if !cx.screen.is_some_and(|(_, screen)| screen.is_changed()) {
        return Step::none().nav(go);
    }
    let title = format!("Switch to {name}?");
    let lines = vec![
        "Unsaved changes in the form belong to this organisation and will be lost.".to_owned(),
    ];
    let choices = vec![("Stay", Vec::new()), ("Switch", vec![go])];
    Step::open(Open::Confirm(Box::new(Question::new(&title, lines, choices))))
}

impl Layer for Orgs {
    fn is_typing(&self) -> bool {
        true
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        Some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let back = if self.filter.is_empty() { "cancel" } else { "clear filter" };
        vec![(Action::Accept, "switch"), (Action::Back, back), (Action::Down, "move")]
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        false
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::Orgs]
    }

    fn offers(&self, action: Action, shared: &Shared) -> bool {
        match action {
            Action::Back => true,
            // During a switch, one can only wait or cancel.
            _ if shared.pending_switch.is_some() && !self.choosing => false,
            Action::Accept => true,
            action => self.shown.len() > 1 && List::moves(action),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened if self.is_loading => {
                return Step::effect(Effect::LoadDeployments(cx.me));
            }
            Event::Action(action) => return self.act(action, cx),
            Event::Deployments(result) => {
                self.loaded(result, cx.shared);
                if std::mem::take(&mut self.is_accepted) {
                    return self.act(Action::Accept, cx);
                }
            }
            Event::Changed(Topic::Orgs) if !self.choosing => self.relist(cx.shared),
            Event::Edited => {
                self.is_accepted = false;
                self.list.cursor = 0;
                self.update_rows();
            }
            Event::Click(HitTarget::Row(row), double) => {
                self.list.cursor = row;
                if double {
                    return self.act(Action::Accept, cx);
                }
            }
            Event::Stuck(why) => self.error = Some(why),
            _ => {}
        }
        Step::none()
    }
}
