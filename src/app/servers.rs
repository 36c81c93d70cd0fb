//! Tracks each server's clock, which decides when tokens expire, and its rate limit.

use super::{
    notice::NoticeKind,
    shared::{Shared, Topic},
};
use crate::{
    api::call::Answer,
    domain::{session::ConnectionId, when},
};

/// Stores how far a server's clock is ahead, in seconds, and warns if that matters.
pub fn clock(shared: &mut Shared, connection: ConnectionId, seconds: i64) {
    let ahead = when::clock_difference(seconds).map_or(0, |_| seconds);
    let server = shared.servers.entry(connection).or_default();
    let was = std::mem::replace(&mut server.ahead, ahead);
    shared.touch(Topic::Clock);
    if Some(connection) != shared.session.connection {
        return;
    }
    shared.warn_of_clock();
    if was != 0 && ahead == 0 {
        shared.notify(NoticeKind::Info, "This computer's clock agrees with the server's again.");
    }
}

/// Updates the rate limit after a response: it may set the time of the next allowed
/// request, or show that requests are accepted again.
pub fn answered(shared: &mut Shared, connection: Option<ConnectionId>, answer: &Answer) {
    let Some(connection) = connection else { return };
    match answer {
        Ok(_) => {
            if let Some(server) = shared.servers.get_mut(&connection) {
                server.limited_until = None;
            }
        }
        Err(failure) => {
            if failure.retry_at.is_some() {
                shared.servers.entry(connection).or_default().limited_until = failure.retry_at;
            }
        }
    }
}
