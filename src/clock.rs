//! The computer's clock, and deadlines that only count the time while this process runs.
//!
//! While the process is stopped (SIGSTOP, Ctrl-Z, a debugger, a frozen container) the clock
//! continues. An ordinary timeout would then expire as soon as the process continues,
//! before it can read a response that arrived in the meantime.

use std::{
    pin::pin,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use tokio::time::{Instant, timeout};

/// The time by this computer's clock. If the clock is set to a time that [`Timestamp`]
/// cannot represent, the earliest or latest one that it can.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    let now = SystemTime::now();
    nearest(now)
}

fn nearest(time: SystemTime) -> Timestamp {
    let limit = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(limit)
}

/// Waits are split into sleeps of this length.
const TICK: Duration = Duration::from_millis(250);

/// A sleep that ends this much too late means that the process was stopped.
const LATE: Duration = Duration::from_millis(500);

/// The deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// A time limit for several waits together.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    left: Duration,
    /// Extra time after `left` is used up, for all waits together.
    grace: Duration,
    was_stopped: bool,
}

impl Deadline {
    /// A deadline after this much running time.
    #[must_use]
    pub const fn after(limit: Duration) -> Self {
        Self { left: limit, grace: TICK, was_stopped: false }
    }

    /// Whether the process was stopped during one of the waits.
    #[must_use]
    pub const fn was_stopped(&self) -> bool {
        self.was_stopped
    }

    /// Waits for a future until the deadline. A response that arrived while the process was
    /// stopped is still received: the wait ends only after one extra tick that was not late.
    ///
    /// # Errors
    /// When the deadline passes first.
    pub async fn wait<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Elapsed> {
        let mut future = pin!(future);
        loop {
            let is_last = self.left.is_zero();
            let step = if is_last { self.grace } else { self.left.min(TICK) };
            let begun = Instant::now();
            let done = timeout(step, &mut future).await;
            let elapsed = begun.elapsed();
            let is_late = elapsed > step + LATE;
            self.was_stopped |= is_late;
            if !is_last {
                self.left = self.left.saturating_sub(if is_late { step } else { elapsed });
            } else if is_late {
                self.grace = TICK;
            } else {
                self.grace = self.grace.saturating_sub(elapsed);
            }
            match done {
                Ok(value) => return Ok(value),
                Err(_) if is_last && !is_late => return Err(Elapsed),
                Err(_) => {}
            }
        }
    }
}

/// Waits for a future, at most for this much running time.
///
/// # Errors
/// When the time is up first.
pub async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    Deadline::after(limit).wait(future).await
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, poll_fn},
        task::Poll,
        thread,
    };

    use tokio::sync::oneshot;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);
    const STOP: Duration = Duration::from_secs(2);

    #[test]
    fn a_clock_past_the_last_year_shows_the_last_moment() {
        let century = Duration::from_secs(100 * 366 * 86_400);
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(nearest(epoch), Timestamp::UNIX_EPOCH);
        assert_eq!(nearest(epoch + 100 * century), Timestamp::MAX);
        assert_eq!(nearest(epoch - 150 * century), Timestamp::MIN);
    }

    /// Never ready. Blocks the thread once, so that the current sleep ends as late as if
    /// the process had been stopped.
    async fn stopped() {
        let mut looks = 0;
        poll_fn(|_| {
            looks += 1;
            if looks == 2 {
                let over = Instant::now() + STOP;
                while Instant::now() < over {
                    thread::park_timeout(STOP);
                }
            }
            Poll::<()>::Pending
        })
        .await;
    }

    #[tokio::test]
    async fn a_wait_ends_when_its_limit_has_elapsed() {
        let begun = Instant::now();
        assert_eq!(within(LIMIT, pending::<()>()).await, Err(Elapsed));
        assert!(begun.elapsed() >= LIMIT);
    }

    #[tokio::test]
    async fn time_spent_stopped_does_not_count() {
        let begun = Instant::now();
        let mut deadline = Deadline::after(LIMIT);
        assert_eq!(deadline.wait(stopped()).await, Err(Elapsed));
        assert!(begun.elapsed() + 2 * TICK >= LIMIT + STOP, "{:?}", begun.elapsed());
        assert!(deadline.was_stopped());
    }

    /// The reply arrives during the stop; afterwards another task passes it on.
    #[tokio::test]
    async fn a_reply_received_while_stopped_beats_the_deadline() {
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            tokio::time::sleep(LIMIT).await;
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            let _ = sender.send(());
        });
        let wait = async {
            tokio::select! {
                () = stopped() => {}
                came = receiver => came.unwrap(),
            }
        };
        assert_eq!(within(2 * TICK, wait).await, Ok(()));
    }

    #[tokio::test]
    async fn waits_share_one_deadline() {
        let mut deadline = Deadline::after(LIMIT);
        let mut waits = 0;
        while deadline.wait(tokio::time::sleep(LIMIT / 4)).await.is_ok() {
            waits += 1;
            assert!(waits < 20, "it ends");
        }
        assert!(waits > 0);
    }
}
