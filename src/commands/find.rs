//! Finds the tokens that arguments name, by id or by a name that only one token has. Finds all
//! of them before it sends the first change.

use std::fmt::Write as _;

use super::{ExitError, exit, words::tell};
use crate::{
    api::{
        call::Call,
        error::{Failure, FailureKind},
    },
    domain::{
        ApiToken, Grants, PersonalToken, SafeText, TokenExpiry, TokenId, confirm::Confirmation,
    },
};

/// A token with an id and a name.
pub trait Named: Sized {
    /// The id in the API.
    fn id(&self) -> &TokenId;
    /// The name, which other tokens can have too.
    fn name(&self) -> &SafeText;
    /// A token of which only the id is known, from an argument.
    fn unlisted(id: &str) -> Self;
}

/// The tokens that the arguments can name.
#[derive(Debug)]
pub struct Among<T> {
    tokens: Vec<T>,
    /// The server listed the tokens. Otherwise they are the arguments, taken as ids.
    pub is_listed: bool,
}

impl<T: Named + Clone> Among<T> {
    /// The tokens in the list. A credential may be allowed to change tokens but not to list
    /// them: then this uses the arguments as ids, and prints a warning.
    ///
    /// # Errors
    /// When reading the list failed for another reason.
    pub fn new(
        listed: Result<Vec<T>, Failure>,
        call: &Call,
        wanted: &[String],
    ) -> Result<Self, ExitError> {
        match listed {
            Ok(tokens) => Ok(Self { tokens, is_listed: true }),
            Err(failure) if failure.kind == FailureKind::Status(403) => {
                let what = if wanted.is_empty() {
                    "whether the name already exists was not checked"
                } else {
                    "the arguments are used as ids; names, rights and expiry are unknown"
                };
                tell([format!(
                    "no permission to {}: {what}, and a lost response cannot be checked",
                    call.describe()
                )
                .as_str()]);
                let tokens = wanted.iter().map(|id| T::unlisted(id.trim())).collect();
                Ok(Self { tokens, is_listed: false })
            }
            Err(failure) => Err(exit::failed(&failure, call)),
        }
    }

    /// The tokens that the arguments name, as [`all`].
    ///
    /// # Errors
    /// As [`all`].
    pub fn all(&self, wanted: &[String]) -> Result<Vec<&T>, ExitError> {
        all(wanted, &self.tokens)
    }

    /// The token that an argument names, as [`one`].
    ///
    /// # Errors
    /// As [`one`].
    pub fn one(&self, wanted: &str) -> Result<&T, ExitError> {
        one(wanted, &self.tokens)
    }

    /// What a user types to confirm that these tokens are deleted.
    pub fn confirmation(&self, found: &[&T]) -> Confirmation {
        let all = self.tokens.iter().map(|t| (t.name(), t.id()));
        Confirmation::of(found.iter().map(|t| (t.name(), t.id())), &all)
    }

    /// The server's list, if the credential can read it.
    pub fn list(&self) -> Option<Vec<T>> {
        self.is_listed.then(|| self.tokens.clone())
    }
}

impl Named for ApiToken {
    fn id(&self) -> &TokenId {
        &self.id
    }
    fn name(&self) -> &SafeText {
        &self.name
    }
    fn unlisted(id: &str) -> Self {
        Self {
            id: TokenId::new(id),
            name: id.into(),
            description: SafeText::default(),
            expiry: TokenExpiry::Unread("".into()),
            grants: Grants::default(),
        }
    }
}

impl Named for PersonalToken {
    fn id(&self) -> &TokenId {
        &self.id
    }
    fn name(&self) -> &SafeText {
        &self.name
    }
    fn unlisted(id: &str) -> Self {
        Self { id: TokenId::new(id), name: id.into(), description: SafeText::default() }
    }
}

/// An id as a word that needs no quotes in a shell and is not an option. Other characters
/// become `<U+0020>` and the like. [`one`] accepts this form.
#[must_use]
pub fn word(id: &TokenId) -> String {
    let mut word = String::new();
    for c in id.raw().chars() {
        let is_plain = c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':');
        if is_plain || c == '-' && !word.is_empty() {
            word.push(c);
        } else {
            // Writing to memory cannot fail.
            let _ = write!(word, "<U+{:04X}>", u32::from(c));
        }
    }
    word
}

/// The tokens that the arguments name, in that order, without duplicates.
///
/// # Errors
/// When a token is not found, or several tokens have the name.
pub fn all<'a, T: Named>(wanted: &[String], among: &'a [T]) -> Result<Vec<&'a T>, ExitError> {
    let mut found: Vec<&T> = Vec::new();
    for text in wanted {
        let token = one(text, among)?;
        if !found.iter().any(|t| t.id() == token.id()) {
            found.push(token);
        }
    }
    Ok(found)
}

