//! The first look at an answer that carries a secret: a scanner that finds
//! `token` and `id` even if the rest is cut off or of an unknown shape.
//!
//! It looks at the members of the outermost object, so a dataset named "token"
//! or a text that contains `"token":` cannot fool it. Only if there is no secret,
//! it looks into the objects within, where nothing counts but what begins as a
//! secret does. It trusts nothing that is not closed by its quote.

use crate::domain::{Secret, SecretKind, TokenId};

/// How many objects are looked into for a secret that is not where it should be.
const OBJECTS: usize = 64;

/// What an answer is known to carry.
#[derive(Default, Debug)]
pub struct Find {
    pub secret: Option<Secret>,
    pub id: Option<TokenId>,
}

/// Looks for `token` and `id` in whatever there is of a body.
pub fn find(body: &[u8]) -> Find {
    let Strings { token, id } = Scanner::run(body);
    let secret = token.and_then(unquoted).map(Secret::new);
    let id = id.and_then(unquoted).map(TokenId::new);
    match secret {
        Some(secret) => Find { secret: Some(secret), id },
        None => within(body).map_or(Find { secret: None, id: id.clone() }, |found| Find {
            id: found.id.or(id),
            ..found
        }),
    }
}

/// The first object within with what is a secret by its beginning.
fn within(body: &[u8]) -> Option<Find> {
    let mut scanner = Scanner { body, at: 0 };
    for _ in 0..OBJECTS {
        let mut found = Strings::default();
        let _ = Scanner { body, at: scanner.next_object()? }.object(&mut found);
        let secret = found.token.and_then(unquoted).map(Secret::new);
        if let Some(secret) = secret.filter(|s| s.kind() != SecretKind::Other) {
            let id = found.id.and_then(unquoted).map(TokenId::new);
            return Some(Find { secret: Some(secret), id });
        }
    }
    None
}

/// The text of a JSON string, if it has any. Where it has escapes, a buffer of
/// the parser's held it too; wiping that is left to the allocator.
fn unquoted(json: &[u8]) -> Option<String> {
    let text: String = serde_json::from_slice(json).ok()?;
    Some(text).filter(|t| !t.is_empty())
}

/// The strings that count, still in their quotes; of members with one name,
/// the first.
#[derive(Default)]
struct Strings<'a> {
    token: Option<&'a [u8]>,
    id: Option<&'a [u8]>,
}

