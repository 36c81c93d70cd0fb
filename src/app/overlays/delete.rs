//! Delete: names what will die, and wants its name typed.

use crate::{
    api::call::Call,
    app::{
        effect::{Effect, Ticket},
        field::Field,
        model::{Intent, Model, NoticeKind},
        overlays::{Overlay, regenerate::Regenerate},
    },
    domain::{ApiToken, PersonalToken, SafeText, TokenId, confirm},
    input::Action,
};

/// Which part has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Typed,
    Cancel,
    Regenerate,
    Delete,
}

impl Focus {
    const ROUND: [Self; 4] = [Self::Typed, Self::Cancel, Self::Regenerate, Self::Delete];

    /// The one so many parts further.
    #[must_use]
    pub fn step(self, by: usize) -> Self {
        let at = Self::ROUND.iter().position(|f| *f == self).unwrap_or(0);
        Self::ROUND[(at + by) % Self::ROUND.len()]
    }
}

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doomed {
    Api(ApiToken),
    Personal(PersonalToken),
}

impl Doomed {
    #[must_use]
    pub const fn id(&self) -> &TokenId {
        match self {
            Self::Api(token) => &token.id,
            Self::Personal(token) => &token.id,
        }
    }

    #[must_use]
    pub const fn name(&self) -> &SafeText {
        match self {
            Self::Api(token) => &token.name,
            Self::Personal(token) => &token.name,
        }
    }

    fn request(&self) -> (Intent, Call) {
        match self {
            Self::Api(token) => Intent::delete(token),
            Self::Personal(token) => Intent::delete_personal(token),
        }
    }
}

/// The overlay's state.
#[derive(Debug)]
pub struct Delete {
    pub doomed: Doomed,
    pub typed: Field,
    pub focus: Focus,
    pub sent: Option<Ticket>,
}

impl Delete {
    #[must_use]
    pub fn new(doomed: Doomed) -> Self {
        Self { doomed, typed: Field::default(), focus: Focus::Typed, sent: None }
    }

    /// The next part; only an API token can be regenerated instead.
    fn step(&mut self, by: usize) {
        self.focus = self.focus.step(by);
        if self.focus == Focus::Regenerate && matches!(self.doomed, Doomed::Personal(_)) {
            self.focus = self.focus.step(by);
        }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match (self.focus, self.sent) {
            (Focus::Typed, None) => Some(&mut self.typed),
            _ => None,
        }
    }

    /// What has to be typed.
    #[must_use]
    pub fn wanted(&self) -> &str {
        confirm::named(self.doomed.name())
    }

    #[must_use]
    pub fn is_typed(&self) -> bool {
        confirm::is_typed(self.typed.text(), self.wanted())
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.server_now();
    let Some(Overlay::Delete(state)) = model.overlays.last_mut() else { return Vec::new() };
    match (action, state.focus) {
        (Action::NextField | Action::Down | Action::NextChoice, _) => state.step(1),
        (Action::PreviousField | Action::Up | Action::PreviousChoice, _) => {
            state.step(Focus::ROUND.len() - 1);
        }
        (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
            model.overlays.pop();
        }
        (Action::Accept | Action::Toggle, Focus::Regenerate) => {
            let Doomed::Api(token) = &state.doomed else { return Vec::new() };
            let overlay = Regenerate::new(token, now);
            model.overlays.pop();
            model.overlays.push(Overlay::Regenerate(Box::new(overlay)));
        }
        (Action::Accept, Focus::Typed)
        | (Action::Accept | Action::Toggle, Focus::Delete)
        | (Action::Submit, _) => return delete(model),
        _ => {}
    }
    Vec::new()
}

fn delete(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Delete(state)) = model.overlays.last_mut() else { return Vec::new() };
    if !state.is_typed() {
        let wanted = state.wanted().to_owned();
        state.focus = Focus::Typed;
        let back = model.key_here(Action::Back);
        let text = format!("Type {wanted} to delete it, or {back} to keep it.");
        model.notify(NoticeKind::Warning, text);
        return Vec::new();
    }
    let (intent, call) = state.doomed.request();
    let (ticket, effect) = model.change(intent, call);
    if let Some(Overlay::Delete(state)) = model.overlays.last_mut() {
        state.sent = Some(ticket);
    }
    vec![effect]
}
