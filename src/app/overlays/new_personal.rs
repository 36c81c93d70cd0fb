//! The form for a new personal token.

use crate::{
    app::{
        effect::Ticket,
        form::{Form, Outcome, Part, Parts},
        layer::{Cx, Event, Layer, Open, Question, Step, has_form},
        sending::Sending,
        shared::Shared,
    },
    domain::{NewPersonalToken, validate},
    input::Action,
    ops::change::Intent,
};

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The token's name.
    Name,
    /// The token's description; may be empty.
    Description,
    /// Closes the dialog, after a question if something was typed.
    Cancel,
    /// Sends the request.
    Create,
}

/// The dialog that creates a personal token.
#[derive(Debug)]
pub struct NewPersonal {
    /// The fields and buttons.
    pub form: Form<Field>,
    /// The destination of the secret, and the request once it is sent.
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
            let name = self.form.text(Field::Name);
            return self.sending.ask(cx.shared.proposed_file(name, false));
        }
        match self.form.act(action) {
            Outcome::Back if self.is_changed() => {
                let question = Question::discard("Discard the draft?", "Discard", cx.me);
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

    /// Whether closing the dialog would lose text.
    fn is_changed(&self) -> bool {
        [Field::Name, Field::Description].iter().any(|field| !self.form.text(*field).is_empty())
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        action == Action::Destination || Parts::offers(&self.form, action)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.on_event(event),
        }
    }
}
