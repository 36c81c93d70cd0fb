//! Status and headers of a response, and whether the API itself sent it.
//!
//! An error counts as the API's own only if it has one of the API's headers or its error body. A
//! proxy, a gateway or a sign-in page can return any status, which then says nothing about the
//! credential, its rights or the token.

use reqwest::{
    Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, SERVER, VIA},
};

use super::super::rate;
use crate::{
    api::{
        Failure, FailureKind,
        error::{ForeignResponse, Form},
        wire,
    },
    domain::SafeText,
};

/// The longest trace id that is shown, in bytes.
const TRACE_ID_MAX: usize = 128;

/// How much of the sender's name is shown, in characters.
const NAME_MAX: usize = 40;

/// Status and headers of a response.
pub struct Head {
    pub status: StatusCode,
    /// The server's id for the request.
    pub trace_id: Option<SafeText>,
    headers: HeaderMap,
    form: Kind,
}

/// The content type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// JSON, or no content type.
    Json,
    Html,
    Other,
}

impl Head {
    pub fn of(response: &Response) -> Self {
        let headers = response.headers().clone();
        Self {
            status: response.status(),
            trace_id: trace_id(&headers),
            form: kind(&headers),
            headers,
        }
    }

    /// Whether the content type is JSON or missing.
    pub const fn is_json(&self) -> bool {
        matches!(self.form, Kind::Json)
    }

    /// The failure for a response with an error status.
    pub fn refusal(&self, body: &[u8]) -> Failure {
        let status = self.status.as_u16();
        // A rate limit counts as the API's own: even a proxy that sends it has not forwarded the
        // request, and the API's message for it has no code.
        let is_limit = matches!(status, 429 | 430);
        let is_apis = is_limit || self.has_apis_header() || wire::is_refusal(body);
        let (kind, foreign) = if is_apis {
            (FailureKind::Status(status), None)
        } else {
            (FailureKind::Foreign(status), Some(Box::new(self.foreign(body))))
        };
        Failure {
            retry_at: rate::retry_at(self.status, &self.headers),
            trace_id: self.trace_id.clone(),
            message: wire::message(body),
            foreign,
            ..Failure::new(kind)
        }
    }

    /// The failure for a response with a success status but unexpected content.
    pub fn unreadable(&self, kind: FailureKind, body: &[u8]) -> Failure {
        let is_odd = kind == FailureKind::Unreadable;
        Failure {
            trace_id: self.trace_id.clone(),
            message: wire::message(body).filter(|_| is_odd),
            foreign: is_odd.then(|| Box::new(self.foreign(body))),
            ..Failure::new(kind)
        }
    }

    /// Whether a header is there that the API sends (documented for the rate limit, observed for
    /// the trace id).
    fn has_apis_header(&self) -> bool {
        self.trace_id.is_some() || self.headers.contains_key("x-ratelimit-scope")
    }

    fn foreign(&self, body: &[u8]) -> ForeignResponse {
        let text = |name: HeaderName| self.headers.get(name).and_then(|value| value.to_str().ok());
        let coding =
            text(CONTENT_ENCODING).filter(|coding| !coding.eq_ignore_ascii_case("identity"));
        let (form, name) = match (coding, self.form) {
            (Some(coding), _) => (Form::Encoded, Some(coding)),
            (None, kind) => (form(kind, body), text(SERVER).or_else(|| text(VIA))),
        };
        ForeignResponse { form, name: name.map(short).filter(|name| !name.raw().is_empty()) }
    }
}

fn form(kind: Kind, body: &[u8]) -> Form {
    let first = body.iter().find(|b| !b.is_ascii_whitespace());
    match (kind, first) {
        (Kind::Html, _) | (_, Some(b'<')) => Form::Html,
        (_, None) => Form::Empty,
        (_, Some(b'{' | b'[')) => Form::Json,
        _ => Form::Other,
    }
}

/// A header's text, cut to fit into a line.
fn short(text: &str) -> SafeText {
    SafeText::from(text.trim().chars().take(NAME_MAX).collect::<String>())
}

/// The server's id for this request.
fn trace_id(headers: &HeaderMap) -> Option<SafeText> {
    let id = headers.get("x-axiom-trace-id")?.to_str().ok()?;
    (1..=TRACE_ID_MAX).contains(&id.len()).then(|| SafeText::from(id))
}

fn kind(headers: &HeaderMap) -> Kind {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Kind::Json };
    let kind = value.to_str().unwrap_or_default().to_ascii_lowercase();
    match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => Kind::Json,
        essence if essence.ends_with("+json") => Kind::Json,
        "text/html" | "application/xhtml+xml" => Kind::Html,
        _ => Kind::Other,
    }
}
