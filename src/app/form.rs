//! A form: the parts of a dialog in Tab order, the focus, and the rules for keys and
//! clicks. A dialog names its parts and decides what happens when one is pressed; the
//! form handles everything else. `ui/widgets/form.rs` draws it.

pub mod path;
#[cfg(test)]
mod tests;

pub use path::{Completion, Paths};

use super::{field::Field, secret_field::SecretField};
use crate::{
    domain::{paths, text::sentence},
    input::{Action, Context},
};

/// A part's kind, with its state.
#[derive(Debug)]
pub enum Control {
    /// A text field.
    Text(Field),
    /// A field for a secret, which it never shows.
    Secret(SecretField),
    /// A radio choice.
    Choice {
        /// The labels of the options.
        options: Vec<&'static str>,
        /// The index of the chosen option.
        chosen: usize,
    },
    /// Drawn and handled by the dialog, such as a list.
    Own,
    /// A button.
    Button,
    /// A button that does what Esc does. Enter in a field skips it.
    Back,
}

impl Control {
    /// Whether it is drawn in the row of buttons, not among the fields.
    #[must_use]
    pub const fn is_button(&self) -> bool {
        matches!(self, Self::Button | Self::Back)
    }
}

/// A part of a form.
#[derive(Debug)]
pub struct Part<P> {
    name: P,
    /// The label, shown before a field or on a button.
    pub label: String,
    /// The kind, with its state.
    pub control: Control,
    /// Width of a text field in columns; `None` takes the rest of the row.
    pub width: Option<u16>,
    /// An error shown below the part.
    pub error: Option<String>,
    /// The value before or after the typed one, for the up and down keys.
    proposals: Option<fn(&str, bool) -> &'static str>,
    /// If the text is a path: what it may lead to.
    paths: Option<Paths>,
    /// Enter presses it instead of moving to the next part.
    is_pressed: bool,
    is_hidden: bool,
}

impl<P> Part<P> {
    /// A visible part.
    #[must_use]
    pub fn new(name: P, label: impl Into<String>, control: Control) -> Self {
        let (width, error, proposals, paths, is_pressed, is_hidden) = Default::default();
        let label = label.into();
        Self { name, label, control, width, error, proposals, paths, is_pressed, is_hidden }
    }

    /// A text field with this text.
    #[must_use]
    pub fn text(name: P, label: impl Into<String>, text: &str) -> Self {
        Self::new(name, label, Control::Text(Field::with(text)))
    }

    /// A text field with a proposed text, which typing replaces.
    #[must_use]
    pub fn proposed(name: P, label: impl Into<String>, text: &str) -> Self {
        Self::new(name, label, Control::Text(Field::proposed(text)))
    }

    /// An empty field for a secret.
    #[must_use]
    pub fn secret(name: P, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Secret(SecretField::default()))
    }

    /// A radio choice; `chosen` is the index of the initial option.
    #[must_use]
    pub fn choice(
        name: P,
        label: impl Into<String>,
        options: impl Into<Vec<&'static str>>,
        chosen: usize,
    ) -> Self {
        Self::new(name, label, Control::Choice { options: options.into(), chosen })
    }

    /// A part that the dialog draws and handles itself.
    #[must_use]
    pub fn own(name: P, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Own)
    }

    /// A button that the dialog handles.
    #[must_use]
    pub fn button(name: P, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Button)
    }

    /// A button that does what Esc does.
    #[must_use]
    pub fn back(name: P, label: impl Into<String>) -> Self {
        Self::new(name, label, Control::Back)
    }

    /// Enter in this field submits, instead of moving to the next part.
    #[must_use]
    pub fn pressed_by_enter(mut self) -> Self {
        self.is_pressed = true;
        self
    }

    /// Limits a text field to this many columns.
    #[must_use]
    pub fn wide(mut self, columns: u16) -> Self {
        self.width = Some(columns);
        self
    }

    /// Lets the up and down keys step through common values.
    #[must_use]
    pub fn proposing(mut self, proposals: fn(&str, bool) -> &'static str) -> Self {
        self.proposals = Some(proposals);
        self
    }

    /// Completes the text as a path.
    #[must_use]
    pub fn completing(mut self, paths: Paths) -> Self {
        self.paths = Some(paths);
        self
    }

    /// Hides or shows the part from the start.
    #[must_use]
    pub fn hidden(mut self, is_hidden: bool) -> Self {
        self.is_hidden = is_hidden;
        self
    }
}

