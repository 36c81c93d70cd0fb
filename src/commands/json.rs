//! The JSON that commands print, as docs/json.md describes it. With the feature `schemas`, the
//! types here also generate the JSON Schemas in `docs/schemas`. Members may be added, but not
//! renamed or removed. Text is unchanged from the server, except that characters which could
//! harm a terminal are escaped.

mod change;
mod journal;
mod lists;
mod review;
mod rotation;
#[cfg(feature = "schemas")]
mod schema;
mod token;
mod usage;

use std::io;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, ser::Formatter};

pub use change::{Candidate, ChangeKind, ChangeResult, Difference, PlannedRequest};
pub use journal::{Found, Looked, RecordedChange};
pub use lists::{Dataset, JournalEntry, Org, PersonalToken};
pub use review::{ReviewFinding, TokenAccess};
pub use rotation::{PlannedRotation, RotationResult};
pub use token::{Capabilities, ExpiresAt, Finding, Token};
pub use usage::{TokenEvent, TokenUsage};

use super::{USAGE, exit};
use crate::domain::safe_text::safe_json;

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
    let error = CommandError { outcome: Outcome::of(status), status, message };
    line(&Failed { error }) + "\n"
}

/// The output of a command that fails as a whole, instead of its usual output.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Failed<'a> {
    /// Why the command failed.
    error: CommandError<'a>,
}

/// Why a command failed.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
struct CommandError<'a> {
    /// How the command ended.
    outcome: Outcome,
    /// The exit status.
    status: u8,
    /// What happened and what to do, on one or more lines.
    message: &'a str,
}

/// How a command or a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It succeeded. Only in results of changes.
    Done,
    /// It failed.
    Failed,
    /// The arguments or the settings are invalid.
    Usage,
    /// There is no credential, or the server rejected it.
    NotSignedIn,
    /// Permission denied, invalid request, or a read-only session.
    Refused,
    /// A token, dataset, view or journal entry was not found.
    NotFound,
    /// The change may have taken effect, so it must not be repeated blindly.
    Unknown,
    /// The rate limit is exceeded.
    RateLimited,
    /// An earlier change failed, so this one was not sent. Only in results of changes.
    NotSent,
}

impl Outcome {
    /// What an exit status stands for.
    #[must_use]
    pub const fn of(status: u8) -> Self {
        match status {
            exit::DONE => Self::Done,
            USAGE => Self::Usage,
            exit::NOT_SIGNED_IN => Self::NotSignedIn,
            exit::REFUSED => Self::Refused,
            exit::NOT_FOUND => Self::NotFound,
            exit::UNKNOWN => Self::Unknown,
            exit::LIMITED => Self::RateLimited,
            _ => Self::Failed,
        }
    }
}

/// A time in RFC 3339, in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Time(pub Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
