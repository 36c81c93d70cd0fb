//! A question with a few answers; the safe one has the focus. What follows from
//! an answer comes with the question.

use crate::app::{
    form::{Form, Outcome, Part},
    layer::{Choice, Cx, Event, Layer, Question, Step, has_form},
    run::Run,
    shared::Shared,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Confirm {
    pub question: Question,
    /// A button for each answer.
    pub form: Form<usize>,
}

impl Confirm {
    #[must_use]
    pub fn new(question: Question) -> Self {
        let button = |(at, choice): (usize, &Choice)| match at {
            0 => Part::back(at, &choice.label),
            _ => Part::button(at, &choice.label),
        };
        let buttons: Vec<_> = question.choices.iter().enumerate().map(button).collect();
        Self { form: Form::new(buttons), question }
    }

    fn answer(&self, at: usize) -> Step {
        let then = self.question.choices.get(at).map(|choice| choice.then.clone());
        then.into_iter().flatten().fold(Step::back(), Step::nav)
    }
}

impl Layer for Confirm {
    has_form!();

    fn is_over(&self, shared: &Shared) -> bool {
        self.question.is_of_run && !shared.run.as_ref().is_some_and(Run::is_going)
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        let Event::Action(action) = event else { return Step::none() };
        match self.form.act(action) {
            Outcome::Back => self.answer(0),
            Outcome::Pressed(at) => self.answer(at),
            _ => Step::none(),
        }
    }
}
