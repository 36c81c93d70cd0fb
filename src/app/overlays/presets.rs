//! Applies the rights of a preset or of an existing token to a draft. Shows the changes
//! before they are applied.

use crate::{
    app::{
        effect::{Effect, LayerId},
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        matrix::{ExpiryChange, Matrix, Plan},
        mouse::HitTarget,
        shared::Shared,
    },
    domain::{
        Grants, SafeText, Scope, Target, TokenId, WILDCARD, filter,
        preset::{self, Preset},
    },
    input::Action,
};

/// Where the rights of an entry come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A built-in preset, or one of the user's own.
    Preset(Box<Preset>),
    /// A token that exists.
    Token(TokenId),
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name; says if the preset is the user's own, or if it is a token.
    pub label: SafeText,
    /// A description, or what a token has access to.
    pub about: SafeText,
    /// Where the rights come from.
    pub source: Source,
}

/// The list of presets, and the changes that the selected one makes.
#[derive(Debug)]
pub struct Presets {
    /// The draft's current rights.
    matrix: Matrix,
    /// The form of the draft.
    form: Option<LayerId>,
    entries: Vec<Entry>,
    /// Indices of the entries that match the filter.
    pub shown: Vec<usize>,
    /// The text that filters the entries.
    pub filter: Field,
    /// The cursor and the scroll position.
    pub list: List,
    /// Whether the current rights are kept, and those of the preset added.
    pub merge: bool,
    /// Whether the user's own presets are still being loaded.
    is_loading: bool,
    /// Whether Enter was pressed with nothing listed: it takes effect after loading.
    is_accepted: bool,
    /// Why the user's own presets could not be read.
    pub error: Option<String>,
    /// The changes that Enter applies; `None` if nothing is listed.
    pub plan: Option<Plan>,
    /// The datasets and views that a preset applies to.
    pub targets: Vec<Target>,
    /// [`Self::targets`] in words, such as "the 3 rows selected".
    pub applies_to: String,
}

impl Presets {
    /// Lists the presets and tokens. `matrix` has the current rights, `form` is the form
    /// that gets the result.
    #[must_use]
    pub fn new(matrix: Matrix, form: Option<LayerId>, shared: &Shared) -> Self {
        let (targets, applies_to) = chosen(&matrix);
        let built_in = preset::built_in().unwrap_or_default();
        let mut entries: Vec<Entry> = built_in.into_iter().map(|p| entry_of(p, false)).collect();
        for token in shared.data.listed_tokens() {
            entries.push(Entry {
                label: format!("token {}", token.name.raw()).into(),
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

    /// The entry in this row of the filtered list.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(*self.shown.get(at)?)
    }

    fn update_rows(&mut self) {
        let labels = self.entries.iter().map(|e| e.label.shown());
        self.shown = filter::matching(self.filter.text(), labels);
        self.list.cursor = self.list.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// Recomputes the changes for the entry under the cursor.
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
            self.matrix.plan_merge(&grants, format!("merge {label}"))
        } else {
            self.matrix.plan_to(&grants, format!("replace all rights with {label}"))
        })
    }

    /// Inserts the user's own presets above the tokens. The cursor stays on its row.
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
            Action::Back if self.filter.is_empty() => return Step::back(),
            Action::Back => {
                self.filter.set("");
                self.update_rows();
            }
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
        // The expiry is part of the plan: it is cancelled and undone with it.
        plan.expiry = expires.map(|after| ExpiryChange { before: String::new(), after });
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
            (A::Back, if self.filter.is_empty() { "cancel" } else { "clear filter" }),
            (A::Down, "move"),
            (A::NextField, "replace or merge"),
        ]
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        match action {
            Action::Back | Action::Accept | Action::NextField | Action::PreviousField => true,
            action => self.shown.len() > 1 && List::moves(action),
        }
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

/// The datasets and views that a preset applies to, and their description: the selected
/// rows; else the rows that grant something; else the filtered rows; else the row under the
/// cursor.
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
        return (Vec::new(), "no rows: to grant them, select datasets first".into());
    }
    if !part.filter.is_empty() && !part.is_fuzzy() {
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

/// Drops the `*` rows unless there are no others: a preset must not silently widen rights
/// from a few datasets to all of them.
fn named_first(rows: Vec<Target>) -> Vec<Target> {
    let is_for_all = |target: &Target| matches!(target, Target::Dataset(n) | Target::View(n) if n.raw() == WILDCARD);
    let named: Vec<Target> = rows.iter().filter(|t| !is_for_all(t)).cloned().collect();
    if named.is_empty() { rows } else { named }
}
