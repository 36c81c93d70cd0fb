//! A new personal token: a name, a description, and what it will be able to do.

use crate::{
    api::call::Call,
    app::{
        effect::{Effect, Ticket},
        field::Field,
        model::{Intent, Model, NoticeKind},
        overlays::{Overlay, confirm::Confirm},
    },
    domain::{NewPersonalToken, validate},
    input::Action,
};

/// Which part has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Name,
    Description,
    Cancel,
    Create,
}

impl Focus {
    const ROUND: [Self; 4] = [Self::Name, Self::Description, Self::Cancel, Self::Create];

    fn step(self, by: usize) -> Self {
        let at = Self::ROUND.iter().position(|f| *f == self).unwrap_or(0);
        Self::ROUND[(at + by) % Self::ROUND.len()]
    }
}

/// The overlay's state.
#[derive(Debug, Default)]
pub struct NewPersonal {
    pub name: Field,
    pub description: Field,
    pub focus: Focus,
    pub sent: Option<Ticket>,
}

impl NewPersonal {
    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match (self.focus, self.sent) {
            (Focus::Name, None) => Some(&mut self.name),
            (Focus::Description, None) => Some(&mut self.description),
            _ => None,
        }
    }

    #[must_use]
    pub const fn is_typing(&self) -> bool {
        self.sent.is_none() && matches!(self.focus, Focus::Name | Focus::Description)
    }

    /// Whether leaving would lose something.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.name.is_empty() || !self.description.is_empty()
    }

    fn draft(&self) -> Result<NewPersonalToken, (Focus, String)> {
        let wrong = |focus: Focus| move |e: validate::FieldError| (focus, e.to_string());
        Ok(NewPersonalToken {
            name: validate::name(self.name.text()).map_err(wrong(Focus::Name))?,
            description: validate::description(self.description.text())
                .map_err(wrong(Focus::Description))?,
        })
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::NewPersonal(state)) = model.overlays.last_mut() else { return Vec::new() };
    match (action, state.focus) {
        (Action::NextField | Action::Down | Action::NextChoice, focus) => {
            state.focus = focus.step(1);
        }
        (Action::PreviousField | Action::Up | Action::PreviousChoice, focus) => {
            state.focus = focus.step(Focus::ROUND.len() - 1);
        }
        (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
            if state.is_changed() {
                model.overlays.push(Overlay::Confirm(Confirm::discard_dialog()));
            } else {
                model.overlays.pop();
            }
        }
        (Action::Accept, focus @ (Focus::Name | Focus::Description)) => state.focus = focus.step(1),
        (Action::Accept | Action::Toggle, Focus::Create) | (Action::Submit, _) => {
            return create(model);
        }
        _ => {}
    }
    Vec::new()
}

fn create(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::NewPersonal(state)) = model.overlays.last_mut() else { return Vec::new() };
    let draft = match state.draft() {
        Ok(draft) => draft,
        Err((focus, why)) => {
            state.focus = focus;
            model.notify(NoticeKind::Warning, why);
            return Vec::new();
        }
    };
    let intent = Intent::CreatePersonal { name: draft.name.clone() };
    let (ticket, effect) = model.change(intent, Call::CreatePersonalToken(Box::new(draft)));
    if let Some(Overlay::NewPersonal(state)) = model.overlays.last_mut() {
        state.sent = Some(ticket);
    }
    vec![effect]
}
