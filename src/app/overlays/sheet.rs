//! A text to look at: what differs, what a cell allows, the request before it
//! is sent; with what can be copied from it.

use crate::{
    app::{
        effect::{CopyText, Effect},
        layer::{Cx, Event, Hint, Layer, Step, Text},
        list::List,
        round::turned,
        shared::Shared,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Sheet {
    pub text: Text,
    pub list: List,
    /// Which button has the focus; the one behind the last closes.
    pub focus: usize,
}

impl Sheet {
    #[must_use]
    pub fn new(text: Text) -> Self {
        let focus = text.copies.len();
        Self { text, list: List::default(), focus }
    }

    fn act(&mut self, action: Action) -> Step {
        if self.list.scroll(action) {
            return Step::none();
        }
        let turned = |forward| turned(self.focus, self.text.copies.len() + 1, forward);
        match action {
            Action::NextField | Action::NextChoice => self.focus = turned(true),
            Action::PreviousField | Action::PreviousChoice => self.focus = turned(false),
            Action::Back => return Step::back(),
            Action::Accept | Action::Toggle => return self.press(),
            _ => {}
        }
        Step::none()
    }

    fn press(&self) -> Step {
        match self.text.copies.get(self.focus) {
            Some((_, what, text)) => {
                Step::effect(Effect::Copy(CopyText::Plain { what, text: text.clone() }))
            }
            None => Step::back(),
        }
    }
}

impl Layer for Sheet {
    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "choose"), (Action::Back, "close"), (Action::Down, "scroll")]
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = part;
        true
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action),
            _ => Step::none(),
        }
    }
}
