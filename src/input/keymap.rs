//! The keymap: a table from (context, keys) to an action. Its rows come from
//! `assets/keymap.toml`. Key lookup, footer, help and the key table of docs/keys.md all
//! read it.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    action::Action,
    changes::Position,
    key::{Key, UnknownKey, sequence, show},
};

/// What has the focus, and so which keys apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// The fallback of every screen.
    Anywhere,
    /// Movement in lists; a fallback of every screen.
    Lists,
    /// The list of API tokens.
    Tokens,
    /// The filter line of the list of API tokens and of the access review.
    Filter,
    /// One token in full.
    Detail,
    /// The profile with its personal tokens.
    Profile,
    /// The access review.
    Review,
    /// The history of changes.
    History,
    /// The rotations.
    Rotations,
    /// The permission matrix.
    Matrix,
    /// Forms and most dialogs.
    Form,
    /// A path in a field of a form.
    Path,
    /// The dialog that shows a new secret.
    Secret,
    /// The dialog of a run over several tokens.
    Run,
    /// The help.
    Help,
    /// The command palette.
    Palette,
}

impl Context {
    /// All contexts, in the order of the key table of docs/keys.md.
    pub const ALL: [Self; 16] = [
        Self::Tokens,
        Self::Filter,
        Self::Detail,
        Self::Profile,
        Self::Review,
        Self::History,
        Self::Rotations,
        Self::Matrix,
        Self::Form,
        Self::Path,
        Self::Secret,
        Self::Run,
        Self::Help,
        Self::Palette,
        Self::Lists,
        Self::Anywhere,
    ];

    /// The context's name in a keymap file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Lists => "lists",
            Self::Tokens => "tokens",
            Self::Filter => "filter",
            Self::Detail => "detail",
            Self::Profile => "profile",
            Self::Review => "review",
            Self::History => "history",
            Self::Rotations => "rotations",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::Path => "path",
            Self::Secret => "secret",
            Self::Run => "run",
            Self::Help => "help",
            Self::Palette => "palette",
        }
    }

    /// Whether a text field can have the focus in this context.
    #[must_use]
    pub const fn has_text(self) -> bool {
        matches!(self, Self::Filter | Self::Form | Self::Path | Self::Palette)
    }

    /// The contexts to search for a key, in this order. Dialogs and text fields have no
    /// fallback, so a screen's keys do not work through them.
    #[must_use]
    pub const fn chain(self) -> &'static [Self] {
        match self {
            Self::Anywhere => &[Self::Anywhere],
            Self::Lists => &[Self::Lists, Self::Anywhere],
            Self::Tokens => &[Self::Tokens, Self::Lists, Self::Anywhere],
            Self::Detail => &[Self::Detail, Self::Lists, Self::Anywhere],
            Self::Profile => &[Self::Profile, Self::Lists, Self::Anywhere],
            Self::Review => &[Self::Review, Self::Lists, Self::Anywhere],
            Self::History => &[Self::History, Self::Lists, Self::Anywhere],
            Self::Rotations => &[Self::Rotations, Self::Lists, Self::Anywhere],
            Self::Matrix => &[Self::Matrix, Self::Lists, Self::Anywhere],
            Self::Filter => &[Self::Filter],
            Self::Form => &[Self::Form],
            Self::Path => &[Self::Path, Self::Form],
            Self::Secret => &[Self::Secret],
            Self::Run => &[Self::Run],
            Self::Help => &[Self::Help],
            Self::Palette => &[Self::Palette],
        }
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where the keys apply.
    pub context: Context,
    /// The key, or the keys of a sequence.
    pub keys: Vec<Key>,
    /// What the keys do.
    pub action: Action,
    /// The row's position in the settings file; `None` for a default.
    pub from: Option<Position>,
}

/// The meaning of the keys pressed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The keys are bound to this action.
    Action(Action),
    /// The keys start a longer sequence.
    Prefix,
    /// The keys are not bound and start no sequence.
    Nothing,
}

/// The whole table.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
    /// The actions of each context, including those without a key.
    known: Vec<(Context, Action)>,
    /// For each context, the indices of its reachable rows. Cached on first use, because
    /// every frame needs them for each hint in the footer.
    reachable: [OnceLock<Vec<usize>>; Context::ALL.len()],
}

/// Why a keymap file is invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// The file is not TOML of the expected shape.
    #[error("not a keymap: {0}")]
    Syntax(String),
    /// A section names no context.
    #[error("[{0}] is not a context")]
    Context(String),
    /// A row names no action.
    #[error("[{context}] {action} is not an action")]
    Action {
        /// The section.
        context: String,
        /// The unknown name.
        action: String,
    },
    /// A row has an unknown key.
    #[error("[{context}] {action}: {key}")]
    Key {
        /// The section.
        context: String,
        /// The row.
        action: String,
        /// The text that names no key.
        key: UnknownKey,
    },
    /// Two rows of one context have the same keys, or keys that start the other's.
    #[error("[{context}] {keys} is bound to both {first} and {second}")]
    Twice {
        /// The section.
        context: String,
        /// The keys of the second row.
        keys: String,
        /// The action of the first row.
        first: String,
        /// The action of the second row.
        second: String,
    },
}

type File = BTreeMap<String, BTreeMap<String, Vec<String>>>;

