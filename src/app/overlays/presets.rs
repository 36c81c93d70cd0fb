//! Presets: the built-in ones, the user's own, and the tokens that exist. What
//! one would change is shown before it is applied.

use crate::{
    app::{
        effect::{Effect, Ticket},
        field::Field,
        filter,
        list::List,
        matrix::{self, Matrix, Plan},
        model::Model,
        overlays::Overlay,
        screens::matrix as matrix_view,
    },
    domain::{
        Grants, SafeText, Scope, Target, TokenId, WILDCARD,
        preset::{self, Preset},
    },
    input::Action,
};

/// Something that rights can be taken from.
#[derive(Clone, Debug)]
pub enum Source {
    Preset(Box<Preset>),
    Token(TokenId),
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Entry {
    pub label: SafeText,
    pub about: SafeText,
    pub source: Source,
}

/// The overlay's state.
#[derive(Debug)]
pub struct Presets {
    entries: Vec<Entry>,
    /// Which entries the filter lets through.
    pub shown: Vec<usize>,
    pub filter: Field,
    pub list: List,
    /// What is granted already is kept.
    pub merge: bool,
    /// The user's own are being read.
    loading: Option<Ticket>,
    /// Why the user's own cannot be read.
    pub error: Option<String>,
    /// What Enter would do.
    pub plan: Option<Plan>,
    /// Which datasets and views a preset is applied to.
    pub targets: Vec<Target>,
    /// The same in words.
    pub applies_to: String,
}

impl Presets {
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(*self.shown.get(at)?)
    }

    fn arrange(&mut self) {
        let labels = self.entries.iter().map(|e| e.label.shown());
        self.shown = filter::matching(self.filter.text(), labels);
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
    }
}

/// Opens the list, and has the user's own presets read.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let Some(form) = model.form() else { return Vec::new() };
    let (targets, applies_to) = chosen(form.matrix());
    let built_in = preset::built_in().unwrap_or_default();
    let mut entries: Vec<Entry> = built_in.into_iter().map(|p| entry_of(p, false)).collect();
    for token in model.data.tokens.value().map_or(&[][..], Vec::as_slice) {
        entries.push(Entry {
            label: format!("as {}", token.name.raw()).into(),
            about: token.grants.access().into(),
            source: Source::Token(token.id.clone()),
        });
    }
    let ticket = model.new_ticket();
    let overlay = Presets {
        entries,
        shown: Vec::new(),
        filter: Field::default(),
        list: List::default(),
        merge: false,
        loading: Some(ticket),
        error: None,
        plan: None,
        targets,
        applies_to,
    };
    model.overlays.push(Overlay::Presets(Box::new(overlay)));
    arrange(model);
    vec![Effect::LoadPresets(ticket)]
}

fn entry_of(preset: Preset, own: bool) -> Entry {
    let label = if own { format!("{} (yours)", preset.label) } else { preset.label.clone() };
    Entry {
        label: label.into(),
        about: preset.about.clone().into(),
        source: Source::Preset(Box::new(preset)),
    }
}

/// What a preset's rights for datasets and views are for: the selection; else
/// the rows that grant something; else what a filter shows; else the row under
/// the cursor.
fn chosen(matrix: &Matrix) -> (Vec<Target>, String) {
    let part = matrix.here();
    let at = |i: usize| part.row(i).map(|row| row.target(matrix.part));
    if part.mark.is_some() && matrix.part != Scope::Org {
        let rows = named_first(part.selected_rows().filter_map(at).collect());
        let words = counted(rows.len(), "selected", "selected");
        return (rows, words);
    }
    let rows = matrix.grants().rows().map(|(target, _)| target);
    let granted = named_first(rows.filter(|target| target.scope() != Scope::Org).collect());
    if !granted.is_empty() {
        let words = counted(granted.len(), "that grants something", "that grant something");
        return (granted, words);
    }
    if matrix.part == Scope::Org {
        return (Vec::new(), "the organisation; choose datasets first for their rights".into());
    }
    if !part.filter.is_empty() {
        let rows: Vec<_> = (1..part.shown_len()).filter_map(at).collect();
        let words = counted(rows.len(), "shown", "shown");
        return (rows, words);
    }
    let row: Vec<_> = at(part.list.cursor).into_iter().collect();
    (row, "the row under the cursor".to_owned())
}

