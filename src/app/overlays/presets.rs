//! Presets: the built-in ones, the user's own, and the tokens that exist. What
//! one would change is shown before it is applied.

use crate::{
    app::{
        effect::{Effect, LayerId},
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        matrix::{self, Matrix, Plan},
        mouse::HitTarget,
        shared::Shared,
    },
    domain::{
        Grants, SafeText, Scope, Target, TokenId, WILDCARD, filter,
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
    /// The rights that one is applied to, as they are.
    matrix: Matrix,
    /// The form that they are of.
    form: Option<LayerId>,
    entries: Vec<Entry>,
    /// Which entries the filter lets through.
    pub shown: Vec<usize>,
    pub filter: Field,
    pub list: List,
    /// What is granted already is kept.
    pub merge: bool,
    /// The user's own are being read.
    is_loading: bool,
    /// Enter was pressed on what was not listed yet.
    is_accepted: bool,
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
    pub fn new(matrix: Matrix, form: Option<LayerId>, shared: &Shared) -> Self {
        let (targets, applies_to) = chosen(&matrix);
        let built_in = preset::built_in().unwrap_or_default();
        let mut entries: Vec<Entry> = built_in.into_iter().map(|p| entry_of(p, false)).collect();
        for token in shared.data.listed_tokens() {
            entries.push(Entry {
                label: format!("as {}", token.name.raw()).into(),
                about: token.grants.access().into(),
                source: Source::Token(token.id.clone()),
            });
        }
        let mut state = Self {
            matrix,
            form,
            entries,
            shown: Vec::new(),
            filter: Field::default(),
            list: List::default(),
            merge: false,
            is_loading: true,
            is_accepted: false,
            error: None,
            plan: None,
            targets,
            applies_to,
        };
        state.update_rows();
        state.plan_change(shared);
        state
    }

    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(*self.shown.get(at)?)
    }

    fn update_rows(&mut self) {
        let labels = self.entries.iter().map(|e| e.label.shown());
        self.shown = filter::matching(self.filter.text(), labels);
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// Looks at what the one under the cursor would do.
    fn plan_change(&mut self, shared: &Shared) {
        self.plan = self.planned(shared);
    }

    fn planned(&self, shared: &Shared) -> Option<Plan> {
        let entry = self.entry(self.list.cursor)?;
        let (label, grants): (&SafeText, Grants) = match &entry.source {
            Source::Preset(preset) => (&entry.label, preset.apply(&self.targets)),
            Source::Token(id) => (&entry.label, shared.data.token(id)?.grants.clone()),
        };
        Some(if self.merge {
            self.matrix.plan_merge(&grants, format!("merged {label}"))
        } else {
            self.matrix.plan_to(&grants, format!("replaced everything by {label}"))
        })
    }

    /// The user's own presets have come; the cursor stays on its row.
    fn loaded(&mut self, result: Result<Vec<Preset>, String>) {
        if !std::mem::take(&mut self.is_loading) {
            return;
        }
        match result {
            Ok(own) => {
                let here = self.shown.get(self.list.cursor).copied();
                let more = own.len();
                let at = self.entries.iter().position(|e| matches!(e.source, Source::Token(_)));
                let at = at.unwrap_or(self.entries.len());
                self.entries.splice(at..at, own.into_iter().map(|p| entry_of(p, true)));
                self.update_rows();
                let here = here.map(|entry| if entry >= at { entry + more } else { entry });
                if let Some(row) = self.shown.iter().position(|i| Some(*i) == here) {
                    self.list.cursor = row;
                }
            }
            Err(why) => self.error = Some(why),
        }
    }

    fn act(&mut self, action: Action, cx: &Cx<'_>) -> Step {
        self.is_accepted = false;
        let moved = self.list.step(action, self.shown.len());
        match action {
            Action::Back => return Step::back(),
            Action::NextField | Action::PreviousField => self.merge = !self.merge,
            Action::Accept => return self.apply(),
            _ if !moved => return Step::none(),
            _ => {}
        }
        self.plan_change(cx.shared);
        Step::none()
    }

    fn apply(&mut self) -> Step {
        self.is_accepted = self.is_loading && self.shown.is_empty();
        let entry = self.entry(self.list.cursor);
        let (Some(mut plan), Some(entry)) = (self.plan.clone(), entry) else { return Step::none() };
        let expires = match &entry.source {
            Source::Preset(preset) => preset.expires.clone(),
            Source::Token(_) => None,
        };
        // All that comes with it is part of the plan: a question may end it.
        plan.source = Some(matrix::Source { label: entry.label.to_string(), expires });
        Step::back_telling(self.form, Event::Plan(Box::new(plan)))
    }
}

impl Layer for Presets {
    fn is_typing(&self) -> bool {
        true
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        Some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Accept, "apply"),
            (A::Back, "cancel"),
            (A::Down, "move"),
            (A::NextField, "replace or merge"),
        ]
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened => return Step::effect(Effect::LoadPresets(cx.me)),
            Event::Action(action) => return self.act(action, cx),
            Event::Presets(result) => {
                self.loaded(result);
                self.plan_change(cx.shared);
                return if self.is_accepted { self.apply() } else { Step::none() };
            }
            Event::Edited => {
                self.is_accepted = false;
                self.update_rows();
            }
            Event::Wheeled(_) => {}
            Event::Click(HitTarget::Row(row), double) => {
                self.list.cursor = row;
                self.plan_change(cx.shared);
                return if double { self.apply() } else { Step::none() };
            }
            Event::Click(HitTarget::Merge(merge), _) => self.merge = merge,
            _ => return Step::none(),
        }
        self.plan_change(cx.shared);
        Step::none()
    }
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
