//! How current the fetched lists are, so that an old one is not taken for a current one.

use jiff::Timestamp;

use super::{Shared, Topic, data::Age};
use crate::{
    api::error::Failure,
    app::time::{LONG_MS, after},
};

impl Shared {
    /// Notes the outcome of a request that was sent at `since`.
    pub(in crate::app) fn note_age(
        &mut self,
        topic: Topic,
        since: Timestamp,
        refused: Option<Failure>,
    ) {
        match refused {
            None => drop(self.data.ages.insert(topic, Age { at: since, failed: None })),
            Some(failure) => {
                if let Some(age) = self.data.ages.get_mut(&topic) {
                    age.failed = Some(failure);
                }
            }
        }
    }

    /// The age of a list to be marked: it is older than five minutes, or its last refresh
    /// failed.
    #[must_use]
    pub fn stale(&self, topic: Topic) -> Option<&Age> {
        let age = self.data.ages.get(&topic)?;
        (age.failed.is_some() || self.now >= after(age.at, LONG_MS)).then_some(age)
    }

    /// When the next one of these lists becomes too old to be shown without a mark.
    #[must_use]
    pub fn next_stale(&self, topics: &[Topic]) -> Option<Timestamp> {
        let shown = topics.iter().filter_map(|topic| self.data.ages.get(topic));
        shown.map(|age| after(age.at, LONG_MS)).filter(|at| *at > self.now).min()
    }
}