/// The result of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<P> {
    /// Enter or Space on this part.
    Pressed(P),
    /// Another option or common value was chosen.
    Changed(P),
    /// The submit key, or Enter with nothing left to move to.
    Submit,
    /// Esc, or a [`Control::Back`].
    Back,
    /// The focus moved.
    Moved,
    /// The form does not handle this action.
    Ignored,
}

/// The parts in Tab order, and the focus.
#[derive(Debug)]
pub struct Form<P> {
    parts: Vec<Part<P>>,
    focus: usize,
    /// An error about the form as a whole; shown above the buttons.
    pub error: Option<String>,
    completion: Completion,
}

impl<P: Copy + PartialEq> Form<P> {
    /// A form with the focus on the first visible part.
    #[must_use]
    pub fn new(parts: impl Into<Vec<Part<P>>>) -> Self {
        let parts = parts.into();
        let focus = parts.iter().position(|part| !part.is_hidden).unwrap_or(0);
        Self { parts, focus, error: None, completion: Completion::default() }
    }

    /// Puts the initial focus on this part.
    #[must_use]
    pub fn on(mut self, name: P) -> Self {
        self.focus(name);
        self
    }

    fn control(&self, name: P) -> Option<&Control> {
        self.parts.iter().find(|part| part.name == name).map(|part| &part.control)
    }

    fn part_mut(&mut self, name: P) -> Option<&mut Part<P>> {
        self.parts.iter_mut().find(|part| part.name == name)
    }