struct Scanner<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn run(body: &'a [u8]) -> Strings<'a> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let mut found = Strings::default();
        // Running out of bytes anywhere ends the search; what was found counts.
        let _ = Self { body, at: 0 }.object(&mut found);
        found
    }

    fn object(&mut self, found: &mut Strings<'a>) -> Option<()> {
        self.expect(b'{')?;
        loop {
            self.expect(b'"')?;
            let name = self.string()?;
            self.expect(b':')?;
            if self.peek()? == b'"' {
                self.at += 1;
                let value = self.string()?;
                match name {
                    br#""token""# => found.token = found.token.or(Some(value)),
                    br#""id""# => found.id = found.id.or(Some(value)),
                    _ => {}
                }
            } else {
                self.skip()?;
            }
            self.expect(b',')?;
        }
    }

    /// Where the next object begins; goes on behind its brace.
    fn next_object(&mut self) -> Option<usize> {
        loop {
            let at = self.at;
            self.at += 1;
            match self.body.get(at)? {
                b'{' => return Some(at),
                b'"' => drop(self.string()?),
                _ => {}
            }
        }
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while self.body.get(self.at)?.is_ascii_whitespace() {
            self.at += 1;
        }
        self.body.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// A string with both its quotes; the first has been read already.
    fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at - 1;
        loop {
            match self.body.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.body.get(start..self.at)
    }

    /// Passes over a value that is not a string, up to the `,` or `}` after it.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b',' | b'}' if depth == 0 => return Some(()),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                b'"' => {
                    self.at += 1;
                    self.string()?;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(body: &str) -> (Option<String>, Option<String>) {
        let Strings { token, id } = Scanner::run(body.as_bytes());
        (token.and_then(unquoted), id.and_then(unquoted))
    }

    fn pair(secret: &str, id: &str) -> (Option<String>, Option<String>) {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        (some(secret), some(id))
    }

    #[test]
    fn both_are_found_wherever_they_stand() {
        for (body, secret, id) in [
            (r#"{"id":"i","token":"s"}"#, "s", "i"),
            (" {\n\"token\" : \"s\" , \"id\" : \"i\" }", "s", "i"),
            ("\u{feff}{\"token\":\"s\"}", "s", ""),
            (r#"{"n":-1.5e3,"l":[1,{"token":"no"}],"t":true,"z":null,"token":"s"}"#, "s", ""),
            (r#"{"token":"a\u002db\\\"c"}"#, "a-b\\\"c", ""),
            (r#"{"token":"first","token":"second"}"#, "first", ""),
            (r#"{"token":null,"id":"i"}"#, "", "i"),
            (r#"{"token":17,"id":"i"}"#, "", "i"),
            (r#"{"token":"","id":""}"#, "", ""),
        ] {
            assert_eq!(found(body), pair(secret, id), "{body}");
        }
    }

    #[test]
    fn look_alikes_do_not_count() {
        for body in [
            r#"{"name":"\"token\":\"no\"","datasetCapabilities":{"token":{"id":"no","token":"no"}}}"#,
            r#"{"description":"x\\","a":["token","no",{"token":"no"}]}"#,
            r#"[{"token":"no"}]"#,
            r#""token":"no""#,
            r#"{"Token":"no","token2":"no"}"#,
            r#"<html>{"token":"no"}"#,
            "",
        ] {
            assert_eq!(found(body), pair("", ""), "{body}");
        }
    }

    #[test]
    fn a_secret_in_another_place_is_found_by_its_beginning() {
        for (body, id) in [
            (r#"{"data":{"id":"i","token":"xaat-1"}}"#, "i"),
            (r#"{"id":"o","result":[{"x":{}},{"token":"xaat-1","id":"i"}]}"#, "i"),
            (r#"{"id":"o","token":null,"data":{"token":"xaat-1"}}"#, "o"),
            (r#"{"id":"o","data":{"token":"xaat-1","cut"#, "o"),
            (r#"[{"token":"xaat-1"}]"#, ""),
            (r#"<p>{"token":"x"}</p>{"token":"xaat-1"}"#, ""),
        ] {
            let Find { secret, id: found } = find(body.as_bytes());
            assert_eq!(secret.map(|s| s.expose().to_owned()).as_deref(), Some("xaat-1"), "{body}");
            assert_eq!(found.as_ref().map_or("", TokenId::raw), id, "{body}");
        }
        for body in [r#"{"data":{"token":"no"}}"#, r#"{"data":{"token":"xaat-1"#, "{{{{{{{{"] {
            assert!(find(body.as_bytes()).secret.is_none(), "{body}");
        }
    }

    #[test]
    fn nothing_is_trusted_before_its_closing_quote() {
        let body = r#"{"name":"é","id":"tok-1","o":{"a":["b"]},"token":"xaat-0","rest":{}}"#;
        let (id_end, token_end) = (body.find(",\"o\"").unwrap(), body.find(",\"rest\"").unwrap());
        for cut in 0..=body.len() {
            let Find { secret, id } = find(&body.as_bytes()[..cut]);
            assert_eq!(id.is_some(), cut >= id_end, "at {cut}");
            assert_eq!(secret.is_some(), cut >= token_end, "at {cut}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_as_it_was_written(secret in ".{1,40}", noise in any::<String>()) {
            let text = |s: &str| serde_json::to_string(s).unwrap();
            let body = format!(
                r#"{{{}:{{"token":{}}},"token":{}}}"#,
                text(&format!("x{noise}")), text(&noise), text(&secret)
            );
            prop_assert_eq!(found(&body).0, Some(secret));
        }

        #[test]
        fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
            let _ = find(&bytes);
        }

        #[test]
        fn nearly_json_is_survived(text in r#"\{("(token|id|x|\\)+"|[:,{}\[\] ]){0,24}"#) {
            let _ = find(text.as_bytes());
        }
    }
}
