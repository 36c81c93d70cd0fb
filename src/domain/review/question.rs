//! The questions that an access review answers, such as "who can delete?".

use std::sync::LazyLock;

use crate::domain::{
    capability::{Scope, Verb, Verbs},
    rights::Rights,
};

/// A question "Who can …?".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Question {
    /// Any right at all, including unknown ones.
    #[default]
    Anything,
    /// Read or query.
    Read,
    /// Create or update.
    Write,
    /// Delete, trim or vacuum.
    Delete,
    /// Share data with other organisations.
    Share,
    /// Grant itself, or another token, any right.
    Mint,
}

impl Question {
    /// Every question, in the order of their tabs.
    pub const ALL: [Self; 6] =
        [Self::Anything, Self::Read, Self::Write, Self::Delete, Self::Share, Self::Mint];

    /// The end of "who can …".
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Anything => "do anything",
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Share => "share",
            Self::Mint => "mint tokens",
        }
    }

    /// The next or previous question, wrapping around.
    #[must_use]
    pub fn step(self, forward: bool) -> Self {
        let (at, count) = (self as usize, Self::ALL.len());
        Self::ALL[(at + if forward { 1 } else { count - 1 }) % count]
    }

    /// Whether these rights allow it.
    #[must_use]
    pub fn is_answered_by(self, scope: Scope, rights: &Rights) -> bool {
        let unknown = self == Self::Anything && !rights.unknown().is_empty();
        unknown || rights.bits() & MASKS[self as usize][scope as usize] != 0
    }

    /// Whether these verbs of one capability of the organisation allow it.
    #[must_use]
    pub fn is_answered(self, wire: &str, verbs: Verbs) -> bool {
        !verbs_of(self, Scope::Org, wire).minus(Verbs::ALL.minus(verbs)).is_empty()
    }
}

/// For each question and scope, the rights that allow it, as a bit mask.
static MASKS: LazyLock<[[u64; 3]; 6]> =
    LazyLock::new(|| Question::ALL.map(|q| Scope::ALL.map(|scope| mask(q, scope))));

fn mask(question: Question, scope: Scope) -> u64 {
    let mut rights = Rights::default();
    for capability in scope.capabilities() {
        let allowed = capability.verbs;
        let wanted = verbs_of(question, scope, capability.wire);
        // Cannot fail: reduced to the verbs that the capability has.
        let _ = rights.set(capability, wanted.minus(Verbs::ALL.minus(allowed)));
    }
    rights.bits()
}

/// The verbs of a capability that answer a question.
fn verbs_of(question: Question, scope: Scope, wire: &str) -> Verbs {
    let write = Verbs::C.with(Verb::Update);
    match (question, scope, wire) {
        (Question::Anything, ..) => Verbs::ALL,
        (Question::Read, ..) => Verbs::R,
        // These change data by taking it away.
        (Question::Delete, Scope::Dataset, "trim" | "vacuum") => Verbs::ALL,
        (Question::Write, Scope::Dataset, "trim" | "vacuum") => Verbs::NONE,
        (Question::Write, ..) => write,
        (Question::Delete, ..) => Verbs::D,
        (Question::Share, _, "share") => Verbs::C,
        (Question::Mint, Scope::Org, wire) if super::org::MINTS.iter().any(|(w, _)| *w == wire) => {
            write
        }
        (Question::Share | Question::Mint, ..) => Verbs::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(question: Question, scope: Scope, wire: &str, verbs: Verbs) -> bool {
        let mut rights = Rights::default();
        rights.set(scope.capability(wire).unwrap(), verbs).unwrap();
        question.is_answered_by(scope, &rights)
    }

    #[test]
    fn each_question_matches_its_rights() {
        use Question::*;
        for (question, scope, wire, verbs, yes) in [
            (Anything, Scope::View, "query", Verbs::R, true),
            (Read, Scope::Dataset, "query", Verbs::R, true),
            (Read, Scope::Dataset, "ingest", Verbs::C, false),
            (Write, Scope::Dataset, "ingest", Verbs::C, true),
            (Write, Scope::Dataset, "trim", Verbs::U, false),
            (Delete, Scope::Dataset, "trim", Verbs::U, true),
            (Delete, Scope::Dataset, "data", Verbs::D, true),
            (Delete, Scope::Org, "monitors", Verbs::D, true),
            (Share, Scope::View, "share", Verbs::C, true),
            (Share, Scope::View, "share", Verbs::R, false),
            (Mint, Scope::Org, "users", Verbs::C, true),
            (Mint, Scope::Org, "users", Verbs::R, false),
            (Mint, Scope::Org, "monitors", Verbs::C, false),
        ] {
            assert_eq!(asked(question, scope, wire, verbs), yes, "{question:?} {wire}");
        }
        assert!(Mint.is_answered("apiTokens", Verbs::U));
        assert!(!Delete.is_answered("datasets", Verbs::U));
    }

    #[test]
    fn next_cycles_through_all_questions() {
        let mut question = Question::default();
        for _ in Question::ALL {
            question = question.step(true);
        }
        assert_eq!(question, Question::Anything);
        assert_eq!(question.step(false), Question::Mint);
    }
}