    /// The visible parts, each with its index.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &Part<P>)> {
        self.parts.iter().enumerate().filter(|(_, part)| !part.is_hidden)
    }

    /// A visible part and its index.
    pub fn find(&self, name: P) -> Option<(usize, &Part<P>)> {
        self.shown().find(|(_, part)| part.name == name)
    }

    /// The part that has the focus.
    #[must_use]
    pub fn focused(&self) -> Option<P> {
        self.parts.get(self.focus).map(|part| part.name)
    }

    /// The index of the part that has the focus.
    #[must_use]
    pub const fn focus_at(&self) -> usize {
        self.focus
    }

    /// Whether this part has the focus.
    #[must_use]
    pub fn is_on(&self, name: P) -> bool {
        self.focused() == Some(name)
    }

    /// Moves the focus.
    pub fn focus(&mut self, name: P) {
        let at = self.parts.iter().position(|part| part.name == name);
        self.focus = at.unwrap_or(self.focus);
    }

    /// The text of a text field; empty for any other part.
    #[must_use]
    pub fn text(&self, name: P) -> &str {
        if let Some(Control::Text(field)) = self.control(name) { field.text() } else { "" }
    }

    /// Whether the cursor of a text field is at the end of its text, and typing adds to it.
    #[must_use]
    pub fn is_at_end(&self, name: P) -> bool {
        let Some(Control::Text(field)) = self.control(name) else { return false };
        !field.is_selected() && field.before_cursor().len() == field.text().len()
    }

    /// Changes a part's label.
    pub fn rename(&mut self, name: P, label: &str) {
        if let Some(part) = self.part_mut(name) {
            label.clone_into(&mut part.label);
        }
    }

    /// Replaces the text of a text field.
    pub fn set(&mut self, name: P, text: &str) {
        if let Some(Control::Text(field)) = self.part_mut(name).map(|part| &mut part.control) {
            field.set(text);
        }
    }

    /// The secret field of this name; `None` for any other part.
    #[must_use]
    pub fn secret(&self, name: P) -> Option<&SecretField> {
        if let Control::Secret(field) = self.control(name)? { Some(field) } else { None }
    }

    /// The index of the chosen option; 0 for any other part.
    #[must_use]
    pub fn chosen(&self, name: P) -> usize {
        if let Some(Control::Choice { chosen, .. }) = self.control(name) { *chosen } else { 0 }
    }

    /// Shows or hides a part. If the hidden part has the focus, the focus moves to the next.
    pub fn show(&mut self, name: P, is_shown: bool) {
        if let Some(part) = self.part_mut(name) {
            part.is_hidden = !is_shown;
        }
        if self.parts.get(self.focus).is_some_and(|part| part.is_hidden) {
            self.step(true);
        }
    }

    /// Moves the focus to a part and shows this error below it until it is edited.
    pub fn refuse(&mut self, name: P, why: impl AsRef<str>) {
        self.focus(name);
        self.complain(name, Some(why));
    }

    /// Sets or clears a part's error, shown as a sentence, without moving the focus.
    pub fn complain(&mut self, name: P, why: Option<impl AsRef<str>>) {
        if let Some(part) = self.part_mut(name) {
            part.error = why.map(|why| sentence(why.as_ref()));
        }
    }

    /// Moves the focus to the next or previous visible part, and wraps around.
    pub fn step(&mut self, forward: bool) {
        let len = self.parts.len();
        let mut at = self.focus;
        for _ in 0..len {
            at = turned(at, len, forward);
            if !self.parts[at].is_hidden {
                self.focus = at;
                return;
            }
        }
    }

    /// Chooses the next or previous option or common value.
    pub fn turn(&mut self, name: P, forward: bool) {
        let Some(part) = self.part_mut(name) else { return };
        match (&mut part.control, part.proposals) {
            (Control::Choice { options, chosen }, _) => {
                *chosen = turned(*chosen, options.len(), forward);
            }
            (Control::Text(field), Some(proposals)) => field.set(proposals(field.text(), forward)),
            _ => return,
        }
        self.edited();
    }

    /// Applies an action to the focused part.
    pub fn act(&mut self, action: Action) -> Outcome<P> {
        use Action as A;
        use Control as C;
        let Some(part) = self.parts.get(self.focus) else { return Outcome::Ignored };
        let (name, is_pressed) = (part.name, part.is_pressed);
        match (action, &part.control) {
            (A::Back, _) | (A::Accept | A::Toggle, C::Back) => return Outcome::Back,
            (A::Submit, _) => return Outcome::Submit,
            (A::Accept | A::Toggle, C::Button | C::Own) => return Outcome::Pressed(name),
            (A::Accept, _) if is_pressed => return Outcome::Pressed(name),
            (A::Accept, _) => return self.advance(),
            (A::NextChoice | A::PreviousChoice | A::Toggle, C::Choice { .. })
            | (A::Down | A::Up, C::Text(_))
                if matches!(part.control, C::Choice { .. }) || part.proposals.is_some() =>
            {
                self.turn(name, !matches!(action, A::PreviousChoice | A::Up));
                return Outcome::Changed(name);
            }
            (A::Down | A::Up, C::Own) => return Outcome::Ignored,
            (A::NextField | A::Down, _) | (A::NextChoice, C::Button | C::Back) => self.step(true),
            (A::PreviousField | A::Up, _) | (A::PreviousChoice, C::Button | C::Back) => {
                self.step(false);
            }
            _ => return Outcome::Ignored,
        }
        Outcome::Moved
    }

    /// Moves on from the focused part, as Enter in a field does.
    pub fn leave(&mut self) {
        self.advance();
    }

    /// Where Enter goes from a field: to the next field, or from the last one to the first
    /// button that does something. Pressing that button takes another Enter.
    fn following(&self) -> Option<usize> {
        let is_next =
            |(at, part): &(usize, &Part<P>)| *at > self.focus && !part.control.is_button();
        let is_button = |(_, part): &(usize, &Part<P>)| matches!(part.control, Control::Button);
        let next = self.shown().find(is_next).or_else(|| self.shown().find(is_button));
        next.map(|(at, _)| at)
    }

    fn advance(&mut self) -> Outcome<P> {
        let Some(at) = self.following() else { return Outcome::Submit };
        self.focus = at;
        Outcome::Moved
    }
}

/// A form without the type of its part names, for code that serves all layers.
pub trait Parts {
    /// Whether printable keys are text.
    fn is_typing(&self) -> bool;

    /// The text field that has the focus.
    fn field_mut(&mut self) -> Option<&mut Field>;

    /// The field for a secret that has the focus.
    fn secret_mut(&mut self) -> Option<&mut SecretField>;

    /// The focused part was edited: clears its error.
    fn edited(&mut self);

    /// Moves the focus to a clicked part. Returns whether the click also presses it.
    fn click(&mut self, at: usize) -> bool;

    /// Chooses a clicked option.
    fn choose(&mut self, at: usize, option: usize);

    /// The path in the focused field, unless it cannot be completed: the cursor is not at its
    /// end, or typing would replace it.
    fn path(&self) -> Option<(&str, Paths)>;

    /// What is known about that path.
    fn completion(&self) -> &Completion;

    /// The same, to change it.
    fn completion_mut(&mut self) -> &mut Completion;

    /// Whether no visible part follows the focused one.
    fn is_last(&self) -> bool;

