//! Requests, responses and refusals, as plain data.

use serde_json::{Value, json};

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path as it was sent: percent-encoded, without the query.
    pub path: String,
    /// The query, without its `?`; empty if there is none.
    pub query: String,
    /// The headers, in order; names may repeat.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without a body. The path may have a query.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        Self { method: method.to_owned(), path, query, ..Self::default() }
    }

    /// Adds the secret as a bearer token.
    #[must_use]
    pub fn bearer(self, secret: &str) -> Self {
        self.with("Authorization", &format!("Bearer {secret}"))
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.with("Content-Type", "application/json")
    }

    /// The first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// A response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string().into_bytes() }
            .with("Content-Type", "application/json")
    }

    pub(super) fn ok(body: &Value) -> Self {
        Self::json(200, body)
    }

    pub(super) fn empty() -> Self {
        Self { status: 204, ..Self::default() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    /// The status again, or for an invalid body its own code in the 600s.
    pub code: u16,
    pub message: String,
    pub header: Option<(&'static str, String)>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, code: status, message: message.into(), header: None }
    }

    /// A JSON body that does not match the API description.
    pub fn invalid(code: u16, message: impl Into<String>) -> Self {
        Self { code, ..Self::new(422, message) }
    }

    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        Self { header: Some((name, value.into())), ..self }
    }

    pub fn unauthorized(message: &str) -> Self {
        Self::new(401, message).with("WWW-Authenticate", "Bearer")
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    pub fn not_found() -> Self {
        Self::new(404, "not found")
    }

    pub fn into_response(self, trace: &str) -> Response {
        let body = json!({ "code": self.code, "message": self.message });
        let response = Response::json(self.status, &body).with("X-Axiom-Trace-Id", trace);
        match self.header {
            Some((name, value)) => response.with(name, value),
            None => response,
        }
    }
}
