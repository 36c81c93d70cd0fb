//! The server behind a connection.

use jiff::Timestamp;

/// What is known of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Seconds by which its clock is ahead of ours, if that matters; else 0.
    pub ahead: i64,
    /// Until when it takes no requests, on our clock.
    pub limited_until: Option<Timestamp>,
}
