//! Delete: names what will die, and wants its name typed.

use crate::{
    app::{
        doomed::{Doomed, Focus},
        effect::Ticket,
        field::Field,
        layer::{Cx, Event, Layer, Open, Step},
        notice::NoticeKind,
        round::{Round, direction},
        sending::Sending,
    },
    domain::confirm,
    input::Action,
    ops::change::Intent,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Delete {
    pub doomed: Doomed,
    pub typed: Field,
    pub focus: Focus,
    pub sending: Sending,
}

impl Delete {
    #[must_use]
    pub fn new(doomed: Doomed) -> Self {
        let (typed, sending) = Default::default();
        Self { doomed, typed, focus: Focus::Typed, sending }
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

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match (action, self.focus) {
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => Step::back(),
            (Action::Accept | Action::Toggle, Focus::Regenerate) => match &self.doomed {
                Doomed::Api(token) => {
                    Step::replace(Open::Regenerate(Box::new(token.clone()), None))
                }
                Doomed::Personal(_) => Step::none(),
            },
            (Action::Accept, Focus::Typed)
            | (Action::Accept | Action::Toggle, Focus::Delete)
            | (Action::Submit, _) => self.delete(cx),
            (action, focus) => {
                // Only an API token can be regenerated instead.
                let api = matches!(self.doomed, Doomed::Api(_));
                let is_there = |focus| api || focus != Focus::Regenerate;
                if let Some(forward) = direction(action) {
                    self.focus = focus.step_among(forward, is_there);
                }
                Step::none()
            }
        }
    }

    fn delete(&mut self, cx: &mut Cx<'_>) -> Step {
        if !self.is_typed() {
            self.focus = Focus::Typed;
            let back = cx.shared.key_in(self.context(), Action::Back);
            let text = format!("Type {} to delete it, or {back} to keep it.", self.wanted());
            cx.shared.notify(NoticeKind::Warning, text);
            return Step::none();
        }
        let change = match &self.doomed {
            Doomed::Api(token) => Intent::delete(token),
            Doomed::Personal(token) => Intent::delete_personal(token),
        };
        self.sending.send(cx, None, change)
    }
}

impl Layer for Delete {
    fn is_typing(&self) -> bool {
        self.sending.is_idle() && self.focus == Focus::Typed
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.typed) } else { None }
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        self.focus != Focus::Typed
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told(event),
        }
    }
}
