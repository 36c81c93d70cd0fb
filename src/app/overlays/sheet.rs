//! Shows a text, such as what a right allows or the request to be sent, with buttons that
//! copy parts of it.

use crate::{
    app::{
        effect::{CopyText, Effect},
        form::{Form, Outcome, Part, Parts},
        layer::{Cx, Event, Hint, Layer, Step, Text, has_form},
        list::List,
        shared::Shared,
    },
    input::Action,
};

/// The dialog that shows a text.
#[derive(Debug)]
pub struct Sheet {
    /// The title, the lines and what can be copied.
    pub text: Text,
    /// The scroll position.
    pub list: List,
    /// A button for each text to copy, and one to close the dialog.
    pub form: Form<usize>,
}

impl Sheet {
    /// Shows this text, with the focus on "Close".
    #[must_use]
    pub fn new(text: Text) -> Self {
        let close = text.copies.len();
        let copies = text.copies.iter().enumerate();
        let copies = copies.map(|(at, (label, ..))| Part::button(at, *label));
        let buttons: Vec<_> = copies.chain([Part::back(close, "Close")]).collect();
        Self { text, list: List::default(), form: Form::new(buttons).on(close) }
    }

    fn act(&mut self, action: Action) -> Step {
        if self.list.is_cut() && self.list.scroll(action) {
            return Step::none();
        }
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(at) => self.copy(at),
            _ => Step::none(),
        }
    }

    fn copy(&self, at: usize) -> Step {
        let copy = self.text.copies.get(at).map(|(_, what, text)| {
            Step::effect(Effect::Copy(CopyText::Plain { what, text: text.clone() }))
        });
        copy.unwrap_or_else(Step::none)
    }
}

impl Layer for Sheet {
    has_form!();

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "choose"), (Action::Back, "close"), (Action::Down, "scroll")]
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        self.list.scrolls(action) || Parts::offers(&self.form, action)
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action),
            _ => Step::none(),
        }
    }
}