    /// The keymap context: in a path, the completion key precedes the others.
    fn context(&self) -> Context {
        let is_complete = *self.completion() == Completion::Complete;
        if self.path().is_some() && !is_complete { Context::Path } else { Context::Form }
    }

    /// Whether the completion key would look for names, or is doing so.
    fn completes(&self) -> bool {
        let is_open = matches!(self.completion(), Completion::Unknown | Completion::Asked(..));
        is_open && self.path().is_some()
    }

    /// Whether an action does something while some visible part has the focus.
    fn offers(&self, action: Action) -> bool;

    /// The footer's hints, most useful first.
    fn hints(&self) -> Vec<(Action, &'static str)>;
}

impl<P: Copy + PartialEq> Parts for Form<P> {
    fn is_typing(&self) -> bool {
        let focused = self.parts.get(self.focus).map(|part| &part.control);
        matches!(focused, Some(Control::Text(_) | Control::Secret(_)))
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        let control = &mut self.parts.get_mut(self.focus)?.control;
        if let Control::Text(field) = control { Some(field) } else { None }
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        let control = &mut self.parts.get_mut(self.focus)?.control;
        if let Control::Secret(field) = control { Some(field) } else { None }
    }

    fn edited(&mut self) {
        self.error = None;
        self.completion = Completion::default();
        if let Some(part) = self.parts.get_mut(self.focus) {
            part.error = None;
        }
    }

    fn click(&mut self, at: usize) -> bool {
        let Some(part) = self.parts.get(at) else { return false };
        self.focus = at;
        part.control.is_button()
    }

    fn choose(&mut self, at: usize, option: usize) {
        self.focus = at.min(self.parts.len().saturating_sub(1));
        let focused = self.parts.get_mut(self.focus).map(|part| &mut part.control);
        if let Some(Control::Choice { options, chosen }) = focused {
            *chosen = option.min(options.len().saturating_sub(1));
        }
        self.edited();
    }

    fn path(&self) -> Option<(&str, Paths)> {
        let part = self.parts.get(self.focus)?;
        let (Control::Text(field), Some(paths)) = (&part.control, part.paths) else { return None };
        let (text, is_at_end) = (field.text(), self.is_at_end(part.name));
        (is_at_end && paths::can_be_read(text)).then_some((text, paths))
    }

    fn is_last(&self) -> bool {
        self.shown().all(|(at, _)| at <= self.focus)
    }

    fn completion(&self) -> &Completion {
        &self.completion
    }

    fn completion_mut(&mut self) -> &mut Completion {
        &mut self.completion
    }

    fn offers(&self, action: Action) -> bool {
        use Action as A;
        let has = |is: fn(&Part<P>) -> bool| self.shown().any(|(_, part)| is(part));
        let has_several = self.shown().nth(1).is_some();
        let has_choice = has(|part| matches!(part.control, Control::Choice { .. }));
        let has_button = has(|part| part.control.is_button());
        match action {
            A::Back | A::Accept => true,
            A::Complete => self.completes(),
            A::NextField | A::PreviousField => has_several,
            A::Down | A::Up => has_several || has(|part| part.proposals.is_some()),
            A::NextChoice | A::PreviousChoice => has_choice || has_several && has_button,
            A::Toggle => {
                has_choice || has_button || has(|part| matches!(part.control, Control::Own))
            }
            // With nothing to fill in, only a button decides.
            A::Submit => has(|part| !part.control.is_button()),
            _ => false,
        }
    }

    fn hints(&self) -> Vec<(Action, &'static str)> {
        let is_field = |(_, part): (usize, &Part<P>)| !part.control.is_button();
        let back = (Action::Back, if self.shown().any(is_field) { "cancel" } else { "back" });
        let focused = self.parts.get(self.focus).map(|part| &part.control);
        let accept = match focused {
            Some(Control::Choice { .. }) => {
                let accept = if self.following().is_some() { "next" } else { "continue" };
                return vec![(Action::Toggle, "choose"), (Action::Accept, accept), back];
            }
            Some(Control::Button | Control::Back) => "choose",
            _ => "continue",
        };
        let mut hints = vec![(Action::Accept, accept), back];
        hints.extend(self.completes().then_some((Action::Complete, "complete")));
        hints.extend(self.shown().nth(1).map(|_| (Action::NextField, "next")));
        hints
    }
}

/// The next or previous index; wraps around.
const fn turned(at: usize, count: usize, forward: bool) -> usize {
    (at + if forward { 1 } else { count - 1 }) % count
}
