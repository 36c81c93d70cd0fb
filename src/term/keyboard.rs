//! The kitty keyboard protocol, with which terminals distinguish Esc from the start of another
//! key, and keys that otherwise send the same bytes. Nothing here depends on it: keys are
//! converted to what terminals without it send, so that habits and keymaps work on both.
//!
//! axtok enables it without asking for support: terminals that do not know it ignore the request.
//! Those that might print it (the Linux console and screen, by name) do not get it. The alternate
//! screen has its own setting, so the shell's stays, even if axtok is killed.

use std::io::{self, Write};

use crossterm::{
    event::{KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags},
    queue,
};

use super::{layout, link};
use crate::input::{Code, Key};

/// Whether this terminal may be sent the protocol's sequences.
fn listens() -> bool {
    std::env::var("TERM").is_ok_and(|term| link::taken_by(&term))
}

/// Enables the protocol, including the Latin key at the same position. Call it on the alternate
/// screen.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn begin(out: &mut impl Write) -> io::Result<()> {
    if listens() {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
            | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS;
        queue!(out, PushKeyboardEnhancementFlags(flags))?;
    }
    Ok(())
}

/// Disables the protocol. Call it before leaving the alternate screen.
///
/// # Errors
/// If the terminal cannot be written to.
pub fn end(out: &mut impl Write) -> io::Result<()> {
    if listens() {
        queue!(out, PopKeyboardEnhancementFlags)?;
    }
    Ok(())
}

/// The modifiers of a key press.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift is held.
    pub shift: bool,
    /// Alt is held.
    pub alt: bool,
    /// Ctrl is held.
    pub ctrl: bool,
}

impl Modifiers {
    /// Decodes the modifier number of a sequence; 1 is none. Caps Lock and Num Lock are ignored.
    /// `None` for super, hyper or meta, which belong to the window manager, and for invalid
    /// numbers.
    #[must_use]
    pub const fn of(number: u32) -> Option<Self> {
        const WINDOW_MANAGER: u32 = 0b11_1000;
        let bits = number.saturating_sub(1);
        if number > 256 || bits & WINDOW_MANAGER != 0 {
            return None;
        }
        Some(Self { shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 })
    }
}

/// The key that sends this control byte on a terminal without the protocol.
#[must_use]
pub const fn control(byte: u8) -> Key {
    match byte {
        0 => Key::ctrl(' '),
        b'\t' => Key::new(Code::Tab),
        b'\r' => Key::new(Code::Enter),
        0x01..=0x1a => Key::ctrl((byte - 1 + b'a') as char),
        0x1b => Key::new(Code::Esc),
        0x1c..=0x1f => Key::ctrl((byte - 0x1c + b'4') as char),
        _ => Key::new(Code::Backspace),
    }
}

/// A key that types no character, as a terminal without the protocol sends it.
#[must_use]
pub const fn named(code: Code, modifiers: Modifiers) -> Key {
    let Modifiers { shift, alt, ctrl } = modifiers;
    match code {
        // Without the protocol, Shift and Ctrl make no difference here.
        Code::Enter | Code::Esc => Key { alt, ..Key::new(code) },
        Code::Backspace | Code::Char(_) => Key { code, ctrl, alt, shift: false },
        _ => Key { code, ctrl, alt, shift },
    }
}

/// A key by the code point that it types, as a terminal without the protocol sends it. `shifted`
/// is the code point with Shift, `base` the one on a Latin keyboard, if the terminal reports
/// them. `None` for keys that have no meaning here.
#[must_use]
pub fn coded(
    number: u32,
    shifted: Option<u32>,
    base: Option<u32>,
    modifiers: Modifiers,
) -> Option<Key> {
    if let Some(code) = functional(number) {
        return Some(named(code, modifiers));
    }
    let Modifiers { shift, alt, ctrl } = modifiers;
    let c = printable(number)?;
    if !ctrl && !alt {
        return Some(Key::char(if shift { with_shift(c, shifted) } else { c }));
    }
    // Without the protocol, the terminal does this conversion.
    let is_latin = c.is_ascii();
    let c = if is_latin { c } else { latin(c, base) };
    let plain = |code| Some(Key { alt, ..Key::new(code) });
    match c {
        'i' | 'I' if ctrl => plain(Code::Tab),
        'm' | 'M' if ctrl => plain(Code::Enter),
        '[' if ctrl => plain(Code::Esc),
        // With Ctrl, terminals report letters in upper or lower case.
        c if ctrl => Some(Key { alt, ..Key::ctrl(c.to_ascii_lowercase()) }),
        c if shift => {
            let shifted = shifted.filter(|_| is_latin);
            Some(Key { alt, ..Key::char(with_shift(c, shifted)) })
        }
        c => Some(Key { alt, ..Key::char(c) }),
    }
}

/// The Latin letter on the same key.
fn latin(c: char, base: Option<u32>) -> char {
    let base = base.and_then(printable).filter(char::is_ascii);
    base.or_else(|| layout::latin(c)).unwrap_or(c)
}

fn with_shift(c: char, shifted: Option<u32>) -> char {
    let mut upper = c.to_uppercase();
    let upper = upper.next().filter(|_| upper.next().is_none());
    shifted.and_then(printable).or(upper).unwrap_or(c)
}

