//! Help: the keys that work in a context, from the active keymap, with a filter by words
//! or by key.

use crate::{
    app::{
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        shared::Shared,
    },
    domain::filter,
    input::{Action, Context, action::Group, key},
};

/// The help dialog.
#[derive(Debug)]
pub struct Help {
    /// The context whose keys are listed: the one that help was opened in.
    pub context: Context,
    /// The actions that do something there.
    pub offered: Vec<Action>,
    /// The scroll position.
    pub list: List,
    /// The text that filters the rows.
    pub filter: Field,
    /// Whether the filter is being typed.
    pub editing: bool,
}

/// An action and its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpRow {
    /// The section that lists the action.
    pub group: Group,
    /// What the action does.
    pub label: &'static str,
    /// The key sequences of the action, such as `g t`.
    pub keys: Vec<String>,
    /// Why the action is not available now, if it is not.
    pub refused: Option<String>,
}

impl Help {
    /// Lists the keys of these actions in this context, unfiltered.
    #[must_use]
    pub fn new(context: Context, offered: Vec<Action>) -> Self {
        Self { context, offered, list: List::default(), filter: Field::default(), editing: false }
    }

    /// The rows that match the filter, group by group.
    #[must_use]
    pub fn rows(&self, screen: Option<&dyn Layer>, shared: &Shared) -> Vec<HelpRow> {
        // A dialog's keys do not depend on the screen below it.
        let screen = screen.filter(|s| s.context() == self.context);
        let bound: Vec<_> = shared.keymap.reachable(self.context).collect();
        let mut rows = Vec::new();
        for group in Group::ALL {
            for action in self.offered.iter().filter(|a| a.group() == group) {
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
    /// Whether each word occurs in the label, the group or the keys. A single letter
    /// matches keys only, and a fuzzy filter matches label and group only.
    fn matches(&self, words: &str) -> bool {
        if filter::fuzzy_part(words).is_some() {
            let text = [self.group.label(), self.label].join(" ");
            return !filter::matching(words, std::iter::once(text.as_str())).is_empty();
        }
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
            return vec![(A::Accept, "keep the filter"), (A::Back, "clear"), (A::Down, "scroll")];
        }
        vec![(A::Back, "close"), (A::Filter, "filter"), (A::Down, "scroll")]
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            // The rows change with the filter: show them from the top.
            Event::Edited => self.list = List::default(),
            Event::Action(Action::Filter) => self.editing = true,
            Event::Action(Action::Accept) => self.editing = false,
            // Esc clears the filter first, then closes the help.
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
    fn the_filter_finds_words_and_keys() {
        let row = HelpRow {
            group: Group::Go,
            label: "API tokens",
            keys: vec!["g t".to_owned(), "Ctrl-t".to_owned()],
            refused: None,
        };
        for words in ["", "api", "go tok", "g t", "ctrl-t", "Ctrl", "g api"] {
            assert!(row.matches(words), "{words}");
        }
        assert!(row.matches("~gtok") && row.matches("~apito") && !row.matches("apito"));
        // A single letter is a key and case-sensitive.
        for words in ["a", "T", "api delete", "ctrl-x"] {
            assert!(!row.matches(words), "{words}");
        }
    }
}
