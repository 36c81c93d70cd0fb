//! Finds the secret in a response: `token` and `id` of the outermost object. The search runs while
//! the body is received, so it works even if the body is truncated, of an unknown shape, or too
//! large to keep.
//!
//! Only members of the outermost object count, so a dataset named "token" or a text that contains
//! `"token":` cannot be mistaken for the secret, and no string counts before its closing quote.
//! Nested objects are searched only if the body is complete and its outermost object has no
//! secret, and only if the result is unambiguous.

use zeroize::Zeroizing;

use crate::domain::{Secret, SecretKind, TokenId};

/// How many nested objects are searched for a secret.
const OBJECTS: usize = 64;

/// The longest name or value that is kept, in bytes including quotes.
const LONGEST: usize = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What was found in a response.
#[derive(Default, Debug)]
pub struct Find {
    /// The new token's secret.
    pub secret: Option<Secret>,
    /// The new token's id.
    pub id: Option<TokenId>,
}

/// Finds `token` and `id` in a body, for tests. `is_whole` says that the body is not truncated.
#[cfg(any(test, feature = "fuzzing"))]
pub fn find(body: &[u8], is_whole: bool) -> Find {
    let mut finder = Finder::default();
    finder.push(body);
    finder.finish(Some(body).filter(|_| is_whole))
}

/// The parser's position in the outermost object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before the object, where a byte order mark is allowed.
    #[default]
    Start,
    /// Before a member's name.
    Name,
    /// Before the colon.
    Colon,
    /// Before a value.
    Value,
    /// In a value that is not a string, an object or a list.
    Scalar,
    /// In a nested object or list; the nesting depth.
    Within(usize),
    /// After a value.
    After,
    /// The object has ended, or the input is not JSON: the remaining bytes are ignored.
    End,
}

/// The member that a value belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Member {
    Token,
    Id,
    #[default]
    Other,
}

/// Finds `token` and `id` of the outermost object in a body that is received in chunks.
#[derive(Default)]
pub struct Finder {
    at: At,
    /// Set while a string is open: whether the last byte was an escaping backslash.
    string: Option<bool>,
    /// The open string with its quotes, if it may be relevant.
    text: Zeroizing<Vec<u8>>,
    member: Member,
    /// Bytes of a byte order mark seen so far.
    mark: usize,
    token: Option<Zeroizing<Vec<u8>>>,
    id: Option<Zeroizing<Vec<u8>>>,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finder").field("at", &self.at).finish_non_exhaustive()
    }
}

impl Finder {
    /// Processes the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.at == At::End {
                return;
            }
            self.take(*byte);
        }
    }

    /// What was found. `whole` is the body, if it is complete and was kept.
    pub fn finish(self, whole: Option<&[u8]>) -> Find {
        let secret = self.token.as_deref().and_then(|json| unquoted(json)).map(Secret::new);
        let id = self.id.as_deref().and_then(|json| unquoted(json)).map(TokenId::new);
        match (secret, whole) {
            (None, Some(body)) => within(body, id),
            (secret, _) => Find { secret, id },
        }
    }

    fn take(&mut self, byte: u8) {
        if let Some(is_escaped) = self.string {
            self.take_text(byte, is_escaped);
            return;
        }
        if self.at == At::Start && BYTE_ORDER_MARK.get(self.mark) == Some(&byte) {
            self.mark += 1;
            return;
        }
        if byte.is_ascii_whitespace() {
            return;
        }
        self.at = match (self.at, byte) {
            (At::Start, b'{') => At::Name,
            (At::Name | At::Value, b'"') => {
                self.text.push(b'"');
                self.string = Some(false);
                self.at
            }
            (At::Colon, b':') => At::Value,
            (At::Value, b'{' | b'[') => At::Within(1),
            (At::Value, byte) if byte.is_ascii_alphanumeric() || byte == b'-' => At::Scalar,
            (At::Scalar | At::After, b',') => At::Name,
            (At::Scalar, byte) if !matches!(byte, b'}' | b']' | b'{' | b'[' | b'"' | b':') => {
                At::Scalar
            }
            (At::Within(_), b'"') => {
                self.string = Some(false);
                self.at
            }
            (At::Within(open), b'{' | b'[') => At::Within(open + 1),
            (At::Within(1), b'}' | b']') => At::After,
            (At::Within(open), b'}' | b']') => At::Within(open - 1),
            (At::Within(open), _) => At::Within(open),
            _ => At::End,
        };
    }

    /// Processes a byte of the open string.
    fn take_text(&mut self, byte: u8, is_escaped: bool) {
        let is_kept = matches!(self.at, At::Name | At::Value);
        if is_kept && self.text.len() < LONGEST {
            self.text.push(byte);
        }
        if is_escaped || byte != b'"' {
            self.string = Some(byte == b'\\' && !is_escaped);
            return;
        }
        self.string = None;
        match self.at {
            At::Name => {
                self.member = match self.text.as_slice() {
                    br#""token""# => Member::Token,
                    br#""id""# => Member::Id,
                    _ => Member::Other,
                };
                self.at = At::Colon;
            }
            At::Value => {
                let value = Zeroizing::new(self.text.to_vec());
                // The first of several members with the same name counts.
                match self.member {
                    Member::Token => self.token = self.token.take().or(Some(value)),
                    Member::Id => self.id = self.id.take().or(Some(value)),
                    Member::Other => {}
                }
                self.at = At::After;
            }
            _ => {}
        }
        self.text.clear();
    }
}

/// The secret of a nested object, recognised by its prefix, with the outermost object's `id`. Finds
/// one only if exactly one nested object has a secret and no id contradicts.
fn within(body: &[u8], id: Option<TokenId>) -> Find {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    let mut secrets = objects(body).filter_map(|object| {
        let mut finder = Finder::default();
        finder.push(object);
        let found = finder.finish(None);
        found.secret.filter(|s| s.kind() != SecretKind::Other).map(|secret| (secret, found.id))
    });
    match (is_json, secrets.next(), secrets.next()) {
        (true, Some((secret, own)), None) if id.is_none() || own.is_none() || id == own => {
            Find { secret: Some(secret), id: id.or(own) }
        }
        _ => Find { secret: None, id },
    }
}

/// The remainder of the body from each of its first objects on, including the outermost one.
fn objects(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut in_string, mut is_escaped) = (false, false);
    let begins = move |(at, byte): (usize, &u8)| {
        let begins = !in_string && *byte == b'{';
        if *byte == b'"' && !is_escaped {
            in_string = !in_string;
        }
        is_escaped = in_string && *byte == b'\\' && !is_escaped;
        begins.then(|| &body[at..])
    };
    body.iter().enumerate().filter_map(begins).take(OBJECTS)
}

/// The text of a JSON string, if it is not empty. If it has escapes, the parser's buffer contained
/// it too; the allocator wipes that.
fn unquoted(json: &[u8]) -> Option<String> {
    let text: String = serde_json::from_slice(json).ok()?;
    Some(text).filter(|t| !t.is_empty())
}

#[cfg(test)]
mod tests;
