//! The one type that holds a secret.
//!
//! No `Display`, `Clone` or `Serialize`, a redacted `Debug`, wiped when
//! dropped. `expose` is called in few places, and a test counts them.

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A token's value, from the server or from the user.
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes over the text; the copy that `text` was is wiped.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        Self(Zeroizing::new(Box::from(text.as_str())))
    }

    /// The value itself. Each call is a place where a secret can get out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether another one is the same. Takes as long for one that is almost the
    /// same as for one that is nothing like it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Whether it is one word of letters, digits and signs, as every token is:
    /// anything else cannot even be sent.
    #[must_use]
    pub fn is_one_word(&self) -> bool {
        !self.0.is_empty() && self.0.chars().all(|c| c.is_ascii_graphic())
    }

    /// What kind of token its prefix says it is.
    #[must_use]
    pub fn kind(&self) -> SecretKind {
        self.prefix().map_or(SecretKind::Other, |(_, kind)| kind)
    }

    fn prefix(&self) -> Option<(&'static str, SecretKind)> {
        PREFIXES.into_iter().find(|(prefix, _)| self.0.starts_with(prefix))
    }

    /// The value with its prefix kept and everything else covered, so that the
    /// reader sees that there is one, and how long it is.
    #[must_use]
    pub fn masked(&self) -> String {
        let keep = self.prefix().map_or(0, |(prefix, _)| prefix.len());
        self.0
            .chars()
            .enumerate()
            .map(|(i, c)| if i < keep || c == '-' { c } else { '•' })
            .collect()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// What a token's prefix says. Sources: the official documents for API tokens,
/// the public clients for personal and old ingest tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    Personal,
    Api,
    Ingest,
    Other,
}

/// How tokens begin, and what kind that is. The code of the documentation's own
/// site counts `xaapt-` as a personal token too.
pub const PREFIXES: [(&str, SecretKind); 4] = [
    ("xapt-", SecretKind::Personal),
    ("xaapt-", SecretKind::Personal),
    ("xaat-", SecretKind::Api),
    ("xait-", SecretKind::Ingest),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_nothing() {
        let secret = Secret::new("xaat-0123".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
    }

    #[test]
    fn only_the_same_is_the_same() {
        let secret = |text: &str| Secret::new(text.to_owned());
        assert!(secret("xaat-1").is_same(&secret("xaat-1")));
        for other in ["xaat-2", "xaat-", "xaat-12", ""] {
            assert!(!secret("xaat-1").is_same(&secret(other)));
        }
    }

    #[test]
    fn masking_keeps_prefix_and_shape() {
        let secret = Secret::new("xaat-12ab-34".to_owned());
        assert_eq!(secret.masked(), "xaat-••••-••");
        assert_eq!(Secret::new("xaapt-1".to_owned()).masked(), "xaapt-•");
        assert_eq!(Secret::new("plain".to_owned()).masked(), "•••••");
    }
}
