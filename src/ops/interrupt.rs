//! Signals that arrive while changes are being made: the change in flight is completed, and the
//! next one is not sent.

use std::{
    io, process,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Handle},
    signal::unix::{Signal, SignalKind, signal},
    sync::Notify,
};

use crate::clock;

/// How long the program may fail to react to a signal, for example because standard output or a
/// file blocks it, before the process exits.
const DEAF: Duration = Duration::from_secs(5);

/// Whether a signal has asked to stop. While it listens, Ctrl-C, Ctrl-\, SIGTERM and a hangup do
/// not end the program automatically.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// The last signal's number; 0 if there was none.
    signal: AtomicI32,
    told: Notify,
}

impl Interrupt {
    /// Starts listening for signals.
    #[must_use]
    pub fn listen() -> Self {
        let interrupt = Self::default();
        for kind in kinds() {
            // If listening fails, the signal keeps its default action.
            if let Ok(signals) = signal(kind) {
                tokio::spawn(hear(signals, kind.as_raw_value(), interrupt.clone()));
            }
        }
        let program = Handle::current();
        // Without this thread only SIGKILL could end a blocked program.
        let _ = thread::Builder::new().spawn(move || watch(&program));
        interrupt
    }

    /// The last signal, if one has arrived since the last [`Self::take`].
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        Some(self.0.signal.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Notices signals that have arrived but were not handled yet because something else happened
    /// at the same time.
    pub async fn poll_signals(&self) {
        // The first yield polls the system and wakes the listeners; the second runs them.
        for _ in 0..2 {
            tokio::task::yield_now().await;
        }
    }

    /// Returns the last signal and clears it.
    pub fn take(&self) -> Option<i32> {
        Some(self.0.signal.swap(0, Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Waits for a signal.
    pub async fn received(&self) {
        loop {
            let told = self.0.told.notified();
            if self.signal().is_some() {
                return;
            }
            told.await;
        }
    }
}

fn kinds() -> [SignalKind; 4] {
    [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()]
}

/// Exits the process after a signal to which the program does not react. Changes in flight are in
/// the journal.
fn watch(program: &Handle) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let [mut int, mut term, mut hup, mut quit] = {
            let [int, term, hup, quit] = kinds();
            [signal(int)?, signal(term)?, signal(hup)?, signal(quit)?]
        };
        loop {
            let number = tokio::select! {
                Some(()) = int.recv() => SignalKind::interrupt(),
                Some(()) = term.recv() => SignalKind::terminate(),
                Some(()) = hup.recv() => SignalKind::hangup(),
                Some(()) = quit.recv() => SignalKind::quit(),
                else => return Ok(()),
            };
            // This task runs only if the program's runtime is not blocked.
            let heard = program.spawn(async {});
            if clock::within(DEAF, heard).await.is_err() {
                process::exit(128 + number.as_raw_value());
            }
        }
    })
}

async fn hear(mut signals: Signal, number: i32, interrupt: Interrupt) {
    while signals.recv().await.is_some() {
        interrupt.0.signal.store(number, Ordering::Relaxed);
        interrupt.0.told.notify_waiters();
    }
}
