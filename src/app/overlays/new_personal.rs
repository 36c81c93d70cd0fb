//! A new personal token: a name, a description, and what it will be able to do.

use crate::{
    app::{
        effect::Ticket,
        form::{Form, Outcome, Part},
        layer::{Cx, Event, Layer, Open, Question, Step, has_form},
        sending::Sending,
    },
    domain::{NewPersonalToken, validate},
    input::Action,
    ops::change::Intent,
};

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Name,
    Description,
    Cancel,
    Create,
}

/// The overlay's state.
#[derive(Debug)]
pub struct NewPersonal {
    pub form: Form<Field>,
    pub sending: Sending,
}

impl Default for NewPersonal {
    fn default() -> Self {
        let form = Form::new([
            Part::text(Field::Name, "Name", ""),
            Part::text(Field::Description, "Description", ""),
            Part::back(Field::Cancel, "Cancel"),
            Part::button(Field::Create, "Create"),
        ]);
        Self { form, sending: Sending::default() }
    }
}

impl NewPersonal {
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Destination {
            return self.sending.ask();
        }
        match self.form.act(action) {
            Outcome::Back if self.is_changed() => {
                let question = Question::discard("Close it?", "Close", cx.me);
                Step::open(Open::Confirm(Box::new(question)))
            }
            Outcome::Back => Step::back(),
            Outcome::Pressed(_) | Outcome::Submit => self.create(cx),
            _ => Step::none(),
        }
    }

    fn create(&mut self, cx: &mut Cx<'_>) -> Step {
        let name = validate::name(self.form.text(Field::Name));
        let description = validate::description(self.form.text(Field::Description));
        match (name, description) {
            (Err(why), _) => self.form.refuse(Field::Name, why.to_string()),
            (_, Err(why)) => self.form.refuse(Field::Description, why.to_string()),
            (Ok(name), Ok(description)) => {
                let draft = NewPersonalToken { name, description };
                return self.sending.send(cx, None, Intent::create_personal(draft));
            }
        }
        Step::none()
    }
}

impl Layer for NewPersonal {
    has_form!();

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    /// Whether leaving would lose something.
    fn is_changed(&self) -> bool {
        [Field::Name, Field::Description].iter().any(|field| !self.form.text(*field).is_empty())
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told(event),
        }
    }
}
