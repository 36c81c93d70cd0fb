//! Counts operations in progress, so that the program does not exit in the middle of one.

use std::sync::Arc;

use tokio::sync::watch;

/// The number of operations in progress, and whether the program is exiting.
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

/// An operation in progress; ends when dropped.
#[derive(Debug)]
pub struct Guard(InFlightCounter);

impl InFlightCounter {
    /// Counts one more operation until the guard is dropped.
    pub fn begin(&self) -> Guard {
        self.0.send_modify(|state| state.count += 1);
        Guard(self.clone())
    }

    /// Waits until no operation is in progress.
    pub async fn none(&self) {
        let _ = self.0.subscribe().wait_for(|state| state.count == 0).await;
    }

    /// Sets whether the program is exiting.
    pub fn set_ending(&self, yes: bool) {
        self.0.send_modify(|state| state.is_ending = yes);
    }

    /// Whether the program is exiting.
    pub fn is_ending(&self) -> bool {
        self.0.borrow().is_ending
    }

    /// Waits until the program is exiting.
    pub async fn ending(&self) {
        // Cannot fail: `self` keeps the sender alive.
        let _ = self.0.subscribe().wait_for(|state| state.is_ending).await;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.count -= 1);
    }
}
