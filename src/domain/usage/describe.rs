//! The verdicts of a token in words, for screens and plain mode.

use jiff::Timestamp;

use super::{Naming, Usage, Verdict};
use crate::domain::{
    capability::{Capability, Verb, Verbs},
    grants::{Target, WILDCARD},
    token::ApiToken,
    when,
};

/// In a column: a token that was not seen, and one that cannot be judged.
pub const NOT_SEEN: &str = "not seen";
/// See [`NOT_SEEN`].
pub const UNKNOWN: &str = "unknown";

/// How many datasets or views a line names.
const NAMED: usize = 3;

/// Whether the rights of a line are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// They were used.
    Used,
    /// They were not used in the window.
    NotSeen,
    /// It cannot be known.
    Unknown,
}

impl Class {
    /// The first word of a line.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::NotSeen => "not seen",
            Self::Unknown => "unknown",
        }
    }
}

/// Rights with the same verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether they are used.
    pub class: Class,
    /// The rights, such as `query prod-api`, and what is known of their use.
    pub text: String,
}

/// Rights that belong together.
struct Group {
    class: Class,
    capability: &'static Capability,
    verb: Verb,
    targets: Vec<Target>,
    more: String,
}

impl Usage {
    /// The rights of a token in words: the used ones first, then those that were not seen,
    /// then those that cannot be judged.
    #[must_use]
    pub fn describe(&self, token: &ApiToken, now: Timestamp) -> Vec<Line> {
        let mut groups: Vec<Group> = Vec::new();
        for right in self.of(token) {
            let (class, more) = match right.verdict {
                Verdict::Used { times, last } => (Class::Used, times_and_last(times, last, now)),
                Verdict::NotSeen => (Class::NotSeen, String::new()),
                Verdict::Unknown(why) => (Class::Unknown, why.reason().to_owned()),
            };
            let is_it = |g: &&mut Group| {
                (g.class, g.capability, g.verb, &g.more)
                    == (class, right.capability, right.verb, &more)
            };
            if let Some(group) = groups.iter_mut().find(is_it) {
                group.targets.push(right.target);
                continue;
            }
            let (capability, verb) = (right.capability, right.verb);
            groups.push(Group { class, capability, verb, targets: vec![right.target], more });
        }
        groups.sort_by_key(|group| group.class);
        groups.iter().map(|group| Line { class: group.class, text: group.text() }).collect()
    }

    /// Why a draft has fewer rights, for its heading.
    #[must_use]
    pub fn words_for_narrowing(&self) -> String {
        format!("without rights that were not seen in {}", self.window.length())
    }

    /// What is said before the verdicts: `last 30 days, tokens recognised by id`, or why there
    /// are none.
    #[must_use]
    pub fn heading(&self) -> String {
        let window = self.window.length();
        match self.naming {
            Naming::Nobody => {
                format!("last {window}: this organisation's log does not name tokens")
            }
            by => format!("last {window}, tokens recognised {}", by.label().unwrap_or_default()),
        }
    }

    /// When a token was last seen, and doing what: `2 hours ago, queried prod-api`.
    #[must_use]
    pub fn last_seen(&self, token: &ApiToken, now: Timestamp) -> Option<String> {
        let last = self.last(token)?;
        let on = last.dataset.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        Some(format!("{}, {}{on}", when::relative(last.at, now), last.action.label))
    }

    /// The same in a few columns: `2 h ago`, `not seen`, `unknown`.
    #[must_use]
    pub fn last_seen_short(&self, token: &ApiToken, now: Timestamp) -> String {
        match self.last(token) {
            Some(last) => when::ago_short(last.at, now),
            None if self.is_unused(token) => NOT_SEEN.to_owned(),
            None => UNKNOWN.to_owned(),
        }
    }
}

fn times_and_last(times: u64, last: Timestamp, now: Timestamp) -> String {
    let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    format!("{times}, last {}", when::relative(last, now))
}

impl Group {
    fn text(&self) -> String {
        let phrase = self.capability.phrase(Verbs::from_iter([self.verb]));
        let name = |target: &Target| {
            target.name().map(|name| match name.raw() {
                WILDCARD => "all datasets or views".to_owned(),
                _ => name.to_string(),
            })
        };
        let names: Vec<_> = self.targets.iter().filter_map(name).collect();
        let (shown, rest) = names.split_at(names.len().min(NAMED));
        let more =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        let on = if shown.is_empty() { String::new() } else { format!(" {}", shown.join(", ")) };
        let words = format!("{phrase}{on}{more}");
        if self.more.is_empty() { words } else { format!("{words}: {}", self.more) }
    }
}
