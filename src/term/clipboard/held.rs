//! A secret that was put on the clipboard, until it is cleared from there.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Mark, Backend};

/// Knows which secret was copied last, without keeping it; clears it when the
/// last part of the program lets go, in a panic too.
#[derive(Debug)]
pub struct Held {
    backend: Backend,
    mark: Mutex<Option<Mark>>,
}

impl Held {
    #[must_use]
    pub fn new(backend: Backend) -> Arc<Self> {
        Arc::new(Self { backend, mark: Mutex::default() })
    }

    /// This secret is being copied. Where the clipboard cannot be read there is
    /// nothing to be done later.
    pub fn begin(&self, secret: &str) {
        if let Backend::Native(_) = self.backend {
            *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(Mark::of(secret));
        }
    }

    /// Clears the clipboard if it still holds the secret. May take seconds, and
    /// is tried again by the next call if it fails.
    pub fn clear(&self) {
        // Locked meanwhile: who ends the program waits for one that is at it.
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
