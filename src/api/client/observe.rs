//! Reports each attempt to an observer in fixed words and numbers, so that a log cannot contain
//! anything confidential.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use super::request::{self, Ask};
use crate::api::FailureKind;

/// One attempt to send an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The HTTP method.
    pub method: &'static str,
    /// The route with placeholders, such as `/v2/tokens/{id}`.
    pub route: &'static str,
    /// The status, or a fixed word for the error.
    pub outcome: Result<u16, &'static str>,
    /// The time until the status was received or the attempt failed.
    pub time: Duration,
    /// 1 for the first attempt; higher for retries of a read.
    pub attempt: u32,
}

/// A callback that is called once for each attempt.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&Sent) + Send + Sync>);

impl Observer {
    pub const fn new(observer: Arc<dyn Fn(&Sent) + Send + Sync>) -> Self {
        Self(observer)
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// An attempt in progress. Reported when dropped, so that abandoned attempts are reported too.
pub struct Attempt<'a> {
    observer: Option<&'a Observer>,
    started: Instant,
    sent: Sent,
}

impl<'a> Attempt<'a> {
    pub fn start(observer: Option<&'a Observer>, ask: Ask<'_>, attempt: u32) -> Self {
        let (method, route) = request::name(ask);
        let outcome = Err("abandoned");
        let sent = Sent { method, route, outcome, time: Duration::ZERO, attempt };
        Self { observer, started: Instant::now(), sent }
    }

    pub fn end(mut self, outcome: Result<u16, FailureKind>) {
        self.sent.outcome = outcome.map_err(word);
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.sent.time = self.started.elapsed();
        if let Some(Observer(observer)) = self.observer {
            observer(&self.sent);
        }
    }
}

fn word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Tls(_) | FailureKind::Proxy(_) | FailureKind::Roots(_) => {
            kind.network_word().unwrap_or("connect")
        }
        FailureKind::Dns => "dns",
        FailureKind::Connect => "connect",
        FailureKind::ConnectTimeout => "connect-timeout",
        FailureKind::Timeout => "timeout",
        FailureKind::Broken => "broken",
        FailureKind::Request => "request",
        // These errors occur only after the status was received.
        FailureKind::Status(_)
        | FailureKind::Foreign(_)
        | FailureKind::Unreadable
        | FailureKind::TooLarge => "other",
    }
}
