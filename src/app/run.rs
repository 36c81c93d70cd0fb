//! A run over many tokens: what is done with each, and how far it is.

use jiff::Timestamp;

use super::effect::{SecretId, Ticket};
use crate::domain::{ApiToken, Expiry, TokenId, destination::BulkDestination, report::Line};

/// What is done with each token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Delete,
    Regenerate {
        /// When the old tokens stop, if they do not before; `None` is at once.
        old_ends: Option<Timestamp>,
        new_expiry: Expiry,
        destination: BulkDestination,
    },
}

/// How it went with one token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its turn has not come.
    Waiting,
    Sent,
    /// It is done, and its secret is on its way to the depot.
    Delivering,
    /// Where its secret went, if there was one; and the new token's id.
    Done {
        new: Option<TokenId>,
        place: String,
        /// How the new token differs from what was asked for.
        warning: Option<String>,
    },
    /// Nothing happened, and why.
    Failed(String),
    /// It may have happened; it is among the doubts.
    Unknown(String),
}

/// One token of a run.
#[derive(Clone, Debug)]
pub struct Item {
    pub token: ApiToken,
    pub outcome: Outcome,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Going,
    /// The one that is in hand is the last one.
    Stopping,
    Over,
}

/// How many tokens went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: usize,
    /// Of those, the ones that are not what was asked for.
    pub not_as_asked: usize,
    pub failed: usize,
    pub unknown: usize,
    /// Those that wait, or are in hand.
    pub left: usize,
}

/// The whole of it.
#[derive(Debug)]
pub struct Run {
    pub kind: Kind,
    pub items: Vec<Item>,
    pub stage: Stage,
    /// Why it stopped before its end.
    pub why: Option<String>,
    /// Which one is in hand, and its request.
    pub current: Option<(usize, Ticket)>,
    /// The secret in hand: it is shown if it is not delivered.
    pub held: Option<SecretId>,
    /// Failures one after the other that the next one would meet too.
    pub in_a_row: usize,
    /// Where it was asked for, in words.
    pub place: String,
    /// Its place was left: nobody looks at it any more.
    pub is_left: bool,
}

impl Run {
    #[must_use]
    pub fn new(kind: Kind, tokens: Vec<ApiToken>, place: String) -> Self {
        let item = |token| Item { token, outcome: Outcome::Waiting };
        Self {
            kind,
            items: tokens.into_iter().map(item).collect(),
            stage: Stage::Going,
            why: None,
            current: None,
            held: None,
            in_a_row: 0,
            place,
            is_left: false,
        }
    }

    /// Whether it has not come to its end.
    #[must_use]
    pub fn is_going(&self) -> bool {
        self.stage != Stage::Over
    }

    /// The token in hand.
    #[must_use]
    pub fn current(&self) -> Option<&Item> {
        self.items.get(self.current?.0)
    }

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

    /// As in "3 tokens".
    #[must_use]
    pub fn tokens(&self) -> String {
        tokens(self.items.len())
    }

    /// The token in hand has this outcome.
    pub fn finish_current(&mut self, outcome: Outcome) {
        if let Some((at, _)) = self.current.take()
            && let Some(item) = self.items.get_mut(at)
        {
            item.outcome = outcome;
        }
    }

    /// Stops, and says why.
    pub fn break_off(&mut self, why: String) {
        if self.stage == Stage::Going {
            self.stage = Stage::Stopping;
            self.why = Some(why);
        }
    }
}

/// As in "1 token" and "3 tokens".
#[must_use]
pub fn tokens(count: usize) -> String {
    if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") }
}

impl Line {
    #[must_use]
    pub fn of(item: &Item) -> Self {
        let (result, words, new) = match &item.outcome {
            Outcome::Done { new, place, warning } => {
                let words = warning.iter().map(|w| format!("! {w} ")).chain([place.clone()]);
                ("done", words.collect(), new.clone())
            }
            Outcome::Failed(why) => ("failed", why.clone(), None),
            Outcome::Unknown(why) => ("unknown", why.clone(), None),
            Outcome::Waiting => ("not-begun", String::new(), None),
            Outcome::Sent | Outcome::Delivering => ("in-hand", String::new(), None),
        };
        let (name, old) = (item.token.name.clone(), item.token.id.clone());
        Self { name, old, new, result, words }
    }
}

impl Run {
    /// All of it, in the order in which it was asked for.
    #[must_use]
    pub fn report(&self) -> Vec<Line> {
        self.items.iter().map(Line::of).collect()
    }

    /// The same with what needs a look first.
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
