//! A question with a few answers; the safe one has the focus. What follows from
//! an answer comes with the question.

use crate::{
    app::{
        layer::{Choice, Cx, Event, Hint, Layer, Question, Step},
        round::{direction, turned},
        run::Run,
        shared::Shared,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Confirm {
    pub question: Question,
    pub focus: usize,
}

impl Confirm {
    #[must_use]
    pub const fn new(question: Question) -> Self {
        Self { question, focus: 0 }
    }

    fn answer(&self, at: usize) -> Step {
        let then = self.question.choices.get(at).map(|choice: &Choice| choice.then.clone());
        then.into_iter().flatten().fold(Step::back(), Step::nav)
    }
}

impl Layer for Confirm {
    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "choose"), (Action::Back, "back"), (Action::NextField, "next")]
    }

    fn is_over(&self, shared: &Shared) -> bool {
        self.question.is_of_run && !shared.run.as_ref().is_some_and(Run::is_going)
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = part;
        true
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(Action::Back) => self.answer(0),
            Event::Action(Action::Accept | Action::Toggle) => self.answer(self.focus),
            Event::Action(action) => {
                if let Some(forward) = direction(action) {
                    self.focus = turned(self.focus, self.question.choices.len(), forward);
                }
                Step::none()
            }
            _ => Step::none(),
        }
    }
}
