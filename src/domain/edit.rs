//! Changes of rights as typed lines. The palette applies one to a draft, and a replacement of
//! several tokens applies them to the rights of each token:
//!
//! ```text
//! grant prod-* query:read ingest:create
//! revoke tmp-* *
//! only prod-api,prod-auth
//! apply query-only prod-new
//! ```
//!
//! Names are those of datasets, separated by commas. The prefix `view:` stands for views, `org`
//! is the organisation, and `=*` is the row for all datasets. `*` and `?` in a pattern match the
//! names that exist now, not future ones.
//!
//! `names` finds the rows that the names stand for, `rights` parses rights, `plan` applies lines
//! to tokens, and `typing` completes the last word of a line.

mod names;
pub mod plan;
mod rights;
#[cfg(test)]
mod tests;
mod typing;

use std::fmt;

pub use names::Name;
pub use plan::{Difference, Existing, Outcome, Plan, Planned, differences};
pub use typing::{Ending, endings};

use super::{
    capability::{Capability, Scope, Verbs},
    grants::Target,
    preset::{self, Preset},
    safe_text::SafeText,
    token::Kind,
    words::nearest,
};

/// Separates several changes in one line.
pub const SEPARATOR: char = ';';

/// What a line can name besides datasets and views.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary<'a> {
    /// The presets for `apply`. `None` if there is no such verb here.
    pub presets: Option<&'a [Preset]>,
    /// Basic tokens have the ingest column only.
    pub kind: Kind,
}

impl Vocabulary<'_> {
    /// The rights that exist in a scope.
    fn table(&self, scope: Scope) -> &'static [Capability] {
        match (self.kind, scope) {
            (Kind::Advanced, _) | (_, Scope::Org) => scope.capabilities(),
            // Ingest is the first capability of the table.
            (Kind::Basic, _) => scope.capabilities().get(..1).unwrap_or(&[]),
        }
    }

    /// The verbs, each with what it does.
    fn verbs(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let apply = self.presets.map(|_| ("apply", "add the rights of a preset"));
        VERBS.into_iter().chain(apply)
    }

    fn usage(&self) -> &'static str {
        if self.presets.is_some() {
            "use grant, revoke, only or apply"
        } else {
            "use grant, revoke or only"
        }
    }
}

/// The verbs that need no presets, each with what it does.
const VERBS: [(&str, &str); 3] = [
    ("grant", "add rights"),
    ("revoke", "remove rights"),
    ("only", "remove all rights on other datasets"),
];

/// A capability, and some of its verbs.
pub type Right = (&'static Capability, Verbs);

/// What a change does with the rows that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Adds these rights. Those of another scope than the row's do not apply to it.
    Grant(Vec<Right>),
    /// Removes these rights.
    Revoke(Vec<Right>),
    /// Removes all rights on other datasets, and those of the row `*`.
    Only,
    /// Adds the rights of a preset.
    Apply(Box<Preset>),
}

/// One change of rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The rows; empty only for a preset that needs none.
    pub names: Vec<Name>,
    /// What happens to them.
    pub what: What,
    line: SafeText,
}

/// The line, with single spaces between its words.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

