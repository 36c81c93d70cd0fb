//! What can go wrong with a call, sorted by what it means for the admin.

use jiff::Timestamp;

use crate::domain::{SafeText, TokenId};

/// What is known about the call's effect. For reads only the first two and
/// `Unknown` occur, and nothing hangs on the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
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
pub enum Trouble {
    /// The host name was not found.
    Dns,
    /// No connection could be made (refused, unreachable).
    Connect,
    /// No secure connection could be made.
    Tls,
    /// No connection within the time allowed.
    ConnectTimeout,
    /// No answer within the time allowed.
    Timeout,
    /// The connection broke.
    Broken,
    /// The server answered with this status.
    Status(u16),
    /// The answer is not what the API description says.
    Unreadable,
    /// The answer is larger than we take.
    TooLarge,
    /// The request could not be built (a header or an address that is not valid).
    Request,
}

/// A call that did not end as wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub class: Class,
    pub trouble: Trouble,
    /// The server's own message.
    pub message: Option<SafeText>,
    /// The server's name for this request; its support can look it up.
    pub trace_id: Option<SafeText>,
    /// When a rate limit allows the next request.
    pub retry_at: Option<Timestamp>,
}
