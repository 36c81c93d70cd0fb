//! All keys that work here and now, from the live keymap; filtered by words or
//! by a key.

use crate::{
    app::{
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        shared::Shared,
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
pub struct HelpRow {
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
    pub fn rows(&self, screen: Option<&dyn Layer>, shared: &Shared) -> Vec<HelpRow> {
        // A dialog's keys do not depend on the screen under it.
        let screen = screen.filter(|s| s.context() == self.context);
        let bound: Vec<_> = shared.keymap.reachable(self.context).collect();
        let mut rows = Vec::new();
        for group in Group::ALL {
            for action in Action::ALL.iter().filter(|a| a.group() == group) {
                let of_action = bound.iter().filter(|b| b.action == *action);
                let keys: Vec<_> = of_action.map(|b| key::show(&b.keys)).collect();
                let refused = screen.and_then(|s| s.refuses(*action, shared));
                let row = HelpRow { group, label: action.label(), keys, refused };
                if !row.keys.is_empty() && row.matches(self.filter.text()) {
                    rows.push(row);
                }
            }
        }
        rows
    }
}

impl HelpRow {
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

impl Layer for Help {
    fn context(&self) -> Context {
        if self.editing { Context::Filter } else { Context::Help }
    }

    fn is_typing(&self) -> bool {
        self.editing
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        self.editing.then_some(&mut self.filter)
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        if self.editing {
            return vec![
                (A::Accept, "keep the filter"),
                (A::Back, "clear it"),
                (A::Down, "scroll"),
            ];
        }
        vec![(A::Back, "close"), (A::Filter, "filter"), (A::Down, "scroll")]
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            // What was typed changes what is shown: from its top.
            Event::Edited => self.list = List::default(),
            Event::Action(Action::Filter) => self.editing = true,
            Event::Action(Action::Accept) => self.editing = false,
            // First the filter, then the help.
            Event::Action(Action::Back) if self.editing || !self.filter.is_empty() => {
                self.editing = false;
                self.filter.set("");
                self.list = List::default();
            }
            Event::Action(Action::Back) => return Step::back(),
            Event::Action(action) => drop(self.list.scroll(action)),
            _ => {}
        }
        Step::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_keys_are_looked_for() {
        let row = HelpRow {
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
