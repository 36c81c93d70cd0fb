//! Token events from the audit log: who created, regenerated or deleted one, and when.

use jiff::{SignedDuration, Timestamp};

use super::{safe_text::SafeText, token::TokenId, when};

/// How many days of the audit log are queried: as many as the log offers by default (from
/// the documentation).
pub const DAYS: i64 = 3;

/// What was done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// The token was created.
    Created,
    /// The token was regenerated.
    Regenerated,
    /// The token was deleted.
    Deleted,
}

impl AuditAction {
    /// Every action, in the order of a token's life.
    pub const ALL: [Self; 3] = [Self::Created, Self::Regenerated, Self::Deleted];

    /// The action's name in the audit log (from the documentation).
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Created => "createAPIToken",
            Self::Regenerated => "regenerateAPIToken",
            Self::Deleted => "deleteAPIToken",
        }
    }

    /// The action with this name in the audit log; `None` for other actions.
    #[must_use]
    pub fn parse(wire: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.wire() == wire)
    }

    /// The past participle, as in "created by jo".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Regenerated => "regenerated",
            Self::Deleted => "deleted",
        }
    }
}

/// One event of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// When the action happened.
    pub at: Timestamp,
    /// What was done.
    pub action: AuditAction,
    /// Who did it, as the log names them; empty if the log does not say.
    pub actor: SafeText,
    /// The token that the event is about.
    pub token: TokenId,
    /// The token's name; empty if the log does not say.
    pub name: SafeText,
}

impl AuditEvent {
    /// `created by jo@acme.test, 5 hours ago (23 Nov 2026 09:00 UTC)`, for reading aloud.
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> String {
        let ago = when::relative(self.at, now);
        format!("{}, {ago} ({})", self.deed(), when::date_time(self.at))
    }

    /// `23 Nov 09:00 UTC  created by jo@acme.test`, for a list. The log covers a few days, so
    /// the year is known.
    #[must_use]
    pub fn in_columns(&self) -> String {
        format!("{}  {}", self.time(), self.deed())
    }

    /// ` 3 Nov 09:00 UTC`, with a fixed width.
    #[must_use]
    pub fn time(&self) -> String {
        format!("{:>16}", when::day_time(self.at))
    }

    /// `created by jo@acme.test`
    #[must_use]
    pub fn deed(&self) -> String {
        let known = !self.actor.is_empty();
        let by = if known { format!(" by {}", self.actor) } else { String::new() };
        format!("{}{by}", self.action.label())
    }
}

/// The events that the audit log returned, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLog(Vec<AuditEvent>);

impl AuditLog {
    /// Sorts the events, newest first.
    #[must_use]
    pub fn new(mut events: Vec<AuditEvent>) -> Self {
        events.sort_by_key(|event| std::cmp::Reverse(event.at));
        Self(events)
    }

    /// All events, newest first.
    #[must_use]
    pub fn events(&self) -> &[AuditEvent] {
        &self.0
    }

    /// The events of one token, newest first.
    pub fn of(&self, token: &TokenId) -> impl Iterator<Item = &AuditEvent> {
        self.0.iter().filter(move |event| event.token == *token)
    }
}

/// Where the queried period begins: [`DAYS`] before `now`.
#[must_use]
pub fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_filtered_by_token_and_described() {
        let event = |at: &str, action, token: &str, actor: &str| AuditEvent {
            at: at.parse().unwrap(),
            action,
            actor: actor.into(),
            token: TokenId::new(token),
            name: "x".into(),
        };
        let log = AuditLog::new(vec![
            event("2026-11-02T09:00:00Z", AuditAction::Created, "a", "jo"),
            event("2026-11-23T09:00:00Z", AuditAction::Regenerated, "a", ""),
            event("2026-11-23T10:00:00Z", AuditAction::Deleted, "b", "jo"),
        ]);
        let now = "2026-11-23T14:00:00Z".parse().unwrap();
        let words: Vec<_> = log.of(&TokenId::new("a")).map(AuditEvent::in_columns).collect();
        assert_eq!(words, ["23 Nov 09:00 UTC  regenerated", " 2 Nov 09:00 UTC  created by jo"]);
        let words = log.events()[0].describe(now);
        assert_eq!(words, "deleted by jo, 4 hours ago (23 Nov 2026 10:00 UTC)");
        assert_eq!(since(now).to_string(), "2026-11-20T14:00:00Z");
    }
}
