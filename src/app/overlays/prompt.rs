//! One line to be typed: the name of a row, or of a preset. Who asked for it is
//! told what was typed, once that can be right.

use crate::{
    app::{
        effect::LayerId,
        form::{Form, Outcome, Part},
        layer::{Ask, Cx, Event, Layer, Nav, Order, Step, Wanted, has_form},
    },
    domain::{
        confirm,
        review::{accepted, export::Format},
        validate,
    },
};

/// The overlay's state.
#[derive(Debug)]
pub struct Prompt {
    pub ask: Ask,
    /// It has one field.
    pub form: Form<()>,
    asker: Option<LayerId>,
}

impl Prompt {
    #[must_use]
    pub fn new(ask: Ask, asker: Option<LayerId>) -> Self {
        let form = Form::new([Part::text((), "", "").pressed_by_enter()]);
        Self { ask, form, asker }
    }

    /// What was typed, as it is wanted.
    fn typed(&self) -> Result<String, String> {
        let text = self.form.text(());
        match &self.ask.wanted {
            Wanted::RowName(_) => validate::dataset_name(text).map_err(|e| e.to_string()),
            Wanted::PresetName => validate::name(text).map_err(|e| e.to_string()),
            Wanted::ReportFile if text.trim().is_empty() => Err("a path is needed".to_owned()),
            Wanted::LiftReadOnly(wanted) if !confirm::is_typed(text, wanted) => {
                Err(format!("that is not {wanted}"))
            }
            Wanted::Reason(_) => accepted::reason(text).map(|reason| reason.raw().to_owned()),
            Wanted::ReviewFile if Format::of_file(text).is_none() => {
                Err("its name ends in .json, .csv or .md".to_owned())
            }
            Wanted::ReportFile | Wanted::LiftReadOnly(_) | Wanted::ReviewFile => {
                Ok(text.to_owned())
            }
        }
    }

    fn accept(&mut self) -> Step {
        match (self.typed(), &self.ask.wanted) {
            (Err(why), _) => {
                self.form.refuse((), why);
                Step::none()
            }
            (Ok(_), Wanted::LiftReadOnly(_)) => Step::back().nav(Nav::Order(Order::AllowChanges)),
            (Ok(text), wanted) => {
                Step::back_telling(self.asker, Event::Typed(wanted.clone(), text))
            }
        }
    }
}

impl Layer for Prompt {
    has_form!();

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        let Event::Action(action) = event else { return Step::none() };
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(()) => self.accept(),
            _ => Step::none(),
        }
    }
}
