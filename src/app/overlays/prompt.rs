//! Asks for one line, such as the name of a dataset or the path of a report. The layer
//! that asked gets the line once it is valid.

use crate::{
    app::{
        effect::LayerId,
        form::{Form, Outcome, Part, Paths},
        layer::{Ask, Cx, Event, Layer, Nav, Order, Step, Wanted, has_form},
    },
    domain::{
        confirm::Confirmation,
        review::{accepted, export::Format},
        validate,
    },
};

/// The dialog that asks for one line.
#[derive(Debug)]
pub struct Prompt {
    /// The title, the hint and the kind of text.
    pub ask: Ask,
    /// A form with one field.
    pub form: Form<()>,
    asker: Option<LayerId>,
}

impl Prompt {
    /// Asks on behalf of the layer `asker`.
    #[must_use]
    pub fn new(ask: Ask, asker: Option<LayerId>) -> Self {
        let line = Part::text((), "", "").pressed_by_enter();
        let is_path = matches!(ask.wanted, Wanted::ReportFile | Wanted::ReviewFile);
        let line = if is_path { line.completing(Paths::Files) } else { line };
        Self { ask, form: Form::new([line]), asker }
    }

    /// The typed line, or what is wrong with it.
    fn typed(&self) -> Result<String, String> {
        let text = self.form.text(());
        match &self.ask.wanted {
            Wanted::RowName(_) => validate::dataset_name(text).map_err(|e| e.to_string()),
            Wanted::PresetName => validate::name(text).map_err(|e| e.to_string()),
            Wanted::ReportFile if text.trim().is_empty() => Err("type a path".to_owned()),
            Wanted::LiftReadOnly(wanted) if !Confirmation::text(wanted.as_str()).is_typed(text) => {
                Err(format!("type {wanted} to confirm"))
            }
            Wanted::Reason(_) => accepted::reason(text).map(|reason| reason.raw().to_owned()),
            Wanted::ClosingReason(_) => match accepted::reason(text) {
                _ if text.trim().is_empty() => Err("enter a reason: it is kept".to_owned()),
                reason => reason.map(|reason| reason.raw().to_owned()),
            },
            Wanted::ReviewFile if Format::of_file(text).is_none() => {
                Err("the name must end in .json, .csv or .md".to_owned())
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
            Outcome::Pressed(()) | Outcome::Submit => self.accept(),
            _ => Step::none(),
        }
    }
}
