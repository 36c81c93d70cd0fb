//! The first look at a reply that carries a secret: `token` and `id` of the
//! outermost object, found while the body comes in, even if the rest is cut off,
//! of an unknown shape, or too large to keep.
//!
//! Only members of the outermost object count, so a dataset named "token" or a
//! text that contains `"token":` cannot fool it, and no string counts before its
//! closing quote. An object within is looked at only in a whole reply whose
//! outermost object has no secret, and only if no other secret could be meant.

use zeroize::Zeroizing;

use crate::domain::{Secret, SecretKind, TokenId};

/// How many objects are looked into for a secret that is not where it should be.
const OBJECTS: usize = 64;

/// Longest name or value that is kept while it comes in, in bytes with its quotes.
const LONGEST: usize = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a reply is known to carry.
#[derive(Default, Debug)]
pub struct Find {
    pub secret: Option<Secret>,
    pub id: Option<TokenId>,
}

/// Looks for `token` and `id` in a body, for checks. `is_whole` says that nothing was cut off
/// on its way.
#[cfg(any(test, feature = "fuzzing"))]
pub fn find(body: &[u8], is_whole: bool) -> Find {
    let mut finder = Finder::default();
    finder.push(body);
    finder.finish(Some(body).filter(|_| is_whole))
}

/// Where the search stands in the outermost object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before the object; a byte order mark may stand here.
    #[default]
    Start,
    /// Before a member's name.
    Name,
    /// Before the colon.
    Colon,
    /// Before a value.
    Value,
    /// In a value that is neither a string, an object nor a list.
    Scalar,
    /// In an object or list within; this many are open.
    Within(usize),
    /// After a value.
    After,
    /// The object has ended, or what came is no JSON: nothing more counts.
    End,
}

/// Which member a value belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Member {
    Token,
    Id,
    #[default]
    Other,
}

/// Looks for `token` and `id` of the outermost object, piece by piece.
#[derive(Default)]
pub struct Finder {
    at: At,
    /// A string is open, and the last byte was its escape or not.
    string: Option<bool>,
    /// The open string with its quotes, where it may count.
    text: Zeroizing<Vec<u8>>,
    member: Member,
    /// Bytes of a byte order mark that have come.
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
    /// Takes the next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.at == At::End {
                return;
            }
            self.take(*byte);
        }
    }

    /// What was found. `whole` is the body, if all of it came and was kept.
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

    /// Takes a byte of the open string.
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
                // Of members with one name, the first counts.
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

/// The secret of an object within, by how it begins, with the outermost object's
/// `id`. None unless exactly one object within has a secret, and nothing says that
/// it belongs to another token.
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

/// The body from each of its first objects on, the outermost one included.
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

/// The text of a JSON string, if it has any. Where it has escapes, a buffer of
/// the parser's held it too; wiping that is left to the allocator.
fn unquoted(json: &[u8]) -> Option<String> {
    let text: String = serde_json::from_slice(json).ok()?;
    Some(text).filter(|t| !t.is_empty())
}

#[cfg(test)]
mod tests;