/// A character that can be typed. The protocol uses private-use code points for special keys.
fn printable(number: u32) -> Option<char> {
    char::from_u32(number).filter(|c| !c.is_control() && !('\u{e000}'..='\u{f8ff}').contains(c))
}

/// Keys whose number is not the code point that they type.
fn functional(number: u32) -> Option<Code> {
    const KEYPAD: [Code; 10] = [
        Code::Left,
        Code::Right,
        Code::Up,
        Code::Down,
        Code::PageUp,
        Code::PageDown,
        Code::Home,
        Code::End,
        Code::Insert,
        Code::Delete,
    ];
    Some(match number {
        9 => Code::Tab,
        13 | 57_414 => Code::Enter,
        27 => Code::Esc,
        8 | 127 => Code::Backspace,
        // F13 to F24; keymaps know no more.
        57_376..=57_387 => Code::F(u8::try_from(number - 57_376 + 13).ok()?),
        57_399..=57_408 => Code::Char(char::from_digit(number - 57_399, 10)?),
        57_409..=57_413 => {
            Code::Char(['.', '/', '*', '-', '+'][usize::try_from(number - 57_409).ok()?])
        }
        57_415 => Code::Char('='),
        57_416 => Code::Char(','),
        57_417..=57_426 => KEYPAD[usize::try_from(number - 57_417).ok()?],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Modifiers = Modifiers { shift: false, alt: false, ctrl: false };
    const CTRL: Modifiers = Modifiers { ctrl: true, ..NONE };
    const ALT: Modifiers = Modifiers { alt: true, ..NONE };
    const SHIFT: Modifiers = Modifiers { shift: true, ..NONE };

    fn pressed(c: char, modifiers: Modifiers) -> Option<String> {
        coded(u32::from(c), None, None, modifiers).map(|key| key.to_string())
    }

    #[test]
    fn keys_match_those_of_terminals_without_the_protocol() {
        let ctrl_shift = Modifiers { shift: true, ..CTRL };
        let alt_shift = Modifiers { shift: true, ..ALT };
        for (c, modifiers, shown) in [
            ('i', CTRL, "Tab"),
            ('m', CTRL, "Enter"),
            ('[', CTRL, "Esc"),
            ('\r', SHIFT, "Enter"),
            ('\r', CTRL, "Enter"),
            ('\x1b', SHIFT, "Esc"),
            ('\x7f', SHIFT, "Backspace"),
            ('c', ctrl_shift, "Ctrl-c"),
            ('C', CTRL, "Ctrl-c"),
            ('G', SHIFT, "G"),
            ('g', SHIFT, "G"),
            (' ', SHIFT, "Space"),
            ('x', alt_shift, "Alt-X"),
            ('\t', SHIFT, "Shift-Tab"),
            ('\u{e037}', NONE, "0"),
        ] {
            assert_eq!(pressed(c, modifiers).as_deref(), Some(shown), "{c:?} {modifiers:?}");
        }
        assert_eq!(named(Code::Up, CTRL).to_string(), "Ctrl-Up");
    }

    #[test]
    fn window_manager_keys_are_ignored() {
        for number in [9, 17, 33, 64] {
            assert_eq!(Modifiers::of(number), None);
        }
        assert_eq!(Modifiers::of(1 + 64 + 128), Some(NONE), "locks");
        assert_eq!(pressed('\u{e00e}', NONE), None, "Caps Lock");
    }

    #[test]
    fn ctrl_and_alt_use_the_key_position_on_every_keyboard() {
        let key = |c, shifted, base: Option<char>, modifiers| {
            let number = |c: Option<char>| c.map(u32::from);
            coded(u32::from(c), number(shifted), number(base), modifiers).map(|key| key.to_string())
        };
        let all_but_ctrl = Modifiers { shift: true, ..ALT };
        for (c, shifted, base, modifiers, shown) in [
            // The terminal reports the Latin key.
            ('с', None, Some('c'), CTRL, "Ctrl-c"),
            ('é', None, Some('2'), ALT, "Alt-2"),
            ('с', Some('С'), Some('c'), all_but_ctrl, "Alt-C"),
            // It does not.
            ('с', None, None, CTRL, "Ctrl-c"),
            ('ш', None, None, CTRL, "Tab"),
            ('ь', None, None, CTRL, "Enter"),
            ('х', None, None, CTRL, "Esc"),
            ('С', None, None, CTRL, "Ctrl-c"),
            ('ψ', None, None, CTRL, "Ctrl-c"),
            ('a', None, Some('q'), CTRL, "Ctrl-a"),
            // Unknown.
            ('é', None, None, CTRL, "Ctrl-é"),
            // Without Ctrl and Alt, the typed character counts.
            ('с', None, Some('c'), NONE, "с"),
            ('с', Some('С'), Some('c'), SHIFT, "С"),
            ('1', Some('!'), None, all_but_ctrl, "Alt-!"),
        ] {
            assert_eq!(
                key(c, shifted, base, modifiers).as_deref(),
                Some(shown),
                "{c} {modifiers:?}"
            );
        }
    }
}
