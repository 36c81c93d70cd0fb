//! Reads the terminal in the loop itself: a key that is handed from one thread to
//! another wakes up two.

use std::{
    collections::VecDeque,
    io,
    os::fd::{AsFd, OwnedFd},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use termina::{
    Event, Parser,
    event::{KeyCode, KeyEvent, Modifiers},
};
use tokio::io::{Interest, unix::AsyncFd};
use zeroize::Zeroize as _;

/// Bytes that are read at once.
const PIECE: usize = 1024;

/// A terminal that is read from.
pub struct Reader {
    terminal: AsyncFd<OwnedFd>,
    parser: Parser,
    piece: [u8; PIECE],
    events: VecDeque<Event>,
    /// The last byte was the end of nothing: there is more to come.
    is_open: bool,
    /// The parser's memory has a paste in it.
    has_pasted: bool,
    /// Something was asked of the terminal, and nothing has come yet.
    awaits_answer: bool,
}

impl Reader {
    /// Reads from a terminal, of which something was `asked` or not.
    ///
    /// # Errors
    /// When it cannot be waited for.
    #[expect(
        deprecated,
        reason = "its successor asks for a promise that an owned descriptor keeps by itself"
    )]
    pub fn new(terminal: impl AsFd, asked: bool) -> io::Result<Self> {
        let terminal = terminal.as_fd().try_clone_to_owned()?;
        Ok(Self {
            terminal: AsyncFd::with_interest(terminal, Interest::READABLE)?,
            parser: Parser::default(),
            piece: [0; PIECE],
            events: VecDeque::new(),
            is_open: false,
            has_pasted: false,
            awaits_answer: asked,
        })
    }

    /// What comes next; `None` when the terminal has gone.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                self.awaits_answer = false;
                return Some(event);
            }
            let mut ready = self.terminal.readable().await.ok()?;
            match ready.try_io(|terminal| read(terminal.get_ref(), &mut self.piece)) {
                Err(_nothing_there) => {}
                Ok(Err(e)) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(Ok(0) | Err(_)) => return None,
                Ok(Ok(length)) => self.take(length),
            }
        }
    }

    /// Takes what was read.
    fn take(&mut self, length: usize) {
        let bytes = &mut self.piece[..length];
        match bytes {
            // Alt with one of these keys is the beginning of an answer as well, and
            // the parser would wait for its end.
            [b'\x1b', key @ (b']' | b'P')] if !self.awaits_answer && !self.is_open => {
                let key = KeyCode::Char(char::from(*key));
                self.events.push_back(Event::Key(KeyEvent::new(key, Modifiers::ALT)));
            }
            _ => {
                for (at, byte) in (1..).zip(bytes.iter()) {
                    self.parser.parse(&[*byte], at < length || length == PIECE);
                    let before = self.events.len();
                    self.events.extend(std::iter::from_fn(|| self.parser.pop()));
                    self.is_open = self.events.len() == before;
                }
            }
        }
        // What was pasted may be a token, which is not to stay in their memory; what
        // has begun after it is still to be told from keys.
        bytes.zeroize();
        self.has_pasted |= self.events.iter().any(|event| matches!(event, Event::Paste(_)));
        if self.has_pasted && !self.is_open {
            (self.parser, self.has_pasted) = (Parser::default(), false);
        }
    }
}

/// Reads what is there, without waiting for more. The shell shares what is open
/// here, so it stays as it is: reading from it may wait.
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
    use crate::{app::Msg, term::events::heard};

    /// What is heard of pieces that come one after the other: keys by their names.
    fn heard_of(asked: bool, pieces: &[&str]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let (theirs, mut ours) = UnixStream::pair().unwrap();
            let mut reader = Reader::new(theirs, asked).unwrap();
            let mut shown = Vec::new();
            for piece in pieces {
                ours.write_all(piece.as_bytes()).unwrap();
                drop(reader.terminal.readable().await.unwrap());
                while let Some(event) = reader.next().now_or_never() {
                    shown.extend(heard(event.unwrap()).map(|msg| match msg {
                        Msg::Key(key) => key.to_string(),
                        other => format!("{other:?}"),
                    }));
                }
            }
            drop(ours);
            assert!(reader.next().await.is_none(), "it has gone");
            shown
        })
    }

    #[test]
    fn keys_come_one_by_one() {
        assert_eq!(
            heard_of(false, &["j\x1b[B\x1b[1;5A", "\x1b", "G"]),
            ["j", "Down", "Ctrl-Up", "Esc", "G"]
        );
        assert_eq!(heard_of(false, &["\x1b[", "B"]), ["Down"], "over a slow line");
        let many = "\x1b[B".repeat(PIECE);
        assert_eq!(heard_of(false, &[&many]).len(), PIECE, "more than is read at once");
    }

    #[test]
    fn a_paste_is_text() {
        let pasted = heard_of(false, &["\x1b[200~q\x1b", "[B\n\x1b[201~", "x"]);
        assert_eq!(pasted, [r#"Paste("q\u{1b}[B\n")"#, "x"]);
    }

    #[test]
    fn what_is_pasted_is_never_a_key() {
        let twice = ["\x1b[200~a\x1b[201~\x1b[200~q", "d\x1b[201~", "x"];
        assert_eq!(heard_of(false, &twice), [r#"Paste("a")"#, r#"Paste("qd")"#, "x"]);
        let odd = ["\x1b[200~a", "\x1b]", "\x1bP", "d\x1b[201~", "\x1b]"];
        assert_eq!(heard_of(false, &odd), [r#"Paste("a\u{1b}]\u{1b}Pd")"#, "Alt-]"]);
    }

    #[test]
    fn an_answer_is_no_key() {
        for (answer, background) in [
            ("\x1b]11;rgb:0000/0000/0000\x1b\\", "Dark"),
            ("\x1b]11;rgb:ffff/FFFF/f0f0\x07", "Light"),
            ("\x1b]11;rgb:fb/fb/f9\x1b\\", "Light"),
            ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "Dark"),
        ] {
            let background = format!("Background({background})");
            for cut in 2..answer.len() {
                let (first, rest) = answer.split_at(cut);
                let heard = heard_of(true, &[first, rest, "k"]);
                assert_eq!(heard, [&background, "k"], "{first:?} {rest:?}");
            }
        }
    }

    #[test]
    fn keys_that_begin_like_an_answer_do_not_wait_for_its_end() {
        assert_eq!(heard_of(false, &["\x1b]", "q"]), ["Alt-]", "q"]);
        assert_eq!(heard_of(false, &["\x1bP", "q"]), ["Alt-P", "q"]);
        assert_eq!(heard_of(true, &["j", "\x1b]", "q"]), ["j", "Alt-]", "q"]);
    }
}
