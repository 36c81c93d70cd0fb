//! Describes a new token before the request is sent. Creating it needs no further
//! confirmation, unless it breaks the organisation's rules: then a reason.

use crate::{
    app::{
        effect::{LayerId, Ticket},
        form::{Form, Outcome, Part, Parts},
        layer::{Cx, Drafted, Event, Hint, Layer, Step, has_form},
        list::List,
        overriding,
        sending::Sending,
        shared::{Shared, Topic},
    },
    domain::{
        NewToken,
        policy::is_policy,
        review::{Finding, Severity, findings_of_new},
    },
    input::Action,
    ops::change::Intent,
};

/// The field and the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Why a token that breaks the policy is created.
    Reason,
    /// Returns to the draft.
    Back,
    /// Sends the request.
    Create,
}

/// The dialog that confirms a new token.
#[derive(Debug)]
pub struct CreateSummary {
    /// The token to create.
    pub token: NewToken,
    /// The findings of the access review for this token.
    pub findings: Vec<Finding>,
    /// Whether another token already has this name.
    pub duplicate: bool,
    /// Whether a change to a token of this name is unconfirmed.
    pub is_unconfirmed: bool,
    /// The scroll position of the names.
    pub list: List,
    /// What the organisation's rules have against the token; also among the findings.
    pub objections: Vec<Finding>,
    /// The reason and the buttons.
    pub form: Form<Field>,
    /// The destination of the secret, and the request once it is sent.
    pub sending: Sending,
    /// The layer that owns the draft.
    drafter: Option<LayerId>,
}

impl CreateSummary {
    /// Reviews a draft. Focuses Create only if there is nothing to warn about.
    #[must_use]
    pub fn new(draft: Drafted, drafter: Option<LayerId>, shared: &Shared) -> Self {
        let Drafted { token, destination } = draft;
        let findings = findings_of_new(&token, &shared.session.policies, shared.server_now());
        let duplicate = shared.data.listed_tokens().iter().any(|t| t.name.raw() == token.name);
        // With a warning on the screen, pressing Enter twice must not create the token.
        let serious = findings.iter().any(|f| f.severity > Severity::Low);
        let is_unconfirmed = shared.unconfirmed.iter().any(|d| d.name().raw() == token.name);
        let objections: Vec<_> = findings.iter().filter(|f| is_policy(f.code)).cloned().collect();
        let focus = match (objections.is_empty(), serious || duplicate || is_unconfirmed) {
            (false, _) => Field::Reason,
            (true, true) => Field::Back,
            (true, false) => Field::Create,
        };
        let form = Form::new([
            overriding::part(Field::Reason).hidden(objections.is_empty()),
            Part::back(Field::Back, "Back"),
            Part::button(Field::Create, "Create"),
        ]);
        let (form, sending, list) = (form.on(focus), Sending::to(destination), List::default());
        Self {
            token,
            findings,
            duplicate,
            is_unconfirmed,
            list,
            objections,
            form,
            sending,
            drafter,
        }
    }

    /// Reviews the draft again, after the rules have changed.
    fn check(&mut self, shared: &Shared) {
        let policies = &shared.session.policies;
        self.findings = findings_of_new(&self.token, policies, shared.server_now());
        self.objections = self.findings.iter().filter(|f| is_policy(f.code)).cloned().collect();
        let is_broken = !self.objections.is_empty();
        let was_broken = self.form.find(Field::Reason).is_some();
        self.form.show(Field::Reason, is_broken);
        if is_broken && !was_broken {
            self.form.focus(Field::Reason);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Destination {
            return self.sending.ask(cx.shared.proposed_file(&self.token.name, false));
        }
        if self.list.scrolls(action) && self.list.scroll(action) {
            return Step::none();
        }
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(_) => {
                let given = overriding::given(&mut self.form, Field::Reason, &self.objections);
                let Ok(overridden) = given else { return Step::none() };
                self.sending.overridden = overridden;
                let change = Intent::create(self.token.clone());
                self.sending.send(cx, self.drafter, change)
            }
            _ => Step::none(),
        }
    }
}

impl Layer for CreateSummary {
    has_form!();

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let mut hints = Parts::hints(&self.form);
        if self.list.is_cut() {
            hints.push((Action::Down, "scroll"));
        }
        hints
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        action == Action::Destination
            || self.list.scrolls(action)
            || Parts::offers(&self.form, action)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => Step::effect(cx.shared.reload_policies()),
            Event::Changed(Topic::Accepted) => {
                self.check(cx.shared);
                Step::none()
            }
            Event::Action(action) => self.act(action, cx),
            event => self.sending.on_event_for(self.drafter, event),
        }
    }
}
