//! Regenerate: a new id and secret; the old token works on for a while, so that
//! every place that uses it can be changed first.

use jiff::Timestamp;

use crate::{
    app::{
        effect::{LayerId, Ticket},
        field::Field,
        layer::{Cx, Drafted, Event, Hint, Layer, Step},
        mouse::Spot,
        notice::NoticeKind,
        round::{Round, direction, turned},
        sending::Sending,
        shared::Shared,
    },
    domain::{
        ApiToken, Expiry, NewToken, confirm,
        grace::{DEFAULT_GRACE, GRACES, Grace, OldEnd},
        lifetime::{self, DEFAULT_EXPIRY},
        token::Renewal,
    },
    input::Action,
    ops::change::Intent,
};

/// Which part has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Grace,
    Custom,
    NewExpiry,
    Typed,
    Cancel,
    Go,
}

impl Round for Focus {
    const ALL: &'static [Self] =
        &[Self::Grace, Self::Custom, Self::NewExpiry, Self::Typed, Self::Cancel, Self::Go];
}

/// The overlay's state.
#[derive(Debug)]
pub struct Regenerate {
    pub token: ApiToken,
    /// What the new token will be, if not the same as the old one.
    pub replacement: Option<Box<NewToken>>,
    /// Position in [`GRACES`].
    pub grace: usize,
    pub custom: Field,
    pub new_expiry: Field,
    /// The name, typed, when the old token is to stop now.
    pub typed: Field,
    pub focus: Focus,
    pub sending: Sending,
    /// The form whose draft the new token is made by.
    form: Option<LayerId>,
}

impl Regenerate {
    #[must_use]
    pub fn new(token: ApiToken, now: Timestamp) -> Self {
        let expired = token.expiry.is_past(now);
        Self {
            token,
            replacement: None,
            grace: DEFAULT_GRACE,
            custom: Field::with("3d"),
            new_expiry: Field::with(DEFAULT_EXPIRY),
            typed: Field::default(),
            // An expired token has no grace period to choose.
            focus: if expired { Focus::NewExpiry } else { Focus::Grace },
            sending: Sending::default(),
            form: None,
        }
    }

    /// The new token is what the draft of this form says.
    #[must_use]
    pub fn replacing(
        token: ApiToken,
        draft: Drafted,
        form: Option<LayerId>,
        now: Timestamp,
    ) -> Self {
        let mut state = Self::new(token, now);
        if state.focus == Focus::NewExpiry {
            state.focus = Focus::Cancel;
        }
        state.replacement = Some(Box::new(draft.token));
        state.sending.destination = draft.destination;
        Self { form, ..state }
    }

    #[must_use]
    pub fn chosen(&self) -> Grace {
        GRACES.get(self.grace).map_or(Grace::Now, |(_, grace)| *grace)
    }

    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.token.expiry.is_past(now)
    }

    /// Whether the name has to be typed: callers of a token that still works
    /// would fail at once.
    #[must_use]
    pub fn wants_name(&self, now: Timestamp) -> bool {
        self.chosen().fails_callers(&self.token.expiry, now)
    }

    /// What has to be typed then.
    #[must_use]
    pub fn wanted(&self) -> &str {
        confirm::named(&self.token.name)
    }

    /// When the old token stops.
    ///
    /// # Errors
    /// With what is wrong with the custom length.
    pub fn old_end(&self, now: Timestamp) -> Result<OldEnd, String> {
        let end = self.chosen().old_end(self.custom.text(), &self.token.expiry, now);
        end.map_err(|e| e.to_string())
    }

    /// The new token's expiry.
    ///
    /// # Errors
    /// With what is wrong with what was typed.
    pub fn new_end(&self, now: Timestamp) -> Result<Expiry, String> {
        match &self.replacement {
            Some(draft) => Ok(draft.expiry),
            None => Expiry::parse(self.new_expiry.text(), now).map_err(|e| e.to_string()),
        }
    }

    /// Whether a part can have the focus now.
    fn has(&self, focus: Focus, now: Timestamp) -> bool {
        let expired = self.is_expired(now);
        match focus {
            Focus::Grace => !expired,
            Focus::Custom => !expired && self.chosen() == Grace::Custom,
            Focus::NewExpiry => self.replacement.is_none(),
            Focus::Typed => self.wants_name(now),
            Focus::Cancel | Focus::Go => true,
        }
    }

    fn step(&mut self, forward: bool, now: Timestamp) {
        self.focus = self.focus.step_among(forward, |focus| self.has(focus, now));
    }

    fn choose(&mut self, forward: bool) {
        match self.focus {
            Focus::Grace => self.grace = turned(self.grace, GRACES.len(), forward),
            Focus::NewExpiry => {
                self.new_expiry.set(lifetime::next_choice(self.new_expiry.text(), forward));
            }
            _ => {}
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        match (action, self.focus) {
            (Action::Destination, _) => return self.sending.ask(),
            (Action::NextChoice, Focus::Grace) | (Action::Down, Focus::NewExpiry) => {
                self.choose(true);
            }
            (Action::PreviousChoice, Focus::Grace) | (Action::Up, Focus::NewExpiry) => {
                self.choose(false);
            }
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
                return Step::back();
            }
            (Action::Accept | Action::Toggle, Focus::Go) | (Action::Submit, _) => {
                return self.regenerate(cx);
            }
            (Action::Accept, _) => {
                // Enter goes on to the next part, and past Cancel to the button
                // that one came for; pressing that is an Enter of its own.
                self.step(true, now);
                if self.focus == Focus::Cancel {
                    self.focus = Focus::Go;
                }
            }
            (action, _) => {
                if let Some(forward) = direction(action) {
                    self.step(forward, now);
                }
            }
        }
        Step::none()
    }

    fn regenerate(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let refused = |cx: &mut Cx<'_>, why: String| {
            cx.shared.notify(NoticeKind::Warning, why);
            Step::none()
        };
        let (old_ends, new_expiry) = match (self.old_end(now), self.new_end(now)) {
            (Ok(old), Ok(new)) => (old.at, new),
            (Err(_), _) => {
                self.focus = Focus::Custom;
                let why = "Write how long the old token works: 3d, 12h, or a date.";
                return refused(cx, why.to_owned());
            }
            (_, Err(why)) => {
                self.focus = Focus::NewExpiry;
                return refused(cx, format!("New expiry: {why}"));
            }
        };
        if self.wants_name(now) && !confirm::is_typed(self.typed.text(), self.wanted()) {
            self.focus = Focus::Typed;
            return refused(cx, format!("Type {} to end the old token now.", self.wanted()));
        }
        let renewal = match &self.replacement {
            Some(draft) => Renewal::Replaced(draft.clone()),
            None => Renewal::Same { new_expiry },
        };
        let change = Intent::regenerate(&self.token, old_ends, renewal);
        self.sending.send(cx, self.form, change)
    }
}

impl Layer for Regenerate {
    fn is_typing(&self) -> bool {
        let text = matches!(self.focus, Focus::Custom | Focus::NewExpiry | Focus::Typed);
        text && self.sending.is_idle()
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            _ if !self.is_typing() => None,
            Focus::Custom => Some(&mut self.custom),
            Focus::NewExpiry => Some(&mut self.new_expiry),
            _ => Some(&mut self.typed),
        }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::NextChoice, "choose"),
        ]
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        matches!(self.focus, Focus::Cancel | Focus::Go)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            Event::Click(Spot::Grace(at), _) => {
                (self.focus, self.grace) = (Focus::Grace, at);
                Step::none()
            }
            event => self.sending.told_for(self.form, event),
        }
    }
}
