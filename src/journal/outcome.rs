//! How a recorded change ended, or how far it is, in words that screens and commands share.

use super::{
    entry::{Asked, Mark},
    history::RecordedChange,
    rotation::{Stage, Step},
};
use crate::domain::SafeText;

/// How a change ended, or how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A process is making it now.
    InProgress,
    /// The request was not sent.
    NotSent,
    /// The server refused the request.
    Refused,
    /// Nobody knows whether the server made the change.
    Unknown,
    /// The token was created, but its secret could not be read.
    Lost,
    /// The token was created, and nobody confirmed that its secret is stored.
    NotConfirmed,
    /// The delivery of the secret has begun, and its end is unknown.
    Delivering,
    /// A step of a rotation failed.
    Stuck(Step),
    /// A rotation delivered the secret, and has not proven yet that it is stored.
    Delivered,
    /// A rotation read the stored secret back, and the server accepts it.
    Proven,
    /// A rotation is proven, and the users of the token are well.
    Probed,
    /// The change was made, and its secret, if it brings one, is stored.
    Done,
    /// The user closed the entry.
    Closed,
}

impl Outcome {
    /// Whether the user has to find out what happened, or to store a secret.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Unknown | Self::Lost | Self::NotConfirmed | Self::Delivering)
    }

    /// Whether the request changed nothing.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        matches!(self, Self::NotSent | Self::Refused)
    }

    const fn describe(self, asked: &Asked) -> &'static str {
        match (self, asked) {
            (Self::InProgress, _) => "in progress",
            (Self::NotSent, _) => "not sent",
            (Self::Refused, _) => "refused",
            (Self::Unknown, _) => "outcome unknown",
            (Self::Lost, _) => "made, secret lost",
            (Self::NotConfirmed, _) => "made, secret not confirmed",
            (Self::Delivering, _) => "made, delivery not finished",
            (Self::Stuck(Step::Regenerate), _) => "stuck at regenerate",
            (Self::Stuck(Step::Deliver), _) => "stuck at deliver",
            (Self::Stuck(Step::Prove), _) => "stuck at prove",
            (Self::Stuck(Step::Probe), _) => "stuck at probe",
            (Self::Stuck(Step::EndOld), _) => "stuck at end-old",
            (Self::Delivered, _) => "delivered, not proven",
            (Self::Proven, _) => "proven",
            (Self::Probed, _) => "proven and probed",
            (Self::Closed, _) => "closed",
            (Self::Done, Asked::Regenerate { .. }) => "regenerated",
            (Self::Done, Asked::Delete { .. } | Asked::DeletePersonal { .. }) => "deleted",
            (Self::Done, _) => "created",
        }
    }
}

