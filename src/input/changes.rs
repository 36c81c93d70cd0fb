//! The user's own keys: a row of the settings replaces the keys of one action
//! in one context. What cannot be is told with both places.

use super::{
    action::Action,
    key::{Code, Key, sequence, show},
    keymap::{Binding, Context, Found, Keymap},
};

/// Where something stands in the settings file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// A word of the settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub at: Position,
}

/// One row: these keys and no others. Without any, none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub context: Word,
    pub action: Word,
    pub keys: Vec<Word>,
}

/// Why a row cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub at: Position,
    /// As people read it; it repeats no value of the file.
    pub words: String,
    /// A name that is not known, and those that are.
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

/// The contexts that stand under others and are never looked up by themselves.
const BENEATH: [Context; 2] = [Context::Lists, Context::Anywhere];

/// What a context must always hear, so that one gets out of it.
const fn needed(context: Context) -> &'static [Action] {
    match context {
        Context::Secret => &[Action::Interrupt, Action::CloseSecret],
        // Dialogs are answered by it, among them the one that lets a secret go.
        Context::Form | Context::Palette => &[Action::Interrupt, Action::Back, Action::Accept],
        _ => &[Action::Interrupt, Action::Back],
    }
}

/// Where a text field has the keys, always or at times.
const fn has_text(context: Context) -> bool {
    matches!(context, Context::Filter | Context::Form | Context::Palette)
}

/// What terminals without more than the old keys send for these.
const fn arrives_as(key: Key) -> Option<&'static str> {
    match (key.code, key.ctrl) {
        (Code::Char('i'), true) => Some("Tab"),
        (Code::Char('m'), true) => Some("Enter"),
        (Code::Char('['), true) => Some("Esc"),
        _ => None,
    }
}

impl Keymap {
    /// The same with the user's rows.
    ///
    /// # Errors
    /// With everything that is wrong with them, in the file's order.
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
            Problem::unknown(&change.context, format!("{row} is no context"), names)
        })?;
        let action = self.action(context, change, &row)?;
        let row = format!("{row} {}", action.name());
        if change.keys.is_empty() && !self.knows_itself(context, action) {
            let of = context.chain().iter().find(|c| self.knows_itself(**c, action));
            let of = of.map_or("", |c| c.name());
            let words = format!("{row}: it has its keys from [keys.{of}]; unbind it there");
            return Err(Problem::new(change.action.at, words));
        }
        let mut bound: Vec<Binding> = Vec::new();
        for word in &change.keys {
            let wrong = |words: String| Problem::new(word.at, words);
            let keys = sequence(&word.text).map_err(|_| {
                wrong(format!(
                    "{row}: this is no key; write a character, a name such as Enter or F1, \
                     Ctrl-x or Alt-x, or several with blanks between them"
                ))
            })?;
            if let Some(name) = keys.iter().find_map(|k| arrives_as(*k)) {
                let words = format!("{row}: most terminals send {name} for this; write {name}");
                return Err(wrong(words));
            }
            if keys.iter().skip(1).any(|k| *k == Key::new(Code::Esc)) {
                return Err(wrong(format!("{row}: Esc ends every sequence, and cannot be in one")));
            }
            let typed = keys.first().is_some_and(Key::edits);
            if typed && matches!(context, Context::Filter | Context::Palette) {
                return Err(wrong(format!("{row}: {} is for the text there", show(&keys))));
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
        let words = format!("{row} {} is no action there", change.action.text);
        match Action::parse(&change.action.text) {
            Some(action) if known(&action) => Ok(action),
            Some(action) => {
                let of = Context::ALL.into_iter().find(|c| self.knows_itself(*c, action));
                let of = of.map_or_else(String::new, |c| format!(": [keys.{}] has it", c.name()));
                Err(Problem::new(change.action.at, format!("{words}{of}")))
            }
            None => {
                let names = Action::ALL.iter().filter(|a| known(a)).map(|a| a.name()).collect();
                Err(Problem::unknown(&change.action, words, names))
            }
        }
    }

    /// Rows of one context with the same keys, or with keys that begin others.
    fn clashes(&self) -> Vec<Problem> {
        let rows = self.bindings();
        let mut problems = Vec::new();
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[..i] {
                let (short, long) = if a.keys.len() <= b.keys.len() { (a, b) } else { (b, a) };
                if a.context != b.context || !long.keys.starts_with(&short.keys) {
                    continue;
                }
                // The one that stands later in the file is told of.
                let (here, other) = if a.from >= b.from { (a, b) } else { (b, a) };
                let Some(at) = here.from else { continue };
                let place = other.from.map_or_else(
                    || "built in".to_owned(),
                    |p| format!("at {}:{}", p.line, p.column),
                );
                let (name, keys) = (here.context.name(), show(&short.keys));
                let how = if short.keys == long.keys {
                    format!("{keys} is bound twice")
                } else {
                    format!("{keys} begins {}", show(&long.keys))
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

    /// What one could no longer get out of.
    fn unreachable(&self, changes: &[Change]) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        for context in Context::ALL.into_iter().filter(|c| !BENEATH.contains(c)) {
            for action in needed(context) {
                if self.answers(context, *action) {
                    continue;
                }
                let in_chain = |name: &str| context.chain().iter().any(|c| c.name() == name);
                let about = |c: &&Change| in_chain(&c.context.text);
                // Its own row is to blame, or else one that takes its key.
                let row = changes.iter().filter(about).find(|c| c.action.text == action.name());
                let Some(row) = row.or_else(|| changes.iter().find(about)) else { continue };
                let (place, name) = (context.name(), action.name());
                let which = if has_text(context) { "a key that types nothing" } else { "a key" };
                let words = format!(
                    "{name} must stay reachable in {place}: leave it {which} of its own there"
                );
                if problems.iter().all(|p| p.at != row.action.at) {
                    problems.push(Problem::new(row.action.at, words));
                }
            }
        }
        problems
    }

    /// Whether an action can be reached in a context by some keys.
    fn answers(&self, context: Context, action: Action) -> bool {
        self.reachable(context).any(|b| {
            b.action == action
                && self.find(context, &b.keys) == Found::Action(action)
                && (!has_text(context) || !b.keys.first().is_some_and(Key::edits))
        })
    }
}

#[cfg(test)]
mod tests;
