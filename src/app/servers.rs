//! What is known of the server behind a connection: its clock, by which tokens
//! live and end, and until when it takes no requests.

use super::{
    notice::NoticeKind,
    shared::{Shared, Topic},
};
use crate::{
    api::call::Answer,
    domain::{session::ConnectionId, when},
};

/// A server's clock was compared with ours.
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
        shared.notify(NoticeKind::Info, "This clock agrees with the server's again.");
    }
}

/// An answer came: it may say until when no more requests are taken, or show
/// that they are taken again.
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
