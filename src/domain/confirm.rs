//! What a user types to confirm a change that cannot be undone.

use std::fmt;

use super::{SafeText, TokenId};

/// The fewest characters of an id that confirm.
const END: usize = 4;

/// A token's name and id.
pub type Identity<'a> = (&'a SafeText, &'a TokenId);

/// The texts that confirm a change. Any of them does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation(Vec<String>);

impl Confirmation {
    /// This text only.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }

    /// For one token: the end of its id, or its name. For several: how many there are.
    /// `listed` are the tokens that the user could have meant instead.
    #[must_use]
    pub fn of<'a>(
        tokens: impl ExactSizeIterator<Item = Identity<'a>>,
        listed: &(impl Iterator<Item = Identity<'a>> + Clone),
    ) -> Self {
        let count = tokens.len();
        match tokens.last() {
            Some(only) if count == 1 => Self::of_one(only, listed),
            _ => Self::text(count.to_string()),
        }
    }

    /// A text that fits another token too confirms nothing. So the end of the id is as long
    /// as necessary to be the end of no other id and no other name, and a name that several
    /// tokens have is not accepted.
    fn of_one<'a>(
        (name, id): Identity<'a>,
        listed: &(impl Iterator<Item = Identity<'a>> + Clone),
    ) -> Self {
        let others = || listed.clone().filter(|(_, other)| *other != id);
        let id: Vec<char> = id.raw().chars().collect();
        let ends = (END..=id.len()).map(|n| id[id.len() - n..].iter().collect::<String>());
        // Only what every keyboard can type.
        let mut ends = ends.take_while(|end| end.chars().all(|c| c.is_ascii_graphic()));
        let end = ends.find(|end| {
            !others().any(|(name, id)| id.raw().ends_with(end) || named(name).trim() == end)
        });
        let name = named(name).trim();
        let is_shared = others().any(|(other, _)| named(other).trim() == name);
        let name = (end.is_none() || !is_shared).then(|| name.to_owned());
        // An id as short as that, or an unlisted token that is known by its id only.
        let name = name.filter(|name| end.as_ref() != Some(name));
        Self(end.into_iter().chain(name).collect())
    }

    /// The texts; at least one.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.0
    }

    /// Whether the typed text confirms, ignoring white space around it.
    #[must_use]
    pub fn is_typed(&self, typed: &str) -> bool {
        self.0.iter().any(|text| typed.trim() == text.trim())
    }
}

impl From<&str> for Confirmation {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// The texts, as in "001d or ci".
impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" or "))
    }
}

/// The name as shown, since the raw name may have characters that no keyboard has. For a
/// token without a name: `delete`.
fn named(name: &SafeText) -> &str {
    if name.shown().trim().is_empty() { "delete" } else { name.shown() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What confirms deleting the first of these tokens.
    fn first(tokens: &[(&str, &str)]) -> String {
        let tokens: Vec<(SafeText, TokenId)> =
            tokens.iter().map(|(name, id)| ((*name).into(), TokenId::new(*id))).collect();
        let listed = tokens.iter().map(|(name, id)| (name, id));
        Confirmation::of(listed.clone().take(1), &listed).to_string()
    }

    #[test]
    fn one_token_is_confirmed_by_the_end_of_its_id_or_its_name() {
        assert_eq!(first(&[("ci", "7f3c-001d"), ("cd", "7f3c-001e")]), "001d or ci");
        assert_eq!(first(&[("a\u{7}b", "x-001d")]), "001d or a<U+0007>b", "as it is shown");
        assert_eq!(first(&[("  ", "x-001d")]), "001d or delete", "no name to type");
        assert_eq!(first(&[(" ci ", "x-001d")]), "001d or ci");
    }

    #[test]
    fn a_name_of_several_tokens_does_not_confirm() {
        assert_eq!(first(&[("ci", "x-001d"), ("ci", "x-001e")]), "001d");
        assert_eq!(first(&[("ci", "x-001d"), ("ci ", "x-001e")]), "001d", "it looks the same");
        assert_eq!(first(&[("", "x-001d"), ("delete", "x-001e")]), "001d");
        assert_eq!(first(&[("ci", "x-001d"), ("CI", "x-001e")]), "001d or ci");
    }

    #[test]
    fn the_end_of_the_id_is_long_enough_to_mean_one_token() {
        assert_eq!(first(&[("ci", "7f3c-001d"), ("cd", "9a2b-001d")]), "c-001d or ci");
        assert_eq!(first(&[("ci", "x-001d"), ("001d", "x-001e")]), "-001d or ci", "a name");
        assert_eq!(first(&[("ci", "x-001d"), ("cd", "yx-001d")]), "ci", "no end is unique");
        assert_eq!(first(&[("ci", "x-001d"), ("ci", "yx-001d")]), "ci", "nothing is");
        assert_eq!(first(&[("ci", "1d")]), "ci", "too short to be sure");
        assert_eq!(first(&[("ci", "x-00é1d")]), "ci", "not on every keyboard");
        assert_eq!(first(&[("001d", "001d")]), "001d");
    }

    #[test]
    fn several_tokens_are_confirmed_by_their_number() {
        let (name, id) = (SafeText::from("ci"), TokenId::new("x-001d"));
        let three = Confirmation::of([(&name, &id); 3].into_iter(), &[].into_iter());
        assert_eq!(three.to_string(), "3");
        assert!(three.is_typed(" 3 ") && !three.is_typed("ci") && !three.is_typed(""));
    }

    #[test]
    fn any_of_the_texts_confirms_exactly() {
        let (name, id) = (SafeText::from("ci"), TokenId::new("x-001d"));
        let one = Confirmation::of([(&name, &id)].into_iter(), &[].into_iter());
        assert!(one.is_typed(" ci ") && one.is_typed("001d"));
        for wrong in ["", "CI", "001D", "01d", "x-001d", "001d or ci", "c i"] {
            assert!(!one.is_typed(wrong), "{wrong}");
        }
    }
}
