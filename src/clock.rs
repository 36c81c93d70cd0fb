//! The computer's clock, and deadlines that count the time in which this process
//! runs. While it is stopped (SIGSTOP, Ctrl-Z, a debugger, a frozen container) the
//! clock goes on, and an ordinary time-out would be over when the process continues,
//! before it has read what came in the meantime.

use std::{
    pin::pin,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use tokio::time::{Instant, timeout};

/// The time by this computer's clock. A clock that is set to a year that no
/// [`Timestamp`] holds gives the last or the first moment that one does.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    let now = SystemTime::now();
    nearest(now)
}

fn nearest(time: SystemTime) -> Timestamp {
    let limit = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(limit)
}

/// How long is slept at a time while something is waited for.
const TICK: Duration = Duration::from_millis(250);

/// A sleep that ends this much too late shows that the process was stopped.
const LATE: Duration = Duration::from_millis(500);

/// The time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// A limit for several waits together.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    left: Duration,
    was_stopped: bool,
}

impl Deadline {
    /// A deadline after this time awake.
    #[must_use]
    pub const fn after(limit: Duration) -> Self {
        Self { left: limit, was_stopped: false }
    }

    /// Whether the process was stopped during one of the waits.
    #[must_use]
    pub const fn was_stopped(&self) -> bool {
        self.was_stopped
    }

    /// Waits for a future until the deadline. The future wins if it is ready: the
    /// wait ends with one more tick, and that tick must not be late either, so that
    /// what came during a stop is taken first.
    ///
    /// # Errors
    /// When the time is over.
    pub async fn wait<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Elapsed> {
        let mut future = pin!(future);
        loop {
            let is_last = self.left.is_zero();
            let step = if is_last { TICK } else { self.left.min(TICK) };
            let begun = Instant::now();
            let done = timeout(step, &mut future).await;
            let elapsed = begun.elapsed();
            let is_late = elapsed > step + LATE;
            self.was_stopped |= is_late;
            self.left = self.left.saturating_sub(if is_late { step } else { elapsed });
            match done {
                Ok(value) => return Ok(value),
                Err(_) if is_last && !is_late => return Err(Elapsed),
                Err(_) => {}
            }
        }
    }
}

/// Waits for a future, at most for this time awake.
///
/// # Errors
/// When the time is over.
pub async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    Deadline::after(limit).wait(future).await
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, poll_fn},
        task::Poll,
    };

    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn a_clock_past_the_last_year_shows_the_last_moment() {
        let century = Duration::from_secs(100 * 366 * 86_400);
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(nearest(epoch), Timestamp::UNIX_EPOCH);
        assert_eq!(nearest(epoch + 100 * century), Timestamp::MAX);
        assert_eq!(nearest(epoch - 150 * century), Timestamp::MIN);
    }

    const LIMIT: Duration = Duration::from_secs(30);

    /// A runtime whose clock stands still unless everything sleeps, or it is moved.
    fn run<T>(future: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().unwrap().block_on(async {
            tokio::time::pause();
            future.await
        })
    }

    /// Never ready; moves the clock once, as a stop of the process does: between a
    /// look at it and the next.
    async fn stopped_for(time: Duration) {
        let mut looks = 0;
        let mut stop = pin!(tokio::time::advance(time));
        poll_fn(|cx| {
            looks += 1;
            if looks == 3 {
                let _ = stop.as_mut().poll(cx);
            }
            Poll::<()>::Pending
        })
        .await;
    }

    #[test]
    fn it_ends_after_its_time() {
        run(async {
            let begun = Instant::now();
            assert_eq!(within(LIMIT, pending::<()>()).await, Err(Elapsed));
            let took = begun.elapsed();
            assert!(took >= LIMIT && took <= LIMIT + 2 * TICK, "{took:?}");
        });
    }

    #[test]
    fn a_stop_does_not_count() {
        run(async {
            let begun = Instant::now();
            let stop = Duration::from_secs(40);
            assert_eq!(within(LIMIT, stopped_for(stop)).await, Err(Elapsed));
            let took = begun.elapsed();
            assert!(took + 2 * TICK >= LIMIT + stop, "{took:?}");
            assert!(took <= LIMIT + stop + 2 * TICK, "{took:?}");
        });
    }

    #[test]
    fn what_came_during_a_stop_wins() {
        run(async {
            let (sender, receiver) = oneshot::channel();
            let mut deadline = Deadline::after(2 * TICK);
            // The reply arrives while the process is stopped, and is handed over by
            // another task, which runs after the sleep has ended.
            tokio::spawn(async move {
                tokio::time::sleep(LIMIT).await;
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                let _ = sender.send(());
            });
            let wait = async {
                tokio::select! {
                    () = stopped_for(2 * LIMIT) => {}
                    came = receiver => came.unwrap(),
                }
            };
            assert_eq!(deadline.wait(wait).await, Ok(()));
            assert!(deadline.was_stopped());
        });
    }

    #[test]
    fn waits_share_one_deadline() {
        run(async {
            let begun = Instant::now();
            let mut deadline = Deadline::after(LIMIT);
            for _ in 0..20 {
                deadline.wait(tokio::time::sleep(Duration::from_secs(1))).await.unwrap();
            }
            assert_eq!(deadline.wait(pending::<()>()).await, Err(Elapsed));
            assert!(begun.elapsed() <= LIMIT + 22 * TICK);
            assert!(!deadline.was_stopped());
        });
    }
}
