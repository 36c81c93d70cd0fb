use proptest::prelude::*;

use super::*;

fn name(event: Event) -> String {
    match event {
        Event::Key(key) => key.to_string(),
        Event::Paste(text) => format!("Paste({text:?})"),
        other => format!("{other:?}"),
    }
}

fn taken(parser: &mut Parser) -> Vec<String> {
    std::iter::from_fn(|| parser.pop()).map(name).collect()
}

/// Lets this much time pass without a byte.
fn pause(parser: &mut Parser, mut time: Duration) {
    while let Some(wait) = parser.waits().filter(|wait| *wait <= time) {
        parser.expire();
        time -= wait;
    }
}

/// The events of these pieces, with a pause in milliseconds after each.
fn heard_with(pieces: &[(&[u8], u64)]) -> Vec<String> {
    let mut parser = Parser::default();
    let mut heard = Vec::new();
    for (piece, time) in pieces {
        parser.feed(piece);
        pause(&mut parser, Duration::from_millis(*time));
        heard.extend(taken(&mut parser));
    }
    heard
}

/// The events of bytes that arrive at once.
fn heard(bytes: &[u8]) -> Vec<String> {
    heard_with(&[(bytes, 0)])
}

const LONG: u64 = 5_000;

#[test]
fn keys_are_recognised_in_every_encoding() {
    for (bytes, key) in [
        (&b"j"[..], "j"),
        (b"G", "G"),
        (b" ", "Space"),
        (b"\r", "Enter"),
        (b"\n", "Ctrl-j"),
        (b"\t", "Tab"),
        (b"\0", "Ctrl-Space"),
        (b"\x7f", "Backspace"),
        (b"\x08", "Ctrl-h"),
        (b"\x1f", "Ctrl-7"),
        ("é".as_bytes(), "é"),
        ("日".as_bytes(), "日"),
        ("😀".as_bytes(), "😀"),
        (b"\x1bx", "Alt-x"),
        (b"\x1bG", "Alt-G"),
        (b"\x1b\x7f", "Alt-Backspace"),
        (b"\x1b\r", "Alt-Enter"),
        ("\x1bé".as_bytes(), "Alt-é"),
        ("\x1bб".as_bytes(), "Alt-,"),
        ("\x1bи".as_bytes(), "Alt-b"),
        (b"\x1b[A", "Up"),
        (b"\x1bOA", "Up"),
        (b"\x1b[1;5C", "Ctrl-Right"),
        (b"\x1b[1;3D", "Alt-Left"),
        (b"\x1b[1;2H", "Shift-Home"),
        (b"\x1b[F", "End"),
        (b"\x1bOF", "End"),
        (b"\x1b[1~", "Home"),
        (b"\x1b[3~", "Delete"),
        (b"\x1b[3;5~", "Ctrl-Delete"),
        (b"\x1b[6~", "PageDown"),
        (b"\x1b[15~", "F5"),
        (b"\x1b[24;2~", "Shift-F12"),
        (b"\x1b[34~", "F20"),
        (b"\x1bOP", "F1"),
        (b"\x1bO5P", "Ctrl-F1"),
        (b"\x1bO1;5P", "Ctrl-F1"),
        (b"\x1b[1;5R", "Ctrl-F3"),
        (b"\x1b[R", "F3"),
        (b"\x1b[[A", "F1"),
        (b"\x1b[[E", "F5"),
        (b"\x1b[Z", "Shift-Tab"),
        // The keypad in application mode.
        (b"\x1bOM", "Enter"),
        (b"\x1bOp", "0"),
        (b"\x1bOy", "9"),
        (b"\x1bOk", "+"),
        (b"\x1bOX", "="),
        // rxvt.
        (b"\x1b[3$", "Shift-Delete"),
        (b"\x1b[3^", "Ctrl-Delete"),
        (b"\x1b[a", "Shift-Up"),
        (b"\x1bOd", "Ctrl-Left"),
        // xterm with modifyOtherKeys.
        (b"\x1b[27;5;99~", "Ctrl-c"),
        ("\x1b[27;5;1089~".as_bytes(), "Ctrl-c"),
        // The kitty keyboard protocol.
        (b"\x1b[99;5u", "Ctrl-c"),
        (b"\x1b[99;133u", "Ctrl-c"),
        (b"\x1b[1089;5u", "Ctrl-c"),
        (b"\x1b[1089::99;5u", "Ctrl-c"),
        (b"\x1b[1089:1057:99;6u", "Ctrl-c"),
        (b"\x1b[1089::99;3u", "Alt-c"),
        (b"\x1b[1079::112;5u", "Ctrl-p"),
        (b"\x1b[27u", "Esc"),
        (b"\x1b[27;1:2u", "Esc"),
        (b"\x1b[13;2u", "Enter"),
        (b"\x1b[9;2u", "Shift-Tab"),
        (b"\x1b[127;5u", "Ctrl-Backspace"),
        (b"\x1b[97:65;2;65u", "A"),
        (b"\x1b[49:33;2u", "!"),
        (b"\x1b[57417u", "Left"),
        (b"\x1b[57414u", "Enter"),
        (b"\x1b[57376u", "F13"),
        (b"\x1b[1;1:2A", "Up"),
    ] {
        assert_eq!(heard(bytes), [key], "{}", bytes.escape_ascii());
    }
}