impl Keymap {
    /// Reads a keymap from TOML.
    ///
    /// # Errors
    /// The first invalid row, with its context and action.
    pub fn parse(text: &str) -> Result<Self, KeymapError> {
        let file: File =
            toml::from_str(text).map_err(|e| KeymapError::Syntax(e.message().to_owned()))?;
        let mut bindings: Vec<Binding> = Vec::new();
        for (context_name, rows) in file {
            let context = Context::ALL
                .into_iter()
                .find(|c| c.name() == context_name)
                .ok_or_else(|| KeymapError::Context(context_name.clone()))?;
            for (name, keys) in rows {
                let action = Action::parse(&name).ok_or_else(|| KeymapError::Action {
                    context: context_name.clone(),
                    action: name.clone(),
                })?;
                for text in keys {
                    let keys = sequence(&text).map_err(|key| KeymapError::Key {
                        context: context_name.clone(),
                        action: name.clone(),
                        key,
                    })?;
                    let clash = |b: &&Binding| {
                        b.context == context
                            && (b.keys.starts_with(&keys) || keys.starts_with(&b.keys))
                    };
                    if let Some(other) = bindings.iter().find(clash) {
                        return Err(KeymapError::Twice {
                            context: context_name.clone(),
                            keys: show(&keys),
                            first: other.action.name().to_owned(),
                            second: name.clone(),
                        });
                    }
                    bindings.push(Binding { context, keys, action, from: None });
                }
            }
        }
        let known = bindings.iter().map(|b| (b.context, b.action)).collect();
        Ok(Self { bindings, known, reachable: Default::default() })
    }

    /// The default keys.
    ///
    /// # Errors
    /// Only if `assets/keymap.toml` is invalid, which a test rules out.
    pub fn built_in() -> Result<Self, KeymapError> {
        Self::parse(include_str!("../../assets/keymap.toml"))
    }

    /// Looks up keys in a context.
    #[must_use]
    pub fn find(&self, context: Context, keys: &[Key]) -> Found {
        for context in context.chain() {
            let rows = || self.bindings.iter().filter(|b| b.context == *context);
            if let Some(row) = rows().find(|b| b.keys == keys) {
                return Found::Action(row.action);
            }
            if rows().any(|b| b.keys.starts_with(keys)) {
                return Found::Prefix;
            }
        }
        Found::Nothing
    }

    /// The rows that work in a context, nearest context first: those whose keys no
    /// nearer context uses.
    pub fn reachable(&self, context: Context) -> impl Iterator<Item = &Binding> {
        let find = || {
            let of =
                |c: Context| self.bindings.iter().enumerate().filter(move |(_, b)| b.context == c);
            let all = context.chain().iter().flat_map(|c| of(*c));
            let is_free = |b: &Binding| self.find(context, &b.keys) == Found::Action(b.action);
            all.filter(|(_, b)| is_free(b)).map(|(at, _)| at).collect()
        };
        let rows = self.reachable[context as usize].get_or_init(find);
        rows.iter().filter_map(|at| self.bindings.get(*at))
    }

    /// Whether a context itself, without its fallbacks, has an action, bound or not.
    #[must_use]
    pub fn knows_itself(&self, context: Context, action: Action) -> bool {
        self.known.contains(&(context, action))
    }

    /// Whether a context or one of its fallbacks has an action, bound or not.
    #[must_use]
    pub fn knows(&self, context: Context, action: Action) -> bool {
        context.chain().iter().any(|c| self.knows_itself(*c, action))
    }

    /// Replaces the rows of an action in a context.
    pub(super) fn replace(&mut self, context: Context, action: Action, rows: Vec<Binding>) {
        self.bindings.retain(|b| (b.context, b.action) != (context, action));
        self.bindings.extend(rows);
        self.reachable = Default::default();
    }

    /// All rows of all contexts.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The first key for an action in a context, formatted for display. If `typing`, keys
    /// that would type a character do not count.
    #[must_use]
    pub fn key_for(&self, context: Context, action: Action, typing: bool) -> Option<String> {
        let types = |b: &Binding| b.keys.first().is_some_and(|k| k.typed().is_some());
        self.reachable(context)
            .find(|b| b.action == action && !(typing && types(b)))
            .map(|b| show(&b.keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_binding() {
        let keymap = Keymap::built_in().unwrap();
        for action in Action::ALL {
            assert!(keymap.bindings().iter().any(|b| b.action == *action), "{}", action.name());
        }
    }

    #[test]
    fn a_sequence_is_found_key_by_key() {
        let keymap = Keymap::built_in().unwrap();
        let keys = sequence("g g").unwrap();
        assert_eq!(keymap.find(Context::Tokens, &keys[..1]), Found::Prefix);
        assert_eq!(keymap.find(Context::Tokens, &keys), Found::Action(Action::Top));
        let keys = sequence("g t").unwrap();
        assert_eq!(keymap.find(Context::Tokens, &keys), Found::Action(Action::GoTokens));
        let keys = sequence("g z").unwrap();
        assert_eq!(keymap.find(Context::Tokens, &keys), Found::Nothing);
    }

    #[test]
    fn dialogs_ignore_screen_keys() {
        let keymap = Keymap::built_in().unwrap();
        for context in [Context::Form, Context::Secret, Context::Help] {
            let keys = sequence("n").unwrap();
            assert_eq!(keymap.find(context, &keys), Found::Nothing, "{}", context.name());
        }
    }

    #[test]
    fn invalid_rows_are_named() {
        for (text, message) in [
            ("[tokens]\nopen = ['x']\nnew = ['x']", "[tokens] x is bound to both new and open"),
            ("[tokens]\nopen = ['y']\nnew = ['y i']", "[tokens] y is bound to both new and open"),
            ("[nowhere]\nopen = ['x']", "[nowhere] is not a context"),
            ("[tokens]\nfly = ['x']", "[tokens] fly is not an action"),
        ] {
            assert_eq!(Keymap::parse(text).unwrap_err().to_string(), message);
        }
    }
}
