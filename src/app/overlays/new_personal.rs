//! A new personal token: a name, a description, and what it will be able to do.

use crate::{
    app::{
        effect::Ticket,
        field::Field,
        layer::{Cx, Event, Layer, Open, Question, Step},
        notice::NoticeKind,
        round::{Round, direction},
        sending::Sending,
    },
    domain::{NewPersonalToken, validate},
    input::Action,
    ops::change::Intent,
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

impl Round for Focus {
    const ALL: &'static [Self] = &[Self::Name, Self::Description, Self::Cancel, Self::Create];
}

/// The overlay's state.
#[derive(Debug, Default)]
pub struct NewPersonal {
    pub name: Field,
    pub description: Field,
    pub focus: Focus,
    pub sending: Sending,
}

impl NewPersonal {
    fn draft(&self) -> Result<NewPersonalToken, (Focus, String)> {
        let wrong = |focus: Focus| move |e: validate::FieldError| (focus, e.to_string());
        Ok(NewPersonalToken {
            name: validate::name(self.name.text()).map_err(wrong(Focus::Name))?,
            description: validate::description(self.description.text())
                .map_err(wrong(Focus::Description))?,
        })
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match (action, self.focus) {
            (Action::Destination, _) => return self.sending.ask(),
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
                return if self.is_changed() {
                    Step::open(Open::Confirm(Box::new(Question::discard(
                        "Close it?",
                        "Close",
                        cx.me,
                    ))))
                } else {
                    Step::back()
                };
            }
            (Action::Accept, focus @ (Focus::Name | Focus::Description)) => {
                self.focus = focus.step(true);
            }
            (Action::Accept | Action::Toggle, Focus::Create) | (Action::Submit, _) => {
                return self.create(cx);
            }
            (action, focus) => {
                self.focus = direction(action).map_or(focus, |forward| focus.step(forward));
            }
        }
        Step::none()
    }

    fn create(&mut self, cx: &mut Cx<'_>) -> Step {
        let draft = match self.draft() {
            Ok(draft) => draft,
            Err((focus, why)) => {
                self.focus = focus;
                cx.shared.notify(NoticeKind::Warning, why);
                return Step::none();
            }
        };
        self.sending.send(cx, None, Intent::create_personal(draft))
    }
}

impl Layer for NewPersonal {
    fn is_typing(&self) -> bool {
        self.sending.is_idle() && matches!(self.focus, Focus::Name | Focus::Description)
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            _ if !self.is_typing() => None,
            Focus::Name => Some(&mut self.name),
            _ => Some(&mut self.description),
        }
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    /// Whether leaving would lose something.
    fn is_changed(&self) -> bool {
        !self.name.is_empty() || !self.description.is_empty()
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        matches!(self.focus, Focus::Cancel | Focus::Create)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told(event),
        }
    }
}