#[test]
fn unknown_sequences_are_dropped_and_the_next_key_works() {
    for bytes in [
        // Responses.
        &b"\x1b[>84;0;0c"[..],
        b"\x1b[?62;22c",
        b"\x1b[?12;40;1R",
        b"\x1b[12;40R",
        b"\x1b[1;40R",
        b"\x1b[1;1R",
        b"\x1b[0n",
        b"\x1b[?1;0;256S",
        b"\x1b[?2026;2$y",
        b"\x1b[4;1$y",
        b"\x1b[8;24;80t",
        b"\x1b[?1u",
        b"\x1b[<1u",
        b"\x1b[>4;2m",
        b"\x1b[=1;2;3{",
        b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
        b"\x1b]11;nothing\x07",
        b"\x1b]52;c;cQ==\x07",
        b"\x1bP1+r544e=787465\x1b\\",
        b"\x1bP>|XTerm(390)\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b_Gi=1;OK\x1b\\",
        b"\x1b^q\x1b\\",
        b"\x1bXq\x1b\\",
        // The X10 mouse, which is off; and a release.
        b"\x1b[M",
        b"\x1b[<0;3;4m",
        // Key releases, and modifiers for the window manager.
        b"\x1b[27;1:3u",
        b"\x1b[1;1:3A",
        b"\x1b[113;9u",
        b"\x1b[57358u",
        b"\x1b[57441;2u",
        // The end marker of a paste that never began.
        b"\x1b[201~",
        // Invalid.
        b"\x1b[99999999999999999999u",
        b"\x1b[1:::::u",
        b"\x1b[;;;;;;;;;;;;;;A",
        b"\x1b[1;+5A",
        b"\x1b[ q",
        b"\x1b[0;5u",
        b"\x1b[1114112u",
        b"\x1b[55296u",
        b"\x1b[97;999u",
        b"\x1b[999~",
        b"\x1bOz",
        // Aborted.
        b"\x1b[12\x18",
        b"\x1b[12\x1a",
        b"\x1b]11;\x18",
        b"\x1bP1\x1a",
        // Control characters of one byte and of two, and invalid UTF-8.
        b"\x9b",
        b"\x9b\x80\xff\xfe",
        "\u{9b}\u{9d}".as_bytes(),
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf5",
        b"\xe9",
        b"\xe6\x97",
        b"\x1b\xff",
    ] {
        let shown = bytes.escape_ascii();
        assert_eq!(heard(&[bytes, b"j"].concat()), ["j"], "{shown}");
        assert_eq!(heard(&[bytes, b"\x1b[B\x1b[B"].concat()), ["Down", "Down"], "{shown}");
        assert_eq!(heard(&[bytes, b"\x03"].concat()), ["Ctrl-c"], "{shown}");
    }
    let long = [b"\x1b[", "1;".repeat(100_000).as_bytes(), b"Aj"].concat();
    assert_eq!(heard(&long), ["j"], "however long it is");
}

#[test]
fn a_new_sequence_aborts_the_one_before() {
    assert_eq!(heard(b"\x1b[12\x1b[B"), ["Down"]);
    assert_eq!(heard(b"\x1b]11;rgb:\x1b[B"), ["Down"]);
    assert_eq!(heard(b"\x1bP1+r\x1bOB"), ["Down"]);
    assert_eq!(heard(b"\x1b\x1b[B"), ["Esc", "Down"]);
    assert_eq!(heard(b"\x1b[1;\rq"), ["Enter", "q"]);
}

