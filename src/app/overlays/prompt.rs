//! One line to be typed: the name of a row, or of a preset. Who asked for it is
//! told what was typed, once that can be right.

use crate::{
    app::{
        effect::LayerId,
        field::Field,
        layer::{Ask, Cx, Event, Hint, Layer, Nav, Order, Step, Wanted},
        shared::Shared,
    },
    domain::{
        confirm,
        review::{accepted, export::Format},
        validate,
    },
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Prompt {
    pub ask: Ask,
    pub field: Field,
    pub error: Option<String>,
    asker: Option<LayerId>,
}

impl Prompt {
    #[must_use]
    pub fn new(ask: Ask, asker: Option<LayerId>) -> Self {
        Self { ask, field: Field::default(), error: None, asker }
    }

    /// What was typed, as it is wanted.
    fn typed(&self) -> Result<String, String> {
        let text = self.field.text();
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
                self.error = Some(why);
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
    fn is_typing(&self) -> bool {
        true
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        Some(&mut self.field)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "do it"), (Action::Back, "cancel")]
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(Action::Back) => Step::back(),
            Event::Action(Action::Accept) => self.accept(),
            _ => Step::none(),
        }
    }
}
