//! API errors, classified by what the admin has to do.
//!
//! `words` turns them into messages. A [`Failure`] never contains a bearer token, a body or an
//! address, so it can be drawn, logged and printed as it is.

mod network;
mod words;

use jiff::Timestamp;

pub use network::{
    CERT_DIR, CERT_FILE, ProxyFailure, ProxyFault, ProxyVariable, RootsFault, TlsFault,
};

use super::Call;
use crate::domain::{SafeText, TokenId};

/// Whether a call took effect. For reads `SecretUnreadable` never occurs, and the others make no
/// difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The request never reached the server: safe to retry.
    NotSent,
    /// The server refused the request (4xx): nothing changed.
    Rejected,
    /// The change may or may not have happened: check before retrying.
    Unknown,
    /// The change happened, but the secret in the response could not be read.
    SecretUnreadable {
        /// The new token's id, if the response had one.
        id: Option<TokenId>,
    },
}

/// The cause of a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The host name was not found.
    Dns,
    /// No connection could be made (refused, unreachable).
    Connect,
    /// The TLS connection failed.
    Tls(TlsFault),
    /// A proxy cannot be used, or did not forward the request.
    Proxy(ProxyFailure),
    /// No trusted root certificates could be loaded.
    Roots(RootsFault),
    /// Connecting timed out.
    ConnectTimeout,
    /// The response did not arrive completely in time.
    Timeout,
    /// The connection was lost.
    Broken,
    /// The API returned this status.
    Status(u16),
    /// A proxy, a gateway or a sign-in page returned this status. It says nothing about what
    /// the API did or would do.
    Foreign(u16),
    /// The response does not match the API description.
    Unreadable,
    /// The response exceeds the size limit.
    TooLarge,
    /// The request could not be built: a header or the address is invalid.
    Request,
}

/// What kind of body an unexpected response has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// No body.
    Empty,
    /// A web page, by its content type or its first character.
    Html,
    /// JSON in a shape that the API does not send.
    Json,
    /// A content coding that was not requested, such as gzip.
    Encoded,
    /// Anything else.
    Other,
}

/// A response that does not look like the API's own, described for messages and support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignResponse {
    /// The kind of body.
    pub form: Form,
    /// The `Server` or `Via` header, or the content coding of [`Form::Encoded`].
    pub name: Option<SafeText>,
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether the call took effect.
    pub certainty: Certainty,
    /// The cause.
    pub kind: FailureKind,
    /// The server's own message.
    pub message: Option<SafeText>,
    /// The server's id for this request; Axiom's support can look it up.
    pub trace_id: Option<SafeText>,
    /// When the rate limit allows the next request, by the local clock.
    pub retry_at: Option<Timestamp>,
    /// Set if the response does not look like the API's own.
    pub foreign: Option<Box<ForeignResponse>>,
}

impl Certainty {
    /// Classifies a failed change by its cause. Reads use the same rule, without consequences.
    ///
    /// Only the API's own refusal (4xx) proves that nothing happened. 408 does not: the server
    /// gave up waiting, which says nothing about what it had done before. A gateway's refusal
    /// does not either: it may have replaced the API's response.
    #[must_use]
    pub const fn of(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Dns
            | FailureKind::Connect
            | FailureKind::Tls(_)
            | FailureKind::Proxy(_)
            | FailureKind::Roots(_)
            | FailureKind::ConnectTimeout
            | FailureKind::Request => Self::NotSent,
            FailureKind::Status(408) => Self::Unknown,
            FailureKind::Status(400..=499) => Self::Rejected,
            FailureKind::Status(_)
            | FailureKind::Foreign(_)
            | FailureKind::Timeout
            | FailureKind::Broken
            | FailureKind::Unreadable
            | FailureKind::TooLarge => Self::Unknown,
        }
    }
}

impl FailureKind {
    /// The log's fixed word for a failure of TLS, the proxy or the root certificates.
    #[must_use]
    pub const fn network_word(self) -> Option<&'static str> {
        network::word(self)
    }
}

impl Failure {
    /// A failure of which only the cause is known.
    #[must_use]
    pub const fn new(kind: FailureKind) -> Self {
        Self {
            certainty: Certainty::of(kind),
            kind,
            message: None,
            trace_id: None,
            retry_at: None,
            foreign: None,
        }
    }

