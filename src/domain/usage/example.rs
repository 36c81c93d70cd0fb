//! Evidence for tests.

use jiff::{SignedDuration, Timestamp};

use super::{Action, Actor, AuditEvent, AuditLog, Deed, Evidence, Received, Rows, Window};
use crate::domain::{audit::AuditAction, token::TokenId};

/// The time of the tests.
pub fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// That many days before [`now`].
pub fn ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(24 * days)
}

/// What was done by the actor with this id, with these datasets, that many days ago.
pub fn deed(id: &str, action: &str, datasets: &[&str], days: i64) -> Deed {
    Deed {
        actor: Actor { id: id.into(), ..Actor::default() },
        action: Action::named(action).unwrap(),
        datasets: datasets.iter().map(|name| (*name).into()).collect(),
        times: 3,
        last: ago(days),
    }
}

/// A complete log of this many days.
pub fn log(days: i64, deeds: Vec<Deed>) -> Evidence {
    let window = Window { since: ago(days), until: now() };
    let received = vec![Received { dataset: "sent-to".into(), bytes: 9.0 }];
    Evidence {
        window,
        deeds: Rows { rows: deeds, is_complete: true },
        received: Some(Rows { rows: received, is_complete: true }),
        events: Some(AuditLog::new(Rows { rows: Vec::new(), is_complete: true }, window)),
        users: None,
    }
}

/// The same log with events about tokens: action, token, actor, days ago.
pub fn with_events(log: Evidence, events: &[(AuditAction, &str, &str, i64)]) -> Evidence {
    let event = |(action, token, actor, days): &(AuditAction, &str, &str, i64)| AuditEvent {
        at: ago(*days),
        action: *action,
        actor: (*actor).into(),
        token: TokenId::new(*token),
        name: (*token).into(),
    };
    let rows = events.iter().map(event).collect();
    let events = Some(AuditLog::new(Rows { rows, is_complete: true }, log.window));
    Evidence { events, ..log }
}