/// The token that an argument names.
///
/// # Errors
/// When the token is not found, or several tokens have the name.
pub fn one<'a, T: Named>(wanted: &str, among: &'a [T]) -> Result<&'a T, ExitError> {
    let wanted = wanted.trim();
    let has_id = |t: &&T| t.id().raw() == wanted || word(t.id()) == wanted;
    let mut by_id = among.iter().filter(|t| !wanted.is_empty() && has_id(t));
    if let Some(token) = by_id.next() {
        return match by_id.find(|other| other.id() != token.id()) {
            None => Ok(token),
            // The argument is the id of one token, and the word of another's id.
            Some(other) => Err(ExitError::usage(format!(
                "{} can be either of two tokens: write {} or {}",
                SafeText::from(wanted),
                word(token.id()),
                word(other.id())
            ))),
        };
    }
    let is_named = |t: &&T| t.name().raw().trim() == wanted || t.name().shown().trim() == wanted;
    let mut fitting = among.iter().filter(is_named);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => {
            let ids = [first, second].into_iter().chain(fitting).map(|t| t.id().to_string());
            let ids: Vec<_> = ids.collect();
            Err(ExitError::usage(format!(
                "{} tokens have the name {}: use an id ({})",
                ids.len(),
                SafeText::from(wanted),
                ids.join(", ")
            )))
        }
        (None, _) => {
            let names: Vec<_> = among.iter().map(|t| t.name().shown()).collect();
            let near = near(wanted, &names);
            let near = near.map_or_else(String::new, |n| format!(": did you mean {n}?"));
            let why = format!("no token has the id or name {}{near}", SafeText::from(wanted));
            Err(ExitError::new(exit::NOT_FOUND, why))
        }
    }
}

/// The most similar name, if one is similar enough to suggest.
pub(super) fn near<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(wanted, name);
    let best = names.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.85).then_some(*best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Vec<PersonalToken> {
        let token = |id: &str, name: &str| PersonalToken {
            id: TokenId::new(id),
            name: name.into(),
            description: "".into(),
        };
        vec![token("1", "laptop"), token("2", "ci"), token("3", "ci"), token("ci-x", "4")]
    }

    fn found(wanted: &[&str]) -> Result<Vec<String>, (u8, String)> {
        let wanted: Vec<_> = wanted.iter().map(|w| (*w).to_owned()).collect();
        let tokens = tokens();
        let found = all(&wanted, &tokens).map_err(|error| (error.status, error.message))?;
        Ok(found.iter().map(|t| t.id.raw().to_owned()).collect())
    }

    #[test]
    fn an_id_overrides_a_name_and_duplicates_count_once() {
        assert_eq!(found(&["laptop", "2", "1"]).unwrap(), ["1", "2"]);
        assert_eq!(found(&["4"]).unwrap(), ["ci-x"]);
    }

    #[test]
    fn an_id_is_one_word_in_a_script() {
        for (id, expected) in [
            ("7f3c0000-1111", "7f3c0000-1111"),
            ("a b", "a<U+0020>b"),
            ("--look-for=0", "<U+002D>-look-for<U+003D>0"),
            ("*", "<U+002A>"),
            (
                "$(x)\t'\"`;|&~",
                "<U+0024><U+0028>x<U+0029><U+0009><U+0027><U+0022><U+0060><U+003B><U+007C><U+0026><U+007E>",
            ),
            ("é\u{2003}", "<U+00E9><U+2003>"),
        ] {
            let token =
                PersonalToken { id: TokenId::new(id), name: "n".into(), description: "".into() };
            assert_eq!(word(&token.id), expected);
            let tokens = [token];
            assert_eq!(one(expected, &tokens).unwrap().id.raw(), id, "found by its word");
        }
    }

    #[test]
    fn a_word_that_is_the_id_of_another_token_is_refused() {
        let token = |id: &str| PersonalToken {
            id: TokenId::new(id),
            name: "n".into(),
            description: "".into(),
        };
        let tokens = [token("a b"), token("a<U+0020>b")];
        let error = one("a<U+0020>b", &tokens).unwrap_err();
        assert_eq!(error.status, 2);
        let second = word(&tokens[1].id);
        assert_eq!(one(&second, &tokens).unwrap().id.raw(), "a<U+0020>b");
    }

    #[test]
    fn a_name_of_several_tokens_is_refused_with_their_ids() {
        let (status, why) = found(&["laptop", "ci"]).unwrap_err();
        assert_eq!((status, why.as_str()), (2, "2 tokens have the name ci: use an id (2, 3)"));
    }

    #[test]
    fn an_unknown_name_gets_a_suggestion() {
        let (status, why) = found(&["lapto"]).unwrap_err();
        assert_eq!(status, 5);
        assert!(why.ends_with("lapto: did you mean laptop?"), "{why}");
        assert_eq!(found(&[""]).unwrap_err().0, 5);
    }
}