    /// A token was created or regenerated, but its secret was lost.
    #[must_use]
    pub fn secret_unreadable(id: Option<TokenId>, kind: FailureKind) -> Self {
        Self { certainty: Certainty::SecretUnreadable { id }, ..Self::new(kind) }
    }

    /// Whether an immediate retry may succeed. For reads only.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Broken | FailureKind::Status(502..=504) | FailureKind::Foreign(502..=504)
        )
    }

    /// Whether this deployment has no routes for personal tokens, which is not unusual: the
    /// routes are assumed. Only the responses to list and create can show that; a 404 to the
    /// other calls is about one token. For the list, a gateway's response counts too, since
    /// nothing depends on it.
    #[must_use]
    pub fn lacks_routes(&self, call: &Call) -> bool {
        match self.kind {
            // Not if a token was created and only fetching its secret failed.
            FailureKind::Status(404 | 405) => {
                self.certainty == Certainty::Rejected
                    && matches!(call, Call::ListPersonalTokens | Call::CreatePersonalToken(_))
            }
            FailureKind::Foreign(404 | 405) => matches!(call, Call::ListPersonalTokens),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_proves_that_nothing_changed() {
        use FailureKind::*;
        for (kind, certainty) in [
            (Dns, Certainty::NotSent),
            (Connect, Certainty::NotSent),
            (Tls(TlsFault::Cut), Certainty::NotSent),
            (Roots(RootsFault::Empty), Certainty::NotSent),
            (ConnectTimeout, Certainty::NotSent),
            (Request, Certainty::NotSent),
            (Status(400), Certainty::Rejected),
            (Status(401), Certainty::Rejected),
            (Status(404), Certainty::Rejected),
            (Status(422), Certainty::Rejected),
            (Status(429), Certainty::Rejected),
            (Status(430), Certainty::Rejected),
            (Status(499), Certainty::Rejected),
            (Status(408), Certainty::Unknown),
            (Status(302), Certainty::Unknown),
            (Status(500), Certainty::Unknown),
            (Status(504), Certainty::Unknown),
            (Status(101), Certainty::Unknown),
            (Foreign(401), Certainty::Unknown),
            (Foreign(403), Certainty::Unknown),
            (Foreign(404), Certainty::Unknown),
            (Timeout, Certainty::Unknown),
            (Broken, Certainty::Unknown),
            (Unreadable, Certainty::Unknown),
            (TooLarge, Certainty::Unknown),
        ] {
            assert_eq!(Certainty::of(kind), certainty, "{kind:?}");
        }
    }

    #[test]
    fn only_transient_failures_are_retried() {
        let passing = |t| Failure::new(t).is_passing();
        assert!(passing(FailureKind::Broken));
        for status in [502, 503, 504] {
            assert!(passing(FailureKind::Status(status)), "{status}");
        }
        for status in [301, 400, 404, 408, 429, 500, 501, 505] {
            assert!(!passing(FailureKind::Status(status)), "{status}");
        }
        assert!(!passing(FailureKind::Timeout) && !passing(FailureKind::Connect));
    }

    #[test]
    fn only_list_and_create_report_missing_routes() {
        use crate::domain::NewPersonalToken;

        let new = NewPersonalToken { name: "n".to_owned(), description: String::new() };
        let create = Call::CreatePersonalToken(Box::new(new));
        let delete = Call::DeletePersonalToken(TokenId::new("p"));
        for (call, told) in [
            (&Call::ListPersonalTokens, true),
            (&create, true),
            (&delete, false),
            (&Call::ListTokens, false),
        ] {
            for status in [404, 405] {
                let failure = Failure::new(FailureKind::Status(status));
                assert_eq!(failure.lacks_routes(call), told, "{call:?} {status}");
            }
            for status in [200, 401, 403, 410, 429, 500] {
                assert!(!Failure::new(FailureKind::Status(status)).lacks_routes(call));
            }
        }
        let made = Failure::secret_unreadable(Some(TokenId::new("p")), FailureKind::Status(404));
        assert!(!made.lacks_routes(&create), "the token was created");
    }
}
