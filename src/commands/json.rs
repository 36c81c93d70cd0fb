//! The JSON that commands print, as docs/json.md describes it. Members may be added, but not
//! renamed or removed. Text is unchanged from the server, except that characters which could
//! harm a terminal are escaped.

use std::io;

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Value, json, ser::Formatter};

use super::exit;
use crate::{
    api::wire,
    domain::{
        ApiToken, Dataset, Org, PersonalToken, SafeText, TokenExpiry,
        review::{self, Finding},
        safe_text::safe_json,
    },
};

/// An array with one element on each line.
#[must_use]
pub fn array<T: Serialize>(elements: impl IntoIterator<Item = T>) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_array(&mut out, elements);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes an array with one element on each line.
///
/// # Errors
/// When writing fails.
pub fn write_array<T: Serialize>(
    out: &mut impl io::Write,
    elements: impl IntoIterator<Item = T>,
) -> io::Result<()> {
    let mut is_empty = true;
    for element in elements {
        out.write_all(if is_empty { b"[\n" } else { b",\n" })?;
        is_empty = false;
        write_line(out, &element)?;
    }
    out.write_all(if is_empty { b"[]\n" } else { b"\n]\n" })
}

/// A value on one line. Also escapes characters that hide or reorder text, which JSON does
/// not require.
#[must_use]
pub fn line<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Vec::with_capacity(512);
    // Writing to memory cannot fail.
    let _ = write_line(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

fn write_line<T: Serialize + ?Sized>(out: &mut impl io::Write, value: &T) -> io::Result<()> {
    // The values can always be serialised, so that only writing fails.
    let mut json = serde_json::Serializer::with_formatter(out, Escaped);
    value.serialize(&mut json).map_err(io::Error::from)
}

/// Compact JSON that is safe to print on a terminal.
struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        out.write_all(safe_json(text).as_bytes())
    }

    fn write_raw_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        json: &str,
    ) -> io::Result<()> {
        // The server's JSON may contain line breaks.
        match serde_json::from_str::<Value>(json) {
            Ok(value) => out.write_all(line(&value).as_bytes()),
            Err(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// The value of a command that fails as a whole.
#[must_use]
pub fn error(status: u8, message: &str) -> String {
    let error = json!({ "outcome": exit::name(status), "status": status, "message": message });
    line(&json!({ "error": error })) + "\n"
}

/// An API token, with its state and findings at this time.
#[must_use]
pub const fn token(token: &ApiToken, now: Timestamp) -> impl Serialize {
    TokenJson { token, now }
}

struct TokenJson<'a> {
    token: &'a ApiToken,
    now: Timestamp,
}

impl Serialize for TokenJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { token, now } = self;
        let findings = review::findings(&token.grants, &token.expiry, *now);
        let findings: Vec<_> = findings.iter().map(FindingJson::of).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", token.id.raw())?;
        map.serialize_entry("name", token.name.raw())?;
        map.serialize_entry("description", token.description.raw())?;
        map.serialize_entry("type", token.kind().label())?;
        map.serialize_entry("state", token.state(*now).label())?;
        map.serialize_entry("expiresAt", &expiry(&token.expiry))?;
        map.serialize_entry("summary", &token.grants.summary())?;
        map.serialize_entry("findings", &findings)?;
        // As in the API. The three known scopes are always present.
        wire::capabilities(&mut map, &token.grants, true)?;
        map.end()
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    fix: &'a str,
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity.label(),
            message: &finding.why,
            fix: finding.fix,
        }
    }
}

/// A time, null for never, or the server's value if that is not a time.
#[must_use]
pub fn expiry(expiry: &TokenExpiry) -> Value {
    match expiry {
        TokenExpiry::Known(expiry) => expiry.at().map_or(Value::Null, |at| json!(at.to_string())),
        TokenExpiry::Unread(json) => {
            let value: Value = serde_json::from_str(json.raw()).unwrap_or(Value::Null);
            // Null means never, and a long number loses digits: both become strings.
            let written = value.to_string();
            let as_it_came = value.is_string() || written == json.raw();
            if as_it_came && !value.is_null() { value } else { json!(json.raw()) }
        }
    }
}

/// A personal token: its id, name and description.
#[must_use]
pub fn personal(token: &PersonalToken) -> Value {
    json!({
        "id": token.id.raw(),
        "name": token.name.raw(),
        "description": token.description.raw(),
    })
}

/// A dataset: its name and description.
#[must_use]
pub fn dataset(dataset: &Dataset) -> Value {
    json!({ "name": dataset.name.raw(), "description": dataset.description.raw() })
}

/// An organisation: its id and name, and the user's role, which is null for an API token.
#[must_use]
pub fn org(org: &Org) -> Value {
    let role = org.role.as_ref().map(SafeText::raw);
    json!({ "id": org.id.raw(), "name": org.name.raw(), "role": role })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_could_harm_a_terminal_are_escaped() {
        let value = json!([
            "\u{1b}[2J",
            "\u{7f}\u{80}\u{9b}",
            "a\u{202e}b",
            "日本",
            "\u{e0041}",
            "e\u{301}"
        ]);
        let text = line(&value);
        assert_eq!(
            text,
            r#"["\u001b[2J","\u007f\u0080\u009b","a\u202eb","日本","\udb40\udc41","é"]"#
                .replace('é', "e\u{301}")
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn an_empty_array_is_one_line() {
        assert_eq!(array::<Value>([]), "[]\n");
        assert_eq!(array([json!(1), json!(2)]), "[\n1,\n2\n]\n");
    }
}
