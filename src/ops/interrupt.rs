//! Signals that ask to stop, while changes are being made: the one on its way
//! is answered first, and the next is not sent.

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

/// How long the program may not hear a signal, since it is held up by an output that
/// nobody takes, or by a file.
const DEAF: Duration = Duration::from_secs(5);

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
        for kind in kinds() {
            // Without a listener the signal does what it always does.
            if let Ok(signals) = signal(kind) {
                tokio::spawn(hear(signals, kind.as_raw_value(), interrupt.clone()));
            }
        }
        let program = Handle::current();
        // Without it a program that is held up is ended by SIGKILL only.
        let _ = thread::Builder::new().spawn(move || watch(&program));
        interrupt
    }

    /// The signal that came last, if one did since it was last taken.
    #[must_use]
    pub fn came(&self) -> Option<i32> {
        Some(self.0.came.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Hears what has come but was not heard yet, since something else happened at the
    /// same time.
    pub async fn poll_signals(&self) {
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

fn kinds() -> [SignalKind; 4] {
    [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit()]
}

/// Ends the process after a signal that the program does not hear. What was asked of
/// the API is in the journal.
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
            // A task runs when the program hears something.
            let heard = program.spawn(async {});
            if clock::within(DEAF, heard).await.is_err() {
                process::exit(128 + number.as_raw_value());
            }
        }
    })
}

async fn hear(mut signals: Signal, number: i32, interrupt: Interrupt) {
    while signals.recv().await.is_some() {
        interrupt.0.came.store(number, Ordering::Relaxed);
        interrupt.0.told.notify_waiters();
    }
}
