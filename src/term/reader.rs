//! Reads the terminal on the loop's own thread: passing each key from another thread would cost
//! two wake-ups.

use std::{
    io,
    os::fd::{AsFd, OwnedFd},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::{
    io::{Interest, unix::AsyncFd},
    time::{Instant, sleep_until},
};
use zeroize::Zeroize as _;

use super::{
    link, modes,
    parser::{Event, Parser},
};

/// How much to read at a time; terminals never return more.
const PIECE: usize = 4096;

/// Reads events from a terminal.
pub struct Reader {
    terminal: AsyncFd<OwnedFd>,
    parser: Parser,
    piece: Box<[u8; PIECE]>,
    /// When the incomplete input expires unless another byte arrives.
    deadline: Option<Instant>,
    /// The terminal may use the original X10 mouse encoding, which is not a valid sequence.
    /// Terminals that support links are newer than its replacement.
    has_old_mouse: bool,
}

impl Reader {
    /// Reads from this terminal.
    ///
    /// # Errors
    /// If the terminal cannot be polled.
    #[expect(
        deprecated,
        reason = "the replacement asks the caller for a guarantee that OwnedFd already gives"
    )]
    pub fn new(terminal: impl AsFd) -> io::Result<Self> {
        let terminal = terminal.as_fd().try_clone_to_owned()?;
        Ok(Self {
            terminal: AsyncFd::with_interest(terminal, Interest::READABLE)?,
            parser: Parser::default(),
            piece: Box::new([0; PIECE]),
            deadline: None,
            has_old_mouse: !std::env::var("TERM").is_ok_and(|term| link::taken_by(&term)),
        })
    }

    /// The next event; `None` when the terminal is gone.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parser.pop() {
                return Some(event);
            }
            let mut ready = tokio::select! {
                biased;
                ready = self.terminal.readable() => ready.ok()?,
                () = at(self.deadline) => {
                    // Read once more before expiring: if this process was stopped, bytes may
                    // have arrived in time.
                    match read(self.terminal.get_ref(), &mut *self.piece) {
                        Ok(0) => return None,
                        Ok(length) => self.take(length),
                        Err(e) if e.kind() == io::ErrorKind::WouldBlock => self.expire(),
                        Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                        Err(_) => return None,
                    }
                    continue;
                }
            };
            match ready.try_io(|terminal| read(terminal.get_ref(), &mut *self.piece)) {
                Err(_nothing_there) => {}
                Ok(Err(e)) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(Ok(0) | Err(_)) => return None,
                Ok(Ok(length)) => self.take(length),
            }
        }
    }

    /// Parses what was read.
    fn take(&mut self, length: usize) {
        self.parser.set_old_mouse(self.has_old_mouse && modes::mouse_is_on());
        let bytes = &mut self.piece[..length];
        self.parser.feed(bytes);
        // The bytes may hold a token that was typed or pasted.
        bytes.zeroize();
        self.wait();
    }

    fn expire(&mut self) {
        self.parser.expire();
        self.wait();
    }

    fn wait(&mut self) {
        self.deadline = self.parser.waits().map(|time| Instant::now() + time);
    }
}

/// Waits until `moment`; forever if there is none.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Reads what is available, without blocking. The open file is shared with the shell and stays in
/// blocking mode, so it is polled first.
fn read(terminal: &impl AsFd, piece: &mut [u8]) -> io::Result<usize> {
    let mut asked = [PollFd::new(terminal, PollFlags::IN)];
    if poll(&mut asked, Some(&Timespec::default()))? == 0 {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    Ok(rustix::io::read(terminal, piece)?)
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, os::unix::net::UnixStream};

    use futures_util::FutureExt as _;

    use super::*;

    fn name(event: Event) -> String {
        match event {
            Event::Key(key) => key.to_string(),
            Event::Paste(text) => format!("Paste({text:?})"),
            other => format!("{other:?}"),
        }
    }

    /// The events after each of these pieces, then `more` events from what is still incomplete.
    fn heard_of(pieces: &[&str], more: usize) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (theirs, mut ours) = UnixStream::pair().unwrap();
            let mut reader = Reader::new(theirs).unwrap();
            let mut shown = Vec::new();
            for piece in pieces {
                ours.write_all(piece.as_bytes()).unwrap();
                drop(reader.terminal.readable().await.unwrap());
                while let Some(event) = reader.next().now_or_never() {
                    shown.push(name(event.unwrap()));
                }
            }
            for _ in 0..more {
                shown.push(name(reader.next().await.unwrap()));
            }
            drop(ours);
            assert!(reader.next().await.is_none(), "the terminal is gone");
            shown
        })
    }

    #[test]
    fn keys_come_one_by_one() {
        assert_eq!(heard_of(&["j\x1b[B\x1b[1;5A"], 0), ["j", "Down", "Ctrl-Up"]);
        let many = "\x1b[B".repeat(PIECE);
        assert_eq!(heard_of(&[&many], 0).len(), PIECE, "more than is read at once");
    }

    #[test]
    fn split_sequences_are_joined() {
        assert_eq!(heard_of(&["\x1b", "[", "B"], 0), ["Down"]);
        let pieces = ["\x1b", "[200~dev \x1b[20", "1~q"];
        assert_eq!(heard_of(&pieces, 0), [r#"Paste("dev ")"#, "q"]);
    }

    #[test]
    fn an_unfinished_sequence_times_out_without_another_byte() {
        assert_eq!(heard_of(&["j\x1b"], 1), ["j", "Esc"]);
        assert_eq!(heard_of(&["\x1b["], 1), ["Alt-["]);
        assert_eq!(heard_of(&["\x1b[200~dq\r"], 1), [r#"Paste("dq\r")"#]);
        assert_eq!(heard_of(&["\x1b[200~dq\x03"], 2), [r#"Paste("dq")"#, "Ctrl-c"]);
    }
}
