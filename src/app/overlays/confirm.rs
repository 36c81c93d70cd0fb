//! A question with a few answers, the safe one focused. The question carries the steps
//! that follow each answer.

use crate::app::{
    form::{Form, Outcome, Part},
    layer::{Choice, Cx, Event, Layer, Question, Step, has_form},
    run::Run,
    shared::Shared,
};

/// The dialog that asks a question.
#[derive(Debug)]
pub struct Confirm {
    /// The text, and the answers with the steps that follow each.
    pub question: Question,
    /// A button for each answer.
    pub form: Form<usize>,
}

impl Confirm {
    /// Asks `question`. Its first answer is the safe one, which Esc gives too.
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
