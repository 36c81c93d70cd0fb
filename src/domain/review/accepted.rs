//! Accepted findings: an admin decided that they are fine, and why.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Item;
use crate::domain::{
    pasted::hide_tokens,
    policy::is_policy,
    safe_text::SafeText,
    token::{ApiToken, TokenId},
    validate,
};

/// Longest reason for accepting a finding, in characters.
pub const REASON_MAX: usize = 200;

/// An accepted finding of one token. It does not record who accepted it, since the
/// program cannot know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The organisation's id, as the server has it.
    pub org: String,
    /// The token with the finding.
    pub token: TokenId,
    /// The finding's code.
    pub code: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// Why it was accepted, in the admin's words.
    pub reason: SafeText,
}

impl Acceptance {
    /// Whether both are about the same finding of the same token.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.token == other.token && self.code == other.code && self.org == other.org
    }
}

/// The accepted findings of one organisation, indexed by token and code.
#[derive(Debug, Default)]
pub struct Accepted<'a>(HashMap<(&'a str, &'a str), &'a Acceptance>);

impl<'a> Accepted<'a> {
    /// Indexes those of the organisation with this id.
    #[must_use]
    pub fn of(all: &'a [Acceptance], org: &str) -> Self {
        let here = all.iter().filter(|a| a.org == org);
        Self(here.map(|a| ((a.token.raw(), a.code.as_str()), a)).collect())
    }

    /// The acceptance of this finding, if there is one. A policy's findings cannot be accepted:
    /// the policy itself has exemptions.
    #[must_use]
    pub fn get(&self, token: &TokenId, code: &str) -> Option<&'a Acceptance> {
        if is_policy(code) {
            return None;
        }
        self.0.get(&(token.raw(), code)).copied()
    }

    /// Like [`Self::get`], for an item of a survey over `tokens`.
    #[must_use]
    pub fn of_item(&self, item: &Item, tokens: &[ApiToken]) -> Option<&'a Acceptance> {
        self.get(&tokens.get(item.token)?.id, item.finding.code)
    }
}

/// Checks a typed reason for accepting a finding, and trims it.
///
/// # Errors
/// When it is empty or longer than [`REASON_MAX`]; a message for the user.
pub fn reason(text: &str) -> Result<SafeText, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("enter a reason: the next reviewer will ask".to_owned()),
        1..=REASON_MAX if hide_tokens(text) != text => {
            Err("contains a token: a reason is kept and shown".to_owned())
        }
        1..=REASON_MAX => {
            validate::printable(text, REASON_MAX).map(SafeText::from).map_err(|why| why.to_string())
        }
        n => Err(format!("too long: {n} characters, at most {REASON_MAX}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acceptance_covers_one_finding_of_one_token_in_one_organisation() {
        let one = |org: &str, token: &str, code: &str| Acceptance {
            org: org.to_owned(),
            token: TokenId::new(token),
            code: code.to_owned(),
            at: Timestamp::UNIX_EPOCH,
            reason: "r".into(),
        };
        let all = [one("acme", "t1", "never-expires"), one("labs", "t2", "never-expires")];
        let accepted = Accepted::of(&all, "acme");
        assert!(accepted.get(&TokenId::new("t1"), "never-expires").is_some());
        assert!(accepted.get(&TokenId::new("t1"), "long-life").is_none());
        assert!(accepted.get(&TokenId::new("t2"), "never-expires").is_none());
    }

    #[test]
    fn a_reason_is_required_and_limited() {
        assert!(reason("  ").is_err());
        assert!(reason(&"x".repeat(REASON_MAX + 1)).is_err());
        assert_eq!(reason(" in the safe ").unwrap().raw(), "in the safe");
        for text in ["xaat-910a2dec-8902-4cc1-beeb-8da1658eec67", "two\nlines", "a\u{1b}[31m"] {
            assert!(reason(text).is_err(), "{text:?}");
        }
    }
}
