//! The user's own keys. A row in the settings file replaces the keys of one action
//! in one context; each problem is reported with its position in the file.

use super::{
    action::Action,
    key::{Code, Key, sequence, show},
    keymap::{Binding, Context, Found, Keymap},
};

/// A position in the settings file. Line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// A value or name in the settings file, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text itself.
    pub text: String,
    /// Where it starts.
    pub at: Position,
}

/// One row of the settings: all the keys of an action in a context. An empty list
/// unbinds the action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The context's name.
    pub context: Word,
    /// The action's name.
    pub action: Word,
    /// All keys of the action, each a key or a sequence.
    pub keys: Vec<Word>,
}

/// Why a row is invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the file.
    pub at: Position,
    /// The message. It never repeats a value from the file.
    pub words: String,
    /// An unknown name and the valid ones, for a "did you mean".
    pub unknown: Option<(String, Vec<&'static str>)>,
}

impl Problem {
    fn new(at: Position, words: String) -> Self {
        Self { at, words, unknown: None }
    }

    fn unknown(word: &Word, words: String, known: Vec<&'static str>) -> Self {
        Self { at: word.at, words, unknown: Some((word.text.clone(), known)) }
    }
}

/// Contexts that others fall back to; nothing is ever in one of these alone.
const BENEATH: [Context; 2] = [Context::Lists, Context::Anywhere];

/// The actions that must keep a key in a context, so that the user can leave it.
const fn needed(context: Context) -> &'static [Action] {
    match context {
        Context::Secret => &[Action::Interrupt, Action::CloseSecret],
        // Accept answers dialogs, including the one that confirms a secret is stored.
        Context::Form | Context::Path | Context::Palette => {
            &[Action::Interrupt, Action::Back, Action::Accept]
        }
        _ => &[Action::Interrupt, Action::Back],
    }
}

/// The key that terminals without an extended keyboard protocol send for this one.
const fn arrives_as(key: Key) -> Option<&'static str> {
    match (key.code, key.ctrl) {
        (Code::Char('i'), true) => Some("Tab"),
        (Code::Char('m'), true) => Some("Enter"),
        (Code::Char('['), true) => Some("Esc"),
        _ => None,
    }
}

