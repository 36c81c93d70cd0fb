//! The text that a user types to confirm a change that cannot be undone.

use super::SafeText;

/// The confirmation text for one token: its name as shown, since the raw name may have
/// characters that no keyboard has. For a token without a name: `delete`.
#[must_use]
pub fn named(name: &SafeText) -> &str {
    if name.shown().trim().is_empty() { "delete" } else { name.shown() }
}

/// The text that confirms deleting these tokens: the name of a single one, or
/// `delete 3`.
#[must_use]
pub fn deletion<'a>(names: impl ExactSizeIterator<Item = &'a SafeText>) -> String {
    named_or_counted("delete", names)
}

/// The text that confirms regenerating these tokens without a grace period: the name of
/// a single one, or `regenerate 3`.
#[must_use]
pub fn regeneration<'a>(names: impl ExactSizeIterator<Item = &'a SafeText>) -> String {
    named_or_counted("regenerate", names)
}

fn named_or_counted<'a>(verb: &str, names: impl ExactSizeIterator<Item = &'a SafeText>) -> String {
    let count = names.len();
    match names.last() {
        Some(only) if count == 1 => named(only).to_owned(),
        _ => format!("{verb} {count}"),
    }
}

/// Whether the typed text is the wanted one, ignoring white space around either.
#[must_use]
pub fn is_typed(typed: &str, wanted: &str) -> bool {
    typed.trim() == wanted.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_is_confirmed_by_name_and_several_by_count() {
        let names: Vec<SafeText> = ["ci", "  ", "a\u{7}b"].into_iter().map(Into::into).collect();
        assert_eq!(deletion(names[..1].iter()), "ci");
        assert_eq!(deletion(names[1..2].iter()), "delete", "no name to type");
        assert_eq!(deletion(names[2..].iter()), "a<U+0007>b", "as it is shown");
        assert_eq!(deletion(names.iter()), "delete 3");
        assert_eq!(regeneration(names[..1].iter()), "ci");
        assert_eq!(regeneration(names.iter()), "regenerate 3");
        assert!(is_typed(" ci ", "ci") && !is_typed("CI", "ci"));
    }
}
