//! Terminal input: no bytes block the parser, swallow the next key, or count as a key that was
//! not pressed.

use crate::{
    input::{Code, Key},
    term::parser::{Event, Parser},
};

const ESC: u8 = 0x1b;
/// Stands for a pause in which all incomplete input expires. Not valid in UTF-8.
const PAUSE: u8 = 0xfe;
const END: &[u8] = b"\x1b[201~";

/// Parses bytes as terminal input.
///
/// # Panics
/// If a key after the bytes is lost, if the result depends on chunk sizes, or if the content of a
/// paste or a sequence counts as keys.
pub fn input(bytes: &[u8]) {
    for old_mouse in [false, true] {
        let heard = |pieces: &[&[u8]]| heard(pieces, old_mouse);
        // With pauses, chunk sizes do matter: the rest of a sequence arrives at once.
        let unpaused: Vec<u8> = bytes.iter().copied().filter(|b| *b != PAUSE).collect();
        for size in 1..=3 {
            let pieces: Vec<&[u8]> = unpaused.chunks(size).collect();
            assert_eq!(heard(&pieces), heard(&[&unpaused]), "{size} bytes at once");
        }

        let whole = heard(&[bytes]);
        let interrupt = heard(&[bytes, b"\x03"]);
        assert_eq!(interrupt.last(), Some(&Event::Key(Key::ctrl('c'))), "Ctrl-C immediately");
        for (after, key) in [
            (&b"j"[..], Key::char('j')),
            (b"\x1b", Key::new(Code::Esc)),
            (b"\x1b[B", Key::new(Code::Down)),
        ] {
            let mut all = whole.clone();
            all.push(Event::Key(key));
            assert_eq!(heard(&[bytes, &[PAUSE], after]), all, "a key after a pause");
        }
        inert(bytes, &heard);
    }
    let plain: Vec<u8> = bytes.iter().map(|b| b & 0x7f).filter(|b| *b != ESC).collect();
    let heard = heard(&[&plain], false);
    assert_eq!(heard.len(), plain.len(), "each byte is one key");
    assert!(heard.iter().all(|event| matches!(event, Event::Key(_))));
}

/// The content of pastes and sequences is not taken for keys, whatever it is and whatever came
/// before.
fn inert(bytes: &[u8], heard: &dyn Fn(&[&[u8]]) -> Vec<Event>) {
    let (before, inside) = bytes.split_at(bytes.len() / 2);
    let with = |begin: &[u8], inside: &[u8], end: &[u8], is: Option<Event>| {
        let mut all = heard(&[before, &[PAUSE]]);
        all.extend(is);
        all.push(Event::Key(Key::char('j')));
        let shown = begin.escape_ascii();
        assert_eq!(heard(&[before, &[PAUSE], begin, inside, end, b"j"]), all, "{shown}");
    };
    let mut text: Vec<u8> = inside.iter().copied().filter(|b| *b != PAUSE).collect();
    while let Some(at) = text.windows(END.len()).position(|window| window == END) {
        text.remove(at);
    }
    // Keeps the end of the text from matching the start of the end marker.
    text.push(b'.');
    let pasted = Event::Paste(String::from_utf8_lossy(&text).into_owned());
    with(b"\x1b[200~", &text, END, Some(pasted));

    let is_content = |b: &&u8| !matches!(**b, 0x03 | 0x07 | 0x18 | 0x1a | ESC | PAUSE);
    let content: Vec<u8> = inside.iter().filter(is_content).copied().collect();
    for begin in [&b"\x1b]2;"[..], b"\x1bP1", b"\x1b_G", b"\x1b^x", b"\x1bXx"] {
        with(begin, &content, b"\x1b\\", None);
    }
    let numbers: Vec<u8> = inside.iter().map(|b| 0x20 | (b & 0x1f)).collect();
    for end in [&b"c"[..], b"y", b"S", b"u", b"~", b"R", b"t", b"n"] {
        with(b"\x1b[?", &numbers, end, None);
    }
}

/// The events of these pieces.
fn heard(pieces: &[&[u8]], old_mouse: bool) -> Vec<Event> {
    let mut parser = Parser::default();
    parser.set_old_mouse(old_mouse);
    let mut heard = Vec::new();
    let mut take = |parser: &mut Parser| heard.extend(std::iter::from_fn(|| parser.pop()));
    for piece in pieces {
        for (at, part) in piece.split(|b| *b == PAUSE).enumerate() {
            if at > 0 {
                over(&mut parser);
            }
            parser.feed(part);
            take(&mut parser);
        }
    }
    over(&mut parser);
    take(&mut parser);
    heard
}

/// Lets time pass until nothing is incomplete.
fn over(parser: &mut Parser) {
    for _ in 0..4 {
        if parser.waits().is_none() {
            return;
        }
        parser.expire();
    }
    panic!("it waits forever");
}
