//! All keys that work here and now, from the live keymap; filtered by words or
//! by a key.

use crate::{
    app::{
        effect::Effect, enabled::on_screen, field::Field, list::List, model::Model,
        overlays::Overlay,
    },
    input::{Action, Context, action::Group, key},
};

/// The overlay's state.
#[derive(Debug)]
pub struct Help {
    /// What the help is about: where it was opened.
    pub context: Context,
    pub list: List,
    pub filter: Field,
    /// The filter line has the keys.
    pub editing: bool,
}

/// What is said of one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub group: Group,
    pub label: &'static str,
    pub keys: Vec<String>,
    /// Why it cannot be done now.
    pub refused: Option<String>,
}

impl Help {
    #[must_use]
    pub fn new(context: Context) -> Self {
        Self { context, list: List::default(), filter: Field::default(), editing: false }
    }

    /// What the filter lets through, by groups.
    #[must_use]
    pub fn rows(&self, model: &Model) -> Vec<Row> {
        // A dialog's keys do not depend on the screen under it.
        let of_screen = model.screen().is_some_and(|s| s.context() == self.context);
        let bound: Vec<_> = model.keymap.reachable(self.context).collect();
        let mut rows = Vec::new();
        for group in Group::ALL {
            for action in Action::ALL.iter().filter(|a| a.group() == group) {
                let of_action = bound.iter().filter(|b| b.action == *action);
                let keys: Vec<_> = of_action.map(|b| key::show(&b.keys)).collect();
                let refused = on_screen(*action, model).err().filter(|_| of_screen);
                let row = Row { group, label: action.label(), keys, refused };
                if !row.keys.is_empty() && row.matches(self.filter.text()) {
                    rows.push(row);
                }
            }
        }
        rows
    }
}

impl Row {
    /// Every word is in the label, the group or the keys. A single letter is
    /// meant as a key.
    fn matches(&self, words: &str) -> bool {
        let lower = |text: &str| text.to_lowercase();
        words.split_whitespace().all(|word| {
            let is_letter = word.chars().count() == 1;
            let mut keys = self.keys.iter().flat_map(|k| k.split(' '));
            if is_letter {
                return keys.any(|k| k == word);
            }
            let word = lower(word);
            let texts = [self.label, self.group.label()];
            keys.any(|k| lower(k).contains(&word)) || texts.iter().any(|t| lower(t).contains(&word))
        })
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Help(state)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Filter => state.editing = true,
        Action::Accept => state.editing = false,
        // First the filter, then the help.
        Action::Back if state.editing || !state.filter.is_empty() => {
            state.editing = false;
            state.filter.set("");
            state.list = List::default();
        }
        Action::Back => drop(model.overlays.pop()),
        action => drop(state.list.scroll(action)),
    }
    Vec::new()
}

/// What was typed changes what is shown: from its top.
pub fn filter_changed(model: &mut Model) {
    if let Some(Overlay::Help(state)) = model.overlays.last_mut() {
        state.list = List::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_keys_are_looked_for() {
        let row = Row {
            group: Group::Go,
            label: "API tokens",
            keys: vec!["g t".to_owned(), "Ctrl-t".to_owned()],
            refused: None,
        };
        for words in ["", "api", "go tok", "g t", "ctrl-t", "Ctrl", "g api"] {
            assert!(row.matches(words), "{words}");
        }
        // A letter is a key, and its case counts.
        for words in ["a", "T", "api delete", "ctrl-x"] {
            assert!(!row.matches(words), "{words}");
        }
    }
}
