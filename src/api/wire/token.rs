//! Tokens out of their JSON.
//!
//! A token is never dropped for what it lacks: a review must see it. One
//! without an id keeps an empty id, for which no call can be built.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::{
    grants,
    json::{Members, Names, elements, text},
    usual,
};
use crate::domain::{
    ApiToken, Expiry, Grants, TokenExpiry, TokenId, pasted::covered_wholly, token::Told,
};

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

/// What an answer with one token tells of it. Where rights stand it is described as a
/// list would: there a member left out is an empty one, or no expiry.
pub fn told(body: &[u8]) -> Told {
    let Some(members) = Members::of_body(body) else { return Told::default() };
    let rights = members.iter().any(|(name, _)| name.ends_with(grants::SUFFIX));
    let has = |name: &str| members.get(name).is_some();
    Told {
        name: has("name"),
        description: rights || has("description"),
        expiry: rights || has("expiresAt"),
        rights,
    }
}

fn read(members: &Members<'_>, names: &mut Names) -> ApiToken {
    let mut grants = Grants::default();
    for (name, value) in members.iter() {
        grants::take(&mut grants, name, value, names);
    }
    let description = members.written("description");
    ApiToken {
        id: TokenId::new(members.get("id").map(id).unwrap_or_default()),
        name: members.safe("name"),
        description: names.shared(&description),
        expiry: expiry(members),
        grants,
    }
}

/// Ids are opaque; should they become numbers, their digits will do.
pub(super) fn id(value: &RawValue) -> String {
    let digits = || value.get().bytes().all(|b| b.is_ascii_digit()).then(|| value.get().to_owned());
    text(value).or_else(digits).unwrap_or_default()
}

/// An expiry: `null` and the zero time of the server's language stand for none.
///
/// Anything else that is no RFC 3339 time is kept as it came. It may be a time in
/// another form, so it must not count as "never"; and a guess can be wrong by
/// hours (a date) or by a factor of a thousand (a number).
fn expiry(members: &Members<'_>) -> TokenExpiry {
    let Some(value) = members.get("expiresAt") else { return Expiry::Never.into() };
    let unread = || TokenExpiry::Unread((*covered_wholly(value.get())).into());
    let mut all = members.iter().filter(|(name, _)| *name == "expiresAt");
    if all.any(|(_, other)| other.get() != value.get()) {
        return unread();
    }
    match text(value) {
        Some(time) => expiry_of(&time).map_or_else(unread, TokenExpiry::Known),
        None if value.get() == "null" => Expiry::Never.into(),
        None => unread(),
    }
}

/// The expiry that a text means. `None` if it cannot be read.
pub(super) fn expiry_of(time: &str) -> Option<Expiry> {
    if !is_rfc3339(time) {
        return None;
    }
    let at: Timestamp = time.parse().ok()?;
    match at.as_second() {
        ZERO if at.subsec_nanosecond() == 0 => Some(Expiry::Never),
        // Older than every token: a time that means something else.
        ..=0 => None,
        _ => Some(Expiry::At(at)),
    }
}

/// `0001-01-01T00:00:00Z`, in seconds.
const ZERO: i64 = -62_135_596_800;

/// Whether a text has the form of RFC 3339: date, `T`, time with seconds, and an
/// offset, as in `2027-02-21T00:00:00.5+01:00`. The parser of times takes other
/// forms too, of which some are ambiguous.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry_of(json: &str) -> TokenExpiry {
        token(format!(r#"{{"id":"x","expiresAt":{json}}}"#).as_bytes()).unwrap().expiry
    }

    #[test]
    fn null_absence_and_the_zero_time_mean_never() {
        for json in ["null", r#""0001-01-01T00:00:00Z""#, r#""0001-01-01T02:00:00.000+02:00""#] {
            assert_eq!(expiry_of(json), Expiry::Never.into(), "{json}");
        }
        assert_eq!(token(br#"{"id":"x"}"#).unwrap().expiry, Expiry::Never.into());
    }

    #[test]
    fn times_are_instants_whatever_their_form() {
        let at: Timestamp = "2027-02-21T00:00:00Z".parse().unwrap();
        for json in [
            r#""2027-02-21T00:00:00Z""#,
            r#""2027-02-21t00:00:00z""#,
            r#""2027-02-21 00:00:00Z""#,
            r#""2027-02-21T02:00:00.000+02:00""#,
            r#""2027-02-20T23:30:00-00:30""#,
            r#""2027-02-21T00:00:00.000000000Z""#,
            r#""2027-02-21T00:00:00-00:00""#,
            r#""2027\u002d02-21T00:00:00Z""#,
        ] {
            assert_eq!(expiry_of(json), Expiry::At(at).into(), "{json}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_means_neither_never_nor_a_time() {
        for json in [
            r#""2026-11-27""#,
            "1795000000",
            "1795000000000",
            "1.795e9",
            "0",
            "-1",
            r#""1795000000""#,
            r#""2026-11-27 10:00:00 +0000 UTC""#,
            r#""2026-11-27T10:00:00""#,
            r#""2026-11-27T10:00Z""#,
            r#""2026-11-27T10:00:00+01""#,
            r#""2026-11-27T10:00:00Z[Europe/Berlin]""#,
            r#""20261127T100000Z""#,
            r#""2026-11-27T10:00:00,5Z""#,
            r#""2026-11-27T10:00:00.Z""#,
            r#""2026-11-27T25:00:00Z""#,
            r#""2026-02-30T00:00:00Z""#,
            r#""10000-01-01T00:00:00Z""#,
            r#""9999-12-31T23:59:59Z""#,
            r#""0001-12-31T23:59:59Z""#,
            r#""0001-01-01T00:00:00+02:00""#,
            r#""0000-00-00T00:00:00Z""#,
            r#""1970-01-01T00:00:00Z""#,
            r#""Fri, 27 Nov 2026 10:00:00 GMT""#,
            r#"" 2026-11-27T10:00:00Z""#,
            r#""""#,
            r#""never""#,
            r#""soon""#,
            r#""\ud800""#,
            "true",
            "false",
            "[]",
            "{}",
            r#"{"at":"2026-11-27T10:00:00Z"}"#,
        ] {
            assert_eq!(expiry_of(json), TokenExpiry::Unread(json.into()), "{json}");
        }
    }

    #[test]
    fn an_expiry_that_is_said_twice_differently_cannot_be_read() {
        let twice = |a: &str, b: &str| {
            let body = format!(r#"{{"id":"x","expiresAt":{a},"expiresAt":{b}}}"#);
            token(body.as_bytes()).unwrap().expiry
        };
        let time = r#""2027-02-21T00:00:00Z""#;
        assert!(twice("null", time).is_unread());
        assert!(twice(time, "null").is_unread());
        assert_eq!(twice("null", "null"), Expiry::Never.into());
    }

    #[test]
    fn a_broken_element_does_not_cost_the_list() {
        let body = br#"[{"name":"no id"},null,{"id":7,"name":8,"description":[]},{"id":"b"}]"#;
        let tokens = tokens(body).unwrap();
        let ids: Vec<_> = tokens.iter().map(|t| t.id.raw()).collect();
        assert_eq!(ids, ["", "7", "b"]);
        assert_eq!(tokens[0].name.raw(), "no id");
        assert_eq!(tokens[1].name.raw(), "8");
        assert_eq!(tokens[1].description.raw(), "");
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