impl RecordedChange {
    /// How it ended, or how far it is.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.is_running {
            return Outcome::InProgress;
        }
        if let (Some((step, _)), true) = (&self.stuck, self.is_over()) {
            return Outcome::Stuck(*step);
        }
        match &self.last {
            None | Some(Mark::Unknown | Mark::Stuck { .. }) => Outcome::Unknown,
            Some(Mark::NotSent) => Outcome::NotSent,
            Some(Mark::Rejected) => Outcome::Refused,
            Some(Mark::Unreadable { .. }) => Outcome::Lost,
            Some(Mark::Done { .. }) if self.is_over() => Outcome::Done,
            Some(Mark::Done { .. }) => Outcome::NotConfirmed,
            Some(Mark::Delivering { .. }) => Outcome::Delivering,
            Some(Mark::Delivered { .. }) if self.entry.is_rotation => Outcome::Delivered,
            Some(Mark::Delivered { .. }) => Outcome::Done,
            Some(Mark::Proven) => Outcome::Proven,
            Some(Mark::Probed) => Outcome::Probed,
            Some(Mark::Settled { .. }) => Outcome::Closed,
        }
    }

    /// The outcome in a few words, such as `regenerated` or `made, secret lost`.
    #[must_use]
    pub fn describe_outcome(&self) -> &'static str {
        self.outcome().describe(&self.entry.asked)
    }

    /// Whether the user has to find out what happened, or to store a secret.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcome().is_open()
    }

    /// Why the user closed the entry, if a reason was given.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.last {
            Some(Mark::Settled { why }) => why.as_deref(),
            _ => None,
        }
    }

    /// Where the secret is, in words; `None` if the change brings none.
    #[must_use]
    pub fn secret(&self) -> Option<SafeText> {
        let outcome = self.outcome();
        if !self.entry.asked.brings_secret() || outcome.is_nothing() {
            return None;
        }
        let words = match (&self.place, self.stage, outcome) {
            (Some(place), ..) => return Some(SafeText::from(place.as_str())),
            (None, Some(Stage::Delivered | Stage::Proven | Stage::Probed), _) => "stored by you",
            (None, Some(Stage::Delivering), _) => "delivery not finished",
            (_, _, Outcome::Lost) => "lost",
            (_, _, Outcome::NotConfirmed) => "not confirmed",
            _ => return None,
        };
        Some(words.into())
    }

    /// `prod (acme)`: the deployment and, if it is known, the organisation.
    #[must_use]
    pub fn location(&self) -> SafeText {
        let place = &self.entry.location;
        let org = place.org.as_deref().map_or_else(String::new, |org| format!(" ({org})"));
        SafeText::from(format!("{}{org}", place.deployment))
    }
}

impl Asked {
    /// Whether it is about a personal token.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        matches!(self, Self::CreatePersonal { .. } | Self::DeletePersonal { .. })
    }

    /// What was requested, in the infinitive, as in "regenerate".
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Regenerate { .. } => "regenerate",
            Self::Delete { .. } => "delete",
            Self::CreatePersonal { .. } => "create personal",
            Self::DeletePersonal { .. } => "delete personal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::{create, delete, done};

    #[test]
    fn each_mark_has_its_words() {
        let delivered = |to: Option<&str>| Mark::Delivered { id: None, to: to.map(str::to_owned) };
        let stuck = Mark::Stuck { step: Step::Prove, why: "another value".to_owned() };
        let closed = Mark::Settled { why: Some("not needed".to_owned()) };
        for (marks, words, secret, is_open) in [
            (vec![], "outcome unknown", None, true),
            (vec![Mark::NotSent], "not sent", None, false),
            (vec![Mark::Rejected], "refused", None, false),
            (vec![Mark::Unknown], "outcome unknown", None, true),
            (vec![Mark::Unreadable { id: None }], "made, secret lost", Some("lost"), true),
            (vec![done("t")], "made, secret not confirmed", Some("not confirmed"), true),
            (vec![done("t"), delivered(None)], "created", Some("stored by you"), false),
            (vec![done("t"), delivered(Some("file ~/t"))], "created", Some("file ~/t"), false),
            (vec![delivered(Some("pass")), Mark::Proven], "proven", Some("pass"), false),
            (vec![delivered(Some("pass")), stuck], "stuck at prove", Some("pass"), false),
            (vec![Mark::Unknown, closed], "closed", None, false),
        ] {
            let change = RecordedChange::replayed(create("ci"), marks.clone());
            let found = (change.describe_outcome(), change.secret(), change.is_open());
            assert_eq!(found, (words, secret.map(SafeText::from), is_open), "{marks:?}");
        }
        let change = RecordedChange::replayed(delete("ci"), [Mark::Done { id: None }]);
        assert_eq!((change.describe_outcome(), change.secret()), ("deleted", None));
        let mut rotation = create("ci");
        rotation.is_rotation = true;
        let change = RecordedChange::replayed(rotation, [delivered(Some("pass"))]);
        assert_eq!(change.describe_outcome(), "delivered, not proven");
    }

    #[test]
    fn a_change_that_another_process_is_making_is_not_open() {
        let mut change = RecordedChange::replayed(create("ci"), []);
        change.is_running = true;
        assert_eq!((change.describe_outcome(), change.is_open()), ("in progress", false));
    }
}
