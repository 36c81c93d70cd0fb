//! The one type that holds a secret.
//!
//! It has no `Display`, `Clone` or `Serialize`, a redacted `Debug`, and is wiped when
//! dropped. A test limits the number of calls of [`Secret::expose`].

use std::fmt;

use ring::digest;
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

    /// The secret without white space around it.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        Self::new(self.0.trim().to_owned())
    }

    /// The secret's fingerprint under this salt.
    #[must_use]
    pub fn fingerprint(&self, salt: &str) -> Fingerprint {
        let mut context = digest::Context::new(&digest::SHA256);
        // Without the length, a part of the salt could count as a part of the secret.
        context.update(&salt.len().to_be_bytes());
        context.update(salt.as_bytes());
        context.update(self.0.as_bytes());
        let mut bytes = [0; SHA256_BYTES];
        bytes.copy_from_slice(context.finish().as_ref());
        Fingerprint(bytes)
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

/// Length of a SHA-256 digest, in bytes.
const SHA256_BYTES: usize = 32;

/// A salted SHA-256 digest of a secret: recognises it, but does not reveal it. A token has
/// more than 120 random bits, so trying all of them is out of reach.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; SHA256_BYTES]);

impl Fingerprint {
    /// Parses 64 hexadecimal digits, as in `Display`.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 2 * SHA256_BYTES || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; SHA256_BYTES];
        for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
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
    fn a_fingerprint_recognises_only_its_secret_under_its_salt() {
        let print = |text: &str, salt: &str| Secret::new(text.to_owned()).fingerprint(salt);
        let this = print("xaat-1", "entry");
        assert_eq!(Fingerprint::parse(&this.to_string()), Some(this));
        assert_eq!(print("xaat-1", "entry"), this);
        for other in [print("xaat-2", "entry"), print("xaat-1", "other"), print("yxaat-1", "entr")]
        {
            assert_ne!(other, this);
        }
        for odd in ["", "00", &"g".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(Fingerprint::parse(odd), None, "{odd}");
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
