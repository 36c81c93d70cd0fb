//! What is known of the server behind a connection: its clock, by which tokens
//! live and end, and until when it takes no requests.

use jiff::{SignedDuration, Timestamp};

use super::{
    model::{Model, NoticeKind, after},
    session::ConnectionId,
};
use crate::{api::call::Answer, domain::when};

/// What is known of one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// Seconds by which its clock is ahead of ours, if that matters; else 0.
    pub ahead: i64,
    /// Until when it takes no requests, on our clock.
    pub limited_until: Option<Timestamp>,
}

impl Model {
    /// The server that we are signed in to.
    #[must_use]
    pub fn server(&self) -> Server {
        let connection = self.session.connection.unwrap_or_default();
        self.servers.get(&connection).copied().unwrap_or_default()
    }

    /// The time on the server's clock: what lives and ends there is counted from
    /// it, whatever this computer's clock says.
    #[must_use]
    pub fn server_now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.server().ahead);
        self.now.checked_add(ahead).unwrap_or(self.now)
    }

    /// Until when the server takes no requests, if it said so and that is still
    /// to come.
    #[must_use]
    pub fn limited_until(&self) -> Option<Timestamp> {
        self.server().limited_until.filter(|at| *at > self.now)
    }

    /// By how much the clocks differ, if that matters, as in "This … is 2 hours
    /// behind the server's".
    #[must_use]
    pub fn clock_difference(&self) -> Option<String> {
        when::clock_difference(self.server().ahead)
    }

    /// Says that the clocks differ, if they do, and what follows from it.
    pub fn warn_of_clock(&mut self) {
        if let Some(words) = self.clock_difference() {
            let text = format!("This clock {words}: expiries follow the server's.");
            self.notify(NoticeKind::Warning, text);
        }
    }
}

/// A server's clock was compared with ours.
pub fn clock(model: &mut Model, connection: ConnectionId, seconds: i64) {
    let ahead = when::clock_difference(seconds).map_or(0, |_| seconds);
    let server = model.servers.entry(connection).or_default();
    let was = std::mem::replace(&mut server.ahead, ahead);
    if Some(connection) != model.session.connection {
        return;
    }
    model.warn_of_clock();
    if was != 0 && ahead == 0 {
        model.notify(NoticeKind::Info, "This clock agrees with the server's again.");
    }
}

/// An answer came: it may say until when no more requests are taken, or show
/// that they are taken again.
pub fn answered(model: &mut Model, connection: Option<ConnectionId>, answer: &Answer) {
    let Some(connection) = connection else { return };
    match answer {
        Ok(_) => {
            if let Some(server) = model.servers.get_mut(&connection) {
                server.limited_until = None;
            }
        }
        Err(failure) => {
            if failure.retry_at.is_some() {
                model.servers.entry(connection).or_default().limited_until = failure.retry_at;
            }
        }
    }
}

/// When a countdown to this moment changes next: at each full second before it, and
/// at its end, be that less than a millisecond away.
#[must_use]
pub fn next_tick(until: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (until > now).then(|| match seconds_left(until, now) {
        0 | 1 => until,
        left => after(until, -(left - 1) * 1000),
    })
}

/// Seconds from now until then, begun ones counted; 0 if that is past.
#[must_use]
pub fn seconds_left(until: Timestamp, now: Timestamp) -> i64 {
    let left = until.as_millisecond() - now.as_millisecond();
    (left.max(0) + 999) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_ticks_to_its_very_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = at("2026-11-23T14:00:02.0005Z");
        for (now, tick) in [
            ("2026-11-23T14:00:00Z", Some("2026-11-23T14:00:01Z")),
            ("2026-11-23T14:00:01.5Z", Some("2026-11-23T14:00:02.0005Z")),
            // Nobody would wake up for what is left of it.
            ("2026-11-23T14:00:02.0001Z", Some("2026-11-23T14:00:02.0005Z")),
            ("2026-11-23T14:00:02.0005Z", None),
        ] {
            assert_eq!(next_tick(until, at(now)), tick.map(at), "{now}");
        }
    }
}
