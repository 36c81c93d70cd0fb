//! The names in a line, and the rows that they stand for.

use crate::domain::{
    capability::Scope,
    grants::{Target, WILDCARD},
    pattern::matches,
    safe_text::SafeText,
};

/// The organisation's name in a line.
const ORG: &str = "org";
/// The prefix of views.
const VIEW: &str = "view:";

/// One name as typed: the organisation, a dataset or view, or a pattern for several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    scope: Scope,
    /// Without the prefix `view:` and without `=`.
    text: String,
    /// Written with `=`: `*` and `?` have no special meaning.
    is_exact: bool,
}

impl Name {
    fn parse(text: &str) -> Self {
        if text == ORG {
            return Self { scope: Scope::Org, text: String::new(), is_exact: true };
        }
        let (scope, rest) = match text.strip_prefix(VIEW) {
            Some(rest) => (Scope::View, rest),
            None => (Scope::Dataset, text),
        };
        let exact = rest.strip_prefix('=');
        Self { scope, text: exact.unwrap_or(rest).to_owned(), is_exact: exact.is_some() }
    }

    /// What the name stands for.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether it is a pattern, which can match several names.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        !self.is_exact && self.text.contains(['*', '?'])
    }

    /// Whether it matches this name of a dataset or view. A pattern does not match `*`.
    #[must_use]
    pub fn matches(&self, name: &SafeText) -> bool {
        if self.is_pattern() {
            name.raw() != WILDCARD && matches(&self.text, name.raw())
        } else {
            name.raw() == self.text
        }
    }

    /// The one row that it names; `None` for a pattern.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        match self.scope {
            Scope::Org => Some(Target::Org),
            _ if self.is_pattern() => None,
            scope => Target::named(scope, self.text.as_str().into()),
        }
    }

    /// Whether it names a row that always exists: the organisation, or the row `*`.
    #[must_use]
    pub fn always_exists(&self) -> bool {
        self.scope == Scope::Org || self.is_exact && self.text == WILDCARD
    }

    /// The text without prefixes, as messages quote it.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        self.text.as_str().into()
    }

    /// The text without prefixes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Parses names that are separated by commas; at least one.
///
/// # Errors
/// If there is none.
pub fn parse(list: &str) -> Result<Vec<Name>, String> {
    let names: Vec<Name> =
        list.split(',').filter(|name| !name.is_empty()).map(Name::parse).collect();
    if names.is_empty() { Err("type at least one name".to_owned()) } else { Ok(names) }
}

/// The rows that the names stand for among these names, sorted; and the names that match none.
pub fn targets<'a, 'n, I: Iterator<Item = &'a SafeText>>(
    names: &'n [Name],
    among: impl Fn(Scope) -> I,
) -> (Vec<Target>, Vec<&'n Name>) {
    let (mut targets, mut unmatched) = (Vec::new(), Vec::new());
    for name in names {
        let before = targets.len();
        if name.always_exists() {
            targets.extend(name.target());
        } else {
            let found = among(name.scope).filter(|there| name.matches(there));
            targets.extend(found.filter_map(|there| Target::named(name.scope, there.clone())));
        }
        if targets.len() == before {
            unmatched.push(name);
        }
    }
    targets.sort_unstable();
    targets.dedup();
    (targets, unmatched)
}