#[test]
fn an_unfinished_sequence_ends_after_a_pause_or_ctrl_c() {
    for begun in [
        &b"\x1b[12;4"[..],
        b"\x1b]11;rgb:1e",
        b"\x1bP1+r",
        b"\x1b_G",
        b"\x1b^x",
        b"\x1bXx",
        b"\x1bO1",
        b"\xe6\x97",
    ] {
        let shown = begun.escape_ascii();
        assert_eq!(heard_with(&[(begun, 1_000), (b"d", 0)]), ["d"], "{shown}");
        assert_eq!(heard(&[begun, b"\x03"].concat()), ["Ctrl-c"], "{shown}");
    }
    assert_eq!(heard_with(&[(b"\x1b[200~abc", 1_000), (b"d", 0)]), [r#"Paste("abc")"#, "d"]);
    assert_eq!(heard_with(&[(b"\x1b[200~", 1_000), (b"d", 0)]), ["d"]);
    assert_eq!(heard_with(&[(b"\x1b[200~abc\x1b[2", 1_000)]), [r#"Paste("abc")"#]);
    let interrupted: &[(&[u8], u64)] = &[(b"\x1b[200~ab", 300), (b"c\x03", 40), (b"d", 0)];
    assert_eq!(heard_with(interrupted), [r#"Paste("abc")"#, "Ctrl-c", "d"]);
}

#[test]
fn a_split_sequence_is_joined() {
    assert_eq!(heard_with(&[(b"\x1b", 2), (b"[200~dev \x1b[201~", 0)]), [r#"Paste("dev ")"#]);
    assert_eq!(heard_with(&[(b"\x1b", 2), (b"[12;40R", 0)]), [""; 0]);
    let answer = b"\x1b]11;rgb:fbfb/fbfb/d9d9\x1b\\";
    for cut in 1..answer.len() {
        let (first, rest) = answer.split_at(cut);
        assert_eq!(heard_with(&[(first, 39), (rest, 0)]), ["Background(Light)"], "{cut}");
    }
}

#[test]
fn a_late_end_of_a_sequence_is_not_read_as_keys() {
    let late = |first: &[u8], rest: &[u8]| heard_with(&[(first, 300), (rest, 0), (b"j", 0)]);
    for rest in [&b"[200~dev \x1b[201~"[..], b"[12;40R", b"]11;rgb:fbfb/fbfb/d9d9\x1b\\"] {
        let heard = late(b"\x1b", rest);
        let keys = heard.iter().filter(|name| !name.contains('('));
        assert_eq!(keys.collect::<Vec<_>>(), ["Esc", "j"], "{heard:?}");
    }
    assert_eq!(late(b"\x1b", b"[B"), ["Esc", "Down", "j"]);
    assert_eq!(late(b"\x1b", b"[<35;5;6M").len(), 3);
    assert_eq!(late(b"\x1b", b"OB"), ["Esc", "Down", "j"]);
    assert_eq!(late(b"\x1b[", b"200~dev \x1b[201~"), ["Alt-[", r#"Paste("dev ")"#, "j"]);
    assert_eq!(late(b"\x1b[", b"12;40R"), ["Alt-[", "j"]);
    assert_eq!(late(b"\x1b]", b"11;rgb:ffff/ffff/ffff\x07"), ["Alt-]", "Background(Light)", "j"]);
    assert_eq!(late(b"\x1bP", b">|XTerm(390)\x1b\\"), ["Alt-P", "j"]);
    // A paste that stalled.
    let stalled: &[(&[u8], u64)] = &[(b"\x1b[200~ab", 1_500), (b"dq\x1b[201~j", 0)];
    assert_eq!(heard_with(stalled), [r#"Paste("ab")"#, r#"Paste("dq")"#, "j"]);
    let rest = "dq".repeat(2_000);
    let stalled: &[(&[u8], u64)] =
        &[(b"\x1b[200~ab", 1_500), (rest.as_bytes(), 900), (b"dq", 900), (b"\x1b[201~j", 0)];
    let heard = heard_with(stalled);
    assert_eq!(heard.iter().filter(|name| !name.starts_with("Paste(")).count(), 1, "{heard:?}");
    // Byte by byte.
    let bytes: Vec<_> = b"[200~dq\x1b[201~j".chunks(1).map(|byte| (byte, 5)).collect();
    let slow = [&[(&b"\x1b"[..], 60)], &bytes[..]].concat();
    assert_eq!(heard_with(&slow), ["Esc", r#"Paste("dq")"#, "j"]);
    let slow = [&[(&b"\x1b["[..], 60)], &bytes[1..]].concat();
    assert_eq!(heard_with(&slow), ["Alt-[", r#"Paste("dq")"#, "j"]);
    // Typed keys do not continue anything, nor does what arrives much later.
    assert_eq!(heard_with(&[(b"\x1b", 100), (b"[", 60), (b"A", 0)]), ["Esc", "[", "A"]);
    assert_eq!(heard_with(&[(b"\x1b[", 100), (b"3j", 0)]), ["Alt-[", "3", "j"]);
    assert_eq!(heard_with(&[(b"\x1b", LONG), (b"[A", 0)]), ["Esc", "[", "A"]);
    assert_eq!(heard_with(&[(b"\x1b", 100), (b"ciedge", 0)]).len(), 7);
    for typed in [&b"Oq"[..], b"Pq", b"[h", b"]q", b"_q", b"[3j", b"O\x03", b"[", b"]"] {
        let heard = heard_with(&[(b"\x1b", 100), (typed, 40)]);
        assert_eq!(heard.len(), 1 + typed.len(), "{heard:?}");
    }
}

#[test]
fn keys_that_look_like_a_sequence_swallow_no_other_key() {
    for (alone, key) in [
        (&b"\x1b"[..], "Esc"),
        (b"\x1b[", "Alt-["),
        (b"\x1bO", "Alt-O"),
        (b"\x1b]", "Alt-]"),
        (b"\x1bP", "Alt-P"),
        (b"\x1b_", "Alt-_"),
        (b"\x1b^", "Alt-^"),
        (b"\x1bG", "Alt-G"),
    ] {
        assert_eq!(heard_with(&[(alone, 40), (b"q", 0)]), [key, "q"]);
        assert_eq!(heard_with(&[(alone, 0), (b"\x03", 0)]), [key, "Ctrl-c"]);
    }
    assert_eq!(heard_with(&[(b"\x1bO", 0), (b"?", 0)]), ["Alt-O", "?"]);
    assert_eq!(heard(b"\x1b\x03"), ["Esc", "Ctrl-c"]);
    assert_eq!(heard_with(&[(b"\x1b\x1b", 40)]), ["Esc", "Esc"]);
}

/// If the terminal sends Esc as a sequence, an ESC byte begins one, however slow the line is.
#[test]
fn with_the_keyboard_protocol_a_bare_esc_is_held_longer() {
    assert_eq!(heard_with(&[(b"\x1b[27u", 0), (b"\x1b", 900), (b"[B", 0)]), ["Esc", "Down"]);
    assert_eq!(heard_with(&[(b"\x1b[27u", 0), (b"\x1b", 1_000)]), ["Esc", "Esc"]);
    // Some send it as a sequence with Shift only; and another terminal may be attached later.
    assert_eq!(heard_with(&[(b"\x1b[27;2u", 0), (b"\x1b", 40)]), ["Esc", "Esc"]);
    let other: &[(&[u8], u64)] = &[(b"\x1b[27u", 0), (b"\x1b", LONG), (b"\x1b", 40)];
    assert_eq!(heard_with(other), ["Esc", "Esc", "Esc"]);
}

#[test]
fn half_a_terminator_is_distinguished_from_a_key() {
    assert_eq!(heard_with(&[(b"\x1b]2;x\x1b", 200), (b"\\q", 0)]), ["q"]);
    assert_eq!(heard_with(&[(b"\x1b]2;x\x1b", 200), (b"q", 0)]), ["Esc", "q"]);
    assert_eq!(heard_with(&[(b"\x1b]2;x\x1b", LONG), (b"q", 0)]), ["Esc", "q"]);
    assert_eq!(heard_with(&[(b"\x1b]2;x\x1b", 0), (b"q", 0)]), ["Alt-q"]);
}

#[test]
fn a_paste_is_always_text() {
    let odd = "q\u{1b}[B\n\u{1b}]11;?\u{1b}\\\u{3}dq\u{1b}[20\u{1b}[200~d\u{1b}";
    let bytes = format!("\x1b[200~{odd}\x1b[201~x");
    assert_eq!(heard(bytes.as_bytes()), [format!("Paste({odd:?})"), "x".to_owned()]);
    let two = b"\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~";
    assert_eq!(heard(two), [r#"Paste("a")"#, r#"Paste("b")"#]);
    assert_eq!(heard(b"\x1b[200~\xffa\x1b[201~"), ["Paste(\"\u{fffd}a\")"]);
}

#[test]
fn a_paste_is_truncated_to_its_limit() {
    let mut parser = Parser::default();
    parser.feed(b"\x1b[200~");
    for _ in 0..3 {
        parser.feed(&vec![b'd'; paste::MOST / 2]);
    }
    parser.feed(b"\x1b[201~q");
    assert!(matches!(parser.pop(), Some(Event::Paste(text)) if text.len() == paste::MOST));
    assert_eq!(taken(&mut parser), ["q"], "its rest is not a key either");
}

#[test]
fn the_three_mouse_encodings_are_parsed() {
    use crate::app::mouse::{Gesture, Pointer};
    let pointer = |bytes: &[u8]| {
        let mut parser = Parser::default();
        parser.set_old_mouse(true);
        parser.feed(bytes);
        let Some(Event::Pointer(Pointer { gesture, x, y })) = parser.pop() else { return None };
        assert_eq!(parser.pop(), None);
        Some((gesture, x, y))
    };
    for (bytes, is) in [
        (&b"\x1b[<0;3;4M"[..], Some((Gesture::Press, 2, 3))),
        (b"\x1b[<35;300;4M", Some((Gesture::Move, 299, 3))),
        (b"\x1b[<64;1;1M", Some((Gesture::WheelUp, 0, 0))),
        (b"\x1b[<65;1;1M", Some((Gesture::WheelDown, 0, 0))),
        (b"\x1b[<2;3;4M", None),
        (b"\x1b[<128;3;4M", None),
        (b"\x1b[<0;0;4M", None),
        (b"\x1b[<0;3;4m", None),
        (b"\x1b[<0;3M", None),
        (b"\x1b[32;3;4M", Some((Gesture::Press, 2, 3))),
        (b"\x1b[M #$", Some((Gesture::Press, 2, 3))),
        (b"\x1b[MC\xff$", Some((Gesture::Move, 222, 3))),
        (b"\x1b[M##$", None),
    ] {
        assert_eq!(pointer(bytes), is, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_mouse_report_in_the_oldest_encoding_is_not_read_as_keys() {
    let mut parser = Parser::default();
    parser.set_old_mouse(true);
    parser.feed(b"\x1b[M#dqj\x1b[M\x03");
    assert_eq!(taken(&mut parser), ["j", "Ctrl-c"]);
    parser.feed(b"\x1b[Md");
    pause(&mut parser, PAUSE);
    parser.feed(b"q");
    assert_eq!(taken(&mut parser), ["q"], "a sequence that never ends");
}

/// Bytes that begin, continue and end every kind of sequence.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => prop::sample::select(b"\x1b[]OPX^_\\~M;:<?0123457uRAd\r\x03\x18\x07\x7f".to_vec())
            .prop_map(|byte| vec![byte]),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => prop::sample::select(vec![
            &b"\x1b[200~"[..], b"\x1b[201~", b"\x1b]11;rgb:ffff/0/0", b"\x1b\\", b"\xe6\x97\xa5",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn chunk_boundaries_do_not_matter(
        bytes in bytes(),
        cuts in prop::collection::vec(1_usize..9, 80),
    ) {
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push((piece, 0));
            rest = after;
        }
        pieces.push((rest, LONG));
        prop_assert_eq!(heard_with(&pieces), heard_with(&[(&bytes, LONG)]));
    }

    #[test]
    fn no_input_blocks_later_keys(pieces in prop::collection::vec((bytes(), 0_u64..1_200), 0..5)) {
        let pieces: Vec<_> = pieces.iter().map(|(bytes, time)| (&bytes[..], *time)).collect();
        let last = |bytes: &[u8]| {
            let pieces = [&pieces[..], &[(bytes, LONG)]].concat();
            heard_with(&pieces).pop()
        };
        prop_assert_eq!(last(b"\x03"), Some("Ctrl-c".to_owned()));
        let after_a_pause = [&pieces[..], &[(b"", LONG), (b"j", 0)]].concat();
        prop_assert_eq!(heard_with(&after_a_pause).pop(), Some("j".to_owned()));
    }
}
