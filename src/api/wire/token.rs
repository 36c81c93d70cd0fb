//! Parses API tokens.
//!
//! A token is kept even if members are missing, since a review must see it. Without an id it gets
//! an empty one, for which no call can be built.

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt, mem};

use jiff::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    grants::{self, Reader},
    json::{Members, Text, text, written},
};
use crate::domain::{
    ApiToken, Expiry, Grants, SafeText, TokenExpiry, TokenId, pasted::covered_wholly,
    token::PresentMembers,
};

/// Parses the list of tokens. `null` is an empty list, and `null` elements are skipped. `None` if
/// the body is not a list of objects.
pub fn tokens(body: &[u8]) -> Option<Vec<ApiToken>> {
    let mut list = TokenList::default();
    list.push(body);
    list.finish()
}

/// Parses a list of tokens while it is received, so that its text need not be kept.
#[derive(Default)]
pub struct TokenList {
    reader: Reader,
    tokens: Vec<ApiToken>,
    at: At,
    /// Received bytes; parsed up to `read`.
    text: Vec<u8>,
    read: usize,
    /// How many bytes to have before parsing the next element.
    wanted: usize,
}

/// The parser's position in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Start,
    /// Before the first element.
    First,
    /// Before an element.
    Element,
    /// After an element.
    After,
    End,
}

impl fmt::Debug for TokenList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The server's text must not get into messages.
        f.debug_struct("TokenList").field("at", &self.at).finish_non_exhaustive()
    }
}

impl TokenList {
    /// Adds received bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.text.drain(..mem::take(&mut self.read));
        self.text.extend_from_slice(bytes);
    }

    /// Parses at most `most` complete elements and returns their number. `None` if the text is not
    /// a list of tokens.
    pub fn read(&mut self, most: usize) -> Option<usize> {
        let unread = characters(&self.text[self.read..])?;
        let (mut rest, mut count) = (unread, 0);
        while count < most {
            rest = rest.trim_start_matches([' ', '\n', '\r', '\t']);
            let Some(first) = rest.bytes().next() else { break };
            self.at = match (self.at, first) {
                // `null`, an empty list; `finish` checks it.
                (At::Start, b'n') => break,
                (At::Start, b'[') => At::First,
                (At::First | At::After, b']') => At::End,
                (At::After, b',') => At::Element,
                (At::First | At::Element, _) if rest.len() < self.wanted => break,
                (At::First | At::Element, _) => {
                    let Some((token, length)) = first_of(rest, &mut self.reader).ok()? else {
                        // Do not reparse a long element after each small chunk.
                        self.wanted = 2 * rest.len();
                        break;
                    };
                    self.tokens.extend(token);
                    (self.at, self.wanted) = (At::After, 0);
                    rest = &rest[length..];
                    count += 1;
                    continue;
                }
                _ => return None,
            };
            rest = &rest[1..];
        }
        self.read += unread.len() - rest.len();
        Some(count)
    }

    /// The tokens. `None` if the text was not a complete list of tokens.
    pub fn finish(mut self) -> Option<Vec<ApiToken>> {
        self.wanted = 0;
        self.read(usize::MAX)?;
        let rest = &self.text[self.read..];
        let is_whole = match self.at {
            At::Start => serde_json::from_slice::<()>(rest).is_ok(),
            at => at == At::End && rest.is_empty(),
        };
        is_whole.then_some(self.tokens)
    }
}

/// The bytes as text, without an incomplete character at the end.
fn characters(bytes: &[u8]) -> Option<&str> {
    match str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        text => text.ok(),
    }
}

/// The value is not a token.
struct NoToken;

