//! The state of a bulk run: the change, the tokens, and how far the run is.

use jiff::Timestamp;

use super::effect::{SecretId, Ticket};
use crate::domain::{
    ApiToken, Expiry, Grants, TokenId,
    destination::BulkDestination,
    edit::{Difference, differences},
    policy::Override,
    report::Line,
};

/// The change that a bulk run makes to each token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Delete the token.
    Delete,
    /// Regenerate the token, with the rights of its item.
    Regenerate {
        /// When the old token stops, unless it expires before; `None` is immediately.
        old_ends: Option<Timestamp>,
        /// The expiry of the new token.
        new_expiry: Expiry,
        /// Where the new secrets go.
        destination: BulkDestination,
        /// Which of the organisation's rules new tokens break, and why they are sent anyway.
        overridden: Option<Override>,
    },
}

/// The state or outcome of a token in a bulk run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not started.
    Waiting,
    /// Sent, no response yet.
    Sent,
    /// Regenerated; the delivery of its secret is in progress.
    Delivering,
    /// Deleted or regenerated.
    Done {
        /// The id of the new token, if it is known.
        new: Option<TokenId>,
        /// Where the secret is; empty if there is none.
        place: String,
        /// How the new token differs from the request.
        warning: Option<String>,
    },
    /// Not changed, for this reason.
    Failed(String),
    /// The outcome is unknown, for this reason. The change is unconfirmed.
    Unknown(String),
}

/// A token in a bulk run.
#[derive(Clone, Debug)]
pub struct Item {
    /// The token before the run.
    pub token: ApiToken,
    /// The rights of the new token, if they are others.
    pub rights: Option<Grants>,
    /// How far it is.
    pub outcome: Outcome,
}

impl Item {
    /// A token that has not started.
    #[must_use]
    pub const fn new(token: ApiToken, rights: Option<Grants>) -> Self {
        Self { token, rights, outcome: Outcome::Waiting }
    }

    /// What the token gets and loses, such as `+ query:read on prod-new`; empty if its rights
    /// stay the same.
    #[must_use]
    pub fn changes(&self) -> String {
        let all = self.rights.iter().flat_map(|rights| differences(&self.token.grants, rights));
        all.map(|d| Difference::describe(&d)).collect::<Vec<_>>().join("; ")
    }
}

/// The stage of a bulk run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Requests are being sent.
    Going,
    /// The run ends after the current token.
    Stopping,
    /// The run has ended.
    Over,
}

/// The number of tokens per outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Deleted or regenerated.
    pub done: usize,
    /// Of those, the new tokens that differ from the request.
    pub not_as_asked: usize,
    /// Not changed.
    pub failed: usize,
    /// Outcome unknown.
    pub unknown: usize,
    /// Not started or in progress.
    pub left: usize,
}

/// A bulk run.
#[derive(Debug)]
pub struct Run {
    /// The change to make.
    pub kind: Kind,
    /// The tokens, in the order in which they are processed.
    pub items: Vec<Item>,
    /// The stage of the run.
    pub stage: Stage,
    /// Why the run stopped early.
    pub why: Option<String>,
    /// The index of the current token, and the ticket of its request.
    pub current: Option<(usize, Ticket)>,
    /// The secret that is being delivered. It is shown if the delivery fails.
    pub held: Option<SecretId>,
    /// The number of consecutive failures that the next token would probably meet too.
    pub in_a_row: usize,
    /// The name of the organisation or deployment.
    pub place: String,
    /// Whether the session has left that organisation, so that the run is not shown.
    pub is_left: bool,
}

impl Run {
    /// A run in which no token has started.
    #[must_use]
    pub const fn new(kind: Kind, items: Vec<Item>, place: String) -> Self {
        Self {
            kind,
            items,
            stage: Stage::Going,
            why: None,
            current: None,
            held: None,
            in_a_row: 0,
            place,
            is_left: false,
        }
    }

    /// Whether the new tokens get other rights.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.items.iter().any(|item| item.rights.is_some())
    }

    /// Whether the run is unfinished.
    #[must_use]
    pub fn is_going(&self) -> bool {
        self.stage != Stage::Over
    }

    /// The token in progress.
    #[must_use]
    pub fn current(&self) -> Option<&Item> {
        self.items.get(self.current?.0)
    }

    /// Counts the tokens by outcome.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for item in &self.items {
            match item.outcome {
                Outcome::Done { ref warning, .. } => {
                    tally.done += 1;
                    tally.not_as_asked += usize::from(warning.is_some());
                }
                Outcome::Failed(_) => tally.failed += 1,
                Outcome::Unknown(_) => tally.unknown += 1,
                Outcome::Waiting | Outcome::Sent | Outcome::Delivering => tally.left += 1,
            }
        }
        tally
    }

    /// The number of tokens, as in "3 tokens".
    #[must_use]
    pub fn tokens(&self) -> String {
        tokens(self.items.len())
    }

    /// Sets the outcome of the current token, which is then finished.
    pub fn finish_current(&mut self, outcome: Outcome) {
        if let Some((at, _)) = self.current.take()
            && let Some(item) = self.items.get_mut(at)
        {
            item.outcome = outcome;
        }
    }

    /// Stops the run after the current token, for this reason.
    pub fn stop_after_current(&mut self, why: String) {
        if self.stage == Stage::Going {
            self.stage = Stage::Stopping;
            self.why = Some(why);
        }
    }
}

/// A number of tokens, as in "1 token" or "3 tokens".
#[must_use]
pub fn tokens(count: usize) -> String {
    if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") }
}

impl Line {
    /// The line of the report about a token.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        let (result, words, new) = match &item.outcome {
            Outcome::Done { new, place, warning } => {
                let words = warning.iter().map(|w| format!("! {w} ")).chain([place.clone()]);
                ("done", words.collect(), new.clone())
            }
            Outcome::Failed(why) => ("failed", why.clone(), None),
            Outcome::Unknown(why) => ("unknown", why.clone(), None),
            Outcome::Waiting => ("not-started", String::new(), None),
            Outcome::Sent | Outcome::Delivering => ("in-progress", String::new(), None),
        };
        let (name, old) = (item.token.name.clone(), item.token.id.clone());
        Self { name, old, new, result, words }
    }
}

impl Run {
    /// The lines of the report, in the order of the run.
    #[must_use]
    pub fn report(&self) -> Vec<Line> {
        let line = |item: &Item| {
            let line = Line::of(item);
            match (&item.outcome, &item.rights) {
                (Outcome::Done { .. }, Some(_)) => {
                    let words = format!("replaced: {}; {}", item.changes(), line.words);
                    Line { words, ..line }
                }
                _ => line,
            }
        };
        self.items.iter().map(line).collect()
    }

    /// All tokens, with those that need attention first.
    #[must_use]
    pub fn by_need(&self) -> Vec<&Item> {
        let rank = |item: &&Item| match item.outcome {
            Outcome::Unknown(_) => 0,
            Outcome::Failed(_) => 1,
            Outcome::Waiting | Outcome::Sent | Outcome::Delivering => 3,
            Outcome::Done { warning: Some(_), .. } => 2,
            Outcome::Done { warning: None, .. } => 4,
        };
        let mut items: Vec<&Item> = self.items.iter().collect();
        items.sort_by_key(rank);
        items
    }
}
