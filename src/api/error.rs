//! What can go wrong with a call, sorted by what it means for the admin.
//!
//! `words` says it to people. Nothing here ever holds a bearer, a body, or an
//! address: a [`Failure`] may be drawn, logged and printed as it is.

mod network;
mod words;

use jiff::Timestamp;

pub use network::{
    CERT_DIR, CERT_FILE, ProxyFault, ProxyFailure, ProxyVariable, RootsFault, TlsFault,
};

use super::Call;
use crate::domain::{SafeText, TokenId};

/// What is known about the call's effect. For reads only the first two and
/// `Unknown` occur, and nothing hangs on the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It never reached the server: safe to try again.
    NotSent,
    /// The server refused it (4xx): nothing happened.
    Rejected,
    /// It may or may not have happened: look before trying again.
    Unknown,
    /// It happened, but the secret in the answer could not be read.
    SecretUnreadable { id: Option<TokenId> },
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The host name was not found.
    Dns,
    /// No connection could be made (refused, unreachable).
    Connect,
    /// No secure connection could be made.
    Tls(TlsFault),
    /// A proxy cannot be used, or passed nothing on.
    Proxy(ProxyFailure),
    /// There is no list of trusted issuers.
    Roots(RootsFault),
    /// No connection within the time allowed.
    ConnectTimeout,
    /// No answer within the time allowed.
    Timeout,
    /// The connection broke.
    Broken,
    /// The API answered with this status.
    Status(u16),
    /// Something else answered with this status: a proxy, a gateway, a sign-in page.
    /// It says nothing about what the API did, or would do.
    Foreign(u16),
    /// The answer is not what the API description says.
    Unreadable,
    /// The answer is larger than we take.
    TooLarge,
    /// The request could not be built (a header or an address that is not valid).
    Request,
}

/// What the body of a reply was that is not the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Empty,
    Html,
    /// JSON of another shape than described.
    Json,
    /// In a content coding that was not asked for, such as gzip.
    Encoded,
    Other,
}

/// A reply that does not look like the API's own, for words and support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    pub form: Form,
    /// What its `Server` or `Via` header says, or the content coding of
    /// [`Form::Encoded`].
    pub name: Option<SafeText>,
}

/// A call that did not end as wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub certainty: Certainty,
    pub kind: FailureKind,
    /// The server's own message.
    pub message: Option<SafeText>,
    /// The server's name for this request; its support can look it up.
    pub trace_id: Option<SafeText>,
    /// When a rate limit allows the next request.
    pub retry_at: Option<Timestamp>,
    /// Set where the reply does not look like the API's.
    pub stranger: Option<Box<Stranger>>,
}

impl Certainty {
    /// What a trouble means for a call that changes something: the one place
    /// that decides it. Reads use the same rule; nothing hangs on it there.
    ///
    /// Only the API's own refusal (4xx) proves that nothing happened, and not 408:
    /// the server gave up waiting, which says nothing about what it had done. A
    /// gateway's refusal proves nothing: it may have replaced the API's reply.
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
    /// A fixed word for the log, if no connection came about because of TLS or a
    /// proxy.
    #[must_use]
    pub const fn network_word(self) -> Option<&'static str> {
        network::word(self)
    }
}

impl Failure {
    /// A trouble of which nothing more is known.
    #[must_use]
    pub const fn new(kind: FailureKind) -> Self {
        Self {
            certainty: Certainty::of(kind),
            kind,
            message: None,
            trace_id: None,
            retry_at: None,
            stranger: None,
        }
    }

    /// A secret that was made, and lost on the way.
    #[must_use]
    pub fn secret_unreadable(id: Option<TokenId>, kind: FailureKind) -> Self {
        Self { certainty: Certainty::SecretUnreadable { id }, ..Self::new(kind) }
    }

    /// Whether asking again at once may help: for reads only.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self.kind,
            FailureKind::Broken | FailureKind::Status(502..=504) | FailureKind::Foreign(502..=504)
        )
    }

    /// Whether it says that this deployment has no routes for personal tokens,
    /// which is nothing unusual: they are assumed. Only of list and create: a
    /// 404 to the others is about one token. For the list a gateway's word will
    /// do, since nothing depends on it.
    #[must_use]
    pub fn lacks_routes(&self, call: &Call) -> bool {
        match self.kind {
            // Once a token was made, what went wrong with its secret is another thing.
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
    fn only_a_refusal_proves_that_nothing_happened() {
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
    fn only_passing_troubles_are_worth_a_second_read() {
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
    fn only_list_and_create_tell_of_missing_routes() {
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
        assert!(!made.lacks_routes(&create), "the token is there");
    }
}