impl Edit {
    /// Parses one line.
    ///
    /// # Errors
    /// What is wrong with the line, and what to type instead.
    pub fn parse(line: &str, vocabulary: Vocabulary<'_>) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (names, what) = match words.as_slice() {
            [verb @ ("grant" | "revoke"), list, rights @ ..] if !rights.is_empty() => {
                let names = names::parse(list)?;
                let rights = rights::parse_all(&names, rights, vocabulary)?;
                let grants = *verb == "grant";
                (names, if grants { What::Grant(rights) } else { What::Revoke(rights) })
            }
            [verb @ ("grant" | "revoke"), ..] => {
                return Err(format!(
                    "usage: {verb} NAMES RIGHTS, such as {verb} prod-* query:read"
                ));
            }
            ["only", list] => {
                let names = names::parse(list)?;
                if names.iter().any(|name| name.scope() != Scope::Dataset) {
                    return Err("only is about datasets: name no views and not org".to_owned());
                }
                (names, What::Only)
            }
            ["only", ..] => {
                return Err("usage: only NAMES, such as only prod-api,prod-auth".to_owned());
            }
            ["apply", rest @ ..] if vocabulary.presets.is_some() => {
                let (preset, names) = applied(rest, vocabulary.presets.unwrap_or_default())?;
                (names, What::Apply(Box::new(preset)))
            }
            [] => return Err(vocabulary.usage().to_owned()),
            [other, ..] => {
                let known: Vec<_> = vocabulary.verbs().map(|(verb, _)| verb).collect();
                let usage = vocabulary.usage();
                let instead = nearest(other, &known)
                    .map_or_else(|| usage.to_owned(), |verb| format!("did you mean {verb}?"));
                return Err(format!("unknown command {}: {instead}", SafeText::from(*other)));
            }
        };
        Ok(Self { names, what, line: words.join(" ").into() })
    }

    /// Parses several changes, separated by [`SEPARATOR`]; at least one.
    ///
    /// # Errors
    /// As [`Self::parse`], for the first line that is wrong.
    pub fn parse_all(lines: &str, vocabulary: Vocabulary<'_>) -> Result<Vec<Self>, String> {
        let parts = lines.split(SEPARATOR).filter(|part| !part.trim().is_empty());
        let edits =
            parts.map(|line| Self::parse(line, vocabulary)).collect::<Result<Vec<_>, _>>()?;
        if edits.is_empty() { Err(vocabulary.usage().to_owned()) } else { Ok(edits) }
    }

    /// Whether a line lacks a word at its end, so that its error is not a mistake.
    #[must_use]
    pub fn lacks_words(line: &str) -> bool {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(
            words[..],
            [] | ["grant" | "revoke" | "only" | "apply"] | ["grant" | "revoke" | "apply", _]
        )
    }

    /// Whether a pattern matches only the names that exist now.
    #[must_use]
    pub fn is_today_only(&self) -> bool {
        self.names.iter().any(Name::is_pattern)
    }

    /// The rights of `grant` and `revoke`, as typed.
    #[must_use]
    pub fn rights_typed(&self) -> SafeText {
        let words: Vec<&str> = self.line.raw().split(' ').skip(2).collect();
        words.join(" ").into()
    }

    /// The rows that its names stand for among these names, sorted.
    ///
    /// # Errors
    /// When a name stands for none of them.
    pub fn targets<'a, I: Iterator<Item = &'a SafeText>>(
        &self,
        among: impl Fn(Scope) -> I,
    ) -> Result<Vec<Target>, String> {
        all_of(names::targets(&self.names, among))
    }
}

/// The rows that a list of names, separated by commas, stands for among these names.
///
/// # Errors
/// When the list is empty, or a name stands for none of them.
pub fn targets<'a, I: Iterator<Item = &'a SafeText>>(
    list: &str,
    among: impl Fn(Scope) -> I,
) -> Result<Vec<Target>, String> {
    all_of(names::targets(&names::parse(list)?, among))
}

fn all_of((targets, unmatched): (Vec<Target>, Vec<&Name>)) -> Result<Vec<Target>, String> {
    match unmatched.first() {
        Some(name) => Err(format!("no row matches {}", name.shown())),
        None => Ok(targets),
    }
}

/// Whether some rights of a preset are on the datasets or views that a line names.
fn needs_names(preset: &Preset) -> bool {
    !preset.dataset.is_empty() || !preset.view.is_empty()
}

/// The preset and the names of `apply PRESET NAMES`.
fn applied(words: &[&str], presets: &[Preset]) -> Result<(Preset, Vec<Name>), String> {
    let (id, list) = match words {
        [id] => (*id, None),
        [id, list] => (*id, Some(*list)),
        _ => {
            return Err("usage: apply PRESET NAMES, such as apply query-only prod-new".to_owned());
        }
    };
    let preset = preset::find(id, presets)?;
    let names = list.map_or_else(|| Ok(Vec::new()), names::parse)?;
    let id = SafeText::from(preset.id.as_str());
    let is_about = |scope| names.iter().any(|name| name.scope() == scope);
    if is_about(Scope::Org) {
        return Err(format!(
            "the rights of {id} in the organisation are always added: name datasets or views"
        ));
    }
    let is_without = |scope| match scope {
        Scope::View => preset.view.is_empty(),
        _ => preset.dataset.is_empty(),
    };
    if needs_names(preset) && names.is_empty() {
        return Err(format!("{id} needs names, such as apply {id} prod-new"));
    }
    for (scope, things) in [(Scope::Dataset, "datasets"), (Scope::View, "views")] {
        if is_without(scope) && is_about(scope) {
            return Err(format!("the preset {id} has no rights for {things} by name"));
        }
    }
    Ok((preset.clone(), names))
}
