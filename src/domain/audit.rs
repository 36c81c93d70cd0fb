//! The audit log: which part of it is asked for what, and the events about tokens: who created,
//! regenerated or deleted one, and when.

use jiff::{SignedDuration, Timestamp};

use super::{safe_text::SafeText, token::TokenId, when};

/// The dataset of the audit log (from the documentation). Owners can hand out a view of it.
pub const DATASET: &str = "axiom-audit";

/// How many days of the log can be queried if the organisation does not say (from the
/// documentation).
pub const DAYS: i64 = 3;

/// How many days are queried at most: the server reads all of them.
pub const MOST_DAYS: i64 = 90;

const HOURS: i64 = 24;

/// A part of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its start.
    pub since: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

impl Window {
    /// The last part of the log that an organisation can query. `seconds` is what it says
    /// about that, if it does.
    #[must_use]
    pub fn last(seconds: Option<i64>, now: Timestamp) -> Self {
        let days = SignedDuration::from_hours(HOURS * DAYS);
        let most = SignedDuration::from_hours(HOURS * MOST_DAYS);
        let length = seconds.filter(|s| *s > 0).map_or(days, SignedDuration::from_secs).min(most);
        Self { since: now.checked_sub(length).unwrap_or(Timestamp::MIN), until: now }
    }

    /// Its length, such as `3 days`.
    #[must_use]
    pub fn length(self) -> String {
        when::length(self.until.duration_since(self.since).as_secs())
    }
}

/// What is asked of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogQuestion {
    /// Who created, regenerated and deleted tokens.
    Events,
    /// Who used which rights on what.
    Deeds,
    /// Which datasets received events.
    Received,
}

/// A query of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The part that is read.
    pub window: Window,
    /// What is asked.
    pub question: LogQuestion,
}

/// The rows of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether these are all: the server did not cut them, and did not stop early.
    pub is_complete: bool,
}

/// What was done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditAction {
    /// The token was created.
    Created,
    /// The token was regenerated.
    Regenerated,
    /// The token was deleted.
    Deleted,
    /// The personal token was created.
    PersonalCreated,
    /// The personal token was regenerated.
    PersonalRegenerated,
    /// The personal token was renamed or given another description.
    PersonalUpdated,
    /// The personal token was deleted.
    PersonalDeleted,
}

impl AuditAction {
    /// Every action, in the order of a token's life.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Regenerated,
        Self::Deleted,
        Self::PersonalCreated,
        Self::PersonalRegenerated,
        Self::PersonalUpdated,
        Self::PersonalDeleted,
    ];

    /// The action's name in the audit log (from the documentation).
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Created => "createAPIToken",
            Self::Regenerated => "regenerateAPIToken",
            Self::Deleted => "deleteAPIToken",
            Self::PersonalCreated => "createPersonalToken",
            Self::PersonalRegenerated => "regeneratePersonalToken",
            Self::PersonalUpdated => "updatePersonalToken",
            Self::PersonalDeleted => "deletePersonalToken",
        }
    }

    /// The action with this name in the audit log; `None` for other actions.
    #[must_use]
    pub fn parse(wire: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.wire() == wire)
    }

    /// Whether it was done with a personal token.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::Created | Self::Regenerated | Self::Deleted)
    }

    /// The past participle, as in "created by jo". Says so if the token is a personal one.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Regenerated => "regenerated",
            Self::Deleted => "deleted",
            Self::PersonalCreated => "personal token created",
            Self::PersonalRegenerated => "personal token regenerated",
            Self::PersonalUpdated => "personal token updated",
            Self::PersonalDeleted => "personal token deleted",
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLog {
    /// The part of the log that was queried.
    pub window: Window,
    /// Whether these are all events in it.
    pub is_complete: bool,
    events: Vec<AuditEvent>,
}

impl AuditLog {
    /// Sorts the events, newest first.
    #[must_use]
    pub fn new(events: Rows<AuditEvent>, window: Window) -> Self {
        let Rows { rows: mut events, is_complete } = events;
        events.sort_by_key(|event| std::cmp::Reverse(event.at));
        Self { window, is_complete, events }
    }

    /// All events, newest first.
    #[must_use]
    pub fn events(&self) -> &[AuditEvent] {
        &self.events
    }

    /// The events of one API token, newest first.
    pub fn of(&self, token: &TokenId) -> impl Iterator<Item = &AuditEvent> {
        let is_meant = move |e: &&AuditEvent| e.token == *token && !e.action.is_personal();
        self.events.iter().filter(is_meant)
    }
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
        let rows = vec![
            event("2026-11-02T09:00:00Z", AuditAction::Created, "a", "jo"),
            event("2026-11-23T09:00:00Z", AuditAction::Regenerated, "a", ""),
            event("2026-11-23T10:00:00Z", AuditAction::Deleted, "b", "jo"),
        ];
        let window = Window::last(None, "2026-11-23T14:00:00Z".parse().unwrap());
        let log = AuditLog::new(Rows { rows, is_complete: true }, window);
        let now = "2026-11-23T14:00:00Z".parse().unwrap();
        let words: Vec<_> = log.of(&TokenId::new("a")).map(AuditEvent::in_columns).collect();
        assert_eq!(words, ["23 Nov 09:00 UTC  regenerated", " 2 Nov 09:00 UTC  created by jo"]);
        let words = log.events()[0].describe(now);
        assert_eq!(words, "deleted by jo, 4 hours ago (23 Nov 2026 10:00 UTC)");
    }

    #[test]
    fn events_of_personal_tokens_say_so_and_are_not_those_of_an_api_token() {
        let now: Timestamp = "2026-11-23T14:00:00Z".parse().unwrap();
        let event = |action| AuditEvent {
            at: now,
            action,
            actor: "jo".into(),
            token: TokenId::new("a"),
            name: "x".into(),
        };
        let rows = AuditAction::ALL.map(event).to_vec();
        let log = AuditLog::new(Rows { rows, is_complete: true }, Window::last(None, now));
        assert_eq!(log.of(&TokenId::new("a")).count(), 3);
        let personal = log.events().iter().filter(|event| event.action.is_personal());
        let words: Vec<_> = personal.map(AuditEvent::deed).collect();
        let done = ["created", "regenerated", "updated", "deleted"];
        assert_eq!(words, done.map(|deed| format!("personal token {deed} by jo")));
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::parse(action.wire()), Some(action));
            assert_eq!(action.wire().contains("Personal"), action.is_personal());
        }
    }

    #[test]
    fn the_window_is_what_the_organisation_allows_within_limits() {
        let now = "2026-11-23T14:00:00Z".parse().unwrap();
        let length = |seconds| Window::last(seconds, now).length();
        assert_eq!(length(None), "3 days");
        assert_eq!(length(Some(30 * 86_400)), "30 days");
        assert_eq!(length(Some(0)), "3 days");
        assert_eq!(length(Some(i64::MAX)), "90 days");
        assert_eq!(Window::last(None, now).since.to_string(), "2026-11-20T14:00:00Z");
    }
}
