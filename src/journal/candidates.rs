//! Finds the listed tokens that can be the result of an entry, and how likely each is.
//! There can be several, since another admin may choose the same name; the user decides.

use serde::Serialize;

use super::{
    entry::{Asked, Entry},
    grants::meaning,
    known::Age,
};
use crate::domain::{ApiToken, Expiry, Grants, PersonalToken, TokenId};

/// How likely a token is the result of a change, most likely first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// It is new and matches the whole request.
    Exact,
    /// It is new and has the requested name, or matches the whole request but may be older. The
    /// server may have changed other members, or someone else created it.
    Probable,
    /// It is new, or has the requested name.
    Possible,
}

impl Likeness {
    /// The lower-case name, on screens and in JSON.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Probable => "probable",
            Self::Possible => "possible",
        }
    }
}

/// The API tokens that can be the result of the entry, most likely first. Empty for
/// changes that create no API token.
#[must_use]
pub fn candidates<'a>(entry: &Entry, tokens: &'a [ApiToken]) -> Vec<(&'a ApiToken, Likeness)> {
    let Some(wanted) = wanted(&entry.asked) else { return Vec::new() };
    let rights = meaning(wanted.grants);
    let found = tokens.iter().filter(|token| wanted.old != Some(&token.id)).filter_map(|token| {
        let is_as_asked = || {
            token.name.raw() == wanted.name
                && token.description.raw() == wanted.description
                && token.expiry.known().is_some_and(|e| second(e) == second(wanted.expiry))
                && meaning(&token.grants) == rights
        };
        let age = entry.known.age(&token.id);
        likeness(age, wanted.name, token.name.raw(), is_as_asked).map(|how| (token, how))
    });
    best(found.collect())
}

/// The personal tokens that can be the result of the entry, most likely first. Empty for
/// changes that create no personal token.
#[must_use]
pub fn personal_candidates<'a>(
    entry: &Entry,
    tokens: &'a [PersonalToken],
) -> Vec<(&'a PersonalToken, Likeness)> {
    let Asked::CreatePersonal { name, description } = &entry.asked else { return Vec::new() };
    let found = tokens.iter().filter_map(|token| {
        let is_as_asked = || token.name.raw() == name && token.description.raw() == description;
        let age = entry.known.age(&token.id);
        likeness(age, name, token.name.raw(), is_as_asked).map(|how| (token, how))
    });
    best(found.collect())
}

fn likeness(age: Age, asked: &str, name: &str, is_as_asked: impl Fn() -> bool) -> Option<Likeness> {
    let has_name = name == asked;
    // Only the tokens with exactly the requested name were recorded.
    let is_new = age == Age::New || age == Age::NewIfNamed && has_name;
    match age {
        Age::Old => None,
        _ if is_new && is_as_asked() => Some(Likeness::Exact),
        Age::Unknown if is_as_asked() => Some(Likeness::Probable),
        _ if is_new && is_alike(asked, name) => Some(Likeness::Probable),
        _ if is_new || is_alike(asked, name) => Some(Likeness::Possible),
        _ => None,
    }
}

/// Whether the server may have changed one name into the other: by trimming it, by
/// changing its case, or by truncating it.
fn is_alike(asked: &str, name: &str) -> bool {
    let plain = |text: &str| {
        let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ")
    };
    let (asked, name) = (plain(asked), plain(name));
    asked == name || name.chars().count() >= CUT && asked.starts_with(&name)
}

/// Least length, in characters, of a name that may be a truncated longer one.
const CUT: usize = 16;

/// Sorts by likeness. If there is an exact match, merely possible ones are dropped.
fn best<T>(mut found: Vec<(T, Likeness)>) -> Vec<(T, Likeness)> {
    found.sort_by_key(|(_, how)| *how);
    if found.first().is_some_and(|(_, how)| *how == Likeness::Exact) {
        found.retain(|(_, how)| *how != Likeness::Possible);
    }
    found
}

struct Wanted<'a> {
    old: Option<&'a TokenId>,
    name: &'a str,
    description: &'a str,
    expiry: Expiry,
    grants: &'a Grants,
}

fn wanted(asked: &Asked) -> Option<Wanted<'_>> {
    match asked {
        Asked::Create { name, description, expiry, grants } => {
            Some(Wanted { old: None, name, description, expiry: *expiry, grants })
        }
        Asked::Regenerate { old, name, description, expiry, grants, .. } => {
            Some(Wanted { old: Some(old), name, description, expiry: *expiry, grants })
        }
        Asked::Delete { .. } | Asked::CreatePersonal { .. } | Asked::DeletePersonal { .. } => None,
    }
}

/// The expiry in whole seconds, since servers drop fractions.
fn second(expiry: Expiry) -> Option<i64> {
    expiry.at().map(jiff::Timestamp::as_second)
}
