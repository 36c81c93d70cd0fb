//! One line to be typed: the name of a row, or of a preset.

use crate::{
    app::{
        bulk::Run,
        effect::{Effect, Report},
        field::Field,
        model::{Model, NoticeKind},
        overlays::Overlay,
        screens::review,
    },
    domain::{
        Access, SafeText, Scope,
        preset::Preset,
        review::accepted::{self, Acceptance},
        validate,
    },
    input::Action,
};

/// What the line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    RowName(Scope),
    PresetName,
    /// The file for the report of a run.
    Report,
    /// Allow changes, once this was typed.
    LiftReadOnly(String),
    /// Accept this finding, with the reason that is typed.
    AcceptFinding(Box<Acceptance>),
    /// Write the review into a new file.
    ExportFile,
}

/// The overlay's state.
#[derive(Debug)]
pub struct Prompt {
    pub purpose: Purpose,
    pub title: &'static str,
    pub hint: String,
    pub field: Field,
    pub error: Option<String>,
}

impl Prompt {
    /// A name that the server did not list.
    #[must_use]
    pub fn row_name(scope: Scope) -> Self {
        let view = scope == Scope::View;
        Self {
            purpose: Purpose::RowName(scope),
            title: if view { "Add a view by name" } else { "Add a dataset by name" },
            hint: "For one that is not listed here. It need not exist yet.".to_owned(),
            field: Field::default(),
            error: None,
        }
    }

    #[must_use]
    pub fn preset_name() -> Self {
        Self {
            purpose: Purpose::PresetName,
            title: "Save these rights as a preset",
            hint: "A name for it. One of the same name is replaced.".to_owned(),
            field: Field::default(),
            error: None,
        }
    }

    /// A file for what came of a run.
    #[must_use]
    pub fn report() -> Self {
        Self {
            purpose: Purpose::Report,
            title: "Save this list",
            hint: "A new file, such as ~/report.tsv, or .json. There are no secrets in it.".into(),
            field: Field::default(),
            error: None,
        }
    }

    /// A finding is to be accepted: the reason is typed.
    #[must_use]
    pub fn accept_finding(draft: Acceptance, name: &SafeText, why: &str) -> Self {
        Self {
            purpose: Purpose::AcceptFinding(Box::new(draft)),
            title: "Accept this finding?",
            hint: format!(
                "{name}: {why}. Why is that as it should be? The reason and today's date are \
                 kept on this computer."
            ),
            field: Field::default(),
            error: None,
        }
    }

    /// The review is to be written: where is typed.
    #[must_use]
    pub fn export_file() -> Self {
        Self {
            purpose: Purpose::ExportFile,
            title: "Write the review to a file",
            hint: "A new file. Its name ends in .json, .csv or .md. What is listed now goes into \
                   it, without secrets."
                .to_owned(),
            field: Field::default(),
            error: None,
        }
    }

    /// Changes are to be allowed: what they would be made in is typed.
    #[must_use]
    pub fn lift_read_only(wanted: String) -> Self {
        Self {
            title: "Allow changes?",
            hint: format!("Type {wanted} to allow changes there until you quit."),
            purpose: Purpose::LiftReadOnly(wanted),
            field: Field::default(),
            error: None,
        }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Prompt(state)) = model.overlays.last_mut() else { return Vec::new() };
    let text = state.field.text().to_owned();
    match (action, &state.purpose) {
        (Action::Back, _) => drop(model.overlays.pop()),
        (Action::Accept, Purpose::RowName(_)) => match validate::dataset_name(&text) {
            Ok(name) => {
                model.overlays.pop();
                if let Some(form) = model.form_mut() {
                    form.matrix_mut().add_name(SafeText::from(name));
                }
            }
            Err(e) => state.error = Some(e.to_string()),
        },
        (Action::Accept, Purpose::PresetName) => match validate::name(&text) {
            Ok(label) => {
                model.overlays.pop();
                return save(model, &label);
            }
            Err(e) => state.error = Some(e.to_string()),
        },
        (Action::Accept, Purpose::Report) if text.trim().is_empty() => {
            state.error = Some("a path is needed".to_owned());
        }
        (Action::Accept, Purpose::Report) => {
            model.overlays.pop();
            let lines = model.run.as_ref().map(Run::report).unwrap_or_default();
            return vec![Effect::SaveReport(Box::new(Report { path: text, lines }))];
        }
        (Action::Accept, Purpose::LiftReadOnly(wanted)) if text.trim() == wanted => {
            model.overlays.pop();
            model.session.access = Access::Full;
            model.notify(
                NoticeKind::Info,
                "Changes are allowed here until you quit. :ro refuses them.",
            );
        }
        (Action::Accept, Purpose::LiftReadOnly(wanted)) => {
            state.error = Some(format!("that is not {wanted}"));
        }
        (Action::Accept, Purpose::AcceptFinding(draft)) => {
            let draft = (**draft).clone();
            match accepted::reason(&text) {
                Ok(reason) => {
                    model.overlays.pop();
                    return review::accept(model, Acceptance { reason, ..draft });
                }
                Err(e) => state.error = Some(e),
            }
        }
        (Action::Accept, Purpose::ExportFile) => match review::export_to(model, &text) {
            Ok(effects) => {
                model.overlays.pop();
                return effects;
            }
            Err(e) => {
                if let Some(Overlay::Prompt(state)) = model.overlays.last_mut() {
                    state.error = Some(e);
                }
            }
        },
        _ => {}
    }
    Vec::new()
}

fn save(model: &mut Model, label: &str) -> Vec<Effect> {
    let Some(form) = model.form() else { return Vec::new() };
    let (preset, left_out) = Preset::of(label, form.matrix().grants());
    if !left_out.is_empty() {
        let text = format!("Not in the preset, since unknown here: {}", left_out.join(", "));
        model.notify(NoticeKind::Warning, text);
    }
    vec![Effect::SavePreset(Box::new(preset))]
}