fn counted(rows: usize, one: &str, many: &str) -> String {
    if rows == 1 { format!("the row {one}") } else { format!("the {rows} rows {many}") }
}

/// The rows for all count only where no others do: a preset must not widen by
/// itself what was narrow.
fn named_first(rows: Vec<Target>) -> Vec<Target> {
    let is_for_all = |target: &Target| matches!(target, Target::Dataset(n) | Target::View(n) if n.raw() == WILDCARD);
    let named: Vec<Target> = rows.iter().filter(|t| !is_for_all(t)).cloned().collect();
    if named.is_empty() { rows } else { named }
}

/// The user's own presets have come, for the list that asked for them; the cursor
/// stays on its row.
pub fn loaded(model: &mut Model, ticket: Ticket, result: Result<Vec<Preset>, String>) {
    let asked = model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Presets(state) => state.loading.take_if(|asked| *asked == ticket).map(|_| state),
        _ => None,
    });
    let Some(state) = asked else { return };
    match result {
        Ok(own) => {
            let here = state.shown.get(state.list.cursor).copied();
            let more = own.len();
            let at = state.entries.iter().position(|e| matches!(e.source, Source::Token(_)));
            let at = at.unwrap_or(state.entries.len());
            state.entries.splice(at..at, own.into_iter().map(|p| entry_of(p, true)));
            state.arrange();
            let here = here.map(|entry| if entry >= at { entry + more } else { entry });
            if let Some(row) = state.shown.iter().position(|i| Some(*i) == here) {
                state.list.cursor = row;
            }
        }
        Err(why) => state.error = Some(why),
    }
    look(model);
}

/// Filters the list anew, and looks at what the one under the cursor would do.
pub fn arrange(model: &mut Model) {
    let Some(Overlay::Presets(state)) = model.overlays.last_mut() else { return };
    state.arrange();
    look(model);
}

fn look(model: &mut Model) {
    let plan = plan(model);
    let list = model.overlays.iter_mut().rev().find_map(|o| match o {
        Overlay::Presets(state) => Some(state),
        _ => None,
    });
    if let Some(state) = list {
        state.plan = plan;
    }
}

fn plan(model: &Model) -> Option<Plan> {
    let state = model.overlays.iter().rev().find_map(|o| match o {
        Overlay::Presets(state) => Some(state),
        _ => None,
    })?;
    let entry = state.entry(state.list.cursor)?;
    let (label, grants): (&SafeText, Grants) = match &entry.source {
        Source::Preset(preset) => (&entry.label, preset.apply(&state.targets)),
        Source::Token(id) => (&entry.label, model.token(id)?.grants.clone()),
    };
    let matrix = model.form()?.matrix();
    Some(if state.merge {
        matrix.plan_merge(&grants, format!("merged {label}"))
    } else {
        matrix.plan_to(&grants, format!("replaced everything by {label}"))
    })
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Presets(state)) = model.overlays.last_mut() else { return Vec::new() };
    let len = state.shown.len();
    if state.list.step(action, len) {
        look(model);
        return Vec::new();
    }
    match action {
        Action::Back => drop(model.overlays.pop()),
        Action::NextField | Action::PreviousField => {
            state.merge = !state.merge;
            look(model);
        }
        Action::Accept => apply(model),
        _ => {}
    }
    Vec::new()
}

fn apply(model: &mut Model) {
    let Some(Overlay::Presets(state)) = model.overlays.last() else { return };
    let expires = match state.entry(state.list.cursor).map(|e| &e.source) {
        Some(Source::Preset(preset)) => preset.expires.clone(),
        _ => None,
    };
    let (Some(mut plan), Some(entry)) = (state.plan.clone(), state.entry(state.list.cursor)) else {
        return;
    };
    // All that comes with it is part of the plan: a question may end it.
    plan.source = Some(matrix::Source { label: entry.label.to_string(), expires });
    model.overlays.pop();
    matrix_view::offer(model, plan);
}
