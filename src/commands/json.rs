//! The JSON that commands print. README.md describes it; what is in it stays,
//! new members may come. Text is as it came from the server: JSON escapes what
//! could harm a terminal.

use std::io;

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Value, json, ser::Formatter};

use crate::{
    api::wire,
    domain::{
        ApiToken, Dataset, Org, PersonalToken, SafeText, TokenExpiry,
        review::{self, Finding},
        safe_text::safe_json,
    },
};

/// An array, one element a line.
#[must_use]
pub fn array<T: Serialize>(elements: impl IntoIterator<Item = T>) -> String {
    let mut out = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_array(&mut out, elements);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes an array, one element a line.
///
/// # Errors
/// When it cannot be written.
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

/// One value on one line. What hides or moves text is escaped too, which JSON
/// does not ask for.
#[must_use]
pub fn line<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Vec::with_capacity(512);
    // Writing to memory cannot fail.
    let _ = write_line(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

fn write_line<T: Serialize + ?Sized>(out: &mut impl io::Write, value: &T) -> io::Result<()> {
    // What came as JSON can be written as such: only writing fails.
    let mut json = serde_json::Serializer::with_formatter(out, Escaped);
    value.serialize(&mut json).map_err(io::Error::from)
}

/// Compact, and harmless to show.
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
        // As it came, it may have lines of its own.
        match serde_json::from_str::<Value>(json) {
            Ok(value) => out.write_all(line(&value).as_bytes()),
            Err(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// An API token.
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
        map.serialize_entry("kind", token.kind().label())?;
        map.serialize_entry("state", token.state(*now).label())?;
        map.serialize_entry("expiresAt", &expiry(&token.expiry))?;
        map.serialize_entry("summary", &token.grants.summary())?;
        map.serialize_entry("findings", &findings)?;
        // As the API has it; the three known scopes are always there.
        wire::capabilities(&mut map, &token.grants, true)?;
        map.end()
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    code: &'a str,
    severity: &'a str,
    why: &'a str,
    narrower: &'a str,
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity.label(),
            why: &finding.why,
            narrower: finding.narrower,
        }
    }
}

/// A time, null for never, or what came instead of a time.
#[must_use]
pub fn expiry(expiry: &TokenExpiry) -> Value {
    match expiry {
        TokenExpiry::Known(expiry) => expiry.at().map_or(Value::Null, |at| json!(at.to_string())),
        TokenExpiry::Unread(json) => {
            let value: Value = serde_json::from_str(json.raw()).unwrap_or(Value::Null);
            // Null is "never"; a number too long for us loses digits.
            let written = value.to_string();
            let as_it_came = value.is_string() || written == json.raw();
            if as_it_came && !value.is_null() { value } else { json!(json.raw()) }
        }
    }
}

/// A personal token.
#[must_use]
pub fn personal(token: &PersonalToken) -> Value {
    json!({
        "id": token.id.raw(),
        "name": token.name.raw(),
        "description": token.description.raw(),
    })
}

/// A dataset.
#[must_use]
pub fn dataset(dataset: &Dataset) -> Value {
    json!({ "name": dataset.name.raw(), "description": dataset.description.raw() })
}

/// An organisation; the role is null for an API token.
#[must_use]
pub fn org(org: &Org) -> Value {
    let role = org.role.as_ref().map(SafeText::raw);
    json!({ "id": org.id.raw(), "name": org.name.raw(), "role": role })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_harm_a_terminal_is_escaped() {
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
