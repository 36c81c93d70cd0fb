//! Counts what is under way, so that the program does not end in the middle of it.

use std::sync::Arc;

use tokio::sync::watch;

/// How much is under way, and whether the program is ending.
#[derive(Clone, Debug)]
pub struct InFlightCounter(Arc<watch::Sender<State>>);

#[derive(Debug, Default)]
struct State {
    count: usize,
    is_ending: bool,
}

impl Default for InFlightCounter {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }
}

/// Something that is under way, until it is dropped.
#[derive(Debug)]
pub struct Guard(InFlightCounter);

impl InFlightCounter {
    /// Counts one more.
    pub fn begin(&self) -> Guard {
        self.0.send_modify(|state| state.count += 1);
        Guard(self.clone())
    }

    /// Waits until nothing is under way.
    pub async fn none(&self) {
        let _ = self.0.subscribe().wait_for(|state| state.count == 0).await;
    }

    /// The program is ending, or is not any more.
    pub fn set_ending(&self, yes: bool) {
        self.0.send_modify(|state| state.is_ending = yes);
    }

    /// Waits until the program is ending.
    pub async fn ending(&self) {
        // It never fails: a sender is alive, which is ours.
        let _ = self.0.subscribe().wait_for(|state| state.is_ending).await;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.count -= 1);
    }
}
