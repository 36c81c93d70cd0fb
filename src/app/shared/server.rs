//! The clock and rate limit of a server.

use jiff::Timestamp;

/// What is known about a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Seconds by which its clock is ahead of this computer's; 0 if that does not matter.
    pub ahead: i64,
    /// When its rate limit ends, on this computer's clock.
    pub limited_until: Option<Timestamp>,
}
