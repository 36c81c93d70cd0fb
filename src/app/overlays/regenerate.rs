//! Regenerate: a new id and secret; the old token works on for a while, so that
//! every place that uses it can be changed first.

use jiff::Timestamp;

use crate::{
    app::{
        effect::{Effect, Ticket},
        field::Field,
        model::{Intent, Model, NoticeKind},
        overlays::Overlay,
    },
    domain::{
        ApiToken, Expiry, NewToken, confirm,
        lifetime::{self, DEFAULT_EXPIRY},
        token::Renewal,
    },
    input::Action,
};

pub use crate::domain::grace::{DEFAULT_GRACE, GRACES, Grace, OldEnd, capped, graces};

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

impl Focus {
    /// Whether it is a text field.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Custom | Self::NewExpiry | Self::Typed)
    }
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
    pub sent: Option<Ticket>,
}

impl Regenerate {
    #[must_use]
    pub fn new(token: &ApiToken, now: Timestamp) -> Self {
        let expired = token.expiry.is_past(now);
        Self {
            token: token.clone(),
            replacement: None,
            grace: DEFAULT_GRACE,
            custom: Field::with("3d"),
            new_expiry: Field::with(DEFAULT_EXPIRY),
            typed: Field::default(),
            // An expired token has no grace period to choose.
            focus: if expired { Focus::NewExpiry } else { Focus::Grace },
            sent: None,
        }
    }

    /// The new token is what the draft says.
    #[must_use]
    pub fn replacing(token: &ApiToken, draft: NewToken, now: Timestamp) -> Self {
        let mut state = Self::new(token, now);
        if state.focus == Focus::NewExpiry {
            state.focus = Focus::Cancel;
        }
        state.replacement = Some(Box::new(draft));
        state
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        if self.sent.is_some() {
            return None;
        }
        match self.focus {
            Focus::Custom => Some(&mut self.custom),
            Focus::NewExpiry => Some(&mut self.new_expiry),
            Focus::Typed => Some(&mut self.typed),
            Focus::Grace | Focus::Cancel | Focus::Go => None,
        }
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

    /// The parts that can have the focus now, in Tab's order.
    fn round(&self, now: Timestamp) -> Vec<Focus> {
        let expired = self.is_expired(now);
        let parts = [
            (Focus::Grace, !expired),
            (Focus::Custom, !expired && self.chosen() == Grace::Custom),
            (Focus::NewExpiry, self.replacement.is_none()),
            (Focus::Typed, self.wants_name(now)),
            (Focus::Cancel, true),
            (Focus::Go, true),
        ];
        parts.into_iter().filter(|(_, there)| *there).map(|(focus, _)| focus).collect()
    }

    fn step(&mut self, forward: bool, now: Timestamp) {
        let round = self.round(now);
        let at = round.iter().position(|f| *f == self.focus).unwrap_or(0);
        let by = if forward { 1 } else { round.len() - 1 };
        self.focus = round[(at + by) % round.len()];
    }

    fn choose(&mut self, forward: bool) {
        match self.focus {
            Focus::Grace => self.grace = turned(self.grace, GRACES.len(), forward),
            Focus::NewExpiry => turn_expiry(&mut self.new_expiry, forward),
            _ => {}
        }
    }
}

/// Puts the next usual expiry into a field, or the one before.
pub fn turn_expiry(field: &mut Field, forward: bool) {
    let next = lifetime::next_choice(field.text(), forward);
    field.set(next);
}

/// The position after this one, or before it, round and round.
#[must_use]
pub const fn turned(at: usize, count: usize, forward: bool) -> usize {
    (at + if forward { 1 } else { count - 1 }) % count
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.server_now();
    let Some(Overlay::Regenerate(state)) = model.overlays.last_mut() else { return Vec::new() };
    match (action, state.focus) {
        (Action::NextChoice, Focus::Grace) | (Action::Down, Focus::NewExpiry) => {
            state.choose(true);
        }
        (Action::PreviousChoice, Focus::Grace) | (Action::Up, Focus::NewExpiry) => {
            state.choose(false);
        }
        (Action::NextField | Action::Down | Action::NextChoice, _) => state.step(true, now),
        (Action::PreviousField | Action::Up | Action::PreviousChoice, _) => state.step(false, now),
        (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
            model.overlays.pop();
        }
        (Action::Accept | Action::Toggle, Focus::Go) | (Action::Submit, _) => {
            return regenerate(model);
        }
        (Action::Accept, _) => {
            // Enter goes on to the next part, and past Cancel to the button
            // that one came for; pressing that is an Enter of its own.
            state.step(true, now);
            if state.focus == Focus::Cancel {
                state.focus = Focus::Go;
            }
        }
        _ => {}
    }
    Vec::new()
}

fn regenerate(model: &mut Model) -> Vec<Effect> {
    let now = model.server_now();
    let Some(Overlay::Regenerate(state)) = model.overlays.last_mut() else { return Vec::new() };
    let (old_end, new_end) = (state.old_end(now), state.new_end(now));
    let (old_ends, new_expiry) = match (old_end, new_end) {
        (Ok(old), Ok(new)) => (old.at, new),
        (Err(_), _) => {
            state.focus = Focus::Custom;
            return refused(
                model,
                "Write how long the old token works: 3d, 12h, or a date.".into(),
            );
        }
        (_, Err(why)) => {
            state.focus = Focus::NewExpiry;
            return refused(model, format!("New expiry: {why}"));
        }
    };
    if state.wants_name(now) && !confirm::is_typed(state.typed.text(), state.wanted()) {
        state.focus = Focus::Typed;
        let text = format!("Type {} to end the old token now.", state.wanted());
        return refused(model, text);
    }
    let has_form = state.replacement.is_some();
    let renewal = match &state.replacement {
        Some(draft) => Renewal::Replaced(draft.clone()),
        None => Renewal::Same { new_expiry },
    };
    let (intent, call) = Intent::regenerate(&state.token, old_ends, renewal);
    let (ticket, effect) = model.change(intent, call);
    if let Some(Overlay::Regenerate(state)) = model.overlays.last_mut() {
        state.sent = Some(ticket);
    }
    if let (true, Some(form)) = (has_form, model.form_mut()) {
        form.is_sent_by(ticket);
    }
    vec![effect]
}

fn refused(model: &mut Model, why: String) -> Vec<Effect> {
    model.notify(NoticeKind::Warning, why);
    Vec::new()
}
