//! OSC 52: asks the terminal to copy a text. Sent in one write and terminated by BEL, which all
//! supporting terminals accept. tmux and screen keep such sequences to themselves unless they are
//! wrapped for passthrough.

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// The multiplexer between us and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    /// None.
    Nothing,
    /// tmux.
    Tmux,
    /// tmux, out of reach: `TERM` says so, but there is no `TMUX`. Usually it runs on the
    /// computer that the user sits at, and this program behind SSH.
    TmuxElsewhere,
    /// GNU screen.
    Screen,
    /// screen or tmux, out of reach: both use this `TERM`.
    ScreenElsewhere,
}

impl Multiplexer {
    pub(super) fn find(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if env("TMUX").is_some() {
            Self::Tmux
        } else if env("STY").is_some() {
            Self::Screen
        } else if term.starts_with("screen") {
            Self::ScreenElsewhere
        } else if term.starts_with("tmux") {
            Self::TmuxElsewhere
        } else {
            Self::Nothing
        }
    }
}

/// The longest sequence that screen passes through, including the wrapping, in bytes.
const PIECE: usize = 768;

const START: &[u8] = b"\x1bP";
const END: &[u8] = b"\x1b\\";

/// Asks the terminal to put a text on its clipboard.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn write(out: &mut impl Write, multiplexer: Multiplexer, text: &str) -> io::Result<()> {
    let encoded = Zeroizing::new(STANDARD.encode(text));
    let parts = [b"\x1b]52;c;", encoded.as_bytes(), b"\x07"];
    let asked = Zeroizing::new(parts.concat());
    let for_screen = || {
        let pieces = asked.chunks(PIECE - START.len() - END.len());
        pieces.flat_map(|piece| [START, piece, END]).collect::<Vec<_>>().concat()
    };
    let wrapped = Zeroizing::new(match multiplexer {
        Multiplexer::Nothing | Multiplexer::TmuxElsewhere => asked.to_vec(),
        // tmux needs each ESC doubled.
        Multiplexer::Tmux => [START, b"tmux;\x1b", &asked, END].concat(),
        Multiplexer::Screen => for_screen(),
        // Each takes one of the two and drops the other.
        Multiplexer::ScreenElsewhere => [&**asked, &**Zeroizing::new(for_screen())].concat(),
    });
    out.write_all(&wrapped)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(multiplexer: Multiplexer, text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, multiplexer, text).unwrap();
        out
    }

    /// What tmux passes to its terminal: the content, with single escapes.
    fn through_tmux(bytes: &[u8]) -> Vec<u8> {
        let inside = bytes.strip_prefix(b"\x1bPtmux;").unwrap();
        let mut passed = Vec::new();
        let mut at = 0;
        loop {
            match &inside[at..] {
                [0x1b, 0x1b, ..] => {
                    passed.push(0x1b);
                    at += 2;
                }
                [0x1b, b'\\'] => return passed,
                [0x1b, ..] | [] => panic!("ended inside: {}", bytes.escape_ascii()),
                [byte, ..] => {
                    passed.push(*byte);
                    at += 1;
                }
            }
        }
    }

    /// What screen passes to its terminal: the content of each piece.
    fn through_screen(bytes: &[u8]) -> Vec<u8> {
        let mut passed = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.windows(2).position(|w| w == END).unwrap() + END.len();
            let piece = &rest[..end];
            assert!(piece.len() <= 768, "{}", piece.len());
            let inside = piece.strip_prefix(START).unwrap().strip_suffix(END).unwrap();
            passed.extend(inside);
            rest = &rest[end..];
        }
        passed
    }

    #[test]
    fn screen_and_tmux_out_of_reach_each_find_their_form() {
        let plain = written(Multiplexer::Nothing, "xaat-1");
        assert_eq!(written(Multiplexer::TmuxElsewhere, "xaat-1"), plain);
        let both = written(Multiplexer::ScreenElsewhere, "xaat-1");
        let wrapped = both.strip_prefix(plain.as_slice()).unwrap();
        assert_eq!(through_screen(wrapped), plain);
    }

    #[test]
    fn the_sequence_ends_with_bel() {
        assert_eq!(written(Multiplexer::Nothing, "xaat-1"), b"\x1b]52;c;eGFhdC0x\x07");
    }

    #[test]
    fn multiplexers_pass_on_the_original_sequence() {
        for length in [0, 1, 41, 400, 563, 564, 567, 568, 569, 2000, 20_000] {
            let text: String = ('!'..='~').cycle().take(length).collect();
            let plain = written(Multiplexer::Nothing, &text);
            assert_eq!(through_tmux(&written(Multiplexer::Tmux, &text)), plain, "{length}");
            assert_eq!(through_screen(&written(Multiplexer::Screen, &text)), plain, "{length}");
        }
    }

    /// Counts the writes.
    struct Writes(usize);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += 1;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_sequence_is_written_in_one_call() {
        for multiplexer in [Multiplexer::Nothing, Multiplexer::Tmux, Multiplexer::Screen] {
            let mut out = Writes(0);
            write(&mut out, multiplexer, &"x".repeat(5000)).unwrap();
            assert_eq!(out.0, 1);
        }
    }
}
