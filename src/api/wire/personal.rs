//! The JSON of personal tokens. The shapes are assumed: no published description has them.

use serde::Serialize;

use super::{
    json::{Members, elements},
    token::id,
};
use crate::domain::{NewPersonalToken, PersonalToken, TokenId};

/// Parses the list of personal tokens. `null` is an empty list, and `null` elements are skipped.
/// `None` if the body is not a list of objects. As with API tokens, a token is kept even if members
/// are missing.
pub fn personal_tokens(body: &[u8]) -> Option<Vec<PersonalToken>> {
    elements(body)?
        .into_iter()
        .filter(|element| element.get() != "null")
        .map(|element| Some(read(&Members::of(element)?)))
        .collect()
}

/// Parses one personal token. `None` if the body is not an object or has no id.
pub fn personal_token(body: &[u8]) -> Option<PersonalToken> {
    let token = read(&Members::of_body(body)?);
    Some(token).filter(|t| !t.id.raw().is_empty())
}

fn read(members: &Members<'_>) -> PersonalToken {
    PersonalToken {
        id: TokenId::new(members.get("id").map(id).unwrap_or_default()),
        name: members.safe("name"),
        description: members.safe("description"),
    }
}

/// The body that creates a personal token: only name and description.
pub fn create_personal(token: &NewPersonalToken) -> Option<Vec<u8>> {
    #[derive(Serialize)]
    struct Definition<'a> {
        name: &'a str,
        description: &'a str,
    }

    let NewPersonalToken { name, description } = token;
    serde_json::to_vec(&Definition { name, description }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_members_are_accepted() {
        let body = br#"[{"name":"no id","scopes":["*"]},null,{"id":7,"description":null}]"#;
        let tokens = personal_tokens(body).unwrap();
        let shown: Vec<_> = tokens.iter().map(|t| (t.id.raw(), t.name.raw())).collect();
        assert_eq!(shown, [("", "no id"), ("7", "")]);
        assert_eq!(personal_tokens(b"null").unwrap(), []);
        for body in [&b"{}"[..], b"[1]", b"", b"<html>", b"[{\"id\":"] {
            assert!(personal_tokens(body).is_none(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_single_token_needs_an_id() {
        for body in [&br#"{"name":"a"}"#[..], br#"{"id":""}"#, b"null", b"[]"] {
            assert!(personal_token(body).is_none());
        }
        assert_eq!(personal_token(br#"{"id":"p","more":1}"#).unwrap().id.raw(), "p");
    }
}
