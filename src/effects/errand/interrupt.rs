//! Signals that ask to stop, while changes are being made: the one on its way
//! is answered first, and the next is not sent.

use std::sync::{
    Arc,
    atomic::{AtomicI32, Ordering},
};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

/// Whether a signal has asked to stop. From its making on, Ctrl-C, Ctrl-\, SIGTERM and
/// a hangup no longer end the program by themselves.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// The signal's number; 0 while there was none.
    came: AtomicI32,
    told: Notify,
}

impl Interrupt {
    /// Listens from now on.
    #[must_use]
    pub fn listen() -> Self {
        let interrupt = Self::default();
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
            SignalKind::quit(),
        ];
        for kind in kinds {
            // Without a listener the signal does what it always does.
            if let Ok(signals) = signal(kind) {
                tokio::spawn(hear(signals, kind.as_raw_value(), interrupt.clone()));
            }
        }
        interrupt
    }

    /// The signal that came last, if one did since it was last taken.
    #[must_use]
    pub fn came(&self) -> Option<i32> {
        Some(self.0.came.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Hears what has come but was not heard yet, since something else happened at the
    /// same time.
    pub async fn settle(&self) {
        // The first turn asks the system and wakes the listeners, the second has
        // them heard.
        for _ in 0..2 {
            tokio::task::yield_now().await;
        }
    }

    /// Takes note of what came, so that the next one counts again.
    pub fn take(&self) -> Option<i32> {
        Some(self.0.came.swap(0, Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Waits for a signal.
    pub async fn comes(&self) {
        loop {
            let told = self.0.told.notified();
            if self.came().is_some() {
                return;
            }
            told.await;
        }
    }
}

async fn hear(mut signals: Signal, number: i32, interrupt: Interrupt) {
    while signals.recv().await.is_some() {
        interrupt.0.came.store(number, Ordering::Relaxed);
        interrupt.0.told.notify_waiters();
    }
}