impl Keymap {
    /// Returns this keymap with the user's changes applied.
    ///
    /// # Errors
    /// All problems with the changes, in file order.
    pub fn changed(mut self, changes: &[Change]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        for change in changes {
            if let Err(problem) = self.change(change) {
                problems.push(problem);
            }
        }
        problems.extend(self.clashes());
        if problems.is_empty() {
            problems = self.unreachable(changes);
        }
        problems.sort_by_key(|p| p.at);
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    fn change(&mut self, change: &Change) -> Result<(), Problem> {
        let row = format!("[keys.{}]", change.context.text);
        let context = Context::ALL.into_iter().find(|c| c.name() == change.context.text);
        let context = context.ok_or_else(|| {
            let names = Context::ALL.map(Context::name).to_vec();
            Problem::unknown(&change.context, format!("{row} is not a context"), names)
        })?;
        let action = self.action(context, change, &row)?;
        let row = format!("{row} {}", action.name());
        if change.keys.is_empty() && !self.knows_itself(context, action) {
            let of = context.chain().iter().find(|c| self.knows_itself(**c, action));
            let of = of.map_or("", |c| c.name());
            let words = format!("{row}: its keys come from [keys.{of}]; unbind it there");
            return Err(Problem::new(change.action.at, words));
        }
        let mut bound: Vec<Binding> = Vec::new();
        for word in &change.keys {
            let wrong = |words: String| Problem::new(word.at, words);
            let keys = sequence(&word.text).map_err(|_| {
                wrong(format!(
                    "{row}: not a key; write a character, a name such as Enter or F1, \
                     Ctrl-x or Alt-x, or several separated by spaces"
                ))
            })?;
            if let Some(name) = keys.iter().find_map(|k| arrives_as(*k)) {
                let words = format!("{row}: most terminals send {name} for this; write {name}");
                return Err(wrong(words));
            }
            if keys.iter().skip(1).any(|k| *k == Key::new(Code::Esc)) {
                return Err(wrong(format!(
                    "{row}: Esc cancels a sequence, so it cannot be part of one"
                )));
            }
            let typed = keys.first().is_some_and(Key::edits);
            if typed && matches!(context, Context::Filter | Context::Path | Context::Palette) {
                return Err(wrong(format!("{row}: the text field there uses {}", show(&keys))));
            }
            if bound.iter().all(|b| b.keys != keys) {
                bound.push(Binding { context, keys, action, from: Some(word.at) });
            }
        }
        self.replace(context, action, bound);
        Ok(())
    }

    fn action(&self, context: Context, change: &Change, row: &str) -> Result<Action, Problem> {
        let known = |a: &Action| context.chain().iter().any(|c| self.knows_itself(*c, *a));
        let words = format!("{row} {} is not an action there", change.action.text);
        match Action::parse(&change.action.text) {
            Some(action) if known(&action) => Ok(action),
            Some(action) => {
                let of = Context::ALL.into_iter().find(|c| self.knows_itself(*c, action));
                let of = of.map_or_else(String::new, |c| format!(": use [keys.{}]", c.name()));
                Err(Problem::new(change.action.at, format!("{words}{of}")))
            }
            None => {
                let names = Action::ALL.iter().filter(|a| known(a)).map(|a| a.name()).collect();
                Err(Problem::unknown(&change.action, words, names))
            }
        }
    }

    /// Reports rows of one context with the same keys, or with keys that start a longer
    /// sequence.
    fn clashes(&self) -> Vec<Problem> {
        let rows = self.bindings();
        let mut problems = Vec::new();
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[..i] {
                let (short, long) = if a.keys.len() <= b.keys.len() { (a, b) } else { (b, a) };
                if a.context != b.context || !long.keys.starts_with(&short.keys) {
                    continue;
                }
                // Report the later of the two in the file.
                let (here, other) = if a.from >= b.from { (a, b) } else { (b, a) };
                let Some(at) = here.from else { continue };
                let place = other.from.map_or_else(
                    || "in the defaults".to_owned(),
                    |p| format!("at {}:{}", p.line, p.column),
                );
                let (name, keys) = (here.context.name(), show(&short.keys));
                let how = if short.keys == long.keys {
                    format!("{keys} is bound twice")
                } else {
                    format!("{keys} is the start of {}", show(&long.keys))
                };
                problems.push(Problem::new(
                    at,
                    format!(
                        "[keys.{name}] {how}: {} here, {} {place}; give one of them another key, \
                         or [] for none",
                        here.action.name(),
                        other.action.name()
                    ),
                ));
            }
        }
        problems
    }

    /// Reports contexts that could no longer be left.
    fn unreachable(&self, changes: &[Change]) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for context in Context::ALL.into_iter().filter(|c| !BENEATH.contains(c)) {
            for action in needed(context) {
                if self.answers(context, *action) {
                    continue;
                }
                let in_chain = |name: &str| context.chain().iter().any(|c| c.name() == name);
                let about = |c: &&Change| in_chain(&c.context.text);
                // Blame the action's own row, or else one that takes its key.
                let row = changes.iter().filter(about).find(|c| c.action.text == action.name());
                let Some(row) = row.or_else(|| changes.iter().find(about)) else { continue };
                let (place, name) = (context.name(), action.name());
                let which = if context.has_text() { "a key that types no text" } else { "a key" };
                let words =
                    format!("{name} must stay reachable in {place}: keep {which} for it there");
                if problems.iter().all(|p| p.at != row.action.at) {
                    problems.push(Problem::new(row.action.at, words));
                }
            }
        }
        problems
    }

    /// Whether some key triggers an action in a context, even while text is typed.
    fn answers(&self, context: Context, action: Action) -> bool {
        self.reachable(context).any(|b| {
            b.action == action
                && self.find(context, &b.keys) == Found::Action(action)
                && (!context.has_text() || !b.keys.first().is_some_and(Key::edits))
        })
    }
}

#[cfg(test)]
mod tests;