/// Parses the token at the start of a text. Returns it, or `None` for `null`, with its length;
/// returns no pair if the text is incomplete.
fn first_of(text: &str, reader: &mut Reader) -> Result<Option<(Option<ApiToken>, usize)>, NoToken> {
    let mut json = serde_json::Deserializer::from_str(text);
    reader.careful = false;
    if let Ok(token) = Token(reader).deserialize(&mut json) {
        return Ok(Some((Some(token), json.into_iter::<IgnoredAny>().byte_offset())));
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    match values.next() {
        Some(Ok(value)) => Ok(Some((parse_lenient(value, reader)?, values.byte_offset()))),
        // Incomplete, or not JSON: the parser cannot tell a truncated number from a wrong one.
        _ => Ok(None),
    }
}

/// Parses one token, from the response to get, create or regenerate. `None` if the body is not an
/// object or has no id.
pub fn token(body: &[u8]) -> Option<ApiToken> {
    let value = serde_json::from_slice(body).ok()?;
    parse_lenient(value, &mut Reader::default()).ok()?.filter(|t| !t.id.raw().is_empty())
}

/// Parses a token of any shape, or `None` for `null`; keeps unknown parts as JSON.
fn parse_lenient(value: &RawValue, reader: &mut Reader) -> Result<Option<ApiToken>, NoToken> {
    if value.get() == "null" {
        return Ok(None);
    }
    reader.careful = true;
    let mut json = serde_json::Deserializer::from_str(value.get());
    Token(reader).deserialize(&mut json).map(Some).map_err(|_| NoToken)
}

struct Token<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for Token<'_> {
    type Value = ApiToken;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<ApiToken, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Token<'_> {
    type Value = ApiToken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ApiToken, A::Error> {
        let Self(reader) = self;
        let [mut id, mut name, mut description, mut expiry] = [None::<&RawValue>; 4];
        let (mut is_twice, mut grants) = (false, Grants::default());
        while let Some(Text(member)) = members.next_key()? {
            // The first of several members with the same name counts.
            match &*member {
                "id" => _ = id.get_or_insert(members.next_value()?),
                "name" => _ = name.get_or_insert(members.next_value()?),
                "description" => _ = description.get_or_insert(members.next_value()?),
                "expiresAt" => {
                    let value = members.next_value()?;
                    is_twice |= *expiry.get_or_insert(value).get() != *value.get();
                }
                name if name.ends_with(grants::SUFFIX) => {
                    reader.take(&mut grants, name, &mut members)?;
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(ApiToken {
            id: TokenId::new(id.map(self::id).unwrap_or_default()),
            name: name.map(written).unwrap_or_default().into(),
            description: reader.names.shared(&description.map(written).unwrap_or_default()),
            expiry: match expiry {
                None => Expiry::Never.into(),
                Some(value) if is_twice => unread(value),
                Some(value) => self::expiry(value),
            },
            grants,
        })
    }
}

/// Which facts a response with one token contains. If it has rights, it describes the token as a
/// list does: then a missing member means an empty value or no expiry.
pub fn present_members(body: &[u8]) -> PresentMembers {
    let Some(members) = Members::of_body(body) else { return PresentMembers::default() };
    let rights = members.iter().any(|(name, _)| name.ends_with(grants::SUFFIX));
    let has = |name: &str| members.get(name).is_some();
    PresentMembers {
        name: has("name"),
        description: rights || has("description"),
        expiry: rights || has("expiresAt"),
        rights,
    }
}

/// Parses an id. Ids are opaque strings; a number is accepted as its digits.
pub(super) fn id(value: &RawValue) -> Cow<'_, str> {
    let digits = || value.get().bytes().all(|b| b.is_ascii_digit()).then(|| value.get().into());
    text(value).or_else(digits).unwrap_or_default()
}

/// Parses an expiry. `null` and Go's zero time mean "never".
///
/// Anything else that is not an RFC 3339 time is kept as it was received. It may be a time in
/// another format, so it must not count as "never", and a guess could be wrong by hours (a date)
/// or by a factor of a thousand (a number).
fn expiry(value: &RawValue) -> TokenExpiry {
    match text(value) {
        Some(time) => expiry_of(&time).map_or_else(|| unread(value), TokenExpiry::Known),
        None if value.get() == "null" => Expiry::Never.into(),
        None => unread(value),
    }
}

fn unread(value: &RawValue) -> TokenExpiry {
    TokenExpiry::Unread(SafeText::from(&*covered_wholly(value.get())))
}

/// Parses an expiry's text. `None` if it is invalid.
fn expiry_of(time: &str) -> Option<Expiry> {
    if !is_rfc3339(time) {
        return None;
    }
    let at: Timestamp = time.parse().ok()?;
    match at.as_second() {
        ZERO if at.subsec_nanosecond() == 0 => Some(Expiry::Never),
        // 1970 or earlier is before any token existed, so it means something else.
        ..=0 => None,
        _ => Some(Expiry::At(at)),
    }
}

/// `0001-01-01T00:00:00Z`, in seconds since 1970.
const ZERO: i64 = -62_135_596_800;

/// Whether a text has the format of RFC 3339: date, `T`, time with seconds, and an offset, as in
/// `2027-02-21T00:00:00.5+01:00`. The time parser also accepts other formats, some of them
/// ambiguous.
fn is_rfc3339(text: &str) -> bool {
    let fits = |text: &str, form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(b, form)| match form {
                b'0' => b.is_ascii_digit(),
                b'T' => matches!(b, b'T' | b't' | b' '),
                b'+' => matches!(b, b'+' | b'-'),
                form => b == form,
            })
    };
    let Some((time, rest)) = text.split_at_checked(19) else { return false };
    let fraction = rest
        .strip_prefix('.')
        .map(|digits| digits.split_at(digits.bytes().take_while(u8::is_ascii_digit).count()));
    let (digits, offset) = fraction.unwrap_or(("0", rest));
    fits(time, "0000-00-00T00:00:00")
        && (1..=9).contains(&digits.len())
        && (matches!(offset, "Z" | "z") || fits(offset, "+00:00"))
}
