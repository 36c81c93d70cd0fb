//! What came of a run, token by token and without secrets: for the screen, and
//! for a file.

use super::{Item, Outcome, Run};
pub use crate::domain::report::Line;

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
