//! Which tokens of a list can be the result of an entry. More than one can: who
//! else makes tokens may choose the same name. Nothing is decided here.

use super::{
    entry::{Asked, Entry},
    grants::meaning,
};
use crate::domain::{ApiToken, Expiry, Grants, PersonalToken, TokenId};

/// The API tokens that were not there before and are what the entry asked for,
/// its expiry to the second. None if it asked for no API token.
#[must_use]
pub fn candidates<'a>(entry: &Entry, tokens: &'a [ApiToken]) -> Vec<&'a ApiToken> {
    let Some(wanted) = wanted(&entry.asked) else { return Vec::new() };
    let rights = meaning(wanted.grants);
    tokens
        .iter()
        .filter(|token| {
            is_new(entry, wanted.old, &token.id)
                && token.name.raw() == wanted.name
                && token.description.raw() == wanted.description
                && token.expiry.known().is_some_and(|e| second(e) == second(wanted.expiry))
                && meaning(&token.grants) == rights
        })
        .collect()
}

/// The personal tokens that were not there before and are what the entry asked
/// for. None if it asked for no personal token.
#[must_use]
pub fn personal_candidates<'a>(
    entry: &Entry,
    tokens: &'a [PersonalToken],
) -> Vec<&'a PersonalToken> {
    let Asked::CreatePersonal { name, description } = &entry.asked else { return Vec::new() };
    tokens
        .iter()
        .filter(|token| {
            is_new(entry, None, &token.id)
                && token.name.raw() == name
                && token.description.raw() == description
        })
        .collect()
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

fn is_new(entry: &Entry, old: Option<&TokenId>, id: &TokenId) -> bool {
    !entry.known.contains(id) && old != Some(id)
}

/// Servers do not keep every digit of a second.
fn second(expiry: Expiry) -> Option<i64> {
    expiry.at().map(jiff::Timestamp::as_second)
}
