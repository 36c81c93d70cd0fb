//! The secret that was copied last, until it is cleared from the clipboard.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Backend, Mark};

/// Recognises the secret that was copied last, without keeping it. Clears it from the clipboard
/// when the last reference is dropped, after a panic too.
#[derive(Debug)]
pub struct Held {
    backend: Backend,
    mark: Mutex<Option<Mark>>,
}

impl Held {
    /// Nothing copied yet.
    #[must_use]
    pub fn new(backend: Backend) -> Arc<Self> {
        Arc::new(Self { backend, mark: Mutex::default() })
    }

    /// Notes the secret that is about to be copied. Does nothing if the clipboard cannot be read
    /// later.
    pub fn begin(&self, secret: &str) {
        if let Backend::Native(_) = self.backend {
            *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(Mark::of(secret));
        }
    }

    /// Clears the clipboard if it still holds the secret. May take seconds; after a failure the
    /// next call tries again.
    pub fn clear(&self) {
        // Hold the lock, so that the end of the program waits for a clearing in progress.
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        if mark.as_ref().is_some_and(|m| self.backend.clear_if_holds(m).is_ok()) {
            *mark = None;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.clear();
    }
}
