//! Counts the changes that are under way, so that the program does not end in
//! the middle of one.

use std::sync::Arc;

use tokio::sync::watch;

/// How many there are.
#[derive(Clone, Debug)]
pub struct UnderWay(Arc<watch::Sender<usize>>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Change(UnderWay);

impl UnderWay {
    /// One more.
    pub fn begin(&self) -> Change {
        self.0.send_modify(|count| *count += 1);
        Change(self.clone())
    }

    /// Waits until there are none.
    pub async fn none(&self) {
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}
