//! Discards what the terminal still sends while it is restored: mouse movements, focus changes,
//! responses. The shell would take them for typed commands.

use std::{
    io,
    os::fd::AsFd,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::getpgrp,
    termios::{QueueSelector, tcflush, tcgetpgrp},
};

/// No input for this long means that none is left.
const QUIET: Duration = Duration::from_millis(25);
/// How long to wait for an outstanding response.
const ANSWER: Duration = Duration::from_millis(200);
/// A query older than this is not expected to be answered any more.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);
/// The most that draining may take.
const AT_MOST: Duration = Duration::from_millis(500);

/// When an unanswered query was sent.
static ASKED: Mutex<Option<Instant>> = Mutex::new(None);

/// Records that a query was sent.
pub fn asked() {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Records that the terminal has responded.
pub fn answered() {
    *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Discards pending input and what arrives shortly after, if the mouse was on or a response is
/// outstanding. Otherwise touches nothing, so that what is typed for the shell reaches it.
pub fn drain(mouse: bool) {
    let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner).take();
    let first = match asked {
        Some(at) if at.elapsed() < ANSWERED_WITHIN => ANSWER,
        _ if mouse => QUIET,
        _ => return,
    };
    let stdin = io::stdin();
    // In the background, changing the terminal would stop us.
    if tcgetpgrp(&stdin).is_ok_and(|group| group == getpgrp()) {
        discard_input(&stdin, first);
    }
}

/// Discards input: waits up to `first` for the first, then until no more comes.
fn discard_input(terminal: &impl AsFd, first: Duration) {
    let begun = Instant::now();
    let mut wait = first;
    while begun.elapsed() < AT_MOST {
        let mut asked = [PollFd::new(terminal, PollFlags::IN)];
        let time = Timespec::try_from(wait).unwrap_or_default();
        let is_there = poll(&mut asked, Some(&time)).is_ok_and(|count| count > 0)
            && asked[0].revents() == PollFlags::IN;
        if !is_there || tcflush(terminal, QueueSelector::IFlush).is_err() {
            return;
        }
        wait = QUIET;
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write as _};

    use portable_pty::{PtySize, native_pty_system};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    use super::*;

    #[test]
    fn pending_and_late_input_is_discarded() {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut keyboard = pair.master.take_writer().unwrap();
        let path = pair.master.tty_name().unwrap();
        let terminal = File::options().read(true).write(true).open(path).unwrap();
        let mut raw = tcgetattr(&terminal).unwrap();
        raw.make_raw();
        tcsetattr(&terminal, OptionalActions::Now, &raw).unwrap();
        let left = || rustix::io::ioctl_fionread(&terminal).unwrap();
        let comes = |length: u64| {
            let begun = Instant::now();
            while left() < length {
                assert!(begun.elapsed() < Duration::from_secs(30));
                std::thread::yield_now();
            }
        };

        keyboard.write_all(b"\x1b[<35;3;4M\x1b[O").unwrap();
        comes(13);
        discard_input(&terminal, Duration::ZERO);
        assert_eq!(left(), 0);

        let late = std::thread::spawn(move || {
            keyboard.write_all(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\").unwrap();
        });
        discard_input(&terminal, AT_MOST);
        late.join().unwrap();
        assert_eq!(left(), 0);
    }
}
