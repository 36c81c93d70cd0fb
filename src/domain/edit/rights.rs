//! The rights in a line.

use super::{Name, Right, Vocabulary};
use crate::domain::{
    capability::{Capability, Scope, Verb, Verbs},
    preset::grant,
    rights::{Impossible, Rights},
    safe_text::SafeText,
};

/// Parses the rights for the scopes of these names. Each capability occurs once.
///
/// # Errors
/// When a right does not exist in one of the scopes, and what to type instead.
pub fn parse_all(
    names: &[Name],
    words: &[&str],
    vocabulary: Vocabulary<'_>,
) -> Result<Vec<Right>, String> {
    let mut all: Vec<Right> = Vec::new();
    for scope in Scope::ALL {
        if !names.iter().any(|name| name.scope() == scope) {
            continue;
        }
        for (capability, verbs) in parse(scope, words, vocabulary.table(scope))? {
            match all.iter_mut().find(|(known, _)| *known == capability) {
                Some((_, known)) => *known = known.union(verbs),
                None => all.push((capability, verbs)),
            }
        }
    }
    Ok(all)
}

/// Parses rights such as `query:read`, `virtualFields:crud`, `query:*` or `*`.
///
/// # Errors
/// When a right is not in the table, and what to type instead.
pub fn parse(
    scope: Scope,
    words: &[&str],
    table: &'static [Capability],
) -> Result<Vec<Right>, String> {
    let mut found: Vec<Right> = Vec::new();
    for word in words {
        if *word == "*" {
            found.extend(table.iter().map(|c| (c, c.verbs)));
            continue;
        }
        let unknown = || {
            let hint = grant(&mut Rights::default(), scope, word).err().unwrap_or_default();
            format!("unknown right {}: {hint}", SafeText::from(*word))
        };
        let (wire, verbs) = word.split_once(':').ok_or_else(unknown)?;
        let named = |c: &&Capability| {
            c.wire.eq_ignore_ascii_case(wire) || c.label.eq_ignore_ascii_case(wire)
        };
        let capability = table.iter().find(named).ok_or_else(unknown)?;
        let verbs = verbs_of(verbs, capability).ok_or_else(unknown)?;
        if !verbs.minus(capability.verbs).is_empty() {
            return Err(Impossible { capability }.to_string());
        }
        found.push((capability, verbs));
    }
    Ok(found)
}

/// Parses `read`, `create+read`, letters of `crud`, or `*`.
fn verbs_of(text: &str, capability: &Capability) -> Option<Verbs> {
    match text {
        "*" => return Some(capability.verbs),
        "" => return None,
        _ => {}
    }
    let by_word: Option<Verbs> = text.split('+').map(Verb::parse).collect();
    by_word.or_else(|| {
        let letter = |c| Verb::ALL.into_iter().find(|v| v.letter() == c);
        text.chars().map(letter).collect()
    })
}

/// The rights of a capability that continue `word`: one with each verb, and one with all.
/// After `virtualFields:read+` they have one more verb.
pub fn continuing(capability: &'static Capability, word: &str) -> impl Iterator<Item = String> {
    let given = word.split_once(':').and_then(|(_, verbs)| verbs.rsplit_once('+'));
    let given = given.map(|(verbs, _)| verbs.to_owned());
    let has: Verbs = given.iter().flat_map(|v| v.split('+')).filter_map(Verb::parse).collect();
    let all =
        (given.is_none() && capability.verbs.len() > 1).then(|| format!("{}:*", capability.wire));
    let more = capability.verbs.minus(has);
    let one = move |verb: Verb| match &given {
        Some(given) => format!("{}:{given}+{}", capability.wire, verb.wire()),
        None => capability.right(verb),
    };
    more.iter().map(one).chain(all).collect::<Vec<_>>().into_iter()
}
