//! The one type that holds a secret.
//!
//! It has no `Display`, `Clone` or `Serialize`, a redacted `Debug`, and is wiped when
//! dropped. A test limits the number of calls of [`Secret::expose`].

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A token's value, from the server or from the user.
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes over the text, and wipes the memory that it was in.
    #[must_use]
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        Self(Zeroizing::new(Box::from(text.as_str())))
    }

    /// The value itself. Each call is a place where the secret can leak.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether two secrets are equal, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// Whether the secret is non-empty printable ASCII without blanks. Anything else cannot
    /// be sent in a header.
    #[must_use]
    pub fn is_one_word(&self) -> bool {
        !self.0.is_empty() && self.0.chars().all(|c| c.is_ascii_graphic())
    }

    /// The kind of token, by its prefix.
    #[must_use]
    pub fn kind(&self) -> SecretKind {
        self.prefix().map_or(SecretKind::Other, |(_, kind)| kind)
    }

    fn prefix(&self) -> Option<(&'static str, SecretKind)> {
        PREFIXES.into_iter().find(|(prefix, _)| self.0.starts_with(prefix))
    }

    /// The prefix, then `•` for each other character but `-`, so that the length and shape
    /// can be seen.
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

/// The kind of a token, by its prefix. Sources: the official documentation for API tokens,
/// the public clients for personal and old ingest tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A personal token, which acts for its user.
    Personal,
    /// An API token, which belongs to one organisation.
    Api,
    /// An ingest token, a predecessor of API tokens.
    Ingest,
    /// A token without a known prefix.
    Other,
}

/// The known token prefixes. The code of the official documentation site also treats
/// `xaapt-` as a personal token.
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
    fn debug_output_hides_the_secret() {
        let secret = Secret::new("xaat-0123".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
    }

    #[test]
    fn comparison_accepts_only_the_same_secret() {
        let secret = |text: &str| Secret::new(text.to_owned());
        assert!(secret("xaat-1").is_same(&secret("xaat-1")));
        for other in ["xaat-2", "xaat-", "xaat-12", ""] {
            assert!(!secret("xaat-1").is_same(&secret(other)));
        }
    }

    #[test]
    fn masking_keeps_the_prefix_and_the_shape() {
        let secret = Secret::new("xaat-12ab-34".to_owned());
        assert_eq!(secret.masked(), "xaat-••••-••");
        assert_eq!(Secret::new("xaapt-1".to_owned()).masked(), "xaapt-•");
        assert_eq!(Secret::new("plain".to_owned()).masked(), "•••••");
    }
}
