//! Tokens out of their JSON.
//!
//! A token is never dropped for what it lacks: a review must see it. One
//! without an id keeps an empty id, for which no call can be built.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::value::RawValue;

use super::{
    grants,
    json::{Members, Names, elements, text},
    usual,
};
use crate::domain::{ApiToken, Expiry, Grants, TokenId};

/// The list of tokens. `null` is an empty list and `null` elements are passed
/// over; `None` if it is not a list, or one of something else than objects.
pub fn tokens(body: &[u8]) -> Option<Vec<ApiToken>> {
    piece(body, &mut Names::default())
}

/// The same of a piece of a list, see [`super::Pieces`]; `names` are those of the
/// pieces before.
pub fn piece(body: &[u8], names: &mut Names) -> Option<Vec<ApiToken>> {
    usual::tokens(body, names).or_else(|| lenient(body, names))
}

pub(super) fn lenient(body: &[u8], names: &mut Names) -> Option<Vec<ApiToken>> {
    elements(body)?
        .into_iter()
        .filter(|element| element.get() != "null")
        .map(|element| Some(read(&Members::of(element)?, names)))
        .collect()
}

/// One token, as get, create and regenerate answer it. `None` if it is not an
/// object or has no id.
pub fn token(body: &[u8]) -> Option<ApiToken> {
    let token = read(&Members::of_body(body)?, &mut Names::default());
    Some(token).filter(|t| !t.id.raw().is_empty())
}

fn read(members: &Members<'_>, names: &mut Names) -> ApiToken {
    let mut grants = Grants::default();
    for (name, value) in members.iter() {
        grants::take(&mut grants, name, value, names);
    }
    let description = members.text("description").unwrap_or_default();
    ApiToken {
        id: TokenId::new(members.get("id").map(id).unwrap_or_default()),
        name: members.safe("name"),
        description: names.shared(&description),
        expiry: members.get("expiresAt").map_or(Expiry::Never, expiry),
        grants,
    }
}

/// Ids are opaque; should they become numbers, their digits will do.
pub(super) fn id(value: &RawValue) -> String {
    let digits = || value.get().bytes().all(|b| b.is_ascii_digit()).then(|| value.get().to_owned());
    text(value).or_else(digits).unwrap_or_default()
}

/// An expiry. The zero time of the server's language stands for none.
///
/// What cannot be read counts as none too: of all readings that is the one
/// which a review complains about, while an end that we guess would hide it.
fn expiry(value: &RawValue) -> Expiry {
    text(value).map_or(Expiry::Never, |time| expiry_of(&time))
}

/// The same, out of the text alone.
pub(super) fn expiry_of(time: &str) -> Expiry {
    let at = time.parse::<Timestamp>().ok();
    at.filter(|at| !is_zero(*at)).map_or(Expiry::Never, Expiry::At)
}

fn is_zero(at: Timestamp) -> bool {
    at.to_zoned_datetime(TimeZone::UTC).year() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry_of(json: &str) -> Expiry {
        token(format!(r#"{{"id":"x","expiresAt":{json}}}"#).as_bytes()).unwrap().expiry
    }

    #[test]
    fn never_has_many_spellings() {
        for json in [
            "null",
            r#""""#,
            r#""0001-01-01T00:00:00Z""#,
            r#""0001-01-01T00:00:00+02:00""#,
            r#""0001-12-31T23:59:59Z""#,
            r#""soon""#,
            "1795000000",
        ] {
            assert_eq!(expiry_of(json), Expiry::Never, "{json}");
        }
        assert_eq!(token(br#"{"id":"x"}"#).unwrap().expiry, Expiry::Never);
    }

    #[test]
    fn times_are_instants_whatever_their_offset() {
        let at: Timestamp = "2027-02-21T00:00:00Z".parse().unwrap();
        for json in [r#""2027-02-21T00:00:00Z""#, r#""2027-02-21T02:00:00.000+02:00""#] {
            assert_eq!(expiry_of(json), Expiry::At(at));
        }
        assert_ne!(expiry_of(r#""0002-01-01T00:00:00Z""#), Expiry::Never);
    }

    #[test]
    fn a_broken_element_does_not_cost_the_list() {
        let body = br#"[{"name":"no id"},null,{"id":7,"name":8,"description":[]},{"id":"b"}]"#;
        let tokens = tokens(body).unwrap();
        let ids: Vec<_> = tokens.iter().map(|t| t.id.raw()).collect();
        assert_eq!(ids, ["", "7", "b"]);
        assert_eq!(tokens[0].name.raw(), "no id");
        assert_eq!(tokens[1].name.raw(), "");
    }

    #[test]
    fn what_is_no_list_of_tokens_is_not_taken_for_an_empty_one() {
        for body in [&b"{}"[..], b"[1,2]", b"[\"a\"]", b"", b"<html>", b"[] trailing", b"[{\"id\":"]
        {
            assert!(tokens(body).is_none(), "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(tokens(b"null").unwrap(), []);
        assert_eq!(tokens(b" [] ").unwrap(), []);
    }

    #[test]
    fn a_single_token_needs_an_id() {
        assert!(token(br#"{"name":"a"}"#).is_none());
        assert!(token(br#"{"id":"","name":"a"}"#).is_none());
        assert!(token(b"null").is_none());
    }

    #[test]
    fn dataset_names_are_shared_within_a_list() {
        let one = r#"{"id":"a","datasetCapabilities":{"logs":{"query":["read"]}}}"#;
        let tokens = tokens(format!("[{one},{one}]").as_bytes()).unwrap();
        let name = |i: usize| tokens[i].grants.datasets.iter().next().unwrap().0.raw();
        assert!(std::ptr::eq(name(0), name(1)));
    }
}
